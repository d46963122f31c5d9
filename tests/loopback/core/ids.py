"""Resource ids: taken apart, put together, compared without case (BEHAVIOUR.md "Ids")."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_PATTERN = re.compile(
    r"^/subscriptions/([^/]+)(?:/resourcegroups/([^/]+))?(?:/providers/([^/]+)((?:/[^/]+)*))?$", re.IGNORECASE
)


@dataclass(frozen=True)
class ResourceId:
    """`names` is as long as `types` for a resource, and one shorter for a collection or an action."""

    subscription: str
    group: str = ""
    namespace: str = ""
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return str(self).lower()

    @property
    def type(self) -> str:
        return "/".join((self.namespace, *self.types))

    @property
    def name(self) -> str:
        return self.names[-1] if self.names else self.group

    @property
    def is_collection(self) -> bool:
        return len(self.types) > len(self.names)

    @property
    def parent(self) -> ResourceId | None:
        """The resource that this one is a part of: a network for a subnet, None for a network."""
        if len(self.types) < 2:
            return None
        return replace(self, types=self.types[:-1], names=self.names[: len(self.types) - 1])

    @property
    def type_and_names(self) -> str:
        """As ResourceNotFound spells it: ``Microsoft.Network/virtualNetworks/net``."""
        parts = [self.namespace]
        for kind, name in zip(self.types, self.names, strict=False):
            parts += [kind, name]
        return "/".join(parts)

    def child(self, kind: str, name: str) -> ResourceId:
        return replace(self, types=(*self.types, kind), names=(*self.names, name))

    def text(self, group_word: str = "resourceGroups") -> str:
        """The id as Azure prints it; AKS and managed identities spell the second word in lower case."""
        parts = ["/subscriptions", self.subscription]
        if self.group:
            parts += [group_word, self.group]
        if self.namespace:
            parts += ["providers", self.namespace]
        for position, kind in enumerate(self.types):
            parts += [kind, self.names[position]] if position < len(self.names) else [kind]
        return "/".join(parts)

    def __str__(self) -> str:
        return self.text()


def parse(path: str) -> ResourceId | None:
    """The id in a path or a property, None when it is not one."""
    match = _PATTERN.match(path.rstrip("/"))
    if not match:
        return None
    rest = [part for part in (match[4] or "").split("/") if part]
    return ResourceId(match[1], match[2] or "", match[3] or "", tuple(rest[0::2]), tuple(rest[1::2]))


def same(one: str, other: str) -> bool:
    """Whether two ids name the same thing."""
    return one.rstrip("/").lower() == other.rstrip("/").lower()


def covers(scope: str, target: str) -> bool:
    """Whether a role at `scope` holds at `target` too: at itself and at all below it."""
    scope, target = scope.rstrip("/").lower(), target.rstrip("/").lower()
    return target == scope or target.startswith(scope + "/")

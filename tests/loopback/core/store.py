"""The state: resources by lower-case id, with an index from a parent to its children and two from a type to its
resources, of all and of one subscription, so that an estate of a hundred thousand is as quick to ask as a small world.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

Body = dict[str, Any]
#: The types whose address configurations use a subnet, by the end of their names, and the list that holds them.
HOLDERS = {
    "/networkinterfaces": "ipConfigurations",
    "/virtualnetworkgateways": "ipConfigurations",
    "/applicationgateways": "gatewayIPConfigurations",
    "/loadbalancers": "frontendIPConfigurations",
}


def new_etag() -> str:
    """An etag as Microsoft.Network spells it."""
    return f'W/"{uuid.uuid4()}"'


class Store(MutableMapping[str, Body]):
    """Answers as they are kept, without the parts that are read off other resources (subnets of a network, users of
    a subnet). `version` grows with every write.
    """

    def __init__(self) -> None:
        self._items: dict[str, Body] = {}
        self._children: dict[str, dict[str, None]] = {}
        self._types: dict[str, dict[str, None]] = {}
        self._placed: dict[tuple[str, str], dict[str, None]] = {}  # by type and subscription
        self._subnet_users: dict[str, list[str]] | None = None
        self.version = 0

    def __getitem__(self, resource: str) -> Body:
        return self._items[resource.lower()]

    def __setitem__(self, resource: str, body: Body) -> None:
        key = resource.lower()
        if key in self._items and self._items[key].get("type") != body.get("type"):
            self._forget(key)
        self._keep(key, body)
        self._changed()

    def __delitem__(self, resource: str) -> None:
        key = resource.lower()
        self._forget(key)
        del self._items[key]
        self._children.get(_parent(key), {}).pop(key, None)
        self._changed()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def fill(self, bodies: Iterable[Body]) -> None:
        """Put many bodies in under their own ids, with no check at all; none may be there already."""
        for body in bodies:
            self._keep(body["id"].lower(), body)
        self._changed()

    def _keep(self, key: str, body: Body) -> None:
        self._items[key] = body
        self._children.setdefault(_parent(key), {})[key] = None
        type_ = str(body.get("type", "")).lower()
        self._types.setdefault(type_, {})[key] = None
        self._placed.setdefault((type_, _subscription(key)), {})[key] = None

    def _forget(self, key: str) -> None:
        """Out of the lists of its type."""
        type_ = str(self._items[key].get("type", "")).lower()
        self._types.get(type_, {}).pop(key, None)
        self._placed.get((type_, _subscription(key)), {}).pop(key, None)

    def _changed(self) -> None:
        self._subnet_users = None
        self.version += 1

    def children(self, resource: str, kind: str) -> list[Body]:
        """The direct children of one type, in the order in which they were made."""
        prefix = f"{resource.lower()}/{kind.lower()}/"
        return [self._items[key] for key in self._children.get(resource.lower(), {}) if key.startswith(prefix)]

    def under(self, resource: str) -> list[str]:
        """The keys of everything below an id."""
        prefix = resource.lower().rstrip("/") + "/"
        return [key for key in self._items if key.startswith(prefix)]

    def types(self) -> list[str]:
        """The full types that there are resources of, in lower case."""
        return [type_ for type_, keys in self._types.items() if keys]

    def of_type(self, type_: str, below: str = "") -> list[Body]:
        """All resources of a full type, below an id when one is given."""
        prefix, subscription = below.lower(), _subscription(below.lower())
        keys = (
            self._placed.get((type_.lower(), subscription), {}) if subscription else self._types.get(type_.lower(), {})
        )
        return [self._items[key] for key in keys if key.startswith(prefix)]

    def subnet_users(self, subnet: str) -> list[str]:
        """The ids of the address configurations that hold an address of the subnet."""
        if self._subnet_users is None:
            self._subnet_users = {}
            for body, part in self._holders():
                for configuration in body.get("properties", {}).get(part) or []:
                    wanted = (configuration["properties"].get("subnet") or {}).get("id", "").lower()
                    named = "{}/{}/{}".format(body["id"], part, configuration.get("name", ""))
                    self._subnet_users.setdefault(wanted, []).append(configuration.get("id") or named)
        return self._subnet_users.get(subnet.lower(), [])

    def _holders(self) -> Iterator[tuple[Body, str]]:
        """Network interfaces, those of scale sets among them, gateways and load balancers; the list to look at."""
        for type_ in self.types():
            for ending, part in HOLDERS.items():
                if type_.endswith(ending):
                    yield from ((body, part) for body in self.of_type(type_))


def _subscription(key: str) -> str:
    """The subscription of a key, or of what a key begins with; "" where it is not known whole."""
    parts = key.split("/", 3)
    return parts[2] if len(parts) > 3 and parts[1] == "subscriptions" else ""


def _parent(key: str) -> str:
    """The key of the resource that a resource is a part of; "" for one that is no part."""
    head, mark, tail = key.partition("/providers/")
    parts = tail.split("/")
    if len(parts) < 4 or not head.startswith("/subscriptions/"):
        return ""
    return head + mark + "/".join(parts[: -2 + (len(parts) + 1) % 2])

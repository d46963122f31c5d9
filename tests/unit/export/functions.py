"""What functions of templates give, in Bicep and ARM alike: those that the exports use, and no others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Look = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Resource:
    """A resource as a deployment would PUT it. once: left alone where it exists; after: the ids that must be there."""

    type: str
    version: str
    name: str
    id: str
    body: dict[str, Any]
    once: bool
    after: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Surroundings:
    """Where a deployment runs. look: the properties of a resource that exists, by its id."""

    group: str
    location: str = "northeurope"
    subscription: str = "11111111-1111-1111-1111-111111111111"
    look: Look = lambda resource: {"principalId": str(uuid5(NAMESPACE_URL, f"principal of {resource.lower()}"))}

    def resource_id(self, *words: str) -> str:
        """resourceId([group,] type, name...)."""
        group, (kind, *names) = (self.group, words) if "/" in words[0] else (words[0], words[1:])
        namespace, *kinds = kind.split("/")
        assert len(kinds) == len(names), words
        path = "/".join(f"{each}/{name}" for each, name in zip(kinds, names, strict=True))
        return f"/subscriptions/{self.subscription}/resourceGroups/{group}/providers/{namespace}/{path}"

    def call(self, name: str, *given: Any) -> Any:
        """A function by its name. Raises KeyError on one that is not known here."""
        known: dict[str, Callable[..., Any]] = {
            "resourceId": self.resource_id,
            "resourceGroup": lambda: {"location": self.location, "name": self.group},
            "subscriptionResourceId": self._subscription_resource_id,
            "guid": lambda *texts: str(uuid5(NAMESPACE_URL, "|".join(texts))),
            "uniqueString": lambda *texts: uuid5(NAMESPACE_URL, "|".join(texts)).hex[:13],
            "format": lambda text, *values: text.format(*values),
            "union": lambda *each: {key: value for one in each for key, value in one.items()},
            "createObject": lambda *each: dict(zip(each[::2], each[1::2], strict=True)),
            "length": len,
            "empty": lambda value: not value,
            "if": lambda which, yes, no: yes if which else no,
        }
        return known[name](*given)

    def _subscription_resource_id(self, kind: str, name: str) -> str:
        return f"/subscriptions/{self.subscription}/providers/{kind}/{name}"


def assigned(scope: str, name: str) -> str:
    """The id of a role assignment."""
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"

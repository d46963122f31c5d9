"""A resource as a policy's rule sees it: its fields, and its properties by their aliases. Pure.

An alias is the type of a resource and a path in its body: `…/managedClusters/agentPoolProfiles[*].vmSize`. It leaves
out the `properties` of the body and of what is in its lists.
https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-alias
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.policy_expressions import UNKNOWN, member

#: A tag as a field. Its name is in `plain` or in `quoted`.
TAG = re.compile(r"tags(?:\.(?P<plain>.+)|\[\s*'?(?P<quoted>.+?)'?\s*\])", re.IGNORECASE)
_ABSENT = object()


class Each(NamedTuple):
    """The values of a field of every element of a list: a condition must hold for all of them."""

    values: tuple[object, ...]


@dataclass(frozen=True)
class Subject:  # pylint: disable=too-many-instance-attributes
    """A resource that is to be created.

    type, name, id: its own; a name that is not known is UNKNOWN
    location: its region, None for what has none
    tags: its tags
    group: its resource group, with name, location and tags
    body: what is sent of it, as far as it is known; None stands for what is not sent
    complete: whether nothing is sent that is not in the body; else that is not known
    """

    type: str
    name: object
    id: str
    location: str | None
    tags: Mapping[str, str]
    group: Json
    body: Json = field(default_factory=dict)
    complete: bool = False

    def value_of(self, name: str, elements: Mapping[str, object]) -> object:
        """The value of a field; Each for one of every element of a list, UNKNOWN for what is not known.

        elements: those that a count is at, by the alias of their list, in lower case
        """
        tag = TAG.fullmatch(name)
        if tag:
            return member(dict(self.tags), tag["plain"] or tag["quoted"])
        known: dict[str, object] = {
            "type": self.type,
            "name": self.name,
            "id": self.id if self.name is not UNKNOWN else UNKNOWN,
            "location": self.location,
            "tags": dict(self.tags) or None,
        }
        return known[name.lower()] if name.lower() in known else self._property(name, elements)

    def _property(self, alias: str, elements: Mapping[str, object]) -> object:
        for prefix in sorted(elements, key=len, reverse=True):
            if alias.lower() == prefix:
                return elements[prefix]
            path = _after(alias, f"{prefix}.")
            if path is not None:
                return self._at(elements[prefix], path.split("."))
        path = _after(alias, f"{self.type}/")
        if path is None or "/" in path:  # an alias of another type
            return UNKNOWN
        return self._at(self.body, path.split("."))

    def _at(self, value: object, path: Sequence[str]) -> object:
        """What lies at a path in a part of the body."""
        if not path or value is None:
            return value
        if not isinstance(value, dict):
            return UNKNOWN
        found = self._under(value, path[0].removesuffix("[*]"))
        if not path[0].endswith("[*]") or found in (None, UNKNOWN):
            return self._at(found, path[1:]) if found is not UNKNOWN else UNKNOWN
        if not isinstance(found, list):
            return UNKNOWN
        values = [self._at(each, path[1:]) for each in found]
        flat = [inner for each in values for inner in (each.values if isinstance(each, Each) else (each,))]
        return Each(tuple(flat))

    def _under(self, value: Json, key: str) -> object:
        """What a part of the body has under a key, or under it in its properties."""
        inner = value.get("properties")
        for place in (value, inner if isinstance(inner, dict) else {}):
            found = next((each for name, each in place.items() if name.lower() == key.lower()), _ABSENT)
            if found is not _ABSENT:
                return found
        return None if self.complete else UNKNOWN


def _after(alias: str, prefix: str) -> str | None:
    """The rest of an alias; None where it begins otherwise."""
    size = len(prefix)
    return alias[size:] if alias[:size].lower() == prefix.lower() else None

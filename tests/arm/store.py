"""The state: resources by lower-case id, with an index from a parent to its children."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, MutableMapping
from typing import Any

from . import ids

Body = dict[str, Any]


def new_etag() -> str:
    """An etag as Microsoft.Network spells it."""
    return f'W/"{uuid.uuid4()}"'


class Store(MutableMapping[str, Body]):
    """Answers as they are kept, without the parts that are read off other resources (subnets of a network, users of
    a subnet).
    """

    def __init__(self) -> None:
        self._items: dict[str, Body] = {}
        self._children: dict[str, dict[str, None]] = {}
        self._subnet_users: dict[str, list[str]] | None = None

    def __getitem__(self, resource: str) -> Body:
        return self._items[resource.lower()]

    def __setitem__(self, resource: str, body: Body) -> None:
        key = resource.lower()
        self._items[key] = body
        self._children.setdefault(_parent(key), {})[key] = None
        self._subnet_users = None

    def __delitem__(self, resource: str) -> None:
        key = resource.lower()
        del self._items[key]
        self._children.get(_parent(key), {}).pop(key, None)
        self._subnet_users = None

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def children(self, resource: str, kind: str) -> list[Body]:
        """The direct children of one type, in the order in which they were made."""
        prefix = f"{resource.lower()}/{kind.lower()}/"
        return [self._items[key] for key in self._children.get(resource.lower(), {}) if key.startswith(prefix)]

    def under(self, resource: str) -> list[str]:
        """The keys of everything below an id."""
        prefix = resource.lower().rstrip("/") + "/"
        return [key for key in self._items if key.startswith(prefix)]

    def of_type(self, type_: str, below: str = "") -> list[Body]:
        """All resources of a full type, below an id when one is given."""
        prefix = below.lower()
        return [
            body
            for key, body in self._items.items()
            if key.startswith(prefix) and str(body.get("type", "")).lower() == type_.lower()
        ]

    def subnet_users(self, subnet: str) -> list[str]:
        """The ids of the address configurations that hold an address of the subnet."""
        if self._subnet_users is None:
            self._subnet_users = {}
            for body in self._items.values():
                for configuration in body.get("properties", {}).get("ipConfigurations", []) if _is_nic(body) else []:
                    wanted = configuration["properties"].get("subnet", {}).get("id", "").lower()
                    self._subnet_users.setdefault(wanted, []).append(configuration["id"])
        return self._subnet_users.get(subnet.lower(), [])


def _is_nic(body: Body) -> bool:
    return str(body.get("type", "")).lower().endswith("/networkinterfaces")


def _parent(key: str) -> str:
    found = ids.parse(key)
    return found.parent.key if found and found.parent else ""

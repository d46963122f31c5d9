"""Actions of Azure's role definitions, and what permissions allow. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from azext_kubenet.azure.bodies import texts
from azext_kubenet.azure.role_conditions import Attributes, Truth, holds

NETWORK = "Microsoft.Network/virtualNetworks"
_TABLES = "Microsoft.Network/routeTables"
#: What a cluster's identity needs on its subnet. [I2]
ON_SUBNET = (f"{NETWORK}/subnets/read", f"{NETWORK}/subnets/join/action")
#: What it needs on a route table of the user's own. [I3]
ON_TABLE = (
    f"{_TABLES}/read",
    f"{_TABLES}/write",
    f"{_TABLES}/routes/read",
    f"{_TABLES}/routes/write",
    f"{_TABLES}/routes/delete",
)
#: What it needs on a private DNS zone of the user's own, by the words of AKS's refusal, and on the network that AKS
#: links the zone to. [I17] Azure/Azure-Landing-Zones#2892
ON_ZONE = ("Microsoft.Network/privateDnsZones/read", "Microsoft.Network/privateDnsZones/write")
ON_NETWORK = (f"{NETWORK}/join/action",)


def permits(permissions: Iterable[Mapping[str, Any]], action: str) -> bool:
    """Whether one of the entries allows an action for sure."""
    return permitted(permissions, action) is True


def permitted(permissions: Iterable[Mapping[str, Any]], action: str, attributes: Attributes | None = None) -> Truth:
    """Whether one of the entries allows an action; None where each that does has a condition that does not say so.

    What an entry denies is taken from that entry alone. A permission with a condition is no plain yes [I21].
    attributes: of the request, for conditions
    """
    found: list[Truth] = [
        holds(str(entry["condition"]), action, attributes or {}) if entry.get("condition") else True
        for entry in permissions
        if _any_matches(texts(entry, "actions"), action) and not _any_matches(texts(entry, "notActions"), action)
    ]
    return True if True in found else None if found else False


def refusing(permissions: Iterable[Mapping[str, Any]], action: str, attributes: Attributes) -> bool:
    """Whether all entries that allow an action have conditions that, for sure, do not let it through."""
    return all(
        holds(str(entry.get("condition") or ""), action, attributes) is False
        for entry in permissions
        if permitted([{**entry, "condition": None}], action)
    )


def _any_matches(patterns: Sequence[str], action: str) -> bool:
    return any(_pattern(each).fullmatch(action) for each in patterns)


@lru_cache
def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for any text, slashes included; capitals do not count.

    `/*/` stands for a plain `/` too: so must the action of Managed Identity Operator be read for it to allow what that
    role is for. [I14]
    """
    escaped = re.escape(text).replace(r"/\*/", "/(?:.*/)?").replace(r"\*", ".*")
    return re.compile(escaped, re.IGNORECASE)

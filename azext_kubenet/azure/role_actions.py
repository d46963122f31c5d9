"""Actions of Azure's role definitions, and what permissions allow. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

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


def permits(permissions: Iterable[Mapping[str, Any]], action: str) -> bool:
    """Whether one of the entries allows an action: what an entry denies is taken from that entry alone."""
    return any(
        _any_matches(entry.get("actions"), action) and not _any_matches(entry.get("notActions"), action)
        for entry in permissions
    )


def _any_matches(patterns: Sequence[str] | None, action: str) -> bool:
    return any(_pattern(each).fullmatch(action) for each in patterns or () if isinstance(each, str))


@lru_cache
def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for any text, slashes included; capitals do not count.

    `/*/` stands for a plain `/` too: so must the action of Managed Identity Operator be read for it to allow what that
    role is for. [I14]
    """
    escaped = re.escape(text).replace(r"/\*/", "/(?:.*/)?").replace(r"\*", ".*")
    return re.compile(escaped, re.IGNORECASE)

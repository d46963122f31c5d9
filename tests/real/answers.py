"""What real Azure answered, by kind, and what a plain reading of it says: json and ipaddress alone, no code of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network
from typing import Any

from tests.loopback import recordings

Json = dict[str, Any]
SHOWN = ("GET", "PUT", "PATCH", "POST")
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
#: Contributor and Owner allow all that a narrower role allows.
BROADER = ("b24988ac-6180-42a0-ab88-20f7382dd24c", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635")
#: Older recordings asked the Graph before Microsoft Graph, which nobody can any more.
OLD_GRAPH = re.compile(r"^/[0-9a-f]{8}-")


def bodies(kind: str, *, pattern: str = "", methods: tuple[str, ...] = SHOWN) -> Iterator[Json]:
    """Every resource that was shown, alone or in a list; of an id that fits, if a pattern is given."""
    for line in recordings.lines(kind):
        body = line["response_body"]
        if line["method"] not in methods or line["status"] >= 300 or not isinstance(body, dict):
            continue
        shown = body["value"] if isinstance(body.get("value"), list) else [body]
        for each in shown:
            if isinstance(each, dict) and re.search(pattern, str(each.get("id") or ""), re.IGNORECASE):
                yield each


def vnets() -> list[Json]:
    return [each for each in bodies("virtualNetworks", pattern=r"/virtualNetworks/[^/]+$") if each.get("properties")]


def clusters() -> list[Json]:
    return [each for each in bodies("managedClusters", pattern=r"/managedClusters/[^/]+$") if each.get("properties")]


def assignments() -> list[Json]:
    return [each for each in bodies("roleAssignments") if (each.get("properties") or {}).get("principalId")]


def ipv4(prefixes: list[str]) -> list[IPv4Network]:
    """The IPv4 networks of a list of prefixes."""
    return [found for each in prefixes if isinstance(found := ip_network(each), IPv4Network)]


def prefixes_of(subnet: Json) -> list[IPv4Network]:
    """All IPv4 prefixes of a subnet."""
    has = subnet["properties"]
    return ipv4([*([has["addressPrefix"]] if has.get("addressPrefix") else []), *(has.get("addressPrefixes") or [])])


def below(scope: str, place: str) -> bool:
    """Whether a place is a scope, or lies below it: by its parts, without case."""
    above = [part.lower() for part in scope.split("/") if part]
    return [part.lower() for part in place.split("/") if part][: len(above)] == above


def parts(resource_id: str) -> tuple[str, str, str]:
    """Subscription, resource group and name in an id."""
    found = resource_id.strip("/").split("/")
    return found[1], found[3], found[-1]

"""Address ranges, by the standard library alone: reading them, and the ranges that Azure keeps for itself.

The extension reads ranges with a library of its own; this judge does not, so no fault can hide in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network
AZURE_KEEPS = 5  # azure-facts A1: the first four addresses and the last of a subnet

FORBIDDEN_IN_NETWORKS = [
    IPv4Network(text)
    for text in (  # azure-facts F4
        "224.0.0.0/4",
        "255.255.255.255/32",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "168.63.129.16/32",
    )
]
FORBIDDEN_IN_CLUSTERS = [
    IPv4Network(text)
    for text in (  # azure-facts F1, F2, F3, and the platform address of F4
        "169.254.0.0/16",
        "172.30.0.0/16",
        "172.31.0.0/16",
        "192.0.2.0/24",
        "168.63.129.16/32",
    )
]
PRIVATE = [
    IPv4Network(text)
    for text in (  # azure-facts F5: RFC 1918 and RFC 6598
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
    )
]


def read(text: object) -> Network | None:
    """A CIDR with its prefix length in figures, host bits allowed; None for anything else."""
    if not isinstance(text, str) or text.count("/") != 1 or not text.rpartition("/")[2].isdigit():
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def has_host_bits(text: str) -> bool:
    """Whether a readable CIDR names an address inside its network and not the network itself."""
    network = read(text)
    return network is not None and str(network.network_address) != text.partition("/")[0]


def overlap(one: Network, other: Network) -> bool:
    """Overlap, False between the two address families."""
    return one.version == other.version and one.overlaps(other)


def inside(one: Network, others: Iterable[Network]) -> bool:
    """Whether one of the others holds all of it."""
    return any(one.version == other.version and one.subnet_of(other) for other in others)  # type: ignore[arg-type]


def first_overlap(one: Network, others: Iterable[Network]) -> Network | None:
    """The first of the others that it overlaps."""
    return next((other for other in others if overlap(one, other)), None)


def usable(network: Network) -> int:
    """Addresses that a subnet can give out (azure-facts A2)."""
    return max(network.num_addresses - AZURE_KEEPS, 0)

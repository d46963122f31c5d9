"""Networks of IPv4 as one integer each, for lists of a hundred thousand: netaddr's objects take ten times as long.

A code is the first address and the prefix length: codes sort by address, and by size, the largest first.
"""

from typing import Any, cast

from netaddr import IPNetwork

#: How many bits of a code are the prefix length, and which.
LENGTH_BITS = 6
LENGTH = (1 << LENGTH_BITS) - 1


def code_of(network: IPNetwork) -> int:
    """The code of a network."""
    return network.first << LENGTH_BITS | network.prefixlen


def bounds_of(code: int) -> tuple[int, int]:
    """First and last address of a code."""
    first = code >> LENGTH_BITS
    return first, first + (1 << 32 - (code & LENGTH)) - 1


def network_of(code: int) -> IPNetwork:
    """The network of a code, made as netaddr unpickles one: its own way checks what is known here."""
    network: Any = IPNetwork.__new__(IPNetwork)
    network.__setstate__((code >> LENGTH_BITS, code & LENGTH, 4))
    return cast(IPNetwork, network)

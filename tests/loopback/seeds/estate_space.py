"""Address space for an estate: blocks handed out from the left, each at its own alignment, so that gaps stay.

A block is a first address and a prefix length, both as numbers: there are a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

Block = tuple[int, int]
SIZES = {16: 5, 20: 100, 21: 200, 22: 800, 23: 2000, 24: 5000, 25: 1000, 26: 895}  # prefix length -> of 10,000 networks


def text(block: Block) -> str:
    """A block as a CIDR."""
    return "{}.{}.{}.{}/{}".format(*block[0].to_bytes(4, "big"), block[1])


class Space:
    """A few ranges, taken in turn; each is filled from its start."""

    def __init__(self, *ranges: str) -> None:
        networks = [IPv4Network(each) for each in ranges]
        self._next = [int(network.network_address) for network in networks]
        self._last = [int(network.broadcast_address) for network in networks]
        self._turn = 0

    def take(self, length: int) -> Block:
        """The next free block of a prefix length; ValueError once no range has one."""
        size = 1 << (32 - length)
        for _ in self._next:
            turn, self._turn = self._turn, (self._turn + 1) % len(self._next)
            start = -(-self._next[turn] // size) * size
            if start + size - 1 <= self._last[turn]:
                self._next[turn] = start + size
                return start, length
        raise ValueError(f"no block of /{length} is left")


def parts(block: Block, count: int) -> Iterator[Block]:
    """That many subnets of one size, side by side, none smaller than a /29; what is over at the end stays free."""
    start, whole = block
    length = min(whole + (count - 1).bit_length(), 29)
    for number in range(min(count, 1 << (length - whole))):
        yield start + (number << (32 - length)), length

"""Networks whose address and whose length or size stand apart: in two columns of a row, or under two keys.

Only a title says for sure what a number is; without one that does, a number is looked at that fits the address.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.options.range_lists.rows import NETMASKS, fits, is_network
from azext_kubenet.options.range_lists.titles import normal, stands_for

#: An address that may be that of a network, alone in a text or between quotes.
BARE = re.compile(r"(?<![0-9./])[0-9]{1,3}(?:\.[0-9]{1,3}){2}\.[0-9]{0,2}[02468](?![0-9./])", re.ASCII)
_NUMBER = re.compile(r"/?([0-9]{1,8})", re.ASCII)
#: Ends of names whose numbers count or name something else than addresses.
_OTHERS = ("id", "vlan", "vid", "vlannr", "no", "nr", "number", "ticket", "port", "priority", "metric", "asn", "mtu",
           "index", "row", "site", "zone", "rack", "weight", "distance", "ttl", "version", "year", "month",
           "day")  # fmt: skip
#: A row that has more is not looked at.
_CELLS = 60


class Apart(NamedTuple):
    """A network from two cells.

    names: of the cell of its address, and that of its length
    cidr: itself
    sure: whether the title of the length says that it is one
    """

    names: tuple[str, str]
    cidr: str
    sure: bool


def with_lengths(cells: Sequence[tuple[str, str]]) -> Iterator[Apart]:
    """Yield each network of a row whose length or size is in another of its cells, given by name and text."""
    numbers = [(at, _length(text)) for at, (name, text) in enumerate(cells[:_CELLS]) if _may_be_length(name, text)]
    if not numbers:
        return
    masks = [text for _, text in cells if text in NETMASKS]
    for at, (name, text) in enumerate(cells[:_CELLS]):
        if not BARE.fullmatch(text) or text in NETMASKS or any(is_network(text, mask) for mask in masks):
            continue
        fitting = [(not is_length(cells[other][0]), other < at, other, length) for other, length in numbers
                   if fits(text, str(length))]  # fmt: skip
        if fitting:
            guessed, _, other, length = min(fitting)
            yield Apart((name, cells[other][0]), f"{text}/{length}", not guessed)


def is_length(title: str) -> bool:
    """Return whether a title is that of a prefix length or a mask."""
    return stands_for(title)[0] in ("masks", "lengths")


def may_be_length(title: str) -> bool:
    """Return whether a title leaves open that its numbers are prefix lengths."""
    return is_length(title) or not normal(title).endswith(_OTHERS)


def _may_be_length(title: str, text: str) -> bool:
    return len(text) < 10 and bool(_length(text)) and may_be_length(title)


def _length(text: str) -> int:
    """Return the prefix length that a text is, or that a size of a power of two makes, 0 for another."""
    found = _NUMBER.fullmatch(text)
    number = int(found.group(1)) if found else 0
    if number <= 32:
        return number
    return 33 - number.bit_length() if number & number - 1 == 0 else 0

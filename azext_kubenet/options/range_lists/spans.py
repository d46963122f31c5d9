"""Ranges whose two ends are in neighbouring cells of a row, beside what the row is read as: a pool of addresses."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from azext_kubenet.options.range_lists.rows import NETMASKS, is_address
from azext_kubenet.options.range_lists.titles import ADDRESSES, normal, of_family, stands_for

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
#: Two addresses in cells of their own.
SIDE_BY_SIDE = re.compile(rf"(?<![0-9./]){_ADDRESS}(?:[\"' \t]*[,;|][\"' \t]*|[ \t]+){_ADDRESS}(?![0-9./])", re.ASCII)
#: Words in titles of one address alone, which is no end of anything.
_ALONE = ("gateway", "gw", "dns", "ntp", "router", "nexthop", "peer", "via", "server", "broadcast")
#: Words in titles of the ends of a range for sure, in several languages.
_STARTS = ("start", "from", "first", "von", "begin", "low", "min", "anfang", "debut", "desde", "da")
_ENDS = ("end", "to", "last", "bis", "high", "max", "ende", "fin", "hasta", "a")


class Span(NamedTuple):
    """A range from two cells.

    names: of the cells
    text: itself
    sure: whether the titles say that these are its ends
    """

    names: tuple[str, str]
    text: str
    sure: bool


def with_ends(cells: Sequence[tuple[str, str]]) -> Iterator[Span]:
    """Yield each range of a row whose ends are in neighbouring cells, given by name and text: lower, then higher."""
    for (name, text), (other, end) in pairwise(cells):
        first, last = text.strip(), end.strip()
        if not (is_address(first) and is_address(last)) or last in NETMASKS or _is_alone(name) or _is_alone(other):
            continue
        if [*map(int, first.split("."))] < [*map(int, last.split("."))]:
            yield Span((name, other), f"{first}-{last}", _are_ends(name, other))


def _is_alone(title: str) -> bool:
    return of_family(title)[0] in ADDRESSES or any(word in normal(title) for word in _ALONE)


def _are_ends(one: str, other: str) -> bool:
    """Return whether two titles are those of a first and a last address."""
    if stands_for(one)[0] == "starts" and stands_for(other)[0] == "ends":
        return True
    return bool(_words(one) & {*_STARTS}) and bool(_words(other) & {*_ENDS})


def _words(title: str) -> set[str]:
    return {word.lower() for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", title)}

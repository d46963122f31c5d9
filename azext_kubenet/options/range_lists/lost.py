"""Ranges that stand in a list and were not taken: a second look at its text, which knows no columns and no keys."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.options.range_lists.listing import Lost, clean_name

_ADDRESS = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#: A CIDR in any text; some writers of JSON put a backslash before the slash.
_CIDR = re.compile(rf"(?<![0-9.])({_ADDRESS})\\?/(3[0-2]|[12]?[0-9])(?![0-9]|\.[0-9])", re.ASCII)
#: The default route and its halves are no networks.
_ROUTE = 1
#: Columns or keys that are told one by one.
_MOST_TOLD = 5


class Place(NamedTuple):
    """A text of a list.

    spot: tells its line and path, which may take long; name: its column or key as it is told, "" for what only speaks
    of ranges; text: itself.
    """

    spot: Callable[[], tuple[int, str]]
    name: str
    text: str


class _Covered:  # pylint: disable=too-few-public-methods
    """What was taken, to be asked whether it covers a range."""

    def __init__(self, networks: Iterable[IPNetwork]) -> None:
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        for first, last in sorted((each.first, each.last) for each in networks):
            if self.lasts and first <= self.lasts[-1] + 1:
                self.lasts[-1] = max(self.lasts[-1], last)
            else:
                self.firsts.append(first)
                self.lasts.append(last)

    def __contains__(self, ends: tuple[int, int]) -> bool:
        at = bisect_right(self.firsts, ends[0]) - 1
        return at >= 0 and ends[1] <= self.lasts[at]


def _missing(text: str, covered: _Covered) -> Iterator[tuple[int, str]]:
    """Offset and text of the CIDRs of a text that nothing taken covers."""
    for match in _CIDR.finditer(text):
        length = int(match.group(2))
        one, two, three, four = map(int, match.group(1).split("."))
        first = (one << 24 | two << 16 | three << 8 | four) & -(1 << (32 - length))
        if length > _ROUTE and (first, first + (1 << (32 - length)) - 1) not in covered:
            yield match.start(), f"{match.group(1)}/{length}"


def lost(text: str, taken: Iterable[IPNetwork], places: Iterator[Place], twice: str) -> list[Lost]:
    """What a list has lost, by column or key.

    places: every text of the list, looked through only if something is missing; twice: what to say of ranges that are
    in the text and in none of them. Empty for a list whose texts are not to be told apart.
    """
    covered = _Covered(taken)
    missing = list(_missing(text, covered))
    if not missing:
        return []
    found: dict[str, Lost] = {}
    held = set()
    for place in places:
        for _, cidr in _missing(place.text, covered):
            held.add(cidr)
            if place.name:
                known = found.get(place.name) or Lost(place.name, 0, cidr, *place.spot())
                found[place.name] = known._replace(number=known.number + 1)
    told = list(found.values())
    if len(told) > _MOST_TOLD:
        rest = told[_MOST_TOLD:]
        told[_MOST_TOLD:] = [rest[0]._replace(where=f"{len(rest)} more", number=sum(each.number for each in rest))]
    alone = [(at, cidr) for at, cidr in missing if cidr not in held] if twice else []
    if alone:
        told.append(Lost(twice, len(alone), alone[0][1], text.count("\n", 0, alone[0][0]) + 1, ""))
    return told


def named(kind: str, name: str) -> str:
    """A column or a key as it is told."""
    return f"{kind} {clean_name(name) or repr('')}"

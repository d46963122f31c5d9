"""Ranges that a list contains and that were not used: a second look at its text, which knows no columns and no keys."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.free_space import Interval, covers, merged_networks
from azext_kubenet.options.range_lists.listing import Listing, Lost, clean_name

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#: A CIDR in any text; some writers of JSON put a backslash before the slash.
_CIDR = re.compile(rf"(?<![0-9.])((?:{_OCTET}\.){{3}}{_OCTET})\\?/(3[0-2]|[12]?[0-9])(?![0-9]|\.[0-9])", re.ASCII)
#: The default route and its halves are not networks.
_ROUTE = 1
#: Columns or keys that are reported one by one.
_MOST_TOLD = 5


class Place(NamedTuple):
    """A text of a list.

    name: its column or key as it is reported, "" for what only speaks of ranges
    text: itself
    spot: tells its line and path, which may take long
    """

    name: str
    text: str
    spot: Callable[[], tuple[int, str]]


def in_line(line: int, name: str, text: str) -> Place:
    """Return a text whose line is known."""
    return Place(name, text, lambda: (line, ""))


def named(kind: str, name: str) -> str:
    """Return a column or a key as it is reported."""
    return f"{kind} {clean_name(name) or repr('')}"


def note_lost(text: str, listing: Listing, places: Iterator[Place], outside: str = "") -> None:
    """Note in a listing the ranges of its text that were not used, by column or key.

    places: every text of the list, looked through only if something is missing
    outside: what to call ranges that are in none of the places, "" not to tell them
    """
    covered = merged_networks(listing.networks)
    missing = list(_missing(text, covered))
    if not missing:
        return
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
    alone = [(at, cidr) for at, cidr in missing if cidr not in held] if outside else []
    if alone:
        told.append(Lost(outside, len(alone), alone[0][1], text.count("\n", 0, alone[0][0]) + 1, ""))
    listing.lost = told


def _missing(text: str, covered: Sequence[Interval]) -> Iterator[tuple[int, str]]:
    """Yield offset and text of the CIDRs of a text that nothing used covers."""
    for match in _CIDR.finditer(text):
        length = int(match.group(2))
        one, two, three, four = map(int, match.group(1).split("."))
        first = (one << 24 | two << 16 | three << 8 | four) & -(1 << (32 - length))
        if length > _ROUTE and not covers(covered, (first, first + (1 << (32 - length)) - 1)):
            yield match.start(), f"{match.group(1)}/{length}"

"""Ranges that a list contains and that were not used: a second look at its text, which knows no columns and no keys."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.addressing.findings import Fix, advise
from azext_kubenet.addressing.free_space import Interval, covers, merged_codes
from azext_kubenet.addressing.summaries import without_summaries
from azext_kubenet.options.range_lists.lengths import BARE
from azext_kubenet.options.range_lists.listing import Listing, Lost, LostRange, clean_name
from azext_kubenet.options.range_lists.rows import NETMASKS, is_network
from azext_kubenet.options.range_lists.spans import SIDE_BY_SIDE
from azext_kubenet.options.range_lists.wildcards import spelled_out

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
#: A netmask, or its opposite, as access lists of routers have it.
_MASK = r"(?:255(?:\.[0-9]{1,3}){3}|0(?:\.[0-9]{1,3}){2}\.[1-9][0-9]{0,2})(?![0-9.])"
_OPPOSITES = {
    ".".join(str(255 - int(each)) for each in mask.split(".")): mask for mask, length in NETMASKS.items() if length < 31
}
#: A CIDR in any text, an address with its netmask, or two addresses with a dash between them. Some writers of JSON put
#: a backslash before the slash, and addresses of the web have its code in its place.
_RANGE = re.compile(
    rf"(?<![0-9.])({_ADDRESS})(?:(?:\\?/|%2[Ff])(?:({_MASK})|(3[0-2]|[12]?[0-9])(?![0-9]|\.[0-9]))"
    rf"|[,;]?[ \t]+({_MASK})|[ \t]*[-\u2013\u2014][ \t]*({_ADDRESS})(?![0-9]|[./][0-9]))",
    re.ASCII,
)
#: Signs that the text may have ranges that it does not show: a netmask of an address that stands elsewhere, and a sign
#: that JSON writes as its number.
_ELSEWHERE = ("255.", "\\u00", "\\u20")
#: Two halves of a range may stand apart.
_APART = re.compile(f"{BARE.pattern}|{SIDE_BY_SIDE.pattern}", re.ASCII)
#: As many addresses are no network: those of the default route and of its halves.
_ROUTE = (1 << 31) - 1
#: The last address of the smallest summary, from its first.
_SUMMARY = (1 << 25) - 1
#: Columns or keys that are reported one by one.
_MOST_TOLD = 5


class Place(NamedTuple):
    """A text of a list.

    name: its column or key as it is reported, "" for what only speaks of ranges
    text: itself
    spot: tells its line and path, which may take long
    guessed: whether its length is a guess: it counts as used if a network that has its address was
    """

    name: str
    text: str
    spot: Callable[[], tuple[int, str]]
    guessed: bool = False


class Used(NamedTuple):
    """What is used of lists, as merged intervals.

    kept_clear: what is kept clear of for sure; whole: all that was read, summaries and the default route among it
    """

    kept_clear: Sequence[Interval]
    whole: Sequence[Interval]

    def covers(self, first: int, last: int) -> bool:
        """Whether a range is in it: a summary counts where it was read, and covers nothing else that may be lost."""
        return covers(self.whole if last - first >= _SUMMARY else self.kept_clear, (first, last))


class Missing(NamedTuple):
    """A range of a text that nothing used covers: where it begins, itself, its first and last address."""

    at: int
    text: str
    first: int
    last: int


class RangesInside(NotANetwork):
    """Nothing of a list can be used, and the ranges in its texts can: they are what to type."""

    def __init__(self, fault: NotANetwork, ranges: Sequence[str]):
        super().__init__(fault.rule, fault.message, f"give its ranges themselves: {' '.join(ranges)}")
        self._ranges = ranges

    def fixes(self, option: str) -> tuple[Fix, ...]:
        """What to do about it, for an option."""
        return advise(f"give the ranges themselves in place of it: {option} {' '.join(self._ranges)}")


def in_line(line: int, name: str, text: str, guessed: bool = False) -> Place:
    """Return a text whose line is known."""
    return Place(name, text, lambda: (line, ""), guessed)


def named(kind: str, name: str) -> str:
    """Return a column or a key as it is reported."""
    return f"{kind} {clean_name(name) or repr('')}"


def named_both(kind: str, names: tuple[str, str]) -> str:
    """Return two columns or keys as they are reported."""
    return f"{kind}s {' and '.join(clean_name(name) or repr('') for name in names)}"


def holds_range(text: str) -> bool:
    """Return whether a text has a range in it."""
    return bool(_RANGE.search(text))


def without_lines(text: str, numbers: Sequence[int]) -> str:
    """Return a text of the same length in which some lines, by number from 1, are blank."""
    lines = text.split("\n") if numbers else [text]
    for number in numbers:
        lines[number - 1] = " " * len(lines[number - 1])
    return "\n".join(lines)


def with_netmasks(cells: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each network of a row whose netmask is in another of its cells, given by name and text."""
    masks = [text for _, text in cells if text in NETMASKS]
    for name, text in cells:
        mask = next((each for each in masks if is_network(text, each)), "")
        if mask and mask != text:
            yield name, f"{text}/{NETMASKS[mask]}"


def note_lost(text: str, listing: Listing, places: Iterator[Place], outside: str = "") -> None:
    """Note in a listing the ranges of its text that were not used, by column or key.

    places: every text of the list, looked through only if something may be missing
    outside: what to call ranges that are in none of the places, "" not to tell them
    """
    covered, text = surely_used(listing), spelled_out(text)
    missing = list(missing_of(text, covered))
    if not missing and not any(sign in text for sign in _ELSEWHERE) and not _APART.search(text):
        return
    found: dict[str, list[LostRange]] = {}
    held = set()
    for place in places:
        for each in missing_of(place.text, covered):
            held.add(each.text)
            last = each.first if place.guessed else each.last
            if place.name and not (place.guessed and covered.covers(each.first, last)):
                found.setdefault(place.name, []).append(LostRange(each.text, each.first, last, place.spot))
    alone = [each for each in missing if each.text not in held] if outside else []
    if alone:
        found[outside] = [
            LostRange(each.text, each.first, each.last, partial(_line_at, text, each.at)) for each in alone
        ]
    listing.lost = [Lost(where, tuple(ranges)) for where, ranges in found.items()]


def surely_used(listing: Listing) -> Used:
    """Return what the ranges of a list cover in any case: of a summary only all lists together tell if it counts."""
    codes = [each.code for each in listing.taken]
    kept = list(without_summaries(codes))
    space = merged_codes(kept)
    return Used(space, space if len(kept) == len(codes) else merged_codes(codes))


def still_lost(lost: Sequence[Lost], used: Used) -> list[Lost]:
    """Return what is lost of lists once all that is used is known, of the other lists and ranges of an option, too."""
    left = (
        each._replace(ranges=tuple(one for one in each.ranges if not used.covers(one.first, one.last))) for each in lost
    )
    told = [each for each in left if each.ranges]
    if len(told) > _MOST_TOLD:
        rest = told[_MOST_TOLD:]
        told[_MOST_TOLD:] = [
            Lost(f"{len(rest)} more columns or keys", tuple(one for each in rest for one in each.ranges))
        ]
    return told


def _line_at(text: str, at: int) -> tuple[int, str]:
    return text.count("\n", 0, at) + 1, ""


def missing_of(text: str, used: Used) -> Iterator[Missing]:
    """Yield the ranges of a text that nothing used covers."""
    for match in _RANGE.finditer(spelled_out(text)):
        address, mask, length, apart, end = match.groups()
        mask = mask or apart
        if mask in _OPPOSITES and is_network(address, _OPPOSITES[mask]):
            mask = _OPPOSITES[mask]
        if mask and (mask not in NETMASKS or mask == "0.0.0.0"):
            continue
        first = last = _number(address)
        if end:
            last = _number(end)
        else:
            size = 1 << 32 - int(length or NETMASKS[mask])
            first &= -size
            last = first + size - 1
        if first <= last < first + _ROUTE and not used.covers(first, last):
            shown = f"{address}-{end}" if end else f"{address}/{length or NETMASKS[mask]}"
            yield Missing(match.start(), shown, first, last)


def _number(address: str) -> int:
    one, two, three, four = map(int, address.split("."))
    return one << 24 | two << 16 | three << 8 | four

"""Markdown: each table by its own header, each code block as the list that it is, items that begin with a range.

What else it says is prose, and is not read; ranges in it are told by the second look of `lost`. A file that has one
table and nothing else is a table, and one that has neither a table nor a code block nor such items is no Markdown.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from azext_kubenet.options.range_lists import table
from azext_kubenet.options.range_lists.header import head_below
from azext_kubenet.options.range_lists.listing import NO_RANGES, Listing, clean_name, read_cell, reason_of
from azext_kubenet.options.range_lists.lost import Place, note_lost
from azext_kubenet.options.range_lists.rows import begins_as_range, was_meant
from azext_kubenet.options.range_lists.words import bare, without_links

#: The line between the header of a table and its rows.
_SEPARATOR = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
#: A text without such a line has no blocks, and one without the other no items: both end soon in long lists.
_BEGINS = re.compile(r"(?m)^[ \t]*(?:```|~~~|\|?[ \t]*:?-+:?[ \t]*\|)")
_ITEMS = re.compile(r"(?m)^[ \t]*(?:[-*+]|[0-9]{1,4}[.)])[ \t]")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)")
#: What is around the name that stands behind a range.
_BESIDE = " \t:;,.-()*_`|\u2013\u2014"
_LONGEST_LINE = 10_000


class _Block(NamedTuple):
    """Lines of one kind: `table`, `code`, or `text`. first: the number of the first, from 1"""

    kind: str
    first: int
    lines: list[str]


def has_blocks(text: str) -> bool:
    """Return whether a text is Markdown with tables or code blocks, and with more than one table."""
    if not any(each in text for each in ("|", "```", "~~~")) or not _BEGINS.search(text):
        return False
    kinds = [block.kind for block in _blocks(text)]
    return "code" in kinds or ("table" in kinds and len(kinds) > 1)


def has_items(text: str) -> bool:
    """Return whether a text has items that begin with a range."""
    if not any(each in text for each in ("- ", "* ", "+ ", ". ", ") ", "\t")):
        return False
    return bool(_ITEMS.search(text)) and any(_item(line)[1] for line in text.split("\n"))


def read(text: str, inner: Callable[[str], Listing]) -> Listing:
    """Return the ranges of Markdown. inner: reads a code block"""
    listing = Listing(remarks=[])
    for block in _blocks(text):
        own = "\n".join(block.lines)
        if block.kind == "table":
            found = table.read(own, head_below(block.lines))
            if any(each.fault.rule == NO_RANGES for each in found.faults):  # a table of something else
                found.without_range = 0
        elif block.kind == "code":
            found = inner(own)
            if found.faults and not _is_list(block.lines):  # commands, or what they print
                found = Listing()
        else:
            found = _items(block.lines)
        listing.add(found, block.first - 1)
    told = listing.lost  # in columns, by their titles
    note_lost(
        text,
        listing,
        iter([Place("", each.text, lambda: (0, "")) for lost in told for each in lost.ranges]),
        "the text",
    )
    listing.lost = [*told, *listing.lost]
    return listing


def _is_list(lines: list[str]) -> bool:
    """Return whether half of the lines begin as a range, so that the others are slips."""
    filled = [line for line in lines if line.strip()]
    return sum(begins_as_range(line) for line in filled) * 2 >= len(filled)


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the blocks of a text, in their order; blank text is none."""
    lines = text.split("\n")
    at = start = 0
    while at < len(lines):
        kind, begin, end, after = _special(lines, at)
        if not kind:
            at += 1
            continue
        yield from _text(lines, start, at)
        yield _Block(kind, begin + 1, lines[begin:end])
        at = start = after
    yield from _text(lines, start, len(lines))


def _text(lines: list[str], start: int, end: int) -> Iterator[_Block]:
    if any(line.strip() for line in lines[start:end]):
        yield _Block("text", start + 1, lines[start:end])


def _special(lines: list[str], at: int) -> tuple[str, int, int, int]:
    """Return the kind of what begins at a line, its first line, its end, and where to go on; "" for text."""
    if _FENCE.match(lines[at]):
        fence = lines[at].strip()[:3]
        end = next((n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(fence)), len(lines))
        return "code", at + 1, end, end + 1
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if "|" in lines[at] and "|" in below and len(below) < _LONGEST_LINE and _SEPARATOR.fullmatch(below):
        end = next((n for n in range(at + 2, len(lines)) if "|" not in lines[n]), len(lines))
        return "table", at, end, end
    return "", at, at, at


def _item(line: str) -> tuple[str, str]:
    """Return the range that an item begins with, and what is behind it; "" for another line."""
    found = _ITEM.fullmatch(line[:_LONGEST_LINE])
    if not found:
        return "", ""
    first, _, rest = without_links(found[1]).strip().partition(" ")
    word = bare(first.rstrip(":;,").strip("_")).rstrip(":;,")
    return (word, rest.strip() or first) if (begins_as_range(word) and "/" in word) or _is_wild(word) else ("", "")


def _is_wild(word: str) -> bool:
    return word.endswith(("*", "x")) and begins_as_range(word)


def _items(lines: list[str]) -> Listing:
    """Return the ranges with which items begin, each by its name."""
    listing = Listing(remarks=[])
    for number, line in enumerate(lines, start=1):
        word, rest = _item(line)
        if not word and begins_as_range(alone := bare(line.partition("#")[0].strip())) and " " not in alone:
            word, rest = alone, line.partition("#")[2]
        if word:
            named = "" if was_meant(bare(rest)) or "](" in rest else clean_name(rest.strip(_BESIDE))
            read_cell(word, listing, reason_of(named), partial(listing.refuse, line=number))
    return listing

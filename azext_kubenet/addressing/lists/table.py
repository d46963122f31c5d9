"""CSV with a header: columns by their usual names, with comma, semicolon, tab or bar between them."""

import csv
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from azext_kubenet.addressing.lists.columns import Layout, layout, name_of, range_of
from azext_kubenet.addressing.lists.listing import Listing, Reasons, clean_name, read_cell
from azext_kubenet.addressing.networks import NotANetwork

_DELIMITERS = ",;\t|"
#: For a table of one column, whose cells may hold several ranges with commas between them.
_NO_DELIMITER = "\x1f"
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_ADDRESS_LIKE = re.compile(r"[0-9]+\.[0-9]+\.|[0-9a-fA-F]*:[0-9a-fA-F]*:")
#: Where a first line is looked for: a file that begins with more comments or empty lines is no export.
_LINES_BEFORE = 100
#: Rows that are looked at to see whether unknown column names stand above ranges.
_ROWS_TRIED = 20
_COLUMNS_SHOWN = 12
#: In characters, so that looking at a line of a million digits ends soon.
_LONGEST_HEADER = 10_000
#: Infoblox writes tables of several kinds into one file, each below a line that begins so.
_INFOBLOX = "header-"


class Head(NamedTuple):
    """The header of a table. number: its line from 1; titles: the columns."""

    number: int
    delimiter: str
    titles: list[str]


def head_of(text: str) -> Head | None:
    """The header of a table, or None where a text is none.

    A header has no address in it, names a column that holds ranges, and has rows below. One that names no such column
    counts as a header too, if a row below has an address and something else between the same delimiters.
    """
    lines = re.split("\r\n|\r|\n", text, maxsplit=_LINES_BEFORE + _ROWS_TRIED)
    delimiter = ""
    for number, line in enumerate(lines[:_LINES_BEFORE], start=1):
        said = _SEPARATOR_LINE.fullmatch(line)
        if said:
            delimiter = said.group(1)
        elif line.strip() and not line.lstrip().startswith("#"):
            return _head(number, line, delimiter, lines[number:])
    return None


def _head(number: int, line: str, delimiter: str, below: list[str]) -> Head | None:
    rows = [each for each in below if each.strip()]
    if not rows or len(line) > _LONGEST_HEADER or _ADDRESS_LIKE.search(line):
        return None
    bare = _QUOTED.sub("", line)
    delimiter = delimiter or max(_DELIMITERS, key=bare.count)
    if delimiter not in bare or delimiter in '"\n ':
        delimiter = _NO_DELIMITER
    try:
        titles = next(_rows([line], delimiter))
    except csv.Error:
        return None
    if layout(enumerate(titles)).known:
        return Head(number, delimiter, titles)
    named = sum(bool(title.strip()) for title in titles) > 1
    above_ranges = any(_mixed(row[:_LONGEST_HEADER].split(delimiter)) for row in rows[:_ROWS_TRIED])
    return Head(number, delimiter, titles) if named and above_ranges else None


def _mixed(cells: list[str]) -> bool:
    """Whether a row has an address and something else, as no plain list has."""
    kinds = {bool(_ADDRESS_LIKE.search(cell)) for cell in cells if cell.strip()}
    return len(kinds) > 1


def _rows(lines: list[str], delimiter: str) -> Any:
    return csv.reader(
        (f"{line}\n" for line in lines), delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True
    )


def read(text: str, head: Head) -> Listing:
    """The ranges of a table. A row whose cell is empty is passed over, and counted."""
    listing, reasons = Listing(), Reasons()
    titles, where = head.titles, layout(enumerate(head.titles))
    if not where.known:
        listing.refuse(_no_column(titles), head.number)
        return listing
    for number, row in _numbered(text, head, listing):
        if row[0].lower().startswith(_INFOBLOX) and titles[0].lower().startswith(_INFOBLOX):
            titles, where = row, layout(enumerate(row)) if "network" in row[0].lower() else Layout()
        elif any(cell.strip() for cell in row):
            _read_row(number, row + [""] * (len(titles) - len(row)), (titles, where), listing, reasons)
    return listing


def _numbered(text: str, head: Head, listing: Listing) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their first line, also where quoted cells have line ends in them."""
    below = text.split("\n", head.number)[-1]
    rows = _rows(below.split("\n"), head.delimiter)
    while True:
        number = head.number + rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            listing.refuse(_not_csv(error), number)
            continue
        if row:
            yield number, row


def _read_row(
    number: int, row: list[str], columns: tuple[list[str], Layout], listing: Listing, reasons: Reasons
) -> None:
    titles, where = columns
    seen = listing.seen
    try:
        found = range_of(row, where)
    except NotANetwork as fault:
        listing.refuse(fault, number)
        return
    if found is not None:
        at, cell = found
        reason = reasons.of(name_of(row, where, at))
        read_cell(cell, listing, reason, lambda fault: listing.refuse(fault, number, _column(titles, at)))
    if listing.seen == seen:
        listing.pass_over(number)


def _column(titles: list[str], at: int) -> str:
    """The path of a cell; nothing where there is but one column."""
    return f"column {clean_name(titles[at])}" if len(titles) > 1 else ""


def _not_csv(error: csv.Error) -> NotANetwork:
    return NotANetwork(
        "malformed-list", f"the quotes of this row do not pair: {error}", "close the quote, or double one inside a cell"
    )


def _no_column(titles: list[str]) -> NotANetwork:
    shown = ", ".join(clean_name(title) or "''" for title in titles[:_COLUMNS_SHOWN])
    more = f" and {len(titles) - _COLUMNS_SHOWN} more" if len(titles) > _COLUMNS_SHOWN else ""
    return NotANetwork(
        "list-without-ranges",
        f"no column holds ranges: the columns are {shown}{more}",
        "name the column prefix, cidr or network, or name two of them network and mask",
    )

"""Tables: columns by their usual names, with comma, semicolon, tab or bar between them, or aligned by `az -o table`."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any, NamedTuple

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.options.range_lists.listing import Listing, Reasons, clean_name, read_cells
from azext_kubenet.options.range_lists.rows import (
    Layout,
    begins_as_range,
    is_network,
    layout,
    name_of,
    ranges_of,
    was_meant,
)
from azext_kubenet.options.range_lists.titles import stands_for

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
#: Columns among which those of addresses and masks are looked for.
_COLUMNS_PAIRED = 40
#: In characters, so that looking at a line of a million digits ends soon.
_LONGEST_HEADER = 10_000
#: Infoblox writes tables of several kinds into one file, each row below a line that begins so.
_INFOBLOX = "header-"
#: A line that only draws: below the header of a Markdown table, around that of a database's output.
_DRAWN = re.compile(r"[-+=|:; \t]*[-=]{2}[-+=|:; \t]*")
#: The line below the header of `az -o table`.
_RULED = re.compile(r"-+(?: +-+)*")
#: Lines of titles and of merged cells above the names of the columns, at most.
_HEADER_LINES = 10
#: How the table of a plan of this command begins, and its rows of ranges: what each is called. Its other rows are the
#: DNS service, which is inside of the services, and what is never sent to Azure.
_OUR_TITLES = ["Range", "CIDR", "Addresses"]
_OURS = {"Virtual network": "network", "Subnet": "subnet", "Pod CIDR": "pods", "Service CIDR": "services"}
_NO_HEADER = "the table has no line of column names: what looks like a range is one"
_LETTER = re.compile(r"[^\W\d_]")


class Head(NamedTuple):
    """The header of a table.

    number: its line from 1, 0 for none; titles: the columns; ruled: where each column of aligned text begins.
    masked: the column of addresses and that of their masks, told by their values; () where titles say it.
    """

    number: int
    delimiter: str
    titles: list[str]
    ruled: tuple[int, ...] = ()
    masked: tuple[int, ...] = ()


def head_of(text: str) -> Head | None:
    """The header of a table, or None where a text is none.

    A header has no address in it, names a column that holds ranges, and has rows below. Titles may stand above it. One
    that names no such column counts as a header too, if a row below has an address and something else between the same
    delimiters.
    """
    lines = re.split("\r\n|\r|\n", text, maxsplit=_LINES_BEFORE + _ROWS_TRIED)
    delimiter = ""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(lines[:_LINES_BEFORE], start=1):
        said = _SEPARATOR_LINE.fullmatch(line)
        if said:
            delimiter = said.group(1)
        elif line.strip() and not line.lstrip().startswith("#") and not _DRAWN.fullmatch(line):
            if len(line) > _LONGEST_HEADER or _ADDRESS_LIKE.search(line) or len(found) == _HEADER_LINES:
                break
            found.append((number, line))
    for number, line in found:
        if line.lstrip('" ').lower().startswith(_INFOBLOX):
            return Head(number, delimiter or _delimiter(line), _titles(line, delimiter or _delimiter(line)))
    heads = [head for number, line in found if (head := _head(number, line, delimiter, lines[number:]))]
    merged = [head for one, two in pairwise(heads) if (head := _merged(one, two))]
    best = max([*heads, *merged], key=_worth, default=None)
    if best is None:
        return None
    begin = best.number
    return best._replace(masked=_masked(best, lines[begin:]))


def _worth(head: Head) -> tuple[bool, bool, int]:
    """How sure it is that a line is the header."""
    where = layout(enumerate(head.titles))
    both = bool(where.starts and where.ends) or bool(where.ranges and where.masks)
    return where.known, bool(where.sure) or both, len(where.sure) + len(where.likely) + len(where.names)


def _merged(one: Head, two: Head) -> Head | None:
    """Two lines as one header, as a spreadsheet has them whose upper cells are merged."""
    if one.delimiter != two.delimiter or len(one.titles) != len(two.titles):
        return None
    pairs = zip(one.titles, two.titles, strict=True)
    return two._replace(titles=[_known_of(f"{above} {below}".strip(), below, above) for above, below in pairs])


def _known_of(*titles: str) -> str:
    """The first title that stands for something, else the first."""
    return next((title for title in titles if stands_for(title)[0]), titles[0])


def _head(number: int, line: str, delimiter: str, below: list[str]) -> Head | None:
    rows = [each for each in below if each.strip() and not _DRAWN.fullmatch(each)]
    if not rows:
        return None
    if below and _RULED.fullmatch(below[0].rstrip()) and "  " in f"{below[0]}  ":
        starts = tuple(match.start() for match in re.finditer("-+", below[0]))
        return Head(number, "", _aligned(line, starts), starts)
    bare = _QUOTED.sub("", line)
    delimiter = delimiter or _delimiter(line)
    if delimiter not in bare or delimiter in '"\n ':
        delimiter = _NO_DELIMITER
    titles = _titles(line, delimiter)
    where = layout(enumerate(titles))
    if where.known or (where.perhaps and delimiter != _NO_DELIMITER):
        return Head(number, delimiter, titles)
    named = sum(bool(title.strip()) for title in titles) > 1
    above_ranges = any(_mixed(row[:_LONGEST_HEADER].split(delimiter)) for row in rows[:_ROWS_TRIED])
    head = Head(number, delimiter, titles)
    return head if named and (above_ranges or _masked(head, rows)) else None


def _masked(head: Head, below: list[str]) -> tuple[int, ...]:
    """The columns of network addresses and of their netmasks, whatever they are called and in whatever language."""
    where = layout(enumerate(head.titles))
    if where.sure or (where.ranges and where.masks) or (where.starts and where.ends):
        return ()
    rows = [
        _aligned(row, head.ruled) if head.ruled else _titles(row, head.delimiter)
        for row in [each[:_LONGEST_HEADER] for each in below if each.strip() and not _DRAWN.fullmatch(each)]
        if not row.lstrip().startswith("#")
    ][:_ROWS_TRIED]
    rows = [row for row in rows if len(row) == len(head.titles) and any(row)]
    pairs = permutations(range(len(head.titles)), 2) if len(head.titles) <= _COLUMNS_PAIRED else ()
    return next((pair for pair in pairs if _are_masked([(row[pair[0]], row[pair[1]]) for row in rows])), ())


def _are_masked(pairs: list[tuple[str, str]]) -> bool:
    """Whether addresses are those of networks with netmasks beside them: most of them, as a few may be wrong."""
    full = [pair for pair in pairs if any(pair)]
    right = sum(is_network(address, mask) for address, mask in full)
    return right * 2 > len(full) and all(_ADDRESS_LIKE.match(cell) for pair in full for cell in pair)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=_QUOTED.sub("", line).count)


def _titles(line: str, delimiter: str) -> list[str]:
    """The cells of a line; none where its quotes do not pair."""
    try:
        return [title.strip() for title in next(_rows([line], delimiter))]
    except csv.Error:
        return []


def _aligned(line: str, starts: tuple[int, ...]) -> list[str]:
    """The cells of a line of aligned columns."""
    return [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]


def headless(text: str) -> Head | None:
    """A table without column names, as geofeeds and `az -o tsv` are: ranges and other things between delimiters."""
    lines = [line for line in re.split("\r\n|\r|\n", text, maxsplit=_LINES_BEFORE) if line.strip()]
    rows = [line[:_LONGEST_HEADER] for line in lines if not line.lstrip().startswith("#")][:_ROWS_TRIED]
    if len(rows) < 2:
        return None
    for delimiter in "\t;|,":
        mixed = [_range_and_name(row.split(delimiter)) for row in rows]
        if mixed[0] and sum(mixed) * 2 > len(rows):
            return Head(0, delimiter, [])
    return None


def _range_and_name(cells: list[str]) -> bool:
    """Whether a row without header has a range in a cell and a name in another."""
    ranges = [begins_as_range(cell) for cell in cells]
    others = (cell for cell, is_range in zip(cells, ranges, strict=True) if not is_range)
    return any(ranges) and any(_LETTER.search(cell) and not was_meant(cell) for cell in others)


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
    if not head.number:
        listing.form.append(("table-without-header", _NO_HEADER))
    for number, row, columns in _with_columns(text, head, listing):
        _read_row(number, row, columns, listing, reasons)
    where = _columns(head.titles, head.masked)[1]
    if head.number and not listing.taken and not listing.faults and not (where.known or where.perhaps):
        listing.refuse(_no_column(head.titles), head.number)
    return listing


def every_cell(text: str, head: Head) -> Iterator[tuple[int, str, str]]:
    """Every cell of a table: its line, the title of its column, and its text."""
    for number, row, (titles, _) in _with_columns(text, head, Listing()):
        if _is_ours(titles) and row[0] not in _OURS:
            continue
        for at, cell in enumerate(row):
            yield number, (titles[at] if at < len(titles) else "") or str(at + 1), cell


def _with_columns(text: str, head: Head, listing: Listing) -> Iterator[tuple[int, list[str], tuple[list[str], Layout]]]:
    """Rows with their line and with the header that is their own: the last, or that of the kind in their first cell."""
    columns = _columns(head.titles, head.masked)
    kinds: dict[str, tuple[list[str], Layout]] = {}
    several = bool(head.titles) and head.titles[0].lower().startswith(_INFOBLOX)
    if several:
        kinds[_kind(head.titles[0])] = columns
    for number, row in _numbered(text, head, listing):
        first = row[0].strip().lower()
        if several and first.startswith(_INFOBLOX):
            columns = kinds[_kind(first)] = _columns(row, ())
        elif several:
            yield number, *_filled(row, kinds.get(first, ([], Layout())))
        elif head.number and _is_header(row, columns[0]):
            columns = _columns(row, head.masked if row == columns[0] else ())
        elif any(cell.strip() for cell in row):
            own = columns if head.number else ([], Layout(perhaps=list(range(len(row))), names=list(range(len(row)))))
            yield number, *_filled(row, own)


def _columns(titles: list[str], masked: tuple[int, ...]) -> tuple[list[str], Layout]:
    where = layout(enumerate(titles))
    if masked:
        address, mask = masked
        where = replace(
            where,
            sure=[address],
            likely=[at for at in where.likely if at not in masked],
            masks=[mask],
            names=[at for at in where.names if at not in masked],
        )
    return titles, where


def _is_ours(titles: list[str]) -> bool:
    """Whether a table is that of a plan of this command."""
    return titles[: len(_OUR_TITLES)] == _OUR_TITLES


def _kind(title: str) -> str:
    return title.strip().lower().removeprefix(_INFOBLOX).rstrip("*")


def _filled(row: list[str], columns: tuple[list[str], Layout]) -> tuple[list[str], tuple[list[str], Layout]]:
    return row + [""] * (len(columns[0]) - len(row)), columns


def _is_header(row: list[str], titles: list[str]) -> bool:
    """Whether a row below a header is one itself, as where two exports were put into one file."""
    if [cell.strip() for cell in row] == titles:
        return True
    if any(_ADDRESS_LIKE.search(cell) or was_meant(cell) for cell in row) or not any(map(_is_sure, row)):
        return False
    where = layout(enumerate(row))
    return len(where.sure) + len(where.likely) + len(where.masks) + len(where.names) >= min(2, len(row))


def _is_sure(cell: str) -> bool:
    return stands_for(cell)[0] == "sure"


def _numbered(text: str, head: Head, listing: Listing) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their first line, also where quoted cells have line ends in them."""
    below = text.split("\n", head.number)[-1] if head.number else text
    lines = below.split("\n")
    if head.ruled:
        yield from (
            (number, _aligned(line, head.ruled))
            for number, line in enumerate(lines, start=head.number + 1)
            if line.strip() and not _DRAWN.fullmatch(line)
        )
        return
    rows = _rows(lines, head.delimiter)
    while True:
        number = head.number + rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            listing.refuse(_not_csv(error), number)
            continue
        if row and not row[0].lstrip().startswith("#") and not _draws(row):
            yield number, row


def _draws(row: list[str]) -> bool:
    """Whether a row only draws a line."""
    return row[0][:1] in ("", "-", "+", "=", ":") and bool(_DRAWN.fullmatch("".join(row)))


def _read_row(
    number: int, row: list[str], columns: tuple[list[str], Layout], listing: Listing, reasons: Reasons
) -> None:
    titles, where = columns
    ours = _is_ours(titles)
    if ours and row[0] not in _OURS:
        return
    seen = listing.seen
    try:
        found = ranges_of(row, where)
    except NotANetwork as fault:
        listing.refuse(fault, number)
        return
    if found:
        name = f"plan/{_OURS[row[0]]}" if ours else name_of(row, where, [cell.at for cell in found])
        reason = reasons.of(name)
        read_cells(found, listing, reason, lambda cell, fault: listing.refuse(fault, number, _column(titles, cell.at)))
    if listing.seen == seen:
        listing.pass_over(number)


def _column(titles: list[str], at: int) -> str:
    """The path of a cell; nothing where there is but one column."""
    if not titles:
        return f"column {at + 1}"
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

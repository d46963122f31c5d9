"""Tables: columns by their usual names, with comma, semicolon, tab or bar between them, or aligned by `az -o table`."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.options.range_lists import tree
from azext_kubenet.options.range_lists.header import ADDRESS_LIKE, INFOBLOX, Head, csv_rows, draws
from azext_kubenet.options.range_lists.lengths import with_lengths
from azext_kubenet.options.range_lists.listing import Listing, clean_name, nothing_holds_ranges, read_cells, reason_of
from azext_kubenet.options.range_lists.lost import (
    Place,
    in_line,
    named,
    named_both,
    note_lost,
    with_netmasks,
    without_lines,
)
from azext_kubenet.options.range_lists.remarks import is_remark, remarks_above
from azext_kubenet.options.range_lists.rows import (
    Cell,
    Layout,
    is_address,
    is_service_tag,
    joined,
    layout,
    name_of,
    ranges_of,
    was_meant,
)
from azext_kubenet.options.range_lists.spans import with_ends
from azext_kubenet.options.range_lists.titles import of_cluster

#: How a cell begins that is JSON with names in it.
_JSON_CELL = ('{"', '[{"')
#: Titles of columns, and what they stand for.
_Columns = tuple[list[str], Layout]

#: How the table of a plan of this command begins, and its rows of ranges: what each is called. Its other rows are the
#: DNS service, which is inside of the services, and what is never sent to Azure.
_OUR_TITLES = ["Range", "CIDR", "Addresses"]
_OURS = {"Virtual network": "network", "Subnet": "subnet", "Pod CIDR": "pods", "Service CIDR": "services"}
_RENAME = "rename the column of ranges to prefix, cidr or network, or two columns to network and mask"
_QUOTES = "close the quote, or double each quote inside a cell"
_NO_HEADER = "the table has no header row; every cell that begins with a range is used"


def read(text: str, head: Head) -> Listing:
    """Return the ranges of a table. A row whose cell is empty is ignored, and counted."""
    listing = Listing(remarks=remarks_above(text, head.number))
    if not head.number:
        listing.form.append(("table-without-header", _NO_HEADER))
    for number, row, columns in _with_columns(text, head, listing):
        _read_row(number, row, columns, listing)
    if not listing.seen:
        _read_hosts(text, head, listing)
    where = _columns(head.titles, head.masked)[1]
    if head.number and not listing.taken and not listing.faults and not (where.known or where.perhaps):
        listing.refuse(nothing_holds_ranges("column", head.titles, _RENAME), head.number)
    note_lost(without_lines(text, listing.remarks or ()), listing, _places(text, head), "no column")
    return listing


def _places(text: str, head: Head) -> Iterator[Place]:
    """Yield every cell of a table."""
    for number, row, (titles, _) in _with_columns(text, head, Listing()):
        ours = _is_ours(titles) and row[0] not in _OURS  # the docker bridge, and the DNS service in the services
        cells = [((titles[at] if at < len(titles) else "") or str(at + 1), cell) for at, cell in enumerate(row)]
        for title, cell in [*cells, *with_netmasks(cells)]:
            yield in_line(number, "" if ours else named("column", title), cell)
        for pair in with_lengths(cells):
            yield in_line(number, "" if ours else named_both("column", pair.names), pair.cidr, not pair.sure)
        for span in with_ends(cells):
            yield in_line(number, "" if ours else named_both("column", span.names), span.text, not span.sure)


def _with_columns(text: str, head: Head, listing: Listing) -> Iterator[tuple[int, list[str], _Columns]]:
    """Yield rows with their line and with their own header: the last, or that of the kind in their first cell."""
    columns = _columns(head.titles, head.masked)
    kinds: dict[str, _Columns] = {}
    last = head.number
    several = bool(head.titles) and head.titles[0].lower().startswith(INFOBLOX)
    if several:
        kinds[_kind(head.titles[0])] = columns
    for number, row in _numbered(text, head, listing):
        first, apart, last = row[0].strip().lower(), number > last + 1, number
        if several and first.startswith(INFOBLOX):
            columns = kinds[_kind(first)] = _columns(row, ())
        elif several:
            yield number, *_filled(row, kinds.get(first, ([], Layout())))
        elif head.number and _is_header(row, columns[0], apart):
            columns = _columns(row, head.masked if row == columns[0] else ())
        elif any(cell.strip() for cell in row):
            yield number, *_filled(row, columns if head.number else _without_titles(len(row), head.masked))


def _without_titles(width: int, masked: tuple[int, ...]) -> _Columns:
    """Return what is where in a row of a table without header: a name in any cell but those of an address and mask."""
    others = [at for at in range(width) if at not in masked]
    if not masked or width <= max(masked):
        return [], Layout(perhaps=list(range(width)), names=others)
    address, mask = masked
    return [], Layout(sure=[address], masks=[mask], perhaps=others, names=others)


def _columns(titles: list[str], masked: tuple[int, ...]) -> _Columns:
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
    """Return whether a table is that of a plan of this command."""
    return titles[: len(_OUR_TITLES)] == _OUR_TITLES


def _kind(title: str) -> str:
    return title.strip().lower().removeprefix(INFOBLOX).rstrip("*")


def _filled(row: list[str], columns: _Columns) -> tuple[list[str], _Columns]:
    return row + [""] * (len(columns[0]) - len(row)), columns


def _is_header(row: list[str], titles: list[str], apart: bool) -> bool:
    """Return whether a row below a header is one itself, as where two exports were put into one file.

    It has no address, and names columns of ranges: surely, or with more known names in it than others.
    apart: whether a blank line or a comment is above it, so that the name of one column is enough
    """
    if [cell.strip() for cell in row] == titles:
        return True
    if any(ADDRESS_LIKE.search(cell) or was_meant(cell) for cell in row):
        return False
    where = layout(enumerate(row))
    known = len(where.ranges) + len(where.masks) + len(where.names) + len(where.starts) + len(where.ends)
    filled = sum(bool(cell.strip()) for cell in row)
    if apart and where.known and filled > 1:
        return True
    if where.sure:
        return known >= min(2, len(row))
    return where.known and known > 1 and known * 2 > filled


def _numbered(text: str, head: Head, listing: Listing) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the number of their first line, also where quoted cells have line ends in them."""
    below = text.split("\n", head.number)[-1] if head.number else text
    lines = below.split("\n")
    if head.ruled:
        numbered = enumerate(lines, start=head.number + 1)
        yield from ((number, head.cells(line)) for number, line in numbered if line.strip() and not draws(line))
        return
    rows = csv_rows(lines, head.delimiter)
    while True:
        number = head.number + rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            listing.refuse(NotANetwork("malformed-list", f"unbalanced quotes in this row: {error}", _QUOTES), number)
            continue
        if row and is_remark(row, len(head.titles)):
            listing.note_remark(number)
        elif row and not _only_draws(row):
            yield number, row


def _only_draws(row: list[str]) -> bool:
    return row[0][:1] in ("", "-", "+", "=", ":") and draws("".join(row))


def _read_row(number: int, row: list[str], columns: _Columns, listing: Listing) -> None:
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
        if titles:
            own = _OURS[row[0]] != "network" if ours else False
            found = [
                cell._replace(of_cluster=own or bool(of_cluster(titles[cell.at])))
                for cell in found
                if not is_service_tag(titles[cell.at], cell.text)
            ]
        reason = reason_of(name)
        read_cells(found, listing, reason, partial(_refuse_cell, listing, number, titles))
    for cell in row:
        if cell.startswith(_JSON_CELL):
            _read_inside(cell, name_of(row, where), listing)
    if listing.seen == seen:
        listing.pass_over(number)


def _read_hosts(text: str, head: Head, listing: Listing) -> None:
    """Read a table of machines, which has addresses and no ranges: each address is a /32."""
    listing.without_range, listing.first_without = 0, (0, "")  # they are counted anew
    for number, row, (titles, where) in _with_columns(text, head, Listing()):
        cells = [Cell(at, row[at]) for at in where.likely if at in where.addresses and is_address(row[at])]
        refuse = partial(_refuse_cell, listing, number, titles)
        read_cells(cells, listing, reason_of(name_of(row, where, [cell.at for cell in cells])), refuse)
        if not cells:
            listing.pass_over(number)


def _refuse_cell(listing: Listing, number: int, titles: list[str], cell: Cell, fault: NotANetwork) -> None:
    listing.refuse(fault, number, _column(titles, cell.at))


def _read_inside(cell: str, name: str, listing: Listing) -> None:
    """Add the ranges of a cell that is JSON, as portals write objects; what is wrong in it is no fault of the table."""
    inner = tree.read(cell)
    for each in inner.taken:
        own = each.reason.removeprefix(reason_of("")).removeprefix(": ")
        listing.taken.append(each._replace(reason=reason_of(joined(name, own))))
    listing.ipv6 += inner.ipv6


def _column(titles: list[str], at: int) -> str:
    """Return the path of a cell; "" where there is but one column."""
    if not titles:
        return f"column {at + 1}"
    return f"column {clean_name(titles[at])}" if len(titles) > 1 else ""

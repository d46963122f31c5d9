"""The header of a table: which line names the columns, and what is between these."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, NamedTuple

from azext_kubenet.options.range_lists.lengths import is_length, may_be_length
from azext_kubenet.options.range_lists.rows import begins_as_range, fits, is_network, layout, was_meant
from azext_kubenet.options.range_lists.titles import stands_for

if TYPE_CHECKING:
    from _csv import Reader

#: How a text begins that holds an address, right or wrong, and no date such as 05.01.2024.
ADDRESS_LIKE = re.compile(r"[0-9]+\.[0-9]+\.(?![0-9]{4}(?![0-9.]))|[0-9a-fA-F]*:[0-9a-fA-F]*:")
#: Infoblox writes tables of several kinds into one file, each row below a line that begins so.
INFOBLOX = "header-"
_DELIMITERS = ",;\t|"
#: For a table of one column, whose cells may hold several ranges with commas between them.
_NO_DELIMITER = "\x1f"
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
#: Where a first line is looked for: a file that begins with more comments or empty lines is not an export.
_LINES_BEFORE = 100
#: Rows that are looked at to see whether unknown column names are above ranges.
_ROWS_TRIED = 20
#: Columns among which those of addresses and masks are looked for.
_COLUMNS_PAIRED = 40
#: In characters, so that looking at a line of a million digits ends soon.
_LONGEST_HEADER = 10_000
#: A line that only draws: below the header of a Markdown table, around that of a database's output.
_DRAWN = re.compile(r"[-+=|:; \t]*[-=]{2}[-+=|:; \t]*")
#: The line below the header of `az -o table`.
_RULED = re.compile(r"(?:-+|=+)(?: +[-=]+)*")
#: What is between two cells of aligned text.
_APART = re.compile(r"\s{2,}")
#: A title of aligned text: words with single spaces between them.
_WORDS = re.compile(r"\S+(?: \S+)*")
#: Lines of titles and of merged cells above the names of the columns, at most.
_HEADER_LINES = 10
#: Quotes of a row of titles, at most.
_QUOTES_LOOKED_AT = 200
_LETTER = re.compile(r"[^\W\d_]")


class Head(NamedTuple):
    """The header of a table.

    number: its line from 1, 0 for none
    delimiter: what is between cells, "" for aligned text
    titles: of the columns
    ruled: where each column of aligned text begins, () for cells with delimiters
    masked: the column of addresses and that of their masks, told by their values; () where titles say it
    """

    number: int
    delimiter: str
    titles: list[str]
    ruled: tuple[int, ...] = ()
    masked: tuple[int, ...] = ()

    def cells(self, line: str) -> list[str]:
        """Return the cells of a line; none where its quotes do not pair."""
        if self.ruled:
            ends = [*self.ruled[1:], None]
            if any(not line[at - 1].isspace() for at in self.ruled[1:] if at < len(line)):  # wide letters move cells
                cells = _APART.split(line.strip())
                return cells + [""] * (len(self.ruled) - len(cells))
            return [line[start:end].strip() for start, end in zip(self.ruled, ends, strict=True)]
        return _cells(line, self.delimiter)


def head_of(text: str) -> Head | None:
    """Return the header of a table, or None where a text is not a table.

    A header has no address in it, names a column that holds ranges, and has rows below. Titles may be above it. One
    that names no such column counts as a header too, if a row below has an address and something else between the same
    delimiters. A table without a header has ranges and names in columns of their own.
    """
    return _headed(text) or _headless(text)


def head_below(lines: list[str]) -> Head:
    """Return the header of a table of Markdown, whose first line it is, whatever it names."""
    head = Head(1, "|", _cells(lines[0], "|"))
    return head._replace(masked=_masked(head, lines[2:]))


def _headed(text: str) -> Head | None:
    lines = re.split("\r\n|\r|\n", text, maxsplit=_LINES_BEFORE + _ROWS_TRIED)
    delimiter = ""
    found: list[tuple[int, str]] = []
    for number, line in _whole_rows(lines[:_LINES_BEFORE]):
        said = _SEPARATOR_LINE.fullmatch(line)
        if said:
            delimiter = said.group(1)
        elif line.strip() and not _is_remark(line, lines[number:]) and not _DRAWN.fullmatch(line):
            if len(line) > _LONGEST_HEADER or ADDRESS_LIKE.search(line) or len(found) == _HEADER_LINES:
                break
            found.append((number, line))
    for number, line in found:
        if line.lstrip('" ').lower().startswith(INFOBLOX):
            delimiter = delimiter or _delimiter(line)
            return Head(number, delimiter, _cells(line, delimiter))
    heads = [head for number, line in found if (head := _head(number, line, delimiter, lines[number:]))]
    merged = [head for one, two in pairwise(heads) if (head := _merged(one, two))]
    best = max([*heads, *merged], key=_worth, default=None)
    if best is None:
        return None
    below = best.number
    return best._replace(masked=_masked(best, lines[below:]))


def _whole_rows(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with their number, from 1; those of a row with line ends inside of quotes as one, with its last."""
    open_row = ""
    for number, line in enumerate(lines, start=1):
        row = f"{open_row} {line}" if open_row else line
        if row.count('"') % 2 and len(row) < _LONGEST_HEADER and row.count('"') < _QUOTES_LOOKED_AT:
            open_row = row
            continue
        open_row = ""
        yield number, row


def _is_remark(line: str, below: list[str]) -> bool:
    """Return whether a line above a table is a comment, and not the header of one whose first column is called #."""
    if not line.lstrip(' \t"').startswith("#"):
        return False
    delimiter = _delimiter(line)
    titles = _cells(line, delimiter)
    named = len(titles) > 1 and titles[0] == "#"
    return not (named and len(_cells(next(filter(None, below), ""), delimiter)) == len(titles))


def _worth(head: Head) -> tuple[bool, bool, int]:
    """Return how sure it is that a line is the header."""
    where = layout(enumerate(head.titles))
    both = bool(where.starts and where.ends) or bool(where.ranges and where.masks)
    return where.known, bool(where.sure) or both, len(where.sure) + len(where.likely) + len(where.names)


def _merged(one: Head, two: Head) -> Head | None:
    """Return two lines as one header, as in a spreadsheet whose upper cells are merged."""
    if one.delimiter != two.delimiter or len(one.titles) != len(two.titles):
        return None
    pairs = zip(one.titles, two.titles, strict=True)
    return two._replace(titles=[_known_of(f"{above} {below}".strip(), below, above) for above, below in pairs])


def _known_of(*titles: str) -> str:
    """Return the first title that stands for something, otherwise the first."""
    return next((title for title in titles if stands_for(title)[0]), titles[0])


def _head(number: int, line: str, delimiter: str, below: list[str]) -> Head | None:
    rows = [each for each in below if each.strip() and not _DRAWN.fullmatch(each)]
    if not rows:
        return None
    if below and _RULED.fullmatch(below[0].rstrip()) and "  " in f"{below[0]}  ":
        ruled = Head(number, "", [], tuple(match.start() for match in re.finditer("[-=]+", below[0])))
        return ruled._replace(titles=ruled.cells(line))
    aligned = _aligned(number, line, rows)
    if aligned is not None:
        return aligned
    bare = _QUOTED.sub("", line)
    delimiter = delimiter or _delimiter(line)
    if delimiter not in bare or delimiter in '"\n ':
        delimiter = _NO_DELIMITER
    titles = _cells(line, delimiter)
    where = layout(enumerate(titles))
    if where.known or (where.perhaps and delimiter != _NO_DELIMITER):
        return Head(number, delimiter, titles)
    named = sum(bool(title.strip()) for title in titles) > 1
    above_ranges = any(_mixed(row[:_LONGEST_HEADER].split(delimiter)) for row in rows[:_ROWS_TRIED]) or (
        len(titles) > 1 and all(map(_LETTER.search, titles)) and _are_routes(rows[:_ROWS_TRIED], delimiter, len(titles))
    )
    head = Head(number, delimiter, titles)
    return head if named and (above_ranges or _masked(head, rows)) else None


def _aligned(number: int, line: str, rows: list[str]) -> Head | None:
    """Return a header above columns of spaces alone, as gcloud and kubectl print them; None for another line."""
    starts = tuple(match.start() for match in _WORDS.finditer(line))
    if len(starts) < 2 or any(each in line for each in _DELIMITERS):
        return None
    head = Head(number, "", [], starts)
    head = head._replace(titles=head.cells(line))
    tried = [row for row in rows[:_ROWS_TRIED] if row[:1].strip()]
    filled = all(starts[1] < len(row) and not row[starts[1]].isspace() for row in tried)
    in_columns = filled and all(at > len(row) or row[at - 1].isspace() for row in tried for at in starts[1:])
    where = layout(enumerate(head.titles))
    holds = any(ADDRESS_LIKE.match(cell) for row in tried for cell in head.cells(row))
    return head if tried and in_columns and where.known and holds else None


def _masked(head: Head, below: list[str]) -> tuple[int, ...]:
    """Return the columns of network addresses and of their netmasks, whatever they are called in any language."""
    where = layout(enumerate(head.titles))
    apart = where.masks or where.lengths
    if where.sure or (where.ranges and apart) or (where.starts and where.ends):
        return ()
    rows = [
        head.cells(row[:_LONGEST_HEADER])
        for row in below
        if row.strip() and not _DRAWN.fullmatch(row) and not row.lstrip().startswith("#")
    ][:_ROWS_TRIED]
    rows = [row for row in rows if len(row) == len(head.titles) and any(row)]
    pairs = permutations(range(len(head.titles)), 2) if len(head.titles) <= _COLUMNS_PAIRED else ()
    tests = [(pair, _may_hold_lengths(head.titles, *pair)) for pair in pairs]
    return next((at for at, loose in tests if _are_masked([(row[at[0]], row[at[1]]) for row in rows], loose)), ())


def _may_hold_lengths(titles: list[str], at: int, other: int) -> bool:
    """Return whether numbers in another column may be prefix lengths: by its title, or where it is the next one."""
    return is_length(titles[other]) or (other == at + 1 and may_be_length(titles[other]))


def _are_masked(pairs: list[tuple[str, str]], lengths: bool) -> bool:
    """Return whether addresses are those of networks with netmasks beside them: most of them, as a few may be wrong."""
    full = [pair for pair in pairs if any(pair)]
    right = sum(is_network(address, mask) or (lengths and fits(address, mask)) for address, mask in full)
    return right * 2 > len(full) and all(
        ADDRESS_LIKE.match(address) and (ADDRESS_LIKE.match(mask) or (lengths and mask.lstrip("/").isdigit()))
        for address, mask in full
    )


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=_QUOTED.sub("", line).count)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv_rows([line], delimiter))]
    except csv.Error:
        return []


def _headless(text: str) -> Head | None:
    """Return the head of a table without column names, as geofeeds and `az -o tsv` are: ranges and other things."""
    lines = [line for line in re.split("\r\n|\r|\n", text, maxsplit=_LINES_BEFORE) if line.strip()]
    rows = [line[:_LONGEST_HEADER] for line in lines if not line.lstrip().startswith("#")][:_ROWS_TRIED]
    for delimiter in "\t;|,":
        width = rows[0].count(delimiter) + 1 if rows else 0
        bare = Head(0, delimiter, [""] * width)
        masked = _masked(bare, rows) if width > 1 and any(map(_LETTER.search, rows)) else ()
        if masked:
            return Head(0, delimiter, [], masked=masked)
    if len(rows) < 2:
        return None
    for delimiter in "\t;|,":
        mixed = [_range_and_name(row.split(delimiter)) for row in rows]
        if mixed[0] and sum(mixed) * 2 > len(rows):
            return Head(0, delimiter, [])
    return None


def _range_and_name(cells: list[str]) -> bool:
    """Return whether a row without header has a range in a cell and a name in another."""
    ranges = [begins_as_range(cell) for cell in cells]
    others = (cell for cell, is_range in zip(cells, ranges, strict=True) if not is_range)
    return any(ranges) and any(_LETTER.search(cell) and not was_meant(cell) for cell in others)


def _are_routes(rows: list[str], delimiter: str, width: int) -> bool:
    """Return whether each row has ranges and addresses in columns of their own, as destinations and gateways are."""
    kinds = {tuple(map(begins_as_range, row[:_LONGEST_HEADER].split(delimiter))) for row in rows}
    return len(kinds) == 1 and all(len(kind) == width and len({*kind}) > 1 for kind in kinds)


def _mixed(cells: list[str]) -> bool:
    """Return whether a row has an address and something else, as no plain list has."""
    kinds = {bool(ADDRESS_LIKE.search(cell)) for cell in cells if cell.strip()}
    return len(kinds) > 1


def draws(text: str) -> bool:
    """Return whether a line, or what its cells have together, only draws."""
    return bool(_DRAWN.fullmatch(text))


def csv_rows(lines: Iterable[str], delimiter: str) -> "Reader":
    """Return a reader of the rows of lines."""
    return csv.reader(
        (f"{line}\n" for line in lines), delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True
    )

"""Lines of a list that begin as comments: which of them are rows all the same, and which hold ranges.

A line that begins with # is a comment, but inventories also number their rows so: `#2,10.244.0.0/16`.
"""

import re
from collections.abc import Sequence

from azext_kubenet.options.range_lists.listing import Listing
from azext_kubenet.options.range_lists.lost import holds_range, missing_of, surely_used
from azext_kubenet.options.range_lists.rows import begins_as_range, is_address

#: How a line begins that is a comment as a whole.
_COMMENT = re.compile(r"[ \t]*(?:#|//)")


def is_remark(row: Sequence[str], columns: int) -> bool:
    """Return whether a row of a table is a comment: it begins with #, and is none of as many cells with a range.

    columns: of the table. A range behind the # itself was taken out by somebody, so it makes no row.
    """
    if not row[0].lstrip().startswith("#"):
        return False
    return not (
        1 < columns <= len(row)
        and any(holds_range(cell) or begins_as_range(cell) or is_address(cell) for cell in row[1:])
    )


def remarks_above(text: str, number: int) -> list[int]:
    """Return the lines above a line that begin with #, from 1."""
    return [at for at, line in enumerate(text.split("\n", number)[: number - 1], start=1) if line.lstrip()[:1] == "#"]


def note_remarks(text: str, listing: Listing) -> None:
    """Note in a listing the lines that are comments and hold ranges that nothing used covers."""
    if "#" not in text and "//" not in text:
        return
    used = surely_used(listing)
    lines = None if listing.remarks is None else set(listing.remarks)
    for number, line in enumerate(text.split("\n"), start=1):
        if number not in lines if lines is not None else not _COMMENT.match(line):
            continue
        missing = next(missing_of(line, used), None)
        if missing is not None:
            listing.commented += 1
            listing.first_commented = listing.first_commented or missing.text

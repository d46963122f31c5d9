"""Lists of ranges as people have them: one a line, CSV with a header, or JSON; told apart by what they hold.

JSON begins with a bracket. CSV begins with a line of column names, of which one holds ranges. All else is plain: ranges
with spaces, commas or line ends between them, `#` before comments.

Every range of a list counts, also one that holds others of it, such as a container or a block of address space. Which
keys and columns are known, and from which document of which exporter, is in `columns`.
"""

import re

from azext_kubenet.addressing.lists import plain, table, tree
from azext_kubenet.addressing.lists.listing import Listing
from azext_kubenet.addressing.networks import NotANetwork

__all__ = ["Listing", "read_list"]

#: Our own bound, in characters, so that any file ends soon and in little memory: some two million ranges one a line.
LONGEST = 32 * 1024 * 1024
_JSON = re.compile(r"\s*[\[{]")


def read_list(text: str) -> Listing:
    """The ranges of a list with their names, and what is wrong with it, by line. Never raises."""
    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST:
        return _too_long(text)
    if _JSON.match(text):
        return tree.read(_unix(text))
    head = table.head_of(text)
    if head is None:
        return plain.read(text)
    return table.read(_unix(text), head)


def _unix(text: str) -> str:
    """The same lines, each ended by a line feed, as JSON and CSV keep others inside their strings."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _too_long(text: str) -> Listing:
    listing = Listing()
    message = f"the list has {len(text):,} characters: this command reads {LONGEST:,} at most"
    listing.refuse(
        NotANetwork("list-too-long", message, "keep only the ranges, one a line, and merge those that touch")
    )
    return listing

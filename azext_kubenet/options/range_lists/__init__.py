"""Lists of ranges as people have them: one a line, tables, or JSON; told apart by what they hold.

JSON begins with a bracket. A table begins with a line of column names, of which one holds ranges, or has ranges and
names in columns of their own. Code, such as a template, declares and sets names. All else is plain: ranges with
spaces, commas or line ends between them, `#` before comments.

Every range of a list counts, also one that holds others of it, such as a container or a block of address space. Which
keys and columns are known, and from which document of which exporter, is in `titles`. What is not known is not taken,
and `lost` looks for it, so that no range goes without a word.
"""

import re
from functools import partial

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.options.range_lists import code, plain, table, tree
from azext_kubenet.options.range_lists.decoding import decoded, without_colours
from azext_kubenet.options.range_lists.listing import Listing
from azext_kubenet.options.range_lists.lost import Place, lost, named

__all__ = ["Listing", "read_list", "without_colours"]

#: Our own bound, in characters, so that any file ends soon and in little memory: some two million ranges one a line.
LONGEST = 32 * 1024 * 1024
_JSON = re.compile(r"\s*[\[{]")
#: A whole line of comment, in a table.
_COMMENT = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)


def read_list(text: str) -> Listing:
    """The ranges of a list with their names, and what is wrong with it, by line. Never raises."""
    if len(text) > LONGEST:
        return _refused(_too_long(text))
    try:
        meant = decoded(text)
    except NotANetwork as fault:
        return _refused(fault)
    listing = _read(without_colours(meant.text).removeprefix("\ufeff"))
    if meant.form:
        listing.form.append(("list-not-utf8", meant.form))
    if not listing.taken and not listing.faults:
        listing.refuse(_nothing(meant.text, listing))
    if not listing.taken and any(each.fault.rule == "list-without-ranges" for each in listing.faults):
        listing.without_range = 0  # that is what it says
    return listing


def _read(text: str) -> Listing:
    """The ranges of a list of any form."""
    if _JSON.match(text):
        text = _unix(text)
        listing = tree.read(text)
        whole = not any(each.fault.rule == "malformed-list" for each in listing.faults)
        places = (
            Place(spot, "" if key is None else named("key", key), value) for spot, key, value in tree.strings(text)
        )
        listing.lost = lost(text, listing.networks, places, "a key that comes twice in an object") if whole else []
        return _advised(listing)
    if code.is_plan(text):
        return code.read_plan(text)
    if code.is_code(text):
        text = _unix(text)
        listing = code.read(text)
        places = (
            Place(partial(_spot, line), named("key", key) if key else "", held) for line, key, held in code.lines(text)
        )
        listing.lost = lost(text, listing.networks, places, "")
        return _advised(listing)
    head = table.head_of(text) or table.headless(text)
    if head is None:
        return plain.read(text)
    text = _unix(text)
    listing = table.read(text, head)
    cells = table.every_cell(text, head)
    places = (Place(partial(_spot, line), named("column", title), cell) for line, title, cell in cells)
    listing.lost = lost(_COMMENT.sub("", text), listing.networks, places, "")
    return _advised(listing)


def _spot(line: int) -> tuple[int, str]:
    return line, ""


def _advised(listing: Listing) -> Listing:
    """The same listing; where nothing could be taken, what holds ranges all the same is in the advice."""
    if listing.taken or not listing.lost:
        return listing
    holders = " and ".join(each.where for each in listing.lost)
    for at, fault in enumerate(listing.faults):
        if fault.fault.rule == "list-without-ranges":
            advice = f"name {holders} prefix or cidr: there stand ranges such as {listing.lost[0].first}"
            listing.faults[at] = fault._replace(fault=NotANetwork(fault.fault.rule, fault.fault.message, advice))
            listing.lost = []
    return listing


def _nothing(text: str, listing: Listing) -> NotANetwork:
    """Why nothing could be taken from a list in which nothing is wrong."""
    rule, advice = "list-without-ranges", "give a list of ranges, or leave the option out if there are none"
    if not text.strip():
        why = "the list is empty, as that of a command that failed or a variable that is not set is"
        return NotANetwork(rule, why, advice)
    if listing.lost:
        first = listing.lost[0]
        holders = " and ".join(each.where for each in listing.lost)
        listing.lost = []
        why = f"nothing stands where ranges are looked for, and ranges such as {first.first} stand in {holders}"
        return NotANetwork(rule, why, f"name {holders} prefix or cidr")
    if listing.ipv6:
        return NotANetwork(rule, "all ranges of the list are IPv6, and only IPv4 is planned", advice)
    if not re.sub(r"(?m)#.*", "", text).strip():
        return NotANetwork(rule, "the list has nothing but comments", advice)
    return NotANetwork(rule, "the list has no ranges", advice)


def _unix(text: str) -> str:
    """The same lines, each ended by a line feed, as JSON and CSV keep others inside their strings."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refused(fault: NotANetwork) -> Listing:
    listing = Listing()
    listing.refuse(fault)
    return listing


def _too_long(text: str) -> NotANetwork:
    message = f"the list has {len(text):,} characters: this command reads {LONGEST:,} at most"
    return NotANetwork("list-too-long", message, "keep only the ranges, one a line, and merge those that touch")

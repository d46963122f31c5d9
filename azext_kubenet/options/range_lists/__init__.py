"""Lists of ranges as people have them: one a line, tables, or JSON; told apart by what they contain.

JSON begins with a bracket; YAML counts as the JSON that it stands for. A table begins with a line of column names, of
which one contains ranges, or has ranges and names in columns of their own. Code, such as a template, declares and sets
names. All else is plain: ranges with spaces, commas or line ends between them, `#` before comments.

Every range of a list counts, also one that contains others of it, such as a container or a block of address space.
Which keys and columns are known, and from which document of which exporter, is in `titles`. What is not known is not
used, and `lost` looks for it, so that no range goes without a word.
"""

import re

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.options import yaml_text
from azext_kubenet.options.range_lists import code, markdown, other_files, plain, table, tree
from azext_kubenet.options.range_lists.decoding import decoded, without_colours
from azext_kubenet.options.range_lists.header import head_of
from azext_kubenet.options.range_lists.listing import NO_RANGES, Fault, Listing
from azext_kubenet.options.range_lists.lost import RangesInside
from azext_kubenet.options.range_lists.remarks import note_remarks
from azext_kubenet.options.range_lists.words import as_written_usually

__all__ = ["Listing", "read_list"]

#: Our own bound, in characters, so that any file ends soon and in little memory: some two million ranges one a line.
LONGEST = 32 * 1024 * 1024
#: Ranges that are told to be typed, at most.
_RANGES_TYPED = 10
#: How JSON begins; a word alone in brackets begins a part of a file of settings.
_JSON = re.compile(r"\s*(?!\[[A-Za-z_][\w. -]*\][ \t\r]*\n)[\[{]")


def read_list(text: str) -> Listing:
    """Return the ranges of a list with their names, and what is wrong with it, by line. Never raises."""
    if len(text) > LONGEST:
        message = f"the list has {len(text):,} characters; the maximum is {LONGEST:,}"
        return _refused(NotANetwork("list-too-long", message, "keep only the ranges, and merge adjacent ones"))
    try:
        meant = decoded(text)
    except NotANetwork as fault:
        return _refused(fault)
    plain_text = without_colours(meant.text).removeprefix("\ufeff")
    page = other_files.markup(plain_text)
    if page is not None:
        return _refused(page)
    plain_text = as_written_usually(plain_text)
    marked = _unix(plain_text)
    listing = markdown.read(marked, _read_text) if _is_markdown(marked) else _read_text(plain_text)
    note_remarks(_unix(plain_text), listing)
    if meant.form:
        listing.form.append(("list-not-utf8", meant.form))
    if not listing.taken:
        _explain(listing, meant.text)
    return listing


def _is_markdown(text: str) -> bool:
    return not (_JSON.match(text) or code.is_plan(text)) and markdown.has_blocks(text)


def _read_text(text: str) -> Listing:
    """Return the ranges of a text that has no blocks of Markdown."""
    return _read(yaml_text.as_json(text))


def _read(text: str) -> Listing:
    """Return the ranges of a list of any form."""
    if _JSON.match(text):
        return _read_json(_unix(text))
    if code.is_plan(text):
        return code.read_plan(text)
    if code.is_code(text):
        return code.read(_unix(text))
    head = head_of(text)
    if head is not None:
        return table.read(_unix(text), head)
    unix = _unix(text)
    return markdown.read(unix, plain.read) if markdown.has_items(unix) else plain.read(text)


def _read_json(text: str) -> Listing:
    """Return the ranges of JSON, or of what looks like it and is a list as Python and YAML write one."""
    listing = tree.read(text)
    if [each.fault.rule for each in listing.faults] == ["malformed-list"]:
        other = yaml_text.converted(text)
        return tree.read(other) if other else listing
    return listing


def _unix(text: str) -> str:
    """Return the same lines, each ended by a line feed, because JSON and CSV keep others inside their strings."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refused(fault: NotANetwork) -> Listing:
    listing = Listing()
    listing.refuse(fault)
    return listing


def _explain(listing: Listing, text: str) -> None:
    """Say in a listing why nothing of it could be used, and which columns or keys contain ranges all the same."""
    error = other_files.error_in(text)
    if error is not None:
        listing.faults, listing.more_faults, listing.lost = [Fault(0, "", error)], 0, []
        listing.without_range = 0
        return
    if not listing.faults:
        listing.refuse(_nothing(text, listing))
    what, advice = other_files.kind_of(text)
    if what and listing.faults[0].fault.rule == NO_RANGES:
        listing.faults, listing.lost = [], []
        listing.refuse(NotANetwork(NO_RANGES, f"the file is {what}, not a list", advice))
    for at, fault in enumerate(listing.faults):
        if fault.fault.rule == NO_RANGES:
            listing.without_range = 0  # that is what it says
            if listing.lost:
                listing.faults[at] = fault._replace(fault=_named(listing, fault.fault, text))
                listing.lost = []


def _named(listing: Listing, fault: NotANetwork, text: str) -> NotANetwork:
    """Return a fault that says what to do about the ranges that were found all the same.

    Where a text under a key has more in it than a range, another name for the key would not do.
    """
    ranges = [*dict.fromkeys(each.text for lost in listing.lost for each in lost.ranges)]
    if listing.lost[0].where.startswith("key") and len(ranges) <= _RANGES_TYPED and not _are_values(ranges, text):
        return RangesInside(fault, ranges)
    return NotANetwork(NO_RANGES, fault.message, _rename(listing))


def _are_values(ranges: list[str], text: str) -> bool:
    """Return whether each range is all of a value of JSON or YAML."""
    value = r"""(?m)(?::[ \t]*|[\[,:]\s*["'])%s["']?\s*(?:$|[,}\]#])"""
    return all(re.search(value % re.escape(each), text) for each in ranges)


def _rename(listing: Listing) -> str:
    holders = " and ".join(each.where for each in listing.lost)
    first = listing.lost[0].where
    if first.startswith(("columns ", "keys ")):
        return f"rename {first} to network and mask: ranges such as {listing.lost[0].first} were found there"
    return f"rename {holders} to prefix or cidr: ranges such as {listing.lost[0].first} were found there"


def _nothing(text: str, listing: Listing) -> NotANetwork:
    """Return why nothing could be used of a list in which nothing is wrong."""
    advice = "use a list of ranges, or omit the option if there are none"
    if not text.strip():
        return NotANetwork(NO_RANGES, "the list is empty: the command, file or variable has no content", advice)
    if listing.lost:
        return NotANetwork(NO_RANGES, "no known key or column of the list contains ranges", advice)
    if listing.ipv6:
        return NotANetwork(NO_RANGES, "the list contains only IPv6 ranges; only IPv4 is supported", advice)
    if not re.sub(r"(?m)#.*", "", text).strip():
        return NotANetwork(NO_RANGES, "the list contains only comments", advice)
    return NotANetwork(NO_RANGES, "the list contains no ranges", advice)

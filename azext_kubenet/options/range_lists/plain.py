"""Plain lists: ranges with spaces, commas or line ends between them, `#` before comments, which name them."""

import re

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import HostBits, NotANetwork, quoted, read_network
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.options.range_lists.listing import Listing, read_word, reason_of, with_masks

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_NAME = re.compile(r"[^\W\d_]")
_SPACED_RANGE = re.compile(rf"({_ADDRESS})[ \t]+-[ \t]+({_ADDRESS})(?![0-9./])")


def read(text: str) -> Listing:
    """Return the ranges of a plain list. Lines of words are reported once for all of them."""
    listing = Listing()
    prose: list[tuple[int, str]] = []
    if " - " in text:
        text = _SPACED_RANGE.sub(r"\1-\2", text)
    for number, line in enumerate(with_masks(text).splitlines(), start=1):
        ranges, _, comment = line.partition("#")
        words = ranges.replace(",", " ").split()
        if sum(_is_name(word) for word in words) > 1:
            prose.append((number, line))
            continue
        reason = reason_of(comment)
        for word in words:
            try:
                found = [read_network(word)]
            except NotANetwork as fault:
                found = _other(word, fault, number, listing)
            listing.taken += [Reservation(network, reason, Origin.USER) for network in found]
    if prose:
        _refuse_prose(prose, listing)
    return listing


def _is_name(word: str) -> bool:
    """Return whether a word has letters and is nothing that was meant for a range."""
    return bool(_NAME.search(word)) and not set("./:") & set(word)


def _other(word: str, first: NotANetwork, number: int, listing: Listing) -> list[IPNetwork]:
    """Return the networks of a word that is not simply one: of a range, or what was meant where host bits are set."""
    if ":" in word:
        listing.refuse(first, number)
        return []
    try:
        return read_word(word, listing)
    except NotANetwork as fault:
        listing.refuse(fault, number)
        return [fault.network] if isinstance(fault, HostBits) else []


def _refuse_prose(prose: list[tuple[int, str]], listing: Listing) -> None:
    """Note one fault for all lines of words: a title, or a file that is not a list."""
    number, line = prose[0]
    others = len(prose) - 1
    more = f", and so {'is 1 more line' if others == 1 else f'are {others:,} more lines'}" if others else ""
    advice = (
        "put # before text, or use a table whose first line names a column prefix or cidr, or JSON as printed by "
        "az -o json"
    )
    listing.refuse(NotANetwork("malformed-range", f"{quoted(line)} is text, not a range{more}", advice), number)

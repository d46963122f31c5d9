"""Plain lists: ranges with spaces, commas or line ends between them, `#` before comments, which name them."""

import re

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import HostBits, NotANetwork, quoted, read_code, read_network
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.options.range_lists.header import draws
from azext_kubenet.options.range_lists.listing import Listing, clean_name, read_word, reason_of
from azext_kubenet.options.range_lists.other_files import kind_of
from azext_kubenet.options.range_lists.rows import was_meant
from azext_kubenet.options.range_lists.words import with_masks

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_CIDR = re.compile(rf"{_ADDRESS}/[0-9]{{1,2}}")
_ADVICE = (
    "put # before text, or use a table whose first line names a column prefix or cidr, or JSON as printed by az -o json"
)
#: How lines begin that only draw, below a title or around a table.
_DRAWN = ("--", "==", "+-", "+=", "**", "__", "~~")
#: With as many lines of words it is no list with a title.
_LINES_OF_A_TEXT = 3
_NAME = re.compile(r"[^\W\d_]")
#: Signs that people put between a range and its name, or before it.
_SIGNS = re.compile(r"[-*|;:=>+\u2013\u2014\u2022]+|//")
#: A comment; two slashes begin one only behind a blank, as addresses of the web have them.
_COMMENT = re.compile(r"#|(?:^|[ \t])//")
_SPACED_RANGE = re.compile(rf"({_ADDRESS})[ \t]+-[ \t]+({_ADDRESS})(?![0-9./])")


def read(text: str) -> Listing:
    """Return the ranges of a plain list. Lines with words are reported once for all of them."""
    listing = Listing()
    prose: list[tuple[int, str]] = []
    if " - " in text:
        text = _SPACED_RANGE.sub(r"\1-\2", text)
    lines = with_masks(text).splitlines()
    codes = [code for code in map(read_code, lines) if code is not None]
    if len(codes) == len(lines):  # ranges alone, one a line: the longest lists are such
        listing.taken = Reservation.of_codes(codes, reason_of(""), Origin.USER)
        return listing
    slashes = "//" in text
    for number, line in enumerate(lines, start=1):
        ranges, _, comment = line.partition("#") if not slashes else _parted(line)
        words = ranges.replace(",", " ").split()
        others = [word for word in words if _is_name(word) or _SIGNS.fullmatch(word)]
        if (others and len(words) > 1) or (prose and words == others):
            prose.append((number, line))
            words = [word for word in words if word not in others] if sum(map(_is_name, others)) < 2 else []
        if line[:2] in _DRAWN and draws(line):
            continue
        reason = reason_of(comment)
        for word in words:
            try:
                found = [read_network(word)]
            except NotANetwork:
                if prose and prose[-1][0] == number and not was_meant(word):
                    continue  # the line is told as a whole
                found = _other(word, number, listing)
            listing.taken += [Reservation(network, reason, Origin.USER) for network in found]
    if prose:
        _refuse_prose(prose, listing, text)
    return listing


def _parted(line: str) -> tuple[str, str, str]:
    """Return what is before a comment of a line, the sign of the comment, and the comment."""
    found = _COMMENT.search(line)
    return line.partition(found.group()) if found else (line, "", "")


def _is_name(word: str) -> bool:
    """Return whether a word has letters and is nothing that was meant for a range."""
    word = word.rstrip(":.;")
    return bool(_NAME.search(word)) and not set("./:") & set(word)


def _other(word: str, number: int, listing: Listing) -> list[IPNetwork]:
    """Return the networks of a word that is not simply one: of a range, or what was meant where host bits are set."""
    try:
        return read_word(word.strip("\"'`;") if ":" not in word else word, listing)
    except NotANetwork as fault:
        listing.refuse(fault, number)
        return [fault.network] if isinstance(fault, HostBits) else []


def _refuse_prose(prose: list[tuple[int, str]], listing: Listing, text: str) -> None:
    """Note one fault for all lines with words: a title, names beside ranges, or a file that is not a list."""
    number, line = prose[0]
    others = len(prose) - 1
    more = f", and so {'is 1 more line' if others == 1 else f'are {others:,} more lines'}" if others else ""
    beside = [each for each in (_beside(line) for _, line in prose) if each]
    if len(beside) == len(prose):
        advice = f"put # before words, such as {beside[0]}"
    else:
        what, advice = kind_of(text)
        if not what and len(prose) < _LINES_OF_A_TEXT:
            advice = _ADVICE
        if what:  # one fault is enough
            more += f": the file is {what}, not a list"
            listing.faults, listing.more_faults = [], 0
    listing.refuse(NotANetwork("malformed-range", f"{quoted(line)} is text, not a range{more}", advice), number)


def _beside(line: str) -> str:
    """Return a line of a range and its name as it is read: `10.1.0.0/16 # hub`; "" for any other line."""
    words = [word for word in line.replace(",", " ").split() if not _SIGNS.fullmatch(word)]
    ranges = [word for word in words if _CIDR.fullmatch(word)]
    names = " ".join(word.rstrip(":") for word in words if word not in ranges)
    return f"{ranges[0]} # {clean_name(names)}" if len(ranges) == 1 and names else ""

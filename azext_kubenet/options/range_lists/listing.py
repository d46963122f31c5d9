"""What was read from a list: ranges with their reasons, the first faults and their places, what was not used."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import NamedTuple

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.addressing.cidr import HostBits, Meant, NotANetwork, quoted, read_network, read_networks
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.options.range_lists.rows import Cell, looks_empty, with_dots, with_length
from azext_kubenet.options.range_lists.wildcards import with_wildcards
from azext_kubenet.options.range_lists.words import words_of

#: The rule of a list of which nothing can be used.
NO_RANGES = "list-without-ranges"
#: Why a range is taken that has no name.
_EXCLUDED = "excluded"
#: Faults that are kept to be told one by one; of more, only how many there are: a file of nonsense has a million.
FAULTS_KEPT = 5
#: What is shown of a name, at most, in characters.
_NAME_SHOWN = 60
#: What a portal shows of several ranges, behind the first.
_CUT = re.compile(r"\(?\+([0-9]{1,4})(?: more)?\)?\s*$", re.ASCII)
#: Names of columns or keys that are shown, at most.
_NAMES_SHOWN = 12
#: Longer cells are no list of ranges, in characters.
_CELL = 100_000
_SINGLE = re.compile(r"(?:[0-9]{1,3}\.){3}0*[1-9][0-9]{0,2}", re.ASCII)


class Fault(NamedTuple):
    """What is wrong, and where.

    line: from 1, 0 for the whole list
    path: inside it, such as `results[3].prefix`
    """

    line: int
    path: str
    fault: NotANetwork


class LostRange(NamedTuple):
    """A range of a list that was not used.

    text: itself
    first, last: what must be used instead for it not to be lost, as integers
    spot: tells its line and path, which may take long
    """

    text: str
    first: int
    last: int
    spot: Callable[[], tuple[int, str]]


class Lost(NamedTuple):
    """Ranges of a list that were not used.

    where: what contains them, such as `key vpc`
    ranges: all of them
    """

    where: str
    ranges: tuple[LostRange, ...]

    def moved(self, above: int) -> "Lost":
        """Return the same of a list that has other lines above it."""
        return Lost(self.where, tuple(one._replace(spot=partial(_moved, one.spot, above)) for one in self.ranges))

    @property
    def number(self) -> int:
        """Return how many there are."""
        return len(self.ranges)

    @property
    def first(self) -> str:
        """Return the first of them."""
        return self.ranges[0].text


class Part(NamedTuple):
    """What says that a list is incomplete: why, and its line and path."""

    why: str
    line: int = 0
    path: str = ""


@dataclass
class Listing:  # pylint: disable=too-many-instance-attributes
    """A list as it was read.

    taken: its ranges; a fault with host bits counts as the network that was probably meant
    faults, more_faults: the first of them, and how many others there are
    ipv6: ranges of IPv6 that were ignored
    without_range, first_without: entries that have none, and line and path of the first of them
    singles, first_single: addresses that count as a /32, and one of them
    hosts, first_host: addresses that count as the network that they are in, and one of them
    lost: ranges that the list contains and that were not used
    remarks: lines of a table that are comments, None where every line is one that begins so
    commented, first_commented: how many comments hold ranges, and one of these
    part: what says that the list is incomplete
    form: what is unusual about the list, rule and words
    """

    taken: list[Reservation] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0
    ipv6: int = 0
    without_range: int = 0
    first_without: tuple[int, str] = (0, "")
    singles: int = 0
    first_single: str = ""
    hosts: int = 0
    first_host: str = ""
    lost: list[Lost] = field(default_factory=list)
    remarks: list[int] | None = None
    commented: int = 0
    first_commented: str = ""
    part: Part | None = None
    form: list[tuple[str, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Return how much was found so far, right or wrong."""
        return len(self.taken) + len(self.faults) + self.more_faults + self.ipv6

    @property
    def networks(self) -> list[IPNetwork]:
        """Return the ranges alone."""
        return [each.network for each in self.taken]

    def refuse(self, fault: NotANetwork, line: int = 0, path: str = "") -> None:
        """Note a fault."""
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(Fault(line, path, fault))
        else:
            self.more_faults += 1

    def note_remark(self, line: int) -> None:
        """Note a line of a table that is a comment."""
        if self.remarks is None:
            self.remarks = []
        self.remarks.append(line)

    def give_to_cluster(self, since: int) -> None:
        """Note that ranges, from a position on, are those of pods, services or nodes of a cluster."""
        self.taken[since:] = [each._replace(of_cluster=True) for each in self.taken[since:]]

    def add(self, other: "Listing", above: int) -> None:
        """Add what was read from a part of a list. above: how many lines are above that part"""
        self.taken += other.taken
        for line, path, fault in other.faults:
            if fault.rule != NO_RANGES:  # one of several parts may have none
                self.refuse(fault, line + above, path)
        self.more_faults += other.more_faults
        self.ipv6 += other.ipv6
        if other.without_range and not self.without_range:
            line, path = other.first_without
            self.first_without = (line + above, path)
        self.without_range += other.without_range
        self.singles += other.singles
        self.first_single = self.first_single or other.first_single
        self.hosts += other.hosts
        self.first_host = self.first_host or other.first_host
        self.lost += [each.moved(above) for each in other.lost]
        self.remarks = [*(self.remarks or ()), *(line + above for line in other.remarks or ())]
        self.part = self.part or other.part
        self.form += [each for each in other.form if each not in self.form]

    def pass_over(self, line: int, path: str = "") -> None:
        """Note an entry without a range."""
        self.without_range += 1
        if self.without_range == 1:
            self.first_without = (line, path)


def _moved(spot: Callable[[], tuple[int, str]], above: int) -> tuple[int, str]:
    line, path = spot()
    return line + above, path


@lru_cache(4096)  # a hundred thousand ranges may share a few names
def reason_of(name: str) -> str:
    """Return `excluded: NAME`, or only `excluded` for no name."""
    clean = "" if looks_empty(name) else clean_name(name)
    return f"{_EXCLUDED}: {clean}" if clean else _EXCLUDED


def clean_name(name: str) -> str:
    """Return a name on one line, without what a terminal would obey, and no longer than anyone reads."""
    text = "".join(each for each in " ".join(name.split()) if each.isprintable())
    return text if len(text) <= _NAME_SHOWN else text[:_NAME_SHOWN] + "..."


def read_cells(cells: list[Cell], listing: Listing, reason: str, refuse: Callable[[Cell, NotANetwork], object]) -> None:
    """Add the ranges of a row to a listing, each once, and a part of one not beside it."""
    start = len(listing.taken)
    for cell in cells:
        before = len(listing.taken)
        read_cell(cell.text, listing, reason, partial(refuse, cell), cell.of_a_host)
        known = [each.network for each in listing.taken[start:before]]
        if cell.of_cluster:
            listing.give_to_cluster(before)
        new = listing.taken[before:]
        if known:
            listing.taken[before:] = [
                each for each in new if not _within(each.network, known, proper=cell.part) and each.network not in known
            ]


def _within(network: IPNetwork, others: list[IPNetwork], proper: bool) -> bool:
    return proper and any(each.first <= network.first and network.last <= each.last for each in others)


def read_cell(
    text: str, listing: Listing, reason: str, refuse: Callable[[NotANetwork], object], of_a_host: bool = False
) -> None:
    """Add the ranges of a cell or a JSON text to a listing.

    It may contain several, with commas, semicolons or spaces between them, and a remark; what follows a `#` is a
    comment, which names a range that has no other name.

    refuse: is passed what is wrong with each word that is not a range
    of_a_host: whether an address may mean the network that it is in
    """
    faults, seen = [], listing.seen
    if (cut := _CUT.search(text)) is not None:
        listing.part = listing.part or Part(f"{quoted(text)} omits {cut[1]} of its ranges; use -o json of az")
        text = _CUT.sub("", text)
    if "#" in text and reason == _EXCLUDED:
        reason = reason_of(text.partition("#")[2])
    for word in words_of(text) if len(text) <= _CELL else [text]:
        try:
            found = read_word(word, listing, of_a_host)
        except NotANetwork as fault:
            faults.append((word, fault))
            found = [fault.network] if isinstance(fault, HostBits) else []
        listing.taken.extend(Reservation(network, reason, Origin.USER) for network in found)
    alone = listing.seen == seen
    if alone and len(faults) > 1 and (whole := _fault_of(text)):
        refuse(whole)
        return
    for word, wrong in faults:
        if alone or any(each.isdigit() for each in word):
            refuse(wrong)


def _fault_of(text: str) -> NotANetwork | None:
    """Return the one fault of a cell that is one range with slips in it, None for another."""
    if (dotted := with_dots(text)) == text.strip():
        return None
    try:
        return Meant("malformed-range", f"{quoted(text)} is not an IPv4 network", read_network(dotted), text.strip())
    except NotANetwork:
        return NotANetwork(
            "malformed-range", f"{quoted(text)} is not an IPv4 network", takes="a network such as 10.244.0.0/16"
        )


def read_word(word: str, listing: Listing, of_a_host: bool = False) -> list[IPNetwork]:
    """Return the networks of a word; none of one that is IPv6, which is counted. Raises NotANetwork.

    An address alone is a /32, except one that ends in 0: that is a network whose prefix length is missing.
    """
    try:
        return read_networks(word)
    except NotANetwork as fault:
        if (wild := with_wildcards(word)) is not None:
            return [wild]
        if (other := with_length(word)) != word:
            return read_word(other, listing, of_a_host)
        if _is_ipv6(word):
            listing.ipv6 += 1
            return []
        if of_a_host and isinstance(fault, HostBits):
            listing.hosts += 1
            listing.first_host = listing.first_host or word
            return [fault.network]  # pylint: disable=no-member
        if not _SINGLE.fullmatch(word):
            raise
    found = read_networks(f"{word}/32")
    listing.singles += 1
    listing.first_single = listing.first_single or word
    return found


def _is_ipv6(word: str) -> bool:
    """Return whether a word is a network, an address or a range of IPv6."""
    if ":" not in word or len(word) > 100:
        return False
    return all(_reads_as_ipv6(side) for side in word.split("-"))


def _reads_as_ipv6(text: str) -> bool:
    try:
        IPNetwork(text, version=6)
    except (AddrFormatError, ValueError):
        return False
    return True


def nothing_holds_ranges(kind: str, names: Sequence[str], advice: str) -> NotANetwork:
    """Return the fault of a list of which no column, or no key, holds ranges."""
    shown = ", ".join(clean_name(name) or "''" for name in names[:_NAMES_SHOWN]) or "none"
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return NotANetwork(NO_RANGES, f"no {kind} contains ranges; the {kind}s are {shown}{more}", advice)


def path_text(path: Iterable[str | int]) -> str:
    """Return a path as people write one: `results[3].prefix`."""
    shown = ""
    for step in path:
        if isinstance(step, int):
            shown += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,40}", step):
            shown += f".{step}" if shown else step
        else:
            shown += f"[{clean_name(step)!r}]"
    return shown

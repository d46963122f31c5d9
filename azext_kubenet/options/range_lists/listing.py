"""What was read from a list: ranges with their reasons, the first faults and their places, what was not taken."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.addressing.cidr import HostBits, NotANetwork, read_networks
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.options.range_lists.rows import Cell, looks_empty, with_length

#: Why a range is taken that has no name.
EXCLUDED = "excluded"
#: Faults that are kept to be told one by one; of more, only how many there are: a file of nonsense has a million.
FAULTS_KEPT = 5
#: What is shown of a name, at most, in characters.
_NAME_SHOWN = 60
#: Longer cells are no list of ranges, in characters.
_CELL = 100_000
_SEPARATORS = re.compile(r"[ ,;|]+")
_BETWEEN = re.compile(r"[\s,;|#]")
#: Dashes of office programs; spaces of no width, which they put in as well.
_DASHES = {0x2013: "-", 0x2014: "-", 0x200B: None, 0xFEFF: None}
#: What programs put around a text that is to stay one: quotes, an equals sign, the brackets of a list.
_AROUND = "[]'\"=()"
#: An address with its mask behind it, as routers write both.
_SPACED_MASK = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){3})[ \t]+(255(?:\.[0-9]{1,3}){3})(?![0-9./])", re.ASCII)
_SINGLE = re.compile(r"(?:[0-9]{1,3}\.){3}0*[1-9][0-9]{0,2}", re.ASCII)


class Fault(NamedTuple):
    """What is wrong, and where: line from 1, or 0 for the whole list; path inside it, such as `results[3].prefix`."""

    line: int
    path: str
    fault: NotANetwork


class Lost(NamedTuple):
    """Ranges of a list that were not taken: what holds them, how many, the first of them and where that is."""

    where: str
    number: int
    first: str
    line: int
    path: str


class Part(NamedTuple):
    """What says that a list is a part of a longer one: the words for it, and its line and path."""

    why: str
    line: int = 0
    path: str = ""


@dataclass
class Listing:  # pylint: disable=too-many-instance-attributes
    """A list as it was read.

    taken: its ranges; a fault with host bits counts as the network that was probably meant. faults: the first of them,
    where they are; more_faults: how many others there are. ipv6: ranges of IPv6 that were passed over; without_range:
    entries that have none, and first_without: where the first of them is. singles, hosts: addresses that count as a
    /32, and as the network that they are in; first_single, first_host: one of each. lost: ranges that stand in the list
    and were not taken. part: what says that the list is not all of it. form: what is unusual about the list, rule and
    words.
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
    part: Part | None = None
    form: list[tuple[str, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How much was found so far, right or wrong."""
        return len(self.taken) + len(self.faults) + self.more_faults + self.ipv6

    @property
    def networks(self) -> list[IPNetwork]:
        """The ranges alone."""
        return [each.network for each in self.taken]

    def refuse(self, fault: NotANetwork, line: int = 0, path: str = "") -> None:
        """Note a fault."""
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(Fault(line, path, fault))
        else:
            self.more_faults += 1

    def pass_over(self, line: int, path: str = "") -> None:
        """Note an entry without a range."""
        self.without_range += 1
        if self.without_range == 1:
            self.first_without = (line, path)


class Reasons:  # pylint: disable=too-few-public-methods
    """Reasons by name, one object for each name, as a hundred thousand ranges may share a few."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {"": EXCLUDED}

    def of(self, name: str) -> str:
        """`excluded: NAME`, or only `excluded` for no name."""
        reason = self._known.get(name)
        if reason is None:
            clean = "" if looks_empty(name) else clean_name(name)
            reason = self._known[name] = f"{EXCLUDED}: {clean}" if clean else EXCLUDED
        return reason


def clean_name(name: str) -> str:
    """A name on one line, without what a terminal would obey, and no longer than anyone reads."""
    text = "".join(each for each in " ".join(name.split()) if each.isprintable())
    return text if len(text) <= _NAME_SHOWN else text[:_NAME_SHOWN] + "..."


def read_cells(cells: list[Cell], listing: Listing, reason: str, refuse: Callable[[Cell, NotANetwork], object]) -> None:
    """Add the ranges of a row to a listing, each once, and a part of one not beside it."""
    start = len(listing.taken)
    if len(cells) == 1:
        (cell,) = cells
        read_cell(cell.text, listing, reason, lambda fault: refuse(cell, fault), cell.of_a_host)
        return
    for cell in cells:
        before = len(listing.taken)
        read_cell(cell.text, listing, reason, lambda fault, cell=cell: refuse(cell, fault), cell.of_a_host)  # type: ignore[misc]
        known = [each.network for each in listing.taken[start:before]]
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
    """Add the ranges of a cell or a JSON text to a listing; refuse: told what is wrong with each word that is none.

    Several may stand in one, with commas, semicolons or spaces between them, and a remark beside them; what follows a
    `#` is a comment. of_a_host: whether an address may stand for the network that it is in.
    """
    faults, seen = [], listing.seen
    for word in words_of(text) if len(text) <= _CELL else [text]:
        try:
            found = read_word(word, listing, of_a_host)
        except NotANetwork as fault:
            faults.append((word, fault))
            found = [fault.network] if isinstance(fault, HostBits) else []
        listing.taken.extend(Reservation(network, reason, Origin.USER) for network in found)
    alone = listing.seen == seen
    for word, wrong in faults:
        if alone or any(each.isdigit() for each in word):
            refuse(wrong)


def read_word(word: str, listing: Listing, of_a_host: bool = False) -> list[IPNetwork]:
    """The networks of a word; none of one that is IPv6, which is counted. Raises NotANetwork.

    An address alone is a /32, but for one that ends in 0: that is a network whose prefix length is missing.
    """
    try:
        return read_networks(word)
    except NotANetwork as fault:
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


def words_of(text: str) -> list[str]:
    """The words of a cell; the dash of a range may have spaces around it."""
    if text.isascii() and not _BETWEEN.search(text):
        return [word] if (word := text.strip(_AROUND)) else []
    joined = " ".join(text.partition("#")[0].translate(_DASHES).split())
    joined = with_masks(joined).replace(" -", "-").replace("- ", "-")
    return [word for word in (each.strip(_AROUND) for each in _SEPARATORS.split(joined)) if word]


def with_masks(text: str) -> str:
    """A text in which masks that stand behind an address, after a space, stand there after a slash."""
    return _SPACED_MASK.sub(r"\1/\2", text) if " 255." in text or "\t255." in text else text


def _is_ipv6(word: str) -> bool:
    """Whether a word is a network, an address or a range of IPv6."""
    if ":" not in word or len(word) > 100:
        return False
    return all(_reads_as_ipv6(side) for side in word.split("-"))


def _reads_as_ipv6(text: str) -> bool:
    try:
        IPNetwork(text, version=6)
    except (AddrFormatError, ValueError):
        return False
    return True


def place(where: Any) -> str:
    """A path as people write one: `results[3].prefix`."""
    shown = ""
    for step in where:
        if isinstance(step, int):
            shown += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,40}", step):
            shown += f".{step}" if shown else step
        else:
            shown += f"[{clean_name(step)!r}]"
    return shown

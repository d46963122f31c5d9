"""What was read from a list: ranges with their reasons, the first faults and their places, what was passed over."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.addressing.networks import HostBits, NotANetwork, read_networks

#: The findings of lists alone: name, severity, what it means.
FINDINGS = (
    ("malformed-list", "error", "a file begins as JSON or CSV does and goes on as it does not"),
    ("list-without-ranges", "error", "no column of a table, or no key of a JSON text, holds ranges"),
    ("list-too-long", "error", "a list is longer than this command reads"),
    ("ipv6-passed-over", "info", "ranges of IPv6 in a table or a JSON text are not used"),
    ("entries-without-range", "info", "rows or objects beside others have no range"),
)
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
#: Dashes of office programs.
_DASHES = {0x2013: "-", 0x2014: "-"}


class Fault(NamedTuple):
    """What is wrong, and where: line from 1, or 0 for the whole list; path inside it, such as `results[3].prefix`."""

    line: int
    path: str
    fault: NotANetwork


@dataclass
class Listing:
    """A list as it was read.

    taken: its ranges; a fault with host bits counts as the network that was probably meant. faults: the first of them,
    where they are; more_faults: how many others there are. ipv6: ranges of IPv6 that were passed over; without_range:
    entries that have none, and first_without: where the first of them is.
    """

    taken: list[Reservation] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0
    ipv6: int = 0
    without_range: int = 0
    first_without: tuple[int, str] = (0, "")

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
            clean = clean_name(name)
            reason = self._known[name] = f"{EXCLUDED}: {clean}" if clean else EXCLUDED
        return reason


def clean_name(name: str) -> str:
    """A name on one line, without what a terminal would obey, and no longer than anyone reads."""
    text = "".join(each for each in " ".join(name.split()) if each.isprintable())
    return text if len(text) <= _NAME_SHOWN else text[:_NAME_SHOWN] + "..."


def read_cell(text: str, listing: Listing, reason: str, refuse: Callable[[NotANetwork], object]) -> None:
    """Add the ranges of a cell or a JSON text to a listing; refuse: told what is wrong with each word that is none.

    Several may stand in one, with commas, semicolons or spaces between them; what follows a `#` is a comment.
    """
    for word in _words(text) if len(text) <= _CELL else [text]:
        try:
            found = read_networks(word)
        except NotANetwork as fault:
            if _is_ipv6(word):
                listing.ipv6 += 1
                continue
            refuse(fault)
            found = [fault.network] if isinstance(fault, HostBits) else []
        listing.taken.extend(Reservation(network, reason, Origin.USER) for network in found)


def _words(text: str) -> list[str]:
    """The words of a cell; the dash of a range may have spaces around it."""
    if text.isascii() and not _BETWEEN.search(text):
        return [text] if text else []
    joined = " ".join(text.partition("#")[0].translate(_DASHES).split())
    return [word for word in _SEPARATORS.split(joined.replace(" -", "-").replace("- ", "-")) if word]


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

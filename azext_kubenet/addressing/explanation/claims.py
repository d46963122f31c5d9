"""What can be said of a range: why this size, why this place, why not the usual one. Each claim can be checked."""

from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.addressing.wording import many


class Cause(StrEnum):
    """Why a place is not taken.

    OVERLAP: something else is there; OUTSIDE_WITHIN: --within does not have all of it; NOT_PRIVATE: it reaches beyond
    the space that such a range may lie in; NO_ROOM: it is free, but the other ranges would then have no place.
    """

    OVERLAP = "overlap"
    OUTSIDE_WITHIN = "outside-within"
    NOT_PRIVATE = "not-private"
    NO_ROOM = "no-room"


_CAUSES = {
    Cause.OUTSIDE_WITHIN: "is outside --within",
    Cause.NOT_PRIVATE: "extends beyond private address space",
    Cause.NO_ROOM: "is free, but would leave no space for the other ranges",
}


class Conflict(NamedTuple):
    """Why a place was not taken. blockers: the largest of what overlaps it; more: how many others do."""

    place: IPNetwork
    cause: Cause
    blockers: tuple[Reservation, ...] = ()
    more: int = 0

    def words(self) -> str:
        """What prevents the place, to follow after its name."""
        if self.cause is not Cause.OVERLAP:
            return _CAUSES[self.cause]
        names = [*dict.fromkeys(f"{each.shown} ({each.reason})" for each in self.blockers)]
        return f"overlaps {', '.join(names)} and {self.more} more" if self.more else f"overlaps {' and '.join(names)}"


class Why(StrEnum):
    """Why a range has its size.

    USUAL: the conventional one serves; ASKED: the user named it; GROWN: the conventional one is too small; LEAST: it is
    the smallest that serves; SQUEEZED: there is no space for the one wanted.
    """

    USUAL = "usual"
    ASKED = "asked"
    GROWN = "grown"
    LEAST = "least"
    SQUEEZED = "squeezed"


class Where(StrEnum):
    """Whose free blocks are meant, in the words of a sentence."""

    PRIVATE = "private address space"
    SHARED = f"{limits.SHARED_RANGE}"
    WITHIN = "--within"
    PRIVATE_WITHIN = "the private part of --within"
    SHARED_WITHIN = f"the part of --within in {limits.SHARED_RANGE}"
    PUBLIC_WITHIN = "the public part of --within"
    HOLE_WITHIN = "the part of --within that is a hole in excluded or routed ranges"
    NETWORK = "the virtual network"


class Need(NamedTuple):
    """How much of a range the cluster takes, in units.

    usual_holds, holds: how much a range of the conventional size has, and one of the size that it got.
    """

    unit: str
    needed: int
    usual_holds: int
    holds: int


class Size(NamedTuple):
    """Why a range has its size.

    prefixlen: its prefix length; usual: the conventional one; wanted: the one that it would have with space enough;
    option: that names the size requested; by_default: whether a stated --max-count would decide.
    Of a squeezed one, free: the largest free block of all that it could lie in (where), if none of the wanted size is
    free; crowded: whether one of the next larger size would have a place, but leave none for the other ranges.
    """

    prefixlen: int
    why: Why
    usual: int
    wanted: int
    need: Need | None = None
    option: str = ""
    by_default: bool = False
    free: IPNetwork | None = None
    where: Where | None = None
    crowded: bool = False

    def words(self) -> str:
        """The size in words; "" where it needs none."""
        if self.why is Why.ASKED:
            return f"a /{self.prefixlen} as requested with {self.option}"
        if self.why is Why.SQUEEZED:
            return "; ".join(self._squeezed())
        return "" if self.need is None else self._needed(self.need)

    def _needed(self, need: Need) -> str:
        if self.why is Why.GROWN:
            return f"the cluster needs {many(need.needed, need.unit)}, and a /{self.usual} holds {need.usual_holds}"
        if self.why is Why.LEAST:
            return f"the smallest for {many(need.needed, need.unit)}: a /{self.prefixlen} holds {need.holds}"
        holds = f"holds {many(need.holds, need.unit)}, of which the cluster needs {need.needed}"
        return f"a /{self.prefixlen}, as --max-count is not given: it {holds}" if self.by_default else f"it {holds}"

    def _squeezed(self) -> list[str]:
        parts = []
        if self.free is not None:
            where = f" of {self.where}" if self.where is not None else ""
            parts.append(f"no /{self.wanted}{where} is free, and the largest free block is {self.free}")
        if self.crowded:
            parts.append(f"a /{self.prefixlen - 1} would leave no space for the other ranges")
        return parts


class Block(NamedTuple):
    """The block around a range: how many of its addresses were taken before.

    Of a network's prefix around its subnet also, subnets: how many others are there; left: how many more of the
    subnet's size (prefixlen) are free.
    """

    network: IPNetwork
    taken: int
    prefixlen: int = 0
    subnets: int = 0
    left: int | None = None

    def words(self) -> str:
        """How full the block is."""
        used = f"{percent(self.taken, int(self.network.size))} used"
        if self.left is None:
            return f"{self.network} is {used}"
        subnets = f"{many(self.subnets, 'other subnet')}, " if self.subnets else ""
        return f"{self.network}: {subnets}{used}, {self.left} more /{self.prefixlen} free"


class Place(NamedTuple):
    """Which of the free places it is: the lowest in the smallest free block that holds one.

    where: whose free blocks are meant; passed: the place that this describes, if it was passed over because the other
    ranges would then have none; before: of a range for which other space comes first, whether a block of its size is
    free there, and needed by the others.
    """

    network: IPNetwork
    where: Where
    passed: IPNetwork | None = None
    before: bool | None = None

    def words(self) -> str:
        """The place in words."""
        size = f"/{self.network.prefixlen}"
        lowest = f"lowest free {size} (best fit) in {self.where}"
        if self.passed is not None:
            parts = [f"{self.passed}, the {lowest}, would leave no space for the other ranges"]
        else:
            parts = [lowest]
        if self.before is not None and self.where is Where.HOLE_WITHIN:
            how = "is left for the other ranges" if self.before else f"has no free {size}"
            parts.insert(0, f"the rest of --within {how}")
        elif self.before is not None:
            within = " of --within" if self.where in (Where.SHARED_WITHIN, Where.PUBLIC_WITHIN) else ""
            left = f"private address space{within} is left for the other ranges"
            none = f"no private {size}{within} is free"
            parts.insert(0, left if self.before else none)
        return "; ".join(parts)


def percent(part: int, whole: int) -> str:
    """A share in whole percent, rounded down; more than nothing is never 0%."""
    return "less than 1%" if 0 < part * 100 < whole else f"{part * 100 // whole}%"

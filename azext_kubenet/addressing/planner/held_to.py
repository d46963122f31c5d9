"""What a plan was held to beside its requests: excluded ranges, and the blocks that nodes' space was taken from.

Excluded ranges are counted, not kept: lists grow old, and a plan stays short (docs/decisions/0042).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.model import Origin, RangeKind, RangeRequests, Reservation
from azext_kubenet.addressing.wording import listed

RULE = "earlier-limits-missing"
_IN_BLOCKS = (RangeKind.VNET, RangeKind.SUBNET)


class HeldTo(NamedTuple):
    """What chosen ranges were held to.

    excluded: how many ranges of --exclude-prefixes
    within: blocks of --within
    """

    excluded: int = 0
    within: tuple[IPNetwork, ...] = ()

    def or_earlier(self, earlier: "HeldTo") -> "HeldTo":
        """The same, with that of an earlier plan where nothing applies now: what was kept of it was held to that."""
        return HeldTo(self.excluded or earlier.excluded, self.within or earlier.within)


def held_to(requests: RangeRequests, reservations: Iterable[Reservation]) -> HeldTo:
    """What a run holds its ranges to."""
    excluded = {each.code for each in reservations if each.origin is Origin.USER}
    return HeldTo(len(excluded), requests.within)


def missing(now: HeldTo, earlier: HeldTo, changed: Sequence[tuple[RangeKind, str]]) -> Iterator[Finding]:
    """A finding for each limit of an earlier plan that this run lacks, where ranges changed without it.

    changed: kinds of the ranges that changed, and what they are now
    """
    if changed and now.excluded < earlier.excluded:
        ranges = f"{earlier.excluded:,} excluded range{'s' * (earlier.excluded > 1)}"
        count = f"only {now.excluded:,}" if now.excluded else "none"
        message = f"the earlier plan kept clear of {ranges}, and this one of {count}: "
        message += f"{_named(changed)} may overlap a range in use"
        severity = Severity.INFO if now.excluded else Severity.WARNING
        fixes = advise("add --exclude-prefixes as for the earlier plan, which does not contain them")
        yield Finding(RULE, severity, ("--plan", "--exclude-prefixes"), message, fixes)
    moved = [each for each in changed if each[0] in _IN_BLOCKS]
    if moved and earlier.within and not now.within:
        blocks = " ".join(map(str, earlier.within))
        message = (
            f"the earlier plan was made with --within {blocks}, and this one without: {_named(moved)} may be outside"
        )
        fixes = advise(f"add --within {blocks}")
        yield Finding(RULE, Severity.WARNING, ("--plan", "--within"), message, fixes)


def _named(changed: Sequence[tuple[RangeKind, str]]) -> str:
    return listed([f"{kind.words} {now}" for kind, now in changed])

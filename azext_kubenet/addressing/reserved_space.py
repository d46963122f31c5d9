"""What is reserved, merged once, however often it is asked."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.codes import LENGTH, LENGTH_BITS, code_of
from azext_kubenet.addressing.free_space import (
    Interval,
    difference,
    interval,
    merged,
    merged_codes,
    merged_networks,
    touches,
)
from azext_kubenet.addressing.holes import Holes
from azext_kubenet.addressing.model import Reservation

_RESERVED = [reserved.network for reserved in limits.RESERVED_RANGES]
_FIRM = [reserved.network for reserved in limits.RESERVED_RANGES if reserved.for_networks]


class ReservedSpace:
    """Reservations, and the address space that they and Azure take. space: merged intervals."""

    def __init__(self, reservations: Sequence[Reservation]):
        self.reservations = reservations
        self.space: Sequence[Interval] = merged_codes([*map(code_of, _RESERVED), *[each.code for each in reservations]])
        self._outside: dict[tuple[tuple[Interval, ...], bool], Sequence[Interval]] = {((), False): self.space}

    def outside(self, holes: Holes, *, firm: bool = False) -> Sequence[Interval]:
        """The space that is reserved from a network and its subnets: all but the holes in what may have some.

        firm: without what Azure does not refuse to a subnet, for networks that lie there.
        """
        key = holes.key, firm
        if key not in self._outside:
            self._outside[key] = self._without(holes, _FIRM if firm else _RESERVED)
        return self._outside[key]

    def _without(self, holes: Holes, reserved: Sequence[IPNetwork]) -> Sequence[Interval]:
        whole: list[IPNetwork] = list(reserved)
        parts: list[Interval] = []
        for each in self.reservations:
            found = holes.within(each)
            if found:
                parts += difference([interval(each.network)], found)
            else:
                whole.append(each.network)
        if reserved is _RESERVED and len(whole) == len(_RESERVED) + len(self.reservations):
            return self.space
        return merged([*merged_networks(whole), *parts])

    def touching(self, networks: Iterable[IPNetwork]) -> list[Reservation]:
        """The reservations that share an address with any of the networks."""
        return touching(self.reservations, (each for each in networks if touches(self.space, interval(each))))


def touching(reservations: Sequence[Reservation], networks: Iterable[IPNetwork]) -> list[Reservation]:
    """Those of some reservations that share an address with any of the networks."""
    wanted = merged(map(interval, networks))
    starts, ends = [first for first, _ in wanted], [last for _, last in wanted]
    found = []
    for each in reservations if wanted else ():
        code = each.code
        first = code >> LENGTH_BITS
        place = bisect_right(starts, first + (1 << 32 - (code & LENGTH)) - 1)
        if place and ends[place - 1] >= first:
            found.append(each)
    return found

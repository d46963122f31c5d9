"""How a search for ranges went: what was tried at each turn, what was free then, and why the usual value was not taken.

The search writes it, and what is said of a plan is made from it: nothing is searched for a second time.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.planner.layout import FreeRanges, Placed, Spot
from azext_kubenet.addressing.str_enum import StrEnum


class Open(NamedTuple):
    """A range to choose: prefix lengths from the largest wanted to the smallest that serves, and its usual value."""

    largest: int
    smallest: int
    usual: IPNetwork


class Usual(StrEnum):
    """What became of the usual value of a range.

    CHOSEN: the range has it; TAKEN: something else is there, or such a range may not lie there; NO_ROOM: it is free,
    but the other ranges would then have no place.
    """

    CHOSEN = "chosen"
    TAKEN = "taken"
    NO_ROOM = "no-room"


class Turn(NamedTuple):
    """The try of a range's usual value.

    open: what the range can be
    space: what was free then
    before: the ranges that had their usual values by then, of the docker bridge all that were chosen
    usual: what came of it
    """

    open: Open
    space: FreeRanges
    before: tuple[tuple[RangeKind, IPNetwork], ...]
    usual: Usual


_NONE: Mapping[RangeKind, Turn] = MappingProxyType({})
_NO_SPOTS: Mapping[RangeKind, Spot] = MappingProxyType({})


class Trace(NamedTuple):
    """How a search went.

    placed: the ranges that were found, None where they do not fit together
    turns: of each range that was looked for, in the order of the tries; none where nothing fits
    after: what was free once all usual values were settled, when places for the others were looked for
    spots: of the ranges without their usual values, which of the free places they got
    crowded: networks around a given subnet that would have left no room for the other ranges, largest first
    """

    placed: Placed | None = None
    turns: Mapping[RangeKind, Turn] = _NONE
    after: FreeRanges | None = None
    spots: Mapping[RangeKind, Spot] = _NO_SPOTS
    crowded: tuple[IPNetwork, ...] = ()

    def free_for(self, kind: RangeKind) -> FreeRanges:
        """What was free when a place for a range was looked for. Raises KeyError for one that was not looked for."""
        turn = self.turns[kind]
        return turn.space if kind is RangeKind.DOCKER_BRIDGE or self.after is None else self.after

    def with_bridge(self, found: "Trace") -> "Trace":
        """The same with the search for the docker bridge, which comes after all others."""
        placed, kind = self.placed, RangeKind.DOCKER_BRIDGE
        if placed is None or found.placed is None:
            return self
        tried, chosen = found.turns[kind], tuple(each for each in placed.items() if each[0] in self.turns)
        turns = {**self.turns, kind: Turn(tried.open, tried.space, chosen, tried.usual)}
        return Trace({**placed, **found.placed}, turns, self.after, {**self.spots, **found.spots}, self.crowded)

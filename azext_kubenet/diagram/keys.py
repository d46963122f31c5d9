"""What stands below a panel: the names of what others have there, by number, those that collide first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from netaddr import IPNetwork

from azext_kubenet.diagram.captions import clean
from azext_kubenet.diagram.palette import ELSEWHERE, class_of
from azext_kubenet.diagram.panels import Panel
from azext_kubenet.diagram.paper import BAR, measured
from azext_kubenet.diagram.register import Register, short
from azext_kubenet.diagram.scene import Planned
from azext_kubenet.diagram.segments import Segment, segments_of

#: Pieces that get a number and a line, at most.
_MOST = 9
#: Collisions that are named one by one.
_MOST_HITS = 6


@dataclass(frozen=True)
class Key:
    """A piece with a number.

    numbers: of the ranges that it stands for
    style: its class
    collides: whether the panel's range collides with it
    """

    piece: Segment
    numbers: Sequence[int]
    style: str
    collides: bool

    @property
    def says(self) -> str:
        """Return where it is and what."""
        return clean(f"{self.piece.where}  {self.piece.what}", 300)


class Keys:
    """What others have in a panel, in pieces that can be seen, and their names."""

    def __init__(self, panel: Panel, register: Register):
        self.panel, self.register = panel, register

    @cached_property
    def taken(self) -> list[Segment]:
        """Return what is taken."""
        return segments_of(self.panel.window, BAR)

    @cached_property
    def shared(self) -> list[Segment]:
        """Return what a plan may have as well."""
        return segments_of(replace(self.panel.window, held=self.panel.shared), BAR)

    @cached_property
    def named(self) -> list[Key]:
        """Return the pieces that have a number, by address: those that collide, then the largest that have room."""
        hits = {one for each in self.panel.window.collisions for one in each.hits}
        found = [
            *(self._key(each, class_of(each.origin, each.gaps), bool(hits & set(each.held))) for each in self.taken),
            *(self._key(each, ELSEWHERE, False) for each in self.shared),
        ]
        found.sort(key=lambda one: (not one.collides, one.piece.first - one.piece.last, one.piece.first))
        room = BAR
        kept = []
        for each in found[:_MOST]:
            room -= measured(short(each.numbers), "small") + 11
            if room < 0:
                break
            kept.append(each)
        return sorted(kept, key=lambda one: (one.piece.first + one.piece.last, one.piece.first))

    def _key(self, piece: Segment, style: str, collides: bool) -> Key:
        return Key(piece, self.register.numbers(piece.held), style, collides)

    @property
    def unnamed(self) -> int:
        """Return how many ranges have no name below the panel."""
        told = {number for key in self.named for number in key.numbers}
        held = (one for *_, one in (*self.panel.window.held, *self.panel.shared))
        return len(set(self.register.numbers(held)) - told)

    def collisions(self) -> list[tuple[int | None, str]]:
        """Return what the panel's range collides with: its number, None for a range of the plan, and its name."""
        return list(dict.fromkeys(self._collisions()))

    def _collisions(self) -> Iterator[tuple[int | None, str]]:
        panel, both = self.panel, self.panel.twins
        for each in panel.window.collisions:
            if each.other is not None and panel.shows(each.other):
                yield None, named_of(each.planned, both)
            elif panel.shows(each.planned):
                if each.other is not None:
                    yield None, named_of(each.other, both)
                for hit in each.hits[:_MOST_HITS]:
                    yield self.register.numbers([hit])[0], clean(f"{hit.network} ({hit.reason})")
                if len(each.hits) > _MOST_HITS:
                    yield None, f"{len(each.hits) - _MOST_HITS:,} more ranges"


def named_of(planned: Planned, twins: frozenset[IPNetwork]) -> str:
    """Return what a range of the plan is called: one that is both network and subnet has both names."""
    return f"network and subnet {planned.network}" if planned.network in twins and planned.of_nodes else planned.label

"""What is taken in one block, in pieces that can be seen: what is too small is gathered with its neighbours."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from azext_kubenet.addressing.free_space import Interval, merged
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.diagram.captions import range_text
from azext_kubenet.diagram.paper import NARROWEST
from azext_kubenet.diagram.scene import Row

#: A row shows no more pieces than this: so many can be told apart and be named.
_MOST = 24
#: From how many pixels on a range is drawn by itself, and how near smaller ones are gathered: the first that will do.
_COARSENESS = ((2.0, 1.0), (6.4, 3.0), (12.9, 6.5), (25.9, 13.0), (51.9, 26.0), (103.9, 52.0))
#: How many reasons a piece spells out.
_NAMED = 3


@dataclass(frozen=True)
class Segment:
    """One piece of what is taken.

    first, last: its addresses within the row
    depth: how many others are around it
    held: the reservations that it stands for
    networks: how many ranges these have
    gaps: whether some of its addresses are free
    """

    first: int
    last: int
    depth: int
    held: tuple[Reservation, ...]
    networks: int
    gaps: bool = False

    @property
    def gathered(self) -> bool:
        """Return whether it stands for more than one range."""
        return self.networks > 1

    @cached_property
    def origin(self) -> Origin | None:
        """Return where it comes from; None when it gathers several kinds."""
        kinds = {each.origin for each in self.held}
        return kinds.pop() if len(kinds) == 1 else None

    @property
    def where(self) -> str:
        """Return the range, or the first and last address of a gathered one."""
        return range_text(self.first, self.last) if self.gathered else str(self.held[0].network)

    @cached_property
    def what(self) -> str:
        """Return the reasons, or as many of them as anyone reads."""
        reasons = Counter(each.reason for each in self.held)
        named = [reason if count == 1 else f"{reason} ({count:,} times)" for reason, count in reasons.items()]
        more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
        count = f"{self.networks:,} ranges{' with gaps' if self.gaps else ''}: " if self.gathered else ""
        return f"{count}{'; '.join(named[:_NAMED])}{more}"


def segments_of(row: Row, pixels: float) -> list[Segment]:
    """Return the pieces of a row, those that are around others first. pixels: the width of the row"""
    by_place: dict[Interval, list[Reservation]] = defaultdict(list)
    start, end = int(row.block.first), int(row.block.last)
    for first, last, one in row.held:
        by_place[max(first, start), min(last, end)].append(one)
    places = sorted(by_place, key=lambda place: (place[0], -place[1]))
    scale = pixels / row.block.size
    for alone, near in _COARSENESS:
        large = [place for place in places if (place[1] - place[0] + 1) * scale >= alone]
        small = [place for place in places if (place[1] - place[0] + 1) * scale < alone]
        groups = list(_gathered(small, scale, near))
        if len(large) + len(groups) <= _MOST:
            break
    return [*_nested(large, by_place), *_on_top(groups, large, by_place)]


def _gathered(places: Sequence[Interval], scale: float, near: float) -> Iterator[list[Interval]]:
    """Yield small places in groups, none of whose marks comes near another's."""
    group: list[Interval] = []
    end = 0.0
    for first, last in places:
        if group and first * scale > end + near:
            yield group
            group = []
        end = max(end, (last + 1) * scale) if group else max(first * scale + NARROWEST, (last + 1) * scale)
        group.append((first, last))
    if group:
        yield group


def _nested(places: Sequence[Interval], by_place: Mapping[Interval, list[Reservation]]) -> Iterator[Segment]:
    for place in places:
        yield Segment(*place, _depth(place, places), tuple(by_place[place]), 1)


def _on_top(
    groups: Sequence[list[Interval]], large: Sequence[Interval], by_place: Mapping[Interval, list[Reservation]]
) -> Iterator[Segment]:
    for group in groups:
        held = tuple(one for place in group for one in by_place[place])
        first, last = group[0][0], max(place[1] for place in group)
        gaps = len(merged(group)) > 1
        yield Segment(first, last, _depth((first, last), large), held, len({one.network for one in held}), gaps)


def _depth(place: Interval, others: Sequence[Interval]) -> int:
    """Return how many others are around a place."""
    return sum(1 for other in others if other != place and other[0] <= place[0] and place[1] <= other[1])

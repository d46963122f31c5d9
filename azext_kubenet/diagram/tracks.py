"""One block of address space: what is planned above what is taken, to one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.free_space import Interval
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.diagram import captions, labels
from azext_kubenet.diagram.labels import Mark
from azext_kubenet.diagram.palette import class_of
from azext_kubenet.diagram.paper import BAR, LEFT, MARGIN, RIGHT, Paper, Scale, number, point_of
from azext_kubenet.diagram.scene import Collision, Planned, Row
from azext_kubenet.diagram.segments import Segment

_LANE, _TAKEN, _STEP = 16.0, 24.0, 4.0
_TICKS = 16
#: The narrowest frame around a collision, in pixels.
_FRAME = 9.0


def marks(row: Row, refused: bool, free: IPNetwork | None) -> list[Mark]:
    """Return the upper track of a row: the plan; of a refused one, what was asked for and the largest free block."""
    blamed = {each.planned for each in row.collisions} | _blamed_with(row)
    drawn = [
        Mark(each.network.first, each.network.last, _style(each, refused), each.short, each in blamed)
        for each in row.planned
    ]
    if free is not None and free in row.block:
        drawn.append(Mark(free.first, free.last, "free", f"largest free block {free}", False))
    return drawn


def _blamed_with(row: Row) -> set[Planned]:
    """Return the other side of collisions within the plan."""
    return {each for each in row.planned for hit in row.collisions if hit.ours and hit.what == each.label}


def _style(each: Planned, refused: bool) -> str:
    if refused:
        return "asked" if each.given else "tried"
    return "net" if each.kind is RangeKind.VNET else "plan"


def draw(paper: Paper, row: Row, drawn: Sequence[Mark], pieces: Sequence[Segment], refused: bool) -> None:
    """Draw a row with its labels, its axis and the list of what is taken."""
    scale = Scale(row.block)
    named = labels.numbered(pieces, row)
    paper.text(MARGIN, paper.y + 13, captions.title(row), "h2", "text")
    paper.text(RIGHT, paper.y + 13, captions.room(row, refused), "small", "muted", end=True)
    paper.y += 24
    lanes = _lanes(drawn, scale)
    top = paper.y + (26 if drawn else 0)
    below = top + _LANE * max(1, max(lanes, default=0) + 1) + 2
    end = below + _TAKEN
    axis = end + (30 if named else 4)
    _background(paper, (top, below, axis), row.block, captions.planned(refused))
    for mark, lane in zip(drawn, lanes, strict=True):
        _rect(paper, scale, (mark.first, mark.last), (top + 2 + _LANE * lane, _LANE - 4), mark.style, mark.label)
    for piece in pieces:
        step = _STEP * min(piece.depth, 3)
        hint = f"{piece.where}: {piece.what}"
        _rect(
            paper,
            scale,
            (piece.first, piece.last),
            (below + 2 + step, _TAKEN - 4 - step),
            class_of(piece.origin, piece.gaps),
            hint,
        )
    _clashes(paper, row, scale, (top, below, end))
    labels.above(paper, drawn, _points(drawn, lanes, scale, top), top)
    labels.pills(paper, named, pieces, scale, end)
    paper.y = axis + 16
    labels.names(paper, named, pieces)
    paper.y += 16


def _rect(paper: Paper, scale: Scale, place: Interval, vertical: tuple[float, float], style: str, hint: str) -> None:  # pylint: disable=too-many-positional-arguments
    x, width, widened = scale.extent(*place)
    first = max(place[0], int(scale.block.first))
    last = min(place[1], int(scale.block.last))
    data = {"first": str(IPAddress(first, version=4)), "last": str(IPAddress(last, version=4))}
    paper.rect(x, vertical[0], width, vertical[1], style, hint, block=str(scale.block), **data, widened="1" * widened)


def _lanes(drawn: Sequence[Mark], scale: Scale) -> list[int]:
    """Return the lane of each mark: what would cover another goes below it, the narrow above the wide."""
    lanes: dict[int, int] = {}
    for place in sorted(range(len(drawn)), key=lambda one: (drawn[one].last - drawn[one].first, one)):
        x, width, _ = scale.extent(drawn[place].first, drawn[place].last)
        hit = {
            lane
            for other, lane in lanes.items()
            if _meet((x, width), scale.extent(drawn[other].first, drawn[other].last))
        }
        lanes[place] = next(lane for lane in range(len(drawn)) if lane not in hit)
    return [lanes[place] for place in range(len(drawn))]


def _points(drawn: Sequence[Mark], lanes: Sequence[int], scale: Scale, top: float) -> list[tuple[float, float]]:
    """Return where the line from each label ends: on its mark, past those in the lanes above."""
    extents = [scale.extent(each.first, each.last) for each in drawn]
    points = []
    for extent, lane in zip(extents, lanes, strict=True):
        above = [other for other, its_lane in zip(extents, lanes, strict=True) if its_lane < lane]
        points.append((point_of(extent, above), top + 2 + _LANE * lane))
    return points


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[0] + other[1] - 0.01 and other[0] < one[0] + one[1] - 0.01


def _background(paper: Paper, lines: tuple[float, float, float], block: IPNetwork, upper: str) -> None:
    top, below, axis = lines
    paper.rect(LEFT, top, BAR, below - top - 2, "track")
    paper.rect(LEFT, below, BAR, _TAKEN, "track")
    paper.text(LEFT - 10, top + 12, upper, "small", "muted", end=True)
    paper.text(LEFT - 10, below + 16, "taken", "small", "muted", end=True)
    ticks = min(_TICKS, int(block.size))
    for tick in range(1, ticks):
        x = number(LEFT + BAR * tick / ticks)
        quarter = ticks == _TICKS and tick % 4 == 0
        paper.path(f"M{x} {number(top)}V{number(axis if quarter else below + _TAKEN)}", "grid")
    step = int(block.size) // 4
    if ticks == _TICKS:
        paper.text(MARGIN, axis + 11, f"tick: a /{block.prefixlen + 4}", "small", "muted")
        for part in (1, 2, 3):
            address = str(IPAddress(int(block.first) + step * part, version=4))
            paper.text(LEFT + BAR * part / 4, axis + 11, address, "small", "muted", middle=True)
    paper.text(LEFT, axis + 11, str(IPAddress(block.first, version=4)), "small", "muted")
    paper.text(RIGHT, axis + 11, str(IPAddress(block.last, version=4)), "small", "muted", end=True)


def _clashes(paper: Paper, row: Row, scale: Scale, tracks: tuple[float, float, float]) -> None:
    """Draw a red frame with a cross where the plan overlaps something: around both tracks, or the upper one alone."""
    top, below, end = tracks
    for frame in _frames(row.collisions, scale):
        bottom = below - 2 if frame.ours else end
        paper.rect(frame.x, top - 1, frame.end - frame.x, bottom - top + 2, "clash", "; ".join(frame.hints))
        x, y = number(min(frame.end, RIGHT)), top - 1
        paper.path(f"M{number(min(frame.end, RIGHT) - 7)} {number(y)}a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z", "cross")
        paper.path(f"M{x} {number(y)}m-3 -3l6 6m0 -6l-6 6", "clash")


@dataclass
class _Frame:
    x: float
    end: float
    ours: bool
    hints: list[str]


def _frames(collisions: Sequence[Collision], scale: Scale) -> list[_Frame]:
    """Return frames around what collides, those near each other in one, none too narrow to be seen."""
    frames: list[_Frame] = []
    places = [(first, last, each) for each in collisions for first, last in each.where]
    for first, last, each in sorted(places, key=lambda place: place[:2]):
        if last < scale.block.first or first > scale.block.last:
            continue
        x, end, hint = scale.at(first), scale.at(last + 1), f"{each.planned.label} overlaps {each.what}"
        if end - x < _FRAME:
            x = min(max(x - (_FRAME - end + x) / 2, LEFT), RIGHT - _FRAME)
            end = x + _FRAME
        if frames and x < frames[-1].end + 2 * _FRAME:
            before = frames[-1]
            hints = before.hints if hint in before.hints else [*before.hints, hint]
            frames[-1] = _Frame(min(before.x, x), max(before.end, end), before.ours and each.ours, hints)
        else:
            frames.append(_Frame(x, end, each.ours, [hint]))
    return frames

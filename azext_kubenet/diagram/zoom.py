"""The drawing of one panel: the whole space small, and a part of it closely, the plan above what others have."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.free_space import Interval
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.diagram import captions
from azext_kubenet.diagram.keys import Keys, named_of
from azext_kubenet.diagram.palette import ELSEWHERE, PREFIX, class_of, own_name
from azext_kubenet.diagram.panels import Panel
from azext_kubenet.diagram.paper import BAR, LEFT, RIGHT, Paper, Scale, cut, measured, number, point_of, spread
from azext_kubenet.diagram.register import Register, short
from azext_kubenet.diagram.scene import Planned, Row
from azext_kubenet.diagram.segments import Segment, segments_of

_LANE, _TAKEN, _SHARED, _STEP = 36.0, 26.0, 14.0, 5.0
_STRIP, _BEAM = 10.0, 14.0
#: Lanes for ranges of the plan, at most; the rest is counted.
_MOST_LANES = 5
#: The narrowest frame around a collision.
_FRAME = 11.0
_PILL = 16.0


@dataclass(frozen=True)
class _Mark:
    """A range in a lane of its own."""

    first: int
    last: int
    style: str
    label: str
    planned: Planned | None


def draw(paper: Paper, key: Keys, refused: bool, free: IPNetwork | None) -> None:
    """Draw a panel. free: the largest free block of a plan that found no place"""
    panel, pieces, shared = key.panel, key.taken, key.shared
    row, scale = panel.window, Scale(panel.window.block)
    paper.y += 4
    if panel.around is not None:
        _whole(paper, panel, panel.around)
    marks = list(_marks(panel, refused, free))[:_MOST_LANES]
    top = paper.y
    below = top + _LANE * len(marks) + (4 if marks else 0)
    end = below + _TAKEN + (_SHARED if shared else 0)
    _tracks(paper, top, below, end, row.block)
    for lane, mark in enumerate(marks):
        _range(paper, scale, (mark.first, mark.last), (top + _LANE * lane + 18, 15), mark.style, mark.label)
    _pieces(paper, scale, pieces, below, key.register)
    for piece in shared:
        hint = f"{piece.where}: {piece.what}"
        _range(paper, scale, (piece.first, piece.last), (below + _TAKEN, _SHARED - 2), ELSEWHERE, hint)
    if not pieces and not shared:
        paper.text(LEFT + BAR / 2, below + 17, "nothing else is in use here", "small", "muted", middle=True)
    framed = _frames(paper, panel, scale, marks, (top, below + _TAKEN))
    for lane, mark in enumerate(marks):
        _label(paper, scale, mark, top + _LANE * lane, framed)
    paper.y = end
    _pills(paper, key, scale)
    _axis(paper, row)


def _marks(panel: Panel, refused: bool, free: IPNetwork | None) -> Iterator[_Mark]:
    """Yield the plan's ranges in what is looked at, the panel's own last: it is next to what it may collide with.

    The network is no news where it is all of what is looked at, unless it collides with something there.
    """
    row = panel.window
    blamed = {side for each in row.collisions for side in (each.planned, each.other)}
    ours = [each for each in row.planned if _worth(each, panel, each in blamed)]
    ours.sort(key=lambda each: (each.network == panel.network and each.kind in panel.kinds, each not in blamed))
    for each in ours:
        tried = f" {PREFIX}-tried" if refused and not each.given else ""
        name = named_of(each, panel.twins) if each.network in panel.twins else each.short
        says = f"{name} collides" if each in blamed else name
        yield _Mark(each.network.first, each.network.last, own_name(each.kind) + tried, says, each)
    if free is not None and not panel.kinds and free in row.block:
        yield _Mark(free.first, free.last, "free", f"largest free block {free}", None)


def _worth(each: Planned, panel: Panel, blamed: bool) -> bool:
    if each.kind is RangeKind.VNET and each.network in panel.twins:
        return False  # a network that is its own subnet is drawn once
    if panel.shows(each):
        return True
    if each.kind is RangeKind.DOCKER_BRIDGE and RangeKind.DOCKER_BRIDGE not in panel.kinds:
        return blamed
    return blamed or each.kind is not RangeKind.VNET or panel.window.block not in each.network


def _whole(paper: Paper, panel: Panel, around: Row) -> None:
    """Draw all of the space small, and a beam from the part that is looked at."""
    scale, y = Scale(around.block), paper.y + 18
    paper.text(LEFT, paper.y + 12, f"all of {around.block}", "small", "muted")
    taken = f"{captions.part_of(around, around.taken_size)} of it in use"
    paper.text(RIGHT, paper.y + 12, taken, "small", "muted", end=True)
    left, right = (scale.at(int(end)) for end in (panel.window.block.first, panel.window.block.last + 1))
    right = max(right, left + 3)
    beam = f"M{number(left)} {number(y + _STRIP)}L{number(LEFT)} {number(y + _STRIP + _BEAM)}H{number(RIGHT)}"
    paper.path(f"{beam}L{number(right)} {number(y + _STRIP)}z", "beam")
    paper.rect(LEFT, y, BAR, _STRIP, "track")
    for piece in segments_of(around, BAR):
        _range(paper, scale, (piece.first, piece.last), (y + 2, _STRIP - 4), "small-taken", "")
    for each in around.planned:
        if each.kind in panel.kinds:
            _range(paper, scale, (each.network.first, each.network.last), (y, _STRIP), own_name(each.kind), "")
    paper.rect(left, y - 2, right - left, _STRIP + 4, "window")
    paper.y = y + _STRIP + _BEAM


def _tracks(paper: Paper, top: float, below: float, end: float, block: IPNetwork) -> None:  # pylint: disable=too-many-positional-arguments
    if below > top:
        paper.rect(LEFT, top, BAR, below - top, "track")
    paper.rect(LEFT, below, BAR, end - below, "track")
    parts = min(8, int(block.size))
    for part in range(1, parts):
        paper.path(f"M{number(LEFT + BAR * part / parts)} {number(top)}V{number(end)}", "grid")


def _range(  # pylint: disable=too-many-positional-arguments
    paper: Paper, scale: Scale, place: Interval, vertical: tuple[float, float], style: str, hint: str, link: str = ""
) -> None:
    x, width, widened = scale.extent(*place)
    first = max(place[0], int(scale.block.first))
    last = min(place[1], int(scale.block.last))
    data = {"first": str(IPAddress(first, version=4)), "last": str(IPAddress(last, version=4))}
    more = {"block": str(scale.block), **data, "widened": "1" * widened, "stands": link}
    paper.rect(x, vertical[0], width, vertical[1], style, hint, **more)


def _pieces(paper: Paper, scale: Scale, pieces: Iterable[Segment], below: float, register: Register) -> None:
    for piece in pieces:
        step = _STEP * min(piece.depth, 3)
        hint = f"{short(register.numbers(piece.held))}: {piece.where}: {piece.what}"
        style = class_of(piece.origin, piece.gaps)
        _range(paper, scale, (piece.first, piece.last), (below + 2 + step, _TAKEN - 4 - step), style, hint)


def _label(paper: Paper, scale: Scale, mark: _Mark, y: float, framed: bool) -> None:
    """Write what a mark is above it; on a ground of its own where a frame passes."""
    text = cut(mark.label, BAR - 8)
    width = measured(text, "")
    x = min(max(scale.extent(mark.first, mark.last)[0], LEFT + 4), RIGHT - 4 - width)
    if framed:
        paper.rect(x - 3, y + 2, width + 6, 14, "ground")
    paper.text(x, y + 13, text, "alarm-text" if mark.label.endswith(" collides") else "text")


def _frames(paper: Paper, panel: Panel, scale: Scale, marks: Sequence[_Mark], tracks: tuple[float, float]) -> bool:
    """Draw a red frame with a cross from each range to what it collides with, and say whether there is any."""
    top, end = tracks
    at = {mark.planned: top + _LANE * lane + 16 for lane, mark in enumerate(marks) if mark.planned is not None}
    drawn = False
    for each in panel.window.collisions:
        begin = at.get(each.planned)
        until = end if each.other is None else at.get(each.other)
        if begin is None or until is None:
            continue
        upper, lower = (begin, end) if each.other is None else (min(begin, until), max(begin, until) + 19)
        for x, right in _merged(each.where, scale):
            paper.rect(x, upper, right - x, lower - upper, "clash", f"{each.planned.label} overlaps {each.what}")
            _cross(paper, (x + right) / 2, upper + 10)
            drawn = True
    return drawn


def _cross(paper: Paper, x: float, y: float) -> None:
    at = f"M{number(x - 6)} {number(y)}"
    paper.path(f"{at}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z", "cross")
    paper.path(f"M{number(x - 2.5)} {number(y - 2.5)}l5 5m0 -5l-5 5", "clash")


def _merged(places: Iterable[Interval], scale: Scale) -> list[tuple[float, float]]:
    """Return frames in pixels around places, those near each other in one, none too narrow to be seen."""
    found: list[tuple[float, float]] = []
    for first, last in sorted(places):
        if last < scale.block.first or first > scale.block.last:
            continue
        x, end = scale.at(first), scale.at(last + 1)
        if end - x < _FRAME:
            x = min(max(x - (_FRAME - end + x) / 2, LEFT), RIGHT - _FRAME)
            end = x + _FRAME
        if found and x < found[-1][1] + _FRAME:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((x, end))
    return found


def _pills(paper: Paper, key: Keys, scale: Scale) -> None:
    """Draw the numbers of what others have, below it."""
    named = key.named
    if not named:
        return
    points = [_pointed_at(each.piece, [*key.taken, *key.shared], scale) for each in named]
    order = sorted(range(len(points)), key=lambda place: points[place])
    texts = [short(named[place].numbers) for place in order]
    widths = [measured(text, "small") + 8 for text in texts]
    edges = spread([points[place] for place in order], widths, LEFT, RIGHT, 3)
    for place, x, width, text in zip(order, edges, widths, texts, strict=True):
        paper.path(
            f"M{number(points[place])} {number(paper.y - 1)}L{number(x + width / 2)} {number(paper.y + 9)}", "lead"
        )
        with paper.link(f"r{named[place].numbers[0]}"):
            paper.rect(x, paper.y + 9, width, _PILL, "pill-hit" if named[place].collides else "pill")
            paper.text(x + width / 2, paper.y + 21.5, text, "small", "text", middle=True)
    paper.y += 9 + _PILL


def _pointed_at(one: Segment, pieces: Sequence[Segment], scale: Scale) -> float:
    upon = [scale.extent(each.first, each.last) for each in pieces if each.depth > one.depth]
    return point_of(scale.extent(one.first, one.last), upon)


def _axis(paper: Paper, row: Row) -> None:
    first, last = (str(IPAddress(int(end), version=4)) for end in (row.block.first, row.block.last))
    paper.text(LEFT, paper.y + 14, first, "small", "muted")
    paper.text(LEFT + BAR / 2, paper.y + 14, f"drawn: {row.block}", "small", "muted", middle=True)
    paper.text(RIGHT, paper.y + 14, last, "small", "muted", end=True)
    paper.y += 20

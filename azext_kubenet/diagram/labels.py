"""Names of what a row shows: of the plan above it, of what is taken by number, and the list of these below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from azext_kubenet.diagram import captions
from azext_kubenet.diagram.capacity import counted
from azext_kubenet.diagram.palette import class_of
from azext_kubenet.diagram.paper import (
    BAR,
    LEFT,
    MARGIN,
    RIGHT,
    Paper,
    Scale,
    measured,
    number,
    point_of,
    spread,
    wrapped,
)
from azext_kubenet.diagram.scene import Row
from azext_kubenet.diagram.segments import Segment

#: Pieces that get a number and a line below their row, at most.
_MOST_NUMBERED = 14
_PILL, _LINE = 20.0, 17.0
#: Pixels between labels, and room kept for the count of those that do not fit.
_APART, _MORE = 12.0, 100.0
#: Room of number and swatch before a name.
_SWATCH = 52.0


@dataclass(frozen=True)
class Mark:
    """A range of the upper track.

    style: its class
    label: what is written above it, in red when it collides
    """

    first: int
    last: int
    style: str
    label: str
    collides: bool


def above(paper: Paper, drawn: Sequence[Mark], points: Sequence[tuple[float, float]], top: float) -> None:
    """Draw what each mark of the upper track is, in one line above it, and how many have no room there.

    points: where each mark is to be pointed at
    """
    kept = _that_fit(drawn)
    kept.sort(key=lambda place: points[place])
    texts = [_label(drawn[place]) for place in kept]
    widths = [measured(text, "") for text in texts]
    right = RIGHT
    if len(kept) < len(drawn):
        more = f"and {len(drawn) - len(kept)} more"
        right -= measured(more, "") + _APART
        paper.text(RIGHT, top - 13, more, "muted", end=True)
    edges = spread([points[place][0] for place in kept], widths, MARGIN, right, _APART)
    for place, text, width, x in zip(kept, texts, widths, edges, strict=True):
        paper.text(x + width / 2, top - 13, text, "alarm-text" if drawn[place].collides else "text", middle=True)
        end, height = points[place]
        start = min(max(end, x + 8), x + width - 8)
        paper.path(f"M{number(start)} {number(top - 9)}L{number(end)} {number(height)}", "lead")


def _label(mark: Mark) -> str:
    return f"{mark.label} collides" if mark.collides else mark.label


def _that_fit(drawn: Sequence[Mark]) -> list[int]:
    """Return the marks that get a label: all if there is room, otherwise those that collide, then the rarer kinds."""
    order = sorted(
        range(len(drawn)), key=lambda one: (not drawn[one].collides, drawn[one].style in ("net", "tried"), one)
    )
    kept: list[int] = []
    left = RIGHT - MARGIN - _MORE
    for place in order:
        left -= measured(_label(drawn[place]), "") + _APART
        if left < 0:
            break
        kept.append(place)
    return kept


def numbered(pieces: Sequence[Segment], row: Row) -> list[Segment]:
    """Return the pieces that are named below the row, by address: those that collide, then the largest."""
    clashes = [place for each in row.collisions for place in each.where if not each.ours]

    def rank(piece: Segment) -> tuple[bool, int, int]:
        hit = any(first <= piece.last and piece.first <= last for first, last in clashes)
        return not hit, piece.first - piece.last, piece.first

    return sorted(sorted(pieces, key=rank)[:_MOST_NUMBERED], key=lambda one: (one.first + one.last, one.first))


def pills(paper: Paper, named: Sequence[Segment], pieces: Sequence[Segment], scale: Scale, end: float) -> None:
    """Draw the numbers of the named pieces below their track. end: where the track ends"""
    points = [_pointed_at(each, pieces, scale) for each in named]
    order = sorted(range(len(points)), key=lambda place: points[place])
    edges = spread([points[place] for place in order], [_PILL] * len(points), LEFT, RIGHT, 2)
    for place, x in zip(order, edges, strict=True):
        paper.path(f"M{number(points[place])} {number(end - 1)}L{number(x + _PILL / 2)} {number(end + 9)}", "lead")
        paper.rect(x, end + 9, _PILL, 15, "pill")
        paper.text(x + _PILL / 2, end + 20.5, str(place + 1), "small", "text", middle=True)


def _pointed_at(one: Segment, pieces: Sequence[Segment], scale: Scale) -> float:
    upon = [scale.extent(each.first, each.last) for each in pieces if each.depth > one.depth]
    return point_of(scale.extent(one.first, one.last), upon)


def names(paper: Paper, named: Sequence[Segment], pieces: Sequence[Segment]) -> None:
    """Draw the named pieces by name, in two columns where they are short."""
    texts = [captions.clean(f"{each.where}  {each.what}", 300) for each in named]
    columns = 2 if all(measured(text, "") <= BAR / 2 - _SWATCH for text in texts) else 1
    half = -(-len(texts) // columns)
    start = lowest = paper.y
    for place, (piece, text) in enumerate(zip(named, texts, strict=True)):
        if place == half:
            paper.y = start
        x = LEFT + (BAR / 2 if place >= half else 0)
        paper.text(x + 14, paper.y + 12, str(place + 1), "small", "muted", end=True)
        paper.rect(x + 20, paper.y + 3, 18, 11, class_of(piece.origin, piece.gaps))
        for line in wrapped(text, BAR / columns - _SWATCH, most=2):
            paper.text(x + 44, paper.y + 12, line, "text")
            paper.y += _LINE
        lowest = max(lowest, paper.y)
    paper.y = lowest
    others = [each for each in pieces if each not in named]
    if others:
        ranges = sum(each.networks for each in others)
        more = f"and {counted(ranges, 'range')} more: hover over them, or see the tables of an .html file"
        paper.text(LEFT, paper.y + 12, more, "small", "muted")
        paper.y += _LINE

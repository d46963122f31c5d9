"""Headroom: a bar for each limit of a cluster that exists, from what is taken to what is free or lacks."""

from collections.abc import Sequence

from azext_kubenet.diagram.cluster_view import Gauge
from azext_kubenet.diagram.palette import ELSEWHERE
from azext_kubenet.diagram.paper import BAR, LEFT, RIGHT, Paper, cut, measured, number, wrapped

_HEIGHT = 16.0
#: The narrowest part: there are six at most, and room is kept for all of them.
_NARROWEST = 3.0
_KEPT = 6 * _NARROWEST
#: Each style of a part, with what it means.
_MEANINGS = {
    "nodes": "nodes of the cluster",
    "mixed": "others",
    "surge": "added by an upgrade",
    "plan-vnet": "added at the peak",
    "track": "free",
    "lack": "lacking",
    ELSEWHERE: "not looked at",
}


def draw(paper: Paper, gauges: Sequence[Gauge]) -> None:
    """Draw the bars, each to its own scale, then what their colours mean."""
    _legend(paper, gauges)
    for each in gauges:
        _bar(paper, each)


def _bar(paper: Paper, gauge: Gauge) -> None:
    colour = "alarm-text" if gauge.lacks else "text"
    for line in wrapped(gauge.name, BAR, "h3", 2):
        paper.text(LEFT, paper.y + 13, cut(line, BAR, "h3"), "h3", colour)
        paper.y += 18
    for line in wrapped(gauge.says, BAR, "small", 4):
        paper.text(LEFT, paper.y + 12, line, "small", "text")
        paper.y += 16
    y = paper.y + 4
    if gauge.is_known:
        _parts(paper, gauge, y)
    else:
        paper.rect(LEFT, y, BAR, _HEIGHT, ELSEWHERE, "not looked at")
        paper.text(LEFT + BAR / 2, y + 12, "not looked at", "small", "text", middle=True)
    paper.y = y + _HEIGHT + 12


def _parts(paper: Paper, gauge: Gauge, y: float) -> None:
    """Draw the parts one after the other; a line across shows where the limit is, if something lacks."""
    parts = [(style, count) for style, count in gauge.parts if count]
    whole = sum(count for _, count in parts)
    if not parts:
        paper.rect(LEFT, y, BAR, _HEIGHT, "track", "none at all")
        return
    kept = _KEPT if len(parts) > 1 else 0
    x = LEFT
    for place, (style, count) in enumerate(parts):
        width = max(_NARROWEST, (BAR - kept) * count / whole)
        width = RIGHT - x if place == len(parts) - 1 else width
        paper.rect(x, y, width, _HEIGHT, style, f"{_MEANINGS[style]}: {count:,}", part=style)
        if style == "lack":
            paper.path(f"M{number(x)} {number(y - 3)}v{_HEIGHT + 6:.0f}", "window")
            _mark(paper, x, width, y, count)
        x += width


def _mark(paper: Paper, x: float, width: float, y: float, count: int) -> None:
    """Write on a ground of its own how many lack, where there is room for it."""
    words = f"lacks {count:,}"
    wide = measured(words, "strong") + 8
    if wide + 6 <= width:
        paper.rect(x + (width - wide) / 2, y + 1, wide, _HEIGHT - 2, "ground")
        paper.text(x + width / 2, y + 12.5, words, "strong", "alarm-text", middle=True)


def _legend(paper: Paper, gauges: Sequence[Gauge]) -> None:
    """Draw what the styles mean: nothing that is not drawn."""
    drawn = {style for each in gauges for style, count in each.parts if count}
    drawn |= {ELSEWHERE} if any(not each.is_known for each in gauges) else set()
    x = LEFT
    for style, words in _MEANINGS.items():
        if style not in drawn:
            continue
        width = 44 + measured(words, "small")
        if x > LEFT and x + width > RIGHT + 14:
            x, paper.y = LEFT, paper.y + 18
        paper.rect(x + 1, paper.y + 3, 22, 11, style)
        paper.text(x + 30, paper.y + 13, words, "small", "text")
        x += width
    paper.y += 24

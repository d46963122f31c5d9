"""Capacity: a bar for each thing of which every node takes one, all to one scale, so that the shortest binds first."""

from azext_kubenet.addressing import limits
from azext_kubenet.diagram import captions
from azext_kubenet.diagram.capacity import Meter
from azext_kubenet.diagram.paper import BAR, LEFT, RIGHT, Paper, cut, measured, number, wrapped
from azext_kubenet.diagram.scene import Scene

_HEIGHT = 14.0


def draw(paper: Paper, scene: Scene) -> None:
    """Draw the bars, their scale, and what the service CIDR has."""
    most = max(limits.MAX_ROUTES, *(each.used for each in scene.meters))
    for meter in scene.meters:
        _bar(paper, meter, most)
    for step in range(5):
        x = LEFT + BAR * step / 4
        paper.path(f"M{number(x)} {number(paper.y - 6)}v4", "lead")
        label = f"{round(most * step / 4):,}"
        paper.text(x, paper.y + 9, label, "small", "muted", end=step == 4, middle=0 < step < 4)
    paper.y += 18
    _legend(paper, scene)
    for text in (captions.missing(scene), captions.services(scene)):
        for line in wrapped(text, BAR):
            paper.text(LEFT, paper.y + 12, line)
            paper.y += 18


def _bar(paper: Paper, meter: Meter, most: int) -> None:
    colour = "alarm-text" if meter.lack else "text"
    paper.text(LEFT, paper.y + 12, cut(f"{meter.name}: {meter.says}", BAR), colour)
    y = paper.y + 18
    paper.rect(LEFT, y, _length(meter.room, most), _HEIGHT, "track")
    done = 0
    for count, style in ((meter.nodes, "plan"), (meter.surge, "surge"), (meter.others, "mixed")):
        start, end = _length(min(done, meter.room), most), _length(min(done + count, meter.room), most)
        if end > start:
            paper.rect(LEFT + start, y + 2, max(end - start, 1.5), _HEIGHT - 4, style)
        done += count
    if meter.lack:
        start = _length(meter.room, most)
        paper.rect(LEFT + start, y, _length(meter.used, most) - start, _HEIGHT, "lack", f"{meter.lack:,} too few")
    if meter.binds:
        paper.rect(LEFT - 1.5, y - 1.5, _length(max(meter.room, meter.used), most) + 3, _HEIGHT + 3, "binds")
        paper.text(LEFT - 10, y + 11, "binds first", "strong", "text", end=True)
    elif meter.room > most:
        paper.path(f"M{number(RIGHT - 22)} {number(y - 2)}l6 {_HEIGHT + 4:.0f}h5l-6 -{_HEIGHT + 4:.0f}z", "cut")
        paper.text(LEFT - 10, y + 11, "bar is cut", "small", "muted", end=True)
    paper.y = y + _HEIGHT + 12


def _length(count: int, most: int) -> float:
    return BAR * min(count, most) / most


def _legend(paper: Paper, scene: Scene) -> None:
    """Draw what the colours of the bars mean."""
    entries = (
        ("plan", "nodes", True),
        ("surge", "surge nodes of an upgrade", any(each.surge for each in scene.meters)),
        ("mixed", "other addresses", any(each.others for each in scene.meters)),
        ("track", "free", True),
        ("lack", "too few", any(each.lack for each in scene.meters)),
    )
    x = LEFT
    for style, text, used in entries:
        if used:
            paper.rect(x + 1, paper.y + 3, 22, 11, style)
            paper.text(x + 30, paper.y + 12, text, "small", "text")
            x += 48 + measured(text, "small")
    paper.y += 20

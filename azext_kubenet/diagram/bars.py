"""Capacity: a bar for each thing of which every node takes one, all to one scale: the shortest is the first limit."""

from azext_kubenet.addressing import limits
from azext_kubenet.diagram.capacity import Meter
from azext_kubenet.diagram.paper import BAR, LEFT, RIGHT, Paper, cut, measured, number, wrapped
from azext_kubenet.diagram.scene import Scene

_HEIGHT = 14.0


def draw(paper: Paper, scene: Scene) -> None:
    """Draw the bars, their scale, and what their colours mean."""
    most = max(limits.MAX_ROUTES, *(each.used for each in scene.meters))
    for meter in scene.meters:
        _bar(paper, meter, most)
    for step in range(5):
        x = LEFT + BAR * step / 4
        paper.path(f"M{number(x)} {number(paper.y - 6)}v4", "lead")
        label = f"{round(most * step / 4):,}"
        paper.text(x, paper.y + 10, label, "small", "muted", end=step == 4, middle=0 < step < 4)
    paper.y += 18
    _legend(paper, scene)


def _bar(paper: Paper, meter: Meter, most: int) -> None:
    name = f"{meter.name} (first limit)" if meter.binds else meter.name
    paper.text(LEFT, paper.y + 13, cut(name, BAR, "h3"), "h3", "alarm-text" if meter.lack else "text")
    paper.y += 18
    for line in wrapped(meter.says, BAR, "small", 3):
        paper.text(LEFT, paper.y + 12, line, "small", "text")
        paper.y += 16
    y = paper.y + 2
    paper.rect(LEFT, y, _length(meter.room, most), _HEIGHT, "track")
    done = 0
    for count, style in ((meter.nodes, "nodes"), (meter.surge, "surge"), (meter.others, "mixed")):
        start, end = _length(min(done, meter.room), most), _length(min(done + count, meter.room), most)
        if end > start:
            paper.rect(LEFT + start, y + 2, max(end - start, 1.5), _HEIGHT - 4, style)
        done += count
    if meter.lack:
        start = _length(meter.room, most)
        paper.rect(LEFT + start, y, _length(meter.used, most) - start, _HEIGHT, "lack", f"{meter.lack:,} too few")
    if meter.binds:
        paper.rect(LEFT - 1.5, y - 1.5, _length(max(meter.room, meter.used), most) + 3, _HEIGHT + 3, "first")
    if meter.room > most and not meter.lack:  # the bar goes on
        paper.path(f"M{number(RIGHT - 22)} {number(y - 2)}l6 {_HEIGHT + 4:.0f}h5l-6 -{_HEIGHT + 4:.0f}z", "cut")
    paper.y = y + _HEIGHT + 10


def _length(count: int, most: int) -> float:
    return BAR * min(count, most) / most


def _legend(paper: Paper, scene: Scene) -> None:
    """Draw what the colours of the bars mean."""
    entries = (
        ("nodes", "nodes", True),
        ("surge", "surge nodes of an upgrade", any(each.surge for each in scene.meters)),
        ("mixed", "other addresses", any(each.others for each in scene.meters)),
        ("track", "free", True),
        ("lack", "too few", any(each.lack for each in scene.meters)),
    )
    x = LEFT
    for style, text, used in entries:
        width = 44 + measured(text, "small")
        if used and x > LEFT and x + width > RIGHT + 14:
            x, paper.y = LEFT, paper.y + 18
        if used:
            paper.rect(x + 1, paper.y + 3, 22, 11, style)
            paper.text(x + 30, paper.y + 13, text, "small", "text")
            x += width
    paper.y += 20

"""The SVG: heading, legend, blocks of address space, capacity; and all of it in sentences for a screen reader."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from azext_kubenet.diagram import bars, captions, tracks
from azext_kubenet.diagram.capacity import asked
from azext_kubenet.diagram.labels import Mark
from azext_kubenet.diagram.palette import KINDS, PREFIX, class_of, name_of, patterns, style
from azext_kubenet.diagram.paper import BAR, LEFT, MARGIN, RIGHT, WIDTH, Paper, Scale, measured, wrapped
from azext_kubenet.diagram.scene import Row, Scene
from azext_kubenet.diagram.segments import Segment, segments_of

#: A row, what its upper track shows, and the pieces of its lower one.
_Drawn = tuple[Row, list[Mark], list[Segment]]

_LINE = 18.0
#: Findings beside the first, at most: the page has them all.
_MOST_FINDINGS = 4


def document(scene: Scene) -> str:
    """Return the picture as a document of its own."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element(scene)}\n'


def element(scene: Scene) -> str:
    """Return the picture as one element of a page."""
    paper = Paper(y=22)
    free = scene.shortage.largest_free if scene.shortage else None
    drawn = [(row, tracks.marks(row, scene.refused, free), segments_of(row, BAR)) for row in scene.rows]
    _heading(paper, scene)
    _legend(paper, list(_entries(scene, drawn)))
    _section(paper, "Address space", "each block to a scale of its own; what collides is framed in red, with a cross")
    above = len(scene.overview)
    for row, marks, pieces in drawn[:above]:
        tracks.draw(paper, row, marks, pieces, scene.refused)
    if scene.details:
        _section(paper, *_looked_into(scene))
    for row, marks, pieces in drawn[above:]:
        tracks.draw(paper, row, marks, pieces, scene.refused)
    _section(paper, "Capacity", "each node and each surge node takes one; all bars to one scale")
    bars.draw(paper, scene)
    _notes(paper, scene)
    return _wrapped(paper, scene)


def _wrapped(paper: Paper, scene: Scene) -> str:
    height = f"{paper.y + MARGIN:.0f}"
    told = escape("\n".join(captions.description(scene)))
    body = "\n".join(paper.parts)
    size = f'viewBox="0 0 {WIDTH:.0f} {height}" width="{WIDTH:.0f}" height="{height}"'
    names = f'aria-labelledby="{PREFIX}-title {PREFIX}-desc"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{PREFIX}" {size} role="img" {names}>\n'
        f'<title id="{PREFIX}-title">{escape(_title(scene))}</title>\n'
        f'<desc id="{PREFIX}-desc">{told}</desc>\n'
        f"<style>\n{style()}\n</style>\n"
        f"<defs>{''.join(patterns())}</defs>\n"
        f'<rect class="{PREFIX}-paper" width="100%" height="100%"/>\n{body}\n</svg>'
    )


def _title(scene: Scene) -> str:
    return f"Address plan for an AKS cluster on {scene.size.network_plugin.words}: {captions.outcome(scene)}"


def _heading(paper: Paper, scene: Scene) -> None:
    """Draw the result, then what to do about it or what it supports."""
    colour = "alarm-text" if scene.refused or scene.collisions else "good-text"
    paper.text(MARGIN, paper.y + 14, f"{captions.name(scene)}: {captions.outcome(scene)}", "h1", colour)
    paper.y += 28
    others = ((each, "text", 2) for each in captions.others(scene, _MOST_FINDINGS))
    for text, style_, most in (*_what(scene), *others):
        for line in wrapped(text, WIDTH - 2 * MARGIN, style_, most):
            paper.text(MARGIN, paper.y + 12, line, *dict.fromkeys((style_, "text")))
            paper.y += _LINE
        paper.y += 2
    paper.y += 6


def _what(scene: Scene) -> Iterator[tuple[str, str, int]]:
    """Yield the refusal and what to type instead, or what the plan supports; with class of text and most lines."""
    if scene.refused:
        yield captions.message(scene), "h2", 6
        if captions.advice(scene):
            yield f"-> {captions.advice(scene)}", "text", 3
        return
    support = captions.advice(scene)
    yield f"for {asked(scene.size)}{f'; {support}' if support else ''}", "text", 3


def _looked_into(scene: Scene) -> tuple[str, str]:
    if scene.details[0].title == captions.WITHIN:
        return "Where it may be taken from", "each block to a scale of its own"
    return "Inside the virtual network", "each of its prefixes to a scale of its own"


def _section(paper: Paper, name: str, about: str) -> None:
    paper.y += 8
    paper.path(f"M{MARGIN:.0f} {paper.y:.0f}H{RIGHT:.0f}", "lead")
    paper.text(MARGIN, paper.y + 20, name, "h2", "text")
    paper.text(MARGIN + measured(name, "h2") + 14, paper.y + 20, about, "small", "muted")
    paper.y += 32


def _entries(scene: Scene, drawn: list[_Drawn]) -> Iterator[tuple[str, str]]:
    """Yield class and words of what the legend explains: nothing that is not drawn."""
    styles = {mark.style for _, marks, _ in drawn for mark in marks}
    named = {
        "net": "virtual network",
        "plan": "planned",
        "asked": "given",
        "tried": "would be chosen",
        "free": "largest free block",
    }
    yield from ((style_, text) for style_, text in named.items() if style_ in styles)
    origins = {piece.origin for _, _, pieces in drawn for piece in pieces}
    yield from ((name_of(kind), captions.KINDS[kind]) for kind in KINDS if kind in origins)
    if any(piece.gaps for _, _, pieces in drawn for piece in pieces):
        yield class_of(None, True), "small ranges, gathered, with gaps"
    yield "track", "free"
    if scene.collisions:
        yield "clash", "collides"
    if any(_widened(each) for each in drawn):
        yield "", "narrowest marks: not to scale, too small to be seen otherwise"


def _widened(drawn: _Drawn) -> bool:
    """Return whether anything in a row is wider than to scale."""
    row, marks, pieces = drawn
    scale = Scale(row.block)
    places = [(mark.first, mark.last) for mark in marks] + [(piece.first, piece.last) for piece in pieces]
    return any(scale.extent(*place)[2] for place in places)


def _legend(paper: Paper, entries: list[tuple[str, str]]) -> None:
    x = MARGIN
    for name, text in entries:
        width = (30 if name else 10) + measured(text, "small") + 18
        if x + width > RIGHT:
            x, paper.y = MARGIN, paper.y + _LINE
        if name:
            paper.rect(x + 1, paper.y + 2, 22, 12, name)
        else:
            paper.rect(x + 1, paper.y + 2, 3, 12, "plan")
        paper.text(x + (30 if name else 10), paper.y + 12, text, "small", "text")
        x += width
    paper.y += _LINE + 4


def _notes(paper: Paper, scene: Scene) -> None:
    for note in captions.notes(scene):
        for line in wrapped(note, RIGHT - LEFT, "small"):
            paper.text(LEFT, paper.y + 12, line, "small", "muted")
            paper.y += 16

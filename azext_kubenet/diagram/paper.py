"""The paper of a picture: its measures and scales, elements of an SVG, text measured without a font, labels apart."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from netaddr import IPNetwork

from azext_kubenet.diagram.captions import clean
from azext_kubenet.diagram.palette import PREFIX

#: A drawing, its margin, and the bars in it, in pixels: narrow enough for a small screen, where nothing is scaled down.
WIDTH, MARGIN, BAR = 480.0, 16.0, 448.0
LEFT, RIGHT = MARGIN, MARGIN + BAR
#: The narrowest mark, in pixels.
NARROWEST = 4.0
#: Left edge, width, and whether it is wider than to scale.
Extent = tuple[float, float, bool]
#: Widths of characters as shares of the font size, on the wide side of what sans-serif fonts have.
_NARROW, _USUAL, _CAPITAL, _WIDE = 0.42, 0.64, 0.8, 1.02
_OF_NARROW, _OF_WIDE = frozenset("ijltfrI.,:;|!'/()[] "), frozenset("mwMW@%+=<>#~^&")
#: Font sizes by class, as the style sheet has them.
SIZES = {"h1": 18.0, "h2": 15.0, "h3": 13.0, "small": 12.0, "strong": 12.0}
PLAIN_SIZE = 13.0
#: Bold letters are wider.
BOLD_STYLES = ("h1", "h2", "h3", "strong")
_BOLD = 1.1


def _share(char: str) -> float:
    if char in _OF_NARROW:
        return _NARROW
    if char in _OF_WIDE or not char.isascii():
        return 0.0 if unicodedata.combining(char) else _WIDE
    return _CAPITAL if char.isupper() else _USUAL


def measured(text: str, style: str) -> float:
    """Return the width of a text at most, in pixels. style: a name in SIZES, or plain for any other"""
    bold = _BOLD if style in BOLD_STYLES else 1.0
    return sum(_share(char) for char in text) * SIZES.get(style, PLAIN_SIZE) * bold


def cut(text: str, room: float, style: str = "") -> str:
    """Return a text that fits into some pixels, with an ellipsis where something was left out."""
    if measured(text, style) <= room:
        return text
    while text and measured(f"{text}...", style) > room:
        text = text[:-1]
    return f"{text.rstrip()}..."


def wrapped(text: str, room: float, style: str = "", most: int = 4) -> list[str]:
    """Return a text in lines that fit into some pixels, broken between words. most: lines at most"""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and measured(longer, style) > room:
            lines.append(line)
            longer = word
        line = longer
    lines += [line] if line else []
    if len(lines) > most:
        kept = most - 1
        lines = [*lines[:kept], " ".join(lines[kept:])]
    return [cut(each, room, style) for each in lines]


def spread(wanted: Sequence[float], widths: Sequence[float], low: float, high: float, gap: float) -> list[float]:
    """Return left edges of labels in one line, in the order given, each as near as possible to its wanted centre.

    Neighbours that would overlap form a block, which is placed at the average of what its members want. The labels must
    fit between low and high together.
    """
    blocks: list[tuple[float, float, int]] = []  # where its left edge is wanted on the average, its width, its labels
    for centre, width in zip(wanted, widths, strict=True):
        block = (centre - width / 2, width + gap, 1)
        while blocks and _placed(blocks[-1], low, high, gap) + blocks[-1][1] > _placed(block, low, high, gap):
            left, before, count = blocks.pop()
            start = (left * count + (block[0] - before) * block[2]) / (count + block[2])
            block = (start, before + block[1], count + block[2])
        blocks.append(block)
    return _unfolded(blocks, widths, low, high, gap)


def _placed(block: tuple[float, float, int], low: float, high: float, gap: float) -> float:
    return max(low, min(block[0], high - block[1] + gap))


def _unfolded(
    blocks: Sequence[tuple[float, float, int]], widths: Sequence[float], low: float, high: float, gap: float
) -> list[float]:
    edges: list[float] = []
    for block in blocks:
        edge = _placed(block, low, high, gap)
        members = slice(len(edges), len(edges) + block[2])
        for width in widths[members]:
            edges.append(edge)
            edge += width + gap
    return edges


def number(value: float) -> str:
    """Return a coordinate, to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass
class Paper:
    """A drawing.

    y: where the next thing begins
    parts: its elements, in the order in which they are painted
    targets: what can be linked to, by its id: nothing in a drawing that stands alone
    """

    y: float = 0.0
    parts: list[str] = field(default_factory=list)
    targets: frozenset[str] = frozenset()

    @contextmanager
    def link(self, target: str) -> Iterator[None]:
        """Have what is drawn now lead to a target, if there is such."""
        if target not in self.targets:
            yield
            return
        self.parts.append(f'<a href="#{target}">')
        yield
        self.parts.append("</a>")

    def text(self, x: float, y: float, words: str, *styles: str, end: bool = False, middle: bool = False) -> None:
        """Draw a line of text. styles: classes without their prefix, a colour among them; plain text for none"""
        anchor = ' text-anchor="end"' if end else ' text-anchor="middle"' if middle else ""
        names = " ".join(f"{PREFIX}-{style}" for style in (styles or ("text",)))
        shown = escape(clean(words, len(words)))
        self.parts.append(f'<text x="{number(x)}" y="{number(y)}" class="{names}"{anchor}>{shown}</text>')

    def rect(self, x: float, y: float, width: float, height: float, style: str, hint: str = "", **data: str) -> None:  # pylint: disable=too-many-positional-arguments
        """Draw a rectangle of a class. hint: shown on hover; data: what it stands for, as data attributes"""
        extra = "".join(f" data-{name}={quoteattr(value)}" for name, value in data.items() if value)
        where = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        inside = f"><title>{escape(clean(hint, 400))}</title></rect>" if hint else "/>"
        self.parts.append(f'<rect {where} class="{PREFIX}-{style}"{extra}{inside}')

    def path(self, line: str, style: str) -> None:
        """Draw a line."""
        self.parts.append(f'<path d="{line}" class="{PREFIX}-{style}"/>')


class Scale:
    """From addresses of a block to pixels."""

    def __init__(self, block: IPNetwork):
        self.block = block

    def at(self, address: int) -> float:
        """Return where an address begins; what is outside the block is cut off."""
        inside = min(max(address - int(self.block.first), 0), int(self.block.size))
        return LEFT + BAR * inside / int(self.block.size)

    def extent(self, first: int, last: int) -> Extent:
        """Return left edge and width of what is drawn, and whether it is wider than to scale, to be visible."""
        start, width = self.at(first), self.at(last + 1) - self.at(first)
        if width >= NARROWEST:
            return start, width, False
        return min(start, RIGHT - NARROWEST), NARROWEST, True


def point_of(extent: Extent, covering: Iterable[Extent]) -> float:
    """Return where a line that points at something ends: at its middle, or where nothing drawn on it covers it."""
    x, width, _ = extent
    hidden = [(left - 1, left + wide + 1) for left, wide, _ in covering]
    for point in (x + width / 2, x + 2, x + width - 2, x + width / 4, x + width * 3 / 4):
        if not any(left <= point <= right for left, right in hidden):
            return point
    return x + width / 2

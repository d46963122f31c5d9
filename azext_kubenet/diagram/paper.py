"""Elements of an SVG, text that is measured without a font, and labels that keep clear of each other."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from azext_kubenet.diagram.captions import clean
from azext_kubenet.diagram.palette import PREFIX

#: Widths of characters as shares of the font size, on the wide side of what sans-serif fonts have.
_NARROW, _USUAL, _CAPITAL, _WIDE = 0.42, 0.64, 0.8, 1.02
_OF_NARROW, _OF_WIDE = frozenset("ijltfrI.,:;|!'/()[] "), frozenset("mwMW@%+=<>#~^&")
#: Font sizes by class, as the style sheet has them.
_SIZES = {"h1": 17.0, "h2": 13.0, "small": 11.0, "strong": 11.0}
#: Bold letters are wider.
_BOLD = 1.1


def width_of(text: str, size: float) -> float:
    """How wide a text becomes at most, in pixels."""
    return sum(_share(char) for char in text) * size


def _share(char: str) -> float:
    if char in _OF_NARROW:
        return _NARROW
    if char in _OF_WIDE or not char.isascii():
        return 0.0 if unicodedata.combining(char) else _WIDE
    return _CAPITAL if char.isupper() else _USUAL


def measured(text: str, style: str) -> float:
    """The width of a text in a class of text: h1, h2, small, strong, or plain for any other name."""
    bold = _BOLD if style in ("h1", "h2", "strong") else 1.0
    return width_of(text, _SIZES.get(style, 12.0)) * bold


def cut(text: str, room: float, style: str = "") -> str:
    """A text that fits into some pixels, with an ellipsis where something was left out."""
    if measured(text, style) <= room:
        return text
    while text and measured(f"{text}...", style) > room:
        text = text[:-1]
    return f"{text.rstrip()}..."


def wrapped(text: str, room: float, style: str = "", most: int = 4) -> list[str]:
    """A text in lines that fit into some pixels, broken between words, no more lines than that."""
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
    """Left edges of labels in one line, in the order given, each as near as may be to its wanted centre.

    Neighbours that would overlap form a block, which lies where its members want it on the average. The labels must fit
    between low and high together.
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
    """A coordinate, to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass
class Paper:
    """The elements of a drawing, in the order in which they are painted; y: where the next thing begins."""

    y: float = 0.0
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, *styles: str, end: bool = False, middle: bool = False) -> None:
        """A line of text. styles: classes without their prefix, a colour among them; plain text when there is none."""
        anchor = ' text-anchor="end"' if end else ' text-anchor="middle"' if middle else ""
        names = " ".join(f"{PREFIX}-{style}" for style in (styles or ("text",)))
        shown = escape(clean(words, len(words)))
        self.parts.append(f'<text x="{number(x)}" y="{number(y)}" class="{names}"{anchor}>{shown}</text>')

    def rect(self, x: float, y: float, width: float, height: float, style: str, hint: str = "", **data: str) -> None:  # pylint: disable=too-many-positional-arguments
        """A rectangle of a class, with words to be shown when pointed at, and what it stands for as data attributes."""
        extra = "".join(f" data-{name}={quoteattr(value)}" for name, value in data.items() if value)
        where = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        inside = f"><title>{escape(clean(hint, 400))}</title></rect>" if hint else "/>"
        self.parts.append(f'<rect {where} class="{PREFIX}-{style}"{extra}{inside}')

    def path(self, line: str, style: str) -> None:
        """A line."""
        self.parts.append(f'<path d="{line}" class="{PREFIX}-{style}"/>')

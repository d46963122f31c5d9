"""The words of the report, for networks that are empty, crowded or full: what a reader reads, in order."""

import re
from html import unescape

import pytest

from tests.unit.diagram.reports import page
from tests.unit.diagram.verdicts import CASES

_DRAWN = re.compile(
    r"<style>.*?</style>|<svg[^>]*swatch.*?</svg>|<defs>.*?</defs>|"
    r"<rect[^>]*?>\s*<title>.*?</title></rect>|<text\b.*?</text>",
    re.S,
)
_BLOCKS = re.compile(r"</?(?:h1|h2|h3|p|li|tr|caption|dt|title|desc|text|svg)\b[^>]*>")


def lines(text):
    """What stands on the page, a line a block; cells are separated, and drawings are described."""
    shown = _DRAWN.sub("", text).replace("\n", " ")
    shown = re.sub(r"</t[hd]><t[hd]", " | <x", shown)
    blocks = (unescape(re.sub(r"<[^>]*>", "", block)) for block in _BLOCKS.sub("\n", shown).split("\n"))
    return "".join(f"{' '.join(block.split())}\n" for block in blocks if block.strip())


@pytest.mark.parametrize("name", CASES)
def test_reports_read_as_they_did(name, golden):
    golden(f"reports/{name}.txt", lines(page(name)))

"""Every fact that the code rests on is a row of docs/facts.rst, with its source."""

import re
from pathlib import Path

from azext_kubenet.addressing.registry import RULES

ROOT = Path(__file__).parents[2]
_ID = re.compile(r"\b[A-Z][0-9]{1,2}\b")


def _rows():
    """Id, fact and source of each row of the page."""
    for line in (ROOT / "docs" / "facts.rst").read_text(encoding="utf-8").splitlines():
        cells = re.split(r" {2,}", line.strip())
        if re.fullmatch(r"[A-Z][0-9]{0,2}", cells[0]):
            yield cells


def _cited():
    """Every id in brackets in the source, each of a span such as [G3-G5], and those beside the rules."""
    found = {fact for rule in RULES.values() for fact in rule.facts.split() if re.fullmatch(r"[A-Z][0-9]*", fact)}
    for path in (ROOT / "azext_kubenet").rglob("*.py"):
        for text in re.findall(r"\[([A-Z][0-9]{1,2}[^\]\n]{0,40})\]", path.read_text(encoding="utf-8")):
            found.update(_ID.findall(text))
            for letter, first, last in re.findall(r"\b([A-Z])([0-9]{1,2})-[A-Z]?([0-9]{1,2})\b", text):
                found.update(f"{letter}{number}" for number in range(int(first), int(last) + 1))
    return found


def test_every_fact_that_is_cited_has_a_row():
    cited = _cited()
    assert len(cited) > 100
    assert not sorted(cited - {row[0] for row in _rows()})


def test_every_row_has_a_fact_and_a_source_and_stands_once():
    rows = list(_rows())
    assert not [row for row in rows if len(row) != 3 or len(row[1]) < 15 or not row[2]]
    assert len({row[0] for row in rows}) == len(rows)

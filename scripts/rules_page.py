"""Write docs/rules.rst from the registry: every rule and every check by name, as scripts may rely on them.

usage: VENV/bin/python scripts/rules_page.py      (a contract test says when the page is out of date)
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

_ABOUT = {
    "PLAN": (
        "``--accept-risk NAME`` lowers the errors that Azure itself does not refuse. In part: of a network, its subnet",
        "and the docker bridge, but not where Azure refuses these as well, nor of pods and services.",
    ),
    "LISTS": (
        "Of ``--exclude-prefixes`` and ``--within``, given as ``@FILE``. A wrong range in one is told as it is",
        "everywhere: ``malformed-range``, ``host-bits``; ``ipv6-not-supported`` in plain lists.",
    ),
    "CHECK": (
        "Reads only, before the first write; here stands what must hold. ``--skip-checks NAME`` turns the errors of",
        "one into warnings; where the last column says yes, Azure would not have refused it either.",
    ),
}


def page() -> str:
    """The text of the page."""
    from azext_kubenet.addressing.registry import RULES, Phase

    lines = [
        "Rules and checks",
        "================",
        "",
        "The names that findings carry. A name never changes its meaning. The facts are rows of facts.rst. The",
        "severity is the usual one; a finding carries its own.",
        "",
    ]
    for phase in Phase:
        head = ("rule", "severity", "meaning", "facts", "can be lowered")
        rows = [
            (each.name, str(each.severity), each.meaning, each.facts, _lowered(each))
            for each in RULES.values()
            if each.phase is phase
        ]
        about = [*_ABOUT[phase.name], ""] if phase.name in _ABOUT else []
        lines += [str(phase), "-" * len(phase), "", *about, *_table(head, rows), ""]
    return "\n".join(lines)


def _lowered(rule: "Rule") -> str:  # noqa: F821
    if rule.severity != "error" or rule.azure_refuses:
        return ""
    return "in part" if rule.partly else "yes"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A simple table of reStructuredText, without the columns that are empty."""
    used = [column for column in range(len(head)) if any(row[column] for row in rows)]
    rows = [tuple(row[column] or "\\ " for column in used) for row in (head, *rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(used))]
    line = "  ".join("=" * width for width in widths)

    def shown(row: tuple[str, ...]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    return [line, shown(rows[0]), line, *map(shown, rows[1:]), line]


if __name__ == "__main__":
    (ROOT / "docs" / "rules.rst").write_text(page(), encoding="utf-8")

"""Write docs/rules.rst: every rule and every preflight check by name, as scripts may rely on them.

usage: VENV/bin/python scripts/rules_page.py      (a contract test says when the page is out of date)
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

#: Findings that no rule and no check makes.
OTHERS = (
    ("address-prefix-missing", "error", "what exists has no IPv4 prefix, or none yet"),
    ("empty-value", "error", "an option was typed with nothing for its value"),
    ("existing-resource-differs", "error", "what exists has another range than was asked for"),
    ("file-exists", "error", "a file that plan did not write, or that was edited since, is not replaced"),
    ("file-not-writable", "error", "a file cannot be written where it is wanted"),
    ("ipv6-not-supported", "error", "a range is IPv6"),
    ("host-bits", "error", "an address inside a network was given for the network"),
    ("malformed-address", "error", "a text is no IPv4 address"),
    ("malformed-growth", "error", "a text is no growth a year"),
    ("malformed-max-surge", "error", "a text is no surge"),
    ("malformed-plan", "error", "what came as a plan is none"),
    ("malformed-pool", "error", "a text is no node pool"),
    ("malformed-range", "error", "a text is no IPv4 network"),
    ("max-count-not-sent", "info", "--max-count sizes the plan alone, as the autoscaler is not on"),
    ("no-such-file", "error", "a file that was named is not there or may not be read"),
    ("no-space", "error", "ranges of the sizes that are needed have no place"),
    ("not-looked-at", "warning", "something that create would have looked at may not be read"),
    ("not-proven", "warning", "routes that a cluster needs may not, or cannot, be looked at"),
    ("plan-contradicted", "error", "an option says something else than the plan"),
    ("plan-outdated", "as its rule", "something has come into the plan's ranges since it was made"),
    ("pool-to-add", "info", "a pool beyond the first is added once the cluster is there"),
    ("pools-contradicted", "error", "an option gives another number of nodes than the pools"),
    ("risk-not-acceptable", "error", "a name after --accept-risk is no rule that can be accepted"),
    ("subnet-multiple-prefixes", "error", "more than one prefix is given for the subnet"),
    ("surroundings-changed", "info", "what lies around has changed since the plan was made, to no harm"),
    ("too-many-prefixes", "error", "more prefixes are given for the network than are read"),
    ("unknown-check", "error", "a name after --skip-checks is no check"),
    ("unknown-file-ending", "error", "a file's ending names no format"),
)


def page() -> str:
    """The text of the page."""
    from azext_kubenet.addressing.rules import RULES, acceptable
    from azext_kubenet.aks.contradictions import CONTRADICTIONS
    from azext_kubenet.checks import CHECKS
    from azext_kubenet.discovery.coverage import REMARKS
    from azext_kubenet.options.range_lists.listing import FINDINGS

    accepted = acceptable()
    allowed = {rule.name: "in part" if rule.partly else "yes" for rule in RULES if rule.name in accepted}
    rules = [(rule.name, str(rule.severity), allowed.get(rule.name, ""), rule.facts) for rule in RULES]
    options = list(dict.fromkeys((row.rule, row.option, row.why, row.facts) for row in CONTRADICTIONS))
    remarks = [(name, str(severity), what, facts) for name, severity, what, facts in REMARKS]
    checks = [(check.name, check.summary, check.facts) for check in CHECKS]
    return "\n".join(
        [
            "Rules and checks",
            "================",
            "",
            "The names that findings carry. A name never changes its meaning. The facts are rows of the table",
            "of Azure facts; ``limits.py`` names the source of each number.",
            "",
            "Rules of ``plan`` and ``create``",
            "--------------------------------",
            "",
            "``--accept-risk NAME`` lowers the errors that Azure itself does not refuse. In part: of a network,",
            "its subnet and the docker bridge, but not where Azure refuses these as well, nor of pods and services.",
            "",
            *_table(("rule", "severity", "can be accepted", "facts"), rules),
            "",
            "Lists of ranges",
            "---------------",
            "",
            "Of ``--exclude-prefixes`` and ``--within``, given as ``@FILE``. A wrong range in one is told as it is",
            "everywhere: ``malformed-range``, ``host-bits``; ``ipv6-not-supported`` in plain lists.",
            "",
            *_table(("rule", "severity", "what it means"), list(FINDINGS)),
            "",
            "What ``plan`` finds around a network",
            "------------------------------------",
            "",
            *_table(("finding", "severity", "what it says", "facts"), remarks),
            "",
            "What was typed or read, and what exists",
            "---------------------------------------",
            "",
            *_table(("finding", "severity", "what it says"), list(OTHERS)),
            "",
            "Options of ``az aks create`` that contradict kubenet",
            "----------------------------------------------------",
            "",
            *_table(("rule", "option", "why", "facts"), options),
            "",
            "Preflight checks of ``create``",
            "------------------------------",
            "",
            "Reads only, before the first write. ``--skip-checks NAME`` turns the errors of one into warnings.",
            "",
            *_table(("check", "what it looks at", "facts"), checks),
            "",
        ]
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A simple table of reStructuredText; its last column may be as wide as it likes."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    line = "  ".join("=" * width for width in widths)

    def shown(row: tuple[str, ...]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(_filled(row), widths, strict=True)).rstrip()

    return [line, shown(head), line, *(shown(row) for row in rows), line]


def _filled(row: tuple[str, ...]) -> list[str]:
    """An empty cell is a backslash, for an empty one would join a row to the one before."""
    return [cell or "\\ " for cell in row]


if __name__ == "__main__":
    (ROOT / "docs" / "rules.rst").write_text(page(), encoding="utf-8")

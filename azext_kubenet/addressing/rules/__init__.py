"""The rules, one small function each, and check(), which runs them all and lets every finding come together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.registry import Rule
from azext_kubenet.addressing.rules import cluster_size, overlaps, placement, sizes
from azext_kubenet.addressing.rules.rule import PlanRule, RuleContext, Violation
from azext_kubenet.addressing.wording import ACCEPT_OPTION

#: Rules on the cluster's size alone.
SIZE_RULES: tuple[PlanRule, ...] = cluster_size.RULES
#: Rules on where ranges lie.
PLACE_RULES: tuple[PlanRule, ...] = placement.RULES + overlaps.RULES
#: Every rule on a plan, in the order in which its findings are shown.
RULES: tuple[PlanRule, ...] = SIZE_RULES + sizes.RULES + PLACE_RULES
#: The name of the finding that there is no plan at all.
NO_SPACE = "no-space"

__all__ = [
    "NO_SPACE",
    "PLACE_RULES",
    "RULES",
    "SIZE_RULES",
    "PlanRule",
    "RuleContext",
    "Violation",
    "accept",
    "acceptable",
    "check",
]


def check(context: RuleContext, rules: Sequence[PlanRule] = RULES) -> list[Finding]:
    """All findings on a plan, complete or not: a range that is not decided breaks no rule."""
    return [_finding(each.rule, violation) for each in rules for violation in each.find(context)]


def _finding(rule: Rule, violation: Violation) -> Finding:
    severity = violation.severity or rule.severity
    refused = rule.azure_refuses if violation.azure_refuses is None else violation.azure_refuses
    way = ACCEPT_OPTION if severity is Severity.ERROR and not refused else ""
    return Finding(rule.name, severity, violation.options, violation.message, violation.fixes, way)


def acceptable() -> list[str]:
    """Names of the rules whose errors a user may accept: those that Azure itself does not refuse."""
    rules = (each.rule for each in RULES)
    return [rule.name for rule in rules if rule.severity is Severity.ERROR and not rule.azure_refuses]


def accept(findings: Iterable[Finding], names: Sequence[str]) -> Iterator[Finding]:
    """The findings with the errors of the named rules lowered to warnings; naming one that cannot be is an error."""
    allowed = acceptable()
    for name in dict.fromkeys(names):
        if name not in allowed:
            yield Finding(
                "risk-not-acceptable",
                Severity.ERROR,
                (ACCEPT_OPTION,),
                f"{ACCEPT_OPTION} {name}: {_why_not(name)}",
                advise(f"use any of: {', '.join(allowed)}"),
            )
    named = {*names} & {*allowed}
    yield from (_accepted(finding) if finding.rule in named else finding for finding in findings)


def _accepted(finding: Finding) -> Finding:
    if finding.severity is not Severity.ERROR:
        return finding
    if finding.acceptable:
        return replace(finding, severity=Severity.WARNING, acceptable="", accepted=True)
    return replace(finding, message=f"{finding.message}: {_REFUSED}")


_REFUSED = "Azure refuses it, so accepting it changes nothing"


def _why_not(name: str) -> str:
    if name == NO_SPACE:
        return "without space there is no plan"
    severities = [each.rule.severity for each in RULES if each.rule.name == name]
    if not severities:
        return "there is no such rule"
    return _REFUSED if Severity.ERROR in severities else "it is not an error"

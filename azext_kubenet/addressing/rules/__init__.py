"""The rules, one small function each, and check(), which runs them all and lets every finding come together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from azext_kubenet.addressing.findings import Advice, Finding, Fix, LeaveOut, Severity, use
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
#: The name of the finding that a rule was accepted which cannot be.
NOT_ACCEPTABLE = "risk-not-acceptable"

__all__ = [
    "NOT_ACCEPTABLE",
    "NO_SPACE",
    "PLACE_RULES",
    "RULES",
    "SIZE_RULES",
    "PlanRule",
    "RuleContext",
    "Violation",
    "accept",
    "acceptable",
    "accepted_of",
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
            message = f"{ACCEPT_OPTION} {name}: {_why_not(name)}"
            yield Finding(NOT_ACCEPTABLE, Severity.ERROR, (ACCEPT_OPTION,), message, _instead(name, names))
    named = {*names} & {*allowed}
    yield from (_accepted(finding) if finding.rule in named else finding for finding in findings)


def accepted_of(names: Iterable[str]) -> list[str]:
    """The names of those that can be accepted, each once, also of such as a comma joins."""
    apart = [part.strip() for name in names for part in name.split(",")]
    return [name for name in dict.fromkeys(apart) if name in acceptable()]


def _instead(name: str, names: Sequence[str]) -> tuple[Fix, ...]:
    """What to type in place of names of which this one cannot be accepted."""
    good = accepted_of(names)
    first: Fix = use(ACCEPT_OPTION, " ".join(good)) if good else LeaveOut((ACCEPT_OPTION,))
    unknown = name != NO_SPACE and all(each.rule.name != name for each in RULES)
    return (first, *([Advice(f"use any of: {' '.join(acceptable())}")] if unknown else []))


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
    if "," in name:
        return "names are separated by spaces, not by commas"
    severities = [each.rule.severity for each in RULES if each.rule.name == name]
    if not severities:
        return "there is no such rule"
    return _REFUSED if Severity.ERROR in severities else "it is not an error"

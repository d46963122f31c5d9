"""Named checks on a cluster that runs: reads only, side by side, and all that they find at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.registry import RULES
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.checks import CHECKS, Phase
from azext_kubenet.checks.check import Check, OnUpgrade, Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import (
    cluster_locks,
    collisions,
    identity_rights,
    inside,
    kubernetes_support,
    node_routes_now,
    room,
    shared_with_others,
    snat_ports,
    states,
    tables_on_subnets,
)
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.checks.side_by_side import SKIP, Answer, finding_of
from azext_kubenet.discovery.existing import NOT_LOOKED_AT

__all__ = ["RUNNING_CHECKS", "Outcome", "look_into", "not_looked_at", "unknown_checks"]


#: Checks whose errors stop an upgrade that has room, and without which it is not known whether it would go through.
_DECIDE_UPGRADES = ("cluster-state", "pool-state", "locks", "identity-rights", "snat-ports", "subnet-delegation")


class Outcome(NamedTuple):
    """What the checks of a cluster found.

    findings: all of them, in the order of the checks
    not_looked_at: names of the checks that could not look, or not at all of it
    upgrade: what they mean for an upgrade, whatever severity they were lowered to; None where nothing is in its way
    """

    findings: tuple[Finding, ...]
    not_looked_at: tuple[str, ...]
    upgrade: OnUpgrade | None = None


def _of_creation(check: Check) -> RunningCheck:
    """A check of a creation, asked about each subnet of the cluster's nodes."""

    def run(context: RunningContext) -> Iterator[Problem]:
        context.require("networks", "subnets")
        for site in context.sites:
            yield from check.run(site)

    return RunningCheck(check.name, run)


#: Every check, in the order in which its findings are shown: those of a creation where the subject is the same.
RUNNING_CHECKS: tuple[RunningCheck, ...] = (
    *room.CHECKS,
    *tables_on_subnets.CHECKS,
    *shared_with_others.CHECKS,
    *node_routes_now.CHECKS,
    *states.CHECKS,
    *kubernetes_support.CHECKS,
    *snat_ports.CHECKS,
    *identity_rights.CHECKS,
    *cluster_locks.CHECKS,
    *collisions.CHECKS,
    *inside.CHECKS,
    *map(_of_creation, (each for each in CHECKS if Phase.RUNNING in each.phases)),
)


def look_into(context: RunningContext, skip: Sequence[str] = ()) -> Outcome:
    """Run every check; the errors of those to skip become warnings, and what could not be read is said."""
    answers = [(each, Answer(each.name, partial(_asked, each, context))) for each in RUNNING_CHECKS]
    findings, hidden = list[Finding](), dict[tuple[str, str], _NotLookedAt]()
    for check, answer in answers:
        seen = answer.problems()
        for each in seen:
            if isinstance(each, Unreadable):
                hidden.setdefault((each.what, each.scope), _NotLookedAt(each, [])).checks.append(check.name)
            elif isinstance(each, Finding):
                findings.append(_lowered(each, check, skip))
            else:
                findings.append(finding_of(each, RULES[check.name], skip))
    unread = [not_looked_at(each.why, each.checks, context) for each in hidden.values()]
    names = [name for each in hidden.values() for name in each.checks]
    names += [check.name for check, answer in answers if any(map(_says_it_could_not_look, answer.problems()))]
    problems = [(check, each) for check, answer in answers for each in answer.problems()]
    return Outcome((*dict.fromkeys(findings), *unread), tuple(dict.fromkeys(names)), _on_upgrade(problems))


def _on_upgrade(seen: Sequence[tuple[RunningCheck, Problem | Finding | Unreadable]]) -> OnUpgrade | None:
    """What all that was seen means for an upgrade."""
    effects = {_effect(check, each) for check, each in seen}
    return next((each for each in OnUpgrade if each in effects), None)


def _effect(check: RunningCheck, seen: Problem | Finding | Unreadable) -> OnUpgrade | None:
    """What one thing means for it: an error of a check that decides stops it, and what that cannot look at may."""
    if isinstance(seen, Problem) and seen.upgrade is not None:
        return seen.upgrade
    if check.name not in _DECIDE_UPGRADES:
        return None
    if isinstance(seen, Unreadable):
        return OnUpgrade.MAY_STOP
    severity = seen.severity or RULES[check.name].severity
    return OnUpgrade.STOPS if severity is Severity.ERROR else None


def _says_it_could_not_look(seen: Problem | Finding | Unreadable) -> bool:
    return isinstance(seen, Finding) and seen.rule == NOT_LOOKED_AT


def _lowered(finding: Finding, check: RunningCheck, skip: Sequence[str]) -> Finding:
    """What a rule of a plan found, as a warning if the check that asked it is to be skipped."""
    if check.name in skip and finding.severity is Severity.ERROR:
        return replace(finding, severity=Severity.WARNING, acceptable="", accepted=True)
    return finding


class _NotLookedAt(NamedTuple):
    """What could not be read, and the checks that asked for it."""

    why: Unreadable
    checks: list[str]


def _asked(check: RunningCheck, context: RunningContext) -> Iterator[Problem | Finding | Unreadable]:
    """What a check sees, and what it could not read."""
    try:
        yield from check.run(context)
    except Unreadable as hidden:
        yield hidden
    except AzureError as error:
        yield Unreadable("something that Azure was asked for", str(context.cluster.id), error)


def not_looked_at(why: Unreadable, checks: Sequence[str], context: RunningContext) -> Finding:
    """A check that could not look is a finding, never silence."""
    message = f"{why}; not looked at: {', '.join(dict.fromkeys(checks))}"
    advice = why.mend
    if not advice and is_forbidden(why.cause):
        advice = f"to have it looked at, have an administrator run: {context.caller.grant_command('Reader', why.scope)}"
    return Finding(NOT_LOOKED_AT, Severity.WARNING, (), message, advise(advice))


def unknown_checks(skip: Sequence[str], offered: Sequence[str] = ()) -> Iterator[Finding]:
    """Names that are no check's. offered: those to type instead, if they are not those of `check`"""
    known = [each.name for each in RUNNING_CHECKS]
    offered = offered or [name for name in known if RULES[name].severity is Severity.ERROR]
    for name in dict.fromkeys(skip):
        if name not in (*known, *offered):
            message = f"{SKIP} {name}: there is no such check"
            advice = advise(f"use any of: {', '.join(offered)}")
            yield Finding("unknown-check", Severity.ERROR, (SKIP,), message, advice)

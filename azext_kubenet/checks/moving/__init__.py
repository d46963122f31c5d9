"""The move of a cluster from kubenet to Azure CNI Overlay: everything that is in its way, and that it changes, at once.

What `check` looks at is looked at once more: what of it matters to a move is carried over, some of it graver than it is
for a cluster that stays as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, SetOptions, Severity
from azext_kubenet.addressing.registry import RULES, checks_of_move
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving import (
    allowed_writes,
    blockers,
    consequences,
    identity_of_move,
    inside_of_move,
    routes_after_move,
    tables_of_others,
)
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.running import inside, look_into, not_looked_at
from azext_kubenet.checks.running import unknown_checks as running_unknown_checks
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.checks.side_by_side import SKIP, Answer, finding_of
from azext_kubenet.discovery.existing import NOT_LOOKED_AT
from azext_kubenet.discovery.overlay_readiness import State

#: Every check of a move alone.
MOVING_CHECKS: tuple[MovingCheck, ...] = (
    *blockers.CHECKS,
    *identity_of_move.CHECKS,
    *tables_of_others.CHECKS,
    *allowed_writes.CHECKS,
    *routes_after_move.CHECKS,
    *consequences.CHECKS,
    *inside_of_move.CHECKS,
)
_ERROR, _WARNING, _ACCEPT = Severity.ERROR, Severity.WARNING, "--accept-risk"
#: Rules of `check` that matter to a move, in the order in which they are dealt with, and how grave they are for it;
#: None for as grave as they were found.
_CARRIED: dict[str, Severity | None] = {
    "cluster-state": None,
    "pool-state": None,
    "cluster-stopped": _ERROR,
    "nodes-not-ready": None,
    "node-network-unavailable": None,
    "pod-cidr-of-node": None,
    "identity-rights": None,
    "upgrade-room": None,
    "pdb-blocks-drain": _ERROR,
    "route-table-missing": None,
    "outbound-route": None,
    "route-table-replaced": _WARNING,
    "subnet-delegation": _WARNING,
    "subnet-links": _WARNING,
    "nat-gateway": _WARNING,
    "network-security-group": _WARNING,
    "routes-missing": _WARNING,
    "routes-wrong-next-hop": _WARNING,
    "routes-of-one-block": _WARNING,
    "peered-network-overlap": _WARNING,
    "routed-range-overlap": _WARNING,
    "pod-subnet-overlap": _WARNING,
    "pod-vnet-overlap": _WARNING,
    "existing-subnet-overlap": _WARNING,
    NOT_LOOKED_AT: None,
}
#: Rules in the order in which they are dealt with: what takes longest, and what others need, first.
_ORDER = (
    "names-for-overlay", "windows-pools", "pod-subnet-for-overlay", "size-for-overlay", "availability-set",
    "route-table-of-two", "version-for-overlay", "version-without-engine", "assigned-identity",
    "identity-for-overlay", "detach-rights",
    "caller-may-move", "locks", *_CARRIED, "route-table-elsewhere", "ip-masq-config", "pod-cidr-for-overlay",
    "cluster-not-inspected", "policy-gap", "network-policy",
)  # fmt: skip
#: What only a new cluster mends, or whoever owns another one.
_BEYOND_COMMANDS = (
    "names-for-overlay",
    "windows-pools",
    "pod-subnet-for-overlay",
    "size-for-overlay",
    "route-table-of-two",
)
#: Checks of the rights of what a cluster runs as.
_IDENTITY, _OF_OLD_IDENTITY = "identity-for-overlay", ("identity-rights", "detach-rights")
#: Checks without which it is not known whether AKS takes the move.
_DECISIVE = (
    "identity-rights", "detach-rights", "locks", "upgrade-room", "limits-measured", "route-table-elsewhere",
    "route-table-of-two", "route-table-missing", "assigned-identity",
)  # fmt: skip
#: Checks whose errors rest on what is reported alone, or on what an API may leave out.
_UNSURE = ("version-without-engine", "caller-may-move", "policies")
#: The same of what is seen inside of the cluster alone, unless the risk of not looking there is accepted.
_DECISIVE_INSIDE, _NOT_INSPECTED = ("ip-masq-config", "pdb-blocks-drain"), "cluster-not-inspected"
#: What is looked at inside of a cluster that is half moved.
_INSIDE_AGAIN = ("nodes-not-ready", "pdb-blocks-drain")


class Readiness(NamedTuple):
    """How ready a cluster is to move.

    findings: in the order in which they should be dealt with, errors first
    not_looked_at: names of the checks that could not look, or not at all of it
    undecided: of these, those without which it is not known whether Azure takes the move
    state: ready, if no error is left; steps, if a command or an option mends all of them; blocked, if something else
    must; unknown, if nothing is wrong and not all that decides was looked at
    """

    findings: tuple[Finding, ...]
    not_looked_at: tuple[str, ...]
    undecided: tuple[str, ...]
    state: State


def unknown_checks(skip: Sequence[str]) -> Iterator[Finding]:
    """Names that are of no check that can be skipped: those of `check`, and those that may leave a move undecided."""
    return running_unknown_checks(skip, checks_of_move())


def look_at_move(context: RunningContext, plan: MovePlan, skip: Sequence[str] = ()) -> Readiness:
    """Run every check, and sort what they find."""
    answers = [(each, Answer(each.name, partial(_asked, each, context, plan))) for each in MOVING_CHECKS]
    running = look_into(context, skip)
    findings = [*_carried(running.findings, skip), *plan.pod_findings]
    hidden: dict[tuple[str, str], tuple[Unreadable, list[str]]] = {}
    for check, answer in answers:
        for each in answer.problems():
            if isinstance(each, Unreadable):
                hidden.setdefault((each.what, each.scope), (each, []))[1].append(check.name)
            else:
                findings.append(each if isinstance(each, Finding) else finding_of(each, RULES[check.name], skip))
    told = {each.message.partition("; not looked at")[0] for each in findings}
    for why, names in hidden.values():
        if str(why) not in told:
            findings.append(not_looked_at(why, names, context))
    unseen = dict.fromkeys([*running.not_looked_at, *(name for _, names in hidden.values() for name in names)])
    found = sorted((_accepted(each, plan) for each in dict.fromkeys(findings)), key=_place)
    if _goes(context, plan, found):
        found = [each for each in found if each.rule not in _OF_OLD_IDENTITY]
        unseen = {name: None for name in unseen if name not in _OF_OLD_IDENTITY}
    decisive = _DECISIVE if _NOT_INSPECTED in plan.accepted else (*_DECISIVE, *_DECISIVE_INSIDE)
    undecided = tuple(name for name in unseen if name in decisive and name not in skip)
    return Readiness(tuple(found), tuple(unseen), undecided, _state(found, undecided))


def _goes(context: RunningContext, plan: MovePlan, found: Sequence[Finding]) -> bool:
    """Whether what the cluster runs as has to be replaced before, or is: no right of it matters then."""
    is_refused = any(each.rule == _IDENTITY and each.severity is _ERROR for each in found)
    return is_refused or plan.has_another_identity(context.cluster)


def look_inside_again(context: RunningContext, skip: Sequence[str]) -> list[Finding]:
    """What of the inside keeps nodes from being drained, as findings of a move; and what could not be seen of it."""
    found = list[Finding]()
    for check in (each for each in inside.CHECKS if each.name in _INSIDE_AGAIN):
        try:
            for each in check.run(context):
                if isinstance(each, Unreadable):
                    found.append(not_looked_at(each, [check.name], context))
                else:
                    found.append(each if isinstance(each, Finding) else finding_of(each, RULES[check.name], skip))
        except Unreadable as hidden:
            found.append(not_looked_at(hidden, [check.name], context))
    return [*_carried(found, skip)]


def _asked(check: MovingCheck, context: RunningContext, plan: MovePlan) -> Iterator[Problem | Finding | Unreadable]:
    """What a check sees, and what it could not read."""
    try:
        yield from check.run(context, plan)
    except Unreadable as hidden:
        yield hidden
    except AzureError as error:
        yield Unreadable("something that Azure was asked for", str(context.cluster.id), error)


def _carried(findings: Sequence[Finding], skip: Sequence[str]) -> Iterator[Finding]:
    """What of a check matters to a move."""
    for each in findings:
        if each.rule not in _CARRIED:
            continue
        severity = _CARRIED[each.rule]
        if severity is None or each.accepted or (each.severity is Severity.INFO and severity is _WARNING):
            yield each
        elif severity is _ERROR:
            yield _as_error(each, skip)
        else:
            yield replace(each, severity=_WARNING, acceptable="")


def _as_error(finding: Finding, skip: Sequence[str]) -> Finding:
    """What is graver for a move than for a cluster that stays as it is; lowered where its check is skipped."""
    is_skipped = finding.rule in skip
    severity = _WARNING if is_skipped else _ERROR
    return replace(finding, severity=severity, accepted=is_skipped, acceptable="" if is_skipped else SKIP)


def _accepted(finding: Finding, plan: MovePlan) -> Finding:
    if finding.rule in plan.accepted and finding.severity is _ERROR and finding.acceptable == _ACCEPT:
        fixes = tuple(each for each in finding.fixes if each != SetOptions(((_ACCEPT, finding.rule),)))
        return replace(finding, severity=_WARNING, accepted=True, acceptable="", fixes=fixes)
    return finding


def _place(finding: Finding) -> tuple[int, int]:
    place = _ORDER.index(finding.rule) if finding.rule in _ORDER else len(_ORDER)
    return [*Severity].index(finding.severity), place


def _state(findings: Sequence[Finding], undecided: Sequence[str]) -> State:
    errors = [each.rule for each in findings if each.severity is _ERROR]
    if any(rule in _BEYOND_COMMANDS for rule in errors):
        return State.BLOCKED
    if errors:
        return State.STEPS
    return State.UNKNOWN if undecided else State.READY

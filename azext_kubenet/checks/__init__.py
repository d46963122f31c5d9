"""Named checks on what exists: reads only, side by side, and all findings at once."""

from collections.abc import Iterator, Sequence
from functools import partial

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.management_locks import locks_read
from azext_kubenet.azure.policy_assignments import assignments_read
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resources import Names
from azext_kubenet.checks import (
    caller_rights,
    identity_role,
    join_rights,
    kubernetes_version,
    locks,
    machines,
    named_resources,
    node_subnet,
    other_clusters,
    outbound,
    outbound_rules,
    place_and_names,
    policies,
    private_dns,
    region,
    route_table,
    security_group,
)
from azext_kubenet.checks.check import Check, Phase, Problem, unread
from azext_kubenet.checks.context import (
    CheckContext,
    ClusterToCreate,
    Machines,
    clusters_read,
    permissions_read,
    provider_read,
)
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.place_and_names import unregistered
from azext_kubenet.checks.side_by_side import SKIP, Answer, finding_of

__all__ = [
    "CHECKS",
    "CheckContext",
    "ClusterToCreate",
    "Machines",
    "Phase",
    "early_reads",
    "run_checks",
    "unknown",
    "unregistered",
]

#: Every check, in the order in which its findings are shown.
CHECKS: tuple[Check, ...] = (
    *caller_rights.CHECKS,
    *identity_role.CHECKS,
    *place_and_names.CHECKS,
    *region.CHECKS,
    *locks.CHECKS,
    *policies.CHECKS,
    *kubernetes_version.CHECKS,
    *machines.CHECKS,
    *named_resources.CHECKS,
    *node_subnet.CHECKS,
    *other_clusters.CHECKS,
    *route_table.CHECKS,
    *outbound.CHECKS,
    *security_group.CHECKS,
    *outbound_rules.CHECKS,
    *join_rights.CHECKS,
    *private_dns.CHECKS,
)


def early_reads(names: Names, *, network_is_named: bool, identity_kind: str) -> list[Read]:
    """What a creation's checks will ask for whatever exists, so that it can be asked for with the first reads of all.

    The resource group may be missing, so what the caller may do in the subscription is asked for too.
    """
    scopes = [names.group_id, f"/subscriptions/{names.subscription}"]
    reads = [provider_read(names.subscription, each) for each in place_and_names.providers_of(identity_kind)]
    if network_is_named:
        scopes.append(names.subnet_id)
        reads.append(clusters_read(names))
    if names.identity_id:
        scopes.append(names.identity_id)
    subscription = f"/subscriptions/{names.subscription}"
    return [*map(permissions_read, scopes), *reads, locks_read(subscription), assignments_read(subscription)]


def run_checks(context: CheckContext, phase: Phase, skip: Sequence[str] = ()) -> list[Finding]:
    """Run the checks of a phase side by side; return what they found, the errors of those to skip as warnings.

    One that Azure cannot answer is a warning: a check finds early what Azure would refuse later.
    """
    due = [each for each in CHECKS if each.matters(phase, context.plan.size.network_plugin)]
    answers = [(each, Answer(each.name, partial(_problems, each, context))) for each in due]
    findings = [*unknown(skip, phase)]
    for each, answer in answers:
        try:
            findings += (finding_of(problem, each.rule, skip) for problem in answer.problems())
        except AzureError as error:
            findings.append(_failed(each.name, error))
    return findings


def _problems(check: Check, context: CheckContext) -> Iterator[Problem]:
    try:
        yield from check.run(context)
    except Unreadable as hidden:
        yield unread(hidden, context)


def _failed(name: str, error: AzureError) -> Finding:
    """What is told of a check that Azure could not answer, beside what others found."""
    return Finding(name, Severity.WARNING, (), f"Azure could not answer, so this was not checked: {error}", ())


def unknown(skip: Sequence[str], phase: Phase) -> Iterator[Finding]:
    """Names that are no check's. phase: whose checks are offered instead, those that have errors to lower."""
    known = [each.name for each in CHECKS]
    offered = [each.name for each in CHECKS if phase in each.phases and each.rule.severity is Severity.ERROR]
    for name in dict.fromkeys(skip):
        if name not in known:
            yield Finding(
                "unknown-check",
                Severity.ERROR,
                (SKIP,),
                f"{SKIP} {name}: there is no such check",
                advise(f"use any of: {', '.join(offered)}"),
            )

"""Preflight: named checks before the first write. Reads only, side by side, and all findings at once."""

from collections.abc import Iterator, Sequence

from azext_kubenet.addressing.model import Finding, Severity, advise
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.checks import (
    caller_rights,
    node_subnet,
    other_clusters,
    outbound,
    place_and_names,
    route_table,
    security_group,
)
from azext_kubenet.checks.check import (
    NSG,
    ROUTE_TABLE,
    Check,
    CheckContext,
    CheckReader,
    Problem,
    Unreadable,
    clusters_read,
    permissions_read,
    provider_read,
)
from azext_kubenet.checks.place_and_names import unregistered
from azext_kubenet.checks.unreadable import unread
from azext_kubenet.discovery.existing import ExistingResources

__all__ = ["CHECKS", "OF_A_SUBNET", "Check", "CheckContext", "check", "follow", "foresee", "unknown", "unregistered"]

#: Every check, in the order in which its findings are shown.
CHECKS: tuple[Check, ...] = (
    *caller_rights.CHECKS,
    *place_and_names.CHECKS,
    *node_subnet.CHECKS,
    *other_clusters.CHECKS,
    *route_table.CHECKS,
    *outbound.CHECKS,
    *security_group.CHECKS,
)
#: Those on a subnet that exists and what hangs on it, for a plan; of its room the rules of the plan speak.
OF_A_SUBNET: tuple[Check, ...] = tuple(
    each
    for each in (*node_subnet.CHECKS, *other_clusters.CHECKS, *route_table.CHECKS, *security_group.CHECKS)
    if each.find is not node_subnet.subnet_room
)
#: The option that lowers a check's errors.
_SKIP = "--skip-checks"


def foresee(names: Names, *, network_is_named: bool, identity_kind: str) -> list[Read]:
    """What can be asked for at once, together with the first reads of facts.

    The resource group may be missing, so what the caller may do in the subscription is asked for too.
    """
    scopes = [names.group_id, f"/subscriptions/{names.subscription}"]
    reads = [provider_read(names, each) for each in place_and_names.providers_of(identity_kind)]
    if network_is_named:
        scopes.append(names.subnet_id)
        reads.append(clusters_read(names))
    if names.identity_id:
        scopes.append(names.identity_id)
    return [*(permissions_read(scope) for scope in scopes), *reads]


def follow(names: Names, seen: ExistingResources) -> list[Read]:
    """What can be asked for once the network is known: what hangs on the subnet."""
    subnet = seen.network.subnet(names.subnet)
    attached = [(kind.id_on(subnet), kind.api_version) for kind in (ROUTE_TABLE, NSG)] if subnet else []
    return [Read(str(each), version) for each, version in attached if each]


def check(
    reader: Reader, situation: CheckContext, skip: Sequence[str] = (), checks: Sequence[Check] = CHECKS
) -> list[Finding]:
    """The findings of all checks, or of some; the errors of those to skip come as warnings.

    Of a cluster that exists, only what is still to be done matters. Raises AzureError when Azure cannot answer.
    """
    due = [each for each in checks if each.afterwards or situation.existing.cluster is None]
    reader.prefetch(read for each in due for read in each.reads(situation))
    look = CheckReader(reader, situation)
    return [*unknown(skip), *(finding for each in due for finding in _findings(each, look, each.name in skip))]


def _findings(each: Check, look: CheckReader, skipped: bool) -> Iterator[Finding]:
    for fault in _faults(each, look):
        severity = fault.severity or each.rule.severity
        if skipped and severity is Severity.ERROR:
            severity = Severity.WARNING
        way = _SKIP if severity is Severity.ERROR and not each.rule.azure_refuses else ""
        yield Finding(each.name, severity, fault.options, fault.message, advise(fault.recommendation), way)


def _faults(each: Check, look: CheckReader) -> Iterator[Problem]:
    """What a check finds, up to what it may not read."""
    try:
        yield from each.find(look)
    except Unreadable as hidden:
        yield unread(hidden, look.situation)


def unknown(skip: Sequence[str]) -> Iterator[Finding]:
    """Names that are no check's."""
    known = [each.name for each in CHECKS]
    for name in dict.fromkeys(skip):
        if name not in known:
            yield Finding(
                "unknown-check",
                Severity.ERROR,
                (_SKIP,),
                f"{_SKIP} {name}: there is no such check",
                advise(f"use any of: {', '.join(known)}"),
            )

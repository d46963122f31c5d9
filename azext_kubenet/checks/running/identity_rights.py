"""What a cluster runs as may still join its subnets, and write routes in a table of the user's own. [I2 I3 I5 I16]

All assignments to it in a subscription are one read; where that is refused, each subnet and table is asked for its
own. A role that everybody knows needs no read of its definition.
"""

import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure import resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import ON_SUBNET, ON_TABLE, permitted
from azext_kubenet.checks.check import OnUpgrade, Problem
from azext_kubenet.checks.looking import Unreadable, unlisted
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext, assignments_read

_ROLE = "Network Contributor"


class Needed(NamedTuple):
    """What a right is needed on, in words; its id; the actions; what happens without them."""

    what: str
    id: ResourceId
    actions: tuple[str, ...]
    without: str


def _needed(context: RunningContext) -> Iterator[Needed]:
    """The subnets and the table that are not AKS's own."""
    if not context.cluster.has_own_network:
        return
    for subnet in context.seen.subnets:
        if subnet.id:
            yield Needed(
                f"subnet {subnet.id.name}",
                subnet.id,
                ON_SUBNET,
                "no new node can join it, so upgrades and scaling out fail",
            )
    if context.seen.managed_table:
        return
    for table in context.seen.attached_tables:
        without = "no route of a new node is written, and its pods are cut off"
        yield Needed(f"route table {table.name}", table, ON_TABLE, without)


def _rights(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """The identity of the cluster has what it needs outside of the node resource group."""
    yield from lacking_of(context, [*_needed(context)])
    if context.cluster.has_own_network:
        yield from context.unread("networks", "subnets")


def lacking_of(context: RunningContext, needed: Sequence[Needed]) -> Iterator[Problem | Unreadable]:
    """What the identity of the cluster lacks of what is needed. Raises Unreadable."""
    if not needed:
        return
    principals = _principals(context)
    for each in needed:
        try:
            yield from _lacking(context, each, principals)
        except Unreadable as hidden:
            yield hidden


def _principals(context: RunningContext) -> Sequence[str]:
    """Object ids of what the cluster runs as. Raises Unreadable where Azure Resource Manager does not show them."""
    cluster = context.cluster
    if cluster.application:
        hidden = AzureError(200, "", "Azure Resource Manager does not show its object id")
        look = f"az role assignment list --assignee {shlex.quote(cluster.application)} --all --include-groups -o table"
        what = f"the roles of service principal {cluster.application}"
        raise Unreadable(what, str(cluster.id.subscription_id), hidden, f"list its roles: {look}")
    if not cluster.principals:
        raise unlisted("the identity that the cluster runs as", str(cluster.id))
    return cluster.principals


def _lacking(context: RunningContext, needed: Needed, principals: Sequence[str]) -> Iterator[Problem]:
    """What none of the principals may do there. Raises Unreadable."""
    verdicts = [_verdicts(context, needed, each) for each in principals]
    for verdict in verdicts:
        if all(allowed is True for allowed in verdict.values()):
            return
    best = max(verdicts, key=lambda verdict: sum(allowed is not False for allowed in verdict.values()))
    missing = [action for action, allowed in best.items() if allowed is False]
    role = role_assignments.Role(_ROLE, "")
    grant = role_assignments.command(shlex.quote(str(needed.id)), principals[0], role)
    advice = f"have an administrator run: {grant}"
    who = f"the identity of cluster {context.cluster.id.name} ({principals[0]})"
    if missing:
        yield Problem(f"{who} lacks {listed(missing)} on {needed.what}: {needed.without}", advice)
    else:
        unsure = listed([action for action, allowed in best.items() if allowed is None])
        message = f"{who} has {unsure} on {needed.what} by a role with a condition, which may not let it through"
        may = OnUpgrade.MAY_STOP
        yield Problem(f"{message}: then {needed.without}", advice, severity=Severity.WARNING, upgrade=may)


def _verdicts(context: RunningContext, needed: Needed, principal: str) -> dict[str, bool | None]:
    """Whether a principal may do each of what is needed; None where a condition does not say. Raises Unreadable."""
    scope, reader = str(needed.id), context.reader
    given = _assignments(context, needed, principal)
    definition = resources.role_definition_id(needed.id.subscription, resources.ROLE_IDS[_ROLE.lower()])
    if role_assignments.sufficient(given, scope, role_assignments.Role(_ROLE, definition), needed.actions):
        return dict.fromkeys(needed.actions, True)
    entries = [entry for _, entry in role_assignments.permissions_given(reader, given, scope)]
    found = {action: permitted(entries, action) for action in needed.actions}
    if not all(found.values()):
        for each in given:
            _require_definition(context, each)
    return found


def _require_definition(context: RunningContext, assignment: Json) -> None:
    """Raise Unreadable for a role whose definition cannot be read: it may allow all."""
    definition = text(within(assignment, "properties"), "roleDefinitionId")
    try:
        if definition:
            role_assignments.permissions_of(context.reader, definition)
    except AzureError as error:
        raise Unreadable(f"role definition {ResourceId(definition).name}", definition, error) from error


def _assignments(context: RunningContext, needed: Needed, principal: str) -> list[Json]:
    """The assignments to a principal that may hold for something: of the whole subscription, or else of its scope."""
    subscription = needed.id.subscription_id
    try:
        read = assignments_read(subscription, principal)
        found = context.optional_list(f"role assignments in {subscription}", str(subscription), read)
        return [each for each in found if role_assignments.is_to(each, principal)]
    except Unreadable:
        try:
            return role_assignments.assignments_of(context.reader, str(needed.id), principal)
        except AzureError as error:
            raise Unreadable(f"role assignments on {needed.what}", str(needed.id), error) from error


CHECKS = (RunningCheck("identity-rights", _rights),)

"""What the cluster runs as, and is to run as: whether that may take its route table off. [I16 K18 K19]"""

import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.moments import moment
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.role_assignments import is_to
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.join_rights import attached_to
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.running.identity_rights import Needed, lacking_of
from azext_kubenet.checks.running.running_context import RunningContext, assignments_read, subscriptions_of

#: As long as Azure may take until a new identity is known everywhere: "several hours". [K18]
_HOURS = timedelta(hours=8)
#: Rights that taking a table off a subnet needs, and taking routes out of a table. [K19]
_DETACH = ("Microsoft.Network/virtualNetworks/subnets/read", "Microsoft.Network/virtualNetworks/subnets/write")
_REMOVE = ("Microsoft.Network/routeTables/read", "Microsoft.Network/routeTables/routes/delete")


def _identity(context: RunningContext, plan: MovePlan) -> Iterator[Problem]:
    """It runs as a user-assigned identity, which may take the route table off. [K18]"""
    cluster, kind = context.cluster, context.cluster.identity_type.lower()
    if plan.has_another_identity(cluster) or kind in ("userassigned", ""):
        return
    own_table = any(not cluster.node_group.contains(each) for each in context.seen.attached_tables)
    grave = kind == "serviceprincipal" or cluster.has_own_network or own_table
    group, name = shlex.quote(cluster.id.group), shlex.quote(f"{cluster.id.name}-identity")
    what = "a service principal" if kind == "serviceprincipal" else "the identity that Azure gave it"
    yield Problem(
        f"cluster {cluster.id.name} runs as {what}: Microsoft asks for a user-assigned identity, which takes the route "
        "table off the subnet",
        "make one, and run this again with --assign-identity and the id that this prints: "
        f"az identity create -g {group} -n {name} --query id -o tsv",
        severity=None if grave else Severity.WARNING,
    )


def _assigned(context: RunningContext, plan: MovePlan) -> Iterator[Problem]:
    """The identity that it is to run as exists."""
    identity = plan.identity
    if (
        identity
        and context.look_at(f"identity {identity.name}", Read(str(identity), api_versions.IDENTITY_API)) is None
    ):
        yield Problem(
            f"identity {identity.name} does not exist in resource group {identity.group}",
            "list the ids: az identity list --query [].id -o tsv",
            ("--assign-identity",),
        )


def _replaced(context: RunningContext, plan: MovePlan) -> Iterator[Problem]:
    """No identity goes that has other roles than the ones that the new one is granted."""
    cluster = context.cluster
    if plan.has_another_identity(cluster) and cluster.principals:
        going = [each.name for each in cluster.identities] or ["that Azure gave it"]
        look = f"az role assignment list --all --assignee {cluster.principals[0]} -o table"
        yield Problem(
            f"identity {listed(going)} is replaced by {plan.identity.name}, which is granted what it needs on subnets, "
            "own route tables and an own DNS zone: what else the old one may do, as on addresses and disks, is lost",
            f"see what that is, and grant it to {plan.identity.name}: {look}",
        )


def _detach(context: RunningContext, plan: MovePlan) -> Iterator[Problem | Unreadable]:
    """Its identity may take the table off its subnets, and its routes out of a table of the user's. [K19]"""
    cluster = context.cluster
    if plan.has_another_identity(cluster) or not cluster.has_own_network or cluster.application:
        return
    needed = [
        Needed(f"subnet {each.id.name}", each.id, _DETACH, "AKS cannot take the route table off, and the move fails")
        for each in context.seen.subnets
        if each.shown is not None and each.shown.route_table
    ]
    for table in context.seen.attached_tables:
        if not cluster.node_group.contains(table):
            without = "routes of nodes stay behind"
            needed.append(Needed(f"route table {table.name}", table, _REMOVE, without))
    yield from lacking_of(context, needed)
    for each in lacking_of(context, [*_joined(context)]):  # that AKS fails without is not verified [I16]
        yield each._replace(severity=Severity.WARNING) if isinstance(each, Problem) else each
    yield from context.unread("networks", "subnets")


def _young(context: RunningContext, plan: MovePlan) -> Iterator[Problem]:
    """Its identity was not made for it a moment ago: Azure does not show since when a cluster runs as it. [K18]"""
    cluster = context.cluster
    if plan.identity or not cluster.has_own_network or len(cluster.principals) != 1 or not cluster.identities:
        return
    principal, given = cluster.principals[0], list[Json]()
    for scope in subscriptions_of(cluster):
        read = assignments_read(scope, principal)
        given += context.optional_list(f"role assignments in {scope}", str(scope), read)
    moments = [moment(text(within(each, "properties"), "createdOn")) for each in given if is_to(each, principal)]
    oldest = min((each for each in moments if each is not None), default=None)
    age = datetime.now(timezone.utc) - oldest if oldest is not None and None not in moments else _HOURS
    if age < _HOURS:
        yield Problem(
            f"all that identity {cluster.identities[0].name} of the cluster may do was granted in the last "
            f"{many(max(1, round(age.total_seconds() / 60)), 'minute')}: Azure takes hours until a cluster acts as a "
            "new identity everywhere",
            "move it once hours have passed since the cluster was given this identity",
        )


def _joined(context: RunningContext) -> Iterator[Needed]:
    """What the subnets refer to beside the table: Azure asks whoever writes a subnet for the right to join it. [I16]"""
    subnets = [each.shown for each in context.seen.subnets if each.shown is not None and each.shown.route_table]
    for each in dict.fromkeys(found for subnet in subnets for found in attached_to(subnet)):
        without = "Azure may refuse AKS to take the table off a subnet with it, with LinkedAuthorizationFailed"
        yield Needed(f"{each.what} {each.id.name}", each.id, (each.action,), without)


CHECKS = (
    MovingCheck("identity-for-overlay", _identity),
    MovingCheck("assigned-identity", _assigned),
    MovingCheck("identity-replaced", _replaced),
    MovingCheck("identity-is-new", _young),
    MovingCheck("detach-rights", _detach),
)

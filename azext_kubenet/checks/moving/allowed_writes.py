"""What the caller may do of what a move does, and what Azure policies let anybody do. [I12 T3]

Not knowing it refuses nothing.
"""

from collections.abc import Iterator, Sequence

from azext_kubenet.azure.bodies import Json, within
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.move_request import NO_ENGINE, on_overlay, sendable, with_engine
from azext_kubenet.azure.policy_expressions import UNKNOWN
from azext_kubenet.azure.policy_fields import Subject
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import permitted
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.context import permissions_read
from azext_kubenet.checks.looking import Unreadable, unlisted
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.policies import policies_on
from azext_kubenet.checks.policy_subjects import Thing
from azext_kubenet.checks.running.running_context import RunningContext

_CLUSTERS = "Microsoft.ContainerService/managedClusters"
_WRITE = "Microsoft.ContainerService/managedClusters/write"
_JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
_ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
#: The narrowest built-in role with each. Azure built-in roles
_ROLES = {
    _WRITE: "Azure Kubernetes Service Contributor Role",
    _JOIN: "Network Contributor",
    _ASSIGN: "Managed Identity Operator",
}


def _needs(context: RunningContext, plan: MovePlan) -> Iterator[tuple[ResourceId, str]]:
    """What is written, and what Azure asks for beside it."""
    cluster = context.cluster
    yield cluster.id, _WRITE
    for subnet in dict.fromkeys(pool.subnet for pool in cluster.pools if pool.subnet):
        yield subnet, _JOIN
    for identity in dict.fromkeys([plan.identity] if plan.identity else cluster.identities):
        yield identity, _ASSIGN


def _may_write(context: RunningContext, plan: MovePlan) -> Iterator[Problem | Unreadable]:
    """The caller may write the cluster, and join and assign what that has."""
    for place, action in dict.fromkeys(_needs(context, plan)):
        try:
            permissions = _permissions(context, place)
        except Unreadable as hidden:
            yield hidden
            continue
        if permitted(permissions, action) is False:
            grant = context.caller.grant_command(_ROLES[action], str(place))
            yield Problem(
                f"the caller may not {action} on {place.name}, which Azure asks for when a cluster is written",
                f"have an administrator run: {grant}",
            )


def _permissions(context: RunningContext, place: ResourceId) -> Sequence[Json]:
    """What is shown for a place, or for what it is in. Raises Unreadable."""
    hidden: Unreadable | None = None
    for scope in dict.fromkeys((place, place.group_id, place.subscription_id)):
        try:
            found = context.list_of(f"the caller's rights on {scope.name}", str(scope), permissions_read(str(scope)))
        except Unreadable as error:
            hidden = hidden or error
            continue
        if found:
            return found
    raise hidden or unlisted(f"the caller's rights on {place.name}", str(place))


def _policies(context: RunningContext, plan: MovePlan) -> Iterator[Problem | Unreadable]:
    """No Azure policy refuses what is sent: it would be seen only once the policy engine is off. [T3]"""
    site, cluster, body = next(iter(context.sites), None), context.cluster, context.body
    if site is None:
        yield from context.unread("networks", "subnets")
        return
    sent = [(f"cluster {cluster.id.name} on Azure CNI Overlay", on_overlay(body, str(plan.pods or "")))]
    if cluster.policy not in ("", NO_ENGINE):
        sent.insert(0, (f"cluster {cluster.id.name} without {cluster.policy}", with_engine(body, NO_ENGINE)))
    made = [Thing(what, _subject(cluster, each), made=False) for what, each in sent]
    now = Thing(f"cluster {cluster.id.name}", _subject(cluster, sendable(body)), made=False)
    for each in policies_on(site, made, [now]):
        mend = "have its owner add an exemption, or give the cluster what it asks for"
        yield each._replace(options=(), recommendation=mend) if each.options else each  # options are of a creation


def _subject(cluster: Cluster, body: Json) -> Subject:
    group = {"name": cluster.id.group, "location": UNKNOWN, "tags": UNKNOWN}
    tags = {key: value for key, value in within(body, "tags").items() if isinstance(value, str)}
    return Subject(_CLUSTERS, cluster.id.name, str(cluster.id), cluster.location, tags, group, body)


CHECKS = (MovingCheck("caller-may-move", _may_write), MovingCheck("policies", _policies))

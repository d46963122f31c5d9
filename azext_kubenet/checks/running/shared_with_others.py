"""Other clusters in a running cluster's subnets, and on its route table. [A9 B18 G13]

Azure takes two kubenet clusters in one subnet, and on one table: each deletes the routes inside its pod CIDR that it
does not know, so where the two pod CIDRs overlap, each takes the other's away.
"""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.other_clusters import SHARING, nodes_by_group
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext, clusters_read_in, tables_read
from azext_kubenet.discovery.node_subnets import NodeSubnet
from azext_kubenet.discovery.topology import ranges


def other_clusters(context: RunningContext) -> list[Cluster]:
    """The other clusters in the subscriptions of its networks, on kubenet or not. Raises Unreadable."""
    networks = dict.fromkeys(each.id.subscription_id for each in context.seen.subnets if each.id)
    found: list[Cluster] = []
    for scope in networks or [context.cluster.id.subscription_id]:
        listed_ = context.list_of(f"the list of clusters in {scope}", str(scope), clusters_read_in(scope))
        found += map(Cluster.parse, listed_)
    return [each for each in found if each.id != context.cluster.id]


def _called(cluster: Cluster) -> str:
    return f"cluster {cluster.id.name} in resource group {cluster.id.group}"


def _subnet_shared(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """No other kubenet cluster has its nodes in a subnet of its nodes."""
    yield from context.unread("networks", "subnets")
    try:
        clusters, hidden = other_clusters(context), None
    except Unreadable as unread:
        clusters, hidden = [], unread
    for subnet in context.seen.subnets if context.cluster.has_own_network else ():
        strangers = nodes_by_group(subnet.shown) if subnet.shown else {}
        strangers.pop(context.cluster.node_group, None)
        for other in clusters:
            strangers.pop(other.node_group, None)
            if other.is_kubenet and subnet.id in other.subnets:
                yield _sharing(context, subnet, other)
        for group, count in strangers.items():  # a list has only what this login may see
            look = f"az aks list --subscription {shlex.quote(group.subscription)} -o table"
            yield Problem(
                f"subnet {subnet.id.name} has {many(count, 'address')} of nodes in resource group {group.name}, of a "
                "cluster that is not shown here, on whichever network plugin: two on kubenet cannot share a subnet",
                f"see which cluster it is, and whether it is on kubenet: {look}",
                severity=Severity.WARNING,
            )
    if hidden is not None:
        yield hidden


def _sharing(context: RunningContext, subnet: NodeSubnet, other: Cluster) -> Problem:
    return Problem(
        f"subnet {subnet.id.name} has nodes of {_called(other)} as well: two kubenet clusters cannot share a subnet"
        f"{_fate(context, other)}",
        _elsewhere(context),
        severity=_severity(context, other),
    )


def _overlap(context: RunningContext, other: Cluster) -> bool:
    pods = context.seen.pods
    return pods is not None and any(overlap(pods, each) for each in ranges(other.pods))


def _fate(context: RunningContext, other: Cluster) -> str:
    if _overlap(context, other):
        return f"; both have pods in {context.seen.pods}, so each deletes routes of the other's nodes"
    return "; as long as their pod CIDRs are apart, neither deletes the other's routes"


def _severity(context: RunningContext, other: Cluster) -> Severity | None:
    return None if _overlap(context, other) else Severity.WARNING


def _elsewhere(context: RunningContext) -> str:
    """How the pools of this cluster get a subnet of its own: nothing that runs is taken away for it."""
    group, name = shlex.quote(context.cluster.id.group), shlex.quote(context.cluster.id.name)
    return (
        "move the pools of one of the two to a subnet with a route table of its own, for each of them: "
        f"az aks nodepool add -g {group} --cluster-name {name} -n NAME --vnet-subnet-id SUBNET_ID"
    )


def _table_shared(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """The route table of its nodes serves no other kubenet cluster."""
    home = context.home
    if home is None:
        yield from context.unread("networks", "subnets", "tables", "managed")
        return
    own = {subnet.id for subnet in context.seen.subnets}
    others = {each for each in home.subnets if each and each not in own}
    if not others:
        return
    for other in other_clusters(context):
        there = [each for each in other.subnets if each in others]
        if there and other.is_kubenet:
            managed = context.cluster.node_group.contains(home.id)
            on_purpose = not managed and not _overlap(context, other)
            yield Problem(
                f"route table {home.id.name} also serves {listed([f'subnet {each.name}' for each in there])} of "
                f"{_called(other)}{_fate(context, other)}",
                "" if on_purpose else _table_of_its_own(context, other, there[0]),
                severity=Severity.INFO if on_purpose else _severity(context, other),
            )


def _table_of_its_own(context: RunningContext, other: Cluster, subnet: ResourceId) -> str:
    """What gives another cluster's subnet the table that AKS made for that cluster, where it is shown."""
    command = f"az network vnet subnet update --ids {shlex.quote(str(subnet))} --route-table"
    try:
        what = f"the route tables of {other.node_group.name}"
        made = context.list_of(what, str(other.node_group), tables_read(str(other.node_group)))
    except Unreadable:
        made = []
    tables = [RouteTable.parse(each).id for each in made]
    if len(tables) == 1:
        return f"attach the table that AKS made for {other.id.name}: {command} {shlex.quote(str(tables[0]))}"
    return (
        f"give {other.id.name} a table of its own, with its routes, its default route and the rights of its identity "
        f"before it is attached: {command} TABLE_ID"
    )


CHECKS = (
    RunningCheck(SHARING, _subnet_shared),
    RunningCheck("route-table-of-another-cluster", _table_shared),
)

"""Route tables of a running cluster: each subnet of its nodes has the one that its routes are in. [R16 R17 R37 R38]

Infrastructure code that writes a subnet without a table takes it off: a message about a subnet says what must be
written there, or the next run undoes what is typed. terraform-provider-azurerm#3749; ansible-collections/azure#890
"""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, Subnet
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext, clusters_read_in
from azext_kubenet.discovery.running_cluster import NodeSubnet

#: Routes that a message names; a table may hold hundreds.
_NAMED = 5


def _missing(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Each subnet of its nodes has a route table."""
    for subnet in context.seen.subnets:
        if subnet.shown is not None and not subnet.shown.route_table:
            table = context.home
            whose = f", cluster {context.cluster.id.name}'s is {table.id.name}" if table else ""
            yield Problem(
                f"subnet {subnet.id.name} of {_pools(subnet)} has no route table{whose}: pods on "
                f"{_nodes(subnet, context)} there cannot be reached from other nodes",
                _attach(subnet, context),
            )
    yield from context.unread("networks", "subnets")


def _replaced(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """No subnet of its nodes has another table than the one that its routes are in."""
    home = context.home
    for subnet in context.seen.subnets:
        other = subnet.shown.route_table if subnet.shown else ResourceId()
        if home is None or not other or other == home.id:
            continue
        yield Problem(
            f"subnet {subnet.id.name} of {_pools(subnet)} has route table {other.name}, and the routes of cluster "
            f"{context.cluster.id.name} are in {home.id.name}: pods on {_nodes(subnet, context)} there cannot be "
            f"reached from other nodes{_own_routes(context.seen.tables.get(other), other)}",
            _attach(subnet, context),
        )
    yield from context.unread("networks", "subnets", "tables")


def _pools(subnet: NodeSubnet) -> str:
    names = [pool.name for pool in subnet.pools]
    return f"{'pool' if len(names) == 1 else 'pools'} {listed(names)}"


def _nodes(subnet: NodeSubnet, context: RunningContext) -> str:
    names = {pool.name for pool in subnet.pools}
    shown = sum(node.pool in names for node in context.seen.nodes)
    return many(shown or sum(pool.nodes for pool in subnet.pools), "node")


def _own_routes(table: RouteTable | None, table_id: ResourceId) -> str:
    """What a table of somebody else's does, as it is told before that table comes off."""
    if table is None or not table.routes:
        return ""
    named = [f"{route.name} ({route.prefix})" for route in table.routes[:_NAMED]]
    if len(table.routes) > _NAMED:
        named.append(f"{len(table.routes) - _NAMED} more")
    return f"; routes of {table_id.name} no longer apply to the subnet without it: {listed(named)}"


def _attach(subnet: NodeSubnet, context: RunningContext) -> str:
    """The command that puts the cluster's table on a subnet, and what code that manages the subnet must say."""
    home = context.home
    command = f"az network vnet subnet update --ids {shlex.quote(str(subnet.id))} --route-table"
    if home is None:
        listing = f"az network route-table list -g {shlex.quote(context.cluster.node_group.name)} --query [].id -o tsv"
        return f"{command} TABLE_ID, with the table of its nodes' routes; list those that AKS made: {listing}"
    return (
        f"{command} {shlex.quote(str(home.id))}; if Terraform, Bicep, Ansible or Pulumi manages the subnet, write "
        f"route table {home.id.name} there, or have it ignore changes of the table: its next run takes it off again"
    )


def _shared(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """No subnet that is no pool's has the cluster's table."""
    home = context.home
    if home is None:
        yield from context.unread("networks", "subnets", "tables", "managed")
        return
    own = {subnet.id for subnet in context.seen.subnets}
    others = [each for each in home.subnets if each and each not in own]
    if not others:
        return
    clusters = _other_clusters(context)
    for subnet in others:
        if not any(subnet in each.subnets for each in clusters):  # of those another check tells
            yield _sharing(subnet, home, context)


def _other_clusters(context: RunningContext) -> list[Cluster]:
    """The other clusters of the subscription. Raises Unreadable."""
    scope = context.cluster.id.subscription_id
    found = context.list_of(f"the list of clusters in {scope}", str(scope), clusters_read_in(scope))
    return [each for each in map(Cluster.parse, found) if each.id != context.cluster.id]


def _sharing(subnet: ResourceId, home: RouteTable, context: RunningContext) -> Problem:
    network = context.seen.networks.get(subnet.parent)
    shown = network.subnet(subnet.name) if network else None
    message = (
        f"subnet {subnet.name} of network {subnet.parent.name} has route table {home.id.name} of cluster "
        f"{context.cluster.id.name} and is no pool's"
    )
    if shown is not None and _serves_ingress(shown):
        why = "an application gateway there may reach pods by it; a move to Azure CNI Overlay fails until it is off"
        return Problem(f"{message}: {why}", severity=Severity.INFO)
    if not context.cluster.node_group.contains(home.id):
        return Problem(f"{message}: a move to Azure CNI Overlay fails until it is off", severity=Severity.INFO)
    return Problem(
        f"{message}: deletion of the cluster will hang, and a move to Azure CNI Overlay fails",
        f"unless something there must reach pods: az network vnet subnet update --ids {shlex.quote(str(subnet))} "
        "--route-table null",
    )


def _serves_ingress(subnet: Subnet) -> bool:
    """Whether an application gateway is in a subnet: it reaches pods on kubenet by the table. [K23]"""
    return bool(subnet.application_gateways) or any(
        "/applicationgateways/" in str(each).lower() for each in subnet.configurations
    )


def _managed_network(context: RunningContext) -> Iterator[Problem]:
    """Pools may have subnets of their own, as the network is the user's."""
    if not context.cluster.has_own_network:
        group = shlex.quote(context.cluster.id.group)
        yield Problem(
            f"AKS manages the network of cluster {context.cluster.id.name}, so no pool can have a subnet of its own; a "
            "new cluster can",
            f"az kubenet create -g {group} -n NAME --dry-run",
        )


CHECKS = (
    RunningCheck("route-table-missing", _missing),
    RunningCheck("route-table-replaced", _replaced),
    RunningCheck("route-table-shared", _shared),
    RunningCheck("managed-network", _managed_network),
)

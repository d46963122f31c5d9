"""Route tables of a running cluster: each subnet of its nodes has the one that its routes are in. [R16 R17 R37 R38]

Infrastructure code that writes a subnet without a table takes it off: a message about a subnet says what must be
written there, or the next run undoes what is typed. terraform-provider-azurerm#3749; ansible-collections/azure#890
"""

import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, Subnet
from azext_kubenet.azure.nodes import SEPARATOR
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.node_route_remedies import list_routes, list_tables
from azext_kubenet.checks.other_clusters import nodes_by_group
from azext_kubenet.checks.running.route_commands import named
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.checks.running.shared_with_others import other_clusters
from azext_kubenet.discovery.node_subnets import NodeSubnet


def _missing(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Each subnet of its nodes has a route table."""
    for subnet in context.seen.subnets:
        if subnet.shown is not None and not subnet.shown.route_table:
            table = context.home
            whose = f", cluster {context.cluster.id.name}'s is {table.id.name}" if table else ""
            yield Problem(
                f"subnet {subnet.id.name} of {_pools(subnet)} has no route table{whose}: {_cut_off(subnet, context)}; "
                f"{_in_code(context)}",
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
            f"{context.cluster.id.name} are in {home.id.name}: {_cut_off(subnet, context)}"
            f"{_own_routes(context.seen.tables.get(other), other)}; {_in_code(context)}",
            _attach(subnet, context),
        )
    yield from context.unread("networks", "subnets", "tables")


def _pools(subnet: NodeSubnet) -> str:
    names = [pool.name for pool in subnet.pools]
    return f"{'pool' if len(names) == 1 else 'pools'} {listed(names)}"


def _cut_off(subnet: NodeSubnet, context: RunningContext) -> str:
    names = {pool.name for pool in subnet.pools}
    shown = sum(node.pool in names for node in context.seen.nodes)
    nodes = shown or sum(pool.nodes for pool in subnet.pools)
    if not nodes or context.cluster.is_stopped:
        return "once nodes run there, their pods cannot be reached from other nodes"
    return f"pods on {many(nodes, 'node')} there cannot be reached from other nodes"


def _own_routes(table: RouteTable | None, table_id: ResourceId) -> str:
    """What a table of somebody else's does, as it is told before that table comes off."""
    if table is None:
        show = list_routes(table_id)
        return f"; which routes of {table_id.name} no longer apply to the subnet without it could not be read: {show}"
    if not table.routes:
        return ""
    return f"; routes of {table_id.name} no longer apply to the subnet without it: {named(table.routes)}"


def _attach(subnet: NodeSubnet, context: RunningContext) -> str:
    """The command that puts the cluster's table on a subnet."""
    home = context.home
    command = f"az network vnet subnet update --ids {shlex.quote(str(subnet.id))} --route-table"
    if home is None:
        return (
            f"find the table whose routes are named NODE{SEPARATOR}BLOCK: {list_tables(subnet.id)}; then attach it: "
            f"{command} TABLE_ID"
        )
    return f"{command} {shlex.quote(str(home.id))}"


def _in_code(context: RunningContext) -> str:
    """What code that manages the subnet must say."""
    table = f"route table {context.home.id.name}" if context.home else "the cluster's route table"
    return (
        f"if Terraform, Bicep, Ansible or Pulumi manages the subnet, write {table} there, or have it ignore changes of "
        "the table: its next run takes it off again"
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
    try:
        clusters = other_clusters(context)
    except Unreadable as hidden:
        clusters = []
        yield hidden
    for subnet in others:
        there = [each for each in clusters if subnet in each.subnets]
        if not any(each.is_kubenet for each in there):  # of those another check tells
            yield from _sharing(_Sharing(subnet, there, home), context)


class _Sharing(NamedTuple):
    """A subnet that is no pool's and has the cluster's table, and the clusters on another plugin that are in it."""

    subnet: ResourceId
    clusters: Sequence[Cluster]
    home: RouteTable


def _sharing(sharing: _Sharing, context: RunningContext) -> Iterator[Problem | Unreadable]:
    subnet, clusters, home = sharing
    shown = None
    try:
        shown = shown_subnet(subnet, context)
    except Unreadable as hidden:
        yield hidden
    fate = "a move to Azure CNI Overlay fails until it is off"
    managed = context.cluster.node_group.contains(home.id)
    if managed:
        fate = f"deletion of the cluster hangs, and {fate}"
    message = (
        f"subnet {subnet.name} of network {subnet.parent.name} has route table {home.id.name} of cluster "
        f"{context.cluster.id.name} and is no pool's"
    )
    if shown is not None and _serves_ingress(shown):
        message = f"{message}: an application gateway there may reach pods by it; {fate}"
        yield Problem(message, severity=Severity.INFO)
    elif not managed:
        yield Problem(f"{message}: {fate}", severity=Severity.INFO)
    else:
        yield Problem(f"{message}: {fate}", _take_off(subnet, shown, clusters))


def shown_subnet(subnet: ResourceId, context: RunningContext) -> Subnet | None:
    """A subnet that is no pool's; None where Azure does not show it. Raises Unreadable."""
    network = context.seen.networks.get(subnet.parent)
    if network is not None:
        return network.subnet(subnet.name)
    body = context.look_at(f"subnet {subnet.name}", Read(str(subnet), api_versions.SUBNET_API))
    return None if body is None else Subnet.parse(body)


def _take_off(subnet: ResourceId, shown: Subnet | None, clusters: Sequence[Cluster]) -> str:
    """How the table comes off a subnet; not told as a command where a cluster that is not seen may need it."""
    if clusters:
        names = listed([each.id.name for each in clusters])
        return f"once pods of {names} need not reach pods of this cluster any more, give their subnet another table"
    if shown is None or nodes_by_group(shown):
        show = f"az network vnet subnet show --ids {shlex.quote(str(subnet))} --query ipConfigurations[].id -o tsv"
        what = "it is not seen what is there" if shown is None else "nodes of a cluster that is not seen are there"
        return f"{what}, which may need the table; look first: {show}"
    detach = f"az network vnet subnet update --ids {shlex.quote(str(subnet))} --route-table null"
    return f"unless something there must reach pods, a stopped cluster of another subscription among it: {detach}"


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

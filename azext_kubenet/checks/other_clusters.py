"""Other clusters: whose nodes are in the subnet, whose route table it has, and who runs as the identity."""

import re
from collections.abc import Iterator

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Check, Phase, Problem
from azext_kubenet.checks.context import ROUTE_TABLE, CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.options.choices import USER_ASSIGNED

#: What AKS calls the nodes that it makes: in a scale set, or in none. Recorded subnets.
_NODE = re.compile(r"/virtualmachinescalesets/aks-[^/]+|/networkinterfaces/aks-[^/]+-nic-", re.IGNORECASE)
#: What AKS calls the route table that it makes. [H1] Recorded route tables.
_TABLE = re.compile(r"aks-agentpool-\d+-routetable", re.IGNORECASE)
#: How the resource group that AKS makes for the nodes begins. BEHAVIOUR.md
_NODE_GROUP = "mc_"
#: The check that no other kubenet cluster is in the subnet.
SHARING = "subnet-of-another-cluster"


def _called(cluster: Cluster) -> str:
    return f"cluster {cluster.id.name} in resource group {cluster.id.group}"


def _other_subnet(context: CheckContext) -> str:
    return context.use_another_subnet


def _subnet_of_another(context: CheckContext) -> Iterator[Problem]:
    """No other kubenet cluster has its nodes in the subnet."""
    if context.subnet is None:
        return
    strangers = nodes_by_group(context.subnet)
    try:
        clusters = context.clusters
    except Unreadable:
        yield from (_stranger(context, group, count) for group, count in strangers.items())
        raise
    names = context.names
    for cluster in clusters:
        strangers.pop(cluster.node_group, None)
        if ResourceId(names.subnet_id) in cluster.subnets:
            yield _sharing(context, cluster)
    yield from (_stranger(context, group, count) for group, count in strangers.items())


def nodes_by_group(subnet: Subnet) -> dict[ResourceId, int]:
    """How many addresses nodes of AKS have in a subnet, by their resource group."""
    found: dict[ResourceId, int] = {}
    for each in subnet.configurations:
        if _NODE.search(str(each)):
            found[each.group_id] = found.get(each.group_id, 0) + 1
    return found


def _sharing(context: CheckContext, cluster: Cluster) -> Problem:
    subnet = context.names.subnet
    if cluster.is_kubenet:
        message = f"subnet {subnet} is used by {_called(cluster)}, and two kubenet clusters cannot share a subnet"
        return Problem(message, _other_subnet(context), ("--subnet-name",))
    message = f"subnet {subnet} is also used by {_called(cluster)}, which is not on kubenet: the two can share it"
    return Problem(message, "", ("--subnet-name",), Severity.INFO)


def _stranger(context: CheckContext, group: ResourceId, count: int) -> Problem:
    """Nodes of a cluster that is in no list: the caller may not read it, so its network plugin is not known."""
    return Problem(
        f"subnet {context.names.subnet} contains nodes of a cluster that the caller cannot see "
        f"({many(count, 'address')} in resource group {group.name}): two kubenet clusters cannot share a subnet",
        _other_subnet(context),
        ("--subnet-name",),
        Severity.WARNING,
    )


def _table_of_another(context: CheckContext) -> Iterator[Problem]:
    """The route table of the subnet is no other cluster's."""
    table_id = context.id_of(ROUTE_TABLE)
    if not table_id:
        return
    made_by_aks = bool(_TABLE.fullmatch(table_id.name)) or table_id.group.lower().startswith(_NODE_GROUP)
    unknown = f"was created by AKS for a cluster that the caller cannot see, in resource group {table_id.group}"
    try:
        clusters = context.clusters
        owners = [each for each in clusters if each.node_group and each.node_group == table_id.group_id]
        sharing = _subnets_with(context, table_id)
    except Unreadable:
        if made_by_aks:
            yield _taken(context, table_id, unknown)
        raise
    free = not any(ResourceId(context.names.subnet_id) in each.subnets for each in clusters)
    if owners:
        whose = f"belongs to {listed([_called(each) for each in owners])}"
        yield _taken(context, table_id, whose, may_detach=free)
        return
    users = [each for each in clusters if each.is_kubenet and not sharing.isdisjoint(each.subnets)]
    if users:
        whose = f"also serves the subnet of {listed([_called(each) for each in users])}"
        yield _taken(context, table_id, whose, may_detach=free)
    elif made_by_aks:
        yield _taken(context, table_id, unknown)


def _subnets_with(context: CheckContext, table_id: ResourceId) -> set[ResourceId]:
    """Ids of the other subnets that have the table, in this network and in others."""
    names, network = context.names, context.existing.network
    carrying = (each.name for each in network.subnets if each.route_table == table_id)
    found = {*context.route_table.subnets, *(ResourceId(f"{names.vnet_id}/subnets/{each}") for each in carrying)}
    return found - {ResourceId(names.subnet_id)}


def _taken(context: CheckContext, table_id: ResourceId, whose: str, *, may_detach: bool = False) -> Problem:
    """The problem.

    may_detach: whether all clusters are seen and none is in this subnet: one that is stopped has no nodes in it
    """
    names, advice = context.names, _other_subnet(context)
    if may_detach and context.subnet and not nodes_by_group(context.subnet):  # nodes would lose their pods' routes
        remove = f"az network vnet subnet update --ids {names.subnet_id} --route-table null"
        advice = f"{advice}, or detach the table from this one: {remove}"
    return Problem(
        f"route table {table_id.name} of subnet {names.subnet} {whose}: clusters that share a route table delete "
        "each other's routes",
        advice,
        ("--subnet-name",),
    )


def _identity_of_another(context: CheckContext) -> Iterator[Problem]:
    """An identity that is there by the name that a new one would get is no other cluster's.

    Who names one with its id means it. Without such an identity no cluster is asked for.
    """
    names = context.names
    if context.wanted.identity_kind != USER_ASSIGNED or context.existing.identity is None or names.identity_id:
        return
    identity = ResourceId(names.new_identity_id)
    users = [_called(each) for each in context.clusters if identity in each.identities]
    if users:
        yield Problem(
            f"identity {identity.name} exists, and {listed(users)} runs as it: what is granted to it here, that "
            "cluster is allowed, too",
            "use another identity: --assign-identity ID, or create the cluster with another name: --name NAME",
            ("--assign-identity",),
        )


_PHASES = (Phase.PLAN, Phase.CREATE)
CHECKS = (
    Check(SHARING, _subnet_of_another, _PHASES, of_routes=True),
    Check("route-table-of-another-cluster", _table_of_another, _PHASES, of_routes=True),
    Check("identity-of-another-cluster", _identity_of_another),
)

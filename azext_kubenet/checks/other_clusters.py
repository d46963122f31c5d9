"""Other clusters: whose nodes are in the subnet, and whose route table it carries."""

import re
from collections.abc import Iterator

from azext_kubenet.addressing.model import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.bodies import Json, items, within
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import (
    ROUTE_TABLE,
    Check,
    CheckContext,
    CheckReader,
    Problem,
    Unreadable,
    attached_read,
    clusters_read,
    subscription_of,
)
from azext_kubenet.discovery.topology import group_of, name_of

#: What AKS calls the nodes that it makes: in a scale set, or in none. Recorded subnets.
_NODE = re.compile(r"/virtualmachinescalesets/aks-[^/]+|/networkinterfaces/aks-[^/]+-nic-", re.IGNORECASE)
#: What AKS calls the route table that it makes. [H1] Recorded route tables.
_TABLE = re.compile(r"aks-agentpool-\d+-routetable", re.IGNORECASE)
#: How the resource group that AKS makes for the nodes begins. BEHAVIOUR.md
_NODE_GROUP = "mc_"


def subnets_of(cluster: Json) -> list[str]:
    """Ids of the subnets that a cluster's pools are in, pods' subnets included."""
    pools = items(within(cluster, "properties"), "agentPoolProfiles")
    return [str(pool[key]) for pool in pools for key in ("vnetSubnetID", "podSubnetID") if pool.get(key)]


def is_kubenet(cluster: Json) -> bool:
    """Whether a cluster runs on kubenet, and so writes routes of its own [B13, B18]."""
    profile = within(cluster, "properties", "networkProfile")
    return str(profile.get("networkPlugin")).lower() == "kubenet"


def _node_group(cluster: Json) -> str:
    return str(within(cluster, "properties").get("nodeResourceGroup") or "").lower()


def _called(cluster: Json) -> str:
    return f"cluster {cluster.get('name')} in resource group {group_of(str(cluster.get('id') or ''))}"


def _in(cluster: Json, subnets: list[str]) -> bool:
    return any(ResourceId(one) == ResourceId(other) for one in subnets_of(cluster) for other in subnets)


def _other_subnet(situation: CheckContext) -> str:
    return f"use another subnet: --subnet-name NAME for a new one in {situation.names.vnet}"


def subnet_of_another(look: CheckReader) -> Iterator[Problem]:
    """No other kubenet cluster has its nodes in the subnet."""
    if look.situation.subnet is None:
        return
    strangers = nodes_by_group(look.situation.subnet)
    try:
        clusters = look.clusters()
    except Unreadable:
        yield from (_stranger(look.situation, group, count) for group, count in strangers.items())
        raise
    names = look.situation.names
    for cluster in clusters:
        strangers.pop(_node_group(cluster), None)
        if _in(cluster, [names.subnet_id]):
            yield _sharing(look.situation, cluster)
    yield from (_stranger(look.situation, group, count) for group, count in strangers.items())


def nodes_by_group(subnet: Json) -> dict[str, int]:
    """How many addresses nodes of AKS have in a subnet, by their resource group in lower case."""
    found: dict[str, int] = {}
    for each in items(subnet, "ipConfigurations"):
        where = str(each.get("id") or "")
        if _NODE.search(where):
            group = group_of(where).lower()
            found[group] = found.get(group, 0) + 1
    return found


def _sharing(situation: CheckContext, cluster: Json) -> Problem:
    subnet = situation.names.subnet
    if is_kubenet(cluster):
        message = f"subnet {subnet} is that of {_called(cluster)}, and two kubenet clusters cannot share a subnet"
        return Problem(message, _other_subnet(situation), ("--subnet-name",))
    message = f"subnet {subnet} is also that of {_called(cluster)}, which is not on kubenet: the two may share it"
    return Problem(message, "", ("--subnet-name",), Severity.INFO)


def _stranger(situation: CheckContext, group: str, count: int) -> Problem:
    """Nodes of a cluster that is in no list: the caller may not read it, so its network plugin is not known."""
    return Problem(
        f"subnet {situation.names.subnet} holds nodes of a cluster that the caller cannot see "
        f"({many(count, 'address')} in resource group {group}): two kubenet clusters cannot share a subnet",
        _other_subnet(situation),
        ("--subnet-name",),
        Severity.WARNING,
    )


def table_of_another(look: CheckReader) -> Iterator[Problem]:
    """The route table of the subnet is no other cluster's."""
    table_id = look.situation.attached(ROUTE_TABLE)
    if not table_id:
        return
    made_by_aks = bool(_TABLE.fullmatch(name_of(table_id))) or group_of(table_id).lower().startswith(_NODE_GROUP)
    unknown = f"was made by AKS for a cluster that the caller cannot see, in resource group {group_of(table_id)}"
    try:
        clusters = look.clusters()
        owners = [each for each in clusters if _owns(each, table_id)]
        sharing = _subnets_with(look, table_id)
    except Unreadable:
        if made_by_aks:
            yield _taken(look.situation, table_id, unknown)
        raise
    if owners:
        yield _taken(look.situation, table_id, f"is that of {listed([_called(each) for each in owners])}")
        return
    users = [each for each in clusters if is_kubenet(each) and _in(each, sharing)]
    if users:
        yield _taken(look.situation, table_id, f"also serves the subnet of {listed([_called(each) for each in users])}")
    elif made_by_aks:
        yield _taken(look.situation, table_id, unknown)


def _owns(cluster: Json, table_id: str) -> bool:
    same_subscription = subscription_of(str(cluster.get("id") or "")).lower() == subscription_of(table_id).lower()
    return same_subscription and _node_group(cluster) == group_of(table_id).lower()


def _subnets_with(look: CheckReader, table_id: str) -> list[str]:
    """Ids of the other subnets that carry the table, in this network and in others."""
    situation = look.situation
    table = look.attached(ROUTE_TABLE) or {}
    found = [str(each.get("id")) for each in items(within(table, "properties"), "subnets")]
    for subnet in items(within(situation.existing.vnet, "properties"), "subnets"):
        carried = str(within(subnet, "properties", "routeTable").get("id") or "")
        if ResourceId(carried) == ResourceId(table_id):
            found.append(f"{situation.names.vnet_id}/subnets/{subnet.get('name')}")
    return [each for each in found if ResourceId(each) != ResourceId(situation.names.subnet_id)]


def _taken(situation: CheckContext, table_id: str, whose: str) -> Problem:
    names, advice = situation.names, _other_subnet(situation)
    if not nodes_by_group(situation.subnet or {}):  # nodes would lose their pods' routes with the table
        remove = f"az network vnet subnet update --ids {names.subnet_id} --route-table null"
        advice = f"{advice}, or take the table off this one: {remove}"
    return Problem(
        f"route table {name_of(table_id)} of subnet {names.subnet} {whose}: clusters that share a route table delete "
        "each other's routes",
        advice,
        ("--subnet-name",),
    )


def _subnet_reads(situation: CheckContext) -> list[Read]:
    return [] if situation.subnet is None else [clusters_read(situation.names)]


def _table_reads(situation: CheckContext) -> list[Read]:
    table = attached_read(situation, ROUTE_TABLE)
    return [*table, clusters_read(situation.names)] if table else []


CHECKS = (
    Check("subnet-of-another-cluster", subnet_of_another, reads=_subnet_reads),
    Check("route-table-of-another-cluster", table_of_another, reads=_table_reads),
)

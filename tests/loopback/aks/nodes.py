"""What AKS makes around a cluster: the node resource group, a network, machines, the route table, and how it keeps
them in step with the cluster.

Our model of a stopped cluster: no machine is left, scale sets stay with a capacity of 0, the table stays with its
routes, for nobody runs who could write them. At the start machines with new numbers come, and the routes of the old
ones go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.ids import ResourceId
from ..core.store import Body
from . import counts, instances, node_routes, own_network
from .belongings import kubelet, outbound

if TYPE_CHECKING:
    from ..server.cloud import Cloud


def reconcile(cloud: Cloud, rid: ResourceId, body: Body, leaving: list[instances.Node] | None = None) -> None:
    """Make, or after a change mend, everything around a cluster. leaving: for a change of pools alone, the nodes that
    were named to go.
    """
    group = instances.group_of(body)
    if group.key not in cloud.store:
        cloud.store[group.key] = {
            "id": group.text(),
            "name": group.group,
            "type": "Microsoft.Resources/resourceGroups",
            "location": body["location"],
            "managedBy": body["id"],
            "tags": {"aks-managed-cluster-name": rid.name, "aks-managed-cluster-rg": rid.group},
            "properties": {"provisioningState": "Succeeded"},
        }
    subnet = own_network.subnet_of(cloud, rid, body, group)
    before = {node.name for node in instances.nodes_of(cloud, body)}
    for node in leaving or []:
        instances.take_away(cloud, node)
    instances.settle(cloud, rid, body, subnet, own_network.security_group(cloud, rid, body["location"], group))
    _routes(cloud, rid, body, subnet, before, leaving is None)
    outbound(cloud, body, group)
    kubelet(cloud, rid, body, group)


def _routes(cloud: Cloud, rid: ResourceId, body: Body, subnet: str, before: set[str], whole: bool) -> None:
    """The table and its routes; nothing while the cluster rests."""
    if body["properties"]["networkProfile"]["networkPlugin"] != "kubenet":
        return
    nodes = instances.nodes_of(cloud, body)
    gone = before - {node.name for node in nodes}
    resting = cloud.memory.resting.setdefault(rid.key, set())
    if counts.is_stopped(body):
        resting |= gone
        return
    table = node_routes.table_of(cloud, rid, body, subnet)
    if whole:
        pools = body["properties"]["agentPoolProfiles"]
        node_routes.attach(cloud, body, table, {str(pool.get("vnetSubnetID") or subnet) for pool in pools})
    node_routes.write(cloud, rid, body, nodes, gone | resting)
    resting.clear()


def remove(cloud: Cloud, rid: ResourceId, body: Body) -> None:
    """Undo: routes and associations, identities, and the node resource group with all that is in it."""
    group = instances.group_of(body)
    node_routes.remove(cloud, rid, body)
    for identity in cloud.store.of_type("Microsoft.ManagedIdentity/userAssignedIdentities", group.key + "/"):
        cloud.directory.forget(identity["properties"]["principalId"])
    for key in [*cloud.store.under(group.key), group.key]:
        cloud.store.pop(key, None)
    cloud.memory.forget(rid.key, group.key)

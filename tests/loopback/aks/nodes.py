"""What AKS makes around a cluster: the node resource group, scale sets, node addresses, the route table (azure-facts
H1, H2, B13).

The route table's association with the subnet is as documented; no recording reads it back (BEHAVIOUR.md). The table's
name follows the one listing recorded in 2020: ``aks-agentpool-<digits>-routetable``, a route a node, next hop
VirtualAppliance. Routes are named as since Kubernetes 1.21, ``<node>____<block without punctuation>`` (azure-facts
B21). Next hops are the subnet's addresses from .4 on.

A block for which the table has another's route stays without one: RouteConflict (B22). So do all blocks while a
ReadOnly lock forbids to write the table (T4). That the cluster is Succeeded all the same is our model.
"""

from __future__ import annotations

import re
import uuid
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..core.ids import ResourceId, parse
from ..core.resources import require
from ..core.store import Body, new_etag
from ..network import address_rules, addresses
from . import rules
from .belongings import NETWORK, kubelet, outbound, put
from .defaults import digits

if TYPE_CHECKING:
    from ..server.cloud import Cloud

COMPUTE = "Microsoft.Compute"


def reconcile(cloud: Cloud, rid: ResourceId, body: Body) -> None:
    """Make, or after a change mend, everything around a cluster."""
    group = ResourceId(rid.subscription, body["properties"]["nodeResourceGroup"])
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
    subnet = _subnet_of(cloud, rid, body, group)
    nodes = _nodes(cloud, rid, body, group, subnet)
    if body["properties"]["networkProfile"]["networkPlugin"] == "kubenet":
        _routes(cloud, rid, body, group, nodes)
    outbound(cloud, body, group)
    kubelet(cloud, rid, body, group)


def remove(cloud: Cloud, rid: ResourceId, body: Body) -> None:
    """Undo: own tables lose the node routes, subnets the managed table, and the node resource group goes
    (azure-facts H5, K7).
    """
    group = ResourceId(rid.subscription, body["properties"]["nodeResourceGroup"])
    for pool in body["properties"]["agentPoolProfiles"]:
        subnet = cloud.store.get(pool.get("vnetSubnetID") or "", {})
        table = require(subnet, "properties", "routeTable", "id") or ""
        for route in cloud.store.children(table, "routes"):
            if f"-{digits(rid)}-vmss" in route["name"]:
                del cloud.store[route["id"]]
        if table.lower().startswith(group.key + "/"):
            del subnet["properties"]["routeTable"]
    for identity in cloud.store.of_type("Microsoft.ManagedIdentity/userAssignedIdentities", group.key + "/"):
        cloud.directory.forget(identity["properties"]["principalId"])
    for key in [*cloud.store.under(group.key), group.key]:
        cloud.store.pop(key, None)


def _subnet_of(cloud: Cloud, rid: ResourceId, body: Body, group: ResourceId) -> str:
    """The cluster's own subnet, or one that AKS makes in the node resource group (F10: 10.224.0.0/12 and
    10.224.0.0/16).
    """
    chosen = next(
        (pool["vnetSubnetID"] for pool in body["properties"]["agentPoolProfiles"] if pool.get("vnetSubnetID")), ""
    )
    if chosen:
        return str(chosen)
    vnet = ResourceId(group.subscription, group.group, NETWORK, ("virtualNetworks",), (f"aks-vnet-{digits(rid)}",))
    subnet = vnet.child("subnets", "aks-subnet")
    if vnet.key not in cloud.store:
        put(
            cloud,
            vnet,
            body["location"],
            {
                "addressSpace": {"addressPrefixes": ["10.224.0.0/12"]},
                "resourceGuid": str(uuid.uuid4()),
                "privateEndpointVNetPolicies": "Disabled",
                "enableDdosProtection": False,
            },
        )
        made = put(
            cloud,
            subnet,
            "",
            {
                "addressPrefix": "10.224.0.0/16",
                "delegations": [],
                "privateEndpointNetworkPolicies": "Disabled",
                "privateLinkServiceNetworkPolicies": "Enabled",
            },
        )
        del made["location"]
    return subnet.text()


def _nodes(
    cloud: Cloud, rid: ResourceId, body: Body, group: ResourceId, subnet: str
) -> dict[str, tuple[str, IPv4Address]]:
    """A scale set a pool, an interface a node: name -> (subnet, address). Nodes that stay keep their address."""
    nodes: dict[str, tuple[str, IPv4Address]] = {}
    wanted: list[tuple[ResourceId, str, str]] = []
    for pool in body["properties"]["agentPoolProfiles"]:
        vmss = "aks-{}-{}-vmss".format(pool["name"], digits(rid))
        scale_set = ResourceId(group.subscription, group.group, COMPUTE, ("virtualMachineScaleSets",), (vmss,))
        put(cloud, scale_set, body["location"], {}, {"sku": {"name": pool["vmSize"], "capacity": pool["count"]}})
        for number in range(int(pool["count"])):
            interface = scale_set.child("virtualMachines", str(number)).child("networkInterfaces", vmss)
            wanted.append((interface, f"{vmss}{number:06d}", pool.get("vnetSubnetID") or subnet))
    keep = {interface.key for interface, _, _ in wanted}
    for key in [
        key
        for key in cloud.store.under(group.key)
        if key.endswith("-vmss") and "/networkinterfaces/" in key and key not in keep
    ]:
        del cloud.store[key]
    for interface, name, place in wanted:
        if interface.key not in cloud.store:
            put(cloud, interface, body["location"], {"ipConfigurations": [_configuration(cloud, interface, place)]})
        address = cloud.store[interface.key]["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"]
        nodes[name] = (place, IPv4Address(address))
    return nodes


def _configuration(cloud: Cloud, interface: ResourceId, subnet: str) -> Body:
    network = addresses.read(address_rules.prefixes_of(cloud.store[subnet]["properties"])[0])
    assert network is not None
    users = cloud.store.subnet_users(subnet)
    taken = {_address(cloud, user) for user in users}
    free = next(address for address in rules.node_addresses(network) if str(address) not in taken)
    return {
        "id": interface.text() + "/ipConfigurations/ipconfig1",
        "name": "ipconfig1",
        "properties": {
            "privateIPAddress": str(free),
            "privateIPAllocationMethod": "Dynamic",
            "subnet": {"id": subnet},
            "primary": True,
        },
    }


def _address(cloud: Cloud, configuration: str) -> str:
    holder = cloud.store.get(configuration.rpartition("/ipConfigurations/")[0], {})
    found = [item for item in holder.get("properties", {}).get("ipConfigurations", []) if item["id"] == configuration]
    return str(found[0]["properties"].get("privateIPAddress", "")) if found else ""


def _routes(
    cloud: Cloud, rid: ResourceId, body: Body, group: ResourceId, nodes: dict[str, tuple[str, IPv4Address]]
) -> None:
    """One /24 of the pod range and one route a node, in the subnet's own table or in a managed one (H1, H2)."""
    place = next(iter(nodes.values()))[0] if nodes else ""
    table = parse(require(cloud.store.get(place, {}), "properties", "routeTable", "id") or "")
    if table is None:
        table = ResourceId(
            group.subscription, group.group, NETWORK, ("routeTables",), (f"aks-agentpool-{digits(rid)}-routetable",)
        )
        if table.key not in cloud.store:
            put(
                cloud, table, body["location"], {"disableBgpRoutePropagation": False, "resourceGuid": str(uuid.uuid4())}
            )
        for subnet in {subnet for subnet, _ in nodes.values()}:
            cloud.store[subnet]["properties"]["routeTable"] = {"id": table.text()}
            cloud.store[subnet]["etag"] = new_etag()
    if not cloud.roles.locks.locking("write", table.text()):
        _write_routes(cloud, rid, body, table, nodes)


def _write_routes(
    cloud: Cloud, rid: ResourceId, body: Body, table: ResourceId, nodes: dict[str, tuple[str, IPv4Address]]
) -> None:
    """Take away the routes of nodes that are gone, and write those that lack."""
    routes = cloud.store.children(table.key, "routes")
    mine = {node_of(route): route for route in routes if f"-{digits(rid)}-vmss" in route["name"]}
    for name in set(mine) - set(nodes):
        del cloud.store[mine[name]["id"]]
    used = {route["properties"]["addressPrefix"] for name, route in mine.items() if name in nodes}
    others = {route["properties"]["addressPrefix"] for route in routes if f"-{digits(rid)}-vmss" not in route["name"]}
    pods = addresses.read(body["properties"]["networkProfile"]["podCidr"])
    assert pods is not None
    blocks = (str(block) for block in pods.subnets(new_prefix=rules.NODE_BLOCK) if str(block) not in used)
    for name, (_, address) in nodes.items():
        block = "" if name in mine else next(blocks)
        if block and block not in others:
            made = put(
                cloud,
                table.child("routes", f"{name}____{re.sub('[.:/]', '', block)}"),
                "",
                {
                    "addressPrefix": block,
                    "nextHopType": "VirtualAppliance",
                    "nextHopIpAddress": str(address),
                    "hasBgpOverride": False,
                },
            )
            del made["location"]


def node_of(route: Body) -> str:
    """The node that a route is named after."""
    return str(route["name"]).partition("____")[0]

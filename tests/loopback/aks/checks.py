"""What AKS refuses about a cluster's place in Azure: its subnet, its route table, who it acts as. azure-facts A, H,
I.

Not refused here, since what AKS answers is not verified: nodes in the subnets of other services, GatewaySubnet and its
like (A16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import errors
from ..core.ids import ResourceId, parse
from ..core.resources import require
from ..core.store import Body
from ..core.wire import Call
from ..network import address_rules, addresses
from ..network.addresses import Network
from . import counts, move_rules, offers, private, rights, rules

if TYPE_CHECKING:
    from ..server.cloud import Cloud

FIXED = ("podCidr", "serviceCidr", "dnsServiceIP")  # azure-facts B12, C11


def check(cloud: Cloud, rid: ResourceId, body: Body, sent: Body, old: Body | None, call: Call) -> None:
    """Everything, in the order in which a user would want to hear of it."""
    properties = body["properties"]
    network, pools = properties["networkProfile"], properties["agentPoolProfiles"]
    moving = bool(old) and move_rules.is_moving(cloud, rid, old or {}, network)
    move_rules.plugins(require(old or {}, "properties", "networkProfile") or {}, network)
    if old:
        _unchanged(old, properties)
    rules.names_of(properties)
    principal = rights.principal_of(cloud, sent, old)
    rights.caller_may_assign(cloud, rid, body, call.caller)
    rights.kubelet_may(cloud, sent, principal)
    rules.ranges(network, call.api_version, moving)
    rules.pools(network, pools)
    if old and sent:
        move_rules.check(cloud, rid, body, old, principal, moving)
    if cloud.options.offers:
        offers.check(cloud, rid, body, old)
    if old and old["properties"].get("kubernetesVersion") != properties.get("kubernetesVersion"):
        rules.upgrade(network, pools)
    subnets = {pool["vnetSubnetID"].lower() for pool in pools if pool.get("vnetSubnetID")}
    if not subnets:
        private.check(cloud, body, principal, [])
        return
    if subnets and any(not pool.get("vnetSubnetID") for pool in pools):
        raise errors.aks("InvalidParameter", "All pools or none name a subnet.", "agentPoolProfile.vnetSubnetID")  # A13
    for subnet in sorted(subnets):
        _subnet(cloud, rid, body, subnet)
        _egress(cloud, network, cloud.store[subnet]["properties"])
        rights.caller_may_join(cloud, rid, subnet, call.caller)
        rights.cluster_may(cloud, rid, subnet, principal, bool(old))
    if len({subnet.rpartition("/subnets/")[0] for subnet in subnets}) > 1:
        raise errors.aks(
            "InvalidParameter", "All pools must be in one virtual network.", "agentPoolProfile.vnetSubnetID"
        )  # A13
    private.check(cloud, body, principal, sorted({subnet.rpartition("/subnets/")[0] for subnet in subnets}))
    _ranges_there(cloud, network, min(subnets).rpartition("/subnets/")[0])
    for subnet in sorted(subnets):
        _room(cloud, rid, pools, subnet)


def _unchanged(old: Body, new: Body) -> None:
    """PropertyChangeNotAllowed is Azure's code, in no recording here; moving to Azure CNI may change the pod range
    (K5).
    """
    before, after = old["properties"]["networkProfile"], new["networkProfile"]
    moved = any(before.get(key) != after.get(key) for key in ("networkPlugin", "networkPluginMode"))
    for key in FIXED:
        if before.get(key) != after.get(key) and not (moved and key == "podCidr"):
            raise errors.aks(
                "PropertyChangeNotAllowed",
                f"Changing property 'networkProfile.{key}' is not allowed.",
                "networkProfile." + key,
            )
    subnets = {pool["name"]: pool.get("vnetSubnetID") for pool in old["properties"]["agentPoolProfiles"]}
    for pool in new["agentPoolProfiles"]:
        if (subnets.get(pool["name"], pool.get("vnetSubnetID")) or "").lower() != (
            pool.get("vnetSubnetID") or ""
        ).lower():
            raise errors.aks(
                "PropertyChangeNotAllowed",
                "Changing property 'properties.vnetSubnetID' is not allowed.",
                "agentPoolProfile",
            )


def _subnet(cloud: Cloud, rid: ResourceId, body: Body, subnet: str) -> None:
    """There (our model for the code), in the cluster's region and subscription (A12), not delegated (A10)."""
    found = parse(subnet)
    if found is None or subnet not in cloud.store:
        raise errors.aks("SubnetNotFound", f"Subnet {subnet} was not found.", "agentPoolProfile.vnetSubnetID")
    location = cloud.location_of(found)
    if location != body["location"] or found.subscription.lower() != rid.subscription.lower():
        raise errors.aks(
            "InvalidParameter",
            "The virtual network of {} is in {}, the cluster in {}.".format(subnet, location, body["location"]),
            "agentPoolProfile.vnetSubnetID",
        )
    if cloud.store[subnet]["properties"].get("delegations"):
        raise errors.aks(
            "SubnetIsDelegated", f"Subnet {subnet} is delegated and cannot hold nodes.", "agentPoolProfile.vnetSubnetID"
        )
    if len(address_rules.prefixes_of(cloud.store[subnet]["properties"])) > 1:
        raise errors.aks(
            "InvalidParameter", f"Subnet {subnet} has more than one prefix.", "agentPoolProfile.vnetSubnetID"
        )  # A14


def _egress(cloud: Cloud, network: Body, subnet: Body) -> None:
    """Outbound type against what the subnet has (H10 to H13).

    RouteTableInvalidNextHop (H22) and SubnetNotAssociatedWithNATGateway (H23) are as reported, and
    RouteTableMissingDefaultRouteError is a name in a list of AKS's codes (EC); the others are our model.
    """
    outbound, target = str(network["outboundType"]).lower(), "networkProfile.outboundType"
    table, gateway = require(subnet, "routeTable", "id"), require(subnet, "natGateway", "id")
    if outbound == "userdefinedrouting":
        rules.default_route(cloud.store.children(table, "routes") if table else [])
    if outbound == "userassignednatgateway" and not gateway:
        raise errors.aks(
            "SubnetNotAssociatedWithNATGateway",
            "userAssignedNATGateway needs a subnet that is associated with a NAT gateway.",
            target,
        )
    if outbound == "managednatgateway" or (outbound == "loadbalancer" and gateway):
        raise errors.aks(
            "InvalidParameter", f"Outbound type {network['outboundType']} does not fit the subnet.", target
        )


def _ranges_there(cloud: Cloud, network: Body, vnet: str) -> None:
    subnets: dict[str, list[Network]] = {
        body["name"]: address_rules.readable(body["properties"]) for body in cloud.store.children(vnet, "subnets")
    }
    rules.against_subnets(network, subnets)


def _room(cloud: Cloud, rid: ResourceId, pools: list[Body], subnet: str) -> None:
    """Free addresses for the nodes that are not there yet: this cluster's own count as free."""
    users = cloud.store.subnet_users(subnet)
    group = (cloud.store.get(rid.key) or {}).get("properties", {}).get("nodeResourceGroup", "")
    mine = sum(1 for user in users if group and f"/resourcegroups/{group.lower()}/" in user.lower())
    network = addresses.read(address_rules.prefixes_of(cloud.store[subnet]["properties"])[0])
    assert network is not None
    wanted = sum(counts.count(pool) for pool in pools if pool["vnetSubnetID"].lower() == subnet)
    rules.room(subnet, addresses.usable(network) - len(users) + mine, wanted)

"""What AKS makes in the node resource group for the nodes to stand in: a network where none was given, and the
security group.

Names, and that aks-subnet has the group and the table: captured in 2020 (existing-clusters R8; recorded:
virtualNetworks). In a subnet of one's own the group is on the nodes' interfaces instead (azure-facts H7).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from ..core.ids import ResourceId
from ..core.store import Body
from .belongings import NETWORK, put
from .defaults import digits

if TYPE_CHECKING:
    from ..server.cloud import Cloud


def security_group(cloud: Cloud, rid: ResourceId, location: str, group: ResourceId) -> str:
    """The id of ``aks-agentpool-<digits>-nsg``, made where it is not there."""
    name = f"aks-agentpool-{digits(rid)}-nsg"
    found = ResourceId(group.subscription, group.group, NETWORK, ("networkSecurityGroups",), (name,))
    if found.key not in cloud.store:
        put(cloud, found, location, {"resourceGuid": str(uuid.uuid4())})
    return found.text()


def subnet_of(cloud: Cloud, rid: ResourceId, body: Body, group: ResourceId) -> str:
    """The cluster's own subnet, or one that AKS makes in the node resource group (azure-facts F10: 10.224.0.0/12 and
    10.224.0.0/16).
    """
    pools = body["properties"]["agentPoolProfiles"]
    security = security_group(cloud, rid, body["location"], group)
    chosen = next((pool["vnetSubnetID"] for pool in pools if pool.get("vnetSubnetID")), "")
    if chosen:
        return str(chosen)
    vnet = ResourceId(group.subscription, group.group, NETWORK, ("virtualNetworks",), (f"aks-vnet-{digits(rid)}",))
    subnet = vnet.child("subnets", "aks-subnet")
    if vnet.key not in cloud.store:
        network = {
            "addressSpace": {"addressPrefixes": ["10.224.0.0/12"]},
            "resourceGuid": str(uuid.uuid4()),
            "privateEndpointVNetPolicies": "Disabled",
            "enableDdosProtection": False,
        }
        put(cloud, vnet, body["location"], network)
        inner = {
            "addressPrefix": "10.224.0.0/16",
            "networkSecurityGroup": {"id": security},
            "delegations": [],
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
        }
        del put(cloud, subnet, "", inner)["location"]
    return subnet.text()


def subnets_of(cloud: Cloud, rid: ResourceId, body: Body, group: ResourceId) -> list[str]:
    """The ids of the subnets of all pools."""
    first = subnet_of(cloud, rid, body, group)
    return list(
        dict.fromkeys(str(pool.get("vnetSubnetID") or first) for pool in body["properties"]["agentPoolProfiles"])
    )

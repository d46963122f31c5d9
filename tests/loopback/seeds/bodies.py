"""Request bodies for tests, as small as Azure takes them."""

from __future__ import annotations

import copy
from typing import Any

from ..server.server import LoopbackArm

NET = "resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n"
SUBNET = NET + "/subnets/s"
IDENTITY = "resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
CLUSTER = "resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
TABLE = "resourceGroups/g/providers/Microsoft.Network/routeTables/t"
AKS_VERSION = "2025-10-01"


def group(location: str = "westeurope") -> dict[str, Any]:
    return {"location": location}


def network(*prefixes: str, location: str = "westeurope", **subnets: str) -> dict[str, Any]:
    """A network with these prefixes, and subnets as name=prefix."""
    return {
        "location": location,
        "properties": {
            "addressSpace": {"addressPrefixes": list(prefixes)},
            "subnets": [{"name": name, "properties": {"addressPrefix": prefix}} for name, prefix in subnets.items()],
        },
    }


def subnet(prefix: str, **more: Any) -> dict[str, Any]:
    return {"properties": {"addressPrefix": prefix, **more}}


def cluster(
    subnet_id: str | None, identity: str | None, count: int = 3, location: str = "westeurope", **profile: Any
) -> dict[str, Any]:
    """A kubenet cluster as ``az aks create`` would send it. Keys of the network profile by name; `pool` adds to the
    pool.
    """
    pool = {
        "name": "nodepool1",
        "count": count,
        "vmSize": "Standard_D2s_v5",
        "mode": "System",
        "osType": "Linux",
        "type": "VirtualMachineScaleSets",
        "enableAutoScaling": False,
        **profile.pop("pool", {}),
    }
    if subnet_id:
        pool["vnetSubnetID"] = subnet_id
    body: dict[str, Any] = {
        "location": location,
        "sku": {"name": "Base", "tier": "Free"},
        "properties": {
            "kubernetesVersion": "",
            "dnsPrefix": "c",
            "enableRBAC": True,
            "agentPoolProfiles": [pool],
            "linuxProfile": {"adminUsername": "azureuser", "ssh": {"publicKeys": [{"keyData": "ssh-rsa AAAA"}]}},
            "networkProfile": {
                "networkPlugin": "kubenet",
                "podCidr": "10.244.0.0/16",
                "serviceCidr": "10.0.0.0/16",
                "dnsServiceIP": "10.0.0.10",
                "outboundType": "loadBalancer",
                "loadBalancerSku": "standard",
                **profile,
            },
        },
    }
    body["identity"] = (
        {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}} if identity else {"type": "SystemAssigned"}
    )
    return body


def overlay(shown: dict[str, Any], **profile: Any) -> dict[str, Any]:
    """A cluster as it was shown, sent back to move to Azure CNI Overlay. Keys of the network profile by name; podCidrs
    follows podCidr.
    """
    sent = copy.deepcopy(shown)
    if "podCidr" in profile:
        profile = {"podCidrs": [profile["podCidr"]], **profile}
    wanted = {"networkPlugin": "azure", "networkPluginMode": "overlay", **profile}
    sent["properties"]["networkProfile"].update(wanted)
    return sent


def small_world(arm: LoopbackArm, sub: str) -> dict[str, Any]:
    """See conftest.world; the ids and the identity's principal."""
    arm.put(sub + "/resourceGroups/g", group())
    arm.put(f"{sub}/{NET}", network("192.168.0.0/16", s="192.168.1.0/24", other="192.168.2.0/24"))
    identity = arm.put(f"{sub}/{IDENTITY}", {"location": "westeurope"})
    principal = identity["properties"]["principalId"]
    subnet_id = f"{sub}/{SUBNET}"
    arm.grant(principal, "Network Contributor", subnet_id)
    return {"subnet": subnet_id, "identity": identity["id"], "principal": principal, "network": f"{sub}/{NET}"}

"""The bodies of a node's machine, of its scale set and of its interface.

Shapes: recorded scaleSets (none of them made by AKS; disks and images are left out). Of AKS's own: orchestrationMode
Uniform, computerNamePrefix, the tags, and the names of interface and address configuration (captured,
existing-clusters R5 and R7).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from ..core.ids import ResourceId
from ..core.operations import now
from ..core.store import Body, new_etag
from .defaults import digits

OVERLAY_TAG = {"aks-managed-azure-cni-overlay": "true"}
Parts = tuple[Body, Body]  # properties, and what stands beside them


@dataclass(frozen=True)
class Place:
    """Where the nodes of a pool are made.

    rid: the cluster.
    group: its node resource group.
    cluster: its body.
    pool: the pool's profile.
    subnet: the id of the pool's subnet.
    security: the security group of the interfaces, "" for none.
    behind: whether the nodes are still those of kubenet in a cluster that moves to Azure CNI Overlay.
    """

    rid: ResourceId
    group: ResourceId
    cluster: Body
    pool: Body
    subnet: str
    security: str
    behind: bool = False

    @property
    def scale_set(self) -> ResourceId:
        """The pool's scale set."""
        name = "aks-{}-{}-vmss".format(self.pool["name"], digits(self.rid))
        return ResourceId(
            self.group.subscription, self.group.group, "Microsoft.Compute", ("virtualMachineScaleSets",), (name,)
        )

    @property
    def tags(self) -> dict[str, str]:
        """The tags of scale sets and of their instances."""
        version = self.pool.get("currentOrchestratorVersion") or ""
        tags = {
            "aks-managed-orchestrator": f"Kubernetes:{version}",
            "aks-managed-poolName": str(self.pool["name"]),
        }
        overlay = self.cluster["properties"]["networkProfile"].get("networkPluginMode") == "overlay"
        return {**tags, **(OVERLAY_TAG if overlay and not self.behind else {})}


def _configuration(place: Place) -> Body:
    """How interfaces of a scale set are made."""
    security = {"networkSecurityGroup": {"id": place.security}} if place.security else {}
    inner = {"primary": True, "subnet": {"id": place.subnet}, "privateIPAddressVersion": "IPv4"}
    return {
        "name": place.scale_set.name,
        "properties": {
            "primary": True,
            "enableAcceleratedNetworking": True,
            "disableTcpStateTracking": False,
            **security,
            "dnsSettings": {"dnsServers": []},
            "enableIPForwarding": True,
            "ipConfigurations": [{"name": "ipconfig1", "properties": inner}],
        },
    }


def scale_set(place: Place, size: str, capacity: int, old: Body) -> Parts:
    """A scale set. old: the properties that it had, {} for a new one."""
    system = {"computerNamePrefix": place.scale_set.name, "adminUsername": "azureuser", "secrets": []}
    properties = {
        "singlePlacementGroup": False,
        "orchestrationMode": "Uniform",
        "upgradePolicy": {"mode": "Manual"},
        "virtualMachineProfile": {
            "osProfile": system,
            "networkProfile": {"networkInterfaceConfigurations": [_configuration(place)]},
        },
        "overprovision": False,
        "uniqueId": old.get("uniqueId") or str(uuid.uuid4()),
        "platformFaultDomainCount": 1,
        "timeCreated": old.get("timeCreated") or now(),
    }
    return properties, {
        "tags": place.tags,
        "sku": {"name": size, "tier": "Standard", "capacity": capacity},
        "etag": '"1"',
    }


def instance(place: Place, size: str, name: str, interface_id: str) -> Parts:
    """An instance of a scale set."""
    properties = {
        "latestModelApplied": True,
        "modelDefinitionApplied": "VirtualMachineScaleSet",
        "networkProfileConfiguration": {"networkInterfaceConfigurations": [_configuration(place)]},
        **_machine(size, name, interface_id),
    }
    return properties, {"tags": place.tags, "sku": {"name": size, "tier": "Standard"}, "etag": '"1"'}


def single(place: Place, size: str, name: str, own: str, interface_id: str) -> Parts:
    """A machine of its own."""
    return _machine(size, name, interface_id), {"tags": {**place.tags, "aks-managed-machineName": own}, "etag": '"1"'}


def _machine(size: str, name: str, interface_id: str) -> Body:
    return {
        "hardwareProfile": {"vmSize": size},
        "vmId": str(uuid.uuid4()),
        "osProfile": {"computerName": name, "adminUsername": "azureuser", "secrets": []},
        "networkProfile": {"networkInterfaces": [{"id": interface_id}]},
        "timeCreated": now(),
    }


def interface(place: Place, machine_id: str, interface_id: str, address: str) -> Body:
    """The properties of a node's interface; in kubenet it has one address (existing-clusters R5)."""
    inner = {
        "provisioningState": "Succeeded",
        "privateIPAddress": address,
        "privateIPAllocationMethod": "Dynamic",
        "subnet": {"id": place.subnet},
        "primary": True,
        "privateIPAddressVersion": "IPv4",
    }
    security = {"networkSecurityGroup": {"id": place.security}} if place.security else {}
    return {
        "resourceGuid": str(uuid.uuid4()),
        "ipConfigurations": [
            {
                "name": "ipconfig1",
                "id": f"{interface_id}/ipConfigurations/ipconfig1",
                "etag": new_etag(),
                "properties": inner,
            }
        ],
        "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
        "enableAcceleratedNetworking": True,
        "enableIPForwarding": True,
        "disableTcpStateTracking": False,
        **security,
        "primary": True,
        "virtualMachine": {"id": machine_id},
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
    }

"""Clusters that run, in the shapes that people have, seeded into a loopback Azure."""

from __future__ import annotations

from typing import Any

from tests.cli.conftest import Cloud
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.callers.client import SUB
from tests.loopback.seeds import bodies

CLUSTER = f"{SUB}/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/kube"
NET = f"{SUB}/resourceGroups/net/providers/Microsoft.Network"
CORP = f"{NET}/virtualNetworks/corp"
NODES, JOBS, DATA = (f"{CORP}/subnets/{name}" for name in ("nodes", "jobs", "data"))
OWN_TABLE = f"{NET}/routeTables/corp-routes"
NSG = f"{NET}/networkSecurityGroups/corp-nsg"
IDENTITY = f"{SUB}/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/team"
CHECK = "kubenet check -g shop -n kube"


def pool(name: str, nodes: int, subnet: str | None, **more: Any) -> dict[str, Any]:
    """A pool as `az aks nodepool add` sends it; most: of its autoscaler."""
    most = more.pop("most", 0)
    scaled = {"enableAutoScaling": True, "minCount": 1, "maxCount": most} if most else {"enableAutoScaling": False}
    return {
        "name": name, "count": nodes, "vmSize": "Standard_D2s_v5", "osType": "Linux", "mode": "User",
        "type": "VirtualMachineScaleSets", "upgradeSettings": {"maxSurge": "10%"}, **scaled,
        **({"vnetSubnetID": subnet} if subnet else {}), **more,
    }  # fmt: skip


def network(cloud: Cloud, prefix: str = "10.30.1.0/24", **nodes: Any) -> None:
    """A network with a security group on the nodes' subnet, two further subnets, and an identity with its grant."""
    for name in ("shop", "net"):
        cloud.arm.put(f"{SUB}/resourceGroups/{name}", {"location": "westeurope"})
    cloud.arm.put(NSG, {"location": "westeurope", "properties": {}})
    of_nodes = {"addressPrefix": prefix, "networkSecurityGroup": {"id": NSG}, **nodes}
    subnets = [
        {"name": "nodes", "properties": of_nodes},
        {"name": "jobs", "properties": {"addressPrefix": "10.30.2.0/26"}},
        {"name": "data", "properties": {"addressPrefix": "10.30.3.0/26"}},
    ]
    properties = {"addressSpace": {"addressPrefixes": ["10.30.0.0/16"]}, "subnets": subnets}
    cloud.arm.put(CORP, {"location": "westeurope", "properties": properties})
    identity = cloud.arm.put(IDENTITY, {"location": "westeurope"})
    for scope in (CORP, NSG):
        cloud.arm.grant(identity["properties"]["principalId"], "Network Contributor", scope)


def cluster(cloud: Cloud, *pools: dict[str, Any], identity: str | None = IDENTITY, **profile: Any) -> Mishaps:
    """A cluster with these pools behind its first."""
    first = pools[0]
    body = bodies.cluster(first.get("vnetSubnetID"), identity, **profile)
    body["properties"]["agentPoolProfiles"] = [{**first, "mode": "System"}, *pools[1:]]
    cloud.arm.put(CLUSTER, body)
    return Mishaps(cloud.arm.cloud, CLUSTER)


# -- the shapes


def own_network(cloud: Cloud) -> Mishaps:
    """Three pools in one subnet of the user's own, AKS's route table on it, an identity of the user's."""
    network(cloud)
    return cluster(cloud, pool("system", 3, NODES), pool("user", 4, NODES), pool("batch", 2, NODES))


def network_of_aks(cloud: Cloud) -> Mishaps:
    """A network, a route table and a security group that AKS made."""
    cloud.arm.put(f"{SUB}/resourceGroups/shop", {"location": "westeurope"})
    return cluster(cloud, pool("system", 3, None), identity=None)


def own_table(cloud: Cloud) -> Mishaps:
    """A route table of the user's own, with a default route to a firewall."""
    network(cloud)
    to_firewall = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.30.9.4"}
    table = {"location": "westeurope", "properties": {"routes": [{"name": "to-firewall", "properties": to_firewall}]}}
    cloud.arm.put(OWN_TABLE, table)
    cloud.arm.cloud.store[NODES]["properties"]["routeTable"] = {"id": OWN_TABLE}
    principal = cloud.arm.cloud.store[IDENTITY]["properties"]["principalId"]
    cloud.arm.grant(principal, "Network Contributor", OWN_TABLE)
    return cluster(cloud, pool("system", 3, NODES), outboundType="userDefinedRouting")


def several_subnets(cloud: Cloud) -> Mishaps:
    """Two pools, each in a subnet of its own, with one table on both."""
    network(cloud)
    return cluster(cloud, pool("system", 3, NODES), pool("jobs", 2, JOBS))


def autoscaled(cloud: Cloud) -> Mishaps:
    """A pool that grows by itself."""
    network(cloud)
    return cluster(cloud, pool("system", 3, NODES), pool("user", 2, NODES, most=40))


def calico(cloud: Cloud) -> Mishaps:
    """A policy engine."""
    network(cloud)
    return cluster(cloud, pool("system", 3, NODES), networkPolicy="calico")


def stopped(cloud: Cloud) -> Mishaps:
    """A cluster that does not run."""
    made = own_network(cloud)
    made.stop()
    return made


def machines(cloud: Cloud) -> Mishaps:
    """A pool of machines without a scale set."""
    network(cloud)
    scale = {"scale": {"manual": [{"size": "Standard_D2s_v5", "count": 2}]}}
    single = {**pool("singles", 0, NODES), "type": "VirtualMachines", "virtualMachinesProfile": scale}
    for key in ("count", "vmSize"):
        del single[key]
    return cluster(cloud, pool("system", 3, NODES), single)


SHAPES = (own_network, network_of_aks, own_table, several_subnets, autoscaled, calico, stopped, machines)


def before_a_move(cloud: Cloud) -> Mishaps:
    """Calico on it, and its route table on a subnet of others, too: a cluster that has some way to go."""
    made = calico(cloud)
    made.put_table(made.table.text(), DATA)
    return made

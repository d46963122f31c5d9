"""Clusters and pools are parsed once, and whatever Azure shows or leaves out, parsing never fails."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.managed_clusters import AgentPool, Cluster
from azext_kubenet.azure.resource_id import ResourceId

GROUP = "/subscriptions/s/resourceGroups/g"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/c"
SUBNET_ID = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
#: What may stand where something else was expected.
JUNK = (None, [], {}, "", "x", 7, True, [None], ["x"], [{}], {"id": 7}, {"properties": None})

# what it is, the network's profile, pods
PROFILES = (
    ("kubenet", {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16"}, ("10.244.0.0/16",)),
    ("overlay", {"networkPlugin": "azure", "networkPluginMode": "overlay", "podCidrs": ["10.244.0.0/16"]},
     ("10.244.0.0/16",)),
    ("pods with addresses of the network", {"networkPlugin": "azure", "podCidr": "10.244.0.0/16"}, ()),
    ("nothing", {}, ()),
)  # fmt: skip


@pytest.mark.parametrize(("profile", "pods"), [row[1:] for row in PROFILES], ids=[row[0] for row in PROFILES])
def test_the_pods_of_a_cluster_have_a_range_of_their_own_or_none(
    profile: dict[str, Any], pods: tuple[str, ...]
) -> None:
    found = Cluster.parse({"properties": {"networkProfile": profile}})
    assert (found.pods, found.is_kubenet) == (pods, profile.get("networkPlugin") == "kubenet")


def test_a_cluster_has_the_subnets_of_its_pools_once_and_the_nodes_that_run() -> None:
    pools = [
        {"name": "a", "count": 2, "vnetSubnetID": SUBNET_ID},
        {"name": "b", "count": 3, "vnetSubnetID": SUBNET_ID.upper()},
        {"name": "c", "count": None},
    ]
    has = {"agentPoolProfiles": pools, "nodeResourceGroup": "MC_g_c"}
    found = Cluster.parse({"id": CLUSTER, "properties": has})
    assert found.subnets == (ResourceId(SUBNET_ID),)
    assert found.node_group == ResourceId("/subscriptions/s/resourceGroups/MC_g_c")
    assert (found.pools[2].name, found.pools[2].nodes, found.pools[2].subnet) == ("c", 0, ResourceId())
    assert found.running_nodes == 5
    assert Cluster.parse({"properties": {**has, "powerState": {"code": "Stopped"}}}).running_nodes == 0


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("kind", [AgentPool, Cluster])
def test_junk_is_passed_over(kind: Any, junk: Any) -> None:
    names = (
        "id", "name", "location", "networkProfile", "agentPoolProfiles", "nodeResourceGroup", "powerState", "count",
        "vnetSubnetID", "upgradeSettings", "maxSurge", "maxCount", "enableAutoScaling", "type", "identity", "status",
        "servicePrincipalProfile", "addonProfiles", "apiServerAccessProfile", "autoUpgradeProfile", "sku",
    )  # fmt: skip
    whole = dict.fromkeys(names, junk)
    of_machines = {"type": "VirtualMachines", "virtualMachinesProfile": {"scale": {"manual": junk, "autoscale": junk}}}
    for body in ({}, whole, {**whole, **of_machines}, {"properties": junk}, {"properties": whole}):
        hash(kind.parse(body))


# what it is, the pool, its nodes, the most, the surge now and at the most
POOLS: tuple[tuple[str, dict[str, Any], tuple[int, int, int, int]], ...] = (
    ("a scale set has as many as it says", {"count": 4, "vmSize": "S", "currentOrchestratorVersion": "1.31.2"},
     (4, 4, 1, 1)),
    ("an autoscaled one grows to its most", {"count": 4, "enableAutoScaling": True, "maxCount": 30,
                                             "upgradeSettings": {"maxSurge": "33%"}}, (4, 30, 2, 10)),
    ("a most without autoscaling says nothing", {"count": 4, "enableAutoScaling": False, "maxCount": 30,
                                                 "upgradeSettings": {"maxSurge": "2"}}, (4, 4, 2, 2)),
    ("more nodes than the most are there all the same", {"count": 9, "enableAutoScaling": True, "maxCount": 5,
                                                         "upgradeSettings": {"maxSurge": "1"}}, (9, 9, 1, 1)),
    ("an old one without a surge gets one node", {"count": 40, "currentOrchestratorVersion": "1.27.9"}, (40, 40, 1, 1)),
    ("a newer one gets ten percent", {"count": 40, "currentOrchestratorVersion": "1.28.0"}, (40, 40, 4, 4)),
    ("a surge of none is none", {"count": 4, "upgradeSettings": {"maxSurge": "0"}}, (4, 4, 0, 0)),
    ("machines are counted by what runs",
     {"type": "VirtualMachines", "virtualMachinesProfile": {"scale": {"manual": [{"size": "A", "count": 3}]}},
      "virtualMachineNodesStatus": [{"size": "A", "count": 2}, {"size": "B", "count": 1}],
      "upgradeSettings": {"maxSurge": "1"}}, (3, 3, 1, 1)),
    ("machines are scaled up to their most",
     {"type": "VirtualMachines", "virtualMachinesProfile": {"scale": {"autoscale": {"size": "A", "maxCount": 7}}},
      "virtualMachineNodesStatus": [{"size": "A", "count": 2}], "upgradeSettings": {"maxSurge": "50%"}}, (2, 7, 1, 4)),
)  # fmt: skip


@pytest.mark.parametrize(("body", "counts"), [row[1:] for row in POOLS], ids=[row[0] for row in POOLS])
def test_a_pool_shows_its_nodes_and_how_far_it_may_grow(
    body: dict[str, Any], counts: tuple[int, int, int, int]
) -> None:
    pool = AgentPool.parse(body)
    assert (pool.nodes, pool.most, pool.surge, pool.surge_at_most) == counts


# what it is, the body, what the cluster runs as
IDENTITIES: tuple[tuple[str, dict[str, Any], tuple[str, tuple[str, ...], str]], ...] = (
    ("the system's own", {"identity": {"type": "SystemAssigned", "principalId": "p"}}, ("SystemAssigned", ("p",), "")),
    ("one that was assigned",
     {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/i": {"principalId": "q"}}}},
     ("UserAssigned", ("q",), "")),
    ("a service principal", {"properties": {"servicePrincipalProfile": {"clientId": "app"}}},
     ("ServicePrincipal", (), "app")),
    ("msi stands where there is none", {"identity": {"type": "SystemAssigned"},
                                        "properties": {"servicePrincipalProfile": {"clientId": "msi"}}},
     ("SystemAssigned", (), "")),
)  # fmt: skip


@pytest.mark.parametrize(("body", "runs_as"), [row[1:] for row in IDENTITIES], ids=[row[0] for row in IDENTITIES])
def test_a_cluster_shows_what_it_runs_as(body: dict[str, Any], runs_as: tuple[str, tuple[str, ...], str]) -> None:
    found = Cluster.parse(body)
    assert (found.identity_type, found.principals, found.application) == runs_as

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
    assert found.pools[2] == AgentPool("c", 0, ResourceId(), ResourceId())
    assert found.running_nodes == 5
    assert Cluster.parse({"properties": {**has, "powerState": {"code": "Stopped"}}}).running_nodes == 0


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("kind", [AgentPool, Cluster])
def test_junk_is_passed_over(kind: Any, junk: Any) -> None:
    names = ("id", "name", "location", "networkProfile", "agentPoolProfiles", "nodeResourceGroup", "powerState", "count",
             "vnetSubnetID")  # fmt: skip
    whole = dict.fromkeys(names, junk)
    for body in ({}, whole, {"properties": junk}, {"properties": whole}):
        hash(kind.parse(body))

"""The answer of `list`: its keys, its order, and what is null."""

from __future__ import annotations

from datetime import date
from typing import Any

from azext_kubenet.azure.managed_clusters import AgentPool, Cluster
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.output.list_json import ListedCluster, list_answer

DAY = date(2026, 11, 26)
#: As the interface has them, in its order; more may follow.
KEYS = [
    "name",
    "resourceGroup",
    "subscriptionId",
    "location",
    "kubernetesVersion",
    "tier",
    "nodeCount",
    "maxNodeCount",
    "freeInSubnet",
    "freeBlocks",
    "freeRoutes",
    "headroom",
    "limitedBy",
    "canUpgrade",
    "networkPolicy",
    "identityType",
    "outboundType",
    "network",
    "readiness",
    "blockers",
    "daysLeft",
    "id",
]


def cluster(name: str, headroom: int | None, **more: Any) -> ListedCluster:
    place = "/subscriptions/s/resourceGroups/G/providers/Microsoft.ContainerService/managedClusters"
    found = Cluster(ResourceId(f"{place}/{name}"), **more)
    nothing = (None,) * 3
    return ListedCluster(found, *nothing, headroom, None, None, None, "unknown", [], [], False)


def test_least_headroom_first_then_by_name_and_unknown_last() -> None:
    listed = [
        cluster("z", 4),
        cluster("b", None),
        cluster("Y", 0),
        cluster("x", 0),
        cluster("a", None),
        cluster("w", 12),
    ]
    assert [each["name"] for each in list_answer(listed, DAY)] == ["x", "Y", "z", "w", "a", "b"]
    assert list_answer(listed[::-1], DAY) == list_answer(listed, DAY)


def test_the_keys_are_those_of_the_interface_in_its_order() -> None:
    element = list_answer([cluster("a", 1)], DAY)[0]
    assert [*element][: len(KEYS)] == KEYS
    assert element["daysLeft"] == 491


def test_what_is_not_shown_is_null_and_not_nothing() -> None:
    element = list_answer([cluster("a", None)], DAY)[0]
    unknown = {key for key, value in element.items() if value is None}
    assert {"nodeCount", "maxNodeCount", "network", "kubernetesVersion", "tier", "networkPolicy"} <= unknown


def test_a_network_is_own_where_a_pool_names_a_subnet() -> None:
    subnet = ResourceId("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n")
    pools = {
        name: (AgentPool("p", 3, place, ResourceId(), most=5),)
        for name, place in (("own", subnet), ("managed", ResourceId()))
    }
    for network, its_pools in pools.items():
        element = list_answer([cluster("a", 1, pools=its_pools)], DAY)[0]
        assert (element["network"], element["nodeCount"], element["maxNodeCount"]) == (network, 3, 5)

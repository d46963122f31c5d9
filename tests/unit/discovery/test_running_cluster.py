"""What a cluster stands on: read side by side, and kept apart from what could not be read."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.discovery.node_subnets import usages_of
from azext_kubenet.discovery.running_cluster import RunningCluster, look
from tests.unit.checks.running.world import CLUSTER, NETWORK, NODES, TABLE, Pool, Reader, World

REFUSED = AzureError(403, "AuthorizationFailed", "no")


def seen(world: World) -> RunningCluster:
    """What is seen of a world."""
    reader: Any = Reader(world)
    return look(reader, Cluster.parse(world.cluster()))


def test_a_healthy_cluster_is_seen_whole() -> None:
    found = seen(World([Pool("a", 2), Pool("b", 3, subnet=1)], prefixlens=[24, 25], others=[1, 0]))
    counted = [(each.id.name, each.used_beside(0), each.usable) for each in found.subnets]
    assert counted == [("n0", 3, 251), ("n1", 3, 123)]
    assert sorted(node.pool for node in found.nodes) == ["a", "a", "b", "b", "b"]
    assert all(node.address for node in found.nodes)
    assert found.table is not None
    assert str(found.table.id) == TABLE
    assert not any(found.hidden.values())
    assert not found.unseen_pools


# what is refused, what is hidden by kind, what is known all the same
HIDDEN: tuple[tuple[str, list[str], set[str], dict[str, Any]], ...] = (
    ("the network", [NETWORK], {"networks", "subnets"}, {"used": 2, "nodes": 2, "table": False}),
    ("the usage", [f"{NETWORK}/usages"], {"usages"}, {"used": 2, "nodes": 2, "table": True}),
    ("the machines", [f"{CLUSTER}/agentPools/a/machines"], {"nodes"}, {"used": 2, "nodes": 2, "table": True}),
    ("the table", [TABLE], {"tables"}, {"used": 2, "nodes": 2, "table": False}),
)


@pytest.mark.parametrize(("paths", "kinds", "known"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_what_is_refused_is_kept_apart(paths: list[str], kinds: set[str], known: dict[str, Any]) -> None:
    world = World([Pool("a", 2)])
    world.hidden = dict.fromkeys([*paths, *([world.subnet_id(0)] if NETWORK in paths else [])], REFUSED)
    found = seen(world)
    assert {kind for kind, what in found.hidden.items() if what} == kinds
    used = found.subnets[0].used_beside(0)
    assert {"used": used, "nodes": len(found.nodes), "table": found.table is not None} == known


def test_a_subnet_is_seen_where_its_network_is_not() -> None:
    world = World([Pool("a", 2)])
    world.hidden = {NETWORK: REFUSED}
    world.changed = {world.subnet_id(0): world.network()["properties"]["subnets"][0]}
    found = seen(world)
    assert found.subnets[0].shown is not None
    assert found.table is not None


def test_a_pool_that_shows_no_machine_is_unseen() -> None:
    world = World([Pool("a", 2), Pool("b", 1)])
    network = world.network()
    network["properties"]["subnets"][0]["properties"]["ipConfigurations"] = []
    world.changed = {NETWORK: network, f"{CLUSTER}/agentPools/b/machines": []}
    assert seen(world).unseen_pools == ("b",)


def test_a_table_that_no_subnet_has_is_found_in_the_node_resource_group() -> None:
    world = World([Pool("a", 2)])
    network = world.network()
    del network["properties"]["subnets"][0]["properties"]["routeTable"]
    world.changed = {NETWORK: network, f"{NODES}/providers/Microsoft.Network/routeTables": [world.table()]}
    found = seen(world)
    assert found.table is not None
    assert not found.attached_tables


def test_a_network_of_aks_is_found_in_the_node_resource_group() -> None:
    world = World([Pool("a", 2)])
    cluster = world.cluster()
    for pool in cluster["properties"]["agentPoolProfiles"]:
        pool["vnetSubnetID"] = None
    world.changed = {f"{NODES}/providers/Microsoft.Network/virtualNetworks": [world.network()]}
    reader: Any = Reader(world)
    found = look(reader, Cluster.parse(cluster))
    assert [(each.id.name, each.used_beside(0), [pool.name for pool in each.pools]) for each in found.subnets] == [
        ("n0", 2, ["a"])
    ]


# what a network's usages say of a subnet, what is taken from it
USAGES: tuple[tuple[dict[str, Any], tuple[int, int] | None], ...] = (
    ({"currentValue": 3, "limit": 251}, (3, 251)),
    ({"currentValue": 3.0, "limit": 251.0}, (3, 251)),
    ({"currentValue": -1, "limit": -1}, None),
    ({"currentValue": None, "limit": 251}, None),
    ({}, None),
)


@pytest.mark.parametrize(("body", "counted"), USAGES)
def test_a_subnet_that_azure_does_not_count_is_not_full(body: dict[str, Any], counted: tuple[int, int] | None) -> None:
    found = usages_of([{"id": f"{NETWORK}/subnets/n", **body}])
    assert [tuple(each) for each in found.values()] == ([counted] if counted else [])


def test_reads_of_three_pools_are_few() -> None:
    world = World([Pool("a", 2), Pool("b", 1), Pool("c", 3)])
    seen(world)
    assert len(set(world.asked)) == 6  # network, usages, table, three lists of machines


# the subnets of networks in the node resource group, in the order of Azure's answer, and which of them has the nodes
OF_AKS: tuple[tuple[str, list[tuple[str, bool]], str], ...] = (
    ("one alone", [("any", False)], "any"),
    ("another one before", [("aaa-gateway", False), ("aks-subnet", False)], "aks-subnet"),
    ("another one with the nodes", [("aks-subnet", False), ("other", True)], "other"),
    ("two, of which nothing tells", [("a", False), ("b", False)], ""),
    ("nothing", [], ""),
)


@pytest.mark.parametrize(("subnets", "wanted"), [row[1:] for row in OF_AKS], ids=[row[0] for row in OF_AKS])
def test_in_a_network_of_aks_the_subnet_of_the_nodes_is_told_from_others(
    subnets: list[tuple[str, bool]], wanted: str
) -> None:
    made = World([Pool("a", 2)])
    body, (_, _, _, machine) = made.cluster(), made.nodes()[0]
    for each in body["properties"]["agentPoolProfiles"]:
        del each["vnetSubnetID"]
    held = [{"id": f"{machine}/networkInterfaces/x/ipConfigurations/i"}]
    shown = [
        {"name": name, "properties": {"addressPrefix": f"10.{at}.0.0/16", "ipConfigurations": held if has else None}}
        for at, (name, has) in enumerate(subnets)
    ]
    network = {"id": f"{NODES}/providers/Microsoft.Network/virtualNetworks/aks-vnet-1", "name": "aks-vnet-1",
               "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}, "subnets": shown}}  # fmt: skip
    made.changed[f"{NODES}/providers/Microsoft.Network/virtualNetworks"] = [network]
    reader: Any = Reader(made)
    (found,) = look(reader, Cluster.parse(body)).subnets
    assert found.id.name == wanted

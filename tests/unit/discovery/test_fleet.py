"""The join of the queries of a fleet, held to an oracle that looks through plain objects from one end to the other."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.graph import Page, Scope
from azext_kubenet.discovery import fleet_room
from azext_kubenet.discovery.fleet import FleetCluster, read_fleet
from tests.unit.discovery.fleet_world import Cluster, FakeReader, Net, Pool, World, random_world

WORLDS = 150
EVERYWHERE = Scope()


def read(world: World, seed: int = 1) -> list[FleetCluster]:
    reader: Any = FakeReader(world, Random(seed))
    return [*read_fleet(reader, EVERYWHERE).clusters]


# -- the oracle


def same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def nodes_of(world: World, cluster: Cluster, pool: Pool) -> int:
    """What a pool has, or starts with."""
    if cluster.stopped or pool.stopped or pool.real is None or "scale_sets" in world.refused:
        return pool.said
    return pool.real


def standing(world: World, cluster: Cluster, pool: Pool) -> int:
    """Machines that have an address."""
    if cluster.stopped or pool.stopped:
        return 0 if "scale_sets" in world.refused else pool.real or 0
    return nodes_of(world, cluster, pool)


def places(world: World, cluster: Cluster) -> dict[str, list[Pool]]:
    """Its pools by the ids of their subnets; in a network of AKS's all are in the one that is shown."""
    if cluster.own:
        found: dict[str, list[Pool]] = {}
        for pool in cluster.pools:
            found.setdefault(pool.subnet, []).append(pool)
        return found
    shown = [each.id for each in world.subnets if each.shown and each.id.startswith(cluster.network + "/")]
    return dict.fromkeys(shown, cluster.pools)


def seen(world: World, subnet: str) -> Net | None:
    return next((each for each in world.subnets if each.shown and same(each.id, subnet)), None)


def surge_of(pool: Pool, nodes: int) -> int:
    return math.ceil(nodes * int(pool.surge[:-1]) / 100) if pool.surge.endswith("%") else min(int(pool.surge), nodes)


def table_of(world: World, cluster: Cluster) -> str:
    if "tables" in world.refused:
        return ""
    group = f"/resourcegroups/{cluster.node_group}/".lower()
    made = [each for each in world.tables if group in each.lower()]
    attached = [
        net.table for each in places(world, cluster) if (net := seen(world, each)) and net.table in world.tables
    ]
    return max(made or attached, key=lambda each: world.tables[each], default="")


def rooms(world: World, cluster: Cluster) -> list[tuple[int | None, int, int]]:
    """Of each limit in turn: how many are left once all have started, the surge, and what lacks at the peak."""
    found: list[tuple[int | None, int, int]] = []
    groups = [*places(world, cluster).items()] or [("", cluster.pools)]
    total = sum(nodes_of(world, cluster, each) for each in cluster.pools)
    surges, peaks = [], []
    for pools in [own for _, own in groups] + [cluster.pools]:
        now = [nodes_of(world, cluster, each) for each in pools]
        most = [max(each.most, each.said, count) for each, count in zip(pools, now, strict=True)]
        surges.append(sum(surge_of(each, count) for each, count in zip(pools, now, strict=True)))
        peaks.append(sum(count + surge_of(each, count) for each, count in zip(pools, most, strict=True)))
    for (subnet, pools), surge, peak in zip(groups, surges, peaks, strict=False):
        net = seen(world, subnet)
        if net is None:
            found.append((None, surge, 0))
            continue
        usable = 2 ** (32 - net.length) - 5
        machines = sum(standing(world, cluster, each) for each in pools)
        others = max(0, net.used - machines)
        left = usable - others - sum(nodes_of(world, cluster, each) for each in pools)
        found.append((max(0, left), surge, max(0, others + peak - usable)))
    table, surge, peak = table_of(world, cluster), surges[-1], peaks[-1]
    found += [(max(0, most - total), surge, max(0, peak - most)) for most in (2 ** (24 - cluster.length), 399)]
    if table:
        others = max(0, world.tables[table] - total)
        found.append((max(0, 400 - total - others), surge, max(0, peak + others - 400)))
    else:
        nets = [seen(world, each) for each, _ in groups]
        lost = "tables" not in world.refused and all(each is not None and not each.table for each in nets)
        found.append((max(0, 400 - total) if lost else None, surge, max(0, peak - 400)))
    return found


# -- against it


@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_cluster_has_the_room_that_the_oracle_counts(seed: int) -> None:
    world = random_world(Random(seed))
    for found, cluster in zip(read(world, seed), world.clusters, strict=True):
        room, expected = fleet_room.measure(found), rooms(world, cluster)
        known = [left for left, _, _ in expected if left is not None]
        whole = len(known) == len(expected)
        assert [each.nodes for each in found.cluster.pools] == [
            nodes_of(world, cluster, each) for each in cluster.pools
        ]
        assert room.headroom == (min(known) if whole or not min(known) else None)
        lacking = any(left is not None and left < surge for left, surge, _ in expected)
        assert room.can_upgrade is (None if cluster.stopped else False if lacking else True if whole else None)
        assert room.can_reach_peak is (False if any(lack for _, _, lack in expected) else True if whole else None)
        table = table_of(world, cluster)
        assert room.free_routes == (max(0, 400 - world.tables[table]) if table else None)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_cluster_has_the_subnets_and_the_table_of_its_own(seed: int) -> None:
    world = random_world(Random(seed))
    for found, cluster in zip(read(world, seed), world.clusters, strict=True):
        wanted = places(world, cluster)
        assert [str(each.id).lower() for each in found.subnets] == [each.lower() for each in wanted]
        nets = [seen(world, each) for each in wanted]
        free = [max(0, 2 ** (32 - net.length) - 5 - net.used) for net in nets if net]
        assert fleet_room.measure(found).free_in_subnet == min(free, default=None)
        facts, table = found.table_facts, table_of(world, cluster)
        assert (str(found.table.id).lower() if found.table else "") == table.lower()
        if table:
            on = [net.table == table for net in nets if net]
            assert facts.is_on_all is (False if not all(on) else True if on and len(on) == len(wanted) else None)
            assert facts.is_own is (cluster.node_group.lower() not in table.lower())
            others = {net.id.lower() for net in world.subnets if net.table == table} - {each.lower() for each in wanted}
            assert {str(each).lower() for each in facts.elsewhere} == others


def test_the_worlds_have_what_is_to_be_told_apart() -> None:
    """A test that never meets a hidden subnet, or a full one, shows nothing."""
    worlds = [random_world(Random(seed)) for seed in range(WORLDS)]
    measured = [fleet_room.measure(each) for seed, world in enumerate(worlds) for each in read(world, seed)]
    for verdict in (True, False, None):
        assert sum(each.can_upgrade is verdict for each in measured) > 20
        assert sum(each.can_reach_peak is verdict for each in measured) > 20
    assert {each.limited_by.value for each in measured if each.limited_by} >= {"subnet", "podCidr", "routes"}
    assert any(len(world.subnets) > 400 for world in worlds)


# -- single cases


def one(*, network_in: str = "Sub0", hidden: bool = False) -> World:
    """A cluster in an own subnet, whose network is in a subscription."""
    network = f"/subscriptions/{network_in}/resourceGroups/Net/providers/Microsoft.Network/virtualNetworks/vnet"
    table = "/subscriptions/Sub0/resourceGroups/Net/providers/Microsoft.Network/routeTables/rt"
    subnet = Net(f"{network}/subnets/n", 27, 5, table, not hidden)
    pool = Pool("p", 3, 3, 0, "1", subnet.id)
    return World([Cluster("Sub0", "G", "c", network, [pool], 16)], [subnet], {table: 3})


def test_a_network_of_another_subscription_is_asked_for_by_its_id() -> None:
    world = one(network_in="Sub9")
    world.elsewhere = {world.clusters[0].network}
    reader: Any = FakeReader(world, Random(1))
    found = read_fleet(reader, Scope(["Sub0"])).clusters[0]
    assert fleet_room.measure(found).free_in_subnet == 22
    query, scope = reader.asked[-1]
    assert world.clusters[0].network in query or world.clusters[0].network.lower() in query.lower()
    assert scope == Scope(["sub9"])


def test_a_network_that_nobody_shows_leaves_null_and_no_error() -> None:
    for refused in (set(), {"whole"}, {"subnets"}):
        world = one(hidden=True)
        world.refused = refused
        room = fleet_room.measure(read(world)[0])
        assert (room.free_in_subnet, room.can_upgrade, room.can_reach_peak) == (None, None, None)
        assert (room.headroom, room.limited_by, room.subnets_unknown) == (None, None, 1)


def test_a_pool_that_nobody_counts_leaves_null_and_not_room_for_it() -> None:
    world = one()
    world.clusters[0].pools[0].said = None  # type: ignore[assignment]
    counted = fleet_room.measure(read(world)[0])
    assert counted == fleet_room.measure(read(one())[0])
    world.clusters[0].pools[0].real = None
    room = fleet_room.measure(read(world)[0])
    assert (room.headroom, room.free_blocks, room.can_upgrade, room.can_reach_peak) == (None, None, None, None)


def test_a_refused_query_is_kept_and_that_of_the_clusters_is_raised() -> None:
    world = one()
    world.refused = {"tables", "scale_sets", "subnets", "subscriptions"}
    reader: Any = FakeReader(world, Random(1))
    fleet = read_fleet(reader, EVERYWHERE)
    assert sorted(each.words for each in fleet.unread) == [
        "route tables", "scale sets", "subscriptions", "virtual networks",
    ]  # fmt: skip
    world.refused = {"clusters"}
    with pytest.raises(AzureError):
        read_fleet(reader, EVERYWHERE)


def test_two_clusters_in_one_subnet_share_their_table() -> None:
    world = one()
    first = world.clusters[0]
    world.clusters.append(
        Cluster("Sub0", "G", "d", first.network, [Pool("q", 1, 1, 0, "1", first.pools[0].subnet)], 16)
    )
    assert [each.table_facts.is_shared for each in read(world)] == [True, True]
    assert [each.table_facts.is_shared for each in read(one())] == [False]


def test_pages_are_counted_by_what_azure_says_there_are() -> None:
    class Paged(FakeReader):
        def search_in(self, scope: Any, query: str, understand: Any, watch: Any = lambda _: None) -> Any:
            for _ in range(2):
                watch(Page([], 1500, query.startswith("resourcecontainers")))
            return super().search_in(scope, query, understand)

    told: list[tuple[int, int]] = []
    reader: Any = Paged(one(), Random(1))
    fleet = read_fleet(reader, EVERYWHERE, lambda read, of: told.append((read, of)))
    assert told[0] == (1, 2)
    assert told[-1] == (12, 12)
    assert all(read <= of for read, of in told)
    assert fleet.is_cut


def test_a_fleet_is_cut_down_to_one_subscription() -> None:
    world = one()
    reader: Any = FakeReader(world, Random(1))
    fleet = read_fleet(reader, EVERYWHERE)
    assert len(fleet.within("SUB0").clusters) == 1
    assert fleet.within("sub0").covered == {"sub0"}
    assert fleet.within("other").clusters == []

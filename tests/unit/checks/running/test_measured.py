"""What is left of each limit, held to an oracle that counts one by one."""

from __future__ import annotations

import math
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.addressing.headroom import can_upgrade
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.running import measured
from tests.unit.checks.running.world import CLUSTER, NETWORK, SIZES, TABLE, Pool, World

SURGES = ("1", "3", "10%", "33%", "100%", "0")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Clusters of some pools in some subnets, near their limits and far from them."""
    subnets = draw(st.integers(1, 3))
    pools = [
        Pool(
            f"p{number}",
            nodes := draw(st.integers(1, 12)),
            most=draw(st.sampled_from((0, nodes, nodes + draw(st.integers(1, 60))))),
            surge=draw(st.sampled_from(SURGES)),
            subnet=draw(st.integers(0, subnets - 1)),
            size=draw(st.sampled_from(sorted(SIZES))),
            mode=draw(st.sampled_from(("System", "User"))),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    return World(
        pools,
        prefixlens=[draw(st.integers(24, 26)) for _ in range(subnets)],
        others=[draw(st.integers(0, 8)) for _ in range(subnets)],
        pods=draw(st.integers(16, 18)),
        custom=draw(st.integers(0, 5)),
        stale=draw(st.integers(0, 5)),
        quota=draw(st.integers(100, 2000)),
    )


def surge_of(pool: Pool, nodes: int) -> int:
    """Extra nodes, as AKS documents them: a percentage rounded up, a number no more than the pool has. [E2 E4]"""
    if pool.surge.endswith("%"):
        return math.ceil(nodes * int(pool.surge[:-1]) / 100 - 1e-9)
    return min(int(pool.surge), nodes)


def counted(pools: list[Pool], each: Any) -> tuple[int, int, int]:
    """What is taken now, added by an upgrade, and taken at the peak, node by node. each: what a node of a pool takes"""
    now = surge = peak = 0
    for pool in pools:
        for _ in range(pool.nodes):
            now += each(pool)
        for _ in range(surge_of(pool, pool.nodes)):
            surge += each(pool)
        most = max(pool.most, pool.nodes)
        for _ in range(most + surge_of(pool, most)):
            peak += each(pool)
    return now, surge, peak


def oracle(world: World) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """By limit and name: in all, in use, what an upgrade adds, what the peak takes."""
    found: dict[tuple[str, str], tuple[int, int, int, int]] = {}

    def one(_: Pool) -> int:
        return 1

    for number in range(len(world.prefixlens)):
        pools = [pool for pool in world.pools if pool.subnet == number]
        if pools:
            now, surge, peak = counted(pools, one)
            usable = len([*ip_network(world.prefix(number))]) - 5
            found["subnet", f"n{number}"] = (usable, now + world.others[number], surge, peak + world.others[number])
    now, surge, peak = counted(world.pools, one)
    blocks = len([*ip_network(world.pod_cidr).subnets(new_prefix=24)])
    found["podCidr", world.pod_cidr] = (blocks, now + world.stale, surge, peak + world.stale)
    routes = now + world.stale + world.custom
    found["routes", TABLE.rpartition("/")[2]] = (400, routes, surge, peak + world.stale + world.custom)
    found["nodes", "c"] = (399, now, surge, peak)
    for family in dict.fromkeys(SIZES[pool.size][0] for pool in world.pools):
        pools = [pool for pool in world.pools if SIZES[pool.size][0] == family]
        found["quota", family] = (world.quota, *counted(pools, lambda pool: SIZES[pool.size][1]))
    found["quota", "cores"] = (world.quota, *counted(world.pools, lambda pool: SIZES[pool.size][1]))
    return found


@given(worlds())
def test_total_used_surge_and_peak_are_what_counting_one_by_one_finds(world: World) -> None:
    context = world.context()
    found = {
        (each.kind.value, each.resource): (each.total, each.used, each.demand.surge, each.needed_at_peak)
        for each in context.limits
    }
    assert found == oracle(world)
    for each in context.limits:
        total, used, surge, peak = oracle(world)[each.kind.value, each.resource]
        assert each.free == max(0, total - used)
        assert (each.lacks_to_upgrade, each.lacks_at_peak) == (
            max(0, surge - max(0, total - used)),
            max(0, peak - total),
        )
    assert can_upgrade(context.limits) is all(
        surge <= max(0, total - used) for total, used, surge, _ in oracle(world).values()
    )


@given(worlds())
def test_the_most_nodes_that_can_be_added_are_those_that_fit_one_after_the_other(world: World) -> None:
    def room(pool: Pool) -> int:
        """Nodes that can be added to a pool until the first limit is reached."""
        limits = oracle(world)
        names = [("subnet", f"n{pool.subnet}"), ("podCidr", world.pod_cidr), ("routes", TABLE.rpartition("/")[2]),
                 ("nodes", "c"), ("quota", SIZES[pool.size][0]), ("quota", "cores")]  # fmt: skip
        left = {name: limits[name][0] - limits[name][1] for name in names}
        takes = {name: SIZES[pool.size][1] if name[0] == "quota" else 1 for name in names}
        added = 0
        while all(left[name] >= takes[name] for name in names):
            left = {name: left[name] - takes[name] for name in names}
            added += 1
        return added

    nodes, _ = measured.scale(world.context())
    assert nodes == max(map(room, world.pools))


# what is refused, how the limits then are told
HIDDEN = (
    ("the network, whose usage is shown", [NETWORK], {"subnet": "yes", "routes": "not looked at"}),
    ("the network and its usage", [NETWORK, f"{NETWORK}/usages"],
     {"subnet": "not looked at", "podCidr": "not looked at", "routes": "not looked at"}),
    ("the table", [TABLE], {"subnet": "yes", "podCidr": "not looked at", "routes": "not looked at"}),
    ("the quotas", ["/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/usages"],
     {"subnet": "yes", "quota": "not looked at"}),
    ("the machines, which the subnet shows too", [f"{CLUSTER}/agentPools/a/machines"],
     {"subnet": "yes", "routes": "yes"}),
    ("the usage, which is counted then", [f"{NETWORK}/usages"], {"subnet": "yes"}),
)  # fmt: skip


@pytest.mark.parametrize(("paths", "verdicts"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_what_may_not_be_read_is_not_looked_at(paths: list[str], verdicts: dict[str, str]) -> None:
    world = World([Pool("a", 3)])
    world.hidden = dict.fromkeys(paths, AzureError(403, "AuthorizationFailed", "no"))
    found = {each.kind.value: each.verdict for each in world.context().limits}
    assert {kind: found[kind] for kind in verdicts} == verdicts

"""Node pools against an oracle that adds pool by pool, node by node."""

import ipaddress
from fractions import Fraction
from math import ceil

from hypothesis import assume, given
from hypothesis import strategies as st

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, MaxSurge, Pool, RangeRequests
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from tests.property import oracle
from tests.property.universe import network, surges
from tests.support.effort import tries


@st.composite
def demands(draw, most=40):
    """Some pools, each with a share of the nodes and a surge of its own; the first has a node."""
    pools = []
    for number in range(draw(st.integers(1, 5))):
        count = draw(st.integers(0 if number else 1, most))
        pools.append(Pool(f"np{number}", count, draw(st.integers(count, most)), draw(surges)))
    return ClusterSize(
        node_count=sum(pool.count for pool in pools),
        max_count=sum(pool.max_count for pool in pools),
        extra_ips=draw(st.integers(0, 20)),
        pools=tuple(pools),
    )


def taken_by(demand):
    """Addresses, blocks and routes at the worst moment: every pool at its most, and all of them surge at once [E2]."""
    machines = []
    for pool in demand.pools:
        surge = oracle.surge_of(pool.max_count, pool.max_surge.value, pool.max_surge.percent)
        machines += [(pool.name, node) for node in range(pool.max_count)]
        machines += [(pool.name, "surge", node) for node in range(surge)]
    return machines


def surge_for(demand, nodes):
    """Each pool has its share of the nodes, rounded up."""
    whole = sum(pool.max_count for pool in demand.pools)
    shares = [ceil(Fraction(nodes * pool.max_count, whole)) for pool in demand.pools]
    rates = [(pool.max_surge.value, pool.max_surge.percent) for pool in demand.pools]
    return sum(oracle.surge_of(share, *rate) for share, rate in zip(shares, rates, strict=True))


@tries(300)
@given(demands())
def test_planned_ranges_hold_every_pool_at_its_most_and_all_surges_at_once(demand):
    machines = taken_by(demand)
    assume(len(machines) <= 400)
    verdict = plan_ranges(demand, RangeRequests())
    assert not verdict.refused
    hosts = list(ipaddress.ip_network(str(verdict.plan.subnet)))[4:-1]
    blocks = list(ipaddress.ip_network(str(verdict.plan.pods)).subnets(new_prefix=24))
    assert len(machines) + demand.extra_ips <= len(hosts)
    assert len(machines) <= len(blocks)
    assert sizing.capacity(verdict.plan).nodes >= demand.nodes


@tries(500)
@given(demands(), st.integers(23, 29), st.integers(15, 24), st.integers(0, 60))
def test_pools_fit_exactly_where_the_capacity_reaches_their_sum(demand, subnet, pods, in_use):
    ranges = [network(each) for each in ((0x0A000000, 8), (0x0A000000, subnet), (0x0B000000, pods), (0x0C000000, 16))]
    plan = AddressPlan(demand, (ranges[0],), *ranges[1:], in_use=in_use)
    needed, nodes = len(taken_by(demand)), sum(pool.max_count for pool in demand.pools)
    fits = (
        needed + demand.extra_ips + in_use <= 2 ** (32 - subnet) - 5
        and needed <= 2 ** (24 - pods)
        and needed <= 400
        and nodes <= 399
    )
    assert (sizing.capacity(plan).nodes >= nodes) is fits


@tries(300)
@given(demands(), st.integers(-5, 300))
def test_nodes_within_room_are_what_counting_finds(demand, room):
    nodes = 0
    while nodes + 1 + surge_for(demand, nodes + 1) <= room:
        nodes += 1
    assert sizing.nodes_within(room, demand) == nodes


@tries(300)
@given(demands(), st.integers(1, 300))
def test_pools_of_fewer_nodes_need_no_more_than_was_said(demand, nodes):
    pools = sizing.pools_of(nodes, demand)
    assert sum(pool.max_count for pool in pools) == nodes
    assert pools[0].max_count >= 1
    assert all(pool.count <= pool.max_count for pool in pools)
    assert sum(pool.max_surge.nodes_for(pool.max_count) for pool in pools) <= surge_for(demand, nodes)


@given(demands())
def test_surge_never_falls_as_nodes_are_added(demand):
    found = [demand.surge_for(nodes) for nodes in range(200)]
    assert found == sorted(found)
    assert demand.surge_nodes == len(taken_by(demand)) - demand.nodes


@given(st.integers(1, 399), surges)
def test_a_single_pool_is_a_cluster_without_pools(nodes, surge):
    alone = ClusterSize(nodes, max_surge=surge)
    pooled = ClusterSize(nodes, max_surge=MaxSurge(7, True), pools=(Pool("np", nodes, nodes, surge),))
    assert pooled.surge_nodes == alone.surge_nodes
    assert sizing.nodes_within(400, pooled) == sizing.nodes_within(400, alone)

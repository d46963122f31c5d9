"""Plans in the whole address space: no rule is broken, and the capacity is what counting finds."""

import ipaddress
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.addressing import cidr, sizing
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, MaxSurge, RangeKind, RangeRequests
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.addressing.rules import PLACE_RULES
from tests.property import oracle
from tests.property.universe import called, far_clusters, network, origins, request, reservations, spread, surges
from tests.support.effort import tries
from tests.unit.addressing.asking import changed, recommended


@st.composite
def questions(draw):
    """Demands of every size, much or little taken by anyone, some sizes asked for, sometimes --within."""
    nodes = draw(st.integers(1, 370))
    demand = ClusterSize(
        node_count=draw(st.integers(1, nodes)),
        max_count=draw(st.one_of(st.none(), st.just(nodes))),
        max_pods=110,
        max_surge=draw(surges),
        extra_ips=draw(st.integers(0, 300)),
    )
    taken = reservations(draw(st.lists(spread(), max_size=12)), draw(origins))
    sizes = st.one_of(st.none(), st.integers(13, 28))
    within = draw(
        st.sampled_from(
            [
                [],
                [],
                ["10.0.0.0/9", "192.168.64.0/18"],
                ["172.16.0.0/12"],
                ["100.64.0.0/12", "10.128.0.0/9"],
                ["192.168.0.0/17", "192.168.128.0/17"],
                ["10.8.0.0/18", "10.8.64.0/18"],
            ]
        )
    )
    wish = {name: draw(sizes) for name in ("vnet", "subnet", "pods", "services")}
    if draw(st.booleans()):
        wish[draw(st.sampled_from(["subnet", "pods", "services", "docker_bridge"]))] = draw(spread(28))
    requests = RangeRequests(within=tuple(map(cidr.read_network, within)))
    requests = requests.but({RangeKind(name): request(each) for name, each in wish.items()})
    return demand, requests, taken, draw(far_clusters)


def ip_network(one):
    return None if one is None else ipaddress.ip_network(str(one), strict=False)


@tries(1200)
@given(questions())
def test_a_plan_that_is_not_refused_breaks_no_rule(question):
    demand, wish, taken, elsewhere = question
    verdict = plan_ranges(demand, wish, taken, (), elsewhere)
    assert plan_ranges(demand, wish, taken, (), elsewhere) == verdict
    plan = verdict.plan
    check_kept(plan, wish)
    if not any(wish[kind].is_fixed for kind in RangeKind if kind is not RangeKind.VNET):
        # what the planner chose by itself is blamed by no rule on places; other clusters may have it as well
        assert {finding.rule for finding in verdict.findings} & {each.rule.name for each in PLACE_RULES} <= {
            "cluster-range-duplicate",
            "hole-in-excluded-range",
            "hole-in-routed-range",
            "excluded-range-itself",
            "docker-bridge-without-place",
        }
    if verdict.refused:
        return
    assert plan.complete
    vnet, subnet, pods, services, bridge = (
        ip_network(each) for each in (*plan.vnet, plan.subnet, plan.pods, plan.services, plan.docker_bridge)
    )
    assert subnet.subnet_of(vnet)
    for one, other in combinations([each for each in (vnet, pods, services, bridge) if each], 2):
        assert not one.overlaps(other)
    own = oracle.Own(
        [oracle.block(str(each)) for each in wish.within],
        subnets=[oracle.block(str(each)) for each in wish.subnet.networks],
    )
    for name, one in (
        ("vnet", vnet),
        ("subnet", subnet),
        ("pods", pods),
        ("services", services),
        ("docker_bridge", bridge),
    ):
        for origin, other, _ in [*called(taken, []), *(("azure", each, "") for each in oracle.RESERVED)]:
            if name in ("vnet", "subnet") and own.left_by(origin, other, oracle.block(str(one))):
                continue
            if one is not None and one.overlaps(ip_network(oracle.text(other))):
                # a network made for a given subnet may be no more than that
                assert wish[RangeKind(name)].is_fixed or (vnet == subnet == ip_network(wish.subnet.network))
                assert "error" not in {row[2] for row in oracle.TOLD if row[0] == origin}
    check_demand(demand, subnet, pods)
    assert 13 <= services.prefixlen <= 28
    assert 2 <= subnet.prefixlen <= 29
    assert int(plan.dns_ip) == int(services[0]) + 10
    assert bridge is None or bridge[0] < ipaddress.ip_address(str(plan.docker_bridge.ip)) < bridge[-1]
    check_places(wish, vnet, pods, services, bridge)


#: Sizes of every length, /0 among them, and what may be given of a range.
lengths = st.one_of(st.none(), st.sampled_from([0, 1, 2, 11, 12, 24, 28, 29, 30, 32]), st.integers(0, 32))


@tries(400)
@given(
    st.fixed_dictionaries({name: st.one_of(lengths, spread(32)) for name in ("vnet", "subnet", "pods", "services")}),
    st.lists(spread(), max_size=6),
    st.integers(1, 5001),
    st.sampled_from([KUBENET, OVERLAY]),
)
def test_a_plan_that_is_not_refused_has_every_range_but_perhaps_the_docker_bridge(wish, taken, nodes, plugin):
    demand = ClusterSize(node_count=nodes, max_pods=plugin.default_max_pods, network_plugin=plugin)
    requests = RangeRequests().but({RangeKind(name): request(each) for name, each in wish.items()})
    result = plan_ranges(demand, requests, reservations(taken))
    assert result.refused or result.plan.complete


def check_kept(plan, wish):
    """What is given is kept, and what is not decided is None."""
    for name in ("subnet", "pods", "services", "docker_bridge"):
        asked, got = wish[RangeKind(name)], plan[RangeKind(name)]
        if asked.is_sized:
            assert all(each.prefixlen == asked.prefixlen for each in got)
        elif asked.is_fixed:
            assert [(each.value, each.prefixlen) for each in got] == [
                (each.value, each.prefixlen) for each in asked.networks
            ]
    if wish.vnet.is_sized:
        assert all(prefix.prefixlen == wish.vnet.prefixlen for prefix in plan.vnet)


def check_demand(demand, subnet, pods):
    """Every node and surge node has an address and a block: taken out one by one."""
    nodes = demand.node_count if demand.max_count is None else demand.max_count
    peak = nodes + oracle.surge_of(nodes, demand.max_surge.value, demand.max_surge.percent)
    addresses, blocks = subnet.num_addresses - 5, 2 ** (24 - pods.prefixlen) if pods.prefixlen <= 24 else 0
    assert peak + demand.extra_ips <= addresses
    assert peak <= blocks
    assert nodes <= 399
    assert peak <= 400


def check_places(wish, vnet, pods, services, bridge):
    private = [ip_network(oracle.text(each)) for each in oracle.PRIVATE]
    shared = ip_network(oracle.text(oracle.SHARED))
    assert any(services.subnet_of(each) for each in [*private, shared])
    if wish.docker_bridge is None and bridge is not None:
        assert any(bridge.subnet_of(each) for each in private)
    if not wish.pods.is_fixed:
        assert any(pods.subnet_of(each) for each in [*private, shared])
    if wish.within:
        assert oracle.inside_all(oracle.block(str(vnet)), [oracle.block(str(each)) for each in wish.within])
    elif wish.subnet is None or isinstance(wish.subnet, int):
        assert any(vnet.subnet_of(each) for each in [*private, shared])


def counted(room, surge):
    """The most nodes whose own and surge nodes find room, found by adding one at a time."""
    nodes = 0
    while nodes + 1 + oracle.surge_of(nodes + 1, surge.value, surge.percent) <= room:
        nodes += 1
    return nodes


@tries(1000)
@given(st.integers(22, 32), st.integers(14, 30), st.integers(12, 31), surges, st.integers(0, 60))
def test_capacity_is_what_counting_finds(subnet, pods, services, surge, extra):
    plan = AddressPlan(
        ClusterSize(max_surge=surge, extra_ips=extra),
        (network((0x0A000000, 8)),),
        network((0x0A000000, subnet)),
        network((0x0B000000, pods)),
        network((0x0C000000, services)),
    )
    capacity = sizing.capacity(plan)
    hosts = list(ipaddress.ip_network(f"10.0.0.0/{subnet}"))[4:-1]
    node_blocks = list(ipaddress.ip_network(f"11.0.0.0/{pods}").subnets(new_prefix=24)) if pods <= 24 else []
    by = {
        "subnet": counted(len(hosts) - extra, surge),
        "podCidr": counted(len(node_blocks), surge),
        "routes": min(399, counted(400, surge)),
    }
    assert capacity.nodes_by_subnet == by["subnet"]
    assert capacity.nodes_by_pod_cidr == by["podCidr"]
    assert capacity.nodes_by_routes == by["routes"]
    assert capacity.services == max(0, ipaddress.ip_network(f"12.0.0.0/{services}").num_addresses - 2)
    assert capacity.nodes == min(by.values())
    assert capacity.pods == capacity.nodes * 110
    assert by[capacity.limited_by] == min(by.values())


@tries(200)
@given(st.integers(14, 32), st.integers(8, 30), surges, st.integers(0, 60), st.integers(10, 250))
def test_capacity_of_overlay_is_what_counting_finds(subnet, pods, surge, extra, max_pods):
    """A node takes an address and a /24 each, surge nodes too; no routes; 5,000 nodes and 200,000 pods are the most."""
    plan = AddressPlan(
        ClusterSize(max_surge=surge, extra_ips=extra, max_pods=max_pods, network_plugin=OVERLAY),
        (network((0x0A000000, 8)),),
        network((0x0A000000, subnet)),
        network((0x0B000000, pods)),
        network((0x0C000000, 16)),
    )
    capacity = sizing.capacity(plan)
    usable = max(0, ipaddress.ip_network(f"10.0.0.0/{subnet}").num_addresses - 5)
    blocks = ipaddress.ip_network(f"11.0.0.0/{pods}").num_addresses // 256
    enough = 11_000  # for 5,000 nodes that double in an upgrade
    most = {"subnet": counted(min(usable - extra, enough), surge), "podCidr": counted(min(blocks, enough), surge)}
    most["nodes"] = 5000
    assert min(capacity.nodes_by_subnet, 5000) == min(most["subnet"], 5000)
    assert min(capacity.nodes_by_pod_cidr, 5000) == min(most["podCidr"], 5000)
    assert capacity.nodes == min(most.values())
    assert most[capacity.limited_by] == capacity.nodes
    assert capacity.pods == min(200_000, capacity.nodes * max_pods)


@pytest.mark.parametrize("value", range(101))
@pytest.mark.parametrize("percent", [True, False], ids=["percent", "nodes"])
def test_surge_and_sizes_for_every_count(value, percent):
    surge = MaxSurge(value, percent)
    for nodes in range(0, 400, 7):
        assert surge.nodes_for(nodes) == oracle.surge_of(nodes, value, percent)
        prefix = sizing.subnet_prefixlen(nodes)
        assert 2 ** (32 - prefix) - 5 >= nodes
        assert prefix == 29 or 2 ** (31 - prefix) - 5 < nodes
        pods = sizing.pod_prefixlen(nodes)
        assert 2 ** (24 - pods) >= nodes
        assert pods == 24 or 2 ** (23 - pods) < nodes


@tries(300)
@given(questions())
def test_what_is_recommended_makes_the_finding_go_away(question):
    demand, wish, taken, elsewhere = question
    for finding in plan_ranges(demand, wish, taken, (), elsewhere).findings:
        assert finding.recommendation
        assert finding.subject
        for change in recommended(finding):
            again = plan_ranges(*changed(demand, wish, change), taken, (), elsewhere)
            assert (finding.rule, finding.subject) not in {(each.rule, each.subject) for each in again.findings}, (
                finding,
                change,
            )

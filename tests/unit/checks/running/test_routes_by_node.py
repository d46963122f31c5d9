"""Routes sorted by node, held to an oracle that asks of each route alone what it is."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable
from azext_kubenet.azure.nodes import Node
from azext_kubenet.checks.running.routes_by_node import sort_routes
from azext_kubenet.discovery.running_cluster import RunningCluster
from tests.unit.checks.running.world import TABLE, Pool, World, route

NAMES = tuple(f"aks-{pool}-12345678-vmss00000{number}" for pool in ("a", "b") for number in range(4))
PREFIXES = (
    "10.240.0.0/24",
    "10.240.1.0/24",
    "10.240.2.0/24",
    "10.240.3.0/24",
    "172.29.0.0/24",
    "10.0.0.0/8",
    "10.240.1.128/25",
    "fd00:12::/64",
    "Storage",
)
OTHERS = ("aks-a-99999999-vmss000000", "aks-single-m0____1024099024")
ADDRESSES = ("10.100.0.4", "10.100.0.5", "10.100.0.6", "")
PODS = "10.240.0.0/16"


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Nodes with their addresses, and routes: name, prefix, next hop."""
    nodes = {name: draw(st.sampled_from(ADDRESSES)) for name in draw(st.sets(st.sampled_from(NAMES), max_size=5))}
    own = st.sampled_from(("to-firewall", "by-hand", "aks", "aks-x-vmss"))
    names = st.one_of(
        st.sampled_from((*NAMES, *OTHERS)), st.sampled_from(NAMES).map(lambda name: f"{name.upper()}____7"), own
    )
    routes = draw(st.lists(st.tuples(names, st.sampled_from(PREFIXES), st.sampled_from(ADDRESSES)), max_size=8))
    return nodes, routes


def is_inside(prefix: str) -> bool:
    """Whether a prefix is a part of the pod CIDR."""
    try:
        return ip_network(prefix).subnet_of(ip_network(PODS))  # type: ignore[arg-type]
    except (ValueError, TypeError):  # a service tag, or IPv6
        return False


def kind_of(name: str, prefix: str, nodes: dict[str, str]) -> str:
    """What a route is: one of a node's, of a node that is gone, or the user's own."""
    node = name.split("____", maxsplit=1)[0].lower()
    if node in nodes:
        return "node"
    return "stale" if nodes and node in NAMES and is_inside(prefix) else "custom"


@given(tables())
def test_each_route_is_what_it_is_taken_for_alone(given_: tuple[dict[str, str], list[tuple[str, str, str]]]) -> None:
    nodes, routes = given_
    body: dict[str, Any] = {"id": TABLE, "properties": {"routes": [route(*each) for each in routes]}}
    cluster = Cluster.parse(World([Pool("a", 1)]).cluster())
    seen = RunningCluster(cluster, nodes=tuple(Node(name, address, "a") for name, address in nodes.items()))
    found = sort_routes(seen, RouteTable.parse(body))

    def named(kind: str) -> list[str]:
        return [name for name, prefix, _ in routes if kind_of(name, prefix, nodes) == kind]

    assert [each.name for each in found.of_nodes] == named("node")
    assert [each.name for each in found.stale] == named("stale")
    assert [each.name for each in found.custom] == named("custom")
    judged = [each for each in routes if kind_of(each[0], each[1], nodes) == "node" and ":" not in each[1]]
    routed = {name.split("____")[0].lower() for name, _, _ in judged}
    assert [node.name for node in found.missing] == [name for name in nodes if name not in routed]
    wrong = [
        name for name, _, hop in judged if (address := nodes.get(name.split("____")[0].lower())) and hop != address
    ]
    assert [each.name for each in found.wrong] == wrong
    outside = [name for name, prefix, _ in judged if not is_inside(prefix)]
    assert [each.name for each in found.outside] == outside
    inside = [prefix for _, prefix, _ in routes if is_inside(prefix)]
    doubled = [prefix for prefix in dict.fromkeys(inside) if inside.count(prefix) > 1]
    assert [str(each[0].destination) for each in found.doubled] == doubled
    own = [name for name, prefix, _ in routes if kind_of(name, prefix, nodes) == "custom" and is_inside(prefix)]
    alone = {prefix for prefix in inside if inside.count(prefix) == 1}
    own = [name for name in own if name not in NAMES and "____" not in name and name not in OTHERS]
    lone = [name for name, prefix, _ in routes if name in own and prefix in alone]
    assert {each.name for each in found.inside} <= set(own)
    assert {each.name for each in found.inside} >= set(lone) - {name for name, prefix, _ in routes if prefix in doubled}


@given(tables())
def test_routes_of_others_and_those_that_shadow_a_block_are_found(
    given_: tuple[dict[str, str], list[tuple[str, str, str]]],
) -> None:
    nodes, routes = given_
    body: dict[str, Any] = {"id": TABLE, "properties": {"routes": [route(*each) for each in routes]}}
    cluster = Cluster.parse(World([Pool("a", 1)]).cluster())
    seen = RunningCluster(cluster, nodes=tuple(Node(name, address, "a") for name, address in nodes.items()))
    found = sort_routes(seen, RouteTable.parse(body))
    strange = [name for name, prefix, _ in routes if nodes and "99999999" in name and ":" not in prefix]
    assert [each.name for each in found.of_others] == strange
    blocks = [prefix for name, prefix, _ in routes if kind_of(name, prefix, nodes) == "node"]
    narrow = [each.name for each in found.inside if each.prefix == "10.240.1.128/25"]
    assert [each.name for each in found.shadowing] == (narrow if "10.240.1.0/24" in blocks else [])


def test_without_a_table_every_node_lacks_its_route() -> None:
    cluster = Cluster.parse(World([Pool("a", 1)]).cluster())
    found = sort_routes(RunningCluster(cluster, nodes=(Node("n", "1.2.3.4", "a"),)), None)
    assert [node.name for node in found.missing] == ["n"]
    assert not found.blocks


def test_of_a_pool_that_is_not_shown_no_route_is_called_left_over() -> None:
    world = World([Pool("a", 2)], stale=1)
    cluster = world.cluster()
    cluster["properties"]["powerState"] = {"code": "Stopped"}
    table = RouteTable.parse(world.table())
    found = sort_routes(RunningCluster(Cluster.parse(cluster)), table)
    assert not found.stale
    hidden = RunningCluster(Cluster.parse(world.cluster()), unseen_pools=("a",))
    assert not sort_routes(hidden, table).stale
    by_subnet = replace(hidden, nodes=tuple(Node(name, "", "a") for _, name, _, _ in world.nodes()))
    assert [each.name for each in sort_routes(by_subnet, table).stale] == ["aks-gone-12345678-vmss000000____2"]

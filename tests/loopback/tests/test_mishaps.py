"""Each mishap is seen where somebody would look for it, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from ..aks.mishaps import NOWHERE, Mishaps
from ..callers.client import SUB, Client
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, SUBNET, TABLE
from ..server.server import LoopbackArm

World = dict[str, Any]
POOL = CLUSTER + "/agentPools/nodepool1"


@pytest.fixture
def broken(arm: LoopbackArm, client: Client, world: World) -> Mishaps:
    """A cluster of three nodes that is still whole."""
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    found = Mishaps(arm.cloud, f"{SUB}/{CLUSTER}")
    assert hops(client, found) == addresses(client)
    return found


def hops(client: Client, broken: Mishaps) -> dict[str, str]:
    """Next hops by the node that a route is named after, as the table shows them."""
    routes = client.get(broken.table.text()).body["properties"]["routes"]
    return {each["name"].partition("____")[0]: each["properties"]["nextHopIpAddress"] for each in routes}


def blocks(client: Client, broken: Mishaps) -> list[str]:
    routes = client.get(broken.table.text()).body["properties"]["routes"]
    return [each["properties"]["addressPrefix"] for each in routes]


def addresses(client: Client) -> dict[str, str]:
    """Addresses by node, as the list of machines shows them."""
    machines = client.get(POOL + "/machines").body["value"]
    return {each["name"]: each["properties"]["network"]["ipAddresses"][0]["ip"] for each in machines}


def test_the_table_is_off_the_subnet_until_the_cluster_is_put(client: Client, world: World, broken: Mishaps) -> None:
    broken.lose_table()
    assert "routeTable" not in client.get(SUBNET).body["properties"]
    assert "subnets" not in client.get(broken.table.text()).body["properties"]
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    assert client.get(SUBNET).body["properties"]["routeTable"]["id"] == broken.table.text()


def test_another_table_stays_on_the_subnet(arm: LoopbackArm, client: Client, world: World, broken: Mishaps) -> None:
    other = client.done("PUT", TABLE, {"location": "westeurope"}).body["id"]
    arm.grant(world["principal"], "Network Contributor", other)
    broken.put_table(other)
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"], 4), version=AKS_VERSION)
    assert client.get(SUBNET).body["properties"]["routeTable"]["id"] == other
    assert client.get(other).body["properties"]["routes"] == []
    assert len(blocks(client, broken)) == 4


def test_a_route_is_lost_until_the_next_change(client: Client, world: World, broken: Mishaps) -> None:
    (_, middle, last) = addresses(client)
    assert broken.lose_route().startswith(last)
    assert broken.lose_route(middle).startswith(middle)
    assert len(hops(client, broken)) == 1
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    assert hops(client, broken) == addresses(client)


def test_a_stale_route_stays_whatever_is_put(client: Client, world: World, broken: Mishaps) -> None:
    name = broken.stale_route()
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"], 4), version=AKS_VERSION)
    stale = hops(client, broken).keys() - addresses(client).keys()
    assert stale == {name.partition("____")[0]}
    assert blocks(client, broken)[3] == "10.244.255.0/24"


def test_a_wrong_next_hop_stays(client: Client, world: World, broken: Mishaps) -> None:
    node = broken.misroute().partition("____")[0]
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    wrong = dict(hops(client, broken).items() - addresses(client).items())
    assert wrong == {node: NOWHERE}


def test_a_node_of_another_address_is_not_in_the_routes(client: Client, broken: Mishaps) -> None:
    node = broken.readdress()
    assert addresses(client)[node.name] == node.address == "192.168.1.7"
    assert node.address not in hops(client, broken).values()


def test_two_routes_have_one_block(client: Client, broken: Mishaps) -> None:
    assert broken.second_route() == "by-hand"
    assert blocks(client, broken) == ["10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24", "10.244.2.0/24"]


def test_a_route_lies_outside_the_pod_cidr(client: Client, broken: Mishaps) -> None:
    broken.route_outside()
    assert blocks(client, broken) == ["10.244.0.0/24", "10.244.1.0/24", "172.29.7.0/24"]
    assert hops(client, broken) == addresses(client)


@pytest.mark.parametrize(("count", "lacking", "stale"), [(5, 2, 0), (1, 0, 2), (3, 0, 0)])
def test_routes_do_not_follow_the_nodes(client: Client, broken: Mishaps, count: int, lacking: int, stale: int) -> None:
    broken.scale(count, routed=False)
    nodes, routes = addresses(client).keys(), hops(client, broken).keys()
    assert (len(nodes), len(nodes - routes), len(routes - nodes)) == (count, lacking, stale)
    assert client.get(POOL).body["properties"]["count"] == count


def test_nodes_come_and_go_with_their_routes(client: Client, broken: Mishaps) -> None:
    broken.scale(12)
    assert len(addresses(client)) == 12
    first = next(iter(addresses(client)))
    assert broken.lose_node(first) == first
    assert hops(client, broken) == addresses(client)
    broken.lose_node(routed=False)
    assert len(hops(client, broken).keys() - addresses(client).keys()) == 1


def test_a_cluster_rests_and_goes_on(client: Client, broken: Mishaps) -> None:
    broken.stop()
    assert (client.get(CLUSTER).body["properties"]["powerState"]["code"], addresses(client)) == ("Stopped", {})
    broken.start()
    assert hops(client, broken) == addresses(client)
    assert len(addresses(client)) == 3


def test_a_cluster_or_a_pool_has_failed(client: Client, world: World, broken: Mishaps) -> None:
    broken.fail(pool="nodepool1", code="VMExtensionError", message="no way out")
    body = client.get(CLUSTER).body["properties"]
    assert (body["provisioningState"], body["agentPoolProfiles"][0]["provisioningState"]) == ("Succeeded", "Failed")
    assert client.get(POOL).body["properties"]["status"]["provisioningError"]["code"] == "VMExtensionError"
    broken.fail()
    assert client.get(CLUSTER).body["properties"]["provisioningState"] == "Failed"
    client.done("PUT", CLUSTER, client.get(CLUSTER).body, version=AKS_VERSION)
    body = client.get(CLUSTER).body["properties"]
    assert (body["provisioningState"], body["agentPoolProfiles"][0]["provisioningState"]) == ("Succeeded", "Succeeded")

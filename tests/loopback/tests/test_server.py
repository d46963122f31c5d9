"""The server itself: how operations run, what belongs to a cluster, how resources hold together."""

from __future__ import annotations

from typing import Any

import pytest

from ..callers.client import SUB, Client
from ..core import operations
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET, SUBNET, TABLE
from ..server.server import LoopbackArm

World = dict[str, Any]


# -- operations


def test_an_operation_runs_for_as_many_polls_as_it_was_told(world: World) -> None:
    with LoopbackArm(polls=3) as arm:
        arm.put(SUB + "/resourceGroups/g", bodies.group())
        client = Client(arm)
        reply = client.put(NET, bodies.network("10.0.0.0/8"))
        statuses = [client.get(reply.headers["azure-asyncoperation"]).body["status"] for _ in range(5)]
        assert statuses == ["InProgress", "InProgress", "InProgress", "Succeeded", "Succeeded"]
        client.close()


def test_a_cluster_that_nobody_polls_is_done_all_the_same(client: Client, world: World) -> None:
    client.put(CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    states = [client.get(CLUSTER).body["properties"]["provisioningState"] for _ in range(2)]
    assert states == ["Creating", "Succeeded"]


def test_a_pace_takes_its_time_and_shows_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr(operations, "clock", lambda: seconds[0])
    with LoopbackArm(pace=8) as arm:
        world = bodies.small_world(arm, SUB)
        client = Client(arm)
        reply = client.put(CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
        seen: list[str] = []
        for _ in range(9):
            seen.append(client.get(reply.headers["azure-asyncoperation"]).body["status"])
            seconds[0] += 1
        client.close()
    assert seen == [
        *["ProvisioningNetworkResources"] * 2,
        *["ProvisioningControlPlane"] * 2,
        *["CreatingAgentPools: 0/3 nodes completed"] * 2,
        *["ReconcilingAddons"] * 2,
        "Succeeded",
    ]


def test_what_runs_tells_azure_core_not_to_sleep(client: Client, world: World) -> None:
    """azure-core takes a Retry-After of 0 for its default of 30 seconds, and believes x-ms-retry-after-ms."""
    from azure.core.pipeline.policies._utils import get_retry_after

    reply = client.put(CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    polled = client.get(reply.headers["azure-asyncoperation"])
    response = type("Response", (), {"http_response": type("Http", (), {"headers": dict(polled.headers)})})
    assert 0 < (get_retry_after(response) or 0) < 0.1


def test_a_failed_operation_says_why(arm: LoopbackArm, client: Client, world: World) -> None:
    reply = client.put(CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    running = arm.cloud.operations.of(SUB + "/" + CLUSTER)
    assert running
    running.error = {"code": "QuotaExceeded", "message": "no cores left"}
    assert client.wait(reply).body["error"]["code"] == "QuotaExceeded"


# -- resources


def test_a_cluster_makes_and_takes_away_what_belongs_to_it(arm: LoopbackArm, client: Client, world: World) -> None:
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    subnet = client.get(SUBNET).body["properties"]
    assert "/MC_g_c_westeurope/" in subnet["routeTable"]["id"]
    assert len(subnet["ipConfigurations"]) == 3
    assert client.get(SUB + "/resourceGroups/MC_g_c_westeurope").body["managedBy"].endswith("/c")
    client.done("DELETE", CLUSTER)
    subnet = client.get(SUBNET).body["properties"]
    assert "routeTable" not in subnet
    assert "ipConfigurations" not in subnet
    assert not [key for key in arm.state if "mc_g_c_westeurope" in key]


def test_an_own_route_table_is_used_and_keeps_its_own_routes(arm: LoopbackArm, client: Client, world: World) -> None:
    """azure-facts H2, K7."""
    mine = {"name": "mine", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}}
    table = arm.put(f"{SUB}/{TABLE}", {"location": "westeurope", "properties": {"routes": [mine]}})
    arm.put(world["subnet"], bodies.subnet("192.168.1.0/24", routeTable={"id": table["id"]}))
    arm.grant(world["principal"], "Network Contributor", table["id"])
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    routes = client.get(TABLE).body["properties"]["routes"]
    assert [route["properties"]["addressPrefix"] for route in routes] == [
        "0.0.0.0/0",
        "10.244.0.0/24",
        "10.244.1.0/24",
        "10.244.2.0/24",
    ]
    assert client.get(SUBNET).body["properties"]["routeTable"]["id"] == table["id"]
    client.done("DELETE", CLUSTER)
    assert [route["name"] for route in client.get(TABLE).body["properties"]["routes"]] == ["mine"]


def test_scaling_keeps_the_routes_of_the_nodes_that_stay(client: Client, world: World) -> None:
    for count, blocks in ((2, 2), (5, 5), (3, 3)):
        client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"], count), version=AKS_VERSION)
        table = client.get(SUBNET).body["properties"]["routeTable"]["id"]
        routes = {route["name"]: route["properties"] for route in client.get(table).body["properties"]["routes"]}
        assert len(routes) == blocks
        assert len({properties["nextHopIpAddress"] for properties in routes.values()}) == blocks


def test_node_routes_are_named_after_node_and_block(client: Client, world: World) -> None:
    """azure-facts B21: the name of a route as reported, next hop VirtualAppliance with the node's address."""
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"], 2), version=AKS_VERSION)
    table = client.get(SUBNET).body["properties"]["routeTable"]["id"]
    routes = client.get(table).body["properties"]["routes"]
    assert [route["name"].partition("-vmss")[2] for route in routes] == [
        "000000____102440024",
        "000001____102441024",
    ]
    found = [(route["properties"]["nextHopType"], route["properties"]["nextHopIpAddress"]) for route in routes]
    assert found == [("VirtualAppliance", "192.168.1.4"), ("VirtualAppliance", "192.168.1.5")]


def test_two_clusters_with_one_pod_range_and_one_table_lack_routes(client: Client, world: World) -> None:
    """azure-facts B22, G13: the second cluster's routes conflict. That it is Succeeded all the same is our model."""
    for name, count in ((CLUSTER, 2), (CLUSTER + "2", 3)):
        body = bodies.cluster(world["subnet"], world["identity"], count)
        assert client.done("PUT", name, body, version=AKS_VERSION).status == 201
    table = client.get(SUBNET).body["properties"]["routeTable"]["id"]
    routes = client.get(table).body["properties"]["routes"]
    assert [route["properties"]["addressPrefix"] for route in routes] == [
        "10.244.0.0/24",
        "10.244.1.0/24",
        "10.244.2.0/24",
    ]
    assert len({route["name"].partition("-vmss")[0] for route in routes}) == 2
    client.done("DELETE", CLUSTER + "2")
    assert len(client.get(table).body["properties"]["routes"]) == 2


def test_a_cluster_without_a_subnet_gets_a_managed_one(arm: LoopbackArm, client: Client, world: World) -> None:
    client.done("PUT", CLUSTER, bodies.cluster(None, None), version=AKS_VERSION)
    cluster = client.get(CLUSTER).body
    assert arm.cloud.directory.kind_of(cluster["identity"]["principalId"]) == "ServicePrincipal"
    networks = client.get("resourceGroups/MC_g_c_westeurope/providers/Microsoft.Network/virtualNetworks").body["value"]
    assert [network["properties"]["addressSpace"]["addressPrefixes"] for network in networks] == [["10.224.0.0/12"]]


def test_deleting_a_group_takes_its_clusters_and_their_groups(arm: LoopbackArm, client: Client, world: World) -> None:
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    client.done("DELETE", SUB + "/resourceGroups/g")
    assert client.get(SUB + "/resourceGroups").body["value"] == []
    assert arm.cloud.directory.kind_of(world["principal"]) is None


def test_paths_are_compared_without_case_and_parents_hold_their_children(client: Client, world: World) -> None:
    assert client.get(NET.upper()).body["name"] == "n"
    assert [subnet["name"] for subnet in client.get(NET).body["properties"]["subnets"]] == ["s", "other"]
    client.done("PUT", NET, bodies.network("192.168.0.0/16", s="192.168.1.0/24"))
    assert client.get(NET + "/subnets/other").status == 404


def test_etags_guard_a_write(client: Client, world: World) -> None:
    etag = client.get(SUBNET).headers["etag"]
    assert client.put(SUBNET, bodies.subnet("192.168.1.0/24"), If_Match='W/"old"').status == 412
    assert client.done("PUT", SUBNET, bodies.subnet("192.168.1.0/24"), If_Match=etag).status == 200
    assert client.put(SUBNET, bodies.subnet("192.168.1.0/24"), If_None_Match="*").status == 200  # documented for none


def test_a_cluster_is_created_once(client: Client, world: World) -> None:
    """azure-facts T1, T2: documented; code, words and shape are our model."""
    body = bodies.cluster(world["subnet"], world["identity"])
    assert client.put(CLUSTER, body, version=AKS_VERSION, If_Match="*").status == 412
    assert client.done("PUT", CLUSTER, body, version=AKS_VERSION, If_None_Match="*").status == 201
    before = client.get(CLUSTER).body
    assert client.put(CLUSTER, body, version=AKS_VERSION, If_None_Match="*").status == 412
    assert client.put(CLUSTER, body, version=AKS_VERSION, If_Match="old").status == 412
    assert client.done("PUT", CLUSTER, body, version=AKS_VERSION, If_Match=before["eTag"]).status == 200
    assert client.get(CLUSTER).body["eTag"] != before["eTag"]


def test_all_resources_are_listed_with_filters(client: Client, world: World) -> None:
    found = client.get("resources?$filter=resourceType eq 'Microsoft.Network/virtualNetworks'").body["value"]
    assert [item["name"] for item in found] == ["n"]
    assert len(client.get("resourceGroups/g/resources").body["value"]) == 2


def test_two_thousand_networks_are_shown_whole(arm: LoopbackArm, client: Client) -> None:
    arm.put(SUB + "/resourceGroups/g", bodies.group())
    for number in range(2000):
        arm.put(
            f"{SUB}/{NET}{number}",
            bodies.network(f"10.{number // 256}.{number % 256}.0/24", s=f"10.{number // 256}.{number % 256}.0/26"),
        )
    assert len(client.get("providers/Microsoft.Network/virtualNetworks").body["value"]) == 2000

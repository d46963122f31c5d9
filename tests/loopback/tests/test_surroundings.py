"""What lies around a network: gateways, connections, peerings, and the subscriptions that may not be looked into."""

from __future__ import annotations

from typing import Any

import pytest

from .. import recordings
from ..callers.client import SUB, Client
from ..core.options import SUBSCRIPTION, TENANT
from ..seeds import bodies
from ..seeds.bodies import NET
from ..seeds.scene import OTHER_SUBSCRIPTION, OTHER_TENANT, Scene, network_id, peer, scene
from ..server.server import LoopbackArm
from .test_schemas import faults

G = SUB + "/resourceGroups/g/providers/Microsoft.Network"
World = dict[str, Any]


@pytest.fixture
def seen(arm: LoopbackArm) -> Scene:
    return scene(arm)


# -- the scene


def test_the_network_shows_five_subnets_and_all_that_is_in_them(seen: Scene, client: Client) -> None:
    body = client.get(seen.network).body
    subnets = {subnet["name"]: subnet["properties"] for subnet in body["properties"]["subnets"]}
    assert body["properties"]["addressSpace"]["addressPrefixes"] == seen.ranges["network app"]
    assert list(subnets) == ["nodes", "data", "GatewaySubnet", "apps", "vms"]
    assert len(subnets["nodes"]["ipConfigurations"]) == 3
    assert subnets["data"]["delegations"][0]["properties"]["serviceName"].startswith("Microsoft.DBforPostgreSQL")
    assert subnets["GatewaySubnet"]["ipConfigurations"] == [{"id": seen.gateway + "/ipConfigurations/default"}]
    assert subnets["apps"]["routeTable"] == {"id": seen.table}
    assert len(subnets["vms"]["ipConfigurations"]) == 3
    assert "shop" in subnets["nodes"]["routeTable"]["id"]


def test_the_way_to_the_office_can_be_followed(seen: Scene, client: Client) -> None:
    (connection,) = client.get(seen.gateway + "/connections").body["value"]
    assert connection["id"] == seen.connection
    local = client.get(connection["properties"]["localNetworkGateway2"]["id"]).body["properties"]
    assert local["localNetworkAddressSpace"]["addressPrefixes"] == seen.ranges["on-premises office"]
    assert connection["properties"]["connectionStatus"] == "Connected"


def test_the_way_to_the_far_network_goes_through_the_hub(seen: Scene, client: Client) -> None:
    here = client.get(seen.network).body["properties"]["virtualNetworkPeerings"]
    assert [peering["properties"]["remoteVirtualNetwork"]["id"] for peering in here] == [seen.hub]
    there = client.get(seen.hub).body["properties"]["virtualNetworkPeerings"]
    assert {peering["properties"]["remoteVirtualNetwork"]["id"] for peering in there} == {seen.network, seen.far}
    assert all(peering["properties"]["allowForwardedTraffic"] for peering in [*here, *there])
    assert "network alone" not in [name for name in seen.ranges if seen.ranges[name][0] in seen.reachable()]


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_what_a_network_shows_validates_with_its_peerings(seen: Scene, client: Client) -> None:
    for network in (seen.network, seen.hub):
        body = client.get(network).body
        assert not faults("Microsoft.Network/virtualNetworks", body["name"], body)
    body["properties"]["virtualNetworkPeerings"][0]["properties"]["peeringState"] = "Friends"
    assert faults("Microsoft.Network/virtualNetworks", body["name"], body)


# -- kinds


@pytest.mark.parametrize("kind", ["virtualNetworkGateways", "localNetworkGateways", "connections"])
def test_lists_of_a_group_and_of_the_subscription(seen: Scene, client: Client, kind: str) -> None:
    group = client.get(f"{SUB}/resourceGroups/net/providers/Microsoft.Network/{kind}").body["value"]
    whole = client.get(f"{SUB}/providers/Microsoft.Network/{kind}").body["value"]
    assert group == whole
    assert [client.get(each["id"]).body for each in group] == group
    assert client.get(f"{SUB}/resourceGroups/hub/providers/Microsoft.Network/{kind}").body == {"value": []}


@pytest.mark.parametrize(
    ("kind", "properties", "code"),
    [
        (
            "virtualNetworkGateways",
            {"ipConfigurations": [{"name": "a", "properties": {"subnet": {"id": f"{SUB}/{NET}/subnets/s"}}}]},
            "SubnetNotGatewaySubnet",
        ),
        (
            "virtualNetworkGateways",
            {"ipConfigurations": [{"name": "a", "properties": {"subnet": {"id": f"{SUB}/{NET}/subnets/x"}}}]},
            "InvalidResourceReference",
        ),
        (
            "localNetworkGateways",
            {"localNetworkAddressSpace": {"addressPrefixes": ["10.0.0.1/8"]}},
            "InvalidCIDRNotation",
        ),
        ("localNetworkGateways", {"gatewayIpAddress": "nowhere"}, "InvalidIPAddress"),
        (
            "connections",
            {"connectionType": "IPsec", "virtualNetworkGateway1": {"id": G + "/virtualNetworkGateways/x"}},
            "InvalidConnection",
        ),
        (
            "connections",
            {
                "connectionType": "Vnet2Vnet",
                "virtualNetworkGateway1": {"id": G + "/virtualNetworkGateways/x"},
                "virtualNetworkGateway2": {"id": G + "/virtualNetworkGateways/y"},
            },
            "InvalidResourceReference",
        ),
        ("connections", {"virtualNetworkGateway1": {"id": G + "/virtualNetworkGateways/x"}}, "InvalidConnection"),
    ],
)
def test_what_does_not_fit_is_refused(client: Client, world: World, kind: str, properties: Any, code: str) -> None:
    """InvalidResourceReference is recorded for other kinds; the others are our model."""
    reply = client.put(f"{G}/{kind}/x", {"location": "westeurope", "properties": properties})
    assert (reply.status, reply.code) == (400, code)


def test_the_other_kinds_of_connections(arm: LoopbackArm, seen: Scene, client: Client) -> None:
    """Between two gateways it is listed at both; to a circuit it names a peer. A shared key is never shown."""
    place = {"subnet": {"id": seen.far + "/subnets/GatewaySubnet"}}
    arm.put(place["subnet"]["id"], bodies.subnet("10.110.255.0/27"))
    far = network_id("far", "express", "virtualNetworkGateways")
    configurations = [{"name": "default", "properties": place}]
    arm.put(
        far,
        {"location": "westeurope", "properties": {"gatewayType": "ExpressRoute", "ipConfigurations": configurations}},
    )
    circuit = arm.put(network_id("far", "line", "expressRouteCircuits"), {"location": "westeurope"})["id"]
    for name, kind, more in (
        ("two", "Vnet2Vnet", {"virtualNetworkGateway2": {"id": seen.gateway}}),
        ("line", "ExpressRoute", {"peer": {"id": circuit}}),
    ):
        ends = {"connectionType": kind, "virtualNetworkGateway1": {"id": far}, "sharedKey": "key", **more}
        arm.put(network_id("far", name, "connections"), {"location": "westeurope", "properties": ends})
    assert [each["name"] for each in client.get(seen.gateway + "/connections").body["value"]] == ["to-office", "two"]
    both = client.get(far + "/connections").body["value"]
    assert [each["name"] for each in both] == ["two", "line"]
    assert both[1]["properties"]["peer"] == {"id": circuit}
    assert not any("sharedKey" in each["properties"] for each in both)
    assert client.get(far).body["properties"]["gatewayType"] == "ExpressRoute"
    assert client.delete(seen.gateway).code == "VirtualNetworkGatewayInUse"


def test_a_gateway_keeps_its_subnet(seen: Scene, client: Client) -> None:
    assert client.delete(seen.subnet("GatewaySubnet")).code == "InUseSubnetCannotBeDeleted"


# -- peerings


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_a_peering_has_the_recorded_keys(arm: LoopbackArm, world: World) -> None:
    arm.put(f"{G}/virtualNetworks/m", bodies.network("10.0.0.0/16"))
    one = {"remoteVirtualNetwork": {"id": f"{G}/virtualNetworks/m"}}
    ours = arm.put(f"{SUB}/{NET}/virtualNetworkPeerings/p", {"properties": one})
    found = [
        peering
        for line in recordings.lines("virtualNetworks")
        if "api-version=2025" in line["path"] and line["status"] == 200 and isinstance(line["response_body"], dict)
        for peering in line["response_body"].get("properties", {}).get("virtualNetworkPeerings", [])
    ]
    assert found
    for real in found:
        assert set(ours) == set(real)
        assert set(ours["properties"]) == set(real["properties"])
        for key in (
            "peeringState",
            "peeringSyncLevel",
            "allowVirtualNetworkAccess",
            "peerCompleteVnets",
            "routeServiceVips",
        ):
            assert ours["properties"][key] == real["properties"][key], key


def test_the_life_of_a_peering(arm: LoopbackArm, world: World, client: Client) -> None:
    """States and levels are our model, but for the first."""
    other, path = f"{G}/virtualNetworks/m", NET + "/virtualNetworkPeerings/to-m"
    arm.put(other, bodies.network("10.0.0.0/16"))

    def state() -> tuple[str, str]:
        properties = client.get(path).body["properties"]
        return properties["peeringState"], properties["peeringSyncLevel"]

    arm.put(f"{SUB}/{path}", {"properties": {"remoteVirtualNetwork": {"id": other}}})
    assert state() == ("Initiated", "RemoteNotInSync")
    peer(arm, f"{SUB}/{NET}", other)
    assert state() == ("Connected", "FullyInSync")
    arm.put(other, bodies.network("10.0.0.0/16", "10.9.0.0/16"))
    assert state() == ("Connected", "LocalNotInSync")
    spaces = client.get(path).body["properties"]
    assert spaces["remoteAddressSpace"]["addressPrefixes"] == ["10.0.0.0/16"]
    assert spaces["remoteVirtualNetworkAddressSpace"]["addressPrefixes"] == ["10.0.0.0/16", "10.9.0.0/16"]
    client.wait(client.delete(other + "/virtualNetworkPeerings/to-n"))
    assert state()[0] == "Disconnected"


# -- other subscriptions


def test_a_peer_in_another_tenant_is_known_by_its_peering_alone(arm: LoopbackArm, client: Client) -> None:
    seen = scene(arm, foreign=True)
    peerings = client.get(seen.network).body["properties"]["virtualNetworkPeerings"]
    found = {each["name"]: each["properties"] for each in peerings}["to-partner"]
    assert found["remoteVirtualNetwork"]["id"] == seen.foreign
    assert found["remoteVirtualNetworkAddressSpace"]["addressPrefixes"] == ["10.120.0.0/16"]
    assert found["peeringState"] == "Connected"


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "/resourceGroups",
        "/resourceGroups/partner",
        "/resources",
        "/locations",
        "/providers/Microsoft.Network",
        "/providers/Microsoft.Network/virtualNetworks",
        "/providers/Microsoft.Authorization/roleAssignments",
        "/resourceGroups/partner/providers/Microsoft.Network/virtualNetworks/partner",
        "/resourceGroups/partner/providers/Microsoft.Network/virtualNetworks/partner/virtualNetworkPeerings",
    ],
)
def test_nothing_can_be_read_where_the_caller_has_no_business(arm: LoopbackArm, client: Client, rest: str) -> None:
    """401 for another tenant, as people report it; 403 without a role, as recorded; 404 for what nobody knows."""
    strange = arm.add_subscription(OTHER_SUBSCRIPTION, OTHER_TENANT)
    closed = arm.add_subscription("5b000000-0000-4000-8000-0000000000ee", readable=False)
    reply = client.get(strange + rest)
    assert (reply.status, reply.code) == (401, "InvalidAuthenticationTokenTenant")
    assert f"issuer 'https://sts.windows.net/{TENANT}/'" in reply.body["error"]["message"]
    assert f"tenant 'https://sts.windows.net/{OTHER_TENANT}/'" in reply.body["error"]["message"]
    assert OTHER_TENANT in reply.headers["www-authenticate"]
    reply = client.get(closed + rest)
    assert (reply.status, reply.code) == (403, "AuthorizationFailed")


def test_a_login_finds_what_may_be_read_the_main_subscription_first(arm: LoopbackArm, client: Client) -> None:
    more = arm.add_subscription("5b000000-0000-4000-8000-0000000000dd")
    arm.add_subscription("5b000000-0000-4000-8000-0000000000ee", readable=False)
    arm.add_subscription(OTHER_SUBSCRIPTION, OTHER_TENANT)
    found = client.get("/subscriptions").body["value"]
    assert [each["subscriptionId"] for each in found] == [SUBSCRIPTION, more.rpartition("/")[2]]
    assert client.put(more + "/resourceGroups/g", bodies.group()).status == 201
    assert client.get("/subscriptions/5b000000-0000-4000-8000-0000000000ff").code == "InvalidAuthenticationTokenTenant"
    assert client.get("/subscriptions/5b000000-0000-4000-8000-000000000fff").code == "SubscriptionNotFound"


def test_the_ledger_counts_what_was_asked(arm: LoopbackArm, seen: Scene, client: Client) -> None:
    arm.ledger.clear()
    client.get(seen.network)
    client.get(seen.gateway + "/connections")
    client.get(f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/localNetworkGateways")
    assert [(entry.method, entry.status) for entry in arm.ledger] == [("GET", 200)] * 3
    assert not arm.ledger.writes()

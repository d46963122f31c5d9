"""What lies around a network, or in the estate, as `az kubenet plan` and `create --plan` see it in a loopback Azure."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest

from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB
from tests.loopback.core.options import TENANT
from tests.loopback.core.wire import Answer
from tests.loopback.seeds import bodies
from tests.loopback.seeds.scene import peer

THIRD = "/subscriptions/5b000000-0000-4000-8000-0000000000aa"
PLAN = "kubenet plan -g net --vnet-name app --subnet-name kube"
CONVENTIONAL = {"podCidr": "10.244.0.0/16", "serviceCidr": "10.0.0.0/16"}
Json = dict[str, Any]


def network_id(name: str, below: str = SUB, kind: str = "virtualNetworks") -> str:
    return f"{below}/resourceGroups/net/providers/Microsoft.Network/{kind}/{name}"


APP, HUB, FAR = network_id("app"), network_id("hub"), network_id("far", THIRD)


def put(cloud: Cloud, kind: str, name: str, **properties: Any) -> str:
    path = network_id(name, kind=kind)
    cloud.arm.put(path, {"location": "westeurope", "properties": properties})
    return path


@pytest.fixture
def app(cloud: Cloud) -> Cloud:
    """A network app, and a hub beside it that it is not peered with yet."""
    for group in ("net", "demo"):
        cloud.arm.put(f"{SUB}/resourceGroups/{group}", bodies.group())
    cloud.arm.put(APP, bodies.network("10.1.0.0/16", nodes="10.1.0.0/24"))
    cloud.arm.put(HUB, bodies.network("10.2.0.0/16", GatewaySubnet="10.2.0.0/27"))
    return cloud


def change(cloud: Cloud, resource: str, **properties: Any) -> None:
    """Have Azure show other properties of what is there: what a seed cannot put."""
    stored = next(body for key, body in cloud.arm.state.items() if key.lower() == resource.lower())
    stored["properties"].update(properties)


def answer(cloud: Cloud, path: str, status: int, body: Any = None, method: str = "GET") -> None:
    """Have a path answered so, each time."""

    def stand_in(call: Any) -> Answer | None:
        wanted = (call.method, call.path.lower()) == (method, path.lower())
        return Answer(status, body if body is not None else error("AuthorizationFailed")) if wanted else None

    cloud.arm.before.append(stand_in)


def error(code: str) -> Json:
    return {"error": {"code": code, "message": "not today"}}


def findings(ran: Any) -> dict[str, Json]:
    assert ran.code == 0, ran.err
    return {each["rule"]: each for each in json.loads(ran.out)["findings"]}


@pytest.mark.parametrize("peered", [False, True], ids=["a note while nothing connects it", "avoided once it is"])
def test_a_cluster_behind_the_hub_in_a_third_subscription_is_in_one_of_two_lists(app: Cloud, peered: bool) -> None:
    app.arm.add_subscription(THIRD.rsplit("/", 1)[1], TENANT, name="Third")
    app.arm.put(f"{THIRD}/resourceGroups/net", bodies.group())
    app.arm.put(FAR, bodies.network("10.3.0.0/16", nodes="10.3.0.0/24"))
    cluster = bodies.cluster(f"{FAR}/subnets/nodes", None, dnsServiceIP="10.0.0.10", **CONVENTIONAL)
    app.arm.put(f"{THIRD}/resourceGroups/net/providers/Microsoft.ContainerService/managedClusters/far", cluster)
    peer(app.arm, APP, HUB)
    if peered:
        peer(app.arm, HUB, FAR)
    ran = app(f"{PLAN} --discover tenant --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16")
    said = [each["message"] for each in json.loads(ran.out)["findings"] if each["rule"] == "cluster-range-duplicate"]
    assert len(said) == 2, ran.err
    for discover in ("", "--discover tenant"):
        ran = app(f"{PLAN} {discover}")
        assert ran.code == 0, ran.err
        if peered:
            assert not [key for key, value in CONVENTIONAL.items() if json.loads(ran.out)[key] == value]


def gateway_of_hub(cloud: Cloud) -> str:
    """A VPN gateway in the hub, a connection and an office behind it."""
    place = {"name": "default", "properties": {"subnet": {"id": f"{HUB}/subnets/GatewaySubnet"}}}
    gateway = put(cloud, "virtualNetworkGateways", "vpn", ipConfigurations=[place])
    office = put(
        cloud,
        "localNetworkGateways",
        "office",
        gatewayIpAddress="203.0.113.7",
        localNetworkAddressSpace={"addressPrefixes": list(CONVENTIONAL.values())},
    )
    ends = {"virtualNetworkGateway1": {"id": gateway}, "localNetworkGateway2": {"id": office}}
    put(cloud, "connections", "to-office", connectionType="IPsec", **ends)
    return gateway


def test_the_gateway_of_a_hub_that_may_not_be_read_is_found_by_the_peering(app: Cloud) -> None:
    gateway = gateway_of_hub(app)
    peer(app.arm, APP, HUB, useRemoteGateways=True, remoteGateways=[{"id": gateway}])
    answer(app, HUB, 403)
    ran = app(PLAN)
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)
    assert not [key for key, value in CONVENTIONAL.items() if plan[key] == value]


def test_what_is_not_known_behind_a_hub_that_may_not_be_read_is_said(app: Cloud) -> None:
    gateway = gateway_of_hub(app)
    peer(app.arm, APP, HUB, useRemoteGateways=True)
    answer(app, HUB, 403)
    said = findings(app(PLAN))["surroundings-unreadable"]["message"]
    assert "the on-premises ranges and VPN clients behind its gateway" in said
    assert gateway not in said


def test_pods_beside_the_peered_subnets_of_a_network_are_taken(app: Cloud) -> None:
    app.arm.put(HUB, bodies.network("10.60.0.0/14", nodes="10.63.9.0/24"))
    part = {"addressPrefixes": ["10.63.9.0/24"]}
    peer(app.arm, APP, HUB)
    change(app, f"{APP}/virtualNetworkPeerings/to-hub", peerCompleteVnets=False, remoteSubnetNames=["nodes"],
           remoteAddressSpace=part, remoteVirtualNetworkAddressSpace=part)  # fmt: skip
    assert app(f"{PLAN} --pod-cidr 10.62.0.0/16").code == 0
    ran = app(f"{PLAN} --pod-cidr 10.63.0.0/16")
    assert (ran.code, "overlaps 10.63.9.0/24 (network hub, peered as to-hub by some subnets)" in ran.err) == (1, True)


def test_a_peering_of_ipv6_alone_takes_no_ipv4(app: Cloud) -> None:
    peer(app.arm, APP, HUB)
    change(app, f"{APP}/virtualNetworkPeerings/to-hub", peerCompleteVnets=False, enableOnlyIPv6Peering=True)
    assert app(f"{PLAN} --pod-cidr 10.2.0.0/16").code == 0


@pytest.mark.parametrize("hop", ["None", "VnetLocal", "Internet"])
def test_a_route_that_leads_to_nobody_takes_no_range_but_inside_of_the_pods(app: Cloud, hop: str) -> None:
    routes = [
        {"name": name, "properties": {"addressPrefix": prefix, "nextHopType": hop}}
        for name, prefix in (("all", "10.0.0.0/8"), ("small", "10.244.7.0/24"))
    ]
    table = put(app, "routeTables", "rt", routes=routes)
    change(app, f"{APP}/subnets/nodes", routeTable={"id": table})
    plan = PLAN.replace("--subnet-name kube", "--subnet-name nodes")
    assert app(f"{plan} --pod-cidr 10.200.0.0/16 --service-cidr 10.0.0.0/16").code == 0
    ran = app(f"{plan} --pod-cidr 10.244.0.0/16")
    assert ran.code == 1
    assert "pod CIDR 10.244.0.0/16 contains 10.244.7.0/24 (route small of route table rt, next hop type" in ran.err
    accepted = "--accept-risk route-in-pod-cidr --skip-checks routes-in-pod-cidr"
    assert app(f"{plan} --pod-cidr 10.244.0.0/16 {accepted}").code == 0
    assert app(plan).json["podCidr"] != "10.244.0.0/16"


def test_a_route_to_nobody_in_the_table_of_another_subnet_is_no_ground(app: Cloud) -> None:
    """Kubenet deletes routes in its own table; the subnet that is planned here is new, and has none yet."""
    route = {"addressPrefix": "10.244.7.0/24", "nextHopType": "None"}
    table = put(app, "routeTables", "rt", routes=[{"name": "drop", "properties": route}])
    change(app, f"{APP}/subnets/nodes", routeTable={"id": table})
    ran = app(f"{PLAN} --pod-cidr 10.244.0.0/16")
    assert ran.code == 0, ran.err


def test_of_a_larger_route_the_message_names_the_route_and_not_what_is_left_of_it(app: Cloud) -> None:
    route = {"addressPrefix": "10.0.0.0/8", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.2.0.4"}
    table = put(app, "routeTables", "rt", routes=[{"name": "dc", "properties": route}])
    change(app, f"{APP}/subnets/nodes", routeTable={"id": table})
    ran = app(f"{PLAN} --pod-cidr 10.200.0.0/16")
    assert ran.code == 1
    line = next(each for each in ran.err.splitlines() if "[routed-range-overlap]" in each)
    assert "pod CIDR 10.200.0.0/16 overlaps 10.0.0.0/8 (route dc of route table rt)" in line
    assert "deletes" not in line


def virtual_wan(cloud: Cloud) -> None:
    """A virtual hub, a VPN site, a pool of VPN clients of a hub and one of another network's gateway."""
    put(cloud, "virtualHubs", "hub", addressPrefix="10.244.0.0/23")
    put(cloud, "vpnSites", "branch", addressSpace={"addressPrefixes": ["10.0.0.0/24"]})
    pool = {"vpnClientAddressPool": {"addressPrefixes": ["192.168.0.0/24"]}}
    put(cloud, "p2sVpnGateways", "p2s", p2SConnectionConfigurations=[{"name": "one", "properties": pool}])
    place = {"name": "default", "properties": {"subnet": {"id": f"{HUB}/subnets/GatewaySubnet"}}}
    clients = {"vpnClientAddressPool": {"addressPrefixes": ["172.17.0.0/24"]}}
    put(cloud, "virtualNetworkGateways", "vpn", ipConfigurations=[place], vpnClientConfiguration=clients)


def test_what_is_discovered_includes_virtual_hubs_vpn_sites_and_clients(app: Cloud) -> None:
    virtual_wan(app)
    ran = app("kubenet plan --discover subscription")
    plan = json.loads(ran.out)
    assert ran.code == 0, ran.err
    assert (plan["podCidr"], plan["serviceCidr"]) != tuple(CONVENTIONAL.values())
    assert plan["vnetAddressPrefixes"] != ["192.168.0.0/16"]
    given = app("kubenet plan --discover subscription --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16")
    rules = {each["rule"]: each for each in json.loads(given.out)["findings"]}
    assert "virtual hub hub in resource group net" in rules["other-network-overlap"]["message"]
    assert "on-premises (VPN site branch in resource group net)" in rules["other-site-overlap"]["message"]


def test_a_site_that_nothing_connects_is_a_warning_as_a_network_is(app: Cloud) -> None:
    space = {"addressPrefixes": ["10.244.0.0/16"]}
    put(app, "localNetworkGateways", "office", gatewayIpAddress="203.0.113.7", localNetworkAddressSpace=space)
    for where in ("kubenet plan", PLAN):
        ran = app(f"{where} --discover subscription --pod-cidr 10.244.0.0/16")
        assert findings(ran)["other-site-overlap"]["severity"] == "warning"
        assert app(f"{where} --discover subscription").json["podCidr"] != "10.244.0.0/16"


def test_a_spoke_of_a_virtual_wan_is_told_what_its_hub_shows(app: Cloud) -> None:
    hidden = "/subscriptions/5b000000-0000-4000-8000-0000000000bb"
    group = "RG_hub-west_053f87d4-bfd8-4ba5-b313-3a59d84f7e33"
    remote = f"{hidden}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/HV_hub-west_9242ce03"
    app.arm.add_subscription(hidden.rsplit("/", 1)[1], "7e000000-0000-4000-8000-0000000000bb", name="Microsoft")
    properties = {"remoteVirtualNetwork": {"id": remote}, "remoteAddressSpace": {"addressPrefixes": ["10.9.0.0/24"]}}
    name = "RemoteVnetToHubPeering_148e6504-86b9-4335-b16e-4cfd42cab5ca"
    app.arm.put(f"{APP}/virtualNetworkPeerings/{name}", {"properties": {**properties, "useRemoteGateways": True}})
    ran = app(PLAN)
    said = [each for each in json.loads(ran.out)["findings"] if each["rule"] == "surroundings-unreadable"]
    assert len(said) == 1, ran.err
    assert "leads to virtual hub hub-west of a virtual WAN" in said[0]["message"]
    assert "az network vhub get-effective-routes -g GROUP -n hub-west" in said[0]["recommendation"]
    assert "role assignment" not in said[0]["recommendation"]
    assert "delete" not in said[0]["recommendation"]


def test_a_group_that_a_network_manager_connects_is_named(app: Cloud) -> None:
    manager = f"{SUB}/resourceGroups/net/providers/Microsoft.Network/networkManagers/nm"
    mesh = {"id": f"{manager}/connectivityConfigurations/mesh", "properties": {"connectivityTopology": "Mesh"}}
    action = f"{APP}/listNetworkManagerEffectiveConnectivityConfigurations"
    answer(app, action, 200, {"value": [mesh]}, "POST")
    ran = app(PLAN)
    assert (
        "configuration mesh of Azure Virtual Network Manager connects" in findings(ran)["ranges-not-shown"]["message"]
    )
    assert app.writes == []


def test_that_a_reader_may_not_ask_a_network_manager_is_a_note_and_no_refusal(app: Cloud) -> None:
    action = f"{APP}/listNetworkManagerEffectiveConnectivityConfigurations"
    answer(app, action, 403, method="POST")
    found = findings(app(PLAN))["surroundings-unreadable"]
    assert found["severity"] == "info"
    assert "the right to read it" in found["message"]


@pytest.mark.parametrize(("status", "code"), [(504, "GatewayTimeout"), (500, "InternalServerError"), (429, "TooMany")])
def test_one_slow_answer_is_named_and_ends_no_plan(app: Cloud, status: int, code: str) -> None:
    peer(app.arm, APP, HUB)
    answer(app, HUB, status, error(code))
    ran = app(*DRY, "--vnet-name", "app", "--vnet-resource-group", "net", "--subnet-name", "kube")
    assert ran.code == 0, ran.err
    (line,) = [each for each in ran.err.splitlines() if "[surroundings-unreadable]" in each]
    assert f"network hub (peered as to-hub) could not be read ({code})" in line
    assert "role assignment" not in line


#: A creation that waits for no busy service for long.
DRY = shlex.split("kubenet create -g demo -n kube -l westeurope --no-ssh-key --dry-run --propagation-timeout 1")


def test_a_lost_peering_is_a_warning_that_says_how_to_remove_it(app: Cloud) -> None:
    peer(app.arm, APP, HUB)
    change(app, f"{APP}/virtualNetworkPeerings/to-hub", peeringState="Disconnected")
    ran = app(f"{PLAN} --pod-cidr 10.2.0.0/16")
    found = findings(ran)
    assert found["other-network-overlap"]["severity"] == "warning"
    advice = found["peering-disconnected"]["recommendation"]
    (command,) = re.findall(r"az (network vnet peering delete --ids \S+)", advice)
    assert app(command).code == 0
    assert "peering-disconnected" not in findings(app(f"{PLAN} --pod-cidr 10.2.0.0/16"))


def test_a_network_that_was_deleted_is_kept_clear_of_no_more(app: Cloud) -> None:
    peer(app.arm, APP, HUB)
    change(app, f"{APP}/virtualNetworkPeerings/to-hub", peeringState="Disconnected")
    for path in [key for key in app.arm.state if key.lower().startswith(HUB.lower())]:
        del app.arm.state[path]
    for where in (PLAN, f"{PLAN} --discover tenant", "kubenet plan --discover tenant"):
        ran = app(f"{where} --pod-cidr 10.2.0.0/16")
        assert ran.code == 0, ran.err
        assert "10.2.0.0/16 (network hub" not in ran.err


def test_pools_of_groups_of_users_are_kept_clear_of(app: Cloud) -> None:
    app.arm.put(APP, bodies.network("10.1.0.0/16", nodes="10.1.0.0/24", GatewaySubnet="10.1.255.0/27"))
    place = {"name": "default", "properties": {"subnet": {"id": f"{APP}/subnets/GatewaySubnet"}}}
    group = {"name": "c1", "properties": {"vpnClientAddressPool": {"addressPrefixes": ["10.244.0.0/16"]}}}
    clients = {"vpnClientAddressPool": {"addressPrefixes": ["10.245.0.0/16"]}}
    clients |= {"vngClientConnectionConfigurations": [group]}
    put(app, "virtualNetworkGateways", "vpn", ipConfigurations=[place], vpnClientConfiguration=clients)
    assert app(PLAN).json["podCidr"] not in ("10.244.0.0/16", "10.245.0.0/16")
    ran = app(f"{PLAN} --pod-cidr 10.244.0.0/16")
    assert (ran.code, "VPN clients of gateway vpn" in ran.err) == (1, True)


def lab(cloud: Cloud) -> None:
    """A cluster on the conventional ranges in a network that nothing connects."""
    cloud.arm.put(network_id("lab"), bodies.network("10.180.0.0/16", nodes="10.180.0.0/24"))
    cluster = bodies.cluster(f"{network_id('lab')}/subnets/nodes", None, dnsServiceIP="10.0.0.10", **CONVENTIONAL)
    cloud.arm.put(f"{SUB}/resourceGroups/net/providers/Microsoft.ContainerService/managedClusters/lab", cluster)


def test_who_asks_to_keep_clear_of_the_estate_is_given_no_neighbours_pods(app: Cloud) -> None:
    lab(app)
    for where in ("kubenet plan --discover tenant", f"{PLAN} --discover tenant"):
        ran = app(f"{where} --explain")
        assert "cluster-range-duplicate" not in findings(ran)
        assert not [key for key, value in CONVENTIONAL.items() if json.loads(ran.out)[key] == value]
        assert "pods of cluster lab" in json.loads(ran.out)["reasons"]["podCidr"]


def test_a_range_that_is_shared_is_not_called_free(app: Cloud) -> None:
    lab(app)
    ran = app(f"{PLAN} --explain")
    assert "cluster-range-duplicate" in findings(ran)
    assert "which it shares with clusters that are not connected" in json.loads(ran.out)["reasons"]["podCidr"]


@pytest.mark.parametrize("name", ["bad name!$(id)", "n" * 81, "AzureFirewallManagementSubnet", "RouteServerSubnet"])
def test_a_name_that_can_never_hold_nodes_is_refused_by_plan(app: Cloud, name: str) -> None:
    ran = app("kubenet", "plan", "-g", "net", "--vnet-name", "app", "--subnet-name", name)
    assert ran.code == 1, ran.out
    assert "[name-not-allowed]" in ran.err or "[subnet-dedicated]" in ran.err


#: What is there once the plan is made, by what it takes of the plan; whether creating from the plan must be refused.
COME = (
    ("the planned network", "192.168.0.0/16"),
    ("the planned subnet", "192.168.1.0/24"),
)


@pytest.mark.parametrize("prefix", [row[1] for row in COME], ids=[row[0] for row in COME])
def test_a_plan_notices_that_another_network_took_what_it_chose(cloud: Cloud, prefix: str) -> None:
    for group in ("net", "demo"):
        cloud.arm.put(f"{SUB}/resourceGroups/{group}", bodies.group())
    plan = cloud("kubenet plan --discover subscription").out
    assert json.loads(plan)["vnetAddressPrefixes"] == ["192.168.0.0/16"]
    assert json.loads(plan)["subnetPrefix"] == "192.168.1.0/24"
    cloud.arm.put(network_id("late"), bodies.network(prefix))
    ran = cloud(*DRY, "--plan", "@-", stdin=plan)
    assert f"since the plan was made, {prefix} (network late in resource group net) was added" in ran.err
    assert "[plan-outdated]" in ran.err

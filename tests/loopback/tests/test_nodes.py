"""Nodes as Azure shows them: machines of a pool, scale sets with instances and interfaces, routes that come and go."""

from __future__ import annotations

from typing import Any

import pytest

from .. import recordings
from ..aks import instances
from ..aks.mishaps import Mishaps
from ..callers.client import SUB, Client
from ..core.options import CALLER_OBJECT
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET, SUBNET
from ..server.server import LoopbackArm

World = dict[str, Any]
GROUP = "resourceGroups/MC_g_c_westeurope/providers"
POOL = CLUSTER + "/agentPools/nodepool1"
SIZE = "Standard_D2s_v5"
#: What is no matter of networks: images, disks and systems, hardware, load balancers.
LEFT_OUT = {"storageProfile", "allowExtensionOperations", "linuxConfiguration", "requireGuestProvisionSignal"}
LEFT_OUT |= {"loadBalancerBackendAddressPools", "macAddress"}


def create(client: Client, world: World, count: int = 3, **more: Any) -> Any:
    """The cluster of the small world, as it is shown then."""
    body = bodies.cluster(world["subnet"], world["identity"], count, **more)
    client.done("PUT", CLUSTER, body, version=AKS_VERSION)
    return client.get(CLUSTER).body


def numbers(client: Client, pool: str = POOL) -> list[str]:
    """What the nodes of a pool are called behind the name of their scale set."""
    return [each["name"].partition("-vmss")[2] for each in client.get(pool + "/machines").body["value"]]


def routed(client: Client, subnet: str = SUBNET) -> dict[str, str]:
    """Next hops by node, of the table that is on the subnet."""
    table = client.get(subnet).body["properties"]["routeTable"]["id"]
    routes = client.get(table).body["properties"]["routes"]
    return {each["name"].partition("____")[0]: each["properties"]["nextHopIpAddress"] for each in routes}


@pytest.mark.parametrize(
    ("number", "text"), [(0, "000000"), (9, "000009"), (10, "00000a"), (36, "000010"), (1332, "000110")]
)
def test_numbers_of_nodes_have_six_digits_of_base_36(number: int, text: str) -> None:
    """existing-clusters R10: 36 is vmss000010."""
    assert instances.base36(number) == text


def test_machines_tell_name_address_and_resource_of_each_node(client: Client, world: World) -> None:
    create(client, world, 12)
    found = client.get(POOL + "/machines").body["value"]
    assert [each["name"].partition("-vmss")[2] for each in found][8:] == ["000008", "000009", "00000a", "00000b"]
    addresses = {each["name"]: each["properties"]["network"]["ipAddresses"][0]["ip"] for each in found}
    assert addresses == routed(client)
    for number, each in enumerate(found):
        assert each["properties"]["resourceId"].endswith(f"-vmss/virtualMachines/{number}")
        assert client.get(f"{POOL}/machines/{each['name']}").body == each


def test_lists_of_pools_and_machines_name_an_empty_page(client: Client, world: World) -> None:
    """Recorded: every list of pools since 24 November 2023, every list of machines since 2025."""
    create(client, world)
    for path in (CLUSTER + "/agentPools", POOL + "/machines"):
        first = client.get(path).body
        assert set(first) == {"value", "nextLink"}
        assert "%24skipToken=" in first["nextLink"]
        assert client.get(first["nextLink"].replace("%24", "$")).body == {"value": []}


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_machines_have_the_recorded_keys(client: Client, world: World) -> None:
    pool = {"type": "VirtualMachines", "virtualMachinesProfile": {"scale": {"manual": [{"size": SIZE, "count": 2}]}}}
    for more in ({}, pool):
        create(client, world, pool=more)
        ours = client.get(POOL + "/machines").body
        lines = [line for line in recordings.lines("machines") if line["method"] == "GET" and line["status"] == 200]
        real = [line for line in lines if "value" in line["response_body"] and line["response_body"]["value"]]
        single = ["kubernetes" in str(line["response_body"]) for line in real]
        wanted = [line for line, is_single in zip(real, single, strict=True) if is_single == bool(more)]
        assert wanted
        assert not recordings.lacking(ours, recordings.always(wanted, least=1))
        client.done("DELETE", CLUSTER)


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
@pytest.mark.parametrize("kind", ["", "/virtualMachines", "/networkInterfaces"])
def test_scale_sets_have_the_recorded_keys(client: Client, world: World, kind: str) -> None:
    """But for images and disks, and what only a load balancer or a policy brings along."""
    create(client, world)
    (scale_set,) = client.get(GROUP + "/Microsoft.Compute/virtualMachineScaleSets").body["value"]
    ours = client.get(scale_set["id"] + kind).body
    real = [
        line
        for line in recordings.lines("scaleSets")
        if line["status"] == 200
        and line["method"] == "GET"
        and recordings.pattern(line["path"]) == recordings.pattern(scale_set["id"] + kind)
    ]
    faults = recordings.lacking(ours, recordings.always(real, least=1 if kind == "/networkInterfaces" else 3))
    assert real
    assert {each.rpartition(".")[2] for each in faults} <= LEFT_OUT


def test_a_scale_set_is_told_as_captured(client: Client, world: World) -> None:
    create(client, world, 2)
    (scale_set,) = client.get(GROUP + "/Microsoft.Compute/virtualMachineScaleSets").body["value"]
    assert scale_set["sku"]["capacity"] == 2
    assert scale_set["tags"] == {"aks-managed-poolName": "nodepool1", "aks-managed-orchestrator": "Kubernetes:1.34.2"}
    assert scale_set["properties"]["orchestrationMode"] == "Uniform"
    prefix = scale_set["properties"]["virtualMachineProfile"]["osProfile"]["computerNamePrefix"]
    machines = client.get(scale_set["id"] + "/virtualMachines").body["value"]
    assert [each["properties"]["osProfile"]["computerName"] for each in machines] == [
        prefix + "000000",
        prefix + "000001",
    ]
    assert [each["name"] for each in machines] == [f"{scale_set['name']}_{number}" for number in (0, 1)]
    interfaces = client.get(scale_set["id"] + "/networkInterfaces").body["value"]
    assert [each["properties"]["virtualMachine"]["id"] for each in interfaces] == [each["id"] for each in machines]
    group = interfaces[0]["properties"]["networkSecurityGroup"]["id"]
    assert client.get(group).status == 200


def test_a_number_is_never_given_twice(client: Client, world: World) -> None:
    create(client, world, 3)
    stayed = routed(client)
    for count, left in (
        (2, ["000000", "000001"]),
        (4, ["000000", "000001", "000003", "000004"]),
        (1, ["000000"]),
        (2, ["000000", "000005"]),
    ):
        create(client, world, count)
        assert numbers(client) == left
        assert [name.partition("-vmss")[2] for name in routed(client)] == left
    assert routed(client).items() & stayed.items() == dict(list(stayed.items())[:1]).items()


def test_a_named_node_goes_with_its_route(client: Client, world: World) -> None:
    create(client, world, 4)
    name = client.get(POOL + "/machines").body["value"][1]["name"]
    client.done("POST", POOL + "/deleteMachines", {"machineNames": [name]})
    assert numbers(client) == ["000000", "000002", "000003"]
    assert name not in routed(client)
    assert client.get(POOL).body["properties"]["count"] == 3
    assert client.send("POST", POOL + "/deleteMachines", {"machineNames": [name]}).status == 400


def test_the_network_of_aks_has_table_and_security_group(client: Client, world: World) -> None:
    """existing-clusters R8, captured."""
    client.done("PUT", CLUSTER, bodies.cluster(None, None), version=AKS_VERSION)
    (network,) = client.get(GROUP + "/Microsoft.Network/virtualNetworks").body["value"]
    (subnet,) = network["properties"]["subnets"]
    digits = network["name"].removeprefix("aks-vnet-")
    assert subnet["name"] == "aks-subnet"
    assert subnet["properties"]["networkSecurityGroup"]["id"].endswith(f"/aks-agentpool-{digits}-nsg")
    assert subnet["properties"]["routeTable"]["id"].endswith(f"/aks-agentpool-{digits}-routetable")
    assert len(subnet["properties"]["ipConfigurations"]) == 3
    (group,) = client.get(GROUP + "/Microsoft.Network/networkSecurityGroups").body["value"]
    assert group["properties"]["subnets"] == [{"id": subnet["id"]}]


def test_a_pool_in_a_new_subnet_has_no_table_until_the_cluster_is_put(
    arm: LoopbackArm, client: Client, world: World
) -> None:
    """existing-clusters R16 (Azure/AKS#1500, #1338). The routes are written all the same."""
    create(client, world, 2)
    other = world["network"] + "/subnets/other"
    arm.grant(world["principal"], "Network Contributor", other)
    profile = {"count": 2, "vmSize": SIZE, "mode": "User", "osType": "Linux", "vnetSubnetID": other}
    client.done("PUT", CLUSTER + "/agentPools/two", {"properties": profile}, version=AKS_VERSION)
    assert "routeTable" not in client.get(other).body["properties"]
    hops = routed(client)
    assert sorted(hops.values()) == ["192.168.1.4", "192.168.1.5", "192.168.2.4", "192.168.2.5"]
    client.done("PUT", CLUSTER, client.get(CLUSTER).body, version=AKS_VERSION)
    assert routed(client, other) == hops


def test_a_stopped_cluster_runs_no_node_and_starts_with_new_ones(client: Client, world: World) -> None:
    """POST stop as recorded: 202 with both headers. The rest is our model."""
    create(client, world, 3)
    before = routed(client)
    stopped = client.done("POST", CLUSTER + "/stop")
    assert (stopped.status, stopped.body) == (202, None)
    assert {"azure-asyncoperation", "location"} <= set(stopped.headers)
    body = client.get(CLUSTER).body
    assert (body["properties"]["powerState"], numbers(client)) == ({"code": "Stopped"}, [])
    (scale_set,) = client.get(GROUP + "/Microsoft.Compute/virtualMachineScaleSets").body["value"]
    assert scale_set["sku"]["capacity"] == 0
    assert routed(client) == before
    assert client.put(CLUSTER, body, version=AKS_VERSION).code == "OperationNotAllowed"
    assert client.done("POST", CLUSTER + "/start").status == 202
    assert client.get(CLUSTER).body["properties"]["powerState"] == {"code": "Running"}
    assert numbers(client) == ["000003", "000004", "000005"]
    assert [name.partition("-vmss")[2] for name in routed(client)] == numbers(client)


# -- pools of single machines


def single(client: Client, world: World, *sizes: tuple[str, int], **scale: Any) -> Any:
    """A cluster with a pool of single machines."""
    manual = {"manual": [{"size": size, "count": count} for size, count in sizes]} if sizes else scale
    pool = {"type": "VirtualMachines", "count": None, "vmSize": None, "virtualMachinesProfile": {"scale": manual}}
    return create(client, world, pool=pool)["properties"]["agentPoolProfiles"][0]


def test_a_pool_of_single_machines_has_neither_count_nor_size(client: Client, world: World) -> None:
    """As recorded (managedClusters, July 2025)."""
    pool = single(client, world, (SIZE, 2), ("Standard_D4s_v5", 1))
    assert not {"count", "vmSize"} & set(pool)
    shown = [{"size": SIZE, "count": 2}, {"size": "Standard_D4s_v5", "count": 1}]
    assert pool["virtualMachineNodesStatus"] == shown == pool["virtualMachinesProfile"]["scale"]["manual"]
    machines = client.get(POOL + "/machines").body["value"]
    names = {each["properties"]["kubernetes"]["nodeName"]: each["properties"] for each in machines}
    assert not names.keys() & {each["name"] for each in machines}
    assert routed(client) == {name: each["network"]["ipAddresses"][0]["ip"] for name, each in names.items()}
    assert all(
        each["resourceId"].endswith(f"/Microsoft.Compute/virtualMachines/{name}") for name, each in names.items()
    )
    assert len(client.get(GROUP + "/Microsoft.Network/networkInterfaces").body["value"]) == 3
    assert client.get(GROUP + "/Microsoft.Compute/virtualMachineScaleSets").body["value"] == []


def test_single_machines_come_and_go(client: Client, world: World) -> None:
    single(client, world, (SIZE, 3))
    assert [each["name"] for each in client.get(POOL + "/machines").body["value"]] == ["m0", "m1", "m2"]
    single(client, world, (SIZE, 1), ("Standard_D4s_v5", 1))
    assert [each["name"] for each in client.get(POOL + "/machines").body["value"]] == ["m0", "m3"]
    assert len(routed(client)) == 2
    client.done("POST", POOL + "/deleteMachines", {"machineNames": ["m3"]})
    assert len(client.get(SUBNET).body["properties"]["ipConfigurations"]) == 1 == len(routed(client))


def test_an_autoscaled_pool_of_single_machines_starts_with_its_least_number(client: Client, world: World) -> None:
    pool = single(client, world, autoscale=[{"size": SIZE, "minCount": 2, "maxCount": 5}])
    assert pool["virtualMachineNodesStatus"] == [{"size": SIZE, "count": 2}]


def test_nodes_of_single_machines_need_addresses_and_blocks_like_others(client: Client, world: World) -> None:
    scale = {"scale": {"manual": [{"size": SIZE, "count": 500}]}}
    pool = {"type": "VirtualMachines", "count": None, "virtualMachinesProfile": scale}
    body = bodies.cluster(world["subnet"], world["identity"], pool=pool)
    assert client.put(CLUSTER, body, version=AKS_VERSION).code == "KubenetNodeCountTotalExceedsLimit"


def test_a_pool_that_goes_takes_its_machines_along(client: Client, world: World) -> None:
    create(client, world, 1)
    for kind in ("VirtualMachines", "VirtualMachineScaleSets"):
        profile = {"count": 2, "vmSize": SIZE, "type": kind, "osType": "Linux", "vnetSubnetID": world["subnet"]}
        client.done("PUT", CLUSTER + "/agentPools/two", {"properties": profile}, version=AKS_VERSION)
        assert len(routed(client)) == 3
        client.done("DELETE", CLUSTER + "/agentPools/two")
        assert len(routed(client)) == 1
        assert client.get(NET + "/usages").body["value"][0]["currentValue"] == 1


# -- who may look, and what is not there


def test_to_read_machines_takes_a_right_of_its_own(client: Client, world: World, arm: LoopbackArm) -> None:
    create(client, world)
    for assignment in arm.state.of_type("Microsoft.Authorization/roleAssignments"):
        if assignment["properties"]["principalId"] == CALLER_OBJECT:
            del arm.state[assignment["id"]]
    refused = client.get(POOL + "/machines")
    assert "managedClusters/agentPools/machines/read'" in refused.body["error"]["message"]
    arm.grant(CALLER_OBJECT, "Reader", f"{SUB}/{CLUSTER}")
    assert client.get(POOL + "/machines").status == 200


def test_machines_that_are_not_there_are_missed_as_recorded(client: Client, world: World) -> None:
    create(client, world)
    assert client.get(POOL + "/machines/none").body["subcode"] == "GetMachine_NotFound_HCPServerError"
    assert client.get(CLUSTER + "/agentPools/none/machines").body["subcode"] == "GetAgentPool_NotFound"
    assert client.put(POOL + "/machines/m", {"properties": {}}).status == 405


def test_a_cluster_made_anew_counts_from_the_beginning(client: Client, world: World, arm: LoopbackArm) -> None:
    create(client, world, 2)
    client.done("DELETE", CLUSTER)
    create(client, world, 2)
    assert numbers(client) == ["000000", "000001"]
    assert [node.name for node in Mishaps(arm.cloud, f"{SUB}/{CLUSTER}").nodes] == list(routed(client))

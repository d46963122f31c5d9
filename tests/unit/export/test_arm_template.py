"""The ARM template, evaluated as Azure evaluates it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.export import Target
from tests.unit.export.arm_reader import Template
from tests.unit.export.functions import Resource, Surroundings
from tests.unit.export.plans import CASES, NO_SURGE, PLAN, POOLS, TABLE, THERE, export

CLUSTER = "Microsoft.ContainerService/managedClusters"
NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"


def deployed(plan: dict[str, Any], place: Target, plugin: NetworkPlugin = KUBENET, **given: object) -> list[Resource]:
    """What a deployment of the plan's template puts, in order."""
    around = Surroundings(place.group)
    return list(Template(json.loads(export(".json", plan, place, plugin)), around, given).deploy())


def types(plan: dict[str, Any], place: Target) -> list[str]:
    return [each.type for each in deployed(plan, place)]


MADE = {
    "all of it is made": [IDENTITY, NETWORK, ASSIGNMENT, CLUSTER],
    "the names are those of create": [IDENTITY, NETWORK, ASSIGNMENT, CLUSTER],
    "the subnet is made in a network": [IDENTITY, SUBNET, ASSIGNMENT, CLUSTER],
    "network and subnet are there": [IDENTITY, ASSIGNMENT, CLUSTER],
    "network and subnet are in another group": [IDENTITY, ASSIGNMENT, CLUSTER],
    "the subnet is made in another group": [IDENTITY, SUBNET, ASSIGNMENT, CLUSTER],
    "the network is made in another group": [IDENTITY, NETWORK, ASSIGNMENT, CLUSTER],
    "the subnet has a route table of its own": [IDENTITY, ASSIGNMENT, ASSIGNMENT, CLUSTER],
    "one pool is scaled to the plan's maximum": [IDENTITY, NETWORK, ASSIGNMENT, CLUSTER],
    "no pool surges": [IDENTITY, NETWORK, ASSIGNMENT, CLUSTER],
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_there_is_not_made(case: str) -> None:
    assert types(*CASES[case]) == MADE[case]


@pytest.mark.parametrize(
    ("plugin", "named"),
    [
        pytest.param(KUBENET, {"networkPlugin": "kubenet"}, id="kubenet has no mode"),
        pytest.param(OVERLAY, {"networkPlugin": "azure", "networkPluginMode": "overlay"}, id="Overlay is a mode"),
    ],
)
@pytest.mark.parametrize("case", CASES)
def test_the_cluster_has_the_plugin_and_the_ranges_of_the_plan_and_no_others(
    case: str, plugin: NetworkPlugin, named: dict[str, str]
) -> None:
    plan, place = CASES[case]
    cluster = deployed(plan, place, plugin)[-1]
    assert cluster.body["properties"]["networkProfile"] == {
        **named,
        "podCidr": plan["podCidr"],
        "serviceCidr": plan["serviceCidr"],
        "dnsServiceIP": plan["dnsServiceIp"],
        "loadBalancerSku": "standard",
    }
    assert {pool["maxPods"] for pool in cluster.body["properties"]["agentPoolProfiles"]} == {plan["maxPods"]}


@pytest.mark.parametrize("case", CASES)
def test_the_cluster_s_identity_has_the_role_on_the_cluster_s_subnet(case: str) -> None:
    plan, place = CASES[case]
    resources = deployed(plan, place)
    identity, grant, cluster = resources[0], resources[-2], resources[-1]
    (subnet,) = {pool["vnetSubnetID"] for pool in cluster.body["properties"]["agentPoolProfiles"]}
    assert subnet.endswith(f"/virtualNetworks/{place.network_name}/subnets/{place.subnet_name}")
    assert f"/resourceGroups/{place.vnet_group or place.group}/" in subnet
    assert grant.id == f"{subnet}/providers/{ASSIGNMENT}/{grant.name}"
    assert grant.body["properties"]["roleDefinitionId"].endswith("/4d97b98b-1d4f-4787-a291-c67834d212e7")
    assert grant.body["properties"]["principalId"] == Surroundings("").look(identity.id)["principalId"]
    assert cluster.body["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {identity.id: {}}}


def test_the_cluster_waits_for_the_grant_and_the_grant_for_the_network() -> None:
    identity, network, grant, cluster = deployed(PLAN, Target())
    assert grant.after == {identity.id, network.id}
    assert cluster.after == {identity.id, grant.id}


@pytest.mark.parametrize("case", CASES)
def test_a_network_is_written_once_and_delegates_nothing(case: str) -> None:
    for each in deployed(*CASES[case]):
        assert each.once == (each.type in (NETWORK, SUBNET))
        assert "delegations" not in str(each.body)
        assert "routeTable" not in str(each.body)


def test_the_identity_is_granted_the_route_table_that_plan_has_read_before_the_cluster_is_made() -> None:
    identity, on_table, on_subnet, cluster = deployed(POOLS, TABLE)
    table = "/resourceGroups/Routes/providers/Microsoft.Network/routeTables/to-fw"
    assert on_table.id.endswith(f"{table}/providers/{ASSIGNMENT}/{on_table.name}")
    assert on_table.body == on_subnet.body
    assert on_table.name != on_subnet.name
    template = json.loads(export(".json", POOLS, TABLE))
    assert set(template["resources"]["cluster"]["dependsOn"]) == {"identity", "grant", "tableGrant"}
    assert cluster.after == {identity.id}


def test_one_pool_is_scaled_to_the_maximum_of_the_plan() -> None:
    (pool,) = deployed({**PLAN, "maxCount": 60}, Target())[-1].body["properties"]["agentPoolProfiles"]
    assert (pool["enableAutoScaling"], pool["count"], pool["minCount"], pool["maxCount"]) == (True, 3, 3, 60)


def test_every_pool_has_the_vm_size_and_none_where_none_is_asked_for() -> None:
    pools = deployed(POOLS, replace(THERE, node_vm_size="Standard_D4s_v5"))[-1].body["properties"]["agentPoolProfiles"]
    assert [pool["vmSize"] for pool in pools] == ["Standard_D4s_v5"] * 2
    (pool,) = deployed(PLAN, Target(), nodeVmSize="Standard_D2s_v5")[-1].body["properties"]["agentPoolProfiles"]
    assert pool["vmSize"] == "Standard_D2s_v5"


def test_a_new_network_has_its_prefixes_and_the_subnet() -> None:
    network = deployed(POOLS, Target())[1]
    assert network.body["properties"] == {
        "addressSpace": {"addressPrefixes": ["10.1.0.0/16", "10.2.0.0/20"]},
        "subnets": [{"name": "kubenet-cluster-subnet", "properties": {"addressPrefix": "10.1.2.0/24"}}],
    }


def test_one_pool_where_none_are_stated() -> None:
    (pool,) = deployed(PLAN, Target())[-1].body["properties"]["agentPoolProfiles"]
    assert pool == {
        "name": "nodepool1",
        "mode": "System",
        "count": 3,
        "maxPods": 110,
        "osType": "Linux",
        "type": "VirtualMachineScaleSets",
        "upgradeSettings": {"maxSurge": "10%"},
        "vnetSubnetID": pool["vnetSubnetID"],
    }


def test_of_several_pools_the_first_is_the_system_s_and_those_with_room_are_scaled() -> None:
    first, second = deployed(POOLS, THERE)[-1].body["properties"]["agentPoolProfiles"]
    assert (first["mode"], first["count"], first["upgradeSettings"]) == ("System", 3, {"maxSurge": "33%"})
    assert not {"enableAutoScaling", "minCount", "maxCount"} & set(first)
    assert (second["mode"], second["count"], second["upgradeSettings"]) == ("User", 2, {"maxSurge": "2"})
    assert (second["enableAutoScaling"], second["minCount"], second["maxCount"]) == (True, 2, 9)


def test_no_surge_is_left_to_aks_on_the_system_pool_alone() -> None:
    first, second = deployed(NO_SURGE, Target())[-1].body["properties"]["agentPoolProfiles"]
    assert "upgradeSettings" not in first
    assert second["upgradeSettings"] == {"maxSurge": "0", "maxUnavailable": "1"}


def test_values_can_be_given_instead() -> None:
    made = deployed(PLAN, Target(), clusterName="other", podCidr="10.8.0.0/16", location="uksouth")
    assert made[-1].name == "other"
    assert made[-1].body["properties"]["networkProfile"]["podCidr"] == "10.8.0.0/16"
    assert {each.body.get("location") for each in made} == {"uksouth", None}


def test_the_region_is_that_of_the_resource_group_unless_told() -> None:
    assert deployed(PLAN, Target())[-1].body["location"] == Surroundings("").location
    assert deployed(PLAN, Target(location="westeurope"))[-1].body["location"] == "westeurope"


@pytest.mark.parametrize("name", ["[resourceGroup().id]", "[[x]", "[", "]", "[x", "x]", "[[]", "plain"])
def test_a_name_in_brackets_is_no_expression(name: str) -> None:
    assert deployed(PLAN, Target(cluster=name))[-1].name == name


@pytest.mark.parametrize("case", CASES)
def test_only_of_a_plugin_that_retires_the_metadata_say_so(case: str) -> None:
    kubenet, overlay = (json.loads(export(".json", *CASES[case], plugin))["metadata"] for plugin in (KUBENET, OVERLAY))
    assert "31 March 2028" in kubenet["retirement"]
    assert [*overlay] == [key for key in kubenet if key != "retirement"]

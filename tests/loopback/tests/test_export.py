"""Plans handed over, used against the loopback Azure: it refuses what Azure would refuse."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azext_kubenet.export import Target
from tests.unit.export.arm_reader import Template
from tests.unit.export.functions import Resource, Surroundings
from tests.unit.export.plans import CASES, PLAN, POOLS, export

from .. import recordings
from ..callers.client import SUB
from ..core.options import SUBSCRIPTION
from ..server import rig
from ..server.server import LoopbackArm
from .test_schemas import faults

CLUSTER = "Microsoft.ContainerService/managedClusters"
REGION = "westeurope"


def prepare(arm: LoopbackArm, plan: dict[str, Any], place: Target) -> None:
    """What a place says is there already."""
    groups = {place.group, place.vnet_group or place.group}
    for group in groups:
        arm.put(f"{SUB}/resourceGroups/{group}", {"location": REGION})
    network = f"{SUB}/resourceGroups/{place.vnet_group or place.group}/providers/Microsoft.Network/virtualNetworks"
    if not place.new_network:
        space = {"addressSpace": {"addressPrefixes": plan["vnetAddressPrefixes"]}}
        arm.put(f"{network}/{place.network_name}", {"location": REGION, "properties": space})
    if not place.new_subnet:
        subnet = {"properties": {"addressPrefix": plan["subnetPrefix"]}}
        if place.route_table:
            table = place.route_table.replace(str(place.subscription), SUBSCRIPTION)
            arm.put(f"{SUB}/resourceGroups/{place.route_table_group}", {"location": REGION})
            subnet["properties"]["routeTable"] = {"id": arm.put(table, {"location": REGION})["id"]}
        arm.put(f"{network}/{place.network_name}/subnets/{place.subnet_name}", subnet)


def deploy(arm: LoopbackArm, plan: dict[str, Any], place: Target) -> list[Resource]:
    """Put what a template puts, one after the other, each evaluated when its turn comes."""
    around = Surroundings(place.group, REGION, SUBSCRIPTION, lambda each: arm.state[each.lower()]["properties"])
    done = []
    for each in Template(json.loads(export(".json", plan, place)), around, {}).deploy():
        if not (each.once and each.id.lower() in arm.state):
            arm.put(each.id, each.body)
        done.append(each)
    return done


def subnet_of(arm: LoopbackArm, cluster: dict[str, Any]) -> dict[str, Any]:
    """The properties of the subnet of a cluster's nodes."""
    shown = arm.cloud.shown(cluster["properties"]["agentPoolProfiles"][0]["vnetSubnetID"].lower())
    assert shown
    return dict(shown["properties"])


def is_as_planned(arm: LoopbackArm, cluster: dict[str, Any], plan: dict[str, Any]) -> None:
    """Ranges, pools, the subnet and its route table are those of the plan."""
    profile, pools = cluster["properties"]["networkProfile"], cluster["properties"]["agentPoolProfiles"]
    assert profile["networkPlugin"] == "kubenet"
    assert (profile["podCidr"], profile["serviceCidr"], profile["dnsServiceIP"]) == (
        plan["podCidr"],
        plan["serviceCidr"],
        plan["dnsServiceIp"],
    )
    one = {"name": "nodepool1", "count": plan["nodeCount"], "maxCount": plan.get("maxCount", 0)}
    stated = plan.get("pools") or [{**one, "maxSurge": plan["maxSurge"]}]
    assert [(pool["name"], pool["count"]) for pool in pools] == [(each["name"], each["count"]) for each in stated]
    assert [pool["mode"] for pool in pools] == ["System", *["User" for _ in stated[1:]]]
    assert {pool["maxPods"] for pool in pools} == {plan["maxPods"]}
    scaled = {each["name"]: each.get("maxCount", 0) for each in stated if each.get("maxCount", 0) > each["count"]}
    assert {pool["name"]: pool["maxCount"] for pool in pools if pool["enableAutoScaling"]} == scaled
    subnet = subnet_of(arm, cluster)
    assert subnet["addressPrefix"] == plan["subnetPrefix"]
    assert len(subnet["ipConfigurations"]) == sum(each["count"] for each in stated)
    assert subnet["routeTable"]["id"]


def surges(cluster: dict[str, Any]) -> list[tuple[str, str]]:
    settings = [pool["upgradeSettings"] for pool in cluster["properties"]["agentPoolProfiles"]]
    return [(each["maxSurge"], each["maxUnavailable"]) for each in settings]


SURGES = {
    "the subnet is made in a network": [("33%", "0"), ("2", "0")],
    "network and subnet are there": [("33%", "0"), ("2", "0")],
    "network and subnet are in another group": [("33%", "0"), ("2", "0")],
    "the subnet has a route table of its own": [("33%", "0"), ("2", "0")],
    "no pool surges": [("10%", "0"), ("0", "1")],
}


@pytest.mark.sweep
@pytest.mark.parametrize("case", CASES)
def test_a_template_makes_the_cluster_that_was_planned(case: str, arm: LoopbackArm) -> None:
    plan, place = CASES[case]
    prepare(arm, plan, place)
    made = deploy(arm, plan, place)
    cluster = arm.state[made[-1].id.lower()]
    is_as_planned(arm, cluster, plan)
    assert surges(cluster) == SURGES.get(case, [("10%", "0")])


@pytest.mark.sweep
@pytest.mark.parametrize("case", [case for case, (_, place) in CASES.items() if place.new_subnet])
def test_a_template_that_is_deployed_again_leaves_the_route_table_on_the_subnet(case: str, arm: LoopbackArm) -> None:
    plan, place = CASES[case]
    prepare(arm, plan, place)
    cluster = arm.state[deploy(arm, plan, place)[-1].id.lower()]
    before = subnet_of(arm, cluster)["routeTable"]
    deploy(arm, plan, place)
    assert subnet_of(arm, cluster)["routeTable"] == before


def test_written_again_the_network_would_lose_it(arm: LoopbackArm) -> None:
    """Why the template is careful; the loopback's model of what was reported to Azure/AKS."""
    prepare(arm, PLAN, Target())
    made = deploy(arm, PLAN, Target())
    arm.put(made[1].id, made[1].body)
    assert not subnet_of(arm, arm.state[made[-1].id.lower()]).get("routeTable")


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
@pytest.mark.sweep
@pytest.mark.parametrize("case", CASES)
def test_every_resource_validates_against_microsoft_s_schemas(case: str) -> None:
    plan, place = CASES[case]
    for each in Template(json.loads(export(".json", plan, place)), Surroundings(place.group), {}).deploy():
        assert not faults(each.type, each.name, each.body), each.id
        assert not (each.type == CLUSTER and "linuxProfile" in each.body["properties"])


# -- the script, with the real az

PLACES = {
    "all of it is made": (PLAN, Target("demo", "kube")),
    "the subnet is made in a network elsewhere": (
        POOLS,
        Target("demo", "kube", None, "hub", "nodes", "net", True, subscription=SUBSCRIPTION),
    ),
    "network and subnet are there": (
        {**POOLS, "pools": [{**each, "maxSurge": "0"} for each in POOLS["pools"]]},
        Target("demo", "kube", None, "hub", "nodes", vnet_exists=True, subnet_exists=True),
    ),
}


def run(script: str, env: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The script in bash, with the az of these tests first on the path."""
    path = folder / "FILE.sh"
    path.write_text(script, encoding="utf-8")
    search = os.pathsep.join([str(Path(rig.az_program()).parent), env["PATH"]])
    return subprocess.run(
        ["bash", path], env={**env, "PATH": search}, text=True, capture_output=True, timeout=280, check=False
    )


@pytest.mark.usefixtures("quick_az")
@pytest.mark.sweep
@pytest.mark.parametrize("case", PLACES)
def test_the_script_makes_the_cluster_that_was_planned(case: str, arm: LoopbackArm, tmp_path: Path) -> None:
    plan, place = PLACES[case]
    env = rig.prepare_config(tmp_path / "azure", arm)
    if not place.new_network:
        prepare(arm, plan, place)
    done = run(export(".sh", plan, place), {**env, "LOCATION": REGION}, tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    cluster = arm.state[f"{SUB}/resourceGroups/{place.group}/providers/{CLUSTER}/{place.cluster}".lower()]
    is_as_planned(arm, cluster, plan)
    wanted = [each["maxSurge"] for each in plan.get("pools", [{"maxSurge": plan["maxSurge"]}])]
    assert [surge for surge, _ in surges(cluster)][1:] == wanted[1:]
    assert surges(cluster)[0][0] == ("10%" if wanted[0] == "0" else wanted[0])


@pytest.mark.usefixtures("quick_az")
def test_the_script_is_run_again_and_writes_nothing_of_the_network(arm: LoopbackArm, tmp_path: Path) -> None:
    plan, place = PLAN, Target("demo", "kube", REGION)
    env, script = rig.prepare_config(tmp_path / "azure", arm), export(".sh", plan, place)
    prepare(arm, plan, place)
    cluster = arm.state[deploy(arm, plan, place)[-1].id.lower()]
    assert run(script, env, tmp_path).returncode == 0
    written = [entry.path for entry in arm.ledger if entry.method in ("PUT", "DELETE")]
    assert not [path for path in written if "/virtualNetworks" in path and "roleAssignments" not in path]
    assert not [path for path in written if path.lower() == cluster["id"].lower()]
    is_as_planned(arm, cluster, plan)


def standing(arm: LoopbackArm, place: Target, subnet: str, name: str = "") -> None:
    """A cluster and an identity of the names of a place, in a subnet, with what others have set on them.

    name: of the cluster, where it is another one
    """
    providers = f"{SUB}/resourceGroups/{place.group}/providers"
    network = f"{providers}/Microsoft.Network/virtualNetworks/{place.network_name}"
    pool = {
        "name": "system", "count": 3, "mode": "System", "vmSize": "Standard_D2s_v3",
        "vnetSubnetID": f"{network}/subnets/{subnet}", "upgradeSettings": {"maxSurge": "50%"},
    }  # fmt: skip
    profile = {"networkPlugin": "kubenet", "podCidr": POOLS["podCidr"], "serviceCidr": POOLS["serviceCidr"],
               "dnsServiceIP": POOLS["dnsServiceIp"]}  # fmt: skip
    properties = {"dnsPrefix": "kube", "agentPoolProfiles": [pool], "networkProfile": profile}
    cluster = {"location": REGION, "identity": {"type": "SystemAssigned"}, "properties": properties}
    arm.put(f"{providers}/{CLUSTER}/{name or place.cluster}", cluster)
    identity = f"{providers}/Microsoft.ManagedIdentity/userAssignedIdentities/{place.identity_name}"
    arm.put(identity, {"location": REGION, "tags": {"owner": "payments"}})


def written_by(script: str, env: dict[str, str], folder: Path, arm: LoopbackArm) -> tuple[int, str, list[str]]:
    """What a script came to, what it told, and the last names of what it wrote."""
    before = len(arm.ledger)
    done = run(script, env, folder)
    wrote = [entry.path for entry in [*arm.ledger][before:] if entry.method not in ("GET", "HEAD")]
    return done.returncode, done.stderr, [path.rpartition("/")[2] for path in wrote]


@pytest.mark.usefixtures("quick_az")
@pytest.mark.parametrize("new_subnet", [True, False], ids=["a new subnet", "a subnet that is there"])
def test_a_cluster_of_the_name_in_another_subnet_stops_the_script_before_it_writes(
    new_subnet: bool, arm: LoopbackArm, tmp_path: Path
) -> None:
    place = Target("demo", "kube", None, "hub", "nodes", vnet_exists=True, subnet_exists=not new_subnet)
    env = rig.prepare_config(tmp_path / "azure", arm)
    prepare(arm, POOLS, place)
    network = f"{SUB}/resourceGroups/demo/providers/Microsoft.Network/virtualNetworks/hub"
    arm.put(
        network,
        {
            "location": REGION,
            "properties": {
                "addressSpace": {"addressPrefixes": ["172.31.0.0/16", *POOLS["vnetAddressPrefixes"]]},
                "subnets": [{"name": "other", "properties": {"addressPrefix": "172.31.7.0/24"}}],
            },
        },
    )
    standing(arm, place, "other")
    code, told, wrote = written_by(export(".sh", POOLS, place), env, tmp_path, arm)
    assert (code, wrote) == (1, []), told
    assert "cluster kube in resource group demo exists and is not that of the plan: its subnet is /subscr" in told


@pytest.mark.usefixtures("quick_az")
def test_what_others_have_set_on_a_cluster_and_an_identity_in_the_subnet_is_left(
    arm: LoopbackArm, tmp_path: Path
) -> None:
    place = Target("demo", "kube", None, "hub", "nodes", vnet_exists=True, subnet_exists=True)
    plan = {**POOLS, "pools": POOLS["pools"][:1]}
    env = rig.prepare_config(tmp_path / "azure", arm)
    prepare(arm, plan, place)
    standing(arm, place, "NODES")
    code, told, wrote = written_by(export(".sh", plan, place), env, tmp_path, arm)
    assert (code, wrote) == (0, []), told
    assert "its max surge is 50%, that of the plan is 33%" in told


@pytest.mark.usefixtures("quick_az")
def test_another_kubenet_cluster_in_the_subnet_stops_the_script(arm: LoopbackArm, tmp_path: Path) -> None:
    plan, place = PLACES["network and subnet are there"]
    env = rig.prepare_config(tmp_path / "azure", arm)
    prepare(arm, plan, place)
    standing(arm, place, "NODES", "theirs")
    code, told, wrote = written_by(export(".sh", plan, place), env, tmp_path, arm)
    assert (code, wrote) == (1, []), told
    assert "is used by cluster theirs in resource group demo" in told


@pytest.mark.usefixtures("quick_az")
def test_an_identity_that_is_there_is_used_as_it_is(arm: LoopbackArm, tmp_path: Path) -> None:
    plan, place = PLACES["network and subnet are there"]
    env = rig.prepare_config(tmp_path / "azure", arm)
    prepare(arm, plan, place)
    identities = f"{SUB}/resourceGroups/demo/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    arm.put(f"{identities}/{place.identity_name}", {"location": REGION, "tags": {"owner": "payments"}})
    code, told, wrote = written_by(export(".sh", plan, place), env, tmp_path, arm)
    assert code == 0, told
    assert "kube" in wrote
    assert place.identity_name not in wrote


@pytest.mark.usefixtures("quick_az")
def test_the_script_grants_on_a_route_table_of_one_s_own(arm: LoopbackArm, tmp_path: Path) -> None:
    plan, place = PLACES["network and subnet are there"]
    env = rig.prepare_config(tmp_path / "azure", arm)
    prepare(arm, plan, place)
    table = arm.put(f"{SUB}/resourceGroups/demo/providers/Microsoft.Network/routeTables/own", {"location": REGION})
    subnet = f"{SUB}/resourceGroups/demo/providers/Microsoft.Network/virtualNetworks/hub/subnets/nodes"
    own = {"addressPrefix": plan["subnetPrefix"], "routeTable": {"id": table["id"]}}
    arm.put(subnet, {"properties": own})
    assert run(export(".sh", plan, place), env, tmp_path).returncode == 0
    granted = {key.split("/providers/microsoft.authorization/")[0] for key in arm.state if "roleassignments" in key}
    assert {subnet.lower(), table["id"].lower()} <= granted


@pytest.mark.usefixtures("quick_az")
def test_the_script_stops_at_the_first_command_that_fails(arm: LoopbackArm, tmp_path: Path) -> None:
    plan, place = PLACES["network and subnet are there"]
    done = run(export(".sh", plan, place), rig.prepare_config(tmp_path / "azure", arm), tmp_path)
    assert done.returncode
    assert not [entry for entry in arm.ledger if entry.method == "PUT"]


@pytest.mark.usefixtures("quick_az")
def test_the_script_asks_for_a_region_that_nothing_tells(arm: LoopbackArm, tmp_path: Path) -> None:
    env = rig.prepare_config(tmp_path / "azure", arm)
    done = run(export(".sh", PLAN, Target()), env, tmp_path)
    assert done.returncode
    assert "LOCATION=westeurope bash FILE.sh" in done.stderr

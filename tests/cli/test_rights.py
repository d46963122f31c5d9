"""What belongs to whom, and what a caller with few rights may still do: `az kubenet` against the loopback Azure.

What Microsoft Graph does with marks here is our model, made after its documents: `tags` of an application, and a filter
on them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cli.conftest import Cloud, enter
from tests.loopback.callers.client import SUB, Client
from tests.loopback.callers.situations import Played, Typed
from tests.loopback.core.options import CALLER_OBJECT
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.loopback.server import faults
from tests.loopback.server.server import LoopbackArm
from tests.support.az import Az

NEW = "-g rg -n kube --no-ssh-key -l westeurope"
GROUP = "resourceGroups/rg"
IDENTITIES = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
CORP = "resourceGroups/net/providers/Microsoft.Network/virtualNetworks/corp"
SECRET = "Pa55-never-shown-word"


# -- reported situations


def put(typed: Typed, kind: str) -> list[str]:
    """Names of what a command PUT of a kind."""
    paths = [each.path.split("/") for each in typed.writes if each.method == "PUT"]
    return [path[-1] for path in paths if path[-2].lower() == kind.lower()]


def nothing_is_written(played: Played) -> bool:
    return played.codes == [0, 0] and not any(each.writes for each in played.typed)


def only_the_first_run_grants(played: Played) -> bool:
    first, second = played.typed
    return (first.code, second.code) == (0, 1) and not second.writes and "route-table-replaced" in second.err


def the_cluster_is_made(played: Played) -> bool:
    return put(played.typed[0], "managedClusters") == ["kube"]


def the_cluster_is_sent_twice(played: Played) -> bool:
    return [put(each, "managedClusters") for each in played.typed] == [["kube"], ["kube"]]


def only_what_aks_create_said(played: Played) -> bool:
    return played.typed[0].code == 1 and not played.typed[0].writes and "min-count and max-count" in played.typed[0].err


def the_identity_is_to_be_added(played: Played) -> bool:
    (has,) = re.findall(r"identity is (\S+), not", played.typed[1].err)
    said = played.typed[1]
    return said.code == 1 and not said.writes and f"-> add --assign-identity {has}" in said.err


def the_caller_is_named_by_its_object_id(played: Played) -> bool:
    assignees = re.findall(r"--assignee(?:-object-id)? (\S+)", played.typed[0].err)
    return set(assignees) == {CALLER_OBJECT} and not played.typed[0].writes


def nothing_is_called_missing(played: Played) -> bool:
    said = played.typed[0]
    return said.code == 1 and "SubscriptionNotFound" in said.err and "does not exist" not in said.err


def it_is_registered_in_a_real_run_alone(played: Played) -> bool:
    return played.typed[0].code == 0 and not played.typed[0].writes and "[providers-registered]" in played.typed[0].err


def the_count_sizes_the_subnet_alone(played: Played) -> bool:
    (pool,) = played.arm.state[f"{SUB}/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/kube"][
        "properties"
    ]["agentPoolProfiles"]
    return played.typed[0].code == 0 and not pool.get("enableAutoScaling") and not pool.get("maxCount")


# what must hold, in a sentence | the situation | how it is seen
SEEDS: tuple[tuple[str, str, Callable[[Played], bool]], ...] = (
    ("a dry run writes nothing, through borrowed code either", "C6", nothing_is_written),
    ("no role is granted on a table that is not the cluster's", "C7", only_the_first_run_grants),
    ("a right on the subnet alone is enough", "C8", the_cluster_is_made),
    ("no directory is asked for what the run does not need", "C9", the_cluster_is_sent_twice),
    ("what az aks create refuses is refused before the first write, addons or not", "C20", only_what_aks_create_said),
    ("Managed Identity Operator is enough to use an identity", "C27", the_cluster_is_made),
    ("role assignments that may not be read are granted anew", "C30", the_cluster_is_made),
    ("--max-count without the autoscaler sizes the plan", "C35", the_count_sizes_the_subnet_alone),
    ("a default that differs is to be added", "C38", the_identity_is_to_be_added),
    ("a command for an administrator names the login by its object id", "C39", the_caller_is_named_by_its_object_id),
    ("what the login does not see is not called missing", "C41", nothing_is_called_missing),
    ("a provider that is not registered refuses nothing", "C43", it_is_registered_in_a_real_run_alone),
)  # fmt: skip


@pytest.mark.needs_shared
@pytest.mark.sweep
@pytest.mark.parametrize(("seed", "holds"), [row[1:] for row in SEEDS], ids=[row[0] for row in SEEDS])
def test_a_reported_situation(play: Callable[[str], Played], seed: str, holds: Callable[[Played], bool]) -> None:
    played = play(seed)
    assert holds(played), "\n".join(f"$ {each.line}\n{each.err}" for each in played.typed)


# -- service principals


def applications(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """The directory's applications, by object id."""
    return cloud.arm.cloud.directory.objects["applications"]


def stranger(cloud: Cloud, name: str = "kube-sp") -> dict[str, Any]:
    """Another team's application; as it is shown."""
    app_id = cloud.arm.cloud.directory.add_service_principal(name)["appId"]
    (found,) = [each for each in applications(cloud).values() if each["appId"] == app_id]
    return dict(found)


def test_an_application_of_the_same_name_is_not_taken_up(cloud: Cloud) -> None:
    theirs = stranger(cloud)
    ran = cloud(f"kubenet create {NEW} --create-service-principal")
    assert ran.code == 0, ran.err
    assert applications(cloud)[theirs["id"]] == theirs
    ours = cloud.arm.cloud.directory.by_app_id(ran.json["servicePrincipalProfile"]["clientId"])
    assert ours is not None
    assert ours["appId"] != theirs["appId"]
    cloud.arm.ledger.clear()
    again = cloud(f"kubenet create {NEW} --create-service-principal")
    assert (again.code, again.out, cloud.writes) == (0, ran.out, []), again.err


def test_clusters_of_one_name_in_two_groups_have_an_application_each(cloud: Cloud) -> None:
    made = [
        cloud(f"kubenet create -g {group} -n kube --no-ssh-key -l westeurope --create-service-principal")
        for group in ("one", "two")
    ]
    assert [each.code for each in made] == [0, 0], [each.err for each in made]
    clients = {each.json["servicePrincipalProfile"]["clientId"] for each in made}
    assert len(clients) == len(applications(cloud)) == 2
    assert all(len(each["passwordCredentials"]) == 1 for each in applications(cloud).values())


def test_what_an_interrupted_run_has_left_is_taken_up(cloud: Cloud) -> None:
    once = faults.Fault(faults.refusal(400, "NeverSeenBefore"))
    once.put_into(cloud.arm.cloud, faults.posts("servicePrincipals"))
    assert cloud(f"kubenet create {NEW} --create-service-principal").code == 1
    (left,) = applications(cloud)
    ran = cloud(f"kubenet create {NEW} --create-service-principal")
    assert ran.code == 0, ran.err
    assert [*applications(cloud)] == [left]


def refuse_clusters(call: Call) -> Answer | None:
    wanted = call.method == "PUT" and "/managedclusters/" in call.path.lower()
    return Answer(400, {"code": "NeverSeenBefore", "message": "No."}) if wanted else None


def test_a_rollback_deletes_its_own_application_and_no_other_of_that_name(cloud: Cloud) -> None:
    theirs = [stranger(cloud, name) for name in ("kube-sp", "kube-sp", "kube-sp2")]
    cloud.arm.before.append(refuse_clusters)
    ran = cloud(f"kubenet create {NEW} --create-service-principal --rollback-on-failure")
    assert ran.code == 1
    assert "rolled back: what this run created is deleted" in ran.err
    assert applications(cloud) == {each["id"]: each for each in theirs}


def test_the_printed_command_deletes_one_application_by_its_object_id(cloud: Cloud) -> None:
    theirs = [stranger(cloud, name) for name in ("kube-sp", "kube-sp2", "kube-sp-prod")]
    cloud.arm.before.append(refuse_clusters)
    ran = cloud(f"kubenet create {NEW} --create-service-principal")
    (ours,) = set(applications(cloud)) - {each["id"] for each in theirs}
    (command,) = re.findall(r"^  service principal kube-sp: (.+)", ran.err, re.MULTILINE)
    assert command == f"az ad app delete --id {ours}"
    assert cloud.shell(command).code == 0
    assert applications(cloud) == {each["id"]: each for each in theirs}


def lost_answer(cloud: Cloud) -> None:
    """Applications are made from now on, and the answer does not arrive."""
    faults.Fault(times=faults.ALWAYS, acted=True).put_into(cloud.arm.cloud, faults.posts("applications"))


def test_an_application_whose_answer_was_lost_is_found_by_its_mark(cloud: Cloud) -> None:
    theirs = [stranger(cloud, name) for name in ("kube-sp", "kube-sp2")]
    lost_answer(cloud)
    ran = cloud(f"kubenet create {NEW} --create-service-principal")
    assert ran.code == 0, ran.err
    assert len(applications(cloud)) == 3
    ours = cloud.arm.cloud.directory.by_app_id(ran.json["servicePrincipalProfile"]["clientId"])
    assert ours is not None
    assert ours["appId"] not in {each["appId"] for each in theirs}


def test_a_rollback_finds_an_application_whose_answer_was_lost(cloud: Cloud) -> None:
    theirs = stranger(cloud)
    lost_answer(cloud)
    cloud.arm.before.append(refuse_clusters)
    ran = cloud(f"kubenet create {NEW} --create-service-principal --rollback-on-failure")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert applications(cloud) == {theirs["id"]: theirs}


def graph_refuses(call: Call) -> Answer | None:
    inner = {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}
    return Answer(403, {"error": inner}) if call.path.startswith("/v1.0/") else None


def test_a_service_principal_works_for_a_login_without_rights_in_the_directory(cloud: Cloud) -> None:
    mine = cloud.arm.cloud.directory.add_service_principal("mine")
    cloud.seed("resourceGroups/net", bodies.group())
    subnet = cloud.seed(CORP, bodies.network("10.30.0.0/16", nodes="10.30.1.0/24")) + "/subnets/nodes"
    cloud.arm.grant(mine["id"], "Network Contributor", subnet)
    cloud.arm.before.append(graph_refuses)
    options = f"{NEW} --vnet-subnet-id {subnet} --service-principal {mine['appId']} --client-secret {SECRET}"
    ran = cloud(f"kubenet create {options}")
    assert ran.code == 0, ran.err
    assert "[not-looked-at]" in ran.err
    assert f"az role assignment create --assignee {mine['appId']} --role" in ran.err
    assert cloud.made("roleAssignments") == []


def test_the_directory_is_not_asked_where_nothing_is_to_be_granted(cloud: Cloud) -> None:
    mine = cloud.arm.cloud.directory.add_service_principal("mine")
    cloud.seed("resourceGroups/net", bodies.group())
    subnet = cloud.seed(CORP, bodies.network("10.30.0.0/16", nodes="10.30.1.0/24")) + "/subnets/nodes"
    cloud.arm.grant(mine["id"], "Network Contributor", subnet)
    ran = cloud(
        f"kubenet create {NEW} --vnet-subnet-id {subnet} --service-principal {mine['appId']} --client-secret {SECRET} "
        "--skip-subnet-role-assignment"
    )
    assert ran.code == 0, ran.err
    assert [each.path for each in cloud.arm.ledger if each.path.startswith("/v1.0/")] == []


# -- grants


def test_a_kubelet_identity_gets_its_role_from_the_clusters_new_identity(cloud: Cloud) -> None:
    cloud.seed(GROUP, bodies.group())
    kubelet = cloud.seed(f"{IDENTITIES}/kubelet", {"location": "westeurope"})
    shown = cloud(f"kubenet create {NEW} --assign-kubelet-identity {kubelet} --dry-run")
    assert (shown.code, cloud.writes) == (0, []), shown.err
    assert [row["name"] for row in shown.json if row["kind"] == "role assignment"] == [
        "Network Contributor", "Managed Identity Operator",
    ]  # fmt: skip
    ran = cloud(f"kubenet create {NEW} --assign-kubelet-identity {kubelet}")
    assert ran.code == 0, ran.err
    assert ran.json["identityProfile"]["kubeletidentity"]["resourceId"].lower() == kubelet.lower()
    on_kubelet = [path for path in cloud.writes if "/userassignedidentities/kubelet/" in path.lower()]
    assert len(on_kubelet) == 1
    assert cloud.writes.index(on_kubelet[0]) < len(cloud.writes) - 1  # az aks create found it, and granted nothing
    cloud.arm.ledger.clear()
    again = cloud(f"kubenet create {NEW} --assign-kubelet-identity {kubelet}")
    assert (again.code, cloud.writes) == (0, []), again.err


def test_a_kubelet_identity_whose_role_has_not_spread_yet_is_waited_for(cloud: Cloud) -> None:
    cloud.seed(GROUP, bodies.group())
    kubelet = cloud.seed(f"{IDENTITIES}/kubelet", {"location": "westeurope"})
    missing = faults.refusal(400, "CustomKubeletIdentityMissingPermissionError", flat=True)
    once = faults.Fault(missing).put_into(cloud.arm.cloud, faults.to("PUT", "managedClusters"))
    ran = cloud(f"kubenet create {NEW} --assign-kubelet-identity {kubelet}")
    assert (ran.code, once.hits) == (0, 1), ran.err


def test_with_a_kubelet_identity_the_other_options_are_rehearsed_all_the_same(cloud: Cloud) -> None:
    cloud.seed(GROUP, bodies.group())
    kubelet = cloud.seed(f"{IDENTITIES}/kubelet", {"location": "westeurope"})
    ran = cloud(f"kubenet create {NEW} --assign-kubelet-identity {kubelet} --enable-azure-keyvault-kms")
    assert (ran.code, cloud.writes) == (1, []) or (ran.code, cloud.writes) == (2, []), ran.err
    assert "azure-keyvault-kms-key-id" in ran.err


# an option for which az aks create's code writes, or asks for other things, while it builds the cluster
ON_THE_WAY = (
    "--enable-addons monitoring",
    "--enable-addons azure-policy,monitoring",
    "--enable-defender",
    "--attach-acr registry",
    "--enable-addons http_application_routing",
)


@pytest.mark.parametrize("option", ON_THE_WAY)
def test_a_dry_run_writes_nothing_and_refuses_nothing_for(cloud: Cloud, option: str) -> None:
    ran = cloud(f"kubenet create {NEW} --dry-run {option}")
    assert (ran.code, cloud.writes) == (0, []), ran.err


def test_a_registry_that_is_not_there_is_told_before_anything_is_made_for_a_service_principal(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW} --create-service-principal --attach-acr registry")
    assert ran.code != 0
    assert "registry" in ran.err
    assert (cloud.writes, applications(cloud)) == ([], {})


def test_a_role_with_the_actions_that_are_needed_is_enough(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/net", bodies.group())
    cloud.seed(GROUP, bodies.group())
    subnet = cloud.seed(CORP, bodies.network("10.30.0.0/16", nodes="10.30.1.0/24")) + "/subnets/nodes"
    mine = cloud.seed(f"{IDENTITIES}/mine", {"location": "westeurope"})
    role = custom_role(cloud, ["subnets/read", "subnets/join/action"])
    assign(cloud, role, cloud.arm.state[mine]["properties"]["principalId"], subnet)
    ran = cloud(f"kubenet create {NEW} --vnet-subnet-id {subnet} --assign-identity {mine}")
    assert ran.code == 0, ran.err
    assert cloud.made("roleAssignments") == []


def test_a_role_that_lacks_one_of_them_is_not(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/net", bodies.group())
    cloud.seed(GROUP, bodies.group())
    subnet = cloud.seed(CORP, bodies.network("10.30.0.0/16", nodes="10.30.1.0/24")) + "/subnets/nodes"
    mine = cloud.seed(f"{IDENTITIES}/mine", {"location": "westeurope"})
    role = custom_role(cloud, ["subnets/read"])
    assign(cloud, role, cloud.arm.state[mine]["properties"]["principalId"], subnet)
    ran = cloud(f"kubenet create {NEW} --vnet-subnet-id {subnet} --assign-identity {mine}")
    assert ran.code == 0, ran.err
    assert len(cloud.made("roleAssignments")) == 1


def custom_role(cloud: Cloud, actions: list[str]) -> str:
    """A role of the user's own with some actions on networks; its id."""
    path = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/0c000000-0000-4000-8000-000000000001"
    permissions = [{"actions": [f"Microsoft.Network/virtualNetworks/{each}" for each in actions]}]
    body = {"roleName": "nodes", "assignableScopes": [SUB], "permissions": permissions}
    made = Client(cloud.arm).send("PUT", path, {"properties": body}, "2022-04-01")
    cloud.arm.ledger.clear()
    return str(made.body["id"])


def assign(cloud: Cloud, role: str, principal: str, scope: str) -> None:
    name = "0a000000-0000-4000-8000-000000000001"
    body = {"properties": {"roleDefinitionId": role, "principalId": principal}}
    cloud.arm.put(f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", body)


# -- few rights


@pytest.fixture
def few(az: Az) -> Iterator[Cloud]:
    """A login that has rights on its own group and on one subnet, and no other."""
    with LoopbackArm(caller_role="") as arm:
        cloud = enter(arm, az)
        cloud.seed(GROUP, bodies.group())
        cloud.seed("resourceGroups/net", bodies.group())
        subnet = cloud.seed(CORP, bodies.network("10.30.0.0/16", nodes="10.30.1.0/24", other="10.30.2.0/24"))
        for scope in (f"{SUB}/{GROUP}", f"{subnet}/subnets/nodes"):
            arm.grant(CALLER_OBJECT, "Owner", scope)
        yield cloud


BY_NAME = "--vnet-resource-group net --vnet-name corp --subnet-name nodes"
BY_ID = f"--vnet-subnet-id {SUB}/{CORP}/subnets/nodes"


@pytest.mark.parametrize("network", [BY_ID, BY_NAME])
def test_a_right_on_the_subnet_alone_is_enough_to_create(few: Cloud, network: str) -> None:
    ran = few(f"kubenet create {NEW} {network} --dry-run")
    assert ran.code == 0, ran.err
    assert "[surroundings-unreadable]" in ran.err
    assert {row["name"]: row["action"] for row in ran.json}["nodes"] == "keep"


@pytest.mark.parametrize("network", [BY_ID, "-g net --vnet-name corp --subnet-name nodes"])
def test_and_to_plan(few: Cloud, network: str) -> None:
    ran = few(f"kubenet plan {network}")
    assert ran.code == 0, ran.err
    assert ran.json["subnetPrefix"] == "10.30.1.0/24"
    assert [each["rule"] for each in ran.json["findings"]][:1] == ["surroundings-unreadable"]


def test_a_plan_for_such_a_subnet_goes_into_create(few: Cloud) -> None:
    planned = few(f"kubenet plan {BY_ID}")
    ran = few("kubenet", "create", *NEW.split(), "--plan", json.dumps(planned.json), "--dry-run")
    assert ran.code == 0, ran.err


@pytest.fixture
def joins(az: Az) -> Iterator[Cloud]:
    """A login that may join the subnet, and see nothing of it."""
    with LoopbackArm(caller_role="") as arm:
        cloud = enter(arm, az)
        cloud.seed(GROUP, bodies.group())
        cloud.seed("resourceGroups/net", bodies.group())
        subnet = cloud.seed(CORP, bodies.network("10.30.0.0/16", nodes="10.30.1.0/24")) + "/subnets/nodes"
        mine = cloud.seed(f"{GROUP}/{IDENTITIES.partition('rg/')[2]}/mine", {"location": "westeurope"})
        arm.grant(arm.state[mine]["properties"]["principalId"], "Network Contributor", subnet)
        arm.grant(CALLER_OBJECT, "Owner", SUB)
        role = custom_role(cloud, ["subnets/join/action"])
        arm.state.pop(next(key for key in arm.state if arm.state[key].get("properties", {}).get("scope") == SUB))
        arm.grant(CALLER_OBJECT, "Owner", f"{SUB}/{GROUP}")
        assign(cloud, role, CALLER_OBJECT, subnet)
        cloud.arm.ledger.clear()
        yield cloud


def test_to_join_the_subnet_is_enough_where_its_prefix_is_typed(joins: Cloud) -> None:
    options = f"{NEW} {BY_ID} --assign-identity {SUB}/{IDENTITIES}/mine --skip-subnet-role-assignment"
    ran = joins(f"kubenet create {options}")
    assert (ran.code, joins.writes) == (1, [])
    assert "use --subnet-prefix CIDR with the prefix of subnet nodes" in ran.err
    ran = joins(f"kubenet create {options} --subnet-prefix 10.30.1.0/24")
    assert ran.code == 0, ran.err
    assert (joins.made("managedClusters"), joins.refused()) == (["kube"], [])
    assert "not read: its subnets, subnet nodes among them" in ran.err


def test_no_new_subnet_is_planned_in_a_network_that_may_not_be_read(few: Cloud) -> None:
    few.arm.grant(CALLER_OBJECT, "Owner", f"{SUB}/{CORP}/subnets/more")
    ran = few(f"kubenet create {NEW} --vnet-resource-group net --vnet-name corp --subnet-name more")
    assert (ran.code, few.writes) == (1, [])
    assert "--subnet-prefix CIDR" in ran.err


# -- resource providers


def unregistered(cloud: Cloud, namespace: str) -> list[str]:
    """Let a provider be unregistered until it is registered; the methods and paths of what was asked of it."""
    asked: list[str] = []

    def before(call: Call) -> Answer | None:
        if f"/providers/{namespace}".lower() not in call.path.lower().removesuffix("/register")[-len(namespace) - 11 :]:  # noqa: E203
            return None
        asked.append(f"{call.method} {call.path}")
        state = "Registered" if any(each.endswith("/register") for each in asked) else "NotRegistered"
        return Answer(200, {"namespace": namespace, "registrationState": state})

    cloud.arm.before.append(before)
    return asked


def test_a_provider_is_registered_before_the_first_resource_of_it(cloud: Cloud) -> None:
    asked = unregistered(cloud, "Microsoft.ContainerService")
    ran = cloud(f"kubenet create {NEW}")
    assert ran.code == 0, ran.err
    registered = [each for each in asked if each.startswith("POST")]
    assert registered == [f"POST {SUB}/providers/Microsoft.ContainerService/register"]
    lines = [line for line in ran.err.splitlines() if line.startswith("+")]
    assert any(line.startswith("+ resource provider Microsoft.ContainerService") for line in lines[:2])


def test_a_dry_run_shows_the_registration_and_does_not_make_it(cloud: Cloud) -> None:
    asked = unregistered(cloud, "Microsoft.ContainerService")
    ran = cloud(f"kubenet create {NEW} --dry-run")
    assert ran.code == 0, ran.err
    assert [each for each in asked if not each.startswith("GET")] == []
    assert ran.json[0]["kind"] == "resource provider"


def test_the_role_that_is_there_is_named_and_not_the_one_that_is_wanted(cloud: Cloud) -> None:
    """A second run without the first one's options: Contributor on the network is enough."""
    cloud.arm.put(f"{SUB}/{GROUP}", bodies.group())
    assert cloud(f"kubenet create {NEW} --role Contributor --role-scope vnet").code == 0
    again = cloud(f"kubenet create {NEW}")
    assert again.code == 0, again.err
    assert "= role assignment Contributor on kube-subnet" in again.err


@pytest.fixture
def contributor(az: Az) -> Iterator[Cloud]:
    """A login that may write everything but role assignments."""
    with LoopbackArm(caller_role="Contributor") as arm:
        yield enter(arm, az)


def test_role_assignments_that_nobody_may_read_and_nobody_may_write_are_a_warning(contributor: Cloud) -> None:
    """The identity may well have its role: `az aks create` goes on, too."""
    contributor.seed(GROUP, bodies.group())
    contributor.seed("resourceGroups/net", bodies.group())
    identity = contributor.seed(f"{IDENTITIES}/team", {"location": "westeurope"})
    network = contributor.seed(CORP, bodies.network("10.30.0.0/16", nodes="10.30.1.0/24"))
    principal = contributor.arm.state[identity]["properties"]["principalId"]
    contributor.arm.grant(principal, "Network Contributor", network)
    hidden = faults.Fault(faults.refusal(403, "AuthorizationFailed"), times=faults.ALWAYS)
    hidden.put_into(contributor.arm.cloud, lambda call: call.method == "GET" and "roleassignments" in call.path.lower())
    ran = contributor(f"kubenet create {NEW} --assign-identity {identity} --vnet-subnet-id {network}/subnets/nodes")
    assert ran.code == 0, ran.err
    assert "WARNING: the caller may not" in ran.err
    assert "whether it has that could not be read" in ran.err
    assert "role assignment Network Contributor on nodes was left out" in ran.err
    assert contributor.made("managedClusters") == ["kube"]

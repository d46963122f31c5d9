"""The roles of docs/roles are enough for the commands of docs/guide/rights.rst, and none of their actions is too much.

What an action allows is our model of Azure (tests/loopback/authorization). `NOT_ASKED` are those that the model does
not ask for, and Azure by its documents does.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import pytest

from tests.cli import running_clusters
from tests.cli.conftest import Cloud, enter
from tests.cli.running_clusters import CLUSTER, CORP, IDENTITY, NET, NODES, NSG, OWN_TABLE
from tests.loopback.callers.client import SUB
from tests.loopback.core.options import CALLER_OBJECT
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.loopback.seeds.scene import scene
from tests.loopback.server import faults
from tests.loopback.server.server import LoopbackArm
from tests.support.az import Az, Ran
from tests.support.paths import ROOT
from tests.unit.discovery.cluster_inside import node
from tests.unit.discovery.cluster_inside import run as inside

FOLDER = ROOT / "docs" / "roles"
PAGE = ROOT / "docs" / "guide" / "rights.rst"
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
#: The subscription in the files, which stands for the reader's own.
ANY = "00000000-0000-0000-0000-000000000000"
#: With which the page has that role assigned.
CONDITION = (FOLDER / "network-contributor-only.txt").read_text(encoding="utf-8")
DEFINITION = "/providers/Microsoft.Authorization/roleDefinitions/"

RG, OTHERS = f"{SUB}/resourceGroups/rg", f"{SUB}/resourceGroups/net"
MINE = f"{SUB}/resourceGroups/net/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine"
ZONE = f"{NET}/privateDnsZones/privatelink.westeurope.azmk8s.io"
GATEWAY = f"{NET}/natGateways/out"
CREATE = "kubenet create -g rg -n kube -l westeurope --no-ssh-key --propagation-timeout 4"
IN_SUBNET = f"{CREATE} --vnet-subnet-id {NODES}"
MOVE = "kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected"

#: Actions that the model does not ask for.
NOT_ASKED = {
    "Microsoft.ResourceGraph/resources/read": "a query shows what may be read, and the model asks for no more",
    "Microsoft.Resources/subscriptions/read": "azure-cli reads it at login, which a test has no need of",
    "Microsoft.Resources/subscriptions/locations/read": "the model shows the regions of its main subscription to all",
}


# -- what there is


def nothing(cloud: Cloud) -> None:
    """An empty subscription."""


def the_group(cloud: Cloud) -> None:
    """A resource group for the cluster."""
    cloud.arm.put(RG, bodies.group())


def others_network(cloud: Cloud) -> None:
    """A group for the cluster; a network with a security group, and an identity, in another."""
    the_group(cloud)
    running_clusters.network(cloud)
    identity = cloud.arm.put(MINE, {"location": "westeurope"})
    for scope in (NODES, NSG):
        cloud.arm.grant(identity["properties"]["principalId"], "Network Contributor", scope)


def private_zone(cloud: Cloud) -> None:
    """A NAT gateway on the subnet; DNS servers in a hub, which a private zone is linked to."""
    the_group(cloud)
    cloud.arm.put(f"{SUB}/resourceGroups/net", bodies.group())
    cloud.arm.put(f"{NET}/publicIPAddresses/out", {"location": "westeurope", "properties": {}})
    addresses = {"publicIpAddresses": [{"id": f"{NET}/publicIPAddresses/out"}]}
    cloud.arm.put(GATEWAY, {"location": "westeurope", "properties": addresses})
    running_clusters.network(cloud, natGateway={"id": GATEWAY})
    cloud.arm.cloud.store[CORP.lower()]["properties"]["dhcpOptions"] = {"dnsServers": ["10.99.0.4"]}
    cloud.arm.put(ZONE, {"location": "global", "properties": {}})
    cloud.arm.put(f"{NET}/virtualNetworks/hub", bodies.network("10.99.0.0/24"))
    link = {"virtualNetwork": {"id": f"{NET}/virtualNetworks/hub"}, "registrationEnabled": False}
    cloud.arm.put(f"{ZONE}/virtualNetworkLinks/hub", {"location": "global", "properties": link})
    cloud.arm.put(MINE, {"location": "westeurope"})
    principal = cloud.arm.state[MINE]["properties"]["principalId"]
    for scope in (CORP, NSG, GATEWAY):
        cloud.arm.grant(principal, "Network Contributor", scope)
    cloud.arm.grant(principal, "Private DNS Zone Contributor", ZONE)


def own_table(cloud: Cloud) -> None:
    """The subnet of others has their route table, with a way out."""
    others_network(cloud)
    way = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.30.9.4"}
    routes = [{"name": "out", "properties": way}]
    cloud.arm.put(OWN_TABLE, {"location": "westeurope", "properties": {"routes": routes}})
    cloud.arm.cloud.store[NODES.lower()]["properties"]["routeTable"] = {"id": OWN_TABLE}


def own_principal(cloud: Cloud) -> None:
    """The same, and a service principal that has its role there."""
    others_network(cloud)
    made = cloud.arm.cloud.directory.add_service_principal("pipeline")
    for scope in (NODES, NSG):
        cloud.arm.grant(made["id"], "Network Contributor", scope)
    (cloud.az.home / "secret.txt").write_text("not-a-real-word", encoding="utf-8")
    cloud.env["APP"] = made["appId"]


def with_another_identity(cloud: Cloud) -> None:
    """A cluster, and an identity that has no role yet."""
    running_clusters.own_network(cloud)
    cloud.arm.put(MINE, {"location": "westeurope"})


def surroundings(cloud: Cloud) -> None:
    """A network with peers, a gateway and clusters."""
    scene(cloud.arm)


def unregistered(cloud: Cloud) -> None:
    """A subscription in which no provider is registered."""
    registered: set[str] = set()

    def after(call: Call, answer: Answer) -> Answer | None:
        found = re.fullmatch(rf"{SUB}/providers/([\w.]+)(/register)?", call.path)
        if not found or answer.status != 200:
            return None
        if found[2]:
            registered.add(found[1])
        state = "Registered" if found[1] in registered else "NotRegistered"
        return Answer(200, {**answer.body, "registrationState": state})

    cloud.arm.after.append(after)


def fails(*there: Callable[[Cloud], object]) -> Callable[[Cloud], object]:
    """A subscription in which a cluster ends in state Failed."""

    def failing(cloud: Cloud) -> None:
        for each in there:
            each(cloud)
        error = {"code": "QuotaExceeded", "message": "Operation could not be completed."}
        faults.ends(cloud.arm.cloud, "managedClusters", "Failed", error, faults.ALWAYS)

    return failing


def inspected(cloud: Cloud) -> None:
    """A cluster that answers commands."""
    made = running_clusters.own_network(cloud)
    nodes = [
        node(each.name, made.routes[each.name]["properties"]["addressPrefix"], each.address) for each in made.nodes
    ]
    folder = cloud.az.home / "inside"
    folder.mkdir(exist_ok=True)
    made.cloud.clusters.run_command = lambda _, command: (0, inside(folder, {"nodes": nodes}))


def old(cloud: Cloud) -> None:
    """A cluster of a version from which no move is possible, and which the region still has."""
    running_clusters.own_network(cloud)
    versions = f"{SUB}/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions"
    for minor, patch in (("1.26", "1.26.6"), ("1.27", "1.27.9")):
        cloud.arm.put(f"{versions}/{minor}", {"patchVersions": {patch: {"upgrades": []}}})
    properties = cloud.arm.cloud.store[CLUSTER.lower()]["properties"]
    properties.update(kubernetesVersion="1.26.6", currentKubernetesVersion="1.26.6")


def unrouted(cloud: Cloud) -> None:
    """A cluster whose table a policy keeps from being written."""
    made = running_clusters.own_network(cloud)
    made.lose_route()
    cloud.arm.cloud.activity_log.add(made.table.text(), "RequestDisallowedByPolicy", "Resource was disallowed.")


READER = ("kubenet-reader", SUB)
JOINS = ("kubenet-subnet", NODES)
USES = ("Managed Identity Operator", MINE)


class Case(NamedTuple):
    """A command, and what its caller was granted: role files, or built-in roles, each at a scope."""

    sentence: str
    there: Callable[[Cloud], object]
    line: str
    grants: Sequence[tuple[str, str]]


CASES = (
    Case("plan in a network", surroundings, "kubenet plan -g net --vnet-name app", [READER]),
    Case("plan around all that there is", surroundings, "kubenet plan --discover subscription", [READER]),
    Case("check", running_clusters.own_network, running_clusters.CHECK, [READER]),
    Case("check with a table of one's own", running_clusters.own_table, running_clusters.CHECK, [READER]),
    Case("check in a network of AKS", running_clusters.network_of_aks, running_clusters.CHECK, [READER]),
    Case("check of an old version", old, f"{running_clusters.CHECK} --fail-on never", [READER]),
    Case("check of nodes without a route", unrouted, f"{running_clusters.CHECK} --fail-on never", [READER]),
    Case("check --inspect-cluster", inspected, f"{running_clusters.CHECK} --inspect-cluster",
         [READER, ("kubenet-inspector", CLUSTER)]),
    Case("check of a cluster in no group", nothing, f"{running_clusters.CHECK}", [READER]),
    Case("list", running_clusters.own_network, "kubenet list", [READER]),
    Case("list --live", running_clusters.own_network, "kubenet list --live", [READER]),
    Case("wait", running_clusters.own_network, "kubenet wait -g shop -n kube --created", [("kubenet-reader", CLUSTER)]),
    Case("create --dry-run", others_network, f"{IN_SUBNET} --assign-identity {MINE} --dry-run",
         [READER, JOINS, USES, ("kubenet-cluster", RG)]),
    Case("create all in a group that exists", the_group, CREATE,
         [READER, ("kubenet-creator", RG), ("kubenet-granter", RG)]),
    Case("create with a group of its own", nothing, CREATE,
         [READER, ("kubenet-subscription", SUB), ("kubenet-creator", SUB), ("kubenet-granter", SUB)]),
    Case("create where no provider is registered", unregistered, CREATE,
         [READER, ("kubenet-subscription", SUB), ("kubenet-creator", SUB), ("kubenet-granter", SUB)]),
    Case("create in a subnet that exists, with a new identity", others_network, IN_SUBNET,
         [READER, JOINS, ("kubenet-creator", RG), ("kubenet-granter", NODES)]),
    Case("create a subnet in a network that exists", others_network,
         f"{CREATE} --vnet-name corp --vnet-resource-group net --subnet-name more",
         [READER, ("kubenet-creator", RG), ("kubenet-creator", OTHERS), ("kubenet-granter", CORP)]),
    Case("create with an identity that has its role", others_network, f"{IN_SUBNET} --assign-identity {MINE}",
         [READER, JOINS, USES, ("kubenet-cluster", RG)]),
    Case("create with sizes, zones and a version", others_network,
         f"{IN_SUBNET} --assign-identity {MINE} --node-vm-size Standard_D2s_v5 --zones 1 2 --kubernetes-version 1.34",
         [READER, JOINS, USES, ("kubenet-cluster", RG)]),
    Case("create a private cluster", private_zone,
         f"{IN_SUBNET} --assign-identity {MINE} --enable-private-cluster --private-dns-zone {ZONE}"
         " --outbound-type userAssignedNATGateway",
         [READER, JOINS, USES, ("kubenet-cluster", RG)]),
    Case("create --identity-type systemAssigned", others_network, f"{IN_SUBNET} --identity-type systemAssigned",
         [READER, JOINS, ("kubenet-cluster", RG), ("kubenet-granter", NODES)]),
    Case("create --create-service-principal", others_network, f"{IN_SUBNET} --create-service-principal",
         [READER, JOINS, ("kubenet-cluster", RG), ("kubenet-granter", NODES)]),
    Case("create with a route table of the network's owner", own_table,
         f"{IN_SUBNET} --outbound-type userDefinedRouting",
         [READER, JOINS, ("kubenet-creator", RG), ("kubenet-granter", NODES), ("kubenet-granter", OWN_TABLE)]),
    Case("create --service-principal that has its role", own_principal,
         f"{IN_SUBNET} --service-principal pipeline --client-secret @secret.txt --skip-subnet-role-assignment",
         [READER, JOINS, ("kubenet-cluster", RG)]),
    Case("create --rollback-on-failure", fails(), f"{CREATE} --rollback-on-failure",
         [READER, ("kubenet-subscription", SUB), ("kubenet-creator", SUB), ("kubenet-granter", SUB),
          ("kubenet-rollback", SUB)]),
    Case("create --rollback-on-failure in a network of others", fails(others_network),
         f"{CREATE} --vnet-name corp --vnet-resource-group net --subnet-name more --rollback-on-failure",
         [READER, ("kubenet-creator", RG), ("kubenet-creator", OTHERS), ("kubenet-granter", CORP),
          ("kubenet-rollback", RG), ("kubenet-rollback", CORP)]),
    Case("migrate --dry-run", running_clusters.own_network, f"{MOVE} --dry-run",
         [READER, JOINS, ("kubenet-cluster", CLUSTER), ("Managed Identity Operator", IDENTITY)]),
    Case("migrate --assign-identity", with_another_identity, f"{MOVE} --yes --assign-identity {MINE}",
         [READER, JOINS, ("kubenet-cluster", CLUSTER), USES, ("kubenet-granter", NODES)]),
    Case("migrate --inspect-cluster", inspected,
         "kubenet migrate -g shop -n kube --inspect-cluster --save state.json --yes",
         [READER, JOINS, ("kubenet-cluster", CLUSTER), ("kubenet-inspector", CLUSTER),
          ("Managed Identity Operator", IDENTITY)]),
    Case("migrate", running_clusters.own_network, f"{MOVE} --yes",
         [READER, JOINS, ("kubenet-cluster", CLUSTER), ("Managed Identity Operator", IDENTITY)]),
)  # fmt: skip
BY_SENTENCE = {case.sentence: case for case in CASES}


# -- running them


def actions_of(role: str) -> list[str]:
    """Of a file; none of a built-in role."""
    return list(FILES[role]["Actions"]) if role in FILES else []


def grant(cloud: Cloud, role: str, scope: str, without: Collection[str] = ()) -> None:
    """A role to the caller, at a scope. without: actions that are left out of it"""
    if role not in FILES:
        cloud.arm.grant(CALLER_OBJECT, role, scope)
        return
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, role))
    sent = {
        "roleName": FILES[role]["Name"],
        "description": FILES[role]["Description"],
        "assignableScopes": [SUB],
        "permissions": [{"actions": [each for each in actions_of(role) if each not in without]}],
    }
    definitions = cloud.arm.cloud.roles.definitions
    definitions.one_put(Call("PUT", "", body={"properties": sent}), SUB, name)
    assignment = str(uuid.uuid5(uuid.NAMESPACE_URL, role + scope))
    properties = {"roleDefinitionId": f"{SUB}{DEFINITION}{name}", "principalId": CALLER_OBJECT}
    if role == "kubenet-granter":
        properties |= {"condition": CONDITION, "conditionVersion": "2.0"}
    cloud.arm.put(f"{scope}/providers/Microsoft.Authorization/roleAssignments/{assignment}", {"properties": properties})


class Outcome(NamedTuple):
    """What came of a command. asked: actions that Azure asked of the caller; refused: what it did not let him do"""

    ran: Ran
    asked: set[str]
    refused: list[str]


def run(az: Az, case: Case, without: Collection[str] = ()) -> Outcome:
    """A command in an Azure of its own."""
    with LoopbackArm(caller_role="") as arm:
        cloud = enter(arm, az)
        case.there(cloud)
        asked: set[str] = set()
        allows = arm.cloud.roles.allows

        def watched(principal: str, action: str, *more: object) -> bool:
            if principal == CALLER_OBJECT:
                asked.add(action.lower())
            return bool(allows(principal, action, *more))

        for role, scope in case.grants:
            grant(cloud, role, scope, without)
        arm.cloud.roles.allows = watched
        arm.ledger.clear()
        ran = cloud(case.line.replace("pipeline", cloud.env.get("APP", "")))
        return Outcome(ran, asked, [str(each) for each in arm.ledger if each.status == 403])


def told(ran: Ran) -> list[str]:
    """What was said, without how long it took."""
    return sorted(re.sub(r"\d+(\.\d+)? s\b", "", line) for line in ran.err.splitlines())


def ends_with(case: Case) -> int:
    """The exit code that is meant: a rollback is of a run that failed, and what is not there is 3."""
    return 1 if "rollback" in case.sentence else 3 if case.there is nothing and "check" in case.line else 0


@pytest.mark.parametrize("case", CASES, ids=[each.sentence for each in CASES])
def test_the_roles_are_enough(az: Az, case: Case) -> None:
    outcome = run(az, case)
    assert outcome.ran.code == ends_with(case), outcome.ran.err
    assert outcome.refused == []
    for word in ("not-looked-at", "not-proven", "surroundings-unreadable", "was not checked", "could not be read"):
        assert word not in outcome.ran.err, outcome.ran.err


#: Where each action of each file is needed.
NEEDED = {
    "kubenet-reader": {
        "Microsoft.Authorization/*/read": "check",
        "Microsoft.Compute/locations/usages/read": "check",
        "Microsoft.Compute/skus/read": "check",
        "Microsoft.Compute/virtualMachineScaleSets/read": "migrate",
        "Microsoft.ContainerService/locations/kubernetesVersions/read": "check",
        "Microsoft.ContainerService/managedClusters/read": "check",
        "Microsoft.ContainerService/managedClusters/agentPools/machines/read": "check",
        "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read": "migrate --dry-run",
        "Microsoft.ContainerService/managedClusters/upgradeProfiles/read": "check of an old version",
        "Microsoft.Insights/eventtypes/values/read": "check of nodes without a route",
        "Microsoft.ManagedIdentity/userAssignedIdentities/read": "create all in a group that exists",
        "Microsoft.Network/localNetworkGateways/read": "plan in a network",
        "Microsoft.Network/natGateways/read": "create a private cluster",
        "Microsoft.Network/networkSecurityGroups/read": "check",
        "Microsoft.Network/privateDnsZones/read": "create a private cluster",
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read": "create a private cluster",
        "Microsoft.Network/routeTables/read": "check",
        "Microsoft.Network/virtualNetworkGateways/read": "plan in a network",
        "Microsoft.Network/virtualNetworkGateways/connections/read": "plan in a network",
        "Microsoft.Network/virtualNetworks/read": "plan in a network",
        "Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveConnectivityConfigurations/action":
            "plan in a network",
        "Microsoft.Network/virtualNetworks/subnets/read": "create all in a group that exists",
        "Microsoft.Network/virtualNetworks/usages/read": "list --live",
        "Microsoft.Resources/subscriptions/providers/read": "create all in a group that exists",
        "Microsoft.Resources/subscriptions/resourceGroups/read": "check of a cluster in no group",
    },
    "kubenet-inspector": {
        "Microsoft.ContainerService/managedClusters/commandResults/read": "check --inspect-cluster",
        "Microsoft.ContainerService/managedClusters/runCommand/action": "check --inspect-cluster",
    },
    "kubenet-creator": {
        "Microsoft.ContainerService/managedClusters/write": "create all in a group that exists",
        "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action":
            "create all in a group that exists",
        "Microsoft.ManagedIdentity/userAssignedIdentities/write":
            "create all in a group that exists",
        "Microsoft.Network/virtualNetworks/subnets/join/action":
            "create all in a group that exists",
        "Microsoft.Network/virtualNetworks/subnets/write": "create a subnet in a network that exists",
        "Microsoft.Network/virtualNetworks/write": "create all in a group that exists",
    },
    "kubenet-subscription": {
        "Microsoft.ContainerService/register/action": "create where no provider is registered",
        "Microsoft.ManagedIdentity/register/action": "create where no provider is registered",
        "Microsoft.Network/register/action": "create where no provider is registered",
        "Microsoft.Resources/subscriptions/resourceGroups/write": "create with a group of its own",
    },
    "kubenet-subnet": {
        "Microsoft.Network/virtualNetworks/subnets/join/action": "create in a subnet that exists, with a new identity",
    },
    "kubenet-cluster": {
        "Microsoft.ContainerService/managedClusters/write": "create with an identity that has its role",
    },
    "kubenet-granter": {
        "Microsoft.Authorization/roleAssignments/write": "create in a subnet that exists, with a new identity",
    },
    "kubenet-rollback": {
        "Microsoft.Authorization/roleAssignments/delete": "create --rollback-on-failure in a network of others",
        "Microsoft.ContainerService/managedClusters/delete": "create --rollback-on-failure",
        "Microsoft.ManagedIdentity/userAssignedIdentities/delete": "create --rollback-on-failure",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read":
            "create --rollback-on-failure",
        "Microsoft.Network/virtualNetworks/delete": "create --rollback-on-failure",
        "Microsoft.Network/virtualNetworks/subnets/delete": "create --rollback-on-failure in a network of others",
        "Microsoft.Resources/subscriptions/resourceGroups/delete": "create --rollback-on-failure",
    },
}  # fmt: skip
ROWS = [(role, action, sentence) for role, actions in NEEDED.items() for action, sentence in actions.items()]


def test_each_action_of_each_file_is_tried_or_told_why_not() -> None:
    tried = {role: sorted([*actions]) for role, actions in NEEDED.items()}
    assert {role: sorted(set(actions_of(role)) - {*NOT_ASKED}) for role in FILES} == tried


@pytest.mark.sweep
@pytest.mark.parametrize(("role", "action", "sentence"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_without_an_action_something_fails_or_is_told(az: Az, role: str, action: str, sentence: str) -> None:
    case = BY_SENTENCE[sentence]
    assert role in [each for each, _ in case.grants]
    outcome, whole = run(az, case, [action]), run(az, case)
    assert (outcome.ran.code, told(outcome.ran)) != (whole.ran.code, told(whole.ran))


# -- the page


def table(role: str) -> list[str]:
    """The actions below the title of a role, in order."""
    text = PAGE.read_text(encoding="utf-8")
    below = text[text.index(f"\n{role}\n~~~") :].partition("\n\n=")[2].partition("\n\n")[0]  # noqa: E203
    return re.findall(r"^``([^`]+)``  +\S", below, re.MULTILINE)


@pytest.mark.parametrize("role", FILES)
def test_the_page_says_of_each_action_of_a_file_what_it_is_for(role: str) -> None:
    assert table(role) == actions_of(role)


def test_the_page_marks_what_the_model_does_not_ask_for_and_nothing_else() -> None:
    marked = re.findall(r"^``([^`]+)``.*\[\*\]$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(marked) == sorted(NOT_ASKED)


@pytest.mark.parametrize("role", FILES)
def test_a_file_is_what_azure_cli_takes_and_names_no_subscription(role: str) -> None:
    """`az role definition create` is run on each of them, from the page."""
    found = FILES[role]
    assert found["Name"] == role.replace("-", " ").title()
    assert found["AssignableScopes"] == [f"/subscriptions/{ANY}"]
    assert found["IsCustom"] is True
    assert found["NotActions"] == found["DataActions"] == found["NotDataActions"] == []

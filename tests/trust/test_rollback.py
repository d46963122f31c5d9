"""Failures at each step: with --rollback-on-failure nothing of ours is left and nothing else touched; without it, the
printed commands remove exactly what the run made.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from azext_kubenet.azure import resources
from tests.loopback.callers.client import SUB
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.loopback.server import faults
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.faults import ALWAYS, Fault, Where, posts, refusal, to
from tests.loopback.server.server import seed
from tests.trust.bench import Bench, Ran
from tests.trust.test_faults import sound
from tests.trust.ways import BY_NAME, CLUSTER, GROUP, NETWORK, PASSWORD, Way, contents, own_subnet_to_be, put

USUAL, SYSTEM, NEW_PRINCIPAL = "user-assigned, new network", "system-assigned", "new service principal"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/own"


def _full_group(cloud: Cloud, _: Path) -> dict[str, str]:
    """A group with a network and an identity that were there before, and something that is none of our business."""
    put(cloud, GROUP, bodies.group())
    put(cloud, f"{NETWORK}/virtualNetworks/net", bodies.network("192.168.0.0/16"))
    put(cloud, f"{NETWORK}/virtualNetworks/net/subnets/theirs", bodies.subnet("192.168.1.0/24"))
    put(
        cloud,
        f"{GROUP}/providers/Microsoft.Storage/storageAccounts/store",
        {"location": "westeurope", "properties": {}},
    )
    return {"identity": put(cloud, IDENTITY, {"location": "westeurope"})}


FULL = Way("what was there before", "--vnet-name net --subnet-name nodes --subnet-prefix 192.168.7.0/24 "
           "--assign-identity {identity}", _full_group)  # fmt: skip


def _application(cloud: Cloud, _: Path) -> dict[str, str]:
    """An application of the name that a new one would have, with its service principal."""
    cloud.directory.add_service_principal("c-sp")
    return {}


OTHERS = (
    FULL,
    own_subnet_to_be(),
    Way("system-assigned, existing network", "--identity-type systemAssigned --vnet-subnet-id {subnet}",
        BY_NAME["existing network, by id"].seed),
    Way("application there before", "--create-service-principal", _application),
)  # fmt: skip
WAYS = {**BY_NAME, **{way.name: way for way in OTHERS}}


def refused(where: Where) -> Callable[[Cloud], object]:
    return lambda cloud: Fault(refusal(400, "NeverSeenBefore"), times=ALWAYS).put_into(cloud, where)


def ending(kind: str) -> Callable[[Cloud], object]:
    return lambda cloud: faults.ends(cloud, kind, "Failed", {"code": "InternalServerError", "message": "It broke."})


def unanswered(where: Where) -> Callable[[Cloud], object]:
    return lambda cloud: Fault(times=ALWAYS, acted=True).put_into(cloud, where)


def unanswered_and_unseen(cloud: Cloud) -> None:
    """An application is made, which is not answered, and the look that follows is refused."""
    unanswered(posts("applications"))(cloud)

    def looks(call: Call) -> bool:
        return call.method == "GET" and "applications" in call.path and any(e.method == "POST" for e in cloud.ledger)

    Fault(refusal(403, "Authorization_RequestDenied")).put_into(cloud, looks)


def made(cloud: Cloud) -> bool:
    """Whether a network was sent."""
    return any(to("PUT", "virtualNetworks")(Call(entry.method, entry.path)) for entry in cloud.ledger)


def lost_polls(cloud: Cloud) -> None:
    """Neither the operation of the network's creation nor the network can be looked at, until something is deleted."""

    def creating(call: Call) -> bool:
        deleting = any(entry.method == "DELETE" for entry in cloud.ledger)
        looks = faults.polls(call) or to("GET", "virtualNetworks")(call)
        return looks and "Microsoft.Network" in call.path and not deleting and made(cloud)

    Fault(refusal(503, "ServerTimeout"), times=ALWAYS).put_into(cloud, creating)


# what fails, the way, the fault
STEPS = (
    ("the group", USUAL, refused(to("PUT", "resourceGroups"))),
    ("the network", USUAL, refused(to("PUT", "virtualNetworks"))),
    ("the network's operation", USUAL, ending("virtualNetworks")),
    ("the identity", USUAL, refused(to("PUT", "userAssignedIdentities"))),
    ("the grant", USUAL, refused(to("PUT", "roleAssignments"))),
    ("the cluster", USUAL, refused(to("PUT", "managedClusters"))),
    ("the cluster's operation", USUAL, ending("managedClusters")),
    ("the cluster's operation, system-assigned", SYSTEM, ending("managedClusters")),
    ("the application", NEW_PRINCIPAL, refused(posts("applications"))),
    ("the application, made but never answered", NEW_PRINCIPAL, unanswered_and_unseen),
    ("the service principal", NEW_PRINCIPAL, refused(posts("servicePrincipals"))),
    ("the password", NEW_PRINCIPAL, refused(posts("addPassword"))),
    ("the cluster of a new service principal", NEW_PRINCIPAL, refused(to("PUT", "managedClusters"))),
    ("the subnet", "subnet to be made", refused(to("PUT", "subnets"))),
    ("the subnet's operation", "subnet to be made", ending("subnets")),
    ("the cluster on an own table", "own route table", ending("managedClusters")),
    ("the cluster among what was there before", FULL.name, ending("managedClusters")),
    ("the grant among what was there before", FULL.name, refused(to("PUT", "roleAssignments"))),
    ("the cluster, system-assigned, on a network that was there before", "system-assigned, existing network",
     ending("managedClusters")),
    ("the cluster of an application that was there before", "application there before",
     refused(to("PUT", "managedClusters"))),
)  # fmt: skip
#: What fails once Azure calls the cluster Succeeded: nothing is rolled back any more.
AFTERWARDS = (
    ("the proof", USUAL, faults.table_comes_late),
    ("the grant after the cluster", SYSTEM, refused(to("PUT", "roleAssignments"))),
)


@pytest.mark.sweep
@pytest.mark.parametrize(("what", "way", "install"), STEPS, ids=[row[0] for row in STEPS])
def test_a_rollback_leaves_what_was_there_before(
    bench: Bench, what: str, way: str, install: Callable[[Cloud], object], count: Callable[..., None]
) -> None:
    cloud = bench.fresh()
    words = [*WAYS[way].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    before = contents(cloud)
    install(cloud)
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 1, ran.err
    assert contents(cloud) == before, ran.err
    count("ROLLED BACK", way, failures=1, **{"state as before": 1})


@pytest.mark.sweep
@pytest.mark.parametrize(("what", "way", "install"), STEPS, ids=[row[0] for row in STEPS])
def test_the_printed_commands_remove_what_the_run_made(
    bench: Bench, what: str, way: str, install: Callable[[Cloud], object], count: Callable[..., None]
) -> None:
    cloud = bench.fresh()
    words = [*WAYS[way].prepare(cloud, bench.folder), "--propagation-timeout", "20"]
    before = contents(cloud)
    hooks = list(cloud.before), list(cloud.after)
    install(cloud)
    ran = bench.run(words)
    cloud.before[:], cloud.after[:] = hooks
    sound(ran)
    assert ran.code == 1, ran.err
    commands = removals(ran.err)
    for command in commands:
        execute(bench, command)
    assert contents(cloud) == before, f"{commands}\n{ran.err}"
    count("REMOVED BY THE PRINTED COMMANDS", way, failures=1, commands=len(commands), **{"state as before": 1})


@pytest.mark.parametrize(("what", "way", "install"), AFTERWARDS, ids=[row[0] for row in AFTERWARDS])
def test_under_a_cluster_that_succeeded_no_command_that_removes_is_printed(
    bench: Bench, what: str, way: str, install: Callable[[Cloud], object], count: Callable[..., None]
) -> None:
    cloud = bench.fresh()
    words = [*WAYS[way].prepare(cloud, bench.folder), "--propagation-timeout", "20"]
    install(cloud)
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 1, ran.err
    there = contents(cloud)
    for command in shown(ran):
        execute(bench, command)
    assert contents(cloud) == there
    count("UNDER A LIVING CLUSTER", what, failures=1, **{"nothing removed": 1})


def shown(ran: Ran) -> list[str]:
    """The commands of an account, of which none may remove anything; Azure may be out of reach of those that show."""
    commands = removals(ran.err)
    assert commands, ran.err
    assert not [each for each in commands if " delete " in each], ran.err
    return commands


def test_what_cannot_be_looked_at_is_not_deleted(bench: Bench) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    lost_polls(cloud)
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, deletes(ran)) == (1, []), ran.err
    assert "virtual network c-vnet" in ran.err


def removals(err: str) -> list[str]:
    """The commands of an account, in the order in which they stand there."""
    return [match.group(1) for match in re.finditer(r"^  [a-z ]+ \S.*?: ((?:az|for) .*)$", err, re.MULTILINE)]


def execute(bench: Bench, command: str) -> None:
    """Run a command by a shell, as a user would who pastes it and says yes."""
    yes = " --yes" if re.search(r"az (group|aks) delete", command) else ""
    if "$(" not in command:
        ran = bench.run(command.split()[1:] + yes.split())
        assert ran.code == 0, f"{command}\n{ran.err}"
        return
    path = f"{bench.warm.installed.program.parent}:{bench.env['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command + yes], env={**bench.env, "PATH": path},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_what_others_put_into_the_new_group_meanwhile_stays(bench: Bench, count: Callable[..., None]) -> None:
    cloud = bench.fresh()
    theirs = f"{SUB}/{GROUP}/providers/Microsoft.Storage/storageAccounts/theirs"

    def meanwhile(call: Call, _: Answer) -> None:
        if to("PUT", "virtualNetworks")(call):
            seed(cloud, theirs, {"location": "westeurope", "properties": {}})

    cloud.after.append(meanwhile)
    refused(to("PUT", "managedClusters"))(cloud)
    ran = bench.run([*BY_NAME[USUAL].prepare(cloud, bench.folder), "--rollback-on-failure"])
    assert ran.code == 1
    left = sorted(key.rpartition("/")[2] for key in cloud.store if "/resourcegroups/rg" in key)
    assert left == ["rg", "theirs"], ran.err
    assert "resource group rg" in ran.err
    assert "- resource group rg" not in ran.err, "it was not removed, and said to be"
    count("ROLLED BACK", "another's resource in our new group", failures=1, **{"state as before": 1})


# -- what a cluster stands on


def deletes(ran: Ran) -> list[str]:
    """The kinds of what a run deleted, in order."""
    return [
        entry.path.split("/")[-2]
        for entry in ran.writes
        if entry.method == "DELETE" and entry.status in (200, 202, 204)
    ]


def made_by_then(cloud: Cloud, when: Where, then: Callable[[], object]) -> None:
    """Do something once a request was answered."""
    done: list[object] = []
    cloud.after.append(lambda call, _: done.append(then()) if when(call) and not done else None)


def theirs(cloud: Cloud, count: int = 7) -> Callable[[], object]:
    """Somebody else's cluster of the same name, in the network and with the identity that this run has made."""

    def make() -> object:
        subnet, identity = f"{SUB}/{NETWORK}/virtualNetworks/c-vnet/subnets/c-subnet", "c-identity"
        identity = f"{SUB}/{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{identity}"
        body = bodies.cluster(subnet, identity, count=count)
        return seed(cloud, CLUSTER, {**body, "tags": {"owner": "somebody else"}})

    return make


def never_deleted(cloud: Cloud) -> None:
    """The cluster's creation fails, and each DELETE of it is refused."""
    ending("managedClusters")(cloud)
    Fault(refusal(409, "OperationNotAllowed", flat=True), times=ALWAYS).put_into(cloud, to("DELETE", "managedClusters"))


def delete_never_answered(cloud: Cloud) -> None:
    """The cluster's creation fails, no DELETE of it arrives, and what became of it cannot be seen."""
    ending("managedClusters")(cloud)
    Fault(times=ALWAYS).put_into(cloud, to("DELETE", "managedClusters"))


def locked(cloud: Cloud) -> None:
    ending("managedClusters")(cloud)
    Fault(refusal(409, "ScopeLocked", "resourceGroups"), times=ALWAYS).put_into(cloud, to("DELETE", "managedClusters"))


def unreadable_in_the_end(cloud: Cloud) -> None:
    """The creation fails, and whether there is a cluster cannot be read."""
    ending("managedClusters")(cloud)
    _once_sent(cloud, Fault(refusal(503, "ServerTimeout", "armErrors"), times=ALWAYS), to("GET", "managedClusters"))


def no_more_tokens(cloud: Cloud) -> None:
    """Once the cluster is sent no token is had any more: an assertion of a pipeline has expired."""
    faults.tokens_last(cloud, 1)
    words = {"error": "invalid_client", "error_description": "AADSTS700024: Client assertion is not within its time."}
    _once_sent(cloud, Fault(Answer(400, words), times=ALWAYS), lambda call: call.path.lower() == "/msi/token")


def _once_sent(cloud: Cloud, fault: Fault, where: Where) -> None:
    sent: list[bool] = []
    made_by_then(cloud, to("PUT", "managedClusters"), lambda: sent.append(True))
    fault.put_into(cloud, lambda call: bool(sent) and where(call))


# what happens to a cluster that is there
ALIVE = (
    ("its DELETE is refused", never_deleted),
    ("its DELETE is never answered", delete_never_answered),
    ("a lock prevents its DELETE", locked),
    ("it cannot be read", unreadable_in_the_end),
    ("no token is had any more", no_more_tokens),
    ("it succeeds, and its proof fails", faults.table_comes_late),
)
#: The commands of the account of a run that made everything, in order.
ALL_LEFT = ["aks", "role", "identity", "network", "group"]


@pytest.mark.parametrize(("what", "install"), ALIVE, ids=[row[0] for row in ALIVE])
def test_nothing_is_removed_under_a_cluster_that_may_live(
    bench: Bench, what: str, install: Callable[[Cloud], object], count: Callable[..., None]
) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    install(cloud)
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, deletes(ran)) == (1, []), ran.err
    left = [command.split()[1] for command in removals(ran.err)]
    if cloud.store[CLUSTER]["properties"].get("provisioningState") == "Failed" and "not known whether" not in ran.err:
        assert left == ALL_LEFT, "what is left is told, the cluster first"
    else:
        assert left == ["aks", "resource", "resource", "resource", "group"], ran.err
        shown(ran)
    assert "None" not in ran.err
    count("UNDER A LIVING CLUSTER", what, failures=1, **{"nothing removed": 1})


def test_a_delete_of_which_the_answer_was_lost_goes_on_once_the_cluster_is_seen_to_be_gone(bench: Bench) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    before = contents(cloud)
    ending("managedClusters")(cloud)
    Fault(times=ALWAYS, acted=True).put_into(cloud, to("DELETE", "managedClusters"))
    ran = bench.run(words)
    sound(ran)
    assert contents(cloud) == before, ran.err


# -- a cluster that comes up meanwhile


@pytest.mark.parametrize("rollback", [True, False], ids=["with rollback", "without"])
def test_a_cluster_that_came_up_meanwhile_is_neither_changed_nor_deleted_nor_made_by_this_run(
    bench: Bench, rollback: bool, count: Callable[..., None]
) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), *(["--rollback-on-failure"] if rollback else [])]

    def meanwhile(call: Call) -> None:
        if to("PUT", "managedClusters")(call) and CLUSTER.lower() not in cloud.store:
            theirs(cloud)()

    cloud.before.append(meanwhile)
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, deletes(ran)) == (1, []), ran.err
    pools = cloud.store[CLUSTER]["properties"]["agentPoolProfiles"]
    assert [pool["count"] for pool in pools] == [7]
    assert cloud.store[CLUSTER]["tags"] == {"owner": "somebody else"}
    assert "+ cluster" not in ran.err
    assert "aks" not in [command.split()[1] for command in removals(ran.err)], "it is not this run's to remove"
    count("CAME UP MEANWHILE", "rollback" if rollback else "no rollback", failures=1, **{"left as it was": 1})


@pytest.mark.parametrize("count_", [3, 5], ids=["as it was sent", "with another number of nodes"])
def test_after_a_lost_answer_only_what_is_as_it_was_sent_counts_as_ours(bench: Bench, count_: int) -> None:
    """The answer to our PUT is lost each time: a cluster that is there may be ours, or somebody else's."""
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]

    def lost(call: Call, answer: Answer) -> None:
        if to("PUT", "managedClusters")(call) and answer.status == 201:
            cloud.store[CLUSTER]["properties"]["agentPoolProfiles"][0]["count"] = count_

    cloud.after.append(lost)
    Fault(acted=True).put_into(cloud, to("PUT", "managedClusters"))
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, deletes(ran)) == (0 if count_ == 3 else 1, []), ran.err
    assert ("+ cluster" in ran.err) is (count_ == 3)


IDENTITIES = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
# what was made but never answered, the way
UNANSWERED = (
    ("resourceGroups", USUAL), ("virtualNetworks", USUAL), ("userAssignedIdentities", USUAL),
    ("roleAssignments", USUAL), ("roleAssignments", "existing network, by id"), ("subnets", "subnet to be made"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "way"), UNANSWERED)
def test_what_was_made_and_never_answered_is_looked_for_and_the_run_goes_on(bench: Bench, kind: str, way: str) -> None:
    cloud = bench.fresh()
    words = [*WAYS[way].prepare(cloud, bench.folder), "--propagation-timeout", "20"]
    unanswered(to("PUT", kind))(cloud)
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 0, ran.err
    assert len([entry for entry in cloud.ledger.writes() if to("PUT", kind)(entry)]) == 1, "it is not sent again"


@pytest.mark.parametrize("kind", ["resourceGroups", "virtualNetworks", "userAssignedIdentities"])
def test_what_is_not_known_to_be_this_run_s_is_never_deleted(bench: Bench, kind: str) -> None:
    """Its answer was lost, and it is there as it was sent: it may be this run's, and may be somebody else's."""
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    unanswered(to("PUT", kind))(cloud)
    refused(to("PUT", "managedClusters"))(cloud)
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 1, ran.err
    assert kind not in deletes(ran)
    assert "resourceGroups" not in deletes(ran), "it lies in there"
    looks = [each for each in removals(ran.err) if " show " in each]
    assert looks, ran.err
    for look in looks:
        assert bench.run(look.split()[1:]).code == 0, "the command shows it"


@pytest.mark.parametrize("kind", ["virtualNetworks", "userAssignedIdentities", "resourceGroups"])
def test_what_somebody_else_makes_while_azure_is_busy_is_neither_written_over_nor_deleted(
    bench: Bench, kind: str
) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    places = {
        "virtualNetworks": f"{SUB}/{NETWORK}/virtualNetworks/c-vnet",
        "userAssignedIdentities": f"{SUB}/{IDENTITIES}/c-identity",
        "resourceGroups": f"{SUB}/{GROUP}",
    }
    network = bodies.network("10.99.0.0/16") if kind == "virtualNetworks" else {"location": "westeurope"}

    def busy(call: Call) -> Answer | None:
        if not to("PUT", kind)(call) or places[kind].lower() in cloud.store:
            return None
        seed(cloud, places[kind], {**network, "tags": {"owner": "somebody else"}})
        return refusal(503, "ServerBusy")

    cloud.before.append(busy)
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, cloud.store[places[kind]]["tags"]) == (1, {"owner": "somebody else"}), ran.err
    assert kind not in deletes(ran)
    assert len([entry for entry in cloud.ledger.writes() if to("PUT", kind)(entry)]) == 1


def test_a_network_that_somebody_else_made_meanwhile_is_not_rolled_back(bench: Bench) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--rollback-on-failure"]
    network = f"{SUB}/{NETWORK}/virtualNetworks/c-vnet"

    def meanwhile(call: Call) -> None:
        if to("PUT", "virtualNetworks")(call):
            seed(cloud, network, bodies.network("192.168.0.0/16"))

    cloud.before.append(meanwhile)
    refused(to("PUT", "managedClusters"))(cloud)
    ran = bench.run(words)
    sound(ran)
    assert network.lower() in cloud.store, ran.err
    assert "virtualNetworks" not in deletes(ran)


# -- what others put into what this run made, before it is rolled back


def their_subnet(cloud: Cloud) -> object:
    return seed(cloud, f"{SUB}/{NETWORK}/virtualNetworks/c-vnet/subnets/theirs", bodies.subnet("192.168.9.0/24"))


def their_cluster_of_the_identity(cloud: Cloud) -> object:
    """Another cluster, in a group of its own, that runs as this run's identity."""
    put(cloud, "resourceGroups/other", bodies.group())
    put(cloud, "resourceGroups/other/providers/Microsoft.Network/virtualNetworks/n", bodies.network("10.7.0.0/16"))
    subnet = "resourceGroups/other/providers/Microsoft.Network/virtualNetworks/n/subnets/s"
    put(cloud, subnet, bodies.subnet("10.7.1.0/24"))
    identity = f"{SUB}/{IDENTITIES}/c-identity"
    role = f"{SUB}/{subnet}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001"
    principal = cloud.store[identity]["properties"]["principalId"]
    definition = resources.role_definition_id(SUB.rpartition("/")[2], resources.ROLE_IDS["network contributor"])
    seed(cloud, role, {"properties": {"principalId": principal, "roleDefinitionId": definition}})
    other = f"{SUB}/resourceGroups/other/providers/Microsoft.ContainerService/managedClusters/theirs"
    return seed(cloud, other, bodies.cluster(f"{SUB}/{subnet}", identity))


def their_machine_of_the_identity(cloud: Cloud) -> object:
    """A machine in a group of its own that runs as this run's identity."""
    put(cloud, "resourceGroups/other", bodies.group())
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {f"{SUB}/{IDENTITIES}/c-identity": {}}}
    place = f"{SUB}/resourceGroups/other/providers/Microsoft.Compute/virtualMachines/theirs"
    return seed(cloud, place, {"location": "westeurope", "identity": assigned, "properties": {}})


def their_federated_credential(cloud: Cloud) -> object:
    place = f"{SUB}/{IDENTITIES}/c-identity/federatedIdentityCredentials/theirs"
    return seed(cloud, place, {"properties": {"issuer": "https://token.example", "subject": "repo:x", "audiences": []}})


def their_role_of_the_identity(cloud: Cloud) -> object:
    """Somebody lets the identity do something else."""
    put(cloud, "resourceGroups/theirs", bodies.group())
    place = f"{SUB}/resourceGroups/theirs/providers/Microsoft.Authorization/roleAssignments"
    role = f"{place}/00000000-0000-4000-8000-000000000002"
    principal = cloud.store[f"{SUB}/{IDENTITIES}/c-identity"]["properties"]["principalId"]
    definition = resources.role_definition_id(SUB.rpartition("/")[2], resources.ROLE_IDS["contributor"])
    return seed(cloud, role, {"properties": {"principalId": principal, "roleDefinitionId": definition}})


# what others do meanwhile, what the rollback may delete, what no printed command may delete
MEANWHILE = (
    ("a subnet in the network", their_subnet, ["roleAssignments", "userAssignedIdentities"], ("network", "group")),
    ("a cluster that runs as the identity", their_cluster_of_the_identity, [], ("role", "identity", "group")),
    ("a machine that runs as the identity", their_machine_of_the_identity, [], ("role", "identity", "group")),
    ("a federated credential of the identity", their_federated_credential, [], ("role", "identity", "group")),
    ("another role of the identity", their_role_of_the_identity, [], ("role", "identity", "group")),
)


@pytest.mark.parametrize("rollback", [True, False], ids=["with rollback", "without"])
@pytest.mark.parametrize(("what", "then", "deleted", "safe"), MEANWHILE, ids=[row[0] for row in MEANWHILE])
def test_what_others_use_meanwhile_stays(
    bench: Bench, what: str, then: Callable[[Cloud], object], deleted: list[str], safe: tuple[str, ...], rollback: bool
) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), *(["--rollback-on-failure"] if rollback else [])]
    made_by_then(cloud, to("PUT", "roleAssignments"), lambda: then(cloud))
    refused(lambda call: to("PUT", "managedClusters")(call) and call.path.lower() == CLUSTER.lower())(cloud)
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, deletes(ran)) == (1, deleted if rollback else []), ran.err
    removing = [command.split()[1] for command in removals(ran.err) if " delete " in command]
    assert not set(removing) & set(safe), ran.err
    assert "theirs" in ran.err or "others have assigned 1 role to it" in ran.err


@pytest.mark.parametrize("rollback", [True, False], ids=["with rollback", "without"])
def test_a_service_principal_that_another_cluster_runs_as_stays(bench: Bench, rollback: bool) -> None:
    cloud = bench.fresh()
    way = BY_NAME[NEW_PRINCIPAL].prepare(cloud, bench.folder)

    def then() -> object:
        (application,) = cloud.directory.objects["applications"].values()
        put(cloud, "resourceGroups/other", bodies.group())
        put(cloud, "resourceGroups/other/providers/Microsoft.Network/virtualNetworks/n", bodies.network("10.7.0.0/16"))
        subnet = put(cloud, "resourceGroups/other/providers/Microsoft.Network/virtualNetworks/n/subnets/s",
                     bodies.subnet("10.7.1.0/24"))  # fmt: skip
        principal = cloud.directory.by_app_id(application["appId"])
        cloud.roles.grant(principal["id"], "Network Contributor", subnet)
        body = bodies.cluster(subnet, None)
        body.pop("identity", None)
        body["properties"]["servicePrincipalProfile"] = {"clientId": application["appId"], "secret": PASSWORD}
        other = "resourceGroups/other/providers/Microsoft.ContainerService/managedClusters/theirs"
        return seed(cloud, f"{SUB}/{other}", body)

    made_by_then(cloud, to("PUT", "roleAssignments"), then)
    refused(lambda call: to("PUT", "managedClusters")(call) and call.path.lower() == CLUSTER.lower())(cloud)
    ran = bench.run([*way, *(["--rollback-on-failure"] if rollback else [])])
    sound(ran)
    assert (ran.code, len(cloud.directory.objects["applications"])) == (1, 1), ran.err
    assert "it is used by theirs" in ran.err
    assert "az ad app delete" not in ran.err


def test_a_cluster_that_is_coming_up_is_left_with_all_that_it_stands_on(bench: Bench) -> None:
    """SIGTERM while the cluster is polled, as a cancelled job sends it: decision 0022."""
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    faults.slow(cloud, "managedClusters", 50, ("Creating",))
    sent: list[bool] = []

    def terminate(call: Call) -> None:
        if to("PUT", "managedClusters")(call):
            sent.append(True)
        if sent == [True] and faults.polls(call):
            sent.append(False)
            os.kill(bench.pid(), signal.SIGTERM)

    cloud.before.append(terminate)
    ran = bench.run(words)
    assert (ran.code, deletes(ran)) == (1, []), ran.err
    assert "terminated (SIGTERM)" in ran.err
    assert "az kubenet wait -g rg -n c --created" in shown(ran)


# -- route tables, which others may attach to subnets and subnets may get from others

OTHERS_NETWORK = "resourceGroups/others/providers/Microsoft.Network/virtualNetworks/others"


def table_lent(network: str) -> Callable[[Cloud], object]:
    """A foreign subnet gets the table that AKS has made, before the cluster's creation fails."""

    def attach(cloud: Cloud) -> None:
        (table,) = cloud.store.of_type("Microsoft.Network/routeTables", f"{SUB}/resourcegroups/mc_")
        subnet = bodies.subnet("192.168.250.0/24")
        subnet["properties"]["routeTable"] = {"id": table["id"]}
        if network == OTHERS_NETWORK:
            put(cloud, "resourceGroups/others", bodies.group())
            put(cloud, network, bodies.network("192.168.0.0/16"))
        put(cloud, f"{network}/subnets/theirs", subnet)

    def install(cloud: Cloud) -> None:
        ending("managedClusters")(cloud)
        made_by_then(cloud, to("PUT", "managedClusters"), lambda: attach(cloud))

    return install


def hidden_node_group(cloud: Cloud) -> None:
    """The same in the cluster's own network, by a login that is not shown the node resource group."""
    table_lent(f"{NETWORK}/virtualNetworks/c-vnet")(cloud)
    hidden = refusal(403, "AuthorizationFailed")
    Fault(hidden, times=ALWAYS).put_into(cloud, lambda call: "/resourcegroups/mc_" in call.path.lower())


LENT = (
    ("of another network", table_lent(OTHERS_NETWORK)),
    ("of the cluster's network", table_lent(f"{NETWORK}/virtualNetworks/c-vnet")),
    ("of the cluster's network, by a login that does not see the table", hidden_node_group),
)


@pytest.mark.parametrize("rollback", [True, False], ids=["rolled back", "told"])
@pytest.mark.parametrize("install", [row[1] for row in LENT], ids=[row[0] for row in LENT])
def test_a_route_table_that_others_use_stays_with_its_cluster(
    bench: Bench, install: Callable[[Cloud], object], rollback: bool
) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME[USUAL].prepare(cloud, bench.folder), "--propagation-timeout", "20"]
    install(cloud)
    ran = bench.run([*words, *(["--rollback-on-failure"] if rollback else [])])
    sound(ran)
    assert ran.code == 1, ran.err
    assert deletes(ran) == [], ran.err
    assert "its route table is used by subnet theirs" in ran.err
    assert not [each for each in removals(ran.err) if " delete " in each], ran.err
    assert "az aks delete" not in ran.err
    assert "have whoever uses what the cluster left take it off" in ran.err
    assert [*cloud.store.of_type("Microsoft.Network/routeTables", f"{SUB}/resourcegroups/mc_")]


@pytest.mark.parametrize("way", [USUAL, "subnet to be made"])
def test_a_subnet_to_which_others_attached_a_route_table_stays(bench: Bench, way: str) -> None:
    cloud = bench.fresh()
    words = [*WAYS[way].prepare(cloud, bench.folder), "--propagation-timeout", "20", "--rollback-on-failure"]
    kind = "virtualNetworks" if way == USUAL else "subnets"

    def attach() -> None:
        put(cloud, "resourceGroups/others", bodies.group())
        table = "resourceGroups/others/providers/Microsoft.Network/routeTables/theirs"
        table = put(cloud, table, {"location": "westeurope", "properties": {}})
        for subnet in cloud.store.of_type("Microsoft.Network/virtualNetworks/subnets"):
            subnet["properties"]["routeTable"] = {"id": table}

    made_by_then(cloud, to("DELETE", "managedClusters"), attach)
    ending("managedClusters")(cloud)
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 1, ran.err
    assert "managedClusters" in deletes(ran)
    assert kind not in deletes(ran)
    assert "has route table theirs that this run did not set" in ran.err

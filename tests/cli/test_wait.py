"""`az kubenet wait` after `--no-wait`: until it is so, until it has failed, or until the time is over."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import CLUSTER, calico, own_network
from tests.loopback.callers.client import SUB
from tests.loopback.core.wire import Answer, Call
from tests.loopback.server import faults
from tests.loopback.server.faults import refusal, to
from tests.support.az import Az
from tests.support.terminal import on_a_terminal

WAIT = "kubenet wait -g shop -n kube"
MOVE = "kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected policy-gap --yes"
NEW = "kubenet create -g 'shop(1)' -n c --no-ssh-key --location westeurope --no-wait"


@pytest.fixture
def cloud(cloud: Cloud, free_waits: None) -> Cloud:
    """One whose `az` waits for nothing."""
    return cloud


def state(cloud: Cloud, path: str = CLUSTER) -> str:
    """That of a cluster, as Azure holds it."""
    body = next(body for key, body in cloud.arm.state.items() if key.lower() == path.lower())
    return str(body["properties"]["provisioningState"])


def printed(err: str, command: str) -> str:
    """The one command of these words that was printed, to the end of its line."""
    (found,) = re.findall(rf"({command} .*)", err)
    return str(found)


def test_a_creation_that_was_left_names_the_command_that_waits_for_it(cloud: Cloud) -> None:
    faults.slow(cloud.arm.cloud, "managedClusters", 6, ("Creating",))
    ran = cloud(NEW)
    assert (ran.code, ran.out) == (0, ""), ran.err
    command = printed(ran.err, "az kubenet wait")
    assert command == "az kubenet wait -g 'shop(1)' -n c --created"
    waited = cloud.shell(command)
    assert (waited.code, waited.out) == (0, ""), waited.err
    assert waited.err.splitlines()[:1] == ["  cluster: Creating"]
    assert waited.err.splitlines()[-1] == "  cluster: Succeeded"
    assert cloud.shell(printed(ran.err, "az aks get-credentials")).code == 0


def test_each_step_of_a_move_that_was_left_names_the_command_that_waits_for_it(cloud: Cloud) -> None:
    calico(cloud)
    for _ in range(2):
        ran = cloud(f"{MOVE} --no-wait --subscription {SUB.rpartition('/')[2]}")
        assert ran.code == 0, ran.err
        command = printed(ran.err, "az kubenet wait")
        assert command == f"az kubenet wait -g shop -n kube --subscription {SUB.rpartition('/')[2]} --updated"
        waited = cloud.shell(command)
        assert (waited.code, waited.err.splitlines()[-1]) == (0, "  cluster: Succeeded"), waited.err
    assert cloud(f"{MOVE} -o json").json["proof"]["holds"]
    assert cloud(f"{WAIT} --custom \"networkProfile.networkPluginMode=='overlay'\"").code == 0


def test_while_something_is_under_way_migrate_names_the_command_that_waits_for_it(cloud: Cloud) -> None:
    own_network(cloud)
    assert cloud(f"{MOVE} --no-wait").code == 0
    ran = cloud(f"{MOVE} --no-wait")
    assert "its move is under way on cluster kube; nothing was written" in ran.err
    assert printed(ran.err, "az kubenet wait") == "az kubenet wait -g shop -n kube --updated"


def test_a_move_that_fails_is_told_with_what_goes_on(cloud: Cloud) -> None:
    own_network(cloud).block_drain()
    assert cloud(f"{MOVE} --no-wait").code == 0
    waited = cloud(f"{WAIT} --updated")
    assert (waited.code, waited.out) == (1, "")
    assert "cluster kube: the operation that was waited for has failed" in waited.err
    assert "it shows Azure CNI Overlay, and not all of it is in order: cluster Failed" in waited.err
    assert "Azure says why: UpgradeFailed: Drain node failed" in waited.err
    assert printed(waited.err, "az kubenet migrate") == "az kubenet migrate -g shop -n kube"


def seeded(cloud: Cloud, cluster_state: str, pool_state: str = "Succeeded") -> None:
    """A cluster in which something else has ended so."""
    made = own_network(cloud)
    made.body["properties"]["provisioningState"] = cluster_state
    made.body["properties"]["agentPoolProfiles"][0]["provisioningState"] = pool_state


@pytest.mark.parametrize(
    ("cluster_state", "pool_state"), [("Failed", "Succeeded"), ("Canceled", "Succeeded"), ("Succeeded", "Failed")]
)
def test_what_has_failed_is_waited_for_by_nobody(cloud: Cloud, cluster_state: str, pool_state: str) -> None:
    seeded(cloud, cluster_state, pool_state)
    waited = cloud(f"{WAIT} --updated")
    assert (waited.code, "Traceback" in waited.err) == (1, False)
    assert f"it is on kubenet: cluster {cluster_state}, pool system {pool_state}" in waited.err
    assert cloud.shell(printed(waited.err, "az aks update")).code == 0
    assert cloud(f"{WAIT} --updated").code == 0


def test_a_pool_that_goes_on_is_waited_for_though_the_cluster_has_ended(cloud: Cloud) -> None:
    seeded(cloud, "Succeeded", "Updating")
    waited = cloud(f"{WAIT} --updated --timeout 60 --interval 20")
    assert waited.code == 1
    assert waited.err.splitlines()[0] == "  cluster: Updating"
    assert "cluster kube: 60 s have passed, and it is Updating" in waited.err
    again = "az kubenet wait -g shop -n kube --updated --interval 20 --timeout 60"
    assert printed(waited.err, "az kubenet wait") == again
    assert cloud(f"{WAIT} --exists").code == 0


#: What holds of a cluster that is there, in the spelling of `az aks show` and in that of Resource Manager.
HOLDS = ("resourceGroup=='shop'", "agentPoolProfiles[0].vnetSubnetId", "agentPoolProfiles[0].vnetSubnetID",
         "networkProfile.dnsServiceIp", "networkProfile.networkPlugin=='kubenet'")  # fmt: skip


@pytest.mark.parametrize("query", HOLDS)
def test_a_query_may_name_what_az_aks_show_shows(cloud: Cloud, query: str) -> None:
    seeded(cloud, "Succeeded", "Succeeded")
    assert cloud("kubenet", "wait", "-g", "shop", "-n", "kube", "--custom", query, "--timeout", "60").code == 0


#: What is not there, what is waited for, what is said.
ABSENT = (
    ("the cluster", "--updated", "cluster kube does not exist in resource group shop"),
    ("the cluster, which may come", "--created --timeout 60", "cluster kube does not exist in resource group shop"),
    ("the group", "--updated", "resource group shop does not exist, and no cluster kube in it"),
    ("the group, which may come", "--exists --timeout 60", "resource group shop does not exist, and no cluster kube"),
)


@pytest.mark.parametrize(("what", "condition", "said"), ABSENT, ids=[row[0] for row in ABSENT])
def test_what_does_not_exist_is_exit_code_3(cloud: Cloud, what: str, condition: str, said: str) -> None:
    if what.startswith("the cluster"):
        cloud.arm.put(f"{SUB}/resourceGroups/shop", {"location": "westeurope"})
    waited = cloud(f"{WAIT} {condition}")
    assert (waited.code, waited.out) == (3, "")
    assert waited.err.splitlines()[0] == "  cluster: does not exist"
    assert said in waited.err
    assert "az kubenet list" in waited.err


def test_a_cluster_that_comes_is_waited_for(cloud: Cloud) -> None:
    def come(call: Call) -> None:
        if to("GET", "managedClusters")(call) and looks.append(call) is None and len(looks) == 3:
            own_network(cloud)

    looks: list[Call] = []
    cloud.arm.cloud.before.append(come)
    waited = cloud(f"{WAIT} --created")
    assert (waited.code, waited.err.splitlines()[0]) == (0, "  cluster: does not exist"), waited.err


def test_a_cluster_that_goes_is_waited_for(cloud: Cloud) -> None:
    own_network(cloud)
    assert cloud("aks delete -g shop -n kube --yes --no-wait").code == 0
    assert cloud(f"{WAIT} --deleted").code == 0
    assert cloud(f"{WAIT} --deleted").code == 0, "it is gone"


def test_what_may_not_be_read_is_said_with_who_can_mend_it(cloud: Cloud) -> None:
    own_network(cloud)
    cloud.arm.cloud.before.append(forbidden)
    waited = cloud(f"{WAIT} --updated")
    assert waited.code == 1
    assert "cluster kube could not be read: (AuthorizationFailed)" in waited.err
    assert '--role "Reader"' in printed(waited.err, "az role assignment create")


def forbidden(call: Call) -> Answer | None:
    """Refuse to show the cluster."""
    return refusal(403, "AuthorizationFailed") if to("GET", "managedClusters")(call) else None


#: (what is wrong, the options, what is said)
USAGE = (
    ("nothing is waited for", "", "nothing is named that is to be waited for"),
    ("no query", '--custom "a["', "--custom: this is no JMESPath query"),
    ("no pause", "--created --interval 0", "invalid --interval 0"),
    ("no time", "--created --timeout -5", "invalid --timeout -5"),
    ("no number", "--created --timeout soon", "invalid int value: 'soon'"),
    ("two numbers", "--created --timeout 5 --timeout 6", "--timeout is given more than once"),
)


@pytest.mark.parametrize(("options", "said"), [row[1:] for row in USAGE], ids=[row[0] for row in USAGE])
def test_wrong_usage_is_exit_code_2_and_needs_no_login(az: Az, options: str, said: str) -> None:
    ran = az(f"{WAIT} {options}")
    assert (ran.code, ran.out, said in ran.err, "Traceback" in ran.err) == (2, "", True, False), ran.err


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}], ids=str)
def test_on_a_terminal_a_spinner_turns_unless_no_escape_codes_are_wanted(cloud: Cloud, env: dict[str, str]) -> None:
    own_network(cloud)
    seen = on_a_terminal(cloud.az, f"{WAIT} --updated", cloud.env, **env)
    assert (seen.code, seen.lines) == (0, ["  cluster: Succeeded"])
    assert (b" - Starting .." in seen.written, b"\x1b" in seen.written) == (not env, not env)

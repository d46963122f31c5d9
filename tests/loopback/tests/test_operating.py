"""What is asked of a cluster that exists: commands run in it, versions on offer, windows, an upgrade."""

from __future__ import annotations

from typing import Any

import pytest

from .. import recordings
from ..aks.run_commands import LONGEST, NotRun
from ..callers.client import SUB, Client, Reply
from ..core.options import CALLER_OBJECT
from ..core.store import Body
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER
from ..server.server import LoopbackArm

World = dict[str, Any]


@pytest.fixture
def cluster(client: Client, world: World) -> Any:
    """A cluster as it is shown."""
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    return client.get(CLUSTER).body


def run(client: Client, command: str = "kubectl get pods -A") -> tuple[Reply, Reply, Reply]:
    """The request, the first look at the result, and the second."""
    asked = client.send("POST", CLUSTER + "/runCommand", {"command": command, "context": ""})
    return asked, client.get(asked.headers["location"]), client.get(asked.headers["location"])


# -- commands


def test_a_command_runs_as_recorded(arm: LoopbackArm, client: Client, cluster: Body) -> None:
    seen: list[tuple[str, str]] = []

    def hook(body: Body, command: str) -> tuple[int, str]:
        seen.append((body["name"], command))
        return 3, "no such thing\n"

    arm.cloud.clusters.run_command = hook
    asked, running, ended = run(client, "kubectl get thing")
    assert (asked.status, asked.body, "azure-asyncoperation" in asked.headers) == (202, None, False)
    assert "/managedclusters/c/commandResults/" in asked.headers["location"]
    assert (running.status, running.body["properties"]) == (202, {"provisioningState": "Running"})
    assert running.headers["location"] == asked.headers["location"]
    assert ended.status == 200
    assert (ended.body["properties"]["exitCode"], ended.body["properties"]["logs"]) == (3, "no such thing\n")
    assert seen == [("c", "kubectl get thing")]


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_results_have_the_recorded_keys(client: Client, cluster: Body) -> None:
    replies = run(client)
    lines = recordings.lines("runCommands")
    assert [line["status"] for line in lines] == [reply.status for reply in replies]
    for line, reply in zip(lines, replies, strict=True):
        assert not recordings.lacking(reply.body, recordings.always([line], least=1))
        ours = {name for name in ("azure-asyncoperation", "location") if name in reply.headers}
        assert ours == recordings.headers_of(line)


def test_what_a_command_prints_is_cut(arm: LoopbackArm, client: Client, cluster: Body) -> None:
    arm.cloud.clusters.run_command = lambda body, command: (0, "ä" * LONGEST)
    assert len(run(client)[2].body["properties"]["logs"].encode()) == LONGEST


def test_a_command_that_never_ran_has_a_reason(arm: LoopbackArm, client: Client, cluster: Body) -> None:
    def hook(body: Body, command: str) -> tuple[int, str]:
        raise NotRun("KubernetesPerformanceError")

    arm.cloud.clusters.run_command = hook
    inner = run(client)[2].body["properties"]
    assert (inner["provisioningState"], inner["reason"]) == ("Failed", "KubernetesPerformanceError")
    assert "exitCode" not in inner


def test_a_command_is_refused_where_none_may_run(client: Client, cluster: Body) -> None:
    assert client.send("POST", CLUSTER + "/runCommand", {"command": ""}).code == "InvalidParameter"
    client.done("POST", CLUSTER + "/stop")
    assert client.send("POST", CLUSTER + "/runCommand", {"command": "true"}).status == 409
    client.done("POST", CLUSTER + "/start")
    cluster["properties"]["apiServerAccessProfile"] = {"disableRunCommand": True}
    client.done("PUT", CLUSTER, cluster, version=AKS_VERSION)
    assert client.send("POST", CLUSTER + "/runCommand", {"command": "true"}).status == 400
    assert client.get(CLUSTER + "/commandResults/none").status == 404


def test_commands_take_two_rights(arm: LoopbackArm, client: Client, cluster: Body) -> None:
    for assignment in arm.state.of_type("Microsoft.Authorization/roleAssignments"):
        if assignment["properties"]["principalId"] == CALLER_OBJECT:
            del arm.state[assignment["id"]]
    arm.grant(CALLER_OBJECT, "Reader", SUB)
    refused = client.send("POST", CLUSTER + "/runCommand", {"command": "true"})
    assert "managedclusters/runcommand/action'" in refused.body["error"]["message"].lower()
    assert client.get(CLUSTER + "/commandResults/x").status == 404


# -- versions and windows


def offered(client: Client, path: str = CLUSTER) -> list[str]:
    """The versions that a cluster, or a pool, can be upgraded to; previews are marked."""
    inner = client.get(path + "/upgradeProfiles/default").body["properties"]
    found = inner.get("controlPlaneProfile", inner).get("upgrades", [])
    return [each["kubernetesVersion"] + "*" * bool(each.get("isPreview")) for each in found]


def test_newer_versions_are_on_offer_the_newest_first(client: Client, world: World, cluster: Body) -> None:
    assert offered(client) == ["1.35.2*", "1.35.1*", "1.35.0*"]
    older = bodies.cluster(world["subnet"], world["identity"])
    older["properties"]["kubernetesVersion"] = "1.33.1"
    client.done("DELETE", CLUSTER)
    client.done("PUT", CLUSTER, older, version=AKS_VERSION)
    assert offered(client) == ["1.34.2", "1.34.1", "1.34.0", "1.33.2"]


def test_an_upgrade_changes_the_current_version(client: Client, world: World) -> None:
    body = bodies.cluster(world["subnet"], world["identity"])
    body["properties"]["kubernetesVersion"] = "1.33"
    client.done("PUT", CLUSTER, body, version=AKS_VERSION)
    shown = client.get(CLUSTER).body["properties"]
    assert (shown["kubernetesVersion"], shown["currentKubernetesVersion"]) == ("1.33", "1.33.2")
    cluster = client.get(CLUSTER).body
    cluster["properties"]["kubernetesVersion"] = "1.34.1"
    reply = client.done("PUT", CLUSTER, cluster, version=AKS_VERSION)
    assert reply.body["properties"]["provisioningState"] == "Upgrading"
    assert client.get(CLUSTER).body["properties"]["currentKubernetesVersion"] == "1.34.1"


def test_a_pool_is_offered_what_its_cluster_has(client: Client, world: World) -> None:
    body = bodies.cluster(world["subnet"], world["identity"], pool={"orchestratorVersion": "1.33.2"})
    client.done("PUT", CLUSTER, body, version=AKS_VERSION)
    assert offered(client, CLUSTER + "/agentPools/nodepool1") == ["1.34.2", "1.34.1", "1.34.0"]


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_profiles_have_the_recorded_keys(client: Client, cluster: Body) -> None:
    for kind, path in (("aksOther", CLUSTER), ("aksMore", CLUSTER + "/agentPools/nodepool1")):
        ours = client.get(path + "/upgradeProfiles/default").body
        wanted = recordings.pattern(f"{SUB}/{path}/upgradeProfiles/default")
        real = [line for line in recordings.lines(kind) if recordings.pattern(line["path"]) == wanted]
        real = [line for line in real if recordings.year(line) >= 2023]
        assert real
        assert not recordings.lacking(ours, recordings.always(real, least=1))
        assert ours["type"] == real[0]["response_body"]["type"]


def test_windows_are_written_at_once(client: Client, cluster: Body) -> None:
    """As recorded (aksMore): 200, neither type nor state, an empty list where there is none."""
    path = CLUSTER + "/maintenanceConfigurations"
    assert client.get(path).body == {"value": []}
    weekly = {"weekly": {"intervalWeeks": 1, "dayOfWeek": "Friday"}}
    window = {"maintenanceWindow": {"schedule": weekly, "durationHours": 4, "startTime": "00:00"}}
    made = client.put(path + "/aksManagedAutoUpgradeSchedule", {"properties": window})
    assert (made.status, set(made.body)) == (200, {"id", "name", "properties"})
    assert made.body["properties"]["maintenanceWindow"]["startDate"]
    assert client.get(path).body == {"value": [made.body]}
    assert client.delete(path + "/aksManagedAutoUpgradeSchedule").status == 200
    assert client.get(path).body == {"value": []}

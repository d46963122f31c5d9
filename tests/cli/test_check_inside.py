"""`az kubenet check --inspect-cluster`: a shell and jq run the command that the loopback Azure is sent."""

from __future__ import annotations

import json
import re
import shlex
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from azext_kubenet.discovery.inside_command import policies_command
from tests.cli.conftest import Cloud
from tests.cli.running_clusters import CHECK, CLUSTER, own_network, stopped
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.aks.run_commands import NotRun
from tests.loopback.core.options import CALLER_OBJECT
from tests.unit.discovery.cluster_inside import budget, needs_jq, node, run

pytestmark = pytest.mark.usefixtures("free_waits")
LOOK = f"{CHECK} --inspect-cluster -o json"
PATCH = "{spec: {minAvailable: null, maxUnavailable: 1}}"
INSIDE = {"nodes-not-ready", "node-network-unavailable", "pod-cidr-of-node", "pdb-blocks-drain"}


class Inside:
    """A cluster's own API. conditions: of nodes, by name; budgets, maps: by name; commands: what it was sent"""

    def __init__(self, made: Mishaps, folder: Path) -> None:
        self.folder = folder
        self.conditions: dict[str, tuple[tuple[str, str], ...]] = {}
        self.budgets: dict[str, Any] = {"fine": budget("fine", 1)}
        self.maps: dict[str, Any] = {}
        self.policies: list[dict[str, Any]] = []
        self.made = made
        self.nodes = {
            each.name: (made.routes[each.name]["properties"]["addressPrefix"], each.address) for each in made.nodes
        }
        self.commands: list[str] = []
        made.cloud.clusters.run_command = self

    def __call__(self, _: Any, command: str) -> tuple[int, str]:
        self.commands.append(command)
        words = shlex.split(command) if command.startswith("kubectl patch") else []
        if words:
            assert words[4:] == ["-n", "shop", "--type", "merge", "-p", PATCH]
            self.budgets[words[3]] = budget(words[3], 1)
            return 0, "patched"
        if command.startswith("kubectl delete configmap -n kube-system "):
            del self.maps[command.rpartition(" ")[2]]
            return 0, "deleted"
        nodes = [node(name, *at, *self.conditions.get(name, ())) for name, at in self.nodes.items()]
        return 0, run(
            self.folder,
            {
                "nodes": nodes,
                "budgets": [*self.budgets.values()],
                "maps": [*self.maps.values()],
                "policies": self.policies,
            },
            command=command if command == policies_command() else "",
        )


@pytest.fixture
def made(cloud: Cloud) -> Mishaps:
    """A cluster on a network of its user's."""
    return own_network(cloud)


@pytest.fixture
def inside(made: Mishaps, tmp_path: Path) -> Inside:
    """What is inside of it."""
    folder = tmp_path / "inside"
    folder.mkdir()
    return Inside(made, folder)


def found(cloud: Cloud, *words: str) -> dict[str, dict[str, Any]]:
    """What is found, by its rule."""
    ran = cloud(" ".join([LOOK, "--fail-on never", *words]))
    assert ran.code == 0, ran.err
    return {each["rule"]: each for each in ran.json["findings"] if each["severity"] != "info"}


@needs_jq
def test_a_healthy_cluster_gives_no_finding_and_is_asked_once(cloud: Cloud, inside: Inside) -> None:
    assert found(cloud) == {}
    assert len(inside.commands) == 1
    assert [each.split("/")[-1] for each in cloud.writes] == ["runCommand"]


def test_nothing_is_run_inside_without_being_asked(cloud: Cloud, inside: Inside) -> None:
    assert cloud(f"{CHECK} -o none").code == 0
    assert (inside.commands, cloud.writes) == ([], [])


@needs_jq
def test_a_check_that_nobody_asked_for_has_not_passed(cloud: Cloud, inside: Inside, tmp_path: Path) -> None:
    def passed(words: str) -> set[str]:
        file = tmp_path / "findings.xml"
        assert cloud(f"{CHECK} {words} --findings {file} -o none").code == 0
        return {str(each.get("name")) for each in ElementTree.parse(file).iter("testcase")}

    assert not passed("") & INSIDE
    assert passed("--inspect-cluster") >= INSIDE
    disabled(cloud, inside)
    assert not passed("--inspect-cluster") & INSIDE


@needs_jq
def test_a_budget_is_found_and_mended_by_what_is_printed(cloud: Cloud, inside: Inside) -> None:
    inside.budgets["web"] = budget("web", 0)
    finding = found(cloud).pop("pdb-blocks-drain")
    command = re.search(r"az aks command invoke .*", str(finding["recommendation"]))
    assert command
    ran = cloud.shell(command[0])
    assert ran.code == 0, ran.err
    assert found(cloud) == {}


@needs_jq
def test_a_route_that_leads_elsewhere_is_mended_by_what_is_printed(cloud: Cloud, made: Mishaps, inside: Inside) -> None:
    made.misroute()
    finding = found(cloud)["pod-cidr-of-node"]
    ran = cloud.shell(str(finding["recommendation"]).partition(": ")[2])
    assert ran.code == 0, ran.err
    assert found(cloud) == {}


@needs_jq
def test_a_route_that_is_missing_is_created_for_the_block_of_the_node(
    cloud: Cloud, made: Mishaps, inside: Inside
) -> None:
    name = made.lose_route()
    inside.conditions[made.node().name] = (("NetworkUnavailable", "True"),)
    finding = found(cloud)["pod-cidr-of-node"]
    assert name in str(finding["recommendation"])
    ran = cloud.shell(str(finding["recommendation"]).partition(": ")[2])
    assert ran.code == 0, ran.err
    inside.conditions.clear()
    assert found(cloud) == {}


@needs_jq
def test_a_node_that_is_not_ready_is_told_with_how_to_see_why(cloud: Cloud, made: Mishaps, inside: Inside) -> None:
    inside.conditions[made.node().name] = (("Ready", "Unknown"),)
    ((rule, finding),) = found(cloud).items()
    assert (rule, made.node().name in finding["message"]) == ("nodes-not-ready", True)
    command = re.search(r'az aks command invoke .*?"kubectl[^"]*"', str(finding["recommendation"]))
    assert command
    assert cloud.shell(command[0]).code == 0


def _audience(token: str) -> str:
    part = token.split(".")[1]
    return str(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))["aud"])


def refused(cloud: Cloud, inside: Inside) -> None:
    cloud.arm.empty(caller_role="")
    own_network(cloud)
    cloud.arm.grant(CALLER_OBJECT, "Reader", CLUSTER.split("/resourceGroups")[0])


def disabled(cloud: Cloud, inside: Inside) -> None:
    cloud.arm.cloud.store[CLUSTER]["properties"]["apiServerAccessProfile"] = {"disableRunCommand": True}


def not_run(cloud: Cloud, inside: Inside) -> None:
    def fails(*_: object) -> tuple[int, str]:
        raise NotRun("KubernetesPerformanceError: the pod did not start in 30 s")

    cloud.arm.cloud.clusters.run_command = fails


def fails_in_shell(cloud: Cloud, inside: Inside) -> None:
    cloud.arm.cloud.clusters.run_command = lambda *_: (127, "sh: kubectl: not found")


def is_stopped(cloud: Cloud, inside: Inside) -> None:
    cloud.arm.empty()
    stopped(cloud)


# what keeps it from being seen, words of why, words of what to do
FAILURES = (
    (refused, "AuthorizationFailed", '--role "Contributor"'),
    (disabled, "run command is disabled", "--enable-run-command"),
    (not_run, "KubernetesPerformanceError", "a node is Ready"),
    (fails_in_shell, "exit code 127", "run the command again"),
    (is_stopped, "the cluster is stopped", "az aks start -g shop -n kube"),
)


@pytest.mark.parametrize(("fault", "why", "mend"), FAILURES, ids=[row[0].__name__ for row in FAILURES])
def test_what_could_not_be_seen_is_never_called_fine(
    cloud: Cloud, inside: Inside, fault: Any, why: str, mend: str
) -> None:
    fault(cloud, inside)
    ran = cloud(f"{LOOK} --fail-on never")
    assert ran.code == 0, ran.err
    hidden = [each for each in ran.json["findings"] if each["rule"] == "not-looked-at" and why in each["message"]]
    assert len(hidden) == 1
    assert mend in str(hidden[0]["recommendation"])
    assert set(ran.json["looked"]["notLookedAt"]) >= INSIDE


@needs_jq
def test_the_token_of_a_cluster_with_entra_is_sent_and_shown_nowhere(cloud: Cloud, inside: Inside) -> None:
    cloud.arm.cloud.store[CLUSTER]["properties"]["aadProfile"] = {"managed": True}
    ran = cloud(f"{LOOK} --debug")
    assert ran.code == 0, ran.err
    token = next(entry for entry in cloud.arm.ledger.writes()).body["clusterToken"]
    assert _audience(token).removeprefix("api://") == "6dae42f8-4368-4678-94ff-3960e28e3630"
    assert token not in ran.out + ran.err
    assert "clusterToken" not in ran.err

"""What only the inside of a cluster shows of a move: found, dealt with by what is printed, and then the cluster moves.

And whoever sits at a terminal is asked for the name of the cluster.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import calico, own_network
from tests.cli.test_check_inside import Inside
from tests.cli.test_migrate import proven, puts
from tests.support.printed import commands
from tests.unit.discovery.cluster_inside import budget, needs_jq

pytestmark = pytest.mark.usefixtures("free_waits")
LOOK = "kubenet migrate -g shop -n kube --inspect-cluster"
MAP = "azure-ip-masq-agent-config"


@pytest.fixture
def inside(cloud: Cloud, tmp_path: Path) -> Inside:
    """What is inside of a cluster on a network of its user's."""
    folder = tmp_path / "inside"
    folder.mkdir()
    return Inside(own_network(cloud), folder)


@needs_jq
def test_rules_of_masquerading_and_a_budget_are_mended_as_printed_and_the_cluster_moves(
    cloud: Cloud, inside: Inside
) -> None:
    inside.maps[MAP] = {"metadata": {"name": MAP}, "data": {MAP: "nonMasqueradeCIDRs: [10.0.0.0/8]"}}
    inside.budgets["web"] = budget("web", 0)
    refused = cloud(f"{LOOK} --yes")
    assert (refused.code, refused.out, puts(cloud)) == (1, "", [])
    dry = cloud(f"{LOOK} --dry-run -o json")
    grave = [each for each in dry.json["findings"] if each["severity"] == "error"]
    assert (dry.code, [each["rule"] for each in grave]) == (1, ["pdb-blocks-drain", "ip-masq-config"])
    for each in grave:
        for command in commands(each["recommendation"]):
            assert cloud.shell(command).code == 0, command
    report = proven(cloud(f"{LOOK} --yes -o json"))
    assert (report["proof"]["nodesReady"], report["proof"]["notLookedAt"]) == (True, [])


@needs_jq
def test_a_node_that_is_not_ready_after_the_move_is_no_proof(cloud: Cloud, inside: Inside) -> None:
    began = cloud(f"{LOOK} --yes -o json")
    proven(began)
    inside.conditions[next(iter(inside.nodes))] = (("Ready", "Unknown"),)
    ran = cloud(f"{LOOK} --yes -o json")
    assert (ran.code, ran.json["proof"]["holds"], ran.json["proof"]["nodesReady"]) == (1, False, False)
    assert "not proven: nodes are not Ready" in ran.err


@needs_jq
def test_the_policies_are_saved_whole_where_a_look_inside_was_asked_for(
    cloud: Cloud, inside: Inside, tmp_path: Path
) -> None:
    spec = {"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]}
    inside.policies = [{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                        "metadata": {"name": "p", "namespace": "shop", "uid": "u", "labels": {"a": "b"}},
                        "spec": spec}]  # fmt: skip
    assert cloud(f"{LOOK} --save before.json --until save --yes").code == 0
    saved = json.loads((cloud.az.home / "before.json").read_text(encoding="utf-8"))["networkPolicies"]
    assert saved == [{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                      "metadata": {"name": "p", "namespace": "shop", "labels": {"a": "b"}}, "spec": spec}]  # fmt: skip


@needs_jq
def test_policies_that_could_not_be_saved_are_said(cloud: Cloud, inside: Inside) -> None:
    whole, looked = inside.made.cloud.clusters.run_command, []

    def fails_then(rid: Any, command: str) -> tuple[int, str]:
        looked.append(command)
        return whole(rid, command) if len(looked) == 1 else (1, "Error from server (Forbidden): no")

    inside.made.cloud.clusters.run_command = fails_then
    ran = cloud(f"{LOOK} --save before.json --until save --yes")
    assert ran.code == 0, ran.err
    assert "the network policies are not in before.json: they were not printed whole" in ran.err
    saved = json.loads((cloud.az.home / "before.json").read_text(encoding="utf-8"))
    assert "Forbidden" in saved["networkPolicies"]["notRead"]


#: Runs a command on a terminal of its own, types what comes on standard input, and shows what the terminal shows.
_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@pytest.mark.parametrize(("name", "code"), [("kube", 0), ("kubes", 1), ("", 1), ("$'\\004'", 1)])
def test_at_a_terminal_the_name_of_the_cluster_is_asked_for(cloud: Cloud, name: str, code: int) -> None:
    own_network(cloud)
    command = "az kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected"
    ran = cloud.shell(f"echo {name} | {sys.executable} -c '{_TERMINAL}' {command}")
    assert "There is no way back. Type the name of the cluster to go on (kube): " in ran.out
    assert "~ overlay: kubenet -> Azure CNI Overlay" in ran.out
    assert (ran.code, len(puts(cloud))) == (code, 1 - code), ran.out
    assert "Traceback" not in ran.out


@needs_jq
@pytest.mark.parametrize(
    ("policies", "options", "wanted"),
    [
        (0, "", {"policy-gap": "info", "network-policy": "warning"}),
        (2, "", {"policy-gap": "error", "network-policy": "warning"}),
        (0, "--until policy --yes --accept-risk policy-gap", {}),
        (2, "--until policy --yes --accept-risk policy-gap", {"policies-without-engine": "warning"}),
    ],
    ids=["calico, and none", "calico, and two", "no engine, and none", "no engine, and two"],
)
def test_policies_are_counted(
    cloud: Cloud, tmp_path: Path, policies: int, options: str, wanted: dict[str, str]
) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    seen = Inside(calico(cloud), folder)
    seen.policies = [{"metadata": {"name": f"p{at}", "namespace": "shop"}, "spec": {}} for at in range(policies)]
    if options:
        assert cloud(f"{LOOK} {options}").code == 0
    ran = cloud(f"{LOOK} --dry-run -o json")
    found = {each["rule"]: each["severity"] for each in ran.json["findings"] if "polic" in each["rule"]}
    assert found == wanted
    told = " ".join(each["message"] for each in ran.json["findings"])
    assert (f"({policies} of them)" in told) is bool(policies)


@needs_jq
def test_the_budget_that_stopped_a_move_is_shown_by_the_same_command_and_the_move_ends(
    cloud: Cloud, inside: Inside
) -> None:
    inside.budgets["web"] = budget("web", 0)
    inside.made.block_drain()
    stopped = cloud(f"{LOOK} --skip-checks pdb-blocks-drain --yes")
    assert (stopped.code, len(puts(cloud))) == (1, 1)
    ran = cloud(f"{LOOK} --yes")
    assert (ran.code, len(puts(cloud))) == (1, 1), "it would fail again"
    printed = commands(next(line for line in ran.err.splitlines() if "kubectl patch pdb" in line))
    assert [cloud.shell(each).code for each in printed] == [0]
    inside.made.let_drain()
    proven(cloud(f"{LOOK} --yes -o json"))

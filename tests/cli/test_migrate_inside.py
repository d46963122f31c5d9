"""What only the inside of a cluster shows of a move: found, dealt with by what is printed, and then the cluster moves.

And whoever sits at a terminal is asked for the name of the cluster.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import own_network
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


#: Runs a command on a terminal of its own, types what comes on standard input, and shows what the terminal shows.
_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@pytest.mark.parametrize(("name", "code"), [("kube", 0), ("kubes", 1), ("", 1)])
def test_at_a_terminal_the_name_of_the_cluster_is_asked_for(cloud: Cloud, name: str, code: int) -> None:
    own_network(cloud)
    command = "az kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected"
    ran = cloud.shell(f"echo {name} | {sys.executable} -c '{_TERMINAL}' {command}")
    assert "There is no way back. Type the name of the cluster to go on (kube): " in ran.out
    assert "~ overlay: kubenet -> Azure CNI Overlay" in ran.out
    assert (ran.code, len(puts(cloud))) == (code, 1 - code), ran.out

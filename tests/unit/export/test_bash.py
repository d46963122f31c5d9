"""The script, read by bash and by ShellCheck. tests/loopback runs it with the real az."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.export import Target
from tests.unit.export.plans import CASES, NO_SURGE, PLAN, PLUGINS, POOLS, SUBSCRIPTION, THERE, export


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("case", CASES)
def test_bash_reads_it(case: str, plugin: NetworkPlugin) -> None:
    done = subprocess.run(
        ["bash", "-n"], input=export(".sh", *CASES[case], plugin), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("case", CASES)
def test_shellcheck_has_nothing_to_say(case: str) -> None:
    beside = Path(sys.executable).with_name("shellcheck")
    program = str(beside) if beside.exists() else shutil.which("shellcheck")
    if not program:
        pytest.skip("ShellCheck is not installed")
    done = subprocess.run(
        [program, "--shell=bash", "--severity=style", "-"],
        input=export(".sh", *CASES[case]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("case", CASES)
def test_every_variable_is_set_before_it_is_used_and_every_one_is_used(case: str) -> None:
    script = export(".sh", *CASES[case])
    used = {match[1]: match.start() for match in reversed([*re.finditer(r"\$\{?([a-z]\w*)", script)])}
    given = {match[1]: match.start() for match in reversed([*re.finditer(r"^ *([a-z]\w*)=", script, re.MULTILINE)])}
    assert set(used) == set(given)
    assert not [name for name in used if used[name] < given[name]]


@pytest.mark.parametrize(
    ("plugin", "typed"),
    [
        pytest.param(KUBENET, ["--network-plugin", "kubenet"], id="kubenet has no mode"),
        pytest.param(
            OVERLAY, ["--network-plugin", "azure", "--network-plugin-mode", "overlay"], id="Overlay is a mode"
        ),
    ],
)
@pytest.mark.parametrize("case", CASES)
def test_the_cluster_is_created_with_the_plugin_of_the_plan(case: str, plugin: NetworkPlugin, typed: list[str]) -> None:
    words = export(".sh", *CASES[case], plugin).partition("\n  az aks create ")[2].split()
    start = words.index("--network-plugin")
    assert words[start : words.index("--pod-cidr")] == typed


def test_what_is_there_is_not_made() -> None:
    assert "network vnet create" in export(".sh", PLAN, Target())
    assert "network vnet create" not in export(".sh", PLAN, Target(vnet="hub", vnet_exists=True))
    assert "subnet create" in export(".sh", PLAN, Target(vnet="hub", vnet_exists=True))
    assert "subnet create" not in export(".sh", PLAN, THERE)
    assert "group create" not in export(".sh", PLAN, THERE)


def test_pools_have_their_own_surge() -> None:
    script = export(".sh", POOLS, THERE)
    assert 'nodepool update --resource-group "$group" --cluster-name "$cluster" --name "$pool1"' in script
    assert "pool1_max_surge=33%\n" in script
    assert "--max-unavailable" not in script


def test_no_surge_is_left_to_aks_on_the_system_pool_alone() -> None:
    script = export(".sh", NO_SURGE, Target())
    assert "nodepool update" not in script
    assert '--max-surge "$pool2_max_surge" --max-unavailable 1' in script


def test_one_pool_is_scaled_to_the_maximum_of_the_plan() -> None:
    script = export(".sh", {**PLAN, "maxCount": 60}, Target())
    assert '--enable-cluster-autoscaler --min-count "$pool1_count" --max-count "$pool1_max_count"' in script
    assert "pool1_max_count=60\n" in script
    assert "--enable-cluster-autoscaler" not in export(".sh", PLAN, Target())


def test_the_docker_bridge_is_not_sent() -> None:
    assert "172.17.0.1" not in "".join(export(ending, PLAN, THERE) for ending in (".json", ".bicep", ".tf", ".sh"))


_NODES = "resourceGroups/demo/providers/Microsoft.Network/virtualNetworks/hub/subnets/nodes"

#: the subnet that the cluster of this name has, what the script ends with
_CLUSTERS = {
    "the planned subnet": (f"/subscriptions/{THERE.subscription}/{_NODES}", 0),
    "the planned subnet in capitals": (f"/SUBSCRIPTIONS/{THERE.subscription}/{_NODES}".upper(), 0),
    "a subnet of the same names in another subscription": (f"/subscriptions/f{SUBSCRIPTION[1:]}/{_NODES}", 1),
    "a subnet whose name begins in the same way": (f"/subscriptions/{THERE.subscription}/{_NODES}2", 1),
    "no subnet of its own": ("", 1),
}


@pytest.mark.parametrize("place", [THERE, replace(THERE, subscription=None)], ids=["named", "current subscription"])
@pytest.mark.parametrize("case", _CLUSTERS)
def test_a_cluster_of_the_name_is_that_of_the_script_if_it_is_in_the_planned_subnet(
    case: str, place: Target, tmp_path: Path
) -> None:
    subnet, code = _CLUSTERS[case]
    answers = {"aks list": "kube", "aks show": subnet, "account show": SUBSCRIPTION, "network vnet": "westeurope"}
    cases = "\n".join(f"'{words}'*) echo '{answer}' ;;" for words, answer in answers.items())
    az = tmp_path / "az"
    az.write_text(f'#!/bin/sh\ncase "$*" in\n{cases}\nesac\n')
    az.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    script = export(".sh", PLAN, place)
    done = subprocess.run(["bash", "-c", script], env=path, capture_output=True, text=True, check=False)
    assert (done.returncode, "is not the cluster of this script" in done.stderr) == (code, bool(code)), done.stderr

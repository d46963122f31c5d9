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
    assigned = re.compile(
        r"^ *(?:if (?:! )?)?([a-z]\w*)=|(?:^ *for|read -r) ([a-z_][a-z_ ]*[a-z])(?= in|; do| <)", re.MULTILINE
    )
    given = {name: match.start() for match in reversed([*assigned.finditer(script)])
             for name in (match[1] or match[2]).split() if len(name) > 1}  # fmt: skip
    in_numbers = {"length", "inner"}  # bash's arithmetic names them without $
    assert set(used) == set(given) - in_numbers
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
    assert words[start : words.index("--pod-cidr")] == typed  # noqa: E203


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


_NETWORK = "resourceGroups/demo/providers/Microsoft.Network/virtualNetworks"
_NODES = f"/subscriptions/{SUBSCRIPTION}/{_NETWORK}/hub/subnets/nodes"
_NEW = Target("demo", "kube", "westeurope", vnet="hub", subnet="nodes")


def _cluster(subnet: str = _NODES, pods: str = "10.244.0.0/16", services: str = "10.0.0.0/16",
             dns: str = "10.0.0.10", plugin: str = "kubenet") -> str:  # fmt: skip
    return "\t".join((pods, services, dns, plugin, subnet))


def _neighbour(plugin: str, name: str = "theirs", subnet: str = _NODES) -> str:
    return f"{name}\tdemo\t{plugin}\tnone {subnet}"


def _subnet(
    prefixes: str = "192.168.1.0/24", nodes: str = "", plugin: NetworkPlugin = KUBENET, table: str = "/its/table"
) -> str:
    return "\t".join((prefixes, *([table] if plugin is KUBENET else []), nodes))


def _pool(
    count: int = PLAN["nodeCount"], most: str = "not set", pods: int = PLAN["maxPods"], surge: str = "10%"
) -> str:
    return "\t".join(("nodepool1", str(count), most, str(pods), surge))


#: What `az` answers where everything is there as planned; a text behind ! is an error.
_ANSWERS = {
    "account show": SUBSCRIPTION,
    "group exists": "true",
    "aks list --resource-group": "kube",
    "aks list": _neighbour("kubenet", "kube"),
    "aks show": _cluster(),
    "aks nodepool list": _pool(),
    "network vnet list": "hub",
    "network vnet show": "westeurope\t192.168.0.0/16",
    "network vnet subnet list": "nodes",
    "network vnet subnet show": _subnet(),
    "network route-table show": f"{_NODES} {_NODES}-2",
    "identity": "kube-identity",
}


def _run(script: str, folder: Path, answers: dict[str, str], end: str = "") -> tuple[int, str, list[str]]:
    """What a script comes to, what it tells, and what it writes, where `az` answers so.

    end: what is before the end of each line that `az` prints
    """
    said = {words: f"echo '{text[1:]}' >&2; exit 1" if text[:1] == "!" else f"echo '{text}'"
            for words, text in {**_ANSWERS, **answers}.items()}  # fmt: skip
    cases = "\n".join(f"'{words}'*) {done} ;;" for words, done in said.items())
    writes = "*' create '*|*' add '*|*' update '*) echo \"$1 $2 $3 $4\" >> writes ;;"
    az = folder / "az"
    az.write_text(f'#!/bin/bash\nset -o pipefail\ncase "$*" in\n{writes}\n{cases}\nesac | sed "s/$/{end}/"\n')
    az.chmod(0o755)
    path = {"PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=path, cwd=folder, capture_output=True, text=True, check=False)
    written = folder / "writes"
    return done.returncode, done.stderr, written.read_text().splitlines() if written.exists() else []


#: what is there in place of the planned, what the script says, None where it takes it
_CLUSTERS = {
    "all is as planned": ({}, None),
    "the planned subnet in capitals": ({"aks show": _cluster(_NODES.upper())}, None),
    "one of its pools is in the planned subnet": ({"aks show": _cluster(f"none {_NODES}")}, None),
    "a subnet of the same names in another subscription": (
        {"aks show": _cluster(_NODES.replace("/0000", "/f000"))}, "its subnet is /subscriptions/f000"),
    "a subnet whose name begins in the same way": ({"aks show": _cluster(f"{_NODES}2")}, "nodes2, not "),
    "no subnet of its own": ({"aks show": _cluster("none")}, "its subnet is none, not "),
    "other pods": ({"aks show": _cluster(pods="10.8.0.0/16")}, "its pod CIDR is 10.8.0.0/16, not 10.244.0.0/16"),
    "other services and another DNS service IP": (
        {"aks show": _cluster(services="10.9.0.0/16", dns="10.9.0.10")},
        "its service CIDR is 10.9.0.0/16, not 10.0.0.0/16, its DNS service IP is 10.9.0.10, not 10.0.0.10"),
    "another network plugin": (
        {"aks show": _cluster(plugin="azure overlay")}, "its network plugin is azure overlay, not kubenet"),
    "a subnet of that name with another prefix": (
        {"network vnet subnet show": _subnet("172.30.4.0/28")},
        "subnet nodes of network hub in resource group demo exists with 172.30.4.0/28, not 192.168.1.0/24"),
    "a subnet with IPv6 as well": ({"network vnet subnet show": _subnet("192.168.1.0/24 fd00::/64")}, None),
    "another kubenet cluster in the subnet": (
        {"aks list": _neighbour("kubenet")}, "is used by cluster theirs in resource group demo, and two kubenet"),
    "another kubenet cluster beside it": ({"aks list": _neighbour("kubenet", subnet=f"{_NODES}2")}, None),
    "another kubenet cluster with the same route table": (
        {"aks list": _neighbour("kubenet", subnet=f"{_NODES}-2")},
        "the route table of subnet nodes of network hub also serves cluster theirs in resource group demo: clusters"),
    "an Overlay cluster with the same route table": ({"aks list": _neighbour("azure", subnet=f"{_NODES}-2")}, None),
    "the clusters are not listed this time": (
        {"aks list": "!(ServiceUnavailable)"}, "were not listed: (ServiceUnavailable)"),
    "the clusters of the group are not listed": ({"aks list --resource-group": "!(AuthorizationFailed)"}, "Auth"),
}  # fmt: skip


@pytest.mark.parametrize(
    "place", [_NEW, THERE, replace(THERE, subscription=None)], ids=["new", "in a subnet", "current subscription"]
)
@pytest.mark.parametrize("case", _CLUSTERS)
def test_what_has_the_names_of_the_plan_and_is_not_as_planned_stops_the_script(
    case: str, place: Target, tmp_path: Path
) -> None:
    answers, told = _CLUSTERS[case]
    code, said, wrote = _run(export(".sh", PLAN, place), tmp_path, answers)
    assert (code, wrote) == (int(told is not None), []), said
    assert (told or "") in said


@pytest.mark.parametrize("place", [_NEW, replace(THERE, subscription=None), THERE], ids=["new", "there", "elsewhere"])
def test_lines_that_end_as_on_windows_are_read_alike(place: Target, tmp_path: Path) -> None:
    """Azure/azure-cli issues 16695 and 33385: so they do in WSL and Git Bash."""
    script = export(".sh", POOLS if place is THERE else PLAN, place)
    for number, answers in enumerate(
        ({}, {"aks list": _neighbour("kubenet", subnet=f"{_NODES}-2")}, {"account": "!no"})
    ):
        plain, windows = tmp_path / f"{number}", tmp_path / f"{number}w"
        plain.mkdir()
        windows.mkdir()
        assert _run(script, windows, answers, r"\r") == _run(script, plain, answers)


#: what is there before anything was written, what the script writes first, or says
_NETWORKS = {
    "nothing is there": ({"network vnet list": ""}, "network vnet create"),
    "a network with room": (
        {"network vnet show": "westeurope\tfd00::/48 10.9.0.0/24 192.168.0.0/22"}, "network vnet subnet create"),
    "a network elsewhere": (
        {"network vnet show": "westeurope\t172.30.0.0/16 192.168.1.0/25"},
        "hub in resource group demo exists with 172.30.0.0/16 192.168.1.0/25, which does not contain 192.168.1.0/24"),
    "a network in another region": (
        {"network vnet show": "northeurope\t192.168.0.0/16"},
        "hub in resource group demo is in northeurope, and the cluster would be in westeurope [network-location]"),
    "the networks are not listed": ({"network vnet list": "!(AuthorizationFailed)"}, "(AuthorizationFailed)"),
    "the subnets are not listed": ({"network vnet subnet list": "!(Busy)"}, "(Busy)"),
    "whether the group exists is not told": ({"group exists": "!(Busy)"}, "(Busy)"),
}  # fmt: skip


@pytest.mark.parametrize("case", _NETWORKS)
def test_a_network_is_made_only_where_a_list_shows_none(case: str, tmp_path: Path) -> None:
    answers, then = _NETWORKS[case]
    there = {"aks list --resource-group": "", "aks list": "", "network vnet subnet list": "", "identity list": ""}
    code, said, wrote = _run(export(".sh", PLAN, _NEW), tmp_path, {**there, **answers})
    if then.startswith("network "):
        assert (code, wrote[0].startswith(then)) == (0, True), said
    else:
        assert (code, wrote) == (1, []), said
        assert then in said


_AKS_NODE = "/resourcegroups/mc_x/providers/microsoft.compute/virtualmachinescalesets/AKS-pool/ipConfigurations/1"

#: plugin of the plan, what is there, what is said of it
_NEIGHBOURS = {
    "a kubenet cluster beside Overlay": (
        OVERLAY, {"aks list": _neighbour("kubenet")},
        "theirs in resource group demo (network plugin kubenet): the two can share it"),
    "an Overlay cluster beside kubenet": (
        KUBENET, {"aks list": _neighbour("azure")}, "(network plugin azure): the two can share it"),
    "nobody may look": (
        KUBENET, {"aks list": "!(AuthorizationFailed)"},
        "whether another cluster is in subnet nodes of network hub was not looked at"),
    "nodes of a cluster that no list shows": (
        KUBENET, {"aks list": "", "network vnet subnet show": _subnet(nodes=_AKS_NODE)},
        "nodes of a cluster that you may not see: whether it is on kubenet was not looked at"),
    "a route table that may not be read": (
        KUBENET, {"network route-table show": "!(AuthorizationFailed)"},
        "whether another cluster uses the route table of subnet nodes of network hub was not looked at"),
}  # fmt: skip


@pytest.mark.parametrize("case", _NEIGHBOURS)
def test_a_neighbour_that_may_be_there_and_what_was_not_looked_at_are_told(case: str, tmp_path: Path) -> None:
    plugin, there, told = _NEIGHBOURS[case]
    answers = {"aks show": _cluster(plugin=f"{plugin.name} {plugin.mode or ''}".strip()),
               "network vnet subnet show": _subnet(plugin=plugin), **there}  # fmt: skip
    code, said, wrote = _run(export(".sh", PLAN, THERE, plugin), tmp_path, answers)
    assert (code, wrote) == (0, []), said
    assert told in said


def test_what_is_there_as_planned_is_taken_without_a_word(tmp_path: Path) -> None:
    assert _run(export(".sh", PLAN, THERE), tmp_path, {}) == (0, "", [])


#: id of the table's group and table, whether it is one that AKS made for another cluster
_TABLES = {
    "AKS named it": ("net", "aks-agentpool-12345678-routetable", True),
    "it is in a group of nodes": ("mc_app_theirs_westeurope", "own", True),
    "one's own": ("net", "own-aks-agentpool-1-routetable-2", False),
}


@pytest.mark.parametrize("listing", ["", "!(AuthorizationFailed)"], ids=["in no list", "nobody may look"])
@pytest.mark.parametrize("case", _TABLES)
def test_a_route_table_that_aks_made_for_a_cluster_nobody_sees_stops_a_new_cluster(
    case: str, listing: str, tmp_path: Path
) -> None:
    group, name, theirs = _TABLES[case]
    table = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{group}/providers/Microsoft.Network/routeTables/{name}"
    answers = {"aks list --resource-group": "", "aks list": listing, "network vnet subnet show": _subnet(table=table)}
    code, said, wrote = _run(export(".sh", PLAN, THERE), tmp_path, answers)
    told = (
        f"route table {name} of subnet nodes was created by AKS for a cluster that you may not see, in resource group"
    )
    assert (code, wrote == [], f"{told} {group}: clusters" in said) == (int(theirs), theirs, theirs), said
    code, said, _ = _run(export(".sh", PLAN, THERE), tmp_path, {**answers, "aks list --resource-group": "kube"})
    assert (code, told in said) == (0, False), said


def test_a_network_that_exists_is_in_the_region_of_the_plan(tmp_path: Path) -> None:
    script = export(".sh", PLAN, replace(THERE, location="North Europe"))
    new = {"aks list --resource-group": "", "aks list": ""}
    code, said, wrote = _run(script, tmp_path, {**new, "network vnet show": "westeurope"})
    assert (code, wrote) == (1, []), said
    assert "is in westeurope, and the cluster would be in North Europe [network-location]" in said
    assert _run(script, tmp_path, {**new, "network vnet show": "northeurope"})[0] == 0


#: the pool that is there, what is said of it
_POOLS = {
    "other nodes": (_pool(count=9), "its node count is 9, that of the plan is 3"),
    "scaled": (_pool(most="7"), "its max count is 7, that of the plan is not set"),
    "other pods of a node": (_pool(pods=30), "its max pods is 30, that of the plan is 110"),
    "another surge": (_pool(surge="not shown"), "its max surge is not shown, that of the plan is 10%"),
}


@pytest.mark.parametrize("case", _POOLS)
def test_a_pool_that_exists_and_is_not_as_planned_is_told(case: str, tmp_path: Path) -> None:
    pool, told = _POOLS[case]
    code, said, wrote = _run(export(".sh", PLAN, THERE), tmp_path, {"aks nodepool list": pool})
    assert (code, wrote, said) == (
        0, [], f"cluster kube existed, and its pool nodepool1 is left as it is: {told}\n")  # fmt: skip


@pytest.mark.parametrize("own", [False, True], ids=["another identity", "this identity"])
def test_an_identity_that_another_cluster_runs_as_is_told(own: bool, tmp_path: Path) -> None:
    runs = "KUBE-identity" if own else "kube-identity2"  # its name stands for its id
    answers = {"aks list --resource-group": "", "aks list": f"theirs\tapp\tother {runs}"}
    code, said, _ = _run(export(".sh", PLAN, THERE), tmp_path, answers)
    assert (code, "cluster theirs in resource group app runs as it: what is granted" in said) == (0, own), said

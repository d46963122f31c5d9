"""A plan for Azure CNI Overlay: planned as kubenet is, refused by `create`, and created by the commands it prints."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB
from tests.loopback.server import faults
from tests.support.az import Az

OVERLAY = "--network-plugin azure --network-plugin-mode overlay"
#: Lines of az end so in WSL and Git Bash. Azure/azure-cli issue 33385
WINDOWS = "az() { set -o pipefail; command az \"$@\" | sed 's/$/\\r/'; }\n"
CREATE = "kubenet create -g app -n kube --no-ssh-key -o none"


def printed(told: str) -> list[str]:
    """The commands of a refusal, a line each."""
    return [line.strip() for line in told.splitlines() if line.startswith("  ") and "=$(set -o pipefail; az " in line]


def test_an_overlay_plan_has_its_own_limits_arguments_and_keys_and_no_word_of_retirement(az: Az) -> None:
    ran = az(f"kubenet plan {OVERLAY} --max-count 500")
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)
    assert (plan["networkPlugin"], plan["networkPluginMode"], plan["maxPods"]) == ("azure", "overlay", 250)
    assert plan["aksArguments"].startswith(f"{OVERLAY} --pod-cidr {plan['podCidr']} ")
    assert plan["podCidr"] == "10.244.0.0/14"
    assert plan["capacity"]["nodesByAks"] == 5000
    assert "nodesByRoutes" not in plan["capacity"]
    assert plan["dockerBridgeAddress"] is None
    assert "retires" not in ran.err


@pytest.mark.parametrize("options", ["--network-plugin azure", "--network-plugin-mode overlay"])
def test_half_of_the_plugin_is_refused_with_what_to_type(az: Az, options: str) -> None:
    ran = az(f"kubenet plan {options}")
    assert (ran.code, ran.out) == (1, "")
    assert f"use {OVERLAY}" in ran.err


def test_the_table_of_an_overlay_plan_with_its_comparison_fits_a_terminal(az: Az) -> None:
    for more in ("", "--compare", "--compare default-pods --needs pods-reachable dual-stack"):
        ran = az(f"kubenet plan {OVERLAY} --max-count 4000 {more} -o table --only-show-errors")
        assert ran.code == 0, ran.err
        assert max(map(len, ran.out.splitlines())) <= 100
        assert "Docker" not in ran.out


@pytest.mark.parametrize(
    "options",
    [
        "--max-count 500",
        "--max-count 30 --within 10.0.0.0/28",
        "--subnet-prefix 10.1.2.0/28 --max-count 30",
        "--max-count 300 --max-surge 100%",
    ],
    ids=["more nodes than kubenet has", "no space", "a subnet that is too small", "more routes than a table has"],
)
def test_models_are_compared_where_kubenet_does_not_fit(az: Az, options: str) -> None:
    ran = az(f"kubenet plan {options} --compare")
    assert ran.code == 0, ran.err
    answer = json.loads(ran.out)
    assert "podCidr" not in answer
    assert {each["severity"] for each in answer["findings"]} <= {"warning", "info"}  # it ends well, and says so alike
    assert {each["maxPods"] for each in answer["comparison"]["models"]} == {110}
    assert "no plan: " in ran.err
    shown = az(f"kubenet plan {options} --compare -o table --only-show-errors")
    assert len(shown.out.splitlines()) == 6
    assert max(map(len, shown.out.splitlines())) <= 100


@pytest.mark.parametrize("export", [False, True], ids=["a comparison alone ends well", "an export is refused"])
def test_the_findings_file_of_a_comparison_agrees_with_the_exit_code(az: Az, *, export: bool) -> None:
    more = " --export c.tf" if export else ""
    ran = az(f"kubenet plan --max-count 500 --compare --growth 25% --findings f.json{more}")
    told = json.loads((az.home / "f.json").read_text())
    assert (ran.code, told["refused"]) == (int(export), export)
    assert not (az.home / "c.tf").exists()
    assert "--growth is not used" in ran.err
    assert "option-without-use" in [each["rule"] for each in told["findings"]]


def test_an_export_for_which_there_is_no_plan_is_refused_with_the_plan_that_gives_it(az: Az) -> None:
    ran = az("kubenet plan --max-count 500 --compare --needs cilium --export c.tf -o table")
    assert (ran.code, ran.out) == (1, "")
    assert "c.tf is not written: there is no plan to export, only a comparison [not-exported]" in ran.err
    assert "today: Azure CNI Overlay" in ran.err
    command = ran.err.split("export the plan for Azure CNI Overlay: ", 1)[1].splitlines()[0]
    assert "--compare" not in command
    again = az(command.removeprefix("az "))
    assert (again.code, (az.home / "c.tf").is_file()) == (0, True), again.err


def test_an_export_in_space_that_is_too_small_is_refused_without_a_plan_that_would_be_refused_too(az: Az) -> None:
    ran = az("kubenet plan --max-count 30 --within 10.0.0.0/28 --compare --export c.tf")
    assert ran.code == 1
    assert "not-exported" in ran.err
    assert "export the plan for" not in ran.err


def test_what_is_wrong_is_refused_in_a_comparison_too(az: Az) -> None:
    ran = az("kubenet plan --max-count 500 --pod-cidr 20.0.0.0/16 --service-cidr 20.0.0.0/16 --compare")
    assert (ran.code, ran.out) == (1, "")


def test_the_table_of_growth_fits_a_terminal(az: Az) -> None:
    for query in ("growth", "nextSizes"):
        ran = az(f"kubenet plan --growth 25% --query {query} -o table --only-show-errors")
        assert ran.code == 0, ran.err
        assert max(map(len, ran.out.splitlines())) <= 100


def test_a_word_for_a_number_is_a_finding_beside_all_others_with_exit_code_1(az: Az) -> None:
    ran = az("kubenet plan --node-count x --pod-cidr nonsense")
    assert (ran.code, ran.out) == (1, "")
    assert "malformed-number" in ran.err
    assert "malformed-range" in ran.err


def test_the_help_names_the_risks_and_the_checks(az: Az) -> None:
    told = az("kubenet plan -h").out
    for name in ("excluded-range-overlap", "too-many-nodes-to-upgrade", "subnet-delegation", "routes-room"):
        assert name in "".join(told.split())


def test_create_refuses_an_overlay_plan_before_any_login(az: Az) -> None:
    plan = az(f"kubenet plan {OVERLAY}").out
    ran = az(*f"{CREATE} -l westeurope --plan @-".split(), stdin=plan)
    assert (ran.code, ran.out) == (1, "")
    assert "az login" not in ran.err
    assert "retires" not in ran.err
    line = next(each for each in printed(ran.err) if "az aks create" in each)
    assert f"then az aks create -g app -n kube {OVERLAY} --pod-cidr 10.244.0.0/16 " in line


@pytest.mark.parametrize(
    "options", ["", "--max-count 8 --max-surge 33%", "--pool sys:3 --pool work:1:6:50% --pool b:2::0"]
)
def test_what_create_prints_for_a_new_network_creates_the_cluster(cloud: Cloud, options: str) -> None:
    plan = cloud(f"kubenet plan {OVERLAY} {options}").out
    ran = cloud(*f"{CREATE} -l westeurope --tags".split(), "team=a b", "--plan", "@-", stdin=plan)
    assert ran.code == 1
    assert cloud.writes == []
    for command in printed(ran.err):
        done = cloud.shell(f"{command} > out")
        assert done.code == 0, f"$ {command}\n{done.err}"
    holds(cloud, json.loads(plan), f"{SUB}/resourceGroups/app/providers/Microsoft.Network/virtualNetworks/kube-vnet")
    assert json.loads(cloud("aks show -g app -n kube").out)["tags"] == {"team": "a b"}


def test_typed_again_what_is_printed_writes_nothing(cloud: Cloud) -> None:
    plan = cloud(f"kubenet plan {OVERLAY} --pool sys:3::33% --pool work:2").out
    ran = cloud(*f"{CREATE} -l westeurope --plan @-".split(), stdin=plan)
    for command in printed(ran.err):
        assert cloud.shell(f"{command} > out").code == 0
    made = len(cloud.writes)
    for before in ("", WINDOWS):
        for command in printed(ran.err):
            assert cloud.shell(f"{before}{command} > out").code == 0
    assert len(cloud.writes) == made


def test_each_line_that_is_printed_is_safe_by_itself_where_a_read_fails_and_where_others_have_the_names(
    cloud: Cloud,
) -> None:
    ran = cloud(*f"{CREATE} -l westeurope --plan @-".split(), stdin=cloud(f"kubenet plan {OVERLAY}").out)
    lines = printed(ran.err)
    assert len(lines) == 4
    cloud.seed("resourceGroups/app", {"location": "westeurope", "tags": {"owner": "payments"}})
    subnets = [{"name": "KUBE-SUBNET", "properties": {"addressPrefix": "10.30.1.0/28"}}]
    properties = {"addressSpace": {"addressPrefixes": ["10.30.0.0/16"]}, "subnets": subnets}
    cloud.seed("resourceGroups/app/providers/Microsoft.Network/virtualNetworks/KUBE-VNET",
               {"location": "westeurope", "properties": properties})  # fmt: skip
    done = [cloud.shell(f"{line} > out") for line in lines]
    assert ([each.code for each in done], cloud.writes) == ([0, 0, 1, 1], [])
    assert "network kube-vnet exists with 10.30.0.0/16, not 192.168.0.0/16: what exists is not changed" in done[1].err
    for each in done[2:]:
        assert "subnet kube-subnet of network kube-vnet exists with 10.30.1.0/28, not 192.168.1.0/24" in each.err
    elsewhere = cloud.shell(f"{lines[1].replace('westeurope', 'northeurope')} > out")
    assert (elsewhere.code, cloud.writes) == (1, [])
    assert "virtual network kube-vnet is in westeurope, and the cluster would be in northeurope" in elsewhere.err
    refused = faults.Fault(faults.refusal(403, "AuthorizationFailed"), times=99)
    refused.put_into(cloud.arm.cloud, lambda call: call.method in ("GET", "HEAD"))
    assert all(cloud.shell(f"{line} > out").code for line in lines)
    assert cloud.writes == []


@pytest.mark.parametrize("exists", [True, False], ids=["a subnet that exists", "a new subnet"])
def test_what_create_prints_for_a_network_that_exists_creates_the_cluster_there(cloud: Cloud, exists: bool) -> None:
    subnets = [{"name": "nodes", "properties": {"addressPrefix": "10.30.1.0/24"}}] if exists else []
    cloud.seed("resourceGroups/net", {"location": "westeurope"})
    cloud.seed("resourceGroups/app", {"location": "westeurope"})
    properties = {"addressSpace": {"addressPrefixes": ["10.30.0.0/16"]}, "subnets": subnets}
    network = cloud.seed(
        "resourceGroups/net/providers/Microsoft.Network/virtualNetworks/corp",
        {"location": "westeurope", "properties": properties},
    )
    plan = cloud(f"kubenet plan {OVERLAY} -g net --vnet-name corp --subnet-name nodes")
    assert plan.code == 0, plan.err
    ran = cloud(*f"{CREATE} --plan @-".split(), stdin=plan.out)
    assert (ran.code, cloud.writes) == (1, [])
    for command in printed(ran.err):
        done = cloud.shell(f"{command} > out")
        assert done.code == 0, f"$ {command}\n{done.err}"
    holds(cloud, json.loads(plan.out), network)


def holds(cloud: Cloud, plan: dict, network: str) -> None:
    """The cluster is what was planned, in the subnet of its network."""
    cluster = json.loads(cloud("aks show -g app -n kube").out)
    profile = cluster["networkProfile"]
    for key in ("networkPlugin", "networkPluginMode", "podCidr", "serviceCidr", "dnsServiceIp"):
        assert profile[key] == plan[key], key
    pools = {each["name"]: each for each in cluster["agentPoolProfiles"]}
    stated = plan.get("pools") or [{"name": "nodepool1", "count": plan["nodeCount"], "maxSurge": plan["maxSurge"],
                                    "maxCount": plan.get("maxCount", plan["nodeCount"])}]  # fmt: skip
    assert {*pools} == {each["name"] for each in stated}
    for each in stated:
        pool = pools[each["name"]]
        assert (pool["count"], pool["maxPods"]) == (each["count"], plan["maxPods"])
        assert pool["vnetSubnetId"].lower().startswith(f"{network}/subnets/".lower())
        most = each.get("maxCount", each["count"])
        assert pool["maxCount"] == (most if most > each["count"] else None)
        if each["maxSurge"] not in ("0", "10%"):
            assert pool["upgradeSettings"]["maxSurge"] == each["maxSurge"]


def test_a_list_of_one_pod_range_is_taken_for_that_range(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/app", {"location": "westeurope"})
    ran = cloud(f"{CREATE} --pod-cidrs 10.240.0.0/16 --dry-run")
    assert ran.code == 0, ran.err
    assert "dual-stack" not in ran.err
    refused = cloud(f"{CREATE} --pod-cidrs 10.240.0.0/16,fd00::/64 --dry-run")
    assert refused.code == 1
    assert "[dual-stack]" in refused.err


def test_names_that_azure_refuses_are_refused_before_commands_are_printed(cloud: Cloud) -> None:
    plan = cloud(f"kubenet plan {OVERLAY}").out
    group, cluster = "g" * 50, "c" * 40  # each is short enough, and the node resource group's name is not
    ran = cloud(*f"kubenet create -g {group} -n {cluster} --no-ssh-key -l westeurope --plan @-".split(), stdin=plan)
    assert (ran.code, cloud.writes) == (1, [])
    assert "[name-not-allowed]" in ran.err
    assert "--node-resource-group" in ran.err
    assert "az aks create" not in ran.err

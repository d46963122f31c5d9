"""A plan that comes back in: round trips, and plans that are malformed, hostile or contradicted."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.explanation import described
from azext_kubenet.addressing.findings import Finding, LeaveOut, Severity, advise, use
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reservation, Snapshot
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.options.contradicted_plan import advice_anew, combine
from azext_kubenet.options.plan_file import PlanFile, read_plan
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.plan_json import answer
from tests.support.plans import CONVENTIONAL

# what is planned, its options
ROUND_TRIPS = (
    ("the conventional set", {}),
    ("a given subnet without surge", {"subnet_prefix": ["10.1.2.0/26"], "max_surge": "0"}),
    ("every demand", {"node_count": 5, "max_count": 300, "max_pods": 60, "max_surge": "33%", "extra_ips": 9}),
    ("two prefixes of the network", {"vnet_address_prefixes": ["10.1.0.0/16", "10.3.0.0/16"]}),
    ("ranges around what is excluded", {"exclude_prefixes": ["10.0.0.0/8", "192.168.0.0/16"]}),
    ("another docker bridge", {"docker_bridge_address": "172.18.5.1/24"}),
    ("two node pools", {"pool": [["system:3", "work:10:60:33%"]]}),
)  # fmt: skip

GOOD = CONVENTIONAL

# what is wrong with the text, the text, what is said of it
MALFORMED = (
    ("nothing came through the pipe", "", "the plan is empty"),
    ("only white space came", " \n\t", "the plan is empty"),
    ("the file does not exist", "@plan.json", "there is no file plan.json"),
    ("it is YAML", "nodeCount: 3\npodCidr: 10.0.0.0/8", "the plan is YAML"),
    ("it is a table", "Range     CIDR\n--------  -------------\nPod CIDR  10.244.0.0/16\n", "the plan is a table"),
    ("it is what -o tsv prints", "True\t10.0.0.10\t10.244.0.0/16\t3", "the plan is tab-separated text"),
    ("it is a file's name, and there is no file", "plan.json", "plan.json is not a plan, nor the name of a file"),
    ("it is no JSON", "pods {10.0.0.0/8", "the plan is not JSON (line 1"),
    ("it is cut off", json.dumps(GOOD, indent=1)[:60], "the plan is not JSON (line "),
    ("it is a list", "[]", "not an object"),
    ("it is a text", '"10.0.0.0/8"', "not an object"),
    ("it is null", "null", "not an object"),
    ("it is nested a hundred thousand deep", "[" * 100_000, "the plan is not JSON (nested too deeply)"),
    ("it is two plans", json.dumps(GOOD) * 2, "the plan is not JSON (line 1"),
    (
        "it is of another plugin",
        json.dumps(GOOD | {"networkPlugin": "azure"}),
        "networkPlugin in the plan must be kubenet",
    ),
    ("the pod CIDR is missing", json.dumps({k: v for k, v in GOOD.items() if k != "podCidr"}), "lacks podCidr"),
    ("all is missing", "{}", "lacks vnetAddressPrefixes, subnetPrefix, podCidr"),
    ("the prefixes are a text", json.dumps(GOOD | {"vnetAddressPrefixes": "10.0.0.0/8"}), "must be a list of strings"),
    ("there are no prefixes", json.dumps(GOOD | {"vnetAddressPrefixes": []}), "must be a list of strings"),
    ("a prefix is a number", json.dumps(GOOD | {"vnetAddressPrefixes": [10]}), "must be a list of strings"),
    ("the pod CIDR is null", json.dumps(GOOD | {"podCidr": None}), "podCidr in the plan must be a string"),
    ("the node count is a text", json.dumps(GOOD | {"nodeCount": "3"}), "nodeCount in the plan must be a whole number"),
    ("the node count is true", json.dumps(GOOD | {"nodeCount": True}), "nodeCount in the plan must be a whole number"),
    (
        "the node count is a fraction",
        json.dumps(GOOD | {"nodeCount": 3.0}),
        "nodeCount in the plan must be a whole number",
    ),
    (
        "the node count is infinite",
        json.dumps(GOOD | {"nodeCount": float("inf")}),
        "nodeCount in the plan must be a whole number",
    ),
    ("the network is a text", json.dumps(GOOD | {"network": "hub"}), "network in the plan is not what"),
    ("the network's id is none", json.dumps(GOOD | {"network": {"vnetId": "/hub"}}), "network in the plan is not what"),
    ("the pools are a number", json.dumps(GOOD | {"pools": 3}), "pools in the plan is not what"),
    ("a pool lacks its count", json.dumps(GOOD | {"pools": [{"name": "a"}]}), "pools in the plan is not what"),
    ("what was seen is a list", json.dumps(GOOD | {"seen": []}), "seen in the plan is not what"),
    ("it discovered a planet", json.dumps(GOOD | {"seen": {"discover": "planet"}}), "seen in the plan is not what"),
    ("what was given is a text", json.dumps(GOOD | {"given": "all"}), "given in the plan is not what"),
    ("what was given is numbers", json.dumps(GOOD | {"given": [1]}), "given in the plan is not what"),
    ("the surge is a number", json.dumps(GOOD | {"maxSurge": 1}), "maxSurge in the plan must be a string"),
)

# what is planned, what is typed beside it, the options that contradict
CONTRADICTED = (
    ("nothing typed", {}, []),
    ("the same typed again", {"pod_cidr": "10.244.0.0/16", "node_count": 3, "subnet_prefix": ["192.168.1.0/24"]}, []),
    ("another range", {"pod_cidr": "10.64.0.0/16"}, ["--pod-cidr"]),
    ("a size instead of the range", {"pod_cidr": "/16"}, ["--pod-cidr"]),
    ("another count", {"node_count": 4}, ["--node-count"]),
    ("another subnet", {"subnet_prefix": ["192.168.2.0/24"]}, ["--subnet-prefix"]),
    ("one prefix more", {"vnet_address_prefixes": ["192.168.0.0/16", "10.9.0.0/16"]}, ["--vnet-address-prefixes"]),
    ("what a plan does not hold", {"exclude_prefixes": ["10.99.0.0/16"], "within": ["192.168.0.0/16"]}, []),
)  # fmt: skip


@pytest.mark.parametrize("options", [row[1] for row in ROUND_TRIPS], ids=[row[0] for row in ROUND_TRIPS])
def test_a_plan_that_comes_back_gives_the_same_plan(options: dict) -> None:
    first = _plan(options)
    again = read_plan(json.dumps(first))
    assert again.findings == ()
    given = _plan(again.options)
    assert _lasting(given) == _lasting(first)


def _lasting(plan: dict) -> dict:
    """A plan without its reasons and limits: a range that was chosen is given when it comes back."""
    lasting = {key: value for key, value in plan.items() if key not in ("reasons", "given", "heldTo")}
    return lasting | {"findings": _grave(plan)}


def _grave(plan: dict) -> list[dict]:
    """The findings that a range brings along however it was chosen."""
    return [finding for finding in plan["findings"] if finding["severity"] != "info"]


def _plan(options: dict | Typed) -> dict:
    reading = read_ranges(options if isinstance(options, Typed) else Typed(options))
    verdict = plan_ranges(reading.size, reading.requests, reading.reservations)
    assert not reading.findings
    assert not verdict.refused, verdict.findings
    return answer(described(verdict))


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_a_malformed_plan_is_a_finding(text: str, said: str) -> None:
    findings = read_plan(text).findings
    assert {finding.rule for finding in findings} == {"malformed-plan"}
    assert said in " ".join(finding.message for finding in findings)
    assert all(finding.subject == ("--plan",) for finding in findings)
    assert all("az kubenet plan" in finding.recommendation for finding in findings)
    assert all(len(finding.message) < 300 for finding in findings)


@pytest.mark.parametrize("version", ["2.0", "2", "10.3", 2, 2.5])
def test_a_plan_of_a_higher_version_is_refused_with_how_to_upgrade_and_nothing_else(version: object) -> None:
    plan = read_plan(json.dumps({"planVersion": version, "podCidr": ["10.244.0.0/16"], "networkPlugin": "other"}))
    (finding,) = plan.findings
    assert (finding.rule, finding.subject) == ("plan-too-new", ("--plan",))
    assert finding.recommendation == "upgrade the extension: az extension update --name kubenet"
    assert plan.options.all == {}


@pytest.mark.parametrize("version", [None, "1.0", "1.9", "1", 1, 1.0, "0.9"])
def test_a_plan_of_this_version_or_an_older_one_or_of_none_is_read(version: object) -> None:
    given = GOOD if version is None else GOOD | {"planVersion": version}
    assert read_plan(json.dumps(given)).findings == ()


@pytest.mark.parametrize("version", ["", "x", "1.x", "v2", True, [2], {"a": 1}, "-1"])
def test_a_version_that_is_none_is_malformed(version: object) -> None:
    (finding,) = read_plan(json.dumps(GOOD | {"planVersion": version})).findings
    assert (finding.rule, "planVersion" in finding.message) == ("malformed-plan", True)


def test_all_that_is_wrong_with_a_plan_comes_together() -> None:
    findings = read_plan(json.dumps({"nodeCount": "x", "podCidr": 1, "networkPlugin": "azure"})).findings
    assert len(findings) == 4


def test_ranges_of_a_plan_are_read_like_any_other() -> None:
    plan = read_plan(json.dumps(GOOD | {"podCidr": "$(reboot)", "maxSurge": "\u0663"}))
    assert plan.findings == ()
    assert [finding.rule for finding in read_ranges(plan.options).findings] == [
        "malformed-max-surge",
        "malformed-range",
    ]


@pytest.mark.parametrize(
    ("change", "bridge"),
    [
        ({"dockerBridgeAddress": None}, None),
        ({"dockerBridgeAddress": None, "findings": []}, None),
        ({"given": ["podCidr"]}, None),
        ({"given": ["dockerBridgeAddress"]}, "172.17.0.1/16"),
        ({}, None),
    ],
    ids=["it has none", "it has no place for one", "the planner chose it", "it was typed", "nobody knows who chose it"],
)
def test_of_a_docker_bridge_only_one_that_was_typed_is_held_to(change: dict, bridge: str | None) -> None:
    plan = read_plan(json.dumps(GOOD | change))
    assert (plan.findings, plan.options.value("docker_bridge_address")) == ((), bridge)


def test_a_docker_bridge_of_a_plan_refuses_nothing_that_has_come_since() -> None:
    planned = read_plan(json.dumps(answer(plan_ranges(ClusterSize(), RangeRequests()))))
    new = [Reservation(IPNetwork("172.17.0.0/16"), "route to-lab of route table rt", Origin.ROUTE)]
    reading = read_ranges(planned.options)
    assert not plan_ranges(reading.size, reading.requests, new).refused


def test_keys_of_a_newer_plan_are_passed_over() -> None:
    plan = read_plan(json.dumps(GOOD | {"__class__": "x", "resource_group_name": "mine", "role": "Owner"}))
    assert plan.findings == ()
    assert plan.derived == ("vnet",)
    assert set(plan.options.all) == {
        "vnet_address_prefixes", "subnet_prefix", "pod_cidr", "service_cidr", "dns_service_ip",
        "node_count", "max_pods", "max_surge",
    }  # fmt: skip


@pytest.mark.parametrize(("typed", "options"), [row[1:] for row in CONTRADICTED], ids=[row[0] for row in CONTRADICTED])
def test_an_option_that_contradicts_the_plan_is_a_finding(typed: dict, options: list[str]) -> None:
    planned = read_plan(json.dumps(GOOD))
    combined, findings = combine(planned, Typed(typed))
    assert [finding.subject[0] for finding in findings] == options
    assert {finding.rule for finding in findings} <= {"plan-contradicted"}
    values = planned.options.all
    assert {key: combined.value(key) for key in values} == values
    assert all(combined.value(key) == value for key, value in typed.items() if key not in values)


def test_an_option_that_is_not_typed_takes_nothing_from_the_plan() -> None:
    planned = read_plan(json.dumps(GOOD))
    combined, findings = combine(planned, Typed(dict.fromkeys(planned.options.all)))
    assert (combined.all, findings) == (planned.options.all, [])


VNET = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub"
# what the plan says of its network, the options that follow from it
NETWORKS = (
    ("an existing subnet", {"vnetId": VNET, "subnetName": "aks", "subnetExists": True},
     {"vnet_subnet_id": f"{VNET}/subnets/aks"}),
    ("a new subnet with a name", {"vnetId": VNET, "subnetName": "aks", "subnetExists": False},
     {"vnet_name": "hub", "vnet_resource_group": "net", "network_subscription": "s", "subnet_name": "aks"}),
    ("a new subnet without one", {"vnetId": VNET, "subnetName": None, "subnetExists": False},
     {"vnet_name": "hub", "vnet_resource_group": "net", "network_subscription": "s"}),
)  # fmt: skip


@pytest.mark.parametrize(("network", "expected"), [row[1:] for row in NETWORKS], ids=[row[0] for row in NETWORKS])
def test_a_plan_for_a_network_names_it_and_leaves_its_prefixes_to_be_looked_up(network: dict, expected: dict) -> None:
    plan = read_plan(json.dumps(GOOD | {"network": network}))
    assert plan.findings == ()
    found = {**plan.options.all, **({"network_subscription": plan.subscription} if plan.subscription else {})}
    assert "vnet_address_prefixes" not in found
    assert {key: found.get(key) for key in expected} == expected
    assert ("vnet_subnet_id" in found) is network["subnetExists"]


def test_what_a_plan_saw_comes_back_with_how_it_looked() -> None:
    seen = {"discover": "tenant", "fingerprint": "sha256:1", "shared": ["10.0.0.0/24 peering hub"], "ranges": 7}
    plan = read_plan(json.dumps(GOOD | {"seen": seen}))
    assert plan.findings == ()
    assert plan.options.value("discover") == "tenant"
    assert plan.seen == Snapshot("sha256:1", frozenset({"10.0.0.0/24 peering hub"}))


def test_pools_of_a_plan_take_the_place_of_its_counts() -> None:
    pool = {"name": "work", "count": 2, "maxCount": 9, "maxSurge": "33%"}
    plan = read_plan(json.dumps(GOOD | {"pools": [pool]}))
    assert plan.findings == ()
    found = [plan.options.value(name) for name in ("pool", "node_count", "max_count")]
    assert found == [["work:2:9:33%"], None, None]


# what was typed, whether the network's prefixes are the planner's own
DERIVED = (
    ("nothing", {}, True),
    ("a subnet", {"subnet_prefix": ["10.1.2.0/26"]}, True),
    ("a size of the network", {"vnet_address_prefixes": ["/20"]}, True),
    ("prefixes of the network", {"vnet_address_prefixes": ["10.1.0.0/16"]}, False),
)


@pytest.mark.parametrize(("options", "derived"), [row[1:] for row in DERIVED], ids=[row[0] for row in DERIVED])
def test_a_plan_tells_what_was_given_from_what_it_chose(options: dict, derived: bool) -> None:
    assert read_plan(json.dumps(_plan(options))).derived == (("vnet",) if derived else ())


def test_a_plan_that_does_not_say_what_was_given_chose_its_network() -> None:
    assert read_plan(json.dumps(GOOD)).derived == ("vnet",)


@pytest.mark.parametrize(
    ("options", "kept"), [({}, None), ({"docker_bridge_address": "172.18.5.1/24"}, "172.18.5.1/24")]
)
def test_a_docker_bridge_that_was_chosen_is_chosen_anew(options: dict, kept: str | None) -> None:
    assert read_plan(json.dumps(_plan(options))).options.value("docker_bridge_address") == kept


IN_NETWORK = {
    "vnet_name": "x y", "vnet_resource_group": "n", "network_subscription": "s", "subnet_name": "s2",
    "subnet_prefix": ["10.9.0.0/24"], "max_count": 40, "max_surge": "10%", "node_count": 3,
}  # fmt: skip
IN_SUBNET = {
    "vnet_subnet_id": "/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/x/subnets/a",
    "subnet_prefix": ["10.9.0.0/24"],
}
# the plan, what is typed beside it, the command that makes the plan anew
ANEW = (
    ("a new subnet of a network", IN_NETWORK, {"subnet_prefix": ["10.9.2.0/24"]},
     "--subscription s -g n --vnet-name 'x y' --subnet-name s2 --max-count 40 --subnet-prefix 10.9.2.0/24"),
    ("more nodes than the plan grows to", IN_NETWORK, {"node_count": 60},
     "--subscription s -g n --vnet-name 'x y' --subnet-name s2 --node-count 60 --max-count 60"),
    ("another count", IN_NETWORK, {"max_count": 60},
     "--subscription s -g n --vnet-name 'x y' --subnet-name s2 --max-count 60"),
    ("a new subnet in place of one that exists", IN_SUBNET, {"subnet_prefix": ["10.9.2.0/24"]},
     "--subscription s -g n --vnet-name x --subnet-prefix 10.9.2.0/24"),
    ("a plan of no network", {"pod_cidr": "10.244.0.0/16"}, {"pod_cidr": "/15"}, "--pod-cidr /15"),
)  # fmt: skip


@pytest.mark.parametrize(("planned", "typed", "command"), [row[1:] for row in ANEW], ids=[row[0] for row in ANEW])
def test_a_plan_is_made_anew_for_the_network_that_it_is_for(planned: dict, typed: dict, command: str) -> None:
    subscription = planned.get("network_subscription", "")
    options = {name: value for name, value in planned.items() if name != "network_subscription"}
    _, (finding,) = combine(PlanFile(Typed(options), subscription=subscription), Typed(typed))
    assert finding.recommendation.endswith(f"make the plan again with it: az kubenet plan {command}")


# what is typed for --plan, the plan, what contradicts it, the command and nothing else
FROM_FILE = (
    ("a plan of a file is made again from it", "@'a b.json'", {"max_count": 40}, {"max_count": 60},
     "(add --exclude-prefixes and --within again): "
     "az kubenet plan --plan '@a b.json' --max-count 60 -o json > plan-again.json"),
    ("a file is not written while it is read", "@plan-again.json", {"max_count": 40}, {"max_count": 60},
     "(add --exclude-prefixes and --within again): "
     "az kubenet plan --plan @plan-again.json --max-count 60 -o json > plan.json"),
    ("what came through a pipe is gone", "@-", {"max_count": 40}, {"max_count": 60},
     "with it: az kubenet plan --max-count 60"),
)  # fmt: skip


@pytest.mark.parametrize(("word", "planned", "typed", "advice"), [row[1:] for row in FROM_FILE],
                         ids=[row[0] for row in FROM_FILE])  # fmt: skip
def test_a_plan_is_made_again_from_its_file(monkeypatch, word: str, planned: dict, typed: dict, advice: str) -> None:
    monkeypatch.setattr(sys, "argv", ["az", "kubenet", "create", *shlex.split(f"-n c --plan {word}")])
    _, (finding,) = combine(PlanFile(Typed(planned)), Typed(typed))
    assert finding.recommendation.endswith(advice)


@pytest.mark.parametrize(
    ("given", "typed", "again"),
    [
        (["subnetPrefix"], {"max_surge": "1"}, "--subnet-prefix 10.1.2.0/26 --max-surge 1"),
        (
            ["subnetPrefix", "podCidr"],
            {"pod_cidr": "10.9.0.0/16"},
            "--subnet-prefix 10.1.2.0/26 --pod-cidr 10.9.0.0/16",
        ),
        ([], {"max_surge": "1"}, "az kubenet plan --max-surge 1"),
    ],
)
def test_a_plan_that_is_made_again_keeps_the_ranges_that_it_was_asked_for_with(given, typed, again):
    plan = {**GOOD, "given": given, "subnetPrefix": "10.1.2.0/26"}
    _, (finding,) = combine(read_plan(json.dumps(plan)), Typed(typed))
    assert finding.recommendation.endswith(again), finding.recommendation


@pytest.mark.parametrize("form", ["table", "yaml", "tsv"])
def test_a_plan_in_another_form_is_advised_to_be_written_as_json(form: str) -> None:
    texts = {"table": "Range  CIDR\n-----  ----\n", "yaml": "podCidr: 10.0.0.0/8\n", "tsv": "\t10.0.0.0/8\t"}
    (finding,) = read_plan(texts[form]).findings
    assert "-o json" in finding.recommendation


def test_of_a_file_that_is_there_its_name_is_put_behind_an_at_sign(tmp_path: Path) -> None:
    path = tmp_path / "my plan.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    (finding,) = read_plan(str(path)).findings
    assert finding.recommendation == f"use --plan '@{path}'"
    (pipe,) = read_plan("-").findings
    assert "--plan @-" in pipe.recommendation


def test_what_was_accepted_when_the_plan_was_made_comes_back_with_what_was_said_of_it() -> None:
    reading = read_ranges(Typed({"subnet_prefix": ["10.1.2.0/26"], "max_count": 60}))
    rule = "subnet-too-small-for-peak"
    made = answer(described(plan_ranges(reading.size, reading.requests, accept_risk=[rule])))
    planned = read_plan(json.dumps(made))
    assert planned.accepted == (rule,)
    (told,) = planned.told
    assert "59 usable addresses" in told
    assert not read_plan(json.dumps(_plan({}))).accepted


# the findings of a plan; what is accepted, and what is skipped
HOSTILE = (
    ({"rule": "no-space", "message": "x", "accepted": True}, (), ()),
    ({"rule": "of another version", "message": "x", "accepted": True}, (), ()),
    ({"rule": ["subnet-size"], "message": 1, "accepted": True}, (), ()),
    ({"rule": "service-not-private", "message": "x", "accepted": "true"}, (), ()),
    ({"rule": "too-many-routes", "message": "x", "accepted": True}, ("too-many-routes",), ()),
    ({"rule": "nat-gateway", "message": "x", "accepted": True}, (), ("nat-gateway",)),
)


@pytest.mark.parametrize(("finding", "accepted", "skipped"), HOSTILE, ids=[str(row[0]["rule"]) for row in HOSTILE])
def test_nothing_is_accepted_that_no_option_could(finding: dict, accepted: tuple, skipped: tuple) -> None:
    planned = read_plan(json.dumps(GOOD | {"findings": [finding, "no finding", None]}))
    assert (planned.findings, planned.accepted, planned.skipped) == ((), accepted, skipped)


SMALL = {"subnet_prefix": ["10.1.2.0/26"], "max_count": 40}
# the fixes of a finding; what is left of them beside a plan for that
BESIDE = (
    ((use("--subnet-prefix", "10.1.2.0/25"),), "--max-count 40 --subnet-prefix 10.1.2.0/25", ()),
    ((use("--max-count", 30),), "--subnet-prefix 10.1.2.0/26 --max-count 30", ()),
    ((use("--node-vm-size", "big"),), "", ("use --node-vm-size big",)),
    ((LeaveOut(("--subnet-prefix",)),), "", ("make the plan again with az kubenet plan",)),
    ((use("--max-count", 30), LeaveOut(("--max-count",))), "--subnet-prefix 10.1.2.0/26 --max-count 30", ()),
    (advise("use another --subnet-prefix"), "", ("it is from the plan",)),
    (advise("free space: az network vnet show --max-count 3"), "", ("free space: az network vnet show --max-count 3",)),
)  # fmt: skip


@pytest.mark.parametrize(("fixes", "anew", "others"), BESIDE)
def test_what_a_plan_holds_is_changed_in_the_plan_alone(fixes: tuple, anew: str, others: tuple) -> None:
    planned = read_plan(json.dumps(_plan(SMALL)))
    finding = Finding("subnet-too-small", Severity.ERROR, (), "", fixes)
    (told,) = advice_anew([finding], planned)
    assert (f"az kubenet plan {anew}" in told.recommendation) is bool(anew), told.recommendation
    assert all(each in told.recommendation for each in others)
    assert len(told.fixes) == 1
    assert advice_anew([finding], PlanFile(Typed({}))) == [finding]

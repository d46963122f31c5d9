"""`plan --plan`: what an earlier plan says of demand and place, and what of its ranges stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_kubenet.addressing.explanation import described
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.planner.plan_again import plan_again
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.options.earlier_plan import read_earlier_plan
from azext_kubenet.options.plan_options import read_plan_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.plan_json import answer

Options = dict[str, Any]


def result(options: Options) -> PlanResult:
    read = read_plan_options(Typed(options))
    inputs = read.ranges.size, read.ranges.requests, read.ranges.reservations, read.accept_risk
    found = plan_again(*inputs, earlier=read.earlier).after(read.findings)
    return found if found.refused else described(found, None)


def planned(options: Options) -> dict[str, Any]:
    found = result(options)
    assert not found.refused, found.findings
    return answer(found)


def again(earlier: Options, more: Options) -> tuple[dict[str, Any], dict[str, Any]]:
    """An earlier plan, and the one that is made from it with more options."""
    before = planned(earlier)
    return before, planned({**more, "plan": json.dumps(before)})


RANGES = ("vnetAddressPrefixes", "subnetPrefix", "podCidr", "serviceCidr", "dnsServiceIp")

# what is right; the earlier plan; options beside it; what changes; rules and severities that say so
MADE_AGAIN: tuple[tuple[str, Options, Options, set[str], list[tuple[str, str]]], ...] = (
    ("nothing new: the same plan", {}, {}, set(), []),
    ("a plan that was given everything stays", {
        "vnet_address_prefixes": ["10.1.0.0/16"], "subnet_prefix": ["10.1.2.0/26"], "pod_cidr": "10.2.0.0/16",
        "service_cidr": "10.3.0.0/20",
    }, {}, set(), []),
    ("more nodes that still fit move nothing", {}, {"max_count": 200}, set(), []),
    ("300 nodes need a larger subnet in the same network, and more pods", {}, {"max_count": 300},
     {"subnetPrefix", "podCidr"}, [("range-moved", "warning")] * 2),
    ("300 nodes where the pods have room move the subnet alone", {"pod_cidr": "10.244.0.0/15"}, {"max_count": 300},
     {"subnetPrefix"}, [("range-moved", "warning")]),
    ("a subnet that was given moves with its network when it is too small", {"subnet_prefix": ["10.1.2.0/26"]},
     {"max_count": 100}, {"vnetAddressPrefixes", "subnetPrefix"}, [("range-moved", "warning")] * 2),
    ("an excluded range over the pods moves them", {}, {"exclude_prefixes": ["10.240.0.0/12"]}, {"podCidr"},
     [("range-moved", "warning")]),
    ("an excluded range over services moves the DNS service IP as well, which follows from them", {},
     {"exclude_prefixes": ["10.0.0.0/12"]}, {"serviceCidr", "dnsServiceIp"}, [("range-moved", "warning")]),
    ("a DNS service IP of one's own moves with services, and that is said", {
        "service_cidr": "10.0.0.0/16", "dns_service_ip": "10.0.0.20",
        "accept_risk": ["dns-service-ip-not-base-plus-10"],
    }, {"exclude_prefixes": ["10.0.0.0/12"], "accept_risk": ["dns-service-ip-not-base-plus-10"]},
        {"serviceCidr", "dnsServiceIp"}, [("range-moved", "warning")] * 2),
    ("a network that was chosen is no hole in a larger excluded range", {}, {"exclude_prefixes": ["192.168.0.0/15"]},
     {"vnetAddressPrefixes", "subnetPrefix"}, [("range-moved", "warning")] * 2),
    ("a network that was given is a hole in a larger excluded range", {
        "vnet_address_prefixes": ["10.1.0.0/16"],
    }, {"exclude_prefixes": ["10.0.0.0/9"]}, {"serviceCidr", "dnsServiceIp"},
        [("hole-in-excluded-range", "warning"), ("range-moved", "warning")]),
    ("where only the network's other half is taken, the subnet stays", {}, {"exclude_prefixes": ["192.168.128.0/17"]},
     {"vnetAddressPrefixes"}, [("range-moved", "warning")]),
    ("a range that is typed wins", {}, {"pod_cidr": "10.9.0.0/16"}, {"podCidr"}, [("range-overruled", "info")]),
    ("a size that is typed and that the range has keeps it", {}, {"pod_cidr": "/16"}, set(), []),
    ("a size that is typed and that the range has not wins", {}, {"pod_cidr": "/18"}, {"podCidr"},
     [("range-overruled", "info")]),
    ("a typed range over one of the plan moves that", {}, {"pod_cidr": "10.0.0.0/16"},
     {"podCidr", "serviceCidr", "dnsServiceIp"}, [("range-moved", "warning"), ("range-overruled", "info")]),
    ("a network that is not in a block that is named moves", {}, {"within": ["10.20.0.0/16"]},
     {"vnetAddressPrefixes", "subnetPrefix"}, [("range-moved", "warning")] * 2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "more", "changed", "said"), [row[1:] for row in MADE_AGAIN], ids=[row[0] for row in MADE_AGAIN]
)
def test_what_still_holds_is_kept_and_what_must_move_is_said(
    earlier: Options, more: Options, changed: set[str], said: list[tuple[str, str]]
) -> None:
    before, after = again(earlier, more)
    assert {key for key in RANGES if before[key] != after[key]} == changed
    assert sorted((each["rule"], each["severity"]) for each in after["findings"]) == sorted(said)
    for finding in after["findings"]:
        if finding["rule"].startswith("range-"):
            assert " of the earlier plan becomes " in finding["message"]


def test_a_refusal_announces_the_ranges_that_move_once_it_is_mended() -> None:
    before = json.dumps(planned({"max_count": 40}))
    refused = result({"plan": before, "max_count": 300, "dns_service_ip": "10.0.0.20"})
    assert refused.warned_when_mended == ("range-moved",)
    (error,) = [each for each in refused.findings if each.severity is Severity.ERROR]
    assert "use --dns-service-ip 10.0.0.10 (it then warns of range-moved)" in error.recommendation
    assert result({"plan": before, "dns_service_ip": "10.0.0.20"}).warned_when_mended == ()


def test_a_move_names_the_range_what_it_becomes_and_why() -> None:
    _, after = again({}, {"max_count": 300})
    assert [each["message"] for each in after["findings"]] == [
        "subnet 192.168.1.0/24 of the earlier plan becomes 192.168.0.0/23: 192.168.1.0/24 has 251 usable addresses: "
        "300 nodes and 30 surge nodes (--max-surge 10%) need 330",
        "pod CIDR 10.244.0.0/16 of the earlier plan becomes 10.244.0.0/15: 10.244.0.0/16 holds 256 blocks of /24: "
        "300 nodes and 30 surge nodes (--max-surge 10%) need 330, one each",
    ]


def test_what_a_network_team_gave_is_to_be_asked_for_in_the_size_that_is_needed() -> None:
    _, after = again({"subnet_prefix": ["10.1.2.0/26"]}, {"max_count": 300})
    advice = [each["recommendation"] for each in after["findings"] if each["message"].startswith("subnet ")]
    assert advice == ["ask for a /23 in place of what was given, and give that with --subnet-prefix"]


SITES = {"exclude_prefixes": ["10.0.0.0/9", "172.16.0.0/16"]}
BLOCK = {"within": ["10.128.0.0/10"]}

# what is right; the earlier plan; options beside it; what is said of limits of the earlier plan: options and severity
LIMITS: tuple[tuple[str, Options, Options, list[tuple[str, str]]], ...] = (
    ("a plan without limits has none to be told", {}, {"max_count": 300}, []),
    ("nothing is said while no range changes", SITES | BLOCK, {}, []),
    ("exclusions are missing where a range moves", SITES, {"max_count": 300}, [("--exclude-prefixes", "warning")]),
    ("exclusions are missing where a range that is typed is used instead", SITES, {"pod_cidr": "10.9.0.0/16"},
     [("--exclude-prefixes", "warning")]),
    ("exclusions are missing where a size that is typed is used instead", SITES, {"pod_cidr": "/18"},
     [("--exclude-prefixes", "warning")]),
    ("fewer exclusions than then may be what is in use now", SITES,
     {"max_count": 300, "exclude_prefixes": ["10.0.0.0/9"]}, [("--exclude-prefixes", "info")]),
    ("the same exclusions are none too few", SITES, {"max_count": 300} | SITES, []),
    ("blocks are missing where the subnet moves", BLOCK, {"max_count": 300}, [("--within", "warning")]),
    ("blocks are none of pods", BLOCK, {"pod_cidr": "/18"}, []),
    ("other blocks are typed", BLOCK, {"max_count": 300, "within": ["10.20.0.0/16"]}, []),
    ("both are missing", SITES | BLOCK, {"max_count": 300},
     [("--exclude-prefixes", "warning"), ("--within", "warning")]),
)  # fmt: skip


@pytest.mark.parametrize(("earlier", "more", "said"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_what_the_earlier_plan_was_held_to_is_said_where_a_range_changes_without_it(
    earlier: Options, more: Options, said: list[tuple[str, str]]
) -> None:
    _, after = again(earlier, more)
    found = [each for each in after["findings"] if each["rule"] == "earlier-limits-missing"]
    assert [(each["options"][1], each["severity"]) for each in found] == said
    assert all(each["recommendation"].startswith(f"add {each['options'][1]}") for each in found)


def test_a_plan_made_again_without_limits_passes_on_those_of_the_earlier_one() -> None:
    before, after = again(SITES | BLOCK, {})
    assert before["heldTo"] == after["heldTo"] == {"excludedRanges": 2, "within": ["10.128.0.0/10"]}
    _, after = again(SITES | BLOCK, {"exclude_prefixes": ["10.0.0.0/9"]})
    assert after["heldTo"]["excludedRanges"] == 1


def test_of_a_plan_that_does_not_say_what_it_was_held_to_a_move_says_that_it_may_have_been() -> None:
    before = planned({"exclude_prefixes": ["10.0.0.0/9"]})
    del before["heldTo"]
    after = planned({"max_count": 300, "plan": json.dumps(before)})
    assert "--exclude-prefixes" in after["findings"][0]["recommendation"]
    after = planned({"max_count": 300, "exclude_prefixes": ["10.0.0.0/9"], "plan": json.dumps(before)})
    assert [each["recommendation"] for each in after["findings"]] == ["", ""]


def test_what_is_kept_stays_chosen_so_that_the_next_plan_may_move_it() -> None:
    before, after = again({"subnet_prefix": ["10.1.2.0/26"]}, {})
    assert before["given"] == after["given"] == ["subnetPrefix"]
    assert after["reasons"]["podCidr"] == "kept from the earlier plan"


def test_a_plan_that_is_refused_without_the_earlier_one_has_its_own_findings_alone() -> None:
    before = json.dumps(planned({}))
    refused = result({"plan": before, "max_count": 5000})
    assert refused.refused
    assert "range-moved" not in {each.rule for each in refused.findings}


# what is right; the earlier plan; what is typed; nodeCount, maxCount and maxPods then
DEMANDS: tuple[tuple[str, Options, Options, tuple[int, int | None, int]], ...] = (
    ("that of the plan where nothing is typed", {"node_count": 5, "max_count": 40, "max_pods": 60}, {}, (5, 40, 60)),
    ("what is typed counts", {"node_count": 5, "max_count": 40, "max_pods": 60}, {"max_pods": 30}, (5, 40, 30)),
    ("more nodes than the most raise the most", {"node_count": 5, "max_count": 40}, {"node_count": 50}, (50, 50, 110)),
    ("fewer at most than nodes lower the nodes", {"node_count": 5, "max_count": 40}, {"max_count": 4}, (4, 4, 110)),
    ("both typed are as typed", {"node_count": 5, "max_count": 40}, {"node_count": 9, "max_count": 9}, (9, 9, 110)),
    ("pools stay", {"pool": [["system:3", "work:10:60:33%"]]}, {}, (13, 63, 110)),
    ("pools that are typed win", {"pool": [["system:3", "work:10:60"]]}, {"pool": [["one:4:8"]]}, (4, 8, 110)),
    ("a number of nodes replaces pools", {"pool": [["system:3", "work:10:60"]]}, {"max_count": 90}, (13, 90, 110)),
    ("pools replace a number of nodes", {"node_count": 5, "max_count": 40}, {"pool": [["one:4:8"]]}, (4, 8, 110)),
)  # fmt: skip


@pytest.mark.parametrize(("earlier", "more", "demand"), [row[1:] for row in DEMANDS], ids=[row[0] for row in DEMANDS])
def test_the_demand_is_that_of_the_plan_unless_it_is_typed(
    earlier: Options, more: Options, demand: tuple[int, int | None, int]
) -> None:
    _, after = again(earlier, more)
    assert (after["nodeCount"], after.get("maxCount"), after["maxPods"]) == demand
    overruled = "pool" in earlier and bool(more)
    assert [each["rule"] for each in after["findings"] if each["rule"] == "pools-overruled"] == (
        ["pools-overruled"] if overruled else []
    )
    assert [pool["name"] for pool in after.get("pools", ())] == (
        ["one"] if "pool" in more else ["system", "work"] if "pool" in earlier and not more else []
    )


def test_surge_and_other_addresses_are_those_of_the_plan() -> None:
    before, after = again({"max_surge": "33%", "extra_ips": 9}, {})
    assert (before["maxSurge"], before["extraIps"]) == (after["maxSurge"], after["extraIps"]) == ("33%", 9)


UNREADABLE = (
    ("nothing came through the pipe", "", "malformed-plan"),
    ("it is no JSON", "podCidr: 10.0.0.0/8", "malformed-plan"),
    ("a range of it is none", json.dumps(planned({}) | {"podCidr": "10.0.0.1/8"}), "malformed-plan"),
    (
        "it says nonsense of what it was held to",
        json.dumps(planned({}) | {"heldTo": {"within": ["ten"]}}),
        "malformed-plan",
    ),
    ("it is of a later version", json.dumps(planned({}) | {"planVersion": "2.0"}), "plan-too-new"),
)


@pytest.mark.parametrize(("text", "rule"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_a_plan_that_cannot_be_read_is_refused_as_create_refuses_it(text: str, rule: str) -> None:
    found = read_earlier_plan(Typed({"plan": text})).findings
    assert {(each.rule, each.severity) for each in found} == {(rule, Severity.ERROR)}
    assert "create" not in found[0].recommendation


NETWORK = "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub"


def test_the_network_of_a_plan_is_looked_at_again_and_in_its_subscription() -> None:
    plan = json.dumps(planned({}) | {"network": {"vnetId": NETWORK, "subnetName": "aks", "subnetExists": False}})
    names = read_plan_options(Typed({"plan": plan})).names
    assert names is not None
    assert (names.vnet, names.subnet, names.vnet_group, names.network_subscription) == ("hub", "aks", "net", "s1")
    other = read_plan_options(Typed({"plan": plan, "vnet_name": "other", "resource_group_name": "g"})).names
    assert other is not None
    assert (other.vnet, other.subnet, other.vnet_group, other.network_subscription) == ("other", "", "g", "")


def test_a_subnet_that_exists_is_named_by_its_id_again() -> None:
    plan = json.dumps(planned({}) | {"network": {"vnetId": NETWORK, "subnetName": "aks", "subnetExists": True}})
    options = read_plan_options(Typed({"plan": plan}))
    assert options.names is not None
    assert (options.subnet_by_id, options.names.subnet) == (True, "aks")


def test_a_plan_among_the_lists_of_what_others_have_is_left_out() -> None:
    before = json.dumps(planned({}))
    after = planned({"plan": before, "exclude_prefixes": [f"{before}\n"]})
    assert [each["rule"] for each in after["findings"]] == ["plan-among-lists"]
    assert {key: after[key] for key in RANGES} == {key: json.loads(before)[key] for key in RANGES}


def test_pools_with_the_surge_of_the_plan_have_the_one_that_is_typed():
    _, after = again({"pool": ["a:3:10", "b:2:10:5%", "c:1"]}, {"max_surge": "100%"})
    assert [(each["name"], each["maxSurge"]) for each in after["pools"]] == [("a", "100%"), ("b", "5%"), ("c", "100%")]

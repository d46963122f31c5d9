"""The network plugin of a plan, what depends on it, and options that nothing uses or that are no numbers."""

import pytest

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.plan_options import read_plan_options
from azext_kubenet.options.plugin_options import read_plugin
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.single_ranges import with_single_ranges
from azext_kubenet.options.typed import Typed

OF_OVERLAY = {"network_plugin": "azure", "network_plugin_mode": "overlay"}


@pytest.mark.parametrize(
    ("typed", "plugin", "rule", "advice"),
    [
        pytest.param({}, KUBENET, "", "", id="kubenet without options"),
        pytest.param({"network_plugin": "kubenet"}, KUBENET, "", "", id="kubenet by name"),
        pytest.param(OF_OVERLAY, OVERLAY, "", "", id="azure with overlay is Overlay"),
        pytest.param({"network_plugin": "azure"}, OVERLAY, "network-plugin-without-mode",
                     "use --network-plugin azure --network-plugin-mode overlay", id="azure alone says what to type"),
        pytest.param({"network_plugin_mode": "overlay"}, OVERLAY, "network-plugin-mode",
                     "use --network-plugin azure --network-plugin-mode overlay, or leave --network-plugin-mode out",
                     id="overlay with kubenet says what to type"),
    ],
)  # fmt: skip
def test_the_plugin_of_a_plan(typed, plugin, rule, advice):
    found, findings = read_plugin(Typed(typed))
    assert found is plugin
    assert [(each.rule, each.recommendation) for each in findings] == ([(rule, advice)] if rule else [])


@pytest.mark.parametrize(
    ("plugin", "typed", "pods"),
    [(KUBENET, None, 110), (OVERLAY, None, 250), (OVERLAY, 60, 60), (KUBENET, 250, 250)],
)
def test_pods_per_node_are_those_typed_or_the_default_of_the_plugin(plugin, typed, pods):
    assert read_ranges(Typed({"max_pods": typed}), plugin).size.max_pods == pods


def test_the_docker_bridge_plays_no_role_on_overlay_and_that_is_said():
    found = read_ranges(Typed({"docker_bridge_address": "nonsense"}), OVERLAY)
    assert found.requests.docker_bridge is None
    assert [(each.rule, each.severity) for each in found.findings] == [("option-without-use", Severity.INFO)]


@pytest.mark.parametrize("name", ["node_count", "max_count", "max_pods", "extra_ips"])
def test_what_is_no_number_is_a_finding_beside_all_others(name):
    found = read_ranges(Typed({name: "three", "pod_cidr": "nonsense"})).findings
    assert [each.rule for each in found] == ["malformed-number", "malformed-range"]
    assert found[0].recommendation.startswith(f"give --{name.replace('_', '-')} a whole number, such as ")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1e3", 1000), ("1.000", 1000), ("2,500", 2500), ("1,2", 3), ("1.5e3", 3), ("ten", 3), ("4O", 40)],
)
def test_a_number_in_another_form_is_shown_in_digits(text, number):
    (found,) = read_ranges(Typed({"max_count": text})).findings
    assert found.recommendation == f"give --max-count a whole number, such as {number}"


@pytest.mark.parametrize(("growth", "said"), [("25", True), ("25%", False), (None, False), ("x", False)])
def test_a_growth_without_a_percent_sign_is_said_to_be_read_as_a_percentage(growth, said):
    found = read_ranges(Typed({"growth": growth})).findings
    assert ("growth-without-percent" in [each.rule for each in found]) is said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, True),
        ({"discover": "tenant"}, True),
        ({"resource_group_name": "g", "vnet_name": "v"}, True),
        ({"resource_group_name": "g", "vnet_name": "v", "subnet_name": "s"}, False),
    ],
    ids=["nothing in Azure", "a discovery", "a network alone", "a subnet"],
)
def test_checks_to_skip_where_none_is_made_are_said_to_be_unused(typed, said):
    found = read_plan_options(Typed({"skip_checks": ["subnet-room"], **typed})).findings
    assert ("option-without-use" in [each.rule for each in found]) is said


def test_needs_compare_without_more_ado():
    assert read_plan_options(Typed({"needs": ["cilium"]})).compare == "same-pods"
    assert read_plan_options(Typed({"compare": "default-pods"})).compare == "default-pods"
    assert not read_plan_options(Typed({})).compare


def test_a_list_of_one_ipv4_range_is_that_range():
    found = with_single_ranges(Typed({"pod_cidrs": "10.244.0.0/16", "service_cidrs": " 10.0.0.0/16 "}))
    assert found.all == {"pod_cidr": "10.244.0.0/16", "service_cidr": "10.0.0.0/16"}


@pytest.mark.parametrize("text", ["10.244.0.0/16,fd00::/64", "fd00::/64", "nonsense", "10.0.0.0/16,10.1.0.0/16"])
def test_any_other_list_of_ranges_stays_as_it_was_typed(text):
    assert with_single_ranges(Typed({"pod_cidrs": text})).all == {"pod_cidrs": text}


def test_a_range_and_a_list_of_another_are_wrong_usage():
    with pytest.raises(WrongUsage, match="different ranges"):
        with_single_ranges(Typed({"pod_cidrs": "10.244.0.0/16", "pod_cidr": "10.1.0.0/16"}))

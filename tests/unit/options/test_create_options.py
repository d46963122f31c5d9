"""The options of create as values: where each comes from, what is wrong with them, and what nobody is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.cli.core.commands.validators import DefaultInt, DefaultStr

from azext_kubenet.addressing.model import ClusterSize, RangeRequests
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.create_options import CreateOptions, another_subscription, read_create_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.plan_json import answer

NEW = {"resource_group_name": "g", "name": "c"}
LENT = ("resource_group_name", "name", "location", "node_count", "max_count", "node_vm_size", "client_secret", "tags")
PLAN = json.dumps(answer(plan_ranges(ClusterSize(node_count=5), RangeRequests())))


def read(**typed: Any) -> CreateOptions:
    """The options that are typed beside a group and a name."""
    return read_create_options(Typed({**NEW, **typed}), LENT)


# what is typed, the options that count as typed, some of those that the plan gives
SOURCES = (
    ("nothing", {}, set(), set()),
    ("a default is not typed", {"node_count": DefaultInt(3), "role": DefaultStr("Network Contributor")}, set(), set()),
    ("a switch that is off is not typed", {"dry_run": False, "no_wait": True}, {"no_wait"}, set()),
    ("an option", {"location": "westeurope"}, {"location"}, set()),
    ("a plan", {"plan": PLAN}, {"plan"}, {"pod_cidr", "node_count"}),
    ("what is typed goes before the plan", {"plan": PLAN, "node_count": 5}, {"plan", "node_count"}, {"pod_cidr"}),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "names", "planned"), [row[1:] for row in SOURCES], ids=[row[0] for row in SOURCES])
def test_where_a_value_comes_from_is_a_field(typed: dict[str, Any], names: set[str], planned: set[str]) -> None:
    found = read(**typed).provenance
    assert found.typed == names | set(NEW)
    assert planned <= found.planned
    assert not found.typed & found.planned


def test_a_default_is_resolved_once() -> None:
    options = read(role=DefaultStr("Network Contributor"), propagation_timeout=DefaultInt(300))
    assert (options.role.name, options.timeout, options.names.vnet, options.aks.asked.get("node_count")) == (
        "Network Contributor", 300.0, "c-vnet", None,
    )  # fmt: skip


def test_what_the_cluster_is_compared_with_comes_from_the_plan_too() -> None:
    assert read(plan=PLAN).aks.asked["node_count"] == 5


def test_all_that_is_wrong_comes_together() -> None:
    found = {finding.rule for finding in read(plan="{}", pod_cidr="pods", vnet_name=" ").findings}
    assert found == {"malformed-plan", "malformed-range", "empty-value"}


@pytest.mark.parametrize(
    "option",
    ["resource_group_name", "location", "assign_identity", "service_principal", "client_secret", "role"],
)
def test_an_option_that_names_something_is_not_empty(option: str) -> None:
    told = [each for each in read(**{option: ""}).findings if each.rule == "empty-value"]
    assert [each.subject for each in told] == [(f"--{option.replace('_name', '').replace('_', '-')}",)]


def test_a_plan_for_another_subscription_is_told_once_that_is_known() -> None:
    vnet = "/subscriptions/there/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/hub"
    plan = {**json.loads(PLAN), "network": {"vnetId": vnet, "subnetName": None, "subnetExists": False}}
    options = read(plan=json.dumps(plan))
    assert another_subscription(options.plan.subscription, "THERE") == []
    assert "--subscription there" in another_subscription(options.plan.subscription, "here")[0].recommendation


@pytest.mark.parametrize(
    ("typed", "tags"), [({"team": "web", "cost": 7}, {"team": "web", "cost": "7"}), ({}, {}), ("", {}), (None, {})]
)
def test_tags_are_texts_by_name(typed: object, tags: dict[str, str]) -> None:
    assert read(tags=typed).aks.tags == tags


def test_no_password_is_shown() -> None:
    options = read(service_principal="app", client_secret="Hush-hush-1")
    assert options.identity.secret == "Hush-hush-1"
    assert "Hush" not in repr(options)


def test_nobody_waits_for_less_than_nothing() -> None:
    with pytest.raises(WrongUsage, match="--propagation-timeout -1: expected 0 or more seconds"):
        read(propagation_timeout=-1)
    assert read(propagation_timeout=0).timeout == 0.0


def test_a_switch_that_is_on_by_default_counts_as_typed_when_it_is_off() -> None:
    lent = (*LENT, "enable_msi_auth_for_monitoring")
    for value, asked in ((True, False), ("false", True)):
        typed = Typed({**NEW, "enable_msi_auth_for_monitoring": value})
        found = read_create_options(typed, lent, ["enable_msi_auth_for_monitoring"]).aks
        assert ("enable_msi_auth_for_monitoring" in found.asked) is asked
        assert found.values["enable_msi_auth_for_monitoring"] == value

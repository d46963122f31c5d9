"""docs/plan.schema.json and what `plan` answers: every key that is printed is described, with the values it has."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from azext_kubenet.addressing.explanation import described
from azext_kubenet.addressing.model import RangeKind, Snapshot
from azext_kubenet.addressing.network_models.comparison import compare
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.addressing.planner.plan_result import PlanResult, TargetNetwork, plan_ranges
from azext_kubenet.options.choices import PLAN_VERSION
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.plan_json import answer

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub"

# the situation, the options
SITUATIONS: dict[str, dict[str, Any]] = {
    "nothing is asked for": {},
    "every demand": {"node_count": 5, "max_count": 300, "max_pods": 60, "max_surge": "33%", "extra_ips": 9},
    "growth": {"max_count": 100, "growth": "25%"},
    "pools": {"pool": [["system:3", "work:10:60:33%"]]},
    "pools without a maximum": {"pool": [["system:3", "work:10"]]},
    "ranges that are given": {"subnet_prefix": ["10.1.2.0/26"], "exclude_prefixes": ["10.0.0.0/8"]},
    "no place for a docker bridge": {
        "subnet_prefix": ["10.1.2.0/26"],
        "exclude_prefixes": ["10.0.0.0/8", "172.16.0.0/12"],
    },
    "several prefixes": {"vnet_address_prefixes": ["10.1.0.0/16", "10.3.0.0/16"]},
}


def planned(options: dict[str, Any], plugin: NetworkPlugin = KUBENET) -> PlanResult:
    """The result of these options, with all that is worked out for the answer, a day before kubenet retires."""
    ranges = read_ranges(Typed(options), plugin)
    result = plan_ranges(ranges.size, ranges.requests, ranges.reservations)
    assert not result.refused, result.findings
    return described(result, ranges.growth, 1)


def compared(result: PlanResult, needs: tuple[str, ...] = ()) -> PlanResult:
    assert result.plan.subnet is not None
    return replace(result, comparison=compare(result.plan.size, result.plan.subnet, needs, True, 0))


def inside(result: PlanResult, subnet: str, exists: bool) -> PlanResult:
    target = TargetNetwork(SUBSCRIPTION, "net", "hub", NETWORK, subnet, exists)
    seen = Snapshot("1:abc", frozenset({"podCidr 10.244.0.0/16 is also that of lab"}), "tenant", 7, 2)
    return replace(result, target=target, snapshot=seen, given={RangeKind.VNET: "the address space of hub"})


ANSWERS = {
    **{name: answer(planned(options)) for name, options in SITUATIONS.items()},
    "Azure CNI Overlay": answer(planned({"max_count": 400, "growth": "25%"}, OVERLAY)),
    "a comparison": answer(compared(planned({}))),
    "a comparison with needs": answer(compared(planned({"max_count": 200}), ("pods-reachable",))),
    "a new subnet in a network": answer(inside(planned({}), "aks", False)),
    "no subnet is named": answer(inside(planned({}), "", False)),
    "a subnet that exists": answer(inside(planned({}), "aks", True)),
}


def closed(schema: Any) -> Any:
    """The schema without room for keys that it does not name: what may be added later is not there today."""
    found = deepcopy(schema)
    stack = [found]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            if here.get("type") == "object" and "properties" in here:
                here.setdefault("additionalProperties", False)
            stack.extend(here.values())
        elif isinstance(here, list):
            stack.extend(here)
    return found


def faults(document: Any, schema: Any = None) -> list[str]:
    validator = Draft202012Validator(schema or closed(SCHEMA))
    return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(document)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("situation", ANSWERS)
def test_what_is_printed_is_what_the_schema_describes_and_nothing_else(situation: str) -> None:
    printed = json.loads(json.dumps(ANSWERS[situation]))
    assert faults(printed) == []
    assert printed["planVersion"] == PLAN_VERSION


def test_every_key_that_is_described_is_printed_in_some_situation() -> None:
    printed = set().union(*ANSWERS.values())
    assert set(SCHEMA["properties"]) <= printed
    limits = set().union(*(each for answer in ANSWERS.values() for each in answer["growth"]))
    assert set(SCHEMA["properties"]["growth"]["items"]["properties"]) <= limits
    capacity = set().union(*(answer["capacity"] for answer in ANSWERS.values()))
    assert set(SCHEMA["properties"]["capacity"]["properties"]) <= capacity


def test_a_key_that_a_later_version_adds_is_no_fault_for_who_reads_with_this_schema() -> None:
    assert faults({**ANSWERS["nothing is asked for"], "later": 1}, SCHEMA) == []
    assert faults({**ANSWERS["nothing is asked for"], "later": 1}) != []


@pytest.mark.parametrize(
    "change",
    [
        {"planVersion": "2.0"},
        {"podCidr": "10.244.0.0"},
        {"findings": [{"rule": "x"}]},
        {"maxPods": "110"},
        {"given": None},
    ],
)
def test_an_answer_of_another_shape_is_found(change: dict[str, Any]) -> None:
    assert faults({**ANSWERS["nothing is asked for"], **change}, SCHEMA)

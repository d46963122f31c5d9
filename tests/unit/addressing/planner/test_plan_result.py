"""Keeping clear of clusters that are not connected, as far as that costs nothing."""

from __future__ import annotations

import pytest

from azext_kubenet.addressing.explanation import reasons
from azext_kubenet.addressing.planner import plan_result
from azext_kubenet.addressing.planner.plan_result import PlanResult, plan_ranges
from tests.unit.addressing.asking import elsewhere, question, split


def ask(line: str, *, apart: bool) -> PlanResult:
    options = split(line)
    size, requests, taken = question(options)
    return plan_ranges(size, requests, taken, (), elsewhere(options), apart=apart)


USUAL = "--clusters-elsewhere 10.244.0.0/16 10.0.0.0/16"
#: Sentence, options, what is chosen apart from clusters elsewhere: pod CIDR and service CIDR.
ROWS = (
    ("the conventional ranges are left to others", USUAL, "10.1.0.0/16 10.245.0.0/16"),
    ("what others do not have stays conventional", "--clusters-elsewhere 10.9.0.0/16", "10.244.0.0/16 10.0.0.0/16"),
    ("a given range stays", f"{USUAL} --pod-cidr 10.244.0.0/16", "10.244.0.0/16 10.1.0.0/16"),
    ("no range gets smaller for it", "--clusters-elsewhere 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10",
     "10.244.0.0/16 10.0.0.0/16"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "chosen"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_chosen_apart_from_clusters_elsewhere(line: str, chosen: str) -> None:
    result = ask(line, apart=True)
    assert f"{result.plan.pods} {result.plan.services}" == chosen
    assert not result.refused


@pytest.mark.parametrize("others", ["", "--subnet-prefix 10.1.2.0/26"])
@pytest.mark.parametrize("option", ["--pod-cidr", "--service-cidr", "--vnet-address-prefixes", "--subnet-prefix"])
def test_a_size_of_all_addresses_is_refused_with_advice_that_passes(option: str, others: str) -> None:
    if option in others:
        pytest.skip("the subnet is given otherwise")
    line = f"{option} /0 {others}"
    result = ask(line, apart=False)
    assert result.refused
    assert result.mended is not None
    assert not plan_ranges(*result.mended.asked[:2]).refused


def test_a_plan_that_lacks_a_range_is_an_error_whatever_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_result, "_short", lambda *_: None)
    found = ask("--pod-cidr /0", apart=False).findings
    (error,) = [each for each in found if each.severity == "error"]
    assert error.rule == "no-space"
    assert error.message.startswith("no place was found for the virtual network, the subnet, the pod CIDR")


def test_a_chosen_range_that_is_shared_is_not_called_free() -> None:
    assert reasons(ask(USUAL, apart=False))["podCidr"].startswith(
        "the default value, which it shares with clusters that are not connected"
    )
    assert reasons(ask(USUAL, apart=True))["podCidr"].startswith("the default 10.244.0.0/16 overlaps 10.244.0.0/16 (")

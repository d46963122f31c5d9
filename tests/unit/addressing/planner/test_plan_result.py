"""Keeping clear of clusters that are not connected, as far as that costs nothing."""

from __future__ import annotations

import pytest

from azext_kubenet.addressing.explanation import reasons
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


def test_a_chosen_range_that_is_shared_is_not_called_free() -> None:
    assert reasons(ask(USUAL, apart=False))["podCidr"].startswith(
        "the default value, which it shares with clusters that are not connected"
    )
    assert reasons(ask(USUAL, apart=True))["podCidr"].startswith("the default 10.244.0.0/16 overlaps 10.244.0.0/16 (")

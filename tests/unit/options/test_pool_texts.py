"""Pools that cannot be read as typed: what is typed instead has all of them, or no value for any."""

import sys

import pytest

from azext_kubenet.addressing.findings import SetOptions
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.options.node_counts import meant_surge
from azext_kubenet.options.pool_texts import in_place_of_counts
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed


def _findings(pools: str, **others: object):
    read = read_ranges(Typed({"pool": pools.split(), **others}))
    return plan_ranges(read.size, read.requests).after(read.findings).findings


# sentence, pools, the rules that are named, the one value that all of them recommend
WHOLE = (
    ("of a surge with a letter in it", "system:3:10:3O% work:5", ["malformed-max-surge"], "system:3:10:30% work:5:5"),
    ("of a surge and a name", "system:3:10:20percent Work:5", ["malformed-max-surge", "pool-name-not-allowed"],
     "system:3:10:20% work:5:5"),
    ("of numbers of nodes", "system:3O work:5:1O", ["malformed-pool"] * 2, "system:30:30 work:5:10"),
    ("of numbers that do not go together", "system:3 work:9:5O system:4:2",
     ["malformed-pool", "count-out-of-range", "pool-name-duplicate"], "system:3:3 work:9:50 system2:4:4"),
)  # fmt: skip


@pytest.mark.parametrize(("pools", "rules", "value"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_all_faults_in_pools_have_one_fix_with_every_pool(pools: str, rules: list[str], value: str) -> None:
    found = _findings(pools)
    assert [each.rule for each in found] == rules
    assert {fix for each in found for fix in each.fixes} == {SetOptions((("--pool", value),))}


def test_where_a_pool_is_not_understood_bad_names_are_told_and_no_value_is_given() -> None:
    found = _findings("System_1:3:10:abc work:x")
    assert [each.rule for each in found] == ["malformed-max-surge", "malformed-pool", "pool-name-not-allowed"]
    assert not any(isinstance(fix, SetOptions) for each in found for fix in each.fixes)


def test_a_number_of_nodes_that_the_pools_contradict_once_put_right_is_told_at_once() -> None:
    found = [each for each in _findings("system:3 system:4:2", max_count=5) if each.rule == "pools-contradicted"]
    assert [each.message for each in found] == [
        "--max-count is 5, but the node pools of --pool have 7 once they are put right"
    ]


@pytest.mark.parametrize(
    ("text", "surge"),
    [("20 %", "20%"), ("20percent", "20%"), ("1O%", "10%"), ("5nodes", "5"), ("20%%", "20%"), ("l", "None"),
     ("3.5", "None"), ("-1", "None"), ("0 %", "None"), ("200 percent", "None"), ("some", "None"), ("33.3%", "None")],
)  # fmt: skip
def test_a_surge_is_taken_for_what_was_clearly_meant(text: str, surge: str) -> None:
    assert str(meant_surge(text)) == surge


def test_the_plan_is_made_with_the_surge_that_was_meant() -> None:
    read = read_ranges(Typed({"max_surge": "20percent"}))
    assert (str(read.size.max_surge), read.findings[0].recommendation) == ("20%", "use --max-surge 20%")
    (unclear,) = read_ranges(Typed({"max_surge": "3.5"})).findings
    assert not any(isinstance(fix, SetOptions) for fix in unclear.fixes)


def test_other_pools_take_the_place_of_a_number_of_nodes_that_was_typed(monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["az", "kubenet", "plan", "--pool", "a:500:500", "--max-count", "500"])
    told = in_place_of_counts(_findings("a:500:500", max_count=500))
    assert all("(in place of --max-count)" in each.recommendation for each in told if "--pool" in each.recommendation)
    assert any("--pool a:363:363 (in place of --max-count)" in each.recommendation for each in told)

"""What the options of `check` ask, and what is none of them."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.check_options import read_check_options
from azext_kubenet.options.typed import Typed

PLACE = {"resource_group_name": "g", "name": "c", "fail_on": "error"}

# what is typed, the nodes that are asked about
ADDED: tuple[tuple[dict[str, Any], tuple[dict[str, int], int]], ...] = (
    ({}, ({}, 0)),
    ({"add_nodes": 5}, ({}, 5)),
    ({"add_nodes": 0}, ({}, 0)),
    ({"pool": [["user:+5"]]}, ({"user": 5}, 0)),
    ({"pool": [["user:+5"], ["system:+0"]]}, ({"user": 5, "system": 0}, 0)),
    ({"pool": [["a:+1", "b:+2"]], "add_nodes": 3}, ({"a": 1, "b": 2}, 3)),
)


@pytest.mark.parametrize(("typed", "added"), ADDED)
def test_nodes_are_asked_about_by_pool_or_wherever(typed: dict[str, Any], added: tuple[dict[str, int], int]) -> None:
    options = read_check_options(Typed({**PLACE, **typed}))
    assert (dict(options.added), options.added_anywhere) == added


# what is typed, what is said
WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"add_nodes": "five"}, "invalid --add-nodes 'five'"),
    ({"add_nodes": -1}, "invalid --add-nodes '-1'"),
    ({"add_nodes": 10**20}, "at most 9,999"),
    ({"pool": [["user"]]}, "invalid --pool user"),
    ({"pool": [["user:5"]]}, "invalid --pool user:5"),
    ({"pool": [["user:+5", "user:+6"]]}, "invalid --pool user:+6"),
    ({"pool": [["User:+5", "x:+-1"]]}, "invalid --pool User:+5 x:+-1"),
)


@pytest.mark.parametrize(("typed", "said"), WRONG)
def test_what_asks_nothing_is_wrong_usage(typed: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage, match=said.replace("+", r"\+")):
        read_check_options(Typed({**PLACE, **typed}))


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [("error", {"error"}), ("warning", {"error", "warning"}), ("never", set())],
)
def test_a_run_fails_on_what_is_at_least_so_severe(fail_on: str, failing: set[str]) -> None:
    options = read_check_options(Typed({**PLACE, "fail_on": fail_on}))
    assert {each.value for each in Severity if options.fails(each)} == failing

"""What the options of `list` ask, and which clusters and exit codes they mean."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.errors import Refused, WrongUsage
from azext_kubenet.options.list_options import read_list_options
from azext_kubenet.options.typed import Typed

TAGS = {"Env": "prod", "owner": "", "team": "shop"}

# what is typed, whether a cluster of group Shop with TAGS is meant
WANTED: tuple[tuple[dict[str, Any], bool], ...] = (
    ({}, True),
    ({"resource_group_name": "shop"}, True),
    ({"resource_group_name": "SHOP"}, True),
    ({"resource_group_name": "sho"}, False),
    ({"tag": ["env"]}, True),
    ({"tag": ["env=prod"]}, True),
    ({"tag": ["ENV=prod"]}, True),
    ({"tag": ["env=Prod"]}, False),
    ({"tag": ["env=prod", "team=shop"]}, True),
    ({"tag": ["env=prod", "team=other"]}, False),
    ({"tag": ["nope"]}, False),
    ({"tag": ["owner="]}, True),
    ({"tag": ["env="]}, False),
    ({"tag": ["env", "env=test"]}, False),
    ({"tag": ["env=test", "env"]}, False),
    ({"tag": ["a=b=c"]}, False),
)


def options(**typed: Any) -> Any:
    return read_list_options(Typed({"fail_on": "error", **typed}))


@pytest.mark.parametrize(("typed", "wanted"), WANTED)
def test_groups_and_tags_narrow_the_list(typed: dict[str, Any], wanted: bool) -> None:
    assert options(**typed).wants("Shop", TAGS) is wanted


# --fail-on, whether a cluster is out of room, whether it cannot reach its peak, whether the run fails
FAILS = (
    ("error", True, True, True),
    ("error", False, True, False),
    ("warning", False, True, True),
    ("warning", True, False, True),
    ("warning", False, False, False),
    ("never", True, True, False),
)


@pytest.mark.parametrize(("fail_on", "error", "warning", "fails"), FAILS)
def test_the_run_fails_from_the_severity_on_that_is_asked_for(
    fail_on: str, error: bool, warning: bool, fails: bool
) -> None:
    assert options(fail_on=fail_on).fails(error=error, warning=warning) is fails


@pytest.mark.parametrize("typed", [{"tag": ["=x"]}, {"tag": ["env=prod", "Env=test"]}])
def test_tags_that_cannot_be_meant_are_wrong_usage(typed: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        options(**typed)


@pytest.mark.parametrize("typed", [{"resource_group_name": ""}, {"management_groups": [" "]}, {"tag": [""]}])
def test_an_empty_value_does_not_list_everything(typed: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="empty"):
        options(**typed)

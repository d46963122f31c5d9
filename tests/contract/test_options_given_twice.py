"""No word that was typed is dropped in silence: over the whole table of arguments, as azure-cli itself parses them."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from azext_kubenet.options.actions import Contradiction, Once
from tests.contract.side_by_side import load

COMMANDS = ("kubenet plan", "kubenet create")
#: Options whose own action says what comes of several times.
OTHERS = ("enable_azure_container_storage",)
#: Options that take several words, of which one value counts.
ONE_VALUE = ("subnet_prefix",)


@pytest.fixture(scope="module")
def actions() -> dict[str, dict[str, argparse.Action]]:
    """The actions of each command's parser, by option."""
    loaded = load(*COMMANDS)
    return {command: dict(loaded.actions(command)) for command in COMMANDS}


def given(action: argparse.Action, *times: Any) -> Any:
    """What an option is after it was given several times."""
    namespace = argparse.Namespace()
    for values in times:
        action(argparse.ArgumentParser(), namespace, values, action.option_strings[0])
    return getattr(namespace, action.dest)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_several_values_adds_them_up_or_says_that_they_contradict(
    command: str, actions: dict[str, dict[str, argparse.Action]]
) -> None:
    several = {name: each for name, each in actions[command].items() if each.nargs in ("+", "*")}
    assert {"exclude_prefixes", "within", "accept_risk", "pool"} <= set(several)
    for name, action in several.items():
        if name in OTHERS:
            continue
        found = given(action, ["a", "b"], ["c"])
        if name in ONE_VALUE:
            assert isinstance(found, Contradiction), name
        else:
            assert found in (["a", "b", "c"], [["a", "b"], ["c"]]), name


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_ours_that_takes_one_value_refuses_a_second_one(
    command: str, actions: dict[str, dict[str, argparse.Action]]
) -> None:
    plan = set(actions["kubenet plan"])
    single = {name: each for name, each in actions[command].items() if isinstance(each, Once) and name in plan}
    assert {"pod_cidr", "max_surge"} <= set(single)
    for name, action in single.items():
        assert isinstance(given(action, "a", "b"), Contradiction), name


def test_no_option_of_ours_keeps_its_last_value_alone() -> None:
    """Each option that plan registers has an action of ours, or adds up or switches by itself."""
    loaded = load("kubenet plan")
    for name, settings in loaded.settings("kubenet plan").items():
        action = settings.get("action")
        own = isinstance(action, type) and action.__module__ == "azext_kubenet.options.actions"
        assert own or action in ("append", "store_true") or name == "cmd", name

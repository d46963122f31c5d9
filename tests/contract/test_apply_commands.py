"""Each option of `az aks create` that a cluster which exists can still be given has a command, as azure-cli has it."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from azext_kubenet.aks.borrowed import updatable
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes import apply_commands, not_applied
from tests.contract.side_by_side import SideBySide, load

NAMES = Names("s", "app", "kube", "net", "nodes", "app", "s")
COMMANDS = ("aks create", "aks update", "aks nodepool update", "aks enable-addons", "aks mesh enable",
            "aks approuting enable")  # fmt: skip
#: Options of `az aks update` that are for another option's sake, and are nothing without it.
NOT_ALONE = {
    *(name for first, _, others in apply_commands._GO_WITH for name in others if first != "tier"),
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded() -> SideBySide:
    return load(*COMMANDS)


def options(loaded: SideBySide, command: str) -> dict[str, dict[str, Any]]:
    return loaded.settings(command)


def spelled(settings: dict[str, Any]) -> set[str]:
    return {str(getattr(each, "target", each)) for each in settings["options_list"]}


def asked(loaded: SideBySide) -> list[str]:
    """Options of a creation of which anything may have to be said for a cluster that exists."""
    left_out = not_applied._COMPARED | not_applied._OF_THE_RUN
    return [name for name in options(loaded, "aks create") if name not in left_out]


def every(loaded: SideBySide) -> dict[str, object]:
    """All options with something for a value; of the autoscaler and the addons too."""
    switches = {name for name, each in options(loaded, "aks create").items() if each.get("action") == "store_true"}
    pairs = {"tags": {"a": "b"}, "nodepool_labels": {"a": "b"}, "nodepool_tags": {"a": "b"}}
    return {name: pairs.get(name, name in switches or "x") for name in asked(loaded)}


def command(name: str, typed: dict[str, object]) -> str:
    return apply_commands.command_for(name, typed, {}, {"name": "pool"}, NAMES, updatable())


def test_what_az_aks_update_has_under_the_same_name_has_a_command(loaded: SideBySide) -> None:
    shared = {*asked(loaded)} & {*options(loaded, "aks update")}
    assert len(shared) > 60
    typed = every(loaded)
    missing = {name for name in shared if not command(name, typed)}
    assert missing == shared & {*apply_commands.NOT_BY_UPDATE}
    alone = {name for name in shared - missing if not command(name, {name: typed[name]})}
    assert alone <= NOT_ALONE | {*apply_commands.AUTOSCALER}


def test_what_is_said_not_to_be_changed_is_an_option_of_it(loaded: SideBySide) -> None:
    names = {*options(loaded, "aks update")} & {*options(loaded, "aks create")}
    assert {*apply_commands.NOT_BY_UPDATE} <= names


def test_every_command_has_the_options_that_azure_cli_has_there(loaded: SideBySide) -> None:
    typed = every(loaded)
    for name in typed:
        for given in (typed, {name: typed[name]}):
            words = shlex.split(command(name, given))
            if not words or words[1] == "tag":
                continue
            head = " ".join(words[1 : next(at for at, word in enumerate(words) if word.startswith("-"))])  # noqa: E203
            known = {each for settings in options(loaded, head).values() for each in spelled(settings)}
            unknown = [word for word in words if word.startswith("--") and word not in known]
            assert unknown == [], (name, words)


def test_an_option_is_spelled_as_azure_cli_spells_it(loaded: SideBySide) -> None:
    wrong = {
        name: apply_commands.option_of(name)
        for name in asked(loaded)
        if apply_commands.option_of(name) not in spelled(options(loaded, "aks create")[name])
    }
    assert wrong == {}

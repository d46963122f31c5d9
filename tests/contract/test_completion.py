"""Every option of ours completes what is known beforehand; those of `az aks create` complete as they do there.

That a shell is answered so is shown in tests/cli/test_completion.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing import registry
from azext_kubenet.checks import CHECKS, moving, running
from azext_kubenet.export import ENDINGS
from azext_kubenet.options.migrate_options import RISKS
from azext_kubenet.output import findings_file
from tests.contract.side_by_side import SideBySide, load

COMMANDS = ("plan", "create", "check", "migrate", "list", "wait")
#: Options whose values nobody knows beforehand, and what they are.
OPEN = {
    **dict.fromkeys(("vnet_address_prefixes", "subnet_prefix", "pod_cidr", "service_cidr", "within"), "ranges"),
    **dict.fromkeys(("dns_service_ip", "docker_bridge_address"), "addresses"),
    **dict.fromkeys(("node_count", "max_count", "max_pods", "extra_ips", "add_nodes"), "numbers"),
    **dict.fromkeys(("max_surge", "growth", "propagation_timeout"), "numbers"),
    **dict.fromkeys(("vnet_subnet_id", "assign_identity"), "ids, of any subscription"),
    "subnet_name": "a name in a network that may not be there",
    "pool": "a name with numbers",
    "name": "in plan, the name of a cluster that is to be",
    "node_vm_size": "a size of a region that may not be known yet",
    "management_groups": "names, of which a login may see none",
    "tag": "keys and values",
    **dict.fromkeys(("interval", "timeout"), "numbers"),
    "custom": "a query",
}
#: Closed lists, by command and option: all that may be typed.
CLOSED = (
    ("plan", "accept_risk", registry.acceptable_risks()),
    ("create", "accept_risk", registry.acceptable_risks()),
    ("check", "accept_risk", registry.risks_of_check()),
    ("migrate", "accept_risk", RISKS),
    ("plan", "skip_checks", registry.names_of_checks(of_plan=True)),
    ("create", "skip_checks", registry.names_of_checks(of_plan=False)),
    ("check", "skip_checks", registry.running_checks()),
    ("migrate", "skip_checks", registry.checks_of_move()),
)


@pytest.fixture(scope="module")
def loaded() -> SideBySide:
    """All our commands."""
    return load(*(f"kubenet {each}" for each in COMMANDS))


def own(loaded: SideBySide, command: str) -> dict[str, Any]:
    """The options of a command that are ours, and take a value."""
    settings = loaded.settings(f"kubenet {command}")
    return {
        name: each
        for name, each in settings.items()
        if each.get("action") != "store_true"
        and not str(each.get("arg_group") or "").startswith("az aks create")
        and name not in ("no_wait", "location", "tags", "resource_group_name")
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_ours_completes_or_is_open(loaded: SideBySide, command: str) -> None:
    options = own(loaded, command)
    assert options
    silent = {name for name, each in options.items() if not (each.get("choices") or each.get("completer"))}
    assert silent - set(OPEN) == set()


@pytest.mark.parametrize(("command", "option", "values"), CLOSED, ids=[f"{row[0]} {row[1]}" for row in CLOSED])
def test_a_closed_list_is_offered_whole_and_named_in_the_help(
    loaded: SideBySide, command: str, option: str, values: list[str]
) -> None:
    settings = own(loaded, command)[option]
    assert list(settings["completer"](prefix="")) == list(values)
    assert [each for each in values if each not in settings["help"]] == []


def test_migrate_names_every_check_of_which_a_move_can_go_without_an_answer() -> None:
    accepted = {*moving._DECISIVE, *moving._DECISIVE_INSIDE, *moving._UNSURE}
    assert accepted - set(registry.checks_of_move()) == set()
    known = {each.name for each in (*CHECKS, *running.RUNNING_CHECKS, *moving.MOVING_CHECKS)}
    assert set(registry.checks_of_move()) - known == set()
    assert not [*moving.unknown_checks(registry.checks_of_move())]
    assert [each.rule for each in moving.unknown_checks(["nothing"])] == ["unknown-check"]


@pytest.mark.parametrize(
    ("option", "endings"),
    [("export_file", ENDINGS), ("findings_file", findings_file.ENDINGS)],
    ids=["export", "findings"],
)
def test_files_of_every_ending_are_offered(
    loaded: SideBySide, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, option: str, endings: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    for ending in endings:
        (tmp_path / f"name{ending}").write_text("", encoding="utf-8")
    (tmp_path / "name.other").write_text("", encoding="utf-8")
    offered = own(loaded, "plan")[option]["completer"](prefix="na")
    assert sorted(offered) == sorted(f"name{ending}" for ending in endings)

"""Every example in the help is run as it stands, and what `-h` shows is whole."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
import yaml
from knack.help_files import helps

import azext_kubenet._help  # noqa: F401  fills helps
from tests.cli.conftest import Cloud
from tests.contract.side_by_side import load
from tests.loopback.callers.client import SUB
from tests.loopback.seeds import bodies
from tests.support.plans import CONVENTIONAL

COMMANDS = ("kubenet plan", "kubenet create", "kubenet check", "kubenet list")
#: Arguments of azure-cli's own that no one types.
NOT_SHOWN = ("cmd", "client")
CLUSTER = "resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c"
HUB = "resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub"
#: A subscription that no one has, which stands for the reader's own.
ANY_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"


@cache
def examples(command: str) -> list[tuple[str, str]]:
    """Name and text of each example of a command, a space for each break of a line."""
    return [
        (example["name"], " ".join(example["text"].split())) for example in yaml.safe_load(helps[command])["examples"]
    ]


ALL = [(command, *example) for command in COMMANDS for example in examples(command)]


@pytest.mark.parametrize(("command", "text"), [(row[0], row[2]) for row in ALL], ids=[row[1] for row in ALL])
def test_an_example_works_as_it_stands(cloud: Cloud, command: str, text: str) -> None:
    cloud.seed("resourceGroups/net", bodies.group())
    cloud.seed(HUB, bodies.network("10.50.0.0/16", aks="10.50.3.0/24"))
    if "--location" not in text:
        cloud.seed("resourceGroups/rg", bodies.group())
    if command in ("kubenet check", "kubenet list"):
        cloud.seed(CLUSTER, bodies.cluster(None, None))
    (cloud.az.home / "inventory.csv").write_text("name,prefix\noffice,10.99.0.0/16\n", encoding="utf-8")
    (cloud.az.home / "plans").mkdir()
    for name in ("old.json", "plans/one.json"):
        (cloud.az.home / name).write_text(json.dumps(CONVENTIONAL), encoding="utf-8")
    ran = cloud.shell(text.replace(ANY_SUBSCRIPTION, SUB))
    assert ran.code == 0, ran.err
    made = cloud.made("managedClusters")
    assert made == (["c"] if command == "kubenet create" and "--dry-run" not in text else [])
    assert ran.out.strip() or "--no-wait" in text or "[?" in text  # of a healthy cluster a filter leaves nothing


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_at_least_four_examples_each_of_its_own(command: str) -> None:
    texts = [text for _, text in examples(command)]
    assert len(set(texts)) == len(texts) >= 4
    assert all(f"az {command}" in text for text in texts)


@pytest.mark.parametrize(
    "words", ["kubenet -h", "kubenet plan -h", "kubenet create -h", "kubenet check -h", "kubenet list -h"]
)
def test_help_is_shown_without_a_login(shared_cloud: Cloud, words: str) -> None:
    ran = shared_cloud.az(words)
    assert ran.code == 0, ran.err
    assert "2028" in ran.out or words != "kubenet -h"
    assert ("Examples" in ran.out) == (words != "kubenet -h")


def documented(page: str) -> dict[str, dict[str, str]]:
    """From the page that `-h` prints: the text of each option by its names, for each group."""
    groups: dict[str, dict[str, str]] = {}
    group = option = ""
    for line in page.partition("\nExamples")[0].splitlines():
        title = re.fullmatch(r"((?:\S.* )?Arguments)", line)
        begun = re.match(r"    (-\S+(?: -\S+)*)\s+(?:\[[\w ]+\]\s*)*:(.*)", line)
        if title:
            group = title[1]
            groups[group] = {}
        elif begun and group:
            option = begun[1]
            groups[group][option] = begun[2].strip()
        elif group and option in groups[group]:
            groups[group][option] += " " + line.strip()
    return groups


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_a_text_and_a_group(shared_cloud: Cloud, command: str) -> None:
    groups = documented(shared_cloud.az(f"{command} -h").out)
    empty = [option for options in groups.values() for option, text in options.items() if len(text.strip(" .")) < 4]
    assert empty == []
    assert {name for options in groups.get("Arguments", ()) for name in options.split()} <= {
        "--name", "-n", "--resource-group", "-g", "--location", "-l", "--no-wait", "--tags",
    }  # fmt: skip
    shown = {name for options in groups.values() for option in options for name in option.split()}
    offered = {
        str(name)
        for option, action in load(command).actions(command).items()
        if option not in NOT_SHOWN and not getattr(action, "deprecate_info", None)
        for name in action.option_strings
        if not getattr(name, "deprecate_info", None)
    }
    assert len(offered) > {"kubenet plan": 15, "kubenet create": 150, "kubenet check": 10, "kubenet list": 8}[command]
    assert offered - shown == set()

"""Every command that a message may print is one that azure-cli has, with the options that it has.

Each stands in a situation in which it is typed against the loopback, or here with the reason why it is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azext_kubenet.azure.resources import Names
from azext_kubenet.changes import remedies
from tests.support.printed import commands, head

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "azext_kubenet"
#: Modules whose texts are not messages: what is exported, and what is asked of azure-cli's own code.
NOT_MESSAGES = ("export", "aks/borrowed.py", "_help.py", "_params.py", "addressing/registry.py", "directory.py")
#: Where the situations are in which printed commands are typed, and name them.
SITUATIONS = "tests/cli/test_printed_commands.py"
#: Commands that another test types as it finds them in the message.
ELSEWHERE = {
    "az group list": "tests/cli/test_plan_network.py",
    "az aks list": "tests/cli/test_check.py",
    "az lock delete": "tests/cli/test_beforehand.py",
    "az resource list": "tests/cli/test_check_route_faults.py",
    "az policy exemption create": "tests/cli/test_check_route_faults.py",
    "az policy assignment show": "tests/cli/test_beforehand.py",
    "az provider show": "tests/cli/test_beforehand.py",
    "az aks get-versions": "tests/cli/test_beforehand.py",
    "az vm list-skus": "tests/cli/test_beforehand.py",
    "az vm list-usage": "tests/cli/test_beforehand.py",
    "az network route-table create": "tests/cli/test_way_out.py",
    "az network route-table route create": "tests/cli/test_way_out.py",
    "az network route-table route update": "tests/cli/test_way_out.py",
    "az network nat gateway create": "tests/cli/test_way_out.py",
    "az network nat gateway update": "tests/cli/test_way_out.py",
    "az network public-ip create": "tests/cli/test_way_out.py",
    "az network vnet create": "tests/cli/test_way_out.py",
    "az network vnet subnet create": "tests/cli/test_way_out.py",
    "az identity create": "tests/cli/test_join_rights.py",
    "az network route-table route list": "tests/trust/test_proof.py",
    "az role assignment create": "tests/trust/test_grant_refused.py",
}
#: Commands that are typed in no situation, and why.
REASONS = {
    "az login": "asks a person",
    "az kubenet check": "the command itself, which tests/cli/test_check.py types",
    "az kubenet migrate": "the command itself, which tests/cli/test_migrate.py pastes from its messages",
    "az kubenet list": "the command itself, which tests/cli/test_list.py types",
    "az account management-group list": "asks for a right that the loopback's login is not given",
    "az extension update": "asks an index of extensions on the internet",
    "az kubenet create": "the command itself; its options are those of the message",
    "az aks create": "names another command to start from: what the cluster is to be is the user's",
    "az kubenet plan": "the command itself; tests/unit/options/test_plan_file.py holds what it is printed with",
    "az identity show": "inside of az role assignment create",
    "az group show": "after a lost answer: tests/trust",
    "az network private-dns zone list": "tests/unit/checks/test_checks.py holds its words; the loopback lists no zones",
    "az ad signed-in-user show": "shows the user that is logged in: the loopback's login is a principal",
    "az ad sp show": "the id is the user's",
    "az role assignment list": "of a service principal, which Microsoft Graph looks up by its application",
    "az ad sp credential list": "the id is the user's",
    "az ad app delete": "tests/cli/test_rights.py types it by its parts",
    "az ad app list": "inside of the one before",
    "az account list": "shows subscriptions",
    "az vm restart": "restarts a machine: those of the loopback do not start anew",
    "az group wait": "waits for a group that somebody deletes",
    "az resource show": "after a lost answer: tests/trust",
    "az network vnet peering delete": "of a peering whose other side is gone: tests/cli/test_surroundings.py",
    "az network vhub get-effective-routes": "shows routes of a hub: the loopback's hubs have none",
    "az network vnet-gateway list-learned-routes": "shows routes that the loopback has none of",
}
#: Commands of an extension that azure-cli offers to install when they are typed: their options are not known here.
OF_EXTENSIONS = {"az network vhub get-effective-routes": "virtual-wan"}


def _texts(path: Path) -> Iterator[str]:
    """The strings of a module but its docstrings, with NAME for what is filled in; neighbours are one already."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    holders = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docs = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    parts = {id(each) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for each in node.values}
    for node in ast.walk(tree):
        if id(node) in docs or id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "NAME" for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _printed() -> dict[str, str]:
    """Every command that is printed, by where it stands; advice by its code is whole, the rest may be a beginning."""
    names = Names("s", "app", "kube", "corp", "nodes", "net", "s")
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        if place.startswith(NOT_MESSAGES) or place.endswith(NOT_MESSAGES) or place.endswith("remedies.py"):
            continue
        for text in _texts(path):
            found.update(dict.fromkeys(commands(text), place))
    kinds = ("", *remedies._BY_POLICY)
    for code in remedies._ADVICE:
        for kind in kinds if code == "requestdisallowedbypolicy" else ("",):
            advice = remedies.remedy_for([code], names, "westeurope", kind=kind)
            found.update(dict.fromkeys(commands(advice), f"remedies.py {code}"))
    return {command: place for command, place in found.items() if head(command).startswith("az ")}


PRINTED = _printed()


def test_there_are_many() -> None:
    assert len(PRINTED) > 50


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """Every command of this azure-cli that is printed, with its options; of ours the parser is tested elsewhere."""
    inner = [one for command in PRINTED for one in re.findall(r"\$\((az [^()]*)\)", command)]
    return _options({head(each) for each in (*PRINTED, *inner) if not head(each).startswith("az kubenet")})


def _options(heads: set[str]) -> dict[str, set[str]]:
    """The options of commands, as azure-cli's own parser has them; none of a command that it has not."""
    from azure.cli.core import get_default_cli
    from azure.cli.core.commands.arm import register_global_subscription_argument, register_ids_argument
    from azure.cli.core.commands.events import EVENT_INVOKER_POST_LOAD_ARGUMENTS, EVENT_INVOKER_PRE_LOAD_ARGUMENTS
    from knack.events import EVENT_INVOKER_POST_CMD_TBL_CREATE

    names = {each.removeprefix("az ") for each in heads}
    cli = get_default_cli()
    for register in (register_global_subscription_argument, register_ids_argument):
        register(cli)
    cli.invocation = cli.invocation_cls(
        cli_ctx=cli, commands_loader_cls=cli.commands_loader_cls, parser_cls=cli.parser_cls, help_cls=cli.help_cls
    )
    main: Any = cli.invocation.commands_loader
    main.load_command_table(None)
    for name in [each for each in main.command_table if each not in names]:
        del main.command_table[name]
    loaders = {id(one): one for name in main.command_table for one in main.cmd_to_loader_map[name]}
    for each in [main, *loaders.values()]:
        each.skip_applicability = True
    cli.raise_event(EVENT_INVOKER_PRE_LOAD_ARGUMENTS, commands_loader=main)
    for name in main.command_table:
        cli.invocation.data["command_string"] = name
        main.load_arguments(name)
    for event in (EVENT_INVOKER_POST_LOAD_ARGUMENTS, EVENT_INVOKER_POST_CMD_TBL_CREATE):
        cli.raise_event(event, commands_loader=main)
    cli.invocation.parser.cli_ctx = cli
    cli.invocation.parser.load_command_table(main)
    found = {f"az {name}": set[str]() for name in names}
    for name in main.command_table:
        *group, command = name.split()
        parser = cli.invocation.parser.subparsers[tuple(group)].choices[command]
        found[f"az {name}"] = {option for action in parser._actions for option in action.option_strings}
    return found


@pytest.mark.parametrize("command", sorted(PRINTED), ids=str)
def test_azure_cli_has_the_command_and_its_options(loaded: dict[str, set[str]], command: str) -> None:
    for one in [command, *re.findall(r"\$\((az [^()]*)\)", command)]:
        if head(one).startswith("az kubenet") or head(one) in OF_EXTENSIONS:
            continue
        known = loaded[head(one)]
        assert known, f"there is no {head(one)}: {PRINTED[command]}"
        outer = re.sub(r"\$\([^()]*\)", "X", one)
        typed = re.findall(r"(?<=\s)(--[a-z][a-z-]*|-[a-z])(?=[\s=]|$)", outer)
        assert not [option for option in typed if option not in known], (one, PRINTED[command])


def test_every_command_is_typed_in_a_situation_or_has_a_reason() -> None:
    rows = (ROOT / SITUATIONS).read_text(encoding="utf-8")
    elsewhere = {each for each, place in ELSEWHERE.items() if (ROOT / place).is_file()}
    missing = {
        head(command): place
        for command, place in PRINTED.items()
        if head(command) not in {*REASONS, *elsewhere} and not re.search(rf'"{head(command)}"', rows)
    }
    assert missing == {}


def test_no_reason_is_given_for_what_is_not_printed() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert [each for each in (*REASONS, *ELSEWHERE) if each not in source] == []

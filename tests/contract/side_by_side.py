"""Commands of one azure-cli, loaded side by side in this process, as azure-cli itself loads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SideBySide:
    """The command table of an azure-cli with a few commands, and the parser that it makes of them."""

    table: dict[str, Any]
    root: Any

    def settings(self, name: str) -> dict[str, dict[str, Any]]:
        """Settings of every option of a command, as they were registered."""
        return {
            option: argument.type.settings
            for option, argument in self.table[name].arguments.items()
            if option not in ("cmd", "client")
        }

    def parser(self, name: str) -> Any:
        """The argparse parser of a command."""
        group, command = name.split()
        return self.root.subparsers[(group,)].choices[command]

    def actions(self, name: str) -> dict[str, Any]:
        """The actions of a command's parser, by option."""
        return {action.dest: action for action in self.parser(name)._actions if action.option_strings}


def load(*names: str) -> SideBySide:
    """Load commands of `az aks` and `az kubenet`."""
    from azure.cli.command_modules.acs import ContainerServiceCommandsLoader
    from azure.cli.core import get_default_cli

    from azext_kubenet import KubenetCommandsLoader

    cli = get_default_cli()
    cli.invocation = cli.invocation_cls(
        cli_ctx=cli, commands_loader_cls=cli.commands_loader_cls, parser_cls=cli.parser_cls, help_cls=cli.help_cls
    )
    main = cli.invocation.commands_loader
    for name in names:
        loader = {"aks": ContainerServiceCommandsLoader, "kubenet": KubenetCommandsLoader}[name.split()[0]](cli)
        loader.load_command_table(name.split())
        main.command_table[name] = loader.command_table[name]
        main.command_group_table.update(loader.command_group_table)
        main.cmd_to_loader_map[name] = [loader]
        cli.invocation.data["command_string"] = name
        main.load_arguments(name)
    cli.invocation.parser.cli_ctx = cli
    cli.invocation.parser.load_command_table(main)
    return SideBySide(main.command_table, cli.invocation.parser)

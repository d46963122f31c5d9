"""The loader of the `az kubenet` commands."""

import gc

from azure.cli.core import AzCli, AzCommandsLoader
from azure.cli.core.commands import AzCliCommand, CliCommandType

from azext_kubenet import _help  # noqa: F401  pylint: disable=unused-import


class KubenetCommandsLoader(AzCommandsLoader):
    """Registers the commands of this extension with azure-cli."""

    def __init__(self, cli_ctx: AzCli | None = None):
        custom = CliCommandType(operations_tmpl="azext_kubenet.custom#{}")
        super().__init__(cli_ctx=cli_ctx, custom_command_type=custom)

    def load_command_table(self, args: list[str]) -> dict[str, AzCliCommand]:
        """Return the commands by name."""
        # What azure-cli has loaded stays until its end: looking through it for garbage, again and again while our
        # modules are loaded, took a tenth of the time of a plan.
        gc.freeze()
        from azext_kubenet.commands import load_command_table

        load_command_table(self, args)
        commands: dict[str, AzCliCommand] = self.command_table
        return commands

    def load_arguments(self, command: str) -> None:
        """Register the options of one command."""
        from azext_kubenet._params import load_arguments
        from azext_kubenet.output import screen

        screen.prepare(self.cli_ctx)
        load_arguments(self, command)


COMMAND_LOADER_CLS = KubenetCommandsLoader

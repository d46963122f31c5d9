"""The options of `wait`, as azure-cli is told of them: what names a cluster is ours, what is waited for is its own."""

from azure.cli.core.commands.parameters import AzArgumentContext


def condition_arguments(c: AzArgumentContext) -> None:
    """Register what azure-cli's own commands of this name wait for, how often they look, and how long."""
    from azure.cli.core.commands.command_operation import WaitCommandOperation

    for name, argument in WaitCommandOperation.wait_args().items():
        settings = {key: value for key, value in argument.type.settings.items() if key != "dest"}
        c.extra(name, **settings)

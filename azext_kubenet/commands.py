"""The commands, and what serves them."""

from azure.cli.core import AzCommandsLoader

from azext_kubenet._format import check_table, create_table, list_table, migrate_table, plan_table
from azext_kubenet.errors import exit_with


def load_command_table(self: AzCommandsLoader, _: list[str]) -> None:
    """Register the commands of the group."""
    with self.command_group("kubenet") as group:
        group.custom_command("plan", "plan", table_transformer=plan_table, exception_handler=exit_with)
        group.custom_command(
            "create", "create", supports_no_wait=True, table_transformer=create_table, exception_handler=exit_with
        )
        group.custom_command("check", "check", table_transformer=check_table, exception_handler=exit_with)
        group.custom_command(
            "migrate", "migrate", supports_no_wait=True, table_transformer=migrate_table, exception_handler=exit_with
        )
        group.custom_command("wait", "wait", exception_handler=exit_with)
        group.custom_command("list", "list_clusters", table_transformer=list_table, exception_handler=exit_with)

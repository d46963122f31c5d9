"""Azure-cli's own linter of commands, groups, parameters and help, over the installed extension.

`azdev linter` itself asks for clones of two repositories. Its rules do not: they are handed the commands of the
extension in the azure-cli that runs this script.

usage: VENV/bin/python scripts/lint_commands.py CHECK_VENV      (run by make check)
"""

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

# Each with why it is not asked for.
RULES_LEFT_OUT = {
    "broken_site_link_from_command": "follows links over the network",
    "broken_site_link_from_command_group": "follows links over the network",
    "broken_site_link_from_parameter": "follows links over the network",
    "missing_command_test_coverage": "compares two branches of the azure-cli-extensions repository",
    "missing_parameter_test_coverage": "compares two branches of the azure-cli-extensions repository",
    "missing_command_example": "compares two branches of the azure-cli-extensions repository",
}
# Faults that stay, each with why.
FORGIVEN = {
    (
        "parameter_should_not_end_in_resource_group",
        "vnet_resource_group",
    ): "the network may lie in another group than the cluster, so it needs an option of its own",
}
GROUP = "kubenet"
LENDER = "aks create"


def load(command_prefix):
    """The loader with the commands that start so and no other, and their help."""
    from azure.cli.core import get_default_cli
    from azure.cli.core.commands import register_cache_arguments
    from azure.cli.core.commands.arm import register_global_subscription_argument, register_ids_argument
    from azure.cli.core.commands.events import EVENT_INVOKER_POST_LOAD_ARGUMENTS, EVENT_INVOKER_PRE_LOAD_ARGUMENTS
    from azure.cli.core.file_util import get_all_help
    from knack.events import EVENT_INVOKER_POST_CMD_TBL_CREATE, EVENT_INVOKER_PRE_CMD_TBL_CREATE

    cli = get_default_cli()
    for register in (register_global_subscription_argument, register_ids_argument, register_cache_arguments):
        register(cli)
    cli.invocation = cli.invocation_cls(
        cli_ctx=cli, commands_loader_cls=cli.commands_loader_cls, parser_cls=cli.parser_cls, help_cls=cli.help_cls
    )
    loader = cli.invocation.commands_loader
    cli.raise_event(EVENT_INVOKER_PRE_CMD_TBL_CREATE, args=[])
    loader.load_command_table(command_prefix.split())
    loader.command_name = ""
    for table in (loader.command_table, loader.command_group_table, loader.cmd_to_loader_map):
        for name in [name for name in table if not f"{name} ".startswith(f"{command_prefix} ")]:
            del table[name]
    for each in [loader, *(each for loaders in loader.cmd_to_loader_map.values() for each in loaders)]:
        each.skip_applicability = True
    cli.raise_event(EVENT_INVOKER_PRE_LOAD_ARGUMENTS, commands_loader=loader)
    loader.load_arguments()
    cli.raise_event(EVENT_INVOKER_POST_LOAD_ARGUMENTS, commands_loader=loader)
    cli.raise_event(EVENT_INVOKER_POST_CMD_TBL_CREATE, commands_loader=loader)
    cli.invocation.parser.cli_ctx = cli
    cli.invocation.parser.load_command_table(loader)
    return loader, {entry.command: entry for entry in get_all_help(cli) if entry.command}


def keep_offline():
    """Stand in for the one module of azdev that fetches a page when it is imported; only rules left out use it."""
    name = "azdev.operations.regex"
    stand_in = ModuleType(name)
    stand_in.__getattr__ = lambda name: None  # type: ignore[method-assign]
    sys.modules[name] = stand_in


def rules():
    """Every rule that azdev has, but those left out."""
    package = import_module("azdev.operations.linter.rules")
    for _, name, _ in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{name}")
        for rule_name, rule in vars(module).items():
            if getattr(rule, "linter_rule", False) and rule_name not in RULES_LEFT_OUT:
                yield rule


def violations(command_prefix):
    """What the rules say of these commands: (rule, parameter or None, message), the message as azdev words it."""
    import yaml
    from azdev.operations.linter.linter import LinterManager, LinterSeverity
    from knack.help_files import helps

    loader, loaded_help = load(command_prefix)
    if not loader.command_table:
        sys.exit(f"{command_prefix} is not installed beside {sys.executable}")
    entries = {
        name: yaml.safe_load(text) for name, text in helps.items() if f"{name} ".startswith(f"{command_prefix} ")
    }
    manager = LinterManager(
        command_loader=loader, help_file_entries=entries, loaded_help=loaded_help, min_severity=LinterSeverity.LOW
    )
    for rule in rules():
        rule(manager)
    print(f"{command_prefix}: {len(loader.command_table)} commands, {len(entries)} help entries")
    for by_name in manager._rules.values():  # pylint: disable=protected-access  # azdev has no other way
        for check, _, _ in by_name.values():
            for message, subject, rule in check():
                yield rule, subject[1] if isinstance(subject, tuple) else None, message


def main(check_venv):
    sys.path += map(str, Path(check_venv).glob("lib/python*/site-packages"))
    keep_offline()
    # An option that create borrows may have the faults that it has where it is borrowed from.
    borrowed = {(rule, parameter) for rule, parameter, _ in violations(LENDER) if parameter} | set(FORGIVEN)
    found = [(rule, message) for rule, parameter, message in violations(GROUP) if (rule, parameter) not in borrowed]
    for rule, message in found:
        print(f"{rule}: {message.strip()}")
    return f"{len(found)} violations" if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

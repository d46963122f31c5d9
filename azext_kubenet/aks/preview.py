"""Options that the extension aks-preview adds to `az aks create`, and that `az kubenet create` does not offer.

That extension puts its own code and options in the place of azure-cli's. We lend those of azure-cli itself, whatever is
installed beside us: a word that only the other one knows is refused with these words, and not as one that nobody knows
(decision 0047).
"""

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

from knack.events import EVENT_INVOKER_PRE_PARSE_ARGS

from azext_kubenet.errors import WrongUsage, exit_with

NAME = "aks-preview"
_COMMAND = "aks create"


def have_its_options_refused(cli_ctx: Any) -> None:
    """Refuse what only that extension offers, before azure-cli says that nobody knows it."""
    cli_ctx.register_event(EVENT_INVOKER_PRE_PARSE_ARGS, _before_parsing)


def _before_parsing(cli_ctx: Any, *, args: list[str], **_: Any) -> None:
    parser = cli_ctx.invocation.parser.subparser_map.get("kubenet create")
    if parser is not None:
        known = parser._option_string_actions  # pylint: disable=protected-access  # argparse tells them nowhere else
        try:
            refuse_preview_options(cli_ctx, args, known)
        except WrongUsage as error:
            exit_with(error)


def refuse_preview_options(cli_ctx: Any, words: Sequence[str], known: Iterable[str]) -> None:
    """Raise WrongUsage for words that are options of aks-preview, if it is installed, and none of ours.

    known: all spellings of our options; azure-cli takes the beginning of one for it
    """
    offered = tuple(known)
    typed = [word.partition("=")[0] for word in words if word.startswith("--")]
    strange = [word for word in dict.fromkeys(typed) if not any(each.startswith(word) for each in offered)]
    if not strange:
        return
    of_preview = _options(cli_ctx)
    found = [word for word in strange if any(each.startswith(word) for each in of_preview)]
    if found:
        what = "this is an option" if len(found) == 1 else "these are options"
        raise WrongUsage(
            f"{', '.join(found)}: {what} of the extension {NAME}; az kubenet create offers those of az aks create as "
            "azure-cli itself has it",
            f"leave {'it' if len(found) == 1 else 'them'} out; some can be set on the cluster later: az aks update -h",
        )


def _options(cli_ctx: Any) -> frozenset[str]:
    """Every spelling of its options of `az aks create`; none where it is not installed, or cannot be read."""
    from azure.cli.core.extension import get_extension, get_extension_modname

    try:
        path = get_extension(NAME).path
        sys.path.append(path)  # as azure-cli does
        module = import_module(get_extension_modname(ext_dir=path))
        return frozenset(_spellings(module.COMMAND_LOADER_CLS(cli_ctx=cli_ctx)))
    # not installed, or whatever another's code raises: azure-cli then refuses the word itself
    except Exception:  # noqa: BLE001  pylint: disable=broad-exception-caught
        return frozenset()


def _spellings(loader: Any) -> Iterable[str]:
    """Of each option of a loader's command, all ways to type it."""
    from azure.cli.core.commands.parameters import get_location_type

    loader.skip_applicability = True
    loader.command_name = _COMMAND
    command = loader.load_command_table(_COMMAND.split())[_COMMAND]
    with loader.argument_context("") as context:
        context.argument("location", get_location_type(loader.cli_ctx))
    loader.load_arguments(_COMMAND)
    command.load_arguments()
    for name in command.arguments:
        options = loader.argument_registry.get_cli_argument(_COMMAND, name).settings.get("options_list")
        yield from (each for each in options or ["--" + name.replace("_", "-")] if isinstance(each, str))

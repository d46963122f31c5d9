"""Standard error where it is a terminal: each line stands alone, breaks between words, and is plain where that is set.

azure-cli's spinner shares standard error with all that is said there, and leaves the cursor at the start of its line:
what is written next covers only as many of its letters as it has itself (decision 0046).
"""

import logging
import os
import re
import sys
from textwrap import wrap
from typing import Any

#: Takes away the line that the cursor is in.
_ERASE = "\r\x1b[K"
#: Set in beneath the first line of a line that is broken.
_INDENT = "    "
#: A narrower terminal is written to as if it had so many columns.
_LEAST = 40
#: A command begins here. What is to be copied is broken by nobody but the terminal, which joins it again.
_COMMAND = re.compile(r"(?<![\w`/-])(?:az(?: [a-z][a-z-]*)+|ssh-keygen) -")
#: Blanks between an option and its value.
_IN_OPTION = re.compile(r"(?<= )(--?[a-z][a-z-]*) (?=[^\s-])")
_GLUE = "\x00"


def may_draw(cli_ctx: Any) -> bool:
    """Whether a spinner, or progress, may be shown: where standard error is a terminal that may be told to erase."""
    return _is_terminal(sys.stderr) and not _wants_plain() and not _is_plain(cli_ctx)


def _is_terminal(stream: Any) -> bool:
    """Whether it is one; a stream that is closed, which Python has as None, is none."""
    return stream is not None and not stream.closed and bool(stream.isatty())


def columns() -> int:
    """Of the terminal that standard error is; 0 where it is none, or does not say."""
    if not _is_terminal(sys.stderr):
        return 0
    try:
        found = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 0
    return max(found, _LEAST) if found else 0


def on_its_own(cli_ctx: Any, text: str) -> str:
    """A line, or several, as standard error is given it: without a line break at its end."""
    return _erased(cli_ctx, folded(text, columns()))


def _erased(cli_ctx: Any, text: str) -> str:
    return f"{_ERASE}{text}" if may_draw(cli_ctx) else text


def folded(text: str, width: int) -> str:
    """A text of which no line is longer than width (0 for any), but for commands, each of which then begins a line."""
    if not width:
        return text
    return "\n".join(line if len(line) <= width else _folded(line, width) for line in text.split("\n"))


def _folded(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    prose, command, more = _parted(line)
    if not prose.strip():
        return line
    below = indent + _INDENT
    lines = _wrapped(prose, width, "", below)
    if command:
        lines.append(below + command)
    return "\n".join([*lines, *_wrapped(more, width, below, below)])


def _parted(line: str) -> tuple[str, str, str]:
    """What stands before the first command of a line, that command, and what can be typed in its place."""
    found = _COMMAND.search(line)
    if found is None:
        return line, "", ""
    start = found.start()
    command, other, more = line[start:].partition(", or ")
    while other and (command.count("'") % 2 or command.count('"') % 2):  # inside of a quoted value
        further, other, rest = more.partition(", or ")
        command, more = f"{command}, or {further}", rest
    return line[:start], command, f"or {more}" if other else ""


def _wrapped(text: str, width: int, first: str, below: str) -> list[str]:
    """The lines of a sentence, set in as is said; no option is parted from its value."""
    glued = _IN_OPTION.sub(rf"\1{_GLUE}", text.rstrip())
    lines = wrap(
        glued, width, initial_indent=first, subsequent_indent=below, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(_GLUE, " ") for line in lines]


class NoProgress:
    """In place of azure-cli's context, where code of its own would show progress and none may be."""

    def get_progress_controller(self, **_: object) -> "NoProgress":
        """Stand in for it."""
        return self

    def begin(self, **_: object) -> None:
        """Show nothing."""

    add = end = begin

    def stop(self) -> None:
        """Show nothing."""


def prepare(cli_ctx: Any) -> None:
    """Have what azure-cli logs while a command of ours runs keep to the same."""
    plain = bool(cli_ctx.enable_color) and _wants_plain()
    if plain:
        from azure.cli.core.style import Theme, format_styled_text

        cli_ctx.enable_color = False
        format_styled_text.theme = Theme.NONE.value
    if not _is_terminal(sys.stderr):
        return
    for handler in {*logging.getLogger().handlers, *logging.getLogger("cli").handlers}:
        stream = getattr(handler, "stream", None)
        if not _is_terminal(stream) or isinstance(handler.formatter, _OnItsOwn):
            continue  # a log file is no terminal
        if plain:
            handler.enable_color = False  # type: ignore[attr-defined]
        handler.setFormatter(_OnItsOwn(handler.formatter or logging.Formatter(), cli_ctx, with_level=plain))


class _OnItsOwn(logging.Formatter):
    """What a record is written as, on a line of its own.

    own: azure-cli's; with_level: whether its level is said, as azure-cli does where there are no colours
    """

    def __init__(self, own: logging.Formatter, cli_ctx: Any, *, with_level: bool):
        super().__init__()
        self._own, self._cli_ctx, self._with_level = own, cli_ctx, with_level

    def format(self, record: logging.LogRecord) -> str:
        """Return the text."""
        text = self._own.format(record)
        if self._with_level:
            text = f"{record.levelname}: {text}"
        if record.levelno < logging.WARNING or record.exc_info:  # details, and tracebacks, are not ours to break
            return _erased(self._cli_ctx, text)
        return on_its_own(self._cli_ctx, text)


def _wants_plain() -> bool:
    """Whether the environment asks for no colours: azure-cli itself knows its own settings alone (no-color.org)."""
    return os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))


def _is_plain(cli_ctx: Any) -> bool:
    """Whether azure-cli is set to show no colours, by AZURE_CORE_NO_COLOR or its configuration."""
    return bool(cli_ctx.config.getboolean("core", "no_color", fallback=False))

"""How far a long read is, on a terminal: a line of standard error that is written over and taken away at its end."""

import sys
from types import TracebackType
from typing import Any

from azext_kubenet.output.screen import may_draw


class PageProgress:
    """Pages read, of all. Use it in a `with`. Nothing is written where it could not be taken away, as in a pipe, or
    with --only-show-errors.

    cli_ctx: azure-cli's context, which knows that
    """

    def __init__(self, cli_ctx: Any):
        self._shown = not cli_ctx.only_show_errors and may_draw(cli_ctx)
        self._length = 0

    def __enter__(self) -> "PageProgress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._length:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()
        self._shown = False  # what a thread still reads is told to nobody

    def show(self, read: int, total: int) -> None:
        """Show how many pages were read, of how many as far as is known."""
        if self._shown:
            self._write(f"Azure Resource Graph: {read:,} of {total:,} pages read")

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._length))
        sys.stderr.flush()
        self._length = len(text)

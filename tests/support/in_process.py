"""`az` in this process: what a command answers, and what its user reads on standard error."""

from __future__ import annotations

import io
import logging
from contextlib import redirect_stderr
from typing import Any


def invoke(cli_ctx: Any, words: list[str]) -> tuple[int, str, str]:
    """Run a command; its exit code, as a process would have it, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(err)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    handler.addFilter(lambda record: record.name.startswith("cli"))  # what a console would show
    logging.getLogger().addHandler(handler)
    try:
        with redirect_stderr(err):
            code = cli_ctx.invoke(words, out_file=out) or 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        logging.getLogger().removeHandler(handler)
    return code, out.getvalue(), err.getvalue()

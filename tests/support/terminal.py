"""A command on a terminal of its own, and what people then see there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shlex
import struct
import subprocess
import termios
from collections.abc import Mapping
from dataclasses import dataclass

import pyte

from tests.support.az import Az

#: Lines that a terminal keeps here: none scrolls away.
LINES = 400
#: Most seconds without a word.
_SECONDS = 120
#: What this terminal is, whatever whoever runs the tests has set for their own.
_OWN = {"COLUMNS": "", "LINES": "", "NO_COLOR": "", "AZURE_CORE_NO_COLOR": "false", "TERM": "xterm-256color"}


@dataclass(frozen=True)
class Shown:
    """What a command left on a terminal.

    code: its exit code; written: every byte of it; columns: of the terminal
    """

    code: int
    written: bytes
    columns: int

    @property
    def lines(self) -> list[str]:
        """The lines on the screen, without what ends in nothing."""
        screen = pyte.Screen(self.columns, LINES)
        pyte.ByteStream(screen).feed(self.written)
        return "\n".join(line.rstrip() for line in screen.display).rstrip().split("\n")

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines)


def on_a_terminal(
    az: Az,
    words: str,
    env: Mapping[str, str],
    *,
    columns: int = 200,
    answers: Mapping[str, str] | None = None,
    **more: str,
) -> Shown:
    """Run `az` with its three standard streams on a terminal.

    env: of the run; more: what is set for this terminal; answers: what somebody types once this is there
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
    process = subprocess.Popen(
        [str(az.installed.program), *shlex.split(words)],
        env={**az.environment, **env, **_OWN, **more},
        cwd=az.home,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    written = _all_of(ours, dict(answers or {}))
    os.close(ours)
    return Shown(process.wait(_SECONDS), written, columns)


def _all_of(terminal: int, answers: dict[str, str]) -> bytes:
    """What is written there, up to the end of who writes. answers: what is typed, once what asks for it is there"""
    written = b""
    while select.select([terminal], [], [], _SECONDS)[0]:
        try:
            written += os.read(terminal, 1 << 16)
        except OSError:  # nobody has it open any more
            return written
        for asked in [each for each in answers if each.encode() in written]:
            os.write(terminal, answers.pop(asked).encode())
    raise TimeoutError(written.decode(errors="replace"))

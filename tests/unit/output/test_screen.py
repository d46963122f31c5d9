"""What is written on a terminal that a spinner shares, and how its lines are broken."""

from __future__ import annotations

import logging
import os
import pty
import sys
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from humanfriendly.terminal.spinners import Spinner
from knack.log import _CustomStreamHandler

from azext_kubenet.output import screen
from azext_kubenet.output.console import Console
from azext_kubenet.output.page_progress import PageProgress
from tests.support.terminal import Shown

LONG = "CreatingAgentPools: 0/3 nodes completed, and more that a short line does not cover"
WARNING = "subnet c-subnet is nearly full"


def context(**more: Any) -> Any:
    """azure-cli's, as far as it is asked here."""
    no_colours = more.pop("no_color", False)
    config = SimpleNamespace(getboolean=lambda section, name, fallback: no_colours)
    return SimpleNamespace(**{"enable_color": True, "only_show_errors": False, "config": config, **more})


class Terminal:
    """A terminal in place of standard error, on which azure-cli's handler writes our records in colours."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, env: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self.stream = os.fdopen(theirs, "w", encoding="utf-8", buffering=1)
        self.logger = logging.getLogger("cli.azext_kubenet")
        monkeypatch.setattr(sys, "stderr", self.stream)
        monkeypatch.setattr(logging.getLogger("cli"), "handlers", [])
        monkeypatch.setattr(logging.getLogger("cli"), "propagate", False)
        logging.getLogger("cli").addHandler(_CustomStreamHandler(logging.WARNING, "%(message)s", enable_color=True))
        for name in ("NO_COLOR", "TERM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in env.items():
            monkeypatch.setenv(name, value)

    def shown(self) -> Shown:
        """What is on it, once all is said."""
        self.stream.close()
        written = b""
        try:
            while more := os.read(self._ours, 1 << 16):
                written += more
        except OSError:  # all is read
            os.close(self._ours)
        return Shown(0, written, 200)


#: Makes a terminal with some variables set; pytest takes standard error back between a fixture and its test.
Open = Callable[..., Terminal]


@pytest.fixture
def terminal() -> Iterator[Open]:
    """Standard error becomes one when this is called."""
    with pytest.MonkeyPatch.context() as patch:
        yield lambda **env: Terminal(patch, env)


def test_a_line_takes_the_place_of_a_spinner_that_turns(terminal: Open) -> None:
    at = terminal()
    spinner = Spinner(label=LONG, stream=at.stream, interval=0)
    console = Console(context())
    for word in ("one", "two"):
        spinner.step()
        console.say(f"  cluster: {word}")
    spinner.step()
    spinner.clear()
    console.say("after its end")
    assert at.shown().lines == ["  cluster: one", "  cluster: two", "after its end"]


def test_a_warning_takes_the_place_of_a_spinner_that_turns(terminal: Open) -> None:
    at = terminal()
    spinner = Spinner(label=LONG, stream=at.stream, interval=0)
    screen.prepare(context())
    screen.prepare(context())  # azure-cli may load the options of several commands
    spinner.step()
    at.logger.warning("%s", WARNING)
    spinner.step()
    at.logger.error("one\n  -> two")
    spinner.clear()
    seen = at.shown()
    assert seen.lines == [WARNING, "one", "  -> two"]
    assert seen.written.count(b"\r\x1b[K" + WARNING.encode()) == 1


def test_a_line_takes_the_place_of_progress_that_comes_again_below(terminal: Open) -> None:
    at = terminal()
    console = Console(context())
    with PageProgress(context()) as progress:
        progress.show(1, 90_000)
        console.say("waiting")
        progress.show(2, 9)
        console.say("done")
        progress.show(9, 9)
    assert at.shown().lines == ["waiting", "done"]


#: (where no colours are wanted, what is set, what azure-cli is told)
PLAIN = (
    ("by NO_COLOR", {"NO_COLOR": "0"}, {}),
    ("by a terminal that can do nothing", {"TERM": "dumb"}, {}),
    ("by azure-cli's own setting", {}, {"no_color": True, "enable_color": False}),
)


@pytest.mark.parametrize(("env", "told"), [row[1:] for row in PLAIN], ids=[row[0] for row in PLAIN])
def test_no_escape_code_is_written_where_none_is_wanted(terminal: Open, env: dict[str, str], told: Any) -> None:
    at = terminal(**env)
    cli_ctx = context(**told)
    screen.prepare(cli_ctx)
    with PageProgress(cli_ctx) as progress:
        progress.show(1, 9)
        Console(cli_ctx).say("said")
    if not told:  # else azure-cli has made its handler without colours itself
        at.logger.warning("%s", WARNING)
    assert not screen.may_draw(cli_ctx)
    assert at.shown().written == b"said\r\n" + (b"" if told else f"WARNING: {WARNING}\r\n".encode())


def test_an_empty_no_color_asks_for_nothing(terminal: Open) -> None:
    at = terminal(NO_COLOR="")
    assert screen.may_draw(context())
    at.shown()


def test_what_is_no_terminal_is_given_the_line_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Console(context()).say("a long line " * 20)
    assert (capsys.readouterr().err, screen.columns()) == ("a long line " * 20 + "\n", 0)


#: (what it shows, the line, at 60 columns)
FOLDED = (
    ("a short line is left alone", "  cluster: Creating", ["  cluster: Creating"]),
    (
        "a sentence is broken between words",
        "note: pod CIDR 10.244.0.0/16: kept, as it serves: each node keeps its /24 of it",
        ["note: pod CIDR 10.244.0.0/16: kept, as it serves: each node", "    keeps its /24 of it"],
    ),
    (
        "what is set in stays so",
        "  -> use --max-count 53, or ask for a /25 in place of 10.1.0.0/26, and so on",
        ["  -> use --max-count 53, or ask for a /25 in place of", "      10.1.0.0/26, and so on"],
    ),
    (
        "an option keeps its value",
        "use --max-count 53 here, or to continue anyway: --accept-risk too-many-routes",
        ["use --max-count 53 here, or to continue anyway:", "    --accept-risk too-many-routes"],
    ),
    (
        "a command begins a line, and is not broken",
        "to go on: az kubenet migrate -g a-group -n a-cluster --accept-risk cluster-not-inspected --yes",
        ["to go on:", "    az kubenet migrate -g a-group -n a-cluster --accept-risk cluster-not-inspected --yes"],
    ),
    (
        "what can be typed in its place begins another",
        "  -> plan for Azure CNI Overlay: az kubenet plan --network-plugin azure --max-count 9, or use --max-count 53",
        [
            "  -> plan for Azure CNI Overlay:",
            "      az kubenet plan --network-plugin azure --max-count 9",
            "      or use --max-count 53",
        ],
    ),
    (
        "a value in quotes is not parted, though it has the same words",
        "  -> use az kubenet create --tags 'note=this, or that thing' -g a -n b, or leave --tags out of the command",
        [
            "  -> use",
            "      az kubenet create --tags 'note=this, or that thing' -g a -n b",
            "      or leave --tags out of the command",
        ],
    ),
    (
        "a line that is a command is left whole",
        "    az kubenet plan --subnet-prefix 10.1.0.0/26 --exclude-prefixes 10.0.0.0/8 --max-count 53",
        ["    az kubenet plan --subnet-prefix 10.1.0.0/26 --exclude-prefixes 10.0.0.0/8 --max-count 53"],
    ),
    (
        "a word that is longer is left whole",
        f"identity /subscriptions/{'0' * 60}",
        ["identity", f"    /subscriptions/{'0' * 60}"],
    ),
    (
        "a command that is named, and not to be typed so, is text",
        "its successor is Azure CNI Overlay, to which az kubenet migrate moves a cluster",
        ["its successor is Azure CNI Overlay, to which az kubenet", "    migrate moves a cluster"],
    ),
)


@pytest.mark.parametrize(("line", "shown"), [row[1:] for row in FOLDED], ids=[row[0] for row in FOLDED])
def test_a_line_is_broken_where_it_can_be_read(line: str, shown: list[str]) -> None:
    assert screen.folded(line, 60).split("\n") == shown
    assert screen.folded(line, 0) == line

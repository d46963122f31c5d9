"""The code blocks of README.rst and docs/guide: read from the pages, run one by one, and told beside what is shown.

A block is run where a comment before it names a situation (tests/cli/guide_situations.py)::

    .. run: a shop that is nearly full, exit 1

    .. code-block:: console

        $ az kubenet check -g shop -n kube -o table
        ERROR: ...

`console`: each line with `$ ` is a command (a line that ends with a backslash or a pipe goes on), run by bash; what
follows is what it prints, standard error first. A line `...` stands for any lines. `bash`: the whole block is one
script that ends at the first command which fails, and of which nothing is shown. `exit 1` is the code of the last
command, with 0 of those before it; `exit 0 1 0` has one for each. A block of which no test can be had has a row in
NOT_RUN instead, with the reason.
`.. run: continued` goes on in the Azure and in the folder of the block before it on that page.

KUBENET_UPDATE_GOLDEN=1 writes what the commands print now into the pages.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from tests.loopback.callers.client import SUB
from tests.support.az import Ran
from tests.support.paths import ROOT

#: Languages of blocks in which nothing can be run.
PROSE = ("text",)
CONTINUED = "continued"
#: A subscription that no one has, which stands for the reader's own.
ANY_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
#: How long something took is another number each time, and so are the states of a cluster that were seen meanwhile.
_DURATION = re.compile(r"\(\d+\.\d s\)|done in \d+ s")
_STATE = re.compile(r"  cluster: \w+")
#: What azure-cli says by itself: 2.75 of its own request for any cluster, and any release of its own files, where
#: another `az` of the same pipe is just writing them.
_OF_AZURE_CLI = ("WARNING: docker_bridge_cidr is not a known attribute", "WARNING: Failed to load or parse file ")
_BLOCK = re.compile(
    r"(?:^\.\. run: (?P<run>.+)\n\n?)?^\.\. code-block:: (?P<language>\S+)\n\n(?P<text>(?: {4,}.*\n|\n)*)", re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """A code block of a page.

    page: its path below the root
    line: the number of its first line
    situation: the name after `.. run:`, "" without one
    codes: the exit codes after it; (0,) where none is said
    """

    page: str
    line: int
    language: str
    text: str
    situation: str
    codes: tuple[int, ...]

    @property
    def first(self) -> str:
        """The first line, without its prompt: what a block is named by."""
        return self.text.partition("\n")[0].removeprefix("$ ")

    def steps(self) -> list[tuple[str, list[str] | None, int]]:
        """Each command, the lines that it prints (None where a script shows none), and its exit code."""
        if self.language == "bash":
            return [(f"set -e\n{self.text}", None, self.codes[-1])]
        commands: list[tuple[str, list[str]]] = []
        open_ended = False
        for line in self.text.splitlines():
            if line.startswith("$ ") and not open_ended:
                commands.append((line[2:], []))
            elif open_ended:
                commands[-1] = (f"{commands[-1][0]}\n{line}", [])
            else:
                commands[-1][1].append(line)
            open_ended = line.endswith(("\\", "|")) and not commands[-1][1]
        codes = (0,) * (len(commands) - 1) + self.codes if len(self.codes) == 1 else self.codes
        return [(command, shown, code) for (command, shown), code in zip(commands, codes, strict=True)]


def pages() -> list[str]:
    """README.rst and the pages of the guide."""
    return ["README.rst", *sorted(f"docs/guide/{path.name}" for path in (ROOT / "docs" / "guide").glob("*.rst"))]


def blocks(page: str) -> list[Block]:
    """The blocks of a page that can be run, in order."""
    source = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(source):
        situation, _, codes = (match["run"] or "").partition(", exit ")
        text = "\n".join(line[4:] for line in match["text"].splitlines()).strip("\n")
        line = source.count("\n", 0, match.start("text")) + 1
        block = Block(page, line, match["language"], text, situation.strip(), tuple(map(int, (codes or "0").split())))
        if block.language not in PROSE:
            found.append(block)
    return found


def block(page: str, beginning: str) -> Block:
    """The one block of a page with a line that begins so."""
    (found,) = (
        each for each in blocks(page) if re.search(rf"^(\$ | *){re.escape(beginning)}", each.text, re.MULTILINE)
    )
    return found


def stories(page: str) -> list[tuple[Block, ...]]:
    """The blocks that are run, each with those which go on from it."""
    found: list[tuple[Block, ...]] = []
    for each in blocks(page):
        if each.situation == CONTINUED:
            found[-1] = (*found[-1], each)
        elif each.situation:
            found.append((each,))
    return found


def differences(story: tuple[Block, ...], shell: Callable[[str], Ran]) -> Iterator[str]:
    """Run a story; each command that does not do what its page shows, with what it printed."""
    for each in story:
        told = []
        for command, shown, code in each.steps():
            ran = shell(command.replace(ANY_SUBSCRIPTION, SUB))
            printed = [line.rstrip() for line in (ran.err + ran.out).splitlines()]
            alike = shown is None or _alike(printed, shown)
            told += [f"$ {command}", *((shown or []) if alike else printed)]
            if ran.code != code or not alike:
                yield "\n".join(
                    [f"{each.page}:{each.line}: $ {command}", *printed, f"exit code {ran.code}, not {code}"]
                )
        if each.language == "console" and os.environ.get("KUBENET_UPDATE_GOLDEN"):
            _write_anew(each, "\n".join(told).replace(SUB, ANY_SUBSCRIPTION))


def _write_anew(block: Block, text: str) -> None:
    path = ROOT / block.page
    was, now = (textwrap.indent(each, "    ") for each in (block.text, text))
    path.write_text(path.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")


def _alike(printed: list[str], shown: list[str]) -> bool:
    pattern = "".join(r"(?:.*\n)+?" if line == "..." else re.escape(f"{line}\n") for line in _even(shown))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _even(printed))) is not None


def _even(lines: list[str]) -> list[str]:
    """What is the same on every run: of steps that go side by side, not which ends first."""
    kept = (
        line.replace(ANY_SUBSCRIPTION, SUB).rstrip()
        for line in lines
        if not (_STATE.match(line) or line.startswith(_OF_AZURE_CLI))
    )
    lines = [_DURATION.sub("(time)", line) for line in kept]
    runs = ((key, [*group]) for key, group in groupby(lines, key=lambda line: line.startswith("+ ")))
    return [line for is_step, run in runs for line in (sorted(run) if is_step else run)]

"""The README shows what the commands print: its plan blocks are run, and compared letter by letter."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.rst"
_BLOCK = re.compile(r"\.\. code-block:: console\n\n((?:    .*\n|\n)+)")


def _plans() -> list[tuple[str, str]]:
    """Command and output of every block that runs `az kubenet plan` alone."""
    blocks = ["\n".join(line[4:] for line in block.splitlines()) for block in _BLOCK.findall(README.read_text())]
    plans = [
        block.strip("\n").split("\n", 1)
        for block in blocks
        if block.startswith("$ az kubenet plan") and "|" not in block
    ]
    return [(command.removeprefix("$ az "), output) for command, output in plans]


NAMES = ["a plan", "a refusal", "a reason", "a comparison"]


def test_the_readme_has_what_it_should_show():
    assert len(_plans()) == len(NAMES)


@pytest.mark.parametrize(("command", "output"), _plans(), ids=NAMES)
def test_a_plan_of_the_readme_prints_what_the_readme_shows(cold_az, command, output):
    result = cold_az(command)
    shown = [line.rstrip() for line in (result.err + result.out).splitlines()]
    assert shown == output.splitlines()

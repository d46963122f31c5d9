"""docs/pictures.rst shows what the commands in it draw: they are run, and compared byte by byte.

KUBENET_UPDATE_GOLDEN=1 keeps what they draw now.
"""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.loopback.seeds.scene import scene

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"\.\. code-block:: console\n\n((?:    .*\n)+)")


def commands():
    """The words of each command after `az`."""
    blocks = _BLOCK.findall((DOCS / "pictures.rst").read_text(encoding="utf-8"))
    return [shlex.split(block.replace("\\\n", " "))[2:] for block in blocks]


def test_there_is_a_picture_of_an_empty_and_of_a_crowded_network_and_of_a_refusal():
    assert [Path(words[-1]).stem for words in commands()] == ["empty", "crowded", "refusal"]


@pytest.mark.parametrize("words", commands(), ids=lambda words: Path(words[-1]).stem)
def test_a_picture_is_what_its_command_draws(cloud, words):
    scene(cloud.arm)
    kept = DOCS.parent / words[-1]
    (cloud.az.home / "docs").mkdir()
    shutil.copytree(DOCS / "pictures", cloud.az.home / "docs" / "pictures", ignore=shutil.ignore_patterns("*.svg"))
    cloud.env["SOURCE_DATE_EPOCH"] = "1795737600"  # the day that the kept ones say
    ran = cloud(*words)
    assert ran.code == (1 if kept.stem == "refusal" else 0), ran.err
    drawn = (cloud.az.home / words[-1]).read_text(encoding="utf-8")
    if os.environ.get("KUBENET_UPDATE_GOLDEN"):
        kept.write_text(drawn, encoding="utf-8")
    assert drawn == kept.read_text(encoding="utf-8")

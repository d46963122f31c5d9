"""README.rst and docs/guide: every page renders, what it names is there, and each block is run or said not to be."""

from __future__ import annotations

import io
import re

import pytest

from tests.cli.guide_pages import CONTINUED, ROOT, blocks, pages
from tests.cli.guide_situations import LOGGED_OUT, NOT_RUN, SITUATIONS

PAGES = pages()
#: README.rst and HISTORY.rst are one page for a package index; docs/pictures.rst and its like are read on their own.
RENDERED = [*PAGES, *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.rst")), "CONTRIBUTING.rst"]
#: A path of this repository, as a page names it.
_PATH = re.compile(r"(?<![\w./~@$-])((?:docs|tests|scripts|benchmarks)/[\w./-]*[\w/]|[A-Z]{4,}\.rst)(?![\w/])")
_LINK = re.compile(r"`[^`<]*<([^>`]+)>`_|^\.\. (?:image|include|figure):: (\S+)", re.MULTILINE)
_FACTS = re.compile(r"\[([A-Z]\d+(?:, [A-Z]\d+)*)\]")
#: What stands in a page although nothing runs it: commands outside of blocks that are checked.
_SMUGGLED = re.compile(r"::\n\n(?: +.*\n)*? +(?:\$ )?(?:az|make|pip) .*", re.MULTILINE)


def warnings(text: str, path: str) -> str:
    """All that docutils has to say about a text."""
    core = pytest.importorskip("docutils.core")
    said = io.StringIO()
    settings = {"warning_stream": said, "report_level": 2, "halt_level": 5, "file_insertion_enabled": False}
    core.publish_string(text, source_path=path, writer="html5", settings_overrides=settings)
    return said.getvalue()


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", RENDERED)
def test_a_page_renders_without_a_word(page):
    assert warnings(read(page), str(ROOT / page)) == ""


def test_the_page_of_the_package_renders_without_a_word():
    """As setup.py joins it."""
    assert warnings("\n\n".join(map(read, ("README.rst", "HISTORY.rst"))), str(ROOT / "README.rst")) == ""


def test_a_fault_in_a_page_is_found():
    assert "Title underline too short" in warnings("A longer title\n====\n", "page.rst")


@pytest.mark.parametrize("page", RENDERED)
def test_what_a_page_names_exists(page):
    text = read(page)
    gone = [path for path in _PATH.findall(text) if not (ROOT / path).exists()]
    beside = [(one or other).partition("#")[0] for one, other in _LINK.findall(text)]
    gone += [
        link for link in beside if not link.startswith("http") and not (ROOT / page).parent.joinpath(link).exists()
    ]
    assert gone == []


@pytest.mark.parametrize("page", PAGES)
def test_a_fact_that_a_page_names_is_a_row_with_a_source(page):
    """In brackets, as in the code."""
    named = [fact for group in _FACTS.findall(read(page)) for fact in group.split(", ")]
    rows = re.findall(r"^([A-Z]\d+) ", read("docs/facts.rst"), re.MULTILINE)
    assert [fact for fact in named if fact not in rows] == []
    assert named or not page.endswith("newcomer.rst")


def test_the_page_of_the_package_has_no_link_that_only_a_clone_can_follow():
    assert [link for link, _ in _LINK.findall(read("README.rst")) if not link.startswith("https://")] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_commands_in_blocks_alone(page):
    outside = re.sub(r"\.\. code-block:: \S+\n\n(?: {4,}.*\n|\n)*", "", read(page))
    assert _SMUGGLED.findall(outside) == []


def test_a_command_outside_of_a_block_that_is_run_is_found():
    assert _SMUGGLED.findall("Type::\n\n    $ az kubenet plan\n")


def test_every_block_is_run_or_said_not_to_be():
    """By `.. run:` before it, or by a row of NOT_RUN."""
    strays = [
        f"{block.page}:{block.line}: {block.first}"
        for page in PAGES
        for block in blocks(page)
        if not block.situation
        and not any(page.endswith(row.page) and block.first.startswith(row.first) for row in NOT_RUN)
    ]
    assert strays == []


def test_a_block_that_is_run_names_a_situation_and_shows_what_can_be_run():
    known = {*SITUATIONS, LOGGED_OUT, CONTINUED}
    assert [
        page for page in PAGES if [block.situation for block in blocks(page) if block.situation][:1] == [CONTINUED]
    ] == []
    named = [block for page in PAGES for block in blocks(page) if block.situation]
    assert [f"{each.page}:{each.line}: {each.situation}" for each in named if each.situation not in known] == []
    assert [f"{each.page}:{each.line}" for each in named if each.language not in ("bash", "console")] == []
    assert [f"{each.page}:{each.line}" for each in named if each.language == "console" and each.text[:2] != "$ "] == []


@pytest.mark.parametrize("row", NOT_RUN, ids=[f"{row.page}: {row.first}" for row in NOT_RUN])
def test_what_is_not_run_is_there_and_is_tried_elsewhere(row):
    found = [
        block
        for page in PAGES
        if page.endswith(row.page)
        for block in blocks(page)
        if block.first.startswith(row.first) and not block.situation
    ]
    assert found, "nothing on that page begins so"
    assert row.why
    assert (ROOT / row.tested_by).is_file()


def test_every_situation_is_somebody_s():
    used = {block.situation for page in PAGES for block in blocks(page)}
    assert {*SITUATIONS} - used == set()
    assert all(situation.__doc__ for situation in SITUATIONS.values())

"""What README.rst and the pages of docs/guide show is what the commands print: every block is run, and compared."""

from __future__ import annotations

import pytest

from tests.cli.guide_pages import Block, differences, pages, stories
from tests.cli.guide_situations import LOGGED_OUT, SITUATIONS

STORIES = [story for page in pages() for story in stories(page)]


@pytest.mark.parametrize("story", STORIES, ids=[f"{story[0].page}:{story[0].line}" for story in STORIES])
def test_a_block_does_what_its_page_shows(story: tuple[Block, ...], request: pytest.FixtureRequest) -> None:
    if story[0].situation == LOGGED_OUT:
        shell = request.getfixturevalue("az").shell
    else:
        cloud = request.getfixturevalue("cloud")
        SITUATIONS[story[0].situation](cloud)
        shell = cloud.shell
    faults = [*differences(story, shell)]
    if faults:
        pytest.fail("\n\n".join(faults), pytrace=False)

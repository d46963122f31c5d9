"""What was held to real Azure, counted, and the table of it at the end of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import recordings
from tests.real.wire import Az
from tests.trust import tally

MARK = "real"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing here can be done without the recordings."""
    here = [item for item in items if item.path.parent.name == "real"]
    for item in here:
        item.add_marker(pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """What came later is known from now on, if every test here was held to it and passed."""
    here = set(Path(__file__).parent.glob("test_*.py"))
    whole = here <= {item.path for item in session.items} and not session.config.option.keyword
    if recordings.TAKE_UP and recordings.available() and whole and exitstatus == 0:
        recordings.take_up()


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Writes a row of the closing table: what was held to Azure, and how many of it."""

    def add(table: str, row: str, **figures: Any) -> None:
        request.node.user_properties.append((MARK, {"table": table, "row": row, **figures}))

    return add


@pytest.fixture(scope="session")
def az() -> Iterator[Az]:
    """`az` with our commands, in this process."""
    return Az()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table, from what the tests of this run have counted."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, ())]
    rows = [value for report in reports for key, value in report.user_properties if key == MARK]
    if rows:
        terminalreporter.section("what was held to real Azure")
        for line in tally.tables(rows):
            terminalreporter.write_line(line)

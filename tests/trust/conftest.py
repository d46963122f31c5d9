"""A bench a worker, the tally of what was tried, and the table at the end of `make trust`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.loopback.server.server import LoopbackArm
from tests.support.az import Installed, WarmAz
from tests.trust import tally
from tests.trust.bench import Bench

T = TypeVar("T")
#: With a number here, only every so many-th kill point is tried, and a share of the places of each fault.
SAMPLE = int(os.environ.get("KUBENET_TRUST_EVERY", "1"))


def sampled(places: Sequence[T], number: int) -> Sequence[T]:
    """Some of the places at which a fault is tried; all of them without a sample.

    number: of the fault, so that each place is tried with some fault, and each fault at some places, on every run.
    """
    step = max(SAMPLE // 2, 1)
    return places[number % step :: step]  # noqa: E203


@pytest.fixture(scope="session")
def shared_bench(
    warm_az: WarmAz, installed: Installed, index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """The one server and the one `az` of a worker."""
    with LoopbackArm() as arm:
        bench = Bench(arm, tmp_path_factory.mktemp("bench"), warm_az, installed)
        bench.log_in(index)
        yield bench


@pytest.fixture
def bench(shared_bench: Bench) -> Bench:
    """The bench with an empty Azure."""
    shared_bench.fresh()
    return shared_bench


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Writes a row of the closing table: what was tried, and how it ended."""

    def add(table: str, row: str, **figures: Any) -> None:
        request.node.user_properties.append((tally.MARK, {"table": table, "row": row, **figures}))

    return add


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table, from what the tests of this run have counted."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, ())]
    rows = [value for report in reports for key, value in report.user_properties if key == tally.MARK]
    if rows:
        terminalreporter.section("what was tried")
        for line in tally.tables(rows):
            terminalreporter.write_line(line)

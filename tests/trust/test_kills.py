"""SIGKILL at every request of every way of create, before and after the server has acted: the same command goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.trust.bench import AFTER, BEFORE, KILLED, Bench, Cut, Ran
from tests.trust.conftest import SAMPLE
from tests.trust.ways import CLUSTER, WAYS, Way, contents, without_ids

#: Kill points are shared out among so many tests, so that workers can share them.
SHARES = 2


@dataclass(frozen=True)
class Story:
    """One way of create in an Azure of its own, and its undisturbed outcome."""

    bench: Bench
    way: Way
    plan: str | None

    def begin(self) -> list[str]:
        return self.way.prepare(self.bench.fresh(), self.bench.folder)

    def run(self, words: list[str], cut: Cut | None = None) -> Ran:
        return self.bench.run(words, stdin=self.plan, cut=cut)


def story(bench: Bench, way: Way) -> Story:
    """The way, with the plan that it is piped."""
    plan = None
    if way.piped:
        made = bench.run(["kubenet", "plan", "--max-count", "100", "--exclude-prefixes", "10.0.0.0/8"])
        assert made.code == 0, made.err
        plan = made.out
    return Story(bench, way, plan)


def state(bench: Bench) -> str:
    cluster = bench.cloud.shown(CLUSTER)
    return str(cluster and cluster["properties"]["provisioningState"])


@pytest.mark.sweep
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_killed_at_any_request_the_same_command_goes_on(
    bench: Bench, way: Way, when: str, share: int, count: Callable[..., None]
) -> None:
    told = story(bench, way)
    usual = told.run(told.begin())
    assert usual.code == 0, usual.err
    wanted = contents(bench.cloud)
    # a sample has another place for each way, so that each place has its turn
    turn = (5 * WAYS.index(way) + 2 * (when == AFTER)) % SAMPLE
    at, step = 1 + turn + share * SAMPLE, SHARES * SAMPLE
    while True:
        words = told.begin()
        cut = Cut(at, when)
        killed = told.run(words, cut)
        if not cut.done:
            break
        figures = {f"killed {when} the deed": 1, "resumed": 0, "third run wrote nothing": 0}
        try:
            assert killed.code == KILLED
            again = told.run(words)
            place = f"killed {when} request {at}, {cut.done}"
            assert again.code == 0, f"{place}\n{again.err}"
            assert contents(bench.cloud) == wanted, place
            assert state(bench) == "Succeeded"
            assert without_ids(again.out) == without_ids(usual.out), place
            figures["resumed"] = 1
            third = told.run(words)
            assert (third.code, list(third.writes), third.out) == (0, [], again.out), f"{place}\n{third.err}"
            figures["third run wrote nothing"] = 1
        finally:
            count("KILL POINTS", way.name, **figures)
        at += step
    assert at > usual.requests - step, "a run was not killed where it should have been"

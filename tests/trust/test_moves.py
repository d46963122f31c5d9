"""A move that is killed, interrupted, refused or left without an answer at any request: the same command goes on.

One PUT a step is taken, however often it is cut off; and never is a cluster moved back.
"""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.loopback.server import faults
from tests.loopback.server.faults import Fault, refusal, to
from tests.trust.bench import AFTER, BEFORE, KILLED, Bench, Cut
from tests.trust.conftest import SAMPLE, sampled
from tests.trust.moves import WAYS, MoveStory, MoveWay, proven

Count = Callable[..., None]
TABLE = "MOVES"


@pytest.mark.sweep
@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_killed_at_any_request_the_same_command_goes_on(bench: Bench, way: MoveWay, when: str, count: Count) -> None:
    told = MoveStory(bench, way)
    usual = told.run(told.begin())
    assert proven(usual), usual.err
    wanted = told.state()
    assert told.taken == way.puts
    turn = (5 * WAYS.index(way) + 2 * (when == AFTER)) % SAMPLE
    for at in range(1 + turn, usual.requests + 1, SAMPLE):
        words = told.begin()
        cut = Cut(at, when)
        killed = told.run(words, cut)
        if not cut.done:
            break
        place = f"killed {when} request {at}, {cut.done}"
        assert killed.code == KILLED
        again = told.run(words)
        assert proven(again), f"{place}\n{again.err}"
        assert told.state() == wanted, place
        assert told.taken == way.puts, place
        third = told.run(words)
        assert (proven(third), list(third.writes)) == (True, []), f"{place}\n{third.err}"
        count(TABLE, way.name, **{f"killed {when} the deed": 1, "resumed and proven": 1})


@pytest.mark.parametrize("way", WAYS[:4], ids=str)
def test_an_interrupted_move_tells_where_it_stands_and_goes_on(bench: Bench, way: MoveWay, count: Count) -> None:
    told = MoveStory(bench, way)
    usual = told.run(told.begin())
    wanted = told.state()
    for at in range(2, usual.requests + 1, max(SAMPLE // 4, 1) * 2):
        words = told.begin()
        cut = Cut(at, AFTER, signal.SIGINT)
        ran = told.run(words, cut)
        if not cut.done:
            break
        place = f"request {at}, {cut.done}\n{ran.err}"
        assert "Traceback" not in ran.err, place
        if ran.code:
            assert not ran.out, place
        if ran.writes:
            assert "az kubenet migrate -g shop -n kube" in ran.err or ran.code == 0, place
        again = told.run(words)
        assert proven(again), f"{place}\n{again.err}"
        assert told.state() == wanted, place
        assert told.taken == way.puts, place
        count(TABLE, way.name, interrupted=1)


#: What passes by itself, at a request.
PASSING: dict[str, Callable[[], Fault]] = {
    "429 with Retry-After": lambda: Fault(refusal(429, "RetryableError", "routeTables", Retry_After="14")),
    "503": lambda: Fault(refusal(503, "ServerTimeout", "armErrors"), times=2),
    "504 after the deed": lambda: Fault(refusal(504, "GatewayTimeout", "managedClusters"), acted=True),
    "reset before the deed": Fault,
    "reset after the deed": lambda: Fault(acted=True),
    "401 once": lambda: Fault(refusal(401, "ExpiredAuthenticationToken")),
}
PLACES = (
    ("PUT managedClusters", to("PUT", "managedClusters")),
    ("GET managedClusters", to("GET", "managedClusters")),
    ("GET operations", faults.polls),
    ("GET routeTables", to("GET", "routeTables")),
    ("GET subnets", to("GET", "subnets")),
)


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_ridden_out_with_one_put_a_step(bench: Bench, fault: str, count: Count) -> None:
    way = WAYS[3]
    told = MoveStory(bench, way)
    told.run(told.begin())
    wanted = told.state()
    for kind, where in sampled(PLACES, list(PASSING).index(fault)) if SAMPLE > 20 else PLACES:
        words = told.begin()
        hooks = list(bench.cloud.before), list(bench.cloud.after)
        PASSING[fault]().put_into(bench.cloud, where)
        ran = told.run(words)
        bench.cloud.before[:], bench.cloud.after[:] = hooks
        assert proven(ran), f"{fault} at {kind}\n{ran.err}"
        assert told.state() == wanted, f"{fault} at {kind}"
        assert told.taken == way.puts, f"{fault} at {kind}"
        count(TABLE, f"{fault} at {kind}", **{"ridden out": 1})

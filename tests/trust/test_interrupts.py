"""Ctrl-C at requests spread over a run: an account of what exists with the commands that remove it, and a way on."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.loopback.core.wire import Answer, Call
from tests.loopback.server import faults
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.faults import ALWAYS, Fault, Where, refusal, to
from tests.trust.bench import AFTER, Bench, Cut
from tests.trust.conftest import SAMPLE
from tests.trust.test_kills import story
from tests.trust.ways import BY_NAME, contents

#: Tried ways. The grant of a system-assigned identity belongs to its cluster, and goes with it.
WAYS = ("user-assigned, new network", "system-assigned", "new service principal")
#: What a run makes, by the word in the id of it, and what the account calls it.
CALLED = {
    "virtualnetworks": "virtual network",
    "userassignedidentities": "identity",
    "roleassignments": "role assignment",
    "managedclusters": "cluster",
}


@pytest.mark.parametrize("way", WAYS)
def test_an_interrupted_run_tells_what_exists_and_goes_on(bench: Bench, way: str, count: Callable[..., None]) -> None:
    told = story(bench, BY_NAME[way])
    usual = told.run(told.begin())
    wanted, wrong = contents(bench.cloud), []
    for at in range(2, usual.requests + 1, max(SAMPLE // 4, 1) * 2):
        words = told.begin()
        cut = Cut(at, AFTER, signal.SIGINT)
        ran = told.run(words, cut)
        if not cut.done:
            break
        place = f"request {at}, {cut.done}"
        faults = [] if ran.code == 1 and not ran.out and "Traceback" not in ran.err else [f"exit code {ran.code}"]
        if ran.writes:
            paths = [
                entry.path for entry in ran.writes if "roleAssignments" not in entry.path or way != "system-assigned"
            ]
            faults.extend(unaccounted(ran.err, paths))
        if faults:
            wrong.append(f"{place}: {faults}\n{ran.err}")
        again = told.run(words)
        assert again.code == 0, again.err
        assert contents(bench.cloud) == wanted, place
        assert not told.run(words).writes
        count("CTRL-C", way, interrupted=1, resumed=1)
    assert not wrong, "\n".join(wrong)


@dataclass
class Pressed(Cut):
    """Presses Ctrl-C a moment after the first request that `where` picks, while the run waits; counts what follows."""

    where: Where = faults.anything
    after: int = -1

    def count(self, call: Call, bench: Bench) -> None:
        self.seen += 1
        if not self.done and self.where(call):
            self.done = f"{call.method} {call.path}"
            threading.Timer(0.7, self._press, [bench.pid()]).start()

    def acted(self, call: Call, bench: Bench) -> None:
        """Nothing: it is the wait that is interrupted."""

    def _press(self, pid: int) -> None:
        os.kill(pid, signal.SIGINT)
        self.after = self.seen  # what was asked for before the signal came counts as before


def answers(answer: Answer, where: Where) -> Callable[[Cloud], object]:
    return lambda cloud: Fault(answer, times=ALWAYS).put_into(cloud, where)


LATER = refusal(429, "TooManyRequests", Retry_After="45")
UNKNOWN = refusal(400, "PrincipalNotFound")
# in which wait, the way, what makes the run wait, the request before the wait
WAITS: tuple[tuple[str, str, Callable[[Cloud], object], Where], ...] = (
    ("a read", WAYS[0], answers(LATER, to("GET", "managedClusters")), to("GET", "managedClusters")),
    ("a write beside another", WAYS[0], answers(LATER, to("PUT", "virtualNetworks")), to("PUT", "virtualNetworks")),
    ("a role assignment", WAYS[0], answers(UNKNOWN, to("PUT", "roleAssignments")), to("PUT", "roleAssignments")),
    ("the cluster's PUT", WAYS[0], answers(LATER, to("PUT", "managedClusters")), to("PUT", "managedClusters")),
    ("the cluster's operation", WAYS[0], lambda cloud: faults.slow(cloud, "managedClusters", 10**6, ("Creating",)),
     lambda call: faults.polls(call) and "ContainerService" in call.path),
    ("the proof", WAYS[0], faults.table_comes_late, to("GET", "subnets")),
)  # fmt: skip


@pytest.mark.parametrize(("what", "way", "install", "where"), WAITS, ids=[row[0] for row in WAITS])
def test_whoever_waits_ends_at_once(
    bench: Bench, what: str, way: str, install: Callable[[Cloud], object], where: Where, count: Callable[..., None]
) -> None:
    """Ctrl-C in a wait, of real seconds: the process ends, and asks for nothing more."""
    words = BY_NAME[way].prepare(bench.cloud, bench.folder)
    install(bench.cloud)
    pressed = Pressed(0, where=where)
    ran = bench.run([*words, "--propagation-timeout", "300"], cut=pressed, waiting=True)
    assert pressed.after > 0
    assert ran.code == 1, ran.err
    assert "Traceback" not in ran.err, ran.err
    # One may have been on its way: the loopback's operations are looked at without a pause.
    assert pressed.seen <= pressed.after + 1, "nothing is asked for any more"
    count("CTRL-C IN A WAIT", what, interrupted=1, **{"requests after it": pressed.seen - pressed.after})


def unaccounted(err: str, paths: list[str]) -> list[str]:
    """What was written and is not in the account."""
    found = ["no account"] if "interrupted" not in err else []
    for path in paths:
        kind = path.lower().split("/")[-2]
        if kind in CALLED and not re.search(rf"^  {CALLED[kind]} .*: (az|for) ", err, re.MULTILINE):
            found.append(f"{CALLED[kind]} is not in the account")
    return found

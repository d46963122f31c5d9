"""Ctrl-C at requests spread over a run: an account of what exists with the commands that remove it, and a way on."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

import pytest

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


def unaccounted(err: str, paths: list[str]) -> list[str]:
    """What was written and is not in the account."""
    found = ["no account"] if "interrupted" not in err else []
    for path in paths:
        kind = path.lower().split("/")[-2]
        if kind in CALLED and not re.search(rf"^  {CALLED[kind]} .*: (az|for) ", err, re.MULTILINE):
            found.append(f"{CALLED[kind]} is not in the account")
    return found

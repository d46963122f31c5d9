"""An outage of thirty seconds at every request of a creation: the run ends as without it, and nothing is made twice.

Which requests there are is what an undisturbed run sends; `make trust` tries each of them, `make test` a sample. The
thirty seconds are those of the run, in which waits are free: see `Bench.clock`. That Azure answers so is our model;
that it has such outages is recorded (`armErrors`, `asyncOperations`) or azure-core's own list of what is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from tests.loopback.core.ledger import Entry
from tests.loopback.server import faults
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.faults import ALWAYS, Fault, Where, refusal
from tests.trust.bench import Bench, Ran
from tests.trust.conftest import SAMPLE
from tests.trust.test_faults import RIDDEN, for_so_long, no_tokens, sound
from tests.trust.test_kills import Story, story
from tests.trust.ways import BY_NAME, CLUSTER, contents

TABLE = "OUTAGES OF 30 S"
BOUND = "OUTAGES WITHOUT END"
PATIENCE = 300
Count = Callable[..., None]
WAYS = (
    "user-assigned, new network",
    "existing network, by id",
    "system-assigned",
    "existing service principal",
    "new service principal",
    "own route table",
)
OUTAGES: dict[str, Callable[[], Fault]] = {
    "503": lambda: Fault(refusal(503, "ServerTimeout", "armErrors"), times=ALWAYS),
    "500": lambda: Fault(refusal(500, "InternalServerError", "armErrors"), times=ALWAYS),
    "429 without Retry-After": lambda: Fault(refusal(429, "TooManyRequests"), times=ALWAYS),
    "503 after the deed": lambda: Fault(refusal(503, "ServerTimeout", "armErrors"), times=ALWAYS, acted=True),
    "reset": lambda: Fault(times=ALWAYS),
    "reset after the deed": lambda: Fault(times=ALWAYS, acted=True),
}
#: The login's outage begins once a request was answered, and meets the next one.
NO_TOKEN = "no token"


class Place(NamedTuple):
    """A request of a creation, whatever names and ids are in it, and which of its kind it is."""

    method: str
    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.method} {self.kind} {self.number}"


def kind_of(path: str) -> str:
    """The type that a path is about: for an action or a list, its own name."""
    parts = [part for part in path.lower().strip("/").split("/") if part]
    lists = ("permissions", "roleassignments", "addpassword", "applications", "serviceprincipals", "managedclusters")
    return parts[-1] if parts[-1] in lists else parts[-2]


def places(ledger: Sequence[Entry]) -> list[Place]:
    """The requests of a run, each once: of the looks at what is under way, the first few."""
    found: dict[tuple[str, str], int] = {}
    for entry in ledger:
        key = entry.method, kind_of(entry.path)
        found[key] = found.get(key, 0) + 1
    return [Place(method, kind, number + 1) for (method, kind), most in found.items() for number in range(min(most, 3))]


def at(place: Place) -> Where:
    """The request that a place names, and all of its kind after it."""
    seen = [0]

    def where(call: faults.Call) -> bool:
        if (call.method, kind_of(call.path)) != (place.method, place.kind) or not faults.anything(call):
            return False
        seen[0] += 1
        return seen[0] >= place.number

    return where


def begin(told: Story) -> list[str]:
    return [*told.begin(), "--propagation-timeout", str(PATIENCE)]


def undisturbed(told: Story) -> tuple[list[Place], list[str]]:
    """The places of a way of create, and what Azure holds at its end."""
    ran = told.run(begin(told))
    assert ran.code == 0, ran.err
    entries = [each for each in told.bench.cloud.ledger if "/msi/" not in each.path and "/metadata/" not in each.path]
    return places(entries), contents(told.bench.cloud)


def chosen(found: Sequence[Place], number: int) -> Sequence[Place]:
    """The places of a sample, others for each outage, and all of them without one."""
    step = 1 if SAMPLE == 1 else 2 * SAMPLE
    return found[number % step :: step]  # noqa: E203


def out(bench: Bench, told: Story, install: Callable[[Cloud], Fault]) -> tuple[Ran, Fault]:
    words = begin(told)
    fault = install(bench.cloud)
    return told.run(words), fault


def wrongs(bench: Bench, ran: Ran, wanted: list[str], path: Place) -> list[str]:
    sound(ran)
    doubled = [each.path for each in ran.writes if each.method == "PUT" and each.status == 201]
    doubled = [each for each in doubled if doubled.count(each) > 1]
    found = [
        *([f"exit code {ran.code}"] if ran.code else []),
        *(["another Azure"] if contents(bench.cloud) != wanted else []),
        *([f"made twice: {doubled}"] if doubled else []),
    ]
    return [f"{path}: {', '.join(found)}\n{ran.err}"] if found else []


@pytest.mark.sweep
@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("way", WAYS)
def test_an_outage_at_any_request_is_ridden_out(bench: Bench, way: str, outage: str, count: Count) -> None:
    told = story(bench, BY_NAME[way])
    found, wanted = undisturbed(told)
    wrong: list[str] = []
    for place in chosen(found, list(OUTAGES).index(outage) + WAYS.index(way)):
        ran, fault = out(
            bench, told, lambda cloud, place=place: OUTAGES[outage]().put_into(cloud, for_so_long(bench, at(place)))
        )
        assert fault.hits, place
        wrong += wrongs(bench, ran, wanted, place)
        count(TABLE, outage, tried=1, outcome=[RIDDEN])
    assert not wrong, "\n".join(wrong)


@pytest.mark.sweep
@pytest.mark.parametrize("way", WAYS)
def test_a_login_that_gives_no_token_after_any_request_is_waited_for(bench: Bench, way: str, count: Count) -> None:
    told = story(bench, BY_NAME[way])
    found, wanted = undisturbed(told)
    wrong: list[str] = []
    answer = faults.Answer(400, {"error": "temporarily_unavailable", "error_description": "AADSTS90033: passing."})
    for place in chosen(found, WAYS.index(way)):

        def install(cloud: Cloud, place: Place = place) -> Fault:
            faults.tokens_last(cloud, 1)
            begun: list[bool] = []
            where, lasts = at(place), for_so_long(bench, no_tokens)
            cloud.after.append(lambda call, _: begun.append(True) if where(call) else None)
            return Fault(answer, times=ALWAYS).put_into(cloud, lambda call: bool(begun) and lasts(call))

        ran, _ = out(bench, told, install)  # after the last request none is asked for
        wrong += wrongs(bench, ran, wanted, place)
        count(TABLE, NO_TOKEN, tried=1, outcome=[RIDDEN])
    assert not wrong, "\n".join(wrong)


#: Seconds for which patience lasts where it is not enough.
SHORT = 40


@pytest.mark.sweep
@pytest.mark.parametrize("rollback", ["", "--rollback-on-failure"])
@pytest.mark.parametrize("outage", ["503", "reset after the deed"])
@pytest.mark.parametrize("way", WAYS)
def test_azure_that_is_gone_for_good_from_any_request_on_ends_the_run(
    bench: Bench, way: str, outage: str, rollback: str, count: Count
) -> None:
    """Whatever is asked from then on, no answer comes: the run ends by itself, and says what there may be."""
    told = story(bench, BY_NAME[way])
    found, _ = undisturbed(told)
    wrong: list[str] = []
    longest = 0.0
    for place in chosen(found, list(OUTAGES).index(outage) + WAYS.index(way)):
        words = [*told.begin(), "--propagation-timeout", str(SHORT), *rollback.split()]
        begun, where = list[bool](), at(place)

        def from_there(call: faults.Call, begun: list[bool] = begun, where: Where = where) -> bool:
            if not begun and where(call):
                begun.append(True)
            return bool(begun) and faults.anything(call)

        OUTAGES[outage]().put_into(bench.cloud, from_there)
        ran = told.run(words)
        sound(ran)
        there = bench.cloud.shown(CLUSTER)
        succeeded = there is not None and "+ cluster" in ran.err
        waited = sum(wait.seconds for wait in ran.waits)
        longest = max(longest, waited)
        lacking = [each for each in _accounts(ran, succeeded) if each not in ran.err]
        if lacking or ran.code != (0 if succeeded else 1) or waited > 8 * SHORT:
            wrong.append(f"{place}: exit code {ran.code}, lacks {lacking}, waited {waited} s\n{ran.err}")
        count(BOUND, f"{outage} {rollback}".strip(), tried=1, outcome=["ended by itself, with an account"])
    assert not wrong, "\n".join(wrong)
    count(BOUND, f"{outage} {rollback}".strip(), **{"most waits, in timeouts": [f"{longest / SHORT:.1f}"]})


def _accounts(ran: Ran, succeeded: bool) -> list[Any]:
    """What must be said: of a cluster that works, that it was not proven; of each thing that was made, its removal."""
    if succeeded:
        return ["[not-proven]"]
    kinds = {
        "virtualnetworks": "virtual network",
        "userassignedidentities": "identity",
        "managedclusters": "cluster",
    }
    made = [each.path.lower().split("/")[-2] for each in ran.writes if each.method == "PUT" and each.status == 201]
    return [f"  {kinds[each]} " for each in made if each in kinds]

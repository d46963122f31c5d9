"""Waiting for a cluster: what ends it, what is looked at again, and what is said meanwhile."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from azext_kubenet.aks.cluster_progress import ClusterProgress, settle
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.waiting import RetryPolicy
from tests.loopback.core.wire import Answer, Call
from tests.real.wire import ARM, answered, door, no_waiting

OPERATION = f"{ARM}/operations/x"
BUSY = {"error": {"code": "Busy", "message": "Later."}}
GONE = {"error": {"code": "ResourceNotFound", "message": "No."}}
HIDDEN = {"error": {"code": "AuthorizationFailed", "message": "No."}}


def state(word: str) -> Any:
    return SimpleNamespace(provisioning_state=word)


def refused(status: int, body: dict[str, Any]) -> HttpResponseError:
    response: Any = SimpleNamespace(status_code=status, reason="", json=lambda: body, headers={}, text=lambda: "")
    error = HttpResponseError("Words.")
    error.response, error.status_code = response, status
    return error


class Looks:
    """What looks at a cluster show, one after the other; the last one again and again."""

    def __init__(self, *shown: Any):
        self.shown, self.count = list(shown), 0

    def __call__(self) -> Any:
        found = self.shown[min(self.count, len(self.shown) - 1)]
        self.count += 1
        if isinstance(found, Exception):
            raise found
        return found


def progress(looks: Looks, said: list[str], operation: str = OPERATION) -> ClusterProgress:
    one = ClusterProgress(door(said), looks, said.append)
    headers = {"azure-asyncoperation": operation} if operation else {}
    response = SimpleNamespace(http_response=SimpleNamespace(headers=headers, status_code=201))
    one.initialize(None, response, lambda _: state("Creating"))
    return one


# what the operation answers, what looks at the cluster then show, the code of what is raised
UNSEEN: tuple[tuple[str, Answer, list[Any], str], ...] = (
    ("gone", Answer(404, GONE), [state("Creating"), state("Succeeded")], ""),
    ("forbidden", Answer(403, HIDDEN), [state("Creating"), state("Succeeded")], ""),
    ("busy for longer than there is time", Answer(503, BUSY), [state("Succeeded")], ""),
    ("gone, and the cluster has failed", Answer(404, GONE), [state("Creating"), state("Failed")], "Failed"),
    ("gone, and the cluster may not be read", Answer(404, GONE), [refused(403, HIDDEN)], "ResourceNotFound"),
    ("failed", Answer(200, {"status": "Failed", "error": {"code": "Quota", "message": "No."}}), [], "Quota"),
    ("well, and the cluster is not shown at once", Answer(200, {"status": "Succeeded"}),
     [refused(404, GONE), refused(404, GONE), state("Succeeded")], ""),
    ("well, and the cluster may not be read", Answer(200, {"status": "Succeeded"}), [refused(403, HIDDEN)], ""),
)  # fmt: skip


@pytest.mark.parametrize(("answer", "shown", "code"), [row[1:] for row in UNSEEN], ids=[row[0] for row in UNSEEN])
def test_an_operation_that_cannot_be_seen_says_nothing_of_the_cluster(
    answer: Answer, shown: list[Any], code: str
) -> None:
    one = progress(Looks(*shown), [])
    with answered(lambda _: answer), no_waiting():
        if code:
            with pytest.raises(AzureError) as caught:
                one.run()
            assert caught.value.code == code
            assert caught.value.accepted, "it was taken, so it may exist"
            return
        one.run()
    assert one.finished()
    assert one.resource().provisioning_state == "Succeeded"


def test_a_cluster_that_is_not_shown_is_looked_for_as_long_as_patience_lasts() -> None:
    with no_waiting() as waits, pytest.raises(AzureError) as caught:
        settle(Looks(refused(404, GONE)), lambda _: None, RetryPolicy(60, lambda _: None))
    assert caught.value.accepted
    assert 50 <= sum(waits) <= 80


def test_a_cluster_that_is_long_in_the_making_is_waited_for_and_its_state_said_now_and_then() -> None:
    said: list[str] = []
    hour = [state("Creating")] * 360
    with no_waiting() as waits:
        assert settle(Looks(*hour, state("Succeeded")), said.append, RetryPolicy(60, lambda _: None))
    assert sum(waits) > 3000
    assert said[:2] == ["Creating", "still Creating"]
    assert 8 <= len(said) <= 13, "neither silent nor a line a look"


def test_an_operation_that_says_nothing_but_that_it_runs_is_not_waited_for_in_silence() -> None:
    said: list[str] = []
    looks = [0]

    def answer(_: Call) -> Answer:
        looks[0] += 1
        return Answer(200, {"status": "InProgress" if looks[0] < 90 else "Succeeded"})

    one = progress(Looks(state("Succeeded")), said)
    with answered(answer), no_waiting():
        one.run()
    assert set(said) == {"  cluster: still InProgress"}


def test_whoever_has_stopped_looks_no_more() -> None:
    """azure-core looks on a thread of its own, which goes on while the account is written, and a rollback done."""
    begun, looks = threading.Event(), [0]

    def answer(_: Call) -> Answer:
        looks[0] += 1
        begun.set()
        return Answer(200, {"status": "InProgress"}, {"Retry-After": "1"})

    one = progress(Looks(state("Succeeded")), [])
    raised: list[BaseException] = []

    def run() -> None:
        try:
            one.run()
        except AzureError as error:
            raised.append(error)

    with answered(answer):
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        assert begun.wait(10)
        one._arm.retry_policy.leave(one.threads)
        thread.join(10)
        seen = looks[0]
    assert not thread.is_alive()
    assert (looks[0], len(raised)) == (seen, 1)

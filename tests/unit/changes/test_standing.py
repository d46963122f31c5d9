"""Whether what a run made may be removed, by what Azure says of the cluster and by what the run has seen of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.changes.create_steps import CLUSTER
from azext_kubenet.changes.runner import RunResult, Step
from azext_kubenet.changes.standing import standing

NAMES = Names("sub", "rg", "c", "v", "s", "rg", "sub")
THE_STEP = Step(CLUSTER, "c", "/c", exists=lambda: True)


def ran(*, accepted: bool = False, confirmed: bool = True, came_up: bool = False) -> RunResult:
    """A run that stopped; with a cluster that Azure had accepted, and was perhaps seen to work."""
    result = RunResult()
    if accepted:
        error = AzureError(200, "X", "broke")
        error.accepted, error.confirmed = True, confirmed
        error.came_up = came_up  # type: ignore[attr-defined]
        result.note(THE_STEP, error)
    return result


def client(answer: Any) -> Any:
    """Answers each look at the cluster with a state, None, or an error."""

    def get(*_: Any) -> Any:
        if isinstance(answer, BaseException):
            raise answer
        return None if answer is None else {"properties": {"provisioningState": answer}}

    return SimpleNamespace(get=get, retry_policy=RetryPolicy(0, lambda _: None))


OURS, WORKED, UNSURE = ran(accepted=True), ran(accepted=True, came_up=True), ran(accepted=True, confirmed=False)
# what Azure says, what came of the run, whether what it made may be removed
STATES = (
    ("there is none, none was sent", None, ran(), True),
    ("there is none, one was accepted", None, OURS, False),
    ("there is none, the answer to ours was lost", None, UNSURE, True),
    ("there is none, and it was seen to work", None, WORKED, False),
    ("somebody else's, failed", "Failed", ran(), False),
    ("somebody else's, working", "Succeeded", ran(), False),
    ("ours, failed", "Failed", OURS, True),
    ("ours, cancelled", "Canceled", OURS, True),
    ("ours, coming up", "Creating", OURS, False),
    ("ours, working", "Succeeded", OURS, False),
    ("ours, being updated by somebody", "Updating", OURS, False),
    ("ours, in no state", "", OURS, False),
    ("ours, failed after it had worked", "Failed", WORKED, False),
    ("perhaps ours, failed", "Failed", UNSURE, False),
    ("it may not be read", AzureError(403, "AuthorizationFailed", "no"), OURS, False),
    ("it cannot be read", AzureError(503, "", "later"), ran(), False),
    ("Ctrl-C", KeyboardInterrupt(), OURS, False),
)


@pytest.mark.parametrize(("answer", "result", "free"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_what_may_be_removed(answer: Any, result: RunResult, free: bool) -> None:
    found = standing(client(answer), NAMES, result, existed=False, wait=True)
    assert (not found.why) is free
    assert found.known is not isinstance(answer, BaseException)


@pytest.mark.parametrize("answer", [None, "Failed", "Succeeded", "Creating"])
def test_nothing_is_removed_under_a_cluster_that_was_there_before(answer: Any) -> None:
    assert standing(client(answer), NAMES, ran(), existed=True, wait=False).why

"""What a rollback deletes, where it stops, and why."""

from __future__ import annotations

from typing import Any

import pytest
from azure.cli.core.azclierror import AuthenticationError

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.writes import Unsure
from azext_kubenet.changes.rollback import Undone, undo
from azext_kubenet.changes.runner import apply
from tests.unit.changes.test_runner import failing, quiet, step


def test_undoing_removes_what_was_made_in_reverse_and_nothing_that_was_kept() -> None:
    removed: list[str] = []
    waves = [
        [step("a", remove=lambda: removed.append("a"))],
        [step("b", existing={}, remove=lambda: removed.append("b"))],
        [step("c", remove=lambda: removed.append("c"))],
        [failing("d", AzureError(400, "Bad", "no"))],
    ]
    assert undo(apply(waves, quiet), quiet) == Undone()
    assert removed == ["c", "a"]


@pytest.mark.parametrize(
    "error",
    [AzureError(409, "InUse", "others use it"), AuthenticationError("no token"), KeyboardInterrupt(), SystemExit(3)],
    ids=lambda error: type(error).__name__,
)
def test_a_rollback_stops_at_the_first_thing_that_it_could_not_remove(error: BaseException) -> None:
    removed: list[str] = []

    def stuck() -> None:
        raise error

    waves = [
        [step("a", remove=lambda: removed.append("a"))],
        [step("b", remove=stuck)],
        [step("c", remove=lambda: removed.append("c"))],
        [failing("d", AzureError(400, "", ""))],
    ]
    undone = undo(apply(waves, quiet), quiet)
    assert removed == ["c"]
    assert [each.kind for each in undone.left] == ["b", "a"]
    assert undone.stopper is undone.left[0]
    assert undone.why


# -- what this run is not known to have made


def confirmed(error: BaseException, known: bool) -> BaseException:
    error.accepted, error.confirmed = True, known  # type: ignore[attr-defined]
    return error


# what came of a step, whether it is there, what a rollback deletes, what it leaves
UNKNOWN = (
    ("made, and answered so", {"made": "b"}, True, ["b", "a"], []),
    ("there after a lost answer", Unsure({"made": "b"}), True, [], ["b", "a"]),
    ("there after a lost answer, and gone", Unsure({"made": "b"}), False, ["a"], []),
    ("interrupted on its way, and there", confirmed(KeyboardInterrupt(), False), True, [], ["b", "a"]),
    ("interrupted on its way, and not there", confirmed(KeyboardInterrupt(), False), False, ["a"], []),
    ("interrupted after Azure had taken it", confirmed(KeyboardInterrupt(), True), True, ["b", "a"], []),
    ("lost for good, and there", confirmed(AzureError(0, "", "lost"), False), True, [], ["b", "a"]),
    ("failed after Azure had taken it", confirmed(AzureError(200, "Failed", "x"), True), True, ["b", "a"], []),
)


@pytest.mark.parametrize(
    ("outcome", "there", "deleted", "left"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN]
)
def test_only_what_this_run_is_known_to_have_made_is_deleted(
    outcome: Any, there: bool, deleted: list[str], left: list[str]
) -> None:
    done: list[str] = []

    def make(_: Any) -> Any:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    first = step("a", remove=lambda: done.append("a"), exists=lambda: True)
    second = step("b", make=make, remove=lambda: done.append("b"), exists=lambda: there)
    report = apply([[first], [second], [failing("c", AzureError(400, "X", "no"))]], quiet)
    undone = undo(report, quiet)
    assert (done, [each.kind for each in undone.left]) == (deleted, left)


# -- what others use meanwhile


def refusing(error: BaseException) -> Any:
    """A look that fails."""

    def look(_: Any) -> str:
        raise error

    return look


# what the look at the second of three says, what is deleted, what is said
LOOKS = (
    ("nobody uses it", lambda _: "", ["c", "b", "a"], ""),
    ("somebody uses it", lambda _: "it is used by theirs", ["c"], "it is used by theirs"),
    (
        "it may not be looked at",
        refusing(AzureError(403, "AuthorizationFailed", "no")),
        ["c"],
        "it could not be looked at whether anything else uses it: (AuthorizationFailed) no",
    ),
    ("no token is had", refusing(AuthenticationError("gone")), ["c"],
     "it could not be looked at whether anything else uses it: gone"),
    ("Ctrl-C", refusing(KeyboardInterrupt()), ["c"], "interrupted"),
)  # fmt: skip


@pytest.mark.parametrize(("look", "deleted", "why"), [row[1:] for row in LOOKS], ids=[row[0] for row in LOOKS])
def test_what_others_use_stays_with_what_it_stands_on(look: Any, deleted: list[str], why: str) -> None:
    done: list[str] = []
    waves = [
        [step("a", remove=lambda: done.append("a"))],
        [step("b", remove=lambda: done.append("b"), in_use=look)],
        [step("c", remove=lambda: done.append("c"))],
        [failing("d", AzureError(400, "", ""))],
    ]
    undone = undo(apply(waves, quiet), quiet)
    assert (done, undone.why) == (deleted, why)


def test_a_look_is_told_what_is_this_run_s_own() -> None:
    told: list[Any] = []
    waves = [[step("a", remove=lambda: None, in_use=lambda own: told.append(own) or "")], [step("b")]]
    undo(apply([*waves, [failing("d", AzureError(400, "", ""))]], quiet), quiet)
    assert told == [{ResourceId("/a"), ResourceId("/b")}]

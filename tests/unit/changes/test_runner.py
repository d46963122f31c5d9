"""Steps as data: preview, conflicts, and applying them wave after wave."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from azure.cli.core.azclierror import AuthenticationError
from azure.core.exceptions import HttpResponseError
from knack.util import CLIError

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.writes import AlreadyThere
from azext_kubenet.changes.runner import Action, Step, apply, conflicts, in_words, preview


def step(kind: str, **more: Any) -> Step:
    """A step that makes something that knows its kind."""
    return Step(kind, f"my-{kind}", f"/{kind}", **{"make": lambda _: {"made": kind}, **more})


def failing(kind: str, error: BaseException) -> Step:
    """A step that fails."""

    def make(_: Any) -> Any:
        raise error

    return step(kind, make=make)


def quiet(_: str) -> None:
    """Says nothing."""


# what is there, the step, what is done
DECISIONS = (
    ("nothing is there", step("a"), Action.CREATE),
    ("it is there and matches", step("a", existing={}), Action.KEEP),
    ("it is there and differs", step("a", existing={"x": 1}, differences=("x is 1, not 2",)), Action.CONFLICT),
    ("it is not there, so that nothing can differ", step("a", differences=("x",)), Action.CREATE),
)


@pytest.mark.parametrize(("one", "action"), [row[1:] for row in DECISIONS], ids=[row[0] for row in DECISIONS])
def test_what_is_done(one: Step, action: Action) -> None:
    assert one.action is action


def test_the_value_of_an_action_is_its_symbol_and_its_word_is_what_scripts_read() -> None:
    assert [(action.value, action.word) for action in Action] == [("+", "create"), ("=", "keep"), ("!", "conflict")]


def test_a_preview_is_a_row_a_step_and_makes_nothing() -> None:
    made: list[str] = []
    new = step("a", detail="small", make=lambda _: made.append("a") or {})
    assert preview([[new], [step("b", existing={})]]) == [
        {"action": "create", "kind": "a", "name": "my-a", "detail": "small", "id": "/a"},
        {"action": "keep", "kind": "b", "name": "my-b", "detail": "", "id": "/b"},
    ]
    assert made == []


def test_a_conflict_is_a_finding_a_field() -> None:
    differing = step("b", existing={}, differences=("x is 1, not 2", "y is 3, not 4"))
    found = conflicts([[step("a"), differing], [step("c", existing={})]])
    assert [finding.rule for finding in found] == ["existing-resource-differs"] * 2
    assert "b my-b exists, and its x is 1, not 2" in found[0].message
    assert all(finding.recommendation for finding in found)


def test_steps_are_applied_wave_after_wave_and_each_sees_what_came_before() -> None:
    seen: dict[str, set[str]] = {}

    def make(kind: str) -> Any:
        def do(results: Any) -> Any:
            seen[kind] = set(results)
            return {"made": kind}

        return do

    waves = [
        [step("a", make=make("a"))],
        [step("b", make=make("b")), step("c", existing={"was": 1})],
        [step("d", make=make("d"))],
    ]
    report = apply(waves, quiet)
    assert seen["a"] == set()
    assert "a" in seen["b"]
    assert seen["d"] == {"a", "b", "c"}
    assert report.results == {"a": {"made": "a"}, "b": {"made": "b"}, "c": {"was": 1}, "d": {"made": "d"}}
    assert [made.kind for made in report.made] == ["a", "b", "d"]
    assert report.failed is None


def test_steps_of_one_wave_run_side_by_side() -> None:
    meeting = threading.Barrier(2, timeout=60)

    def meet(_: Any) -> Any:
        meeting.wait()
        return {}

    report = apply([[step("a", make=meet), step("b", make=meet)]], quiet)
    assert report.failed is None
    assert {made.kind for made in report.made} == {"a", "b"}


def test_a_step_alone_runs_in_the_main_thread() -> None:
    threads: list[Any] = []
    apply([[step("a", make=lambda _: threads.append(threading.current_thread()) or {})]], quiet)
    assert threads == [threading.main_thread()]


def test_the_first_failure_stops_before_the_next_wave() -> None:
    never: list[str] = []
    waves = [
        [step("a")],
        [failing("b", AzureError(403, "Forbidden", "you may not")), step("c")],
        [step("d", make=lambda _: never.append("d") or {})],
    ]
    report = apply(waves, quiet)
    assert report.failed is not None
    assert report.failed.kind == "b"
    assert str(report.cause) == "(Forbidden) you may not"
    assert {made.kind for made in report.made} == {"a", "c"}
    assert never == []


def test_what_was_kept_is_not_counted_as_made() -> None:
    report = apply([[step("a", existing={"x": 1})], [failing("b", AzureError(500, "", "broken"))]], quiet)
    assert report.made == []


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError(),
        SystemExit(1),
        KeyboardInterrupt(),
        CLIError("of knack"),
        AuthenticationError("of a login"),
        HttpResponseError("of an SDK"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("beside", [False, True], ids=["a step alone", "side by side"])
def test_an_error_of_any_class_ends_up_in_the_report(error: BaseException, beside: bool) -> None:
    report = apply([[step("a")], [failing("b", error), *([step("c")] if beside else [])], [step("d")]], quiet)
    assert report.failed is not None
    assert (report.failed.kind, report.cause) == ("b", error)
    assert "d" not in report.results
    assert "a" in {made.kind for made in report.made}


@pytest.mark.parametrize(
    ("accepted", "error", "counts"),
    [
        (True, ZeroDivisionError(), True),
        (False, KeyboardInterrupt(), False),
        (None, KeyboardInterrupt(), True),
        (None, ZeroDivisionError(), False),
        (None, AzureError(403, "", ""), False),
    ],
)
def test_what_was_accepted_may_exist_whatever_is_raised(
    accepted: bool | None, error: BaseException, counts: bool
) -> None:
    if accepted is not None:
        error.accepted = accepted  # type: ignore[attr-defined]
    assert bool(apply([[failing("a", error)]], quiet).partial) is counts


def test_what_somebody_else_had_made_by_then_is_not_this_run_s() -> None:
    lines: list[str] = []
    report = apply([[step("a", make=lambda _: AlreadyThere(x=1))], [step("b")]], lines.append)
    assert [made.kind for made in report.made] == ["b"]
    assert report.results["a"] == {"x": 1}
    assert lines[0] == "= a my-a"


def test_a_line_is_said_for_each_step_with_its_symbol_and_the_time_of_what_was_made() -> None:
    lines: list[str] = []
    apply([[step("a", detail="small")], [step("b", existing={})]], lines.append)
    assert re.fullmatch(r"\+ a my-a small \(\d+\.\d s\)", lines[0])
    assert lines[1] == "= b my-b"


# what is raised, what is said of it
WORDS: tuple[tuple[BaseException, str], ...] = (
    (AzureError(409, "InUse", "others use it"), "(InUse) others use it"),
    (AuthenticationError("None, None"), "AuthenticationError"),
    (AuthenticationError(None), "AuthenticationError"),
    (ZeroDivisionError(), "ZeroDivisionError"),
    (SystemExit(1), "SystemExit 1"),
    (KeyboardInterrupt(), "interrupted"),
)


@pytest.mark.parametrize(("error", "words"), WORDS, ids=[row[1] for row in WORDS])
def test_an_error_never_says_nothing(error: BaseException, words: str) -> None:
    assert in_words(error) == words

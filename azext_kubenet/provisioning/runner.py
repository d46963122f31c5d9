"""Steps as data, and what is done with them: preview, tell conflicts, apply, undo."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Thread
from typing import Any

from azure.cli.core.azclierror import AzCLIError

from azext_kubenet.addressing.model import Finding, Severity
from azext_kubenet.provisioning.arm import ArmError

Json = dict[str, Any]
#: What each kind of step made or found.
Results = dict[str, Json]
Say = Callable[[str], None]


#: A difference that begins so is no option's: what exists did not come to be.
STATE = "provisioningState"


class Action(StrEnum):
    """What is done to a resource; the value is its symbol."""

    CREATE = "+"
    KEEP = "="
    CONFLICT = "!"

    @property
    def word(self) -> str:
        """The action in a word."""
        return self.name.lower()


@dataclass(frozen=True)
class Step:  # pylint: disable=too-many-instance-attributes
    """One resource: what it is, and what is to be done about it.

    kind: what it is, such as `virtual network`; detail: what of it matters to the user; existing: as Azure shows it;
    differences: what stands against keeping it; make: creates it, given what the steps before it made or found;
    remove: deletes it again; removal: the command that would; remedy: what to type instead of one of the differences.
    """

    kind: str
    name: str
    resource_id: str
    detail: str = ""
    existing: Json | None = None
    differences: tuple[str, ...] = ()
    make: Callable[[Results], Json] | None = None
    remove: Callable[[], None] | None = None
    removal: Callable[[], str] = str
    remedy: Callable[[str], str] = lambda _: "leave the option out, or choose another name"

    @property
    def action(self) -> Action:
        """The one decision: create what is missing, keep what matches, refuse what differs."""
        if self.existing is None:
            return Action.CREATE
        return Action.CONFLICT if self.differences else Action.KEEP

    @property
    def line(self) -> str:
        """The step as a line for people."""
        return " ".join(part for part in (self.action.value, self.kind, self.name, self.detail) if part)


#: Steps that need what the wave before them made; those of one wave need nothing of each other.
Waves = Sequence[Sequence[Step]]


@dataclass
class Report:
    """How far a run came.

    made: steps that it made, in order; partial: steps that failed, of which something may exist all the same; results:
    what each kind of step made or found; failed: the step that stopped the run, if it was one; cause: why it stopped.
    """

    made: list[Step] = field(default_factory=list)
    partial: list[Step] = field(default_factory=list)
    results: Results = field(default_factory=dict)
    failed: Step | None = None
    cause: BaseException | None = None

    @property
    def remains(self) -> list[Step]:
        """What this run may have left behind, in the order in which it must be removed."""
        return [*reversed(self.partial), *reversed(self.made)]


def _may_exist(error: BaseException) -> bool:
    """Whether a step that failed may have made something: Azure had accepted it, or nobody waited for the answer."""
    return isinstance(error, KeyboardInterrupt) or bool(getattr(error, "accepted", False))


def preview(waves: Waves) -> list[Json]:
    """What would be done, a row a step."""
    return [
        {
            "action": step.action.word,
            "kind": step.kind,
            "name": step.name,
            "detail": step.detail,
            "id": step.resource_id,
        }
        for wave in waves
        for step in wave
    ]


def conflicts(waves: Waves) -> list[Finding]:
    """What differs from what was asked, a finding a field."""
    return [
        Finding(
            "existing-resource-differs",
            Severity.ERROR,
            (),
            f"{step.kind} {step.name} exists, and its {difference}: what exists is not changed",
            f"look at why, then remove it: {step.removal()}"
            if difference.startswith(STATE)
            else step.remedy(difference),
        )
        for wave in waves
        for step in wave
        if step.action is Action.CONFLICT
        for difference in step.differences
    ]


def apply(waves: Waves, say: Say) -> Report:
    """Do what the steps say, a wave after the other, a line to the user for each; stop at the first that fails."""
    report = Report()
    for wave in waves:
        outcomes, interrupt = _side_by_side(wave, report.results, say)
        for step, outcome in outcomes:
            if isinstance(outcome, BaseException):
                if report.failed is None:
                    report.failed, report.cause = step, outcome
                if _may_exist(outcome):
                    report.partial.append(step)
                continue
            report.results[step.kind] = outcome
            if step.action is Action.CREATE:
                report.made.append(step)
        report.cause = report.cause or interrupt
        if report.cause is not None:
            break
    return report


def undo(report: Report, say: Say) -> list[str]:
    """Delete what a run made, in reverse; what could not be deleted, a line each."""
    left = []
    for step in report.remains:
        if step.remove is None:
            continue
        try:
            step.remove()
            say(f"- {step.kind} {step.name}")
        except ArmError as error:
            left.append(f"{step.kind} {step.name} could not be removed: {error}")
    return left


def _side_by_side(
    wave: Sequence[Step], results: Results, say: Say
) -> tuple[list[tuple[Step, Any]], KeyboardInterrupt | None]:
    """Each step of a wave with what it made, or with the error that stopped it; and whether Ctrl-C came meanwhile."""
    if len(wave) <= 1:  # in the main thread, where Ctrl-C and a progress bar work
        return [(step, _outcome(step, results, say)) for step in wave], None
    interrupt = None
    pairs: list[tuple[Step, Future[Any]]] = [(step, Future()) for step in wave]

    def perform(step: Step, future: Future[Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(_outcome(step, results, say))
        except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # result() raises it
            future.set_exception(error)

    try:
        for pair in pairs:
            Thread(target=perform, args=pair).start()
        wait([future for _, future in pairs])
    except KeyboardInterrupt as error:  # only once what has begun has ended is it known what exists
        interrupt = error
        say("  interrupted: waiting for what is under way")
        wait([future for _, future in pairs if not future.cancel()])
    return [(step, future.result()) for step, future in pairs if not future.cancelled()], interrupt


def _outcome(step: Step, results: Results, say: Say) -> Any:
    try:
        return _perform(step, results, say)
    except (ArmError, AzCLIError, KeyboardInterrupt) as error:
        return error


def _perform(step: Step, results: Results, say: Say) -> Json:
    """Keep or make one resource."""
    if step.existing is not None or step.make is None:
        say(step.line)
        return step.existing or {}
    started = time.monotonic()
    made = step.make(results)
    say(f"{step.line} ({time.monotonic() - started:.1f} s)")
    return made

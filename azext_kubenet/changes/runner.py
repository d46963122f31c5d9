"""Steps as data, and what is done with them: preview, tell conflicts, apply."""

import shlex
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Thread

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.azure.azure_errors import says_nothing
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.writes import AlreadyThere, LeftOut, Unsure

Say = Callable[[str], None]
#: What came of a step: what it made or found, or the error that stopped it.
Outcome = Json | BaseException


#: Why something is not removed that is there.
UNSURE = "it is not known whether this run created it"
#: A difference that begins so is no option's: what exists did not come to be.
_STATE = "provisioningState"


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
    differences: what prevents keeping it; make: creates it, given what the steps before it made or found;
    remove: deletes it again; removal: the command that would; in_use: who else would miss it, given the ids of all that
    this run made, "" for nobody; exists: whether it is there, for what somebody else may make at the same time; remedy:
    what to type instead of one of the differences; inner: steps that its make performs on the way, as they must not
    wait for its end; depends_on: what it cannot be without, so that this stays as long as it may exist.
    """

    kind: str
    name: str
    resource_id: str
    detail: str = ""
    existing: Json | None = None
    differences: tuple[str, ...] = ()
    make: Callable[["StepOutputs"], Json] | None = None
    remove: Callable[[], None] | None = None
    removal: Callable[[], str] = str
    in_use: Callable[[Collection[ResourceId]], str] = lambda _: ""
    exists: Callable[[], bool] | None = None
    failed_advice: str = "find out why first"
    remedy: Callable[[str], str] = lambda _: "leave the option out, or choose another name"
    inner: tuple["Step", ...] = ()
    depends_on: tuple["Step", ...] = ()

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

    def needs(self, other: "Step") -> bool:
        """Whether it cannot be without another, by whatever way."""
        return any(each is other or each.needs(other) for each in self.depends_on)

    @property
    def look(self) -> str:
        """The command that shows it."""
        if "/providers/" in self.resource_id:
            return f"az resource show --ids {shlex.quote(self.resource_id)}"
        return f"az group show -n {shlex.quote(self.name)}"


#: Steps that need what the stage before them made; those of one stage need nothing of each other.
Stages = Sequence[Sequence[Step]]


def _all(stages: Stages) -> Iterator[Step]:
    """Every step, those that another performs on its way after that one."""
    for stage in stages:
        for step in stage:
            yield step
            yield from step.inner


class StepOutputs(dict[str, Json]):
    """What each kind of step made or found. perform: does an inner step, and raises what stops it."""

    def __init__(self, perform: Callable[[Step], None] = lambda _: None):
        super().__init__()
        self.perform = perform


@dataclass
class RunResult:  # pylint: disable=too-many-instance-attributes
    """How far a run came.

    made: steps that it made, in order; partial: steps that failed, of which something may exist all the same; unsure:
    those of both of which it is not known whether this run made what is there; working: those of partial that were seen
    to have come to be all the same; results: what each kind of step made or found; failed: the step that stopped the
    run, if it was one; cause: why it stopped; pressed: whether Ctrl-C came while steps ran side by side.
    """

    made: list[Step] = field(default_factory=list)
    partial: list[Step] = field(default_factory=list)
    unsure: list[Step] = field(default_factory=list)
    working: list[Step] = field(default_factory=list)
    results: StepOutputs = field(default_factory=StepOutputs)
    failed: Step | None = None
    cause: BaseException | None = None
    pressed: bool = False

    @property
    def interrupted(self) -> bool:
        """Whether the user has stopped it, whatever it was that failed by that."""
        return self.pressed or isinstance(self.cause, KeyboardInterrupt)

    @property
    def remains(self) -> list[Step]:
        """What this run may have left behind, in the order in which it must be removed."""
        return [*reversed(self.partial), *reversed(self.made)]

    @property
    def own(self) -> frozenset[ResourceId]:
        """Ids of what this run may have made, but for what may be another's."""
        return frozenset(ResourceId(step.resource_id) for step in self.remains if not self.is_unsure(step))

    def is_unsure(self, step: Step) -> bool:
        """Whether it is not known that this run made what a step stands for."""
        return any(step is each for each in self.unsure)

    def note(self, step: Step, outcome: Outcome) -> None:
        """Take down what came of a step: what it made or found, or the error that stopped it."""
        if isinstance(outcome, BaseException):
            if self.failed is None:
                self.failed, self.cause = step, outcome
            if step.action is Action.CREATE and _may_exist(outcome):
                self.failed_partly(step, outcome)
            return
        self.results[step.kind] = outcome
        if step.action is Action.CREATE and not isinstance(outcome, AlreadyThere | LeftOut):
            self.made.append(step)
            self.unsure += [step] if isinstance(outcome, Unsure) else []

    def failed_partly(self, step: Step, error: BaseException) -> None:
        """Note a step of which something may exist."""
        self.partial.append(step)
        self.working += [step] if getattr(error, "came_up", False) else []
        if step.exists is not None and not getattr(error, "confirmed", False):
            self.unsure.append(step)


def _may_exist(error: BaseException) -> bool:
    """Whether a step that failed may have made something: Azure had accepted it, or nobody waited for the answer."""
    return bool(getattr(error, "accepted", isinstance(error, KeyboardInterrupt)))


def preview(stages: Stages) -> list[Json]:
    """What would be done, a row a step."""
    return [
        {
            "action": step.action.word,
            "kind": step.kind,
            "name": step.name,
            "detail": step.detail,
            "id": step.resource_id,
        }
        for step in _all(stages)
    ]


def conflicts(stages: Stages) -> list[Finding]:
    """What differs from what was asked, a finding a field."""
    return [
        Finding(
            "existing-resource-differs",
            Severity.ERROR,
            (),
            f"{step.kind} {step.name} exists, and its {difference}: what exists is not changed",
            advise(step.failed_advice if difference.startswith(_STATE) else step.remedy(difference)),
        )
        for step in _all(stages)
        if step.action is Action.CONFLICT
        for difference in step.differences
    ]


def apply(
    stages: Stages, say: Say, hurry: Callable[[], None] = lambda: None, report: RunResult | None = None
) -> RunResult:
    """Do what the steps say, a stage after the other, a line to the user for each; stop at the first that fails.

    hurry: called at Ctrl-C, to have steps that run side by side try nothing again. report: what is done is noted there,
    so that whoever has it knows of that even if this does not return. Whatever a step raises ends up in it.
    """
    report = RunResult() if report is None else report

    def perform(inner: Step) -> None:
        outcome = _outcome(inner, report.results, say)
        report.note(inner, outcome)
        if isinstance(outcome, BaseException):
            raise outcome

    report.results.perform = perform
    for stage in stages:
        try:
            outcomes, interrupt = _side_by_side(stage, report.results, say, hurry)
        except KeyboardInterrupt as error:  # between two steps: what came of this stage's is not known
            report.cause = error
            for step in stage:
                if step.action is Action.CREATE:
                    report.failed_partly(step, error)
            break
        for step, outcome in outcomes:
            report.note(step, outcome)
        report.cause = report.cause or interrupt
        report.pressed = report.pressed or interrupt is not None
        if report.cause is not None:
            break
    return report


def in_words(error: BaseException) -> str:
    """What an error of any class says: never nothing."""
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "interrupted"
    text = str(getattr(error, "error_msg", None) or error).strip()
    if isinstance(error, SystemExit):
        return f"{type(error).__name__} {text}"
    return type(error).__name__ if says_nothing(text) else text


def _side_by_side(
    stage: Sequence[Step], results: StepOutputs, say: Say, hurry: Callable[[], None]
) -> tuple[list[tuple[Step, Outcome]], KeyboardInterrupt | None]:
    """Each step of a stage with what it made, or with the error that stopped it; and whether Ctrl-C came meanwhile."""
    if len(stage) <= 1:  # in the main thread, where Ctrl-C and a progress bar work
        return [(step, _outcome(step, results, say)) for step in stage], None
    interrupt: KeyboardInterrupt | None = None
    pairs: list[tuple[Step, Future[Outcome]]] = [(step, Future()) for step in stage]

    def perform(step: Step, future: Future[Outcome]) -> None:
        if future.set_running_or_notify_cancel():
            future.set_result(_outcome(step, results, say))

    try:
        for pair in pairs:
            Thread(target=perform, args=pair, daemon=True).start()  # no exit of the process waits for it
        wait([future for _, future in pairs])
    except KeyboardInterrupt as error:  # only once what has begun has ended is it known what exists
        interrupt = error
        _let_end([future for _, future in pairs if not future.cancel()], say, hurry)
    return [
        (step, future.result() if future.done() or interrupt is None else interrupt)
        for step, future in pairs
        if not future.cancelled()
    ], interrupt


def _let_end(futures: Sequence[Future[Outcome]], say: Say, hurry: Callable[[], None]) -> None:
    """Wait for what is under way, which tries nothing again; a second Ctrl-C ends that, too."""
    try:
        hurry()
        say("  interrupted: waiting for running operations")
        wait(futures)
    except KeyboardInterrupt:
        pass


def _outcome(step: Step, results: StepOutputs, say: Say) -> Outcome:
    try:
        return _perform(step, results, say)
    except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # borrowed code raises any
        return error


def _perform(step: Step, results: StepOutputs, say: Say) -> Json:
    """Keep or make one resource."""
    if step.existing is not None or step.make is None:
        say(step.line)
        return step.existing or {}
    started = time.monotonic()
    made = step.make(results)
    if isinstance(made, AlreadyThere):  # somebody else was quicker, by less than a request
        say(f"{Action.KEEP.value}{step.line[1:]}")
        say(
            f"  {step.name} was created by someone else at the same moment, and written as above; check it: {step.look}"
        )
    elif isinstance(made, LeftOut):
        say(f"  {step.kind} {step.name} {step.detail} was left out: {made.why}")
    else:
        say(f"{step.line} ({time.monotonic() - started:.1f} s)")
    return made

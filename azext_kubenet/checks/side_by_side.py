"""Checks that run beside each other, and how what they see becomes findings."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from threading import Thread
from typing import Generic, TypeVar

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.registry import Rule
from azext_kubenet.checks.check import Problem

T = TypeVar("T")
#: The option that lowers a check's errors.
SKIP = "--skip-checks"


class Answer(Generic[T]):  # pylint: disable=too-few-public-methods
    """What one check sees, asked for on a thread of its own.

    The thread is a daemon: no exit of the process waits for it.
    """

    def __init__(self, name: str, run: Callable[[], Iterable[T]]):
        self._run = run
        self._seen: Future[list[T]] = Future()
        Thread(target=self._ask, name=f"kubenet-check-{name}", daemon=True).start()

    def _ask(self) -> None:
        try:
            self._seen.set_result([*self._run()])
        except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # result() raises it
            self._seen.set_exception(error)

    def problems(self) -> list[T]:
        """All that it sees; what it raised is raised here."""
        return self._seen.result()


def finding_of(problem: Problem, rule: Rule, skip: Sequence[str]) -> Finding:
    """What a check has seen, as a finding: an error of a check to skip is a warning."""
    severity = problem.severity or rule.severity
    lowered = rule.name in skip and severity is Severity.ERROR
    if lowered:
        severity = Severity.WARNING
    refused = rule.azure_refuses if problem.azure_refuses is None else problem.azure_refuses
    way = SKIP if severity is Severity.ERROR and not refused else ""
    fixes = advise(problem.recommendation)
    return Finding(rule.name, severity, problem.options, problem.message, fixes, way, lowered)

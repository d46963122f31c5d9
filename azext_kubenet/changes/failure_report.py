"""When a run stops: what failed, what it has made by then, and how to go on, or what was rolled back."""

from collections.abc import Callable, Sequence

from azure.cli.core.azclierror import AzCLIError

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes import runner
from azext_kubenet.changes.create_steps import CLUSTER
from azext_kubenet.changes.remedies import FAILED, remedy_for
from azext_kubenet.changes.runner import RunResult, Say, Step, in_words
from azext_kubenet.errors import CreatedByOthers, Refused, RefusedByAzure

#: Status of an answer that tells how an operation, or a cluster, has ended: any other one is about a request.
_ENDED = 200
_AGAIN = "run the command again; existing resources are kept"


def report_failure(
    report: RunResult, *, names: Names, location: str, rollback: bool, say: Say, what_stands: Callable[[], str]
) -> RefusedByAzure:
    """The error that tells the user of a run that stopped; with rollback, what the run made is deleted first.

    what_stands: asked before anything is deleted; why nothing may be, in words.
    """
    lines, left = [_what_failed(report)], report.remains
    if rollback and left:
        why = _answer(what_stands)
        if why:
            lines.append(f"nothing is rolled back: {why}")
        else:
            undone = runner.undo(report, say)
            left = undone.left
            if undone.stopper:
                lines.append(
                    f"the rollback stopped: {undone.stopper.kind} {undone.stopper.name} could not be removed: "
                    f"{undone.why}"
                )
    if rollback and not left:
        made = "what this run created is deleted" if report.remains else "this run created nothing"
        lines.append(f"rolled back: {made}")
    lines.extend(_left(report, left, names))
    return RefusedByAzure("\n".join(lines), _hints(report, left, names, location))


def _left(report: RunResult, left: Sequence[Step], names: Names) -> list[str]:
    """What is left in place, with the command that removes what is known to be this run's, and shows what is not."""
    unsure = [f"  {step.kind} {step.name}: {step.look}" for step in left if report.is_unsure(step)]
    sure = [(step, step.removal()) for step in left if not report.is_unsure(step)]
    remains = [f"  {step.kind} {step.name}: {command}" for step, command in sure if command]
    lines = ["may exist; it is not known whether this run created it (the command shows it):", *unsure]
    lines = lines if unsure else []
    strange = any(step.kind == CLUSTER for step in left if report.is_unsure(step)) or isinstance(
        report.cause, CreatedByOthers
    )
    if remains and strange:
        lines.append(f"cluster {names.cluster} may use what follows: remove none of it while it does")
    if remains:
        lines.extend(["created by this run and left in place (the command removes it):", *remains])
    return lines


def what_it_supports(client: ArmClient, names: Names, report: RunResult) -> str:
    """Why nothing may be removed, in words: a cluster stands on it, or it cannot be told whether one does."""
    cluster = f"cluster {names.cluster}"
    try:
        found = client.get(names.cluster_id, api_versions.CLUSTER_API)
    except AzureError as error:
        return f"it is not known whether {cluster} uses it: {error}"
    if found is None:
        return ""
    steps = [step for step in report.remains if step.kind == CLUSTER]
    if not steps:
        return f"{cluster} exists and was not created by this run"
    if any(map(report.is_unsure, steps)):
        return f"{cluster} exists, and {runner.UNSURE}"
    state = (found.get("properties") or {}).get("provisioningState")
    return "" if state and state != "Succeeded" else f"azure reports {cluster} as {state}"


def _answer(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # Ctrl-C among it
        return f"it is not known whether a cluster uses it: {in_words(error)}"


def _what_failed(report: RunResult) -> str:
    if isinstance(report.cause, KeyboardInterrupt):
        return "interrupted" + (f" at {report.failed.kind} {report.failed.name}" if report.failed else "")
    step = f"{report.failed.kind} {report.failed.name}: " if report.failed else ""
    return f"{step}{in_words(report.cause) if report.cause else ''}"


def _hints(report: RunResult, left: Sequence[Step], names: Names, location: str) -> list[str]:
    """What to do about it: an error of azure-cli's or our own brings its advice along, Azure's gets it by its code."""
    cause = report.cause
    if isinstance(cause, Refused):
        return list(cause.recommendations)
    if isinstance(cause, AzureError):
        # A cluster that was begun and failed must go before another can be made; one that is still being created, or
        # may be somebody else's, must not.
        ended = cause.status == _ENDED and any(step.kind == CLUSTER and not report.is_unsure(step) for step in left)
        kind = report.failed.kind if report.failed else ""
        advice = remedy_for((cause.code, *cause.details), names, location, FAILED if ended else "", cause.message, kind)
        must_go = remedy_for([FAILED], names, location) if ended else ""
        return [advice, *([must_go] if must_go not in ("", advice) else [])]
    return [*(cause.recommendations if isinstance(cause, AzCLIError) else ()), _AGAIN]

"""When a run stops: what failed, what it has made by then, and how to go on, or what was rolled back.

Whatever is raised meanwhile, a second Ctrl-C among it, the account comes: less is looked at then, and it says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from azure.cli.core.azclierror import AzCLIError

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes import leftovers, rollback
from azext_kubenet.changes.create_steps import CLUSTER, PRINCIPAL, known_principals
from azext_kubenet.changes.in_use import FAILED_STATES
from azext_kubenet.changes.remedies import FAILED, FAILED_IN_USE, remedy_for
from azext_kubenet.changes.resource_steps import IDENTITY
from azext_kubenet.changes.runner import RunResult, Say, Step, in_words
from azext_kubenet.changes.standing import Look, Standing
from azext_kubenet.errors import Refused, RefusedByAzure

#: Status of an answer that tells how an operation, or a cluster, has ended: any other one is about a request.
_ENDED = 200
_AGAIN = "run the command again; existing resources are kept"
_NEW_PRINCIPAL = (
    "the rollback has deleted the identity that needs the right: run the command again without --rollback-on-failure, "
    "then have an administrator run the command that it prints"
)


def report_failure(
    report: RunResult,
    *,
    names: Names,
    location: str,
    rollback_wanted: bool,
    say: Say,
    look: Look,
    values: Mapping[str, str] = MappingProxyType({}),
) -> RefusedByAzure:
    """The error that tells the user of a run that stopped; with rollback, what the run made is deleted first.

    look: at the cluster, before anything is deleted, or a command that deletes is printed. values: as of remedy_for.
    """
    lines, left, cluster = [_what_failed(report)], report.remains, Standing()
    try:
        if left:
            # Who interrupts the run does not wait for a cluster that is coming up either: it is left (decision 0022).
            cluster = look(rollback_wanted and not report.interrupted)
        if rollback_wanted:
            said, left = _rolled_back(report, cluster, say)
            lines.extend(said)
        account = leftovers.account(report, left, names, cluster)
        lines.extend(account.lines)
    except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # Ctrl-C between two looks
        lines.extend(leftovers.unlooked(report.remains, in_words(error)))
        return RefusedByAzure("\n".join(lines), [_AGAIN])
    return RefusedByAzure(
        "\n".join(lines), _hints(report, left, names, location, _end_of(report, left, cluster, account), values)
    )


def _rolled_back(report: RunResult, cluster: Standing, say: Say) -> tuple[list[str], list[Step]]:
    """What came of the rollback, in lines, and what is left."""
    remains = report.remains
    if not remains:
        return ["rolled back: this run created nothing"], remains
    if cluster.why:
        return [f"nothing is rolled back: {cluster.why}"], remains
    # Whoever sends SIGTERM may not wait for the end: what is at stake is said before.
    say(f"  rolling back: {_listed(step for step in remains if step.remove)}")
    undone = rollback.undo(report, say)
    if undone.stopper:
        step = f"{undone.stopper.kind} {undone.stopper.name}"
        return [f"the rollback stopped: {step} could not be removed: {undone.why}"], undone.left
    stays = _listed(step for step in remains if not step.remove)
    return [f"rolled back: what this run created is deleted{f', and {stays} stays' if stays else ''}"], []


def _listed(steps: Iterable[Step]) -> str:
    return ", ".join(f"{step.kind} {step.name}" for step in steps)


def _what_failed(report: RunResult) -> str:
    if isinstance(report.cause, KeyboardInterrupt):
        at = f" at {report.failed.kind} {report.failed.name}" if report.failed else ""
        return f"{in_words(report.cause)}{at}"
    step = f"{report.failed.kind} {report.failed.name}: " if report.failed else ""
    return f"{step}{in_words(report.cause) if report.cause else ''}"


def _end_of(report: RunResult, left: Sequence[Step], cluster: Standing, account: leftovers.Account) -> str:
    """The advice, by its code, on a cluster that was begun and has failed: it must go before another can be made.

    "" for one that is still being created, or may be somebody else's.
    """
    steps = [step for step in left if step.kind == CLUSTER and not report.is_unsure(step)]
    if not steps or cluster.why or getattr(report.cause, "status", None) != _ENDED:
        return ""
    return FAILED_IN_USE if any(step is each for step in steps for each in account.kept) else FAILED


def _hints(  # pylint: disable=too-many-positional-arguments
    report: RunResult, left: Sequence[Step], names: Names, location: str, ended: str, values: Mapping[str, str]
) -> list[str]:
    """What to do about it, as far as it is still true after a rollback. ended: the advice on a failed cluster"""
    gone = _deleted_principals(report, left)
    hints = _advice(report, names, location, ended, values)
    true = [each for each in hints if not any(principal in each for principal in gone)]
    return [*([_NEW_PRINCIPAL] if len(true) < len(hints) else []), *true]


def _deleted_principals(report: RunResult, left: Sequence[Step]) -> list[str]:
    """Object ids of this run's own principals that are no more."""
    there = {id(step) for step in left}
    gone = {step.kind for step in report.remains if id(step) not in there}
    return known_principals(report.results) if gone & {IDENTITY, PRINCIPAL, CLUSTER} else []


def _advice(report: RunResult, names: Names, location: str, ended: str, values: Mapping[str, str]) -> list[str]:
    """An error of azure-cli's or our own brings its advice along, Azure's gets it by its code."""
    cause = report.cause
    if isinstance(cause, Refused):
        return list(cause.recommendations)
    if isinstance(cause, AzureError):
        kind = report.failed.kind if report.failed else ""
        codes = [code for code in (cause.code, *cause.details) if ended or code not in FAILED_STATES]
        advice = remedy_for(codes, names, location, ended, cause.message, kind, values)
        must_go = remedy_for([ended], names, location) if ended else ""
        return [advice, *([must_go] if must_go not in ("", advice) else [])]
    return [*(cause.recommendations if isinstance(cause, AzCLIError) else ()), _AGAIN]

"""When a run stops: what failed, what it has made by then, and how to go on, or what was rolled back."""

from azext_kubenet._errors import Refused, RefusedByAzure
from azext_kubenet.provisioning import runner
from azext_kubenet.provisioning.advice import advice
from azext_kubenet.provisioning.arm import ArmError
from azext_kubenet.provisioning.resources import Names
from azext_kubenet.provisioning.runner import Report, Say
from azext_kubenet.provisioning.steps import CLUSTER


def account(report: Report, names: Names, location: str, rollback: bool, say: Say) -> RefusedByAzure:
    """The error that tells the user of a run that stopped; with rollback, what the run made is deleted first."""
    lines = [_what_failed(report)]
    hints = _hints(report, names, location)
    if rollback:
        left = runner.undo(report, say)
        lines.append("rolled back: what this run had made is deleted" if not left else "rolled back, but for:")
        lines.extend(f"  {line}" for line in left)
        return RefusedByAzure("\n".join(lines), hints)
    remains = [f"  {step.kind} {step.name}: {command}" for step in report.remains if (command := step.removal())]
    if remains:
        lines.extend(["this run made, and left in place (the command removes it):", *remains])
    return RefusedByAzure("\n".join(lines), hints)


def _what_failed(report: Report) -> str:
    if isinstance(report.cause, KeyboardInterrupt):
        return "interrupted" + (f" at {report.failed.kind} {report.failed.name}" if report.failed else "")
    step = f"{report.failed.kind} {report.failed.name}: " if report.failed else ""
    return f"{step}{getattr(report.cause, 'error_msg', None) or report.cause}"


def _hints(report: Report, names: Names, location: str) -> list[str]:
    """What to do about it: our own error brings its advice along, one of Azure's gets it by its code."""
    cause = report.cause
    if isinstance(cause, Refused):
        return list(cause.recommendations)
    if isinstance(cause, ArmError):
        # A cluster that was begun and failed must go before another can be made.
        begun = "failed" if any(step.kind == CLUSTER for step in report.partial) else ""
        return [advice((cause.code, *cause.details), names, location, begun)]
    return ["run the same command again: it keeps what exists and goes on from there"]

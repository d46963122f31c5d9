"""A comparison for a cluster that kubenet does not hold: what is said beside it, and what it cannot give."""

from dataclasses import replace

from azext_kubenet.addressing.findings import Finding, Fix, LeaveOut, RunCommand, SetOptions, Severity, advise
from azext_kubenet.addressing.network_models import OVERLAY
from azext_kubenet.addressing.network_models.fit import only_nodes
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.options.command_line import retyped
from azext_kubenet.options.plan_options import PlanOptions

_PLAN_FOR_OVERLAY = SetOptions((("--network-plugin", "azure"), ("--network-plugin-mode", "overlay")))
#: What goes with a comparison alone.
_COMPARING = ("--compare", "--needs")


def as_it_ends(result: PlanResult, options: PlanOptions) -> tuple[Finding, ...]:
    """The findings as the run ends: well, as the comparison is its answer, so that no error is among them.

    With --export it is refused, as the file that was asked for cannot be made.
    """
    if options.files.export_file:
        return (*result.findings, *unused(options), _not_exported(result, options.files.export_file))
    lowered = [_lowered(each) for each in result.findings]
    return (*lowered, *unused(options))


def unused(options: PlanOptions) -> list[Finding]:
    """A word on growth, which is that of a plan."""
    if options.ranges.growth is None:
        return []
    message = "--growth is not used: there is no plan whose limits could be reached"
    return [Finding("option-without-use", Severity.INFO, ("--growth",), message, (LeaveOut(("--growth",)),))]


def _lowered(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.WARNING) if finding.severity is Severity.ERROR else finding


def _not_exported(result: PlanResult, path: str) -> Finding:
    """That there is no file, as there is no plan to write into it, and the plan that would give one."""
    message = f"{path} is not written: there is no plan to export, only a comparison"
    return Finding("not-exported", Severity.ERROR, ("--export",), message, _instead(result))


def _instead(result: PlanResult) -> tuple[Fix, ...]:
    """The plan for Azure CNI Overlay, where nothing but the number of nodes is too large; else what the errors say."""
    rows = result.comparison.rows if result.comparison is not None else ()
    fits = any(row.model.key == OVERLAY and row.fits for row in rows)
    command = retyped("kubenet plan", _PLAN_FOR_OVERLAY, _COMPARING) if fits and only_nodes(result.findings) else ""
    if command:
        return (RunCommand(command, "export the plan for Azure CNI Overlay"),)
    return advise("put the other errors right, or leave --export out for the comparison alone")

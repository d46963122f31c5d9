"""The plan for kubenet's successor, in advice: the command that was typed, whole, with what else must change for it."""

from dataclasses import replace

from azext_kubenet.addressing.findings import Finding, Fix, RunCommand, SetOptions, Severity
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.addressing.planner.plan_again import plan_again
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.operations.together import is_planned
from azext_kubenet.options.command_line import retyped, same_input
from azext_kubenet.options.plan_options import PlanOptions


def with_whole_commands(result: PlanResult, options: PlanOptions) -> PlanResult:
    """The same with all that was typed in the commands that make the plan again, where nothing else is wrong."""
    errors = [each for each in result.findings if each.severity is Severity.ERROR]
    fixes = [fix for each in errors for fix in each.fixes if isinstance(fix, RunCommand) and fix.again is not None]
    if not fixes or not all(map(is_planned, errors)):
        return result
    size = replace(result.plan.size, network_plugin=OVERLAY)
    inputs = size, result.requests, result.reservations, options.accept_risk, result.elsewhere
    tried = plan_again(*inputs, earlier=options.earlier)
    if tried.refused and tried.mended is None:
        return result
    if tried.mended is not None and tried.mended.asked.size.nodes < result.plan.size.nodes:
        return replace(result, findings=tuple(map(_without_command, result.findings)))  # it is not the plugin's fault
    changes = tried.mended.whole if tried.mended is not None else SetOptions(())
    without = tried.mended.without if tried.mended is not None else ()
    return replace(result, findings=tuple(_with_command(each, changes, without) for each in result.findings))


def _without_command(finding: Finding) -> Finding:
    kept = tuple(fix for fix in finding.fixes if not isinstance(fix, RunCommand) or fix.again is None)
    return replace(finding, fixes=kept or finding.fixes)


def _with_command(finding: Finding, changes: SetOptions, without: tuple[str, ...]) -> Finding:
    return replace(finding, fixes=tuple(_whole(fix, changes, without) for fix in finding.fixes))


def _whole(fix: Fix, changes: SetOptions, without: tuple[str, ...]) -> Fix:
    """A command made of what was typed; any other fix as it is."""
    if not isinstance(fix, RunCommand) or fix.again is None:
        return fix
    values = SetOptions((*fix.again.values, *changes.values))
    command = retyped("kubenet plan", values, without)
    purpose = ", ".join([fix.purpose, *same_input([*dict(values.values), *without])])
    return fix._replace(command=command or fix.command, purpose=purpose if command else fix.purpose)

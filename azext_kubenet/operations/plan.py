"""Read, plan, draw, refuse, answer, explain, export: the story of one `az kubenet plan`."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from azext_kubenet.addressing.explanation import reasons
from azext_kubenet.addressing.model import Finding
from azext_kubenet.addressing.planner.plan_result import PlanResult, plan_given, plan_ranges
from azext_kubenet.azure.bodies import Json
from azext_kubenet.errors import refuse
from azext_kubenet.options.plan_options import PlanOptions
from azext_kubenet.output import console, renderings
from azext_kubenet.output.plan_json import answer

Say = Callable[[str], None]


def make_plan(cmd: Any, options: PlanOptions) -> Json:
    """Choose what is left open, check everything, and answer with the plan; what is against it is raised."""
    say = partial(console.say, cmd.cli_ctx)
    console.retirement()
    options = replace(options, findings=(*options.findings, *_more_findings(options)))
    result = _in_azure(cmd, options, say) if options.in_azure else _offline(options)
    result = replace(result, findings=(*options.findings, *result.findings), yearly_growth=options.yearly_growth)
    if options.map_file and options.readable:
        renderings.write_map(result, options.map_file, say)
    refuse(result.findings)
    console.remarks(cmd.cli_ctx, result.findings)
    result = _compared(replace(result, reasons=reasons(result)), options, say)
    if options.explain:
        _explain(result, say)
    if options.export_file:
        renderings.write_export(result, options.export_file, options.resource_group, say)
    return answer(result)


def _more_findings(options: PlanOptions) -> list[Finding]:
    """What is wrong with the files that are to be written, and with the names of checks."""
    found = renderings.obstacles(options.map_file, options.export_file)
    if options.skip_checks:
        from azext_kubenet.checks import unknown

        found += unknown(options.skip_checks)
    return found


def _offline(options: PlanOptions) -> PlanResult:
    return plan_ranges(options.size, options.requests, options.reservations, options.accept_risk)


def _in_azure(cmd: Any, options: PlanOptions, say: Say) -> PlanResult:
    """The plan in what exists. What is wrong with the options themselves is told before Azure is asked anything."""
    given = plan_given(options.size, options.requests, options.reservations, options.accept_risk)
    if given.refused or not options.readable:
        return given
    from azext_kubenet.operations.plan_in_azure import plan_in_azure  # its imports take longer than a plan without it

    return plan_in_azure(cmd, options, say)


def _compared(result: PlanResult, options: PlanOptions, say: Say) -> PlanResult:
    """The same beside other network models, if that is asked for; which one to take is said in words."""
    plan = result.plan
    if plan.subnet is None or not options.compare:
        return result
    from azext_kubenet.addressing.network_models.comparison import advice, compare, lines

    comparison = compare(plan.demand, plan.subnet, options.needs, options.max_pods_stated, plan.in_use)
    for line in lines(comparison) if options.explain else advice(comparison):
        say(line)
    return replace(result, comparison=comparison)


def _explain(result: PlanResult, say: Say) -> None:
    """Say in words why each range is that one, and how far they carry."""
    from azext_kubenet import diagram
    from azext_kubenet.addressing.growth import lines
    from azext_kubenet.output.explained import explain

    say(explain(result, "\n".join(lines(result.limits, result.next_sizes)), diagram.text(result)).rstrip())

"""The story of `az kubenet plan`: offline, inside a network, or clear of all networks that the login can see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from azext_kubenet.addressing.model import Finding, Severity
from azext_kubenet.addressing.planner.plan_result import PlanResult, check_given, plan_ranges
from azext_kubenet.errors import refuse
from azext_kubenet.options.plan_options import PlanOptions, read_plan_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output import renderings
from azext_kubenet.output.console import Console
from azext_kubenet.output.plan_json import answer


def plan(cmd: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a complete set of ranges as plain values. What stands against it is raised as one of our errors."""
    console = Console(cmd.cli_ctx)
    console.retirement()
    options = read_plan_options(Typed(values))
    typed = [*options.findings, *renderings.obstacles(options), *_unknown_checks(options)]
    result, about = _result(cmd, options, typed, console)
    result = replace(result, findings=(*typed, *result.findings))
    if not any(finding.severity is Severity.ERROR for finding in typed):
        renderings.draw(result, options, console.say)
    refuse(result.findings)
    console.remarks(result.findings)
    about = {**renderings.comparison(result, options, console.say), **about}
    found = answer(result, about, options.ranges.growth)
    renderings.explain(result, found, options, console.say)
    renderings.hand_over(found, options, console.say)
    return found


def _unknown_checks(options: PlanOptions) -> list[Finding]:
    if not options.skip_checks:
        return []
    from azext_kubenet.checks import unknown

    return [*unknown(options.skip_checks)]


def _result(
    cmd: Any, options: PlanOptions, typed: list[Finding], console: Console
) -> tuple[PlanResult, dict[str, Any]]:
    """The plan, and what the answer says of the network in Azure if one is named.

    What is wrong with what was given is told before anything is asked of Azure: the plan is then one without it.
    """
    ranges, accepted = options.ranges, options.accept_risk
    if options.names is None:
        return plan_ranges(ranges.size, ranges.requests, ranges.reservations, accepted), {}
    given = check_given(ranges.size, ranges.requests, ranges.reservations, accepted)
    if any(finding.severity is Severity.ERROR for finding in (*typed, *given)):
        offline = plan_ranges(ranges.size, ranges.requests, ranges.reservations, accepted)
        return replace(offline, findings=given), {}
    from azext_kubenet.operations.plan_in_azure import plan_in_azure

    return plan_in_azure(cmd, options, options.names, console.say)

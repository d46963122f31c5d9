"""`az kubenet plan` and `az kubenet create`. Their options stand in _params, and come by name."""

from dataclasses import replace

from azext_kubenet.addressing.model import Severity
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.errors import refuse
from azext_kubenet.options.actions import empty_values, refuse_contradictions, without_empty
from azext_kubenet.options.ranges import read_options
from azext_kubenet.output import console, renderings
from azext_kubenet.output.plan_json import answer

#: Options of plan that name something in Azure; without one of them nobody is asked.
_IN_AZURE = ("vnet_name", "vnet_subnet_id", "subnet_name", "discover")
#: Options of create that are ours and taken as they are typed, or name what our part of the work goes into.
_OURS_IN_CREATE = (
    "vnet_address_prefixes", "subnet_prefix", "vnet_name", "subnet_name", "vnet_resource_group", "vnet_subnet_id",
    "accept_risk", "skip_checks", "role",
)  # fmt: skip


def plan(cmd, **kwargs):
    """Work out a complete set of ranges, or say what stands against it."""

    def say(line):
        console.say(cmd.cli_ctx, line)

    console.retirement()
    refuse_contradictions(kwargs)
    typed = {name: None if getattr(value, "is_default", False) else value for name, value in kwargs.items()}
    options = without_empty(typed)
    reading = read_options(options)
    reading.findings += [*empty_values(typed), *renderings.obstacles(options)]
    if options.get("skip_checks"):
        from azext_kubenet.checks import unknown

        reading.findings += unknown(options["skip_checks"])
    verdict, about = _judge(cmd, reading, options, say)
    verdict = replace(verdict, findings=(*reading.findings, *verdict.findings))
    if not any(finding.severity is Severity.ERROR for finding in reading.findings):
        renderings.draw(verdict, options, say)
    refuse(verdict.findings)
    console.remarks(cmd.cli_ctx, verdict.findings)
    found = answer(verdict, {**renderings.comparison(verdict, options, say), **about}, reading.growth)
    renderings.explain(verdict, found, reading.growth, options, say)
    renderings.hand_over(found, options, say)
    return found


def _judge(cmd, reading, options, say):
    """The verdict, and what the answer says of the network in Azure if one is named."""
    group_alone = options.get("resource_group_name") and not options.get("export_file")
    if group_alone or any(options.get(name) for name in _IN_AZURE):
        from azext_kubenet.operations.plan import plan_in_azure

        return plan_in_azure(cmd, reading, options, say)
    return plan_ranges(reading.demand, reading.wish, reading.taken, options.get("accept_risk") or ()), {}


def create(cmd, no_wait=False, **kwargs):
    """Create a cluster with all that it needs, go on where an earlier run stopped, or say what stands against it."""
    from azext_kubenet.operations.create import create_cluster

    console.retirement()
    refuse_contradictions(kwargs)
    refuse(empty_values({name: kwargs.get(name) for name in _OURS_IN_CREATE}))
    return create_cluster(cmd, {**kwargs, "no_wait": no_wait})

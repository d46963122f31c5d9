"""`az kubenet plan` and `az kubenet create`. Their options stand in _params, and come by name."""

from dataclasses import replace

from azext_kubenet import _notes, _outputs
from azext_kubenet._answer import answer
from azext_kubenet._errors import refuse
from azext_kubenet._typed import empty_values, refuse_contradictions, without_empty
from azext_kubenet._validators import read_options
from azext_kubenet.addressing.model import Severity
from azext_kubenet.addressing.verdict import judge

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
        _notes.say(cmd.cli_ctx, line)

    _notes.retirement()
    refuse_contradictions(kwargs)
    typed = {name: None if getattr(value, "is_default", False) else value for name, value in kwargs.items()}
    options = without_empty(typed)
    reading = read_options(options)
    reading.findings += [*empty_values(typed), *_outputs.obstacles(options)]
    verdict, about = _judge(cmd, reading, options, say)
    verdict = replace(verdict, findings=(*reading.findings, *verdict.findings))
    if not any(finding.severity is Severity.ERROR for finding in reading.findings):
        _outputs.draw(verdict, options, say)
    refuse(verdict.findings)
    _notes.remarks(cmd.cli_ctx, verdict.findings)
    found = answer(verdict, {**_outputs.comparison(verdict, options, say), **about}, reading.growth)
    _outputs.explain(verdict, found, reading.growth, options, say)
    _outputs.hand_over(found, options, say)
    return found


def _judge(cmd, reading, options, say):
    """The verdict, and what the answer says of the network in Azure if one is named."""
    group_alone = options.get("resource_group_name") and not options.get("export_file")
    if group_alone or any(options.get(name) for name in _IN_AZURE):
        from azext_kubenet.provisioning.planning import plan_in_azure

        return plan_in_azure(cmd, reading, options, say)
    return judge(reading.demand, reading.wish, reading.taken, options.get("accept_risk") or ()), {}


def create(cmd, no_wait=False, **kwargs):
    """Create a cluster with all that it needs, go on where an earlier run stopped, or say what stands against it."""
    from azext_kubenet.provisioning.creation import create_cluster

    _notes.retirement()
    refuse_contradictions(kwargs)
    refuse(empty_values({name: kwargs.get(name) for name in _OURS_IN_CREATE}))
    return create_cluster(cmd, {**kwargs, "no_wait": no_wait})

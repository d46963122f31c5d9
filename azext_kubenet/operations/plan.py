"""Read, plan, draw, refuse, explain, export, answer: the story of one `az kubenet plan`."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.explanation import described
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.model import UNSPECIFIED
from azext_kubenet.addressing.network_models.fit import does_not_fit
from azext_kubenet.addressing.planner.plan_again import plan_again
from azext_kubenet.addressing.planner.plan_result import PlanResult, plan_given
from azext_kubenet.addressing.rules import RULES
from azext_kubenet.azure.bodies import Json
from azext_kubenet.errors import WrongUsage, refuse
from azext_kubenet.operations.findings_record import Record
from azext_kubenet.operations.login import commands_in_subscription, typed_subscription
from azext_kubenet.options.choices import DEFAULT_PODS
from azext_kubenet.options.file_options import NAMES, FileOptions, read_file_options
from azext_kubenet.options.plan_options import PlanOptions, read_plan_options
from azext_kubenet.options.pool_texts import in_place_of_counts
from azext_kubenet.options.typed import Typed
from azext_kubenet.output import renderings
from azext_kubenet.output.console import Console
from azext_kubenet.output.plan_json import answer, compared_only

Say = Callable[[str], None]
#: Columns of the map where there is room for them.
_MAP_WIDTH = 80


def run(cmd: Any, values: Mapping[str, object]) -> Json | None:
    """Return a complete set of ranges as plain values; None if standard output was taken by a file.

    What prevents it is raised as one of our errors. values: the options by name, as azure-cli hands them over
    """
    with commands_in_subscription(cmd.cli_ctx):
        return _run(cmd, values, Console(cmd.cli_ctx, typed_subscription(cmd.cli_ctx)))


def _run(cmd: Any, values: Mapping[str, object], console: Console) -> Json | None:
    record = Record(_findings_file(values))
    with record.kept(console.say):  # from here on, so that wrong usage is not taken for the success of an earlier run
        options = read_plan_options(Typed(values))
        if options.ranges.size.network_plugin.retires:
            console.retirement()
        found = _answer(cmd, options, console, record)
    return None if options.files.take_standard_output else found


def _findings_file(values: Mapping[str, object]) -> str:
    """The file of --findings, before anything else is read; "" where none can be written beside the others."""
    named = Typed({name: values.get(name) for name in NAMES if isinstance(values.get(name), str)})
    try:
        path = read_file_options(named).findings_file
    except WrongUsage:  # which is raised again when all options are read
        return ""
    return "" if renderings.obstacles(FileOptions(findings_file=path)) else path


def _answer(cmd: Any, options: PlanOptions, console: Console, record: Record) -> Json:
    """Plan, draw, refuse, explain and export."""
    findings = (*options.findings, *_more_findings(options))
    readable = record.note(findings)
    result = _result(cmd, options, readable, console.say)
    result = result.after(findings)
    result = replace(result, findings=in_place_of_counts(result.findings))
    record.note(result.findings, judged=_judged(result, readable))
    too_large = bool(options.compare) and readable and does_not_fit(result.findings)
    if too_large:
        result = _compared_alone(result, options, console)
    if options.files.map_file and readable and result.refused:
        renderings.write_map(result, options.files.map_file, console.say)
    if too_large:
        result = _without_plan(result, options, console, record)
        if not result.refused:
            return compared_only(result)
    if result.refused:
        _refuse(result, options)
    console.remarks(result.findings)
    result = described(result, options.ranges.growth, _days_left(options))
    if options.compare:
        result = _compared(result, options, console.say)
    if options.explain:
        _explain(result, console.say)
    if options.files.map_file:
        renderings.write_map(_reported(result, options), options.files.map_file, console.say)
    if options.files.export_file:
        renderings.write_export(result, options.files.export_file, options.cluster, console.say)
    found = answer(result)
    _say_what_is_lacking(found, console.say)
    return found


def _judged(result: PlanResult, readable: bool = True) -> list[str]:
    """The rules on a plan, if all were looked at."""
    return [each.rule.name for each in RULES] if readable and result.plan.complete else []


def _refuse(result: PlanResult, options: PlanOptions) -> None:
    """Refuse the plan, with the commands that would be given one."""
    from azext_kubenet.operations.successor import with_whole_commands  # their imports take longer than some plans
    from azext_kubenet.operations.together import mended_command

    unseen = options.names is not None and result.snapshot is None
    refuse(with_whole_commands(result, options).findings, mended_command("kubenet plan", result).before_azure(unseen))


def _compared_alone(result: PlanResult, options: PlanOptions, console: Console) -> PlanResult:
    """Compare the models for a cluster that kubenet does not hold; the errors of a run that is refused come last."""
    if not options.files.export_file:
        console.does_not_fit(result.findings)
    return _compared(result, options, console.say)


def _without_plan(result: PlanResult, options: PlanOptions, console: Console, record: Record) -> PlanResult:
    """The same with its findings as the run ends: refused where an export was wanted, well where a comparison was."""
    from azext_kubenet.operations.too_large import as_it_ends, unused

    console.remarks(unused(options))
    result = replace(result, findings=as_it_ends(result, options))
    record.note(result.findings, judged=_judged(result))
    return result


def _say_what_is_lacking(found: Json, say: Say) -> None:
    """Say what aksArguments lack to who picks them out of the answer: beside them a key says so.

    azure-cli hands no query on to a command, but the line that was typed has it.
    """
    if any("aksArguments" in word for word in sys.argv):
        for option, command in found.get("aksArgumentsLack", {}).items():
            say(
                f"note: aksArguments lacks {option}, and az aks create then makes a network of its own; "
                f"once the subnet exists: {command}"
            )


def _days_left(options: PlanOptions) -> int | None:
    """Days until kubenet retires, None where no growth is given: nothing is dated then."""
    if options.ranges.growth is None:
        return None
    from azext_kubenet.output.provenance import today  # its imports take longer than a plan that is not dated

    return (date(*limits.KUBENET_RETIREMENT_DAY) - today()).days


def _more_findings(options: PlanOptions) -> list[Finding]:
    """What is wrong with the files that are to be written, and with the names of checks."""
    found = renderings.obstacles(options.files)
    if options.skip_checks:
        from azext_kubenet.checks import Phase, unknown

        found += unknown(options.skip_checks, Phase.PLAN)
    return found


def _result(cmd: Any, options: PlanOptions, readable: bool, say: Say) -> PlanResult:
    """The plan, in what exists if something in Azure is named.

    What is wrong with what was given is told before anything is asked of Azure: the plan then has nothing else.
    """
    ranges = options.ranges
    inputs = ranges.size, ranges.requests, ranges.reservations, options.accept_risk
    if options.names is None:
        return plan_again(*inputs, earlier=options.earlier)
    given = plan_given(*inputs)
    if given.refused or not readable:
        return given
    from azext_kubenet.operations.plan_in_azure import plan_in_azure  # its imports take longer than a plan without it

    return plan_in_azure(cmd, options, options.names, say)


def _compared(result: PlanResult, options: PlanOptions, say: Say) -> PlanResult:
    """The same beside other network models; which one to take is said in words."""
    result = _beside_others(result, options)
    if result.comparison is not None:
        from azext_kubenet.output.compared import advice, lines

        for line in lines(result.comparison) if options.explain else advice(result.comparison):
            say(line)
    return result


def _beside_others(result: PlanResult, options: PlanOptions) -> PlanResult:
    """The same beside other network models."""
    ranges, default_pods = result.plan, options.compare == DEFAULT_PODS
    from azext_kubenet.addressing.network_models.comparison import compare

    found = compare(ranges.size, ranges.subnet, options.needs, default_pods, ranges.in_use, _limited(options))
    return replace(result, comparison=found)


def _limited(options: PlanOptions) -> bool:
    """Whether something says where addresses come from: a network or subnet, blocks, or a plan that is made again."""
    asked, named = options.ranges.requests, options.names is not None and bool(options.names.vnet)
    typed = asked.vnet != UNSPECIFIED or asked.subnet != UNSPECIFIED or bool(asked.within)
    return typed or named or options.earlier is not None


def _reported(result: PlanResult, options: PlanOptions) -> PlanResult:
    """What a map is drawn from: a page compares the models in any case, as kubenet retires."""
    if result.comparison is None and renderings.is_report(options.files.map_file):
        return _beside_others(result, options)
    return result


def _explain(result: PlanResult, say: Say) -> None:
    """Say in words why each range is that one, and how far the plan can grow."""
    from azext_kubenet import diagram
    from azext_kubenet.output.explained import MAX_WIDTH, explain, outlook
    from azext_kubenet.output.screen import columns

    narrow = columns() or MAX_WIDTH
    growth, picture = (
        "\n".join(outlook(result.limits, result.next_sizes)),
        diagram.text(result, min(narrow, _MAP_WIDTH)),
    )
    say(explain(result, growth, picture, width=min(narrow, MAX_WIDTH)).rstrip())

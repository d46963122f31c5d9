"""What to type so that all that is wrong is put right: one command line, from fixes that were tried together."""

import shlex

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import Finding, SetOptions, Severity
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.options.command_line import has_placeholder, retyped
from azext_kubenet.options.contradicted_plan import command_anew
from azext_kubenet.options.plan_file import PlanFile
from azext_kubenet.options.typed import parameter

#: Rules of plans: what breaks them is put right by the planner.
_PLANNED = {each.rule.name for each in rules.RULES} | {rules.NO_SPACE}

#: Characters of a command line that is printed.
_LONGEST = 4000


def mended_command(command: str, result: PlanResult) -> str:
    """The command line with everything put right; "" where that is not all a matter of options, or none was found.

    command: the words after az, such as `kubenet plan`.
    """
    changes = _changes(result)
    if changes is None or not (changes[0].values or changes[1]):
        return ""
    return _short(retyped(command, *changes))


def mended_creation(planned: PlanFile, result: PlanResult) -> str:
    """The same for `create`. A plan that was typed is made again, as other ranges beside it would contradict it."""
    if not planned.options.all:
        return mended_command("kubenet create", result)
    changes = _changes(result)
    if changes is None or not changes[0].values:
        return ""
    fix, without = changes
    values: dict[str, object] = {parameter(option): shlex.split(value) for option, value in fix.values}
    creation = retyped("kubenet create", SetOptions((("--plan", "@-"),)), [*dict(fix.values), *without])
    plan = command_anew(planned, values, {parameter(option) for option in without})
    return _short(f"{plan} -o json | {creation}") if creation else ""


def _short(line: str) -> str:
    """A command line that a person would still read; "" for a longer one."""
    return line if len(line) <= _LONGEST else ""


def _changes(result: PlanResult) -> tuple[SetOptions, tuple[str, ...]] | None:
    """Options to set, and to leave out."""
    errors = [each for each in result.findings if each.severity is Severity.ERROR]
    planned = any(each.rule in _PLANNED for each in errors)
    if planned and result.mended is None:
        return None
    values = dict(result.mended.whole.values) if planned and result.mended is not None else {}
    without = list(result.mended.without) if planned and result.mended is not None else []
    if RangeKind.SUBNET in result.requests.existing and RangeKind.SUBNET.option in values:
        return None  # another subnet needs a name, which is the user's to choose
    for finding in errors:
        if finding.rule not in _PLANNED and not _put_right(finding, values, without):
            return None
    return SetOptions(tuple(values.items())), tuple(without)


def _put_right(finding: Finding, values: dict[str, str], without: list[str]) -> bool:
    """Add what puts right a value that cannot stay as it was typed; whether there is something."""
    first = next((fix for fix in finding.fixes if isinstance(fix, SetOptions)), None)
    if first is None and finding.rule.startswith("malformed-"):
        return False  # what was meant is not known, and what was typed is not to be lost
    if any(option in values or option in without for option in finding.subject):
        return True
    if first is not None and has_placeholder(first):
        return False
    if first is not None and not {option for option, _ in first.values} & {"--within", "--exclude-prefixes"}:
        values.update(first.values)
        return True
    return False

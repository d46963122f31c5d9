"""What to type so that all that is wrong is put right: one command line, from fixes that were tried together."""

import shlex

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import Finding, LeaveOut, SetOptions, Severity
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.addressing.wording import listed
from azext_kubenet.errors import Together
from azext_kubenet.options.command_line import has_placeholder, retyped, same_input
from azext_kubenet.options.contradicted_plan import command_anew
from azext_kubenet.options.plan_file import PlanFile
from azext_kubenet.options.typed import parameter

#: Rules of plans: what breaks them is put right by the planner.
_PLANNED = {each.rule.name for each in rules.RULES} | {rules.NO_SPACE, rules.NOT_ACCEPTABLE}

#: Options that may name files: what is wrong in one is put right there.
_LISTS = {"--within", "--exclude-prefixes"}

#: Characters of a command line that is printed.
_LONGEST = 4000


def is_planned(finding: Finding) -> bool:
    """Whether it is about a plan, not about how an option is typed."""
    return finding.rule in _PLANNED


def mended_command(command: str, result: PlanResult) -> Together:
    """The command line with everything put right; none where that is not all a matter of options, or none was found.

    command: the words after az, such as `kubenet plan`.
    """
    changes = _changes(result)
    if changes is None or not (changes[0].values or changes[1]):
        return Together()
    anew = [option for option, _ in changes[0].values]
    return _short(retyped(command, *changes), (*same_input([*anew, *changes[1]]), *_warnings(result)))


def mended_creation(planned: PlanFile, result: PlanResult) -> Together:
    """The same for `create`. A plan that was typed is made again, as other ranges beside it would contradict it."""
    if not planned.options.all:
        return mended_command("kubenet create", result)
    changes = _changes(result)
    if changes is None or not changes[0].values:
        return Together()
    fix, without = changes
    values: dict[str, object] = {parameter(option): shlex.split(value) for option, value in fix.values}
    creation = retyped("kubenet create", SetOptions((("--plan", "@-"),)), [*dict(fix.values), *without])
    plan = command_anew(planned, values, {parameter(option) for option in without})
    asides = (*same_input(["--plan", *dict(fix.values), *without]), *_warnings(result))
    return _short(f"{plan} -o json | {creation}", asides) if creation else Together()


def _short(line: str, asides: tuple[str, ...]) -> Together:
    """A command line that a person would still read; none for a longer one."""
    return Together(line, asides) if line and len(line) <= _LONGEST else Together()


def _warnings(result: PlanResult) -> tuple[str, ...]:
    """A word on what is then warned of: by the plan, or by what was read of the options."""
    read = [each.rule for each in result.findings if each.severity is Severity.WARNING and each.rule not in _PLANNED]
    warned = [*dict.fromkeys([*read, *result.warned_when_mended])]
    return (f"it then warns of {listed(warned)}",) if warned else ()


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
    left_out = next((fix for fix in finding.fixes if isinstance(fix, LeaveOut)), None)
    if first is None and left_out is None and (finding.rule.startswith("malformed-") or {*finding.subject} & _LISTS):
        return False  # what was meant is not known, and what was typed is not to be lost
    if any(option in values or option in without for option in finding.subject):
        return True
    if first is not None and has_placeholder(first):
        return False
    if first is not None:
        values.update(first.values)
    elif left_out is not None:
        without.extend(left_out.options)
    return first is not None or left_out is not None

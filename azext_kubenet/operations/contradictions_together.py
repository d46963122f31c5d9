"""One command for all options that contradict a plan: the plan is made again with them, which was tried before."""

from collections.abc import Mapping

from azext_kubenet.addressing.findings import Finding, SetOptions, Severity
from azext_kubenet.addressing.planner.plan_again import plan_again
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.errors import Together, WrongUsage
from azext_kubenet.options.command_line import retyped, same_input
from azext_kubenet.options.contradicted_plan import command_anew, command_from_file, contradicting, kept_options
from azext_kubenet.options.plan_file import PlanFile
from azext_kubenet.options.plan_options import read_plan_options
from azext_kubenet.options.typed import Typed, parameter, spelled

#: Options of both commands that a plan does not hold.
_BESIDE = ("exclude_prefixes", "within")
#: Options that count nodes: a plan has the one no higher than the other.
_COUNTS = ("node_count", "max_count")


def creation_with_all(planned: PlanFile, typed: Typed, findings: list[Finding]) -> Together:
    """The command that makes the plan again and creates from it; none where more is wrong, or no such plan was found.

    What is in Azure is not looked at: the plan is tried as far as it can be without a login.
    """
    errors = [each for each in findings if each.severity is Severity.ERROR]
    given = contradicting(planned, typed)
    if not given or any(each.rule != "plan-contradicted" for each in errors):
        return Together()
    try:
        values = _planned_with(planned, typed, given)
    except WrongUsage:  # another network without its group, say: what would go with it is not known
        values = None
    if values is None:
        return Together()
    command = command_from_file(planned, values) or command_anew(planned, values)
    names = [*map(spelled, values)]
    creation = retyped("kubenet create", SetOptions((("--plan", "@-"),)), names)
    return Together(f"{command} -o json | {creation}" if creation else "", same_input(["--plan", *names]))


def _planned_with(planned: PlanFile, typed: Typed, given: Mapping[str, object]) -> dict[str, object] | None:
    """The values as they were typed if there is a plan with them, else as they are put right together, or None."""
    values = _with_counts(planned, given)
    result = _tried(planned, typed, values)
    if not result.refused:
        return values
    if result.mended is None or result.mended.without:
        return None
    mended = {parameter(option): value.split() for option, value in result.mended.whole.values}
    values |= {name: words if len(words) > 1 else _number(words[0]) for name, words in mended.items()}
    return None if _tried(planned, typed, values).refused else values


def _number(word: str) -> str | int:
    """A word as the command line would have read it."""
    return int(word) if word.isdigit() else word


def _with_counts(planned: PlanFile, given: Mapping[str, object]) -> dict[str, object]:
    """The same with the other number of nodes moved along, where the two would contradict each other."""
    values = dict(given)
    first, most = (values.get(name) or planned.options.number(name) for name in _COUNTS)
    if isinstance(first, int) and isinstance(most, int) and first > most:
        moved = "max_count" if "node_count" in given else "node_count"
        if moved not in given:
            values[moved] = max(first, most) if moved == "max_count" else min(first, most)
    return values


def _tried(planned: PlanFile, typed: Typed, values: Mapping[str, object]) -> PlanResult:
    """What comes of the command, as `plan` reads it."""
    beside = {name: typed.value(name) for name in _BESIDE}
    if command_from_file(planned, values):
        anew = {"plan": typed.value("plan"), "accept_risk": [*planned.accepted] or None}
    else:
        anew = kept_options(planned, values)
    several = ("vnet_address_prefixes", "subnet_prefix")
    listed = {name: [value] for name, value in values.items() if name in several and isinstance(value, str)}
    read = read_plan_options(Typed({**anew, **values, **listed, **beside}))
    inputs = read.ranges.size, read.ranges.requests, read.ranges.reservations, read.accept_risk
    return plan_again(*inputs, earlier=read.earlier).after(read.findings)

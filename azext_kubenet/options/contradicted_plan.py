"""A plan beside what is typed: where the two say different things, the plan is made again, with the command for it."""

import re
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Advice, Finding, Fix, LeaveOut, RunCommand, SetOptions, Severity, advise
from azext_kubenet.addressing.network_plugins import KUBENET
from azext_kubenet.azure.resource_id import SUBNET, ResourceId
from azext_kubenet.options.command_line import as_typed
from azext_kubenet.options.plan_file import PlanFile
from azext_kubenet.options.typed import Typed, parameter, spelled

#: What a plan is made again with: options, how plan spells them, and the defaults that need not be said.
_ANEW: tuple[tuple[str, str, object], ...] = (
    ("network_subscription", "--subscription", None),
    ("vnet_resource_group", "-g", None),
    ("vnet_name", "--vnet-name", None),
    ("subnet_name", "--subnet-name", None),
    ("vnet_subnet_id", "--vnet-subnet-id", None),
    ("pool", "--pool", None),
    ("node_count", "--node-count", limits.DEFAULT_NODE_COUNT),
    ("max_count", "--max-count", None),
    ("max_pods", "--max-pods", limits.DEFAULT_MAX_PODS),
    ("max_surge", "--max-surge", limits.DEFAULT_MAX_SURGE),
    ("extra_ips", "--extra-ips", 0),
    ("accept_risk", "--accept-risk", None),
    ("skip_checks", "--skip-checks", None),
)
#: Options that name a network: beside a plan for a subnet that exists, each says something else.
_NETWORK = ("vnet_name", "subnet_name", "vnet_resource_group", "vnet_subnet_id")
#: Options that a plan with node pools holds in other words.
_COUNTS = ("node_count", "max_count")
#: Characters of a command that a person would still read.
_LONGEST = 1000
_PURPOSE = "make the plan again, with the --exclude-prefixes and --within that it had"


def combine(planned: PlanFile, typed: Typed) -> tuple[Typed, list[Finding]]:
    """The options of a plan with those typed beside it; one that says something else than the plan is a finding."""
    findings: list[Finding] = []
    for name, given in contradicting(planned, typed).items():
        option, value = "--" + name.replace("_", "-"), planned.options.all[name]
        again = _from_file(planned, name, given)
        words = "with it (add --exclude-prefixes and --within again)" if again else "with it"
        command = again or command_anew(planned, _fitting(planned, name, given))
        findings.append(
            Finding(
                "plan-contradicted",
                Severity.ERROR,
                (option, "--plan"),
                f"{option} {' '.join(words_of(given))} contradicts the plan, which has {' '.join(words_of(value))}",
                advise(f"leave {option} out, or make the plan again {words}: {command}"),
            )
        )
    return typed.under(planned.options), findings


def _from_file(planned: PlanFile, name: str, given: object) -> str:
    """The command that makes a plan again from its file, with another value of one option; "" where that does not do.

    The plan that comes of it has a file of its own: the shell empties a file that is written before it is read.
    """
    command = command_from_file(planned, {name: given})
    written = "plan-again.json" if as_typed("--plan")[-1:] != ["@plan-again.json"] else "plan.json"
    return f"{command} -o json > {written}" if command else ""


def command_from_file(planned: PlanFile, given: Mapping[str, object]) -> str:
    """The command that makes a plan again from its file, with other values of some options; "" where there is none."""
    typed = as_typed("--plan")
    there = {*given} & {*_NETWORK} or ("subnet_prefix" in given and "vnet_subnet_id" in planned.options.all)
    if there or len(typed) != 2 or not typed[1].startswith("@") or typed[1] == "@-":
        return ""
    words = [word for name, value in given.items() for word in (spelled(name), *words_of(value))]
    words = [*typed, *words, *as_typed("--exclude-prefixes", "--within", "--discover")]
    for option, names in (("--accept-risk", planned.accepted), ("--skip-checks", planned.skipped)):
        words += [option, *names] if names else []
    return shlex.join(["az", "kubenet", "plan", *words])


def contradicting(planned: PlanFile, typed: Typed) -> dict[str, object]:
    """The options that say something else than a plan, with their values."""
    given = {name: (typed.value(name), value) for name, value in planned.options.all.items()}
    return {name: new for name, (new, old) in given.items() if new is not None and not _same(new, old)}


def _fitting(planned: PlanFile, name: str, given: object) -> dict[str, object]:
    """One option with its other value, and the other number of nodes where the two would contradict each other."""
    other = {"node_count": "max_count", "max_count": "node_count"}.get(name, "")
    planned_other = planned.options.number(other) if other else None
    if planned_other is None or not isinstance(given, int):
        return {name: given}
    wrong = given > planned_other if name == "node_count" else given < planned_other
    return {name: given, other: given} if wrong else {name: given}


def command_anew(planned: PlanFile, given: Mapping[str, object], without: Collection[str] = ()) -> str:
    """The command that makes a plan again, for the same network, size and ranges, with other values of some options.

    without: options to leave out. What was typed beside the plan and is not in it stays.
    """
    words = planned.plugin.arguments.split() if planned.plugin is not KUBENET else []
    kept = kept_options(planned, given, without)
    words += [word for key, value in kept.items() for word in (_spelled_anew(key), *words_of(value))]
    words += [word for name, value in given.items() for word in (_ours(name), *words_of(value))]
    return shlex.join(["az", "kubenet", "plan", *words, *as_typed("--exclude-prefixes", "--within", "--discover")])


def kept_options(planned: PlanFile, given: Mapping[str, object], without: Collection[str] = ()) -> dict[str, object]:
    """The options of a plan that is made again, without those that are given anew, and without defaults."""
    values = {**planned.options.all, "network_subscription": planned.subscription or None}
    values |= {"accept_risk": list(planned.accepted) or None, "skip_checks": list(planned.skipped) or None}
    subnet = ResourceId(str(values.get("vnet_subnet_id") or ""))
    # A subnet that exists has its prefix: another one is that of a new subnet.
    if "subnet_prefix" in given and subnet.is_a(SUBNET):
        values |= {"network_subscription": subnet.subscription, "vnet_resource_group": subnet.group}
        values |= {"vnet_name": subnet.parent.name, "vnet_subnet_id": None}
    ranges = [each for each in planned.given if each != "subnet_prefix" or values.get("vnet_subnet_id") is None]
    dropped, defaults = (*given, *without), {each[0]: each[2] for each in _ANEW}
    defaults["max_pods"] = planned.plugin.default_max_pods
    names = [each for each in (*defaults, *ranges) if each not in dropped]
    return {each: values[each] for each in names if values.get(each) not in (None, defaults.get(each))}


def _spelled_anew(name: str) -> str:
    """An option of a plan that is made again, as plan spells it."""
    return next((spelling for key, spelling, _ in _ANEW if key == name), spelled(name))


def _ours(name: str) -> str:
    """An option as `az kubenet plan` has it."""
    return "-g" if name == "vnet_resource_group" else spelled(name)


def advice_anew(findings: Iterable[Finding], planned: PlanFile) -> list[Finding]:
    """The findings with advice that goes with a plan: what that says of an option can be changed in the plan alone."""
    held = _held(planned)
    return [
        replace(each, fixes=_anew(each.fixes, planned, held)) if held and "--plan" not in each.subject else each
        for each in findings
    ]


def _held(planned: PlanFile) -> frozenset[str]:
    """Options that a plan refuses to be typed with another value."""
    held = {*planned.options.all}
    held |= {*_COUNTS} if "pool" in held else set()
    return frozenset(held | ({*_NETWORK} if held & {*_NETWORK} else set()))


def _anew(fixes: Sequence[Fix], planned: PlanFile, held: frozenset[str]) -> tuple[Fix, ...]:
    """What can still be done, of what could be done without the plan."""
    found: dict[Fix, None] = {}
    for fix in fixes:
        if isinstance(fix, SetOptions) and {parameter(option) for option, _ in fix.values} & held:
            values = {parameter(option): shlex.split(value) for option, value in fix.values}
            command = command_anew(planned, values)
            readable = len(command) <= _LONGEST
            found[RunCommand(command, _PURPOSE) if readable else Advice(f"make the plan again with {fix}")] = None
        elif isinstance(fix, LeaveOut):
            if not {parameter(option) for option in fix.options} & held:
                found[fix] = None
        elif isinstance(fix, Advice) and _options_in(fix.sentence) & held:
            found[Advice(f"{fix.sentence} (it is from the plan: make that again with it)")] = None
        else:
            found[fix] = None
    return tuple(found) or (advise("make the plan again with az kubenet plan") if fixes else ())


def _options_in(sentence: str) -> set[str]:
    """The options that a sentence names, but those of a command in it."""
    return {parameter(each) for each in re.findall(r"--[a-z][a-z-]+", sentence.partition("az ")[0])}


def words_of(value: object) -> list[str]:
    """A value as the words of the command line; an option that is given more than once comes as lists."""
    if isinstance(value, (list, tuple)):
        return [word for each in value for word in words_of(each)]
    return [str(value)]


def _same(given: object, planned: object) -> bool:
    """Whether two values say the same; Azure's names and ids are the same in any letters' case."""
    return [word.lower() for word in words_of(given)] == [word.lower() for word in words_of(planned)]

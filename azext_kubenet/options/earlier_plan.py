"""`plan --plan`: an earlier plan, whose demand is taken where nothing else is typed, and whose ranges are kept."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.planner.plan_again import EarlierRanges
from azext_kubenet.options.plan_file import PlanFile, read_plan
from azext_kubenet.options.plan_text import USE_A_PLAN
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed, parameter, spelled

_RANGES = {parameter(kind.option): kind for kind in RangeKind}
#: Options that say how large the cluster is, other than its nodes.
_SIZE = ("max_pods", "max_surge", "extra_ips")
_NODES = ("node_count", "max_count")
#: Options that name the network, all of which a plan says or none.
_NETWORK = ("vnet_name", "vnet_subnet_id", "subnet_name")


class EarlierPlan(NamedTuple):
    """What an earlier plan makes of the options.

    typed: the options, with those of the plan where nothing was typed
    ranges: of the plan, None without one, or where it cannot be read
    subscription: of the network that it was made for, "" for none
    findings: what is wrong with it, and what of it is not used
    """

    typed: Typed
    ranges: EarlierRanges | None = None
    subscription: str = ""
    findings: tuple[Finding, ...] = ()


def read_earlier_plan(typed: Typed) -> EarlierPlan:
    """The options of a plan that is made again; without --plan, what was typed."""
    text = typed.value("plan")
    if text is None:
        return EarlierPlan(typed)
    planned = read_plan(str(text))
    if planned.findings:
        return EarlierPlan(typed, findings=planned.findings)
    said = planned.options.all
    ranges = read_ranges(Typed({name: said[name] for name in _RANGES if name in said}))
    if ranges.findings:
        return EarlierPlan(typed, findings=tuple(_malformed(each) for each in ranges.findings))
    (nodes, findings), place = _nodes(planned, typed), _place(planned, typed)
    options = {**{name: said[name] for name in _SIZE if name in said}, **nodes, **place, **_plugin(planned, typed)}
    others = Typed({name: value for name, value in options.items() if typed.value(name) is None})
    given = frozenset(_RANGES[name] for name in planned.given)
    subscription = planned.subscription if "vnet_name" in place else ""
    return EarlierPlan(
        typed.under(others), EarlierRanges(ranges.requests, given, planned.held_to), subscription, tuple(findings)
    )


def _plugin(planned: PlanFile, typed: Typed) -> dict[str, object]:
    """The network plugin of a plan, where none is typed."""
    if any(typed.value(name) is not None for name in ("network_plugin", "network_plugin_mode")):
        return {}
    return {"network_plugin": planned.plugin.name, "network_plugin_mode": planned.plugin.mode or None}


def _malformed(finding: Finding) -> Finding:
    message = f"the plan has a value that is not a range: {finding.message}"
    return Finding("malformed-plan", Severity.ERROR, ("--plan",), message, advise(USE_A_PLAN))


def _nodes(planned: PlanFile, typed: Typed) -> tuple[dict[str, object], list[Finding]]:
    """Options on the nodes. The pools of a plan give way to any that was typed, and that is said."""
    said = planned.options.all
    pools = [str(each) for each in said.get("pool", ())]  # type: ignore[attr-defined]
    used = next((spelled(name) for name in ("pool", *_NODES) if typed.value(name) is not None), "")
    if not pools:
        return ({} if used == "--pool" else _fitting({name: said[name] for name in _NODES if name in said}, typed)), []
    if not used:
        return {"pool": pools if typed.value("max_surge") is None else _with_other_surge(pools, said)}, []
    message = f"{used} is used instead of the node pools of the earlier plan: {', '.join(pools)}"
    finding = Finding("pools-overruled", Severity.INFO, (used, "--plan"), message)
    nodes = sum(int(each.split(":")[1]) for each in pools)
    return ({} if used == "--pool" else _fitting({"node_count": nodes}, typed)), [finding]


def _with_other_surge(pools: Sequence[str], said: Mapping[str, object]) -> list[str]:
    """The pools without the surge that was that of the plan: they have the one that is typed."""
    surge = f":{said.get('max_surge', limits.DEFAULT_MAX_SURGE)}"
    return [pool.removesuffix(surge).rstrip(":") if pool.endswith(surge) else pool for pool in pools]


def _fitting(said: dict[str, object], typed: Typed) -> dict[str, object]:
    """Numbers of nodes of which the first is no more than the second: what was typed moves what was not."""
    first, most = typed.number("node_count"), typed.number("max_count")
    planned = {name: int(str(value)) for name, value in said.items()}
    if most is not None and first is None and "node_count" in planned:
        planned["node_count"] = min(planned["node_count"], most)
    if first is not None and most is None and "max_count" in planned:
        planned["max_count"] = max(planned["max_count"], first)
    return dict(planned)


def _place(planned: PlanFile, typed: Typed) -> dict[str, object]:
    """The network that a plan was made for, and how it looked beyond, where no other is typed."""
    said = planned.options.all
    place: dict[str, object] = {name: said[name] for name in ("discover",) if name in said}
    if any(typed.value(name) is not None for name in ("vnet_name", "vnet_subnet_id")):
        return place
    if typed.value("subnet_name") is not None and "vnet_subnet_id" in said:
        return place
    place |= {name: said[name] for name in _NETWORK if name in said}
    if "vnet_resource_group" in said:
        place["resource_group_name"] = said["vnet_resource_group"]
    return place

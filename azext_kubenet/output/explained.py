"""The text of `plan --explain`: why each range is that one, what the plan supports, what is around it."""

from collections.abc import Iterator, Sequence
from heapq import nsmallest
from textwrap import wrap

from azext_kubenet.addressing import growth, limits, sizing
from azext_kubenet.addressing.growth import Limit, NextSize, ServiceLimit
from azext_kubenet.addressing.model import Origin, RangeKind, Reservation
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.addressing.wording import many

#: Columns of a terminal that few people have less of.
MAX_WIDTH = 100
_INDENT = "    "
#: What it is about, and what is said of that.
_Paragraph = tuple[str, str]
#: How many of what is around are named of each kind.
_NAMED = 2
#: What the reservations of each origin are, in the order in which they are told.
_AROUND = {
    Origin.SUBNET: "other subnet",
    Origin.PEERING: "peered range",
    Origin.ROUTE: "routed range",
    Origin.CLUSTER: "cluster range",
    Origin.USER: "excluded range",
    Origin.VNET: "unconnected network",
    Origin.AZURE: "Azure range",
}
_LIMITS = {"subnet": "the subnet", "podCidr": "the pod CIDR", "routes": "the route table", "nodes": "AKS"}


def explain(result: PlanResult, *more: str, width: int = MAX_WIDTH) -> str:
    """A plan that is not refused, with its reasons, in words.

    more: texts to append, such as a map; empty ones are left out. width: in columns
    """
    blocks = [_ranges(result), _capacity(result), _around(result)]
    text = "\n".join(line for block in blocks for each in block for line in _filled(*each, width))
    return "\n\n".join([text, *(each.strip("\n") for each in more if each.strip())]) + "\n"


def _ranges(result: PlanResult) -> Iterator[_Paragraph]:
    """What each range is, its value, and why it is that."""
    for kind in RangeKind:
        if result.plan[kind]:
            # the value of the docker bridge is its address, not its network
            title = "docker bridge" if kind is RangeKind.DOCKER_BRIDGE else kind.words
            head = f"{title} {' '.join(map(str, result.plan[kind]))}:"
            yield head, result.reasons.get(kind.key, "")


def _capacity(result: PlanResult) -> Iterator[_Paragraph]:
    """How large a cluster the plan supports, and what limits it first."""
    holds, size = result.capacity, result.plan.size
    if holds is None:
        return
    bounds, first = holds.bounds, holds.limited_by
    words = {**_LIMITS, "routes": "AKS" if bounds.get("routes") == limits.MAX_NODES else _LIMITS["routes"]}
    others = ", ".join(f"{words[name]} allows {nodes:,}" for name, nodes in bounds.items() if name != first)
    surge = size.surge_for(holds.nodes)
    nodes = f"{many(holds.nodes, 'node')} plus {many(surge, 'surge node')}" if surge else many(holds.nodes, "node")
    pods = f"with {many(holds.pods, 'pod')}, {size.max_pods} per node"
    asked = f"requested: {many(size.nodes, 'node')}"
    yield "capacity:", f"{nodes}, {pods}; the first limit is {words[first]}, {others}; {asked}"
    least = sizing.smallest(size)
    ranges = f"a subnet of /{least.subnet}, a pod CIDR of /{least.pods}, a service CIDR of /{least.services}"
    yield "smallest for the request:", ranges


def _around(result: PlanResult) -> Iterator[_Paragraph]:
    """What was kept clear of, by what it is, with the largest by name."""
    by_origin: dict[Origin, list[Reservation]] = {}
    for each in result.reservations:
        by_origin.setdefault(each.origin, []).append(each)
    if result.reservations:
        yield f"avoids {many(len(result.reservations), 'range')}:", ""
    for origin, what in _AROUND.items():
        found = by_origin.get(origin, [])
        if found:
            yield f"{_INDENT}{many(len(found), what)}:", _largest(found)
    if result.elsewhere:
        yield (
            f"{many(len(result.elsewhere), 'range')} of clusters that are not connected, which may be shared:",
            _largest(result.elsewhere),
        )


def _largest(reservations: Sequence[Reservation]) -> str:
    """The largest few by name, and how many more there are."""
    largest = nsmallest(_NAMED, reservations, key=lambda each: (each.network.prefixlen, each.network.first))
    names = ", ".join(dict.fromkeys(f"{each.shown} ({each.reason})" for each in largest))
    return names if len(reservations) <= _NAMED else f"{names} and {len(reservations) - _NAMED} more"


def _filled(head: str, text: str, width: int) -> list[str]:
    """A paragraph whose lines after the first are set in; no name or range is broken."""
    lead = head[: len(head) - len(head.lstrip())]
    return wrap(
        f"{head} {text}", width, subsequent_indent=lead + _INDENT, break_long_words=False, break_on_hyphens=False
    )


def raised_by(sizes: Sequence[NextSize]) -> str:
    """A sentence on which single step up supports more nodes, and on both together where that is more still."""
    words = {growth.SUBNET: "a subnet of /{0.subnet}", growth.PODS: "a pod CIDR of /{0.pods}"}
    single = [size for size in sizes if size.step != growth.BOTH and size.more > 0]
    parts = [f"{words[each.step].format(each)} supports {many(each.nodes, 'node')}" for each in single]
    best = max((each.more for each in single), default=0)
    parts += [
        f"a subnet of /{each.subnet} with a pod CIDR of /{each.pods} supports {many(each.nodes, 'node')}"
        for each in sizes
        if each.step == growth.BOTH and each.more > best
    ]
    return ", ".join(parts) if parts else "larger ranges support no more nodes: AKS's own limits come first"


_BINDS = {
    growth.SUBNET: "subnet",
    growth.PODS: "pod CIDR",
    growth.ROUTES: "route table",
    growth.NODES: "node limit of AKS",
    growth.SERVICES: "service CIDR",
}


def outlook(found: Sequence[Limit | ServiceLimit], sizes: Sequence[NextSize]) -> list[str]:
    """The growth of a plan as people read it."""
    text = []
    for each in found:
        if isinstance(each, ServiceLimit):
            last = f"; the first {each.static} are assigned last, so that fixed IPs can use them" if each.static else ""
            plural = "service address" if each.addresses == 1 else "service addresses"
            text.append(f"{_BINDS[each.limit]}: {each.addresses:,} {plural}{last}; {each.then}")
            continue
        left = f"{each.left:,} more than planned" if each.left >= 0 else f"{-each.left:,} fewer than planned"
        time = "" if each.years is None else f", {_time(each.years)}"
        time += f", after kubenet retires on {limits.KUBENET_RETIREMENT}" if each.after_retirement else ""
        text.append(f"{_BINDS[each.limit]}: {many(each.nodes, 'node')}, {left}{time}; then: {each.then}")
    return [*text, f"next size up: {raised_by(sizes)}"] if found else text


def _time(years: float) -> str:
    if years >= growth.MOST_YEARS:
        return f"reached in {growth.MOST_YEARS} years or later"
    return f"reached in {years:.1f} years" if years else "reached now"

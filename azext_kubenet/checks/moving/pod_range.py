"""The pod CIDR of a cluster after its move: its own if it serves, one that was typed, or one that is found.

Azure CNI Overlay counts a /24 for every node at its most, and for the surge of all of them; and a range that AKS has
come to reserve is refused of a cluster that is changed. [K6 K27 K28] The rules are those of a plan for Azure CNI
Overlay, on the ranges that the cluster has.
"""

from dataclasses import replace
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Finding, Fix, LeaveOut, Severity, use
from azext_kubenet.addressing.model import (
    ClusterSize,
    Pool,
    RangeKind,
    RangeRequest,
    RangeRequests,
    Reservation,
    fixed,
    sized,
)
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.addressing.planner.plan_result import PlanResult, plan_ranges
from azext_kubenet.checks.running.collisions import seen_around
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.topology import ranges

_OPTION, _RULE = "--pod-cidr", "pod-cidr-for-overlay"
#: Ranges of the cluster that stay as they are, whatever is found of them.
_EXISTING = (RangeKind.VNET, RangeKind.SUBNET, RangeKind.SERVICES)
#: Rules on what is around the network, at which Azure does not look.
_AROUND = ("peered-network-overlap", "routed-range-overlap")
#: Largest pod CIDR that is looked for, and the smallest.
_LARGEST, _SMALLEST = 10, 24


class PodRange(NamedTuple):
    """The range, None where none is known, why it is that one, and what was found of it."""

    network: IPNetwork | None
    why: str
    findings: tuple[Finding, ...] = ()


class _Inputs(NamedTuple):
    """What a plan for the cluster on Azure CNI Overlay is made from, but for its pods."""

    own: IPNetwork | None
    size: ClusterSize
    requests: RangeRequests
    taken: tuple[Reservation, ...]

    def plan(self, pods: RangeRequest) -> PlanResult:
        """The plan with these pods."""
        return plan_ranges(self.size, replace(self.requests, pods=pods), self.taken)

    def serves(self, network: IPNetwork) -> bool:
        """Whether a range does."""
        return not _wrong(self.plan(fixed(network)))


def pod_range(context: RunningContext, asked: RangeRequest) -> PodRange:
    """Keep the range, judge the one that was typed, or find one of a size."""
    inputs = _inputs(context)
    if asked.is_sized:
        return _of_size(inputs, asked)
    wanted = asked.network if asked.is_fixed else inputs.own
    if wanted is None:
        return PodRange(None, "the cluster shows no pod CIDR")
    result = inputs.plan(fixed(wanted))
    wrong = _wrong(result)
    if wanted == inputs.own:  # as it was before, which is told among what `check` finds
        wrong = [each for each in wrong if each.rule not in _AROUND]
    if not wrong and asked.is_fixed and wanted != inputs.own:
        return PodRange(wanted, "as typed", tuple(map(_as_finding, _unwise(result))))
    if not wrong:
        return PodRange(wanted, "kept, as it serves: each node keeps its /24")
    fixes: tuple[Fix, ...] = (LeaveOut((_OPTION,)),) if inputs.own is not None and inputs.serves(inputs.own) else ()
    if not fixes and (serving := _serving(inputs)) is not None:
        fixes = (use(_OPTION, serving),)
    told = [_as_finding(each) for each in wrong]
    return PodRange(wanted, "", tuple(replace(each, fixes=fixes or each.fixes) for each in told))


def _of_size(inputs: _Inputs, asked: RangeRequest) -> PodRange:
    """A range of the size that was typed: the one that the cluster has, if that has it."""
    own = inputs.own
    if own is not None and own.prefixlen == asked.prefixlen and inputs.serves(own):
        return PodRange(own, f"kept, as it is a {asked} and serves: each node keeps its /24")
    result = inputs.plan(asked)
    return PodRange(result.plan.pods, f"the first free {asked}", tuple(map(_as_finding, _wrong(result))))


def _inputs(context: RunningContext) -> _Inputs:
    cluster = context.cluster
    pools = tuple(Pool(pool.name, pool.nodes, pool.most, pool.max_surge) for pool in cluster.pools)
    size = ClusterSize(
        node_count=sum(pool.count for pool in pools),
        max_count=sum(pool.max_count for pool in pools),
        pools=pools,
        network_plugin=OVERLAY,
    )
    sites = [*seen_around(context)]
    prefixes = [each for site, _, _ in sites for each in site.plan.vnet]
    subnet = next((site.plan.subnet for site, _, _ in sites if site.plan.subnet is not None), None)
    services = next(ranges(cluster.services), None)
    requests = RangeRequests(
        vnet=fixed(*dict.fromkeys(prefixes)),
        subnet=fixed(subnet) if subnet is not None else RangeRequests().subnet,
        services=fixed(services) if services is not None else RangeRequests().services,
        existing=_EXISTING,
    )
    taken = dict.fromkeys(each for _, _, around in sites for each in around.reservations)
    return _Inputs(context.seen.pods, size, requests, tuple(taken))


def _wrong(result: PlanResult) -> list[Finding]:
    """What Azure refuses, or breaks, of the pod CIDR; what is wrong with other ranges was so before."""
    return [
        each
        for each in result.findings
        if each.severity is Severity.ERROR and (_OPTION in each.subject or result.plan.pods is None)
    ]


def _unwise(result: PlanResult) -> list[Finding]:
    """What is unwise of a pod CIDR that is new."""
    return [each for each in result.findings if each.severity is Severity.WARNING and _OPTION in each.subject]


def _as_finding(found: Finding) -> Finding:
    message = f"{found.message} ({found.rule}, as Azure CNI Overlay counts)"
    return replace(found, rule=_RULE, subject=(_OPTION,), message=message, acceptable="")


def _serving(inputs: _Inputs) -> IPNetwork | None:
    """The least change that serves: a range around the own one, which keeps each /24, else a free one."""
    own = inputs.own
    lengths = range((own.prefixlen if own is not None else _SMALLEST) - 1, _LARGEST - 1, -1)
    around = (own.supernet(length)[0] for length in lengths) if own is not None else iter(())
    found = next((each for each in around if inputs.serves(each)), None)
    for length in range(min(lengths.start + 1, _SMALLEST), _LARGEST - 1, -1):
        if found is not None:
            break
        result = inputs.plan(sized(length))
        found = None if _wrong(result) else result.plan.pods
    return found

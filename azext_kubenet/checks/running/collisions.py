"""Ranges of a running cluster against what came since: subnets, peerings, gateways, sites, routes, other clusters.

The rules are those of a plan, on the ranges that the cluster has; the surroundings are those that a plan reads. What
has been read of the cluster is not read again, and which networks Azure Virtual Network Manager connects is not asked:
the right to ask is not in the role Reader. [G7 G8 G9 G14 K27]
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Finding, RunCommand, Severity
from azext_kubenet.addressing.model import Origin, RangeKind, RangeRequests, Reservation, fixed
from azext_kubenet.addressing.reserved_space import touching
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.collision_remedies import remedies
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.coverage import DISCONNECTED, OVERLAPS, UNREADABLE
from azext_kubenet.discovery.existing import NOT_LOOKED_AT
from azext_kubenet.discovery.network_reads import NetworkSource
from azext_kubenet.discovery.surroundings import surroundings
from azext_kubenet.discovery.topology import ConnectedGroups, Kind, Known, Shown, Surroundings, Want

#: Rules on what may have come since the cluster was made.
_SINCE = (
    "pod-subnet-overlap",
    "pod-vnet-overlap",
    "service-subnet-overlap",
    "service-vnet-overlap",
    "existing-subnet-overlap",
    "peered-network-overlap",
    "routed-range-overlap",
    "cluster-range-overlap",
    "subnet-in-cluster-range",
    "other-network-overlap",
    "cluster-range-duplicate",
)
#: What was refused for new clusters later on: those that are there go on. [K27]
_RESERVED = "reserved-range-overlap"
_RULES = [each for each in rules.PLACE_RULES if each.rule.name in (*_SINCE, _RESERVED)]
#: What another finding says more exactly, if there is one of the subnet.
_OF_NETWORK = ("pod-vnet-overlap", "service-vnet-overlap")
#: Things of a kind that have a finding each, with what ends that; more of them have one.
_TOLD_APART = 3
_ACCEPTED_RANGES = (RangeKind.VNET, RangeKind.SUBNET, RangeKind.PODS, RangeKind.SERVICES)


class _SeenSource:  # pylint: disable=too-few-public-methods
    """A Source that has what was read of the cluster, and asks for the rest."""

    def __init__(self, context: RunningContext):
        self._tables = context.seen.tables
        self._azure = NetworkSource(context.reader)

    def look(self, wanted: Sequence[Want]) -> Sequence[Shown]:
        """An answer to each want; connected groups are never asked for."""
        asked = [each for each in wanted if self._known(each) is None]
        answers = dict(zip(asked, self._azure.look(asked), strict=True)) if asked else {}
        return [self._known(each) or answers[each] for each in wanted]

    def _known(self, want: Want) -> Shown | None:
        if want.kind is Kind.GROUPS:
            return ConnectedGroups()
        return self._tables.get(want.id) if want.kind is Kind.TABLE else None


def _collisions(context: RunningContext) -> Iterator[Finding | Unreadable]:
    """The ranges of the cluster collide with nothing that is connected to its network."""
    told = set[tuple[str, str]]()
    for site, network, around in seen_around(context):
        for each in (*_collided(context, site, network, around), *filter(None, map(_told, around.findings))):
            if (each.rule, each.message) not in told:
                told.add((each.rule, each.message))
                yield each
    yield from context.unread("networks", "subnets", "pods")


def seen_around(context: RunningContext) -> Iterator[tuple[CheckContext, VirtualNetwork, Surroundings]]:
    """Each subnet of the cluster's nodes with its network and what is around that, but for networks that are hidden."""
    shown = [each.id for each in context.seen.subnets if each.shown is not None]
    for site, subnet in zip(context.sites, shown, strict=True):
        network = context.seen.networks.get(subnet.parent)
        if network is None:  # what else is in the network is hidden, and said to be
            continue
        network = network._replace(id=subnet.parent)  # as the pools spell it, so that nothing is asked for again
        known, source = Known(clusters=[context.cluster]), _SeenSource(context)
        yield site, network, surroundings(source, network, site.names.subnet, context.cluster.id, context.caller, known)


def _collided(
    context: RunningContext, site: CheckContext, network: VirtualNetwork, around: Surroundings
) -> Iterator[Finding]:
    """What the rules of a plan say of the ranges, and of each thing around that touches them."""
    hit = touching(around.reservations, site.plan.networks())
    alone = _broken(site, ())
    beside = [(taken, [each for each in _broken(site, taken) if each not in alone]) for taken in _together(hit, site)]
    of_subnets = any(each.rule == "existing-subnet-overlap" for _, found in beside for each in found)
    for finding in alone:
        if not (of_subnets and finding.rule in _OF_NETWORK):
            yield _as_found(finding, remedies(context, site, network, None))
    for taken, found in beside:
        if _are_summaries(taken, site):
            yield from (replace(_as_found(each, ()), severity=Severity.INFO) for each in found)
            continue
        # of many, none is worth a command: to take one away mends nothing
        named = taken if len({each.reason for each in taken}) <= _TOLD_APART else taken[:1]
        fixes = [*chain.from_iterable(remedies(context, site, network, each) for each in named)]
        if len(named) < len(taken):
            fixes = [each for each in fixes if each.command.startswith("az kubenet plan")]
        once = sorted(dict.fromkeys(fixes), key=lambda fix: fix.command.startswith("az kubenet plan"))
        yield from (_as_found(each, tuple(once)) for each in found)


def _together(hit: Iterable[Reservation], site: CheckContext) -> list[list[Reservation]]:
    """What is told in one finding: all ranges of one thing; of many things of a kind, as subnets of a peer, all."""
    by_reason: dict[str, list[Reservation]] = {}
    for each in hit:
        by_reason.setdefault(each.reason, []).append(each)
    kinds: dict[tuple[Origin, bool], list[list[Reservation]]] = {}
    for taken in by_reason.values():
        kinds.setdefault((taken[0].origin, _are_summaries(taken, site)), []).append(taken)
    return [
        each
        for things in kinds.values()
        for each in (things if len(things) <= _TOLD_APART else [[*chain.from_iterable(things)]])
    ]


def _are_summaries(taken: Iterable[Reservation], site: CheckContext) -> bool:
    """Whether ranges are routes that hold more than all of each range of the cluster that they touch.

    The routes of nodes are more precise, so a cluster works behind a route of all private space to a firewall; hosts of
    that part cannot be reached from its pods, which is known to who lives there.
    """
    own = site.plan.networks()
    return all(
        each.origin is Origin.ROUTE and each.network != network and network in each.network
        for each in taken
        for network in own
        if overlap(each.network, network)
    )


def _broken(site: CheckContext, taken: Iterable[Reservation]) -> list[Finding]:
    """The findings of the rules on the ranges as they are, beside some reservations."""
    plan = site.plan
    requests = RangeRequests(
        vnet=fixed(*plan.vnet),
        subnet=fixed(plan.subnet) if plan.subnet is not None else RangeRequests().subnet,
        pods=fixed(plan.pods) if plan.pods is not None else RangeRequests().pods,
        services=fixed(plan.services) if plan.services is not None else RangeRequests().services,
        existing=_ACCEPTED_RANGES,
    )
    return rules.check(rules.RuleContext(plan, requests, tuple(taken), lambda _: None, given_only=True), _RULES)


def _as_found(finding: Finding, fixes: tuple[RunCommand, ...]) -> Finding:
    """The same of a cluster that runs: no options are at fault, and its ranges cannot be changed."""
    if finding.rule == _RESERVED:
        return replace(finding, subject=(), severity=Severity.WARNING, acceptable="", fixes=fixes)
    return replace(finding, subject=(), fixes=fixes)


def _told(finding: Finding) -> Finding | None:
    """What is said of what could not be seen, and of the network itself; nothing of what a plan alone asks."""
    commands = tuple(each for each in finding.fixes if isinstance(each, RunCommand))
    if finding.rule == UNREADABLE:
        message = finding.message.replace("the plan avoids what", "compared with what")
        return Finding(NOT_LOOKED_AT, Severity.WARNING, (), f"{message}; not looked at: {CHECK}", commands)
    return replace(finding, subject=(), fixes=commands) if finding.rule in (DISCONNECTED, OVERLAPS) else None


CHECK = "range-collisions"
CHECKS = (RunningCheck(CHECK, _collisions),)

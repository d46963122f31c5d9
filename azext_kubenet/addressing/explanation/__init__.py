"""Why each range of a plan is the one it is, made from the trace of the search that found it.

The planner tries usual values first, in order; then sizes as large as the others allow; then places, best fit and
lowest address first (search_space, layout, trace).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from netaddr import IPNetwork

from azext_kubenet.addressing import growth, limits, sizing
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.explanation.claims import Block, Cause, Conflict, Need, Place, Size, Where, Why
from azext_kubenet.addressing.explanation.reason import How, Reason
from azext_kubenet.addressing.free_space import covers, difference, interval, merged
from azext_kubenet.addressing.model import Origin, RangeKind, Reservation
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.addressing.planner.shortage import outermost
from azext_kubenet.addressing.planner.trace import Usual
from azext_kubenet.addressing.reserved_space import touching

#: How many of what overlaps a conventional value are named.
_NAMED = 2


def described(result: PlanResult, yearly_growth: int | None = None, days_left: int | None = None) -> PlanResult:
    """The same with its reasons and, if it is complete, what it supports and how far.

    yearly_growth: of the nodes, in percent, None where it is not stated; days_left: until kubenet retires, None for
    no date.
    """
    plan, why_each = result.plan, reasons(result)
    if not plan.complete:
        return replace(result, reasons=why_each)
    return replace(
        result,
        reasons=why_each,
        capacity=sizing.capacity(plan),
        limits=growth.growth(plan, yearly_growth, days_left),
        next_sizes=growth.next_sizes(plan),
    )


def reasons(result: PlanResult, given: Mapping[RangeKind, str] | None = None) -> dict[str, str]:
    """A sentence for each range that is decided, by the answer's keys.

    given: for ranges of the requests, words that say where they come
    from, instead of `given with --pod-cidr`; those of the result, unless others are named.
    """
    return {reason.kind.key: reason.words() for reason in why(result, given)}


def why(result: PlanResult, given: Mapping[RangeKind, str] | None = None) -> list[Reason]:
    """The same as claims, in the order of the answer."""
    asking = _Asking(result, result.given if given is None else given)
    return [asking.reason(kind) for kind in RangeKind if result.plan[kind]]


class _Asking:  # pylint: disable=too-many-instance-attributes,too-few-public-methods
    """Reads the trace of one plan."""

    def __init__(self, result: PlanResult, given: Mapping[RangeKind, str]):
        self.plan, self.requests, self.size, self.given = result.plan, result.requests, result.plan.size, given
        self.reservations, self.elsewhere = result.reservations, result.elsewhere
        if result.proposal is None:
            raise ValueError("a plan that was not proposed has no reasons")
        self.search, self.trace = result.proposal.search, result.proposal.trace
        self.reserved = self.search.reserved
        self.within = merged(interval(block) for block in self.requests.within)

    def reason(self, kind: RangeKind) -> Reason:
        """Why one range is the one it is."""
        subnet = self.requests.subnet.network
        if self.requests[kind].is_fixed:
            return Reason(kind, How.GIVEN, self.given.get(kind) or f"given with {kind.option}")
        if kind is RangeKind.DNS_IP:
            return Reason(kind, How.DERIVED, f"base + 10 of service CIDR {self.plan.services}")
        if kind is RangeKind.SUBNET and self.plan.subnet is not None:
            return self._subnet(self.plan.subnet)
        if kind is RangeKind.VNET and subnet is not None:
            return self._network_around(self.plan.vnet[0], subnet)
        return self._chosen(kind)

    def _chosen(self, kind: RangeKind) -> Reason:
        """Why a range that was searched for is the one it is."""
        turn = self.trace.turns[kind]
        ((_, network),) = self.plan.ranges(kind)
        size = self._why_size(kind, network.prefixlen)
        if network == turn.open.usual:
            shared = kind in (RangeKind.PODS, RangeKind.SERVICES) and bool(touching(self.elsewhere, [network]))
            return Reason(kind, How.USUAL, size=size, shared=shared)
        place = self._place(kind, network)
        return Reason(kind, How.MOVED, "", size, self._conflict(kind), place, around=self._home(kind, network))

    def _place(self, kind: RangeKind, network: IPNetwork) -> Place:
        """Which of the free places a range without its usual value got."""
        spot = self.trace.spots[kind]
        if kind is RangeKind.VNET:
            names = _WITHIN if self.requests.within else _ANYWHERE
            return Place(network, names[spot.part], spot.passed, spot.earlier)
        return Place(network, _ANYWHERE[spot.part], before=spot.earlier)

    def _conflict(self, kind: RangeKind) -> Conflict | None:
        """What prevents the usual value of a range."""
        turn = self.trace.turns[kind]
        usual = turn.open.usual
        if turn.usual is Usual.NO_ROOM:
            return Conflict(usual, Cause.NO_ROOM)
        if kind is RangeKind.VNET and self._outside_within(usual):
            return Conflict(usual, Cause.OUTSIDE_WITHIN)
        if not self._may_lie_in(kind, usual):
            return Conflict(usual, Cause.NOT_PRIVATE)
        return self._overlapped(usual, [*self._given_ranges(), *turn.before], nodes=kind is RangeKind.VNET)

    def _outside_within(self, network: IPNetwork) -> bool:
        return bool(self.within) and not covers(self.within, interval(network))

    def _may_lie_in(self, kind: RangeKind, network: IPNetwork) -> bool:
        """Whether a range of that name may lie there by what kind of space it is."""
        shared = () if kind in (RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE) else (limits.SHARED_RANGE,)
        spaces = (*limits.PRIVATE_RANGES, *shared)
        public = kind is RangeKind.VNET and self.within and not any(overlap(network, space) for space in spaces)
        return bool(public) or any(network in space for space in spaces)

    def _given_ranges(self) -> Iterator[tuple[RangeKind, IPNetwork]]:
        """The ranges that no chosen one may touch: those requested, and the network around a given subnet."""
        yield from self._given_apart()
        if self.requests.vnet.is_fixed or self.requests.subnet.is_fixed:
            yield from ((RangeKind.VNET, prefix) for prefix in self.plan.vnet)
        subnet = self.requests.subnet.network
        if subnet is not None and not any(subnet in prefix for prefix in self.plan.vnet):
            yield RangeKind.SUBNET, subnet

    def _given_apart(self) -> Iterator[tuple[RangeKind, IPNetwork]]:
        """Those that do not belong to the network: what no network and no subnet may touch."""
        for kind in (RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE):
            yield from ((kind, network.cidr) for network in self.requests[kind].networks)

    def _overlapped(
        self, place: IPNetwork, plan: Iterable[tuple[RangeKind, IPNetwork]], *, nodes: bool
    ) -> Conflict | None:
        """What overlaps a place: reservations, ranges that Azure keeps, and some of the plan's own; None if nothing.

        nodes: of a place for the network or a subnet, which may be a hole in a reservation.
        """
        first, last = interval(place)
        hit = [each for start, end, each in self._candidates if start <= last and first <= end]
        if nodes:
            hit = [each for each in hit if not self.search.holes.leave(each, place)]
        own = [Reservation(network, f"{kind.words} of this plan", Origin.USER) for kind, network in plan]
        hit += [each for each in own if overlap(place, each.network)]
        named = outermost(hit)[:_NAMED]
        return Conflict(place, Cause.OVERLAP, tuple(named), len(hit) - len(named)) if hit else None

    @cached_property
    def _candidates(self) -> list[tuple[int, int, Reservation]]:
        """First and last address of what is in the way of any usual value: found in one pass, as there may be many."""
        usual = [turn.open.usual for turn in self.trace.turns.values() if turn.usual is not Usual.CHOSEN]
        if RangeKind.VNET not in self.trace.turns:
            usual.append(limits.DEFAULT_VNET)  # all that a subnet's usual place, or a network around one, could be
        found = self.reserved.touching(usual)
        found += [Reservation(each.network, each.why, Origin.AZURE) for each in limits.RESERVED_RANGES]
        return [(*interval(each.network), each) for each in found]

    # sizes

    def _why_size(self, kind: RangeKind, prefixlen: int) -> Size:
        """Why a range other than a subnet has its size."""
        usual, wanted = _USUAL[kind].prefixlen, self.trace.turns[kind].open.largest
        if self.requests[kind].is_sized:
            return Size(prefixlen, Why.ASKED, usual, wanted, option=kind.option)
        need = self._need(kind, prefixlen)
        if prefixlen <= wanted:
            return Size(prefixlen, Why.GROWN if wanted < usual else Why.USUAL, usual, wanted, need)
        free = self.trace.free_for(kind).largest_free(kind)
        if free is None or free.prefixlen <= wanted:
            return Size(prefixlen, Why.SQUEEZED, usual, wanted, crowded=True)
        where = (
            Where.PRIVATE
            if kind in (RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE)
            else Where.WITHIN
            if kind is RangeKind.VNET and self.within
            else None
        )
        crowded = prefixlen > free.prefixlen
        return Size(prefixlen, Why.SQUEEZED, usual, wanted, free=free, where=where, crowded=crowded)

    def _need(self, kind: RangeKind, prefixlen: int) -> Need | None:
        """What the cluster takes of a range; None for ranges that it takes nothing of."""
        if kind is RangeKind.PODS:
            blocks = [
                sizing.node_blocks(IPNetwork((0, each), version=4)) for each in (_USUAL[kind].prefixlen, prefixlen)
            ]
            return Need("pod block", self.size.nodes_with_surge, *blocks)
        addresses = self.requests.subnet.size
        if kind is RangeKind.VNET and addresses is not None and prefixlen < _USUAL[kind].prefixlen:
            return Need("address", addresses, _USUAL[kind].size, 1 << 32 - prefixlen)
        if kind is RangeKind.SUBNET or (kind is RangeKind.VNET and prefixlen < _USUAL[kind].prefixlen):
            holds = [(1 << 32 - each) - limits.RESERVED_PER_SUBNET for each in (_USUAL[kind].prefixlen, prefixlen)]
            return Need("usable address", self.size.addresses, *holds)
        return None

    # the subnet and its network

    def _subnet(self, subnet: IPNetwork) -> Reason:
        """Why a subnet that was searched for is the one it is."""
        size = self._why_subnet_size(subnet.prefixlen)
        usual = IPNetwork((limits.DEFAULT_SUBNET.first, subnet.prefixlen), version=4).cidr
        around = self._prefix_around(subnet) if self.requests.vnet.is_fixed else None
        if subnet == usual and subnet.first == limits.DEFAULT_SUBNET.first:
            return Reason(RangeKind.SUBNET, How.USUAL, size=size, around=around)
        if around is None:
            return Reason(RangeKind.SUBNET, How.MOVED, f"the first /{subnet.prefixlen} of the virtual network", size)
        conflict = self._conflict_of_subnet(usual)
        return Reason(RangeKind.SUBNET, How.MOVED, "", size, conflict, Place(subnet, Where.NETWORK), around=around)

    def _conflict_of_subnet(self, usual: IPNetwork) -> Conflict | None:
        """What prevents the usual place of a subnet, if its size has one and the network has that."""
        if usual.first != limits.DEFAULT_SUBNET.first or not any(usual in prefix for prefix in self.plan.vnet):
            return None
        return self._overlapped(usual, self._given_apart(), nodes=True)

    def _why_subnet_size(self, prefixlen: int) -> Size:
        usual, (wanted, _) = limits.DEFAULT_SUBNET.prefixlen, self.search.subnet_sizes(self.size)
        if self.requests.subnet.is_sized:
            return Size(prefixlen, Why.ASKED, usual, wanted, option=RangeKind.SUBNET.option)
        if prefixlen > wanted:
            free = self.search.free_in(self.plan.vnet).largest()
            return Size(prefixlen, Why.SQUEEZED, usual, wanted, free=free, where=Where.NETWORK)
        need = self._need(RangeKind.SUBNET, prefixlen)
        if self.size.max_count is not None:
            return Size(prefixlen, Why.LEAST, usual, wanted, need)
        return Size(prefixlen, Why.GROWN if prefixlen < usual else Why.USUAL, usual, wanted, need, by_default=True)

    def _prefix_around(self, subnet: IPNetwork) -> Block | None:
        """The prefix of a given network that a subnet is in."""
        for prefix in self.plan.vnet:
            if subnet in prefix:
                subnets = [each for each in self.reservations if each.origin is Origin.SUBNET]
                others = sum(each.network in prefix for each in subnets)
                left = self._left_in(prefix, subnet)
                return Block(prefix, self._taken_in(prefix, nodes=True), subnet.prefixlen, others, left)
        return None

    def _left_in(self, prefix: IPNetwork, subnet: IPNetwork) -> int:
        """How many more subnets of the same size a prefix of the network has place for."""
        free, size = self.search.free_in([prefix]).without(subnet), subnet.prefixlen
        return sum(len(free.of_length(length)) << (size - length) for length in range(size + 1))

    def _network_around(self, network: IPNetwork, subnet: IPNetwork) -> Reason:
        """Why the network for a given subnet is the one it is."""
        usual, requested = limits.DEFAULT_VNET, self.requests.vnet.prefixlen
        if requested is not None:
            size = Size(network.prefixlen, Why.ASKED, usual.prefixlen, requested, option=RangeKind.VNET.option)
            return Reason(RangeKind.VNET, How.AROUND, size=size, subnet=subnet)
        if network == usual != subnet:
            return Reason(RangeKind.VNET, How.USUAL, subnet=subnet)
        if subnet not in usual or network == usual:
            return Reason(RangeKind.VNET, How.AROUND, subnet=subnet)
        larger = IPNetwork((subnet.first, network.prefixlen - 1), version=4).cidr
        return Reason(RangeKind.VNET, How.AROUND, conflict=self._conflict_around(larger), subnet=subnet)

    def _conflict_around(self, network: IPNetwork) -> Conflict | None:
        """What prevents a larger network around a given subnet."""
        if network in self.trace.crowded:
            return Conflict(network, Cause.NO_ROOM)
        if self._outside_within(network):
            return Conflict(network, Cause.OUTSIDE_WITHIN)
        return self._overlapped(network, self._given_apart(), nodes=True) or Conflict(network, Cause.NO_ROOM)

    # how full

    def _home(self, kind: RangeKind, network: IPNetwork) -> Block | None:
        """The block around a range: one of --within, else of private space."""
        blocks = [
            *(self.requests.within if kind is RangeKind.VNET else ()),
            *limits.PRIVATE_RANGES,
            limits.SHARED_RANGE,
        ]
        found = next((block for block in blocks if network in block), None)
        return Block(found, self._taken_in(found, nodes=kind is RangeKind.VNET)) if found is not None else None

    def _taken_in(self, network: IPNetwork, *, nodes: bool) -> int:
        """How many addresses of a block are reserved. nodes: for the network and a subnet, which may lie in holes."""
        reserved = self.reserved.outside(self.search.holes) if nodes else self.reserved.space
        free = difference([interval(network)], reserved)
        return int(network.size) - sum(last - first + 1 for first, last in free)


#: Where a network is looked for, in this order, without --within and with it (layout.FreeRanges).
_ANYWHERE = (Where.PRIVATE, Where.SHARED)
_WITHIN = (Where.PRIVATE_WITHIN, Where.SHARED_WITHIN, Where.PUBLIC_WITHIN, Where.HOLE_WITHIN)
_USUAL = {
    RangeKind.VNET: limits.DEFAULT_VNET,
    RangeKind.SUBNET: limits.DEFAULT_SUBNET,
    RangeKind.PODS: limits.DEFAULT_POD_CIDR,
    RangeKind.SERVICES: limits.DEFAULT_SERVICE_CIDR,
    RangeKind.DOCKER_BRIDGE: limits.DEFAULT_DOCKER_BRIDGE.cidr,
}

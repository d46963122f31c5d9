"""What the requests and the reservations leave to choose from, and the choosing."""

from collections.abc import Iterable, Iterator, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.cidr import not_nested
from azext_kubenet.addressing.free_space import FreeSpace, Interval, covers, interval, merged, touches
from azext_kubenet.addressing.holes import Holes
from azext_kubenet.addressing.model import UNSPECIFIED, ClusterSize, RangeKind, RangeRequest, RangeRequests
from azext_kubenet.addressing.planner.layout import FreeRanges, Placed, pack
from azext_kubenet.addressing.planner.trace import Open, Trace, Turn, Usual
from azext_kubenet.addressing.reserved_space import ReservedSpace


class SearchSpace:
    """What the requests and the reservations leave to choose from."""

    def __init__(self, requests: RangeRequests, reserved: ReservedSpace):
        self.requests = requests
        self.reserved = reserved
        self._within = merged(interval(block) for block in requests.within)
        self.holes = Holes(requests)
        given = _intervals(requests, RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE)
        #: What no network and no subnet may touch: reservations but for the holes in them, and the other given ranges.
        self._foreign = merged([*reserved.outside(self.holes), *given])
        #: The same where the network is given and Azure merely advises against its place.
        self._firm = self._foreign
        if requests.vnet.is_fixed:
            self._firm = merged([*reserved.outside(self.holes, firm=True), *given])
        own = _intervals(requests, RangeKind.VNET, RangeKind.SUBNET)
        everything = merged([*reserved.space, *given, *own])
        self.space = FreeRanges.around(everything, self._within, merged([*self._foreign, *own]))

    def place(self, size: ClusterSize) -> Trace:
        """The search for all that is open, but for the docker bridge. What was found is None when it does not fit."""
        subnet, vnet = self.requests.subnet.network, self.requests.vnet.networks
        if subnet is not None:
            return self._place_around(subnet, size)
        if vnet:
            if self.subnet_in(vnet, size) is None:
                return Trace()
        elif self.network_too_small(size):
            return Trace()
        trace = _choose(self.space, self.open_ranges(size))
        if trace.placed is None:
            return trace
        subnet = self.subnet_in(vnet or (trace.placed[RangeKind.VNET],), size)
        return trace._replace(placed=None if subnet is None else {RangeKind.SUBNET: subnet, **trace.placed})

    def _place_around(self, subnet: IPNetwork, size: ClusterSize) -> Trace:
        """The search for all that is open around a given subnet, in the largest network that leaves room for them."""
        ranges = self.open_ranges(size)
        if self.requests.vnet.is_fixed:
            return _choose(self.space, ranges)
        crowded: list[IPNetwork] = []
        for network in self.networks_around(subnet):
            trace = _choose(self.space.without(network), ranges)
            if trace.placed is not None:
                placed = {RangeKind.VNET: network, **trace.placed}
                return trace._replace(placed=placed, crowded=tuple(crowded))
            crowded.append(network)
        return Trace(crowded=tuple(crowded))

    def open_ranges(self, size: ClusterSize) -> dict[RangeKind, Open]:
        """The ranges to choose together.

        A subnet is in its network and is chosen after it. The docker bridge, which Azure never sees, comes last of
        all, so that no other range is worse for it.
        """
        requests = self.requests
        ranges: dict[RangeKind, Open] = {}
        if not requests.vnet.is_fixed and not requests.subnet.is_fixed:
            largest, smallest = self.subnet_sizes(size)
            ranges[RangeKind.VNET] = _open(requests.vnet, limits.DEFAULT_VNET, largest, smallest)
        if not requests.pods.is_fixed:
            smallest = sizing.pod_prefixlen(size.nodes_with_surge)
            ranges[RangeKind.PODS] = _open(requests.pods, limits.DEFAULT_POD_CIDR, smallest, smallest)
        if not requests.services.is_fixed:
            smallest = limits.SERVICE_CIDR_MAX_PREFIXLEN
            ranges[RangeKind.SERVICES] = _open(requests.services, limits.DEFAULT_SERVICE_CIDR, smallest, smallest)
        return ranges

    @property
    def bridge(self) -> Open:
        """What the docker bridge's network could be, where none is given."""
        smallest = limits.DOCKER_BRIDGE_MAX_PREFIXLEN
        return _open(UNSPECIFIED, limits.DEFAULT_DOCKER_BRIDGE.cidr, smallest, smallest)

    def place_bridge(self, placed: Placed) -> Trace:
        """The search for a network of the docker bridge in what all chosen ranges leave."""
        return _choose(self.beside(placed.values()), {RangeKind.DOCKER_BRIDGE: self.bridge})

    def beside(self, networks: Iterable[IPNetwork]) -> FreeRanges:
        """The space that some networks leave."""
        space = self.space
        for network in networks:
            space = space.without(network)
        return space

    def subnet_sizes(self, size: ClusterSize) -> tuple[int, int]:
        """Prefix lengths of the subnet: the largest wanted, the smallest that holds the cluster."""
        prefixlen = self.requests.subnet.prefixlen
        if prefixlen is not None:
            return prefixlen, prefixlen
        smallest = sizing.subnet_prefixlen(size.addresses)
        usual = limits.DEFAULT_SUBNET.prefixlen
        return (min(usual, smallest) if size.max_count is None else smallest), smallest

    def network_too_small(self, size: ClusterSize) -> bool:
        """Whether the network is to have a size in which the subnet that the nodes need does not fit."""
        prefixlen = self.requests.vnet.prefixlen
        return prefixlen is not None and prefixlen > self.subnet_sizes(size)[1]

    def networks_around(self, subnet: IPNetwork) -> Iterator[IPNetwork]:
        """Networks for a given subnet: of the size requested, or the free parts of the usual network, else the subnet.

        Only the subnet is known to be the user's: claiming more around it could take what belongs to others.
        """
        usual, requested = limits.DEFAULT_VNET, self.requests.vnet.prefixlen
        sizes: Sequence[int] = ()
        if requested is not None:
            sizes = [requested] if requested <= subnet.prefixlen else []
        elif subnet in usual:
            sizes = range(usual.prefixlen, subnet.prefixlen)
        for prefixlen in sizes:
            network = _around(subnet, prefixlen)
            allowed = not self._within or covers(self._within, interval(network))
            if allowed and not touches(self._foreign, interval(network)):
                yield network
        if requested is None:
            yield subnet

    def subnet_in(self, vnet: Sequence[IPNetwork], size: ClusterSize) -> IPNetwork | None:
        """A subnet in a network: the usual one if it is free and large enough, else the wanted size, else smaller."""
        found = self._subnet_in(self.free_in(vnet), size)
        return found or self._subnet_in(self._free_in(vnet, self._firm), size)

    def _subnet_in(self, free: FreeSpace, size: ClusterSize) -> IPNetwork | None:
        largest, smallest = self.subnet_sizes(size)
        for prefixlen in range(max(largest, limits.SUBNET_MIN_PREFIXLEN), smallest + 1):
            usual = _around(limits.DEFAULT_SUBNET, prefixlen)
            if usual.first == limits.DEFAULT_SUBNET.first and free.is_free(usual):
                return usual
            found = free.allocate(prefixlen)
            if found is not None:
                return found[0]
        return None

    def free_in(self, vnet: Sequence[IPNetwork]) -> FreeSpace:
        """What is free of a network, for a subnet of it, which must lie in one of the network's prefixes."""
        return self._free_in(vnet, self._foreign)

    @staticmethod
    def _free_in(vnet: Sequence[IPNetwork], foreign: Sequence[Interval]) -> FreeSpace:
        return FreeSpace.of(sorted(map(interval, not_nested(vnet))), foreign, limits.SUBNET_MAX_PREFIXLEN)


def _intervals(requests: RangeRequests, *kinds: RangeKind) -> list[Interval]:
    """Those of some ranges that are given."""
    return [interval(network) for kind in kinds for network in requests[kind].networks]


def _open(request: RangeRequest, usual: IPNetwork, needed: int, smallest: int) -> Open:
    """A range to choose: from the usual size, or what is needed if that is larger, down to the smallest that serves.

    A size that the user gave is kept, even one that the rules refuse.
    """
    if request.prefixlen is not None:
        return Open(request.prefixlen, request.prefixlen, _around(usual, request.prefixlen))
    largest = max(0, min(usual.prefixlen, needed))
    return Open(largest, max(0, smallest), _around(usual, largest))


def _around(network: IPNetwork, prefixlen: int) -> IPNetwork:
    """The block of that prefix length around a network."""
    return IPNetwork((network.first, prefixlen), version=4).cidr


def _choose(space: FreeRanges, ranges: dict[RangeKind, Open]) -> Trace:
    """Places for all ranges: usual values first, then sizes as large as the others allow, then places."""
    if pack(space, {kind: each.smallest for kind, each in ranges.items()}) is None:
        return Trace()
    settled: Placed = {}
    turns: dict[RangeKind, Turn] = {}
    for kind, each in ranges.items():
        before, without, usual = tuple(settled.items()), space, Usual.TAKEN
        if space.can_place(kind, each.usual):
            without = space.without(each.usual)
            rest = {other: ranges[other].smallest for other in ranges if other not in settled and other != kind}
            usual = Usual.NO_ROOM if pack(without, rest) is None else Usual.CHOSEN
        turns[kind] = Turn(each, space, before, usual)
        if usual is Usual.CHOSEN:
            space, settled[kind] = without, each.usual
    sizes = _as_large_as_fits(space, {kind: each for kind, each in ranges.items() if kind not in settled})
    packed = pack(space, sizes)
    placed = None if packed is None else {**settled, **packed.placed}
    return Trace(placed, turns, space, {} if packed is None else packed.spots)


def _as_large_as_fits(space: FreeRanges, ranges: dict[RangeKind, Open]) -> dict[RangeKind, int]:
    """Prefix lengths of some ranges: each in its turn as large as is wanted and as the others allow."""
    sizes = {kind: each.smallest for kind, each in ranges.items()}
    for kind, each in ranges.items():
        for prefixlen in range(each.largest, each.smallest + 1):
            if pack(space, {**sizes, kind: prefixlen}) is not None:
                sizes[kind] = prefixlen
                break
    return sizes

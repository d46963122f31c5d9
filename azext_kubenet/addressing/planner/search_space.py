"""What the requests and the reservations leave to choose from, and the choosing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.free_space import FreeSpace, Interval, covers, interval, merged, touches
from azext_kubenet.addressing.holes import Holes
from azext_kubenet.addressing.model import ClusterSize, RangeRequests
from azext_kubenet.addressing.planner.layout import DOCKER, PODS, SERVICES, SUBNET, VNET, FreeRanges, Placed, pack
from azext_kubenet.addressing.reserved_space import ReservedSpace


class Open(NamedTuple):
    """A range to choose: prefix lengths from the largest wanted to the smallest that serves, and its usual value."""

    largest: int
    smallest: int
    usual: IPNetwork


class SearchSpace:
    """What the requests and the reservations leave to choose from."""

    def __init__(self, requests: RangeRequests, reserved: ReservedSpace):
        self.requests = requests
        self._within = merged(interval(block) for block in requests.within)
        self.holes = Holes(requests)
        given = _intervals(requests.pods, requests.services, requests.docker_bridge)
        #: What no network and no subnet may touch: reservations but for the holes in them, and the other given ranges.
        self._foreign = merged([*reserved.outside(self.holes), *given])
        #: The same where the network is given and Azure merely advises against its place.
        self._firm = self._foreign
        if isinstance(requests.vnet, tuple):
            self._firm = merged([*reserved.outside(self.holes, firm=True), *given])
        own = _intervals(requests.subnet, *(requests.vnet if isinstance(requests.vnet, tuple) else ()))
        everything = merged([*reserved.space, *given, *own])
        self.space = FreeRanges.around(everything, self._within, merged([*self._foreign, *own]))

    def place(self, size: ClusterSize) -> Placed | None:
        """Ranges for all that is open, but for the docker bridge; None when they do not fit."""
        if isinstance(self.requests.subnet, IPNetwork):
            return self._place_around(self.requests.subnet, size)
        if isinstance(self.requests.vnet, tuple):
            if self.subnet_in(self.requests.vnet, size) is None:
                return None
        elif self.network_too_small(size):
            return None
        chosen = _choose(self.space, self.open_ranges(size))
        if chosen is None:
            return None
        subnet = self.subnet_in(self.requests.vnet if isinstance(self.requests.vnet, tuple) else (chosen[VNET],), size)
        return None if subnet is None else {SUBNET: subnet, **chosen}

    def _place_around(self, subnet: IPNetwork, size: ClusterSize) -> Placed | None:
        """Ranges for all that is open around a given subnet, in the largest network that leaves room for the others."""
        ranges = self.open_ranges(size)
        if isinstance(self.requests.vnet, tuple):
            return _choose(self.space, ranges)
        for network in self.networks_around(subnet):
            chosen = _choose(self.space.without(network), ranges)
            if chosen is not None:
                return {VNET: network, **chosen}
        return None

    def open_ranges(self, size: ClusterSize) -> dict[str, Open]:
        """The ranges to choose together.

        A subnet lies in its network and is chosen after it. The docker bridge, which Azure never sees, comes last of
        all, so that no other range is worse for it.
        """
        requests = self.requests
        ranges: dict[str, Open] = {}
        if not isinstance(requests.vnet, tuple) and not isinstance(requests.subnet, IPNetwork):
            largest, smallest = self.subnet_sizes(size)
            ranges[VNET] = _open(requests.vnet, limits.DEFAULT_VNET, largest, smallest)
        if not isinstance(requests.pods, IPNetwork):
            smallest = sizing.pod_prefix_for(size.nodes_with_surge)
            ranges[PODS] = _open(requests.pods, limits.DEFAULT_POD_CIDR, smallest, smallest)
        if not isinstance(requests.services, IPNetwork):
            smallest = limits.SERVICE_CIDR_MAX_PREFIXLEN
            ranges[SERVICES] = _open(requests.services, limits.DEFAULT_SERVICE_CIDR, smallest, smallest)
        return ranges

    @property
    def bridge(self) -> Open:
        """What the docker bridge's network could be, where none is given."""
        smallest = limits.DOCKER_BRIDGE_MAX_PREFIXLEN
        return _open(None, limits.DEFAULT_DOCKER_BRIDGE.cidr, smallest, smallest)

    def place_bridge(self, placed: Placed) -> IPNetwork | None:
        """A network for the docker bridge in what all chosen ranges leave; None when there is none."""
        return (_choose(self.beside(placed.values()), {DOCKER: self.bridge}) or {}).get(DOCKER)

    def beside(self, networks: Iterable[IPNetwork]) -> FreeRanges:
        """The space that some networks leave."""
        space = self.space
        for network in networks:
            space = space.without(network)
        return space

    def subnet_sizes(self, size: ClusterSize) -> tuple[int, int]:
        """Prefix lengths of the subnet: the largest wanted, the smallest that holds the cluster."""
        if isinstance(self.requests.subnet, int):
            return self.requests.subnet, self.requests.subnet
        smallest = sizing.subnet_prefix_for(size.addresses)
        usual = limits.DEFAULT_SUBNET.prefixlen
        return (min(usual, smallest) if size.max_count is None else smallest), smallest

    def network_too_small(self, size: ClusterSize) -> bool:
        """Whether the network is to have a size in which the subnet that the nodes need does not fit."""
        return isinstance(self.requests.vnet, int) and self.requests.vnet > self.subnet_sizes(size)[1]

    def networks_around(self, subnet: IPNetwork) -> Iterator[IPNetwork]:
        """Networks for a given subnet: of the size requested, or the free parts of the usual network, else the subnet.

        Only the subnet is known to be the user's: claiming more around it could take what belongs to others.
        """
        usual = limits.DEFAULT_VNET
        sizes: Sequence[int] = ()
        if isinstance(self.requests.vnet, int):
            sizes = [self.requests.vnet] if self.requests.vnet <= subnet.prefixlen else []
        elif subnet in usual:
            sizes = range(usual.prefixlen, subnet.prefixlen)
        for prefix in sizes:
            network = _around(subnet, prefix)
            allowed = not self._within or covers(self._within, interval(network))
            if allowed and not touches(self._foreign, interval(network)):
                yield network
        if not isinstance(self.requests.vnet, int):
            yield subnet

    def subnet_in(self, vnet: Sequence[IPNetwork], size: ClusterSize) -> IPNetwork | None:
        """A subnet in a network: the usual one if it is free and large enough, else the wanted size, else smaller."""
        found = self._subnet_in(self.free_in(vnet), size)
        return found or self._subnet_in(self._free_in(vnet, self._firm), size)

    def _subnet_in(self, free: FreeSpace, size: ClusterSize) -> IPNetwork | None:
        largest, smallest = self.subnet_sizes(size)
        for prefix in range(max(largest, limits.SUBNET_MIN_PREFIXLEN), smallest + 1):
            usual = _around(limits.DEFAULT_SUBNET, prefix)
            if usual.first == limits.DEFAULT_SUBNET.first and free.is_free(usual):
                return usual
            found = free.allocate(prefix)
            if found is not None:
                return found[0]
        return None

    def free_in(self, vnet: Sequence[IPNetwork]) -> FreeSpace:
        """What is free of a network, for a subnet of it, which must lie in one of the network's prefixes."""
        return self._free_in(vnet, self._foreign)

    @staticmethod
    def _free_in(vnet: Sequence[IPNetwork], foreign: Sequence[Interval]) -> FreeSpace:
        outermost = [one for one in set(vnet) if not any(one in other for other in vnet if one != other)]
        return FreeSpace.of(sorted(map(interval, outermost)), foreign, limits.SUBNET_MAX_PREFIXLEN)


def _intervals(*ranges: object) -> list[Interval]:
    """Those of some ranges that were given as networks, not as sizes."""
    return [interval(each) for each in ranges if isinstance(each, IPNetwork)]


def _open(requests: object, usual: IPNetwork, needed: int, smallest: int) -> Open:
    """A range to choose: from the usual size, or what is needed if that is larger, down to the smallest that serves.

    A size that the user gave is kept, even one that the rules refuse.
    """
    if isinstance(requests, int):
        return Open(requests, requests, _around(usual, requests))
    largest = max(0, min(usual.prefixlen, needed))
    return Open(largest, max(0, smallest), _around(usual, largest))


def _around(network: IPNetwork, prefix: int) -> IPNetwork:
    """The block of that prefix length around a network."""
    return IPNetwork((network.first, prefix), version=4).cidr


def _choose(space: FreeRanges, ranges: dict[str, Open]) -> Placed | None:
    """Places for all ranges: usual values first, then sizes as large as the others allow, then places."""
    if pack(space, {name: each.smallest for name, each in ranges.items()}) is None:
        return None
    fixed: Placed = {}
    for name, each in ranges.items():
        if space.can_place(name, each.usual):
            without = space.without(each.usual)
            rest = {other: ranges[other].smallest for other in ranges if other not in fixed and other != name}
            if pack(without, rest) is not None:
                space, fixed[name] = without, each.usual
    sizes = {name: each.smallest for name, each in ranges.items() if name not in fixed}
    for name in sizes:
        for prefix in range(ranges[name].largest, ranges[name].smallest + 1):
            if pack(space, {**sizes, name: prefix}) is not None:
                sizes[name] = prefix
                break
    placed = pack(space, sizes)
    return None if placed is None else {**fixed, **placed}

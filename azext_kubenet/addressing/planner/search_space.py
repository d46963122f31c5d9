"""What the wish and the reservations leave to choose from, and the choosing."""

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
    """What the wish and the reservations leave to choose from."""

    def __init__(self, wish: RangeRequests, taken: ReservedSpace):
        self.wish = wish
        self._within = merged(interval(block) for block in wish.within)
        self.holes = Holes(wish)
        given = _intervals(wish.pods, wish.services, wish.docker_bridge)
        #: What no network and no subnet may touch: reservations but for the holes in them, and the other given ranges.
        self._foreign = merged([*taken.outside(self.holes), *given])
        #: The same where the network is given and Azure merely advises against its place.
        self._firm = self._foreign
        if isinstance(wish.vnet, tuple):
            self._firm = merged([*taken.outside(self.holes, firm=True), *given])
        own = _intervals(wish.subnet, *(wish.vnet if isinstance(wish.vnet, tuple) else ()))
        everything = merged([*taken.space, *given, *own])
        self.space = FreeRanges.around(everything, self._within, merged([*self._foreign, *own]))

    def place(self, demand: ClusterSize) -> Placed | None:
        """Ranges for all that is open, but for the docker bridge; None when they do not fit."""
        if isinstance(self.wish.subnet, IPNetwork):
            return self._place_around(self.wish.subnet, demand)
        if isinstance(self.wish.vnet, tuple):
            if self.subnet_in(self.wish.vnet, demand) is None:
                return None
        elif self.network_too_small(demand):
            return None
        chosen = _choose(self.space, self.open_ranges(demand))
        if chosen is None:
            return None
        subnet = self.subnet_in(self.wish.vnet if isinstance(self.wish.vnet, tuple) else (chosen[VNET],), demand)
        return None if subnet is None else {SUBNET: subnet, **chosen}

    def _place_around(self, subnet: IPNetwork, demand: ClusterSize) -> Placed | None:
        """Ranges for all that is open around a given subnet, in the largest network that leaves room for the others."""
        ranges = self.open_ranges(demand)
        if isinstance(self.wish.vnet, tuple):
            return _choose(self.space, ranges)
        for network in self.networks_around(subnet):
            chosen = _choose(self.space.without(network), ranges)
            if chosen is not None:
                return {VNET: network, **chosen}
        return None

    def open_ranges(self, demand: ClusterSize) -> dict[str, Open]:
        """The ranges to choose together.

        A subnet lies in its network and is chosen after it. The docker bridge, which Azure never sees, comes last of
        all, so that no other range is worse for it.
        """
        wish = self.wish
        ranges: dict[str, Open] = {}
        if not isinstance(wish.vnet, tuple) and not isinstance(wish.subnet, IPNetwork):
            largest, smallest = self.subnet_sizes(demand)
            ranges[VNET] = _open(wish.vnet, limits.DEFAULT_VNET, largest, smallest)
        if not isinstance(wish.pods, IPNetwork):
            smallest = sizing.pod_prefix_for(demand.nodes_with_surge)
            ranges[PODS] = _open(wish.pods, limits.DEFAULT_POD_CIDR, smallest, smallest)
        if not isinstance(wish.services, IPNetwork):
            smallest = limits.SERVICE_CIDR_MAX_PREFIXLEN
            ranges[SERVICES] = _open(wish.services, limits.DEFAULT_SERVICE_CIDR, smallest, smallest)
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

    def subnet_sizes(self, demand: ClusterSize) -> tuple[int, int]:
        """Prefix lengths of the subnet: the largest wanted, the smallest that holds the demand."""
        if isinstance(self.wish.subnet, int):
            return self.wish.subnet, self.wish.subnet
        smallest = sizing.subnet_prefix_for(demand.addresses)
        usual = limits.DEFAULT_SUBNET.prefixlen
        return (min(usual, smallest) if demand.max_count is None else smallest), smallest

    def network_too_small(self, demand: ClusterSize) -> bool:
        """Whether only a size was asked for the network, and the subnet that the demand needs is larger."""
        return isinstance(self.wish.vnet, int) and self.wish.vnet > self.subnet_sizes(demand)[1]

    def networks_around(self, subnet: IPNetwork) -> Iterator[IPNetwork]:
        """Networks for a given subnet: of the size asked for, or the free parts of the usual network, else the subnet.

        Only the subnet is known to be the user's: claiming more around it could take what belongs to others.
        """
        usual = limits.DEFAULT_VNET
        sizes: Sequence[int] = ()
        if isinstance(self.wish.vnet, int):
            sizes = [self.wish.vnet] if self.wish.vnet <= subnet.prefixlen else []
        elif subnet in usual:
            sizes = range(usual.prefixlen, subnet.prefixlen)
        for prefix in sizes:
            network = _around(subnet, prefix)
            allowed = not self._within or covers(self._within, interval(network))
            if allowed and not touches(self._foreign, interval(network)):
                yield network
        if not isinstance(self.wish.vnet, int):
            yield subnet

    def subnet_in(self, vnet: Sequence[IPNetwork], demand: ClusterSize) -> IPNetwork | None:
        """A subnet in a network: the usual one if it is free and large enough, else the wanted size, else smaller."""
        found = self._subnet_in(self.free_in(vnet), demand)
        return found or self._subnet_in(self._free_in(vnet, self._firm), demand)

    def _subnet_in(self, free: FreeSpace, demand: ClusterSize) -> IPNetwork | None:
        largest, smallest = self.subnet_sizes(demand)
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


def _open(wish: object, usual: IPNetwork, needed: int, smallest: int) -> Open:
    """A range to choose: from the usual size, or what is needed if that is larger, down to the smallest that serves.

    A size that the user gave is kept, even one that the rules refuse.
    """
    if isinstance(wish, int):
        return Open(wish, wish, _around(usual, wish))
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

"""When nothing fits: which range, what is in the way, what is free, and the largest cluster for it."""

from collections.abc import Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.model import ClusterSize, Reservation
from azext_kubenet.addressing.planner.blockers import in_the_way
from azext_kubenet.addressing.planner.layout import SUBNET, VNET, pack
from azext_kubenet.addressing.planner.search_space import SearchSpace

#: How many reservations are worth naming.
_NAMED = 3


class Shortage(NamedTuple):
    """Some ranges have no place.

    sizes: each range that does not fit (vnet, subnet, pods, services, docker_bridge) and the prefix length that it
    needs at least; alone: whether each of them fails by itself, rather than all of them together; largest_free: the
    largest block where the first of them could lie; largest_cluster: the most nodes that would fit instead;
    blockers: the largest of what is in the way there, leaving out what lies inside of other such; more: how many of
    those there are beside.
    """

    sizes: dict[str, int]
    alone: bool
    largest_free: IPNetwork | None
    largest_cluster: int
    blockers: tuple[Reservation, ...]
    more: int = 0

    @property
    def first(self) -> tuple[str, int]:
        """The range to speak of first, and the prefix length that it needs."""
        return next(iter(self.sizes.items()))


def explain(ground: SearchSpace, demand: ClusterSize, taken: Sequence[Reservation]) -> Shortage:
    """Why a demand that has no place has none."""
    sizes, alone = _failing(ground, demand)
    first = next(iter(sizes))
    vnet = ground.wish.vnet
    if first == SUBNET and isinstance(vnet, tuple):
        free = ground.free_in(vnet).largest()
    else:
        free = ground.space.largest_free(first)
    blockers = in_the_way(ground, first, taken)
    more = max(0, len(blockers) - _NAMED)
    return Shortage(sizes, alone, free, _largest_cluster(ground, demand), tuple(blockers[:_NAMED]), more)


def _failing(ground: SearchSpace, demand: ClusterSize) -> tuple[dict[str, int], bool]:
    """The ranges that fail by themselves, or else all that are open, with the prefix lengths that they need."""
    needed = {name: each.smallest for name, each in ground.open_ranges(demand).items()}
    failing = {name: prefix for name, prefix in needed.items() if pack(ground.space, {name: prefix}) is None}
    vnet, subnet = ground.wish.vnet, ground.wish.subnet
    if isinstance(subnet, IPNetwork):
        if isinstance(vnet, int) and not any(ground.networks_around(subnet)):
            failing = {VNET: vnet, **failing}
    elif ground.network_too_small(demand) or (isinstance(vnet, tuple) and ground.subnet_in(vnet, demand) is None):
        failing = {SUBNET: max(0, ground.subnet_sizes(demand)[1]), **failing}
    return (failing, True) if failing else (needed, False)


def _largest_cluster(ground: SearchSpace, demand: ClusterSize) -> int:
    """The most nodes for which all open ranges have a place and all given ones, or given sizes, have room."""
    subnet, pods = ground.wish.subnet, ground.wish.pods
    most = sizing.nodes_by_routes(demand)
    if subnet is not None:
        size = subnet.size - ground.wish.in_use if isinstance(subnet, IPNetwork) else 1 << (32 - subnet)
        most = min(most, sizing.nodes_within(size - limits.RESERVED_PER_SUBNET - demand.extra_ips, demand))
    if pods is not None:
        prefix = pods.prefixlen if isinstance(pods, IPNetwork) else pods
        most = min(most, sizing.nodes_within(1 << limits.NODE_BLOCK_PREFIXLEN >> prefix, demand))
    return sizing.largest_cluster(lambda nodes: ground.place(sizing.demand_of(nodes, demand)) is not None, most)

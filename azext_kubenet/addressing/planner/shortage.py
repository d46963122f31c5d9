"""When nothing fits: which range, what is in the way, what is free, and the largest cluster for it."""

from collections.abc import Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.model import ClusterSize, RangeKind, Reservation
from azext_kubenet.addressing.planner.blockers import in_the_way
from azext_kubenet.addressing.planner.layout import pack
from azext_kubenet.addressing.planner.search_space import SearchSpace

#: How many reservations are worth naming.
_NAMED = 3


class Shortage(NamedTuple):
    """Some ranges have no place.

    sizes: each range that does not fit, and the prefix length that it needs at least
    alone: whether each of them fails by itself, rather than all of them together
    largest_free: the largest block where the first of them could lie
    largest_cluster: the most nodes that would fit instead
    blockers: the largest of what is in the way there, leaving out what lies inside of other such
    more: how many of those there are beside
    """

    sizes: dict[RangeKind, int]
    alone: bool
    largest_free: IPNetwork | None
    largest_cluster: int
    blockers: tuple[Reservation, ...]
    more: int = 0

    @property
    def first(self) -> tuple[RangeKind, int]:
        """The range to speak of first, and the prefix length that it needs."""
        return next(iter(self.sizes.items()))


def explain(search: SearchSpace, size: ClusterSize, reservations: Sequence[Reservation]) -> Shortage:
    """Why a cluster that has no place has none."""
    sizes, alone = _failing(search, size)
    first = next(iter(sizes))
    vnet = search.requests.vnet.networks
    if first == RangeKind.SUBNET and vnet:
        free = search.free_in(vnet).largest()
    else:
        free = search.space.largest_free(first)
    blockers = in_the_way(search, first, reservations)
    more = max(0, len(blockers) - _NAMED)
    return Shortage(sizes, alone, free, _largest_cluster(search, size), tuple(blockers[:_NAMED]), more)


def _failing(search: SearchSpace, size: ClusterSize) -> tuple[dict[RangeKind, int], bool]:
    """The ranges that fail by themselves, or else all that are open, with the prefix lengths that they need."""
    needed = {kind: each.smallest for kind, each in search.open_ranges(size).items()}
    failing = {kind: prefix for kind, prefix in needed.items() if pack(search.space, {kind: prefix}) is None}
    vnet, subnet = search.requests.vnet, search.requests.subnet.network
    if subnet is not None:
        if vnet.prefixlen is not None and not any(search.networks_around(subnet)):
            failing = {RangeKind.VNET: vnet.prefixlen, **failing}
    elif search.network_too_small(size) or (vnet.is_fixed and search.subnet_in(vnet.networks, size) is None):
        failing = {RangeKind.SUBNET: max(0, search.subnet_sizes(size)[1]), **failing}
    return (failing, True) if failing else (needed, False)


def _largest_cluster(search: SearchSpace, size: ClusterSize) -> int:
    """The most nodes for which all open ranges have a place and all given ones, or given sizes, have room."""
    subnet, pods = search.requests.subnet, search.requests.pods
    most = sizing.nodes_by_routes(size)
    if subnet.size is not None:
        addresses = subnet.size - (search.requests.in_use if subnet.is_fixed else 0)
        most = min(most, sizing.nodes_within(addresses - limits.RESERVED_PER_SUBNET - size.extra_ips, size))
    if pods.size is not None:
        most = min(most, sizing.nodes_within(pods.size >> 32 - limits.NODE_BLOCK_PREFIXLEN, size))
    return sizing.largest_cluster(lambda nodes: search.place(sizing.resized(nodes, size)) is not None, most)

"""When nothing fits: which range, what is in the way, what is free, and the largest cluster for it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.codes import bounds_of
from azext_kubenet.addressing.free_space import FreeSpace, covers, interval, merged, touches
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeKind, Reservation
from azext_kubenet.addressing.planner.layout import pack
from azext_kubenet.addressing.planner.search_space import SearchSpace
from azext_kubenet.addressing.reserved_space import touching

#: How many reservations are worth naming.
_NAMED = 3
_RESERVED = merged(interval(each.network) for each in limits.RESERVED_RANGES)


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


def explain(search: SearchSpace, size: ClusterSize) -> Shortage:
    """Why a cluster that has no place has none."""
    sizes, alone = _failing(search, size)
    first = next(iter(sizes))
    vnet = search.requests.vnet.networks
    if first is RangeKind.SUBNET and vnet:
        free = search.free_in(vnet).largest()
    else:
        free = search.space.largest_free(first)
    blockers = _in_the_way(search, first)
    more = max(0, len(blockers) - _NAMED)
    return Shortage(sizes, alone, free, _largest_cluster(search, size), tuple(blockers[:_NAMED]), more)


def _failing(search: SearchSpace, size: ClusterSize) -> tuple[dict[RangeKind, int], bool]:
    """The ranges that fail by themselves, or else all that are open, with the prefix lengths that they need."""
    needed = {kind: each.smallest for kind, each in search.open_ranges(size).items()}
    failing = {kind: prefixlen for kind, prefixlen in needed.items() if pack(search.space, {kind: prefixlen}) is None}
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
    return sizing.largest_cluster(lambda nodes: search.place(sizing.resized(nodes, size)).placed is not None, most)


def outermost(reservations: Iterable[Reservation]) -> list[Reservation]:
    """Those that lie inside no other one, largest first, then lowest; of several for one range, the first."""
    listed = [*reservations]
    first_of = {each.code: each for each in reversed(listed)}
    last = -1
    found: list[tuple[int, int]] = []
    for code in sorted(first_of):
        first, end = bounds_of(code)
        if first > last:
            found.append((first - end, code))
            last = end
    return [first_of[code] for _, code in sorted(found)]


def _in_the_way(search: SearchSpace, kind: RangeKind) -> list[Reservation]:
    """The outermost of all that lies where such a range could: reservations, and what else was given."""
    return outermost(_hindering(search, kind, where(search, kind), search.reserved.reservations))


def _hindering(
    search: SearchSpace, kind: RangeKind, blocks: Sequence[IPNetwork], reservations: Sequence[Reservation]
) -> Iterator[Reservation]:
    """What is in some blocks, but for reservations in which a network or a subnet there would be a hole."""
    yield from touching([*_given(search, kind)], blocks)
    if kind not in (RangeKind.VNET, RangeKind.SUBNET):
        yield from touching(reservations, blocks)
        return
    for each in touching(reservations, blocks):
        hit = (block for block in blocks if overlap(block, each.network))
        if not all(search.holes.leave(each, block) for block in hit):
            yield each


def nearest(
    search: SearchSpace, kind: RangeKind, prefixlen: int, reservations: Sequence[Reservation]
) -> tuple[IPNetwork, list[Reservation]] | None:
    """The block of a prefix length where such a range could lie with the most free, and what is there.

    None when no such block has any address free, or each has a range that Azure keeps for itself.
    """
    space = merged(interval(block) for block in where(search, kind))
    for first in _most_free_first(_free(search, kind), prefixlen):
        block = IPNetwork((first, prefixlen), version=4)
        if covers(space, interval(block)) and not touches(_RESERVED, interval(block)):
            return block, outermost(_hindering(search, kind, [block], reservations))
    return None


def _most_free_first(parts: Sequence[FreeSpace], prefixlen: int) -> list[int]:
    """First addresses of the blocks of a prefix length that are free in part, the most free first, then the lowest."""
    room: Counter[int] = Counter()
    for part in parts:
        for length in range(prefixlen + 1, limits.SUBNET_MAX_PREFIXLEN + 1):
            for first in part.of_length(length):
                room[first & -(1 << 32 - prefixlen)] += 1 << 32 - length
    return sorted(room, key=lambda first: (-room[first], first))


def _free(search: SearchSpace, kind: RangeKind) -> Sequence[FreeSpace]:
    """The free space for such a range."""
    vnet = search.requests.vnet
    if kind is RangeKind.SUBNET and vnet.is_fixed:
        return [search.free_in(vnet.networks)]
    if kind in (RangeKind.VNET, RangeKind.SUBNET):
        return search.space.vnet
    return [search.space.private, search.space.shared] if kind is RangeKind.PODS else [search.space.private]


def where(search: SearchSpace, kind: RangeKind) -> Sequence[IPNetwork]:
    """The blocks in which such a range could lie."""
    requests = search.requests
    if kind is RangeKind.SUBNET and requests.vnet.is_fixed:
        return requests.vnet.networks
    subnet, prefixlen = requests.subnet.network, requests.vnet.prefixlen
    if kind is RangeKind.VNET and subnet is not None and prefixlen is not None:
        return [IPNetwork((subnet.first, prefixlen), version=4).cidr]
    if kind in (RangeKind.VNET, RangeKind.SUBNET) and requests.within:
        return requests.within
    if kind in (RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE):
        return limits.PRIVATE_RANGES
    return (*limits.PRIVATE_RANGES, limits.SHARED_RANGE)


def _given(search: SearchSpace, kind: RangeKind) -> Iterator[Reservation]:
    """The ranges given beside one: a network and its subnet are not in each other's way."""
    requests = search.requests
    others = [RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE]
    if kind not in (RangeKind.VNET, RangeKind.SUBNET):
        others += [RangeKind.VNET, RangeKind.SUBNET]
    for other in others:
        for network in requests[other].networks:
            yield Reservation(network.cidr, f"given as {other.option}", Origin.USER)

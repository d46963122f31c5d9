"""What stands in the way of a range: what covers most of it, and what little keeps the next best place."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.free_space import FreeSpace, covers, interval, merged, touches
from azext_kubenet.addressing.model import Origin, RangeKind, Reservation
from azext_kubenet.addressing.planner.search_space import SearchSpace
from azext_kubenet.addressing.reserved_space import touching

_RESERVED = merged(interval(each.network) for each in limits.RESERVED_RANGES)


def outermost(reservations: Iterable[Reservation]) -> list[Reservation]:
    """Those that lie inside no other one, largest first, then lowest; of several for one range, the first."""
    last = -1
    found: list[tuple[int, int, Reservation]] = []
    coded = [(each.network.first << 6 | each.network.prefixlen, each) for each in reservations]
    for code, each in sorted(coded, key=_code):
        first, prefix = code >> 6, code & 63
        if first > last:
            found.append((prefix, first, each))
            last = first + (1 << 32 - prefix) - 1
    return [each for _, _, each in sorted(found, key=_size_and_place)]


def in_the_way(search: SearchSpace, kind: RangeKind, reservations: Sequence[Reservation]) -> list[Reservation]:
    """The outermost of all that lies where such a range could: reservations, and what else was given."""
    return outermost(_hindering(search, kind, where(search, kind), reservations))


def _hindering(
    search: SearchSpace, kind: RangeKind, blocks: Sequence[IPNetwork], reservations: Sequence[Reservation]
) -> Iterator[Reservation]:
    """What lies in some blocks, but for reservations in which a network or a subnet there would be a hole."""
    yield from touching([*_given(search, kind)], blocks)
    for each in touching(reservations, blocks):
        hit = (block for block in blocks if overlap(block, each.network))
        if kind not in (RangeKind.VNET, RangeKind.SUBNET) or not all(search.holes.leave(each, block) for block in hit):
            yield each


def nearest(
    search: SearchSpace, kind: RangeKind, prefix: int, reservations: Sequence[Reservation]
) -> tuple[IPNetwork, list[Reservation]] | None:
    """The block of a prefix length where such a range could lie with the most free, and what is there.

    None when no such block has any address free, or each has a range that Azure keeps for itself.
    """
    space = merged(interval(block) for block in where(search, kind))
    for first in _most_free_first(_free(search, kind), prefix):
        block = IPNetwork((first, prefix), version=4)
        if covers(space, interval(block)) and not touches(_RESERVED, interval(block)):
            return block, outermost(_hindering(search, kind, [block], reservations))
    return None


def _most_free_first(parts: Sequence[FreeSpace], prefix: int) -> list[int]:
    """First addresses of the blocks of a prefix length that are free in part, the most free first, then the lowest."""
    room: Counter[int] = Counter()
    for part in parts:
        for length in range(prefix + 1, limits.SUBNET_MAX_PREFIXLEN + 1):
            for first in part.of_length(length):
                room[first & -(1 << 32 - prefix)] += 1 << 32 - length
    return sorted(room, key=lambda first: (-room[first], first))


def _free(search: SearchSpace, kind: RangeKind) -> Sequence[FreeSpace]:
    """The free space for such a range."""
    vnet = search.requests.vnet
    if kind == RangeKind.SUBNET and vnet.is_fixed:
        return [search.free_in(vnet.networks)]
    if kind in (RangeKind.VNET, RangeKind.SUBNET):
        return search.space.vnet
    return [search.space.private, search.space.shared] if kind == RangeKind.PODS else [search.space.private]


def where(search: SearchSpace, kind: RangeKind) -> Sequence[IPNetwork]:
    """The blocks in which such a range could lie."""
    requests = search.requests
    if kind == RangeKind.SUBNET and requests.vnet.is_fixed:
        return requests.vnet.networks
    subnet, prefixlen = requests.subnet.network, requests.vnet.prefixlen
    if kind == RangeKind.VNET and subnet is not None and prefixlen is not None:
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


def _code(one: tuple[int, Reservation]) -> int:
    return one[0]


def _size_and_place(one: tuple[int, int, Reservation]) -> tuple[int, int]:
    return one[:2]

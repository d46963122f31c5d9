"""When nothing fits: which range, what is in the way, what is free, and the largest cluster for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.ground import Ground
from azext_kubenet.addressing.layout import DOCKER, PODS, SERVICES, SUBNET, VNET, pack
from azext_kubenet.addressing.model import Demand, Origin, Reservation
from azext_kubenet.addressing.pool import interval, merged, touches
from azext_kubenet.addressing.words import OPTIONS

#: How many reservations are worth naming.
_NAMED = 5


@dataclass(frozen=True)
class Shortage:
    """Some ranges have no place.

    sizes: each range that does not fit (vnet, subnet, pods, services, docker_bridge) and the prefix length that it
    needs at least; alone: whether each of them fails by itself, rather than all of them together; largest_free: the
    largest block where the first of them could lie; largest_cluster: the most nodes that would fit instead;
    blockers: reservations in the way, largest first.
    """

    sizes: dict[str, int]
    alone: bool
    largest_free: IPNetwork | None
    largest_cluster: int
    blockers: tuple[Reservation, ...]


def explain(ground: Ground, demand: Demand, taken: Sequence[Reservation]) -> Shortage:
    """Why a demand that has no place has none."""
    sizes, alone = _failing(ground, demand)
    first = next(iter(sizes))
    vnet = ground.wish.vnet
    if first == SUBNET and isinstance(vnet, tuple):
        free = ground.free_in(vnet).largest()
    else:
        free = ground.space.largest_free(first)
    return Shortage(sizes, alone, free, _largest_cluster(ground, demand), _blockers(ground, first, taken))


def _failing(ground: Ground, demand: Demand) -> tuple[dict[str, int], bool]:
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


def _largest_cluster(ground: Ground, demand: Demand) -> int:
    """The most nodes for which all open ranges have a place and all given ones, or given sizes, have room."""
    subnet, pods, surge = ground.wish.subnet, ground.wish.pods, demand.max_surge
    most = sizing.nodes_by_routes(surge)
    if subnet is not None:
        size = subnet.size if isinstance(subnet, IPNetwork) else 1 << (32 - subnet)
        most = min(most, sizing.nodes_within(size - limits.RESERVED_PER_SUBNET - demand.extra_ips, surge))
    if pods is not None:
        prefix = pods.prefixlen if isinstance(pods, IPNetwork) else pods
        most = min(most, sizing.nodes_within(1 << limits.NODE_BLOCK_PREFIX >> prefix, surge))
    return sizing.largest_cluster(lambda nodes: ground.place(sizing.demand_of(nodes, demand)) is not None, most)


def _blockers(ground: Ground, name: str, taken: Sequence[Reservation]) -> tuple[Reservation, ...]:
    """The largest ranges in the space where a range of that name could lie: reservations, and what else was given."""
    where = merged(interval(block) for block in _where(ground, name))
    given = [Reservation(network, f"given as {OPTIONS[other]}", Origin.USER) for other, network in _given(ground, name)]
    largest_first = sorted([*given, *taken], key=attrgetter("network.prefixlen"))
    in_the_way = (each for each in largest_first if touches(where, interval(each.network)))
    found: list[Reservation] = []
    for _, same_size in groupby(in_the_way, key=attrgetter("network.prefixlen")):
        found += sorted(same_size, key=attrgetter("network.first"))
        if len(found) >= _NAMED:
            break
    return tuple(found[:_NAMED])


def _where(ground: Ground, name: str) -> Sequence[IPNetwork]:
    """The blocks in which a range of that name could lie."""
    wish = ground.wish
    if name == SUBNET and isinstance(wish.vnet, tuple):
        return wish.vnet
    if name == VNET and isinstance(wish.subnet, IPNetwork) and isinstance(wish.vnet, int):
        return [IPNetwork((wish.subnet.first, wish.vnet), version=4).cidr]
    if name in (VNET, SUBNET) and wish.within:
        return wish.within
    return limits.PRIVATE_RANGES if name in (SERVICES, DOCKER) else (*limits.PRIVATE_RANGES, limits.SHARED_RANGE)


def _given(ground: Ground, name: str) -> Iterator[tuple[str, IPNetwork]]:
    """The ranges given beside one: a network and its subnet are not in each other's way."""
    wish = ground.wish
    others = {PODS: wish.pods, SERVICES: wish.services, DOCKER: wish.docker_bridge}
    for other, network in others.items():
        if isinstance(network, IPNetwork):
            yield other, network.cidr
    if name in (VNET, SUBNET):
        return
    if isinstance(wish.vnet, tuple):
        yield from ((VNET, prefix) for prefix in wish.vnet)
    elif isinstance(wish.subnet, IPNetwork):
        yield SUBNET, wish.subnet

"""What a picture of a result shows: blocks of addresses, what is in them, where ranges collide. No pixels yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.free_space import FreeSpace, Interval, covers, interval, merged, touches
from azext_kubenet.addressing.holes import Holes, Standing
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeKind, Reach, Reservation
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.addressing.planner.shortage import Shortage
from azext_kubenet.diagram.capacity import Meter, meters

#: First and last address, and the reservation that it is.
Held = tuple[int, int, Reservation]

_SHORT = {
    RangeKind.VNET: "network",
    RangeKind.SUBNET: "subnet",
    RangeKind.PODS: "pods",
    RangeKind.SERVICES: "services",
    RangeKind.DOCKER_BRIDGE: "docker bridge",
}
#: Blocks drawn beside the private ones, and blocks looked into, at most: more of them make no picture.
_MOST_OTHERS, _MOST_DETAILS = 4, 6
_SLASH_8 = 8
#: How many of the things that a range collides with are worth naming.
_NAMED = 3


@dataclass(frozen=True)
class Planned:
    """A range of the plan. given: by the user, not chosen."""

    kind: RangeKind
    network: IPNetwork
    given: bool

    @property
    def label(self) -> str:
        """Return what it is and where, such as `pod CIDR 10.244.0.0/16`."""
        return f"{self.kind.words} {self.network}"

    @property
    def of_nodes(self) -> bool:
        """Return whether nodes are in it."""
        return self.kind in (RangeKind.VNET, RangeKind.SUBNET)

    @property
    def short(self) -> str:
        """Return the same in short, such as `pods 10.244.0.0/16`."""
        return f"{_SHORT[self.kind]} {self.network}"


@dataclass(frozen=True)
class Collision:
    """What a planned range shares with something else.

    where: the shared addresses, merged
    what: the other, named for people
    other: that, if it is of the plan as well
    hits: the reservations, if it is what others have
    """

    planned: Planned
    where: tuple[Interval, ...]
    what: str
    other: Planned | None = None
    hits: tuple[Reservation, ...] = ()

    @property
    def ours(self) -> bool:
        """Return whether both are of the plan."""
        return self.other is not None

    @property
    def meeting(self) -> tuple[IPNetwork, str]:
        """Return what meets what: one range that is both network and subnet meets another once."""
        return self.planned.network, self.what


@dataclass(frozen=True)
class Row:  # pylint: disable=too-many-instance-attributes
    """A block of address space, drawn to a scale of its own.

    title: what the block is, "" for one of the overview
    planned, held, collisions: ranges of the plan, what is taken, and where both meet
    planned_size, taken_size: addresses of the plan, and those that others have, which are the same where both meet
    free: addresses that neither has
    largest_free: the largest block of these
    """

    block: IPNetwork
    title: str
    planned: tuple[Planned, ...]
    held: tuple[Held, ...]
    collisions: tuple[Collision, ...]
    planned_size: int
    taken_size: int
    free: int
    largest_free: IPNetwork | None

    def share(self, addresses: int) -> str:
        """Return a part of the block in per cent, never rounded to nothing or to all."""
        percent = 100 * addresses / self.block.size
        if 0 < percent < 0.1:
            return "under 0.1%"
        return "over 99.9%" if 99.9 < percent < 100 else f"{percent:.1f}%".replace(".0%", "%")


@dataclass(frozen=True)
class Scene:  # pylint: disable=too-many-instance-attributes
    """All that a picture shows.

    size: of the cluster
    held: what is taken and what Azure reserves, by address
    holes: what of the plan may lie in that
    taken, elsewhere: what the plan must avoid, and what it may share
    overview: the private blocks and others that the plan touches
    details: blocks in more detail, the virtual network first
    unseen: reservations that are in none of them
    more_details: blocks that were left out
    """

    refused: bool
    size: ClusterSize
    findings: tuple[Finding, ...]
    planned: tuple[Planned, ...]
    held: tuple[Held, ...]
    holes: Holes
    taken: tuple[Reservation, ...]
    elsewhere: tuple[Reservation, ...]
    shortage: Shortage | None
    collisions: tuple[Collision, ...]
    overview: tuple[Row, ...]
    details: tuple[Row, ...]
    meters: tuple[Meter, ...]
    dns_ip: IPAddress | None
    unseen: tuple[Reservation, ...]
    more_details: int

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return every block that is drawn."""
        return self.overview + self.details


def scene_of(result: PlanResult) -> Scene:
    """Return what there is to show of a result."""
    planned = tuple(_planned(result))
    held = sorted(_held(result.reservations), key=lambda each: (each[0], -each[1]))
    holes = Holes(result.requests, result.reservations)
    collisions = tuple(_collisions(planned, held, holes))
    blocks = _blocks(planned, held)
    looked_into = list(_looked_into(result))
    details = looked_into[:_MOST_DETAILS]
    # The network's own subnets are shown where it is looked into.
    own = merged(interval(prefix) for prefix in prefixes_of(planned))
    foreign = [each for each in held if each[2].origin is not Origin.SUBNET or not covers(own, each[:2])]
    outer = [
        each for each in planned if each.kind is not RangeKind.SUBNET or not _inside(each.network, prefixes_of(planned))
    ]
    inner = [each for each in planned if each.kind is not RangeKind.VNET]
    seen = merged(interval(block) for block in [*blocks, *(block for block, _ in details)])
    return Scene(
        refused=result.refused,
        size=result.plan.size,
        findings=result.findings,
        planned=planned,
        held=tuple(held),
        holes=holes,
        taken=tuple(result.reservations),
        elsewhere=tuple(result.elsewhere),
        shortage=result.shortage,
        collisions=collisions,
        overview=tuple(row_of(block, "", outer, foreign, collisions) for block in blocks),
        details=tuple(
            row_of(block, title, inner, but_for_holes(held, block, holes), collisions) for block, title in details
        ),
        meters=tuple(meters(result.plan)),
        dns_ip=result.plan.dns_ip,
        unseen=tuple(each for each in result.reservations if not touches(seen, interval(each.network))),
        more_details=len(looked_into) - len(details),
    )


def _planned(result: PlanResult) -> Iterator[Planned]:
    for kind in _SHORT:
        for _, network in dict.fromkeys(result.plan.ranges(kind)):
            yield Planned(kind, network, result.requests[kind].is_fixed)


def _held(taken: Iterable[Reservation]) -> Iterator[Held]:
    """Yield what is taken, and what Azure reserves."""
    for each in limits.RESERVED_RANGES:
        yield each.network.first, each.network.last, Reservation(each.network, each.why, Origin.AZURE)
    for one in taken:
        yield one.network.first, one.network.last, one


def prefixes_of(planned: Sequence[Planned]) -> list[IPNetwork]:
    return [each.network for each in planned if each.kind is RangeKind.VNET]


def _inside(network: IPNetwork, blocks: Iterable[IPNetwork]) -> bool:
    return any(network in block for block in blocks)


def _touching(held: Sequence[Held], network: IPNetwork) -> list[Held]:
    """Return what shares an address with a network."""
    start, end = int(network.first), int(network.last)
    return [each for each in held if each[0] <= end and start <= each[1]]


def but_for_holes(held: Sequence[Held], block: IPNetwork, holes: Holes) -> list[Held]:
    """Return what is taken in a block of the network's own: not the larger range that the block is a hole in."""
    return [each for each in held if not holes.leave(each[2], block)]


def _collisions(planned: Sequence[Planned], held: Sequence[Held], holes: Holes) -> Iterator[Collision]:
    """Yield what shares an address and should not: a subnet is in its network, and so are other subnets."""
    for one, other in combinations(planned, 2):
        if {one.kind, other.kind} != {RangeKind.VNET, RangeKind.SUBNET} and overlap(one.network, other.network):
            yield Collision(one, tuple(_common(one, [interval(other.network)])), other.label, other)
    for each in planned:
        hits = [one for one in _touching(held, each.network) if not _allowed(each, one[2], holes)]
        if hits:
            named = ", ".join(dict.fromkeys(f"{one.shown} ({one.reason})" for _, _, one in hits[:_NAMED]))
            more = f" and {len(hits) - _NAMED:,} more" if len(hits) > _NAMED else ""
            where = tuple(_common(each, [hit[:2] for hit in hits]))
            yield Collision(each, where, named + more, hits=tuple(hit[2] for hit in hits))


def _allowed(planned: Planned, taken: Reservation, holes: Holes) -> bool:
    """Return whether two may overlap: a network contains subnets; clusters may have the same pods and services.

    A network and a subnet may be holes in what is larger.
    """
    if taken.reach is Reach.WITHIN_PODS:
        return planned.kind is not RangeKind.PODS or taken.shown not in planned.network
    nodes = planned.kind in (RangeKind.VNET, RangeKind.SUBNET)
    if nodes and holes.standing(planned.network, taken) is not Standing.COLLIDES:
        return True
    return (
        taken.origin is Origin.CLUSTER
        if not nodes
        else planned.kind is RangeKind.VNET and taken.origin is Origin.SUBNET
    )


def _common(one: Planned, others: Iterable[Interval]) -> Iterator[Interval]:
    for first, last in merged(others):
        yield max(first, one.network.first), min(last, one.network.last)


def _blocks(planned: Sequence[Planned], held: Sequence[Held]) -> list[IPNetwork]:
    """Return the blocks of the overview: private space, the shared range if in use, and what else the plan touches."""
    blocks = list(limits.PRIVATE_RANGES)
    shared = limits.SHARED_RANGE
    near = (each for each in held if shared.first <= each[0] <= shared.last)
    if any(overlap(shared, each.network) for each in planned) or any(each[2].network in shared for each in near):
        blocks.append(shared)
    for each in planned:
        if not _inside(each.network, blocks) and len(blocks) < len(limits.PRIVATE_RANGES) + _MOST_OTHERS:
            wide = min(_SLASH_8, each.network.prefixlen)
            blocks.append(IPNetwork((each.network.first, wide), version=4).cidr)
    return sorted(blocks)


def _looked_into(result: PlanResult) -> Iterator[tuple[IPNetwork, str]]:
    """Yield the network's prefixes, that of the subnet first; without a network, the blocks it was to come from."""
    subnet = result.plan.subnet
    prefixes = list(dict.fromkeys(prefix.cidr for prefix in result.plan.vnet))
    for prefix in sorted(prefixes, key=lambda one: subnet is None or subnet.cidr not in one):
        yield prefix, RangeKind.VNET.words
    if not prefixes:
        for block in dict.fromkeys(result.requests.within):
            yield block.cidr, "--within"


def row_of(
    block: IPNetwork, title: str, planned: Sequence[Planned], held: Sequence[Held], collisions: Sequence[Collision]
) -> Row:
    here = tuple(each for each in planned if overlap(each.network, block))
    inside = tuple(_touching(held, block))
    start, end = int(block.first), int(block.last)
    ours = merged((max(each.network.first, start), min(each.network.last, end)) for each in here)
    theirs = merged((max(first, start), min(last, end)) for first, last, _ in inside)
    both = merged([*ours, *theirs])
    largest = FreeSpace.of([interval(block)], both, 32).largest()
    mine = tuple(each for each in collisions if each.planned in here or each.other in here)
    return Row(block, title, here, inside, mine, _size(ours), _size(theirs), block.size - _size(both), largest)


def _size(space: Iterable[Interval]) -> int:
    return sum(last - first + 1 for first, last in space)

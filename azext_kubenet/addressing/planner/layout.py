"""Where the ranges of one cluster may lie, and whether a set of sizes fits there: an exact search.

Three blocks are placed together: the virtual network, the pod CIDR, the service CIDR. The docker bridge's network comes
after them, in what is left. All are aligned powers of two, so that largest first into the smallest free block that
holds it finds a packing whenever there is one, as long as all may lie in the same space. They may not: the network has
`--within`, and pods and networks may use the shared range that services may not. Hence a branch for each place where
the choice of space matters:

* the virtual network is tried once for every size of free block around it: after it is cut out, what is left of a
  block depends on the sizes of the two alone, so that one block of a size stands for all of that size; in a hole
  (holes), where nothing else may lie, any place is as good;
* the pod CIDR is tried in private space, then in the shared range;
* the rest is in private space, where best fit is exact.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.free_space import FreeSpace, Interval, difference, interval, merged
from azext_kubenet.addressing.model import RangeKind

#: Prefix lengths of the ranges to place, in the order in which ties are settled; a subnet is in its network.
_Sizes = Mapping[RangeKind, int]
Placed = dict[RangeKind, IPNetwork]


class Spot(NamedTuple):
    """Which of the free places a range got.

    part: in which part of the space for it, private space first (FreeRanges.vnet has the parts of a network)
    passed: the first place of that part, if it was passed over because the other ranges would then have none
    earlier: of a range in a later part, whether one before it had a free block of that size; None in the first
    """

    part: int = 0
    passed: IPNetwork | None = None
    earlier: bool | None = None


class Packing(NamedTuple):
    """Blocks that share no address, and which of the free places each got."""

    placed: Placed
    spots: dict[RangeKind, Spot]


_PRIVATE: Sequence[Interval] = [interval(network) for network in limits.PRIVATE_RANGES]
_SHARED: Sequence[Interval] = [interval(limits.SHARED_RANGE)]


class FreeRanges(NamedTuple):
    """Free space by who may use it.

    private, shared: free private space and the free part of the shared range; vnet: for the same two, for all other
    space, and for holes in what is reserved, in this order, what of it the virtual network may be taken from.
    """

    private: FreeSpace
    shared: FreeSpace
    vnet: tuple[FreeSpace, FreeSpace, FreeSpace, FreeSpace]

    @classmethod
    def around(
        cls, reserved: Sequence[Interval], within: Sequence[Interval], for_vnet: Sequence[Interval] | None = None
    ) -> "FreeRanges":
        """Space outside reserved (merged intervals); a virtual network within the given blocks, or anywhere private.

        for_vnet: what of reserved is kept from a network, too, if that is not all of it. A network never straddles the
        border of private space or of a hole: no rule forbids it, and nobody asks for it.
        """
        longest = limits.SUBNET_MAX_PREFIXLEN
        private = FreeSpace.of(_PRIVATE, reserved, longest)
        shared = FreeSpace.of(_SHARED, reserved, longest)
        if not within:
            return cls(private, shared, (private, shared, FreeSpace({}), FreeSpace({})))
        other = FreeSpace.of(within, merged([*reserved, *_PRIVATE, *_SHARED]), longest)
        holes = FreeSpace({})
        if for_vnet is not None:
            holes = _between(difference(within, reserved), difference(within, for_vnet))
        inside = _inside(_PRIVATE, within, reserved), _inside(_SHARED, within, reserved)
        return cls(private, shared, (*inside, other, holes))

    def without(self, network: IPNetwork) -> "FreeRanges":
        """The space without one network."""
        private, shared = self.private.without(network), self.shared.without(network)
        if self.vnet[0] is self.private:
            return FreeRanges(private, shared, (private, shared, *self.vnet[2:]))
        inside, inside_shared, other, holes = (part.without(network) for part in self.vnet)
        return FreeRanges(private, shared, (inside, inside_shared, other, holes))

    def can_place(self, kind: RangeKind, network: IPNetwork) -> bool:
        """Whether a block may lie exactly there."""
        if kind is RangeKind.VNET:
            return any(part.is_free(network) for part in self.vnet)
        return self.private.is_free(network) or (kind is RangeKind.PODS and self.shared.is_free(network))

    def largest_free(self, kind: RangeKind) -> IPNetwork | None:
        """The largest block in which such a range may lie."""
        parts: Sequence[FreeSpace] = self.vnet
        if kind in (RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE):
            parts = (self.private, self.shared) if kind is RangeKind.PODS else (self.private,)
        blocks = [block for block in (part.largest() for part in parts) if block is not None]
        return min(blocks, key=lambda block: int(block.prefixlen)) if blocks else None


def _inside(space: Sequence[Interval], within: Sequence[Interval], reserved: Sequence[Interval]) -> FreeSpace:
    cuts = ((max(first, low), min(last, high)) for first, last in space for low, high in within)
    return FreeSpace.of(sorted(cut for cut in cuts if cut[0] <= cut[1]), reserved, limits.SUBNET_MAX_PREFIXLEN)


def _between(free: Iterable[Interval], more: Iterable[Interval]) -> FreeSpace:
    """What is free for a network alone, cut at the borders of private space."""
    holes = [*difference([*more], [*free])]
    cuts = [(max(first, low), min(last, high)) for first, last in (*_PRIVATE, *_SHARED) for low, high in holes]
    cuts += difference(holes, merged([*_PRIVATE, *_SHARED]))
    return FreeSpace.of(sorted(cut for cut in cuts if cut[0] <= cut[1]), [], limits.SUBNET_MAX_PREFIXLEN)


def pack(space: FreeRanges, sizes: _Sizes) -> Packing | None:
    """Blocks of the given prefix lengths that share no address, or None when there is no such set."""
    if RangeKind.VNET not in sizes:
        return _pack_rest(space, sizes)
    prefixlen = sizes[RangeKind.VNET]
    rest: _Sizes = {kind: each for kind, each in sizes.items() if kind is not RangeKind.VNET}
    first: dict[int, IPNetwork] = {}
    for part, network in _vnet_places(space, prefixlen):
        first.setdefault(part, network)
        packed = _pack_rest(space.without(network), rest)
        if packed is not None:
            passed = first[part] if first[part] != network else None
            earlier = any(before < part for before in first) if part else None
            spot = Spot(part, passed, earlier)
            return Packing({RangeKind.VNET: network, **packed.placed}, {RangeKind.VNET: spot, **packed.spots})
    return None


def _pack_rest(space: FreeRanges, sizes: _Sizes) -> Packing | None:
    private, shared = space.private.lowest(len(sizes)), space.shared.lowest(1)
    order = sorted(sizes, key=lambda kind: sizes[kind])  # stable: ties in the order of the kinds
    spots = dict.fromkeys(order, Spot())
    placed = _best_fit(private, order, sizes)
    if placed is None and RangeKind.PODS in sizes:
        in_shared = shared.allocate(sizes[RangeKind.PODS])
        rest = _best_fit(private, [kind for kind in order if kind is not RangeKind.PODS], sizes) if in_shared else None
        if in_shared and rest is not None:
            placed = {RangeKind.PODS: in_shared[0], **rest}
            spots[RangeKind.PODS] = Spot(1, None, private.allocate(sizes[RangeKind.PODS]) is not None)
    return None if placed is None else Packing(placed, spots)


def _best_fit(free: FreeSpace, order: Sequence[RangeKind], sizes: _Sizes) -> Placed | None:
    placed: Placed = {}
    for kind in order:
        found = free.allocate(sizes[kind])
        if found is None:
            return None
        placed[kind], free = found
    return placed


def _vnet_places(space: FreeRanges, prefixlen: int) -> Iterator[tuple[int, IPNetwork]]:
    """One place for every kind of block that could hold the network: private space first, best fit, lowest address."""
    wholes = (space.private, space.shared, *space.vnet[2:])
    for at, (part, whole) in enumerate(zip(space.vnet, wholes, strict=True)):
        seen = set()
        for length in range(prefixlen, -1, -1):
            for first, around in _kinds(part, whole, length):
                if around not in seen:
                    seen.add(around)
                    yield at, IPNetwork((first, prefixlen), version=4)


def _kinds(part: FreeSpace, whole: FreeSpace, length: int) -> Iterator[tuple[int, int]]:
    """Of the blocks of one length: the lowest for every size of free block around it, with that size."""
    starts = part.of_length(length)
    if part is whole:
        if starts:
            yield starts[0], length
        return
    complete, found = set(whole.of_length(length)), set()
    for first in starts:
        around = length if first in complete else whole.prefixlen_around(IPNetwork((first, length), version=4))
        if around is not None and around not in found:
            found.add(around)
            yield first, around

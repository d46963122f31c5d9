"""The search for places once more, with its outcome known: what was free at each turn."""

from dataclasses import dataclass

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.explanation.claims import Place, Where
from azext_kubenet.addressing.model import AddressPlan, RangeKind
from azext_kubenet.addressing.planner.layout import FreeRanges, pack
from azext_kubenet.addressing.planner.search_space import Open, SearchSpace


@dataclass
class _Turn:
    """A range that was searched for.

    open: what it could have been; network: what it became; space: what was free when its usual value was tried; before:
    the chosen ranges that had their usual values by then; place: which of the free places it got, if not its usual one.
    """

    open: Open
    network: IPNetwork
    space: FreeRanges
    before: tuple[tuple[RangeKind, IPNetwork], ...]
    place: Place | None = None


class Replay:
    """The turns of a plan by range. after: what was free once all usual values were settled."""

    def __init__(self, search: SearchSpace, plan: AddressPlan):
        self._search, self._plan = search, plan
        self.turns: dict[RangeKind, _Turn] = {}
        self.after = self._try_usual_values()
        self._find_places()
        self._try_bridge()

    def free_for(self, kind: RangeKind) -> FreeRanges:
        """What was free when places were looked for."""
        return self.turns[kind].space if kind is RangeKind.DOCKER_BRIDGE else self.after

    def usual_leaves_no_room(self, kind: RangeKind) -> bool:
        """Whether the usual value of a range is free at its turn, but leaves no place for the others."""
        turn = self.turns[kind]
        settled = {other for other, _ in turn.before}
        done = {*settled, kind, RangeKind.DOCKER_BRIDGE}  # the bridge takes what is left
        rest = {other: each.open.smallest for other, each in self.turns.items() if other not in done}
        free = turn.space.can_place(kind, turn.open.usual)
        return free and pack(turn.space.without(turn.open.usual), rest) is None

    def left_in(self, prefix: IPNetwork, subnet: IPNetwork) -> int:
        """How many more subnets of the same size a prefix of the network has place for."""
        free, size = self._search.free_in([prefix]).without(subnet), subnet.prefixlen
        return sum(len(free.of_length(length)) << (size - length) for length in range(size + 1))

    def _try_usual_values(self) -> FreeRanges:
        space = self._search.space
        before: list[tuple[RangeKind, IPNetwork]] = []
        if self._search.requests.subnet.is_fixed and not self._search.requests.vnet.is_fixed:
            for prefix in self._plan.vnet:
                space = space.without(prefix)
        for kind, each in self._search.open_ranges(self._plan.size).items():
            network = self._network(kind)
            if network is not None:
                self.turns[kind] = _Turn(each, network, space, tuple(before))
                if network == each.usual:
                    space = space.without(network)
                    before.append((kind, network))
        return space

    def _try_bridge(self) -> None:
        """The docker bridge's network, which comes after all others."""
        network, requests = self._network(RangeKind.DOCKER_BRIDGE), self._search.requests
        if network is None or requests.docker_bridge is not None:
            return
        before = tuple((kind, turn.network) for kind, turn in self.turns.items())
        around = [] if requests.vnet.is_fixed else self._plan.vnet
        space = self._search.beside([*around, *(one for _, one in before)])
        place = None if network == self._search.bridge.usual else Place(network, Where.PRIVATE)
        self.turns[RangeKind.DOCKER_BRIDGE] = _Turn(self._search.bridge, network, space, before, place)

    def _network(self, kind: RangeKind) -> IPNetwork | None:
        """What a range became; None where the plan is refused for lack of space."""
        return next((network for _, network in self._plan.ranges(kind)), None)

    def _find_places(self) -> None:
        """The places of the ranges that have not their usual values: the network first, then by size."""
        moved = {kind: turn for kind, turn in self.turns.items() if turn.network != turn.open.usual}
        network, space = moved.pop(RangeKind.VNET, None), self.after
        if network is not None:
            network.place = self._place_of_network(network.network)
            space = space.without(network.network)
        for turn in sorted(moved.values(), key=lambda turn: int(turn.network.prefixlen)):
            if turn.network in limits.SHARED_RANGE:
                before = space.private.allocate(turn.network.prefixlen) is not None
                turn.place = Place(turn.network, Where.SHARED, before=before)
            else:
                turn.place = Place(turn.network, Where.PRIVATE)

    def _place_of_network(self, network: IPNetwork) -> Place:
        """Which of the free places a network got: of private space, else of the shared range, else of public space."""
        names = _WITHIN if self._search.requests.within else _ANYWHERE
        parts = dict(zip(names, self.after.vnet, strict=False))
        where = next(where for where, part in parts.items() if part.is_free(network))
        first = {each: part.allocate(network.prefixlen) for each, part in parts.items()}
        lowest = first[where]
        passed = lowest[0] if lowest is not None and lowest[0] != network else None
        earlier = [first[each] is not None for each in names[: names.index(where)]]
        return Place(network, where, passed, any(earlier) if earlier else None)


#: Where a network is looked for, in this order, without --within and with it (layout.Space).
_ANYWHERE = (Where.PRIVATE, Where.SHARED)
_WITHIN = (Where.PRIVATE_WITHIN, Where.SHARED_WITHIN, Where.PUBLIC_WITHIN, Where.HOLE_WITHIN)

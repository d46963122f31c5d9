"""Strategies: demands, wishes and reservations, in the whole address space or in a small universe."""

import ipaddress
from dataclasses import dataclass

from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.addressing.model import (
    UNSPECIFIED,
    ClusterSize,
    MaxSurge,
    Origin,
    RangeKind,
    RangeRequests,
    Reach,
    Reservation,
    fixed,
    sized,
)
from azext_kubenet.addressing.planner.proposal import propose
from azext_kubenet.addressing.reserved_space import ReservedSpace
from tests.property import oracle
from tests.property.oracle import Problem, last

#: Free space is found in these alone, a few hundred /29 in each. One is public, and open to a network by --within.
PRIVATE, OTHER_PRIVATE, SHARED, PUBLIC = (
    oracle.block(each) for each in ("10.244.0.0/21", "192.168.0.0/21", "100.64.0.0/21", "20.0.0.0/23")
)
REGIONS = [PRIVATE, OTHER_PRIVATE, SHARED, PUBLIC]


def network(one):
    return None if one is None else IPNetwork((one[0], one[1]), version=4)


def request(one):
    """What is requested by a block, several, a size or nothing."""
    if isinstance(one, int) or one is None:
        return UNSPECIFIED if one is None else sized(one)
    return fixed(*map(network, one if isinstance(one, list) else [one]))


def requested(wish, name):
    """The other way round: a block, of the virtual network several, a size or nothing."""
    found = wish[RangeKind(name)]
    blocks = [(each.cidr.first, each.prefixlen) for each in found.networks]
    return found.prefixlen if not blocks else blocks if name == "vnet" else blocks[0]


surges = st.one_of(
    st.builds(MaxSurge, st.integers(0, 100), st.just(True)), st.builds(MaxSurge, st.integers(0, 40), st.just(False))
)


def blocks_in(region, longest=30):
    """Any block of a region."""
    return st.integers(region[1], longest).flatmap(
        lambda prefix: st.integers(0, 2 ** (prefix - region[1]) - 1).map(
            lambda place: (region[0] + place * 2 ** (32 - prefix), prefix)
        )
    )


def spread(longest=30):
    """Blocks of every size, wherever plans are made and beside."""
    return st.sampled_from(
        [
            oracle.block(each)
            for each in (
                "10.0.0.0/8",
                "10.0.0.0/14",
                "10.244.0.0/15",
                "172.16.0.0/12",
                "172.16.0.0/15",
                "192.168.0.0/16",
                "192.168.0.0/22",
                "100.64.0.0/10",
                "172.28.0.0/14",
                "169.254.0.0/16",
                "192.0.2.0/23",
                "8.0.0.0/8",
                "0.0.0.0/1",
            )
        ]
    ).flatmap(lambda region: blocks_in(region, longest))


@dataclass
class Case:
    """The same question for the core and for the oracle."""

    demand: ClusterSize
    wish: RangeRequests
    taken: list
    problem: Problem
    elsewhere: list

    def __repr__(self):
        """As it is typed to keep it as a fixed example."""
        taken = " ".join(f"{each.network}={whose_is(each)}" for each in self.taken)
        elsewhere = " ".join(str(each.network) for each in self.elsewhere)
        return f"asked({self.demand}, {self.wish}, {taken!r}, {elsewhere!r})"

    def _repr_pretty_(self, printer, _):
        """For hypothesis, which prints the fields of a dataclass else."""
        printer.text(repr(self))

    def proposal(self):
        return propose(self.demand, self.wish, ReservedSpace(self.taken))

    def surge(self, nodes):
        return oracle.surge_of(nodes, self.demand.max_surge.value, self.demand.max_surge.percent)


def asked(demand, wish, taken="", elsewhere=""):
    """A case from what it prints: taken as `10.0.0.0/8=user`, elsewhere as `10.0.0.0/8`."""
    rows = [each.partition("=")[::2] for each in taken.split()]
    blocks, far = [oracle.block(each) for each, _ in rows], [oracle.block(each) for each in elsewhere.split()]
    parts = [requested(wish, name) for name in ("vnet", "subnet", "pods", "services", "docker_bridge")]
    problem = Problem(REGIONS, blocks, [(each.first, each.prefixlen) for each in wish.within], *parts)
    return Case(demand, wish, reservations(blocks, [whose or "user" for _, whose in rows]), problem, clusters(far))


#: Whose reservations are: a few, to be handed out in turn.
origins = st.lists(st.sampled_from(oracle.ORIGINS), min_size=1, max_size=6)


#: Whose a reservation is, where its origin does not say it: that, whether it was planned, and whom it concerns.
_KINDS = {"site": (Origin.ROUTE, False, Reach.UNCONNECTED), "drop": (Origin.ROUTE, False, Reach.WITHIN_PODS)}


def whose_is(each):
    """Whose a reservation is, in the oracle's words."""
    return next((kind for kind, row in _KINDS.items() if row[2] is each.reach), each.origin.value)


def reservations(blocks, whose=("user",)):
    """Each with a name of its own, and the origins in turn."""
    return [
        Reservation(network(each), f"r{number}", *_KINDS.get(kind) or (Origin(kind),))
        for number, each in enumerate(blocks)
        for kind in [whose[number % len(whose)]]
    ]


def clusters(blocks):
    """Ranges of clusters that are not connected."""
    return [Reservation(network(each), f"e{number}", Origin.CLUSTER) for number, each in enumerate(blocks)]


def called(taken, elsewhere):
    """The same for the oracle: whose, block, name."""
    return [
        (whose, (each.network.first, each.network.prefixlen), each.reason)
        for some, which in ((taken, None), (elsewhere, "elsewhere"))
        for each in some
        for whose in [which or whose_is(each)]
    ]


def complement(free):
    """All of the space for ranges but the free blocks, and the holes of the public region, as blocks."""
    taken = []
    for space in [*oracle.PRIVATE, oracle.SHARED, PUBLIC]:
        start = space[0]
        for each in sorted(each for each in free if oracle.inside(each, space)):
            if each[0] > start:
                taken += _summary(start, each[0] - 1)
            start = max(start, last(each) + 1)
        if start <= last(space):
            taken += _summary(start, last(space))
    return taken


def _summary(first, end):
    for each in ipaddress.summarize_address_range(ipaddress.IPv4Address(first), ipaddress.IPv4Address(end)):
        yield int(each.network_address), each.prefixlen


#: Where other clusters mostly are: where everyone is.
usual = [oracle.block(each) for each in ("10.244.0.0/16", "10.0.0.0/16", "172.17.0.0/16", "192.168.0.0/16")]
anywhere = st.sampled_from(REGIONS).flatmap(lambda region: blocks_in(region, 29))
#: What is free: rather too little than too much, in pieces that just serve or just do not.
free_blocks = st.lists(
    st.one_of(
        st.sampled_from([PRIVATE, OTHER_PRIVATE]).flatmap(lambda region: blocks_in(region, 24)),
        st.sampled_from([PRIVATE, OTHER_PRIVATE]).flatmap(lambda region: blocks_in(region, 29)),
        blocks_in(SHARED, 26),
        anywhere,
    ),
    min_size=3,
    max_size=7,
)
far_clusters = st.lists(st.one_of(st.sampled_from(usual), anywhere, spread()), max_size=6).map(clusters)
few_surges = st.sampled_from(
    [MaxSurge(10, True), MaxSurge(33, True), MaxSurge(100, True), MaxSurge(0, False), MaxSurge(2, False)]
)


def mostly_open(*given):
    """Mostly left to the planner."""
    return st.integers(0, 7).flatmap(lambda die: given[die] if die < len(given) else st.none())


@st.composite
def small_universes(draw):
    """Scarce space: some free blocks with holes, ranges given, sizes asked for, --within."""
    taken, whose = complement(draw(free_blocks)) + draw(st.lists(anywhere, max_size=2)), draw(origins)
    blocks = st.one_of(anywhere, st.sampled_from(REGIONS))
    within = draw(st.one_of(st.just([]), st.lists(blocks, min_size=1, max_size=3)))
    vnet = draw(mostly_open(st.integers(21, 29), st.lists(anywhere, min_size=1, max_size=2)))
    subnet = draw(mostly_open(st.integers(23, 29), anywhere))
    pods = draw(mostly_open(st.integers(21, 26), anywhere))
    services = draw(mostly_open(st.integers(22, 29), anywhere))
    docker = draw(mostly_open(anywhere))
    demand = ClusterSize(
        node_count=draw(st.integers(1, 4)),
        max_count=draw(st.sampled_from([None, None, 4, 6, 8])),
        max_surge=draw(few_surges),
        extra_ips=draw(st.sampled_from([0, 0, 1, 7, 40])),
    )
    wish = RangeRequests(
        within=tuple(network(each) for each in within),
        vnet=request(vnet),
        subnet=request(subnet),
        pods=request(pods),
        services=request(services),
        docker_bridge=network(docker),
    )
    own = [*within, *(vnet if isinstance(vnet, list) else []), *([subnet] if isinstance(subnet, tuple) else [])]
    if own and draw(st.booleans()):  # that are holes in larger ranges
        taken += [oracle.around(each, draw(st.integers(each[1] - 4, each[1]))) for each in own]
    problem = Problem(REGIONS, taken, within, vnet, subnet, pods, services, docker, whose)
    return Case(demand, wish, reservations(taken, whose), problem, draw(far_clusters))


@st.composite
def tight_universes(draw):
    """Where the choice of space matters: --within reaches into a block that just serves for pods, and into others."""
    large = draw(blocks_in(PRIVATE, 24))
    others = draw(
        st.lists(
            st.one_of(blocks_in(OTHER_PRIVATE, 29), blocks_in(SHARED, 29), blocks_in(PUBLIC, 29)),
            min_size=1,
            max_size=3,
        )
    )
    corners = [draw(blocks_in(each, 29)) for each in [large, *others]]
    within = draw(st.sampled_from([corners, corners, corners[1:], []]))
    taken, whose = complement([large, *others]), draw(origins)
    pods = draw(st.sampled_from([None, large[1]]))
    wish = RangeRequests(within=tuple(network(each) for each in within), pods=request(pods))
    demand = ClusterSize(node_count=draw(st.integers(1, 2 ** (24 - large[1]))), max_surge=draw(few_surges))
    problem = Problem(REGIONS, taken, within, None, None, pods, None, None, whose)
    return Case(demand, wish, reservations(taken, whose), problem, draw(far_clusters))


@st.composite
def universes_of_holes(draw):
    """A network from --within that is a hole, all or in part, in what is excluded or routed, beside a little space."""
    free = draw(st.lists(st.one_of(blocks_in(OTHER_PRIVATE, 24), blocks_in(SHARED, 26)), min_size=2, max_size=4))
    within = draw(st.lists(blocks_in(PRIVATE, 28), min_size=1, max_size=3))
    around = [oracle.around(each, draw(st.integers(each[1] - 3, each[1]))) for each in within]
    inside = draw(st.lists(st.sampled_from(within).flatmap(blocks_in), max_size=2))
    taken = [*complement([PRIVATE, *free]), *around, *inside]
    whose = draw(st.lists(st.sampled_from(["user", "user", "route", "peering"]), min_size=1, max_size=5))
    vnet = draw(st.sampled_from([None, None, 24, 26, 28]))
    problem = Problem(REGIONS, taken, within, vnet, None, None, None, None, whose)
    demand, wish = (
        ClusterSize(node_count=draw(st.integers(1, 6))),
        RangeRequests(within=tuple(map(network, within)), vnet=request(vnet)),
    )
    return Case(demand, wish, reservations(taken, whose), problem, draw(far_clusters))


@st.composite
def universes_around_a_subnet(draw):
    """A given subnet beside which all other ranges must find their place, in what could be its network."""
    whole = draw(st.integers(21, 22).flatmap(lambda prefix: blocks_in(OTHER_PRIVATE, prefix)))
    subnet = draw(blocks_in(whole, 27))
    taken, whose = complement([whole]) + draw(st.lists(blocks_in(whole, 29), max_size=1)), draw(origins)
    taken += draw(st.sampled_from([[], [subnet], [oracle.around(subnet, subnet[1] - 1)], [whole]]))
    problem = Problem(REGIONS, taken, [], None, subnet, None, None, None, whose)
    demand, wish = ClusterSize(node_count=draw(st.integers(1, 3))), RangeRequests(subnet=request(subnet))
    return Case(demand, wish, reservations(taken, whose), problem, draw(far_clusters))


universes = st.one_of(
    small_universes(), small_universes(), tight_universes(), universes_around_a_subnet(), universes_of_holes()
)

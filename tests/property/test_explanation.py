"""What is said of a range is true: every claim is looked at again by counting and trying, with no code shared."""

import ipaddress

from hypothesis import event, example, given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.addressing.explanation import reasons, why
from azext_kubenet.addressing.explanation.claims import Cause, Where, Why
from azext_kubenet.addressing.explanation.reason import How
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeKind, RangeRequests, sized
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from tests.property import oracle
from tests.property.oracle import block, inside, overlap
from tests.property.test_plans import questions
from tests.property.test_search import USUAL, as_block
from tests.property.universe import (
    REGIONS,
    Case,
    asked,
    blocks_in,
    complement,
    request,
    requested,
    reservations,
    universes,
)
from tests.support.effort import tries

ORDER = ["vnet", "pods", "services", "docker_bridge"]
NODES = ("vnet", "subnet")
SUBNET = block("192.168.1.0/24")


class Look:
    """A plan as blocks of integers, and what the oracle knows of its ranges."""

    def __init__(self, demand, wish, taken, plan):
        self.demand, self.wish, self.plan = demand, wish, plan
        self.taken = [as_block(each.network) for each in taken]
        self.kept = [(each.origin.value, as_block(each.network)) for each in taken]
        self.subnets = [as_block(each.network) for each in taken if each.origin is Origin.SUBNET]
        self.within = [as_block(each) for each in wish.within]
        self.got = {name: as_block(block) for name, block in plan.ranges(*RangeKind)}
        self.got["vnet"] = as_block(plan.vnet[0])
        prefixes, subnets = wish.vnet.networks, wish.subnet.networks
        self.own = oracle.Own(self.within, list(map(as_block, prefixes)), list(map(as_block, subnets)))
        self.surge = oracle.surge_of(demand.nodes, demand.max_surge.value, demand.max_surge.percent)
        self.addresses = demand.nodes + self.surge + demand.extra_ips

    def given(self, name):
        return self.wish[RangeKind(name)].is_fixed

    def around_a_subnet(self):
        return self.given("subnet") and not self.given("vnet")

    def open(self):
        """The ranges that are chosen together: the docker bridge comes after them."""
        return [name for name in ORDER[:3] if not self.given(name) and not (name == "vnet" and self.given("subnet"))]

    def reserved_for(self, name, place):
        """What is taken of a place for a range: of the network and its subnet not where these are holes."""
        return [
            block
            for whose, block in self.kept
            if overlap(block, place) and not (name in NODES and self.own.left_by(whose, block, place))
        ]

    def is_usual(self, name):
        return self.got[name] == oracle.around(USUAL[name], self.wanted(name))

    def wanted(self, name):
        """The size of a range, were there space enough."""
        asked, peak = requested(self.wish, name), self.demand.nodes + self.surge
        if isinstance(asked, int):
            return asked
        if name == "pods":
            return min(16, next(size for size in range(24, 0, -1) if 2 ** (24 - size) >= peak))
        return min(16, self.wanted_subnet()) if name == "vnet" else 16

    def wanted_subnet(self):
        if self.wish.subnet.is_sized:
            return self.wish.subnet.prefixlen
        least = next(size for size in range(29, 0, -1) if 2 ** (32 - size) - 5 >= self.addresses)
        return least if self.demand.max_count is not None else min(24, least)

    def before(self, name):
        """Ranges of the plan that were there when the usual value of one was tried."""
        ranges = [requested(self.wish, other) for other in ORDER[1:] if self.given(other)]
        if name == "subnet":
            return ranges
        if self.given("vnet") or self.around_a_subnet():
            prefixes = [as_block(each) for each in self.plan.vnet]
            apart = self.given("subnet") and not any(inside(self.got["subnet"], each) for each in prefixes)
            ranges += [*prefixes, *([self.got["subnet"]] if apart else [])]
        if name == "docker_bridge":
            return ranges + [self.got[other] for other in self.open()]
        return ranges + [self.got[other] for other in self.open()[: self.open().index(name)] if self.is_usual(other)]

    def settled(self):
        """Ranges of the plan that were there when places were looked for."""
        last = self.open()[-1:]
        return [*self.before(last[0]), *([self.got[last[0]]] if self.is_usual(last[0]) else [])] if last else []

    def in_the_way(self, name, place):
        """Everything that overlaps a place."""
        others = [each for each in [*oracle.RESERVED, *self.before(name)] if overlap(each, place)]
        return [*self.reserved_for(name, place), *others]


def check_conflict(look, name, conflict):
    place = as_block(conflict.place)
    event(f"cause: {conflict.cause}")
    if conflict.cause is Cause.OVERLAP:
        hit = look.in_the_way(name, place)
        named = [as_block(each.network) for each in conflict.blockers]
        assert named
        assert set(named) <= set(hit)
        assert len(named) + conflict.more == len(hit)
        assert min(each[1] for each in hit) == named[0][1]
        assert all(f" {each.network} ({each.reason})" in conflict.words() for each in conflict.blockers)
        assert (f"and {conflict.more} more" in conflict.words()) == (conflict.more > 0)
    elif conflict.cause is Cause.OUTSIDE_WITHIN:
        assert name == "vnet"
        assert look.within
        assert not oracle.inside_all(place, look.within)
    elif conflict.cause is Cause.NOT_PRIVATE:
        homes = [*oracle.PRIVATE, *([oracle.SHARED] if name in ("vnet", "pods") else [])]
        assert not any(inside(place, each) for each in homes)
    else:
        assert not look.in_the_way(name, place)


def check_size(look, name, size):
    got = look.got[name]
    wanted = look.wanted_subnet() if name == "subnet" else look.wanted(name)
    event(f"size: {size.why}")
    assert (size.prefixlen, size.wanted) == (got[1], wanted)
    assert (size.why is Why.ASKED) == look.wish[RangeKind(name)].is_sized
    assert (size.why is Why.SQUEEZED) == (got[1] > wanted)
    if size.why is Why.ASKED:
        assert f"/{got[1]} " in size.words()
        return
    if size.why is Why.LEAST:
        assert 2 ** (32 - got[1]) - 5 >= look.addresses
        assert got[1] == 29 or 2 ** (31 - got[1]) - 5 < look.addresses
    assert (size.why is Why.GROWN) == (got[1] < size.usual and size.why is not Why.LEAST)
    if size.need is not None:
        room = {
            "pod block": lambda prefix: 2 ** (24 - prefix),
            "address": lambda prefix: 2 ** (32 - prefix),
            "usable address": lambda prefix: 2 ** (32 - prefix) - 5,
        }[size.need.unit]
        asked = 2 ** (32 - look.wish.subnet.prefixlen) if size.need.unit == "address" else None
        assert size.need.needed == (
            look.demand.nodes + look.surge if size.need.unit == "pod block" else asked or look.addresses
        )
        assert (size.need.holds, size.need.usual_holds) == (room(got[1]), room(size.usual))
        assert size.need.usual_holds < size.need.needed or size.why is not Why.GROWN
    assert (size.by_default and look.demand.max_count is not None) is False


def without(block, holes):
    """What holes leave of a block."""
    parts = [ipaddress.ip_network(oracle.text(block))]
    for hole in [ipaddress.ip_network(oracle.text(each)) for each in holes if overlap(each, block)]:
        parts = [
            rest
            for part in parts
            for rest in ([] if part.subnet_of(hole) else part.address_exclude(hole) if hole.subnet_of(part) else [part])
        ]
    return parts


def check_around(look, name, around):
    """How full the block is: counted by another library."""
    if around is None:
        return
    home, nodes = as_block(around.network), name in NODES
    assert inside(look.got[name], home)
    kept = [*look.kept, *(("azure", each) for each in oracle.RESERVED)]
    parts = [
        part
        for whose, each in kept
        if overlap(each, home)
        for part in without(each if inside(each, home) else home, look.own.holes_in(whose, each) if nodes else [])
    ]
    assert around.taken == sum(each.num_addresses for each in ipaddress.collapse_addresses(parts))
    if around.left is not None:
        assert home in [as_block(prefix) for prefix in look.plan.vnet]
        assert around.subnets == sum(inside(each, home) for each in look.subnets)


def check_kind(look, reason):
    name, how = reason.kind, reason.how
    event(f"how: {how} {name}")
    if name == "dns_ip":
        assert how is (How.DERIVED if look.wish.dns_ip is None else How.GIVEN)
        assert how is How.GIVEN or int(look.plan.dns_ip) == look.got["services"][0] + 10
    elif look.given(name):
        assert how is How.GIVEN
    elif name == "subnet":
        assert (how is How.USUAL) == (look.got[name] == (SUBNET[0], look.got[name][1]))
        assert how is How.USUAL or reason.place or look.got[name][0] == look.got["vnet"][0]
    elif name == "vnet" and look.given("subnet"):
        assert how in (How.USUAL, How.AROUND)
        assert inside(as_block(reason.subnet), look.got["vnet"])
        assert (how is How.USUAL) == (
            look.got["vnet"] == USUAL["vnet"] != look.got["subnet"] and not look.wish.vnet.is_sized
        )
    else:
        assert (how is How.USUAL) == look.is_usual(name)


def check(demand, wish, taken, elsewhere):
    """All that can be looked at in the plan alone; what has been looked at."""
    verdict = plan_ranges(demand, wish, taken, (), elsewhere)
    if not verdict.plan.complete:
        return None, []
    look, found = Look(demand, wish, taken, verdict.plan), why(verdict)
    assert [reason.kind for reason in found] == [name for name in RangeKind if verdict.plan[name]]
    for reason in found:
        check_kind(look, reason)
        if reason.conflict is not None:
            around = reason.how is How.AROUND
            check_conflict(
                look,
                "subnet" if around and reason.conflict.cause is not Cause.OUTSIDE_WITHIN else reason.kind,
                reason.conflict,
            )
        elif reason.how is How.MOVED and reason.kind != "subnet":
            assert reason.place.network.prefixlen > 29, "a cause is missing"
        if reason.size is not None and reason.how is not How.AROUND:
            check_size(look, reason.kind, reason.size)
        check_around(look, reason.kind, reason.around)
        assert reason.words()
    assert reasons(verdict) == {reason.kind.key: reason.words() for reason in found}
    return look, found


@tries(800)
@given(questions())
def test_what_is_said_is_true_in_the_whole_address_space(question):
    check(*question)


#: Free are a /21 where pods usually lie, another in shared space, and a /27: too little for network, services and
#: bridge, so that the pods make way. The subnet is smaller than wanted as well: what is looked at for it must not
#: change what is looked at for the pods.
CORNER = asked(
    ClusterSize(node_count=1),
    RangeRequests(within=(IPNetwork("192.168.0.0/21"),), pods=sized(21)),
    " ".join(
        oracle.text(each)
        for each in complement([block("10.244.0.0/21"), block("192.168.0.0/27"), block("100.64.0.0/21")])
    ),
)


@tries(1200)
@example(CORNER)
@given(universes)
def test_what_is_said_is_true_where_every_place_can_be_tried(case):
    check_with_places(case)


@st.composite
def networks_with_subnets(draw):
    """A network that is there, of one or two prefixes, with subnets, one of which may lie where the usual one would."""
    prefixes = draw(
        st.lists(
            st.sampled_from(
                [block("192.168.0.0/22"), block("10.244.4.0/24"), block("192.168.1.0/24"), block("100.64.0.0/23")]
            ),
            min_size=1,
            max_size=2,
            unique=True,
        )
    )
    taken = draw(st.lists(st.sampled_from(prefixes).flatmap(lambda prefix: blocks_in(prefix, 28)), max_size=8))
    demand = ClusterSize(node_count=draw(st.integers(1, 20)), max_count=draw(st.sampled_from([None, 20, 50])))
    wish = RangeRequests(vnet=request(prefixes), subnet=request(draw(st.sampled_from([None, None, 26]))))
    problem = oracle.Problem(REGIONS, taken, [], prefixes, wish.subnet.prefixlen, None, None, None)
    return Case(demand, wish, reservations(taken, ["subnet", "subnet", "peering"]), problem, [])


@tries(500)
@given(networks_with_subnets())
def test_what_is_said_of_a_subnet_in_a_network_that_is_there_is_true(case):
    check_with_places(case, ["subnet"])  # the others have all the world


def check_with_places(case, names=tuple(RangeKind)):
    look, found = check(case.demand, case.wish, case.taken, case.elsewhere)
    if look is None:
        return
    for reason in [each for each in found if each.kind in names]:
        if reason.conflict is not None and reason.conflict.cause is Cause.NO_ROOM:
            check_no_room(case, look, reason)
        if reason.size is not None and reason.size.why is Why.SQUEEZED:
            check_squeezed(case, look, reason.kind, reason.size)
        if reason.place is not None:
            check_place(case, look, reason.kind, reason.place)
        if reason.around is not None and reason.around.left is not None:
            check_left(case, look, reason.around)


def smallest(case, look):
    return case.problem.needs(look.demand.nodes, look.surge, look.demand.extra_ips)


def check_no_room(case, look, reason):
    place, rest = as_block(reason.conflict.place), smallest(case, look)
    assert not look.in_the_way("subnet" if reason.how is How.AROUND else reason.kind, place)
    if reason.how is How.AROUND:
        assert not case.problem.fits(rest, [place])
        return
    fixed = [name for name in look.open()[: look.open().index(reason.kind)] if look.is_usual(name)]
    rest = {name: size for name, size in rest.items() if name not in [*fixed, reason.kind]}
    assert not case.problem.fits(rest, [*look.before(reason.kind), place])


def free_places(case, look, name, size):
    """All that are free beside the usual values that were settled first."""
    if name == "subnet":
        return list(case.problem.subnet_places(size, [as_block(prefix) for prefix in look.plan.vnet]))
    there = look.before(name) if name == "docker_bridge" else look.settled()
    return [place for place in case.problem.places(name, size) if not any(overlap(place, each) for each in there)]


def check_squeezed(case, look, name, size):
    if size.free is not None:
        assert not free_places(case, look, name, size.wanted)
        assert as_block(size.free) in free_places(case, look, name, size.free.prefixlen)
        assert not free_places(case, look, name, size.free.prefixlen - 1)
        assert f"no /{size.wanted} " in size.words()
    if size.crowded:
        sizes = {other: look.got[other][1] for other in look.open() if not look.is_usual(other)}
        assert free_places(case, look, name, size.prefixlen - 1)
        assert not case.problem.fits({**sizes, name: size.prefixlen - 1}, look.settled())
    assert size.free is not None or size.crowded


def spaces_of(look, where):
    """The blocks that are meant, and those that are not part of them."""
    private, everything = oracle.PRIVATE, [*oracle.PRIVATE, oracle.SHARED]
    return {
        Where.PRIVATE: private,
        Where.PRIVATE_WITHIN: private,
        Where.SHARED: [oracle.SHARED],
        Where.SHARED_WITHIN: [oracle.SHARED],
        Where.PUBLIC_WITHIN: [],
        Where.HOLE_WITHIN: [],
        Where.NETWORK: [as_block(prefix) for prefix in look.plan.vnet],
    }[where], everything


def check_place(case, look, name, place):
    """Best fit, by growing every free place as far as it goes."""
    event(f"where: {place.where} passed: {place.passed is not None} before: {place.before}")
    moved = sorted(
        [each for each in look.open() if not look.is_usual(each)], key=lambda each: (each != "vnet", look.got[each][1])
    )
    there = (
        look.before(name)
        if name in ("subnet", "docker_bridge")
        else [*look.settled(), *(look.got[each] for each in moved[: moved.index(name)])]
    )
    kept = [*look.kept, *(("azure", each) for each in oracle.RESERVED)]
    homes, everything = spaces_of(look, place.where)
    within = look.within if place.where.name.endswith("_WITHIN") else None

    def free(one):
        home = any(inside(one, each) for each in homes) if homes else not any(overlap(one, each) for each in everything)
        if place.where is Where.HOLE_WITHIN:  # no unit of it is free for others
            home = not case.problem.free.intersection(range(one[0], oracle.last(one) + 1, 8))
        elif name == "vnet" and within is not None and any(overlap(one, each[1]) for each in kept):
            return False
        return (
            home
            and not any(overlap(one, each) for each in there)
            and not any(
                overlap(one, that) and not (name in NODES and look.own.left_by(whose, that, one))
                for whose, that in kept
            )
            and (within is None or oracle.inside_all(one, within))
        )

    def grown(one):
        while one[1] > 0 and free(oracle.around(one, one[1] - 1)):
            one = oracle.around(one, one[1] - 1)
        return one

    size = place.network.prefixlen
    regions = [as_block(prefix) for prefix in look.plan.vnet] if name == "subnet" else case.problem.regions
    places = {
        (first, size)
        for region in regions
        if region[1] <= size
        for first in range(region[0], oracle.last(region) + 1, 2 ** (32 - size))
    }
    lowest = min((-grown(one)[1], one[0]) for one in places if free(one))
    assert lowest[1] == as_block(place.passed or place.network)[0]
    if place.passed is not None:
        rest = {each: look.got[each][1] for each in moved if each != "vnet"}
        assert not case.problem.fits(rest, [*look.settled(), as_block(place.passed)])
    assert (place.before is None) == (place.where in (Where.PRIVATE, Where.PRIVATE_WITHIN, Where.NETWORK))
    if place.before is not None:
        beside = [*look.settled(), *([look.got["vnet"]] if name == "pods" and "vnet" in moved else [])]
        spaces = [(0, 0)] if place.where is Where.HOLE_WITHIN else oracle.PRIVATE if homes else everything
        earlier = [
            one
            for one in case.problem.places(name, size)
            if not any(overlap(one, each) for each in beside)
            and any(inside(one, each) for each in spaces)
            and one[0] in case.problem.free
        ]
        assert place.before == bool(earlier)


def check_left(case, look, around):
    places = case.problem.subnet_places(look.got["subnet"][1], [as_block(around.network)])
    assert around.left == sum(not overlap(one, look.got["subnet"]) for one in places)

"""Whose a reservation is decides what is said, not what is chosen, but for holes; clusters elsewhere are a note."""

from hypothesis import event, given
from hypothesis import strategies as st

from azext_kubenet.addressing.model import ClusterSize, Origin, RangeKind, RangeRequests, fixed
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from tests.property import oracle
from tests.property.predicates import check_verdict
from tests.property.test_plans import questions
from tests.property.universe import called, clusters, far_clusters, origins, reservations, universes
from tests.support.effort import tries

DUPLICATE = "cluster-range-duplicate"
WORDS = {"pods": "pod CIDR", "services": "service CIDR", "docker_bridge": "docker bridge network"}
#: Demand, wish, reservations, clusters elsewhere: in a small universe, or in the whole address space.
asked = st.one_of(universes.map(lambda case: (case.demand, case.wish, case.taken, case.elsewhere)), questions())


def shown(shortage):
    """A shortage without whose the reservations in the way are."""
    return shortage and shortage._replace(blockers=tuple((each.network, each.reason) for each in shortage.blockers))


@tries(400)
@given(asked, origins)
def test_whose_a_reservation_is_matters_to_what_is_chosen_only_where_it_may_have_holes(question, others):
    demand, wish, taken, _ = question
    others = [each for each in others if each not in ("user", "route", "site", "drop")] or ["azure"]
    theirs = [
        each
        if each.origin in (Origin.USER, Origin.ROUTE)
        else each._replace(origin=Origin(others[number % len(others)]))
        for number, each in enumerate(taken)
    ]
    one, other = plan_ranges(demand, wish, taken), plan_ranges(demand, wish, theirs)
    assert one.plan == other.plan
    assert shown(one.shortage) == shown(other.shortage)


@tries(400)
@given(asked, far_clusters)
def test_clusters_elsewhere_are_worth_a_note_and_change_nothing_else(question, others):
    demand, wish, taken, elsewhere = question
    without = plan_ranges(demand, wish, taken)
    at_home = clusters([one for _, one in blocks(without.plan)])
    for some in (elsewhere, [*others, *at_home]):
        found = plan_ranges(demand, wish, taken, (), some)
        assert (found.plan, found.shortage, found.refused) == (without.plan, without.shortage, without.refused)
        assert [each for each in found.findings if each.rule != DUPLICATE] == [
            each for each in without.findings if each.rule != DUPLICATE
        ]
        notes = [each for each in found.findings if each.rule == DUPLICATE]
        said = list(oracle.told(blocks(found.plan), called(connected(taken), some)))
        event(f"notes: {len(notes)}")
        assert sorted(each.message.partition(",")[0] for each in notes) == sorted(
            f"{WORDS[name]} {oracle.text(one)} overlaps {len(meant)} range{'s' * (len(meant) > 1)} of other clusters"
            for _, _, name, one, meant in said
        )
        assert {each.severity.value for each in notes} <= {"info"}
        assert all("keep it, or use --exclude-prefixes " in each.recommendation for each in notes)


#: The plan that there is when nothing is in the way, and its ranges as the oracle has them.
ALONE = plan_ranges(ClusterSize(), RangeRequests()).plan
HOMES = [oracle.block(str(each)) for each in ALONE.networks()]


@st.composite
def sound_but_for_reservations(draw):
    """Some ranges of a plan without any fault are given, and small reservations lie in some of its ranges."""
    given_ones = draw(st.sets(st.sampled_from(["vnet", "subnet", "pods", "services", "docker_bridge"])))
    wish = RangeRequests().but({RangeKind(name): fixed(*ALONE[RangeKind(name)]) for name in given_ones})
    small = st.sampled_from(HOMES).flatmap(lambda home: st.integers(0, 15).map(lambda at: (home, at)))
    blocks = [(home[0] + at * 2 ** (28 - home[1]), home[1] + 4) for home, at in draw(st.lists(small, max_size=4))]
    return wish, reservations(blocks, draw(origins)), draw(far_clusters)


@tries(500)
@given(sound_but_for_reservations())
def test_reservations_alone_refuse_a_plan_exactly_when_the_table_says_so(question):
    wish, taken, elsewhere = question
    found = plan_ranges(ClusterSize(), wish, taken, (), elsewhere)
    event(f"refused: {found.refused}")
    assert found.shortage is None
    check_verdict(found)


def connected(taken):
    """Those of some reservations that are clusters'."""
    return [each for each in taken if each.origin is Origin.CLUSTER]


def blocks(plan):
    """Name and block of the decided ranges that may be shared with clusters."""
    return [(name, (each.first, each.prefixlen)) for name, each in plan.ranges(*map(RangeKind, WORDS))]

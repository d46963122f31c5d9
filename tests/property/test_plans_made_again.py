"""A plan made again from an earlier one: what is kept and what moves is what counting and comparing addresses says."""

import ipaddress

from hypothesis import assume, given
from hypothesis import strategies as st

from azext_kubenet.addressing.model import ClusterSize, RangeKind, RangeRequests, fixed
from azext_kubenet.addressing.planner.plan_again import EarlierRanges, plan_again
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from tests.property.oracle import surge_of
from tests.property.universe import reservations, spread, surges
from tests.support.effort import tries

KINDS = (RangeKind.SUBNET, RangeKind.PODS, RangeKind.SERVICES)


def of(plan, kind):
    return [ipaddress.ip_network(str(each)) for each in plan[kind]]


@st.composite
def changes(draw):
    """An earlier plan, and a demand and reservations that have come since."""
    before = ClusterSize(node_count=draw(st.integers(1, 60)), max_surge=draw(surges))
    nodes = draw(st.integers(1, 350))
    after = ClusterSize(node_count=nodes, max_count=draw(st.sampled_from([None, nodes])), max_surge=draw(surges))
    return before, after, draw(st.lists(spread(), max_size=4)), draw(st.lists(spread(), max_size=4))


@tries(300)
@given(changes())
def test_a_range_moves_if_something_is_over_it_or_it_is_too_small_and_for_no_other_reason(change):
    before, after, taken, come = change
    earlier = plan_ranges(before, RangeRequests(), reservations(taken))
    assume(not earlier.refused)
    was = RangeRequests().but({kind: fixed(*earlier.plan[kind]) for kind in (RangeKind.VNET, *KINDS)})
    now = reservations([*taken, *come])
    result = plan_again(after, RangeRequests(), now, (), earlier=EarlierRanges(was))
    assume(not result.refused)
    others = [ipaddress.ip_network(str(each.network)) for each in now]
    peak = after.nodes + surge_of(after.nodes, after.max_surge.value, after.max_surge.percent)
    enough = {
        RangeKind.SUBNET: lambda network: network.num_addresses - 5 >= peak,
        RangeKind.PODS: lambda network: network.num_addresses // 256 >= peak,
        RangeKind.SERVICES: lambda network: True,
    }
    for kind in KINDS:
        (old,), (new,) = of(earlier.plan, kind), of(result.plan, kind)
        holds = enough[kind](old) and not any(old.overlaps(other) for other in others)
        assert (old == new) == holds, (kind, old, new)
        assert not any(new.overlaps(other) for other in others)
    said = {
        finding.message.partition(" of the earlier")[0] for finding in result.findings if finding.rule == "range-moved"
    }
    moved = [kind for kind in (RangeKind.VNET, *KINDS) if of(earlier.plan, kind) != of(result.plan, kind)]
    assert said == {f"{kind.words} {' '.join(map(str, earlier.plan[kind]))}" for kind in moved}

"""The sizes that a plan says to ask for hold the cluster, and the next smaller ones do not: all of it is counted."""

from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.model import ClusterSize
from tests.property.oracle import surge_of
from tests.property.universe import surges
from tests.support.effort import tries


def places_in_subnet(prefix):
    """Addresses that Azure leaves to others in a subnet, counted one by one; none in one that it does not take."""
    total = list(range(2 ** (32 - prefix)))
    return len(total[4:-1]) if 2 <= prefix <= 29 else 0


def blocks_in_pod_cidr(prefix):
    """Nodes whose /24 begins in a pod CIDR."""
    return len(range(0, 2 ** (32 - prefix), 256)) if prefix <= 24 else 0


def smallest(holds, longest, needed):
    return next(prefix for prefix in range(longest, 0, -1) if holds(prefix) >= needed)


@tries(400)
@given(st.integers(1, 2000), st.integers(0, 2000), surges, st.integers(0, 500))
def test_the_sizes_are_the_smallest_that_hold_the_demand(nodes, more, surge, others):
    size = ClusterSize(node_count=nodes, max_count=nodes + more, max_surge=surge, extra_ips=others)
    peak = nodes + more + surge_of(nodes + more, surge.value, surge.percent)
    found = sizing.smallest(size)
    assert found.subnet == smallest(places_in_subnet, 29, peak + others)
    assert found.pods == smallest(blocks_in_pod_cidr, 24, peak)
    assert found.services == smallest(lambda prefix: 2 ** (32 - prefix) - 1, 28, 11)  # base + 10 is not its last

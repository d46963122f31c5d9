"""What a plan remembers, and what has come since: held against a plain comparison of all that was and is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.addressing.model import Demand, Origin, Reservation, Severity, Wish
from azext_kubenet.addressing.verdict import judge
from azext_kubenet.provisioning import memory

PLAN = judge(Demand(), Wish()).plan


def taken(text, reason="network hub, peered as to-hub", origin=Origin.PEERING):
    return Reservation(IPNetwork(text), reason, origin)


NEAR = taken("10.1.0.0/16")
#: Blocks in and beside the ranges of the conventional plan.
blocks = st.builds(
    lambda base, prefix: taken(str(IPNetwork(f"{base}/{prefix}").cidr)),
    st.sampled_from(["10.244.3.0", "10.0.9.0", "192.168.1.128", "192.168.2.0", "10.245.0.0", "172.16.0.0"]),
    st.integers(12, 28),
)


def test_the_same_surroundings_change_nothing():
    seen = memory.remember(PLAN, [NEAR], [], "")
    assert memory.since(seen, PLAN, [NEAR], []) == []


def test_something_new_beside_the_plan_is_noticed_and_does_no_harm():
    seen = memory.remember(PLAN, [NEAR], [], "")
    now = [NEAR, taken("10.2.0.0/16")]
    (found,) = memory.since(seen, PLAN, now, [])
    assert (found.rule, found.severity) == ("surroundings-changed", Severity.INFO)


def test_a_cluster_elsewhere_that_has_come_is_noticed_too():
    seen = memory.remember(PLAN, [NEAR], [], "")
    (found,) = memory.since(seen, PLAN, [NEAR], [taken("10.244.0.0/16", "pods of cluster new", Origin.CLUSTER)])
    assert found.rule == "surroundings-changed"


def test_something_new_in_the_pod_cidr_is_named_and_refused():
    seen = memory.remember(PLAN, [NEAR], [], "")
    (found,) = memory.since(seen, PLAN, [NEAR, taken("10.244.8.0/24", "subnet late of hub", Origin.SUBNET)], [])
    assert (found.rule, found.severity) == ("plan-outdated", Severity.ERROR)
    assert "10.244.8.0/24 (subnet late of hub)" in found.message
    assert "pod CIDR 10.244.0.0/16" in found.message


def test_a_risk_that_was_there_when_the_plan_was_made_is_no_change():
    risk = taken("10.244.0.0/20")
    seen = memory.remember(PLAN, [risk], [], "")
    assert memory.since(seen, PLAN, [risk], []) == []


def test_the_same_range_by_another_name_is_a_change():
    seen = memory.remember(PLAN, [taken("10.244.0.0/20")], [], "")
    now = [taken("10.244.0.0/20", "network other, peered as to-other")]
    assert [each.rule for each in memory.since(seen, PLAN, now, [])] == ["plan-outdated"]


@given(st.lists(blocks, max_size=6), st.lists(blocks, max_size=6))
def test_what_has_come_is_what_overlaps_now_and_did_not_then(before, now):
    seen = memory.remember(PLAN, before, [], "")
    claims = [PLAN.subnet, PLAN.pods, PLAN.services]

    def touching(all_of_them):
        near = [each.network for each in all_of_them]
        return {str(each) for each in near for one in claims if one in each or each in one}

    findings = memory.since(seen, PLAN, now, [])
    errors = [each.message for each in findings if each.severity is Severity.ERROR]
    assert {text.split("plan was made, ")[1].split(" ")[0] for text in errors} == touching(now) - touching(before)
    assert bool(findings) == (set(before) != set(now) if not errors else True)


@given(st.permutations([NEAR, taken("10.2.0.0/16"), taken("172.16.0.0/16")]))
def test_the_order_of_what_is_seen_does_not_matter(order):
    assert memory.fingerprint(order) == memory.fingerprint([*order, order[0]][::-1])

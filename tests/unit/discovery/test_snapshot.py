"""What a plan remembers, and what has come since: held against a plain comparison of all that was and is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reservation, fixed
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.discovery import snapshot
from azext_kubenet.discovery.topology import Surroundings

VERDICT = plan_ranges(ClusterSize(), RangeRequests())
PLAN = VERDICT.plan


def seen_with(*reservations):
    return snapshot.take_snapshot(PLAN, Surroundings([*reservations]), "")


def since(seen, *reservations, elsewhere=(), overlapped=(), verdict=VERDICT, accept=()):
    around = Surroundings([*reservations], [*elsewhere], overlapped=[*overlapped])
    return snapshot.since(seen, verdict, around, accept)


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
    seen = seen_with(NEAR)
    assert since(seen, NEAR) == []


def test_something_new_beside_the_plan_is_noticed_and_does_no_harm():
    seen = seen_with(NEAR)
    now = [NEAR, taken("10.2.0.0/16")]
    (found,) = since(seen, *now)
    assert (found.rule, found.severity) == ("surroundings-changed", Severity.INFO)


def test_a_cluster_elsewhere_that_has_come_is_noticed_too():
    seen = seen_with(NEAR)
    (found,) = since(seen, NEAR, elsewhere=[taken("10.244.0.0/16", "pods of cluster new", Origin.CLUSTER)])
    assert found.rule == "surroundings-changed"


def test_something_new_in_the_pod_cidr_is_named_and_refused():
    seen = seen_with(NEAR)
    (found,) = since(seen, NEAR, taken("10.244.8.0/24", "subnet late of hub", Origin.SUBNET))
    assert (found.rule, found.severity) == ("plan-outdated", Severity.ERROR)
    assert "10.244.8.0/24 (subnet late of hub)" in found.message
    assert "pod CIDR 10.244.0.0/16" in found.message


def test_a_risk_that_was_there_when_the_plan_was_made_is_no_change():
    risk = taken("10.244.0.0/20")
    seen = seen_with(risk)
    assert since(seen, risk) == []


def test_the_same_range_by_another_name_is_a_change():
    seen = seen_with(taken("10.244.0.0/20"))
    now = [taken("10.244.0.0/20", "network other, peered as to-other")]
    assert [each.rule for each in since(seen, *now)] == ["plan-outdated"]


@given(st.lists(blocks, max_size=6), st.lists(blocks, max_size=6))
def test_what_has_come_is_what_overlaps_now_and_did_not_then(before, now):
    seen = seen_with(*before)
    claims = [PLAN.subnet, PLAN.pods, PLAN.services]

    def touching(all_of_them):
        near = [each.network for each in all_of_them]
        return {str(each) for each in near for one in claims if one in each or each in one}

    findings = since(seen, *now)
    errors = [each.message for each in findings if each.severity is Severity.ERROR]
    assert {text.split("plan was made, ")[1].split(" ")[0] for text in errors} == touching(now) - touching(before)
    assert bool(findings) == (set(before) != set(now) if not errors else True)


@given(st.permutations([NEAR, taken("10.2.0.0/16"), taken("172.16.0.0/16")]))
def test_the_order_of_what_is_seen_does_not_matter(order):
    assert snapshot.fingerprint(order) == snapshot.fingerprint([*order, order[0]][::-1])


PEER, CLUSTER, OTHER_NETWORK = "network hub, peered as to-hub", "pods of cluster new", "network new in resource group g"
# what has come, the rule that is accepted, how grave it is
GRAVITY = (
    ("a subnet in the pod CIDR", taken("10.244.8.0/24", "subnet late of v", Origin.SUBNET), (), Severity.ERROR),
    ("a peer over the pod CIDR", taken("10.244.0.0/20", PEER, Origin.PEERING), (), Severity.ERROR),
    ("a peer that is accepted", taken("10.244.0.0/20", PEER, Origin.PEERING), ("peered-network-overlap",),
     Severity.WARNING),
    ("the same pods of a cluster", taken("10.244.0.0/16", CLUSTER, Origin.CLUSTER), (), Severity.INFO),
    ("the same services of a cluster", taken("10.0.0.0/16", "services of new", Origin.CLUSTER), (), Severity.INFO),
    ("a network that is not connected, over the pods", taken("10.244.0.0/16", OTHER_NETWORK, Origin.VNET), (),
     Severity.WARNING),
    ("a site over the services", taken("10.0.0.0/8", "on-premises", Origin.ROUTE), (), Severity.ERROR),
)  # fmt: skip


@pytest.mark.parametrize(("new", "accept", "severity"), [row[1:] for row in GRAVITY], ids=[row[0] for row in GRAVITY])
def test_what_has_come_is_as_grave_as_without_a_plan(new, accept, severity):
    (found,) = since(seen_with(NEAR), NEAR, new, accept=accept)
    assert (found.rule, found.severity) == ("plan-outdated", severity)
    given = RangeRequests(
        vnet=fixed(*PLAN.vnet), subnet=fixed(PLAN.subnet), pods=fixed(PLAN.pods), services=fixed(PLAN.services)
    )
    typed = plan_ranges(ClusterSize(), given, [NEAR, new], accept).findings
    assert {each.severity for each in typed if each.rule != "docker-bridge-overlap"} == {severity}


@pytest.mark.parametrize("text", ["192.168.0.0/16", "192.168.1.0/24", "192.168.128.0/20", "192.0.0.0/8"])
def test_a_network_that_has_taken_the_plans_own_is_named(text):
    came = taken(text, OTHER_NETWORK, Origin.VNET)
    (found,) = since(seen_with(NEAR), NEAR, overlapped=[came])
    assert (found.rule, found.severity) == ("plan-outdated", Severity.WARNING)
    assert f"{text} ({OTHER_NETWORK})" in found.message


def test_a_network_that_had_the_given_prefixes_already_is_no_news():
    there = taken("192.168.128.0/20", OTHER_NETWORK, Origin.VNET)
    seen = snapshot.take_snapshot(PLAN, Surroundings([NEAR], overlapped=[there]), "subscription")
    assert since(seen, NEAR, overlapped=[there]) == []

"""The pod CIDR after a move: kept where it serves, else the least change that does."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.addressing.model import UNSPECIFIED, RangeRequest, fixed, sized
from azext_kubenet.checks.moving.pod_range import pod_range
from tests.unit.checks.running.test_measured import surge_of
from tests.unit.checks.running.world import Pool, World


def world(nodes: int = 3, most: int = 0, pods: str = "10.240.0.0/16", surge: str = "10%") -> World:
    """A cluster of one pool in 10.100.0.0/24, services 10.0.0.0/16."""
    profile = {"podCidr": pods, "podCidrs": [pods]}
    return World([Pool("a", nodes, most=most, surge=surge, mode="System")], profile_changed=profile)


# the cluster, what is typed, the range afterwards or that is recommended, what is said, whether it is an error
ROWS: tuple[tuple[str, World, RangeRequest, str, str, bool], ...] = (
    ("a range that serves is kept", world(), UNSPECIFIED, "10.240.0.0/16", "each node keeps its /24", False),
    ("a range that is full at the autoscaler's most grows around itself",
     world(10, 60, "10.240.0.0/19"), UNSPECIFIED, "--pod-cidr 10.240.0.0/17", "10.240.0.0/19 holds 32 blocks", True),
    ("a reserved range is refused, with another", world(pods="172.30.0.0/16"), UNSPECIFIED, "--pod-cidr ",
     "172.30.0.0/16", True),
    ("a size that the cluster has keeps its range", world(), sized(16), "10.240.0.0/16", "it is a /16", False),
    ("a larger size finds a range", world(), sized(14), "/14", "the first free /14", False),
    ("a range that was typed", world(), fixed(IPNetwork("10.192.0.0/14")), "10.192.0.0/14", "as typed", False),
    ("a range that was typed over the nodes", world(), fixed(IPNetwork("10.100.0.0/16")), "leave --pod-cidr out",
     "10.100.0.0", True),
    ("a range that was typed and is too small", world(10), fixed(IPNetwork("10.241.0.0/22")), "leave --pod-cidr out",
     "10.241.0.0/22", True),
    ("a range that was typed where the own one does not serve",
     world(10, 60, "10.240.0.0/19"), fixed(IPNetwork("10.241.0.0/22")), "--pod-cidr 10.240.0.0/17", "10.241.0.0/22",
     True),
    ("a public range that was typed", world(), fixed(IPNetwork("8.8.0.0/16")), "8.8.0.0/16", "8.8.0.0/16", True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("made", "asked", "result", "said", "wrong"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_range_is_kept_or_the_least_change_is_found(
    made: World, asked: RangeRequest, result: str, said: str, wrong: bool
) -> None:
    found = pod_range(made.context(), asked)
    assert bool(found.findings) is wrong
    told = " ".join(f"{each.message} -> {each.recommendation}" for each in found.findings)
    assert result in (told if wrong else str(found.network))
    assert said in (told if wrong else found.why)
    assert {each.rule for each in found.findings} <= {"pod-cidr-for-overlay"}


@given(st.integers(1, 60), st.integers(0, 120), st.integers(17, 24), st.sampled_from(("1", "10%", "33%", "100%")))
def test_what_is_kept_or_recommended_has_a_block_for_every_node_and_the_surge(
    nodes: int, more: int, length: int, surge: str
) -> None:
    most = nodes + more if more else 0
    made = world(nodes, most, f"10.240.0.0/{length}", surge)
    found = pod_range(made.context(), UNSPECIFIED)
    at_most = max(nodes, most)
    needed = at_most + surge_of(Pool("a", nodes, surge=surge), at_most)
    blocks = 2 ** (24 - length)
    assert bool(found.findings) is (blocks < needed)
    for each in found.findings:
        network = ip_network(each.recommendation.split("--pod-cidr ")[1].split()[0].rstrip(","))
        assert 2 ** (24 - network.prefixlen) >= needed
        assert not network.overlaps(ip_network("10.100.0.0/24"))
        assert not network.overlaps(ip_network("10.0.0.0/16"))

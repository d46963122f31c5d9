"""A plan made again beside what exists: a range that is another there is named, as every range that is not kept."""

from __future__ import annotations

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.model import ClusterSize, RangeKind, RangeRequest, RangeRequests, fixed
from azext_kubenet.addressing.planner.held_to import HeldTo
from azext_kubenet.addressing.planner.plan_again import EarlierRanges, plan_again


def networks(text: str) -> RangeRequest:
    return fixed(*map(IPNetwork, text.split()))


BEFORE = {RangeKind.VNET: networks("10.1.0.0/16"), RangeKind.SUBNET: networks("10.1.1.0/26")}
EARLIER = EarlierRanges(RangeRequests().but(BEFORE), held_to=HeldTo(excluded=2))

# what is right; network and subnet that exist by now; what is said
THERE = (
    ("what exists as it was planned", "10.1.0.0/16", "10.1.1.0/26", []),
    ("a subnet of that name was made with another prefix", "10.1.0.0/16", "10.1.99.0/26",
     ["subnet 10.1.1.0/26 of the earlier plan becomes 10.1.99.0/26: this subnet exists"]),
    ("another subnet of another network was named", "10.50.0.0/16", "10.50.0.0/24",
     ["virtual network 10.1.0.0/16 of the earlier plan becomes 10.50.0.0/16: this virtual network exists",
      "subnet 10.1.1.0/26 of the earlier plan becomes 10.50.0.0/24: this subnet exists"]),
    ("a network that has grown has all that it had", "10.1.0.0/16 10.7.0.0/16", "10.1.1.0/26", []),
    ("a network that has shrunk", "10.1.0.0/17", "10.1.1.0/26",
     ["virtual network 10.1.0.0/16 of the earlier plan becomes 10.1.0.0/17: this virtual network exists"]),
)  # fmt: skip


@pytest.mark.parametrize(("vnet", "subnet", "said"), [row[1:] for row in THERE], ids=[row[0] for row in THERE])
def test_a_range_that_is_another_where_it_exists_is_named(vnet: str, subnet: str, said: list[str]) -> None:
    there = RangeRequests(vnet=networks(vnet), subnet=networks(subnet), existing=(RangeKind.VNET, RangeKind.SUBNET))
    result = plan_again(ClusterSize(node_count=5), there, (), (), earlier=EARLIER)
    assert not result.refused
    assert [each.message for each in result.findings] == said
    assert {each.rule for each in result.findings} <= {"range-moved"}

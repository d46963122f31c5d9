"""Another pod CIDR: beside the other ranges, and clear of all that was seen."""

from __future__ import annotations

import pytest
from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.model import AddressPlan, ClusterSize, Origin, Reservation
from azext_kubenet.addressing.planner.other_pods import other_pods

PLAN = AddressPlan(
    ClusterSize(),
    (IPNetwork("192.168.0.0/16"),),
    IPNetwork("192.168.1.0/24"),
    IPNetwork("10.244.0.0/16"),
    IPNetwork("10.0.0.0/16"),
    IPAddress("10.0.0.10"),
)

# what is right, what was seen, the routes of the table, the pod CIDR that is offered
OFFERED = (
    ("the best fit beside the services", [], ["10.244.3.0/24"], "10.1.0.0/16"),
    ("clear of what was seen", ["10.0.0.0/9"], ["10.244.3.0/24"], "10.245.0.0/16"),
    ("clear of every route inside of it", [], ["10.244.3.0/24", "10.1.7.0/24"], "10.245.0.0/16"),
    ("a wider route to nobody is in no pod CIDR", [], ["10.244.3.0/24", "10.0.0.0/8", "0.0.0.0/0"], "10.1.0.0/16"),
    ("none where there is no space", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
     ["10.244.3.0/24"], "None"),
)  # fmt: skip


@pytest.mark.parametrize(("seen", "routes", "offered"), [row[1:] for row in OFFERED], ids=[row[0] for row in OFFERED])
def test_what_is_offered_in_place_of_a_pod_cidr(seen: list[str], routes: list[str], offered: str) -> None:
    around = [Reservation(IPNetwork(each), "elsewhere", Origin.PEERING) for each in seen]
    assert str(other_pods(PLAN, around, map(IPNetwork, routes))) == offered

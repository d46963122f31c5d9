"""Another pod CIDR for ranges that are otherwise as they are to be."""

from collections.abc import Iterable, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import (
    UNSPECIFIED,
    AddressPlan,
    Origin,
    RangeKind,
    RangeRequests,
    Reach,
    Reservation,
    fixed,
)
from azext_kubenet.addressing.planner.proposal import propose
from azext_kubenet.addressing.reserved_space import ReservedSpace


def other_pods(plan: AddressPlan, seen: Sequence[Reservation], routes: Iterable[IPNetwork]) -> IPNetwork | None:
    """A pod CIDR beside the other ranges of a plan, clear of what was seen; None where there is no space for one.

    seen: what lies around, of clusters that are not connected as well
    routes: destinations in the table of the subnet, none of which may lie inside of it [B18]
    """
    services = UNSPECIFIED if plan.services is None else fixed(plan.services)
    subnet = UNSPECIFIED if plan.subnet is None else fixed(plan.subnet)
    existing = (RangeKind.VNET, RangeKind.SUBNET)
    requests = RangeRequests((), fixed(*plan.vnet), subnet, services=services, dns_ip=plan.dns_ip, existing=existing)
    words = "a route of the subnet's table"
    small = [each for each in routes if each.prefixlen >= limits.WIDEST_ROUTE_IN_PODS]
    inside = [Reservation(each, words, Origin.ROUTE, reach=Reach.WITHIN_PODS) for each in small]
    found = propose(plan.size, requests, ReservedSpace([*seen, *inside])).plan.pods
    return None if found == plan.pods else found

"""propose(size, requests, reserved): the ranges that the user left open.

For each range not given: the conventional value if it is free and large enough; else the conventional size where it is
free; else smaller, down to what the cluster needs. The same input gives the same output. A given range is kept as it
is, even where a rule refuses it: rules.check says so, and nothing is altered silently.
"""

from collections.abc import Iterator
from typing import NamedTuple

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, RangeKind, RangeRequest, RangeRequests
from azext_kubenet.addressing.planner.layout import Placed
from azext_kubenet.addressing.planner.search_space import SearchSpace
from azext_kubenet.addressing.planner.shortage import Shortage, explain
from azext_kubenet.addressing.planner.trace import Trace
from azext_kubenet.addressing.reserved_space import ReservedSpace


class Proposal(NamedTuple):
    """A plan, complete if the search found a place for every range: the open ranges of the plan are None otherwise.

    search: what there was to choose from; trace: how the choosing went. A docker bridge may find no place.
    """

    plan: AddressPlan
    search: SearchSpace
    trace: Trace

    @property
    def lacks_space(self) -> bool:
        """Whether the open ranges have no place."""
        return self.trace.placed is None

    @property
    def shortage(self) -> Shortage | None:
        """Why there is no place, None where there is one: worked out when it is asked for."""
        return explain(self.search, self.plan.size) if self.lacks_space else None


def propose(size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace) -> Proposal:
    """Choose every range that the requests leave open, so that no two overlap and none touches what is reserved."""
    search = SearchSpace(requests, reserved)
    trace = search.place(size)
    if trace.placed is not None and size.network_plugin.has_docker_bridge and requests.docker_bridge is None:
        trace = trace.with_bridge(search.place_bridge(trace.placed))
    return Proposal(assemble(size, requests, trace.placed or {}), search, trace)


def assemble(size: ClusterSize, requests: RangeRequests, placed: Placed) -> AddressPlan:
    """The plan of given and placed ranges."""
    services = requests.services.network or placed.get(RangeKind.SERVICES)
    return AddressPlan(
        size=size,
        vnet=requests.vnet.networks or tuple(network for kind, network in placed.items() if kind is RangeKind.VNET),
        subnet=requests.subnet.network or placed.get(RangeKind.SUBNET),
        pods=requests.pods.network or placed.get(RangeKind.PODS),
        services=services,
        dns_ip=requests.dns_ip or dns_service_ip(services),
        docker_bridge=requests.docker_bridge or _bridge_in(placed.get(RangeKind.DOCKER_BRIDGE)),
        in_use=requests.in_use if requests.subnet.is_fixed else 0,
    )


def dns_service_ip(services: IPNetwork | None) -> IPAddress | None:
    """Base + 10 of a service CIDR [C7]; None where that is no address of it that services can use."""
    if services is None or services.prefixlen > limits.SERVICE_CIDR_MAX_PREFIXLEN:
        return None
    return IPAddress(services.first + limits.DNS_SERVICE_OFFSET, version=4)


def services_around(dns_ip: IPAddress, request: RangeRequest) -> Iterator[IPNetwork]:
    """The service CIDR of which an address is base + 10, as large as is usual or requested, if there is one."""
    least, most = limits.DEFAULT_SERVICE_CIDR.prefixlen, limits.SERVICE_CIDR_MAX_PREFIXLEN
    for prefixlen in range(least, most + 1) if request.prefixlen is None else [request.prefixlen]:
        block = IPNetwork((int(dns_ip), prefixlen), version=4).cidr
        if dns_service_ip(block) == dns_ip:
            yield block
            return


def _bridge_in(network: IPNetwork | None) -> IPNetwork | None:
    """The bridge's own address, the first of its network, with the network's prefix [D1]."""
    return None if network is None else IPNetwork((network.first + 1, network.prefixlen), version=4)

"""From a cluster's size to prefix lengths, and from ranges to the cluster that they support."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, Pool
from azext_kubenet.addressing.network_plugins import KUBENET, NetworkPlugin


def usable_addresses(subnet: IPNetwork) -> int:
    """Addresses of a subnet that nodes can take: all but the five that Azure keeps [A2]."""
    return max(0, subnet.size - limits.RESERVED_PER_SUBNET)


def node_blocks(pods: IPNetwork) -> int:
    """Nodes for which a pod CIDR has a block: 2^(24-p), none when it is smaller than one block [B2]."""
    return 0 if pods.prefixlen > limits.NODE_BLOCK_PREFIXLEN else 1 << (limits.NODE_BLOCK_PREFIXLEN - pods.prefixlen)


def service_addresses(services: IPNetwork) -> int:
    """Addresses that services can take: all but the network's own and the broadcast address [C6]."""
    return max(0, services.size - 2)


def static_band(services: IPNetwork) -> int:
    """Addresses at the start of a service CIDR that go to services without one of their own only when others are gone.

    The place for services with a fixed address, the DNS service among them. min(max(16, size / 16), 256), and none in
    a /28 or smaller. [C8] kubernetes pkg/registry/core/service/ipallocator
    """
    return 0 if services.size <= 16 else min(max(16, services.size // 16), 256)


def subnet_prefixlen(addresses: int) -> int:
    """Longest prefix of a subnet in which that many addresses are usable [A2, A3]; below 2 there is none that large."""
    return min(limits.SUBNET_MAX_PREFIXLEN, 32 - _bits(addresses + limits.RESERVED_PER_SUBNET))


def pod_prefixlen(nodes: int) -> int:
    """Longest prefix of a pod CIDR that has a block for each of that many nodes [B2]."""
    return limits.NODE_BLOCK_PREFIXLEN - _bits(nodes)


class Smallest(NamedTuple):
    """Prefix lengths of the smallest ranges that hold a cluster: what to ask for."""

    subnet: int
    pods: int
    services: int


def smallest(size: ClusterSize) -> Smallest:
    """What a cluster needs with its surge, and other addresses, in a subnet of its own; services are not counted."""
    return Smallest(
        subnet_prefixlen(size.addresses), pod_prefixlen(size.nodes_with_surge), limits.SERVICE_CIDR_MAX_PREFIXLEN
    )


def _bits(count: int) -> int:
    return (max(1, count) - 1).bit_length()


def largest_cluster(fits: Callable[[int], bool], at_most: int) -> int:
    """The most nodes, up to at_most, that fit; 0 if not even one does. fits(n) must not come true again as n grows."""
    low, high = 0, at_most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def nodes_within(room: int, size: ClusterSize) -> int:
    """The most nodes that, with the surge of their upgrade, stay within room (addresses, blocks or routes).

    The surge is the cluster's: of all nodes alike, or of its pools, each of which keeps its share of the nodes.
    """
    return largest_cluster(lambda nodes: nodes + size.surge_for(nodes) <= room, max(0, room))


class Capacity(NamedTuple):
    """How large a cluster the ranges support: nodes that each limit allows with room left for the surge.

    nodes_by_routes: under AKS's own limits: of routes and nodes, and where nodes need no routes, of nodes alone;
    services: addresses for services; max_pods: pods per node; network_plugin: whose limits these are.
    """

    nodes_by_subnet: int
    nodes_by_pod_cidr: int
    nodes_by_routes: int
    services: int
    max_pods: int
    network_plugin: NetworkPlugin = KUBENET

    @property
    def nodes(self) -> int:
        """The most nodes that leave room for the surge everywhere."""
        return min(self.bounds.values())

    @property
    def pods(self) -> int:
        """Nodes times pods per node, but no more than a cluster is documented for [B11, L2]."""
        pods, most = self.nodes * self.max_pods, self.network_plugin.max_pods_of_cluster
        return pods if most is None else min(pods, most)

    @property
    def bounds(self) -> dict[str, int]:
        """The most nodes by what limits them: subnet, podCidr, and routes, or nodes where nodes need no routes."""
        last = "nodes" if self.network_plugin.max_routes is None else "routes"
        return {"subnet": self.nodes_by_subnet, "podCidr": self.nodes_by_pod_cidr, last: self.nodes_by_routes}

    @property
    def limited_by(self) -> str:
        """What binds first: a key of bounds."""
        bounds = self.bounds
        return min(bounds, key=lambda name: bounds[name])


def nodes_by_subnet(subnet: IPNetwork, in_use: int, size: ClusterSize) -> int:
    """The most nodes for whose addresses a subnet has room beside all others [E10, A6]."""
    return nodes_within(usable_addresses(subnet) - in_use - size.extra_ips, size)


def nodes_by_pod_cidr(pods: IPNetwork, size: ClusterSize) -> int:
    """The most nodes for which a pod CIDR has blocks [B2]."""
    return nodes_within(node_blocks(pods), size)


def nodes_by_routes(size: ClusterSize) -> int:
    """The most nodes under the limits of routes, where nodes need any, and of AKS itself [B4, B15, L2]."""
    plugin = size.network_plugin
    if plugin.max_routes is None:
        return plugin.max_nodes
    return min(plugin.max_nodes, nodes_within(plugin.max_routes, size))


def capacity(plan: AddressPlan) -> Capacity:
    """The capacity of a complete plan. Raises ValueError when a range is missing."""
    if plan.subnet is None or plan.pods is None or plan.services is None:
        raise ValueError("capacity needs a subnet, a pod CIDR and a service CIDR")
    size = plan.size
    return Capacity(
        nodes_by_subnet=nodes_by_subnet(plan.subnet, plan.in_use, size),
        nodes_by_pod_cidr=nodes_by_pod_cidr(plan.pods, size),
        nodes_by_routes=nodes_by_routes(size),
        services=service_addresses(plan.services),
        max_pods=size.max_pods,
        network_plugin=size.network_plugin,
    )


def resized(nodes: int, size: ClusterSize) -> ClusterSize:
    """The same size with another number of nodes, stated as the most ever if the size states one.

    Its pools stay as they are stated: what counts of them is the share of the nodes that each has.
    """
    if size.max_count is None:
        return replace(size, node_count=nodes)
    return replace(size, node_count=min(nodes, size.node_count), max_count=nodes)


def pools_of(nodes: int, size: ClusterSize) -> tuple[Pool, ...]:
    """The pools of a cluster with that many nodes in all, as the most that they may have.

    Each gets its share rounded down or up, so that together they surge by no more than ClusterSize.surge_for says; one
    node at least goes to the first pool, which runs the system's own pods.
    """
    stated = sum(pool.max_count for pool in size.pools)
    if stated <= 0:
        return size.pools
    shares = [nodes * pool.max_count // stated for pool in size.pools]
    remainders = [nodes * pool.max_count % stated for pool in size.pools]
    first_in_line = sorted(range(len(shares)), key=lambda at: (at > 0 or shares[0] > 0, -remainders[at]))
    left = nodes - sum(shares)
    for at in first_in_line[:left]:
        shares[at] += 1
    return tuple(
        replace(pool, count=min(pool.count, share), max_count=share)
        for pool, share in zip(size.pools, shares, strict=True)
    )

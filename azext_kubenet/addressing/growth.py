"""How far a plan can grow: each limit, what can be done when it is reached, and what larger ranges would give."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.model import AddressPlan
from azext_kubenet.addressing.network_plugins import KUBENET, NetworkPlugin

SUBNET, PODS, ROUTES, NODES, SERVICES = "subnet", "podCidr", "routes", "aksNodes", "services"
BOTH = "both"
#: In which order limits are told that bind at the same number of nodes.
_ORDER = (SUBNET, PODS, ROUTES, NODES)
_DAYS_OF_YEAR = 365.2425
#: Years beyond which nothing is foretold: our own bound.
MOST_YEARS = 100


class _Remedy(NamedTuple):
    """What can be done once a limit binds. facts: rows of the table of Azure facts, and their sources."""

    then: str
    facts: str


_REMEDIES = {
    SUBNET: _Remedy(
        "a subnet in use cannot be resized: add a node pool in another subnet of the network, with the cluster's own "
        "route table on it",
        "A8 insufficientsubnetsize-error-advanced-networking.md; A13 H4 configure-kubenet.md",
    ),
    PODS: _Remedy(
        "the pod CIDR of a kubenet cluster cannot be changed: the move to Azure CNI Overlay can give the cluster "
        "another one",
        "B12 configure-kubenet.md; K5 AKS CHANGELOG 2025-08-29",
    ),
    ROUTES: _Remedy(
        "AKS allows 400 routes in a table: a smaller surge leaves more of them for nodes, and Azure CNI "
        "Overlay needs none",
        "B13 B14 B15 azure-virtual-network-limits.md; L2 concepts-network-azure-cni-overlay.md",
    ),
    NODES: _Remedy(
        "AKS refuses more nodes in a kubenet cluster: create another cluster, or move to Azure CNI Overlay, which "
        "supports 5,000",
        "B4 B5 AKS CHANGELOG 2023-06-25, 2023-09-10; L2 concepts-network-azure-cni-overlay.md",
    ),
    SERVICES: _Remedy(
        "the service CIDR is fixed at creation: from Kubernetes 1.33 on, ServiceCIDR objects add further ranges",
        "C11 configure-kubenet.md",
    ),
}
#: The same where it is another on Azure CNI Overlay.
_OF_OVERLAY = {
    SUBNET: _Remedy(
        "a subnet in use cannot be resized: add a node pool in another subnet of the network",
        "A8 insufficientsubnetsize-error-advanced-networking.md; L2 concepts-network-azure-cni-overlay.md",
    ),
    PODS: _Remedy(
        "the pod CIDR can be made larger, to a range that contains today's",
        "K28 azure-cni-overlay-pod-expand.md; L2 concepts-network-azure-cni-overlay.md",
    ),
    NODES: _Remedy(
        "AKS supports no more nodes in a cluster: create another cluster",
        "L2 concepts-network-azure-cni-overlay.md",
    ),
    SERVICES: _REMEDIES[SERVICES],
}


def _remedies(plugin: NetworkPlugin) -> Mapping[str, _Remedy]:
    return _REMEDIES if plugin.max_routes is not None else _OF_OVERLAY


class Limit(NamedTuple):
    """One limit of a plan.

    limit: subnet, podCidr, routes, aksNodes; nodes: the most nodes under it, with room for the surge of their upgrade;
    left: how many more than are planned, below zero where it has too many; years: until it binds, to a tenth of a
    year rounded down, 0.0 where it binds today and 100.0 for that long or longer, None where no growth is given;
    network_plugin: that of the cluster; after_retirement: whether that day is after the plugin's retirement.
    """

    limit: str
    nodes: int
    left: int
    years: float | None = None
    network_plugin: NetworkPlugin = KUBENET
    after_retirement: bool = False

    @property
    def then(self) -> str:
        """What can be done once it binds."""
        return _remedies(self.network_plugin)[self.limit].then

    @property
    def facts(self) -> str:
        """Rows and sources that this rests on."""
        return _remedies(self.network_plugin)[self.limit].facts


class ServiceLimit(NamedTuple):
    """The limit that is one of services, not of nodes.

    addresses: what services can take; static: those at the start of the range that are left to fixed addresses [C8].
    """

    addresses: int
    static: int
    limit: str = SERVICES

    @property
    def then(self) -> str:
        """What can be done once it binds."""
        return _REMEDIES[SERVICES].then

    @property
    def facts(self) -> str:
        """Rows and sources that this rests on."""
        return _REMEDIES[SERVICES].facts


def growth(plan: AddressPlan, percent: int | None = None, days_left: int | None = None) -> list[Limit | ServiceLimit]:
    """Every limit of a complete plan, in the order in which they bind as nodes are added; services come last.

    percent: growth a year, compounded, of the nodes at creation; days_left: until kubenet retires, None for a forecast
    from no particular day. Raises ValueError when a range is missing.
    """
    capacity = sizing.capacity(plan)
    size, plugin = plan.size, plan.size.network_plugin
    most = {
        SUBNET: capacity.nodes_by_subnet,
        PODS: capacity.nodes_by_pod_cidr,
        NODES: plugin.max_nodes,
    }
    if plugin.max_routes is not None:
        most[ROUTES] = sizing.nodes_within(plugin.max_routes, size)
    found: list[Limit | ServiceLimit] = []
    for limit, nodes in sorted(most.items(), key=lambda item: (item[1], _ORDER.index(item[0]))):
        years = None if percent is None else years_until(nodes, size.node_count, percent)
        late = plugin.retires and years is not None and days_left is not None and days_left < years * _DAYS_OF_YEAR
        found.append(Limit(limit, nodes, nodes - size.nodes, years, plugin, late))
    if plan.services is not None:
        found.append(ServiceLimit(capacity.services, sizing.static_band(plan.services)))
    return found


def years_until(limit: int, nodes: int, percent: int) -> float:
    """Years in which a number of nodes that grows by so many percent a year stays within a limit.

    To a tenth of a year, rounded down, from 0.0 to MOST_YEARS. Exact, in whole numbers: it stays within after t tenths
    if nodes^10 * (100 + percent)^t <= limit^10 * 100^t.
    """
    if nodes <= 0 or percent <= 0:
        return float(MOST_YEARS)
    start, end = nodes**10, limit**10
    tenths = sizing.largest_cluster(lambda t: start * (100 + percent) ** t <= end * 100**t, 10 * MOST_YEARS)
    return tenths / 10


class NextSize(NamedTuple):
    """What a plan would support with larger ranges.

    step: what is a prefix bit shorter (subnet, podCidr, or both); subnet, pods: the prefix lengths; nodes, pods_carried
    and limited_by as in Capacity; more: nodes above those of the plan as it is.
    """

    step: str
    subnet: int
    pods: int
    nodes: int
    pods_carried: int
    limited_by: str
    more: int


def next_sizes(plan: AddressPlan) -> list[NextSize]:
    """What the next size up of the subnet, of the pod CIDR, and of both would give a complete plan, where it is more.

    What is in use of a subnet counts on. Whether there is space for it is not asked here.
    """
    if plan.subnet is None or plan.pods is None:
        raise ValueError("the next sizes need a subnet and a pod CIDR")
    today = sizing.capacity(plan).nodes
    subnet, pods = _doubled(plan.subnet, limits.SUBNET_MIN_PREFIXLEN), _doubled(plan.pods, 1)
    found = list[NextSize]()
    for step, of_nodes, of_pods in ((SUBNET, subnet, plan.pods), (PODS, plan.subnet, pods), (BOTH, subnet, pods)):
        capacity = sizing.capacity(replace(plan, subnet=of_nodes, pods=of_pods))
        sizes, more = (of_nodes.prefixlen, of_pods.prefixlen), capacity.nodes - today
        if more > max((each.more for each in found), default=0) or (more > 0 and step != BOTH):
            found.append(NextSize(step, *sizes, capacity.nodes, capacity.pods, capacity.limited_by, more))
    return found


def _doubled(network: IPNetwork, shortest: int) -> IPNetwork:
    """The network of twice the size around one; the network itself where there is none."""
    return IPNetwork((network.first, max(shortest, network.prefixlen - 1)), version=4).cidr

"""The network models of AKS: what each takes of a virtual network, supports at most, and cannot do."""

from collections.abc import Iterable
from dataclasses import dataclass

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.model import ClusterSize

KUBENET, OVERLAY, NODE_SUBNET, POD_SUBNET = "kubenet", "overlay", "nodeSubnet", "podSubnet"


@dataclass(frozen=True)
class Model:
    """A network model.

    name: as Microsoft calls it; default_max_pods: pods per node where none are stated; most_nodes: nodes in a cluster;
    facts: rows of the table of Azure facts; sources: the documents that they name; most_pods: pods that a cluster is
    documented for, None where no number is.
    """

    key: str
    name: str
    default_max_pods: int
    most_nodes: int
    facts: str
    sources: tuple[str, ...]
    most_pods: int | None = None

    @property
    def flat(self) -> bool:
        """Whether pods take addresses of the virtual network."""
        return self.key in (NODE_SUBNET, POD_SUBNET)

    def vnet_addresses(self, nodes: int, max_pods: int) -> int:
        """Addresses of the virtual network that so many nodes take, surge nodes among them, with all their pods."""
        return nodes * (1 + pod_addresses(self.key, max_pods))

    def subnet_addresses(self, nodes: int, max_pods: int) -> int:
        """What of them is in the subnet of the nodes."""
        return self.vnet_addresses(nodes, max_pods) if self.key == NODE_SUBNET else nodes


_PLANNING = "concepts-network-ip-address-planning.md"
_LARGE = "best-practices-performance-scale-large.md"
BY_KEY = {
    KUBENET: Model(
        KUBENET,
        "kubenet",
        limits.DEFAULT_MAX_PODS,
        limits.MAX_NODES,
        "L1 A5 B1 B4 B7 B15",
        ("configure-kubenet.md", "AKS CHANGELOG 2023-06-25, 2023-09-10"),
    ),
    OVERLAY: Model(
        OVERLAY,
        "Azure CNI Overlay",
        limits.OVERLAY_DEFAULT_MAX_PODS,
        limits.MAX_NODES_OF_AZURE_CNI,
        "L2",
        ("concepts-network-azure-cni-overlay.md", _LARGE),
        limits.OVERLAY_MAX_PODS_OF_CLUSTER,
    ),
    NODE_SUBNET: Model(
        NODE_SUBNET,
        "Azure CNI node subnet",
        limits.NODE_SUBNET_DEFAULT_MAX_PODS,
        limits.MAX_NODES_OF_AZURE_CNI,
        "L3 A15",
        (_PLANNING, _LARGE),
    ),
    POD_SUBNET: Model(
        POD_SUBNET,
        "Azure CNI pod subnet",
        limits.POD_SUBNET_DEFAULT_MAX_PODS,
        limits.MAX_NODES_OF_AZURE_CNI,
        "L4 L5 A15",
        ("concepts-network-azure-cni-pod-subnet.md", _PLANNING, _LARGE),
    ),
}


def pod_addresses(model: str, max_pods: int) -> int:
    """Addresses of the virtual network that the pods of a node take when it is full.

    In a pod subnet nodes take them in batches, and one more whenever fewer than half of one are left [L4].
    """
    if model == NODE_SUBNET:
        return max_pods
    return _batches(max_pods + limits.POD_BATCH_RESERVE) if model == POD_SUBNET else 0


def block_addresses(max_pods: int) -> int:
    """The same with static blocks: one address of each node's blocks is its own [L5]."""
    return _batches(max_pods + 1)


def _batches(addresses: int) -> int:
    return -(-addresses // limits.POD_BATCH) * limits.POD_BATCH


@dataclass(frozen=True)
class Supported:
    """The most nodes that a subnet supports in a model, with room for the surge of their upgrade, and what binds first.

    limited_by: subnet, routes (and AKS's own limit, for kubenet), nodes, or vnetAddresses.
    """

    nodes: int
    limited_by: str


def supported(model: Model, usable: int, size: ClusterSize, max_pods: int) -> Supported:
    """What so many free addresses of a subnet support. In a pod subnet it is the subnet of the nodes alone."""
    room, whole = usable - size.extra_ips, limits.MAX_ADDRESSES_OF_NETWORK - size.extra_ips
    bounds = {"subnet": sizing.nodes_within(room // model.subnet_addresses(1, max_pods), size)}
    if model.key == KUBENET:
        bounds["routes"] = sizing.nodes_by_routes(size)
    else:
        bounds["nodes"] = model.most_nodes
        bounds["vnetAddresses"] = sizing.nodes_within(whole // model.vnet_addresses(1, max_pods), size)
    limited_by = min(bounds, key=lambda name: bounds[name])
    return Supported(bounds[limited_by], limited_by)


@dataclass(frozen=True)
class _Feature:
    """What a cluster may have to offer, and the models that do not.

    name: as a sentence has it; source: row of the table of Azure facts, and document.
    """

    name: str
    lacking: frozenset[str]
    source: str


def _feature(name: str, lacking: Iterable[str], source: str) -> _Feature:
    return _Feature(name, frozenset(lacking), source)


_FLAT = (NODE_SUBNET, POD_SUBNET)
#: By the word for it after --needs.
FEATURES = {
    "windows-pools": _feature("Windows node pools", [KUBENET], "J3 concepts-network-cni-overview.md"),
    "azure-network-policy": _feature("Azure network policies", [KUBENET], "J4 use-network-policies.md"),
    "cilium": _feature("Cilium", [KUBENET], "J5 azure-cni-powered-by-cilium.md"),
    "virtual-nodes": _feature(
        "virtual nodes", [KUBENET, OVERLAY, POD_SUBNET], "J7 virtual-nodes.md; virtual-nodes-v2.md (node-subnet mode)"
    ),
    "pods-reachable": _feature(
        "pods that are reached from outside the cluster", [KUBENET, OVERLAY], "J11 concepts-network-cni-overview.md"
    ),
    "dual-stack": _feature("dual-stack networking", [KUBENET, *_FLAT], "J14 configure-dual-stack.md"),
    "node-auto-provisioning": _feature(
        "node auto-provisioning", [KUBENET, POD_SUBNET], "J8 node-auto-provisioning-networking.md"
    ),
    "aks-automatic": _feature("AKS Automatic", [KUBENET, *_FLAT], "J9 intro-aks-automatic.md"),
    "app-gateway-for-containers": _feature(
        "Application Gateway for Containers", [KUBENET], "J9 concepts-network-cni-overview.md"
    ),
    "shared-subnet": _feature("a subnet shared by several clusters", [KUBENET], "A9 concepts-network-cni-overview.md"),
    "no-route-table": _feature(
        "networking without a route table to manage", [KUBENET], "B13 H4 concepts-network-azure-cni-overlay.md"
    ),
    "no-extra-hop": _feature("traffic without an extra hop", [KUBENET], "J11 concepts-network-azure-cni-overlay.md"),
    "pods-talk-outside": _feature(
        "most traffic of pods with resources outside the cluster", [], "concepts-network-azure-cni-overlay.md"
    ),
}
#: What --needs takes.
NEEDS = tuple(FEATURES)


def lacks(model: str, needs: Iterable[str] = NEEDS) -> list[str]:
    """The needs, of some, that a model does not meet, in the order of the vocabulary."""
    asked = set(needs)
    return [need for need, feature in FEATURES.items() if need in asked and model in feature.lacking]

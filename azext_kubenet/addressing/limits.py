"""Every number of Azure's that the planner uses, each with its source.

The ids in brackets are rows of docs/facts.rst; the source that each row names stands beside it,
so that a constant can be checked, and raised, in one place.
"""

from typing import NamedTuple

from netaddr import IPNetwork

# Subnets ---------------------------------------------------------------------------------------------------------

#: Addresses that Azure keeps in every subnet: network, gateway, two for DNS, broadcast.
#: [A1] virtual-networks-faq.md
RESERVED_PER_SUBNET = 5
#: Longest prefix of an IPv4 subnet, a /29. [A3] virtual-networks-faq.md
SUBNET_MAX_PREFIXLEN = 29
#: Shortest prefix of an IPv4 subnet, a /2. [A3] virtual-networks-faq.md
SUBNET_MIN_PREFIXLEN = 2

# Nodes, pods, routes ---------------------------------------------------------------------------------------------

#: Prefix of the pod block that every node gets. [B1] configure-kubenet.md; kubernetes nodeipam
NODE_BLOCK_PREFIXLEN = 24
#: Shortest pod CIDR that kubenet can put to use: 400 nodes fill a /15. [B6] azure-docs#108215
POD_CIDR_MIN_USEFUL_PREFIXLEN = 15
#: Most nodes, over all pools, with which AKS upgrades a kubenet cluster: an upgrade wants "less than 400". What a plan
#: is made for, unless the loss of upgrades is accepted. [B4] AKS CHANGELOG 2023-09-10
MAX_NODES = 399
#: Most nodes, over all pools, with which AKS creates a kubenet cluster. [B4 B5] AKS CHANGELOG 2023-06-25;
#: configure-kubenet.md; cloud-provider-azure#4184
MAX_NODES_AT_CREATION = 400
#: Routes in the cluster's route table: one a node, surge nodes included, plus the user's own. Azure has announced
#: 1,000; AKS still says 400. [B13-B15] azure-virtual-network-limits.md, azure-docs#128572
MAX_ROUTES = 400
#: [B7] configure-kubenet.md
DEFAULT_MAX_PODS = 110
#: [B8] configure-kubenet.md
MAX_PODS_PER_NODE = 250
#: [B9] concepts-network-ip-address-planning.md
MIN_PODS_PER_NODE = 10
#: A pool must be able to hold this many pods. [B9] concepts-network-ip-address-planning.md
MIN_PODS_PER_POOL = 30
#: Surge of an upgrade where the pool sets none, Kubernetes 1.32 and later. [E1] AKS CHANGELOG 2025-03-16
DEFAULT_MAX_SURGE = "10%"
#: Nodes of a cluster for which no count is given. az aks create
DEFAULT_NODE_COUNT = 3
#: Name of a Linux node pool. [P] use-system-pools.md; ARM schema of agent pools, 2026-05-01
POOL_NAME = r"[a-z][a-z0-9]{0,11}"
POOL_NAME_LENGTH = 12

# Other network models --------------------------------------------------------------------------------------------

#: Most nodes in a cluster on Azure CNI. [L2] best-practices-performance-scale-large.md; intro-aks-automatic.md
MAX_NODES_OF_AZURE_CNI = 5000
#: [L2] concepts-network-azure-cni-overlay.md
OVERLAY_DEFAULT_MAX_PODS = 250
#: Pods that a cluster on Azure CNI Overlay is documented for; another page has 250,000. A number of nodes times their
#: pods promises no more. [L2 B11] best-practices-performance-scale-large.md; plan-pod-networking.md
OVERLAY_MAX_PODS_OF_CLUSTER = 200_000
#: Nodes of one node pool, surge nodes among them: only a cluster on Azure CNI can have more. [B19]
#: best-practices-performance-scale-large.md; upgrade-aks-node-pools-rolling.md
MAX_NODES_OF_POOL = 1000
#: Pods of a node above which fewer than two addresses of its block are left for each: those that ended or cannot start
#: keep theirs for a while. [B10 B23] architecture-center#4402
MAX_PODS_WITH_CHURN = 126
#: Addresses of a node's block that pods can take. [B10] kubernetes host-local IPAM
ADDRESSES_OF_NODE_BLOCK = 253
#: [L3] concepts-network-ip-address-planning.md
NODE_SUBNET_DEFAULT_MAX_PODS = 30
#: [L4] concepts-network-ip-address-planning.md
POD_SUBNET_DEFAULT_MAX_PODS = 110
#: Private addresses of one virtual network. [A15] azure-virtual-network-limits.md
MAX_ADDRESSES_OF_NETWORK = 65536
#: Addresses that a node takes of a pod subnet at a time, at its start and later: 16, or a block of /28.
#: [L4 L5] concepts-network-azure-cni-pod-subnet.md
POD_BATCH = 16
#: A node takes one more batch when fewer than these of its addresses are free.
#: [L4] concepts-network-azure-cni-pod-subnet.md
POD_BATCH_RESERVE = 8
#: The day on which kubenet retires. [J1] kubenet-retirement.md
KUBENET_RETIREMENT = "31 March 2028"
#: The same as year, month and day.
KUBENET_RETIREMENT_DAY = (2028, 3, 31)

# Services --------------------------------------------------------------------------------------------------------

#: A service CIDR of this prefix is documented as too large, though the API server takes it.
#: [C1] concepts-network-ip-address-planning.md
SERVICE_CIDR_LIMIT_PREFIXLEN = 12
#: Longest prefix of a service CIDR in which base + 10 is an address that services can use.
#: [C2] kubernetes ServiceIPRange
SERVICE_CIDR_MAX_PREFIXLEN = 28
#: Longest prefix of a service CIDR that the API server takes: 8 addresses. [C2] kubernetes ServiceIPRange
SERVICE_CIDR_MAX_PREFIXLEN_OF_API_SERVER = 29
#: Place of the DNS service IP in the service CIDR. [C7] configure-kubenet.md
DNS_SERVICE_OFFSET = 10

# Conventional values [M] configure-kubenet.md --------------------------------------------------------------------

DEFAULT_VNET = IPNetwork("192.168.0.0/16")
DEFAULT_SUBNET = IPNetwork("192.168.1.0/24")
DEFAULT_POD_CIDR = IPNetwork("10.244.0.0/16")
DEFAULT_SERVICE_CIDR = IPNetwork("10.0.0.0/16")
#: An address with a prefix, not a network. [D1]
DEFAULT_DOCKER_BRIDGE = IPNetwork("172.17.0.1/16")
#: How small a docker bridge network the planner derives when space is short: our own choice, no rule of Azure's.
DOCKER_BRIDGE_MAX_PREFIXLEN = 28

# Address space ---------------------------------------------------------------------------------------------------

#: [F5] RFC 1918
PRIVATE_RANGES = (IPNetwork("10.0.0.0/8"), IPNetwork("172.16.0.0/12"), IPNetwork("192.168.0.0/16"))
#: Allowed for virtual networks and pods [F5]; of services nothing is documented, so none is placed there. RFC 6598
SHARED_RANGE = IPNetwork("100.64.0.0/10")


class _ReservedRange(NamedTuple):
    """A range that Azure or AKS keeps for itself.

    network: the range; why: what it is kept for, as the user reads it; source: row id and document; for_networks:
    whether Azure refuses a virtual network there, too, and not only pods and services.
    """

    network: IPNetwork
    why: str
    source: str
    for_networks: bool = True


#: Ranges that no pod CIDR and no service CIDR may touch. Of a network in those of AKS's own there is only advice:
#: clusters were made in such networks, and their upgrades failed later. [F2 F3] azure-docs#80401, azure-aks-docs#447
RESERVED_RANGES = (
    _ReservedRange(IPNetwork("169.254.0.0/16"), "link-local", "F1 configure-kubenet.md"),
    _ReservedRange(IPNetwork("172.30.0.0/16"), "reserved by AKS", "F2 AKS CHANGELOG 2026-05-29", False),
    _ReservedRange(IPNetwork("172.31.0.0/16"), "reserved by AKS", "F2 AKS CHANGELOG 2026-05-29", False),
    _ReservedRange(IPNetwork("192.0.2.0/24"), "reserved by AKS", "F3 concepts-network-cni-overview.md", False),
    _ReservedRange(IPNetwork("224.0.0.0/4"), "multicast", "F4 virtual-networks-faq.md"),
    _ReservedRange(IPNetwork("255.255.255.255/32"), "broadcast", "F4 virtual-networks-faq.md"),
    _ReservedRange(IPNetwork("127.0.0.0/8"), "loopback", "F4 virtual-networks-faq.md"),
    _ReservedRange(IPNetwork("0.0.0.0/8"), "no address of a host", "F12 RFC 1122"),
    _ReservedRange(IPNetwork("240.0.0.0/4"), "no address of a host", "F12 RFC 1112"),
    _ReservedRange(IPNetwork("168.63.129.16/32"), "Azure's own DNS and health probes", "F4 virtual-networks-faq.md"),
)

#: The shortest prefix of a route that may lie inside of a pod CIDR: no cluster has so many pods that a shorter one
#: does, as 400 nodes take a /15 [B11].
WIDEST_ROUTE_IN_PODS = 13

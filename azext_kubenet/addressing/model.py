"""The words that the planner is written in: cluster size, range request, reservation, plan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.network_plugins import KUBENET, NetworkPlugin
from azext_kubenet.addressing.reservation import Origin, Reach, Reservation
from azext_kubenet.addressing.str_enum import StrEnum

__all__ = [
    "UNSPECIFIED",
    "AddressPlan",
    "ClusterSize",
    "MaxSurge",
    "Origin",
    "Pool",
    "RangeKind",
    "RangeRequest",
    "RangeRequests",
    "Reach",
    "Reservation",
    "Snapshot",
    "fixed",
    "sized",
]


class RangeKind(StrEnum):
    """The ranges of a plan, in the order of the answer. The value is the name of a plan's field.

    option: what sets it on the command line
    key: its key in the answer
    words: what people call it
    """

    option: str
    key: str
    words: str

    VNET = "vnet", "--vnet-address-prefixes", "vnetAddressPrefixes", "virtual network"
    SUBNET = "subnet", "--subnet-prefix", "subnetPrefix", "subnet"
    PODS = "pods", "--pod-cidr", "podCidr", "pod CIDR"
    SERVICES = "services", "--service-cidr", "serviceCidr", "service CIDR"
    DNS_IP = "dns_ip", "--dns-service-ip", "dnsServiceIp", "DNS service IP"
    DOCKER_BRIDGE = "docker_bridge", "--docker-bridge-address", "dockerBridgeAddress", "docker bridge network"

    def __new__(cls, value: str, option: str, key: str, words: str) -> "RangeKind":
        kind = str.__new__(cls, value)
        kind._value_, kind.option, kind.key, kind.words = value, option, key, words
        return kind


class MaxSurge(NamedTuple):
    """Extra nodes during an upgrade: a number of nodes, or a percentage of the pool.

    value: the number; percent: whether it is a percentage. [E1-E4] upgrade-aks-node-pools-rolling.md
    """

    value: int
    percent: bool

    def nodes_for(self, pool_nodes: int) -> int:
        """Surge nodes of a pool of that many nodes: a percentage is rounded up [E2], no more than the pool [E4]."""
        if self.percent:
            return -(-pool_nodes * self.value // 100)
        return min(self.value, pool_nodes)

    def __str__(self) -> str:
        return f"{self.value}%" if self.percent else str(self.value)


#: Surge of a pool that sets none. [E1] AKS CHANGELOG 2025-03-16; limits.DEFAULT_MAX_SURGE is its text
_DEFAULT_SURGE = MaxSurge(10, True)


@dataclass(frozen=True)
class Pool:
    """A node pool: its name, nodes at creation, the most nodes ever, and its surge during an upgrade."""

    name: str
    count: int
    max_count: int
    max_surge: MaxSurge


@dataclass(frozen=True)
class ClusterSize:
    """What must fit.

    node_count: nodes at creation; max_count: the most nodes ever, all pools together, None when not stated;
    max_pods: pods per node; extra_ips: addresses of the subnet that other things need; pools: the node pools if they
    are stated one by one: then node_count and max_count are their sums, and each surges by itself; network_plugin:
    what connects the pods.
    """

    node_count: int = limits.DEFAULT_NODE_COUNT
    max_count: int | None = None
    max_pods: int = limits.DEFAULT_MAX_PODS
    max_surge: MaxSurge = _DEFAULT_SURGE
    extra_ips: int = 0
    pools: tuple[Pool, ...] = ()
    network_plugin: NetworkPlugin = KUBENET

    @property
    def nodes(self) -> int:
        """The nodes to plan for: the most ever if stated [B5], else those at creation."""
        return self.node_count if self.max_count is None else self.max_count

    @property
    def surge_nodes(self) -> int:
        """Extra nodes while all of them are upgraded."""
        return self.surge_for(self.nodes)

    def surge_for(self, nodes: int) -> int:
        """Extra nodes while a cluster of that many nodes is upgraded: all of its pools surge at once [E2].

        Of stated pools each is taken to keep its share of the nodes, rounded up: exact for the stated counts, never too
        few for others, and never fewer for more nodes.
        """
        stated = sum(pool.max_count for pool in self.pools)
        if stated <= 0:
            return self.max_surge.nodes_for(nodes)
        return sum(pool.max_surge.nodes_for(-(-nodes * pool.max_count // stated)) for pool in self.pools)

    @property
    def first_pool_nodes(self) -> int:
        """Nodes of the pool that a cluster is created with."""
        return self.pools[0].count if self.pools else self.node_count

    @property
    def nodes_with_surge(self) -> int:
        """Nodes and surge nodes: each takes one subnet address, one pod block and one route [E3]."""
        return self.nodes + self.surge_nodes

    @property
    def addresses(self) -> int:
        """Subnet addresses at the peak [E10, A6]."""
        return self.nodes_with_surge + self.extra_ips


class RangeRequest(NamedTuple):
    """What is requested of a range: the range itself, only its size, or nothing in particular.

    networks: the range, several for a virtual network alone: kept or refused, never altered
    prefixlen: the size
    """

    networks: tuple[IPNetwork, ...] = ()
    prefixlen: int | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether it is the range itself."""
        return bool(self.networks)

    @property
    def is_sized(self) -> bool:
        """Whether it is a size alone."""
        return self.prefixlen is not None

    @property
    def network(self) -> IPNetwork | None:
        """The range, of several prefixes the first; None where there is none."""
        return self.networks[0] if self.networks else None

    @property
    def size(self) -> int | None:
        """How many addresses are requested, None where that is left open."""
        if self.prefixlen is not None:
            return 1 << (32 - self.prefixlen)
        return sum(network.size for network in self.networks) or None

    def allows(self, networks: Sequence[IPNetwork]) -> bool:
        """Whether certain networks are what is requested: the same in any order, of the size, or whatever they are."""
        if self.prefixlen is not None:
            return all(network.prefixlen == self.prefixlen for network in networks)
        return not self.networks or sorted(self.networks) == sorted(networks)

    def __str__(self) -> str:
        return " ".join(map(str, self.networks)) if self.prefixlen is None else f"/{self.prefixlen}"


def _network(value: IPNetwork | IPAddress) -> IPNetwork:
    """A network as it is, an address as the network of that alone."""
    return value if isinstance(value, IPNetwork) else IPNetwork(value)


#: The planner chooses range and size.
UNSPECIFIED = RangeRequest()


def fixed(*values: IPNetwork | IPAddress) -> RangeRequest:
    """The request for a certain range."""
    return RangeRequest(tuple(map(_network, values)))


def sized(prefixlen: int) -> RangeRequest:
    """The request for any range of a size."""
    return RangeRequest((), prefixlen)


@dataclass(frozen=True)
class RangeRequests:  # pylint: disable=too-many-instance-attributes
    """What is requested of all ranges.

    within: blocks that the virtual network and the subnet may be taken from; empty means any private space
    vnet, subnet, pods, services: ranges
    dns_ip: an address, None where it follows from the services
    docker_bridge: an address with the prefix of its network, None to have one chosen
    in_use: addresses of the subnet that others have already, where it exists
    existing: which of vnet and subnet exist in Azure: they are never to be changed, and nobody chose them here
    """

    within: tuple[IPNetwork, ...] = ()
    vnet: RangeRequest = UNSPECIFIED
    subnet: RangeRequest = UNSPECIFIED
    pods: RangeRequest = UNSPECIFIED
    services: RangeRequest = UNSPECIFIED
    dns_ip: IPAddress | None = None
    docker_bridge: IPNetwork | None = None
    in_use: int = 0
    existing: tuple[RangeKind, ...] = ()

    def __getitem__(self, kind: RangeKind) -> RangeRequest:
        """What is requested of one range."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> Mapping[RangeKind, RangeRequest]:
        return {
            RangeKind.VNET: self.vnet,
            RangeKind.SUBNET: self.subnet,
            RangeKind.PODS: self.pods,
            RangeKind.SERVICES: self.services,
            RangeKind.DNS_IP: UNSPECIFIED if self.dns_ip is None else fixed(self.dns_ip),
            RangeKind.DOCKER_BRIDGE: UNSPECIFIED if self.docker_bridge is None else fixed(self.docker_bridge),
        }

    @property
    def has_space_beyond_subnet(self) -> bool:
        """Whether space was named that another subnet can be taken from: who gave a subnet alone gave no more."""
        return bool(self.within) or sum(each.size for each in self.vnet.networks) > (self.subnet.size or 0)

    def but(self, others: Mapping[RangeKind, RangeRequest]) -> "RangeRequests":
        """The same with other requests for some ranges."""
        requests = {kind: others.get(kind, self[kind]) for kind in RangeKind}
        dns_ip = requests[RangeKind.DNS_IP].network
        return replace(
            self,
            vnet=requests[RangeKind.VNET],
            subnet=requests[RangeKind.SUBNET],
            pods=requests[RangeKind.PODS],
            services=requests[RangeKind.SERVICES],
            dns_ip=None if dns_ip is None else dns_ip.ip,
            docker_bridge=requests[RangeKind.DOCKER_BRIDGE].network,
        )

    def without(self, *kinds: RangeKind) -> "RangeRequests":
        """The same with some ranges left to the planner."""
        existing = tuple(kind for kind in self.existing if kind not in kinds)
        return replace(self.but(dict.fromkeys(kinds, UNSPECIFIED)), existing=existing)


class Snapshot(NamedTuple):
    """What a plan saw in Azure when it was made.

    fingerprint: one text for all of it, "" where it is not known
    shared: a line for each range that overlaps one of the plan's
    discover: how it looked beyond the network, "" for not at all
    ranges, elsewhere: how many reservations it saw, and how many ranges of clusters that are not connected
    """

    fingerprint: str
    shared: frozenset[str]
    discover: str = ""
    ranges: int = 0
    elsewhere: int = 0


@dataclass(frozen=True)
class AddressPlan:  # pylint: disable=too-many-instance-attributes
    """The ranges for a cluster; its capacity is derived from them, never stored.

    A range is None while it is not decided: its text was refused, or no space was found for it. The docker bridge may
    be None in a complete plan. in_use: addresses of the subnet that others have.
    """

    size: ClusterSize
    vnet: tuple[IPNetwork, ...] = ()
    subnet: IPNetwork | None = None
    pods: IPNetwork | None = None
    services: IPNetwork | None = None
    dns_ip: IPAddress | None = None
    docker_bridge: IPNetwork | None = None
    in_use: int = 0

    def __getitem__(self, kind: RangeKind) -> tuple[IPNetwork | IPAddress, ...]:
        """The values of one range: of the virtual network each prefix, none while it is not decided."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> Mapping[RangeKind, tuple[IPNetwork | IPAddress, ...]]:
        values: dict[RangeKind, tuple[IPNetwork | IPAddress | None, ...]] = {
            RangeKind.VNET: self.vnet,
            RangeKind.SUBNET: (self.subnet,),
            RangeKind.PODS: (self.pods,),
            RangeKind.SERVICES: (self.services,),
            RangeKind.DNS_IP: (self.dns_ip,),
            RangeKind.DOCKER_BRIDGE: (self.docker_bridge,),
        }
        return {kind: tuple(one for one in found if one is not None) for kind, found in values.items()}

    @cached_property
    def _networks(self) -> Mapping[RangeKind, tuple[tuple[RangeKind, IPNetwork], ...]]:
        """Each range as networks, beside its kind: every rule asks for some of them."""
        return {kind: tuple((kind, _network(value).cidr) for value in values) for kind, values in self._by_kind.items()}

    def ranges(self, *kinds: RangeKind) -> Iterator[tuple[RangeKind, IPNetwork]]:
        """Kind and network of the decided ranges of some kinds; a virtual network comes once for each prefix."""
        return (each for kind in kinds for each in self._networks[kind])

    def networks(self) -> list[IPNetwork]:
        """The networks of all ranges that are decided."""
        return [network for _, network in self.ranges(*(kind for kind in RangeKind if kind is not RangeKind.DNS_IP))]

    @property
    def complete(self) -> bool:
        """Whether every range is decided that a cluster needs, which the docker bridge is not [D3]."""
        return bool(self.vnet) and None not in (self.subnet, self.pods, self.services, self.dns_ip)

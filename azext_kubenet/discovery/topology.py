"""Networks as they hang together, as plain data, whoever has read them, and what a source of them is asked for.

Two sources fill this in: a few reads around one network (neighbourhood), or pages of a whole estate. What follows for a
plan is worked out from it in surroundings.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import HostBits, NotANetwork, read_network
from azext_kubenet.addressing.model import Finding, Reservation

#: Azure's word for a peering that lost its other side.
_DISCONNECTED = "disconnected"


class Subnet(NamedTuple):
    """A subnet: its name, its IPv4 prefixes as texts, the id of its route table ("" without one)."""

    name: str
    prefixes: tuple[str, ...]
    route_table: str = ""


class Peering(NamedTuple):
    """One side of a peering.

    remote: id of the other network; prefixes: its IPv4 space as this side last saw it; connected: whether traffic
    flows; forwarded: whether traffic is taken that the other network only passes on; remote_gateways: whether the other
    network's gateway serves this one; state: Azure's word, such as Initiated while the other side is missing.
    """

    name: str
    remote: str
    prefixes: tuple[str, ...]
    connected: bool = True
    forwarded: bool = False
    remote_gateways: bool = False
    state: str = ""

    @property
    def lost(self) -> bool:
        """Whether the other side was taken away, so that nothing comes of this one as it is."""
        return self.state.lower() == _DISCONNECTED


class Network(NamedTuple):
    """A virtual network: its id, IPv4 prefixes as texts, subnets, peerings, and ids of the gateways in it."""

    id: str
    prefixes: tuple[str, ...]
    subnets: tuple[Subnet, ...] = ()
    peerings: tuple[Peering, ...] = ()
    gateways: tuple[str, ...] = ()


class Gateway(NamedTuple):
    """A virtual network gateway: its id, ids of the network that it is in, and the prefixes of its VPN clients."""

    id: str
    networks: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()


class Connection(NamedTuple):
    """What a gateway is connected to.

    site: id of the local network gateway at the other end; gateways: ids of the virtual network gateways at its ends;
    selected: remote prefixes of its traffic selectors; learns: how it learns prefixes that Azure's model does not show
    ("ExpressRoute", "BGP"), "" if it does not.
    """

    id: str
    site: str = ""
    gateways: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    learns: str = ""


class Connections(NamedTuple):
    """The connections of a gateway."""

    items: tuple[Connection, ...] = ()


class Site(NamedTuple):
    """A local network gateway: its id, and the prefixes behind it."""

    id: str
    prefixes: tuple[str, ...] = ()


class RouteTable(NamedTuple):
    """A route table: its id, and name and prefix of each route."""

    id: str
    routes: tuple[tuple[str, str], ...] = ()


class Cluster(NamedTuple):
    """A cluster.

    subnets: ids of its pools' subnets; pods: its pod CIDRs, if they lie outside of any network; services: its service
    CIDRs; node_group: id of the resource group of its nodes, where its network is too if no subnet was named.
    """

    id: str
    subnets: tuple[str, ...]
    pods: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    node_group: str = ""


class Clusters(NamedTuple):
    """The clusters of a subscription."""

    items: tuple[Cluster, ...] = ()


class Refusal(NamedTuple):
    """What may not be read, or is gone. status: of HTTP; code: Azure's; tenant: the one it is in, if Azure says so."""

    status: int
    code: str = ""
    tenant: str = ""


Shown = Network | Gateway | Connections | Site | RouteTable | Clusters | Refusal


class Kind(StrEnum):
    """What can be asked for, by the id of the resource; clusters by the id of a subscription."""

    NETWORK = "network"
    GATEWAY = "gateway"
    CONNECTIONS = "connections"
    SITE = "site"
    TABLE = "table"
    CLUSTERS = "clusters"


class Want(NamedTuple):
    """One thing that must be seen: connections are asked for by the id of their gateway."""

    kind: Kind
    id: str


class Source(Protocol):  # pylint: disable=too-few-public-methods
    """Who shows networks and what hangs on them."""

    def look(self, wanted: Sequence[Want]) -> Sequence[Shown]:
        """An answer to each want, in their order, of its kind or a Refusal. Asked in a few rounds, each for much."""


@dataclass
class Surroundings:
    """What a plan keeps clear of, what it may share, and what is worth saying about either.

    connected: ids, in lower case, of the networks beside the own one whose space is among the reservations;
    overlapped: what other networks have of the prefixes that were given for a new one, which is no reservation.
    """

    reservations: list[Reservation] = field(default_factory=list)
    elsewhere: list[Reservation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    connected: set[str] = field(default_factory=set)
    overlapped: list[Reservation] = field(default_factory=list)


def network_of(subnet_id: str) -> str:
    """The id of a subnet's network, in lower case; "" for what is no subnet's id."""
    head, mark, _ = subnet_id.lower().partition("/subnets/")
    return head if mark else ""


def name_of(resource_id: str) -> str:
    """The name at the end of an id."""
    return resource_id.rstrip("/").rsplit("/", 1)[-1]


def subscription_of(resource_id: str) -> str:
    """The id of the subscription that a resource is in; "" without one."""
    parts = resource_id.split("/", 3)
    return "/".join(parts[:3]) if len(parts) > 2 and parts[1].lower() == "subscriptions" else ""


def group_of(resource_id: str) -> str:
    """The name of the resource group that a resource is in; "" without one."""
    parts = resource_id.split("/", 5)
    return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""


def ipv4(texts: Sequence[str]) -> tuple[str, ...]:
    """Those of some prefixes that are IPv4; service tags and IPv6 are passed over."""
    return tuple(text for text in texts if text[:1].isdigit() and "." in text and ":" not in text)


def ranges(texts: Iterable[str]) -> Iterator[IPNetwork]:
    """The networks that some prefixes name, each once; what is none, or stands for every address, is passed over."""
    for text in dict.fromkeys(texts):
        try:
            network = read_network(text if "/" in text else f"{text}/32")
        except HostBits as inside:
            network = inside.network
        except NotANetwork:
            continue
        if network.prefixlen:
            yield network


def used(prefixes: Sequence[str]) -> list[str]:
    """Those of some prefixes that say what is in use: all private space together says no more than a default route."""
    whole = {str(each) for each in limits.PRIVATE_RANGES}
    return [each for each in prefixes if each not in whole] if whole <= {*prefixes} else [*prefixes]

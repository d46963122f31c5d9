"""Networks and their connections as plain data, whatever they were read from, and the protocol of such a source.

Two sources exist: a few reads around one network (network_reads), and the pages of an inventory. What follows for a
plan is worked out from them in surroundings.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import HostBits, NotANetwork, read_network
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.models import Cluster, RouteTable, VirtualNetwork, address_space, id_of, ipv4
from azext_kubenet.azure.resource_id import SUBNET, ResourceId


class Gateway(NamedTuple):
    """A virtual network gateway: ids of the network that it is in, and the prefixes of its VPN clients."""

    id: ResourceId
    networks: tuple[ResourceId, ...] = ()
    clients: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: Json) -> "Gateway":
        """Parse a gateway."""
        has = within(body, "properties")
        subnets = [id_of(each, "properties", "subnet") for each in items(has, "ipConfigurations")]
        networks = dict.fromkeys(each.parent for each in subnets if each.is_a(SUBNET))
        clients = address_space(has, "vpnClientConfiguration", "vpnClientAddressPool")
        return cls(ResourceId(text(body, "id")), tuple(networks), clients)


class Connection(NamedTuple):
    """What a gateway is connected to.

    site: id of the local network gateway at the other end
    gateways: ids of the virtual network gateways at its ends
    selected: remote prefixes of its traffic selectors
    learns: how it learns prefixes that Azure's model does not show ("ExpressRoute", "BGP"), "" if it does not
    """

    id: ResourceId
    site: ResourceId = ResourceId()
    gateways: tuple[ResourceId, ...] = ()
    selected: tuple[str, ...] = ()
    learns: str = ""

    @classmethod
    def parse(cls, body: Json) -> "Connection":
        """Parse a connection. The key that its ends share is not looked at."""
        has = within(body, "properties")
        ends = (id_of(has, "virtualNetworkGateway1"), id_of(has, "virtualNetworkGateway2"))
        selectors = items(has, "trafficSelectorPolicies")
        over = text(has, "connectionType").lower() == "expressroute"
        return cls(
            id=ResourceId(text(body, "id")),
            site=id_of(has, "localNetworkGateway2"),
            gateways=tuple(end for end in ends if end),
            selected=ipv4(each for policy in selectors for each in texts(policy, "remoteAddressRanges")),
            learns="ExpressRoute" if over else "BGP" if has.get("enableBgp") is True else "",
        )


class Connections(NamedTuple):
    """The connections of a gateway."""

    items: tuple[Connection, ...] = ()


class Site(NamedTuple):
    """A local network gateway: its id, and the prefixes behind it."""

    id: ResourceId
    prefixes: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: Json) -> "Site":
        """Parse a local network gateway."""
        return cls(ResourceId(text(body, "id")), address_space(body, "properties", "localNetworkAddressSpace"))


class Clusters(NamedTuple):
    """The clusters of a subscription."""

    items: tuple[Cluster, ...] = ()


class Refusal(NamedTuple):
    """What may not be read, or is gone. status: of HTTP; code: Azure's; tenant: the one it is in, if Azure says so."""

    status: int
    code: str = ""
    tenant: str = ""


Shown = VirtualNetwork | Gateway | Connections | Site | RouteTable | Clusters | Refusal


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
    id: ResourceId


class Source(Protocol):  # pylint: disable=too-few-public-methods
    """Who shows networks and what is attached to them."""

    def look(self, wanted: Sequence[Want]) -> Sequence[Shown]:
        """An answer to each want, in their order, of its kind or a Refusal. Asked in a few rounds, each for much."""


@dataclass
class Surroundings:
    """What a plan keeps clear of, what it may share, and what is worth saying about either.

    connected: ids of the networks beside the own one whose space is among the reservations;
    overlapped: what other networks have of the prefixes that were given for a new one, which is no reservation.
    """

    reservations: list[Reservation] = field(default_factory=list)
    elsewhere: list[Reservation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    connected: set[ResourceId] = field(default_factory=set)
    overlapped: list[Reservation] = field(default_factory=list)


def ranges(prefixes: Iterable[str]) -> Iterator[IPNetwork]:
    """The networks that some prefixes name, each once; what is none, or stands for every address, is passed over."""
    for prefix in dict.fromkeys(prefixes):
        try:
            network = read_network(prefix if "/" in prefix else f"{prefix}/32")
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

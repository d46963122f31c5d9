"""Networks and their connections as plain data, whatever they were read from, and the protocol of such a source.

Two sources exist: a few reads around one network (network_reads), and the pages of an inventory. What follows for a
plan is worked out from them in surroundings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import HostBits, NotANetwork, overlap, read_network
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.addressing.summaries import DEFAULT_ROUTE, has_all_private, is_summary
from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, VirtualNetwork
from azext_kubenet.azure.properties import address_space, id_of, ipv4
from azext_kubenet.azure.resource_id import SUBNET, ResourceId


class Gateway(NamedTuple):
    """A virtual network gateway.

    networks: ids of the network that it is in
    clients: prefixes of its VPN clients
    translated: prefixes that it shows hosts on-premises with, instead of their own
    """

    id: ResourceId
    networks: tuple[ResourceId, ...] = ()
    clients: tuple[str, ...] = ()
    translated: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: Json) -> "Gateway":
        """Parse a gateway."""
        has = within(body, "properties")
        subnets = [id_of(each, "properties", "subnet") for each in items(has, "ipConfigurations")]
        networks = dict.fromkeys(each.parent for each in subnets if each.is_a(SUBNET))
        clients = client_pools(within(has, "vpnClientConfiguration"))
        return cls(ResourceId(text(body, "id")), tuple(networks), clients, translated(items(has, "natRules")))


def client_pools(configuration: Json, groups: str = "vngClientConnectionConfigurations") -> tuple[str, ...]:
    """The prefixes of a gateway's VPN clients: the pool for all, and one for each group of users.

    groups: the key of these; it is another for the gateway of a virtual hub
    """
    pools = [configuration, *(within(each, "properties") for each in items(configuration, groups))]
    return ipv4(prefix for each in pools for prefix in address_space(each, "vpnClientAddressPool"))


def translated(rules: Iterable[Json]) -> tuple[str, ...]:
    """What NAT rules of a gateway make of addresses on-premises.

    https://learn.microsoft.com/azure/vpn-gateway/nat-overview
    """
    each = (within(rule, "properties") for rule in rules)
    mapped = (items(has, "externalMappings") for has in each if text(has, "mode").lower() == "ingresssnat")
    return ipv4(text(mapping, "addressSpace") for mappings in mapped for mapping in mappings)


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


class ConnectedGroups(NamedTuple):
    """The configurations of Azure Virtual Network Manager that connect a network to others without a peering.

    https://learn.microsoft.com/azure/virtual-network-manager/concept-connectivity-configuration
    """

    configurations: tuple[ResourceId, ...] = ()

    @classmethod
    def parse(cls, effective: Iterable[Json]) -> "ConnectedGroups":
        """Parse the configurations that are in effect on a network."""
        found = (ResourceId(text(each, "id")) for each in effective if _joins(each))
        return cls(tuple(dict.fromkeys(each for each in found if each)))


def _joins(configuration: Json) -> bool:
    """Whether it joins the networks of a group directly: a mesh, or a group of spokes that is so connected."""
    has = within(configuration, "properties") or configuration
    mine = {ResourceId(text(each, "id")).name.lower() for each in items(configuration, "configurationGroups")}
    groups = [
        ResourceId(text(each, "networkGroupId")).name.lower()
        for each in items(has, "appliesToGroups")
        if text(each, "groupConnectivity").lower() == "directlyconnected"
    ]
    mesh = text(has, "connectivityTopology").lower() == "mesh"
    return mesh or any(each in mine or not mine for each in groups)


class Refusal(NamedTuple):
    """What may not be read, or is gone. status: of HTTP; code: Azure's; tenant: the one it is in, if Azure says so."""

    status: int
    code: str = ""
    tenant: str = ""

    @property
    def is_absence(self) -> bool:
        """Whether Azure says that it is not there; with another code, such as SubscriptionNotFound, it is not shown."""
        return self.status == 404 and not self.code


Shown = VirtualNetwork | Gateway | Connections | Site | RouteTable | Clusters | ConnectedGroups | Refusal


class Kind(StrEnum):
    """What can be asked for, by the id of the resource; clusters by the id of a subscription."""

    NETWORK = "network"
    GATEWAY = "gateway"
    CONNECTIONS = "connections"
    SITE = "site"
    TABLE = "table"
    CLUSTERS = "clusters"
    GROUPS = "groups"


class Want(NamedTuple):
    """One thing that must be seen: connections by the id of their gateway, connected groups by that of a network."""

    kind: Kind
    id: ResourceId


class Source(Protocol):  # pylint: disable=too-few-public-methods
    """Who shows networks and what is attached to them."""

    def look(self, wanted: Sequence[Want]) -> Sequence[Shown]:
        """An answer to each want, in their order, of its kind or a Refusal. Asked in a few rounds, each for much."""


class Known(NamedTuple):
    """What is known of networks and clusters, wherever they are, before anything is asked. networks: by id."""

    networks: Mapping[ResourceId, VirtualNetwork] = MappingProxyType({})
    clusters: Sequence[Cluster] = ()


@dataclass
class Surroundings:
    """What a plan keeps clear of, what it may share, and what is worth saying about either.

    connected: ids of the networks, gateways and sites beside the own network whose space is among the reservations;
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
    """Those of some prefixes that say what is in use: a default route, in whatever parts, says nothing of that.

    A half of all addresses is a part of one. So is what together has all private space; what is inside of another in
    the list stays, as long as that is not all private space again.
    """
    kept = [each for each in dict.fromkeys(ranges(prefixes)) if each.prefixlen > DEFAULT_ROUTE]
    while has_all_private(kept):
        kept = [each for each in kept if not _is_wide(each) or any(each != other and each in other for other in kept)]
    stays = {*kept}
    return [each for each in prefixes if stays.issuperset(ranges([each]))]


def leads_to(prefixes: Sequence[str]) -> str:
    """What some prefixes lead to of which no use is known, in words; "" where all of them say what is in use."""
    if len(used(prefixes)) == len(prefixes):
        return ""
    return "all private space" if has_all_private(ranges(prefixes)) else "half of all addresses"


def _is_wide(network: IPNetwork) -> bool:
    """Whether it may be a part of a route to everywhere: it is in private space, or larger than any part of that."""
    return is_summary(network) or any(overlap(network, each) for each in limits.PRIVATE_RANGES)

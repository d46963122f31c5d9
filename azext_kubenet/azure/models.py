"""Networks and route tables as Azure shows them: Resource Manager and Resource Graph show the same. Pure.

Whatever is missing, empty, of another type or not IPv4 is passed over: a stranger's network is no reason to fail.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.peerings import Peering
from azext_kubenet.azure.properties import address_space, id_of, ipv4
from azext_kubenet.azure.resource_id import GATEWAY, VIRTUAL_HUB, ResourceId

#: Azure's own resolver, which a network may name among its DNS servers.
#: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_AZURE_DNS = "168.63.129.16"
#: Part of the id of what has no address of its own in a subnet.
_PRIVATE_LINK = "/privatelinkservices/"


def _ids(body: Json, key: str) -> tuple[ResourceId, ...]:
    """The ids of a list, whatever they are."""
    return tuple(ResourceId(text(each, "id")) for each in items(body, key))


class Link(NamedTuple):
    """What another service has linked to a subnet: its kind ("" if not shown), and its id."""

    kind: str
    resource: ResourceId


class Subnet(NamedTuple):
    """A subnet.

    prefixes: its IPv4 prefixes as texts
    route_table, security_group, nat_gateway: ids of what is attached to it, empty without one
    endpoint_policies: ids of the service endpoint policies that are attached to it
    configurations: ids of the IP configurations of what has addresses in it
    application_gateways: the same of application gateways
    delegations: the services that it is delegated to
    links: what other services have linked to it
    """

    name: str
    prefixes: tuple[str, ...] = ()
    route_table: ResourceId = ResourceId()
    security_group: ResourceId = ResourceId()
    nat_gateway: ResourceId = ResourceId()
    configurations: tuple[ResourceId, ...] = ()
    application_gateways: tuple[ResourceId, ...] = ()
    delegations: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    endpoint_policies: tuple[ResourceId, ...] = ()

    @classmethod
    def parse(cls, body: Json) -> "Subnet":
        """Parse a subnet: Azure shows its prefixes as one, as a list, or as both."""
        has = within(body, "properties")
        links = (*items(has, "serviceAssociationLinks"), *items(has, "resourceNavigationLinks"))
        return cls(
            name=text(body, "name"),
            prefixes=ipv4([text(has, "addressPrefix"), *texts(has, "addressPrefixes")]),
            route_table=id_of(has, "routeTable"),
            security_group=id_of(has, "networkSecurityGroup"),
            nat_gateway=id_of(has, "natGateway"),
            configurations=_ids(has, "ipConfigurations"),
            application_gateways=_ids(has, "applicationGatewayIPConfigurations"),
            delegations=tuple(
                text(within(each, "properties"), "serviceName") or text(each, "name")
                for each in items(has, "delegations")
            ),
            links=tuple(map(_link, links)),
            endpoint_policies=tuple(each for each in _ids(has, "serviceEndpointPolicies") if each),
        )

    @property
    def addresses_in_use(self) -> int:
        """Addresses that something has, by what Azure shows attached to the subnet. [A5, A6]

        One for each configuration of a network interface, load balancer, firewall or gateway. A private link service is
        shown twice, as itself and as its interface, and a private endpoint by its interface too, so neither is counted.
        The instances of an application gateway are shown as one configuration, which counts as one.
        """
        counted = {each for each in self.configurations if _PRIVATE_LINK not in f"/{each.canonical}"}
        return len(counted.union(self.application_gateways))


def _link(body: Json) -> Link:
    has = within(body, "properties")
    return Link(text(has, "linkedResourceType") or text(body, "name"), ResourceId(text(has, "link")))


class VirtualNetwork(NamedTuple):
    """A virtual network: its IPv4 prefixes as texts, and the ids of the gateways in it.

    dns_servers: addresses of its user's own DNS servers, none where Azure's resolver answers
    route_servers: ids of the Azure Route Servers in it, which are virtual hubs without a range
    """

    id: ResourceId = ResourceId()
    prefixes: tuple[str, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    peerings: tuple[Peering, ...] = ()
    gateways: tuple[ResourceId, ...] = ()
    location: str = ""
    dns_servers: tuple[str, ...] = ()
    route_servers: tuple[ResourceId, ...] = ()

    @classmethod
    def parse(cls, body: Json) -> "VirtualNetwork":
        """Parse a network."""
        has = within(body, "properties")
        subnets = tuple(map(Subnet.parse, items(has, "subnets")))
        return cls(
            id=ResourceId(text(body, "id")),
            prefixes=address_space(has, "addressSpace"),
            subnets=subnets,
            peerings=tuple(map(Peering.parse, items(has, "virtualNetworkPeerings"))),
            gateways=tuple(dict.fromkeys(_owners(subnets, GATEWAY))),
            location=text(body, "location"),
            dns_servers=tuple(
                each for each in texts(within(has, "dhcpOptions"), "dnsServers") if each not in ("", _AZURE_DNS)
            ),
            route_servers=tuple(dict.fromkeys(_owners(subnets, VIRTUAL_HUB))),
        )

    def subnet(self, name: str) -> Subnet | None:
        """A subnet by its name; None without one."""
        return next((each for each in self.subnets if each.name.lower() == name.lower()), None)


def _owners(subnets: Iterable[Subnet], kind: str) -> Iterator[ResourceId]:
    """What of a kind has an address in one of the subnets: there is no other way from a network to its gateways."""
    return (each.parent for subnet in subnets for each in subnet.configurations if each.parent.is_a(kind))


class Route(NamedTuple):
    """A route: its prefix, which may be a service tag, and its next hop: the type, and the address of an appliance."""

    name: str
    prefix: str
    next_hop: str = ""
    address: str = ""

    @property
    def leads_on(self) -> bool:
        """Whether hosts may be where it leads: not where traffic is dropped, stays in the network or leaves for good.

        https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
        """
        return self.next_hop.lower() not in ("none", "vnetlocal", "internet")

    @property
    def destination(self) -> IPNetwork | None:
        """The IPv4 range that it is for; None for a service tag or IPv6."""
        try:
            network = IPNetwork(self.prefix)
        except AddrFormatError:
            return None
        return network if network.version == 4 else None


class RouteTable(NamedTuple):
    """A route table, and the ids of the subnets that have it.

    keeps_out: whether routes that gateways propagate stay out of it
    """

    id: ResourceId = ResourceId()
    routes: tuple[Route, ...] = ()
    subnets: tuple[ResourceId, ...] = ()
    keeps_out: bool = False

    @classmethod
    def parse(cls, body: Json) -> "RouteTable":
        """Parse a route table."""
        has = within(body, "properties")
        keeps_out = has.get("disableBgpRoutePropagation") is True
        routes = tuple(map(_route, items(has, "routes")))
        return cls(ResourceId(text(body, "id")), routes, _ids(has, "subnets"), keeps_out)

    @property
    def destinations(self) -> set[IPNetwork]:
        """The IPv4 ranges that it has routes for."""
        return {found for route in self.routes if (found := route.destination) is not None}


def _route(body: Json) -> Route:
    has = within(body, "properties")
    return Route(
        text(body, "name"), text(has, "addressPrefix"), text(has, "nextHopType"), text(has, "nextHopIpAddress")
    )

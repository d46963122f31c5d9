"""All networks and clusters that the caller can read, through Azure Resource Graph: one paged query a kind.

Each row becomes a small tuple as its page arrives, so that tens of thousands of networks fit in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeVar

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.azure.properties import address_space, ipv4
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import client_pools, translated

T = TypeVar("T")

# The peerings come as the list that they are: mv-expand keeps no more than 400 of a record, and loses the rest without
# a word. https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
_NETWORKS = """resources
| where type =~ 'microsoft.network/virtualnetworks'
| project id, prefixes = properties.addressSpace.addressPrefixes, peerings = properties.virtualNetworkPeerings
| order by id asc"""
# A cluster has 100 pools at most. https://learn.microsoft.com/azure/aks/quotas-skus-regions
_POOLS = """resources
| where type =~ 'microsoft.containerservice/managedclusters'
| mv-expand pool = properties.agentPoolProfiles limit 400
| project id, name = tostring(pool.name), subnet = tostring(pool.vnetSubnetID), pods = tostring(pool.podSubnetID),
    profile = properties.networkProfile, nodes = tostring(properties.nodeResourceGroup)
| order by id asc, name asc"""
# Gateways translate addresses on-premises, and learn ranges that no query shows: which do, is seen of them.
# The gateway of a virtual hub names the pools of its VPN clients itself; configurations of VPN servers name none.
# Secrets stand beside what is projected, so no more than that is.
_PLACES = """resources
| where type in~ ('microsoft.network/localnetworkgateways', 'microsoft.network/vpnsites',
    'microsoft.network/virtualhubs', 'microsoft.network/virtualnetworkgateways', 'microsoft.network/p2svpngateways',
    'microsoft.network/vpngateways', 'microsoft.network/expressroutegateways')
| project id, behind = properties.localNetworkAddressSpace, site = properties.addressSpace,
    hub = tostring(properties.addressPrefix), clients = properties.vpnClientConfiguration.vpnClientAddressPool,
    groups = properties.vpnClientConfiguration.vngClientConnectionConfigurations,
    pools = properties.p2SConnectionConfigurations, nat = properties.natRules,
    over = tostring(properties.gatewayType), bgp = properties.enableBgp
| order by id asc"""
#: One query a kind.
QUERIES = (_NETWORKS, _POOLS, _PLACES)

#: Azure's code where the caller has no role in any of the subscriptions that were asked for.
NO_SUBSCRIPTION = "NoValidSubscriptionsInQueryRequest"


class Place(NamedTuple):
    """What has ranges and is no network of somebody's subscription.

    words: what it is
    prefixes: its ranges, as texts
    is_network: whether it is a network all the same
    learns: how it learns ranges that Azure does not show ("ExpressRoute", "BGP"), "" if it does not
    """

    id: ResourceId
    words: str
    prefixes: tuple[str, ...] = ()
    is_network: bool = False
    learns: str = ""


class Unread(NamedTuple):
    """What could not be read, in words, and why."""

    words: str
    error: AzureError


@dataclass(frozen=True)
class Inventory:
    """What Azure Resource Graph shows.

    networks: by id
    places: sites on-premises, virtual hubs, VPN clients, and gateways that learn more than is shown
    unread: what it did not show in time, or refused to
    """

    networks: Mapping[ResourceId, VirtualNetwork]
    clusters: Sequence[Cluster]
    places: Sequence[Place]
    unread: tuple[Unread, ...] = ()


def read_inventory(reader: Reader, subscriptions: Sequence[str]) -> Inventory:
    """Return the inventory of some subscriptions, or of all that the caller can read when none is named.

    Raises AzureError if the networks cannot be read: without them nothing was discovered. The rest may stay unread.
    """
    networks = reader.search(_NETWORKS, subscriptions, _network)
    pools = reader.search(_POOLS, subscriptions, _pool)
    places = reader.search(_PLACES, subscriptions, _places)
    try:
        found = networks.result()
    except AzureError as error:
        raise _refused(error).reading("the networks in Azure Resource Graph") from error
    unread: list[Unread] = []
    clusters = _whole(_rows(pools, "clusters", unread))
    shown = _rows(places, "sites on-premises, virtual hubs and VPN clients", unread)
    return Inventory({each.id: each for each in found}, clusters, [*chain.from_iterable(shown)], tuple(unread))


def _refused(error: AzureError) -> AzureError:
    """The error; of a login without a role anywhere, with the code that says so of one subscription."""
    details = (*error.details, NO_SUBSCRIPTION) if error.status == 403 else error.details
    return AzureError(error.status, error.code, error.message, details)


def _rows(asked: Future[Sequence[T]], words: str, unread: list[Unread]) -> Sequence[T]:
    """What was asked for; nothing where it could not be read, which is kept in unread."""
    try:
        return asked.result()
    except AzureError as error:
        unread.append(Unread(words, error))
        return ()


def _network(row: Json) -> VirtualNetwork:
    properties = {
        "addressSpace": {"addressPrefixes": row.get("prefixes")},
        "virtualNetworkPeerings": row.get("peerings"),
    }
    return VirtualNetwork.parse({"id": row.get("id"), "properties": properties})


def _places(row: Json) -> list[Place]:
    """A row by what its id says that it is. What has no range, such as the hub of a route server, has no prefixes."""
    found = ResourceId(text(row, "id"))
    called = f"{found.name} in resource group {found.group}"
    kind = found.kind.rpartition("/")[2].lower()
    if kind == "virtualhubs":
        return [Place(found, f"virtual hub {called}", ipv4([text(row, "hub")]), True)]
    if kind == "vpnsites":
        return [Place(found, f"on-premises (VPN site {called})", address_space(row, "site"))]
    if kind.endswith("gateways") and kind != "localnetworkgateways":
        clients = Place(found, f"VPN clients of gateway {called}", _clients(row), learns=_learns(kind, row))
        return [clients, Place(found, f"on-premises (NAT rules of gateway {called})", translated(items(row, "nat")))]
    return [Place(found, f"on-premises (local network gateway {called})", address_space(row, "behind"))]


def _clients(row: Json) -> tuple[str, ...]:
    """The prefixes of those who dial in to a gateway, of a network or of a virtual hub."""
    own = {"vpnClientAddressPool": row.get("clients"), "vngClientConnectionConfigurations": row.get("groups")}
    return (*client_pools(own), *client_pools({"groups": row.get("pools")}, "groups"))


def _learns(kind: str, row: Json) -> str:
    """How a gateway learns ranges; those of a virtual hub do in any case."""
    if kind == "expressroutegateways" or text(row, "over").lower() == "expressroute":
        return "ExpressRoute"
    return "BGP" if kind == "vpngateways" or row.get("bgp") is True else ""


def _pool(row: Json) -> Cluster:
    """The cluster of a pool, with that pool alone."""
    pool = {"vnetSubnetID": row.get("subnet"), "podSubnetID": row.get("pods")}
    properties = {
        "networkProfile": row.get("profile"),
        "nodeResourceGroup": row.get("nodes"),
        "agentPoolProfiles": [pool],
    }
    return Cluster.parse({"id": row.get("id"), "properties": properties})


def _whole(pools: Iterable[Cluster]) -> list[Cluster]:
    """The clusters, each with all of its pools."""
    found: dict[ResourceId, list[Cluster]] = {}
    for each in pools:
        found.setdefault(each.id, []).append(each)
    return [parts[0]._replace(pools=tuple(pool for part in parts for pool in part.pools)) for parts in found.values()]

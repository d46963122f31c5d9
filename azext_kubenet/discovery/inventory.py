"""All networks and clusters that the caller can read, through Azure Resource Graph: one paged query a kind.

Each row becomes a small tuple as its page arrives, so that tens of thousands of networks fit in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.models import Cluster, VirtualNetwork
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import Site

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
_SITES = """resources
| where type =~ 'microsoft.network/localnetworkgateways'
| project id, space = properties.localNetworkAddressSpace
| order by id asc"""
#: One query a kind.
QUERIES = (_NETWORKS, _POOLS, _SITES)


@dataclass(frozen=True)
class Inventory:
    """What Azure Resource Graph shows. networks: by id."""

    networks: Mapping[ResourceId, VirtualNetwork]
    clusters: Sequence[Cluster]
    sites: Sequence[Site]


def read_inventory(reader: Reader, subscriptions: Sequence[str]) -> Inventory:
    """Return the inventory of some subscriptions, or of all that the caller can read when none is named."""
    networks = reader.search(_NETWORKS, subscriptions, _network)
    pools = reader.search(_POOLS, subscriptions, _pool)
    sites = reader.search(_SITES, subscriptions, _site)
    return Inventory({each.id: each for each in networks.result()}, _whole(pools.result()), sites.result())


def _network(row: Json) -> VirtualNetwork:
    properties = {
        "addressSpace": {"addressPrefixes": row.get("prefixes")},
        "virtualNetworkPeerings": row.get("peerings"),
    }
    return VirtualNetwork.parse({"id": row.get("id"), "properties": properties})


def _site(row: Json) -> Site:
    return Site.parse({"id": row.get("id"), "properties": {"localNetworkAddressSpace": row.get("space")}})


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

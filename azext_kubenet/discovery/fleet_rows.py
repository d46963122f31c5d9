"""What Azure Resource Graph is asked about a fleet of kubenet clusters; each row of its answers made small. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from azext_kubenet.addressing import sizing
from azext_kubenet.azure.bodies import Json, count, items, text, texts, within
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.properties import ipv4
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import ranges

# AKS takes the plugin's name in any case. A cluster has 100 pools at most: they come as the list that they are. [Q1 Q2]
CLUSTERS = """resources
| where type =~ 'microsoft.containerservice/managedclusters'
| where properties.networkProfile.networkPlugin =~ 'kubenet'
| project id, location, tags, tier = sku.tier, identity = identity.type,
    application = properties.servicePrincipalProfile.clientId, running = properties.currentKubernetesVersion,
    version = properties.kubernetesVersion, support = properties.supportPlan, state = properties.provisioningState,
    power = properties.powerState, nodes = properties.nodeResourceGroup, network = properties.networkProfile,
    addons = properties.addonProfiles, pools = properties.agentPoolProfiles
| order by id asc"""
# mv-expand keeps no more than 400 of a record, and loses the rest without a word: networks_query has those. [Q3]
# https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
SUBNETS = """resources
| where type =~ 'microsoft.network/virtualnetworks'
| mv-expand subnet = properties.subnets limit 400
| project id, subnet = tostring(subnet.id), prefix = tostring(subnet.properties.addressPrefix),
    prefixes = subnet.properties.addressPrefixes, used = array_length(subnet.properties.ipConfigurations),
    table = tostring(subnet.properties.routeTable.id)
| order by id asc, subnet asc"""
TABLES = """resources
| where type =~ 'microsoft.network/routetables'
| project id, count = array_length(properties.routes), subnets = properties.subnets
| order by id asc"""
SCALE_SETS = """resources
| where type =~ 'microsoft.compute/virtualmachinescalesets'
| where isnotempty(tags['aks-managed-poolName'])
| project id, pool = tostring(tags['aks-managed-poolName']), capacity = toint(sku.capacity),
    overlay = tostring(tags['aks-managed-azure-cni-overlay'])
| order by id asc"""
# Where a move stands is not told apart from what else goes on, or went wrong, on Overlay. [K40]
UNSETTLED = """resources
| where type =~ 'microsoft.containerservice/managedclusters'
| where properties.networkProfile.networkPluginMode =~ 'overlay'
| where properties.provisioningState !~ 'Succeeded'
| project id, tags, state = properties.provisioningState
| order by id asc"""
SUBSCRIPTIONS = """resourcecontainers
| where type =~ 'microsoft.resources/subscriptions'
| project id, subscriptionId
| order by id asc"""
#: What is asked of all that is looked at.
QUERIES = (CLUSTERS, SUBNETS, TABLES, SCALE_SETS, UNSETTLED, SUBSCRIPTIONS)


def networks_query(networks: Iterable[ResourceId]) -> str:
    """The query for whole networks by their ids: of those that have more subnets than a row each shows."""
    ids = ", ".join(map(_quoted, (str(each) for each in networks)))
    return f"""resources
| where type =~ 'microsoft.network/virtualnetworks'
| where id in~ ({ids})
| project id, subnets = properties.subnets
| order by id asc"""


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def groups_query(name: str) -> str:
    """The query for resource groups of a name."""
    return f"""resourcecontainers
| where type =~ 'microsoft.resources/subscriptions/resourcegroups'
| where name =~ {_quoted(name)}
| project id
| order by id asc"""


class ShownCluster(NamedTuple):
    """A cluster, and its tags."""

    cluster: Cluster
    tags: Mapping[str, str]


class ShownSubnet(NamedTuple):
    """A subnet: how many addresses something has, and how many something can have; None where it is not shown.

    table: id of its route table, empty without one
    """

    id: ResourceId
    used: int | None
    usable: int | None
    table: ResourceId

    @property
    def free(self) -> int | None:
        """How many addresses are left."""
        return None if self.used is None or self.usable is None else max(0, self.usable - self.used)


class ShownTable(NamedTuple):
    """A route table: how many routes it has, None where that is not shown, and the subnets that have it."""

    id: ResourceId
    routes: int | None
    subnets: tuple[ResourceId, ...]


class ScaleSet(NamedTuple):
    """A scale set of a pool: how many nodes it has, None where that is not shown.

    is_overlay: whether it is marked as one of a pool on Azure CNI Overlay
    """

    group: ResourceId
    pool: str
    nodes: int | None
    is_overlay: bool


class Unsettled(NamedTuple):
    """A cluster on Azure CNI Overlay that is being changed, or failed: its tags, and its state."""

    id: ResourceId
    tags: dict[str, str]
    state: str


def read_unsettled(row: Json) -> Unsettled:
    """A row of UNSETTLED."""
    tags = {key: value for key, value in within(row, "tags").items() if isinstance(value, str)}
    return Unsettled(ResourceId(text(row, "id")), tags, text(row, "state"))


def read_cluster(row: Json) -> ShownCluster:
    """A row of CLUSTERS."""
    version = text(row, "running") or text(row, "version")
    properties = {
        "networkProfile": row.get("network"),
        "servicePrincipalProfile": {"clientId": row.get("application")},
        "currentKubernetesVersion": version,
        "supportPlan": row.get("support"),
        "provisioningState": row.get("state"),
        "powerState": row.get("power"),
        "nodeResourceGroup": row.get("nodes"),
        "addonProfiles": row.get("addons"),
        "agentPoolProfiles": row.get("pools"),
    }
    cluster = Cluster.parse(
        {
            "id": row.get("id"),
            "location": row.get("location"),
            "sku": {"tier": row.get("tier")},
            "identity": {"type": row.get("identity")},
            "properties": properties,
        }
    )
    tags = {name: value for name, value in within(row, "tags").items() if isinstance(value, str)}
    return ShownCluster(cluster, tags)


def read_subnet(row: Json) -> ShownSubnet:
    """A row of SUBNETS: a network without a subnet has one, too, which names none."""
    prefixes = ipv4([text(row, "prefix"), *texts(row, "prefixes")])
    # Of a subnet in which nothing is, the list itself is missing.
    used = 0 if row.get("used") is None else count(row, "used")
    return ShownSubnet(ResourceId(text(row, "subnet")), used, _usable(prefixes), ResourceId(text(row, "table")))


def read_whole(row: Json) -> list[ShownSubnet]:
    """A row of networks_query."""
    found = []
    for body in items(row, "subnets"):
        shown = Subnet.parse(body)
        used = shown.addresses_in_use
        found.append(ShownSubnet(ResourceId(text(body, "id")), used, _usable(shown.prefixes), shown.route_table))
    return found


def read_table(row: Json) -> ShownTable:
    """A row of TABLES."""
    subnets = (ResourceId(text(each, "id")) for each in items(row, "subnets"))
    return ShownTable(ResourceId(text(row, "id")), count(row, "count"), tuple(each for each in subnets if each))


def read_scale_set(row: Json) -> ScaleSet:
    """A row of SCALE_SETS."""
    is_overlay = text(row, "overlay").lower() == "true"
    return ScaleSet(ResourceId(text(row, "id")).group_id, text(row, "pool").lower(), count(row, "capacity"), is_overlay)


def read_subscription(row: Json) -> str:
    """A row of SUBSCRIPTIONS."""
    return (text(row, "subscriptionId") or ResourceId(text(row, "id")).subscription).lower()


@lru_cache(maxsize=4096)
def _usable(prefixes: tuple[str, ...]) -> int | None:
    found: Iterator[int] = map(sizing.usable_addresses, ranges(prefixes))
    return sum(found) or None

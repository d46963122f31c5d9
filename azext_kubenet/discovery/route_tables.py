"""Whose route table a subnet has: the cluster's own, or one that somebody has put there.

Kubenet writes a route a node, inside the pod CIDR, into the table that the cluster was created with: its user's own, or
one that AKS made in the node resource group [H1, H3, H5, B13].
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from azext_kubenet.addressing.str_enum import StrEnum
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.discovery.topology import ranges

T = TypeVar("T")


class Whose(StrEnum):
    """What is known of a table on the cluster's subnet.

    NONE: there is no table; NEW: there is no cluster yet, and the table is what it will be created with; MANAGED: AKS
    made it for the cluster; OWN: the cluster's routes are in it; FOREIGN: they are not, and AKS's table for the cluster
    is elsewhere; UNKNOWN: neither is shown.
    """

    NONE = "none"
    NEW = "new"
    MANAGED = "managed"
    OWN = "own"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


class Table(NamedTuple):
    """A subnet's table: its id, whose it is, the id of the one that AKS made for the cluster where that is another."""

    id: ResourceId
    whose: Whose
    managed: ResourceId = ResourceId()

    @property
    def to_be_written(self) -> bool:
        """Whether the cluster's identity needs a right on it that nobody else gives: a table of the user's [I3, I4]."""
        return self.whose in (Whose.NEW, Whose.OWN)


def table_id_of(names: Names, existing: ExistingResources) -> ResourceId:
    """The id of the route table on the subnet; an empty one without one."""
    subnet = existing.network.subnet(names.subnet)
    return subnet.route_table if subnet else ResourceId()


def reads(names: Names, existing: ExistingResources) -> list[Read]:
    """What table_of asks for, to be asked for side by side."""
    cluster, table_id = existing.managed_cluster, table_id_of(names, existing)
    if cluster is None or not _is_to_be_told(cluster, table_id):
        return []
    return [Read(str(table_id), api_versions.TABLE_API), _managed_tables(cluster)]


def table_of(reader: Reader, names: Names, existing: ExistingResources) -> Table:
    """The route table on the subnet, and whose it is. What cannot be read shows nothing."""
    cluster, table_id = existing.managed_cluster, table_id_of(names, existing)
    if not table_id:
        return Table(table_id, Whose.NONE)
    if cluster is None:
        return Table(table_id, Whose.NEW)
    if not _is_to_be_told(cluster, table_id):
        return Table(table_id, Whose.MANAGED)
    body: Json | None = _shown(lambda: reader.get(str(table_id), api_versions.TABLE_API))
    table = RouteTable.parse(body or {})
    if _holds_node_routes(table, cluster):
        return Table(table_id, Whose.OWN)
    read = _managed_tables(cluster)
    managed = _shown(lambda: reader.list(read.path, read.api_version)) or []
    if not managed:
        return Table(table_id, Whose.UNKNOWN)
    return Table(table_id, Whose.FOREIGN, RouteTable.parse(managed[0]).id)


def _is_to_be_told(cluster: Cluster, table_id: ResourceId) -> bool:
    """Whether the table is outside the cluster's node resource group."""
    return bool(table_id and cluster.node_group and not cluster.node_group.contains(table_id))


def _managed_tables(cluster: Cluster) -> Read:
    return Read(f"{cluster.node_group}/providers/Microsoft.Network/routeTables", api_versions.TABLE_API, True)


def _holds_node_routes(table: RouteTable, cluster: Cluster) -> bool:
    """Whether a route is in the cluster's pod CIDR, where nobody but the cluster may keep one [B18]."""
    return any(each in pods for pods in ranges(cluster.pods) for each in table.destinations)


def _shown(ask: Callable[[], T]) -> T | None:
    """An answer; None for what cannot be read."""
    try:
        return ask()
    except AzureError:
        return None

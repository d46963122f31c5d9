"""Whose route table a subnet carries: the cluster's own, or one that somebody has put there.

Kubenet writes a route a node, inside the pod CIDR, into the table that the cluster was created with: its user's own, or
one that AKS made in the node resource group [H1, H3, H5, B13].
"""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, TypeVar

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery.existing import ExistingResources

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

    id: str
    whose: Whose
    managed: str = ""

    @property
    def to_be_written(self) -> bool:
        """Whether the cluster's identity needs a right on it that nobody else gives: a table of the user's [I3, I4]."""
        return self.whose in (Whose.NEW, Whose.OWN)


def table_id_of(names: Names, facts: ExistingResources) -> str:
    """The id of the route table on the subnet; nothing without one."""
    properties = (facts.subnet(names.subnet) or {}).get("properties") or {}
    return str((properties.get("routeTable") or {}).get("id") or "")


def reads(names: Names, facts: ExistingResources) -> list[Read]:
    """What table_of asks for, to be asked for side by side."""
    if not _is_to_be_told(names, facts):
        return []
    return [Read(table_id_of(names, facts), api_versions.TABLE_API), _managed_tables(names, facts)]


def table_of(reader: Reader, names: Names, facts: ExistingResources) -> Table:
    """The route table on the subnet, and whose it is. What may not be read shows nothing."""
    table_id = table_id_of(names, facts)
    if not table_id:
        return Table("", Whose.NONE)
    if facts.cluster is None:
        return Table(table_id, Whose.NEW)
    if not _is_to_be_told(names, facts):
        return Table(table_id, Whose.MANAGED)
    table = _shown(lambda: reader.get(table_id, api_versions.TABLE_API)) or {}
    if any(_is_of_a_node(route, facts.cluster) for route in (table.get("properties") or {}).get("routes") or ()):
        return Table(table_id, Whose.OWN)
    read = _managed_tables(names, facts)
    managed = _shown(lambda: reader.list(read.path, read.api_version)) or []
    return Table(table_id, Whose.FOREIGN, str(managed[0]["id"])) if managed else Table(table_id, Whose.UNKNOWN)


def _is_to_be_told(names: Names, facts: ExistingResources) -> bool:
    """Whether a cluster exists, and the table lies outside its node resource group."""
    table_id, node_group = table_id_of(names, facts), _node_group(names, facts)
    return bool(table_id and node_group and not ResourceId(node_group).contains(ResourceId(table_id)))


def _node_group(names: Names, facts: ExistingResources) -> str:
    group = str((facts.cluster or {}).get("properties", {}).get("nodeResourceGroup") or "")
    return f"/subscriptions/{names.subscription}/resourceGroups/{group}" if group else ""


def _managed_tables(names: Names, facts: ExistingResources) -> Read:
    return Read(f"{_node_group(names, facts)}/providers/Microsoft.Network/routeTables", api_versions.TABLE_API, True)


def _is_of_a_node(route: Json, cluster: Json) -> bool:
    """Whether a route lies inside the cluster's pod CIDR, where nobody but the cluster may keep one [B18]."""
    pods = str((cluster["properties"].get("networkProfile") or {}).get("podCidr") or "")
    try:
        return IPNetwork(str((route.get("properties") or {}).get("addressPrefix") or "")) in IPNetwork(pods)
    except AddrFormatError:
        return False


def _shown(ask: Callable[[], T]) -> T | None:
    """An answer; None for a refusal to this caller."""
    try:
        return ask()
    except AzureError as error:
        if not is_forbidden(error):
            raise
        return None

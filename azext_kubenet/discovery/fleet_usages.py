"""The addresses in use in the subnets of a fleet, as Azure counts them now: one read a network, side by side."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.fleet import FleetCluster
from azext_kubenet.discovery.node_subnets import SubnetUsage, usages_of


class Counted(NamedTuple):
    """What Azure counts in each subnet, and why the networks that it does not show were not counted."""

    subnets: Mapping[ResourceId, SubnetUsage]
    refused: Mapping[ResourceId, AzureError]


def count_addresses(reader: Reader, clusters: Iterable[FleetCluster]) -> Counted:
    """Count those of some clusters. A network that may not be read is no error."""
    networks = dict.fromkeys(subnet.id.parent for each in clusters for subnet in each.subnets)
    reads = {each: Read(f"{each}/usages", api_versions.VNET_USAGES_API, True) for each in networks if each}
    reader.prefetch(reads.values())
    subnets: dict[ResourceId, SubnetUsage] = {}
    refused = {}
    for network, read in reads.items():
        try:
            subnets.update(usages_of(reader.list(read.path, read.api_version)))
        except AzureError as error:
            refused[network] = error
    return Counted(subnets, refused)

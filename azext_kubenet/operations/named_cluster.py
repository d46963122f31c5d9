"""The cluster that a command names: its id by the names as typed, and what Azure shows of it, or why it does not."""

import shlex
from urllib.parse import quote, unquote

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.running_cluster import cluster_read
from azext_kubenet.errors import NotFound, RefusedByAzure, WrongUsage


def id_of_cluster(subscription: str, group: str, name: str) -> ResourceId:
    """The id of a cluster by its names as typed: what ends an address, or begins a query, is part of a name there.

    Raises WrongUsage for an id in the place of a name.
    """
    for option, value in (("--resource-group", group), ("--name", name)):
        if "/" in value:
            raise WrongUsage(f"{option} {value}: a name is meant here, and no name has a slash", "use the name alone")
    group, name = quote(group, safe="()"), quote(name, safe="()")
    group_id = f"/subscriptions/{subscription}/resourceGroups/{group}"
    return ResourceId(f"{group_id}/providers/Microsoft.ContainerService/managedClusters/{name}")


def cluster_named(client: ArmClient, reader: Reader, cluster_id: ResourceId) -> Json:
    """The cluster as Azure shows it. Raises NotFound, and RefusedByAzure where it may not be read."""
    read = cluster_read(cluster_id)
    try:
        body = reader.get(read.path, read.api_version)
    except AzureError as error:
        raise unreadable(client, cluster_id, error) from error
    if body is None:
        raise no_cluster(reader, cluster_id)
    return body


def unreadable(client: ArmClient, cluster_id: ResourceId, error: AzureError) -> RefusedByAzure:
    """The error of a cluster that may not, or cannot, be read."""
    advice = "run the command again in a few minutes"
    if error.status == 403:
        advice = f"have an administrator run: {client.caller.grant_command('Reader', str(cluster_id))}"
    return RefusedByAzure(f"cluster {unquote(cluster_id.name)} could not be read: {error}", advice)


def no_cluster(reader: Reader, cluster_id: ResourceId) -> NotFound:
    """The error of a cluster that is not there, and perhaps not even its group."""
    group, name, subscription = unquote(cluster_id.group), unquote(cluster_id.name), cluster_id.subscription
    every = f"az kubenet list --subscription {subscription} -o table"
    try:
        exists = reader.get(str(cluster_id.group_id), api_versions.GROUP_API) is not None
    except AzureError:  # it may be there
        exists = True
    if not exists:
        message = f"resource group {group} does not exist, and no cluster {name} in it"
        return NotFound(message, f"list the kubenet clusters: {every}")
    listing = f"az aks list -g {shlex.quote(group)} --subscription {subscription} -o table"
    message = f"cluster {name} does not exist in resource group {group}"
    return NotFound(message, f"list the clusters of the group: {listing}, or all on kubenet: {every}")

"""Granting the identity that a cluster is to run as what it needs outside of the node resource group. [K18 K19]"""

from azext_kubenet.azure import api_versions, resources, role_assignments
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import Say

_ROLE, _ROLE_ON_ZONE = "Network Contributor", "Private DNS Zone Contributor"
_ROLE_ON_IDENTITY = "Managed Identity Operator"


def grant(client: ArmClient, body: Json, identity: str, say: Say) -> None:
    """Have it assigned what it needs: on subnets, own route tables, an own DNS zone, the kubelets' own identity.

    Raises AzureError, and Refused with the command for an administrator.
    """
    found = client.get(identity, api_versions.IDENTITY_API)
    if found is None:
        raise AzureError(404, "ResourceNotFound", f"identity {identity} does not exist")
    principal = text(within(found, "properties"), "principalId")
    cluster = Cluster.parse(body)
    zone = ResourceId(text(within(body, "properties", "apiServerAccessProfile"), "privateDNSZone"))
    wanted = [(_ROLE, scope) for scope in _scopes(client, cluster)]
    if zone.kind:  # of the user's own: system and none are words
        wanted.append((_ROLE_ON_ZONE, zone))
    kubelet = ResourceId(text(within(body, "properties", "identityProfile", "kubeletidentity"), "resourceId"))
    if kubelet.kind and not cluster.node_group.contains(kubelet):
        wanted.append((_ROLE_ON_IDENTITY, kubelet))
    for name, scope in wanted:
        definition = resources.role_definition_id(scope.subscription, resources.ROLE_IDS[name.lower()])
        role_assignments.grant(client, str(scope), principal, role_assignments.Role(name, definition, on_network=False))
        say(f"  {name} on {scope.name}")


def _scopes(client: ArmClient, cluster: Cluster) -> list[ResourceId]:
    subnets = [*dict.fromkeys(pool.subnet for pool in cluster.pools if pool.subnet)]
    tables = []
    for subnet in subnets:
        shown = client.get(str(subnet), api_versions.SUBNET_API)
        table = Subnet.parse(shown).route_table if shown else ResourceId()
        if table and not cluster.node_group.contains(table):
            tables.append(table)
    return [*dict.fromkeys([*subnets, *tables])]

"""Who else uses what a run made: looked at right before it is removed, or a command that removes it is printed.

Azure itself refuses to delete a subnet in which something has an address. It deletes without a word a network with
others' empty subnets, an identity that others run as, and a group with all that is in it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress

from azext_kubenet.addressing.wording import many
from azext_kubenet.azure import api_versions, bodies, resources
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names

#: What a run made itself, and so is nobody else's.
Own = Collection[ResourceId]
#: Says who else uses it, in words, nothing if nobody does. Raises AzureError where that cannot be looked at.
InUse = Callable[[Own], str]
#: What others attach to a subnet, which Azure takes off it without a word when the subnet is deleted.
_ATTACHED = ("networkSecurityGroup", "natGateway", "delegations", "serviceEndpoints")
#: The name of a route table that AKS makes and attaches itself [H3]: any other on a subnet of ours is somebody's.
_TABLE_OF_AKS = re.compile(r"aks-agentpool-\d+-routetable", re.IGNORECASE)
#: States of a cluster that did not come to be.
FAILED_STATES = ("Failed", "Canceled")


def nobody(_: Own) -> str:
    """Of what only this run's cluster can use."""
    return ""


def cluster(client: ArmClient, names: Names) -> InUse:
    """A cluster that Azure does not call failed may work, or is about to; with one that failed its route table goes,
    which others may have attached to their subnets.
    """

    def look(_: Own) -> str:
        found = client.get(names.cluster_id, api_versions.CLUSTER_API)
        if found is None:
            return ""
        state = bodies.text(bodies.within(found, "properties"), "provisioningState")
        if state not in FAILED_STATES:
            return f"azure reports it as {state or 'existing'}"
        own = {ResourceId(names.subnet_id), *Cluster.parse(found).subnets}
        users = {each for each in _users_of_tables(client, names, found) if each not in own}
        return f"its route table is used by subnet {', '.join(sorted(each.name for each in users))}" if users else ""

    return look


def _users_of_tables(client: ArmClient, names: Names, body: Json) -> list[ResourceId]:
    """The subnets that have a route table of a cluster's node resource group.

    A caller who may not see that group sees those in the cluster's own network.
    """
    nodes = Cluster.parse(body).node_group
    if not nodes:
        return []
    try:
        tables = client.list(f"{nodes}/providers/Microsoft.Network/routeTables", api_versions.TABLE_API)
        return [subnet for each in tables for subnet in RouteTable.parse(each).subnets]
    except AzureError as error:
        if not is_forbidden(error):
            raise
    found = bodies.within(client.get(names.vnet_id, api_versions.VNET_API) or {}, "properties")
    return [_id(each) for each in bodies.items(found, "subnets") if nodes.contains(_table_of(each))]


def _table_of(subnet_body: Json) -> ResourceId:
    """The route table of a subnet; an empty id without one."""
    return ResourceId(bodies.text(bodies.within(subnet_body, "properties", "routeTable"), "id"))


def group(client: ArmClient, names: Names) -> InUse:
    """Whatever is in the group that this run did not make. Azure may list for a while what was deleted: it is own."""

    def look(own: Own) -> str:
        listed = client.list(f"{names.group_id}/resources", api_versions.GROUP_API)
        return _named("it contains", (each for each in listed if _id(each) not in own))

    return look


def network(client: ArmClient, names: Names) -> InUse:
    """Others' subnets and peerings in the network, and what others attached to this run's subnet."""

    def look(_: Own) -> str:
        found = client.get(names.vnet_id, api_versions.VNET_API) or {}
        subnets = [*bodies.items(bodies.within(found, "properties"), "subnets")]
        ours = [each for each in subnets if _name(each).lower() == names.subnet.lower()]
        theirs = [each for each in subnets if each not in ours]
        peerings = bodies.items(bodies.within(found, "properties"), "virtualNetworkPeerings")
        words = (_named("it contains subnet", theirs), _named("it has peering", peerings), *map(_attached, ours))
        return "; ".join(filter(None, words))

    return look


def subnet(client: ArmClient, names: Names) -> InUse:
    """What others attached to the subnet."""

    def look(_: Own) -> str:
        return _attached(client.get(names.subnet_id, api_versions.SUBNET_API) or {})

    return look


def identity(client: ArmClient, names: Names) -> InUse:
    """Others' clusters and resources that run as the identity, whom it trusts, and what others let it do."""
    mine = ResourceId(names.new_identity_id)

    def look(own: Own) -> str:
        there = [*_clusters(client, names), *_resources(client, names)]
        users = {_id(each): each for each in there if _id(each) not in own and mine in _identities(each)}
        trusted = client.list(f"{mine}/federatedIdentityCredentials", api_versions.IDENTITY_API)
        words = (_named("it is used by", users.values()), _named("it has federated credential", trusted))
        return "; ".join(filter(None, (*words, _granted(client, names))))

    return look


def service_principal(client: ArmClient, names: Names, app_id: Callable[[], str]) -> InUse:
    """Others' clusters that run as the service principal. app_id: of its application"""

    def look(own: Own) -> str:
        there = (each for each in _clusters(client, names) if _id(each) not in own)
        return _named("it is used by", (each for each in there if _client_of(each) == app_id().lower()))

    return look


def _client_of(found: Json) -> str:
    """The application that a cluster runs as, in lower case; "msi" for a managed identity."""
    return bodies.text(bodies.within(found, "properties", "servicePrincipalProfile"), "clientId").lower()


def _granted(client: ArmClient, names: Names) -> str:
    """Roles of the identity that no run of ours has assigned: ours have names that follow from what they are."""
    body = client.get(names.new_identity_id, api_versions.IDENTITY_API) or {}
    principal = bodies.text(bodies.within(body, "properties"), "principalId")
    found = list[Json]()
    if principal:
        with suppress(AzureError):  # many may not list them, and a new identity rarely has others' roles
            scope = f"/subscriptions/{names.subscription}/providers/Microsoft.Authorization/roleAssignments"
            found = client.list(scope, api_versions.ROLE_API, filter=f"principalId eq '{principal}'")
    theirs = [each for each in found if _id(each) != _ours(each, principal)]
    return f"others have assigned {many(len(theirs), 'role')} to it" if theirs else ""


def _ours(assignment: Json, principal: str) -> ResourceId:
    """The id that an assignment would have, had a run of ours made it."""
    said = bodies.within(assignment, "properties")
    scope, definition = bodies.text(said, "scope"), bodies.text(said, "roleDefinitionId")
    return ResourceId(resources.role_assignment_id(scope, principal, definition))


def _clusters(client: ArmClient, names: Names) -> list[Json]:
    """The clusters of the subscription; those of the own group for a caller who may see no others."""
    path = "providers/Microsoft.ContainerService/managedClusters"
    try:
        return client.list(f"/subscriptions/{names.subscription}/{path}", api_versions.CLUSTER_API)
    except AzureError as error:
        if not is_forbidden(error):
            raise
        return client.list(f"{names.group_id}/{path}", api_versions.CLUSTER_API)


def _resources(client: ArmClient, names: Names) -> list[Json]:
    """The resources of the subscription; those of the own group for a caller who may see no others."""
    try:
        return client.list(f"/subscriptions/{names.subscription}/resources", api_versions.GROUP_API)
    except AzureError as error:
        if not is_forbidden(error):
            raise
        return client.list(f"{names.group_id}/resources", api_versions.GROUP_API)


def _identities(resource: Json) -> set[ResourceId]:
    """The user-assigned identities of a resource; of a cluster those of its kubelets and add-ons, too."""
    assigned = bodies.within(resource, "identity").get("userAssignedIdentities")
    found = [*assigned] if isinstance(assigned, Mapping) else []
    profiles = bodies.within(bodies.within(resource, "properties"), "identityProfile").values()
    found += [bodies.text(each, "resourceId") for each in profiles if isinstance(each, Mapping)]
    return {ResourceId(each) for each in found if each}


def _attached(body: Json) -> str:
    has = bodies.within(body, "properties")
    found = [each for each in _ATTACHED if has.get(each)]
    table = _table_of(body)
    if table and not _TABLE_OF_AKS.fullmatch(table.name):
        found.append(f"route table {table.name}")
    return f"subnet {_name(body)} has {', '.join(found)} that this run did not set" if found else ""


def _named(words: str, listed: Iterable[Json]) -> str:
    found = [_name(each) for each in listed]
    return f"{words} {', '.join(found)}" if found else ""


def _name(resource: Json) -> str:
    return bodies.text(resource, "name") or _id(resource).name


def _id(resource: Json) -> ResourceId:
    return ResourceId(bodies.text(resource, "id"))

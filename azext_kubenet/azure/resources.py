"""From names and a plan to resource ids and the bodies of requests. Pure."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID, uuid5

from netaddr import IPNetwork

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.resource_id import ResourceId

#: Roles that can be named without asking Azure for their ids. [I1, I14, I17] CLI:_consts.py; Azure built-in roles
ROLE_IDS = {
    "network contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "managed identity operator": "f1a07417-d97a-45cb-824c-7a7467783830",
    "private dns zone contributor": "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
}
#: Roles that allow on a network all that Network Contributor allows.
BROADER_ROLES = (ROLE_IDS["contributor"], ROLE_IDS["owner"])

#: Namespace of the names of our role assignments: any constant will do, as long as it never changes.
_ROLE_NAMES = UUID("3a7f6b0e-8d0c-5b8e-9c1d-6b5f2a90e4c7")


@dataclass(frozen=True)
class Names:  # pylint: disable=too-many-instance-attributes
    """What everything is called, and where it lies.

    vnet_group: the network's resource group, which is the cluster's unless the network exists elsewhere;
    network_subscription: the subscription of the network.
    """

    subscription: str
    group: str
    cluster: str
    vnet: str
    subnet: str
    vnet_group: str
    network_subscription: str
    identity_id: str | None = None

    def within(self, subscription: str) -> "Names":
        """The same in a subscription, the network too unless it is known to be in another."""
        return replace(self, subscription=subscription, network_subscription=self.network_subscription or subscription)

    @property
    def group_id(self) -> str:
        """The cluster's resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"

    @property
    def vnet_id(self) -> str:
        """The virtual network."""
        return (
            f"/subscriptions/{self.network_subscription}/resourceGroups/{self.vnet_group}"
            f"/providers/Microsoft.Network/virtualNetworks/{self.vnet}"
        )

    @property
    def subnet_id(self) -> str:
        """The subnet of the nodes."""
        return f"{self.vnet_id}/subnets/{self.subnet}"

    @property
    def new_identity_id(self) -> str:
        """The user-assigned identity: the one that was named, else NAME-identity."""
        return self.identity_id or (
            f"{self.group_id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{self.cluster}-identity"
        )

    @property
    def new_principal(self) -> str:
        """The name of a service principal that is made for the cluster."""
        return f"{self.cluster}-sp"

    @property
    def cluster_id(self) -> str:
        """The cluster."""
        return f"{self.group_id}/providers/Microsoft.ContainerService/managedClusters/{self.cluster}"

    @property
    def place(self) -> str:
        """The words that name the cluster in a command; a group's name may have parentheses."""
        return f"-g {shlex.quote(self.group)} -n {shlex.quote(self.cluster)}"

    @property
    def vnet_place(self) -> str:
        """The same of its network."""
        return f"-g {shlex.quote(self.vnet_group)} -n {shlex.quote(self.vnet)}"

    @property
    def subnet_place(self) -> str:
        """The same of its subnet."""
        return f"-g {shlex.quote(self.vnet_group)} --vnet-name {shlex.quote(self.vnet)} -n {shlex.quote(self.subnet)}"


def plain_region(location: str) -> str:
    """A region as Azure compares it: `West Europe` is `westeurope`."""
    return location.replace(" ", "").lower()


def is_guid(text: str) -> bool:
    """Whether a text is a GUID."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


#: Tags of something that has none.
_NO_TAGS: Mapping[str, str] = MappingProxyType({})


def _placed(location: str, tags: Mapping[str, str]) -> Json:
    """What the body of everything that has a location begins with; without tags, none are sent."""
    return {"location": location, "tags": dict(tags)} if tags else {"location": location}


def group_body(location: str, tags: Mapping[str, str] = _NO_TAGS) -> Json:
    """A resource group."""
    return _placed(location, tags)


def vnet_body(
    location: str,
    prefixes: Iterable[IPNetwork],
    subnet: str,
    subnet_prefix: IPNetwork | None,
    tags: Mapping[str, str] = _NO_TAGS,
) -> Json:
    """A virtual network with its subnet, which has no tags of its own in Azure."""
    return {
        **_placed(location, tags),
        "properties": {
            "addressSpace": {"addressPrefixes": [str(each) for each in prefixes]},
            "subnets": [{"name": subnet, **subnet_body(subnet_prefix)}],
        },
    }


def subnet_body(prefix: IPNetwork | None) -> Json:
    """A subnet."""
    return {"properties": {"addressPrefix": str(prefix)}}


def identity_body(location: str, tags: Mapping[str, str] = _NO_TAGS) -> Json:
    """A user-assigned identity."""
    return _placed(location, tags)


def role_definition_id(subscription: str, role: str) -> str:
    """The id of a role's definition, from the definition's own name (a GUID) or the whole id."""
    if role.startswith("/"):
        return role
    return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def role_assignment_id(scope: str, principal: str, definition_id: str) -> str:
    """The id of a grant, derived from what it grants, so that a second run finds it."""
    grant = (ResourceId(scope).canonical, principal, ResourceId(definition_id).name)
    name = uuid5(_ROLE_NAMES, "|".join(grant).lower())
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def role_assignment_body(principal: str, definition_id: str) -> Json:
    """A grant to a service principal, which every identity of a cluster is; saying so spares Azure a look-up."""
    return {
        "properties": {
            "roleDefinitionId": definition_id,
            "principalId": principal,
            "principalType": "ServicePrincipal",
        }
    }

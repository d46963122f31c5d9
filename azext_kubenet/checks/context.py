"""What a check is told, and what it can ask of Azure."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from azext_kubenet.addressing.model import AddressPlan, Reservation
from azext_kubenet.azure import api_versions, bodies
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import UNKNOWN, Caller
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, Subnet
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.checks.looking import Looking, Unreadable
from azext_kubenet.discovery import route_tables
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.options.command_line import in_place_of_id
from azext_kubenet.options.private_cluster import PrivateCluster


class Attachment(NamedTuple):
    """A kind of resource that a subnet may have: what it is called, its id on a subnet, the version of its API."""

    what: str
    id_on: Callable[[Subnet], ResourceId]
    api_version: str


ROUTE_TABLE = Attachment("route table", lambda subnet: subnet.route_table, api_versions.TABLE_API)
NSG = Attachment("network security group", lambda subnet: subnet.security_group, api_versions.NSG_API)
NAT_GATEWAY = Attachment("NAT gateway", lambda subnet: subnet.nat_gateway, api_versions.NAT_GATEWAY_API)


class Machines(NamedTuple):
    """What was typed of the nodes' machines.

    sizes: names of their VM sizes, none for AKS's default
    zones: numbers of availability zones, none for no zones
    reserved: whether they come out of a capacity reservation, which has its quota already
    """

    sizes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    reserved: bool = False


#: Machines of which nothing was typed.
ANY_MACHINES = Machines()


@dataclass(frozen=True)
class ClusterToCreate:  # pylint: disable=too-many-instance-attributes
    """What is asked of a cluster that does not exist yet.

    location: its region
    identity_kind: a word of choices.IDENTITY_TYPES
    outbound_type: as typed, "" for Azure's default
    grant_scopes: ids of what a role must still be granted on
    role: the role as the user calls it
    role_ids: by scope, the id of the role's definition
    other_roles: by scope, the role where another one is needed
    unsure_scopes: those of grant_scopes of which it could not be read whether the role is there
    always_granted: those of grant_scopes that --skip-subnet-role-assignment does not leave out
    principal: object id of its identity, "" while that does not exist
    private: how its API server is found, None where that is public
    has_proxy: whether its nodes reach the internet through an HTTP proxy
    accept_risk: names of rules whose errors are accepted
    skip_checks: names of checks whose errors are
    machines: its nodes' machines
    kubernetes_version: as typed, "" for AKS's default; long_term: whether it is to be supported for long
    named_resources: registry, workspace and the like by the options that name them, by id or name
    tags: of everything that is created and can have tags
    rollback: whether what was created is removed after a failure
    node_group: name of the resource group that AKS makes for the nodes
    kubelet_identity: id of the kubelets' identity, "" for one that AKS makes
    request: what is known of the request that creates it; what is missing in it is not known
    """

    location: str
    identity_kind: str
    outbound_type: str = ""
    grant_scopes: tuple[str, ...] = ()
    role: str = "Network Contributor"
    role_ids: Mapping[str, str] = field(default_factory=dict)
    other_roles: Mapping[str, str] = field(default_factory=dict)
    unsure_scopes: tuple[str, ...] = ()
    always_granted: tuple[str, ...] = ()
    principal: str = ""
    private: PrivateCluster | None = None
    has_proxy: bool = False
    machines: Machines = ANY_MACHINES
    kubernetes_version: str = ""
    long_term: bool = False
    named_resources: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    rollback: bool = False
    node_group: str = ""
    kubelet_identity: str = ""
    request: Json = field(default_factory=dict)
    accept_risk: tuple[str, ...] = ()
    skip_checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckContext(Looking):
    """What is known to a check, and what it can read beyond that.

    A read is made once, whoever asks for it. What cannot be read is raised as Unreadable.

    names, existing: of a cluster and what it stands on; what there is of it
    plan: its ranges and its size
    to_create: what is asked of it, None where nothing is created
    caller: who is logged in
    seen: ranges that the plan keeps clear of, and those of clusters that are not connected
    running: whether it is about a cluster that runs, so that a command mends what is wrong, and no option does
    """

    names: Names
    existing: ExistingResources
    plan: AddressPlan
    to_create: ClusterToCreate | None = None
    caller: Caller = UNKNOWN
    seen: Sequence[Reservation] = ()
    running: bool = False

    @property
    def wanted(self) -> ClusterToCreate:
        """What is asked of a new cluster. Raises LookupError in a phase in which nothing is created."""
        if self.to_create is None:
            raise LookupError("nothing is created in this phase")
        return self.to_create

    @property
    def subscription_id(self) -> str:
        """The subscription of the cluster, as a scope."""
        return f"/subscriptions/{self.names.subscription}"

    @property
    def subnet(self) -> Subnet | None:
        """The subnet of the nodes; None while it does not exist."""
        return self.existing.network.subnet(self.names.subnet)

    @property
    def another_subnet(self) -> str:
        """The options that name a new subnet in the network, in place of its subnet's id."""
        group = "-g" if self.to_create is None else "--vnet-resource-group"
        return f"{group} {self.names.vnet_group} --vnet-name {self.names.vnet} --subnet-name NAME"

    @property
    def place(self) -> str:
        """The options that name the cluster in commands of `az aks`."""
        return f"-g {shlex.quote(self.names.group)} -n {shlex.quote(self.names.cluster)}"

    def elsewhere(self, resource: ResourceId) -> str:
        """The option that names the subscription of a resource, if that is not the cluster's, else ""."""
        same = resource.subscription.lower() == self.names.subscription.lower()
        return "" if same else f" --subscription {shlex.quote(resource.subscription)}"

    @property
    def use_another_subnet(self) -> str:
        """What to type for a new subnet in the network; its id goes where that was typed."""
        return f"use another subnet: {self.another_subnet} for a new one{in_place_of_id()}"

    def nearest(self, resource_id: str) -> str:
        """The resource, if it is none of ours that is still to be made; else what exists above it."""
        names, existing = self.names, self.existing
        places = (
            (names.subnet_id, self.subnet is not None),
            (names.vnet_id, existing.vnet is not None),
            (names.new_identity_id, names.identity_id is not None),
            (names.cluster_id, existing.cluster is not None),
        )
        around = [(place, exists) for place, exists in places if ResourceId(place).contains(ResourceId(resource_id))]
        for place, exists in around:
            if exists:
                return place
        if around or ResourceId(names.group_id) == ResourceId(resource_id):
            return self.subscription_id if existing.group is None else names.group_id
        return resource_id

    def id_of(self, kind: Attachment) -> ResourceId:
        """The id of what of a kind is attached to the subnet; empty without one."""
        return kind.id_on(self.subnet) if self.subnet else ResourceId()

    def attached(self, kind: Attachment) -> Json | None:
        """What of a kind is attached to the subnet; None without one."""
        found = self.id_of(kind)
        if not found:
            return None
        what = f"{kind.what} {found.name}"
        body = self.read(what, str(found), Read(str(found), kind.api_version))
        if self.running and not isinstance((body or {}).get("properties"), dict):  # it is there: only not shown
            raise Unreadable(what, str(found), AzureError(200, "", "Azure's answer does not show it"))
        return body

    @cached_property
    def route_table(self) -> RouteTable:
        """The route table of the subnet; an empty one without one."""
        return RouteTable.parse(self.attached(ROUTE_TABLE) or {})

    def table(self) -> route_tables.Table:
        """The route table of the subnet, and whose it is."""
        return route_tables.table_of(self.reader, self.names, self.existing)

    @cached_property
    def clusters(self) -> list[Cluster]:
        """The other clusters in the subscription of the network."""
        subscription = self.names.network_subscription
        what = f"the list of clusters in subscription {subscription}"
        found = map(Cluster.parse, self.list_of(what, f"/subscriptions/{subscription}", clusters_read(self.names)))
        return [each for each in found if each.id != ResourceId(self.names.cluster_id)]

    def permissions(self, scope: str) -> list[Json]:
        """What the caller may do at a scope; nothing where Azure answers with an empty list.

        A scope that this caller is not shown, or that Azure does not know everywhere yet, is no empty list [T7].
        """
        what, read = f"the caller's own permissions on {scope}", permissions_read(scope)
        found = self.list_of(what, scope, read)
        if found:
            return found
        page = self.read(what, scope, Read(read.path, read.api_version))  # read as a list, both are empty
        if page is None:
            raise Unreadable(what, scope, AzureError(404, "", "Azure does not show it to this login, or not yet"))
        if not isinstance(page.get("value"), list):
            raise Unreadable(what, scope, AzureError(200, "", "Azure's answer has no list"))
        return [*bodies.items(page, "value")]

    def provider(self, namespace: str) -> Json | None:
        """A resource provider, as it is registered in the subscription of the cluster."""
        return self.read(
            f"resource provider {namespace}", self.subscription_id, provider_read(self.names.subscription, namespace)
        )


def clusters_read(names: Names) -> Read:
    """All clusters in the subscription of the network."""
    path = f"/subscriptions/{names.network_subscription}/providers/Microsoft.ContainerService/managedClusters"
    return Read(path, api_versions.CLUSTER_API, True, whole=True)


def permissions_read(scope: str) -> Read:
    """What the caller may do at a scope [I12]."""
    return Read(f"{scope}/providers/Microsoft.Authorization/permissions", api_versions.PERMISSIONS_API, True)


def provider_read(subscription: str, namespace: str) -> Read:
    """Whether a resource provider is registered."""
    return Read(f"/subscriptions/{subscription}/providers/{namespace}", api_versions.PROVIDER_API)

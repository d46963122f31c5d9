"""What a check looks at, and the words in which it answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeVar

from azext_kubenet.addressing.model import AddressPlan, Severity
from azext_kubenet.addressing.registry import RULES, Rule
from azext_kubenet.azure import api_versions, bodies
from azext_kubenet.azure.azure_errors import AzureError, is_refusal
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import UNKNOWN, Caller
from azext_kubenet.azure.models import Cluster, RouteTable, Subnet
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery import route_tables
from azext_kubenet.discovery.existing import ExistingResources

T = TypeVar("T")


class Attachment(NamedTuple):
    """A kind of resource that a subnet may have: what it is called, its id on a subnet, the version of its API."""

    what: str
    id_on: Callable[[Subnet], ResourceId]
    api_version: str


ROUTE_TABLE = Attachment("route table", lambda subnet: subnet.route_table, api_versions.TABLE_API)
NSG = Attachment("network security group", lambda subnet: subnet.security_group, api_versions.NSG_API)
NAT_GATEWAY = Attachment("NAT gateway", lambda subnet: subnet.nat_gateway, api_versions.NAT_GATEWAY_API)


@dataclass(frozen=True)
class CheckContext:  # pylint: disable=too-many-instance-attributes
    """What create is about to do, and what exists.

    location: of the cluster; identity_kind: a word of _choices; outbound_type: as typed, "" for Azure's default;
    grant_scopes: ids of what a role must still be granted on; role: the role as the user calls it; other_roles: by
    scope, the role where another one is needed; principal: object id of the cluster's identity, "" while it does not
    exist; caller: who calls.
    """

    names: Names
    existing: ExistingResources
    plan: AddressPlan
    location: str
    identity_kind: str
    outbound_type: str = ""
    grant_scopes: tuple[str, ...] = ()
    role: str = "Network Contributor"
    other_roles: Mapping[str, str] = field(default_factory=dict)
    principal: str = ""
    caller: Caller = UNKNOWN

    @property
    def subscription_id(self) -> str:
        """The subscription of the cluster, as a scope."""
        return f"/subscriptions/{self.names.subscription}"

    @property
    def subnet(self) -> Subnet | None:
        """The subnet of the nodes; None while it does not exist."""
        return self.existing.network.subnet(self.names.subnet)

    def attached(self, kind: Attachment) -> ResourceId:
        """The id of what of a kind is attached to the subnet; empty without one."""
        return kind.id_on(self.subnet) if self.subnet else ResourceId()

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


class Unreadable(Exception):
    """What a check must see was refused. what: in words; scope: its id; cause: Azure's refusal."""

    def __init__(self, what: str, scope: str, cause: AzureError):
        super().__init__(f"{what} could not be read: {cause}")
        self.scope = scope
        self.cause = cause


class CheckReader:
    """A situation, and a reader to look further. What may not be read is raised as Unreadable."""

    def __init__(self, reader: Reader, situation: CheckContext):
        self._reader = reader
        self.situation = situation

    def attached(self, kind: Attachment) -> Json | None:
        """What of a kind is attached to the subnet; None without one."""
        resource_id = self.situation.attached(kind)
        if not resource_id:
            return None
        path, what = str(resource_id), f"{kind.what} {resource_id.name}"
        return self._seen(what, path, lambda: self._reader.get(path, kind.api_version))

    @cached_property
    def route_table(self) -> RouteTable:
        """The route table of the subnet; an empty one without one."""
        return RouteTable.parse(self.attached(ROUTE_TABLE) or {})

    def table(self) -> route_tables.Table:
        """The route table of the subnet, and whose it is."""
        return route_tables.table_of(self._reader, self.situation.names, self.situation.existing)

    @cached_property
    def clusters(self) -> list[Cluster]:
        """The other clusters in the subscription of the network."""
        names = self.situation.names
        read = clusters_read(names)
        listed: list[Json] = self._seen(
            f"the list of clusters in subscription {names.network_subscription}",
            f"/subscriptions/{names.network_subscription}",
            lambda: self._reader.list(read.path, read.api_version),
        )
        found = map(Cluster.parse, bodies.objects(listed))
        return [each for each in found if each.id != ResourceId(names.cluster_id)]

    def permissions(self, scope: str) -> list[Json]:
        """What the caller may do at a scope."""
        read = permissions_read(scope)
        what = f"the caller's own permissions on {scope}"
        return [*bodies.objects(self._seen(what, scope, lambda: self._reader.list(read.path, read.api_version)))]

    def provider(self, namespace: str) -> Json | None:
        """A resource provider, as it is registered in the subscription of the cluster."""
        read = provider_read(self.situation.names, namespace)
        scope = self.situation.subscription_id
        return self._seen(
            f"resource provider {namespace}", scope, lambda: self._reader.get(read.path, read.api_version)
        )

    @staticmethod
    def _seen(what: str, scope: str, ask: Callable[[], T]) -> T:
        """An answer. A refusal to this caller is Unreadable; that Azure cannot answer at all stays an AzureError."""
        try:
            return ask()
        except AzureError as error:
            if not is_refusal(error):
                raise
            raise Unreadable(what, scope, error) from error


def clusters_read(names: Names) -> Read:
    """All clusters in the subscription of the network."""
    path = f"/subscriptions/{names.network_subscription}/providers/Microsoft.ContainerService/managedClusters"
    return Read(path, api_versions.CLUSTER_API, True)


def permissions_read(scope: str) -> Read:
    """What the caller may do at a scope [I12]."""
    return Read(f"{scope}/providers/Microsoft.Authorization/permissions", api_versions.PERMISSIONS_API, True)


def provider_read(names: Names, namespace: str) -> Read:
    """Whether a resource provider is registered."""
    return Read(f"/subscriptions/{names.subscription}/providers/{namespace}", api_versions.PROVIDER_API)


def attached_read(situation: CheckContext, kind: Attachment) -> list[Read]:
    """What of a kind is attached to the subnet, if anything is."""
    resource_id = situation.attached(kind)
    return [Read(str(resource_id), kind.api_version)] if resource_id else []


class Problem(NamedTuple):
    """One thing that a check found: what was seen, what to type, the options at fault; severity: if not the check's."""

    message: str
    recommendation: str
    options: tuple[str, ...] = ()
    severity: Severity | None = None


Find = Callable[[CheckReader], Iterator[Problem]]


def _nothing(_: CheckContext) -> Iterable[Read]:
    return ()


@dataclass(frozen=True)
class Check:
    """A named check.

    name: of its rule in the registry, which says what must hold
    find: what stands against it
    reads: what find will ask for
    afterwards: whether it matters to a cluster that exists, too
    """

    name: str
    find: Find
    reads: Callable[[CheckContext], Iterable[Read]] = _nothing
    afterwards: bool = False

    @property
    def rule(self) -> Rule:
        """Its severity, its meaning, and whether Azure itself would refuse what it finds: then skipping is no way."""
        return RULES[self.name]

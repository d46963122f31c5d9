"""What a check of a running cluster is told, and what it can ask of Azure beyond that."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from azext_kubenet.addressing.headroom import Headroom
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, Pool
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, within
from azext_kubenet.azure.caller import UNKNOWN, Caller
from azext_kubenet.azure.machine_sizes import quotas_read, sizes_read
from azext_kubenet.azure.managed_clusters import AgentPool, Cluster
from azext_kubenet.azure.management_locks import locks_read
from azext_kubenet.azure.models import RouteTable
from azext_kubenet.azure.nodes import node_of_route
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names, plain_region
from azext_kubenet.checks.context import NSG, CheckContext, ClusterToCreate, clusters_read
from azext_kubenet.checks.kubernetes_version import versions_read
from azext_kubenet.checks.looking import Looking, Unreadable
from azext_kubenet.checks.running import measured
from azext_kubenet.checks.running.quotas import Quotas, read_quotas
from azext_kubenet.checks.running.routes_by_node import RoutesByNode, sort_routes
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inspection import NotInspected
from azext_kubenet.discovery.node_subnets import NodeSubnet
from azext_kubenet.discovery.running_cluster import RunningCluster
from azext_kubenet.discovery.topology import ranges
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet.options.private_cluster import PrivateCluster

#: What create calls the identity that Azure shows.
_IDENTITY_KINDS = {"SystemAssigned": SYSTEM_ASSIGNED, "UserAssigned": USER_ASSIGNED}


@dataclass(frozen=True)
class RunningContext(Looking):
    """A cluster that runs, and what may be asked about it.

    body: the cluster as Azure shows it
    seen: the cluster, and what it stands on
    caller: who is logged in
    added: further nodes that were asked about, by the name of the pool
    added_anywhere: the same in whichever pool
    inside: what the cluster's own API shows, or why that is not known; None where nobody has asked for it
    """

    body: Json
    seen: RunningCluster
    caller: Caller = UNKNOWN
    added: Mapping[str, int] = field(default_factory=dict)
    added_anywhere: int = 0
    inside: InsideCluster | NotInspected | None = None

    @property
    def cluster(self) -> Cluster:
        """The cluster."""
        return self.seen.cluster

    @property
    def place(self) -> str:
        """The options that name the cluster in commands of `az aks`."""
        return self.cluster.id.place

    def pool_place(self, pool: AgentPool, option: str = "-n") -> str:
        """The options that name a pool in commands of `az aks nodepool`. option: for its name"""
        group, name = shlex.quote(self.cluster.id.group), shlex.quote(self.cluster.id.name)
        return f"-g {group} --cluster-name {name} {option} {shlex.quote(pool.name)}"

    def once_started(self, command: str) -> str:
        """A command that AKS refuses while the cluster is stopped, behind its start. [R33]"""
        return f"az aks start {self.place} && {command}" if self.cluster.is_stopped else command

    def require(self, *kinds: str) -> None:
        """Raise Unreadable if some of what the cluster stands on could not be read. kinds: as in RunningCluster"""
        for each in self.unread(*kinds):
            raise each

    def unread(self, *kinds: str) -> Iterator[Unreadable]:
        """All of what the cluster stands on that could not be read. kinds: as in RunningCluster"""
        for kind in kinds:
            yield from (Unreadable(each.what, each.scope, each.error) for each in self.seen.hidden.get(kind, ()))

    @cached_property
    def limits(self) -> tuple[Headroom, ...]:
        """Every limit, measured."""
        return tuple(measured.limits_of(self))

    @cached_property
    def quotas(self) -> Quotas:
        """The quotas of vCPUs. Raises Unreadable."""
        return read_quotas(self)

    @cached_property
    def routes(self) -> RoutesByNode:
        """The routes of its table, sorted by the nodes that they lead to."""
        return sort_routes(self.seen, self.home)

    @cached_property
    def home(self) -> RouteTable | None:
        """The table that the cluster's routes are in, on its subnets or not; None where it is not seen.

        One that AKS made is its own, unless one that is attached has routes of the cluster's nodes and that one has
        none. Of the user's own it is the one that has them: where none that is attached has, it is looked for among all
        tables of the subscription.
        """
        seen = self.seen
        attached = seen.table
        if not seen.nodes or (attached is not None and _routes_of(seen, attached)):
            return attached
        routed = [table for table in seen.tables.values() if _routes_of(seen, table)]
        if routed:
            return max(routed, key=lambda table: _routes_of(seen, table))
        if attached is not None and seen.managed_table:
            return attached
        elsewhere = [table for table in self._all_tables() if _routes_of(seen, table)]
        return max(elsewhere, key=lambda table: _routes_of(seen, table), default=attached)

    def _all_tables(self) -> list[RouteTable]:
        """The tables of the subscription of its network; none where they may not be listed."""
        network = next(iter(self.seen.networks), self.cluster.id)
        scope = str(network.subscription_id)
        try:
            found = self.list_of("the route tables of the subscription", scope, tables_read(scope))
        except Unreadable:
            return []
        return [RouteTable.parse(each) for each in found]

    @cached_property
    def sites(self) -> tuple[CheckContext, ...]:
        """The subnets of its nodes as the checks of a creation are told of them; without those that are not shown."""
        groups = dict.fromkeys(each.shown.security_group for each in self.seen.subnets if each.shown)
        self.reader.prefetch(Read(str(each), NSG.api_version) for each in groups if each)
        return tuple(self._site(each) for each in self.seen.subnets if each.shown is not None)

    def _site(self, subnet: NodeSubnet) -> CheckContext:
        cluster, network = self.cluster, subnet.id.parent
        names = Names(
            subscription=cluster.id.subscription,
            group=cluster.id.group,
            cluster=cluster.id.name,
            vnet=network.name,
            subnet=subnet.id.name,
            vnet_group=network.group,
            network_subscription=network.subscription,
            identity_id=str(cluster.identities[0]) if cluster.identities else None,
        )
        vnet = self.seen.bodies.get(network) or _network_of(subnet)
        existing = ExistingResources(group={"name": names.group}, vnet=vnet, identity=None, cluster=self.body)
        return CheckContext(
            self.reader,
            names,
            existing,
            self._plan(subnet),
            to_create=self._as_created(),
            caller=self.caller,
            running=True,
        )

    def _plan(self, subnet: NodeSubnet) -> AddressPlan:
        """The cluster's ranges as those of a plan, in one of its subnets."""
        cluster, network = self.cluster, self.seen.networks.get(subnet.id.parent)
        pools = tuple(Pool(pool.name, pool.nodes, pool.most, pool.max_surge) for pool in subnet.pools)
        nodes, most = sum(pool.count for pool in pools), sum(pool.max_count for pool in pools)
        return AddressPlan(
            ClusterSize(node_count=nodes, max_count=most, pools=pools),
            vnet=tuple(ranges(network.prefixes)) if network else (),
            subnet=subnet.prefix,
            pods=self.seen.pods,
            services=next(ranges(cluster.services), None),
        )

    def _as_created(self) -> ClusterToCreate:
        """The cluster as what would be asked for to have it created."""
        cluster = self.cluster
        return ClusterToCreate(
            location=cluster.location,
            identity_kind=_IDENTITY_KINDS.get(cluster.identity_type, SERVICE_PRINCIPAL),
            outbound_type=cluster.outbound_type,
            principal=self.principal,
            node_group=cluster.node_group.name,
            private=_private_of(self.body),
            has_proxy=bool(within(self.body, "properties", "httpProxyConfig")),
        )

    @property
    def principal(self) -> str:
        """Object id of what the cluster runs as, "" if it is not shown, or if it runs as more than one."""
        return self.cluster.principals[0] if len(self.cluster.principals) == 1 else ""


def _routes_of(seen: RunningCluster, table: RouteTable) -> int:
    """How many routes of a table are named after nodes of the cluster."""
    names = {node.name for node in seen.nodes}
    return sum(node_of_route(route.name) in names for route in table.routes)


def tables_read(scope: str) -> Read:
    """All route tables of a subscription."""
    return Read(f"{scope}/providers/Microsoft.Network/routeTables", api_versions.TABLE_API, True)


def _private_of(body: Json) -> PrivateCluster | None:
    """How the API server of a private cluster is found, as far as it matters here; None for a public one."""
    profile = within(body, "properties", "apiServerAccessProfile")
    return PrivateCluster() if profile.get("enablePrivateCluster") is True else None


def _network_of(subnet: NodeSubnet) -> Json:
    """A network of which the subnet alone is shown."""
    network = subnet.id.parent
    return {"id": str(network), "name": network.name, "properties": {}}


def early_reads(cluster: Cluster) -> Iterator[Read]:
    """What the checks ask for whatever the cluster stands on, so that it is asked for with that."""
    subscription = cluster.id.subscription_id
    yield locks_read(str(subscription))
    if cluster.location:
        region = plain_region(cluster.location)
        yield sizes_read(cluster.id.subscription, region)
        yield quotas_read(cluster.id.subscription, region)
        yield versions_read(cluster.id.subscription, cluster.location)
    yield from (clusters_read_in(each) for each in subscriptions_of(cluster))
    if cluster.has_own_network and len(cluster.principals) == 1:
        yield from (assignments_read(each, cluster.principals[0]) for each in subscriptions_of(cluster))


def subscriptions_of(cluster: Cluster) -> Iterable[ResourceId]:
    """The subscriptions of its networks; its own for a network of AKS's."""
    return dict.fromkeys(pool.subnet.subscription_id or cluster.id.subscription_id for pool in cluster.pools)


def clusters_read_in(subscription: ResourceId) -> Read:
    """All clusters of a subscription."""
    return clusters_read(Names("", "", "", "", "", "", subscription.subscription))


def upgrade_profile_read(cluster: Cluster) -> Read:
    """The versions that a cluster can be upgraded to. [R19] Recorded aksOther:3, :18, :39"""
    return Read(f"{cluster.id}/upgradeProfiles/default", api_versions.RUNNING_CLUSTER_API)


def assignments_read(scope: ResourceId, principal: str) -> Read:
    """All role assignments to a principal, and to groups that it is in, in a subscription. [I5]"""
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    return Read(path, api_versions.ROLE_API, True, f"assignedTo('{principal}')", whole=True)

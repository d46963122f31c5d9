"""A cluster that runs, with what it stands on, as Azure shows it now: reads side by side, in three rounds.

What may not be read is kept beside what is seen, under what it is: nothing of it is taken for fine.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeVar

from netaddr import IPNetwork

from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.managed_clusters import VIRTUAL_MACHINES, AgentPool, Cluster
from azext_kubenet.azure.models import RouteTable, Subnet, VirtualNetwork
from azext_kubenet.azure.nodes import Node, nodes_of
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resource_id import NETWORK, ResourceId
from azext_kubenet.discovery.node_subnets import NodeSubnet, SubnetUsage, usages_of
from azext_kubenet.discovery.topology import ranges

T = TypeVar("T")
#: What AKS calls the subnet of a network that it makes. [R8]
SUBNET_OF_AKS = "aks-subnet"
#: What stands for a refusal where an answer has nothing of what is known to be there.
NOT_SHOWN = AzureError(200, "", "Azure's answer does not show it")
#: No id.
_NOTHING = ResourceId()


class Hidden(NamedTuple):
    """What could not be read: what it is, in words; the id that a right is needed on; Azure's refusal."""

    what: str
    scope: str
    error: AzureError


@dataclass(frozen=True)
class RunningCluster:  # pylint: disable=too-many-instance-attributes
    """A cluster, and what it stands on.

    cluster: as Azure shows it
    subnets: those of its nodes
    networks: those that these are in, by id; bodies: the same as Azure shows them
    nodes: those of its pools, each once
    tables: route tables by id: those of its subnets, and the one that AKS made for it
    managed_table: id of the one that AKS made for it, empty if there is none, or none is shown
    hidden: what could not be read, by kind: networks, subnets, usages, nodes, tables, managed, pods
    unseen_pools: names of the pools whose machines are not shown one by one
    """

    cluster: Cluster
    subnets: tuple[NodeSubnet, ...] = ()
    networks: Mapping[ResourceId, VirtualNetwork] = field(default_factory=dict)
    bodies: Mapping[ResourceId, Json] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    tables: Mapping[ResourceId, RouteTable] = field(default_factory=dict)
    managed_table: ResourceId = _NOTHING
    hidden: Mapping[str, tuple[Hidden, ...]] = field(default_factory=dict)
    unseen_pools: tuple[str, ...] = ()

    @cached_property
    def pods(self) -> IPNetwork | None:
        """The pod CIDR: the first that is IPv4."""
        return next(ranges(self.cluster.pods), None)

    @cached_property
    def table(self) -> RouteTable | None:
        """The one route table that its nodes' routes are in; None where none is seen.

        The one that AKS made for it, if there is one; else the table of its subnets with most routes in its pod CIDR.
        """
        if self.managed_table in self.tables:
            return self.tables[self.managed_table]
        attached = [self.tables[each] for each in self.attached_tables if each in self.tables]
        return max(attached, key=self.routes_inside, default=None)

    def routes_inside(self, table: RouteTable) -> int:
        """How many routes of a table are inside the pod CIDR."""
        return 0 if self.pods is None else sum(each in self.pods for each in table.destinations)

    @property
    def attached_tables(self) -> tuple[ResourceId, ...]:
        """Ids of the tables that its subnets have, each once."""
        found = dict.fromkeys(each.shown.route_table for each in self.subnets if each.shown)
        return tuple(each for each in found if each)

    @property
    def nodes_in_subnets(self) -> int:
        """How many of its nodes have an address: none of those that do not run."""
        return len(self.nodes)

    def why_hidden(self, *kinds: str) -> Hidden | None:
        """The first of what could not be read of some kinds."""
        return next((each for kind in kinds for each in self.hidden.get(kind, ())), None)


def cluster_read(cluster: ResourceId) -> Read:
    """What is asked for first: the cluster."""
    return Read(str(cluster), api_versions.RUNNING_CLUSTER_API)


def look(reader: Reader, cluster: Cluster) -> RunningCluster:
    """What a cluster stands on. Nothing that may not be read is raised."""
    sight = _Sight(reader, cluster)
    reader.prefetch(sight.reads())
    bodies = sight.networks()
    networks = [*map(VirtualNetwork.parse, bodies)]
    subnets = [*sight.subnets(networks)]
    attached = dict.fromkeys(each.shown.route_table for each in subnets if each.shown and each.shown.route_table)
    # A managed table that no subnet has is looked for only where one lacks it: the others show it themselves.
    managed_is_attached = any(cluster.node_group.contains(each) for each in attached)
    reader.prefetch(_table_read(each) for each in attached)
    if not managed_is_attached:
        reader.prefetch([_managed_tables(cluster)])
    nodes, unseen = sight.nodes(subnets)
    sight.note_unshown(subnets, unseen, nodes)
    tables = {each: table for each in attached if (table := sight.table(each)) is not None}
    made = [each for each in attached if cluster.node_group.contains(each)] if managed_is_attached else []
    if not managed_is_attached:
        for table in sight.managed_tables():
            tables[table.id] = table
            made.append(table.id)
    cluster = _counted(cluster, nodes, unseen)
    pools = {each.name: each for each in cluster.pools}
    return RunningCluster(
        cluster,
        tuple(each._replace(pools=tuple(pools[pool.name] for pool in each.pools)) for each in subnets),
        {each.id: each for each in networks},
        {network.id: body for network, body in zip(networks, bodies, strict=True)},
        nodes,
        tables,
        made[0] if made else _NOTHING,
        {kind: tuple(found) for kind, found in sight.hidden.items()},
        unseen,
    )


def _counted(cluster: Cluster, nodes: Sequence[Node], unseen: Sequence[str]) -> Cluster:
    """With the nodes that are seen of pools of which Azure shows no number."""
    seen = Counter(each.pool for each in nodes)
    return cluster._replace(
        pools=tuple(
            each if each.is_counted or each.name in unseen else each.with_nodes(seen[each.name])
            for each in cluster.pools
        )
    )


class _Sight:
    """The reads of one cluster, and what of them was refused."""

    def __init__(self, reader: Reader, cluster: Cluster):
        self._reader = reader
        self._cluster = cluster
        self.hidden: dict[str, list[Hidden]] = {}

    def reads(self) -> Iterator[Read]:
        """What the cluster itself leads to."""
        if self._network_ids:
            for each in self._network_ids:
                yield Read(str(each), api_versions.VNET_API)
                yield _usages_read(each)
        else:
            yield self._networks_of_group()
        for pool in self._cluster.pools:
            yield _machines_read(self._cluster, pool)

    @property
    def _network_ids(self) -> list[ResourceId]:
        return [*dict.fromkeys(pool.subnet.parent for pool in self._cluster.pools if pool.subnet)]

    def _networks_of_group(self) -> Read:
        return Read(f"{self._cluster.node_group}/providers/{NETWORK}", api_versions.VNET_API, True)

    def networks(self) -> list[Json]:
        """The networks of its subnets; of a cluster in a network of AKS's, that one. [R8]"""
        if self._network_ids:
            found = []
            for each in self._network_ids:
                what = f"virtual network {each.name}"
                body = self._shown("networks", what, str(each), Read(str(each), api_versions.VNET_API))
                if body is not None:
                    found.append(body)
            return found
        read = self._networks_of_group()
        return self._list("networks", "the networks of the node resource group", str(self._cluster.node_group), read)

    def subnets(self, networks: Sequence[VirtualNetwork]) -> Iterator[NodeSubnet]:
        """The subnets of its nodes. In a network of AKS's all pools are in its one subnet. [A13]"""
        by_id = {each.id: each for each in networks}
        if self._network_ids:  # a pool without an id is in a subnet that is not shown
            pools: dict[ResourceId, list[AgentPool]] = {}
            for pool in self._cluster.pools:
                pools.setdefault(pool.subnet, []).append(pool)
            for subnet, there in pools.items():
                network = by_id.get(subnet.parent)
                shown = network.subnet(subnet.name) if network else self._alone(subnet)
                if network and shown is None and subnet:
                    hidden = Hidden(f"subnet {subnet.name}", str(subnet), NOT_SHOWN)
                    self.hidden.setdefault("subnets", []).append(hidden)
                usage = self._usages(subnet.parent).get(subnet)
                yield NodeSubnet(subnet, tuple(there), shown, usage)
            return
        network, shown = self._of_aks(networks)
        if network is None or shown is None:
            yield NodeSubnet(_NOTHING, self._cluster.pools, None, None)
            return
        self._reader.prefetch([_usages_read(network.id)])
        subnet = ResourceId(f"{network.id}/subnets/{shown.name}")
        yield NodeSubnet(subnet, self._cluster.pools, shown, self._usages(network.id).get(subnet))

    def _of_aks(self, networks: Sequence[VirtualNetwork]) -> tuple[VirtualNetwork | None, Subnet | None]:
        """The one in which AKS put the nodes: others may put networks and subnets into that group, too. [R8]

        It has the machines of the group in it; one without any is known by its name, or by being alone.
        """
        every = [(network, each) for network in networks for each in network.subnets]
        held = [each for each in every if any(map(self._is_own_node, each[1].configurations))]
        named = [each for each in every if each[1].name.lower() == SUBNET_OF_AKS]
        for found in (held, named, every):
            if len(found) == 1:
                return found[0]
        return None, None

    def _is_own_node(self, configuration: ResourceId) -> bool:
        return self._is_own(configuration) and bool(nodes_of([configuration]))

    def _alone(self, subnet: ResourceId) -> Subnet | None:
        """A subnet whose network may not be read: it may be shown itself."""
        read = Read(str(subnet), api_versions.SUBNET_API)
        body = self._read("subnets", f"subnet {subnet.name}", str(subnet), read) if subnet else None
        return None if body is None else Subnet.parse(body)

    def _usages(self, network: ResourceId) -> dict[ResourceId, SubnetUsage]:
        what = f"the addresses in use in virtual network {network.name}"
        return usages_of(self._list("usages", what, str(network), _usages_read(network)) if network else [])

    def nodes(self, subnets: Sequence[NodeSubnet]) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        """The nodes: machines of the pools, and those that the subnets show besides; the pools that show no machines.

        A node that is deallocated keeps its address and its route, so whatever either shows counts. [R12]
        """
        found: dict[str, Node] = {}
        unseen = []
        prefixes = {
            pool.name: [*ranges(subnet.shown.prefixes)] for subnet in subnets if subnet.shown for pool in subnet.pools
        }
        for pool in self._cluster.pools:
            what = _machines_of(pool)
            refused = len(self.hidden.get("nodes", ()))
            read = _machines_read(self._cluster, pool)
            machines = self._list("nodes", what, str(self._cluster.id), read)
            if len(self.hidden.get("nodes", ())) > refused:
                unseen.append(pool.name)
            for each in machines:
                node = Node.parse(each, pool.name).within(prefixes.get(pool.name, ()))
                found.setdefault(node.name, node)
        names = {pool.name.lower() for pool in self._cluster.pools}
        for subnet in subnets:
            inside = [each for each in subnet.shown.configurations if self._is_own(each)] if subnet.shown else []
            for node in nodes_of(inside):
                if node.pool in names:
                    found.setdefault(node.name, node)
        showing = {node.pool for node in found.values()}
        silent = [
            pool.name
            for pool in self._cluster.pools
            if pool.name not in showing and _has_nodes(pool) and pool.name not in unseen
        ]
        return tuple(found.values()), tuple(dict.fromkeys([*unseen, *silent]))

    def note_unshown(self, subnets: Sequence[NodeSubnet], unseen: Sequence[str], nodes: Sequence[Node]) -> None:
        """Keep as hidden what must be there and is in no answer: subnets, machines of pools that run, the pod CIDR."""
        showing = {node.pool for node in nodes}
        for subnet in subnets:
            if not subnet.id and not self.hidden.get("networks"):
                self._not_shown("subnets", f"the subnet of {_named(subnet.pools)}")
        refused = {each.what for each in self.hidden.get("nodes", ())}
        for pool in self._cluster.pools:
            what = _machines_of(pool)
            runs = not (self._cluster.is_stopped or pool.is_stopped)
            if runs and pool.name in unseen and pool.name not in showing and what not in refused:
                self._not_shown("nodes", what)
        if next(ranges(self._cluster.pods), None) is None:
            self._not_shown("pods", "the pod CIDR")

    def _not_shown(self, kind: str, what: str) -> None:
        self.hidden.setdefault(kind, []).append(Hidden(what, str(self._cluster.id), NOT_SHOWN))

    def _is_own(self, configuration: ResourceId) -> bool:
        return self._cluster.node_group.contains(configuration)

    def table(self, table_id: ResourceId) -> RouteTable | None:
        """A route table; None where it may not be read."""
        body = self._shown("tables", f"route table {table_id.name}", str(table_id), _table_read(table_id))
        return None if body is None else RouteTable.parse(body)

    def managed_tables(self) -> list[RouteTable]:
        """The tables of the node resource group."""
        what, read = "the route tables of the node resource group", _managed_tables(self._cluster)
        return [RouteTable.parse(each) for each in self._list("managed", what, str(self._cluster.node_group), read)]

    def _read(self, kind: str, what: str, scope: str, read: Read) -> Json | None:
        return self._seen(kind, what, scope, lambda: self._reader.get(read.path, read.api_version))

    def _list(self, kind: str, what: str, scope: str, read: Read) -> list[Json]:
        def ask() -> list[Json]:
            return self._reader.list(read.path, read.api_version, enough=read.enough, whole=read.whole)

        return self._seen(kind, what, scope, ask) or []

    def _shown(self, kind: str, what: str, scope: str, read: Read) -> Json | None:
        """A body of what is known to be there: one without properties is hidden as well."""
        body = self._read(kind, what, scope, read)
        if body is not None and isinstance(body.get("properties"), dict):
            return body
        if not any(each.scope == scope for each in self.hidden.get(kind, ())):
            self.hidden.setdefault(kind, []).append(Hidden(what, scope, NOT_SHOWN))
        return None

    def _seen(self, kind: str, what: str, scope: str, ask: Callable[[], T]) -> T | None:
        try:
            return ask()
        except AzureError as error:
            hidden = Hidden(what, scope, error)
            if hidden not in self.hidden.setdefault(kind, []):
                self.hidden[kind].append(hidden)
            return None


def _machines_of(pool: AgentPool) -> str:
    return f"the machines of pool {pool.name}"


def _has_nodes(pool: AgentPool) -> bool:
    """Whether it has nodes, or may have, as no number of them is shown."""
    return bool(pool.nodes) or not (pool.is_counted or pool.kind == VIRTUAL_MACHINES)


def _named(pools: Sequence[AgentPool]) -> str:
    return f"{'pool' if len(pools) == 1 else 'pools'} {listed([pool.name for pool in pools])}"


def _usages_read(network: ResourceId) -> Read:
    """What Azure counts in the subnets of a network. [R4]"""
    return Read(f"{network}/usages", api_versions.VNET_USAGES_API, True, whole=True)


def _machines_read(cluster: Cluster, pool: AgentPool) -> Read:
    """The machines of a pool. [R6]

    As many as it has nodes are enough of a scale set: its subnet shows those that are there besides.
    """
    enough = 0 if pool.kind == VIRTUAL_MACHINES else pool.nodes
    path = f"{cluster.id}/agentPools/{pool.name}/machines"
    return Read(path, api_versions.RUNNING_CLUSTER_API, True, enough=enough, whole=True)


def _table_read(table: ResourceId) -> Read:
    return Read(str(table), api_versions.TABLE_API)


def _managed_tables(cluster: Cluster) -> Read:
    return Read(f"{cluster.node_group}/providers/Microsoft.Network/routeTables", api_versions.TABLE_API, True)

"""Every kubenet cluster that the caller can read, with what it stands on, from a few queries of Azure Resource Graph.

The queries are asked side by side, each page made small as it comes; they are joined here, by ids without regard to
capitals. What a query does not show is not known, and is never taken for nothing.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from threading import Lock
from typing import NamedTuple, TypeVar

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, text
from azext_kubenet.azure.graph import MOST_ROWS, Page, Scope
from azext_kubenet.azure.managed_clusters import AgentPool, Cluster
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery import fleet_rows
from azext_kubenet.discovery.fleet_rows import ScaleSet, ShownCluster, ShownSubnet, ShownTable, Unsettled
from azext_kubenet.discovery.inventory import Unread
from azext_kubenet.discovery.overlay_readiness import TableFacts
from azext_kubenet.discovery.running_cluster import SUBNET_OF_AKS

T = TypeVar("T")
#: Is told how many pages were read by now, and of how many as far as that is known.
Watch = Callable[[int, int], None]
#: Ids in one query: it has to stay of a length that any service takes.
_IDS_OF_QUERY = 100


class PoolSubnet(NamedTuple):
    """A subnet in which a cluster has nodes.

    pools: those that have their nodes in it
    standing: how many nodes of these have machines: of a pool that is stopped, none or those that are deallocated
    shown: what Azure shows of it, None for nothing
    """

    id: ResourceId
    pools: tuple[AgentPool, ...]
    standing: int
    shown: ShownSubnet | None


class FleetCluster(NamedTuple):
    """A cluster with what it stands on, as far as it is shown.

    cluster: its pools with the nodes that their scale sets have
    tags: its own
    subnets: those of its nodes; none where AKS made its network and that is not shown
    table: the route table that its nodes' routes are in; None where none is shown
    table_hidden: whether there may be one that is not shown
    shares_table: whether another kubenet cluster has nodes in a subnet with its table
    has_overlay: whether a scale set of it is marked as one on Azure CNI Overlay
    """

    cluster: Cluster
    tags: dict[str, str]
    subnets: tuple[PoolSubnet, ...] = ()
    table: ShownTable | None = None
    table_hidden: bool = False
    shares_table: bool = False
    has_overlay: bool = False

    @property
    def table_facts(self) -> TableFacts:
        """What its readiness to move needs to know of its table."""
        if self.table is None:
            return TableFacts() if self.table_hidden else TableFacts(is_on_all=False)
        shown = [each.shown.table == self.table.id for each in self.subnets if each.shown]
        own = {each.id for each in self.subnets}
        return TableFacts(
            is_own=not self.cluster.node_group.contains(self.table.id),
            is_on_all=False if False in shown else True if shown and len(shown) == len(own) else None,
            elsewhere=tuple(each for each in self.table.subnets if each not in own),
            is_shared=self.shares_table,
        )


@dataclass(frozen=True)
class Fleet:
    """What Azure Resource Graph shows.

    covered: ids of the subscriptions that it looked in, in lower case
    is_cut: whether it left subscriptions out because there are too many
    unread: what it refused to show, or did not show in time
    unsettled: clusters on Azure CNI Overlay that may be on the way of a move, or halfway
    """

    clusters: Sequence[FleetCluster]
    covered: frozenset[str]
    is_cut: bool
    unread: tuple[Unread, ...]
    unsettled: tuple[Unsettled, ...] = ()

    def within(self, subscription: str) -> "Fleet":
        """The same of one subscription alone."""
        own = [each for each in self.clusters if each.cluster.id.subscription.lower() == subscription.lower()]
        unsettled = tuple(each for each in self.unsettled if each.id.subscription.lower() == subscription.lower())
        return replace(self, clusters=own, covered=self.covered & {subscription.lower()}, unsettled=unsettled)


class _Asked:  # pylint: disable=too-many-instance-attributes
    """What is asked in one scope, and what comes of it."""

    def __init__(self, reader: Reader, scope: Scope, watch: Watch):
        self.reader = reader
        self._scope = scope
        self._watch = watch
        self._lock = Lock()  # of what follows: pages come on many threads
        self._pages = 0
        self._of: dict[str, int] = {}
        self.is_cut = False
        self.unread: list[Unread] = []

    def ask(self, query: str, understand: Callable[[Json], T]) -> Future[Sequence[T]]:
        """Ask."""
        return self.reader.search_in(self._scope, query, understand, partial(self._seen, query))

    def _seen(self, query: str, page: Page) -> None:
        with self._lock:
            self.is_cut = self.is_cut or page.is_cut
            self._pages += 1
            self._of[query] = max(1, math.ceil(page.total / MOST_ROWS))
            self._watch(self._pages, max(self._pages, sum(self._of.values())))

    def rows(self, asked: Future[Sequence[T]], words: str) -> Sequence[T] | None:
        """What was asked for; None where it could not be read, which is kept."""
        try:
            return asked.result()
        except AzureError as error:
            self.unread.append(Unread(words, error))
            return None


def read_fleet(reader: Reader, scope: Scope, watch: Watch = lambda _, __: None) -> Fleet:
    """Read it. watch: called after each page.

    Raises AzureError if the clusters cannot be read; the rest may stay unread.

    The clusters of a narrow scope may have their networks outside of it: these are asked for by their ids, and so are
    networks with more subnets than a query shows row by row.
    """
    asked = _Asked(reader, scope, watch)
    clusters = asked.ask(fleet_rows.CLUSTERS, fleet_rows.read_cluster)
    subnets = asked.ask(fleet_rows.SUBNETS, fleet_rows.read_subnet)
    tables = asked.ask(fleet_rows.TABLES, fleet_rows.read_table)
    scale_sets = asked.ask(fleet_rows.SCALE_SETS, fleet_rows.read_scale_set)
    unsettled = asked.ask(fleet_rows.UNSETTLED, fleet_rows.read_unsettled)
    subscriptions = asked.ask(fleet_rows.SUBSCRIPTIONS, fleet_rows.read_subscription)
    found = clusters.result()
    seen = asked.rows(subnets, "virtual networks")
    shown = {each.id.canonical: each for each in seen or () if each.id}
    if seen is not None:
        shown.update(_elsewhere(asked, found, shown))
    joined = join(
        found,
        shown.values() if seen is not None else None,
        asked.rows(tables, "route tables"),
        asked.rows(scale_sets, "scale sets"),
    )
    covered = asked.rows(subscriptions, "subscriptions") or ()
    with_clusters = (each.cluster.id.subscription.lower() for each in found)
    moving = asked.rows(unsettled, "clusters on Azure CNI Overlay") or ()
    return Fleet(joined, frozenset((*covered, *with_clusters)), asked.is_cut, tuple(asked.unread), tuple(moving))


def is_group_shown(reader: Reader, scope: Scope, name: str, subscription: str) -> bool:
    """Whether a resource group of a name is in scope. subscription: to look in alone, "" for all. Raises AzureError"""
    rows = reader.search_in(scope, fleet_rows.groups_query(name), lambda row: ResourceId(text(row, "id"))).result()
    return any(not subscription or each.subscription.lower() == subscription.lower() for each in rows)


def _elsewhere(
    asked: _Asked, clusters: Iterable[ShownCluster], shown: dict[str, ShownSubnet]
) -> dict[str, ShownSubnet]:
    """The subnets of some clusters that are not among those shown: in whole networks, wherever these are."""
    wanted = iter(
        dict.fromkeys(
            pool.subnet.parent
            for each in clusters
            for pool in each.cluster.pools
            if pool.subnet and pool.subnet.canonical not in shown and pool.subnet.parent.subscription
        )
    )
    waiting = []
    while part := [*islice(wanted, _IDS_OF_QUERY)]:
        scope = Scope([*dict.fromkeys(each.subscription.lower() for each in part)])
        waiting.append(asked.reader.search_in(scope, fleet_rows.networks_query(part), fleet_rows.read_whole))
    found = {}
    for each in waiting:
        try:
            found.update({subnet.id.canonical: subnet for network in each.result() for subnet in network})
        except AzureError:  # subscriptions that may not be read, or too little time: their subnets stay unknown
            continue
    return found


def join(
    clusters: Sequence[ShownCluster],
    subnets: Iterable[ShownSubnet] | None,
    tables: Sequence[ShownTable] | None,
    scale_sets: Sequence[ScaleSet] | None,
) -> list[FleetCluster]:
    """The clusters, each with what it stands on; None for what could not be read."""
    return _Join(clusters, subnets, tables, scale_sets).all()


class _Join:  # pylint: disable=too-few-public-methods,too-many-instance-attributes
    """All that is shown, by what it is looked up by."""

    def __init__(
        self,
        clusters: Sequence[ShownCluster],
        subnets: Iterable[ShownSubnet] | None,
        tables: Sequence[ShownTable] | None,
        scale_sets: Sequence[ScaleSet] | None,
    ):
        self._clusters = clusters
        groups = {each.cluster.node_group.canonical for each in clusters}
        self._subnets = {each.id.canonical: each for each in subnets or ()}
        self._subnets_of = _by_group(self._subnets, groups)
        self._tables_are_hidden = tables is None
        self._tables = {each.id.canonical: each for each in tables or ()}
        self._tables_of = _by_group(self._tables, groups)
        self._scale_sets: dict[tuple[str, str], list[ScaleSet]] = {}
        for each in scale_sets or ():
            self._scale_sets.setdefault((each.group.canonical, each.pool), []).append(each)
        self._users: dict[str, set[str]] = {}

    def all(self) -> list[FleetCluster]:
        """Every cluster, joined."""
        counted = [each._replace(cluster=self._counted(each.cluster)) for each in self._clusters]
        placed = [(each, self._subnets_with_nodes(each.cluster)) for each in counted]
        for each, subnets in placed:
            for subnet in subnets:
                self._users.setdefault(subnet.id.canonical, set()).add(each.cluster.id.canonical)
        return [self._joined(each, subnets) for each, subnets in placed]

    def _sets_of(self, cluster: Cluster, pool: AgentPool) -> list[ScaleSet]:
        return self._scale_sets.get((cluster.node_group.canonical, pool.name.lower()), [])

    def _counted(self, cluster: Cluster) -> Cluster:
        """With the nodes that its scale sets have: the autoscaler does not write the cluster. [Q5]

        What is stopped has none left there, and starts with as many as the cluster says.
        """
        return cluster._replace(pools=tuple(self._counted_pool(cluster, pool) for pool in cluster.pools))

    def _counted_pool(self, cluster: Cluster, pool: AgentPool) -> AgentPool:
        nodes = None if _is_down(cluster, pool) else self._machines(cluster, pool)
        return pool if nodes is None else pool.with_nodes(nodes)

    def _machines(self, cluster: Cluster, pool: AgentPool) -> int | None:
        """How many machines its scale sets have; None for a pool without one, or whose one is not shown."""
        shown = [each.nodes for each in self._sets_of(cluster, pool) if each.nodes is not None]
        return sum(shown) if shown else None

    def _standing(self, cluster: Cluster, pools: Iterable[AgentPool]) -> int:
        """Nodes of some pools that have machines: those that are deallocated keep their addresses. [R12]"""
        return sum((self._machines(cluster, pool) or 0) if _is_down(cluster, pool) else pool.nodes for pool in pools)

    def _subnets_with_nodes(self, cluster: Cluster) -> tuple[PoolSubnet, ...]:
        """The subnets of its pools; in a network of AKS's, which is in the node resource group, its one. [R8 A13]"""
        if not cluster.has_own_network:
            there = self._subnets_of.get(cluster.node_group.canonical, [])
            of_aks = [each for each in there if each.id.name.lower() == SUBNET_OF_AKS]
            standing = self._standing(cluster, cluster.pools)
            alone = of_aks if len(of_aks) == 1 else there if len(there) == 1 else []
            return tuple(PoolSubnet(each.id, cluster.pools, standing, each) for each in alone)
        pools: dict[ResourceId, list[AgentPool]] = {}
        for pool in cluster.pools:
            pools.setdefault(pool.subnet, []).append(pool)
        return tuple(
            PoolSubnet(subnet, tuple(own), self._standing(cluster, own), self._subnets.get(subnet.canonical))
            for subnet, own in pools.items()
        )

    def _joined(self, shown: ShownCluster, subnets: tuple[PoolSubnet, ...]) -> FleetCluster:
        cluster, table = shown.cluster, self._table(shown.cluster, subnets)
        attached = {each.shown.table for each in subnets if each.shown and each.shown.table}
        unseen = not subnets or any(each.shown is None for each in subnets)
        users = {
            user for subnet in (*(table.subnets if table else ()), *(each.id for each in subnets))
            for user in self._users.get(subnet.canonical, ())
        }  # fmt: skip
        return FleetCluster(
            cluster,
            dict(shown.tags),
            subnets,
            table,
            table is None and (self._tables_are_hidden or unseen or bool(attached)),
            table is not None and bool(users - {cluster.id.canonical}),
            any(each.is_overlay for pool in cluster.pools for each in self._sets_of(cluster, pool)),
        )

    def _table(self, cluster: Cluster, subnets: Iterable[PoolSubnet]) -> ShownTable | None:
        """The table that AKS made for it, if there is one; else that of its subnets that has most routes."""
        made = self._tables_of.get(cluster.node_group.canonical, [])
        attached = dict.fromkeys(each.shown.table for each in subnets if each.shown and each.shown.table)
        known = [table for each in attached if (table := self._tables.get(each.canonical)) is not None]
        return max(made or known, key=lambda each: each.routes or 0, default=None)


def _by_group(found: Mapping[str, T], groups: Collection[str]) -> dict[str, list[T]]:
    """Those of some resources, by their ids in one form, that are in some groups."""
    there: dict[str, list[T]] = {}
    for key, each in found.items():
        group = "/".join(key.split("/", 4)[:4])
        if group in groups:
            there.setdefault(group, []).append(each)
    return there


def _is_down(cluster: Cluster, pool: AgentPool) -> bool:
    return cluster.is_stopped or pool.is_stopped

"""A fleet of clusters, written straight into the store without any check, and the truth about each of them.

Most are kubenet, one of six is not. Three of four kubenet clusters stand in subnets of their user's: most of these
have room, one of twelve nearly none, one of twenty none at all. A network serves five clusters. The first two networks
hold many empty subnets before those of their clusters: 130 in the first, more than mv-expand shows unless told, 400 in
the second, more than it can be told to show. Each feature hangs on a cluster's number (see fleet_plan), so that sixty
clusters have nearly all.

Nodes are there as scale sets and as network interfaces; the machines themselves are not, nor load balancers and
security groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from ..aks import defaults
from ..core.bulk import uncollected
from ..core.ids import ResourceId
from ..core.options import LOCATIONS, SUBSCRIPTION
from ..core.store import Body
from ..server.cloud import Cloud
from . import fleet_plan
from .estate_bodies import NET
from .estate_space import Space, text
from .fleet_bodies import FleetMaker
from .fleet_plan import Plan, Pool
from .fleet_site import Ground, Site, Subnet

if TYPE_CHECKING:
    from ..server.server import LoopbackArm

NEIGHBOURS = 5  # clusters of one network
EMPTY = {0: 130, 1: 400}  # empty subnets of the first networks
MANAGEMENT_GROUP = "fleet-first-half"


@dataclass(frozen=True)
class Member:
    """The truth about one cluster.

    plan: what it is; pools with their nodes among it
    table: its route table, "" for one that is not kubenet; `routes` in it, those of others and stale ones among them
    table_subnets: how many subnets have the table
    hidden: whether no query with mv-expand shows its subnets
    """

    id: str
    subscription: str
    group: str
    node_group: str
    location: str
    network: str
    plan: Plan
    subnets: tuple[Subnet, ...]
    table: str
    routes: int
    table_subnets: int
    hidden: bool

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]

    @property
    def pools(self) -> tuple[Pool, ...]:
        return self.plan.pools

    @property
    def nodes(self) -> int:
        """Those that there are now."""
        return sum(pool.nodes for pool in self.pools)

    @property
    def shown(self) -> int:
        """Those that the cluster says there are, where it says anything."""
        return sum(pool.shown or 0 for pool in self.pools)

    @property
    def most(self) -> int:
        """Those that there can be once every pool has grown."""
        return sum(pool.most for pool in self.pools)


@dataclass
class Fleet:
    """All clusters by their numbers; the management group that holds the first half of the subscriptions."""

    members: list[Member] = field(default_factory=list)
    subscriptions: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    management_group: str = MANAGEMENT_GROUP

    @property
    def kubenet(self) -> list[Member]:
        return [member for member in self.members if member.plan.kubenet]

    @property
    def in_group(self) -> list[str]:
        """The subscriptions of the management group."""
        return self.subscriptions[: (len(self.subscriptions) + 1) // 2]


def build(where: LoopbackArm | Cloud, clusters: int = 2_000, subscriptions: int = 200, seed: int = 1) -> Fleet:
    """Put a fleet into a server or a cloud: so many kubenet clusters, and a fifth of that number of others. The main
    subscription is one of the `subscriptions`, the others are made known.
    """
    cloud = where if isinstance(where, Cloud) else where.cloud
    with cloud.lock, uncollected():
        builder = _Builder(cloud, seed, subscriptions)
        cloud.store.fill(builder.bodies(clusters))
        cloud.subscriptions.put_into(MANAGEMENT_GROUP, builder.made.in_group)
    return builder.made


class _Builder:
    def __init__(self, cloud: Cloud, seed: int, subscriptions: int) -> None:
        self.dice, self.make, self.made = Random(seed), FleetMaker(seed), Fleet()
        ids = [f"5b000000-0000-4000-8000-{number:012d}" for number in range(2, subscriptions + 1)]
        for id_ in ids:
            cloud.add_subscription(id_, name=f"Fleet {id_[-3:]}")
        self.made.subscriptions = [SUBSCRIPTION, *ids]
        self.networks: dict[tuple[int, int], Ground] = {}
        self.groups: set[str] = set()

    def bodies(self, clusters: int) -> Iterator[Body]:
        """Everything, in an order in which it could have been made."""
        known: Counter[str] = Counter()
        for body in self._all(clusters):
            known[body["type"]] += 1
            yield body
        self.made.counts = dict(known)

    def _all(self, clusters: int) -> Iterator[Body]:
        for number in range(clusters):
            yield from self._cluster(fleet_plan.kubenet(number, self.dice))
        for number in range(clusters, clusters + clusters // 5):
            yield from self._cluster(fleet_plan.other(number, self.dice))

    def _group(self, scope: str, location: str) -> Iterator[Body]:
        if scope not in self.groups:
            self.groups.add(scope)
            yield self.make.group(scope, location)

    # -- one cluster

    def _cluster(self, plan: Plan) -> Iterator[Body]:
        turn, place = divmod(plan.number, len(self.made.subscriptions))
        subscription = self.made.subscriptions[place]
        location = LOCATIONS[(7 * place + turn // NEIGHBOURS) % len(LOCATIONS)]
        rid = ResourceId(
            subscription,
            f"Fleet-{place:03d}-{turn // 3}",
            "Microsoft.ContainerService",
            ("managedClusters",),
            (f"{'aks' if plan.kubenet else 'cni'}-{plan.number:04d}",),
        )
        scope = f"/subscriptions/{subscription}/resourceGroups/{rid.group}"
        yield from self._group(scope, location)
        nodes = f"/subscriptions/{subscription}/resourceGroups/{defaults.node_group(rid, location)}"
        if plan.own:
            yield from self._network(place, turn // NEIGHBOURS, location)
        identity = f"{scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{rid.name}-identity"
        if plan.identity == "UserAssigned":
            yield self.make.plain(identity, "Microsoft.ManagedIdentity/userAssignedIdentities", location, {})
        site = Site(self.make, plan, rid, nodes, location)
        site.settle(self.networks.get((place, turn // NEIGHBOURS)) if plan.own else None)
        places = [site.subnet_of(index).id for index in range(len(plan.pools))] if plan.own else []
        cluster = self.make.fleet_cluster(rid, location, plan, places, identity)
        yield cluster
        yield self.make.group(nodes, location, cluster["id"])
        yield from site.bodies()
        self.made.members.append(_member(rid, cluster["id"], nodes, site))

    def _network(self, place: int, index: int, location: str) -> Iterator[Body]:
        """The network of a few neighbours, once."""
        if (place, index) in self.networks:
            return
        number = len(self.networks)
        scope = f"/subscriptions/{self.made.subscriptions[place]}/resourceGroups/Network-{place:03d}"
        prefix = f"10.{number % 200}.0.0/16"
        resource = f"{scope}/providers/{NET}/virtualNetworks/net-{place:03d}-{index}"
        empty = EMPTY.get(number, 0)
        made = self.networks[place, index] = Ground(resource, scope, Space(prefix), empty >= 400)
        yield from self._group(scope, location)
        yield from self.make.network(resource, location, [prefix], {})
        for spare in range(empty):
            yield self.make.subnet(f"{resource}/subnets/spare-{spare:03d}", text(made.space.take(28)))


def _member(rid: ResourceId, cluster: str, nodes: str, site: Site) -> Member:
    plan = site.plan
    return Member(
        cluster,
        rid.subscription,
        rid.group,
        nodes.rpartition("/")[2],
        site.location,
        site.network,
        plan,
        tuple(site.subnets),
        site.table,
        site.routes,
        sum(bool(subnet.table) for subnet in site.subnets) + bool(site.spare),
        site.hidden,
    )

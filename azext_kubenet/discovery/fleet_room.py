"""What a cluster of a fleet has left of each limit that Azure Resource Graph shows, or a live read. Pure.

Quotas are not among them, and blocks of the pod CIDR count as taken by nodes alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.headroom import Demand, Headroom, LimitKind, can_upgrade, narrowest
from azext_kubenet.azure.managed_clusters import AgentPool
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.fleet import FleetCluster, PoolSubnet
from azext_kubenet.discovery.node_subnets import SubnetUsage
from azext_kubenet.discovery.pod_blocks import blocks_of


class Room(NamedTuple):
    """What is left.

    free_in_subnet: addresses, of the narrowest of its subnets; free_blocks, free_routes: None where not known
    headroom: the fewest further nodes that a limit has room for now; None where one is not known, but for 0
    limited_by: that limit
    can_upgrade: whether all pools can surge at once; None where that could not be told, and of a stopped cluster
    can_reach_peak: whether all pools can be at their most and surge; None where that could not be told
    subnets_unknown: how many of its subnets could not be measured
    is_live: whether a subnet was measured live
    """

    free_in_subnet: int | None
    free_blocks: int | None
    free_routes: int | None
    headroom: int | None
    limited_by: LimitKind | None
    can_upgrade: bool | None
    can_reach_peak: bool | None
    subnets_unknown: int
    is_live: bool = False

    @property
    def is_out(self) -> bool:
        """Whether it cannot be upgraded, or has room for no further node."""
        return self.can_upgrade is False or self.headroom == 0


def measure(found: FleetCluster, live: Mapping[ResourceId, SubnetUsage] | None = None) -> Room:
    """Measure it. live: what Azure counts in subnets now, where it tells; those are not taken from the query.

    Nodes that do not run have no address and no place in what is used, and need theirs again when they start: so the
    headroom of a stopped cluster is what is left once it has started as it was.
    """
    counted = live or {}
    demand = _demand(found.cluster.pools)
    parts = [*_of_subnets(found, counted, demand)]
    of_cluster = [_of_pods(found, demand), _of_routes(found), _of_nodes(found, demand)]
    # a cluster whose pools are not shown has some; a pool that is not counted may have any number of nodes
    has_pools = bool(found.cluster.pools) and all(each.is_counted for each in found.cluster.pools)
    if not has_pools:
        of_cluster = [each._replace(used=None, other=None) for each in of_cluster]
    every = [*(each.limit for each in parts), *of_cluster]
    least = narrowest(every) if has_pools else None
    free = [each.free for each in parts if each.free is not None]
    unknown = sum(each.limit.free is None for each in parts) or int(not parts)
    routes = found.table.routes if found.table else None
    all_known = has_pools and not unknown and all(each.free is not None for each in every)
    if least is not None and least.nodes_left and not all_known:  # what is not known may be less
        least = None
    return Room(
        free_in_subnet=min(free, default=None),
        free_blocks=of_cluster[0].free,
        free_routes=None if routes is None else max(0, limits.MAX_ROUTES - routes),
        headroom=least.nodes_left if least else None,
        limited_by=least.kind if least else None,
        can_upgrade=None if found.cluster.is_stopped else _told(can_upgrade(every), all_known),
        can_reach_peak=_told(not any(each.lacks_at_peak for each in every), all_known and demand.at_peak is not None),
        subnets_unknown=unknown,
        is_live=bool(counted) and any(each.id in counted for each in found.subnets),
    )


class _Measured(NamedTuple):
    """A subnet: its limit, with the nodes that will start counted as used, and its free addresses now."""

    limit: Headroom
    free: int | None


def _told(verdict: bool | None, all_known: bool) -> bool | None:
    """What lacks room lacks it, whatever is not known; that there is room everywhere takes all to be known."""
    return verdict if verdict is False or all_known else None


def _demand(pools: Sequence[AgentPool], each: int = 1) -> Demand:
    """What pools take of a limit. each: how many a node takes"""
    most_is_known = all(pool.most_is_known for pool in pools)
    return Demand(
        pools={pool.name: each for pool in pools},
        nodes=each * sum(pool.nodes for pool in pools),
        surge=each * sum(pool.surge for pool in pools),
        at_peak=each * sum(pool.most + pool.surge_at_most for pool in pools) if most_is_known else None,
    )


def _of_subnets(found: FleetCluster, live: Mapping[ResourceId, SubnetUsage], of_all: Demand) -> Iterator[_Measured]:
    for subnet in found.subnets:
        demand = of_all if len(found.subnets) == 1 else _demand(subnet.pools)
        used, usable = _counted(subnet, live.get(subnet.id) if live else None)
        other = None if used is None else max(0, used - subnet.standing)
        taken = None if other is None else other + demand.nodes
        limit = Headroom(LimitKind.SUBNET, subnet.id.name, usable, taken, other, demand)
        yield _Measured(limit, None if used is None or usable is None else max(0, usable - used))


def _counted(subnet: PoolSubnet, live: SubnetUsage | None) -> tuple[int | None, int | None]:
    """Addresses in use, and usable: as counted live, else as the query shows them; either may lag behind the nodes."""
    if live is not None:
        return max(subnet.standing, live.used), live.usable
    if subnet.shown is None or subnet.shown.used is None:
        return None, None
    return max(subnet.standing, subnet.shown.used), subnet.shown.usable


def _of_pods(found: FleetCluster, demand: Demand) -> Headroom:
    pods = found.cluster.pods[0] if found.cluster.pods else ""
    return Headroom(LimitKind.POD_CIDR, pods, blocks_of(found.cluster.pods), demand.nodes, 0, demand)


def _of_routes(found: FleetCluster) -> Headroom:
    """The routes; of a cluster that lost its table, as far as is shown, none are limited."""
    table, demand = found.table, _demand(found.cluster.pools, found.cluster.routes_of_a_node)
    if table is None and not found.table_hidden:
        return Headroom(LimitKind.ROUTES, "", limits.MAX_ROUTES, demand.nodes, 0, demand)
    if table is None or table.routes is None:
        return Headroom(LimitKind.ROUTES, "", limits.MAX_ROUTES, None, None, demand)
    # A node without a route gets one; routes of nodes that are stopped are still there, or come again.
    taken = max(table.routes, demand.nodes)
    return Headroom(LimitKind.ROUTES, table.id.name, limits.MAX_ROUTES, taken, taken - demand.nodes, demand)


def _of_nodes(found: FleetCluster, demand: Demand) -> Headroom:
    return Headroom(LimitKind.NODES, found.cluster.id.name, limits.MAX_NODES, demand.nodes, 0, demand)

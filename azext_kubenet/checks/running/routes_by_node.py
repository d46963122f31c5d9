"""The routes of a running cluster's table, by the nodes that they lead to. Pure.

The cloud provider writes one route a node and names it after the node, so two reads tell which routes are missing,
left over, or lead elsewhere. [R9 R11 R12 R13 R14]
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.azure.managed_clusters import VIRTUAL_MACHINES
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.nodes import Node, cluster_of, is_of_a_node, node_of_route
from azext_kubenet.discovery.running_cluster import RunningCluster


class RoutesByNode(NamedTuple):
    """The routes of one table.

    table: the cluster's, None where none is seen
    of_nodes: those of the cluster's nodes, the wrong ones among them
    custom: all others that are no node's of this cluster, those of other clusters' nodes among them
    missing: the nodes that have none
    stale: those inside the pod CIDR that are named after a node that the cluster no longer has
    wrong: those of nodes that lead to another address than the node's
    doubled: those that share their range with another route inside the pod CIDR, range by range
    outside: those of nodes whose range is not inside the pod CIDR
    own_inside: names of those of no node whose range is inside the pod CIDR
    of_others: those for IPv4 that are named after nodes of other clusters

    In a dual-stack cluster a node has a second route, for IPv6: it is the node's, and nothing is judged by it.
    """

    table: RouteTable | None
    of_nodes: Sequence[Route] = ()
    custom: Sequence[Route] = ()
    missing: Sequence[Node] = ()
    stale: Sequence[Route] = ()
    wrong: Sequence[Route] = ()
    doubled: Sequence[Sequence[Route]] = ()
    outside: Sequence[Route] = ()
    own_inside: Sequence[str] = ()
    of_others: Sequence[Route] = ()

    @property
    def blocks(self) -> set[IPNetwork]:
        """The node blocks that routes hold, of nodes that are and of those that are gone."""
        held = (route.destination for route in (*self.of_nodes, *self.stale))
        return {each for each in held if each is not None and each.prefixlen >= limits.NODE_BLOCK_PREFIXLEN}

    @property
    def inside(self) -> list[Route]:
        """Routes inside the pod CIDR that are no node's, and do not share their range with one that is."""
        twice = {route.name for found in self.doubled for route in found}
        return [route for route in self.custom if route.name in self.own_inside and route.name not in twice]

    @property
    def shadowing(self) -> list[Route]:
        """Those of them that take a part of a node's block: the longer prefix wins."""
        nodes = [route for route in self.of_nodes if route not in self.outside]
        blocks = [route.destination for route in nodes]
        return [route for route in self.inside if any(_is_inside(route, block) for block in blocks)]


def sort_routes(seen: RunningCluster, table: RouteTable | None) -> RoutesByNode:
    """The routes of a cluster's table, None where none is seen.

    Where nodes are not shown one by one, no route is called stale. Nor is one of a node that has not this cluster's
    number: another cluster may live on the same table.
    """
    pods = seen.pods
    if table is None:
        return RoutesByNode(None, missing=seen.nodes)
    nodes = {node.name: node for node in seen.nodes}
    numbers = {cluster_of(name) for name in nodes} - {""}
    complete = nodes_are_complete(seen)
    of_nodes, custom, stale = list[Route](), list[Route](), list[Route]()
    for route in table.routes:
        inside = _is_inside(route, pods)
        if node_of_route(route.name) in nodes:
            of_nodes.append(route)
        elif inside and complete and cluster_of(node_of_route(route.name)) in numbers:
            stale.append(route)
        else:
            custom.append(route)
    judged = [route for route in of_nodes if not _is_ipv6(route)]
    routed = {node_of_route(route.name) for route in judged}
    return RoutesByNode(
        table,
        of_nodes,
        custom,
        missing=[node for name, node in nodes.items() if name not in routed],
        stale=stale,
        wrong=[route for route in judged if _leads_elsewhere(route, nodes.get(node_of_route(route.name)))],
        doubled=_doubled(table.routes, pods),
        outside=[route for route in judged if _is_outside(route, pods)],
        own_inside=[route.name for route in custom if _is_inside(route, pods) and not is_of_a_node(route.name)],
        of_others=[route for route in custom if not _is_ipv6(route) and _is_of_another(route, numbers)],
    )


def nodes_are_complete(seen: RunningCluster) -> bool:
    """Whether every node is known.

    A pool whose machines are not shown is seen in its subnet, unless it has no scale set. A cluster that does not run
    shows no node, and its routes may stay.
    """
    if seen.cluster.is_stopped or any(pool.is_stopped for pool in seen.cluster.pools):
        return False
    shown = {node.pool for node in seen.nodes}
    unseen = [pool for pool in seen.cluster.pools if pool.name in seen.unseen_pools and pool.nodes]
    return all(pool.kind != VIRTUAL_MACHINES and pool.name in shown for pool in unseen)


def _leads_elsewhere(route: Route, node: Node | None) -> bool:
    """Whether a route leads to none of a node's addresses, as far as these are shown."""
    return node is not None and bool(node.address) and route.address not in (node.address, *node.addresses)


def _is_ipv6(route: Route) -> bool:
    return route.destination is None and ":" in route.prefix


def _is_inside(route: Route, pods: IPNetwork | None) -> bool:
    return pods is not None and route.destination is not None and route.destination in pods


def _is_outside(route: Route, pods: IPNetwork | None) -> bool:
    return pods is not None and not _is_inside(route, pods)


def _is_of_another(route: Route, numbers: Collection[str]) -> bool:
    """Whether a route is named after a node of a cluster with another number. numbers: this one's, none if unknown"""
    number = cluster_of(node_of_route(route.name))
    return bool(numbers) and bool(number) and number not in numbers


def _doubled(routes: Iterable[Route], pods: IPNetwork | None) -> list[list[Route]]:
    by_range: dict[IPNetwork, list[Route]] = {}
    for route in routes:
        if _is_inside(route, pods) and route.destination is not None:
            by_range.setdefault(route.destination, []).append(route)
    return [found for found in by_range.values() if len(found) > 1]

"""Routes of a running cluster: those that nodes lack, that are left over, or that lead elsewhere. [R11 R12 R13 R14]"""

import shlex
from collections.abc import Iterator, Sequence

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.nodes import Node, is_of_a_node, node_of_route
from azext_kubenet.azure.reads import Read
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.other_clusters import nodes_by_group
from azext_kubenet.checks.running.nodes_again import names_ever, names_now
from azext_kubenet.checks.running.route_commands import delete, on
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.checks.running.unwritten_routes import cause

#: Seconds after which a node that has just joined has its route: they are written in batches, every 30. [B17]
_BATCH_SECONDS = 35.0
#: Parts of a message that are named one by one.
_NAMED = 5
#: States of a cluster or a pool that is not being changed. "" for one that shows none.
_AT_REST = ("", "succeeded", "failed", "canceled")


def _missing(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Each node has a route. What lacks one is looked at twice: a new node's comes within half a minute. [B17]"""
    yield from context.unread("networks", "subnets", "tables", "managed", "nodes")
    table = context.routes.table
    if table is None or not context.routes.missing:
        return
    missing = _still_missing(context, table, context.routes.missing)
    if not missing:
        return
    settled = _is_settled(context)
    later = "" if settled else "; the cluster is being changed, and they may still come"
    if settled and all(node.is_starting for node in missing):  # as where an autoscaler adds them
        settled, later = False, "; the machines are still being made, and their routes may still come"
    why = cause(context, table)
    yield Problem(
        f"{_named(missing)} {'has' if len(missing) == 1 else 'have'} no route in {table.id.name}: pods there cannot be "
        f"reached from other nodes{why.said}{later}",
        why.mend,
        severity=None if settled else Severity.WARNING,
    )


def _is_settled(context: RunningContext) -> bool:
    """Whether nothing is under way on the cluster and its pools."""
    states = (context.cluster.state, *(pool.state for pool in context.cluster.pools))
    return all(each.lower() in _AT_REST for each in states)


def _named(nodes: Sequence[Node]) -> str:
    shown = [f"{node.name} ({node.address})" if node.address else node.name for node in nodes[:_NAMED]]
    if len(nodes) > _NAMED:
        shown.append(f"{len(nodes) - _NAMED:,} more")
    return f"{'node' if len(nodes) == 1 else 'nodes'} {listed(shown)}"


def _still_missing(context: RunningContext, table: RouteTable, missing: Sequence[Node]) -> list[Node]:
    """Those of some nodes that have no route some time later either, and have not gone meanwhile."""
    try:
        now = context.reader.again(Read(str(table.id), api_versions.TABLE_API), _BATCH_SECONDS)
    except AzureError:
        return [*missing]
    if not isinstance(now, dict):
        return [*missing]
    routed = {node_of_route(route.name) for route in RouteTable.parse(now).routes if ":" not in route.prefix}
    left = [node for node in missing if node.name not in routed]
    there = names_now(context) if left else None
    return left if there is None else [node for node in left if node.name in there]


def _routes(routes: Sequence[Route]) -> str:
    shown = [f"{route.name} ({route.prefix})" for route in routes[:_NAMED]]
    return listed([*shown, f"{len(routes) - _NAMED:,} more"] if len(routes) > _NAMED else shown)


def _stale(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """No route is left over of a node that is gone. [R12]"""
    yield from context.unread("pods")
    table, twice = context.routes.table, _doubled_names(context)
    stale = [route for route in context.routes.stale if route.name not in twice]
    if table is None or not stale:
        return
    there = names_ever(context)
    stale = [route for route in stale if there is not None and node_of_route(route.name) not in there]
    if stale:
        moving = not _is_settled(context)
        yield Problem(
            f"{table.id.name} keeps {many(len(stale), 'route')} of nodes that are gone, each of which takes a place of "
            f"the table and a block of the pod CIDR: {_routes(stale)}"
            + ("; the cluster is being changed, and they may be of nodes that come or go" if moving else ""),
            f"once the cluster has settled, run the command again: az kubenet check {context.place}"
            if moving
            else delete(table, stale),
        )


def _doubled_names(context: RunningContext) -> set[str]:
    return {route.name for found in context.routes.doubled for route in found}


def _wrong(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Each node's route leads to the node. [R13]"""
    table, addresses = context.routes.table, {node.name: node.address for node in context.seen.nodes}
    for route in context.routes.wrong:
        if table is None:
            break
        address = addresses[node_of_route(route.name)]
        yield Problem(
            f"route {route.name} ({route.prefix}) leads to {route.address or 'no address'}, and its node has "
            f"{address}: pods there cannot be reached from other nodes",
            f"az network route-table route update {on(table.id)} -n {shlex.quote(route.name)} --next-hop-type "
            f"VirtualAppliance --next-hop-ip-address {address}",
        )
    yield from context.unread("nodes")


def _doubled(context: RunningContext) -> Iterator[Problem]:
    """No two routes are for one node's block. [R14]"""
    table, nodes = context.routes.table, {node.name for node in context.seen.nodes}
    stale = {route.name for route in context.routes.stale}
    for found in context.routes.doubled:
        if table is None:
            break
        living = [each for each in found if node_of_route(each.name) in nodes]
        left = [each for each in found if each.name in stale]
        idle = [*left, *(each for each in found if each not in living and not is_of_a_node(each.name))]
        idle = idle if living else left  # where no node has the block, one's own route is in nobody's way
        idle = [each for each in idle if each.name not in stale or _is_gone(context, each)]
        message = f"{table.id.name} has {many(len(found), 'route')} for {found[0].prefix}: {_routes(found)}"
        mend = f"to see whose block it is: az kubenet check {context.place} --inspect-cluster"
        yield Problem(
            f"{message}; Azure takes one of them, and a node's route may be refused for the other",
            delete(table, idle) if idle else mend,
            severity=None if living else Severity.WARNING,
        )


def _is_gone(context: RunningContext, route: Route) -> bool:
    """Whether the node of a route is gone for sure: nothing is under way, and nobody shows it at a second look."""
    there = names_ever(context) if _is_settled(context) else None
    return there is not None and node_of_route(route.name) not in there


def _outside(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Each node's route is for a block of the pod CIDR. [R14]"""
    yield from context.unread("pods")
    table, pods = context.routes.table, context.seen.pods
    if table is None or not context.routes.outside:
        return
    inside = {node_of_route(each.name) for each in context.routes.of_nodes if each not in context.routes.outside}
    alone = [route for route in context.routes.outside if node_of_route(route.name) not in inside]
    yield Problem(
        f"{many(len(context.routes.outside), 'route')} of nodes in {table.id.name} "
        f"{'is' if len(context.routes.outside) == 1 else 'are'} outside of the pod CIDR {pods}: "
        f"{_routes(context.routes.outside)}",
        f"{delete(table, context.routes.outside)} && az aks update {context.place} --yes",
        severity=None if alone else Severity.WARNING,
    )


def _own_inside(context: RunningContext) -> Iterator[Problem]:
    """No route of the user's own is inside the pod CIDR, where the cluster deletes all routes but its own. [B18]"""
    table, shadowing = context.routes.table, context.routes.shadowing
    harmless = [route for route in context.routes.inside if route not in shadowing]
    if table is not None and harmless:
        yield Problem(
            f"{table.id.name} has {many(len(harmless), 'route')} inside the pod CIDR {context.seen.pods} that lead to "
            f"no node, where the cluster deletes all routes but its own: {_routes(harmless)}",
            f"if nobody needs {'it' if len(harmless) == 1 else 'them'}: {delete(table, harmless)}",
            severity=Severity.WARNING,
        )
    if table is not None and shadowing:
        yield Problem(
            f"{table.id.name} has {many(len(shadowing), 'route')} for parts of blocks of nodes: pods there cannot be "
            f"reached from other nodes: {_routes(shadowing)}",
            delete(table, shadowing),
        )


def _of_others(context: RunningContext) -> Iterator[Problem]:
    """No route is of another cluster's node: where that cluster has the table, or the subnet, another check tells."""
    table, others = context.routes.table, context.routes.of_others
    if table is None or not others or _lives_with_others(context, table):
        return
    yield Problem(
        f"{table.id.name} has {many(len(others), 'route')} of nodes of another cluster, and only subnets of cluster "
        f"{context.cluster.id.name} have the table: {_routes(others)}",
        f"see whether that cluster is still there: az kubenet list; only if it is gone: {delete(table, others)}; if it "
        "is there, its subnet has lost the table, and its own check tells how to put it back",
    )


def _lives_with_others(context: RunningContext, table: RouteTable) -> bool:
    own = {subnet.id for subnet in context.seen.subnets}
    groups = {group for subnet in context.seen.subnets if subnet.shown for group in nodes_by_group(subnet.shown)}
    return any(each and each not in own for each in table.subnets) or bool(groups - {context.cluster.node_group})


CHECKS = (
    RunningCheck("routes-missing", _missing),
    RunningCheck("routes-stale", _stale),
    RunningCheck("routes-wrong-next-hop", _wrong),
    RunningCheck("routes-of-one-block", _doubled),
    RunningCheck("routes-outside-pod-cidr", _outside),
    RunningCheck("routes-in-pod-cidr", _own_inside),
    RunningCheck("routes-of-other-nodes", _of_others),
)

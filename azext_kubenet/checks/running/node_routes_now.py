"""Routes of a running cluster: those that nodes lack, that are left over, or that lead elsewhere. [R11 R12 R13 R14]"""

import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.activity_log import FailedWrite, failed_writes, writes_read
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.management_locks import READ_ONLY, Lock, locks_read
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.nodes import Node, is_of_a_node, node_of_route
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext

#: Seconds after which a node that has just joined has its route: they are written in batches, every 30. [B17]
_BATCH_SECONDS = 35.0
#: How far back the activity log of the table is looked at for what keeps routes from being written.
_DAYS = 2
#: Parts of a message that are named one by one.
_NAMED = 5
#: Azure's codes where a policy refuses the table. [R36] Azure/AKS#2681
_OF_POLICIES = ("requestdisallowedbypolicy", "ambiguouspolicyevaluationpaths")
_OF_LOCKS = "scopelocked"
_OF_CONFLICTS = "routeconflict"
_OF_RIGHTS = "authorizationfailed"


def _missing(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Each node has a route. What lacks one is looked at twice: a new node's comes within half a minute. [B17]"""
    yield from context.unread("networks", "subnets", "tables", "managed", "nodes")
    table = context.routes.table
    if table is None or not context.routes.missing:
        return
    missing = _still_missing(context, table, context.routes.missing)
    if not missing:
        return
    settled = context.cluster.state in ("", "Succeeded") and all(
        pool.state in ("", "Succeeded") for pool in context.cluster.pools
    )
    later = "" if settled else "; the cluster is being changed, and they may still come"
    cause, mend = _cause(context, table)
    yield Problem(
        f"{_named(missing)} {'has' if len(missing) == 1 else 'have'} no route in {table.id.name}: pods there cannot be "
        f"reached from other nodes{cause}{later}",
        mend,
        severity=None if settled else Severity.WARNING,
    )


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
    routed = {node_of_route(route.name) for route in RouteTable.parse(now).routes}
    left = [node for node in missing if node.name not in routed]
    gone: set[str] = set()
    for pool in {node.pool for node in left if node.pool}:
        read = Read(f"{context.cluster.id}/agentPools/{pool}/machines", api_versions.RUNNING_CLUSTER_API, True)
        try:
            machines = context.reader.again(read, 0.0)
        except AzureError:
            continue
        there = {Node.parse(each, pool).name for each in machines} if isinstance(machines, list) else set()
        gone |= {node.name for node in left if node.pool == pool and there and node.name not in there}
    return [node for node in left if node.name not in gone]


def _cause(context: RunningContext, table: RouteTable) -> tuple[str, str]:
    """Why routes are not written, in words, and what mends it. [R36]

    What cannot be read makes this poorer, and is no finding. Once nothing is in the way, AKS writes the routes when it
    reconciles the cluster, which changes nothing else. [K40]
    """
    reconcile = f"az aks update {context.place} --yes"
    lock = next((each for each in _locks(context, table.id) if each.level == READ_ONLY), None)
    if lock is not None:
        remove = f"az lock delete --ids {shlex.quote(str(lock.id))}"
        return f", as lock {lock.id.name} forbids to write the table", f"{remove} && {reconcile}"
    for write in _failed(context, table.id):
        code = write.code.lower()
        said = f"; writes of the table have failed since {write.at}: {write.code}"
        if code in _OF_POLICIES:
            place = f"--policy-assignment {shlex.quote(write.assignment or 'ASSIGNMENT_ID')}"
            exempt = "az policy exemption create -n kubenet-routes --exemption-category Waiver"
            return said, f"{exempt} {place} --scope {shlex.quote(str(table.id))} && {reconcile}"
        if code == _OF_CONFLICTS and context.routes.stale:
            return said, f"{_delete(table, context.routes.stale)} && {reconcile}"
        if code == _OF_RIGHTS and context.principal:
            grant = (
                f"az role assignment create --assignee-object-id {context.principal} --assignee-principal-type "
                f'ServicePrincipal --role "Network Contributor" --scope {shlex.quote(str(table.id))}'
            )
            return said, f"{grant} && {reconcile}"
        return said, reconcile
    return "", reconcile


def _locks(context: RunningContext, table: ResourceId) -> list[Lock]:
    scope = str(table.subscription_id)
    try:
        found = context.optional_list("the locks", scope, locks_read(scope))
    except Unreadable:
        return []
    return [lock for lock in map(Lock.parse, found) if lock.scope.contains(table)]


def _failed(context: RunningContext, table: ResourceId) -> list[FailedWrite]:
    since = (datetime.now(UTC) - timedelta(days=_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        return failed_writes(context.optional_list("the activity log", str(table), writes_read(table, since)))
    except Unreadable:
        return []


def _on(table: ResourceId) -> str:
    """The options that name a table in commands of its routes."""
    group, name = shlex.quote(table.group), shlex.quote(table.name)
    return f"--subscription {table.subscription} -g {group} --route-table-name {name}"


def _delete(table: RouteTable, routes: Sequence[Route]) -> str:
    """The command, or the loop, that deletes routes."""
    names = [route.name for route in routes]
    if len(names) == 1:
        return f"az network route-table route delete {_on(table.id)} -n {shlex.quote(names[0])}"
    each = f'az network route-table route delete {_on(table.id)} -n "$ROUTE"'
    return f"for ROUTE in {shlex.join(names)}; do {each}; done"


def _routes(routes: Sequence[Route]) -> str:
    shown = [f"{route.name} ({route.prefix})" for route in routes[:_NAMED]]
    return listed([*shown, f"{len(routes) - _NAMED:,} more"] if len(routes) > _NAMED else shown)


def _stale(context: RunningContext) -> Iterator[Problem]:
    """No route is left over of a node that is gone. [R12]"""
    table, twice = context.routes.table, _doubled_names(context)
    stale = [route for route in context.routes.stale if route.name not in twice]
    if table is not None and stale:
        yield Problem(
            f"{table.id.name} keeps {many(len(stale), 'route')} of nodes that are gone, each of which takes a place of "
            f"the table and a block of the pod CIDR: {_routes(stale)}",
            _delete(table, stale),
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
            f"az network route-table route update {_on(table.id)} -n {shlex.quote(route.name)} --next-hop-ip-address "
            f"{address}",
        )
    yield from context.unread("nodes")


def _doubled(context: RunningContext) -> Iterator[Problem]:
    """No two routes are for one node's block. [R14]"""
    table, nodes = context.routes.table, {node.name for node in context.seen.nodes}
    for found in context.routes.doubled:
        if table is None:
            break
        stale = {route.name for route in context.routes.stale}
        idle = [each for each in found if each.name in stale or not is_of_a_node(each.name)]
        idle = [each for each in idle if node_of_route(each.name) not in nodes]
        message = f"{table.id.name} has {many(len(found), 'route')} for {found[0].prefix}: {_routes(found)}"
        if len(idle) in (0, len(found)):
            mend = f"to see whose block it is: az kubenet check {context.place} --inspect-cluster"
        else:
            mend = _delete(table, idle)
        yield Problem(f"{message}; Azure takes one of them, and a node's route may be refused for the other", mend)


def _outside(context: RunningContext) -> Iterator[Problem]:
    """Each node's route is for a block of the pod CIDR. [R14]"""
    table, pods = context.routes.table, context.seen.pods
    if table is None or not context.routes.outside:
        return
    inside = {node_of_route(each.name) for each in context.routes.of_nodes if each not in context.routes.outside}
    alone = [route for route in context.routes.outside if node_of_route(route.name) not in inside]
    yield Problem(
        f"{many(len(context.routes.outside), 'route')} of nodes in {table.id.name} "
        f"{'is' if len(context.routes.outside) == 1 else 'are'} outside of the pod CIDR {pods}: "
        f"{_routes(context.routes.outside)}",
        f"{_delete(table, context.routes.outside)} && az aks update {context.place} --yes",
        severity=None if alone else Severity.WARNING,
    )


def _own_inside(context: RunningContext) -> Iterator[Problem]:
    """No route of the user's own is inside the pod CIDR, where the cluster deletes all routes but its own. [B18]"""
    table, own = context.routes.table, context.routes.inside
    if table is not None and own:
        yield Problem(
            f"{table.id.name} has {many(len(own), 'route')} inside the pod CIDR {context.seen.pods} that lead to no "
            f"node, where the cluster deletes all routes but its own: {_routes(own)}",
            _delete(table, own),
            severity=Severity.WARNING,
        )


CHECKS = (
    RunningCheck("routes-missing", _missing),
    RunningCheck("routes-stale", _stale),
    RunningCheck("routes-wrong-next-hop", _wrong),
    RunningCheck("routes-of-one-block", _doubled),
    RunningCheck("routes-outside-pod-cidr", _outside),
    RunningCheck("routes-in-pod-cidr", _own_inside),
)

"""What only the cluster's own API shows, where it was asked for: nodes, their blocks, what keeps them from draining.

Nothing of it runs without the option that asks for it. What was not seen is said, part by part. [R20-R27]
"""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.nodes import node_of_route
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.inside_cluster import Budget, Condition, InsideCluster, InsideNode
from azext_kubenet.discovery.inside_command import Part
from azext_kubenet.discovery.inspection import NotInspected

T = TypeVar("T")
#: The most of a kind that are told one by one; the others are named together.
_EACH = 10
#: Seconds in which a node that has just joined becomes Ready and gets its route. [B17]
_YOUNG = 300
#: A text that stands between double quotes in any shell as it is.
_PLAIN = re.compile(r"""[^"$`\\!]*""")
#: A machine of a scale set by the name of its node: the scale set, and its number in base 36. [R10]
_INSTANCE = re.compile(r"(aks-[a-z0-9]+-[0-9]+-vmss)([0-9a-z]{6})")


def seen_inside(context: RunningContext, part: Part) -> InsideCluster | None:
    """What is seen of the inside; None where nobody has asked. Raises Unreadable for a part that is not seen."""
    inside, cluster = context.inside, context.cluster
    if inside is None:
        return None
    if isinstance(inside, NotInspected):
        cause = AzureError(0, "", inside.why)
        raise Unreadable(f"the inside of cluster {cluster.id.name}", str(cluster.id), cause, inside.mend)
    if part in inside.unread:
        raise _unseen(context, part, inside.unread[part])
    return inside


def _unseen(context: RunningContext, part: Part, why: str) -> Unreadable:
    cluster = context.cluster
    mend = "run the command again"
    if "forbidden" in why.lower():
        mend = f"have an administrator of the cluster allow the caller to list its {part}"
    return Unreadable(f"{part} of cluster {cluster.id.name}", str(cluster.id), AzureError(0, "", why), mend)


def cut_of(context: RunningContext, inside: InsideCluster, part: Part) -> Iterator[Unreadable]:
    """That a part was not seen whole."""
    if part in inside.cut:
        cluster = context.cluster
        what, cause = f"all {part} of cluster {cluster.id.name}", AzureError(0, "", inside.cut[part])
        yield Unreadable(what, str(cluster.id), cause, "mend what was found, and run the command again")


def _told(found: Sequence[T], each: Callable[[T], Problem], name: Callable[[T], str], what: str) -> Iterator[Problem]:
    """The first of what was found one by one, and the names of all others together."""
    yield from map(each, found[:_EACH])
    others = found[_EACH:]
    if others:
        grave = each(others[0]).severity
        yield Problem(
            f"{len(others):,} more {what}: {listed([*map(name, others)])}",
            "mend those before, and run the command again: it shows what to type for the next",
            severity=grave,
        )


def kubectl(context: RunningContext, command: str) -> str:
    """The command that runs a command of kubectl inside of the cluster."""
    quoted = f'"{command}"' if _PLAIN.fullmatch(command) else shlex.quote(command)
    return f"az aks command invoke {context.place} --command {quoted}"


def _since(node: InsideNode) -> str:
    return f"; it joined {node.age} s ago, and may still be starting" if _is_young(node) else ""


def _is_young(node: InsideNode) -> bool:
    return node.age is not None and node.age < _YOUNG


def _severity(node: InsideNode) -> Severity | None:
    return Severity.WARNING if _is_young(node) else None


def _because(condition: Condition) -> str:
    why = ": ".join(each for each in (condition.reason, condition.message) if each)
    return f" ({why})" if why else ""


def _nodes_ready(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Every node is Ready. One that has no block cannot be, and is told of by _blocks."""
    inside = seen_inside(context, Part.NODES)
    if inside is None:
        return

    def told(node: InsideNode) -> Problem:
        condition = node.not_ready or Condition("Ready", "True")
        describe = kubectl(context, f"kubectl describe node {shlex.quote(node.name)}")
        restart = _restart(context, node)
        return Problem(
            f"node {node.name} is not Ready: its condition is {condition.status}{_because(condition)}{_since(node)}",
            f"see why: {describe}" + (f"; then restart it: {restart}" if restart else ""),
            severity=_severity(node),
        )

    found = [node for node in inside.nodes if node.not_ready and node.block is not None]
    yield from _told(found, told, lambda node: node.name, "nodes are not Ready")
    yield from cut_of(context, inside, Part.NODES)


def _restart(context: RunningContext, node: InsideNode) -> str:
    """The command that restarts a node's machine; "" where that is not known."""
    machine = next((each.machine for each in context.seen.nodes if each.name == node.name), ResourceId())
    if machine.kind.lower() == "microsoft.compute/virtualmachines":
        return f"az vm restart --ids {shlex.quote(str(machine))}"
    found, group = _INSTANCE.fullmatch(node.name), context.cluster.node_group
    if machine.parent.kind.lower() == "microsoft.compute/virtualmachinescalesets":
        scale_set, group, number = machine.parent.name, machine.group_id, machine.name
    elif found and group:
        scale_set, number = found[1], str(int(found[2], 36))
    else:
        return ""
    where = f"--subscription {shlex.quote(group.subscription)} -g {shlex.quote(group.group)}"
    return f"az vmss restart {where} -n {shlex.quote(scale_set)} --instance-ids {shlex.quote(number)}"


def _network_available(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """No node waits for its network. Those whose route is not as it should be are told of by _blocks."""
    inside = seen_inside(context, Part.NODES)
    if inside is None:
        return
    table = context.routes.table

    def told(node: InsideNode) -> Problem:
        condition = node.network_unavailable or Condition("NetworkUnavailable", "True")
        return Problem(
            f"node {node.name} has NetworkUnavailable{_because(condition)}: pods on it cannot be reached from other "
            f"nodes, and no pod is placed on it{_since(node)}",
            f"have AKS set it up again: az aks update {context.place} --yes",
            severity=_severity(node),
        )

    found = [
        node
        for node in inside.nodes
        if node.network_unavailable and (table is None or _route_problem(context, inside, table, node) is None)
    ]
    yield from _told(found, told, lambda node: node.name, "nodes have NetworkUnavailable")
    yield from cut_of(context, inside, Part.NODES)


def _blocks(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Every node has a block, and the block's route leads to the node. A table that is missing is another check's."""
    inside = seen_inside(context, Part.NODES)
    if inside is None:
        return
    table = context.routes.table
    if table is None:
        context.require("networks", "subnets", "tables", "managed")
        return
    problems = [(node, found) for node in inside.nodes if (found := _route_problem(context, inside, table, node))]
    yield from _told(problems, lambda each: each[1], lambda each: each[0].name, "nodes are cut off in the same way")
    yield from cut_of(context, inside, Part.NODES)


def _route_problem(
    context: RunningContext, inside: InsideCluster, table: RouteTable, node: InsideNode
) -> Problem | None:
    """What is wrong with a node's block, or with its route; None for nothing, or while the node's address is hidden."""
    if node.block is None:
        return _without_block(context, inside, node)
    route = next((each for each in table.routes if each.destination == node.block), None)
    if not node.address or (route is not None and route.address == node.address):
        return None
    if route is None:
        astray = _astray(table.routes, inside, node)
        own = f": its route {astray.name} is for {astray.prefix}" if astray else ""
        message = (
            f"node {node.name} has the pods of {node.block}, and no route in table {table.id.name} leads there{own}"
        )
        mend = _create(table, node) if astray is None else f"{_delete(table, astray)} && {_create(table, node)}"
    else:
        other = next((f" of node {each.name}" for each in inside.nodes if each.address == route.address), "")
        to = f"{route.address}{other}" if route.address else route.next_hop or "nowhere"
        message = (
            f"node {node.name} at {node.address} has the pods of {node.block}, and route {route.name} of table "
            f"{table.id.name} leads them to {to}"
        )
        mend = f"{_delete(table, route)} && {_create(table, node)}"
        if node_of_route(route.name) == node.name:
            mend = f"az network route-table route update {_place(table, route.name)} {_next_hop(node)}"
    return Problem(f"{message}{_since(node)}", f"lead them to the node: {mend}", severity=_severity(node))


def _astray(routes: Iterable[Route], inside: InsideCluster, node: InsideNode) -> Route | None:
    """A route that has the node's name, and leads pods to it that no node has."""
    blocks = {each.block for each in inside.nodes}
    return next((r for r in routes if node_of_route(r.name) == node.name and r.destination not in blocks), None)


def _without_block(context: RunningContext, inside: InsideCluster, node: InsideNode) -> Problem:
    """A node that has no part of the pod CIDR: no pod of its own can start on it."""
    pods, held = context.seen.pods, sum(each.block is not None for each in inside.nodes)
    message = f"node {node.name} has no part of the pod CIDR, so that no pod gets an address on it"
    pool = next((each.pool for each in context.seen.nodes if each.name == node.name), "")
    mend = f"have AKS set it up again: az aks update {context.place} --yes"
    if pods is not None and held >= sizing.node_blocks(pods):
        message += f": {pods} has {many(sizing.node_blocks(pods), 'block')}, and other nodes have them all"
        if pool:
            cluster = context.cluster.id
            where = f"-g {shlex.quote(cluster.group)} --cluster-name {shlex.quote(cluster.name)} -n {shlex.quote(pool)}"
            mend = f"remove it: az aks nodepool delete-machines {where} --machine-names {shlex.quote(node.name)}"
    return Problem(f"{message}{_since(node)}", mend, severity=_severity(node))


def _place(table: RouteTable, route: str) -> str:
    """The options that name a route."""
    subscription, group, name, route = map(shlex.quote, (table.id.subscription, table.id.group, table.id.name, route))
    return f"--subscription {subscription} -g {group} --route-table-name {name} -n {route}"


def _next_hop(node: InsideNode) -> str:
    return f"--next-hop-type VirtualAppliance --next-hop-ip-address {node.address}"


def _create(table: RouteTable, node: InsideNode) -> str:
    """The command that creates a node's route, by the name that the cloud provider gives it. [R9]"""
    name = f"{node.name}____{re.sub('[./]', '', str(node.block))}"
    return f"az network route-table route create {_place(table, name)} --address-prefix {node.block} {_next_hop(node)}"


def _delete(table: RouteTable, route: Route) -> str:
    return f"az network route-table route delete {_place(table, route.name)}"


def _budgets(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """No PodDisruptionBudget keeps nodes from being drained. [K25]"""
    inside = seen_inside(context, Part.BUDGETS)
    if inside is None:
        return
    found = [each for each in inside.budgets if each.pods or each.never_allows_any]
    yield from _told(
        found,
        lambda each: _blocking(context, each),
        lambda each: f"{each.namespace}/{each.name}",
        "PodDisruptionBudgets allow no eviction",
    )
    yield from cut_of(context, inside, Part.BUDGETS)


def _blocking(context: RunningContext, budget: Budget) -> Problem:
    namespace, name = shlex.quote(budget.namespace), shlex.quote(budget.name)
    rule = f"maxUnavailable {budget.unavailable}" if budget.unavailable else f"minAvailable {budget.at_least}"
    begin = f"PodDisruptionBudget {budget.namespace}/{budget.name} ({rule}, {budget.healthy} of "
    begin += f"{many(budget.pods, 'pod')} healthy) allows no eviction"
    if not budget.never_allows:
        pods = kubectl(context, f"kubectl get pods -n {namespace} -o wide")
        return Problem(
            f"{begin} while so few are healthy, {budget.wanted} of which must be: an upgrade waits for them, and fails",
            f"see which are not, and why: {pods}",
        )
    most = "{spec: {maxUnavailable: 1}}" if budget.unavailable else "{spec: {minAvailable: null, maxUnavailable: 1}}"
    patch = kubectl(context, f"kubectl patch pdb {name} -n {namespace} --type merge -p '{most}'")
    return Problem(
        f"{begin}, however healthy they are: no node with one of them can be drained, and an upgrade or a move fails",
        f"run more pods than it wants, or let one at a time be evicted: {patch}",
    )


CHECKS = (
    RunningCheck("nodes-not-ready", _nodes_ready),
    RunningCheck("node-network-unavailable", _network_available),
    RunningCheck("pod-cidr-of-node", _blocks),
    RunningCheck("pdb-blocks-drain", _budgets),
)

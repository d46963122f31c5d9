"""A route table of the user's own on the subnet: what it may hold, and what it asks of the identity."""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.planner.other_pods import other_pods
from azext_kubenet.addressing.wording import count_option, listed, many, node_options
from azext_kubenet.azure.models import Route
from azext_kubenet.azure.nodes import is_of_a_node
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Check, Phase, Problem
from azext_kubenet.checks.context import ROUTE_TABLE, CheckContext
from azext_kubenet.discovery.route_tables import Whose
from azext_kubenet.options.choices import SYSTEM_ASSIGNED, USER_ASSIGNED

#: The type of the next hop of a route that drops traffic.
#: https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
_DROPPED = "none"
#: Routes that a message names, or subnets; a table may hold hundreds.
_NAMED = 5


def _routes_in_pod_cidr(context: CheckContext) -> Iterator[Problem]:
    """No route of the table begins or ends in the pod CIDR, where AKS deletes those that it does not know."""
    pods, inside = context.plan.pods, []
    for route in context.route_table.routes:
        network = route.destination
        if (
            network is not None
            and pods is not None
            and any(pods.first <= end <= pods.last for end in (network.first, network.last))
        ):
            inside.append((route, network))
    if not inside:
        return
    table_id = context.id_of(ROUTE_TABLE)
    named = [f"{route.name} ({network})" for route, network in inside[:_NAMED]]
    if len(inside) > _NAMED:
        named.append(f"{len(inside) - _NAMED} more")
    yield Problem(
        f"route table {table_id.name} of subnet {context.names.subnet} has {many(len(inside), 'route')} "
        f"inside the pod CIDR {pods}, where the cluster deletes all routes but its own: {listed(named)}",
        f"use {_other_pods(context)}{_or_delete(context, [route for route, _ in inside])}",
        ("--pod-cidr",),
    )


def _other_pods(context: CheckContext) -> str:
    """A pod CIDR that is free of all that was seen, as an option; without one, only that another is needed."""
    routes = [each.destination for each in context.route_table.routes if each.destination is not None]
    found = other_pods(context.plan, context.seen, routes)
    return "another --pod-cidr" if found is None else f"--pod-cidr {found}"


def _or_delete(context: CheckContext, routes: list[Route]) -> str:
    """How to delete routes, all of them, where that takes nothing from anybody; else why they are not to be deleted.

    Nothing is lost with routes that drop traffic, in a table that is seen to be on this subnet alone.
    """
    if any(is_of_a_node(route.name) for route in routes):
        return ", or another subnet: some of these routes lead to nodes of a cluster"
    table, others = context.id_of(ROUTE_TABLE), _other_subnets(context)
    if others:
        return f", or another subnet: {listed(others)} {'has' if len(others) == 1 else 'have'} this table, too"
    needed = [route for route in routes if route.next_hop.lower() != _DROPPED]
    if needed:
        return f", or another subnet: route {needed[0].name} leads to {needed[0].next_hop or 'a hop that is not shown'}"
    if ResourceId(context.names.subnet_id) not in context.route_table.subnets:
        return ", or another subnet: azure does not show which subnets have this table"
    group, name = shlex.quote(table.group), shlex.quote(table.name)
    on = f"--subscription {table.subscription} -g {group} --route-table-name {name}"
    names = [route.name for route in routes]
    if len(names) == 1:
        return f", or delete it: az network route-table route delete {on} -n {shlex.quote(names[0])}"
    each = f'az network route-table route delete {on} -n "$ROUTE"'
    return f", or delete them: for ROUTE in {shlex.join(names)}; do {each}; done"


def _other_subnets(context: CheckContext) -> list[str]:
    """The other subnets that have the table, in words: as the table shows them, and their network."""
    table, own = context.id_of(ROUTE_TABLE), ResourceId(context.names.subnet_id)
    network = ResourceId(context.names.vnet_id)
    beside = [ResourceId(f"{network}/subnets/{each.name}") for each in context.existing.network.subnets
              if each.route_table == table]  # fmt: skip
    found = [each for each in dict.fromkeys([*beside, *context.route_table.subnets]) if each and each != own]
    named = [f"subnet {each.name} of network {each.parent.name}" for each in found[:_NAMED]]
    return [*named, many(len(found) - _NAMED, "more subnet")] if len(found) > _NAMED else named


def _routes_room(context: CheckContext) -> Iterator[Problem]:
    """The table has room for a route of each node at their peak, beside its own."""
    table_id, size = context.id_of(ROUTE_TABLE), context.plan.size
    own = len(context.route_table.routes)
    if own + size.nodes_with_surge <= limits.MAX_ROUTES or not own:  # without own routes, the plan's rules have told
        return
    nodes = sizing.nodes_within(limits.MAX_ROUTES - own, size)
    at_peak = size.nodes_with_surge
    fewer = f"use {node_options(size, nodes)}, or " if nodes > 0 else ""
    yield Problem(
        f"route table {table_id.name} has {many(own, 'route')}, and the cluster needs {at_peak} at its "
        f"peak: more than the {limits.MAX_ROUTES} that AKS allows for",
        f"{fewer}use a subnet whose table has no more than {many(max(0, limits.MAX_ROUTES - at_peak), 'route')}",
        (count_option(size),),
    )


def _table_subscription(context: CheckContext) -> Iterator[Problem]:
    """The table is in the subscription of the cluster."""
    names, table_id = context.names, context.id_of(ROUTE_TABLE)
    there = table_id.subscription
    if there and there.lower() != names.subscription.lower():
        yield Problem(
            f"route table {table_id.name} of subnet {names.subnet} is in subscription {there}, and the cluster "
            f"would be in {names.subscription}",
            f"use a table in {names.subscription}, or detach it: az network vnet subnet update "
            f"--ids {names.subnet_id} --route-table null",
        )


def _table_identity(context: CheckContext) -> Iterator[Problem]:
    """With a route table of the user's own, the identity exists before the cluster does."""
    table_id = context.id_of(ROUTE_TABLE)
    if table_id and context.wanted.identity_kind == SYSTEM_ASSIGNED:
        yield Problem(
            f"subnet {context.names.subnet} has route table {table_id.name}, and AKS accepts none with "
            "a system-assigned identity",
            f"use --identity-type {USER_ASSIGNED}",
            ("--identity-type",),
        )


def _table_replaced(context: CheckContext) -> Iterator[Problem]:
    """The subnet of a cluster that exists has the table that the cluster's routes are in."""
    table, names = context.table(), context.names
    if table.whose is not Whose.FOREIGN:
        return
    yield Problem(
        f"subnet {names.subnet} has route table {table.id.name}, and that of cluster {names.cluster} is "
        f"{table.managed.name} in {table.managed.group}: pods cannot reach each other from node to node",
        f"attach that one again: az network vnet subnet update --ids {names.subnet_id} --route-table {table.managed}; "
        "then correct the code that detached it, which would do so again",
    )


CHECKS = (
    Check("routes-in-pod-cidr", _routes_in_pod_cidr, (Phase.PLAN, Phase.CREATE), of_routes=True),
    Check("routes-room", _routes_room, (Phase.PLAN, Phase.CREATE), of_routes=True),
    Check("route-table-subscription", _table_subscription, (Phase.PLAN, Phase.CREATE), of_routes=True),
    Check("route-table-replaced", _table_replaced, (Phase.PLAN, Phase.CREATE, Phase.EXISTING), of_routes=True),
    Check("route-table-identity", _table_identity),
)

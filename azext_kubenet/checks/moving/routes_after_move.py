"""What routes do today and will not after a move: those of the user's own, and those to pods. [K19 K31 K33]"""

import shlex
from collections.abc import Iterator, Sequence

from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.nodes import SEPARATOR
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.node_route_remedies import list_routes
from azext_kubenet.checks.running.route_commands import delete, named, on
from azext_kubenet.checks.running.running_context import RunningContext, subscriptions_of, tables_read

#: The outbound type with which the table is the nodes' way out.
_BY_TABLE = "userdefinedrouting"


def _routes_lost(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """Nobody has routes of his own in the table that AKS takes off, or deletes with it where it made it. [K19 K33]"""
    yield from context.unread("tables", "managed")
    cluster = context.cluster
    for table_id in dict.fromkeys([*([context.home.id] if context.home else []), *context.seen.attached_tables]):
        table = context.home if context.home and context.home.id == table_id else context.seen.tables.get(table_id)
        by_hand = [*by_hand_in(context, table)] if table is not None else []
        if table is None or not by_hand:
            continue
        if cluster.node_group.contains(table_id):
            yield _deleted(context, table, by_hand)
        elif not keeps_its_table(cluster):
            yield from _taken_off(context, table, by_hand)


def keeps_its_table(cluster: Cluster) -> bool:
    """Whether AKS leaves a table of the user's own on the subnets, as the nodes' way out. [K33]"""
    return cluster.outbound_type.lower() == _BY_TABLE


def by_hand_in(context: RunningContext, table: RouteTable) -> Iterator[Route]:
    """Routes that are no node's and lead elsewhere than to pods."""
    pods = context.seen.pods
    for each in table.routes:
        if SEPARATOR not in each.name and (pods is None or each.destination is None or each.destination not in pods):
            yield each


def _deleted(context: RunningContext, table: RouteTable, by_hand: list[Route]) -> Problem:
    _, commands = copy_of(context, table, by_hand)
    return Problem(
        f"AKS deletes route table {table.id.name} with the move, and in it {told(by_hand)}, not made by AKS",
        f"write them into a table of your own, and attach that after the move: {' && '.join(commands)}",
    )


def copy_of(context: RunningContext, table: RouteTable, routes: Sequence[Route]) -> tuple[ResourceId, list[str]]:
    """A name that is free for a table with these routes, as far as tables are shown, and the commands that make it."""
    cluster = context.cluster
    # a table is in the subscription of its subnets' network
    # https://learn.microsoft.com/azure/virtual-network/manage-route-table#associate-a-route-table-to-a-subnet
    home = next((each for each in context.seen.networks if cluster.has_own_network), cluster.id).group_id
    try:
        scope = str(home.subscription_id)
        listed_ = context.list_of(f"the route tables of {scope}", scope, tables_read(scope))
    except Unreadable:
        listed_ = []
    there = {RouteTable.parse(each).id for each in listed_}
    name = f"{home}/providers/Microsoft.Network/routeTables/{cluster.id.name}-routes"
    names = (ResourceId(f"{name}-{number}" if number else name) for number in range(1000))
    copy = next(each for each in names if each not in there)
    place = f"--subscription {copy.subscription} {copy.place}"
    bgp = " --disable-bgp-route-propagation true" if table.keeps_out else ""
    make = f"az network route-table create {place} -l {shlex.quote(cluster.location)}{bgp}"
    return copy, [make, *(f"az network route-table route create {on(copy)} {_options(each)}" for each in routes)]


def _taken_off(context: RunningContext, table: RouteTable, by_hand: list[Route]) -> Iterator[Problem]:
    subnets = [each for each in context.seen.subnets if each.shown and each.shown.route_table == table.id]
    there = [each.id for each in subnets]
    held = [one for each in subnets if each.shown for one in each.shown.configurations]
    others = sum(bool(one.group) and not context.cluster.node_group.contains(one) for one in held)
    if there:
        attach = [
            f"az network vnet subnet update --ids {shlex.quote(str(each))} --route-table {shlex.quote(str(table.id))}"
            for each in there
        ]
        yield Problem(
            f"AKS takes route table {table.id.name} off {listed([f'subnet {each.name}' for each in there])} with the "
            f"move: without it the nodes have no longer {told(by_hand)}"
            + (f", nor have {many(others, 'other address')} there" if others else ""),
            f"if nodes need them, put it on again after the move: {' && '.join(attach)}",
        )


def told(routes: Sequence[Route]) -> str:
    """How many routes, and the names and ranges of the first of them."""
    return f"{many(len(routes), 'route')}: {named(routes)}"


def _options(route: Route) -> str:
    hop = f" --next-hop-ip-address {route.address}" if route.address else ""
    return (
        f"-n {shlex.quote(route.name)} --address-prefix {shlex.quote(route.prefix)} "
        f"--next-hop-type {shlex.quote(route.next_hop)}{hop}"
    )


def _reached(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """Nobody reaches pods by routes of other tables: afterwards nobody outside of the nodes does. [K31]"""
    pods = context.seen.pods
    if pods is None:
        return
    own = {*context.seen.tables}
    nodes = {node.address for node in context.seen.nodes if node.address}
    for subscription in subscriptions_of(context.cluster):
        listed_ = context.list_of(
            f"the route tables of {subscription}", str(subscription), tables_read(str(subscription))
        )
        for table in map(RouteTable.parse, listed_):
            # a route that is named after a node is that cluster's own, whose pods may have the same addresses
            found = [
                each for each in table.routes
                if SEPARATOR not in each.name and each.destination is not None and each.destination in pods
                and (not nodes or each.address in nodes)
            ]  # fmt: skip
            if found and table.id not in own:
                yield _cut_off(table, found) if nodes else _perhaps_cut_off(table, found)
    yield from context.unread("nodes")


def _cut_off(table: RouteTable, routes: list[Route]) -> Problem:
    subnets = listed([each.name for each in table.subnets]) or "no subnet"
    return Problem(
        f"route table {table.id.name}, on {subnets}, leads to pods by {told(routes)}: nobody outside of the nodes "
        "reaches a pod by its own address after the move",
        "give what is reached there a Service of type LoadBalancer before; afterwards delete the routes: "
        + delete(table, routes),
    )


def _perhaps_cut_off(table: RouteTable, routes: list[Route]) -> Problem:
    """The same where no node is shown: another cluster's pods may have the same addresses. [G13]"""
    return Problem(
        f"route table {table.id.name} leads to addresses of pods by {told(routes)}; whether of this cluster is "
        "not seen, as its machines are not shown: whoever reaches pods by it will not after the move",
        f"see where they lead: {list_routes(table.id)}",
    )


CHECKS = (
    MovingCheck("routes-lost", _routes_lost),
    MovingCheck("pods-reached-by-routes", _reached),
)

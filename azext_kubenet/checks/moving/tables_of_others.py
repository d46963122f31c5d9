"""The cluster's route table where others need it: the move takes it off, or fails while it is there. [K19 K22]"""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.moving.routes_after_move import by_hand_in, copy_of, keeps_its_table, told
from azext_kubenet.checks.other_clusters import nodes_by_group
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.checks.running.shared_with_others import other_clusters
from azext_kubenet.checks.running.tables_on_subnets import shown_subnet


def _elsewhere(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """No subnet that is none of the cluster's has the table. [K22]"""
    others = [*_other_subnets(context)]
    clusters = other_clusters(context) if others else []
    for subnet in others:
        if any(each.is_kubenet and subnet in each.subnets for each in clusters):
            continue  # of these _of_two tells
        shown = None
        try:
            shown = shown_subnet(subnet, context)
        except Unreadable as hidden:
            yield hidden
        if shown is None or not _strangers(context, shown, clusters):
            yield _has_it_too(context, subnet, shown)
    yield from context.unread("networks", "subnets", "tables", "managed")


def _has_it_too(context: RunningContext, subnet: ResourceId, shown: Subnet | None) -> Problem:
    message = (
        f"subnet {subnet.name} of network {subnet.parent.name} has the cluster's route table, too, with which the move "
        "fails; what is in that subnet reaches pods by it, and will not afterwards in any case"
    )
    if shown is not None and shown.route_table:
        table = context.seen.tables.get(shown.route_table)
    else:
        table = next((each for each in context.seen.tables.values() if subnet in each.subnets), None)
    if shown is None or table is None:
        show = f"az network vnet subnet show --ids {shlex.quote(str(subnet))} --query ipConfigurations[].id -o tsv"
        return Problem(message, f"it is not seen what is there, or which routes it has; look first: {show}")
    put = f"az network vnet subnet update --ids {shlex.quote(str(subnet))} --route-table"
    routes = [*by_hand_in(context, table)]
    if routes:  # a way out to a firewall, perhaps: without it the subnet is open, or cut off
        copy, commands = copy_of(context, table, routes)
        return Problem(
            f"{message}; by it the subnet has {told(routes)}, too",
            "once its owner agrees, who may have a stopped cluster there, put a table with these routes on instead: "
            + " && ".join([*commands, f"{put} {shlex.quote(str(copy))}"]),
        )
    return Problem(message, f"once its owner agrees, who may have a stopped cluster there, take it off: {put} null")


def _of_two(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """No other cluster's nodes use the table: without it, their pods do not reach each other."""
    others = {*_other_subnets(context)}
    own = {each.id: each.shown for each in context.seen.subnets if each.shown and each.shown.route_table}
    places = {*others, *own}
    clusters = other_clusters(context)
    for other in clusters:
        there = [each for each in other.subnets if each in places]
        if there and other.is_kubenet:
            yield Problem(
                f"kubenet cluster {other.id.name} has nodes in {listed([f'subnet {at.name}' for at in there])} with "
                "the same route table: the move of one takes it off the other",
                "separate them first: new pools of one of the two, in a subnet with a table of its own",
                azure_refuses=not keeps_its_table(context.cluster),
            )
        elif any(each in own for each in there) and keeps_its_table(other) and not keeps_its_table(context.cluster):
            yield Problem(
                f"cluster {other.id.name} has nodes in {listed([f'subnet {at.name}' for at in there])}, and reaches "
                "the internet by the route table there, which AKS takes off with the move",
                "move the nodes of one of the two to another subnet first, or put a table on again right after it",
                azure_refuses=False,
            )
    for subnet in places:
        try:
            shown = own[subnet] if subnet in own else shown_subnet(subnet, context)
        except Unreadable as hidden:
            yield hidden
            continue
        for group, count in (_strangers(context, shown, clusters) if shown else {}).items():
            look = f"az aks list --subscription {shlex.quote(group.subscription)} -o table"
            yield Problem(
                f"subnet {subnet.name}, which has the same route table, has {many(count, 'address')} of nodes in "
                f"resource group {group.name}, of a cluster that is not shown here: if that is on kubenet, the move "
                "cuts off its pods",
                f"see which cluster it is, and separate the two if it is on kubenet: {look}",
                azure_refuses=False,
            )


def _other_subnets(context: RunningContext) -> Iterator[ResourceId]:
    """Subnets that have the table of the cluster's subnets, and are none of its own."""
    own = {subnet.id for subnet in context.seen.subnets}
    tables = [context.seen.tables[each] for each in context.seen.attached_tables if each in context.seen.tables]
    found = dict.fromkeys(each for table in tables for each in table.subnets)
    for network in context.seen.networks.values():  # they say so, too
        for subnet in network.subnets:
            if subnet.route_table in context.seen.attached_tables:
                found[ResourceId(f"{network.id}/subnets/{subnet.name}")] = None
    return (each for each in found if each and each not in own)


def _strangers(context: RunningContext, subnet: Subnet, clusters: list[Cluster]) -> dict[ResourceId, int]:
    """How many addresses nodes of clusters that are not listed have there, by resource group."""
    known = {context.cluster.node_group, *(each.node_group for each in clusters)}
    return {group: count for group, count in nodes_by_group(subnet).items() if group not in known}


CHECKS = (MovingCheck("route-table-elsewhere", _elsewhere), MovingCheck("route-table-of-two", _of_two))

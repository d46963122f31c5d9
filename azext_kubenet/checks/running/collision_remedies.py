"""What can be done where a range of a running cluster collides: its ranges cannot be changed. Pure.

What is not needed can go: a peering, a route, a subnet. Else a new cluster has other ranges.
"""

import re
import shlex

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import RunCommand
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.azure.peerings import Peering
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.running.running_context import RunningContext

_ROUTE = re.compile(r"route (?P<route>\S+) of route table (?P<table>[^\s,]+)")
_SUBNET = re.compile(r"subnet (?P<subnet>\S+) of ")


def remedies(
    context: RunningContext, site: CheckContext, network: VirtualNetwork, hit: Reservation | None
) -> tuple[RunCommand, ...]:
    """The commands that end a collision. hit: what a range collides with, None for the network itself"""
    gone = _take_off(network, site) if hit is None else _delete(network, site, hit)
    names = site.names
    place = f"-g {shlex.quote(names.vnet_group)} --vnet-name {shlex.quote(names.vnet)} --subnet-name NAME"
    new = (
        f"az kubenet plan {place} --node-count {max(1, sum(pool.nodes for pool in context.cluster.pools))}"
        f" --subscription {shlex.quote(names.network_subscription)}"
    )
    why = "the ranges of a cluster cannot be changed: plan a new one beside it, and move to that"
    return (*([gone] if gone else []), RunCommand(new, why))


def _take_off(network: VirtualNetwork, site: CheckContext) -> RunCommand | None:
    """The command that takes prefixes off the network which the cluster has, where others are left."""
    plan = site.plan
    own = [each for each in (plan.pods, plan.services) if each is not None]
    kept = [each for each in plan.vnet if not any(overlap(each, one) for one in own)]
    if not kept or len(kept) == len(plan.vnet) or (plan.subnet and not any(plan.subnet in each for each in kept)):
        return None
    command = (
        f"az network vnet update --ids {shlex.quote(str(network.id))} --address-prefixes {' '.join(map(str, kept))}"
    )
    return RunCommand(command, "take the prefix off the network, if it can go")


def _delete(network: VirtualNetwork, site: CheckContext, hit: Reservation) -> RunCommand | None:
    """The command that removes what a range collides with, where one does."""
    reason = hit.reason
    if hit.origin in (Origin.PEERING, Origin.VNET):
        peering = next((each for each in network.peerings if _is_of(reason, each)), None)
        if peering is not None:
            peering_id = shlex.quote(f"{network.id}/virtualNetworkPeerings/{peering.name}")
            return RunCommand(f"az network vnet peering delete --ids {peering_id}", "delete the peering, if it can go")
    if hit.origin is Origin.ROUTE and (found := _ROUTE.match(reason)):
        tables = {each.route_table.name.lower(): each.route_table for each in network.subnets if each.route_table}
        table = tables.get(found["table"].lower())
        if table is not None:
            place = f"-g {shlex.quote(table.group)} --route-table-name {shlex.quote(table.name)}{site.elsewhere(table)}"
            command = f"az network route-table route delete {place} -n {shlex.quote(found['route'])}"
            return RunCommand(command, "delete the route, if it can go")
    if hit.origin is Origin.SUBNET and (found := _SUBNET.match(reason)):
        subnet = shlex.quote(f"{network.id}/subnets/{found['subnet']}")
        return RunCommand(f"az network vnet subnet delete --ids {subnet}", "delete the subnet, if it can go")
    return None


def _is_of(reason: str, peering: Peering) -> bool:
    """Whether a reservation is a peer's, or of what lies behind it."""
    name, remote = re.escape(peering.name), re.escape(peering.remote.name)
    return bool(re.search(rf"peered as {name}(?=$|,| by )|behind peer {remote},", reason))

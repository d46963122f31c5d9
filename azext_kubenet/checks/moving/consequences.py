"""What a move to Azure CNI Overlay changes for others, and for what runs, though AKS takes it. [K22 K23 K30 to K38]"""

import shlex
from collections.abc import Iterator
from dataclasses import replace

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import text, within
from azext_kubenet.azure.managed_clusters import VIRTUAL_MACHINES
from azext_kubenet.azure.models import Route, RouteTable
from azext_kubenet.azure.nodes import SEPARATOR
from azext_kubenet.azure.reads import Read
from azext_kubenet.checks import security_group
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.running.running_context import RunningContext, tables_read

_APP_GATEWAY = "ingressapplicationgateway"
#: Routes that a message names.
_NAMED = 5


def _routes_lost(context: RunningContext, _: MovePlan) -> Iterator[Problem | Unreadable]:
    """Nobody has put routes of his own into the table that AKS made: it is deleted with them. [K33]"""
    table = context.home
    yield from context.unread("tables", "managed")
    if table is None or not context.cluster.node_group.contains(table.id):
        return
    by_hand = [each for each in context.routes.custom if SEPARATOR not in each.name]
    if by_hand:
        group, name = shlex.quote(context.cluster.id.group), shlex.quote(f"{context.cluster.id.name}-routes")
        place = f"-g {group} --route-table-name {name}"
        commands = [f"az network route-table create -g {group} -n {name} -l {shlex.quote(context.cluster.location)}"]
        commands += [f"az network route-table route create {place} {_options(each)}" for each in by_hand]
        yield Problem(
            f"AKS deletes route table {table.id.name} with the move, and in it {_told(by_hand)}, not made by AKS",
            f"write them into a table of your own, and attach that after the move: {' && '.join(commands)}",
        )


def _told(routes: list[Route]) -> str:
    named = [f"{each.name} ({each.prefix})" for each in routes[:_NAMED]]
    more = [f"{len(routes) - _NAMED} more"] if len(routes) > _NAMED else []
    return f"{many(len(routes), 'route')}: {listed([*named, *more])}"


def _options(route: Route) -> str:
    hop = f" --next-hop-ip-address {route.address}" if route.address else ""
    return (
        f"-n {shlex.quote(route.name)} --address-prefix {shlex.quote(route.prefix)} "
        f"--next-hop-type {shlex.quote(route.next_hop)}{hop}"
    )


def _reached(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """Nobody reaches pods by routes of other tables: afterwards nobody outside of the nodes does. [K31]"""
    pods = context.seen.pods
    if pods is None:
        return
    own = {*context.seen.tables}
    nodes = {node.address for node in context.seen.nodes if node.address}
    subscriptions = dict.fromkeys(each.subscription_id for each in context.seen.networks) or {
        context.cluster.id.subscription_id: None
    }
    for subscription in subscriptions:
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
                yield _cut_off(table, found)


def _cut_off(table: RouteTable, routes: list[Route]) -> Problem:
    subnets = listed([each.name for each in table.subnets]) or "no subnet"
    place = f"-g {shlex.quote(table.id.group)} --route-table-name {shlex.quote(table.id.name)}"
    commands = [f"az network route-table route delete {place} -n {shlex.quote(each.name)}" for each in routes]
    return Problem(
        f"route table {table.id.name}, on {subnets}, leads to pods by {_told(routes)}: nobody outside of the nodes "
        "reaches a pod by its own address after the move",
        "give what is reached there a Service of type LoadBalancer before; afterwards delete the routes: "
        + " && ".join(commands),
    )


def _security(context: RunningContext, plan: MovePlan) -> Iterator[Problem | Unreadable]:
    """No security group lets pods speak only because their routes put them into the tag VirtualNetwork. [K30]"""
    yield from context.unread("networks", "subnets")
    for site in context.sites:
        size = replace(site.plan.size, network_plugin=OVERLAY)
        moved = replace(site, running=False, plan=replace(site.plan, size=size, pods=plan.pods or site.plan.pods))
        for check in security_group.CHECKS:
            if check.name == "network-security-group":
                told = {each.message for each in check.run(site)}
                yield from (each for each in check.run(moved) if each.message not in told)


def _dual_stack(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """It is not dual-stack: IPv6 breaks until all nodes are moved. [K35]"""
    if context.cluster.is_dual_stack:
        yield Problem(
            f"cluster {context.cluster.id.name} is dual-stack: IPv6 among pods does not work from the first node "
            "that has moved to the last, and nodes get other blocks of IPv6",
            "move it in a window of time in which IPv6 may be down",
        )


def _app_gateway(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """No application gateway reaches pods by the table. [K22 K23]"""
    if _APP_GATEWAY in context.cluster.addons:
        yield Problem(
            "the add-on of the Application Gateway Ingress Controller is on: ingress is cut off until the gateway "
            "reaches pods on Overlay, and a table on the gateway's subnet makes the move fail",
            "move a copy of the cluster with its gateway first, and see whether ingress comes back",
        )


def _virtual_machines(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """No pool has machines without a scale set: whether those move is not documented. [K36]"""
    names = [pool.name for pool in context.cluster.pools if pool.kind == VIRTUAL_MACHINES]
    if names:
        yield Problem(
            f"{listed([f'pool {name}' for name in names])}: whether pools of type VirtualMachines move to Azure CNI "
            "Overlay is not documented",
            "move a copy of the cluster with such a pool first",
        )


def _scheduled(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """AKS upgrades nothing meanwhile: one of the two operations stops the other. [K38 R35]"""
    cluster = context.cluster
    profile = within(context.body, "properties", "autoUpgradeProfile")
    nodes = text(profile, "nodeOSUpgradeChannel")
    channels = []
    if cluster.upgrade_channel:
        channels.append(("auto-upgrade-channel", cluster.upgrade_channel))
    if nodes and nodes.lower() not in ("none", "unmanaged"):
        channels.append(("node-os-upgrade-channel", nodes))
    if not channels:
        return
    path = f"{cluster.id}/maintenanceConfigurations"
    found = context.optional_list("its maintenance windows", str(cluster.id), _read(path))
    windows = [text(each, "name") for each in found]
    off = " ".join(f"--{name} {'None' if 'os' in name else 'none'}" for name, _ in channels)
    on = " ".join(f"--{name} {shlex.quote(channel)}" for name, channel in channels)
    when = f", in its windows {listed(windows)}" if windows else ", at any time, as no window is set"
    yield Problem(
        f"AKS upgrades the cluster by itself ({listed([f'{name} {channel}' for name, channel in channels])}){when}: an "
        "upgrade and a move stop each other",
        f"move it at another hour, or with that off: az aks update {context.place} {off} --yes; and on again "
        f"afterwards: az aks update {context.place} {on} --yes",
        severity=Severity.WARNING if cluster.upgrade_channel else Severity.INFO,
    )


def _read(path: str) -> Read:
    return Read(path, api_versions.RUNNING_CLUSTER_API, True)


def _templates(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """No template puts kubenet back. [K46 K47]"""
    del context
    yield Problem(
        "Terraform, Bicep or ARM templates that say kubenet would put it back, or have the cluster made anew, at their "
        "next run: stop their pipelines; what they must say is printed at the end of the move",
    )


CHECKS = (
    MovingCheck("routes-lost", _routes_lost),
    MovingCheck("pods-reached-by-routes", _reached),
    MovingCheck("security-group-without-routes", _security),
    MovingCheck("app-gateway", _app_gateway),
    MovingCheck("dual-stack-for-overlay", _dual_stack),
    MovingCheck("virtual-machines-pools", _virtual_machines),
    MovingCheck("upgrade-scheduled", _scheduled),
    MovingCheck("templates-say-kubenet", _templates),
)

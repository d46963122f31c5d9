"""What a move changes for what runs though AKS takes it, but for routes. [K22 K23 K30 K35 K36 K38 K46]"""

import shlex
from collections.abc import Iterator
from dataclasses import replace

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import text, within
from azext_kubenet.azure.managed_clusters import VIRTUAL_MACHINES
from azext_kubenet.azure.reads import Read
from azext_kubenet.checks import security_group
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.moving_check import MovingCheck
from azext_kubenet.checks.running.running_context import RunningContext

_APP_GATEWAY = "ingressapplicationgateway"


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
        f"move it at another hour, or turn that off for the day, and on again by {on}: az aks update {context.place} "
        f"{off} --yes",
        severity=Severity.WARNING if cluster.upgrade_channel else Severity.INFO,
    )


def _read(path: str) -> Read:
    return Read(path, api_versions.RUNNING_CLUSTER_API, True)


def _outside(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """Nothing outside rests on the addresses of pods. Rules of firewalls are shown nowhere here. [K31]"""
    yield Problem(
        "after the move nobody outside of the nodes reaches a pod by its own address, from peers and on-premises "
        "networks neither; what leaves the cluster has addresses of nodes, as before: rules of firewalls on "
        f"{context.seen.pods or 'the pod CIDR'} match nothing",
        "reach pods by Services, and look for such rules before",
    )


def _templates(context: RunningContext, _: MovePlan) -> Iterator[Problem]:
    """No template puts kubenet back. [K46 K47]"""
    del context
    yield Problem(
        "Terraform, Bicep or ARM templates that say kubenet would put it back, or have the cluster made anew, at their "
        "next run: stop their pipelines; what they must say is printed at the end of the move",
    )


CHECKS = (
    MovingCheck("security-group-without-routes", _security),
    MovingCheck("app-gateway", _app_gateway),
    MovingCheck("dual-stack-for-overlay", _dual_stack),
    MovingCheck("virtual-machines-pools", _virtual_machines),
    MovingCheck("upgrade-scheduled", _scheduled),
    MovingCheck("pods-behind-nodes", _outside),
    MovingCheck("templates-say-kubenet", _templates),
)

"""SNAT ports of the cluster's load balancer: what each node is given must be there for all of them. [R31 R32]

Where Azure shares the ports out by itself, nothing is looked at.
"""

from collections.abc import Iterator

from azext_kubenet.addressing.wording import many
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, within
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.checks.check import OnUpgrade, Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext

#: Ports of one outbound address, and what the number of a node's ports is a multiple of. [R32] CLI _validators
_PORTS, _STEP = 64_000, 8
#: The most addresses that AKS manages for a load balancer. load-balancer-standard
_MOST_ADDRESSES = 100
_LOAD_BALANCER = "loadbalancer"


def _snat_ports(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """The outbound addresses have ports for the nodes of now, of an upgrade, and of every autoscaler at its most."""
    cluster, ports = context.cluster, context.cluster.load_balancer.ports
    now = sum(pool.nodes for pool in cluster.pools)
    upgrading = sum(pool.nodes + pool.surge for pool in cluster.pools)
    peak = max(upgrading, sum(pool.most + pool.surge_at_most for pool in cluster.pools))
    try:
        able = nodes_with_ports(context, peak)
    except Unreadable as hidden:
        yield hidden
        return
    if able is None or peak <= able:
        return
    addresses = _addresses(cluster)
    when = (
        f"the {many(now, 'node')} of now"
        if able < now
        else f"an upgrade, which has {many(upgrading, 'node')} at once"
        if able < upgrading
        else f"the {many(peak, 'node')} at the peak"
    )
    yield Problem(
        f"each node has {ports:,} SNAT ports, and {many(addresses, 'outbound address')} of "
        f"{_PORTS:,} ports have enough for {many(able, 'node')}: not for {when}, so AKS refuses to add nodes",
        context.once_started(", or ".join(_ways(context, ports, peak))),
        upgrade=OnUpgrade.STOPS if able < upgrading else None,
    )


def nodes_with_ports(context: RunningContext, wanted: int = 0) -> int | None:
    """How many nodes there are ports for; None where that is not limited. Raises Unreadable.

    wanted: how many are asked about: where what is shown is enough for them, it need not be all
    """
    cluster, ports = context.cluster, context.cluster.load_balancer.ports
    if cluster.outbound_type.lower() != _LOAD_BALANCER or not ports:
        return None
    addresses = _addresses(cluster)
    able = addresses * _PORTS // ports
    prefixes = any(True for _ in items(within(_profile(context), "outboundIPPrefixes"), "publicIPPrefixes"))
    if (prefixes or not addresses) and able < max(1, wanted):
        cause = AzureError(200, "", f"the cluster does not show how many there are{_of_ipv4(cluster)}")
        raise Unreadable("the outbound addresses of the load balancer", str(cluster.id), cause)
    return able


def _addresses(cluster: Cluster) -> int:
    """The outbound addresses; of a dual-stack cluster, which shows those of IPv6 among them, those of AKS's alone."""
    balancer = cluster.load_balancer
    return (balancer.managed or 0) if cluster.is_dual_stack else balancer.addresses


def _of_ipv4(cluster: Cluster) -> str:
    return " of IPv4, as it is dual-stack" if cluster.is_dual_stack else ""


def _profile(context: RunningContext) -> Json:
    return within(context.body, "properties", "networkProfile", "loadBalancerProfile")


def _ways(context: RunningContext, ports: int, peak: int) -> Iterator[str]:
    """Fewer ports a node, or more addresses where AKS manages them."""
    managed = bool(within(_profile(context), "managedOutboundIPs"))
    addresses = _addresses(context.cluster)
    fewer = addresses * _PORTS // peak // _STEP * _STEP
    more = -(-peak * ports // _PORTS)
    update = f"az aks update {context.place}"
    if managed and more <= _MOST_ADDRESSES:
        yield f"{update} --load-balancer-managed-outbound-ip-count {more}"
    if fewer:
        yield f"{update} --load-balancer-outbound-ports {fewer}"
    if not managed:
        yield f"add outbound addresses to the load balancer: {more} are enough"


CHECKS = (RunningCheck("snat-ports", _snat_ports),)

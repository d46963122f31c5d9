"""SNAT ports of the cluster's load balancer: what each node is given must be there for all of them. [R31 R32]

Where Azure shares the ports out by itself, nothing is looked at.
"""

from collections.abc import Iterator

from azext_kubenet.addressing.wording import many
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import items, within
from azext_kubenet.checks.check import Problem
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
    cluster = context.cluster
    ports, addresses = cluster.load_balancer.ports, cluster.load_balancer.addresses
    if cluster.outbound_type.lower() != _LOAD_BALANCER or not ports:
        return
    now = sum(pool.nodes for pool in cluster.pools)
    upgrading = sum(pool.nodes + pool.surge for pool in cluster.pools)
    peak = max(upgrading, sum(pool.most + pool.surge_at_most for pool in cluster.pools))
    if peak * ports <= addresses * _PORTS:
        return
    profile = within(context.body, "properties", "networkProfile", "loadBalancerProfile")
    prefixes = any(True for _ in items(within(profile, "outboundIPPrefixes"), "publicIPPrefixes"))
    if prefixes or not addresses:
        cause = AzureError(200, "", "the cluster does not show how many there are")
        yield Unreadable("the outbound addresses of the load balancer", str(cluster.id), cause)
        return
    able = addresses * _PORTS // ports
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
        ", or ".join(_ways(context, ports, peak, managed=bool(within(profile, "managedOutboundIPs")))),
    )


def _ways(context: RunningContext, ports: int, peak: int, *, managed: bool) -> Iterator[str]:
    """Fewer ports a node, or more addresses where AKS manages them."""
    addresses = context.cluster.load_balancer.addresses
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

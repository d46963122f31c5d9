"""What gives a limit of a running cluster more room: smaller surges, lower maxima, fewer nodes, or what is larger."""

from collections.abc import Sequence

from azext_kubenet.addressing.headroom import Headroom, LimitKind
from azext_kubenet.azure.managed_clusters import AgentPool
from azext_kubenet.checks.running.running_context import RunningContext

#: What is larger, by the limit.
_WAYS = {
    LimitKind.SUBNET: "a pool in another subnet of the network, with the same route table, has room of its own",
    LimitKind.POD_CIDR: "the pod CIDR of a kubenet cluster cannot be changed: create a new cluster",
    LimitKind.ROUTES: "delete routes that are not needed, or move to Azure CNI Overlay, which has none",
    LimitKind.NODES: "move to Azure CNI Overlay, which has no such limit",
    LimitKind.QUOTA: "request more quota: https://aka.ms/aks/quota",
}
#: What can be done of it while the cluster is stopped, and AKS changes neither the cluster nor its pools. [R33]
_WAYS_TO_START = {
    LimitKind.SUBNET: "free addresses of the subnet",
    LimitKind.POD_CIDR: "delete routes inside the pod CIDR that no node needs",
    LimitKind.ROUTES: "delete routes that are not needed",
    LimitKind.NODES: "have support lower the number of its nodes",
    LimitKind.QUOTA: "request more quota, https://aka.ms/aks/quota, or free vCPUs of it",
}


def pools_at(limit: Headroom, context: RunningContext) -> Sequence[AgentPool]:
    """The pools that take of a limit."""
    return [pool for pool in context.cluster.pools if pool.name in limit.demand.pools]


def surge_option(surge: int) -> str:
    return f"--max-surge {surge}" if surge else "--max-surge 0 --max-unavailable 1"


def maximum(pool: AgentPool, most: int, context: RunningContext) -> str:
    """The command that lowers the most nodes of an autoscaled pool."""
    least = min(pool.least, most)
    options = f"--update-cluster-autoscaler --min-count {least} --max-count {most}"
    return f"az aks nodepool update {context.pool_place(pool)} {options}"


def more_room(limit: Headroom, lacking: int, context: RunningContext) -> str:
    """What gives a limit more room, where smaller surges and maxima do not: fewer nodes, or what is larger."""
    pools = [pool for pool in pools_at(limit, context) if limit.demand.pools[pool.name]]
    pool = max(pools, key=lambda pool: (not pool.autoscaled, pool.nodes), default=None)
    if pool is None or pool.nodes < 2:
        return _WAYS[limit.kind]
    left = max(1, pool.nodes - -(-lacking // limit.demand.pools[pool.name]))
    place = context.pool_place(pool)
    scaled = f"az aks nodepool scale {place} --node-count {left}"
    if pool.autoscaled:  # AKS scales no pool whose autoscaler is on
        scaled = f"az aks nodepool update {place} --disable-cluster-autoscaler && {scaled}"
    return f"{_WAYS[limit.kind]}; or, for fewer nodes: {scaled}"


def to_start(limit: Headroom, context: RunningContext) -> str:
    """What gives the nodes of a stopped cluster room: it cannot be scaled before it has started."""
    first, start = _WAYS_TO_START[limit.kind], f"az aks start {context.place}"
    return f"a stopped cluster can be neither scaled nor updated: first {first}; then start it: {start}"

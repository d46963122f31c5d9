"""What a running cluster has left of each limit: addresses, node blocks, routes, nodes and vCPUs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.headroom import Demand, Headroom, LimitKind, left_for
from azext_kubenet.azure.machine_sizes import (
    ALL_VCPUS,
    MachineSize,
    Quota,
    quotas_of,
    quotas_read,
    sizes_of,
    sizes_read,
)
from azext_kubenet.azure.managed_clusters import AgentPool
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.discovery.running_cluster import NodeSubnet

if TYPE_CHECKING:
    from azext_kubenet.checks.running.running_context import RunningContext

#: The quota of spot machines, of whatever size.
_SPOT = "lowprioritycores"


def limits_of(context: "RunningContext") -> Iterator[Headroom]:
    """Every limit of a cluster, in the order of the answer."""
    counted = all(pool.is_counted for pool in context.cluster.pools)
    for limit in _measured(context):
        yield limit if counted else limit._replace(used=None, other=None)  # of how many nodes is not known


def _measured(context: "RunningContext") -> Iterator[Headroom]:
    for subnet in context.seen.subnets:
        yield _of_subnet(subnet, context)
    yield _of_pods(context)
    yield _of_routes(context)
    yield _of_nodes(context)
    yield from _of_quotas(context)


def _demand(pools: Sequence[AgentPool], context: "RunningContext", running: int) -> Demand:
    """What pools take: an address, a block, a route a node. Nodes that do not run need theirs when they start."""
    nodes = sum(pool.nodes for pool in pools)
    waiting = max(0, nodes - running) if _is_down(context) else 0
    return Demand(
        pools={pool.name: 1 for pool in pools},
        nodes=running,
        surge=waiting + sum(pool.surge for pool in pools),
        waiting=waiting,
        at_peak=sum(pool.most + pool.surge_at_most for pool in pools),
        added=context.added_anywhere + sum(context.added.get(pool.name, 0) for pool in pools),
    )


def _is_down(context: "RunningContext") -> bool:
    return context.cluster.is_stopped or any(pool.is_stopped for pool in context.cluster.pools)


def _running(pools: Sequence[AgentPool], context: "RunningContext") -> int:
    """The nodes of some pools that have an address: those that are shown, or where none is, as many as are wanted."""
    names = {pool.name for pool in pools}
    shown = sum(node.pool in names for node in context.seen.nodes)
    if shown or _is_down(context):
        return shown
    return sum(pool.nodes for pool in pools)


def _of_subnet(subnet: NodeSubnet, context: "RunningContext") -> Headroom:
    own = _running(subnet.pools, context)
    used = subnet.used
    other = None if used is None else max(0, used - own)
    prefix = "" if subnet.prefix is None else str(subnet.prefix)
    demand = _demand(subnet.pools, context, own)
    return Headroom(LimitKind.SUBNET, subnet.id.name, subnet.usable, used, other, demand, detail=prefix)


def _of_pods(context: "RunningContext") -> Headroom:
    pods, pools = context.seen.pods, context.cluster.pools
    own = _running(pools, context)
    total = None if pods is None else sizing.node_blocks(pods)
    used = None if _table_is_hidden(context) else len(context.routes.blocks) + len(context.routes.missing)
    own = _kept(own, used, context)
    other = None if used is None else max(0, used - own)
    return Headroom(LimitKind.POD_CIDR, str(pods or ""), total, used, other, _demand(pools, context, own))


def _kept(running: int, held: int | None, context: "RunningContext") -> int:
    """How many blocks, or routes, nodes have: those that do not run may have kept theirs."""
    if not _is_down(context) or held is None:
        return running
    return max(running, min(held, sum(pool.nodes for pool in context.cluster.pools)))


def _table_is_hidden(context: "RunningContext") -> bool:
    return (
        context.seen.table is None and context.seen.why_hidden("networks", "subnets", "tables", "managed") is not None
    )


def _of_routes(context: "RunningContext") -> Headroom:
    pools, routes = context.cluster.pools, context.routes
    own = _running(pools, context)
    hidden = _table_is_hidden(context)
    used = None if hidden else len(routes.table.routes) if routes.table else 0
    inside = context.seen.routes_inside(routes.table) if routes.table else 0
    own = _kept(own, inside, context)
    other = None if used is None else used - (own if _is_down(context) else len(routes.of_nodes))
    name = routes.table.id.name if routes.table else ""
    return Headroom(LimitKind.ROUTES, name, limits.MAX_ROUTES, used, other, _demand(pools, context, own))


def _of_nodes(context: "RunningContext") -> Headroom:
    pools = context.cluster.pools
    nodes = sum(pool.nodes for pool in pools)
    demand = _demand(pools, context, nodes)
    return Headroom(LimitKind.NODES, context.cluster.id.name, limits.MAX_NODES, nodes, 0, demand)


class Quotas(NamedTuple):
    """The quotas of a region by their names in lower case, and its VM sizes by theirs."""

    quotas: Mapping[str, Quota]
    sizes: Mapping[str, MachineSize]


def read_quotas(context: "RunningContext") -> Quotas:
    """The quotas of the cluster's region. Raises Unreadable."""
    region = plain_region(context.cluster.location)
    subscription, scope = context.cluster.id.subscription, str(context.cluster.id.subscription_id)
    found = context.filled_list(f"the quotas of {region}", scope, quotas_read(subscription, region))
    listed = context.filled_list(f"the VM sizes of {region}", scope, sizes_read(subscription, region))
    return Quotas(quotas_of(found), {each.name.lower(): each for each in sizes_of(listed, region)})


def _of_quotas(context: "RunningContext") -> Iterator[Headroom]:
    """The quotas of its sizes' families, and that of all vCPUs of the region; an unknown one where none is shown."""
    region = plain_region(context.cluster.location)
    try:
        quotas, sizes = context.quotas
    except Unreadable:
        demand = _demand(context.cluster.pools, context, 0)
        yield Headroom(LimitKind.QUOTA, f"vCPUs in {region}", None, None, None, demand)
        return
    for name, pools in _families(context.cluster.pools, sizes).items():
        if name in quotas:
            yield from _of_quota(quotas[name], pools, sizes, context)
        else:
            yield Headroom(LimitKind.QUOTA, name, None, None, None, _demand(pools, context, 0))


def _families(pools: Iterable[AgentPool], sizes: Mapping[str, MachineSize]) -> dict[str, list[AgentPool]]:
    """Pools by the quotas that their machines count against, in lower case."""
    found: dict[str, list[AgentPool]] = {}
    for pool in pools:
        families = [sizes[each.size.lower()].family for each in pool.machines if each.size.lower() in sizes]
        for name in [_SPOT] if pool.is_spot else [*(each.lower() for each in families if each), ALL_VCPUS]:
            found.setdefault(name, []).append(pool)
    return found


def _of_quota(
    quota: Quota, pools: Sequence[AgentPool], sizes: Mapping[str, MachineSize], context: "RunningContext"
) -> Iterator[Headroom]:
    if quota.limit is None:  # there is none
        return
    each = {pool.name: vcpus_of(pool, sizes) for pool in pools}
    down = _is_down(context)
    own = 0 if down else sum(_vcpus_now(pool, sizes) for pool in pools)
    waiting = sum(_vcpus_now(pool, sizes) for pool in pools) if down else 0
    demand = Demand(
        pools=each,
        nodes=own,
        waiting=waiting,
        surge=waiting + sum(pool.surge * each[pool.name] for pool in pools),
        at_peak=sum((pool.most + pool.surge_at_most) * each[pool.name] for pool in pools),
        added=context.added_anywhere * max(each.values(), default=1)
        + sum(context.added.get(pool.name, 0) * each[pool.name] for pool in pools),
    )
    yield Headroom(LimitKind.QUOTA, quota.name, quota.limit, quota.used, max(0, quota.used - own), demand)


def vcpus_of(pool: AgentPool, sizes: Mapping[str, MachineSize]) -> int:
    """vCPUs of a further node of a pool: of its largest size, where it has several."""
    known = [sizes[each.size.lower()].vcpus for each in pool.machines if each.size.lower() in sizes]
    return max(known, default=0)


def _vcpus_now(pool: AgentPool, sizes: Mapping[str, MachineSize]) -> int:
    machines = [each for each in pool.machines if each.size.lower() in sizes]
    return sum(each.nodes * sizes[each.size.lower()].vcpus for each in machines)


def scale(context: "RunningContext") -> tuple[int | None, Headroom | None]:
    """The most nodes that can be added now to one pool, and the limit that allows no more; None where none is known.

    Of pools in several subnets, or of several sizes, that is the pool that there is most room for.
    """
    rooms = (left_for(pool.name, context.limits) for pool in context.cluster.pools)
    known = [each for each in rooms if each is not None]
    return max(known, key=lambda each: each[0]) if known else (None, None)

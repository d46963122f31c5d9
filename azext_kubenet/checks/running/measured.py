"""What a running cluster has left of each limit: addresses, node blocks, routes, nodes and vCPUs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.headroom import Demand, Headroom, LimitKind, left_for
from azext_kubenet.azure.managed_clusters import AgentPool
from azext_kubenet.checks.running import quotas
from azext_kubenet.discovery.node_subnets import NodeSubnet

if TYPE_CHECKING:
    from azext_kubenet.checks.running.running_context import RunningContext


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
    yield from quotas.limits_of(context, down=_is_down(context))


def _demand(pools: Sequence[AgentPool], context: "RunningContext", running: int, each: int = 1) -> Demand:
    """What pools take: an address, a block, a route a node. Nodes that do not run need theirs when they start.

    each: how many a node takes
    """
    nodes = sum(pool.nodes for pool in pools)
    waiting = max(0, nodes - running) if _is_down(context) else 0
    return Demand(
        pools={pool.name: each for pool in pools},
        nodes=each * running,
        surge=each * (waiting + sum(pool.surge for pool in pools)),
        waiting=each * waiting,
        at_peak=quotas.peak_of(pools, {pool.name: each for pool in pools}),
        added=each * (context.added_anywhere + sum(context.added.get(pool.name, 0) for pool in pools)),
    )


def _is_down(context: "RunningContext") -> bool:
    return context.cluster.is_stopped or any(pool.is_stopped for pool in context.cluster.pools)


def _running(pools: Sequence[AgentPool], context: "RunningContext") -> int:
    """The nodes of some pools that have an address: those that are shown, or as many as are wanted of what shows none.

    Of a pool that does not run, those that are shown alone.
    """
    shown = Counter(node.pool for node in context.seen.nodes)
    down = context.cluster.is_stopped
    return sum(shown[pool.name] or (0 if down or pool.is_stopped else pool.nodes) for pool in pools)


def _of_subnet(subnet: NodeSubnet, context: "RunningContext") -> Headroom:
    own = _running(subnet.pools, context)
    used = subnet.used_beside(own)
    other = None if used is None else max(0, used - own)
    prefix = "" if subnet.prefix is None else str(subnet.prefix)
    demand = _demand(subnet.pools, context, own)
    return Headroom(LimitKind.SUBNET, subnet.id.name, subnet.usable, used, other, demand, detail=prefix)


def addresses_known(subnet: NodeSubnet, context: "RunningContext") -> int | None:
    """How many addresses of a subnet are known to be taken; None where neither count nor attachments are shown."""
    return subnet.used_beside(_running(subnet.pools, context))


def _of_pods(context: "RunningContext") -> Headroom:
    pods, pools = context.seen.pods, context.cluster.pools
    own = _running(pools, context)
    total = None if pods is None else sizing.node_blocks(pods)
    hidden = _table_is_hidden(context) or not nodes_are_shown(context)
    used = None if hidden else len(context.routes.blocks) + len(context.routes.missing)
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


def nodes_are_shown(context: "RunningContext") -> bool:
    """Whether each pool that runs shows nodes, so that blocks and routes can be told by whose they are."""
    showing = {node.pool for node in context.seen.nodes}
    running = [pool for pool in context.cluster.pools if not (context.cluster.is_stopped or pool.is_stopped)]
    return all(pool.name in showing for pool in running if pool.nodes)


def _of_routes(context: "RunningContext") -> Headroom:
    """The routes: one a node for each family of addresses, for a node without them too, which gets them. [B13 E3]"""
    pools, routes, each = context.cluster.pools, context.routes, context.cluster.routes_of_a_node
    inside = context.seen.routes_inside(routes.table) if routes.table else 0
    own = _kept(_running(pools, context), inside, context)
    total = len(routes.table.routes) if routes.table else 0
    other = max(0, total - (each * own if _is_down(context) else len(routes.of_nodes)))
    used: int | None = max(total, other + each * own)
    if _table_is_hidden(context) or not nodes_are_shown(context):
        used = None
    name = routes.table.id.name if routes.table else ""
    demand = _demand(pools, context, own, each)
    held = None if used is None else used - each * own
    return Headroom(LimitKind.ROUTES, name, limits.MAX_ROUTES, used, held, demand)


def _of_nodes(context: "RunningContext") -> Headroom:
    pools = context.cluster.pools
    nodes = sum(pool.nodes for pool in pools)
    demand = _demand(pools, context, nodes)
    return Headroom(LimitKind.NODES, context.cluster.id.name, limits.MAX_NODES, nodes, 0, demand)


def scale(context: "RunningContext") -> tuple[int | None, Headroom | None]:
    """The most nodes that can be added now to one pool, and the limit that allows no more; None where none is known.

    Of pools in several subnets, or of several sizes, that is the pool that there is most room for.
    """
    rooms = (left_for(pool.name, context.limits) for pool in context.cluster.pools)
    known = [each for each in rooms if each is not None]
    return max(known, key=lambda each: each[0]) if known else (None, None)

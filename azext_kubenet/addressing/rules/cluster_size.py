"""Rules on the size of the cluster, before any range is looked at."""

from collections.abc import Iterator

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Advice, use
from azext_kubenet.addressing.rules import node_pools
from azext_kubenet.addressing.rules.rule import Find, RuleContext, Violation, rule
from azext_kubenet.addressing.wording import count_option, many, room_of


def _one_or_all(together: Find, one_by_one: Find) -> Find:
    """A rule on all nodes together, or on the pools where they are stated one by one."""
    return lambda context: one_by_one(context) if context.size.pools else together(context)


def _counts(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    if size.node_count < 1:
        yield Violation(
            ("--node-count",),
            f"--node-count is {size.node_count}: a cluster has at least one node",
            (use("--node-count", 1),),
        )
    if size.max_count is not None and size.max_count < size.node_count:
        yield Violation(
            ("--max-count", "--node-count"),
            f"--max-count is {size.max_count}, fewer than --node-count, {size.node_count}",
            (use("--max-count", size.node_count),),
        )
    yield from _extra_ips(context)


def _pool_counts(context: RuleContext) -> Iterator[Violation]:
    yield from node_pools.counts(context)
    yield from _extra_ips(context)


def _extra_ips(context: RuleContext) -> Iterator[Violation]:
    if context.size.extra_ips < 0:
        yield Violation(
            ("--extra-ips",),
            f"--extra-ips is {context.size.extra_ips}: it must not be negative",
            (use("--extra-ips", 0),),
        )


def _surge_range(context: RuleContext) -> Iterator[Violation]:
    surge = context.size.max_surge
    if surge.percent and surge.value > 100:
        message = f"--max-surge is {surge}: a pool can surge by 100% at most"
        yield Violation(("--max-surge",), message, (use("--max-surge", "100%"),))


def _no_surge(context: RuleContext) -> Iterator[Violation]:
    if context.size.max_surge.value == 0:
        yield Violation(
            ("--max-surge",),
            "without surge nodes an upgrade removes nodes first: it needs --max-unavailable above 0 on the node "
            "pool, which system node pools do not allow",
            (
                use("--max-surge", 1),
                Advice("set --max-unavailable 1 on the user pools with az aks nodepool update"),
            ),
        )


def _max_pods(context: RuleContext) -> Iterator[Violation]:
    most, least = limits.MAX_PODS_PER_NODE, limits.MIN_PODS_PER_NODE
    if not least <= context.size.max_pods <= most:
        nearest = least if context.size.max_pods < least else most
        yield Violation(
            ("--max-pods",),
            f"--max-pods is {context.size.max_pods}: a kubenet node supports {least} to {most} pods",
            (use("--max-pods", nearest),),
        )


def _pool_pods(context: RuleContext) -> Iterator[Violation]:
    nodes, pods, least = context.size.node_count, context.size.max_pods, limits.MIN_PODS_PER_POOL
    if nodes > 0 and pods > 0 and nodes * pods < least:
        yield Violation(
            ("--node-count", "--max-pods"),
            f"{room_of(nodes, pods)}: a node pool must hold at least {least}",
            (use("--max-pods", -(-least // nodes)), use("--node-count", -(-least // pods))),
        )


def _most_nodes(context: RuleContext) -> Iterator[Violation]:
    nodes, most = context.size.nodes, limits.MAX_NODES_AT_CREATION
    if nodes > most:
        yield _fewer_nodes(context, f"{nodes:,} nodes are more than the {most} that AKS allows in a kubenet cluster")


def _nodes_to_upgrade(context: RuleContext) -> Iterator[Violation]:
    nodes = context.size.nodes
    if limits.MAX_NODES < nodes <= limits.MAX_NODES_AT_CREATION:
        yield _fewer_nodes(
            context,
            f"AKS creates a kubenet cluster of {nodes} nodes, and then refuses every upgrade of it: an upgrade "
            f"requires fewer than {limits.MAX_NODES + 1}",
        )


def _fewer_nodes(context: RuleContext, message: str) -> Violation:
    overlay = Advice("use Azure CNI Overlay, which supports 5,000 nodes")
    return Violation((count_option(context.size),), message, (*node_pools.fewer_nodes(context), overlay))


def _most_routes(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    if size.nodes_with_surge > limits.MAX_ROUTES:
        yield Violation(
            (count_option(size), *([] if size.pools else ["--max-surge"])),
            f"{many(size.nodes, 'node')} and {many(size.surge_nodes, 'surge node')} need {size.nodes_with_surge:,} "
            f"routes, one each: the cluster's route table holds {limits.MAX_ROUTES}",
            (*node_pools.fewer_nodes(context), Advice(f"use a smaller {'surge' if size.pools else '--max-surge'}")),
        )


RULES = (
    rule("count-out-of-range", _one_or_all(_counts, _pool_counts)),
    rule("max-surge-out-of-range", _one_or_all(_surge_range, node_pools.surge_range)),
    rule("surge-zero", _one_or_all(_no_surge, node_pools.no_surge)),
    rule("max-pods-out-of-range", _max_pods),
    rule("too-few-pods-per-pool", _one_or_all(_pool_pods, node_pools.room_for_pods)),
    *node_pools.RULES,
    rule("too-many-nodes", _most_nodes),
    rule("too-many-nodes-to-upgrade", _nodes_to_upgrade),
    rule("too-many-routes", _most_routes),
)

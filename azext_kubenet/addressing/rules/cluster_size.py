"""Rules on the size of the cluster, before any range is looked at."""

from collections.abc import Iterator
from dataclasses import replace

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.findings import Advice, Fix, RunCommand, SetOptions, Severity, advise, use
from azext_kubenet.addressing.model import ClusterSize
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY
from azext_kubenet.addressing.rules import node_pools
from azext_kubenet.addressing.rules.rule import Find, RuleContext, Violation, rule
from azext_kubenet.addressing.wording import count_option, many, node_options, room_of

_CHURN = (
    f"a note then says that few addresses of a node remain for pods that end and start; {limits.DEFAULT_MAX_PODS} pods "
    "per node leave enough"
)


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


def _fewer_pods(size: ClusterSize) -> int:
    """Pods per node to type in place of too many: the same for every rule that wants fewer."""
    churns = limits.MAX_PODS_WITH_CHURN < size.max_pods <= limits.MAX_PODS_PER_NODE
    most = limits.DEFAULT_MAX_PODS if churns else limits.MAX_PODS_PER_NODE
    if _above_documented(size):
        most = min(most, (size.network_plugin.max_pods_of_cluster or 0) // size.nodes)
    return max(limits.MIN_PODS_PER_NODE, most)


def _above_documented(size: ClusterSize) -> bool:
    plugin = size.network_plugin
    most = plugin.max_pods_of_cluster
    return most is not None and size.nodes * size.max_pods > most and size.nodes <= plugin.max_nodes


def _max_pods(context: RuleContext) -> Iterator[Violation]:
    most, least = limits.MAX_PODS_PER_NODE, limits.MIN_PODS_PER_NODE
    if not least <= context.size.max_pods <= most:
        nearest = least if context.size.max_pods < least else _fewer_pods(context.size)
        yield Violation(
            ("--max-pods",),
            f"--max-pods is {context.size.max_pods}: a node on {context.size.network_plugin.words} supports {least} to "
            f"{most} pods",
            (replace(use("--max-pods", nearest), caution=_CHURN if nearest > limits.MAX_PODS_WITH_CHURN else ""),),
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
    nodes, plugin = context.size.nodes, context.size.network_plugin
    if nodes > plugin.max_nodes_at_creation:
        most = f"the {plugin.max_nodes_at_creation:,} that AKS allows in a cluster on {plugin.words}"
        yield _fewer_nodes(context, f"{nodes:,} nodes are more than {most}")


def _nodes_to_upgrade(context: RuleContext) -> Iterator[Violation]:
    nodes, plugin = context.size.nodes, context.size.network_plugin
    if plugin.max_routes is None:
        yield from _surge_above_limit(context)
    elif plugin.max_nodes < nodes <= plugin.max_nodes_at_creation:
        yield _fewer_nodes(
            context,
            f"AKS creates a kubenet cluster of {nodes} nodes, and then refuses every upgrade of it: an upgrade "
            f"requires fewer than {limits.MAX_NODES + 1}",
        )


def _surge_above_limit(context: RuleContext) -> Iterator[Violation]:
    """At its limit of nodes a cluster has none left to surge with. [L2] best-practices-performance-scale-large.md"""
    size, most = context.size, context.size.network_plugin.max_nodes
    if size.nodes <= most < size.nodes_with_surge:
        message = (
            f"{many(size.nodes, 'node')} and {many(size.surge_nodes, 'surge node')} are more than the {most:,} that "
            "AKS allows in a cluster: an upgrade of all of them is blocked"
        )
        fixes = (node_options(size, sizing.nodes_within(most, size)), Advice("scale down before an upgrade"))
        yield Violation((count_option(size),), message, fixes, Severity.WARNING)


def _fewer_nodes(context: RuleContext, message: str) -> Violation:
    size, fixes = context.size, node_pools.fewer_nodes(context)
    return Violation((count_option(size),), message, (*fixes, *_successor(size)))


def _successor(size: ClusterSize) -> tuple[Fix, ...]:
    """The plan for kubenet's successor, if that supports so many nodes."""
    if size.network_plugin is not KUBENET or size.nodes > OVERLAY.max_nodes:
        return ()
    command = f"az kubenet plan {OVERLAY.arguments} {node_options(size, size.nodes)}"
    again = SetOptions((("--network-plugin", OVERLAY.name), ("--network-plugin-mode", OVERLAY.mode)))
    return (RunCommand(command, f"plan for {OVERLAY.words}", again),)


def _most_routes(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    most = size.network_plugin.max_routes
    if most is not None and size.nodes_with_surge > most:
        too_many = size.nodes > size.network_plugin.max_nodes_at_creation  # Azure refuses that, whatever is accepted
        surge = f"use a smaller {'surge' if size.pools else '--max-surge'}" if size.nodes < most else ""
        yield Violation(
            (count_option(size), *([] if size.pools else ["--max-surge"])),
            f"{many(size.nodes, 'node')} and {many(size.surge_nodes, 'surge node')} need {size.nodes_with_surge:,} "
            f"routes, one each: the cluster's route table holds {most}",
            (*node_pools.fewer_nodes(context), *advise(surge)),
            azure_refuses=too_many or None,
        )


def _surge_above_nodes(context: RuleContext) -> Iterator[Violation]:
    """A number of surge nodes above those of the pool is likely meant as a percentage."""
    size, surge = context.size, context.size.max_surge
    if not size.pools and not surge.percent and surge.value > size.nodes > 0:
        yield Violation(
            ("--max-surge",),
            f"--max-surge {surge} is a number of nodes, more than the {many(size.nodes, 'node')} that are planned: no "
            f"more than {size.surge_nodes:,} surge",
            (Advice(f"use --max-surge {min(surge.value, 100)}% for a percentage of the nodes"),),
        )


def _churn(context: RuleContext) -> Iterator[Violation]:
    """Pods that ended keep their addresses for a while: a block that they nearly fill has none for others [B23]."""
    pods, addresses = context.size.max_pods, limits.ADDRESSES_OF_NODE_BLOCK
    if limits.MAX_PODS_WITH_CHURN < pods <= limits.MAX_PODS_PER_NODE:
        left = addresses - pods
        yield Violation(
            ("--max-pods",),
            f"a node's /{limits.NODE_BLOCK_PREFIXLEN} has {addresses} addresses for pods: with {pods} pods per node "
            f"{left} {'remains' if left == 1 else 'remain'} for pods that end and start, and a busy node can run out",
            (
                Advice("keep it for pods that live long"),
                Advice(f"use --max-pods {_fewer_pods(context.size)} and more nodes"),
            ),
        )


def _documented_pods(context: RuleContext) -> Iterator[Violation]:
    """More pods than a cluster is documented for."""
    size, plugin = context.size, context.size.network_plugin
    pods, most = size.nodes * size.max_pods, plugin.max_pods_of_cluster
    if _above_documented(size):
        yield Violation(
            ("--max-pods",),
            f"{many(size.nodes, 'node')} of {size.max_pods} pods are {pods:,} pods: Microsoft documents {most:,} for a "
            f"cluster on {plugin.words}",
            (use("--max-pods", _fewer_pods(size)),),
        )


RULES = (
    rule("count-out-of-range", _one_or_all(_counts, _pool_counts)),
    rule("max-surge-out-of-range", _one_or_all(_surge_range, node_pools.surge_range)),
    rule("max-surge-above-nodes", _surge_above_nodes),
    rule("surge-zero", _one_or_all(_no_surge, node_pools.no_surge)),
    rule("max-pods-out-of-range", _max_pods),
    rule("max-pods-close-to-block", _churn),
    rule("pods-above-documented", _documented_pods),
    rule("too-few-pods-per-pool", _one_or_all(_pool_pods, node_pools.room_for_pods)),
    *node_pools.RULES,
    rule("too-many-nodes", _most_nodes),
    rule("too-many-nodes-to-upgrade", _nodes_to_upgrade),
    rule("too-many-routes", _most_routes),
)

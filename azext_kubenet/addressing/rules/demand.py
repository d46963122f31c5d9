"""Rules on what is asked for, before any range is looked at."""

from collections.abc import Iterator

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.model import Severity
from azext_kubenet.addressing.rules import pools
from azext_kubenet.addressing.rules.case import Case, Fault, Find, Rule
from azext_kubenet.addressing.words import count_option, many, nodes_at_most


def _one_or_all(together: Find, one_by_one: Find) -> Find:
    """A rule on all nodes together, or on the pools where they are stated one by one."""
    return lambda case: one_by_one(case) if case.demand.pools else together(case)


def _counts(case: Case) -> Iterator[Fault]:
    demand = case.demand
    if demand.node_count < 1:
        yield Fault(
            ("--node-count",),
            f"--node-count is {demand.node_count}: a cluster has at least one node",
            "use --node-count 1 or more",
        )
    if demand.max_count is not None and demand.max_count < demand.node_count:
        yield Fault(
            ("--max-count", "--node-count"),
            f"--max-count is {demand.max_count}, fewer than --node-count, {demand.node_count}",
            f"use --max-count {demand.node_count} or more",
        )
    yield from _extra_ips(case)


def _pool_counts(case: Case) -> Iterator[Fault]:
    yield from pools.counts(case)
    yield from _extra_ips(case)


def _extra_ips(case: Case) -> Iterator[Fault]:
    if case.demand.extra_ips < 0:
        yield Fault(
            ("--extra-ips",),
            f"--extra-ips is {case.demand.extra_ips}: there is no negative number of addresses",
            "use --extra-ips 0 or more",
        )


def _surge_range(case: Case) -> Iterator[Fault]:
    surge = case.demand.max_surge
    if surge.percent and surge.value > 100:
        message = f"--max-surge is {surge}: a pool can surge by 100% at most"
        yield Fault(("--max-surge",), message, "use --max-surge 33%")


def _no_surge(case: Case) -> Iterator[Fault]:
    if case.demand.max_surge.value == 0:
        yield Fault(
            ("--max-surge",),
            "without surge nodes an upgrade takes nodes away first: it needs --max-unavailable above 0 on the node "
            "pool, which system node pools do not allow",
            "use --max-surge 1, or set --max-unavailable 1 on the user pools with az aks nodepool update",
        )


def _max_pods(case: Case) -> Iterator[Fault]:
    most, least = limits.MOST_MAX_PODS, limits.LEAST_MAX_PODS
    if not least <= case.demand.max_pods <= most:
        nearest = least if case.demand.max_pods < least else most
        yield Fault(
            ("--max-pods",),
            f"--max-pods is {case.demand.max_pods}: a kubenet node takes {least} to {most} pods",
            f"use --max-pods {nearest}",
        )


def _pool_pods(case: Case) -> Iterator[Fault]:
    nodes, pods, least = case.demand.node_count, case.demand.max_pods, limits.LEAST_PODS_PER_POOL
    if nodes > 0 and pods > 0 and nodes * pods < least:
        yield Fault(
            ("--node-count", "--max-pods"),
            f"{many(nodes, 'node')} of {pods} pods hold {nodes * pods} pods: a node pool must hold at least {least}",
            f"use --max-pods {-(-least // nodes)} or more, or --node-count {-(-least // pods)} or more",
        )


def _most_nodes(case: Case) -> Iterator[Fault]:
    nodes, most = case.demand.nodes, limits.MOST_NODES_AT_CREATION
    if nodes > most:
        yield _fewer_nodes(case, f"{nodes} nodes are more than the {most} that AKS lets a kubenet cluster count")


def _nodes_to_upgrade(case: Case) -> Iterator[Fault]:
    nodes = case.demand.nodes
    if limits.MOST_NODES < nodes <= limits.MOST_NODES_AT_CREATION:
        yield _fewer_nodes(
            case,
            f"AKS creates a kubenet cluster of {nodes} nodes, and then refuses every upgrade of it, which takes fewer "
            f"than {limits.MOST_NODES + 1}",
        )


def _fewer_nodes(case: Case, message: str) -> Fault:
    fewer = nodes_at_most(case.demand, sizing.nodes_by_routes(case.demand))
    advice = f"use {fewer}, or Azure CNI Overlay, which carries 5,000 nodes"
    return Fault((count_option(case.demand),), message, advice)


def _most_routes(case: Case) -> Iterator[Fault]:
    demand = case.demand
    if demand.peak_nodes > limits.MOST_ROUTES:
        most = sizing.nodes_by_routes(demand)
        yield Fault(
            (count_option(demand), *([] if demand.pools else ["--max-surge"])),
            f"{many(demand.nodes, 'node')} and {many(demand.surge_nodes, 'surge node')} need {demand.peak_nodes} "
            f"routes, one each: the cluster's route table holds {limits.MOST_ROUTES}",
            f"use {nodes_at_most(demand, most)}, or a smaller {'surge' if demand.pools else '--max-surge'}",
        )


ERROR, INFO = Severity.ERROR, Severity.INFO
RULES = (
    Rule("count-out-of-range", ERROR, True, "E10", _one_or_all(_counts, _pool_counts)),
    Rule("max-surge-out-of-range", ERROR, True, "E2", _one_or_all(_surge_range, pools.surge_range)),
    Rule("surge-zero", INFO, False, "E6", _one_or_all(_no_surge, pools.no_surge)),
    Rule("max-pods-out-of-range", ERROR, True, "B8 B9", _max_pods),
    Rule("too-few-pods-per-pool", ERROR, True, "B9", _one_or_all(_pool_pods, pools.room_for_pods)),
    *pools.RULES,
    Rule("too-many-nodes", ERROR, True, "B4 B5", _most_nodes),
    Rule("too-many-nodes-to-upgrade", ERROR, False, "B4 B5", _nodes_to_upgrade),
    Rule("too-many-routes", ERROR, False, "B13 B14 B15", _most_routes),
)

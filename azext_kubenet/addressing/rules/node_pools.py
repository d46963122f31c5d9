"""Rules on node pools that are stated one by one."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.cidr import quoted
from azext_kubenet.addressing.findings import Fix, SetOptions, Severity, advise, use
from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Pool
from azext_kubenet.addressing.rules.rule import RuleContext, Violation, rule
from azext_kubenet.addressing.wording import POOL_OPTION, listed, many, node_options, pool_option, room_of

_OPTIONS = (POOL_OPTION,)
#: Our own bound on the pools that are spelled out.
_MOST_PARTS = 20
_POOL_HOLDS = f"a node pool has {limits.MAX_NODES_OF_POOL:,} nodes at most, surge included"
_NAME = re.compile(limits.POOL_NAME, re.ASCII)


def pools_put_right(size: ClusterSize) -> ClusterSize:
    """The same size with all of its pools put right."""
    least = limits.MIN_PODS_PER_POOL
    for_pods = -(-least // size.max_pods) if 0 < size.max_pods < least else 0
    pools = []
    for at, pool in enumerate(size.pools):
        count = max(pool.count, for_pods, 0 if at else 1)
        pools.append(Pool(_name_like(pool.name), count, max(count, pool.max_count), _surge_like(pool.max_surge)))
    return replace(size, pools=tuple(_told_apart(pools)))


def fewer_nodes(context: RuleContext) -> list[SetOptions]:
    """The most nodes that the route table and all decided ranges support: the same for every rule that wants fewer."""
    plan, size = context.plan, pools_put_right(context.size)
    supported, plugin = [sizing.nodes_by_routes(size)], size.network_plugin
    supported += [sizing.nodes_within(plugin.max_nodes, size)] if plugin.max_routes is None else []
    supported += [sizing.nodes_by_subnet(plan.subnet, plan.in_use, size)] if plan.subnet is not None else []
    supported += [sizing.nodes_by_pod_cidr(plan.pods, size)] if plan.pods is not None else []
    return [node_options(size, min(supported))] if min(supported) > 0 else []


def _mended_option(context: RuleContext) -> SetOptions:
    """All pools put right: one fix, the same for every rule on pools."""
    return pool_option(pools_put_right(context.size).pools, context.size)


def _names(context: RuleContext) -> Iterator[Violation]:
    for pool in context.size.pools:
        if not _NAME.fullmatch(pool.name):
            yield Violation(
                _OPTIONS,
                f"{POOL_OPTION} {quoted(pool.name)}: the name of a node pool is lower-case letters and digits, begins "
                f"with a letter and has {limits.POOL_NAME_LENGTH} characters at most",
                (_mended_option(context),),
            )


def _name_like(name: str) -> str:
    """A name that is allowed, as near as may be."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower(), flags=re.ASCII)
    kept = plain if plain[:1].isalpha() else f"np{plain}"
    most = limits.POOL_NAME_LENGTH
    return kept[:most]


def _same_names(context: RuleContext) -> Iterator[Violation]:
    for name, count in Counter(pool.name for pool in context.size.pools).items():
        if count > 1:
            yield Violation(_OPTIONS, f"{count} node pools have the name {quoted(name)}", (_mended_option(context),))


def _surge_like(surge: MaxSurge) -> MaxSurge:
    """A surge that is allowed for every pool."""
    if surge.value == 0:
        return MaxSurge(1, False)
    return MaxSurge(100, True) if surge.percent and surge.value > 100 else surge


def _told_apart(pools: Sequence[Pool]) -> Iterable[Pool]:
    """The pools with a number behind each name that comes again."""
    names: dict[str, None] = {}
    for pool in pools:
        tries = (_numbered(pool.name, number) for number in range(1, len(pools) + 1))
        names[next(name for name in tries if name not in names)] = None
    return (replace(pool, name=name) for pool, name in zip(pools, names, strict=True))


def _numbered(name: str, number: int) -> str:
    ending = str(number) if number > 1 else ""
    most = limits.POOL_NAME_LENGTH - len(ending)
    return f"{name[:most]}{ending}"


def counts(context: RuleContext) -> Iterator[Violation]:
    """The first pool runs the system's pods and has a node at least; no pool has more nodes than at most."""
    first = context.size.pools[0]
    if first.count < 1:
        yield Violation(
            _OPTIONS,
            f"pool {quoted(first.name)} has no node: the first pool is the system pool, which needs at least one",
            (_mended_option(context),),
        )
    for pool in context.size.pools:
        if pool.max_count < pool.count:
            yield Violation(
                _OPTIONS,
                f"pool {quoted(pool.name)} has {many(pool.count, 'node')} and {pool.max_count} at most",
                (_mended_option(context),),
            )


def surge_range(context: RuleContext) -> Iterator[Violation]:
    """No pool surges by more than itself."""
    for pool in context.size.pools:
        if pool.max_surge.percent and pool.max_surge.value > 100:
            message = f"pool {quoted(pool.name)} surges by {pool.max_surge}: a pool can surge by 100% at most"
            yield Violation((POOL_OPTION, "--max-surge"), message, (_mended_option(context),))


def no_surge(context: RuleContext) -> Iterator[Violation]:
    """A pool without surge nodes."""
    for at, pool in enumerate(context.size.pools):
        if pool.max_surge.value == 0:
            system = ", which a system node pool does not allow" if at == 0 else ""
            afterwards = advise(
                f"set --max-unavailable 1 on pool {pool.name} with az aks nodepool update" if at else ""
            )
            yield Violation(
                (POOL_OPTION, "--max-surge"),
                f"without surge nodes an upgrade of pool {quoted(pool.name)} removes nodes first: it needs "
                f"--max-unavailable above 0{system}",
                (_mended_option(context), *afterwards),
            )


def room_for_pods(context: RuleContext) -> Iterator[Violation]:
    """Every pool holds the pods that AKS asks for: where a node alone does not, even a pool scaled to none must."""
    pods, least = context.size.max_pods, limits.MIN_PODS_PER_POOL
    for pool in context.size.pools:
        if 0 < pods < least and pool.count * pods < least:
            yield Violation(
                (POOL_OPTION, "--max-pods"),
                f"pool {quoted(pool.name)}: {room_of(pool.count, pods)}: a node pool must hold at least {least}",
                (_mended_option(context), use("--max-pods", -(-least // max(1, pool.count)))),
            )


def _pools_too_large(context: RuleContext) -> Iterator[Violation]:
    """A node pool has 1,000 nodes at most, surge nodes among them: only without routes can there be more [B19]."""
    most, size = limits.MAX_NODES_OF_POOL, context.size
    if size.network_plugin.max_routes is not None:
        return
    for pool in size.pools:
        surge = pool.max_surge.nodes_for(pool.max_count)
        if pool.max_count + surge > most:
            nodes = f"pool {quoted(pool.name)} has {many(pool.max_count, 'node')} and {many(surge, 'surge node')}"
            severity = None if pool.max_count > most else Severity.WARNING
            yield Violation(_OPTIONS, f"{nodes}: {_POOL_HOLDS}", _smaller_pools(size), severity)
    if not size.pools and size.nodes_with_surge > most:
        nodes = f"{many(size.nodes, 'node')} and {many(size.surge_nodes, 'surge node')} need several node pools"
        severity = None if size.node_count > most else Severity.INFO
        yield Violation(("--node-count",), f"{nodes}: {_POOL_HOLDS}", _smaller_pools(size), severity)


def _smaller_pools(size: ClusterSize) -> tuple[Fix, ...]:
    """Pools that have as many nodes together, none of them too large; nothing where they would be too many."""
    whole = size.pools or (Pool("system", size.node_count, max(size.nodes, size.node_count), size.max_surge),)
    parts = [part for pool in pools_put_right(replace(size, pools=whole)).pools for part in _parts(pool)]
    if not size.pools:
        parts = [part if at == 0 else replace(part, name=f"work{at}") for at, part in enumerate(parts)]
    if len(parts) > _MOST_PARTS:
        return advise("use several node pools")
    pools = pools_put_right(replace(size, pools=tuple(parts))).pools
    replaced = [] if size.pools else [option for option, typed in _counts_of(size) if typed]
    caution = f"in place of {listed(replaced)}" if replaced else ""
    return (replace(pool_option(pools, size), caution=caution),)


def _counts_of(size: ClusterSize) -> Iterator[tuple[str, bool]]:
    """The options that count nodes, and whether they say more than is the default."""
    yield "--node-count", size.node_count != limits.DEFAULT_NODE_COUNT
    yield "--max-count", size.max_count is not None


def _parts(pool: Pool) -> Iterator[Pool]:
    """Pools that a pool can be split into, each with room for its own surge; the first of them filled first."""
    largest = sizing.largest_cluster(
        lambda nodes: nodes + pool.max_surge.nodes_for(nodes) <= limits.MAX_NODES_OF_POOL, pool.max_count
    )
    count, most = pool.count, pool.max_count
    while most > 0 and largest > 0:
        part = min(largest, most)
        yield replace(pool, count=min(count, part), max_count=part)
        count, most = count - min(count, part), most - part


#: The other rules on pools share the names of those on all nodes together.
RULES = (
    rule("pool-name-not-allowed", _names),
    rule("pool-name-duplicate", _same_names),
    rule("pool-too-large", _pools_too_large),
)

"""How counts are worded, and what to type for a number of nodes."""

from collections.abc import Iterable

from azext_kubenet.addressing.findings import SetOptions, use
from azext_kubenet.addressing.model import ClusterSize, Pool
from azext_kubenet.addressing.sizing import pools_of

#: The option that states the node pools one by one.
POOL_OPTION = "--pool"
#: The option that lowers an error by its rule's name.
ACCEPT_OPTION = "--accept-risk"


def many(count: int, noun: str) -> str:
    """`1 node`, `2 nodes`, `2 addresses`."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending}"


def room_of(nodes: int, pods: int) -> str:
    """`1 node of 10 pods holds 10 pods`, `3 nodes of 1 pod hold 3 pods`."""
    verb = "holds" if nodes == 1 else "hold"
    return f"{many(nodes, 'node')} of {many(pods, 'pod')} {verb} {many(nodes * pods, 'pod')}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def count_option(size: ClusterSize) -> str:
    """The option that says how many nodes to plan for."""
    if size.pools:
        return POOL_OPTION
    return "--node-count" if size.max_count is None else "--max-count"


def node_options(size: ClusterSize, nodes: int) -> SetOptions:
    """What to type to plan for that many nodes; at creation there cannot be more than at most."""
    if size.pools:
        return pool_option(pools_of(nodes, size), size)
    if size.max_count is None:
        return use("--node-count", nodes)
    lower = (("--node-count", str(nodes)),) if nodes < size.node_count else ()
    return SetOptions((*lower, ("--max-count", str(nodes))))


def _pool_value(pool: Pool, size: ClusterSize) -> str:
    """A pool as it is typed, name:count:max:surge, without what need not be said."""
    most = str(pool.max_count) if size.max_count is not None else ""
    surge = str(pool.max_surge) if pool.max_surge != size.max_surge else ""
    return f"{pool.name}:{pool.count}:{most}:{surge}".rstrip(":")


def pool_option(pools: Iterable[Pool], size: ClusterSize) -> SetOptions:
    """Node pools as they are typed."""
    return use(POOL_OPTION, " ".join(_pool_value(pool, size) for pool in pools))


def surge_of(size: ClusterSize) -> str:
    """The surge nodes of a cluster, and what says how many they are."""
    nodes = many(size.surge_nodes, "surge node")
    if not size.pools:
        return f"{nodes} (--max-surge {size.max_surge})"
    each = [(pool.max_surge.nodes_for(pool.max_count), pool.name) for pool in size.pools]
    return f"{nodes} ({listed([f'{count} of {name}' for count, name in each if count])})"

"""How the ranges are called, where they are set, and how counts are worded."""

from azext_kubenet.addressing.model import ClusterSize, Pool
from azext_kubenet.addressing.sizing import pools_of

#: The option that sets each range.
OPTIONS = {
    "vnet": "--vnet-address-prefixes",
    "subnet": "--subnet-prefix",
    "pods": "--pod-cidr",
    "services": "--service-cidr",
    "docker_bridge": "--docker-bridge-address",
}
#: What each range is called in a sentence.
NAMES = {
    "vnet": "virtual network",
    "subnet": "subnet",
    "pods": "pod CIDR",
    "services": "service CIDR",
    "docker_bridge": "docker bridge network",
}
#: The option of the one address that is no range.
DNS_OPTION = "--dns-service-ip"
#: The option that states the node pools one by one.
POOL_OPTION = "--pool"


def many(count: int, noun: str) -> str:
    """`1 node`, `2 nodes`, `2 addresses`."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count} {noun}{ending}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def count_option(size: ClusterSize) -> str:
    """The option that says how many nodes to plan for."""
    if size.pools:
        return POOL_OPTION
    return "--node-count" if size.max_count is None else "--max-count"


def node_options(size: ClusterSize, nodes: int) -> str:
    """What to type to plan for that many nodes; at creation there cannot be more than at most."""
    if size.pools:
        return pool_option(pools_of(nodes, size), size)
    if size.max_count is None:
        return f"--node-count {nodes}"
    lower = f"--node-count {nodes} " if nodes < size.node_count else ""
    return f"{lower}--max-count {nodes}"


def nodes_at_most(size: ClusterSize, nodes: int) -> str:
    """What to type where that many nodes are the most that will do."""
    return node_options(size, nodes) if size.pools else f"{count_option(size)} {nodes} or fewer"


def pool_value(pool: Pool, size: ClusterSize) -> str:
    """A pool as it is typed, name:count:max:surge, without what need not be said."""
    most = str(pool.max_count) if size.max_count is not None else ""
    surge = str(pool.max_surge) if pool.max_surge != size.max_surge else ""
    return f"{pool.name}:{pool.count}:{most}:{surge}".rstrip(":")


def pool_option(pools: tuple[Pool, ...], size: ClusterSize) -> str:
    """Node pools as they are typed."""
    return f"{POOL_OPTION} {' '.join(pool_value(pool, size) for pool in pools)}"


def surge_of(size: ClusterSize) -> str:
    """The surge nodes of a cluster, and what says how many they are."""
    nodes = many(size.surge_nodes, "surge node")
    if not size.pools:
        return f"{nodes} (--max-surge {size.max_surge})"
    each = [(pool.max_surge.nodes_for(pool.max_count), pool.name) for pool in size.pools]
    return f"{nodes} ({listed([f'{count} of {name}' for count, name in each if count])})"

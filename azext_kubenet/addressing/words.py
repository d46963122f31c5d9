"""How the ranges are called, where they are set, and how counts are worded."""

from azext_kubenet.addressing.model import Demand

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


def many(count: int, noun: str) -> str:
    """`1 node`, `2 nodes`, `2 addresses`."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count} {noun}{ending}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def count_option(demand: Demand) -> str:
    """The option that says how many nodes to plan for."""
    return "--node-count" if demand.max_count is None else "--max-count"


def node_options(demand: Demand, nodes: int) -> str:
    """What to type to plan for that many nodes; at creation there cannot be more than at most."""
    if demand.max_count is None:
        return f"--node-count {nodes}"
    lower = f"--node-count {nodes} " if nodes < demand.node_count else ""
    return f"{lower}--max-count {nodes}"

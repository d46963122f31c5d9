"""How many nodes the pod CIDR of a cluster has blocks for. Pure."""

from functools import lru_cache

from azext_kubenet.addressing import sizing
from azext_kubenet.discovery.topology import ranges


@lru_cache(maxsize=1024)  # most clusters of a fleet have the same
def blocks_of(pods: tuple[str, ...]) -> int | None:
    """The blocks of the first of some pod CIDRs that is IPv4; None without one."""
    found = next(ranges(pods), None)
    return None if found is None else sizing.node_blocks(found)

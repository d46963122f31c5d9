"""How full the ranges of a plan are: one meter for each thing of which every node takes one."""

from collections.abc import Iterator
from dataclasses import dataclass

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, RangeKind
from azext_kubenet.addressing.wording import listed, many


@dataclass(frozen=True)
class Meter:  # pylint: disable=too-many-instance-attributes
    """A limit and what the cluster uses of it.

    what: what is limited
    network: its range, None for routes
    unit: what it contains, in the singular
    room: how many of these
    nodes, surge, others: what uses them
    supports: maximum of nodes that leaves room for their surge, None when it is not known
    binds: whether this limit is reached first
    """

    what: str
    network: IPNetwork | None
    unit: str
    room: int
    nodes: int
    surge: int
    others: int
    supports: int | None
    binds: bool

    @property
    def name(self) -> str:
        """Return what it is and where: `subnet 192.168.1.0/24`."""
        return self.what if self.network is None else f"{self.what} {self.network}"

    @property
    def used(self) -> int:
        """Return what the cluster uses during an upgrade."""
        return self.nodes + self.surge + self.others

    @property
    def lack(self) -> int:
        """Return how many are missing."""
        return max(0, self.used - self.room)

    @property
    def says(self) -> str:
        """Return use, rest and limit in words."""
        uses = [many(self.nodes, "node")]
        uses += [many(self.surge, "surge node")] if self.surge else []
        uses += [many(self.others, "other address")] if self.others else []
        head = f"needs {self.used:,} of {self.room:,} {_plural(self.unit)} ({listed(uses)})"
        rest = f"{self.lack:,} too few" if self.lack else f"{self.room - self.used:,} free"
        support = "" if self.supports is None else f", supports {counted(self.supports, 'node')}"
        return f"{head}, {rest}{support}"


def counted(count: int, noun: str) -> str:
    """Return `1 node`, `25,080 pods`."""
    return f"{count:,} {many(count, noun).partition(' ')[2]}"


def meters(plan: AddressPlan) -> Iterator[Meter]:
    """A meter for the subnet and the pod CIDR, as far as they are decided, and for the route table."""
    size = plan.size
    nodes, surge = max(0, size.nodes), max(0, size.surge_nodes)
    known = sizing.capacity(plan) if plan.subnet and plan.pods and plan.services else None
    first = known.limited_by if known else ""
    if plan.subnet is not None:
        others = max(0, size.extra_ips) + plan.in_use
        room = sizing.usable_addresses(plan.subnet)
        supports = known.nodes_by_subnet if known else None
        yield Meter(
            RangeKind.SUBNET.words, plan.subnet, "address", room, nodes, surge, others, supports, first == "subnet"
        )
    if plan.pods is not None:
        room = sizing.node_blocks(plan.pods)
        supports = known.nodes_by_pod_cidr if known else None
        unit = f"/{limits.NODE_BLOCK_PREFIXLEN} block"
        yield Meter(RangeKind.PODS.words, plan.pods, unit, room, nodes, surge, 0, supports, first == "podCidr")
    plugin, supports = size.network_plugin, known.nodes_by_routes if known else None
    if plugin.max_routes is None:
        yield Meter("cluster", None, "node", plugin.max_nodes, nodes, 0, 0, supports, first == "nodes")
    else:
        yield Meter("route table", None, "route", plugin.max_routes, nodes, surge, 0, supports, first == "routes")


def asked(size: ClusterSize) -> str:
    """Return the size of a cluster in words: `3 nodes and 1 surge node`."""
    parts = [many(size.nodes, "node")]
    parts += [many(size.surge_nodes, "surge node")] if size.surge_nodes else []
    parts += [many(size.extra_ips, "other address")] if size.extra_ips > 0 else []
    return listed(parts)


def _plural(unit: str) -> str:
    return f"{unit}es" if unit.endswith("s") else f"{unit}s"

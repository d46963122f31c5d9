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

    what: of what; network: its range, None for routes; unit: what it holds, in the singular; room: how many; nodes,
    surge, others: what uses them; carries: the most nodes that leave room for their surge, None when it is not known;
    binds: whether this limit is met first.
    """

    what: str
    network: IPNetwork | None
    unit: str
    room: int
    nodes: int
    surge: int
    others: int
    carries: int | None
    binds: bool

    @property
    def name(self) -> str:
        """What it is and where: `subnet 192.168.1.0/24`."""
        return self.what if self.network is None else f"{self.what} {self.network}"

    @property
    def used(self) -> int:
        """What the cluster takes at its peak."""
        return self.nodes + self.surge + self.others

    @property
    def lack(self) -> int:
        """By how much the cluster is larger than the room."""
        return max(0, self.used - self.room)

    @property
    def says(self) -> str:
        """Use, rest and limit in words."""
        uses = [many(self.nodes, "node")]
        uses += [many(self.surge, "surge node")] if self.surge else []
        uses += [many(self.others, "other address")] if self.others else []
        head = f"needs {self.used:,} of {self.room:,} {_plural(self.unit)} ({listed(uses)})"
        rest = f"{self.lack:,} too few" if self.lack else f"{self.room - self.used:,} free"
        carries = (
            "" if self.carries is None else f", carries {self.carries:,} {'node' if self.carries == 1 else 'nodes'}"
        )
        return f"{head}, {rest}{carries}"


def meters(plan: AddressPlan) -> Iterator[Meter]:
    """A meter for the subnet and the pod CIDR, as far as they are decided, and for the route table."""
    size = plan.size
    nodes, surge = max(0, size.nodes), max(0, size.surge_nodes)
    known = sizing.capacity(plan) if plan.subnet and plan.pods and plan.services else None
    first = known.limited_by if known else ""
    if plan.subnet is not None:
        others = max(0, size.extra_ips) + plan.in_use
        room = sizing.usable_addresses(plan.subnet)
        carries = known.nodes_by_subnet if known else None
        yield Meter(
            RangeKind.SUBNET.words, plan.subnet, "address", room, nodes, surge, others, carries, first == "subnet"
        )
    if plan.pods is not None:
        room = sizing.node_blocks(plan.pods)
        carries = known.nodes_by_pod_cidr if known else None
        unit = f"/{limits.NODE_BLOCK_PREFIXLEN} block"
        yield Meter(RangeKind.PODS.words, plan.pods, unit, room, nodes, surge, 0, carries, first == "podCidr")
    carries = known.nodes_by_routes if known else None
    yield Meter("route table", None, "route", limits.MAX_ROUTES, nodes, surge, 0, carries, first == "routes")


def asked(size: ClusterSize) -> str:
    """The size of a cluster in words: `3 nodes and 1 surge node`."""
    parts = [many(size.nodes, "node")]
    parts += [many(size.surge_nodes, "surge node")] if size.surge_nodes else []
    parts += [many(size.extra_ips, "other address")] if size.extra_ips > 0 else []
    return listed(parts)


def _plural(unit: str) -> str:
    return f"{unit}es" if unit.endswith("s") else f"{unit}s"

"""What a cluster that runs has left of each limit: now, during an upgrade, and at the most that it may grow to. Pure.

A node takes one address of its subnet, one /24 of the pod CIDR, one route (two in dual-stack), one place among the
cluster's nodes, and the vCPUs of its size. [B1, B4, B13, E3]
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from azext_kubenet.addressing.str_enum import StrEnum


class LimitKind(StrEnum):
    """What is limited, as the answer calls it."""

    SUBNET = "subnet"
    POD_CIDR = "podCidr"
    ROUTES = "routes"
    NODES = "nodes"
    QUOTA = "quota"


class Demand(NamedTuple):
    """What the pools at one limit take of it.

    pools: by their names, how many a further node of each takes
    nodes: taken by the nodes that there are
    surge: taken in addition while they are upgraded
    at_peak: taken by all nodes at their most, with the surge of that many; None where their most is not known
    added: taken in addition by nodes that were asked for
    waiting: of surge, what is taken by nodes that do not run and come back
    """

    pools: Mapping[str, int]
    nodes: int
    surge: int
    at_peak: int | None
    added: int = 0
    waiting: int = 0


class Headroom(NamedTuple):
    """One limit, measured.

    kind: what is limited
    resource: the name of what has the limit
    detail: what is shown beside that name to people, "" for nothing
    total: how many there are, None where that is not known
    used: how many are taken, by nodes and by others, None where that is not known
    other: how many of these are not taken by the cluster's nodes
    demand: what the cluster's pools take
    """

    kind: LimitKind
    resource: str
    total: int | None
    used: int | None
    other: int | None
    demand: Demand
    detail: str = ""

    @property
    def title(self) -> str:
        """What has the limit, as people read it."""
        return f"{self.resource} {self.detail}" if self.detail else self.resource

    @property
    def free(self) -> int | None:
        """How many are left; none where more are taken than there are."""
        return None if self.total is None or self.used is None else max(0, self.total - self.used)

    @property
    def needed_at_peak(self) -> int | None:
        """How many are taken when every pool is at its most and is upgraded, by others too; None where not known."""
        return None if self.demand.at_peak is None else self.demand.at_peak + (self.other or 0)

    @property
    def lacks_to_upgrade(self) -> int:
        """How many an upgrade lacks; 0 where it has room, or where that is not known."""
        return 0 if self.free is None else max(0, self.demand.surge - self.free)

    @property
    def lacks_to_add(self) -> int:
        """How many the nodes that were asked for lack."""
        return 0 if self.free is None else max(0, self.demand.added - self.free)

    @property
    def lacks_at_peak(self) -> int:
        """How many are lacking when every pool is at its most and is upgraded; 0 where that is not known."""
        needed = self.needed_at_peak
        return 0 if self.total is None or needed is None else max(0, needed - self.total)

    @property
    def nodes_left(self) -> int | None:
        """How many further nodes there is room for now, of the pool whose nodes take most."""
        return None if self.free is None else self.free // max(1, *self.demand.pools.values(), 1)

    @property
    def verdict(self) -> str:
        """In words: whether an upgrade, the nodes that were asked for, and the peak have room."""
        if self.free is None:
            return "not looked at"
        lacking = (
            ("an upgrade lacks", self.lacks_to_upgrade),
            ("the new nodes lack", self.lacks_to_add),
            ("the peak lacks", self.lacks_at_peak),
        )
        fits = "yes" if self.demand.at_peak is not None else "the peak is not looked at"
        return next((f"no: {what} {count}" for what, count in lacking if count), fits)


def narrowest(limits: Iterable[Headroom]) -> Headroom | None:
    """Of some limits, the one with room for the fewest further nodes; None where none is known."""
    known = [(each.nodes_left, each) for each in limits if each.nodes_left is not None]
    return min(known, key=lambda each: each[0])[1] if known else None


def left_for(pool: str, limits: Iterable[Headroom]) -> tuple[int, Headroom] | None:
    """How many further nodes of a pool there is room for now, and the limit that allows no more; None if none is known.

    None where one of its limits is not known, as it may be that one.

    limits: all of the cluster; those that the pool takes nothing of do not count
    """
    own = [each for each in limits if each.demand.pools.get(pool)]
    if not own or any(each.free is None for each in own):
        return None
    found = [(max(0, (each.free or 0) - each.demand.waiting) // each.demand.pools[pool], each) for each in own]
    return min(found, key=lambda each: each[0])


def can_upgrade(limits: Sequence[Headroom]) -> bool | None:
    """Whether an upgrade has room everywhere; None where it has, as far as was looked at, and not all was."""
    if any(each.lacks_to_upgrade for each in limits):
        return False
    return None if any(each.free is None for each in limits) else True

"""What there is to draw of a cluster that exists, as plain values, and the sentences about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.headroom import Headroom, LimitKind
from azext_kubenet.addressing.wording import listed
from azext_kubenet.diagram.capacity import counted
from azext_kubenet.diagram.captions import clean
from azext_kubenet.diagram.report import NOTHING, About

#: What each limit is called, and what it is counted in.
KINDS = {
    LimitKind.SUBNET: ("subnet", "address"),
    LimitKind.POD_CIDR: ("pod CIDR", "/24 block"),
    LimitKind.ROUTES: ("route table", "route"),
    LimitKind.NODES: ("cluster", "node"),
    LimitKind.QUOTA: ("quota", "vCPU"),
}


class PoolView(NamedTuple):
    """A node pool: its nodes, the most that it may have, the extra ones of an upgrade, and the name of its subnet.

    most: None where it is not known
    """

    name: str
    nodes: int
    most: int | None
    surge: int
    subnet: str = ""

    @property
    def at_most(self) -> str:
        """The most nodes in words."""
        return "not known" if self.most is None else f"{self.most:,}"


class RangeView(NamedTuple):
    """A range of the cluster: what it is, its CIDR, and the name of what has it, "" for none."""

    what: str
    cidr: str
    name: str = ""


@dataclass(frozen=True)
class ClusterView:  # pylint: disable=too-many-instance-attributes
    """A cluster to be drawn.

    name, group: of the cluster
    facts: what else is known of it, by name, "" for what is not known
    limits, pools, ranges, findings: in the order in which they are shown
    can_upgrade: whether an upgrade would go through, None where that is not known
    can_scale_by, limited_by: the most nodes that can be added, None where that is not known; the first limit
    not_looked_at: names of what was not looked at
    about: the command and the day
    """

    name: str
    group: str
    facts: Sequence[tuple[str, str]] = ()
    limits: Sequence[Headroom] = ()
    pools: Sequence[PoolView] = ()
    ranges: Sequence[RangeView] = ()
    findings: Sequence[Finding] = ()
    can_upgrade: bool | None = None
    can_scale_by: int | None = None
    limited_by: str = ""
    not_looked_at: Sequence[str] = ()
    about: About = NOTHING

    @property
    def title(self) -> str:
        """Return what it is about."""
        return self.about.title or f"AKS cluster {clean(self.name)} in resource group {clean(self.group)}"

    @cached_property
    def gauges(self) -> list["Gauge"]:
        """Return each limit, to be drawn."""
        return [Gauge(each) for each in self.limits]

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong."""
        return self.can_upgrade is False or any(each.severity is Severity.ERROR for each in self.findings)

    @property
    def outcome(self) -> str:
        """Return the result in a few words."""
        lacking = any(each.lacks_to_upgrade for each in self.limits)
        upgrade = {True: "an upgrade has room", False: "an upgrade has no room" if lacking else "an upgrade would fail"}
        parts = [upgrade.get(self.can_upgrade, "whether an upgrade has room is not known")]  # type: ignore[arg-type]
        for severity in (Severity.ERROR, Severity.WARNING):
            count = sum(each.severity is severity for each in self.findings)
            parts += [counted(count, severity.value)] if count else []
        return "; ".join(parts)

    @property
    def room(self) -> str:
        """Return how many nodes can be added, and what allows no more; "" where that is not known."""
        if self.can_scale_by is None:
            return ""
        kinds = {kind.value: words for kind, (words, _) in KINDS.items()}
        first = f"; the {kinds.get(self.limited_by, self.limited_by)} is the first limit" if self.limited_by else ""
        return f"room for {counted(self.can_scale_by, 'more node')} now{first}"

    def told(self) -> Iterator[str]:
        """Yield all of it in sentences."""
        yield f"{self.title}: {self.outcome}."
        yield from (f"{line}." for line in (self.room,) if line)
        yield from (f"{each.name}: {each.says}." for each in self.gauges)
        for pool in self.pools:
            yield f"Pool {clean(pool.name)}: {pool_words(pool)}."
        yield from (f"{each.what} {each.cidr} {clean(each.name)}".strip() + "." for each in self.ranges)
        yield from (f"{each.severity.value}: {clean(each.message, 700)}" for each in self.findings)


def pool_words(pool: PoolView) -> str:
    """Return the numbers of a pool in words."""
    surge = f", {pool.surge:,} more during an upgrade" if pool.surge else ", none more during an upgrade"
    return f"{counted(pool.nodes, 'node')}, at most {pool.at_most}{surge}"


class Gauge:
    """A limit as it is drawn: parts that follow each other, and the words beside them."""

    def __init__(self, limit: Headroom):
        self.limit = limit
        kind, self.unit = KINDS[limit.kind]
        self.name = clean(f"{kind} {limit.title}".strip())
        self.is_known = limit.free is not None

    @property
    def others(self) -> int:
        """How many are taken, by what are no nodes of the cluster."""
        return min(max(0, self.limit.other or 0), self.limit.used or 0)

    @property
    def own(self) -> int:
        """How many the cluster's nodes take now."""
        return max(0, (self.limit.used or 0) - self.others)

    @property
    def at_peak(self) -> int:
        """How many the peak takes beyond what is taken, and what an upgrade adds; 0 where that is not known."""
        return max(0, (self.limit.needed_at_peak or 0) - (self.limit.used or 0) - self.limit.demand.surge)

    @property
    def total(self) -> int:
        """How many there are, where that is known."""
        return max(0, self.limit.total or 0)

    @property
    def parts(self) -> list[tuple[str, int]]:
        """What is taken, what would be, and what stays free or lacks, by the styles of the drawing; none if not known.

        What has no room is in no part of its own, but in what lacks.
        """
        if not self.is_known:
            return []
        found, left, lack = [], self.total, 0
        wanted = (("nodes", self.own), ("mixed", self.others), ("surge", self.limit.demand.surge))
        for style, count in (*wanted, ("plan-vnet", self.at_peak)):
            fits = min(max(0, count), left)
            left -= fits
            lack += max(0, count) - fits
            found.append((style, fits))
        return [*found, ("track", left), ("lack", lack)]

    @property
    def lacks(self) -> str:
        """What has no room, in words; "" where all has."""
        what = (
            ("an upgrade lacks", self.limit.lacks_to_upgrade),
            ("the new nodes lack", self.limit.lacks_to_add),
            ("the peak lacks", self.limit.lacks_at_peak),
        )
        return listed([f"{words} {count:,}" for words, count in what if count])

    @property
    def says(self) -> str:
        """All numbers in words."""
        demand = self.limit.demand
        if not self.is_known:
            unit = self.unit if demand.surge == 1 else f"{self.unit}es" if self.unit.endswith("s") else f"{self.unit}s"
            takes = f"; an upgrade takes {demand.surge:,} {unit}" if demand.surge else ""
            return f"not looked at: what is free is not known{takes}"
        used, free = self.limit.used or 0, self.limit.free or 0
        by = [f"{self.own:,} by its nodes"] + ([f"{self.others:,} by others"] if self.others else [])
        parts = [f"{used:,} of {counted(self.total, self.unit)} taken ({listed(by)}), {free:,} free"]
        parts.append(f"an upgrade takes {demand.surge:,}")
        parts += [f"the new nodes take {demand.added:,}"] if demand.added else []
        peak = self.limit.needed_at_peak
        parts.append("what the peak takes is not known" if peak is None else f"at the peak {peak:,} are taken")
        return "; ".join([*parts, *([self.lacks] if self.lacks else [])])

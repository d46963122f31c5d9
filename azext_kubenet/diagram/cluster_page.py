"""The report on a cluster that exists: one page, without scripts, nothing loaded from elsewhere."""

from collections.abc import Iterator

from azext_kubenet.addressing import limits
from azext_kubenet.diagram import headroom_bars, page, picture
from azext_kubenet.diagram.captions import clean
from azext_kubenet.diagram.cluster_view import ClusterView, Gauge, PoolView, RangeView
from azext_kubenet.diagram.markup import Raw, bullets, definitions, facts_of, paragraph, section, table, words
from azext_kubenet.diagram.palette import PREFIX
from azext_kubenet.diagram.paper import Paper

_HEADS = (
    "Limit", "Counted in", "In all", "Taken", "By its nodes", "By others", "Free", "An upgrade takes", "New nodes take",
    "Taken at the peak", "Has room",
)  # fmt: skip


def document(view: ClusterView) -> str:
    """Return the page."""
    unseen = [clean(each) for each in view.not_looked_at]
    parts = [
        *page.beginning(view.title),
        *_opening(view),
        page.findings_section(view.findings),
        _limits(view),
        section("pools", "Node pools", [_pools(view)]),
        section("ranges", "Address ranges", [_ranges(view)]),
        section("unseen", "Not looked at", [bullets(unseen)]),
        paragraph(f"kubenet retires on {limits.KUBENET_RETIREMENT}; its successor is Azure CNI Overlay.", "note"),
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _opening(view: ClusterView) -> Iterator[str]:
    """Yield the verdict, what the cluster is, and who made the report when, with what."""
    kind = "bad" if view.is_bad else "good" if view.can_upgrade and ";" not in view.outcome else ""
    yield paragraph(view.outcome[0].upper() + view.outcome[1:], f"verdict {kind}".strip())
    if view.room:
        yield paragraph(f"{view.room[0].upper()}{view.room[1:]}.")
    facts: list[tuple[str, object]] = [(name, clean(value)) for name, value in view.facts if value]
    yield facts_of([*facts, *page.made_by(view.about)])
    yield definitions()


def _limits(view: ClusterView) -> str:
    paper = Paper()
    headroom_bars.draw(paper, view.gauges)
    told = " ".join(f"{each.name}: {each.says}." for each in view.gauges)
    drawing = picture.element(paper, "What is left of each limit", told, f"{PREFIX}-limits") if view.gauges else ""
    note = "Each bar is drawn to a scale of its own. The peak is every pool at its most, while all are upgraded."
    numbers = table("Every limit in numbers", _HEADS, map(_limit, view.gauges), narrow="stacked")
    return section("limits", "Limits", [paragraph(note, "note"), f"<figure>{drawing}</figure>", numbers])


def _limit(gauge: Gauge) -> tuple[object, ...]:
    limit, demand = gauge.limit, gauge.limit.demand
    unknown = "not known"
    own, others = (f"{gauge.own:,}", f"{gauge.others:,}") if limit.used is not None else (unknown, unknown)
    total, used, free = (unknown if each is None else f"{each:,}" for each in (limit.total, limit.used, limit.free))
    verdict = Raw(f'<strong class="bad">{words(f"no: {gauge.lacks}")}</strong>') if gauge.lacks else limit.verdict
    at_peak = limit.needed_at_peak
    peak = unknown if limit.used is None or at_peak is None else f"{at_peak:,}"
    takes = f"{demand.surge:,}", f"{demand.added:,}", peak
    return words(gauge.name), gauge.unit, total, used, own, others, free, *takes, verdict


def _pools(view: ClusterView) -> str:
    heads = ("Pool", "Nodes", "At most", "More during an upgrade", "Subnet")
    return table("The pools, and how far they may grow", heads, map(_pool, view.pools), narrow="stacked")


def _pool(pool: PoolView) -> tuple[object, ...]:
    return words(clean(pool.name)), f"{pool.nodes:,}", pool.at_most, f"{pool.surge:,}", clean(pool.subnet)


def _ranges(view: ClusterView) -> str:
    heads = ("Range", "CIDR", "Name")
    return table("The ranges that the cluster uses, and those of its network", heads, map(_range, view.ranges))


def _range(each: RangeView) -> tuple[object, ...]:
    return each.what, Raw(f'<span class="whole">{words(clean(each.cidr))}</span>'), clean(each.name)

"""Growth and other network models, as parts of a page: how far the plan goes, and what comes after kubenet."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from azext_kubenet.addressing import growth, limits
from azext_kubenet.addressing.growth import Limit, NextSize, ServiceLimit
from azext_kubenet.addressing.network_models import BY_KEY, FEATURES
from azext_kubenet.addressing.wording import many
from azext_kubenet.diagram import picture
from azext_kubenet.diagram.markup import bullets, paragraph, table
from azext_kubenet.diagram.paper import BAR, LEFT, RIGHT, Paper, number
from azext_kubenet.diagram.report import Report

if TYPE_CHECKING:
    from azext_kubenet.addressing.network_models.choice import Choice
    from azext_kubenet.addressing.network_models.comparison import Row

#: The day of limits.KUBENET_RETIREMENT. [J1]
RETIREMENT = date(*limits.KUBENET_RETIREMENT_DAY)
_DAYS_A_YEAR = 365.2425
#: Years of the time line at least, and at most: what lies further away is at its end.
_FEWEST_YEARS, _MOST_YEARS = 3.0, 12.0
_NAMES = {
    growth.SUBNET: "subnet",
    growth.PODS: "pod CIDR",
    growth.ROUTES: "route table",
    growth.NODES: "node limit of AKS",
    growth.SERVICES: "service CIDR",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def outlook(report: Report) -> Iterator[str]:
    """Yield the section on growth; of a refused plan only how long kubenet lasts."""
    found = report.result.limits
    if report.plugin.retires:
        yield paragraph(_retirement(report.about.made))
    yield _time_line(report)
    dated = any(isinstance(each, Limit) and each.years is not None for each in found)
    heads = ["Limit", "Supports", "More than planned", *(["Reached"] if dated else []), "What can be done then"]
    rows = [_limit(each, report, dated) for each in found]
    yield table("Where the plan ends, in the order in which the limits are reached", heads, rows, narrow="stacked")
    if found and not dated:
        yield paragraph("Add --growth 25% to the command, or what you expect a year, to have the limits dated.", "note")
    yield _next_sizes(report.result.next_sizes)


def _retirement(made: date | None) -> str:
    text = f"kubenet retires on {limits.KUBENET_RETIREMENT}"
    if made is not None:
        months = (RETIREMENT.year - made.year) * 12 + RETIREMENT.month - made.month
        when = f"{months} months" if months > 1 else "1 month" if months == 1 else ""
        text += f", {when} after this report" if when else ""
    return f"{text}: plan the move to Azure CNI Overlay before. A limit that is reached later does not matter."


def _limit(each: Limit | ServiceLimit, report: Report, dated: bool) -> list[object]:
    if isinstance(each, ServiceLimit):
        return [_NAMES[each.limit], f"{each.addresses:,} service addresses", "", *([""] if dated else []), each.then]
    left = f"{each.left:,}" if each.left >= 0 else f"{-each.left:,} too few"
    reached = [_reached(each.years, report)] if dated else []
    return [_NAMES[each.limit], many(each.nodes, "node"), left, *reached, each.then]


def _reached(years: float | None, report: Report) -> str:
    """Return when a limit is reached, and whether kubenet is still there then."""
    made = report.about.made
    if years is None:
        return ""
    if years == 0:
        return "now"
    text = f"in {years:.1f} years" if years < growth.MOST_YEARS else f"in {growth.MOST_YEARS} years or later"
    if made is None:
        return text
    day = _day(years, made)
    when = f"about {_MONTHS[day.month - 1]} {day.year}, {text}" if years < growth.MOST_YEARS else text
    return f"{when}: after kubenet retires" if report.plugin.retires and day > RETIREMENT else when


def _day(years: float, made: date) -> date:
    return made + timedelta(days=round(years * _DAYS_A_YEAR))


def _time_line(report: Report) -> str:
    """Return the drawing of limits along the years, with the end of kubenet; "" without dates."""
    made = report.about.made
    found = [each for each in report.result.limits if isinstance(each, Limit) and each.years is not None]
    if made is None or not found:
        return ""
    end = (RETIREMENT - made).days / _DAYS_A_YEAR if report.plugin.retires else 0.0
    span = min(max([_FEWEST_YEARS, end + 1, *(each.years * 1.1 for each in found if each.years)]), _MOST_YEARS)
    paper = Paper()
    tops = []
    for each in found:
        tops.append(paper.y + 18)
        _bar(paper, each, span, made)
    _axis(paper, span, made)
    if report.plugin.retires:
        _end(paper, end, span, tops)
    told = f"kubenet retires on {limits.KUBENET_RETIREMENT}. " if report.plugin.retires else ""
    told += " ".join(
        f"{_NAMES[each.limit]}, {many(each.nodes, 'node')}: {_reached(each.years, report)}." for each in found
    )
    return f"<figure>{picture.element(paper, 'When each limit is reached', told, 'kn-growth')}</figure>"


def _bar(paper: Paper, each: Limit, span: float, made: date) -> None:
    years = each.years or 0.0
    length = max(3.0, BAR * min(years, span) / span)
    paper.text(LEFT, paper.y + 13, f"{_NAMES[each.limit]}, {many(each.nodes, 'node')}", "small", "text")
    when = str(_day(years, made).year) if years < growth.MOST_YEARS else f"{growth.MOST_YEARS} years or later"
    paper.text(RIGHT, paper.y + 13, "reached now" if not years else when, "small", "muted", end=True)
    paper.rect(LEFT, paper.y + 18, BAR, 12, "track")
    paper.rect(LEFT, paper.y + 20, length, 8, "nodes")
    paper.y += 36


def _axis(paper: Paper, span: float, made: date) -> None:
    """Draw the years."""
    step = 1 if span <= 8 else 2
    first = made.year + 1
    for year in range(first, made.year + int(span) + 1, step):
        at = LEFT + BAR * ((date(year, 1, 1) - made).days / _DAYS_A_YEAR) / span
        if LEFT + 18 <= at <= RIGHT - 18:
            paper.path(f"M{number(at)} {number(paper.y - 4)}v5", "lead")
            paper.text(at, paper.y + 14, str(year), "small", "muted", middle=True)
    paper.y += 18


def _end(paper: Paper, end: float, span: float, bars: Sequence[float]) -> None:
    """Draw the day on which kubenet ends, in so many years, across the bars."""
    if 0 < end < span:
        at = LEFT + BAR * end / span
        for top in bars:  # across the bars, not through what is written between them
            paper.path(f"M{number(at)} {number(top - 3)}v18", "retired")
        right = at > LEFT + BAR / 2
        words = f"kubenet retires on {limits.KUBENET_RETIREMENT}"
        paper.text(at, paper.y + 14, words, "small", "alarm-text", end=right)
        paper.y += 18


def _next_sizes(sizes: Sequence[NextSize]) -> str:
    rows = [
        (f"subnet /{each.subnet}, pod CIDR /{each.pods}", f"{each.nodes:,}", f"{each.pods_carried:,}", f"{each.more:,}")
        for each in sizes
        if each.more > 0
    ]
    return table("What the next size up would support", ("Sizes", "Nodes", "Pods", "More nodes"), rows)


def comparison(report: Report) -> Iterator[str]:
    """Yield the section on other models; nothing where none were compared."""
    found = report.result.comparison
    if found is None:
        return
    heads = (
        "Model",
        "Pods per node",
        "Addresses needed",
        "Nodes' subnet",
        "Pods' range",
        "Supports",
        "Fits",
        "Without",
    )
    caption = f"The same cluster on each network model, in {found.place}"
    yield table(caption, heads, [_model(row) for row in found.rows], narrow="stacked")
    yield from _advice("By the criteria of Microsoft's article", found.article)
    yield from _advice("Today", found.recommended)
    remarks = [f"{row.model.name}: {'; '.join(row.remarks)}." for row in found.rows if row.remarks]
    yield bullets(remarks, "note")


def _advice(title: str, choice: "Choice") -> Iterator[str]:
    yield paragraph(f"{title}: {BY_KEY[choice.model].name}")
    yield bullets(choice.reasons)


def _model(row: "Row") -> list[object]:
    return [
        row.model.name,
        row.max_pods,
        f"{row.addresses:,}",
        _prefix(row.subnet_prefix, "larger than any subnet"),
        _prefix(row.pod_prefix, "in the nodes' subnet"),
        many(row.nodes, "node"),
        "yes" if row.fits and not row.unmet else "no",
        ", ".join(FEATURES[need].name for need in row.lacks) or "nothing that was looked at",
    ]


def _prefix(prefixlen: int | None, without: str) -> str:
    return without if prefixlen is None else f"/{prefixlen}"

"""The report: one page to hand to a network team. No script, nothing loaded from elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.diagram import bars, captions, forecast, picture, zoom
from azext_kubenet.diagram.capacity import Meter, asked, counted
from azext_kubenet.diagram.keys import Key, Keys
from azext_kubenet.diagram.markup import (
    Raw,
    bullets,
    definitions,
    facts_of,
    link,
    paragraph,
    section,
    style_sheet,
    table,
    words,
)
from azext_kubenet.diagram.palette import ELSEWHERE, PREFIX, name_of, own_name
from azext_kubenet.diagram.panels import TITLES, Panel
from azext_kubenet.diagram.paper import Paper
from azext_kubenet.diagram.register import Entry, short
from azext_kubenet.diagram.report import About, Report

#: Rows of a table, at most: what a browser shows at once, and a person may look through.
_MOST_ROWS = 500
_FOUND, _FINDING = "What was found, and what to do about it", ("Severity", "Finding", "What to do")
#: Nothing but the styles in the page itself, whatever a name in it may try.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def document(report: Report) -> str:
    """Return the page."""
    title = captions.clean(report.title)
    keys = [Keys(panel, report.register) for panel in report.panels]
    listed = _listed(report, keys)
    parts = [
        *beginning(title),
        *_opening(report),
        *_findings_first(report),
        section("ranges", _asked_or_planned(report), [_planned(report)]),
        *([] if report.scene.refused else [findings_section(report.scene.findings)]),
        _places(report, keys, frozenset(f"r{each.number}" for each in listed)),
        _capacity(report),
        section("growth", "Growth", forecast.outlook(report)),
        section("comparison", "Other network models", forecast.comparison(report)),
        _taken(report, listed),
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def beginning(title: str) -> list[str]:
    """Return the head of a page, and its heading."""
    return [
        "<!DOCTYPE html>",
        '<html lang="en">',
        f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title>',
        f"<style>\n{style_sheet()}\n</style></head>",
        f"<body><main>\n<h1>{escape(title)}</h1>",
    ]


def _opening(report: Report) -> Iterator[str]:
    """Yield the verdict, and who made the report when, with what."""
    scene, target = report.scene, report.result.target
    kind = "good" if captions.is_good(scene) else "bad" if scene.refused or scene.collisions else ""
    yield paragraph(captions.outcome(scene).capitalize(), f"verdict {kind}".strip())
    for line in (captions.missing(scene), "" if scene.refused else captions.advice(scene)):
        if line:
            yield paragraph(f"{line[0].upper()}{line[1:]}.")
    facts: list[tuple[str, object]] = [("Cluster", asked(scene.size))]
    if target is not None:
        subnet = f", subnet {target.subnet}" if target.subnet else ""
        facts.append(("Network", f"{target.name} in resource group {target.resource_group}{subnet}"))
    yield facts_of([*facts, *made_by(report.about)])
    yield definitions()


def made_by(about: About) -> Iterator[tuple[str, object]]:
    """Yield the day and the command, each with its name."""
    if about.made is not None:
        day = about.made.isoformat()
        yield "Made on", Raw(f'<time datetime="{day}">{day}</time>')
    if about.command:
        yield "Command", Raw(f"<code>{escape(captions.clean(about.command, 4000))}</code>")


def swatch(style: str) -> Raw:
    """Return a small piece of a pattern, which words follow."""
    return Raw(
        f'<svg class="{PREFIX} swatch" viewBox="0 0 22 12" aria-hidden="true">'
        f'<rect x="1" y="1" width="20" height="10" class="{PREFIX}-{style}"/></svg>'
    )


def _asked_or_planned(report: Report) -> str:
    return "Ranges that were asked for" if report.scene.refused else "What the plan takes"


def _planned(report: Report) -> str:
    """Return the table of the plan, its DNS address among it."""
    plan, reasons = report.result.plan, report.result.reasons
    rows = [_range(report, kind, value) for kind in RangeKind for value in plan[kind]]
    heads = ("Range", "CIDR", "Addresses", "Source", "Reason")
    if reasons:
        return table("Each range, and why it is that one", heads, rows, narrow="compact")
    return table("Each range", heads[:-1], [row[:-1] for row in rows])


def _range(report: Report, kind: RangeKind, value: IPNetwork | IPAddress) -> tuple[object, ...]:
    given = report.result.requests[kind].is_fixed
    source = "given" if given else "would be chosen" if report.scene.refused else "chosen"
    why = captions.clean(report.result.reasons.get(kind.key, ""), 600)
    if isinstance(value, IPAddress):
        return "DNS service IP", words(str(value)), "1", source, words(why)
    name = Raw(f'<span class="whole">{swatch(own_name(kind))}{escape(TITLES[kind])}</span>')
    return name, words(str(value)), f"{value.size:,}", source, words(why)


def _findings_first(report: Report) -> list[str]:
    """Return the findings where they are the news."""
    return [findings_section(report.scene.findings)] if report.scene.refused else []


def findings_section(found: Sequence[Finding]) -> str:
    """Return the table of all findings, the grave ones first, "" for none."""
    order = list(Severity)
    places = sorted(range(len(found)), key=lambda place: order.index(found[place].severity))
    rows = []
    for place in places[:_MOST_ROWS]:
        each = found[place]
        kind = ' class="bad"' if each.severity is Severity.ERROR else ""
        head = Raw(f"<strong{kind}>{each.severity.value}</strong>")
        what = words(f"{captions.clean(each.message, 2000)} [{each.rule}]")
        rows.append((head, what, words(captions.clean(captions.instead(each), 2000))))
    ids = [f"f{each + 1}" for each in places[:_MOST_ROWS]]
    return section("findings", "Findings", [table(_FOUND, _FINDING, rows, ids=ids, narrow="stacked")])


def _places(report: Report, keys: Sequence[Keys], targets: frozenset[str]) -> str:
    """Return each range with its neighbours, and the whole space."""
    legend = [Raw(f"{swatch(style)}{escape(meaning)}") for style, meaning in picture.entries(report, keys)]
    panels = "\n".join(_panel(report, key, place + 1, targets) for place, key in enumerate(keys))
    notes = [paragraph(line, "note") for line in picture.closing(report, 0)]
    return section(
        "places",
        "Where it is, and who is beside it",
        [
            paragraph(
                "Each drawing shows one range closely, with its neighbours, and above it the whole space, small. "
                "What the plan takes is above, what others have below; the numbers lead to the table of ranges.",
                "note",
            ),
            bullets(legend, "legend"),
            f'<div class="panels">\n{panels}\n</div>' if panels else "",
            _whole(report),
            *notes,
        ],
    )


def _panel(report: Report, key: Keys, place: int, targets: frozenset[str]) -> str:
    panel, scene = key.panel, report.scene
    paper = Paper(targets=targets)
    zoom.draw(paper, key, scene.refused, scene.shortage.largest_free if scene.shortage else None)
    told = [f"{captions.clean(what)}." for what in _told(key)]
    drawing = picture.element(paper, panel.title, " ".join(told), f"{PREFIX}-{place}")
    word = picture.source(panel, scene.refused)
    parts = [
        f'<article aria-labelledby="panel-{place}">\n<h3 id="panel-{place}">{escape(panel.title)}</h3>',
        paragraph(f"{f'{word}; ' if word else ''}{panel.about}", "note"),
        f"<figure>{drawing}</figure>",
        bullets(_collisions(key, targets), "bad"),
        bullets(_advice(panel)),
        bullets(_names(key, targets), "names"),
    ]
    if key.unnamed:
        parts.append(paragraph(f"and {counted(key.unnamed, 'range')} more, too small to be named here", "note"))
    return "\n".join([*(part for part in parts if part), "</article>"])


def _told(key: Keys) -> Iterator[str]:
    """Yield a panel in sentences."""
    row = key.panel.window
    yield captions.room(row, False)
    yield from (f"{each.short} is in {row.block}" for each in row.planned)
    yield from (f"It collides with {what}" for _, what in key.collisions())
    yield from (f"Number {short(each.numbers)}: {each.says}" for each in key.named)


def _collisions(key: Keys, targets: frozenset[str]) -> Iterator[Raw]:
    for number, what in key.collisions():
        label = _number([number], targets) if number else ""
        yield Raw(f"<strong>collides with {label}{': ' if label else ''}{escape(what)}</strong>")


def _advice(panel: Panel) -> Iterator[Raw]:
    """Yield what to do about each finding on a range; the whole finding stands in the table."""
    for place, each in panel.findings:
        what = captions.instead(each) or each.message
        yield Raw(f"{link(f'f{place + 1}', f'{each.severity.value}')}: {words(captions.clean(what, 700))}")


def _names(key: Keys, targets: frozenset[str]) -> Iterator[Raw]:
    for each in key.named:
        yield Raw(f"{_number(each.numbers, targets)} {swatch(each.style)}{_says(each)}")


def _says(key: Key) -> str:
    return f'<span class="whole">{escape(key.piece.where)}</span> {escape(captions.clean(key.piece.what, 300))}'


def _number(numbers: Sequence[int], targets: frozenset[str]) -> str:
    target, label = f"r{numbers[0]}", short(numbers)
    return link(target, label) if target in targets else escape(label)


def _whole(report: Report) -> str:
    scene = report.scene
    rows = [
        (
            captions.title(row),
            captions.part_of(row, row.planned_size),
            captions.part_of(row, row.taken_size),
            captions.part_of(row, row.free),
            row.largest_free or "none",
        )
        for row in scene.rows
    ]
    heads = ("Block", captions.planned(scene.refused).capitalize(), "In use", "Free", "Largest free block")
    return "<h3>The whole address space</h3>\n" + table("How full each block is", heads, rows)


def _capacity(report: Report) -> str:
    scene = report.scene
    paper = Paper()
    bars.draw(paper, scene)
    told = " ".join(f"{each.name}: {each.says}." for each in scene.meters)
    drawing = picture.element(paper, "Capacity of each range", told, f"{PREFIX}-capacity")
    heads = ("Limit", "In all", "Nodes", "Surge nodes", "Other", "Free", "Supports", "First limit")
    rows = [_meter(each) for each in scene.meters]
    services = captions.services(scene)
    return section(
        "capacity",
        "Capacity",
        [
            f"<figure>{drawing}</figure>",
            table("What each node and each surge node takes one of", heads, rows, narrow="stacked"),
            paragraph(f"{services[0].upper()}{services[1:]}.") if services else "",
        ],
    )


def _meter(each: Meter) -> tuple[object, ...]:
    free = f"{each.lack:,} too few" if each.lack else f"{each.room - each.used:,}"
    supports = "" if each.supports is None else counted(each.supports, "node")
    counts = (f"{count:,}" for count in (each.room, each.nodes, each.surge, each.others))
    return each.name, *counts, free, supports, "yes" if each.binds else "no"


def _listed(report: Report, keys: Iterable[Keys]) -> list[Entry]:
    """Return the ranges that the table has a row for: those that a drawing names, then the first of the others."""
    named = {number for key in keys for each in key.named for number in each.numbers[:1]}
    named |= {number for key in keys for number, _ in key.collisions() if number}
    ours = [each for each in report.register.entries if each.number in named or picture.worth_telling(each, report)]
    if len(ours) <= _MOST_ROWS:
        return ours
    kept = [each for each in ours if each.number in named]
    rest = [each for each in ours if each.number not in named]
    return sorted([*kept, *rest[: _MOST_ROWS - len(kept)]], key=lambda each: each.number)


def _others(each: Entry) -> tuple[object, ...]:
    style = ELSEWHERE if each.shared else name_of(each.kind)
    kind = f"{captions.KINDS[each.kind]}, not connected: may be shared" if each.shared else captions.KINDS[each.kind]
    cidr = Raw(f'<span class="whole">{swatch(style)}{each.reservation.network}</span>')
    return each.number, cidr, kind, captions.clean(each.reservation.reason)


def _taken(report: Report, listed: Sequence[Entry]) -> str:
    """Return the table of what others have, and how much is not in it."""
    rows = [_others(each) for each in listed]
    count = sum(picture.worth_telling(each, report) for each in report.register.entries)
    more = count - sum(picture.worth_telling(each, report) for each in listed)
    caption = f"{counted(count, 'range')} that the plan keeps clear of, or may share, by address"
    parts = [table(caption, ("No.", "CIDR", "Kind", "Whose"), rows, ids=[f"r{each.number}" for each in listed])]
    if more:
        parts.append(paragraph(f"And {counted(more, 'range')} more.", "note"))
    closing = f"kubenet retires on {limits.KUBENET_RETIREMENT}; its successor is Azure CNI Overlay."
    return section("taken", "Ranges in use", parts) + (paragraph(closing, "note") if report.plugin.retires else "")

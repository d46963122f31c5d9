"""The SVG: verdict, each range with its neighbours, capacity, what else is in use; and all of it in sentences."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.diagram import bars, captions, zoom
from azext_kubenet.diagram.capacity import asked, counted
from azext_kubenet.diagram.keys import Keys
from azext_kubenet.diagram.palette import ELSEWHERE, KINDS, OURS, PREFIX, class_of, name_of, own_name, patterns, style
from azext_kubenet.diagram.panels import TITLES, Panel, general, left_out
from azext_kubenet.diagram.paper import BAR, LEFT, MARGIN, RIGHT, WIDTH, Paper, measured, wrapped
from azext_kubenet.diagram.register import Entry, short
from azext_kubenet.diagram.report import About, Report

_LINE = 18.0
#: Findings that belong to no range, and ranges that are in no panel, at most: the page has them all.
_MOST_FINDINGS, _MOST_ELSEWHERE = 6, 60
_INDENT = 44.0


def document(report: Report) -> str:
    """Return the picture as a document of its own."""
    paper = Paper(y=14)
    keys = [Keys(panel, report.register) for panel in report.panels]
    _heading(paper, report)
    legend(paper, report, keys)
    for key in keys:
        _panel(paper, report, key)
    _elsewhere(paper, report, keys)
    heading(paper, "Capacity")
    bars.draw(paper, report.scene)
    _origin(paper, report)
    told = "\n".join(captions.description(report.scene))
    drawing = element(paper, f"{report.title}: {captions.outcome(report.scene)}", told, whole=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}\n'


def element(paper: Paper, title: str, told: str, name: str = PREFIX, whole: bool = False) -> str:
    """Return a drawing as one element.

    title, told: what a screen reader says
    name: what its own ids begin with
    whole: whether it stands alone, with its style sheet and patterns, and a ground; a page has these once
    """
    x, width = (0.0, WIDTH) if whole else (MARGIN - 3, BAR + 6)  # on a page a drawing begins where headings do
    height = paper.y + (MARGIN if whole else 3)
    size = f'viewBox="{x:.0f} 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{PREFIX}" {size} role="img" '
        f'aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">{escape(captions.clean(title, 300))}</title>',
        f'<desc id="{name}-desc">{escape(told)}</desc>',
    ]
    if whole:
        parts += [f"<style>\n{style()}\n</style>", f"<defs>{''.join(patterns())}</defs>"]
        parts.append(f'<rect class="{PREFIX}-paper" width="100%" height="100%"/>')
    return "\n".join([*parts, *paper.parts, "</svg>"])


def write(paper: Paper, text: str, style_: str = "", colour: str = "text", indent: float = 0, most: int = 4) -> None:  # pylint: disable=too-many-positional-arguments
    """Write a text in as many lines as it takes, at most so many."""
    for line in wrapped(text, BAR - indent, style_, most):
        paper.text(LEFT + indent, paper.y + 13, line, *([style_] if style_ else []), colour)
        paper.y += {"h1": 23.0, "h2": 20.0, "small": 16.0}.get(style_, _LINE)


def _heading(paper: Paper, report: Report) -> None:
    """Write title and verdict, then what to do about it or what it supports."""
    scene = report.scene
    write(paper, captions.clean(report.title), "h1")
    good = captions.is_good(scene)
    colour = "good-text" if good else "alarm-text" if scene.refused or scene.collisions else "text"
    write(paper, captions.outcome(scene).capitalize(), "h2", colour)
    support = captions.advice(scene) if not scene.refused else ""
    write(paper, f"For {asked(scene.size)}{f': {support}' if support else ''}.")
    if captions.missing(scene):
        write(paper, f"{captions.missing(scene).capitalize()}.")
    write_findings(paper, (each for _, each in general(report.panels, scene.findings)))
    paper.y += 6


def write_findings(paper: Paper, findings: Iterable[Finding]) -> None:
    """Write findings, the grave ones first, each with what to do about it."""
    order = list(Severity)
    found = sorted(findings, key=lambda each: order.index(each.severity))
    for each in found[:_MOST_FINDINGS]:
        colour = "alarm-text" if each.severity is Severity.ERROR else "text"
        write(paper, f"{each.severity.value}: {captions.clean(each.message, 700)}", "small", colour, most=8)
        if captions.instead(each):
            write(paper, f"-> {captions.clean(captions.instead(each), 700)}", "h3", "text", 12, 4)
    if len(found) > _MOST_FINDINGS:
        write(paper, f"and {counted(len(found) - _MOST_FINDINGS, 'more finding')}", "small", "muted")


def legend(paper: Paper, report: Report, keys: Iterable[Keys]) -> None:
    """Draw what patterns and outlines mean: nothing that is not drawn."""
    x = LEFT
    for name, text in entries(report, keys):
        width = 30 + measured(text, "small") + 14
        if x > LEFT and x + width > RIGHT + 14:
            x, paper.y = LEFT, paper.y + _LINE
        paper.rect(x + 1, paper.y + 2, 22, 12, name)
        paper.text(x + 30, paper.y + 13, text, "small", "text")
        x += width
    paper.y += _LINE + 4


def entries(report: Report, keys: Iterable[Keys]) -> Iterator[tuple[str, str]]:
    """Yield class and words of what a legend explains."""
    keys = list(keys)
    kinds = {kind for key in keys for kind in key.panel.kinds}
    yield from ((own_name(kind), TITLES[kind].lower()) for kind in OURS if kind in kinds)
    if report.scene.refused and any(not each.given for each in report.scene.planned):
        yield f"tried-swatch {PREFIX}-tried", "not given: would be chosen"
    pieces = [piece for key in keys for piece in key.taken]
    origins = {piece.origin for piece in pieces}
    yield from ((name_of(kind), captions.KINDS[kind]) for kind in KINDS if kind in origins)
    if any(piece.gaps for piece in pieces):
        yield class_of(None, True), "small ranges, gathered, with gaps"
    if any(key.shared for key in keys):
        yield ELSEWHERE, "cluster not connected: may be shared"
    if report.scene.collisions:
        yield "clash", "collides"


def heading(paper: Paper, name: str) -> None:
    """Draw a line across, and the name of what follows."""
    paper.y += 8
    paper.path(f"M{LEFT:.0f} {paper.y:.0f}H{RIGHT:.0f}", "lead")
    paper.y += 8
    write(paper, name, "h2")
    paper.y += 2


def source(panel: Panel, refused: bool) -> str:
    """Return where a range comes from, in a word."""
    if not panel.kinds:
        return ""
    return "given" if panel.given else "would be chosen" if refused else "chosen"


def _panel(paper: Paper, report: Report, key: Keys) -> None:
    panel, scene = key.panel, report.scene
    heading(paper, panel.title)
    word = source(panel, scene.refused)
    write(paper, f"{f'{word}; ' if word else ''}{panel.about}", "small", "muted", most=2)
    if panel.reason:
        write(paper, captions.clean(panel.reason, 400), "small", most=4)
    free = scene.shortage.largest_free if scene.shortage else None
    zoom.draw(paper, key, scene.refused, free)
    paper.y += 4
    for number, what in key.collisions():
        write(paper, f"collides with {f'{number}: ' if number else ''}{what}", "strong", "alarm-text", most=2)
    write_findings(paper, (each for _, each in panel.findings))
    _names(paper, key)


def _names(paper: Paper, key: Keys) -> None:
    """Write the names of what others have in a panel."""
    for each in key.named:
        _named(paper, short(each.numbers), each.style, each.says)
    if key.unnamed:
        write(paper, f"and {counted(key.unnamed, 'range')} more, too small to be named here", "small", "muted", most=2)


def _named(paper: Paper, label: str, style_: str, says: str) -> None:
    indent = max(_INDENT, measured(label, "small") + 8) + 30
    paper.text(LEFT + indent - 30, paper.y + 13, label, "small", "muted", end=True)
    paper.rect(LEFT + indent - 24, paper.y + 3, 18, 11, style_)
    write(paper, says, "small", "text", indent, 2)


def _elsewhere(paper: Paper, report: Report, keys: Iterable[Keys]) -> None:
    """Write what is in use where no panel looks, how full the blocks are, and that the bridge is no matter."""
    told = {number for key in keys for each in key.named for number in each.numbers if not each.piece.gathered}
    others = [each for each in report.register.entries if each.number not in told and worth_telling(each, report)]
    heading(paper, "The whole address space")
    for row in report.scene.overview:
        write(paper, f"{captions.title(row)}: {captions.room(row, report.scene.refused)}", "small", most=2)
    if others:
        paper.y += 6
        write(paper, "In use elsewhere, or too small to be named above:", "h3")
    for each in others[:_MOST_ELSEWHERE]:
        style_ = ELSEWHERE if each.shared else name_of(each.kind)
        _named(paper, str(each.number), style_, f"{each.reservation.network}  {each.reservation.reason}")
    for line in closing(report, max(0, len(others) - _MOST_ELSEWHERE)):
        write(paper, line, "small", "muted")


def worth_telling(entry: Entry, report: Report) -> bool:
    """Return whether a range is of this network's surroundings, and not one that Azure always keeps."""
    return entry.reservation in report.taken


def closing(report: Report, more: int) -> Iterator[str]:
    """Yield what is not drawn."""
    if more:
        yield f"And {counted(more, 'range')} more: the .html file lists them."
    if left_out(report.scene):
        count = left_out(report.scene)
        noun, verb = ("prefix", "is") if count == 1 else ("prefixes", "are")
        yield f"{count:,} more {noun} of the network {verb} not drawn."
    bridge = bridge_note(report)
    if bridge:
        yield bridge


def bridge_note(report: Report) -> str:
    """Return the footnote on the docker bridge, which no network team need know; "" where it has a panel."""
    shown = any(RangeKind.DOCKER_BRIDGE in panel.kinds for panel in report.panels)
    bridge = next((each.network for each in report.scene.planned if each.kind is RangeKind.DOCKER_BRIDGE), None)
    if bridge is None or shown:
        return ""
    return f"Docker bridge {bridge}: stays inside each node and is not sent to Azure."


def _origin(paper: Paper, report: Report) -> None:
    """Write when the picture was made, with which command, and how long kubenet lasts."""
    paper.y += 4
    for line in made_by(report.about, report.plugin.retires):
        write(paper, line, "small", "muted", most=6)


def made_by(about: About, retires: bool) -> Iterator[str]:
    """Yield date, command and the end of kubenet."""
    if retires:
        yield f"kubenet retires on {limits.KUBENET_RETIREMENT}; its successor is Azure CNI Overlay."
    if about.made is not None:
        yield f"Made on {about.made.isoformat()}."
    if about.command:
        yield f"Command: {captions.clean(about.command, 1000)}"

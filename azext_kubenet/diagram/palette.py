"""Colours and patterns of the picture, light and dark, as a style sheet without variables, which few viewers know.

What the plan takes has strong colours; what others have is pale. A kind is told by its pattern and its words, never by
its colour alone. The colours differ in lightness as well, so that they hold in grey, in print, and for those who see
few colours; they keep the contrast of WCAG 2.2 level AA: 4.5 to 1 for text, 3 to 1 for lines.
"""

from dataclasses import dataclass

from azext_kubenet.addressing.model import Origin, RangeKind

#: What every name in the picture begins with, so that a page around it keeps its own.
PREFIX = "kn"
#: The kinds in the order of the legend; None is for several kinds in one piece.
KINDS: tuple[Origin | None, ...] = (*Origin, None)
#: The kinds of planned ranges that are drawn.
OURS = (RangeKind.VNET, RangeKind.SUBNET, RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE)


@dataclass(frozen=True)
class Palette:  # pylint: disable=too-many-instance-attributes
    """One theme, in colours.

    ours: outline, ground and pattern of each planned range, in the order of OURS
    line: of the patterns of what others have
    grounds: of each kind of these, in the order of KINDS, from light to dark
    """

    paper: str
    text: str
    muted: str
    track: str
    edge: str
    grid: str
    link: str
    alarm: str
    alarm_ground: str
    good: str
    ours: tuple[tuple[str, str, str], ...]
    line: str
    grounds: tuple[str, ...]


LIGHT = Palette(
    paper="#ffffff",
    text="#1b1f24",
    muted="#4f5863",
    track="#f7f8fa",
    edge="#8b939e",
    grid="#d3d8de",
    link="#0b4aa2",
    alarm="#b3150c",
    alarm_ground="#fdecea",
    good="#0a6b3d",
    ours=(
        ("#0b4aa2", "#e3ecf8", "#0b4aa2"),
        ("#062e69", "#0b4aa2", "#0b4aa2"),
        ("#7a3d00", "#e07b12", "#7a3d00"),
        ("#005a48", "#7cc9b2", "#005a48"),
        ("#4f5863", "#ffffff", "#4f5863"),
    ),
    line="#4a5058",
    grounds=("#ecf8ff", "#f9e9d2", "#d6e1ef", "#e2d2bc", "#c0cad8", "#ccbca6", "#aab4c2", "#b6a691"),
)
DARK = Palette(
    paper="#0f1318",
    text="#e8edf2",
    muted="#a9b3be",
    track="#171c22",
    edge="#78828d",
    grid="#343c45",
    link="#8fc0ff",
    alarm="#ff9086",
    alarm_ground="#3d1512",
    good="#5bd391",
    ours=(
        ("#74b8ff", "#173a60", "#74b8ff"),
        ("#8fc0ff", "#2f7fe6", "#2f7fe6"),
        ("#ffdca8", "#ffb454", "#6b3500"),
        ("#e4fff6", "#b9f2df", "#005a48"),
        ("#a9b3be", "#0f1318", "#a9b3be"),
    ),
    line="#c3cad2",
    grounds=("#6e7884", "#796b57", "#5a6470", "#655845", "#47515c", "#514533", "#353f4a", "#3e3321"),
)

#: The lines of each kind's pattern, in a square of 8 by 8; dots are lines of no length.
_LINES = {
    Origin.AZURE: "",
    Origin.USER: "M0 0L8 8M8 0L0 8",
    Origin.SUBNET: "M0 2H8M0 6H8",
    Origin.PEERING: "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    Origin.CLUSTER: "M2 2h.01M6 6h.01",
    Origin.ROUTE: "M-2 6L2 10M0 0L8 8M6 -2L10 2",
    Origin.VNET: "M2 0V8M6 0V8",
    None: "M0 4H8M4 0V8",
}
#: Those of the planned ranges: a subnet is solid.
_OWN_LINES = {
    RangeKind.VNET: "M0 4h3",
    RangeKind.SUBNET: "",
    RangeKind.PODS: "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    RangeKind.SERVICES: "M2 2h.01M6 6h.01",
    RangeKind.DOCKER_BRIDGE: "M0 2H8M0 6H8",
}
#: Pieces of clusters that are not connected, which may be shared.
ELSEWHERE = "elsewhere"


def name_of(kind: Origin | None) -> str:
    """Return the name of a kind in class names and in the IDs of patterns."""
    return "mixed" if kind is None else kind.value


def own_name(kind: RangeKind) -> str:
    """Return the same for a kind of planned range."""
    return f"plan-{kind.value.replace('_', '-')}"


def class_of(kind: Origin | None, gaps: bool) -> str:
    """Return the classes of a piece of a kind. gaps: whether a part of it is free, for a broken outline"""
    return f"{name_of(kind)} {PREFIX}-gaps" if gaps else name_of(kind)


def patterns() -> list[str]:
    """Return the patterns, as elements of <defs>: each kind's, those of the plan, and that of surge nodes."""
    kinds = [_pattern(name_of(kind), _LINES[kind], "dots" if kind is Origin.CLUSTER else "lines") for kind in KINDS]
    own = [_pattern(own_name(kind), _OWN_LINES[kind], f"l-{own_name(kind)}") for kind in OURS]
    return [*kinds, *own, _pattern("surge", _LINES[Origin.VNET], "l-surge")]


def _pattern(name: str, path: str, line: str) -> str:
    drawn = f'<path class="{PREFIX}-{line}" d="{path}"/>' if path else ""
    return (
        f'<pattern id="{PREFIX}-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect class="{PREFIX}-g-{name}" width="8" height="8"/>{drawn}</pattern>'
    )


def style() -> str:
    """Return the style sheet: light, dark where the system is, and on paper always light, with its patterns."""
    exact = "-webkit-print-color-adjust:exact;print-color-adjust:exact"
    return "\n".join(
        [
            f".{PREFIX} text{{font-family:system-ui,sans-serif;font-size:13px;font-variant-numeric:tabular-nums}}",
            f".{PREFIX} .{PREFIX}-h1{{font-size:18px;font-weight:700}}",
            f".{PREFIX} .{PREFIX}-h2{{font-size:15px;font-weight:700}}",
            f".{PREFIX} .{PREFIX}-h3{{font-size:13px;font-weight:700}}",
            f".{PREFIX} .{PREFIX}-small{{font-size:12px}}",
            f".{PREFIX} .{PREFIX}-strong{{font-size:12px;font-weight:700}}",
            *_rules(LIGHT),
            "@media (prefers-color-scheme:dark){",
            *_rules(DARK),
            "}",
            "@media print{",
            *_rules(LIGHT),
            f".{PREFIX}{{{exact}}}",
            "}",
        ]
    )


def _rules(palette: Palette) -> list[str]:
    """Return the colours of a theme. Every text has a class of its own, so that nothing depends on inheritance."""
    rules = {**_furniture(palette), **_planned(palette), **_taken(palette)}
    return [f".{PREFIX} .{PREFIX}-{name}{{{rule}}}" for name, rule in rules.items()]


def _furniture(palette: Palette) -> dict[str, str]:
    line = palette.ours[1][0]
    return {
        "paper": f"fill:{palette.paper}",
        "text": f"fill:{palette.text}",
        "muted": f"fill:{palette.muted}",
        "alarm-text": f"fill:{palette.alarm}",
        "good-text": f"fill:{palette.good}",
        "track": f"fill:{palette.track};stroke:{palette.edge};stroke-width:1",
        "grid": f"fill:none;stroke:{palette.grid};stroke-width:1",
        "lead": f"fill:none;stroke:{palette.edge};stroke-width:1",
        "ground": f"fill:{palette.track};stroke:none",
        "beam": f"fill:{palette.track};stroke:{palette.grid};stroke-width:1",
        "window": f"fill:none;stroke:{palette.text};stroke-width:2",
        "small-taken": f"fill:{palette.edge};stroke:none",
        "nodes": f"fill:{palette.ours[1][1]};stroke:{line};stroke-width:1",
        "surge": f"fill:url(#{PREFIX}-surge);stroke:{line};stroke-width:1",
        "g-surge": f"fill:{palette.ours[0][1]}",
        "l-surge": f"fill:none;stroke:{palette.ours[0][0]};stroke-width:2",
        "free": f"fill:{palette.paper};stroke:{palette.good};stroke-width:2;stroke-dasharray:3 2",
        "clash": f"fill:none;stroke:{palette.alarm};stroke-width:2.5",
        "lack": f"fill:{palette.alarm_ground};stroke:{palette.alarm};stroke-width:1.5;stroke-dasharray:3 2",
        "first": f"fill:none;stroke:{palette.text};stroke-width:2",
        "cut": f"fill:{palette.paper};stroke:{palette.edge};stroke-width:1",
        "cross": f"fill:{palette.paper};stroke:{palette.alarm};stroke-width:2",
        "pill": f"fill:{palette.paper};stroke:{palette.edge};stroke-width:1",
        "pill-hit": f"fill:{palette.paper};stroke:{palette.alarm};stroke-width:2",
        "retired": f"fill:none;stroke:{palette.alarm};stroke-width:2;stroke-dasharray:5 3",
        ELSEWHERE: f"fill:{palette.paper};stroke:{palette.line};stroke-width:1.2;stroke-dasharray:2 2",
    }


def _planned(palette: Palette) -> dict[str, str]:
    """Return the rules of the planned ranges; what would be chosen for a refused plan has a broken outline."""
    rules = {}
    for kind, (line, ground, drawn) in zip(OURS, palette.ours, strict=True):
        name = own_name(kind)
        rules[name] = f"fill:url(#{PREFIX}-{name});stroke:{line};stroke-width:1.5"
        rules[f"g-{name}"] = f"fill:{ground}"
        dots = "3;stroke-linecap:round" if kind is RangeKind.SERVICES else "2"
        rules[f"l-{name}"] = f"fill:none;stroke:{drawn};stroke-width:{dots}"
    rules["tried-swatch"] = f"fill:{palette.paper};stroke:{palette.text};stroke-width:1.5"
    return {**rules, "tried": "stroke-dasharray:4 2"}


def _taken(palette: Palette) -> dict[str, str]:
    rules = {}
    for kind, ground in zip(KINDS, palette.grounds, strict=True):
        name = name_of(kind)
        rules[name] = f"fill:url(#{PREFIX}-{name});stroke:{palette.line};stroke-width:1"
        rules[f"g-{name}"] = f"fill:{ground}"
    rules["lines"] = f"fill:none;stroke:{palette.line};stroke-width:1.1"
    rules["dots"] = f"fill:none;stroke:{palette.line};stroke-width:2.6;stroke-linecap:round"
    return {**rules, "gaps": "stroke-dasharray:5 4"}

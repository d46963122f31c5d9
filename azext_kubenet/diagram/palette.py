"""Colours and patterns of the picture, light and dark, as a style sheet without variables, which few viewers know.

A kind is told by its pattern and its words, never by its colour alone: it is seen in grey, in print, and by those who
see few colours. The colours keep the contrast of WCAG 2.2 level AA: 4.5 to 1 for text, 3 to 1 for lines.
"""

from dataclasses import dataclass

from azext_kubenet.addressing.model import Origin

#: What every name in the picture begins with, so that a page around it keeps its own.
PREFIX = "kn"
#: The kinds in the order of the legend; None is for several kinds in one piece.
KINDS: tuple[Origin | None, ...] = (*Origin, None)


@dataclass(frozen=True)
class Palette:  # pylint: disable=too-many-instance-attributes
    """One theme, in colours.

    kinds: line and ground of each kind of reservation, in the order of KINDS
    """

    paper: str
    text: str
    muted: str
    track: str
    edge: str
    grid: str
    plan: str
    plan_ground: str
    alarm: str
    alarm_ground: str
    good: str
    kinds: tuple[tuple[str, str], ...]


LIGHT = Palette(
    paper="#ffffff",
    text="#1b1f24",
    muted="#4f5863",
    track="#f4f5f7",
    edge="#8b939e",
    grid="#d3d8de",
    plan="#0b57a4",
    plan_ground="#d6e6f7",
    alarm="#b3150c",
    alarm_ground="#fdecea",
    good="#0a6b3d",
    kinds=(
        ("#4a4f57", "#8d939c"),
        ("#8a4b00", "#fbe6c8"),
        ("#00664a", "#d3f0e4"),
        ("#84286d", "#f6dcef"),
        ("#a93400", "#fde0d2"),
        ("#5f5700", "#f1edc2"),
        ("#3a4a60", "#dfe6ef"),
        ("#4a4f57", "#e6e8eb"),
    ),
)
DARK = Palette(
    paper="#0f1318",
    text="#e8edf2",
    muted="#a9b3be",
    track="#1a2027",
    edge="#78828d",
    grid="#343c45",
    plan="#74b8ff",
    plan_ground="#173a60",
    alarm="#ff9086",
    alarm_ground="#3d1512",
    good="#5bd391",
    kinds=(
        ("#b4bbc4", "#6d747d"),
        ("#f3b562", "#4a3000"),
        ("#4fd3a8", "#00392a"),
        ("#eb9fd6", "#4b143d"),
        ("#ff9f72", "#541b02"),
        ("#d9cf5c", "#3a3500"),
        ("#a9c0dd", "#233246"),
        ("#b4bbc4", "#363c43"),
    ),
)

#: The lines of each kind's pattern, in a square of 8 by 8; Azure's is solid, and dots are lines of no length.
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


def name_of(kind: Origin | None) -> str:
    """Return the name of a kind in class names and in the IDs of patterns."""
    return "mixed" if kind is None else kind.value


def class_of(kind: Origin | None, gaps: bool) -> str:
    """Return the classes of a piece of a kind. gaps: whether a part of it is free, for a broken outline"""
    return f"{name_of(kind)} {PREFIX}-gaps" if gaps else name_of(kind)


def patterns() -> list[str]:
    """Return the patterns, as elements of <defs>: each kind's, and those of the plan, given ranges and surge."""
    kinds = [_pattern(name_of(kind), f"g-{name_of(kind)}", f"l-{name_of(kind)}", _LINES[kind]) for kind in KINDS]
    own = (("asked", Origin.PEERING), ("surge", Origin.VNET))
    return [*kinds, *(_pattern(name, "g-plan", "l-plan", _LINES[like]) for name, like in own)]


def _pattern(name: str, ground: str, line: str, path: str) -> str:
    drawn = f'<path class="{PREFIX}-{line}" d="{path}"/>' if path else ""
    return (
        f'<pattern id="{PREFIX}-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect class="{PREFIX}-{ground}" width="8" height="8"/>{drawn}</pattern>'
    )


def style() -> str:
    """Return the style sheet: light, dark where the system is, and on paper always light, with its patterns."""
    exact = "-webkit-print-color-adjust:exact;print-color-adjust:exact"
    return "\n".join(
        [
            f"svg.{PREFIX}{{max-width:100%;height:auto}}",
            f".{PREFIX} text{{font-family:system-ui,sans-serif;font-size:12px;font-variant-numeric:tabular-nums}}",
            f".{PREFIX} .{PREFIX}-h1{{font-size:17px;font-weight:700}}",
            f".{PREFIX} .{PREFIX}-h2{{font-size:13px;font-weight:700}}",
            f".{PREFIX} .{PREFIX}-small{{font-size:11px}}",
            f".{PREFIX} .{PREFIX}-strong{{font-size:11px;font-weight:700}}",
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
    rules = {
        "paper": f"fill:{palette.paper}",
        "text": f"fill:{palette.text}",
        "muted": f"fill:{palette.muted}",
        "alarm-text": f"fill:{palette.alarm}",
        "good-text": f"fill:{palette.good}",
        "track": f"fill:{palette.track};stroke:{palette.edge};stroke-width:1",
        "grid": f"fill:none;stroke:{palette.grid};stroke-width:1",
        "lead": f"fill:none;stroke:{palette.edge};stroke-width:1",
        "plan": f"fill:{palette.plan};stroke:{palette.paper};stroke-width:.5",
        "net": f"fill:{palette.plan_ground};stroke:{palette.plan};stroke-width:1.5",
        "asked": f"fill:url(#{PREFIX}-asked);stroke:{palette.plan};stroke-width:1.5",
        "surge": f"fill:url(#{PREFIX}-surge);stroke:{palette.plan};stroke-width:1",
        "tried": f"fill:{palette.paper};stroke:{palette.plan};stroke-width:1.5;stroke-dasharray:4 2",
        "free": f"fill:{palette.paper};stroke:{palette.good};stroke-width:1.5;stroke-dasharray:2 2",
        "clash": f"fill:none;stroke:{palette.alarm};stroke-width:2.5",
        "lack": f"fill:{palette.alarm_ground};stroke:{palette.alarm};stroke-width:1.5;stroke-dasharray:3 2",
        "binds": f"fill:none;stroke:{palette.text};stroke-width:2",
        "cut": f"fill:{palette.paper};stroke:{palette.edge};stroke-width:1",
        "cross": f"fill:{palette.paper};stroke:{palette.alarm};stroke-width:2",
        "pill": f"fill:{palette.paper};stroke:{palette.edge};stroke-width:1",
        "g-plan": f"fill:{palette.plan_ground}",
        "l-plan": f"fill:none;stroke:{palette.plan};stroke-width:2",
    }
    for kind, (line, ground) in zip(KINDS, palette.kinds, strict=True):
        name = name_of(kind)
        rules[name] = f"fill:url(#{PREFIX}-{name});stroke:{line};stroke-width:1.2"
        rules[f"g-{name}"] = f"fill:{ground}"
        width = "2.6;stroke-linecap:round" if kind is Origin.CLUSTER else "1.2"
        rules[f"l-{name}"] = f"fill:none;stroke:{line};stroke-width:{width}"
    rules["gaps"] = "stroke-dasharray:5 4"
    return [f".{PREFIX} .{PREFIX}-{name}{{{rule}}}" for name, rule in rules.items()]

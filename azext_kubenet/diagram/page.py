"""The picture in a page of its own, with all that it shows as tables: no script, nothing loaded from elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from azext_kubenet.diagram import captions, picture
from azext_kubenet.diagram.palette import DARK, LIGHT, Palette
from azext_kubenet.diagram.scene import Scene

#: Rows of a table, at most: what a browser shows at once, and a person may look through.
_MOST_ROWS = 500
#: Nothing but the styles in the page itself, whatever a name in it may try.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def document(scene: Scene) -> str:
    """Return the page."""
    name = f"{captions.name(scene)}: {captions.outcome(scene)}"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="color-scheme" content="light dark"><title>{escape(name)}</title>',
        f"<style>\n{_style()}\n</style></head>",
        f"<body><main>\n<h1>{escape(name)}</h1>",
        f"<figure>{picture.element(scene)}</figure>",
        *_sections(scene),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _sections(scene: Scene) -> Iterator[str]:
    yield from _findings(scene)
    planned = [
        (each.kind.words, each.network, f"{each.network.size:,}", "given" if each.given else "chosen")
        for each in scene.planned
    ]
    heads = ("Range", "CIDR", "Addresses", "Source")
    yield _table("Requested ranges" if scene.refused else "Planned ranges", heads, planned)
    full = [(each.name, each.says, "yes" if each.binds else "") for each in scene.meters]
    yield _table("Capacity", ("Limit", "Use", "Binds first"), full)
    blocks = [
        (
            captions.title(row),
            row.share(row.planned_size),
            row.share(row.taken_size),
            row.share(row.free),
            row.largest_free or "none",
        )
        for row in scene.rows
    ]
    asked = captions.planned(scene.refused).capitalize()
    yield _table("Free space", ("Block", asked, "Taken", "Free", "Largest free block"), blocks)
    taken = [
        (each.network, captions.KINDS[each.origin], captions.clean(each.reason)) for each in scene.taken[:_MOST_ROWS]
    ]
    yield _table("Ranges in use", ("CIDR", "Kind", "Reason"), taken)
    yield from (f"<p>{escape(line)}</p>" for line in _not_listed(scene))


def _not_listed(scene: Scene) -> Iterator[str]:
    if len(scene.taken) > _MOST_ROWS:
        rest = captions.by_kind(scene.taken[_MOST_ROWS:])
        counts = ", ".join(f"{len(held):,} {captions.KINDS[kind]}" for kind, held in rest.items())
        yield f"And {len(scene.taken) - _MOST_ROWS:,} more: {counts}."
    yield from captions.notes(scene)


def _findings(scene: Scene) -> Iterator[str]:
    if not scene.findings:
        return
    yield "<h2>Findings</h2>\n<ul>"
    for each in scene.findings[:_MOST_ROWS]:
        message, instead = captions.clean(each.message, 2000), captions.clean(each.recommendation, 2000)
        then = f"<br/>{escape(instead)}" if instead else ""
        yield f"<li><strong>{each.severity.value}</strong> {escape(message)} ({escape(each.rule)}){then}</li>"
    yield "</ul>"


def _table(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with a caption, "" for no rows."""
    lines = [f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows]
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "\n".join(lines)
    return (
        f"<h2>{escape(name)}</h2>\n<div><table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _style() -> str:
    return "\n".join(
        [
            "body{font-family:system-ui,sans-serif;font-size:15px;line-height:1.45;margin:0}",
            "main{max-width:960px;margin:0 auto;padding:16px}",
            "h1{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}",
            "h2{font-size:17px;margin:28px 0 8px}",
            "figure{margin:0}",
            "figure svg{display:block;width:100%;height:auto}",
            "div{overflow-x:auto}",
            "table{border-collapse:collapse;font-variant-numeric:tabular-nums}",
            "th,td{text-align:left;padding:4px 14px 4px 0;vertical-align:top;border-bottom:1px solid}",
            *_rules(LIGHT),
            "@media (prefers-color-scheme:dark){",
            *_rules(DARK),
            "}",
            "@media print{",
            *_rules(LIGHT),
            "main{padding:0;max-width:none}",
            "figure svg{max-height:257mm}",
            "figure,tr,li{break-inside:avoid}",
            "}",
        ]
    )


def _rules(palette: Palette) -> list[str]:
    return [
        f"body{{background:{palette.paper};color:{palette.text}}}",
        f"th,td{{border-color:{palette.grid}}}",
        f"th{{color:{palette.muted}}}",
    ]

"""Parts of an HTML page: tables with captions, sections with headings, the style sheet."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from azext_kubenet.diagram.palette import DARK, LIGHT, PREFIX, Palette, patterns, style

#: An option, or a range: what is misread when a line ends in it.
_WHOLE = re.compile(r"(?<![\w-])--[a-z-]{2,30}(?![\w-])|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\d.]\d)")


class Raw(str):
    """Text that is markup already."""


def text(value: object) -> str:
    """Return something as the content of an element."""
    return value if isinstance(value, Raw) else escape(str(value))


def link(target: str, label: str) -> Raw:
    """Return a link to a place on the page."""
    return Raw(f'<a href="#{target}">{escape(label)}</a>')


def section(name: str, title: str, parts: Iterable[str]) -> str:
    """Return a section with its heading, "" for one without content. name: its id"""
    inside = [part for part in parts if part]
    if not inside:
        return ""
    body = "\n".join(inside)
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(title)}</h2>\n{body}\n</section>'


def words(sentence: str) -> Raw:
    """Return a sentence whose options and ranges are not broken at the end of a line, as long as they are short."""
    return Raw(f'<span class="any">{_WHOLE.sub(_kept, escape(sentence))}</span>')


def _kept(found: re.Match[str]) -> str:
    return f'<span class="whole">{found[0]}</span>'


def paragraph(content: object, kind: str = "") -> str:
    """Return a paragraph. kind: its class"""
    return f"<p{_class(kind)}>{text(content)}</p>"


def bullets(items: Iterable[object], kind: str = "") -> str:
    """Return a list, "" for no items."""
    lines = [f"<li>{text(item)}</li>" for item in items]
    return "\n".join([f"<ul{_class(kind)}>", *lines, "</ul>"]) if lines else ""


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def facts_of(facts: Iterable[tuple[str, object]]) -> str:
    """Return a list of names and what each is."""
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{text(value)}</dd>' for name, value in facts)}</dl>"


def definitions() -> str:
    """Return the patterns of all drawings of the page."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{PREFIX}" width="0" height="0" aria-hidden="true" '
        f'style="position:absolute"><defs>{"".join(patterns())}</defs></svg>'
    )


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    ids: Sequence[str] = (),
    narrow: str = "",
) -> str:
    """Return a table, "" for no rows. The first cell of a row is its heading.

    ids: of the rows
    narrow: what becomes of it on a narrow screen: "stacked" for a block for each row, with the heads beside its cells,
        "compact" for a last cell below the others. The roles are named then: a table that is not laid out as one loses
        them
    """
    lines = [_row(heads, row, ids[place] if ids else "", narrow) for place, row in enumerate(rows)]
    if not lines:
        return ""
    role, of_row, of_head = (' role="table"', ' role="row"', ' role="columnheader"') if narrow else ("", "", "")
    head = "".join(f'<th scope="col"{of_head}>{escape(each)}</th>' for each in heads)
    group = ' role="rowgroup"' if narrow else ""
    kind = _class(narrow)
    return "\n".join(
        [
            f"<table{kind}{role}><caption>{escape(caption)}</caption>",
            f"<thead{group}><tr{of_row}>{head}</tr></thead>",
            f"<tbody{group}>",
            *lines,
            "</tbody></table>",
        ]
    )


def _row(heads: Sequence[str], row: Sequence[object], name: str, narrow: str) -> str:
    cells = []
    for place, (head, cell) in enumerate(zip(heads, row, strict=True)):
        tag, scope = ("td", "") if place else ("th", ' scope="row"')
        role = (' role="cell"' if place else ' role="rowheader"') if narrow else ""
        label = f' data-head="{escape(head)}"' if narrow and place else ""
        cells.append(f"<{tag}{scope}{role}{label}>{text(cell)}</{tag}>")
    where = f' id="{name}"' if name else ""
    of_row = ' role="row"' if narrow else ""
    return f"<tr{where}{of_row}>{''.join(cells)}</tr>"


def style_sheet() -> str:
    """Return the style of a page and of the drawings in it."""
    return "\n".join(
        [
            "*{box-sizing:border-box}",
            "body{font-family:system-ui,sans-serif;font-size:15px;line-height:1.45;margin:0}",
            "main{max-width:1060px;margin:0 auto;padding:10px 10px 40px}",
            "h1{font-size:24px;line-height:1.2;margin:12px 0 4px}",
            "h2{font-size:19px;margin:36px 0 8px;padding-top:10px;border-top:1px solid}",
            "h3{font-size:16px;margin:20px 0 2px}",
            "p,ul,dl{margin:4px 0 10px}",
            "ul{padding-left:20px}",
            "p,li,dd,code,h1,h3,.any,td:last-child{overflow-wrap:anywhere}",
            ".verdict{font-size:18px;font-weight:700}",
            ".note,caption,figcaption{font-size:13px}",
            "dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px}",
            "dt{font-weight:700}",
            "dd{margin:0}",
            "code{font-size:13px}",
            "figure{margin:6px 0}",
            "svg.kn{display:block;max-width:100%;height:auto}",
            "figure svg.kn{width:100%;max-width:540px}",
            "svg.swatch{display:inline-block;vertical-align:-1px;width:22px;max-width:none;height:12px}",
            "svg.swatch{margin-right:6px}",
            ".legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px}",
            ".names{list-style:none;padding:0;font-size:13px}",
            ".panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(470px,100%),1fr));gap:8px 28px}",
            ".panels>article{min-width:0}",
            *_tables(),
            ".whole{white-space:nowrap}",
            ":target{outline:3px solid;outline-offset:2px}",
            "@media (max-width:720px){",
            *_narrow(),
            "}",
            style(),
            *_rules(LIGHT),
            "@media (prefers-color-scheme:dark){",
            *_rules(DARK),
            "}",
            "@media print{",
            *_printed(),
            "}",
        ]
    )


def _tables() -> list[str]:
    """Return the rules of tables."""
    return [
        "table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px;width:100%}",
        "caption{text-align:left;padding:2px 0 4px}",
        "th,td{text-align:left;padding:4px 12px 4px 0;vertical-align:top;border-bottom:1px solid}",
        "td:empty::after{content:'-'}",
    ]


def _printed() -> list[str]:
    """Return the rules of paper."""
    return [
        *_rules(LIGHT),
        "body{font-size:10.5pt}",
        "main{padding:0;max-width:none}",
        "a{text-decoration:none}",
        "figure svg.kn{max-width:480px}",
        ".panels{display:block}",
        "article,figure,tr,li{break-inside:avoid}",
        "h2,h3,caption,thead{break-after:avoid}",
        "tbody tr:first-child{break-before:avoid}",
    ]


def _narrow() -> list[str]:
    """Return the rules of a narrow screen: a row of a wide table becomes a block."""
    return [
        "dl{display:block}",
        ".stacked,.stacked tbody,.stacked tr,.stacked th,.stacked td,.stacked caption{display:block}",
        ".stacked thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}",
        ".stacked tr{padding:6px 0;border-bottom:1px solid}",
        ".stacked th,.stacked td{border:0;padding:1px 0}",
        ".compact,.compact thead,.compact tbody,.compact caption{display:block}",
        ".compact tr{display:grid;grid-template-columns:34% 30% 18% 18%;border-bottom:1px solid}",
        ".compact th,.compact td{border:0;padding:2px 6px 2px 0}",
        ".compact tr>:last-child{grid-column:1/-1}",
        ".stacked td::before{content:attr(data-head) ': ';font-weight:700}",
    ]


def _rules(palette: Palette) -> list[str]:
    return [
        f"body{{background:{palette.paper};color:{palette.text}}}",
        f"h2,th,td,.stacked tr,.compact tr{{border-color:{palette.grid}}}",
        f"thead th,.note,caption,figcaption{{color:{palette.muted}}}",
        f"a{{color:{palette.link}}}",
        f".bad{{color:{palette.alarm}}}",
        f".good{{color:{palette.good}}}",
        f":target{{outline-color:{palette.link}}}",
    ]

"""What was tried, as tables: figures of the same row are added up, words are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MARK = "trust"


def tables(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of all tables, in the order in which they were begun."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        kept = found.setdefault(row["table"], {}).setdefault(row["row"], {})
        for key, value in row.items():
            if key not in ("table", "row"):
                _add(kept, key, value)
    for title in sorted(found):
        yield from _table(title, found[title])


def _add(kept: dict[str, Any], key: str, value: Any) -> None:
    if isinstance(value, int):
        kept[key] = kept.get(key, 0) + value
    else:
        kept.setdefault(key, []).extend(each for each in value if each not in kept.get(key, ()))


def _table(title: str, rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    columns = list(dict.fromkeys(key for figures in rows.values() for key in figures))
    total = {key: sum(each.get(key, 0) for each in rows.values()) for key in columns if _counted(rows, key)}
    lines = [[title, *columns], *([name, *(_text(rows[name].get(key)) for key in columns)] for name in sorted(rows))]
    if total:
        lines.append(["total", *(_text(total.get(key)) for key in columns)])
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns) + 1)]
    yield ""
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        for key, text, width in zip(columns, line[1:], widths[1:], strict=True):
            cells.append(text.rjust(width) if _counted(rows, key) else text.ljust(width))
        yield "  ".join(cells).rstrip()


def _counted(rows: Mapping[str, Mapping[str, Any]], key: str) -> bool:
    return all(isinstance(figures.get(key, 0), int) for figures in rows.values())


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)

"""The values of the query language: constants, the way into a property, comparisons, functions, order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

Value = Any  # what JSON has
Row = dict[str, Any]
_ESCAPE = re.compile(r"\\(.)")


def literal(text: str) -> Value:
    """A constant from its token."""
    if text[0] in "'\"":
        return _ESCAPE.sub(lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text[1:-1])
    return float(text) if "." in text else int(text)


def path(steps: list[str | int]) -> Callable[[Row], Value]:
    """What lies at ``column.name[0]``; null wherever a step leads nowhere."""
    column, rest = str(steps[0]), steps[1:]
    if not rest:
        return lambda row: row[column]

    def follow(row: Row) -> Value:
        value = row[column]
        for step in rest:
            value = _step(value, step)
        return value

    return follow


def _step(value: Value, step: str | int) -> Value:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def items(value: Value) -> list[Value]:
    """What mv-expand makes of a value."""
    if isinstance(value, list):
        return value
    return [{key: item} for key, item in value.items()] if isinstance(value, dict) else [value]


def text(value: Value) -> str:
    """``tostring``: null is empty, what is not plain is JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"))


def _folded(compare: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: compare(text(left).casefold(), text(right).casefold())


def _equal(left: Value, right: Value) -> bool:
    return text(left) == text(right) if isinstance(left, str) or isinstance(right, str) else bool(left == right)


def _less(left: Value, right: Value) -> bool:
    """Null is never less nor more."""
    if left is None or right is None:
        return False
    same = isinstance(left, str) == isinstance(right, str)
    return bool(left < right) if same else text(left) < text(right)


def _has(left: str, right: str) -> bool:
    """A whole word, as Kusto's terms are: letters and figures between other signs."""
    return re.search(rf"(?<![^\W_]){re.escape(right)}(?![^\W_])", left) is not None


_insensitive = _folded(lambda left, right: left == right)
COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "=~": _insensitive,
    "!~": lambda left, right: not _insensitive(left, right),
    "<": _less,
    ">": lambda left, right: _less(right, left),
    "<=": lambda left, right: _less(left, right) or _equal(left, right),
    ">=": lambda left, right: _less(right, left) or _equal(left, right),
    "contains": _folded(lambda left, right: right in left),
    "!contains": _folded(lambda left, right: right not in left),
    "has": _folded(_has),
    "startswith": _folded(lambda left, right: left.startswith(right)),
    "!startswith": _folded(lambda left, right: not left.startswith(right)),
    "endswith": _folded(lambda left, right: left.endswith(right)),
    "!endswith": _folded(lambda left, right: not left.endswith(right)),
}


def _number(value: Value) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _split(value: Value, mark: str, index: int | None = None) -> list[str]:
    parts = text(value).split(mark)
    return parts if index is None else parts[index : index + 1]  # noqa: E203


FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {  # least and most arguments
    "tostring": (1, 1, text),
    "tolower": (1, 1, lambda value: text(value).lower()),
    "toupper": (1, 1, lambda value: text(value).upper()),
    "toint": (1, 1, _number),
    "tolong": (1, 1, _number),
    "tobool": (
        1,
        1,
        lambda value: value if isinstance(value, bool) else {"true": True, "false": False}.get(text(value).lower()),
    ),
    "isempty": (1, 1, lambda value: text(value) == ""),
    "isnotempty": (1, 1, lambda value: text(value) != ""),
    "isnull": (1, 1, lambda value: value is None),
    "isnotnull": (1, 1, lambda value: value is not None),
    "array_length": (1, 1, lambda value: len(value) if isinstance(value, list) else None),
    "strcat": (1, 64, lambda *values: "".join(map(text, values))),
    "split": (2, 3, _split),
    "coalesce": (2, 64, lambda *values: next((value for value in values if value not in (None, "")), None)),
    "iff": (3, 3, lambda test, then, other: then if test is True else other),
}


def ordered(rows: Iterable[Row], keys: list[tuple[Callable[[Row], Value], bool]]) -> tuple[list[Row], bool]:
    """Sorted by several keys, the last first, as each sort is stable; null comes first when ascending. And whether two
    rows are alike in all keys.
    """
    found = [(row, tuple(_rank(key(row)) for key, _ in keys)) for row in rows]
    for place, (_, falling) in reversed(list(enumerate(keys))):
        found.sort(key=lambda each, place=place: each[1][place], reverse=falling)  # type: ignore[misc]
    return [row for row, _ in found], any(one == other for (_, one), (_, other) in pairwise(found))


def _rank(value: Value) -> tuple[int, Any]:
    if value is None:
        return 0, 0
    return (1, value) if isinstance(value, (int, float)) else (2, text(value))

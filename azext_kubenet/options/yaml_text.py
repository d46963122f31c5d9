"""YAML as `az -o yaml` and people write it, as the JSON that it stands for: nothing that is written in it is lost.

Of a key that comes twice, YAML's own readers keep the last value: here it begins another object, as people and
PowerShell (`Format-List`) write records one below the other. A comment behind a range stays with it, as its name.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

#: How a line of YAML looks that is none of a plain list or a table.
_KEY = re.compile(r"(?:- +)*(?:[A-Za-z_][\w .-]{0,60}|[\"'][^\"']{1,60}[\"']|[0-9./]{9,18}):(?: |$)")
_ITEM = re.compile(r"- +\S")
_LINES_TRIED = 10
#: Our own bound, in values: aliases inside aliases make a short text a long one.
_MOST_VALUES = 2_000_000
_COMMENT = re.compile(r"[ \t]*(?:,[ \t]*)?(#.*)")
_CIDR = re.compile(r"[0-9.]{7,15}/[0-9]{1,2}")


def as_json(text: str) -> str:
    """The same text as JSON if it is YAML, else as it is."""
    return converted(text) or text if _looks_like_yaml(text) else text


def converted(text: str) -> str:
    """A text of YAML as JSON; "" for what is none, or has neither a list nor an object."""
    import yaml  # azure-cli has it; it takes longer to import than a plan without YAML takes

    try:
        values = _values(text)
        if not any(isinstance(value, dict | list) for value in values) or _size(values, {}) > _MOST_VALUES:
            return ""
        writer = _Writer()
        return "\n".join(writer.text(value) for value in values if value is not None)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):  # no YAML after all, or no JSON for it
        return ""


def _values(text: str) -> list[Any]:
    """The documents of a text of YAML. Raises YAMLError, or ValueError for what is no text."""
    loader = _loader()(text)
    try:
        loader.source = text.splitlines()
        values = []
        while loader.check_data():
            values.append(loader.get_data())
        return values
    finally:
        loader.dispose()


@cache
def _loader() -> Any:
    """A loader of PyYAML that loses neither a key that comes twice nor the comment behind a range."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Safe: makes plain values alone. source: the lines of the text."""

        source: list[str]

    def mapping(loader: Any, node: Any) -> Iterator[Any]:
        records = _records(node)
        if len(records) == 1:
            data: Any = {}
            yield data
            data.update(loader.construct_mapping(node))
            return
        data = []
        yield data
        for pairs in records:
            part = yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
            data.append(loader.construct_mapping(part, deep=True))

    def text(loader: Any, node: Any) -> Any:
        value = loader.construct_yaml_str(node)
        return _Text(value + _comment(loader.source, node) if _CIDR.fullmatch(value) else value, node.start_mark.line)

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:str", text)
    return Loader


class _Text(str):
    """A text of YAML. line: where it stands, from 0"""

    __slots__ = ("line",)

    def __new__(cls, value: str, line: int) -> "_Text":
        self = super().__new__(cls, value)
        self.line = line
        return self

    line: int


class _Writer:  # pylint: disable=too-few-public-methods
    """Writes values as JSON in which every text stands on its line of the YAML, so that messages name that."""

    def __init__(self) -> None:
        self._line = 0

    def text(self, value: Any) -> str:
        """One document."""
        written = "".join(self._parts(value))
        self._line += 1  # the line end that follows
        return written

    def _parts(self, value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield "{"
            for at, (key, each) in enumerate(value.items()):
                yield ", " if at else ""
                yield from self._scalar(key if isinstance(key, str) else _key(key))
                yield ": "
                yield from self._parts(each)
            yield "}"
        elif isinstance(value, list | tuple):
            yield "["
            for at, each in enumerate(value):
                yield ", " if at else ""
                yield from self._parts(each)
            yield "]"
        else:
            yield from self._scalar(value)

    def _scalar(self, value: Any) -> Iterator[str]:
        if isinstance(value, _Text) and value.line > self._line:  # what an alias repeats stands further up
            yield "\n" * (value.line - self._line)
            self._line = value.line
        yield json.dumps(value, default=str)


def _key(key: Any) -> str:
    """A key of JSON, which is a text. Raises TypeError for what cannot be one."""
    (text,) = json.loads(json.dumps({key: 0}))
    return str(text)


def _records(node: Any) -> list[list[Any]]:
    """The pairs of a mapping, begun anew at each key that has come before."""
    records: list[list[Any]] = [[]]
    keys: set[str] = set()
    for pair in node.value:
        key = pair[0].value if isinstance(pair[0].value, str) else ""
        if key in keys and key != "<<":
            records.append([])
            keys = set()
        keys.add(key)
        records[-1].append(pair)
    return records


def _comment(lines: list[str], node: Any) -> str:
    """The comment behind a text on its line, with a space before it, "" for none."""
    at = node.end_mark
    found = _COMMENT.match(lines[at.line], at.column) if at.line < len(lines) else None
    return f" {found.group(1)}" if found else ""


def _looks_like_yaml(text: str) -> bool:
    lines = [line.strip() for line in text[:10_000].removeprefix("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith(("#", "---"))][:_LINES_TRIED]
    if not lines or lines[0].startswith(("{", "[")):
        return False
    keys = sum(bool(_KEY.match(line)) for line in lines)
    items = sum(bool(_ITEM.match(line)) for line in lines if not _KEY.match(line))
    return keys + items == len(lines) or keys * 2 > len(lines) or bool(keys and _KEY.match(lines[0]))


def _size(value: Any, known: dict[int, int]) -> int:
    """How many values there are when aliases are written out. Raises RecursionError for one inside itself."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        inside = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(each, known) for each in inside)
    return known[id(value)]

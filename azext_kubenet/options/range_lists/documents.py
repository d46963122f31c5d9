"""JSON texts with the line of everything in them, which the json module does not keep.

A line is looked for only when it is reported: from the start of the text along the path, past what is before it. So the
values are read at the speed of the json module, and equal texts on several lines are still told apart.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

#: Keys and positions from the outermost value inwards; the first is the number of the document.
Path = tuple[Any, ...]

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode


class NotJson(ValueError):
    """A text is not JSON.

    line: from 1, 0 where none is to blame
    recommendation: what to do
    """

    def __init__(self, message: str, line: int = 0):
        super().__init__(message)
        self.message = message
        self.line = line
        self.recommendation = "use the complete exported file, with @FILE" if line else "use a list of ranges"


class Documents:
    """The values of a text of JSON. Raises NotJson."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []
        self._values: list[object] = []
        at = _skip(text, 0)
        while at < len(text):
            self._starts.append(at)
            value, at = self._read(at)
            self._values.append(value)
            at = _skip(text, at)

    def _read(self, at: int) -> tuple[object, int]:
        try:
            return _decode(self._text, at)
        except json.JSONDecodeError as error:
            column = error.pos - self._text.rfind("\n", 0, error.pos)
            raise NotJson(f"invalid JSON at column {column}: {_lower(error.msg)}", self._line_at(error.pos)) from None
        except RecursionError:
            raise NotJson("the JSON is nested too deeply") from None
        except ValueError as error:  # a number of more digits than Python reads
            raise NotJson(f"the JSON cannot be read: {_lower(str(error).partition(';')[0])}") from None

    def values(self) -> Iterator[tuple[Path, object]]:
        """Yield every document with its path."""
        for number, value in enumerate(self._values):
            yield (number,), value

    def shown(self, path: Path) -> Path:
        """Return a path as people see it: without the number of the document where there is only one."""
        return path if len(self._values) > 1 else path[1:]

    def line(self, path: Path) -> int:
        """Return the line, from 1, where the value at a path begins."""
        at = self._starts[path[0]]
        for step in path[1:]:
            at = _member(self._text, at, step) if isinstance(step, str) else _element(self._text, at, step)
        return self._line_at(at)

    def _line_at(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    """Return the offset past white space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _element(text: str, at: int, index: int) -> int:
    """Return where an element of the list at an offset begins."""
    at = _skip(text, at + 1)
    for _ in range(index):
        _, at = _decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
    return at


def _member(text: str, at: int, name: str) -> int:
    """Return where the value of a key of the object at an offset begins; of a key that occurs twice the last counts."""
    at = found = _skip(text, at + 1)
    while text[at] == '"':
        key, at = _decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        found = at if key == name else found
        _, at = _decode(text, at)
        at = _skip(text, at)
        if text[at] != ",":
            break
        at = _skip(text, at + 1)
    return found


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

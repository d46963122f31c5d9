"""What a policy rule says about a resource: as much of the language as rules that deny usually need.

allOf, anyOf, not; field with equals, notEquals, in, notIn, like, notLike, contains, exists and their like; parameters()
and concat(). What else there is (count, current(), values) never holds here, so that such a rule denies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ..core.store import Body

_PARAMETER = re.compile(r"^\[\s*parameters\('([^']+)'\)\s*\]$")
_CONCAT = re.compile(r"^\[\s*concat\((.*)\)\s*\]$")
_PIECE = re.compile(r"'((?:[^']|'')*)'|parameters\('([^']+)'\)")
_TAG = re.compile(r"^tags(?:\['?(.+?)'?\]|\.(.+))$", re.IGNORECASE)
Parameters = Mapping[str, Any]


def holds(rule: Any, resource: Body, parameters: Parameters) -> bool:
    """Whether the "if" of a rule holds for a resource: id, name, type, location, tags, properties."""
    if not isinstance(rule, dict):
        return False
    if "allOf" in rule:
        return all(holds(each, resource, parameters) for each in rule["allOf"])
    if "anyOf" in rule:
        return any(holds(each, resource, parameters) for each in rule["anyOf"])
    if "not" in rule:
        return not holds(rule["not"], resource, parameters)
    if "field" not in rule:
        return False
    name = str(value_of(rule["field"], parameters))
    for condition, wanted in rule.items():
        test = CONDITIONS.get(condition.lower())
        if test:
            found, given = field(name, resource), value_of(wanted, parameters)
            if "[*]" in name and condition.lower() != "exists":
                return all(test(each, given) for each in (found or []))
            return test(found, given)
    return False


def value_of(value: Any, parameters: Parameters) -> Any:
    """A value with parameters() and concat() worked out."""
    if not isinstance(value, str):
        return value
    match = _PARAMETER.match(value)
    if match:
        return parameters.get(match[1])
    match = _CONCAT.match(value)
    if match:
        return "".join(
            str(parameters.get(piece[2], "")) if piece[2] else piece[1].replace("''", "'")
            for piece in _PIECE.finditer(match[1])
        )
    return value


def field(name: str, resource: Body) -> Any:
    """A field of a resource by its name, or by an alias, which begins with the resource's type."""
    tag = _TAG.match(name)
    if tag:
        tags = {key.lower(): value for key, value in (resource.get("tags") or {}).items()}
        return tags.get((tag[1] or tag[2]).lower())
    if name.lower() in ("type", "name", "location", "kind", "id", "tags", "fullname"):
        return resource.get("name" if name.lower() == "fullname" else name.lower())
    prefix = str(resource.get("type", "")).lower() + "/"
    if not name.lower().startswith(prefix):
        return None
    steps = name[len(prefix) :].split(".")  # noqa: E203
    return _walk(resource.get("properties") or {}, steps) if steps else None


def _walk(value: Any, steps: list[str]) -> Any:
    """Step by step, names without case; a step that ends in [*] is a list of what follows in each."""
    if not steps:
        return value
    name, starred = steps[0].removesuffix("[*]"), steps[0].endswith("[*]")
    if not isinstance(value, dict):
        return None
    found = next((each for key, each in value.items() if key.lower() == name.lower()), None)
    if starred:
        return [_walk(each, steps[1:]) for each in found or []]
    return _walk(found, steps[1:])


def _text(value: Any) -> str:
    return str(value if value is not None else "").lower()


def _among(value: Any, wanted: Any) -> bool:
    return _text(value) in [_text(each) for each in wanted or []]


def _like(value: Any, wanted: Any) -> bool:
    return fnmatchcase(_text(value), _text(wanted))


def _exists(value: Any, wanted: Any) -> bool:
    return (value is not None) == (_text(wanted) == "true")


CONDITIONS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, wanted: _text(value) == _text(wanted),
    "notequals": lambda value, wanted: _text(value) != _text(wanted),
    "in": _among,
    "notin": lambda value, wanted: not _among(value, wanted),
    "like": _like,
    "notlike": lambda value, wanted: not _like(value, wanted),
    "contains": lambda value, wanted: _text(wanted) in _text(value),
    "notcontains": lambda value, wanted: _text(wanted) not in _text(value),
    "exists": _exists,
}

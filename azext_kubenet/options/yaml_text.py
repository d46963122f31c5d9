"""YAML as `az -o yaml` and people write it, as the JSON that it stands for."""

import json
import re
from typing import Any

#: How a line of YAML looks that is none of a plain list or a table.
_KEY = re.compile(r"(?:- +)*[A-Za-z_][\w .-]{0,60}:(?: |$)")
_ITEM = re.compile(r"- +\S")
_LINES_TRIED = 10
#: Our own bound, in values: aliases inside aliases make a short text a long one.
_MOST_VALUES = 2_000_000


def as_json(text: str) -> str:
    """The same text as JSON if it is YAML, else as it is."""
    if not _looks_like_yaml(text):
        return text
    import yaml  # azure-cli has it; it takes longer to import than a plan without YAML takes

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        values = list(yaml.load_all(text, Loader=loader))
        if not any(isinstance(value, dict | list) for value in values) or _size(values, {}) > _MOST_VALUES:
            return text
        return "\n".join(json.dumps(value, default=str) for value in values if value is not None)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):  # no YAML after all, or no JSON for it
        return text


def _looks_like_yaml(text: str) -> bool:
    lines = [line.strip() for line in text[:10_000].removeprefix("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith(("#", "---"))][:_LINES_TRIED]
    if not lines or lines[0].startswith(("{", "[")):
        return False
    keys = sum(bool(_KEY.match(line)) for line in lines)
    items = sum(bool(_ITEM.match(line)) for line in lines if not _KEY.match(line))
    return keys + items == len(lines) or keys * 2 > len(lines)


def _size(value: Any, known: dict[int, int]) -> int:
    """How many values there are when aliases are written out. Raises RecursionError for one inside itself."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        inside = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(each, known) for each in inside)
    return known[id(value)]

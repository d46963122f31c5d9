"""Bodies of requests and answers, as JSON: whatever is missing, empty or of another type is passed over. Pure."""

import re
from collections.abc import Iterator
from typing import Any

#: A JSON object.
Json = dict[str, Any]
#: Capitals in a row, but for one that begins the next word: ID of vnetSubnetID, CSI of enableCSIProxy.
_CAPITALS = re.compile(r"(?<!^)[A-Z]{2,}(?=$|[A-Z][a-z])")


def in_both_spellings(found: Any) -> Any:
    """The same with every key as azure-cli shows it, vnetSubnetId, beside that of Resource Manager, vnetSubnetID."""
    if isinstance(found, dict):
        whole = {key: in_both_spellings(each) for key, each in found.items()}
        return {**{_CAPITALS.sub(lambda each: each[0].capitalize(), key): each for key, each in whole.items()}, **whole}
    return [in_both_spellings(each) for each in found] if isinstance(found, list) else found


def within(body: object, *keys: str) -> Json:
    """The object below some keys; an empty one if there is none."""
    for key in keys:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def items(body: object, key: str) -> Iterator[Json]:
    """The objects of a list."""
    yield from objects(body.get(key) if isinstance(body, dict) else None)


def objects(found: object) -> Iterator[Json]:
    """Those of what should be a list of objects that are."""
    yield from (each for each in (found if isinstance(found, list) else ()) if isinstance(each, dict))


def texts(body: object, key: str) -> list[str]:
    """The texts of a list."""
    found = body.get(key) if isinstance(body, dict) else None
    return [each for each in (found if isinstance(found, list) else ()) if isinstance(each, str)]


def whole_texts(body: object, key: str) -> list[str] | None:
    """The texts of a list; None for what is no list of texts alone: then it is not known what is missing in it."""
    found, shown = body.get(key) if isinstance(body, dict) else None, texts(body, key)
    return shown if isinstance(found, list) and len(found) == len(shown) and all(shown) else None


def text(body: object, key: str) -> str:
    """A text; an empty one if there is none."""
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""


def count(body: object, key: str) -> int | None:
    """A number of things; None for whatever is none."""
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def number(body: object, key: str) -> int:
    """A number; 0 if there is none."""
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, int) else 0

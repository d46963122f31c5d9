"""Values as Terraform's language writes them."""

import json
from collections.abc import Mapping

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(value: object, depth: int = 0) -> str:
    """Return a value as Terraform writes it."""
    inside = "  " * (depth + 1)
    if isinstance(value, dict):
        lines = aligned({key: literal(each, depth + 1) for key, each in value.items()}, depth + 1)
        return "\n".join(["{", lines, "  " * depth + "}"])
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            return f"[{', '.join(map(literal, value))}]"
        return "\n".join(["[", *(f"{inside}{literal(each, depth + 1)}," for each in value), "  " * depth + "]"])
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def aligned(expressions: Mapping[str, str], depth: int) -> str:
    """Return names and their expressions, a line each, as terraform fmt aligns them."""
    width = max(map(len, expressions))
    return "\n".join(f"{'  ' * depth}{name:{width}} = {each}" for name, each in expressions.items())


def _quoted(value: str) -> str:
    """Return a string. Escapes are read after interpolations, so that an escaped sign begins no interpolation."""
    escaped = "".join(map(_character, value))
    return '"' + escaped.replace("${", "\\u0024{").replace("%{", "\\u0025{") + '"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"

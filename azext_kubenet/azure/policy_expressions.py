"""The expressions in a policy's rule, as far as they are needed to know what it refuses; the rest is UNKNOWN. Pure.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule (policy functions)
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|-?\d+|\w+|[()\[\],.])")


class _Unknown(Enum):
    UNKNOWN = "unknown"


#: A value that cannot be told from here. A value that is not there is None.
UNKNOWN = _Unknown.UNKNOWN
#: Functions by name in lower case, each given its arguments.
Functions = Mapping[str, Callable[[list[object]], object]]


class _NotUnderstood(ValueError):
    """An expression that is not read here."""


def evaluate(value: object, functions: Functions) -> object:
    """A value of a rule, with the expressions in it evaluated."""
    if isinstance(value, list):
        return [evaluate(each, functions) for each in value]
    if not isinstance(value, str) or not (value.startswith("[") and value.endswith("]")):
        return value
    if value.startswith("[["):
        return value[1:]
    try:
        return _Parser(value[1:-1], functions).read()
    except _NotUnderstood:
        return UNKNOWN


def member(value: object, key: object) -> object:
    """What an object has under a key, in any capitals; None for nothing."""
    if value is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    if not isinstance(value, dict):
        return None
    return next((found for name, found in value.items() if str(name).lower() == str(key).lower()), None)


class _Parser:  # pylint: disable=too-few-public-methods
    """Reads one expression from left to right, and evaluates it on the way."""

    def __init__(self, text: str, functions: Functions):
        self._tokens = self._split(text)
        self._functions = functions

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if not found:
                raise _NotUnderstood
            tokens.append(found[1])
            at = found.end()
        return tokens

    def read(self) -> object:
        """The value of the whole expression."""
        value = self._value()
        if self._tokens:
            raise _NotUnderstood
        return value

    def _next(self, wanted: str = "") -> str:
        if not self._tokens or (wanted and self._tokens[0] != wanted):
            raise _NotUnderstood
        return self._tokens.pop(0)

    def _value(self) -> object:
        token = self._next()
        if token.startswith("'"):
            value: object = token[1:-1].replace("''", "'")
        elif token.lstrip("-").isdigit():
            value = int(token)
        else:
            value = self._call(token)
        while self._tokens and self._tokens[0] in (".", "["):
            value = member(value, self._key())
        return value

    def _key(self) -> object:
        if self._next() == ".":
            return self._next()
        key = self._value()
        self._next("]")
        return key

    def _call(self, name: str) -> object:
        self._next("(")
        arguments = []
        while self._tokens and self._tokens[0] != ")":
            arguments.append(self._value())
            if self._tokens and self._tokens[0] == ",":
                self._next()
        self._next(")")
        function = self._functions.get(name.lower())
        return UNKNOWN if function is None else function(arguments)

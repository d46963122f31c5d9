"""Conditions on assignments of roles (ABAC): whether one lets a request through (azure-facts I21).

The language: https://learn.microsoft.com/azure/role-based-access-control/conditions-format, as much of it as the portal
writes for who may grant which roles to whom. What is not understood lets nothing through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.store import Body

_TOKEN = re.compile(
    r"\s*(?:(?P<word>AND|OR|NOT)\b|(?P<sign>&&|\|\||!|\(|\))|ActionMatches\s*\{\s*'(?P<action>[^']*)'\s*\}|"
    r"@(?P<source>Request|Resource)\[Microsoft\.Authorization/roleAssignments:(?P<attribute>\w+)\]\s*"
    r"(?P<operator>[\w:]+)\s*(?:\{(?P<list>[^}]*)\}|'(?P<text>[^']*)'))",
    re.IGNORECASE,
)
_ATTRIBUTES = {"roledefinitionid": "roleDefinitionId", "principaltype": "principalType", "principalid": "principalId"}
_SIGNS = {"&&": "AND", "||": "OR", "!": "NOT"}


@dataclass(frozen=True)
class _Token:
    """A word of the language, or, with `word` empty, something that is already known to hold or not."""

    word: str = ""
    value: bool = False


class _Unknown(ValueError):
    """The text is no condition of this language."""


def holds(condition: str, action: str, assignment: Body) -> bool:
    """Whether a condition lets an action on an assignment through; `assignment`: its properties."""
    try:
        return _Reader(_tokens(condition, action, assignment)).whole()
    except _Unknown:
        return False


def _tokens(condition: str, action: str, assignment: Body) -> list[_Token]:
    found, position, text = [], 0, condition.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise _Unknown
        position = match.end()
        word = match["word"] or match["sign"]
        if word:
            found.append(_Token(_SIGNS.get(word, word.upper())))
        elif match["action"] is not None:
            found.append(_Token(value=match["action"].lower() == action.lower()))
        else:
            wanted = match["list"] if match["list"] is not None else str(match["text"])
            found.append(_Token(value=_compared(match["attribute"], match["operator"], wanted, assignment)))
    return found


def _compared(attribute: str, operator: str, wanted: str, assignment: Body) -> bool:
    """Guids and texts, without case; an operator with Not wants it to be none of the list."""
    name = _ATTRIBUTES.get(attribute.lower())
    if name is None:
        raise _Unknown
    value = str(assignment.get(name) or "").rpartition("/")[2].lower()
    among = value in [each.strip().strip("'").lower() for each in wanted.split(",")]
    return among != ("not" in operator.lower())


class _Reader:
    """OR of ANDs of parts; a part is in parentheses, negated, or known."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._left = tokens[::-1]

    def whole(self) -> bool:
        value = self._or()
        if self._left:
            raise _Unknown
        return value

    def _or(self) -> bool:
        value = self._and()
        while self._takes("OR"):
            value = self._and() or value
        return value

    def _and(self) -> bool:
        value = self._part()
        while self._takes("AND"):
            value = self._part() and value
        return value

    def _part(self) -> bool:
        if self._takes("NOT"):
            return not self._part()
        if self._takes("("):
            value = self._or()
            if not self._takes(")"):
                raise _Unknown
            return value
        if not self._left or self._left[-1].word:
            raise _Unknown
        return self._left.pop().value

    def _takes(self, word: str) -> bool:
        if self._left and self._left[-1].word == word:
            self._left.pop()
            return True
        return False

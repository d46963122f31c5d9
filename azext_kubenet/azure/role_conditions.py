"""What a condition on a role assignment says of one request: yes, no, or not to be told. Pure. [I21]

https://learn.microsoft.com/azure/role-based-access-control/conditions-format
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

#: True, False, or None for what cannot be told.
Truth = bool | None
#: Attributes of a request to assign a role, by their names in conditions, in lower case. One that is not there is not
#: known. https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
Attributes = Mapping[str, str]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<matches>(?:Sub)?(?:Operation|Action)Matches)\s*\{\s*'(?P<action>[^']*)'\s*\}
      | @(?P<source>\w+)\[(?P<attribute>[^\]]+)\]\s*(?P<operator>[\w:]+)\s*(?P<values>\{[^}]*\}|'[^']*'|[0-9a-f-]{36})
      | (?P<word>AND|OR|NOT|&&|\|\||!|\(|\))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SAME_AS = {"&&": "and", "||": "or", "not": "!"}
_REQUEST = "request"
_OF_ASSIGNMENTS = "microsoft.authorization/roleassignments:"
#: Comparisons of one text with others: whether they want it equal. `ForAnyOfAllValues:GuidNotEquals` is the usual one.
_COMPARISON = re.compile(r"(?:for(?:any|all)of(any|all)values:)?(?:guid|string)(not)?equals(?:ignorecase)?")


class _Unreadable(Exception):
    """The text is no condition of the known form."""


class _Token(NamedTuple):
    """A word of the language (and, or, !, parentheses), "" for a statement, of which value is what it says."""

    word: str
    value: Truth = None


def holds(condition: str, action: str, attributes: Attributes) -> Truth:
    """Whether a condition lets a request of an action through; None for one that cannot be told."""
    try:
        return _Parser(_tokens(condition, action, attributes)).whole()
    except (_Unreadable, RecursionError):
        return None


def _tokens(condition: str, action: str, attributes: Attributes) -> list[_Token]:
    found, position, text = [], 0, condition.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _Unreadable
        word = (match["word"] or "").lower()
        found.append(_Token(_SAME_AS.get(word, word)) if word else _Token("", _statement(match, action, attributes)))
        position = match.end()
    return found


def _statement(match: re.Match[str], action: str, attributes: Attributes) -> Truth:
    """What an ActionMatches, or a comparison of an attribute, says."""
    if match["matches"]:
        if match["matches"].lower() != "actionmatches":
            return None
        pattern = re.escape(match["action"]).replace(r"\*", ".*")
        return bool(re.fullmatch(pattern, action, re.IGNORECASE))
    comparison = _COMPARISON.fullmatch(match["operator"].lower())
    name = match["attribute"].strip().lower()
    if comparison is None or match["source"].lower() != _REQUEST or not name.startswith(_OF_ASSIGNMENTS):
        return None
    has = attributes.get(name.removeprefix(_OF_ASSIGNMENTS), "").lower()
    if not has:
        return None
    values = [each.strip(" '\t\r\n").lower() for each in match["values"].strip("{}").split(",")]
    one_by_one = [(has == value) is not bool(comparison[2]) for value in values]
    return all(one_by_one) if comparison[1] == "all" else any(one_by_one)


class _Parser:  # pylint: disable=too-few-public-methods
    """Operators from the loosest to the tightest: OR, AND, NOT."""

    def __init__(self, tokens: Sequence[_Token]):
        self._tokens = [*tokens, _Token("end")]
        self._at = 0

    def whole(self) -> Truth:
        found = self._either()
        if self._next().word != "end":
            raise _Unreadable
        return found

    def _next(self) -> _Token:
        found = self._tokens[self._at]
        self._at += 1
        return found

    def _joined(self, word: str, operand: Callable[[], Truth]) -> list[Truth]:
        found = [operand()]
        while self._tokens[self._at].word == word:
            self._at += 1
            found.append(operand())
        return found

    def _either(self) -> Truth:
        found = self._joined("or", self._both)
        return True if True in found else None if None in found else False

    def _both(self) -> Truth:
        found = self._joined("and", self._one)
        return False if False in found else None if None in found else True

    def _one(self) -> Truth:
        token = self._next()
        if token.word == "!":
            found = self._one()
            return None if found is None else not found
        if token.word == "(":
            found = self._either()
            if self._next().word != ")":
                raise _Unreadable
            return found
        if token.word:
            raise _Unreadable
        return token.value

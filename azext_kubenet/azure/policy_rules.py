"""Whether a policy's rule applies to a resource that is to be created: yes, no, or not known from here. Pure.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule
"""

import re
from collections.abc import Iterable, Mapping

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.policy_expressions import UNKNOWN, evaluate, member
from azext_kubenet.azure.policy_fields import TAG, Each, Subject
from azext_kubenet.azure.policy_functions import functions

#: Operators that are others turned round.
_NEGATED = {
    "notequals": "equals",
    "notin": "in",
    "notlike": "like",
    "notmatch": "match",
    "notmatchinsensitively": "matchinsensitively",
    "notcontains": "contains",
    "notcontainskey": "containskey",
}
#: Operators of numbers: whether they hold for less, the same and more.
_ORDERED = {
    "less": (True, False, False),
    "lessorequals": (True, True, False),
    "greater": (False, False, True),
    "greaterorequals": (False, True, True),
}
#: What the characters of a `match` stand for.
_MATCH = {"#": r"\d", "?": "[a-zA-Z]", ".": "."}


class Rule:
    """A rule on its way over one resource.

    parameters: of the policy, by name
    looked_at: fields that it asked for, each with its value, by their names as the rule has them
    tags: tags that it asked for, each with a value that it wants, "" if that is not to be told
    """

    def __init__(self, subject: Subject, parameters: Json):
        self._subject = subject
        self._elements: dict[str, object] = {}
        self._functions = functions(subject, parameters, self._listed_field, self._current)
        self.looked_at: dict[str, object] = {}
        self.tags: dict[str, str] = {}

    def asks(self, name: str) -> bool:
        """Whether it asked for a field. name: in lower case"""
        return any(each.lower() == name for each in self.looked_at)

    def value(self, expression: object) -> object:
        """The value of an expression in the rule."""
        return evaluate(expression, self._functions)

    def holds(self, condition: object) -> bool | None:
        """Whether a condition holds; None where that is not known."""
        if not isinstance(condition, dict):
            return None
        by_key = {str(key).lower(): value for key, value in condition.items()}
        if "allof" in by_key:
            return _all(self.holds(each) for each in _listed(by_key["allof"]))
        if "anyof" in by_key:
            return _not(_all(_not(self.holds(each)) for each in _listed(by_key["anyof"])))
        if "not" in by_key:
            return _not(self.holds(by_key["not"]))
        return self._compared(by_key)

    def _compared(self, by_key: Mapping[str, object]) -> bool | None:
        operators = [(key, wanted) for key, wanted in by_key.items() if key not in ("field", "value", "count")]
        if len(operators) != 1 or len(by_key) != 2:
            return None
        operator, wanted = operators[0][0], self.value(operators[0][1])
        if "count" in by_key:
            return self._counted(by_key["count"], operator, wanted)
        name = self.value(by_key["field"]) if "field" in by_key else UNKNOWN
        actual = self._field(name) if "field" in by_key else self.value(by_key["value"])
        self._note_tag(name, operator, wanted)
        if isinstance(actual, Each):
            # What Azure makes of a list without elements is not told by its documentation for all operators.
            return _all(compare(operator, each, wanted) for each in actual.values) if actual.values else None
        if str(name).lower() == "location":
            actual, wanted = _plain(actual), _plain(wanted)
        if str(name).lower().endswith("/roledefinitionid") and operator.removeprefix("not") in ("equals", "in"):
            actual, wanted = _last(actual), _last(wanted)
        return compare(operator, actual, wanted)

    def _counted(self, counted: object, operator: str, wanted: object) -> bool | None:
        """Whether so many elements of a list are as a count wants them; of some that may not be known."""
        by_key = {str(key).lower(): each for key, each in counted.items()} if isinstance(counted, dict) else {}
        name = self.value(by_key.get("field"))
        if not isinstance(name, str) or not name.endswith("[*]") or {*by_key} - {"field", "where"}:
            return None
        found = self._field(name)
        if not isinstance(found, Each) and found is not None:
            return None
        elements = found.values if isinstance(found, Each) else ()
        held = [self._holds_for(name.lower(), each, by_key) for each in elements]
        least, most = held.count(True), len(held) - held.count(False)
        says = {compare(operator, number, wanted) for number in range(least, most + 1)}
        return says.pop() if len(says) == 1 else None

    def _holds_for(self, alias: str, element: object, counted: Mapping[str, object]) -> bool | None:
        if "where" not in counted:
            return True
        outer, self._elements = self._elements, {**self._elements, alias: element}
        try:
            return self.holds(counted["where"])
        finally:
            self._elements = outer

    def _note_tag(self, name: object, operator: str, wanted: object) -> None:
        """Remember what a tag should be."""
        found = TAG.fullmatch(str(name))
        if not found:
            return
        if operator == "notin" and isinstance(wanted, list) and wanted:
            wanted = wanted[0]
        told = operator in ("notequals", "notin") and isinstance(wanted, str)
        tag = found["plain"] or found["quoted"]
        self.tags[tag] = str(wanted) if told else self.tags.get(tag, "")

    def _field(self, name: object) -> object:
        """The value of a field, as a rule names it."""
        if not isinstance(name, str):
            return UNKNOWN
        found = self._subject.value_of(name, self._elements)
        self.looked_at[name] = found
        return found

    def _listed_field(self, arguments: list[object]) -> object:
        """The function field(): of every element of a list, it is a list."""
        found = self._field(arguments[0]) if arguments else UNKNOWN
        if isinstance(found, Each):
            # Whether Azure counts an element that has no such field is not told by its documentation.
            return UNKNOWN if None in found.values else [*found.values]
        return found

    def _current(self, arguments: list[object]) -> object:
        """The function current(): the element that a count is at, or a field of it."""
        if arguments:
            return self._listed_field(arguments)
        return [*self._elements.values()][-1] if self._elements else UNKNOWN


def compare(operator: str, actual: object, wanted: object) -> bool | None:
    """What an operator says of two values; None where one of them, or the operator, is not known here.

    Texts are compared without capitals, and a value that is not there equals nothing.
    """
    if operator in _NEGATED:
        return _not(compare(_NEGATED[operator], actual, wanted))
    if actual is UNKNOWN or wanted is UNKNOWN or (isinstance(wanted, list) and UNKNOWN in wanted):
        return None
    if operator == "exists":
        return (actual is not None) == (str(wanted).lower() == "true")
    if operator == "containskey":
        return member(actual, wanted) is not None
    if operator in _ORDERED or actual is None:
        equal = ("equals", "in", "like", "match", "matchinsensitively", "contains")
        return False if operator in equal else _ordered(operator, actual, wanted)
    return _texts(operator, actual, wanted)


def _ordered(operator: str, actual: object, wanted: object) -> bool | None:
    """Of whole numbers alone: other values must have the same type, and texts are compared as dates or letters."""
    one, other = _number(actual), _number(wanted)
    if one is None or other is None or operator not in _ORDERED:
        return None
    less, same, more = _ORDERED[operator]
    return less if one < other else same if one == other else more


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(operator: str, actual: object, wanted: object) -> bool | None:
    if isinstance(actual, list | dict):
        return None
    if operator == "in":
        return any(_same(actual, each) for each in wanted) if isinstance(wanted, list) else None
    if isinstance(wanted, list | dict):
        return None
    if operator == "equals":
        return _same(actual, wanted)
    if operator == "contains":
        return str(wanted).lower() in str(actual).lower()
    pattern = _pattern(operator, str(wanted))
    return None if pattern is None else bool(pattern.fullmatch(str(actual)))


def _pattern(operator: str, wanted: str) -> re.Pattern[str] | None:
    """What a text must match; None for an operator that is not about that."""
    if operator == "like":
        return re.compile(".*".join(map(re.escape, wanted.split("*"))), re.IGNORECASE | re.DOTALL)
    if operator not in ("match", "matchinsensitively"):
        return None
    exact = operator == "match"
    pattern = "".join(_MATCH.get(each, re.escape(each)) for each in wanted)
    return re.compile(pattern, 0 if exact else re.IGNORECASE)


def _same(one: object, other: object) -> bool:
    return str(one).lower() == str(other).lower()


def _all(found: Iterable[bool | None]) -> bool | None:
    values = [*found]
    return False if False in values else None if None in values else True


def _not(found: bool | None) -> bool | None:
    return None if found is None else not found


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [None]


def _plain(value: object) -> object:
    """A region, or several, as Azure compares them: `West Europe` is `westeurope`."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.replace(" ", "") if isinstance(value, str) else value


def _last(value: object) -> object:
    """The name of a role's definition, which is written with and without its subscription."""
    if isinstance(value, list):
        return [_last(each) for each in value]
    return value.rpartition("/")[2] if isinstance(value, str) else value

"""Whether a policy's rule applies to a resource that is to be created: yes, no, or not known from here. Pure.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.policy_expressions import UNKNOWN, Functions, evaluate, member

_TAG = re.compile(r"tags(?:\.(?P<plain>.+)|\[\s*'?(?P<quoted>.+?)'?\s*\])", re.IGNORECASE)
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
#: What the characters of a `match` stand for.
_MATCH = {"#": r"\d", "?": "[a-zA-Z]", ".": "."}


@dataclass(frozen=True)
class Subject:
    """A resource that is to be created.

    type, name, id: its own; a name that is not known is UNKNOWN
    location: its region, None for what has none
    tags: its tags
    group: its resource group, with name, location and tags
    aliases: what is known of its properties, by their aliases in lower case
    """

    type: str
    name: object
    id: str
    location: str | None
    tags: Mapping[str, str]
    group: Json
    aliases: Mapping[str, object] = field(default_factory=dict)


class Rule:
    """A rule on its way over one resource.

    parameters: of the policy, by name
    looked_at: fields that it asked for, in lower case
    tags: tags that it asked for, each with a value that it wants, "" if that is not to be told
    """

    def __init__(self, subject: Subject, parameters: Json):
        self._subject = subject
        self._functions = _functions(subject, parameters, self._field)
        self.looked_at: set[str] = set()
        self.tags: dict[str, str] = {}

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
        operators = [(key, wanted) for key, wanted in by_key.items() if key not in ("field", "value")]
        if len(operators) != 1 or len(by_key) != 2:
            return None
        operator, wanted = operators[0][0], self.value(operators[0][1])
        name = self.value(by_key["field"]) if "field" in by_key else UNKNOWN
        actual = self._field([name]) if "field" in by_key else self.value(by_key["value"])
        self._note_tag(name, operator, wanted)
        if str(name).lower() == "location":
            actual, wanted = _plain(actual), _plain(wanted)
        if str(name).lower().endswith("/roledefinitionid") and operator.removeprefix("not") in ("equals", "in"):
            actual, wanted = _last(actual), _last(wanted)
        return compare(operator, actual, wanted)

    def _note_tag(self, name: object, operator: str, wanted: object) -> None:
        """Remember what a tag should be."""
        found = _TAG.fullmatch(str(name))
        if not found:
            return
        if operator == "notin" and isinstance(wanted, list) and wanted:
            wanted = wanted[0]
        told = operator in ("notequals", "notin") and isinstance(wanted, str)
        tag = found["plain"] or found["quoted"]
        self.tags[tag] = str(wanted) if told else self.tags.get(tag, "")

    def _field(self, arguments: list[object]) -> object:
        """The value of a field, as a rule names it."""
        name = arguments[0] if arguments else UNKNOWN
        if not isinstance(name, str):
            return UNKNOWN
        self.looked_at.add(name.lower())
        tag = _TAG.fullmatch(name)
        if tag:
            return member(dict(self._subject.tags), tag["plain"] or tag["quoted"])
        subject = self._subject
        known: dict[str, object] = {
            "type": subject.type,
            "name": subject.name,
            "id": subject.id if subject.name is not UNKNOWN else UNKNOWN,
            "location": subject.location,
            "tags": dict(subject.tags) or None,
            **subject.aliases,
        }
        return known.get(name.lower(), UNKNOWN)


def _functions(subject: Subject, parameters: Json, field_of: Callable[[list[object]], object]) -> Functions:
    def text(function: Callable[[str], object]) -> Callable[[list[object]], object]:
        return lambda given: UNKNOWN if len(given) != 1 or not isinstance(given[0], str) else function(given[0])

    def parameter(given: list[object]) -> object:
        found = member(parameters, given[0]) if given else None
        return UNKNOWN if found is None else found

    def concat(given: list[object]) -> object:
        return UNKNOWN if any(not isinstance(each, str | int) for each in given) else "".join(map(str, given))

    return {
        "parameters": parameter,
        "concat": concat,
        "field": field_of,
        "resourcegroup": lambda _: subject.group,
        "tolower": text(str.lower),
        "toupper": text(str.upper),
    }


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
    if actual is None:
        return False if operator in ("equals", "in", "like", "match", "matchinsensitively", "contains") else None
    return _texts(operator, actual, wanted)


def _texts(operator: str, actual: object, wanted: object) -> bool | None:
    if operator == "in":
        return any(_same(actual, each) for each in wanted) if isinstance(wanted, list) else None
    if isinstance(actual, list | dict) or isinstance(wanted, list | dict):
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
    return re.compile(pattern, re.NOFLAG if exact else re.IGNORECASE)


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

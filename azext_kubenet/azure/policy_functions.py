"""The functions in the expressions of a policy's rule, as far as they are needed; the rest is UNKNOWN. Pure.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule (policy functions)
"""

from collections.abc import Callable

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.policy_expressions import UNKNOWN, Functions, member
from azext_kubenet.azure.policy_fields import Subject

_Function = Callable[[list[object]], object]


def functions(subject: Subject, parameters: Json, field_of: _Function, current: _Function) -> Functions:
    """The functions of a rule that is about a resource.

    parameters: of the policy, by name
    field_of, current: the functions of these names
    """

    def parameter(given: list[object]) -> object:
        found = member(parameters, given[0]) if given else None
        return UNKNOWN if found is None else found

    return {
        "parameters": parameter,
        "field": field_of,
        "current": current,
        "resourcegroup": lambda _: subject.group,
        "concat": _concat,
        "empty": _sized(lambda size: size == 0),
        "length": _sized(lambda size: size),
        "if": _if,
        "equals": _equals,
        "not": lambda given: not given[0] if len(given) == 1 and isinstance(given[0], bool) else UNKNOWN,
        "true": lambda _: True,
        "false": lambda _: False,
        "tolower": _text(str.lower),
        "toupper": _text(str.upper),
    }


def _text(function: Callable[[str], object]) -> _Function:
    return lambda given: UNKNOWN if len(given) != 1 or not isinstance(given[0], str) else function(given[0])


def _concat(given: list[object]) -> object:
    return UNKNOWN if any(not isinstance(each, str | int) for each in given) else "".join(map(str, given))


def _sized(function: Callable[[int], object]) -> _Function:
    """A function of the size of a text, a list or an object. What is not there has none."""

    def sized(given: list[object]) -> object:
        value = given[0] if len(given) == 1 else UNKNOWN
        if value is None:
            return function(0)
        return function(len(value)) if isinstance(value, str | list | dict) else UNKNOWN

    return sized


def _if(given: list[object]) -> object:
    if len(given) != 3 or not isinstance(given[0], bool):
        return UNKNOWN
    return given[1] if given[0] else given[2]


def _equals(given: list[object]) -> object:
    plain = len(given) == 2 and all(isinstance(each, str | int) for each in given)
    return str(given[0]).lower() == str(given[1]).lower() if plain else UNKNOWN

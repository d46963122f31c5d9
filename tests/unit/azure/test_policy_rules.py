"""Operators and expressions of a policy's rule: yes, no, or not known from here."""

from __future__ import annotations

import pytest

from azext_kubenet.azure.policy_expressions import UNKNOWN, evaluate
from azext_kubenet.azure.policy_rules import Rule, Subject, compare

SUBJECT = Subject("Microsoft.Network/virtualNetworks", "v", "/v", "westeurope", {"Team": "web"}, {"tags": {"a": "b"}})

# the operator, what is there, what is wanted, what it says
OPERATORS = (
    ("equals", "Web", "web", True), ("equals", None, "web", False), ("notEquals", None, "web", True),
    ("in", "b", ["A", "B"], True), ("notIn", None, ["a"], True), ("in", "b", "b", None),
    ("like", "rg-web", "RG-*", True), ("like", "xrg-web", "rg-*", False), ("notLike", "rg", "rg-*", True),
    ("match", "rg-12", "rg-##", True), ("match", "RG-12", "rg-##", False),
    ("matchInsensitively", "RG-12", "rg-##", True), ("contains", "abc", "B", True), ("notContains", "abc", "x", True),
    ("containsKey", {"Team": "x"}, "team", True), ("notContainsKey", None, "team", True),
    ("exists", None, "false", True), ("exists", "x", True, True), ("greater", 1, 2, False),
    ("equals", UNKNOWN, "x", None), ("in", "x", ["y", UNKNOWN], None), ("equals", ["a"], "a", None),
)  # fmt: skip


@pytest.mark.parametrize(("operator", "actual", "wanted", "says"), OPERATORS)
def test_an_operator_says_yes_no_or_nothing(operator: str, actual: object, wanted: object, says: bool | None) -> None:
    assert compare(operator.lower(), actual, wanted) is says


# the expression, its value
EXPRESSIONS = (
    ("plain", "plain"), ("[[not one]", "[not one]"), ("[concat('a''b', 'c', 7)]", "a'bc7"),
    ("[toLower(parameters('Name'))]", "web"), ("[parameters('none')]", UNKNOWN), ("[utcNow()]", UNKNOWN),
    ("[field('tags.team')]", "web"), ("[resourceGroup().tags['A']]", "b"), ("[resourceGroup().tags.x]", None),
    ("[concat('a', utcNow())]", UNKNOWN), ("[concat('a'", "[concat('a'"), ("[concat('a']", UNKNOWN), ("[]", UNKNOWN),
    ("[a b]", UNKNOWN), ("[~]", UNKNOWN), (["[toUpper('a')]", 3], ["A", 3]), ({"a": 1}, {"a": 1}), (None, None),
)  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), EXPRESSIONS)
def test_an_expression_has_a_value_or_is_unknown(expression: object, value: object) -> None:
    assert Rule(SUBJECT, {"name": "Web"}).value(expression) == value


NO, YES = {"field": "name", "equals": "x"}, {"field": "name", "equals": "V"}
WHO_KNOWS = {"field": "a/b", "exists": True}
# the condition, whether it holds
CONDITIONS = (
    ({"allOf": [YES, NO, WHO_KNOWS]}, False), ({"allOf": [YES, WHO_KNOWS]}, None), ({"anyOf": [YES, WHO_KNOWS]}, True),
    ({"anyOf": [NO, WHO_KNOWS]}, None), ({"not": NO}, True), ({"not": WHO_KNOWS}, None), ({"allOf": "x"}, None),
    ({"count": {"field": "x[*]"}, "greater": 0}, None), ({"field": "kind", "exists": False}, None), (None, None),
    ({"field": "location", "equals": "West Europe"}, True), ({"field": "tags['team']", "notEquals": "web"}, False),
    ({"field": "tags", "containsKey": "team"}, True), ({"value": "[field('type')]", "like": "*/virtualNetworks"}, True),
)  # fmt: skip


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_a_condition_holds_does_not_or_is_not_known(condition: object, holds: bool | None) -> None:
    assert Rule(SUBJECT, {}).holds(condition) is holds


def test_what_a_tag_should_be_is_remembered() -> None:
    rule = Rule(SUBJECT, {})
    rule.holds({"anyOf": [{"field": "tags['cost']", "notIn": ["7", "8"]}, {"field": "tags.owner", "exists": "false"}]})
    assert rule.tags == {"cost": "7", "owner": ""}


def test_a_value_without_functions_is_itself() -> None:
    assert evaluate("x", {}) == "x"

"""Operators and expressions of a policy's rule: yes, no, or not known from here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_kubenet.azure.policy_expressions import UNKNOWN, evaluate
from azext_kubenet.azure.policy_fields import Subject
from azext_kubenet.azure.policy_rules import Rule, compare

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


KIND = "Microsoft.ContainerService/managedClusters"
POOLS = f"{KIND}/agentPoolProfiles[*]"
BODY = {
    "sku": {"tier": "Free"},
    "properties": {
        "disk": None,
        "agentPoolProfiles": [
            {"name": "a", "count": 3, "zones": ["1", "2"], "size": UNKNOWN},
            {"name": "b", "count": 5, "zones": [], "size": "D2"},
        ],
        "none": [],
    },
}
CLUSTER = Subject(KIND, "c", "/c", "westeurope", {}, {}, BODY)


def pools(where: object, **wanted: object) -> dict[str, object]:
    return {"count": {"field": POOLS, "where": where}, **wanted}


def zones(number: int) -> dict[str, object]:
    return {"count": {"field": f"{POOLS}.zones[*]"}, "equals": number}


# the condition, whether it holds, whether it holds where all that is sent is known
PROPERTIES = (
    ({"field": f"{KIND}/sku.tier", "equals": "free"}, True, True),
    ({"field": f"{KIND.upper()}/SKU.Tier", "notEquals": "Standard"}, True, True),
    ({"field": f"{KIND}/disk", "exists": False}, True, True),
    ({"field": f"{KIND}/disk.id", "exists": False}, True, True),
    ({"field": f"{KIND}/missing", "exists": False}, None, True),
    ({"field": f"{KIND}/agentPools/size", "exists": False}, None, None),
    ({"field": "Microsoft.Network/x/sku.tier", "exists": False}, None, None),
    ({"field": f"{KIND}/sku.tier.deeper", "exists": True}, None, None),
    ({"field": f"{POOLS}.name", "in": ["a", "b"]}, True, True),
    ({"field": f"{POOLS}.name", "equals": "a"}, False, False),
    ({"field": f"{POOLS}.size", "equals": "D2"}, None, None),
    ({"field": f"{POOLS}.size", "equals": "D4"}, False, False),
    ({"field": f"{KIND}/none[*].name", "equals": "a"}, None, None),
    ({"field": f"{KIND}/sku[*]", "equals": "a"}, None, None),
    (pools({"field": f"{POOLS}.count", "greater": 4}, equals=1), True, True),
    (pools({"field": f"{POOLS}.count", "lessOrEquals": 5}, less=2), False, False),
    (pools({"field": f"{POOLS}.size", "equals": "D2"}, greater=0), True, True),
    (pools({"field": f"{POOLS}.size", "equals": "D2"}, equals=2), None, None),
    (pools({"field": f"{POOLS}.size", "equals": "D2"}, greaterOrEquals=3), False, False),
    (pools({"value": f"[current('{POOLS}.name')]", "equals": "b"}, equals=1), True, True),
    (pools(zones(2), equals=1), True, True),
    ({"count": {"field": POOLS}, "equals": 2}, True, True),
    ({"count": {"field": f"{KIND}/disks[*]"}, "equals": 0}, None, True),
    ({"count": {"field": f"{KIND}/sku.tier"}, "equals": 0}, None, None),
    ({"count": {"value": ["a"], "name": "x"}, "equals": 1}, None, None),
    ({"count": "x", "equals": 1}, None, None),
    ({"value": f"[length(field('{POOLS}.name'))]", "equals": 2}, True, True),
    ({"value": f"[empty(field('{POOLS}.name'))]", "equals": False}, True, True),
    ({"value": f"[empty(field('{POOLS}.none'))]", "equals": False}, True, None),
    ({"value": f"[if(equals(field('{KIND}/sku.tier'), 'Free'), 'no', 'yes')]", "equals": "no"}, True, True),
    ({"value": "[not(false())]", "equals": True}, True, True),
    ({"value": "[current()]", "equals": 1}, None, None),
)  # fmt: skip


@pytest.mark.parametrize(("condition", "holds", "complete"), PROPERTIES)
def test_a_property_is_known_not_there_or_not_known(condition: object, holds: bool | None, complete: bool) -> None:
    assert Rule(CLUSTER, {}).holds(condition) is holds
    assert Rule(replace(CLUSTER, complete=True), {}).holds(condition) is complete

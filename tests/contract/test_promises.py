"""What scripts rely on stays: docs/policy.rst promises it by name, and promised.json lists the names."""

import ast

import pytest

from tests.contract import promises

GONE = (
    "gone or renamed, and scripts rely on it: docs/policy.rst. Keep it and announce it (deprecate_info, HISTORY.rst); "
    "once its time is over, or in a beta, take it out of tests/contract/promised.json and say so in HISTORY.rst"
)
COME = "new: each name is a promise (docs/policy.rst); python -m tests.contract.promises adds them to the list"


@pytest.fixture(scope="module")
def offered():
    return promises.lines(promises.offered())


def test_nothing_that_is_promised_has_gone(offered):
    gone = sorted(promises.lines(promises.promised()) - offered)
    assert not gone, "\n".join([GONE, *gone])


def test_nothing_has_come_without_a_word(offered):
    come = sorted(offered - promises.lines(promises.promised()))
    assert not come, "\n".join([COME, *come])


def test_the_list_has_what_pages_and_scripts_are_full_of(offered):
    """That the collecting looks where it should: one of each kind."""
    assert {
        "options.plan --max-count",
        "options.create --plan",
        "options.create --pod-cidr",
        "options.check --fail-on",
        "options.list --live",
        "options.migrate --until",
        "rules pod-service-overlap",
        "checks subnet-delegation",
        "keys.plan capacity.limitedBy",
        "keys.plan findings.recommendation",
        "keys.check limits.neededToUpgrade",
        "keys.check looked.notLookedAt",
        "keys.check findings",
        "keys.list readiness",
        "keys.migrate proof.routesLeft",
        "keys.finding severity",
        "values.exitCodes 3 not found",
        "values.severity info",
        "files.--export .bicepparam",
    } <= offered


def test_options_of_azure_cli_are_not_ours_to_promise(offered):
    assert not {"options.create --enable-cluster-autoscaler", "options.plan --query", "options.list --debug"} & offered


#: Two functions, as a module of output/ has them.
SOURCE = """
def answer(x):
    return {"a": 1, **({"b": 2} if x else {}), "c": [inner(each) for each in x], "d": {"e": inner(x)}}
def inner(x):
    return {"f": x["not a key"]}
"""


def test_keys_are_found_below_keys():
    functions = {node.name: node for node in ast.parse(SOURCE).body}
    found = {".".join(each) for each in promises._keys(functions["answer"], functions)}
    assert found == {"a", "b", "c", "c.f", "d", "d.e", "d.e.f"}


def test_keys_of_a_schema_are_found_behind_references():
    cell = {"$ref": "#/$defs/x"}
    schema = {
        "properties": {"a": {"items": cell}, "b": {"anyOf": [cell, {"type": "null"}]}},
        "$defs": {"x": {"properties": {"c": {}}}},
    }
    assert promises.keys_of_schema(schema) == {"a", "a.c", "b", "b.c"}


def test_what_has_come_is_added_and_nothing_taken_out():
    old = {"options": {"plan": ["--old"]}, "rules": ["a"]}
    new = {"options": {"plan": ["--new"], "list": ["--x"]}, "rules": ["b"]}
    assert promises.joined(old, new) == {"options": {"plan": ["--new", "--old"], "list": ["--x"]}, "rules": ["a", "b"]}

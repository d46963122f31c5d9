"""Files of findings: each format holds every finding of the run, and what its readers require."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.rules import RULES
from azext_kubenet.output.findings_file import ENDINGS, Report
from azext_kubenet.output.plan_json import finding_dict
from tests.unit.addressing.asking import ask

BOTH = ("--pod-cidr", "--service-cidr")
ONE = Finding("pod-service-overlap", Severity.ERROR, BOTH, "a <is> & wrong", advise("type b"))
TWO = Finding("pod-service-overlap", Severity.ERROR, BOTH, "\x1b[31mc\x00 \ufffe wrong")
UNWISE = Finding("vnet-public", Severity.WARNING, ("--vnet-address-prefixes",), "d", advise("type e"))
NOTE = Finding("no-rule-of-ours", Severity.INFO, (), "f")
ALL = (UNWISE, ONE, TWO, NOTE)

TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}


def only(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """An object with these properties and no others, as the schema of SARIF closes each of its own."""
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


BAG = {"type": "object"}
STRING = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
DESCRIPTOR = only({"id": STRING, "shortDescription": TEXT, "defaultConfiguration": only({"level": LEVEL})}, "id")
#: What code scanning requires beyond SARIF itself: a result has a location with a relative address.
PLACE = only(
    {"artifactLocation": only({"uri": {"pattern": "^[a-z-]+$"}}, "uri"), "region": only({"startLine": {"minimum": 1}})}
)
LOCATION = only(
    {
        "physicalLocation": PLACE,
        "logicalLocations": {
            "items": only({"name": STRING, "kind": STRING, "fullyQualifiedName": STRING}),
            "minItems": 1,
            "uniqueItems": True,
        },
    },
    "physicalLocation",
)
RESULT = only(
    {
        "ruleId": STRING,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "properties": BAG,
    },
    "ruleId", "level", "message", "locations", "partialFingerprints",
)  # fmt: skip
DRIVER = only({"name": STRING, "rules": {"type": "array", "items": DESCRIPTOR, "uniqueItems": True}}, "name")
RUN = only(
    {
        "tool": only({"driver": DRIVER}, "driver"),
        "invocations": {"items": only({"executionSuccessful": {"type": "boolean"}}, "executionSuccessful")},
        "results": {"type": "array", "items": RESULT},
    },
    "tool", "results",
)  # fmt: skip
#: The parts of the published schema of SARIF 2.1.0 that these files use.
SARIF = only(
    {"$schema": STRING, "version": {"const": "2.1.0"}, "runs": {"items": RUN, "minItems": 1}, "properties": BAG},
    "version", "runs",
)  # fmt: skip


#: The rules on a plan.
NAMES = [each.rule.name for each in RULES]


def sarif(*findings: Finding, judged: bool = True) -> dict[str, Any]:
    document = json.loads(ENDINGS[".sarif"](Report(findings, NAMES if judged else ())))
    faults = [f"{each.json_path}: {each.message}" for each in Draft202012Validator(SARIF).iter_errors(document)]
    assert faults == []
    return dict(document["runs"][0])


def junit(*findings: Finding, judged: bool = True) -> ElementTree.Element:
    root = ElementTree.fromstring(ENDINGS[".xml"](Report(findings, NAMES if judged else ())))
    cases = list(root.iter("testcase"))
    for each in (root, root[0]):
        assert int(each.get("tests", "")) == len(cases)
        assert int(each.get("failures", "")) == len(list(root.iter("failure")))
    assert len({case.get("name") for case in cases}) == len(cases), "one test case a rule"
    return root


@pytest.mark.parametrize(("findings", "refused"), [(ALL, True), ((UNWISE, NOTE), False), ((), False)])
def test_json_has_the_findings_as_the_answer_has_them(findings: tuple[Finding, ...], refused: bool) -> None:
    document = json.loads(ENDINGS[".json"](Report(findings, NAMES)))
    assert document["findings"] == [finding_dict(each) for each in findings]
    assert (document["refused"], document["planVersion"]) == (refused, "1.0")


def test_sarif_has_a_result_a_finding_with_its_severity_and_its_rule() -> None:
    run = sarif(*ALL)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["vnet-public", "pod-service-overlap", "no-rule-of-ours"]
    assert [each["level"] for each in run["results"]] == ["warning", "error", "error", "note"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    assert "type b" in run["results"][1]["message"]["text"]
    assert run["invocations"] == [{"executionSuccessful": False}]


def test_sarif_knows_a_finding_again_whatever_its_values_and_tells_two_of_a_rule_apart() -> None:
    def marks(*findings: Finding) -> list[str]:
        return [each["partialFingerprints"]["kubenetFinding/v1"] for each in sarif(*findings)["results"]]

    first, second = marks(ONE, TWO)
    assert first != second
    assert marks(UNWISE, TWO)[1] == first


def test_sarif_of_a_run_without_findings_closes_what_is_open() -> None:
    assert sarif()["results"] == []


def test_junit_fails_a_rule_by_its_errors_alone_and_holds_the_rest_as_output() -> None:
    root = junit(*ALL)
    (failure,) = root.iter("failure")
    assert failure.get("message") == "a <is> & wrong"
    assert "type b" in str(failure.text)
    assert "c" in str(failure.text), "the second error of the rule"
    told = {str(case.get("name")): case.findtext("system-out") for case in root.iter("testcase")}
    assert told["vnet-public"] == "warning: d\n  -> type e"
    assert told["no-rule-of-ours"] == "info: f"


def test_junit_passes_a_rule_only_where_it_was_looked_at() -> None:
    passed = {case.get("name") for case in junit(judged=True).iter("testcase") if not list(case)}
    assert passed == {rule.rule.name for rule in RULES}
    assert [case.get("name") for case in junit(*ALL, judged=False).iter("testcase")] == [
        "vnet-public", "pod-service-overlap", "no-rule-of-ours",
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("question", ["", "--pod-cidr 10.0.0.0/12 --service-cidr 10.1.0.0/16", "--max-count 500"])
def test_every_format_names_every_rule_that_was_broken(ending: str, question: str) -> None:
    findings = ask(question).findings
    text = ENDINGS[ending](Report(findings))
    assert all(each.rule in text for each in findings)
    assert text.endswith("\n")


def test_the_findings_of_several_clusters_are_told_apart_in_every_format() -> None:
    group = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService"
    one, two = f"{group}/managedClusters/a", f"{group}/managedClusters/b"
    reports = [Report([TWO], NAMES, "check", one), Report([UNWISE], NAMES, "check", two)]
    findings = json.loads(ENDINGS[".json"](*reports))["findings"]
    assert [(each["id"], each["severity"]) for each in findings] == [(one, "error"), (two, "warning")]

    text = ENDINGS[".sarif"](*reports, Report([TWO], NAMES, "check", two))
    results = json.loads(text)["runs"][0]["results"]
    assert not [*Draft202012Validator(SARIF).iter_errors(json.loads(text))]
    assert [each["message"]["text"].split(":")[0] for each in results] == ["cluster a", "cluster b", "cluster b"]
    assert [each["locations"][0]["logicalLocations"][-1]["fullyQualifiedName"] for each in results] == [one, two, two]
    assert len({each["partialFingerprints"]["kubenetFinding/v1"] for each in results}) == 3

    root = ElementTree.fromstring(ENDINGS[".xml"](*reports))
    assert [(each.get("name"), each.get("failures")) for each in root] == [
        (f"az kubenet check {one}", "1"),
        (f"az kubenet check {two}", "0"),
    ]
    assert (root.get("tests"), root.get("failures")) == (str(2 * len(NAMES)), "1")

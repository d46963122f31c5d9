"""Findings for a pipeline: as JSON, as SARIF for code scanning, as JUnit for a page of tests. Pure.

A file holds the report of a run, or those of several clusters that one command was asked about.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.registry import RULES
from azext_kubenet.azure.bodies import Json
from azext_kubenet.options.choices import PLAN_VERSION
from azext_kubenet.output.plan_json import finding_dict

#: SARIF has no word for "information".
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: What XML 1.0 cannot hold, however it is escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Report(NamedTuple):
    """What a run found.

    findings: all of them, in the order in which they are told
    judged: names of the rules that were looked at: what is not among the findings then holds
    command: the last word of the command that found them
    about: the id of the cluster that was looked at, "" if it was none
    """

    findings: Sequence[Finding]
    judged: Sequence[str] = ()
    command: str = "plan"
    about: str = ""

    @property
    def tool(self) -> str:
        """The command, as the name of a tool and of a suite."""
        return f"az kubenet {self.command}"

    @property
    def place(self) -> str:
        """The file of every result: code scanning takes no result without one, and a command line is none."""
        return f"az-kubenet-{self.command}"

    @property
    def refused(self) -> bool:
        """Whether an error is among the findings."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def as_json(report: Report, *others: Report) -> str:
    """Findings with the keys that they have in the answer, and the id of the cluster that each is about."""
    reports = (report, *others)
    document = {
        f"{report.command}Version": PLAN_VERSION,
        "refused": any(each.refused for each in reports),
        "findings": [
            {**({"id": each.about} if each.about else {}), **finding_dict(finding)}
            for each in reports
            for finding in each.findings
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def as_sarif(report: Report, *others: Report) -> str:
    """Findings as a log of one run in SARIF 2.1.0.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what code scanning asks for beyond it:
    https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    reports = (report, *others)
    found = list(dict.fromkeys(finding.rule for each in reports for finding in each.findings))
    run = {
        "tool": {"driver": {"name": report.tool, "rules": [_descriptor(rule) for rule in found]}},
        "invocations": [{"executionSuccessful": not any(each.refused for each in reports)}],
        "results": [result for each in reports for result in _results(each, found)],
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _descriptor(name: str) -> Json:
    rule = RULES.get(name)
    described = {} if rule is None else {"defaultConfiguration": {"level": _LEVELS[rule.severity]}}
    return {"id": name, "shortDescription": {"text": name if rule is None else rule.meaning}, **described}


def _results(report: Report, found: Sequence[str]) -> Iterable[Json]:
    seen: dict[str, int] = {}
    name = report.about.rpartition("/")[2]
    for finding in report.findings:
        key = " ".join(filter(None, (report.about.lower(), finding.rule, *finding.subject)))
        seen[key] = seen.get(key, 0) + 1
        mark = hashlib.sha256(f"{key} {seen[key]}".encode()).hexdigest()
        logical = [{"name": option, "kind": "parameter"} for option in finding.subject]
        if report.about:
            logical.append({"name": name, "fullyQualifiedName": report.about, "kind": "resource"})
        place = {"artifactLocation": {"uri": report.place}, "region": {"startLine": 1}}
        text = (f"cluster {name}: " if name else "") + finding.message
        text += f"\n{finding.recommendation}" if finding.recommendation else ""
        yield {
            "ruleId": finding.rule,
            "ruleIndex": found.index(finding.rule),
            "level": _LEVELS[finding.severity],
            "message": {"text": text},
            "locations": [{"physicalLocation": place, **({"logicalLocations": logical} if logical else {})}],
            # the same finding of another run: its values may have changed
            "partialFingerprints": {"kubenetFinding/v1": mark},
            "properties": {"options": list(finding.subject), "recommendation": finding.recommendation},
        }


def as_junit(report: Report, *others: Report) -> str:
    """A suite a cluster, a test case a rule: failed by an error; a warning or a note is its output; passed only where
    it was looked at.
    """
    root = ElementTree.Element("testsuites", {"name": report.tool})
    tests = failures = 0
    for each in (report, *others):
        by_rule: dict[str, list[Finding]] = {name: [] for name in each.judged}
        for finding in each.findings:
            by_rule.setdefault(finding.rule, []).append(finding)
        failed = sum(any(each.severity is Severity.ERROR for each in found) for found in by_rule.values())
        name = " ".join(filter(None, (each.tool, each.about)))
        counts = {"name": name, "tests": str(len(by_rule)), "failures": str(failed), "errors": "0", "skipped": "0"}
        suite = ElementTree.SubElement(root, "testsuite", counts)
        group = f"kubenet.{each.command}" + (f".{each.about.rpartition('/')[2]}" if each.about else "")
        for rule, found in by_rule.items():
            _case(suite, group, rule, found)
        tests, failures = tests + len(by_rule), failures + failed
    root.attrib.update({"tests": str(tests), "failures": str(failures), "errors": "0"})
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _case(suite: ElementTree.Element, group: str, rule: str, found: Sequence[Finding]) -> None:
    case = ElementTree.SubElement(suite, "testcase", {"classname": group, "name": rule, "time": "0"})
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    others = [finding for finding in found if finding.severity is not Severity.ERROR]
    if errors:
        attributes = {"message": _in_xml(errors[0].message), "type": Severity.ERROR.value}
        ElementTree.SubElement(case, "failure", attributes).text = _lines(errors)
    if others:
        ElementTree.SubElement(case, "system-out").text = _lines(others)


def _lines(findings: Iterable[Finding]) -> str:
    texts = (
        f"{finding.severity.value}: {finding.message}"
        + (f"\n  -> {finding.recommendation}" if finding.recommendation else "")
        for finding in findings
    )
    return _in_xml("\n".join(texts))


def _in_xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)


#: What a file of findings is written as, by its ending.
ENDINGS: Mapping[str, Callable[..., str]] = {".json": as_json, ".sarif": as_sarif, ".xml": as_junit}

"""`@PATTERN`: every file that it matches, in the order of names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.options import file_patterns
from azext_kubenet.options.file_patterns import Opened, opened
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.support.plans import CONVENTIONAL


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(*values: str) -> tuple[list[Opened], list[Finding]]:
    findings: list[Finding] = []
    return opened("--exclude-prefixes", values, findings), findings


def test_the_files_come_in_the_order_of_their_names_between_what_was_typed(folder: Path) -> None:
    for name in ("b.txt", "a.txt", "c.csv"):
        (folder / name).write_text(f"{name}\n", encoding="utf-8")
    found, findings = read("10.1.0.0/16", "@*.txt", "10.2.0.0/16")
    assert [each.text for each in found] == ["10.1.0.0/16", "a.txt", "b.txt", "10.2.0.0/16"]
    assert [each.name for each in found] == ["", "a.txt", "b.txt", ""]
    assert findings == []


@pytest.mark.parametrize("pattern", ["*.json", "plans/*.json", "[ab].json", "**/x?.json"])
def test_a_pattern_that_matches_nothing_is_an_error(pattern: str) -> None:
    found, findings = read(f"@{pattern}")
    assert (found, [each.rule for each in findings]) == ([], ["no-such-file"])
    assert f"no file matches {pattern}" in findings[0].message


def test_a_file_with_an_asterisk_in_its_name_is_azure_clis_to_read() -> None:
    found, _ = read("10.0.0.0/8\n10.1.0.0/16 # all of *", "@no-pattern.json")
    assert [each.name for each in found] == ["", ""]


def test_the_file_that_the_answer_goes_to_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("10.1.0.0/16", encoding="utf-8")
    with open("b.txt", "a", encoding="utf-8") as answer:
        monkeypatch.setattr(file_patterns, "_STANDARD_OUTPUT", answer.fileno())
        found, findings = read("@*.txt")
    assert ([each.name for each in found], findings) == (["a.txt"], [])


def test_an_empty_file_that_is_not_the_answers_is_told_by_its_name(folder: Path) -> None:
    (folder / "failed.json").write_text("", encoding="utf-8")
    findings = read_ranges(Typed({"exclude_prefixes": ["@*.json"]})).findings
    assert [each.rule for each in findings] == ["list-without-ranges"]
    assert "failed.json" in findings[0].message


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_an_error(folder: Path) -> None:
    (folder / "a.txt").write_text("10.1.0.0/16", encoding="utf-8")
    (folder / "a.txt").chmod(0)
    assert [each.rule for each in read("@*.txt")[1]] == ["no-such-file"]


def test_of_a_plan_network_pods_and_services_are_taken_and_not_its_docker_bridge(folder: Path) -> None:
    (folder / "one.json").write_text(json.dumps(CONVENTIONAL), encoding="utf-8")
    found = read_ranges(Typed({"exclude_prefixes": ["@*.json"]}))
    assert found.findings == ()
    networks = {str(each.network) for each in found.reservations}
    assert networks == {"192.168.0.0/16", "192.168.1.0/24", "10.244.0.0/16", "10.0.0.0/16"}


def test_within_takes_a_pattern_too(folder: Path) -> None:
    (folder / "blocks.txt").write_text("10.20.0.0/16\n", encoding="utf-8")
    assert [str(each) for each in read_ranges(Typed({"within": ["@*.txt"]})).requests.within] == ["10.20.0.0/16"]


def test_an_empty_file_of_a_pattern_says_how_a_pipe_is_to_write_it(folder: Path) -> None:
    (folder / "c1.json").write_text("", encoding="utf-8")
    (finding,) = read_ranges(Typed({"exclude_prefixes": ["@c*.json"]})).findings
    assert finding.rule == "list-without-ranges"
    assert "... > new.tmp && mv new.tmp c1.json" in finding.recommendation

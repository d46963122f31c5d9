"""Lists of ranges as findings: what the user reads of a file that he exported."""

from __future__ import annotations

import json

import pytest

from azext_kubenet._validators import read_options
from azext_kubenet.addressing.lists.listing import FINDINGS
from azext_kubenet.addressing.model import Demand, Origin, Severity, Wish
from azext_kubenet.addressing.verdict import judge

# what the file holds, its text, the findings: severity, rule, message
FILES = (
    ("a bad line of a plain list", "10.0.0.0/8\nten\n",
     [("error", "malformed-range", "--exclude-prefixes line 2: 'ten' is not an IPv4 network")]),
    ("a bad cell", "prefix,name\nten,a\n",
     [("error", "malformed-range", "--exclude-prefixes line 2 (column prefix): 'ten' is not an IPv4 network")]),
    ("a bad text in JSON", '{"results": [\n{"prefix": "ten"}]}',
     [("error", "malformed-range", "--exclude-prefixes line 2 (results[0].prefix): 'ten' is not an IPv4 network")]),
    ("the same on one line has no line to tell", '{"results": [{"prefix": "ten"}]}',
     [("error", "malformed-range", "--exclude-prefixes (results[0].prefix): 'ten' is not an IPv4 network")]),
    ("no JSON", '["10.0.0.0/8",\n 7,,]',
     [("error", "malformed-list", "--exclude-prefixes line 2: column 4 is not JSON: expecting value")]),
    ("no column of ranges", "a;b\nc;10.0.0.0/8",
     [("error", "list-without-ranges",
       "--exclude-prefixes line 1: no column holds ranges: the columns are a, b")]),
    ("IPv6 among the rows", "prefix,name\n10.0.0.0/8,a\nfd00::/8,b\nfd01::/16,c\n",
     [("info", "ipv6-passed-over", "--exclude-prefixes: 2 IPv6 ranges are passed over, as only IPv4 is planned")]),
    ("a row without a range", "prefix,name\n10.0.0.0/8,a\n,b\n",
     [("info", "entries-without-range",
       "--exclude-prefixes line 3: 1 entry has no range and is passed over")]),
    ("objects without a range", '[{"prefix": "10.0.0.0/8"}, {"prefix": null}, {}]',
     [("info", "entries-without-range",
       "--exclude-prefixes ([1]): 2 entries have no range and are passed over")]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_is_told_about(text: str, expected: list[tuple[str, str, str]]) -> None:
    findings = read_options({"exclude_prefixes": [text]}).findings
    assert [(each.severity.value, each.rule, each.message) for each in findings] == expected
    known = {name: severity for name, severity, _ in FINDINGS}
    assert all(known.get(each.rule, "error") == each.severity.value for each in findings)


def test_faults_of_all_files_come_together() -> None:
    findings = read_options({"exclude_prefixes": ["x\n10.0.0.0/8", '["y"]', "prefix,name\nz,a"]}).findings
    assert [each.message.split("'")[1] for each in findings] == ["x", "y", "z"]


def test_blocks_to_take_from_may_be_exported_too() -> None:
    reading = read_options({"within": [json.dumps([{"name": "a", "cidr": "10.20.0.0/16"}])]})
    assert [str(each) for each in reading.wish.within] == ["10.20.0.0/16"]
    assert (reading.findings, reading.taken) == ([], [])


def test_a_collision_names_what_the_export_names() -> None:
    export = json.dumps([{"name": "hub", "subnets": [{"name": "apps", "addressPrefix": "10.244.7.0/24"}]}])
    reading = read_options({"exclude_prefixes": [export], "pod_cidr": "10.244.0.0/16"})
    assert {each.origin for each in reading.taken} == {Origin.USER}
    (finding,) = [
        each
        for each in judge(Demand(), reading.wish, reading.taken).findings
        if each.severity is Severity.ERROR and each.rule == "excluded-range-overlap"
    ]
    assert "10.244.7.0/24 (excluded: hub/apps)" in finding.message


def test_all_of_the_address_space_leaves_no_place_and_says_why() -> None:
    reading = read_options({"exclude_prefixes": ["0.0.0.0/0"]})
    (finding,) = [each for each in judge(Demand(), Wish(), reading.taken).findings if each.rule == "no-space"]
    assert "0.0.0.0/0 (excluded)" in finding.message

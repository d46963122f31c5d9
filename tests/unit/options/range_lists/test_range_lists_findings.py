"""Lists of ranges as findings: what the user reads of a file that he exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize, Origin
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.addressing.registry import RULES
from azext_kubenet.options.ranges import RangeOptions, read_ranges
from azext_kubenet.options.typed import Typed

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
     [("error", "malformed-list", "--exclude-prefixes line 2: invalid JSON at column 4: expecting value")]),
    ("no column of ranges", "a;b\nc;10.0.0.0/8",
     [("error", "list-without-ranges",
       "--exclude-prefixes line 1: no column contains ranges; the columns are a, b")]),
    ("a column that is not known", "prefix,uplink\n10.0.0.0/16,10.9.0.0/30\n10.1.0.0/16,10.9.0.4/30\n",
     [("warning", "ranges-not-taken",
       "--exclude-prefixes: 2 ranges in column uplink are not used: 10.9.0.0/30 (line 2) and 10.9.0.4/30 (line 3)")]),
    ("several rows of such a column", "prefix,uplink\n" + "".join(f"10.1.{n}.0/24,10.9.{n}.0/30\n" for n in range(5)),
     [("warning", "ranges-not-taken",
       "--exclude-prefixes: 5 ranges in column uplink are not used: 10.9.0.0/30 (line 2), 10.9.1.0/30 (line 3),"
       " 10.9.2.0/30 (line 4) and 2 more")]),
    ("a key of YAML that is not known", "kind: ConfigMap\ndata:\n  podCIDR: 10.1.0.0/16\n  hub: 10.9.0.0/16\n",
     [("warning", "ranges-not-taken",
       "--exclude-prefixes: 1 range in key hub is not used: 10.9.0.0/16 (line 4, data.hub)")]),
    ("a key that is not known", '[{"cidr": "10.0.0.0/16", "hub": "10.9.0.0/30"}]',
     [("warning", "ranges-not-taken",
       "--exclude-prefixes: 1 range in key hub is not used: 10.9.0.0/30 ([0].hub)")]),
    ("a line that is a comment and holds a range", "#10.0.0.0/8\n10.3.0.0/16\n//10.244.0.0/16\n# ours\n#10.3.1.0/24\n",
     [("info", "commented-ranges",
       "--exclude-prefixes: 2 commented lines hold ranges and are ignored, such as 10.0.0.0/8")]),
    ("a row that is commented out", "prefix,name\n10.3.0.0/16,a\n# 10.244.0.0/16,b\n",
     [("info", "commented-ranges",
       "--exclude-prefixes: 1 commented line holds ranges and is ignored, such as 10.244.0.0/16")]),
    ("addresses alone", "10.0.0.5\n10.0.0.7 # printer\n",
     [("info", "single-addresses",
       "--exclude-prefixes: 2 addresses without prefix length are used as /32, such as 10.0.0.5")]),
    ("an address of a machine", '[{"address": "10.0.0.5/24"}]',
     [("info", "addresses-of-hosts",
       "--exclude-prefixes: 1 host address is used as the network that contains it, such as 10.0.0.5/24")]),
    ("a table without header", "10.0.0.0/16;hub\n10.1.0.0/16;spoke\n",
     [("info", "table-without-header",
       "--exclude-prefixes: the table has no header row; every cell that begins with a range is used")]),
    ("a title", "Networks of the north site\n10.60.0.0/16\n",
     [("error", "malformed-range",
       "--exclude-prefixes line 1: 'Networks of the north site' is text, not a range")]),
    ("IPv6 among the rows", "prefix,name\n10.0.0.0/8,a\nfd00::/8,b\nfd01::/16,c\n",
     [("info", "ipv6-passed-over", "--exclude-prefixes: 2 IPv6 ranges are ignored; only IPv4 is supported")]),
    ("a row without a range", "prefix,name\n10.0.0.0/8,a\n,b\n",
     [("info", "entries-without-range",
       "--exclude-prefixes line 3: 1 entry has no range and is ignored")]),
    ("objects without a range", '[{"prefix": "10.0.0.0/8"}, {"prefix": null}, {}]',
     [("info", "entries-without-range",
       "--exclude-prefixes ([1]): 2 entries have no range and are ignored")]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_is_told_about(text: str, expected: list[tuple[str, str, str]]) -> None:
    findings = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert [(each.severity.value, each.rule, each.message) for each in findings] == expected
    known = {rule.name: str(rule.severity) for rule in RULES.values()}
    assert all(known.get(each.rule, "error") == each.severity.value for each in findings)


# what is excluded beside a file that loses 10.9.0.0/16, what is told
BESIDE = (
    ("the range itself", "10.9.0.0/16", []),
    ("one that contains it", "10.0.0.0/8", []),
    ("both halves of it", "10.9.0.0/17 10.9.128.0/17", []),
    ("half of it", "10.9.0.0/17", ["ranges-not-taken"]),
    ("the default route, which is left out", "0.0.0.0/0", ["ranges-not-taken", "default-route-left-out"]),
    ("a half of that", "0.0.0.0/1", ["ranges-not-taken", "default-route-left-out"]),
    ("summaries that are the default route together", "0.0.0.0/2 128.0.0.0/2 192.0.0.0/2",
     ["ranges-not-taken", "default-route-left-out"]),
    ("a summary that is kept clear of", "8.0.0.0/6", ["summary-kept-clear"]),
)  # fmt: skip


@pytest.mark.parametrize(("beside", "told"), [row[1:] for row in BESIDE], ids=[row[0] for row in BESIDE])
@pytest.mark.parametrize("first", [True, False])
def test_a_range_that_a_file_loses_is_told_until_it_is_excluded(beside: str, told: list[str], first: bool) -> None:
    lost = "prefix,uplink\n10.1.0.0/16,10.9.0.0/16\n"
    values = [lost, *beside.split()] if first else [*beside.split(), lost]
    assert [each.rule for each in read_ranges(Typed({"exclude_prefixes": values})).findings] == told


# what the file is that has the default route beside a range that it loses, its text
ROUTED = (
    ("a table", "prefix;hub\n10.1.0.0/16;also 172.20.0.0/16\n0.0.0.0/0;default\n"),
    ("half of the route", "prefix;hub\n10.1.0.0/16;also 172.20.0.0/16\n128.0.0.0/1;default\n"),
    ("JSON", '[{"cidr": "10.1.0.0/16", "hub": "172.20.0.0/16"}, {"cidr": "0.0.0.0/0"}]'),
    ("YAML", "- cidr: 10.1.0.0/16\n  hub: 172.20.0.0/16\n- cidr: 0.0.0.0/0\n"),
    ("Terraform", 'resource "x" "y" {\n  cidr = "10.1.0.0/16"\n  source = "172.20.0.0/16"\n}\n'
     'resource "x" "z" {\n  cidr = "0.0.0.0/0"\n}\n'),
    ("a remark", "10.1.0.0/16\n#172.20.0.0/16\n0.0.0.0/0\n"),
)  # fmt: skip


@pytest.mark.parametrize("text", [row[1] for row in ROUTED], ids=[row[0] for row in ROUTED])
def test_the_default_route_of_a_file_hides_no_range_that_it_loses(text: str) -> None:
    findings = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert any("172.20.0.0/16" in each.message for each in findings)


# what a row has, the row below `Name;Netz;Maske` or alone, its range or what is said of it
UNUSUAL = (
    ("bold of an address", "prefix,name\n**10.7.0.0**/16,a\n", "10.7.0.0/16 a"),
    ("bold of a length", "prefix,name\n10.7.0.0/**16**,a\n", "10.7.0.0/16 a"),
    ("an address and a mask without header", "Bonn;10.7.0.0;255.255.0.0\n", "10.7.0.0/16 Bonn"),
    ("an address and a length without header", "Bonn,10.7.0.0,16\nUlm,10.7.4.0,22\n", "10.7.0.0/16 Bonn"),
    ("a mask in a column of prefixes", "Name;Pr\u00e4fix;Netz\na;255.255.0.0;10.7.0.0\n", "10.7.0.0/16 a"),
    ("bis", "prefix;name\n10.7.0.0 bis 10.7.255.255;a\n", "10.7.0.0/16 a"),
    ("to, alone", "10.7.0.0 to 10.7.255.255\n", "10.7.0.0/16"),
    ("\u00e0 in JSON", '["10.7.0.0 \u00e0 10.7.255.255"]', "10.7.0.0/16"),
    ("dots", "10.7.0.0..10.7.255.255", "10.7.0.0/16"),
    ("a blank before the slash", "10.1.0.0/16\n10.7.0.0 /16\n", "10.7.0.0/16"),
    ("blanks around the slash", "prefix;name\n10.7.0.0 / 16;a\n", "10.7.0.0/16 a"),
    ("a mask in brackets", "prefix;name\n10.7.0.0 (255.255.0.0);a\n", "10.7.0.0/16 a"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in UNUSUAL], ids=[row[0] for row in UNUSUAL])
def test_ranges_are_read_as_people_write_them(text: str, expected: str) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    assert expected in named(reading)
    assert {each.rule for each in reading.findings} <= {"table-without-header"}


# a list, and what is to be done
SLIPS = (
    ("Net;x\n10.1.0.0/16;b\n10,7,0,0/16;c\n", "correct line 3 to 10.7.0.0/16"),
    ('[{"cidr": "10,7,0,0/16"}]', """use --exclude-prefixes '[{"cidr": "10.7.0.0/16"}]'"""),
    ("prefix;x\n10 7 0 0/16;c\n", "correct line 2 to 10.7.0.0/16"),
)


@pytest.mark.parametrize(("text", "to_do"), SLIPS)
def test_a_range_with_other_signs_is_one_error_that_says_what_to_type(text: str, to_do: str) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert finding.severity is Severity.ERROR
    assert finding.recommendation == to_do


def test_a_range_in_words_is_told_where_it_is_not_used() -> None:
    text = "prefix;hub\n10.1.0.0/16;172.16.0.0 bis 172.16.255.255\n"
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert "172.16.0.0-172.16.255.255" in finding.message


# what was typed, severity and rule of what is told, words in it
TYPED = (
    ("IPv6 beside IPv4", ["10.0.0.0/16", "fd00::/48"], "info ipv6-passed-over", "1 IPv6 range is ignored"),
    ("no name of a file", ["@"], "error no-such-file", "no file name follows @"),
    ("six slips", ["\n".join(f"x{n}/1" for n in range(6))], "error malformed-range", "1 more entry is not a network"),
    ("the portal's table", ["prefix,name\n10.3.0.0/16 (+1),a\n"], "warning list-is-a-part",
     "'10.3.0.0/16 (+1)' omits 1 of its ranges"),
    ("machines in JSON", ['[{"ip": "10.1.0.5"}]'], "info single-addresses", "10.1.0.5"),
    ("one NUL byte", ["prefix,name\n10.1.0.0/16,a\x00\n"], "error malformed-list", "not text: it contains NUL bytes"),
    ("a picture", ["\ufffe\ue000\u4e00\ue123\u0378" * 9], "error malformed-list", "the file is not text"),
)  # fmt: skip


@pytest.mark.parametrize(("values", "told", "words"), [row[1:] for row in TYPED], ids=[row[0] for row in TYPED])
def test_what_was_typed_is_told_about(values: list[str], told: str, words: str) -> None:
    finding = read_ranges(Typed({"exclude_prefixes": values})).findings[-1]
    assert (f"{finding.severity.value} {finding.rule}", words in finding.message) == (told, True), finding.message


@pytest.mark.parametrize("text", ["prefix,hub\n10.1.0.0/16,a\n,10.9.0.0/16\n",
                                  '[{"cidr": "10.1.0.0/16"}, {"cidr": null, "hub": "10.9.0.0/16"}]'])  # fmt: skip
def test_an_entry_whose_range_is_told_as_lost_is_not_told_to_have_none(text: str) -> None:
    assert [each.rule for each in read_ranges(Typed({"exclude_prefixes": [text]})).findings] == ["ranges-not-taken"]


def named(reading: RangeOptions) -> list[str]:
    """Each range with its name."""
    return [
        f"{each.network} {each.reason.removeprefix('excluded').removeprefix(': ')}".strip()
        for each in reading.reservations
    ]


def test_faults_of_all_files_come_together() -> None:
    findings = read_ranges(Typed({"exclude_prefixes": ["x\n10.0.0.0/8", '["y"]', "prefix,name\nz,a"]})).findings
    assert [each.message.split("'")[1] for each in findings] == ["x", "y", "z"]


def test_blocks_to_take_from_may_be_exported_too() -> None:
    reading = read_ranges(Typed({"within": [json.dumps([{"name": "a", "cidr": "10.20.0.0/16"}])]}))
    assert [str(each) for each in reading.requests.within] == ["10.20.0.0/16"]
    assert (reading.findings, reading.reservations) == ((), ())


def test_a_collision_names_what_the_export_names() -> None:
    export = json.dumps([{"name": "hub", "subnets": [{"name": "apps", "addressPrefix": "10.244.7.0/24"}]}])
    reading = read_ranges(Typed({"exclude_prefixes": [export], "pod_cidr": "10.244.0.0/16"}))
    assert {each.origin for each in reading.reservations} == {Origin.USER}
    (finding,) = [
        each
        for each in plan_ranges(ClusterSize(), reading.requests, reading.reservations).findings
        if each.severity is Severity.ERROR and each.rule == "excluded-range-overlap"
    ]
    assert "10.244.7.0/24 (excluded: hub/apps)" in finding.message


def test_all_of_the_address_space_is_the_default_route_and_no_list_of_ranges() -> None:
    reading = read_ranges(Typed({"exclude_prefixes": ["0.0.0.0/0"]}))
    assert reading.reservations == ()
    assert [(each.rule, each.severity) for each in reading.findings] == [("list-without-ranges", Severity.ERROR)]
    assert "default route" in reading.findings[0].message


YAML = "- name: hub\n  addressSpace:\n    addressPrefixes:\n    - 10.1.0.0/16\n- name: k\n  podCidr: 10.2.0.0/16\n"
# what the file is, its text, the ranges with their names
YAMLS = (
    ("az -o yaml", YAML, ["10.1.0.0/16 hub", "10.2.0.0/16 k/pods"]),
    ("the same from Windows", "\ufeff" + YAML.replace("\n", "\r\n"), ["10.1.0.0/16 hub", "10.2.0.0/16 k/pods"]),
    ("a list", "# sites\n- 10.1.0.0/16\n- 10.2.0.0/16\n", ["10.1.0.0/16", "10.2.0.0/16"]),
    ("an alias", "a: &one\n  cidr: 10.1.0.0/16\nb: *one\n", ["10.1.0.0/16"]),
    ("two documents", "---\ncidr: 10.1.0.0/16\n---\ncidr: 10.2.0.0/16\n", ["10.1.0.0/16", "10.2.0.0/16"]),
    ("ranges under names", "networks:\n  hub: 10.1.0.0/16\n", ["10.1.0.0/16 hub"]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "ranges"), [row[1:] for row in YAMLS], ids=[row[0] for row in YAMLS])
def test_yaml_is_read_as_the_json_that_it_stands_for(text: str, ranges: list[str]) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    assert named(reading) == ranges
    assert reading.findings == ()


def test_yaml_of_aliases_inside_aliases_ends_soon() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert read_ranges(Typed({"exclude_prefixes": [bomb]})).findings
    assert read_ranges(Typed({"exclude_prefixes": ["a: &a\n  b: *a\n"]})).findings


# the header, the rows below, the ranges with their names
MASKED = (
    ("Name;Netz;Maske", "hub;10.1.0.0;255.255.0.0\nb;10.2.0.0;255.255.255.0", ["10.1.0.0/16 hub", "10.2.0.0/24 b"]),
    ("Netz;Maske", "10.1.0.0;255.255.0.0", ["10.1.0.0/16"]),
    ("Nom;Masque;R\u00e9seau", "hub;255.255.0.0;10.1.0.0", ["10.1.0.0/16 hub"]),
    ("Nimi;Peite;Verkko", "hub;255.255.0.0;10.1.0.0", ["10.1.0.0/16"]),
    ("Red,M\u00e1scara,Puerta,Name", "10.1.0.0,255.255.0.0,10.1.0.1,hub", ["10.1.0.0/16 hub"]),
    ("Name\tSubnetz\tSubnetzmaske", "hub\t10.1.0.0\t255.255.0.0\nb\t\t", ["10.1.0.0/16 hub"]),
)


@pytest.mark.parametrize(("head", "rows", "ranges"), MASKED, ids=[row[0] for row in MASKED])
def test_addresses_and_masks_are_known_by_their_values(head: str, rows: str, ranges: list[str]) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [f"{head}\n{rows}\n"]}))
    assert named(reading) == ranges
    assert [each for each in reading.findings if each.severity is Severity.ERROR] == []


def test_a_wrong_row_beside_masks_is_told_and_hides_no_other() -> None:
    rows = "a;10.1.0.0;255.255.0.0\nb;10.2.1.0;255.255.0.0\nc;10.3.0.0;255.0.255.0\nd;10.4.0.0;255.255.0.0\n"
    reading = read_ranges(Typed({"exclude_prefixes": [f"Name;Netz;Maske\n{rows}e;10.5.0.0;255.255.0.0\n"]}))
    assert [each.split("/")[0] for each in named(reading)] == ["10.1.0.0", "10.2.0.0", "10.4.0.0", "10.5.0.0"]
    assert [each.rule for each in reading.findings] == ["host-bits", "malformed-range"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["10.1.0.5/16", "10.9.0.0/16", "10.2.0.5/16"],
         ["use --exclude-prefixes 10.1.0.0/16 10.9.0.0/16 10.2.0.0/16"] * 2),
        (["10.1.0.5/16\n10.2.0.5/16", "10.9.0.0/16"],
         ["correct line 1 to 10.1.0.0/16", "correct line 2 to 10.2.0.0/16"]),
    ],
    ids=["a list that is typed is said whole", "in a file the line is named"],
)  # fmt: skip
def test_what_is_put_right_loses_nothing(values: list[str], said: list[str]) -> None:
    assert [each.recommendation for each in read_ranges(Typed({"exclude_prefixes": values})).findings] == said


@pytest.mark.parametrize("values", [["10.0.0.0/8", "x y\n"], ["10.0.0.0/8", ""], ["10.0.0.0/8", '["y"]']])
def test_of_several_lists_the_wrong_one_is_told(values: list[str]) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": values})).findings
    assert finding.message.startswith("--exclude-prefixes 2nd list")
    alone = read_ranges(Typed({"exclude_prefixes": values[1:]})).findings
    assert [each.message.replace(" 2nd list", "") for each in (finding,)] == [each.message for each in alone]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 11, 12, 13, 21, 22])
def test_lists_are_counted_as_people_do(number: int) -> None:
    endings = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd"}
    values = ["prefix,name\n10.0.0.0/8,a\n"] * (number - 1) + ["prefix,name\nten,a\n", "10.0.0.0/8"]
    (finding,) = read_ranges(Typed({"exclude_prefixes": values})).findings
    assert f" {endings[number]} list line 2 " in finding.message


@pytest.mark.parametrize(("name", "typed"), [("excel.csv", "@excel.csv"), ("our list.csv", "'@our list.csv'")])
def test_the_name_of_a_file_wants_an_at(name: str, typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_text("10.0.0.0/8\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (finding,) = read_ranges(Typed({"exclude_prefixes": [name]})).findings
    assert (finding.severity, finding.recommendation) == (Severity.ERROR, f"put @ before the file name: {typed}")


@pytest.mark.parametrize("nothing", ["\u2014", "-", "--", "\u00a0", "n/a"])
def test_a_dash_is_no_name_and_no_range(nothing: str) -> None:
    for text in (
        f"prefix,description,tenant\n10.0.0.0/8,{nothing},north\n{nothing},b,c\n",
        json.dumps([{"prefix": "10.0.0.0/8", "description": nothing, "tenant": "north"}, {"prefix": nothing}]),
    ):
        reading = read_ranges(Typed({"exclude_prefixes": [text]}))
        assert named(reading) == ["10.0.0.0/8 north"]
        assert [each.rule for each in reading.findings] == ["entries-without-range"]


def test_a_page_is_a_warning_that_says_what_to_do() -> None:
    page = '{"results": [{"prefix": "10.0.0.0/8"}],\n"next": "https://example.com/?offset=1"}'
    (finding,) = read_ranges(Typed({"exclude_prefixes": [page]})).findings
    assert (finding.rule, finding.severity) == ("list-is-a-part", Severity.WARNING)
    assert finding.message.startswith("--exclude-prefixes line 2 (next): ")
    assert "export all pages" in finding.recommendation

"""Every file that people reported: how many ranges stand in it, how many are taken, how many told, and none is lost."""

from __future__ import annotations

import ipaddress
import re

import pytest
from azure.cli.core.util import read_file_content

from azext_kubenet.addressing.cidr import read_networks
from azext_kubenet.options.ranges import RangeOptions, read_ranges
from azext_kubenet.options.typed import Typed
from tests.support.paths import SHARED
from tests.unit.options.range_lists.test_range_lists_findings import named

FOLDER = SHARED / "cases" / "files"
#: Any CIDR of IPv4: the oracle knows nothing else.
CIDR = re.compile(rb"(?<![0-9.:a-f])[0-9]{1,3}(?:[.][0-9]{1,3}){3}/[0-9]{1,2}(?![0-9])")
#: What a row says in several cells, which no CIDR shows.
ENDS = re.compile(rb"^dhcprange,([0-9.]+),([0-9.]+)|^reservedrange,([0-9.]+),([0-9.]+)", re.MULTILINE)

# the file, ranges that stand in it, taken, told, rules of what is told
REPORTED = (
    ("ipv4-prefix-key.json: a key with its family in its name", 1, 1, 0, ["ipv6-passed-over"]),
    ("blocks-by-name.json: ranges under names of their own", 2, 2, 0, []),
    ("infoblox-two-headers.csv: rows of each kind by their own header", 2, 2, 0, []),
    ("two-range-columns.csv: each column of a row", 3, 3, 0, []),
    ("ipv6-beside-ipv4.csv: the column of IPv4", 2, 2, 0, ["ipv6-passed-over"]),
    ("terraform-state-cluster.json: the network, the pods and the services", 3, 3, 0, []),
    ("ranges-under-other-keys.json: keys with a word before them", 3, 3, 0, []),
    ("dhcp-scopes.csv: the scope, not only its pool", 1, 1, 0, []),
    ("terraform-state-public-address.json: the network, beside an address", 1, 1, 0, ["entries-without-range"]),
    ("windows-code-page.csv: as any other file", 1, 1, 0, ["list-not-utf8"]),
    ("route-list.json: all but the default route, which is told", 2, 1, 1, ["default-route-left-out"]),
    ("title-line.txt: one error for its title", 1, 1, 0, ["malformed-range"]),
    ("reasons-counterexample.txt: one a line", 37, 37, 0, []),
)


def read(name: str) -> RangeOptions:
    """A file as azure-cli gives it to the option."""
    return read_ranges(Typed({"exclude_prefixes": [read_file_content(str(FOLDER / name), allow_binary=True).rstrip()]}))


def standing_in(content: bytes) -> list[str]:
    """The ranges of a file, by text alone."""
    found = [f"{(row[1] or row[3]).decode()}-{(row[0] or row[2]).decode()}" for row in ENDS.findall(content)]
    scopes = re.findall(rb'^"([0-9.]+)","(255[0-9.]+)"', content, re.MULTILINE)
    found += [f"{ipaddress.IPv4Network((one.decode(), two.decode()))}" for one, two in scopes]
    return found + [each.decode() for each in CIDR.findall(content)]


def is_taken(text: str, reading: RangeOptions) -> bool:
    """Whether each part of a range is in what was taken."""
    taken = [ipaddress.IPv4Network(str(each.network)) for each in reading.reservations]
    parts = [ipaddress.IPv4Network(str(each)) for each in read_networks(text)]
    return all(any(part.subnet_of(each) for each in taken) for part in parts)


@pytest.mark.needs_shared
@pytest.mark.parametrize(("sentence", "there", "taken", "told", "rules"), REPORTED, ids=[row[0] for row in REPORTED])
def test_no_range_of_a_file_that_people_reported_is_lost(
    sentence: str, there: int, taken: int, told: int, rules: list[str]
) -> None:
    name = sentence.partition(":")[0]
    ranges, reading = standing_in((FOLDER / name).read_bytes()), read(name)
    found = [each for each in ranges if is_taken(each, reading)]
    left_out = [each for each in ranges if each not in found and any(each in one.message for one in reading.findings)]
    print(f"{name:36} {len(ranges):3} ranges, {len(found):3} taken, {len(left_out):3} told, "
          f"{len(ranges) - len(found) - len(left_out):3} lost")  # fmt: skip
    assert (len(ranges), len(found), len(left_out)) == (there, taken, told)
    assert there - taken - told == 0
    assert [each.rule for each in reading.findings] == rules


@pytest.mark.needs_shared
def test_every_file_that_people_reported_is_in_the_table() -> None:
    assert {each.name for each in FOLDER.iterdir()} == {row[0].partition(":")[0] for row in REPORTED}


@pytest.mark.needs_shared
def test_a_row_of_a_scope_keeps_the_plan_out_of_all_of_it() -> None:
    assert [str(each.network) for each in read("dhcp-scopes.csv").reservations] == ["10.30.0.0/16"]


# what the file is, its text, the ranges with their names, rules of what is told
SHAPES = (
    ("YAML in which a key comes twice: both ranges", "hub:\n  cidr: 10.1.0.0/16\n  cidr: 10.2.0.0/16\n",
     ["10.1.0.0/16", "10.2.0.0/16"], []),
    ("YAML: comments name the ranges of a list", "- 10.1.0.0/16 # corp DC\n- 10.2.0.0/16\n",
     ["10.1.0.0/16 corp DC", "10.2.0.0/16"], []),
    ("YAML: what belongs to each range, under the range", "10.1.0.0/16: hub\n'10.2.0.0/16': spoke\n",
     ["10.1.0.0/16 hub", "10.2.0.0/16 spoke"], []),
    ("YAML: ranges in a note are told", "notes: |\n  10.1.0.0/16 is mine\n  10.2.0.0/16\ncidr: 10.3.0.0/16\n",
     ["10.3.0.0/16"], ["ranges-not-taken"]),
    ("PowerShell, Format-List: each scope is a record",
     "ScopeId    : 10.30.0.0\nSubnetMask : 255.255.0.0\nName       : floor 1\n\n"
     "ScopeId    : 10.31.0.0\nSubnetMask : 255.255.0.0\nName       : floor 2\n",
     ["10.30.0.0/16 floor 1", "10.31.0.0/16 floor 2"], []),
    ("PowerShell, ConvertTo-Json: an address is an object",
     '[{"ScopeId": {"Address": 7690, "IPAddressToString": "10.30.0.0"}, "Name": "floor 1",'
     ' "SubnetMask": {"Address": 65535, "IPAddressToString": "255.255.0.0"}}]', ["10.30.0.0/16 floor 1"], []),
    ("a list as Python prints it", "['10.1.0.0/16', '10.2.0.0/16']", ["10.1.0.0/16", "10.2.0.0/16"], []),
    ("a list as one types it", "[10.1.0.0/16, 10.2.0.0/16]", ["10.1.0.0/16", "10.2.0.0/16"], []),
    ("a file of settings with parts", "[site]\nhub = 10.1.0.0/16\n[other]\nspoke = 10.2.0.0/16\n",
     ["10.1.0.0/16 hub", "10.2.0.0/16 spoke"], []),
    ("two slashes begin a comment, too", "10.1.0.0/16 // corp DC\n// 10.9.0.0/16 is free\n", ["10.1.0.0/16 corp DC"],
     ["commented-ranges"]),
    ("a comment in a text of JSON names a range", '["10.1.0.0/16 # corp DC"]', ["10.1.0.0/16 corp DC"], []),
    ("a service tag in a route is no range, and no error",
     '[{"name": "a", "addressPrefix": "AzureCloud"}, {"name": "b", "addressPrefix": "10.1.0.0/16"}]',
     ["10.1.0.0/16 b"], ["entries-without-range"]),
    ("a service tag in a table", "addressPrefix,name\nStorage.WestUS2,a\n10.1.0.0/16,b\n", ["10.1.0.0/16 b"],
     ["entries-without-range"]),
    ("Markdown with signs of its own", "| Name | CIDR |\n|---|---|\n| a | `10.1.0.0/16` |\n| b | **10.2.0.0/16** |\n"
     "| c | [10.3.0.0/16](https://x/y) |\n", ["10.1.0.0/16 a", "10.2.0.0/16 b", "10.3.0.0/16 c"], []),
    ("Markdown: a second table has its own columns",
     "| Name | CIDR |\n|---|---|\n| a | 10.1.0.0/16 |\n\n| Site | Network | Note |\n|---|---|---|\n"
     "| b | 10.2.0.0/16 | x |\n", ["10.1.0.0/16 a", "10.2.0.0/16 b"], []),
    ("a second header with other names for the same", "Site,Network\na,10.1.0.0/16\ntype,network,mask\nx,10.2.0.0,16\n",
     ["10.1.0.0/16 a", "10.2.0.0/16"], []),
    ("Resource Graph as a table in an object",
     '{"data": {"columns": [{"name": "name", "type": "string"}, {"name": "prefix", "type": "string"},'
     ' {"name": "properties", "type": "object"}], "rows": ['
     '["a", "10.1.0.0/16", {"subnets": [{"cidr": "10.2.0.0/16"}]}], ["b", "10.3.0.0/16", null]]}}',
     ["10.1.0.0/16 a", "10.2.0.0/16 a", "10.3.0.0/16 b"], []),
    ("Resource Graph as CSV of the portal, with JSON in a cell",
     'name,properties\nhub,"{""addressSpace"":{""addressPrefixes"":[""10.1.0.0/16""]},'
     '""subnets"":[{""name"":""apps"",""properties"":{""addressPrefix"":""10.1.1.0/24""}}]}"\n',
     ["10.1.0.0/16 hub", "10.1.1.0/24 hub/apps"], []),
    ("Terraform: outputs and variables with values of their own",
     '{"outputs": {"nets": {"value": ["10.1.0.0/16"], "type": ["list", "string"]},'
     ' "allowed_ips": {"value": "10.9.0.0/16"}}, "variables": {"vnet": {"value": "10.2.0.0/16"}}}',
     ["10.1.0.0/16 nets", "10.2.0.0/16 vnet"], ["ranges-not-taken"]),
    ("az -o table whose wide letters move the cells",
     "Name      Prefix\n--------  -----------\n\u6771\u4eac      10.1.0.0/16\n", ["10.1.0.0/16 \u6771\u4eac"], []),
    ("first and last address in German", "Name;Von;Bis\na;10.1.0.0;10.1.0.255\n", ["10.1.0.0/24 a"], []),
    ("a range with a dash under an unknown title is told", "prefix,pool\n10.1.0.0/16,10.9.0.1 - 10.9.0.200\n",
     ["10.1.0.0/16"], ["ranges-not-taken"]),
    ("a netmask beside its network under unknown titles is told",
     "prefix;Verkko;Peite\n10.1.0.0/16;10.9.0.0;255.255.0.0\n", ["10.1.0.0/16"], ["ranges-not-taken"]),
    ("the same in JSON", '[{"cidr": "10.1.0.0/16", "hub": {"base": "10.9.0.0", "size": "255.255.0.0"}}]',
     ["10.1.0.0/16"], ["ranges-not-taken"]),
    ("keys that only a plan of ours explains in sentences are told in others' files",
     '[{"prefix": "10.1.0.0/16", "message": "10.9.0.0/16", "sizes": ["10.8.0.0/16"]}]', ["10.1.0.0/16"],
     ["ranges-not-taken", "ranges-not-taken"]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "ranges", "rules"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_a_file_is_read_in_the_shape_in_which_it_comes(text: str, ranges: list[str], rules: list[str]) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    assert (named(reading), [each.rule for each in reading.findings]) == (ranges, rules)


# what the file is, its text, the ranges with their names
TABLES = (
    ("columns of spaces alone, as gcloud prints them",
     "NAME     REGION        NETWORK  RANGE          STACK_TYPE\ndefault  us-central1   default  10.128.0.0/20  IPV4\n",
     ["10.128.0.0/20 default"]),
    ("a table of reStructuredText",
     "=====  ===========\nName   Network\n=====  ===========\nhub    10.1.0.0/16\n=====  ===========\n",
     ["10.1.0.0/16 hub"]),
    ("Excel: titles with dates above, a title and a cell with line ends",
     '"Network plan";;;\n;;;\n"as of 05.01.2024";;;\nVLAN;Network;Mask;"Comment\nof team"\n'
     '10;10.1.0.0;255.255.255.0;"office\nfloor 2"\n;;;\n30;10.3.0.0;24;x\n', ["10.1.0.0/24", "10.3.0.0/24"]),
    ("dates, versions and gateways beside the network",
     "Date;Network;Version;Gateway\n05.01.2024;10.1.0.0/16;1.2.3.4;10.1.0.1\n", ["10.1.0.0/16"]),
    ("an address and its netmask in one cell", "Name,Address\nhub,10.1.0.1 255.255.0.0\n", ["10.1.0.0/16 hub"]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "ranges"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_a_table_is_read_as_programs_print_it(text: str, ranges: list[str]) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    assert named(reading) == ranges
    assert {each.rule for each in reading.findings} <= {"addresses-of-hosts"}


# lines of names and ranges, what to type for the first of them
NAMED = (
    ("10.1.0.0/16 hub\n10.2.0.0/16 spoke\n", "10.1.0.0/16 # hub"),
    ("hub 10.1.0.0/16\nspoke 10.2.0.0/16\n", "10.1.0.0/16 # hub"),
    ("* hub: 10.1.0.0/16\n* spoke: 10.2.0.0/16\n", "10.1.0.0/16 # hub"),
    ("10.1.0.0/16 -- corp DC\n10.2.0.0/16 -- lab\n", "10.1.0.0/16 # corp DC"),
)


@pytest.mark.parametrize(("text", "instead"), NAMED)
def test_names_beside_ranges_are_one_error_that_says_how_to_write_them(text: str, instead: str) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert finding.message.endswith("is text, not a range, and so is 1 more line")
    assert finding.recommendation == f"put # before words, such as {instead}"
    assert not read_ranges(Typed({"exclude_prefixes": [instead]})).findings

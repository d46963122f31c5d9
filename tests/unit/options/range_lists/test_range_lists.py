"""Lists of ranges as people export them: what is read, under which name, and where what is wrong stands.

The exporters' answers here are our model of what their documents say; `columns` names the documents.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from azext_kubenet.addressing.registry import RULES, Phase
from azext_kubenet.options import range_lists
from azext_kubenet.options.range_lists import read_list

VNETS = [
    {
        "name": "hub",
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16", "fd00:db8::/48"]},
        "dhcpOptions": {"dnsServers": ["10.0.0.4"]},
        "subnets": [
            {"name": "apps", "addressPrefix": "10.0.1.0/24", "delegations": [{"name": "d"}]},
            {"name": "data", "addressPrefix": None, "addressPrefixes": ["10.0.2.0/24", "10.0.3.0/24"]},
        ],
        "virtualNetworkPeerings": [{"name": "to-spoke", "remoteAddressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}],
    }
]
VPC = {
    "CidrBlock": "10.0.0.0/16",
    "VpcId": "vpc-1",
    "CidrBlockAssociationSet": [{"CidrBlock": "10.0.0.0/16"}, {"CidrBlock": "10.1.0.0/16"}],
    "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2600:1f16::/56"}],
    "Tags": [{"Key": "Team", "Value": "net"}, {"Key": "Name", "Value": "prod"}],
}
GCP = {
    "name": "apps",
    "ipCidrRange": "10.0.0.0/20",
    "gatewayAddress": "10.0.0.1",
    "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/default",
    "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.4.0.0/14"}],
}
NETBOX = {
    "count": 3,
    "next": None,
    "results": [
        {"id": 1, "family": {"value": 4, "label": "IPv4"}, "prefix": "10.0.0.0/16", "site": {"name": "Bonn"},
         "status": {"value": "active", "label": "Active"}, "description": ""},
        {"id": 2, "family": {"value": 4, "label": "IPv4"}, "prefix": "10.1.0.0/16", "site": {"name": "Bonn"},
         "description": "office"},
        {"id": 3, "family": {"value": 6, "label": "IPv6"}, "prefix": "2001:db8::/32", "description": ""},
    ],
}  # fmt: skip
PHPIPAM = {
    "code": 200,
    "success": True,
    "data": [
        {"id": "5", "subnet": "0.0.0.0", "mask": "", "description": "folder", "isFolder": "1"},
        {"id": "2", "subnet": "10.10.0.0", "mask": "16", "description": "customers", "isFolder": "0"},
    ],
}
AZURE_IPAM = [
    {"name": "prod", "desc": "", "blocks": [
        {"name": "west", "cidr": "10.0.0.0/12", "vnets": [{"id": "/subscriptions/s", "active": True}],
         "externals": [{"name": "site", "desc": "", "cidr": "10.5.0.0/16", "subnets": []}],
         "resv": [{"id": "x", "cidr": "10.6.0.0/16", "desc": None, "status": "wait"}]}]},
]  # fmt: skip
SOLARWINDS = {
    "results": [
        {"Address": "10.0.0.0", "CIDR": 24, "AddressMask": "255.255.255.0", "FriendlyName": "lab"},
        {"Address": None, "CIDR": 0, "FriendlyName": "group"},
    ]
}

# the exporter, its answer, the ranges with their names
EXPORTS: tuple[tuple[str, Any, list[str]], ...] = (
    ("az network vnet list: a network, its subnets and its peers", VNETS,
     ["10.0.0.0/16 hub", "10.0.1.0/24 hub/apps", "10.0.2.0/24 hub/data", "10.0.3.0/24 hub/data",
      "10.9.0.0/16 hub/to-spoke"]),
    ("ARM keeps the same under properties", {"value": [{"name": "hub", "properties": {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [{"name": "apps", "properties": {"addressPrefix": "10.0.1.0/24"}}]}}]},
     ["10.0.0.0/16 hub", "10.0.1.0/24 hub/apps"]),
    ("az network local-gateway list", [{"name": "bonn", "gatewayIpAddress": "203.0.113.1",
                                        "localNetworkAddressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}],
     ["10.1.0.0/16 bonn"]),
    ("the same where the prefixes are not wrapped", [{"name": "bonn", "addressPrefixes": ["10.1.0.0/16"]}],
     ["10.1.0.0/16 bonn"]),
    ("aws ec2 describe-vpcs: the first range is there twice and counts once", {"Vpcs": [VPC]},
     ["10.0.0.0/16 prod", "10.1.0.0/16 prod"]),
    ("aws ec2 describe-subnets without a name", {"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": "10.0.0.0/20"}]},
     ["10.0.0.0/20 subnet-1"]),
    ("gcloud: network is an address of the web there", [GCP], ["10.0.0.0/20 apps", "10.4.0.0/14 apps/pods"]),
    ("gcloud, all regions at once", {"items": {"regions/a": {"subnetworks": [GCP]}, "regions/b": {"warning": {}}}},
     ["10.0.0.0/20 apps", "10.4.0.0/14 apps/pods"]),
    ("NetBox: a description names a prefix, else its site", NETBOX, ["10.0.0.0/16 Bonn", "10.1.0.0/16 office"]),
    ("NetBox ranges: two ends, each with the length of its network, and the network counts",
     {"results": [{"start_address": "10.0.0.8/24", "end_address": "10.0.0.15/24", "description": "dhcp"}]},
     ["10.0.0.0/24 dhcp"]),
    ("phpIPAM: the mask stands alone, and a folder is no range", PHPIPAM, ["10.10.0.0/16 customers"]),
    ("Azure IPAM: blocks, networks outside Azure, reservations", AZURE_IPAM,
     ["10.0.0.0/12 prod/west", "10.5.0.0/16 prod/west/site", "10.6.0.0/16 prod/west"]),
    ("Infoblox WAPI", [{"_ref": "network/Zm9v:10.0.0.0/24/default", "network": "10.0.0.0/24", "comment": "lab",
                        "network_view": "default", "extattrs": {"Site": {"value": ["a", "b"]}}}],
     ["10.0.0.0/24 lab"]),
    ("BloxOne: cidr is a number", {"results": [{"address": "10.0.0.0", "cidr": 24, "name": "lab"}]},
     ["10.0.0.0/24 lab"]),
    ("SolarWinds: CIDR is a number, and a group has no address", SOLARWINDS, ["10.0.0.0/24 lab"]),
    ("Windows Server IPAM", [{"Name": "lab", "NetworkId": "10.12.0.0/16", "PrefixLength": 16}], ["10.12.0.0/16 lab"]),
    ("a list of texts", ["10.0.0.0/8", "172.16.0.0/12"], ["10.0.0.0/8", "172.16.0.0/12"]),
    ("texts in what exporters wrap a list in", {"data": ["10.0.0.0/8"]}, ["10.0.0.0/8"]),
    ("gcloud: a network is named by others and has no range itself",
     [GCP, {"name": "p", "network": "projects/p/global/networks/default", "subnetworks": ["https://x/subnetworks/a"]}],
     ["10.0.0.0/20 apps", "10.4.0.0/14 apps/pods"]),
    ("phpIPAM: a folder that has a mask is no range either",
     [{"subnet": "10.0.0.0", "mask": 8, "isFolder": "1"}, {"subnet": "10.1.0.0", "mask": 16, "isFolder": "0"}],
     ["10.1.0.0/16"]),
    ("phpIPAM: an older answer does not say what is a folder",
     [{"subnet": "0.0.0.0", "mask": "", "description": "all"}, {"subnet": "10.1.0.0", "mask": "16"}], ["10.1.0.0/16"]),
    ("texts beside a range are something else", [{"prefix": "10.0.0.0/8", "data": ["x"], "items": ["y"]}],
     ["10.0.0.0/8"]),
    ("one object", {"prefix": "10.0.0.0/8", "label": "ten"}, ["10.0.0.0/8 ten"]),
    ("a range from one address to another", ["10.0.0.10-10.0.0.13"], ["10.0.0.10/31", "10.0.0.12/31"]),
    ("lists under a name that may mean names", [{"name": "a", "subnets": ["apps", "10.0.0.0/24"]}],
     ["10.0.0.0/24 a"]),
)  # fmt: skip

# the table, its lines, the ranges with their names
TABLES: tuple[tuple[str, str, list[str]], ...] = (
    ("commas", "Prefix,Name\n10.0.0.0/8,ten\n", ["10.0.0.0/8 ten"]),
    ("semicolons, as a German office program writes them", "Name;CIDR\nBonn;10.0.0.0/8\n", ["10.0.0.0/8 Bonn"]),
    ("tabs", "network\tcomment\n10.0.0.0/8\tten\n", ["10.0.0.0/8 ten"]),
    ("bars", "address_prefix | site\n10.0.0.0/8 | Bonn\n", ["10.0.0.0/8 Bonn"]),
    ("spaces before quotes", 'prefix; "name"\n10.0.0.0/8; "a; b"\n', ["10.0.0.0/8 a; b"]),
    ("line ends of Windows and its byte order mark", "\ufeffIP Range,Site\r\n10.0.0.0/8,Bonn\r\n", ["10.0.0.0/8 Bonn"]),
    ("everything quoted, as PowerShell writes it", '#TYPE X\n"Prefix","Name"\n"10.0.0.0/8","a, b"\n',
     ["10.0.0.0/8 a, b"]),
    ("a separator that Excel is told of", "sep=;\nprefix;name\n10.0.0.0/8;a\n", ["10.0.0.0/8 a"]),
    ("a network and its mask in two columns", "network,mask\n10.0.0.0,255.255.0.0\n10.1.0.0,24\n10.2.0.0,/24\n",
     ["10.0.0.0/16", "10.1.0.0/24", "10.2.0.0/24"]),
    ("a network with its length beside a mask", "NetworkId,SubnetMask\n10.0.0.0/16,255.255.0.0\n", ["10.0.0.0/16"]),
    ("a column called network that holds names", "Network,CIDR\nprod-eu,10.0.0.0/16\n", ["10.0.0.0/16 prod-eu"]),
    ("two ends in two columns", "Start IP,End IP,Name\n10.0.0.0,10.0.0.255,a\n", ["10.0.0.0/24 a"]),
    ("a range with an office program's dash", "range,name\n10.0.0.4 – 10.0.0.7,a\n", ["10.0.0.4/30 a"]),
    ("several ranges in a cell", 'prefixes,name\n"10.0.0.0/16, 10.1.0.0/16",a\n', ["10.0.0.0/16 a", "10.1.0.0/16 a"]),
    ("one column", "Prefix\n10.0.0.0/8, 172.16.0.0/12  # both\n\n192.168.0.0/16\n",
     ["10.0.0.0/8 both", "172.16.0.0/12 both", "192.168.0.0/16"]),
    ("rows shorter and longer than the header", "prefix,name\n10.0.0.0/16\n10.1.0.0/16,a,b\n",
     ["10.0.0.0/16", "10.1.0.0/16 a"]),
    ("rows that are numbered with #", "Ticket,CIDR\n1,10.1.0.0/16\n#2,10.244.0.0/16\n",
     ["10.1.0.0/16", "10.244.0.0/16"]),
    ("a quoted cell that begins with #", 'Ticket,CIDR\n1,10.1.0.0/16\n"#b","10.244.0.0/16"\n',
     ["10.1.0.0/16", "10.244.0.0/16"]),
    ("a column called #", "#;Name;Prefix\n1;a;10.1.0.0/16\n#2;b;10.2.0.0/16\n", ["10.1.0.0/16 a", "10.2.0.0/16 b"]),
    ("an address and its length in columns that are known by their values", "Netz,Suffix\n10.244.0.0,16\n10.2.0.0,16\n",
     ["10.244.0.0/16", "10.2.0.0/16"]),
    ("an address and its length in columns of their own", "Name,Network,Len\na,10.244.0.0,16\n", ["10.244.0.0/16 a"]),
    ("rows that are comments", "prefix,name\n# 10.9.0.0/16,old\n10.0.0.0/16,a\n", ["10.0.0.0/16 a"]),
    ("Infoblox: containers and networks below headers of their own",
     "header-networkcontainer,address*,netmask*,comment\nnetworkcontainer,10.0.0.0,16,all\n\n"
     "HEADER-NETWORK,comment,address*,netmask*\nnetwork,web,10.0.1.0,255.255.255.128\n"
     "header-hostaddress,address*\nhostaddress,10.0.0.7\n", ["10.0.0.0/16 all", "10.0.1.0/25 web"]),
    ("a site whose name begins as Infoblox's headers do", "site,prefix\nheader-office,10.0.0.0/16\nb,10.1.0.0/16\n",
     ["10.0.0.0/16 header-office", "10.1.0.0/16 b"]),
    ("phpIPAM: a folder among the subnets", "Section,Subnet,Description\nA,Customers (folder),\nA,10.0.0.0/16,web\n",
     ["10.0.0.0/16 web"]),
    ("a name that a terminal would obey", "prefix,name\n10.0.0.0/8,\x1b7red\x07\n", ["10.0.0.0/8 7red"]),
    ("a name longer than anyone reads", f"prefix,name\n10.0.0.0/8,{'x' * 500}\n", [f"10.0.0.0/8 {'x' * 60}..."]),
)  # fmt: skip

# what is wrong, the text, the line, the path, the rule, some of the message
FAULTS: tuple[tuple[str, str, int, str, str, str], ...] = (
    ("the same text twice: the first where it stands", '[\n "x",\n "x"\n]', 2, "[0]", "malformed-range", "'x'"),
    ("an element of another kind", '["10.0.0.0/8",\n 10]', 2, "[1]", "malformed-range", "'10'"),
    ("a bad prefix of an object", '{"results": [\n{"prefix": "10.0.0.0/8"},\n{"prefix":\n "10/8"}]}', 4,
     "results[1].prefix", "malformed-range", "'10/8'"),
    ("of a key that comes twice the last counts", '[{"cidr": "x",\n"cidr": "y"}]', 2, "[0].cidr", "malformed-range",
     "'y'"),
    ("a key with signs of its own", '{"a b": [\n{"cidr": "x"}]}', 2, "['a b'][0].cidr", "malformed-range", "'x'"),
    ("host bits", '[{"cidr": "10.0.0.1/8"}]', 1, "[0].cidr", "host-bits", "10.0.0.1/8 has host bits"),
    ("a mask that is none", '[{"subnet": "10.0.0.0",\n"mask": "33"}]', 1, "[0].subnet", "malformed-range", "/33"),
    ("a netmask with a hole", '[{"subnet": "10.0.0.0", "mask": "255.0.255.0"}]', 1, "[0]", "malformed-range",
     "invalid mask '255.0.255.0': expected a prefix length or a netmask"),
    ("the second of two documents", '{"cidr": "10.0.0.0/8"}\n{"cidr": "x"}', 2, "[1].cidr", "malformed-range", "'x'"),
    ("JSON with a comma missing", '[\n"10.0.0.0/8"\n"x"]', 3, "", "malformed-list", "invalid JSON at column 1"),
    ("JSON that ends too soon", '[\n"10.0.0.0/8",', 2, "", "malformed-list", "invalid JSON"),
    ("JSON a hundred thousand deep", "[" * 100_000, 0, "", "malformed-list", "nested too deeply"),
    ("JSON a hundred deep", "[" * 100 + "]" * 100, 0, "", "malformed-list", "more than 64 levels"),
    ("a number that Python does not read", "[" + "9" * 5000 + "]", 0, "", "malformed-list", "cannot be read"),
    ("JSON without ranges", '[{"vlan": 7, "who": "me"}]', 0, "", "list-without-ranges", "the keys are vlan, who"),
    ("JSON with ranges under no key that is known", '{"hub": "10.0.0.0/8"}', 0, "", "list-without-ranges", "are hub"),
    ("a bad cell", "name,prefix\na,10.0.0.0/8\nb,10.0.0.0\n", 3, "column prefix", "malformed-range",
     "10.0.0.0 has no prefix"),
    ("a bad cell below a cell of two lines", 'name,prefix\n"a\nb",10.0.0.0/8\n"c\nd",x\n', 4, "column prefix",
     "malformed-range", "'x'"),
    ("a bad row of one column", "prefix\n10.0.0.0/8\nten\n", 3, "", "malformed-range", "'ten'"),
    ("a bad mask in a table", "network,mask\n\n10.0.0.0,255.0.255.0\n", 3, "", "malformed-range", "'255.0.255.0'"),
    ("a quote that is not closed", 'name,prefix\na,10.0.0.0/8\n"b,10.1.0.0/16\n', 3, "", "malformed-list",
     "unbalanced quotes"),
    ("a table without a column of ranges", "# export\nName;Alue\nBonn;10.0.0.0/8\n", 2, "", "list-without-ranges",
     "the columns are Name, Alue"),
    ("a range that ends before it starts", "10.0.0.0/8\n10.0.0.9-10.0.0.1", 2, "", "malformed-range",
     "'10.0.0.9-10.0.0.1' ends before it starts"),
    ("half a range", "10.0.0.1-20", 1, "", "malformed-range", "is not a range"),
    ("a header alone is a plain list", "prefix,name", 1, "", "malformed-range", "'prefix,name'"),
    ("words above ranges alone are a plain list", "some, words\n10.0.0.0/8, 10.1.0.0/16\n", 1, "", "malformed-range",
     "'some, words'"),
    ("words that stand above no ranges are a plain list", "some,words\nmore,words", 1, "", "malformed-range",
     "'some,words' is text, not a range, and so is 1 more line"),
    ("a title", "Networks of the north site\n10.60.0.0/16", 1, "", "malformed-range", "'Networks of the north site'"),
    ("what a router prints", "default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 scope link\n", 1, "",
     "malformed-range", "'default via 10.0.0.1 dev eth0'"),
    ("an export of nothing", '{"value": []}', 0, "", "list-without-ranges", "no ranges"),
    ("an empty list", "[]", 0, "", "list-without-ranges", "no ranges"),
    ("an empty object", "{}", 0, "", "list-without-ranges", "no ranges"),
    ("objects without any range", '[{"prefix": null}, {"cidr": ""}]', 0, "", "list-without-ranges", "no ranges"),
    ("an empty file", "", 0, "", "list-without-ranges", "is empty"),
    ("a file of blanks", " \n\t\n", 0, "", "list-without-ranges", "is empty"),
    ("a file of comments", "# none\n# yet\n", 0, "", "list-without-ranges", "only comments"),
    ("a table without rows that have a range", "prefix,name\n,a\n,b\n", 0, "", "list-without-ranges", "no ranges"),
    ("ranges of IPv6 alone", '["fd00::/8"]', 0, "", "list-without-ranges", "IPv6"),
    ("filters alone", '[{"sourceAddressPrefix": "10.0.0.0/8"}]', 0, "", "list-without-ranges", "sourceAddressPrefix"),
    ("a workbook", "UEsDBBQABgAIAAAAIQA=", 0, "", "malformed-list", "a workbook"),
    ("a row without its mask", "network,mask\n10.0.0.0,8\n10.1.0.0,\n", 3, "column network", "malformed-range",
     "10.1.0.0 has no prefix"),
)  # fmt: skip

# plain lists, as they always were: the text, its ranges, the lines with faults
PLAIN: tuple[tuple[str, str, list[str], list[int]], ...] = (
    ("IPv6 beside IPv4 is ignored", "10.0.0.0/8\nfd00::/8", ["10.0.0.0/8"], []),
    ("quotes of a program", '"10.5.0.0/16",\n\'10.6.0.0/16\';\n', ["10.5.0.0/16", "10.6.0.0/16"], []),
    ("one a line", "10.0.0.0/8\n172.16.0.0/12\n", ["10.0.0.0/8", "172.16.0.0/12"], []),
    ("commas and spaces between them", "10.0.0.0/8, 172.16.0.0/12 192.168.0.0/16",
     ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], []),
    ("comments and empty lines", "# sites\n10.0.0.0/8 # Hamburg\n\n  # 10.1.0.0/16\n", ["10.0.0.0/8"], []),
    ("lines that Windows ended", "10.0.0.0/8\r\n172.16.0.0/12\r\n", ["10.0.0.0/8", "172.16.0.0/12"], []),
    ("the byte order mark that Windows put first", "\ufeff10.0.0.0/8\r\n", ["10.0.0.0/8"], []),
    ("lines that are no network, by number", "10.0.0.0/8\nHamburg\n172.16.0.0/12\n1.2.3\n",
     ["10.0.0.0/8", "172.16.0.0/12"], [2, 4]),
    ("host bits: refused, and the network meant is kept out all the same", "10.0.0.7/8", ["10.0.0.0/8"], [1]),
    ("two faults on a line", "10.0.0.0/8 nonsense 1.2.3", ["10.0.0.0/8"], [1, 1]),
    ("the same twice", "10.0.0.0/8\n10.0.0.0/8", ["10.0.0.0/8", "10.0.0.0/8"], []),
    ("all of the address space", "0.0.0.0/0", ["0.0.0.0/0"], []),
    ("ranges", "10.0.0.0-10.0.0.255, 10.1.0.1 - 10.1.0.2 # a - b", ["10.0.0.0/24", "10.1.0.1/32", "10.1.0.2/32"], []),
)  # fmt: skip


def named(listing: range_lists.Listing) -> list[str]:
    """Each range with its name."""
    return [
        f"{each.network} {each.reason.removeprefix('excluded').removeprefix(': ')}".strip() for each in listing.taken
    ]


@pytest.mark.parametrize("indent", [None, 1], ids=["in one line", "in many"])
@pytest.mark.parametrize(("export", "ranges"), [row[1:] for row in EXPORTS], ids=[row[0] for row in EXPORTS])
def test_exports_in_json(export: Any, ranges: list[str], indent: int | None) -> None:
    listing = read_list(json.dumps(export, indent=indent))
    assert named(listing) == ranges
    assert (listing.faults, listing.more_faults) == ([], 0)


@pytest.mark.parametrize(("text", "ranges"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_tables(text: str, ranges: list[str]) -> None:
    listing = read_list(text)
    assert (named(listing), listing.faults) == (ranges, [])


@pytest.mark.parametrize(
    ("text", "line", "path", "rule", "words"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_faults_are_told_with_their_place(text: str, line: int, path: str, rule: str, words: str) -> None:
    fault = read_list(text).faults[0]
    assert (fault.line, fault.path, fault.fault.rule) == (line, path, rule)
    assert words in fault.fault.message
    assert fault.fault.recommendation
    assert rule in {rule.name for rule in RULES.values() if rule.phase is Phase.LISTS} | {
        "malformed-range",
        "host-bits",
        "ipv6-not-supported",
    }


@pytest.mark.parametrize(("text", "ranges", "lines"), [row[1:] for row in PLAIN], ids=[row[0] for row in PLAIN])
def test_plain_lists(text: str, ranges: list[str], lines: list[int]) -> None:
    listing = read_list(text)
    assert [str(each) for each in listing.networks] == ranges
    assert [each.line for each in listing.faults] == lines


def test_equal_texts_are_told_apart_by_their_lines() -> None:
    listing = read_list('[\n"x", {"cidr":\n"x"},\n\n["x"],\n"x"]')
    assert [(each.line, each.path) for each in listing.faults] == [
        (2, "[0]"),
        (3, "[1].cidr"),
        (5, "[2][0]"),
        (6, "[3]"),
    ]


def test_what_is_passed_over_is_counted() -> None:
    listing = read_list(json.dumps(NETBOX))
    assert (listing.ipv6, listing.without_range) == (1, 0)
    listing = read_list(json.dumps(PHPIPAM, indent=1))
    assert (listing.ipv6, listing.without_range, listing.first_without) == (0, 1, (5, "data[0]"))
    listing = read_list("prefix,name\n10.0.0.0/8,a\n,b\nfd00::/8,c\nfd00::1-fd00::5,d\n\n,e\n")
    assert (listing.ipv6, listing.without_range, listing.first_without) == (2, 2, (3, ""))


def test_gateways_without_prefixes_are_counted_and_no_fault() -> None:
    gateways = [{"name": "a", "localNetworkAddressSpace": None}, {"name": "b", "addressPrefixes": ["10.0.0.0/8"]}]
    listing = read_list(json.dumps(gateways))
    assert (named(listing), listing.faults, listing.without_range) == (["10.0.0.0/8 b"], [], 1)


@pytest.mark.parametrize("text", ['[{"cidr": "10.0.0.1/8", "name": "a"}]', "cidr,name\n10.0.0.1/8,a\n"])
def test_host_bits_are_refused_and_the_network_meant_is_kept_out_all_the_same(text: str) -> None:
    listing = read_list(text)
    assert (named(listing), [each.fault.rule for each in listing.faults]) == (["10.0.0.0/8 a"], ["host-bits"])


def test_five_faults_are_kept_and_the_others_counted() -> None:
    for text in ("x\n" * 1000, json.dumps(["x"] * 1000), "prefix,name\n" + "x,y\n" * 1000):
        listing = read_list(text)
        assert (len(listing.faults), listing.more_faults) == (5, 995)


def test_a_list_beyond_our_bound_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(range_lists, "LONGEST", 20)
    listing = read_list("10.0.0.0/8\n" * 2)
    assert (listing.taken, [each.fault.rule for each in listing.faults]) == ([], ["list-too-long"])
    assert read_list("10.0.0.0/8\n").faults == []


def test_a_cell_of_a_million_words_is_one_fault() -> None:
    listing = read_list(json.dumps(["x " * 1_000_000]))
    assert (len(listing.faults), listing.more_faults) == (1, 0)
    assert len(listing.faults[0].fault.message) < 100


def test_ranges_of_one_site_share_one_text() -> None:
    rows = "\n".join(f"10.{number >> 8}.{number & 255}.0/24,Bonn" for number in range(1000))
    for text in (
        f"prefix,site\n{rows}",
        json.dumps([{"prefix": row[:-5], "site": "Bonn"} for row in rows.split("\n")]),
    ):
        taken = read_list(text).taken
        assert len(taken) == 1000
        assert len({id(each.reason) for each in taken}) == 1
        # nothing beside the tuple, which is larger on newer Pythons
        assert sys.getsizeof(taken[0]) == sys.getsizeof((*taken[0],))

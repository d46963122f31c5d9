"""Lists as they really come: every range that stands in one is taken, or told; none is lost without a word.

The tables and answers here are made up in the shape of what their programs write; `columns` names the documents.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azext_kubenet.options.range_lists import read_list, titles
from azext_kubenet.options.range_lists.lost import Used, still_lost
from tests.unit.options.range_lists.test_range_lists import named

AKS = {
    "name": "shop",
    "agentPoolProfiles": [{"name": "system", "podSubnetId": None, "vnetSubnetId": "/subscriptions/s/x/apps"}],
    "apiServerAccessProfile": None,
    "networkProfile": {
        "dnsServiceIp": "10.0.0.10", "dockerBridgeCidr": "172.17.0.1/16", "networkPlugin": "kubenet",
        "podCidr": "10.244.0.0/16", "podCidrs": ["10.244.0.0/16"],
        "serviceCidr": "10.0.0.0/16", "serviceCidrs": ["10.0.0.0/16"],
    },
}  # fmt: skip
CNI = {"name": "cni", "networkProfile": {"podCidr": None, "podCidrs": None, "serviceCidr": "10.3.0.0/16"}}
PLAN = {
    "subnetPrefix": "10.1.2.0/26", "vnetAddressPrefixes": ["10.1.0.0/16", "10.2.0.0/16"], "podCidr": "172.16.0.0/16",
    "serviceCidr": "192.168.0.0/16", "dnsServiceIp": "192.168.0.10", "dockerBridgeAddress": "172.17.0.1/16",
    "sizes": {"subnet": "/28", "podCidr": "/22", "serviceCidr": "/28"},
    "aksArguments": "--pod-cidr 172.16.0.0/16 --dns-service-ip 192.168.0.10",
    "reasons": {"podCidr": "the conventional 10.244.0.0/16 overlaps 10.240.0.0/12 (excluded); 10.0.0.0/8 is 6% taken"},
    "growth": [{"limit": "subnet", "then": "the next of 10.96.0.0/12"}],
    "findings": [{"rule": "x", "message": "10.97.0.0/16 is far away", "recommendation": "use 10.98.0.0/16"}],
    "comparison": {"models": [{"subnetPrefix": "/28", "remarks": ["10.99.0.0/16"]}]},
    "seen": {"shared": ["10.100.0.0/16"], "fingerprint": "x"},
}  # fmt: skip
OF_PLAN = ["10.1.0.0/16 network", "10.1.2.0/26 subnet", "10.2.0.0/16 network", "172.16.0.0/16 pods",
           "192.168.0.0/16 services"]  # fmt: skip


def of_plan(name: str) -> list[str]:
    """The ranges of PLAN with their names."""
    return [each.replace(" ", f" {name}/") for each in OF_PLAN]


# the export, the ranges with their names
EXPORTS: tuple[tuple[str, Any, list[str]], ...] = (
    ("az aks list: pods and services of each cluster once, and not the docker bridge", [AKS, CNI],
     ["10.0.0.0/16 shop/services", "10.244.0.0/16 shop/pods", "10.3.0.0/16 cni/services"]),
    ("az aks show", AKS, ["10.0.0.0/16 shop/services", "10.244.0.0/16 shop/pods"]),
    ("a cluster as Resource Graph keeps it", {"count": 1, "skip_token": None, "data": [
        {"name": "shop", "properties": {"networkProfile": AKS["networkProfile"]}}]},
     ["10.0.0.0/16 shop/services", "10.244.0.0/16 shop/pods"]),
    ("Resource Graph with columns of one's own", {"data": [
        {"name": "a", "podCidr": "10.1.0.0/16", "serviceCidr": ""},
        {"name": "b", "podCidr": None, "serviceCidr": "10.2.0.0/16"}]},
     ["10.1.0.0/16 a/pods", "10.2.0.0/16 b/services"]),
    ("a plan of ours: what it takes, and nothing of what it says", PLAN, of_plan("plan")),
    ("plans in a list", [PLAN, PLAN], of_plan("plan")),
    ("a plan for a network that is there",
     {**PLAN, "network": {"vnetId": "/subscriptions/s/x/hub", "subnetName": None}}, of_plan("hub")),
    ("networks and a cluster in one list",
     [{"addressPrefixes": ["10.60.0.0/16"]}, {"podCidr": "10.244.0.0/16", "serviceCidr": "10.0.0.0/16"}],
     ["10.0.0.0/16 services", "10.244.0.0/16 pods", "10.60.0.0/16"]),
    ("a Terraform state: a network, a cluster, an address, a bucket", {"resources": [
        {"instances": [{"attributes": {"name": "hub", "address_space": ["10.60.0.0/16"]}}]},
        {"instances": [{"attributes": {"name": "k", "network_profile": [
            {"pod_cidr": "10.244.0.0/16", "service_cidr": "10.0.0.0/16", "docker_bridge_cidr": "172.17.0.1/16"}]}}]},
        {"instances": [{"attributes": {"name": "egress", "ip_address": "203.0.113.7"}}]},
        {"instances": [{"attributes": {"name": "logs", "prefix": "logs/"}}]}]},
     ["10.0.0.0/16 k/services", "10.244.0.0/16 k/pods", "10.60.0.0/16 hub"]),
    ("Google's clusters", [{"name": "k", "clusterIpv4Cidr": "10.8.0.0/14", "servicesIpv4Cidr": "10.12.0.0/20"}],
     ["10.12.0.0/20 k/services", "10.8.0.0/14 k/pods"]),
    ("keys with a word before what they hold", {"vpc_cidr": "10.1.0.0/16", "private_subnets": ["10.2.0.0/24", "a"]},
     ["10.1.0.0/16", "10.2.0.0/24"]),
    ("ranges by name under a key that holds ranges", {"name": "hub", "cidr_blocks": {"a": "10.1.0.0/16", "b": "x"}},
     ["10.1.0.0/16 hub/a"]),
    ("what belongs to each range, under the range", {"10.1.0.0/16": "hub", "10.2.0.0/16": {"name": "spoke"}},
     ["10.1.0.0/16 hub", "10.2.0.0/16 spoke"]),
    ("both families of addresses", {"prefixes": [{"ipv4Prefix": "10.1.0.0/20"}, {"ipv6Prefix": "fd00::/44"}]},
     ["10.1.0.0/20"]),
    ("two ranges in one object", {"name": "a", "prefix": "10.1.0.0/24", "addressSpace": "10.1.0.0/16, 10.2.0.0/16"},
     ["10.1.0.0/16 a", "10.1.0.0/24 a", "10.2.0.0/16 a"]),
    ("an address of a machine with its length", [{"address": "10.1.0.5/24", "name": "a"}], ["10.1.0.0/24 a"]),
    ("a list in a text, as a portal writes it into a cell", [{"name": "a", "addressPrefixes": '["10.1.0.0/16"]'}],
     ["10.1.0.0/16 a"]),
    ("az network vnet list with a query", [["10.1.0.0/16"], ["10.2.0.0/16", "fd00::/48"]],
     ["10.1.0.0/16", "10.2.0.0/16"]),
)  # fmt: skip

# the table, its lines, the ranges with their names
TABLES: tuple[tuple[str, str, list[str]], ...] = (
    ("Infoblox: headers first, and rows of both kinds below",
     "header-dhcprange,end_address*,start_address*,comment\nheader-network,address*,netmask*,comment\n"
     "network,10.0.0.0,16,n\ndhcprange,10.1.0.15,10.1.0.0,a\nnetwork,10.2.0.0,255.255.0.0,m\n"
     "dhcprange,10.3.0.7,10.3.0.4,b\n", ["10.0.0.0/16 n", "10.1.0.0/28 a", "10.2.0.0/16 m", "10.3.0.4/30 b"]),
    ("DHCP scopes: the pool is a part of the network, and may be missing",
     '"ScopeId","SubnetMask","Name","StartRange","EndRange"\n"10.30.0.0","255.255.0.0","a","10.30.8.10","10.30.8.250"\n'
     '"10.31.0.0","255.255.255.0","b","",""\n', ["10.30.0.0/16 a", "10.31.0.0/24 b"]),
    ("DHCP scopes without the network", "Name,SubnetMask,Start IP,End IP\na,255.255.0.0,10.30.8.10,10.30.8.250\n",
     ["10.30.0.0/16 a"]),
    ("a pool outside of the network beside it", "network,Start IP,End IP\n10.1.0.0/16,10.2.0.0,10.2.0.3\n",
     ["10.1.0.0/16", "10.2.0.0/30"]),
    ("two columns of ranges", 'vnet,address space,prefix\na,"10.1.0.0/16, 10.2.0.0/16",10.1.1.0/24\n',
     ["10.1.0.0/16 a", "10.1.1.0/24 a", "10.2.0.0/16 a"]),
    ("IPv6 beside IPv4", "site,subnet,ipv6_prefix\na,10.1.0.0/16,fd00::/64\nb,10.2.0.0/16,\n",
     ["10.1.0.0/16 a", "10.2.0.0/16 b"]),
    ("the same in the other order", "VLAN,IPv6 Network,IPv4 Network,Name\n7,fd00::/64,10.1.0.0/24,a\n",
     ["10.1.0.0/24 a"]),
    ("titles above the header, columns that are empty, numbers with a comma",
     "Networks of the north;;;\r\n;;;\r\nSite;Prefix;Cost;\r\nBonn;10.1.0.0/16;1,5;\r\n", ["10.1.0.0/16 Bonn"]),
    ("a header of two lines, as merged cells are written",
     "IP;;Place;\n;Mask;Site;Room\n10.1.0.0;255.255.0.0;Bonn;1\n", ["10.1.0.0/16 Bonn"]),
    ("two exports in one file", "name,prefix\na,10.1.0.0/16\nprefix,name\n10.2.0.0/16,b\n",
     ["10.1.0.0/16 a", "10.2.0.0/16 b"]),
    ("az -o table", "Name    Location      Prefixes\n------  ------------  ------------------------\n"
     "hub     westeurope    10.1.0.0/16, 10.2.0.0/16\nspoke                 10.3.0.0/16\n",
     ["10.1.0.0/16 hub", "10.2.0.0/16 hub", "10.3.0.0/16 spoke"]),
    ("az -o table of a list", "Result\n-----------\n10.1.0.0/16\n10.2.0.0/16\n", ["10.1.0.0/16", "10.2.0.0/16"]),
    ("az -o tsv", "10.1.0.0/24\t\tNone\tapps\n10.2.0.0/24\t\tNone\tdata\n", ["10.1.0.0/24 apps", "10.2.0.0/24 data"]),
    ("a geofeed", "192.0.2.0/24,US,US-AL,Montgomery,\n198.51.100.0/24,DE,,Bonn,\n",
     ["192.0.2.0/24 US", "198.51.100.0/24 DE"]),
    ("Markdown", "| Name | CIDR |\n|------|:-----|\n| a | 10.1.0.0/16 |\n", ["10.1.0.0/16 a"]),
    ("a database's output", "+------+-------------+\n| name | cidr        |\n+------+-------------+\n"
     "| a    | 10.1.0.0/16 |\n+------+-------------+\n", ["10.1.0.0/16 a"]),
    ("a remark beside a range", "prefix,name\n10.1.0.0/16 (reserved),a\n", ["10.1.0.0/16 a"]),
    ("a formula that keeps a text a text", 'Site;CIDR\na;="10.1.0.0/16"\n', ["10.1.0.0/16 a"]),
    ("a mask behind a slash, and one behind a space",
     "network,name\n10.1.0.0/255.255.0.0,a\n10.2.0.0 255.255.0.0,b\n", ["10.1.0.0/16 a", "10.2.0.0/16 b"]),
    ("a network and a gateway in it", "network,gateway,name\n10.1.0.0/16,10.1.0.1,a\n", ["10.1.0.0/16 a"]),
    ("masks as routers print them", "10.1.0.0 255.255.0.0\n10.2.0.0\t255.255.255.0\n", ["10.1.0.0/16", "10.2.0.0/24"]),
    ("comments name the ranges before them",
     "10.0.0.0/8 # all of ten\n172.16.0.0/12\n# 10.9.0.0/16 is free\n10.1.0.0/16,10.2.0.0/16 #\ta\n",
     ["10.0.0.0/8 all of ten", "10.1.0.0/16 a", "10.2.0.0/16 a", "172.16.0.0/12"]),
)  # fmt: skip


@pytest.mark.parametrize(("export", "ranges"), [row[1:] for row in EXPORTS], ids=[row[0] for row in EXPORTS])
def test_exports(export: Any, ranges: list[str]) -> None:
    for text in (json.dumps(export), json.dumps(export, indent=1), json.dumps(export) * 2):
        listing = read_list(text)
        assert (sorted(named(listing)), listing.faults, listing.lost) == (ranges, [], [])


@pytest.mark.parametrize(("text", "ranges"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_tables(text: str, ranges: list[str]) -> None:
    listing = read_list(text)
    assert (sorted(named(listing)), listing.faults, listing.lost) == (ranges, [], [])


@pytest.mark.parametrize("text", ["10.0.0.5\n10.1.0.0\n", '["10.0.0.5", "10.1.0.0"]', "cidr\n10.0.0.5\n10.1.0.0\n"])
def test_an_address_alone_is_one_and_one_that_ends_in_0_is_a_network_without_its_length(text: str) -> None:
    listing = read_list(text)
    assert (named(listing), listing.singles, listing.first_single) == (["10.0.0.5/32"], 1, "10.0.0.5")
    assert [each.fault.message for each in listing.faults] == ["10.1.0.0 has no prefix length"]


# what is lost, the list, what holds it, how many, the first, its line and path
LOST: tuple[tuple[str, str, tuple[str, int, str, int, str]], ...] = (
    ("a column that is not known", "Site,Prefix,Uplink\na,10.0.0.0/16,10.9.0.0/30\nb,10.1.0.0/16,10.9.0.4/30\n",
     ("column Uplink", 2, "10.9.0.0/30", 2, "")),
    ("a column without a title", "Prefix,\n10.0.0.0/16,\n10.1.0.0/16,10.9.0.0/30\n",
     ("column 2", 1, "10.9.0.0/30", 3, "")),
    ("a cell beyond the last column", "Prefix,Name\n10.0.0.0/16,a,10.9.0.0/30\n",
     ("column 3", 1, "10.9.0.0/30", 2, "")),
    ("a remark", "Prefix,Note\n10.0.0.0/16,was 10.9.0.0/16 before\n", ("column Note", 1, "10.9.0.0/16", 2, "")),
    ("a key that is not known", '[{"cidr": "10.0.0.0/16"},\n{"cidr": "10.1.0.0/16", "hub": ["10.9.0.0/16"]}]',
     ("key hub", 1, "10.9.0.0/16", 2, "[1].hub[0]")),
    ("what may pass a filter", '[{"cidr": "10.0.0.0/16", "allowedIpRanges": ["203.0.113.0/24", "10.0.1.0/24"]}]',
     ("key allowedIpRanges", 1, "203.0.113.0/24", 1, "[0].allowedIpRanges[0]")),
    ("a key that comes twice", '[{"cidr": "10.1.0.0/16",\n"cidr": "10.2.0.0/16"}]',
     ("a key that occurs twice in an object", 1, "10.1.0.0/16", 1, "")),
    ("a length in a column of its own, beside another range", "Name,CIDR,Uplink,Len\na,10.50.0.0/16,10.244.0.0,16\n",
     ("columns Uplink and Len", 1, "10.244.0.0/16", 2, "")),
    ("a size under a key of its own", '["10.1.0.0/16",\n{"start": "10.244.0.0", "size": 65536}]',
     ("keys start and size", 1, "10.244.0.0/16", 2, "[1]")),
    ("a length under a key that nobody knows", '["10.1.0.0/16", {"x": {"a": "10.244.0.0", "n": 16}}]',
     ("keys a and n", 1, "10.244.0.0/16", 1, "[1].x")),
    ("a length behind its address", '[{"cidr": "10.1.0.0/16", "x": [["10.244.0.0", 16]]}]',
     ("keys 0 and 1", 1, "10.244.0.0/16", 1, "[0].x[0]")),
    ("a slash by its code", '["10.1.0.0/16", {"note": "10.244.0.0%2F16"}]',
     ("key note", 1, "10.244.0.0/16", 1, "[1].note")),
    ("a slash that a writer of JSON escaped", '[{"cidr": "10.1.0.0\\/16", "x": "10.2.0.0\\/16"}]',
     ("key x", 1, "10.2.0.0/16", 1, "[0].x")),
    ("Infoblox: a kind of row that has no header",
     "header-network,address*,netmask*\nnetwork,10.0.0.0,16\ncontainer,10.9.0.0/16\n",
     ("column 2", 1, "10.9.0.0/16", 3, "")),
)  # fmt: skip


@pytest.mark.parametrize(("text", "lost"), [row[1:] for row in LOST], ids=[row[0] for row in LOST])
def test_a_range_that_is_not_taken_is_told(text: str, lost: tuple[str, int, str, int, str]) -> None:
    listing = read_list(text)
    (told,) = listing.lost
    assert (told.where, told.number, told.first, *told.ranges[0].spot()) == lost
    assert listing.faults == []


def test_of_many_keys_the_first_are_told_one_by_one_and_the_others_together() -> None:
    keys = {f"x{number}": f"10.{number}.0.0/16" for number in range(1, 10)}
    listing = read_list(json.dumps([{"cidr": "172.16.0.0/16", **keys}]))
    assert [(each.where, each.number) for each in still_lost(listing.lost, Used((), ()))] == [
        *((f"key x{number}", 1) for number in range(1, 6)),
        ("4 more columns or keys", 4),
    ]


# what is said of ranges without one being lost
NOTHING_LOST = (
    ("a plan's sentences", json.dumps(PLAN)),
    ("ranges inside of one that was taken", "Prefix,Note\n10.0.0.0/8,with 10.1.0.0/16\n"),
    ("the default route", '[{"cidr": "10.0.0.0/8", "via": "0.0.0.0/0"}]'),
    ("a network whose mask was used, and a number beside it", "Network,Mask,Level\n10.32.0.0,255.255.0.0,12\n"),
    ("a network and the number of its VLAN", '["10.1.0.0/16", {"ip": "10.32.0.0", "vlan": 12}]'),
    ("an address of a machine and a number", '["10.1.0.0/16", {"ip": "10.32.0.5", "n": 24}]'),
    ("rows that are comments", "Prefix,Name\n10.0.0.0/16,a\n# 10.9.0.0/16,old\n"),
)


@pytest.mark.parametrize("text", [row[1] for row in NOTHING_LOST], ids=[row[0] for row in NOTHING_LOST])
def test_what_only_speaks_of_ranges_is_not_lost(text: str) -> None:
    assert read_list(text).lost == []


@pytest.mark.parametrize(
    ("text", "holder"), [('[{"n": "a", "p": "10.0.0.0/16"}]', "key p"), ("a;b\nc;10.0.0.0/8", "column b")]
)
def test_where_nothing_was_taken_the_advice_names_what_holds_ranges(text: str, holder: str) -> None:
    (fault,) = read_list(text).faults
    assert fault.fault.rule == "list-without-ranges"
    assert f"rename {holder} to prefix or cidr" in fault.fault.recommendation


@pytest.mark.parametrize("title", titles.KINDS["sure"] + titles.KINDS["likely"])
def test_every_name_has_its_twins_of_both_families(title: str) -> None:
    for spelled in (f"ipv4{title}", f"IPv4 {title}", f"{title}_v4", f"{title}-IPv4", f"ip4_{title}"):
        assert named(read_list(f"{spelled},x\n10.1.0.0/16,\n")) == ["10.1.0.0/16"]
        listing = read_list(f"{spelled.replace('4', '6')},Network\nfd00::/8,10.1.0.0/16\n")
        assert (named(listing), listing.ipv6) == (["10.1.0.0/16"], 1)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_without_a_mark_is_read(encoding: str) -> None:
    text = "prefix;site\n10.0.0.0/8;Bonn".encode(encoding).decode("utf-8")
    assert named(read_list(text)) == ["10.0.0.0/8 Bonn"]


@pytest.mark.parametrize("site", ["München", "Köln", "Nürnberg (Süd)", "Århus"])
@pytest.mark.parametrize("tail", ["", "x"], ids=["of one length", "of one byte more"])
def test_a_file_in_a_code_page_of_windows_is_read_whatever_azure_cli_makes_of_it(
    tmp_path: Path, site: str, tail: str
) -> None:
    listing = read_as_azure_cli(tmp_path / "list.csv", f"prefix;site\r\n10.0.0.0/8;{site}{tail}\r\n".encode("cp1252"))
    assert (named(listing), [rule for rule, _ in listing.form]) == ([f"10.0.0.0/8 {site}{tail}"], ["list-not-utf8"])


def test_bytes_that_came_by_a_pipe_are_read_as_well() -> None:
    text = "prefix;site\n10.0.0.0/8;Köln".encode("cp1252").decode("utf-8", "surrogateescape")
    assert named(read_list(text)) == ["10.0.0.0/8 Köln"]


def read_as_azure_cli(path: Path, content: bytes | None = None) -> Any:
    """A file as azure-cli decodes it before a command sees it."""
    from azure.cli.core.util import read_file_content

    if content is not None:
        path.write_bytes(content)
    return read_list(read_file_content(str(path), allow_binary=True).rstrip("\n"))

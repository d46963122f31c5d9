"""Files that are no lists: one finding says what each is, and what it says to type works."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from azext_kubenet.options.range_lists import read_list
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed

REFUSED = {
    "error": {"code": "AuthorizationFailed", "message": "The client 'a' does not have authorization over scope '/x'."}
}
#: What is said of an error.
NO_LIST = "--exclude-prefixes: the file holds an error message, not a list: "

# what the file is, its text, the one finding on it
FILES = (
    ("an error of Azure", json.dumps(REFUSED),
     NO_LIST + "(AuthorizationFailed) The client 'a' does not have authorization over scope '/x'."),
    ("an error of OData, whose words have a language",
     '{"odata.error": {"code": "Denied", "message": {"lang": "en", "value": "No."}}}', NO_LIST + "(Denied) No."),
    ("an error of OAuth", '{"error": "invalid_grant", "error_description": "expired"}',
     NO_LIST + "(invalid_grant) expired"),
    ("an error of NetBox", '{"detail": "Invalid token"}', NO_LIST + "Invalid token"),
    ("an error that names a range", '{"error": {"code": "X", "message": "10.0.0.0/8 overlaps"}}',
     NO_LIST + "(X) 10.0.0.0/8 overlaps"),
    ("what az prints of one", "ERROR: (AuthorizationFailed) The x.\nCode: AuthorizationFailed\nMessage: The client.\n",
     NO_LIST + "(AuthorizationFailed) The client."),
    ("az without a login", "ERROR: Please run 'az login' to setup account.\n",
     NO_LIST + "Please run 'az login' to setup account."),
    ("an error of AWS", "\nAn error occurred (UnauthorizedOperation) when calling DescribeVpcs: no\n",
     NO_LIST + "(UnauthorizedOperation) when calling DescribeVpcs: no"),
    ("a page", "<!DOCTYPE html>\n<html><body>\n<tr><td>\n10.1.0.0/16\n</td></tr>\n",
     "--exclude-prefixes: the file is an HTML page, not a list"),
    ("a page in lower case, without a type", "\n<html lang='en'>\n<p>none</p>\n",
     "--exclude-prefixes: the file is an HTML page, not a list"),
    ("a scan of nmap", '<?xml version="1.0"?>\n<nmaprun args="10.1.0.0/24">\n<host/>\n</nmaprun>\n',
     "--exclude-prefixes: the file is XML (nmaprun), not a list"),
    ("XML without its first line", '<subnets>\n<subnet cidr="10.1.0.0/16"/>\n</subnets>\n',
     "--exclude-prefixes: the file is XML (subnets), not a list"),
    ("routes of a router of Cisco", "Codes: L - local, C - connected\n\nC    10.0.0.0/24 is directly connected, Gi0\n",
     "--exclude-prefixes: the file is a routing table, not a list"),
    ("ip route", "default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 scope link\n10.8.0.0/16 via 10.0.0.2 dev x\n",
     "--exclude-prefixes line 1: 'default via 10.0.0.1 dev eth0' is text, not a range, and so are 2 more lines:"
     " the file is a routing table, not a list"),
    ("commands of Fortinet", 'config firewall address\nedit "hub"\nset subnet 10.1.0.0 255.255.0.0\nnext\nend\n',
     "--exclude-prefixes line 1: 'config firewall address' is text, not a range, and so are 4 more lines:"
     " the file is commands of a router or a firewall, not a list"),
    ("an inventory of Ansible",
     "[web]\nweb1 ansible_host=10.1.0.5\nweb2 ansible_host=10.1.0.6 x=y\n[all:vars]\na b=c\n",
     "--exclude-prefixes line 2: 'web1 ansible_host=10.1.0.5' is text, not a range, and so are 2 more lines:"
     " the file is an inventory of Ansible, not a list"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_that_is_no_list_is_one_finding(text: str, message: str) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert (finding.severity.value, finding.message) == ("error", message)
    assert finding.recommendation


# what looks like an error and is a list, its ranges
LISTS = (
    ("an answer with a message beside its list", '{"code": 200, "message": "OK", "data": [{"subnet": "10.1.0.0/16"}]}',
     ["10.1.0.0/16"]),
    ("a list with a warning of az above it", "# WARNING: old\n10.1.0.0/16\n", ["10.1.0.0/16"]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "ranges"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS])
def test_a_list_is_no_error(text: str, ranges: list[str]) -> None:
    assert [str(each) for each in read_list(text).networks] == ranges


def test_what_is_said_to_type_takes_the_ranges_out_of_a_page(tmp_path: Path) -> None:
    page = "<html>\n<td>10.1.0.0/16</td>\n<td>10.2.0.1/24 up</td> 1.2.3.4\nset subnet 10.3.0.0 255.255.0.0\n</html>\n"
    (tmp_path / "FILE").write_text(page)
    (finding,) = read_ranges(Typed({"exclude_prefixes": [page]})).findings
    found = re.search(r"extract the ranges with (.*), and use @ranges.csv", finding.recommendation)
    assert found
    subprocess.run(["sh", "-c", found[1]], cwd=tmp_path, check=True)
    listing = read_list((tmp_path / "ranges.csv").read_text())
    assert [str(each) for each in listing.networks] == ["10.1.0.0/16", "10.2.0.0/24", "10.3.0.0/16"]
    assert listing.faults == []


@pytest.mark.parametrize(
    "cell", ["10.244.0.0&#47;16", "10.244.0.0 - 10.244.0.255", "10&#46;244.0.0/16", "<b>10.4.0.0</b>/16"]
)
def test_no_command_is_given_that_finds_only_a_part(cell: str) -> None:
    page = f"<html><body><td>10.1.0.0/16</td><td>{cell}</td></body></html>"
    (finding,) = read_ranges(Typed({"exclude_prefixes": [page]})).findings
    assert "grep" not in finding.recommendation


def test_the_command_takes_a_netmask_behind_a_slash_whole(tmp_path: Path) -> None:
    (fault,) = read_list("<html><body><td>10.244.0.0/255.255.0.0</td></body></html>").faults
    (tmp_path / "FILE").write_text("<td>10.244.0.0/255.255.0.0</td>\n", encoding="utf-8")
    command = fault.fault.recommendation.partition("with ")[2].partition(" > ")[0]
    printed = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=True, text=True).stdout
    assert [str(each) for each in read_list(printed).networks] == ["10.244.0.0/16"]


# routes that the command for a routing table would lose or take for others, the first of them
BARE_ROUTES = (
    ("Codes: C\n     10.0.0.0/24 is subnetted, 1 subnets\nC       10.1.1.0 is directly connected, Fa0\n"
     "S    172.20.0.0/16 [1/0] via 10.1.1.3\n", "1 of the file is not, such as 10.1.1.0"),
    ("Routing tables\n\nInternet:\nDestination        Gateway     Flags\n10.60/16           utun3       USc\n"
     "192.168.1          link#4      UCS\n172.20.0.0/16      utun3       USc\n",
     "2 of the file are not, such as 10.60/16"),
    ("Kernel IP routing table\nDestination Gateway Genmask Flags\n10.8.0.0 10.1.0.1 255.255.0.0 UG\n"
     "10.9.0.0 10.1.0.1 255.255.0.0 UG\n", "2 of the file are not, such as 10.8.0.0"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BARE_ROUTES, ids=["Cisco", "macOS", "Linux"])
def test_no_command_is_given_for_routes_that_it_does_not_find(text: str, said: str) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert "a routing table, not a list" in finding.message
    assert "grep" not in finding.recommendation
    assert finding.recommendation.endswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0\n10.8.0.0/16 via 10.0.0.2 dev x\n",
        "Codes: C\nC    10.0.0.0/24 is directly connected, Gi0\n       via 10.1.1.2, Gi0\n",
    ],
    ids=["Linux", "Cisco"],
)
def test_the_command_is_given_for_routes_that_it_finds(text: str) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert "grep" in finding.recommendation


def test_two_commands_of_a_router_are_told_as_such() -> None:
    text = "access-list 101 permit ip 10.216.0.0 0.0.255.255 any\naccess-list 101 permit ip 10.217.4.0 0.0.3.255 any\n"
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert "commands of a router or a firewall" in finding.message
    assert finding.recommendation.startswith("use a list of ranges")


@pytest.mark.parametrize("head", ["destination,gw", "Route,Via"])
def test_a_gateway_beside_ranges_is_no_range(head: str) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [f"{head}\n10.1.0.0/16,10.9.0.2\n10.2.0.0/16,10.9.0.2\n"]}))
    assert reading.reservations == ()
    assert [each.recommendation for each in reading.findings] == [
        f"rename column {head.split(',', maxsplit=1)[0]} to prefix or cidr: ranges such as 10.1.0.0/16 were found there"
    ]


def test_texts_under_keys_that_hold_ranges_are_given_as_ranges() -> None:
    text = "kind: ConfigMap\ndata:\n  agent: |\n    - 10.83.0.0/16\n  net.conf: |\n    corp=172.30.0.0/16\n"
    (finding,) = read_ranges(Typed({"exclude_prefixes": [text]})).findings
    assert finding.recommendation.endswith("--exclude-prefixes 10.83.0.0/16 172.30.0.0/16")

"""Lists of ranges as files and on standard input, as a user of the real `az` gives them."""

from __future__ import annotations

import json

import pytest
from netaddr import IPSet

from tests.conftest import Az

VNETS = [
    {"name": "hub", "addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}, "subnets": []},
    {"name": "spoke", "addressSpace": {"addressPrefixes": ["192.168.0.0/16", "fd00::/48"]}, "subnets": []},
]
# what the file is, its content
FILES = (
    ("an export of az network vnet list", json.dumps(VNETS, indent=2)),
    ("CSV with semicolons", "\ufeffName;CIDR\r\nhub;10.0.0.0/8\r\nspoke;192.168.0.0/16\r\n"),
    ("a range and a network, one a line", "10.0.0.0-10.255.255.255\n192.168.0.0/16\n"),
)


@pytest.mark.parametrize("content", [row[1] for row in FILES], ids=[row[0] for row in FILES])
def test_a_plan_keeps_clear_of_what_a_file_lists(az: Az, content: str) -> None:
    (az.home / "list").write_bytes(content.encode())
    ran = az("kubenet plan --exclude-prefixes @list")
    assert ran.code == 0, ran.err
    chosen = IPSet([*ran.json["vnetAddressPrefixes"], ran.json["podCidr"], ran.json["serviceCidr"]])
    assert not chosen & IPSet(["10.0.0.0/8", "192.168.0.0/16"])


def test_an_export_may_come_by_a_pipe(az: Az) -> None:
    ran = az("kubenet plan --pod-cidr 10.244.0.0/16 --exclude-prefixes @-", stdin=json.dumps(VNETS))
    assert (ran.code, ran.out) == (1, "")
    assert "10.0.0.0/8 (excluded: hub)" in ran.err


def test_the_subnet_that_was_given_may_stand_in_the_inventory(az: Az) -> None:
    (az.home / "list.csv").write_text("prefix,name\n10.0.0.0/8,on-premises\n10.1.2.0/26,AKS subnet for you\n")
    ran = az("kubenet plan --subnet-prefix 10.1.2.0/26 --exclude-prefixes @list.csv")
    assert ran.code == 0, ran.err
    assert [(each["rule"], each["severity"]) for each in ran.json["findings"]] == [
        ("hole-in-excluded-range", "warning"),
        ("excluded-range-itself", "info"),
    ]
    assert "10.1.2.0/26 (excluded: AKS subnet for you)" in ran.err


def test_what_is_wrong_in_a_file_is_named_with_line_and_place(az: Az) -> None:
    (az.home / "list.json").write_text('{"results": [\n {"prefix": "10.0.0.0/8"},\n {"prefix": "ten"}]}')
    (az.home / "list.csv").write_text("prefix,name\n10.0.0.0/8,a\nten,b\n")
    ran = az("kubenet plan --exclude-prefixes @list.json @list.csv")
    assert (ran.code, ran.out) == (1, "")
    assert "--exclude-prefixes line 3 (results[1].prefix): 'ten' is not an IPv4 network [malformed-range]" in ran.err
    assert "--exclude-prefixes line 3 (column prefix): 'ten' is not an IPv4 network [malformed-range]" in ran.err
    assert "Traceback" not in ran.err


def test_ranges_of_ipv6_are_passed_over_and_said_so(az: Az) -> None:
    (az.home / "list.json").write_text(json.dumps(VNETS))
    ran = az("kubenet plan --exclude-prefixes @list.json")
    assert ran.code == 0, ran.err
    assert "1 IPv6 range is passed over" in ran.err

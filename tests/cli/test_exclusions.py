"""Lists of ranges as files and on standard input, as a user of the real `az` gives them."""

from __future__ import annotations

import json

import pytest
from netaddr import IPSet

from tests.support.az import Az

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
    said = "'ten' is not an IPv4 network [malformed-range]"
    assert f"--exclude-prefixes 1st list line 3 (results[1].prefix): {said}" in ran.err
    assert f"--exclude-prefixes 2nd list line 3 (column prefix): {said}" in ran.err
    assert "Traceback" not in ran.err


def test_ranges_of_ipv6_are_passed_over_and_said_so(az: Az) -> None:
    (az.home / "list.json").write_text(json.dumps(VNETS))
    ran = az("kubenet plan --exclude-prefixes @list.json")
    assert ran.code == 0, ran.err
    assert "1 IPv6 range is ignored" in ran.err


def test_a_list_of_which_nothing_could_be_taken_is_refused(az: Az) -> None:
    (az.home / "blank").write_text(" \n")
    (az.home / "other.json").write_text('[{"n": "hub", "p": "10.244.0.0/16"}]')
    for typed, stdin in (("@-", ""), ("''", None), ("@blank", None), ("@other.json", None), ("10.9.0.0/16 ''", None)):
        ran = az(f"kubenet plan --exclude-prefixes {typed}", stdin=stdin)
        assert (ran.code, ran.out) == (1, ""), typed
        assert "[list-without-ranges]" in ran.err


def test_what_is_not_taken_is_a_finding_that_stays_where_only_errors_are_shown(az: Az) -> None:
    (az.home / "list.csv").write_text("prefix,uplink\n10.1.0.0/16,10.9.0.0/30\n10.2.0.0/16,10.9.0.4/30\n")
    ran = az("kubenet plan --exclude-prefixes @list.csv --only-show-errors")
    assert (ran.code, ran.err) == (0, "")
    (finding,) = [each for each in ran.json["findings"] if each["rule"] == "ranges-not-taken"]
    assert (finding["severity"], finding["options"]) == ("warning", ["--exclude-prefixes"])
    assert "2 ranges in column uplink are not used: 10.9.0.0/30 (line 2)" in finding["message"]


def test_plans_are_kept_clear_of_by_the_next(az: Az) -> None:
    taken: list[str] = []
    for number in range(3):
        before = " ".join(f"@{each}.json" for each in range(number))
        ran = az(f"kubenet plan {'--exclude-prefixes ' + before if before else ''} --only-show-errors")
        assert ran.code == 0, ran.err
        (az.home / f"{number}.json").write_text(ran.out)
        taken += [*ran.json["vnetAddressPrefixes"], ran.json["podCidr"], ran.json["serviceCidr"]]
    assert IPSet(taken).size == sum(IPSet([each]).size for each in taken)
    together = "".join((az.home / f"{number}.json").read_text() for number in range(3))
    ran = az("kubenet plan --exclude-prefixes @- --only-show-errors", stdin=together)
    assert ran.code == 0, ran.err
    assert not IPSet([*ran.json["vnetAddressPrefixes"], ran.json["podCidr"], ran.json["serviceCidr"]]) & IPSet(taken)


def test_an_option_that_is_given_twice_adds_up(az: Az) -> None:
    (az.home / "sites").write_text("10.0.0.0/16 # Bonn\n")
    ran = az("kubenet plan --exclude-prefixes @sites --exclude-prefixes 10.244.0.0/16 --accept-risk too-many-routes "
             "--accept-risk pod-vnet-overlap --needs cilium --needs DUAL-STACK")  # fmt: skip
    assert ran.code == 0, ran.err
    assert not IPSet([ran.json["podCidr"], ran.json["serviceCidr"]]) & IPSet(["10.0.0.0/16", "10.244.0.0/16"])
    assert set(ran.json["comparison"]["needs"]) == {"cilium", "dual-stack"}


@pytest.mark.parametrize(("typed", "values"), [
    ("--pod-cidr 10.1.0.0/16 --pod-cidr 10.2.0.0/16", ("10.1.0.0/16", "10.2.0.0/16")),
    ("--subnet-prefix /28 --subnet-prefixes /26", ("--subnet-prefix /28", "--subnet-prefixes /26")),
    ("--node-count 3 -c 5", ("--node-count 3", "-c 5")),
    ("--max-surge 1 --max-surge 33%", ("--max-surge 1", "--max-surge 33%")),
])  # fmt: skip
def test_two_values_that_cannot_both_hold_are_wrong_usage(az: Az, typed: str, values: tuple[str, ...]) -> None:
    ran = az(f"kubenet plan {typed}")
    assert (ran.code, ran.out) == (2, "")
    assert all(value in ran.err for value in values)


def test_create_adds_up_and_contradicts_itself_likewise(az: Az) -> None:
    ran = az("kubenet create -g g -n k --no-ssh-key --service-cidr /20 --service-cidr /22")
    assert (ran.code, ran.out) == (2, "")
    assert "--service-cidr /20 and --service-cidr /22" in ran.err


@pytest.mark.parametrize("option", ["--vnet-name", "--map", "--within", "--vnet-address-prefixes", "--accept-risk",
                                    "--subnet-name", "--export", "--skip-checks"])  # fmt: skip
def test_nothing_where_something_was_meant_is_an_error(az: Az, option: str) -> None:
    ran = az("kubenet", "plan", option, "")
    assert (ran.code, ran.out) == (1, "")
    assert f"{option}: " in ran.err

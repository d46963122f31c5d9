"""Ranges of a list that were not used, in forms that only people write: each is told as it can be typed."""

from __future__ import annotations

import pytest

from azext_kubenet.options.ranges import RangeOptions, read_ranges
from azext_kubenet.options.typed import Typed


def reading(text: str, option: str = "exclude_prefixes") -> RangeOptions:
    """What is read of a list that is the one value of an option."""
    return read_ranges(Typed({option: [text]}))


# how a range is written in a remark, how it is told, "" where it is none
REMARKS = (
    ("route 10.2.0.0 mask 255.255.0.0", "10.2.0.0/16"),
    ("10.2.0.0 netmask 255.255.0.0", "10.2.0.0/16"),
    ("10.2.0.0 Maske: 255.255.0.0", "10.2.0.0/16"),
    ("10.2.0.0, 255.255.0.0", "10.2.0.0/16"),
    ("permit 10.216.0.0 0.0.255.255", "10.216.0.0/16"),
    ("permit 10.217.4.0 0.0.3.255 any", "10.217.4.0/22"),
    ("VPN: 10.6/16.", "10.6.0.0/16"),
    ("192.168.4/24", "192.168.4.0/24"),
    ("10.2.0.1 0.0.255.255", ""),
    ("version 3.11/12", ""),
    ("build 10.6.1.2/16.4", ""),
    ("on 10.12/2024", ""),
)


@pytest.mark.parametrize(("remark", "told"), REMARKS)
@pytest.mark.parametrize(
    "text", ['site;cidr;notes\nA;10.1.0.0/16;"{}"\n', "cidr: 10.1.0.0/16\nextra: |\n  {}\n"], ids=["CSV", "YAML"]
)
def test_a_range_of_another_form_is_told_where_it_is_not_used(remark: str, told: str, text: str) -> None:
    findings = reading(text.format(remark)).findings
    assert [each.rule for each in findings] == ["ranges-not-taken"] * bool(told)
    assert all(each.recommendation.endswith(f"--exclude-prefixes {told}") for each in findings)


def test_the_command_has_more_ranges_than_the_message() -> None:
    rows = "".join(f"10.1.{n}.0/24,10.9.{n}.0/24\n" for n in range(6))
    (finding,) = reading(f"prefix,uplink\n{rows}").findings
    assert finding.message.endswith("and 3 more")
    assert finding.recommendation.endswith(" ".join(f"10.9.{n}.0/24" for n in range(6)))


@pytest.mark.parametrize(("values", "rule"), [(["10.0.0.0/24", "fd00::/8"], "ipv6-passed-over"),
                                              (["fd00::/8"], "list-without-ranges")])  # fmt: skip
def test_ipv6_to_take_from_is_passed_over_beside_another_and_wrong_alone(values: list[str], rule: str) -> None:
    rules = {each.rule for each in read_ranges(Typed({"within": values})).findings}
    assert rules & {"ipv6-passed-over", "list-without-ranges"} >= {rule}
    assert ("list-without-ranges" in rules) == (len(values) == 1)


# titles beside Prefix, the cells below them beside 10.1.0.0/16, the range that is told, "" for none
SPANS = (
    ("Pool von;Pool bis", "10.2.0.0;10.2.255.255", "10.2.0.0-10.2.255.255"),
    ("DHCP start;DHCP end", "10.1.255.1;10.2.0.7", "10.1.255.1-10.2.0.7"),
    ("x;y", "10.2.0.1;10.2.255.255", "10.2.0.1-10.2.255.255"),
    ("DHCP start;DHCP end", "10.1.0.10;10.1.0.99", ""),
    ("x;y", "10.2.0.9;10.2.0.1", ""),
    ("Gateway;DNS", "10.1.0.1;10.250.0.10", ""),
    ("IP;Maske", "10.1.2.3;255.255.0.0", ""),
)


@pytest.mark.parametrize(("titles", "cells", "told"), SPANS)
def test_two_ends_beside_a_prefix_are_told_where_they_are_outside_of_it(titles: str, cells: str, told: str) -> None:
    findings = reading(f"Prefix;{titles}\n10.1.0.0/16;{cells}\n").findings
    findings = tuple(each for each in findings if each.rule == "ranges-not-taken")
    assert [each.recommendation.rpartition(" ")[2] for each in findings] == [told] * bool(told)


# a table below another one, its range
SECOND = (
    ("Pool,Owner,Range\nusers,ops,10.3.0.0/24\n", "10.3.0.0/24"),
    ("Range,Pool\n10.3.0.0/24,\n", "10.3.0.0/24"),
    ("B,10.3.0.0/24\n", "10.3.0.0/24"),
)


@pytest.mark.parametrize(("below", "network"), SECOND)
@pytest.mark.parametrize("between", ["\n", "# pools\n"])
def test_a_second_table_is_read_by_its_own_header(below: str, network: str, between: str) -> None:
    read = reading(f"Site,Prefix\nA,10.1.0.0/16\n{between}{below}")
    assert [str(each.network) for each in read.reservations] == ["10.1.0.0/16", network]
    assert read.findings == ()

"""The text of --explain: what it says, and that it stays short."""

import pytest

from azext_kubenet.addressing.cidr import read_network
from azext_kubenet.addressing.explanation import described, reasons
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reservation
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.output.explained import explain
from tests.unit.addressing.asking import ask

EVERYONE = (
    "--vnet-address-prefixes 192.168.0.0/16 --existing-subnets 192.168.0.0/24 192.168.1.0/24 192.168.8.0/22 "
    "--peered-networks 10.240.0.0/12 --routes 10.0.0.0/16 --clusters 10.244.0.0/16 "
    "--exclude-prefixes 172.16.0.0/14 --other-networks 172.20.0.0/16"
)


def text_of(verdict, *more):
    return explain(described(verdict), *more)


def test_each_range_has_its_value_and_its_reason():
    verdict = ask("--pod-cidr 10.9.0.0/16")
    text = " ".join(text_of(verdict).split())
    for value in ("192.168.0.0/16", "192.168.1.0/24", "10.9.0.0/16", "10.0.0.0/16", "10.0.0.10", "172.17.0.1/16"):
        assert f" {value}: " in text
    assert all(reason in text for reason in reasons(verdict).values())


def test_every_kind_of_neighbour_is_counted_and_the_largest_are_named():
    text = " ".join(text_of(ask(EVERYONE)).split())
    assert "avoids 8 ranges" in text
    assert "3 other subnets: 192.168.8.0/22 (subnet old), 192.168.0.0/24 (subnet old) and 1 more" in text
    for part in (
        "1 peered range: 10.240.0.0/12 (network hub, peered as to-hub)",
        "1 routed range: 10.0.0.0/16 (route",
        "1 cluster range: 10.244.0.0/16",
        "1 excluded range: 172.16.0.0/14",
        "1 unconnected network: 172.20.",
    ):
        assert part in text


def test_every_origin_has_a_name():
    taken = [
        Reservation(read_network(f"10.{number}.0.0/16"), f"name of {origin}", origin)
        for number, origin in enumerate(Origin)
    ]
    text = text_of(plan_ranges(ClusterSize(), RangeRequests(), taken))
    assert all(f"name of {origin}" in text for origin in Origin)


def test_what_binds_first():
    text = " ".join(text_of(ask("")).split())
    assert (
        "capacity: 228 nodes plus 23 surge nodes, with 25,080 pods, 110 per node; the first limit is the subnet, "
        "the pod CIDR allows 232, the route table allows 363; requested: 3 nodes"
    ) in text
    assert "capacity: 251 nodes, with 27,610 pods" in " ".join(text_of(ask("--max-surge 0")).split())


def test_findings_are_said_elsewhere():
    assert "without surge nodes" not in text_of(ask("--max-surge 0"))


def test_more_is_appended_and_nothing_is_left_out_of_it():
    text = text_of(ask(""), "the map\n  of it\n", "", "a table")
    assert text.endswith("\n\nthe map\n  of it\n\na table\n")


@pytest.mark.parametrize("line", ["", EVERYONE])
def test_it_stays_short(line):
    lines = text_of(ask(line)).splitlines()
    assert len(lines) <= 34
    assert max(map(len, lines)) <= 100


def test_a_plan_that_found_no_place_has_no_capacity():
    verdict = ask("--pod-cidr 10.9.0.0/16 --vnet-address-prefixes 10.1.0.0/28 --node-count 40")
    assert "carries" not in text_of(verdict)
    assert "10.9.0.0/16: given with --pod-cidr" in text_of(verdict)

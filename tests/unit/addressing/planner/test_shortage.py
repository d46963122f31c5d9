"""A plan that finds no place says what is in the way, what would fit, what to type: lines, and what they must say."""

import re

import pytest
from netaddr import IPNetwork, IPSet

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import read_network
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reservation, fixed, sized
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.addressing.planner.shortage import outermost
from tests.unit.addressing.asking import ask, question, split

FULL = "--vnet-address-prefixes 10.1.0.0/24 10.2.0.0/25 --existing-subnets 10.1.0.0/25 10.1.0.128/26 10.2.0.0/26"
CROWDED = "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/17 192.168.128.0/18 100.64.0.0/10"
ROWS = {
    "the largest free block of each prefix, and the cluster that a subnet there carries": (
        f"{FULL} --max-count 100",
        "the largest free block is 10.1.0.192/26, enough as a subnet for 53 nodes (10.2.0.0/25 has 10.2.0.64/26)",
    ),
    "a prefix that is full has nothing": (
        "--vnet-address-prefixes 10.1.0.0/24 10.2.0.0/25 --existing-subnets 10.1.0.0/25 10.2.0.0/25 --max-count 200",
        "the largest free block is 10.1.0.128/25, enough as a subnet for 111 nodes (10.2.0.0/25 has nothing)",
    ),
    "other addresses take their part of a subnet": (
        f"{FULL} --max-count 100 --extra-ips 20",
        "the largest free block is 10.1.0.192/26, enough as a subnet for 35 nodes",
    ),
    "what is in the way is named, largest first, and the rest is counted": (
        f"{FULL} --existing-subnets 10.1.0.192/28 10.2.0.64/28 --max-count 100",
        "blocked by: 10.1.0.0/25 (subnet old), 10.1.0.128/26 (subnet old), 10.2.0.0/26 (subnet old) and 2 more",
    ),
    "what lies elsewhere is not in the way": (
        f"{FULL} --max-count 100 --exclude-prefixes 10.9.0.0/16 172.16.0.0/12",
        "blocked by: 10.1.0.0/25 (subnet",
    ),
    "what lies inside of something larger is not named beside it": (
        f"{CROWDED} 10.7.0.0/16 --max-count 100",
        "blocked by: 10.0.0.0/8 (excluded), 100.64.0.0/10 (excluded), 172.16.0.0/12 (excluded) and 2 more",
    ),
    "the place that needs least to be freed": (
        f"{FULL} --existing-subnets 10.2.0.64/28 --max-count 60",
        "closest to free is 10.1.0.128/25, except for 10.1.0.128/26 (subnet old)",
    ),
    "a given range is in the way as well": (
        "--vnet-address-prefixes 10.0.0.0/16 --service-cidr 10.0.0.0/16",
        "blocked by: 10.0.0.0/16 (given as --ser",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_message_says(row):
    line, said = ROWS[row]
    found = [finding for finding in ask(line).findings if finding.rule == "no-space"]
    assert said in found[0].message


def no_space(verdict):
    return next(finding for finding in verdict.findings if finding.rule == "no-space")


def test_a_network_that_exists_can_be_given_one_more_prefix():
    line = f"{FULL} --max-count 100"
    text = no_space(ask(line)).recommendation
    assert text == (
        "use --max-count 53, or add a prefix to the virtual network: az network vnet update -g GROUP "
        "-n NETWORK --address-prefixes 10.1.0.0/24 10.2.0.0/25 192.168.0.0/24"
    )
    prefixes = re.search(r"--address-prefixes (.*)", text).group(1).split()
    verdict = plan_ranges(*question({**split(line), "--vnet-address-prefixes": prefixes}))
    assert not verdict.refused
    assert str(verdict.plan.subnet) == "192.168.0.0/25"


def test_the_prefix_to_add_keeps_clear_of_everyone_and_of_the_network_itself():
    text = no_space(
        ask(f"{FULL} --max-count 100 --peered-networks 192.168.0.0/16 172.16.0.0/12 100.64.0.0/10 10.0.0.0/16")
    ).recommendation
    assert text.endswith("--address-prefixes 10.1.0.0/24 10.2.0.0/25 10.1.1.0/24")


def test_a_network_that_exists_is_never_to_be_typed_anew():
    for line in (f"{FULL} --max-count 100", f"{FULL} --subnet-prefix /24"):
        assert "--vnet-address-prefixes" not in no_space(ask(line)).recommendation


def test_a_larger_network_is_to_be_asked_for_where_one_was_given():
    said = no_space(ask("--vnet-address-prefixes 10.9.0.0/28 --node-count 40")).recommendation
    assert said == "use --node-count 10, or ask for a /26 in place of 10.9.0.0/28"


def test_many_reservations_are_counted():
    taken = [
        Reservation(read_network(f"10.1.{number}.0/24"), f"subnet s{number}", Origin.SUBNET) for number in range(255)
    ]
    verdict = plan_ranges(ClusterSize(max_count=300), RangeRequests(vnet=fixed(read_network("10.1.0.0/16"))), taken)
    assert verdict.shortage.more == 252
    assert "and 252 more" in no_space(verdict).message
    assert "closest to free is 10.1.254.0/23, except for 10.1.254.0/24 (subnet s254)" in no_space(verdict).message


@pytest.mark.parametrize(("count", "told"), [(10, True), (11, False)])
def test_a_place_with_very_many_in_it_is_not_near_to_free(count, told):
    taken = [
        Reservation(read_network(f"10.1.0.{16 * number}/29"), f"subnet s{number}", Origin.SUBNET)
        for number in range(count)
    ]
    verdict = plan_ranges(
        ClusterSize(max_count=60), RangeRequests(vnet=fixed(read_network("10.1.0.0/24")), subnet=sized(24)), taken
    )
    assert ("closest to free is 10.1.0.0/24" in no_space(verdict).message) == told


def test_no_prefix_to_add_is_named_where_the_other_ranges_would_have_no_place_beside_it():
    """Outside the network one /24 is free, and what the pods need: services and docker bridge have no place."""
    demand, wish, taken = question(split(f"{FULL} --max-count 100"))
    free = IPSet([*wish.vnet.networks, IPNetwork("192.168.7.0/24"), IPNetwork("100.64.0.0/17")])
    everywhere = IPSet([*limits.PRIVATE_RANGES, limits.SHARED_RANGE]) - free
    taken += [Reservation(each, "on-premises", Origin.ROUTE) for each in everywhere.iter_cidrs()]
    assert "--address-prefixes" not in no_space(plan_ranges(demand, wish, taken)).recommendation
    roomier = [each for each in taken if each.network not in IPNetwork("172.16.0.0/12")]
    assert no_space(plan_ranges(demand, wish, roomier)).recommendation.endswith(" 192.168.7.0/24")


def test_a_place_that_azure_keeps_for_itself_is_not_near_to_free():
    line = "--within 172.28.0.0/14 --vnet-address-prefixes /14 --exclude-prefixes 172.28.0.0/24"
    assert "closest to free" not in no_space(ask(line)).message


def test_the_outermost_of_some_ranges():
    blocks = ["10.0.0.0/24", "10.0.0.255/32", "10.0.1.0/32", "10.0.0.0/24", "10.0.1.0/30", "9.255.255.255/32"]
    found = outermost([Reservation(read_network(each), each, Origin.USER) for each in blocks])
    assert [each.reason for each in found] == ["10.0.0.0/24", "10.0.1.0/30", "9.255.255.255/32"]


NOTHING = "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10"
TAKEN = "of what is excluded, and name them with"
RISK = "and --accept-risk excluded-range-overlap"
# sentence, what is typed, what is to be asked for
ASKED_FOR = [
    ("all that a plan lacks", NOTHING,
     f"a /28 for the subnet, a /22 for pods and a /28 for services {TAKEN} --subnet-prefix, --pod-cidr, --service-cidr "
     f"{RISK}"),
    ("a subnet of the size that was typed", f"{NOTHING} --subnet-prefix /26",
     f"a /26 for the subnet, a /22 for pods and a /28 for services {TAKEN} --subnet-prefix, --pod-cidr, --service-cidr "
     f"{RISK}"),
    ("no subnet where one was given", f"{NOTHING} --subnet-prefix 10.1.2.0/26",
     f"a /22 for pods and a /28 for services {TAKEN} --pod-cidr, --service-cidr {RISK}"),
    ("what was given in excluded space, too", f"{NOTHING} --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16",
     f"a /28 for the subnet, a /22 for pods and a /28 for services {TAKEN} --subnet-prefix, --pod-cidr, --service-cidr "
     f"{RISK}"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), [row[1:] for row in ASKED_FOR], ids=[row[0] for row in ASKED_FOR])
def test_where_nothing_is_free_all_is_asked_for_together(line, said):
    finding = no_space(ask(line))
    assert finding.recommendation == f"free a larger block, or ask for {said}"


def test_what_was_asked_for_gives_a_plan_when_it_is_typed():
    got = "--subnet-prefix 10.9.9.16/28 --pod-cidr 10.8.0.0/22 --service-cidr 10.7.0.0/28"
    assert not ask(f"{NOTHING} {got}", ("excluded-range-overlap",)).refused


# sentence, what is typed, what is recommended
TOO_MANY = [
    ("the most that fits beside what is excluded", "--exclude-prefixes 10.0.0.0/8", "use --extra-ips 4194295"),
    ("the most that all space would hold, where none is free", NOTHING,
     "use no more than --extra-ips 16777207, which all private address space would hold"),
    ("node pools that are too large hide nothing", "--network-plugin-mode overlay --node-count 4545 --max-pods 40",
     "use --extra-ips 16772211"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), [row[1:] for row in TOO_MANY], ids=[row[0] for row in TOO_MANY])
def test_more_addresses_than_any_space_holds(line, said):
    finding = no_space(ask(f"--extra-ips 99999999 {line}"))
    assert finding.message.endswith(
        "the largest block of private address space is 10.0.0.0/8: --extra-ips is too large"
    )
    assert (finding.recommendation, finding.subject[-1]) == (said, "--extra-ips")

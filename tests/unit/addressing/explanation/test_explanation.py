"""Why each range is the one it is: lines of options, and the sentence that must come of them."""

import pytest

from azext_kubenet.addressing.explanation import reasons
from azext_kubenet.addressing.explanation.claims import percent
from azext_kubenet.addressing.model import RangeKind
from tests.unit.addressing.asking import ask

NETWORK = "--vnet-address-prefixes 192.168.0.0/16"
#: Where a network must be passed over: a /28 of --within lies in the block that the pods need.
PASSED = (
    "--exclude-prefixes 10.0.0.0/9 10.129.0.0/16 10.130.0.0/15 10.132.0.0/14 10.136.0.0/13 10.144.0.0/12 "
    "10.160.0.0/11 10.192.0.0/10 172.16.0.0/12 192.168.0.0/17 192.168.192.0/18 100.64.0.0/10 "
    "--within 10.128.0.0/28 192.168.128.0/27 --vnet-address-prefixes /28 --pod-cidr /16"
)
# what is said -> (options, the range, how its sentence begins or what stands in it)
ROWS = {
    "a conventional value": (
        "",
        "serviceCidr",
        "the default value, and free",
    ),
    "and what it holds": (
        "",
        "podCidr",
        "the default value, and free; it holds 256 pod blocks, of which the cluster needs 4",
    ),
    "a subnet of no stated size": (
        "",
        "subnetPrefix",
        "the default value, and free; a /24, as --max-count is not given: it holds 251 usable addresses, of which",
    ),
    "the smallest subnet": (
        "--max-count 40",
        "subnetPrefix",
        "the smallest for 44 usable addresses: a /26 holds 59; in the default place, which is free",
    ),
    "a subnet larger than usual": (
        "--extra-ips 300",
        "subnetPrefix",
        "the cluster needs 304 usable addresses, and a /24 holds 251; the first /23 of the virtual network",
    ),
    "a given range": (
        "--pod-cidr 10.9.0.0/16",
        "podCidr",
        "given with --pod-cidr",
    ),
    "a given address": (
        "--dns-service-ip 10.0.0.10",
        "dnsServiceIp",
        "given with --dns-service-ip",
    ),
    "a size asked for": (
        "--pod-cidr /20",
        "podCidr",
        "a /20 as requested with --pod-cidr; in the default place",
    ),
    "a size asked for, elsewhere": (
        "--pod-cidr /20 --exclude-prefixes 10.240.0.0/12",
        "podCidr",
        "a /20 as requested with --pod-cidr; the default place, 10.244.0.0/20, overlaps 10.240.0.0/12 (excluded)",
    ),
    "a neighbour in the way": (
        "--peered-networks 10.240.0.0/12",
        "podCidr",
        "the default 10.244.0.0/16 overlaps 10.240.0.0/12 (network hub, peered as to-hub); lowest "
        "free /16 (best fit) in private address space; 10.0.0.0/8 is "
        "6% used",
    ),
    "many neighbours in the way": (
        "--existing-subnets 10.244.1.0/24 10.244.2.0/23 10.244.4.0/24 10.244.2.0/24",
        "podCidr",
        "overlaps 10.244.2.0/23 (subnet old), 10.244.1.0/24 (subnet old) and 2 more;",
    ),
    "another range of the plan in the way": (
        "--service-cidr 10.244.0.0/16",
        "podCidr",
        "overlaps 10.244.0.0/16 (service CIDR of this plan)",
    ),
    "a chosen range of the plan in the way": (
        "--pod-cidr /8",
        "serviceCidr",
        "overlaps 10.0.0.0/8 (pod CIDR of this",
    ),
    "space that is left to others": (
        "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12",
        "podCidr",
        "private address space is left for the other ranges; lowest free /16 (best fit) in 100.64.",
    ),
    "outside --within": (
        "--within 10.9.0.0/16",
        "vnetAddressPrefixes",
        "the default 192.168.0.0/16 is outside --within; lowest free /16",
    ),
    "beyond private space": (
        "--vnet-address-prefixes /12",
        "vnetAddressPrefixes",
        "the default place, 192.160.0.0/12, extends beyond private address space",
    ),
    "more pod blocks than usual": (
        "--max-count 330",
        "podCidr",
        "the cluster needs 363 pod blocks, and a /16 holds 256; in the default place",
    ),
    "less space than usual": (
        "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 100.64.0.0/10 192.168.128.0/17",
        "podCidr",
        "overlaps 10.0.0.0/8 (excluded); no /16 is free, and the largest free block is 192.168.0.0/17; a "
        "/18 would leave no space for the other ranges",
    ),
    "no room for the others": (
        "--exclude-prefixes 10.0.0.0/9 10.128.0.0/10 10.192.0.0/11 10.224.0.0/12 10.240.0.0/14 "
        "10.245.0.0/16 10.246.0.0/15 10.248.0.0/13 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10",
        "podCidr",
        "the default 10.244.0.0/16 is free, but would leave no space for the other ranges",
    ),
    "shared space": (
        "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/20",
        "podCidr",
        "no private /16 is free; lowest free /16 (best fit) in 100.64.0.0/10",
    ),
    "a place passed over": (
        PASSED,
        "vnetAddressPrefixes",
        "10.128.0.0/28, the lowest free /28 (best fit) in the private part of "
        "--within, would leave no space for the other ranges",
    ),
    "a subnet among others": (
        "--vnet-address-prefixes 192.168.0.0/16 --existing-subnets 192.168.0.0/24 192.168.1.0/25 192.168.4.0/22",
        "subnetPrefix",
        "the default 192.168.1.0/24 overlaps 192.168.1.0/25 (subnet old); lowest free "
        "/24 (best fit) in the virtual network; 192.168.0.0/16: 3 other "
        "subnets, 2% used, 249 more /24 free",
    ),
    "a subnet for which there is less": (
        "--vnet-address-prefixes 10.1.0.0/24 --existing-subnets 10.1.0.0/25",
        "subnetPrefix",
        "no /24 of the virtual network is free, and the largest free block is 10.1.0.128/25; lowest",
    ),
    "a network for a subnet that was given": (
        "--subnet-prefix 10.1.2.0/26",
        "vnetAddressPrefixes",
        "only subnet 10.1.2.0/26, because the space around it may",
    ),
    "the conventional network around one": (
        "--subnet-prefix 192.168.7.0/24",
        "vnetAddressPrefixes",
        "the default value, and free around subnet 192.168.7",
    ),
    "a part of it": (
        "--subnet-prefix 192.168.1.0/24 --exclude-prefixes 192.168.64.0/24",
        "vnetAddressPrefixes",
        "the largest part of the default 192.168.0.0/16 that is free around subnet 192.168.1.0/24; "
        "192.168.0.0/17 overlaps 192.168.64.0/24 (excluded)",
    ),
    "a network of a size around one": (
        "--subnet-prefix 10.1.2.0/24 --vnet-address-prefixes /20",
        "vnetAddressPrefixes",
        "a /20 as requested with --vnet-address-prefixes; the one around subnet 10.1.2.0/24",
    ),
    "the DNS service IP": (
        "--service-cidr 10.7.0.0/16",
        "dnsServiceIp",
        "base + 10 of service CIDR 10.7.0.0/16",
    ),
    "the docker bridge": (
        "",
        "dockerBridgeAddress",
        "the default value, and free; never sent to Azure, so any",
    ),
    "a given docker bridge": (
        "--docker-bridge-address 172.18.0.1/16",
        "dockerBridgeAddress",
        "given with --docker-bridge-address; never sent to Azure",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_sentence_says(row):
    line, key, said = ROWS[row]
    verdict = ask(line)
    assert verdict.plan.complete, verdict.findings
    assert said in reasons(verdict)[key]


@pytest.mark.parametrize("line", [row[0] for row in ROWS.values()])
def test_the_keys_are_those_of_the_answer_and_no_sentence_ends_in_a_dot(line):
    verdict = ask(line)
    found = reasons(verdict)
    assert list(found) == [kind.key for kind in RangeKind if verdict.plan[kind]]
    assert all(text and not text.endswith(".") and "  " not in text and "None" not in text for text in found.values())


def test_words_for_what_exists_take_the_place_of_the_option():
    verdict = ask(NETWORK)
    found = reasons(verdict, {"vnet": "the address space of virtual network hub"})
    assert found["vnetAddressPrefixes"] == "the address space of virtual network hub"
    assert reasons(verdict)["vnetAddressPrefixes"] == "given with --vnet-address-prefixes"


def test_a_plan_that_found_no_place_has_reasons_for_what_was_given_alone():
    found = reasons(ask("--pod-cidr 10.9.0.0/16 --vnet-address-prefixes 10.1.0.0/28 --node-count 40"))
    assert found == {"vnetAddressPrefixes": "given with --vnet-address-prefixes", "podCidr": "given with --pod-cidr"}


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 256, "0%"), (1, 256, "less than 1%"), (3, 256, "1%"), (255, 256, "99%"), (256, 256, "100%")],
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(part, whole, said):
    assert percent(part, whole) == said

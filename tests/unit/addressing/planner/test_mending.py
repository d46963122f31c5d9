"""A refusal says what is to be typed: lines, the changes that make a plan of each, and what is said of each finding."""

import pytest

from azext_kubenet.addressing.findings import Severity
from tests.property.refusals import plan, retyped, without
from tests.unit.addressing.asking import ask, names

# sentence, what is typed, options to set together
ROWS = [
    ("two ranges never get one place",
     "--exclude-prefixes 10.244.0.0/16 10.0.0.0/16 --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16",
     "--pod-cidr 10.1.0.0/16 --service-cidr 10.245.0.0/16"),
    ("a subnet that is a hole stays, and pods and services go together",
     "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 --pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16 "
     "--subnet-prefix 10.1.0.0/24", "--pod-cidr 100.64.0.0/16 --service-cidr 192.168.0.0/16"),
    ("an address goes with its service CIDR",
     "--pod-cidr 192.168.1.0/24 --service-cidr 172.30.0.0/16 --dns-service-ip 10.0.0.10",
     "--pod-cidr 10.244.0.0/16 --service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10"),
    ("as few ranges as may do are changed",
     "--pod-cidr 20.0.0.0/16 --vnet-address-prefixes 20.0.0.0/16 --exclude-prefixes 20.0.0.0/16",
     "--pod-cidr 10.244.0.0/16"),
    ("fewer nodes where the network that was given holds no more",
     "--vnet-address-prefixes 10.1.2.0/26 --subnet-prefix /29 --max-count 60", "--max-count 53 --subnet-prefix /26"),
    ("services go where a network of many prefixes is not",
     "--vnet-address-prefixes 10.0.0.0/9 --subnet-prefix 10.0.0.0/16 --service-cidr 10.0.0.0/16",
     "--service-cidr 10.245.0.0/16"),
    ("a pool that has fewer pods than it must is no way out", "--subnet-prefix /29 --max-pods 10",
     "--subnet-prefix /24"),
    ("so it is with pools stated one by one", "--pool sys:3 w:10:60:33% --pod-cidr /18 --max-pods 10",
     "--pod-cidr /16"),
    ("a demand that no cluster has comes before space", "--vnet-address-prefixes /29 --max-pods 300 --max-count 60",
     "--max-pods 250 --vnet-address-prefixes /16"),
    ("a size that no range can have is another size", "--subnet-prefix /0", "--subnet-prefix /24"),
    ("services lie around an address that was typed alone", "--dns-service-ip 10.1.0.10", "--service-cidr 10.1.0.0/16"),
    ("unless it is base + 10 of none", "--dns-service-ip 10.1.0.77", "--dns-service-ip 10.0.0.10"),
    ("a subnet that was given stays, with the nodes that it holds",
     "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 --max-count 300", "--max-count 53"),
    ("services in the shared range are better than none",
     "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16", "--service-cidr 100.64.0.0/16"),
    ("a docker bridge's address is not taken for its network", "--docker-bridge-address 172.17.0.0/16",
     "--docker-bridge-address 172.17.0.1/16"),
    ("a subnet leaves with its network",
     "--vnet-address-prefixes 10.0.0.0/17 --subnet-prefix 10.0.0.0/24 --peered-networks 10.0.0.0/19",
     "--vnet-address-prefixes 192.168.0.0/16 --subnet-prefix 192.168.1.0/24"),
    ("a prefix inside another one is left out, and nothing else",
     "--vnet-address-prefixes 10.1.0.0/16 10.2.0.0/16 10.1.5.0/24", "--vnet-address-prefixes 10.1.0.0/16 10.2.0.0/16"),
    ("so it is where the larger one comes last", "--vnet-address-prefixes 10.1.5.0/24 10.1.0.0/16",
     "--vnet-address-prefixes 10.1.0.0/16"),
    ("a prefix that is given twice is given once", "--vnet-address-prefixes 10.1.0.0/16 10.1.0.0/16",
     "--vnet-address-prefixes 10.1.0.0/16"),
    ("a subnet that moves keeps its size", "--subnet-prefix 10.1.2.0/26 --vnet-address-prefixes 10.2.0.0/16",
     "--subnet-prefix 10.2.0.0/26"),
    ("unless the nodes need a larger one",
     "--subnet-prefix 10.1.2.0/28 --vnet-address-prefixes 10.2.0.0/16 --node-count 20", "--subnet-prefix 10.2.0.0/27"),
    ("services are not put where they are warned of for an address's sake", "--dns-service-ip 100.64.0.10",
     "--dns-service-ip 10.0.0.10"),
    ("more addresses than private space has are as many as it has", "--extra-ips 99999999", "--extra-ips 16777207"),
    ("so it is beside too many nodes", "--extra-ips 99999999 --node-count 9999",
     "--node-count 363 --extra-ips 16776811"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "together"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_typed_together_gives_a_plan(line, together):
    result = plan(line)
    assert str(result.mended.whole) == together
    assert not plan(without(retyped(line, result.mended.whole), result.mended.without)).refused


# sentence, what is typed, rule and recommendation of each error
SAID = [
    ("a larger subnet is to be asked for, not taken from others",
     "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 --max-count 300",
     [("subnet-too-small-for-peak", "use --max-count 53, or ask for a /23 in place of 10.1.2.0/26")]),
    ("so is a larger network", "--vnet-address-prefixes 10.1.2.0/26 --max-count 300",
     [("no-space", "use --max-count 53, or ask for a /23 in place of 10.1.2.0/26")]),
    ("a lack of space is told beside a demand that cannot be",
     "--vnet-address-prefixes /29 --max-pods 300 --max-count 60",
     [("max-pods-out-of-range", "use --max-pods 250"),
      ("no-space", "use --vnet-address-prefixes /16, or --node-count 2 --max-count 2")]),
    ("a size that is wrong is told beside a lack of space", "--vnet-address-prefixes /29 --service-cidr /29",
     [("service-cidr-too-small", "use --service-cidr /16"),
      ("no-space", "use --vnet-address-prefixes /16, or --node-count 2")]),
    ("where all of private space is excluded, the shared range is named",
     "--exclude-prefixes 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
     [("no-space", "use --service-cidr 100.64.0.0/16 (nothing without a warning is free: this has "
       "service-cidr-shared-space)")]),
    ("a subnet outside its network is put into it, or the network gets it as a prefix",
     "--subnet-prefix 10.1.2.0/26 --vnet-address-prefixes 10.2.0.0/16",
     [("subnet-outside-vnet",
       "use --subnet-prefix 10.2.0.0/26, or --vnet-address-prefixes 10.2.0.0/16 10.1.2.0/26")]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_all_that_is_wrong_is_said_with_what_helps(line, said):
    errors = [each for each in ask(line).findings if each.severity is Severity.ERROR]
    assert [(each.rule, each.recommendation) for each in errors] == said


@pytest.mark.parametrize(
    "line",
    ["--pod-cidr 0.0.0.0/16", "--subnet-prefix 240.0.0.0/16", "--service-cidr 240.0.0.0/16",
     "--vnet-address-prefixes 127.0.0.0/16", "--pod-cidr 224.0.0.0/16", "--docker-bridge-address 0.1.2.3/16"],
)  # fmt: skip
def test_space_that_no_host_can_have_is_refused_for_every_range(line):
    assert "reserved-range-overlap" in names(ask(line))
    assert ask(line).refused


def test_a_smaller_part_of_a_range_is_recommended_where_it_is_too_large():
    (finding,) = ask("--pod-cidr 100.64.0.0/10").findings
    assert finding.recommendation == "use --pod-cidr 100.64.0.0/15"


def test_a_refusal_without_a_way_out_says_what_would_have_to_change():
    result = ask("--within 10.1.2.0/26 --peered-networks 10.1.2.0/26")
    assert result.mended is None
    (finding,) = result.findings
    assert finding.recommendation == "free a larger block, or ask for a free /28, and name it with --within"

"""Text of options to demand, wish and reservations: what is read, and what becomes a finding."""

from __future__ import annotations

import sys

import pytest
from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.addressing.findings import Finding, Fix, SetOptions, Severity, use
from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Origin, RangeRequests, fixed, sized
from azext_kubenet.options.node_counts import with_min_count
from azext_kubenet.options.ranges import read_max_surge, read_ranges
from azext_kubenet.options.typed import Typed

# what is typed, the options, the wish that it becomes
WISHES = (
    ("nothing", {}, RangeRequests()),
    ("a CIDR is a range", {"pod_cidr": "10.244.0.0/16"}, RangeRequests(pods=fixed(IPNetwork("10.244.0.0/16")))),
    ("a size is a size", {"service_cidr": "/20"}, RangeRequests(services=sized(20))),
    ("spaces around a value do not count", {"pod_cidr": " 10.244.0.0/16 "},
     RangeRequests(pods=fixed(IPNetwork("10.244.0.0/16")))),
    ("prefixes in several words", {"vnet_address_prefixes": ["10.0.0.0/16", "10.2.0.0/16"]},
     RangeRequests(vnet=fixed(IPNetwork("10.0.0.0/16"), IPNetwork("10.2.0.0/16")))),
    ("prefixes with commas", {"vnet_address_prefixes": ["10.0.0.0/16,10.2.0.0/16"]},
     RangeRequests(vnet=fixed(IPNetwork("10.0.0.0/16"), IPNetwork("10.2.0.0/16")))),
    ("a network of a size", {"vnet_address_prefixes": ["/20"]}, RangeRequests(vnet=sized(20))),
    ("a subnet of a size", {"subnet_prefix": ["/26"]}, RangeRequests(subnet=sized(26))),
    ("a subnet", {"subnet_prefix": ["10.0.1.0/26"]}, RangeRequests(subnet=fixed(IPNetwork("10.0.1.0/26")))),
    ("blocks to take from", {"within": ["10.20.0.0/18", "10.30.0.0/18"]},
     RangeRequests(within=(IPNetwork("10.20.0.0/18"), IPNetwork("10.30.0.0/18")))),
    ("an address", {"dns_service_ip": "10.0.0.10"}, RangeRequests(dns_ip=IPAddress("10.0.0.10"))),
    ("the docker bridge keeps its own address", {"docker_bridge_address": "172.17.0.1/16"},
     RangeRequests(docker_bridge=IPNetwork("172.17.0.1/16"))),
)  # fmt: skip

# what is typed, the options, the demand that it becomes
DEMANDS = (
    ("nothing", {}, ClusterSize(3, None, 110, MaxSurge(10, True), 0)),
    ("everything", {"node_count": 5, "max_count": 50, "max_pods": 30, "max_surge": "33%", "extra_ips": 7},
     ClusterSize(5, 50, 30, MaxSurge(33, True), 7)),
    ("a surge of nodes", {"max_surge": "2"}, ClusterSize(max_surge=MaxSurge(2, False))),
    ("no surge", {"max_surge": "0"}, ClusterSize(max_surge=MaxSurge(0, False))),
    ("zero is a number, not an absence", {"node_count": 0, "extra_ips": 0}, ClusterSize(node_count=0)),
)  # fmt: skip

# what is wrong, the options, the rules and options of the findings
FAULTS = (
    ("no network", {"pod_cidr": "pods"}, [("malformed-range", "--pod-cidr")]),
    ("an empty text", {"pod_cidr": ""}, [("malformed-range", "--pod-cidr")]),
    ("no prefix length", {"service_cidr": "10.0.0.0"}, [("malformed-range", "--service-cidr")]),
    ("a prefix length above 32", {"pod_cidr": "10.0.0.0/33"}, [("malformed-range", "--pod-cidr")]),
    ("a size above 32", {"pod_cidr": "/33"}, [("malformed-range", "--pod-cidr")]),
    ("a leading zero", {"pod_cidr": "10.0.0.0/08"}, [("malformed-range", "--pod-cidr")]),
    ("a netmask", {"pod_cidr": "10.0.0.0/255.0.0.0"}, [("malformed-range", "--pod-cidr")]),
    ("host bits", {"pod_cidr": "10.0.1.0/16"}, [("host-bits", "--pod-cidr")]),
    ("IPv6", {"pod_cidr": "fd00::/64"}, [("ipv6-not-supported", "--pod-cidr")]),
    ("an address where a network belongs in a list", {"within": ["10.0.0.1"]}, [("malformed-range", "--within")]),
    ("a network where an address belongs", {"dns_service_ip": "10.0.0.0/16"},
     [("malformed-address", "--dns-service-ip")]),
    ("a docker bridge without a prefix", {"docker_bridge_address": "172.17.0.1"},
     [("malformed-range", "--docker-bridge-address")]),
    ("two prefixes of a subnet", {"subnet_prefix": ["10.0.0.0/24", "10.0.1.0/24"]},
     [("subnet-multiple-prefixes", "--subnet-prefix")]),
    ("a size among prefixes", {"vnet_address_prefixes": ["/20", "10.0.0.0/16"]},
     [("malformed-range", "--vnet-address-prefixes")]),
    ("two sizes", {"vnet_address_prefixes": ["/20", "/21"]}, [("malformed-range", "--vnet-address-prefixes")]),
    ("a file that does not exist", {"exclude_prefixes": ["@sites.txt"]}, [("no-such-file", "--exclude-prefixes")]),
    ("a file of blocks that does not exist", {"within": ["@blocks"]}, [("no-such-file", "--within")]),
    ("a surge in words", {"max_surge": "some"}, [("malformed-max-surge", "--max-surge")]),
    ("a surge below zero", {"max_surge": "-1"}, [("malformed-max-surge", "--max-surge")]),
    ("a surge with a fraction", {"max_surge": "33.3%"}, [("malformed-max-surge", "--max-surge")]),
    ("a surge in other digits", {"max_surge": "\u0663"}, [("malformed-max-surge", "--max-surge")]),
    ("a surge of a million digits", {"max_surge": "9" * 1_000_000}, [("malformed-max-surge", "--max-surge")]),
    ("all of it at once",
     {"pod_cidr": "x", "service_cidr": "10.0.1.0/16", "dns_service_ip": "y", "docker_bridge_address": "z",
      "max_surge": "w", "within": ["v"], "exclude_prefixes": ["u"], "subnet_prefix": ["t"],
      "vnet_address_prefixes": ["s"]},
     [("host-bits", "--service-cidr"), ("malformed-address", "--dns-service-ip"),
      ("malformed-max-surge", "--max-surge"), ("malformed-range", "--docker-bridge-address"),
      ("malformed-range", "--exclude-prefixes"), ("malformed-range", "--pod-cidr"),
      ("malformed-range", "--subnet-prefix"), ("malformed-range", "--vnet-address-prefixes"),
      ("malformed-range", "--within")]),
)  # fmt: skip


@pytest.mark.parametrize(("options", "wish"), [row[1:] for row in WISHES], ids=[row[0] for row in WISHES])
def test_what_is_typed_becomes_a_wish(options: dict, wish: RangeRequests) -> None:
    reading = read_ranges(Typed(options))
    assert (reading.requests, reading.findings) == (wish, ())


@pytest.mark.parametrize(("options", "demand"), [row[1:] for row in DEMANDS], ids=[row[0] for row in DEMANDS])
def test_what_is_typed_becomes_a_demand(options: dict, demand: ClusterSize) -> None:
    reading = read_ranges(Typed(options))
    assert (reading.size, reading.findings) == (demand, ())


@pytest.mark.parametrize(("options", "expected"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_cannot_be_read_becomes_a_finding(options: dict, expected: list[tuple[str, str]]) -> None:
    findings = read_ranges(Typed(options)).findings
    assert sorted((finding.rule, *finding.subject) for finding in findings) == expected
    for finding in findings:
        assert finding.severity is Severity.ERROR
        assert finding.subject[0] in finding.message
        assert len(finding.message) < 300
        assert finding.recommendation


def test_a_range_with_host_bits_counts_as_the_one_that_was_meant() -> None:
    reading = read_ranges(Typed({"pod_cidr": "10.244.1.0/16"}))
    assert reading.requests.pods == fixed(IPNetwork("10.244.0.0/16"))
    assert reading.findings[0].recommendation == "use --pod-cidr 10.244.0.0/16"


def test_a_marked_default_of_azure_cli_becomes_a_plain_number() -> None:
    from azure.cli.core.commands.validators import DefaultInt

    demand = read_ranges(Typed({"node_count": DefaultInt(3), "max_pods": DefaultInt(110)})).size
    assert type(demand.node_count) is int
    assert type(demand.max_pods) is int


def test_the_content_of_a_file_may_have_comments_commas_and_blank_lines() -> None:
    content = "\ufeff# sites\n10.0.0.0/8   # all of ten\r\n\n172.16.0.0/12, 192.168.0.0/16\n  100.64.0.0/10  \n"
    reading = read_ranges(Typed({"exclude_prefixes": [content, "203.0.113.0/24"]}))
    assert [str(each.network) for each in reading.reservations] == [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "203.0.113.0/24",
    ]  # fmt: skip
    assert {each.origin for each in reading.reservations} == {Origin.USER}
    assert reading.findings == ()


@pytest.mark.parametrize("option", ["exclude_prefixes", "within"])
@pytest.mark.parametrize("text", ["", " ", "# none yet\n", "{}", "[]", '{"value": []}', '["fd00::/8"]'])
def test_nothing_where_ranges_were_meant_is_an_error(option: str, text: str) -> None:
    for values in ([text], ["10.0.0.0/8", text]):
        findings = read_ranges(Typed({option: values})).findings
        assert [each.rule for each in findings if each.severity is Severity.ERROR] == ["list-without-ranges"]
        assert all(each.recommendation for each in findings if each.severity is Severity.ERROR)


@pytest.mark.parametrize(("path", "said"), [
    ("/", "is a folder"),
    ("10.1.0.0/16", "is not an IPv4 network, and file"),
    ("nowhere", "file nowhere does not exist"),
])  # fmt: skip
def test_a_file_that_azure_cli_could_not_read_is_told_as_what_it_is(path: str, said: str) -> None:
    (finding,) = read_ranges(Typed({"exclude_prefixes": [f"@{path}"]})).findings
    assert finding.rule == "no-such-file"
    assert said in finding.message


# what is right, the ranges of a list, those that are reserved, what is said
ROUTES = (
    ("the default route and its halves are left out", "0.0.0.0/0 128.0.0.0/1 10.1.0.0/16", "10.1.0.0/16",
     ["default-route-left-out"]),
    ("quarters of all addresses are the default route as well",
     "0.0.0.0/2 64.0.0.0/2 128.0.0.0/2 192.0.0.0/2 10.1.0.0/16",
     "10.1.0.0/16", ["default-route-left-out"]),
    ("a lone summary is reserved and said", "10.0.0.0/7", "10.0.0.0/7", ["summary-kept-clear"]),
    ("a summary beside the default route is one of its own", "0.0.0.0/0 8.0.0.0/5", "8.0.0.0/5",
     ["summary-kept-clear", "default-route-left-out"]),
    ("all private ranges are what the user says is in use", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
     "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16", []),
)  # fmt: skip


@pytest.mark.parametrize(("listed", "reserved", "said"), [row[1:] for row in ROUTES], ids=[row[0] for row in ROUTES])
def test_what_leads_everywhere_is_left_out_and_what_is_wide_is_told(
    listed: str, reserved: str, said: list[str]
) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": listed.split()}))
    assert [str(each.network) for each in reading.reservations] == reserved.split()
    assert [each.rule for each in reading.findings] == said


def test_a_block_to_take_from_may_be_all_there_is() -> None:
    assert [str(each) for each in read_ranges(Typed({"within": ["0.0.0.0/0"]})).requests.within] == ["0.0.0.0/0"]


def test_a_fault_in_a_file_is_told_with_its_line_and_the_rest_is_still_read() -> None:
    reading = read_ranges(Typed({"exclude_prefixes": ["10.0.0.0/8\nten\n172.16.1.0/12\n"]}))
    assert [str(each.network) for each in reading.reservations] == ["10.0.0.0/8", "172.16.0.0/12"]
    assert [finding.message.partition(":")[0] for finding in reading.findings] == [
        "--exclude-prefixes line 2",
        "--exclude-prefixes line 3",
    ]


def test_a_file_of_nonsense_is_told_in_a_few_lines() -> None:
    findings = read_ranges(Typed({"exclude_prefixes": ["\n".join(["nonsense"] * 1000)]})).findings
    assert len(findings) == 6
    assert findings[-1].message.startswith("--exclude-prefixes: 995 more entries ")


@pytest.mark.parametrize("text", ["", "%", "1 %", "1%%", "0x1", "1e2", "+1", "\u00b2"])
def test_no_surge(text: str) -> None:
    with pytest.raises(NotANetwork):
        read_max_surge(text)


def test_a_hundred_thousand_prefixes_are_read_without_a_finding() -> None:
    text = "\n".join(f"{10 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24" for n in range(100_000))
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    assert len(reading.reservations) == 100_000
    assert reading.findings == ()
    # nothing beside the tuple, which is larger on newer Pythons
    assert sys.getsizeof(reading.reservations[0]) == sys.getsizeof((*reading.reservations[0],))


# what is typed, the option, what is said of it
REMEDIES = (
    ("a wrong block to take from", {"within": ["10.0.0.0/33"]}, "--within takes a network such as 10.244.0.0/16"),
    ("host bits in it", {"within": ["10.0.0.1/16"]}, "use --within 10.0.0.0/16"),
    ("a wrong pod CIDR", {"pod_cidr": "pods"}, "--pod-cidr takes a network such as 10.244.0.0/16"),
    (
        "no prefix",
        {"service_cidr": "10.0.0.0"},
        "--service-cidr takes a network such as 10.244.0.0/16: add the length after the address",
    ),
    ("no address", {"dns_service_ip": "x"}, "--dns-service-ip takes an address such as 10.0.0.10"),
    ("a range from its end", {"exclude_prefixes": ["10.0.0.9-10.0.0.1"]}, "use --exclude-prefixes 10.0.0.1-10.0.0.9"),
)


@pytest.mark.parametrize(("options", "said"), [row[1:] for row in REMEDIES], ids=[row[0] for row in REMEDIES])
def test_the_remedy_names_the_option(options: dict, said: str) -> None:
    (finding,) = read_ranges(Typed(options)).findings
    assert finding.recommendation == said


# an advice, what was typed as --min-count, the advice that goes with it
WITH_MIN = (
    (use("--max-count", 4), 6, "use --max-count 4 --min-count 4"),
    (use("--max-count", 6), 6, "use --max-count 6"),
    (use("--max-count", 53), 60, "use --max-count 53 --min-count 5"),
    (use("--max-count", 4), None, "use --max-count 4"),
    (SetOptions((("--node-count", "2"), ("--max-count", "2"))), 3, "use --node-count 2 --max-count 2 --min-count 2"),
    (use("--node-count", 4), 6, "use --node-count 4"),
)


@pytest.mark.parametrize(("fix", "least", "advice"), WITH_MIN)
def test_a_lower_max_count_comes_with_a_min_count_that_is_no_higher(fix: Fix, least: int | None, advice: str) -> None:
    (finding,) = with_min_count([Finding("subnet-too-small", Severity.ERROR, (), "", (fix,))], least, 5)
    assert finding.recommendation == advice

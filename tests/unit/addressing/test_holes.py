"""What is the user's own inside a larger excluded or routed range: what is planned there, and what is said of it."""

import json

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeKind, RangeRequests, Reservation, fixed, sized
from azext_kubenet.addressing.planner.plan_result import plan_given, plan_ranges
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.plan_json import answer
from tests.unit.addressing.asking import ask, names

HOLE, ROUTED, ITSELF = "hole-in-excluded-range", "hole-in-routed-range", "excluded-range-itself"
#: Sentence, line of options, network, subnet, rules that are told beside that of the docker bridge.
PLANNED = [
    (
        "a subnet of the on-premises range",
        "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12",
        ("10.1.2.0/26", "10.1.2.0/26", {HOLE}),
    ),
    (
        "a network of a size in the only block of --within",
        "--within 10.20.0.0/16 --vnet-address-prefixes /22 --exclude-prefixes 10.0.0.0/8",
        ("10.20.0.0/22", "10.20.0.0/24", {HOLE}),
    ),
    (
        "a subnet to be found in a network of the on-premises range",
        "--vnet-address-prefixes 10.20.0.0/16 --exclude-prefixes 10.0.0.0/8 10.16.0.0/13",
        ("10.20.0.0/16", "10.20.0.0/24", {HOLE}),
    ),
    (
        "the same behind a route",
        "--vnet-address-prefixes 10.20.0.0/16 --routes 10.0.0.0/8",
        ("10.20.0.0/16", "10.20.0.0/24", {ROUTED}),
    ),
    (
        "a block of --within that is no hole is taken first",
        "--within 10.20.0.0/16 172.20.0.0/16 --vnet-address-prefixes /22 --exclude-prefixes 10.0.0.0/8",
        ("172.20.0.0/22", "172.20.0.0/24", set()),
    ),
    (
        "a hole is taken where the others are too small",
        "--within 10.20.0.0/16 172.20.0.0/24 --vnet-address-prefixes /22 --exclude-prefixes 10.0.0.0/8",
        ("10.20.0.0/22", "10.20.0.0/24", {HOLE}),
    ),
    (
        "neighbouring blocks are one hole",
        "--within 10.20.0.0/17 10.20.128.0/17 --vnet-address-prefixes /16 --exclude-prefixes 10.0.0.0/8",
        ("10.20.0.0/16", "10.20.0.0/24", {HOLE}),
    ),
    (
        "a smaller range in --within keeps its part",
        "--within 10.20.0.0/16 --vnet-address-prefixes /22 --exclude-prefixes 10.0.0.0/8 10.20.0.0/21",
        ("10.20.8.0/22", "10.20.8.0/24", {HOLE}),
    ),
    (
        "an entry that is the block of --within",
        "--within 10.20.0.0/16 --exclude-prefixes 10.20.0.0/16",
        ("10.20.0.0/16", "10.20.0.0/24", {ITSELF}),
    ),
    (
        "an entry that is the subnet, in an entry that holds it",
        "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 10.1.2.0/26",
        ("10.1.2.0/26", "10.1.2.0/26", {HOLE, ITSELF}),
    ),
    (
        "entries that are the network and the subnet",
        "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.2.0/24 --exclude-prefixes 10.1.0.0/16 10.1.2.0/24",
        ("10.1.0.0/16", "10.1.2.0/24", {ITSELF}),
    ),
    (
        "who lists the network lists its subnets: a chosen one keeps clear of them",
        "--vnet-address-prefixes 10.1.0.0/16 --exclude-prefixes 10.1.0.0/16 10.1.0.0/24 10.1.2.0/23",
        ("10.1.0.0/16", "10.1.1.0/24", {ITSELF}),
    ),
    (
        "the conventional network is the user's own around a subnet that is listed",
        "--subnet-prefix 192.168.1.0/26 --exclude-prefixes 192.168.1.0/26",
        ("192.168.0.0/16", "192.168.1.0/26", {ITSELF}),
    ),
    (
        "around a subnet in a larger excluded range nothing is claimed",
        "--subnet-prefix 192.168.1.0/26 --exclude-prefixes 192.168.0.0/16",
        ("192.168.1.0/26", "192.168.1.0/26", {HOLE}),
    ),
]
#: Sentence, line of options, rule, option that it blames.
REFUSED = [
    (
        "a subnet over a smaller excluded range",
        "--subnet-prefix 10.1.2.0/24 --exclude-prefixes 10.0.0.0/8 10.1.2.64/26",
        ("excluded-range-overlap", "--subnet-prefix"),
    ),
    (
        "a given subnet over one of a listed network",
        "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.2.0/24 --exclude-prefixes 10.1.0.0/16 10.1.2.0/25",
        ("excluded-range-overlap", "--subnet-prefix"),
    ),
    (
        "a network over a smaller excluded range, where it is not listed",
        "--vnet-address-prefixes 10.1.0.0/16 --exclude-prefixes 10.1.2.0/24",
        ("excluded-range-overlap", "--vnet-address-prefixes"),
    ),
    (
        "a subnet that is exactly what a route leads to",
        "--subnet-prefix 10.1.2.0/24 --routes 10.1.2.0/24",
        ("routed-range-overlap", "--subnet-prefix"),
    ),
    (
        "a subnet in a larger peered network",
        "--subnet-prefix 10.1.2.0/24 --peered-networks 10.1.0.0/16",
        ("peered-network-overlap", "--subnet-prefix"),
    ),
    (
        "pods in a larger excluded range: they are nobody's gift",
        "--pod-cidr 10.244.0.0/16 --exclude-prefixes 10.0.0.0/8",
        ("excluded-range-overlap", "--pod-cidr"),
    ),
    (
        "services that are exactly an entry",
        "--service-cidr 10.0.0.0/16 --exclude-prefixes 10.0.0.0/16",
        ("excluded-range-overlap", "--service-cidr"),
    ),
    (
        "a size around a subnet would take more than was given",
        "--subnet-prefix 10.1.2.0/26 --vnet-address-prefixes /24 --exclude-prefixes 10.0.0.0/8",
        ("no-space", "--vnet-address-prefixes"),
    ),
]


def by_sentence(table):
    return [pytest.param(*row[1:], id=row[0]) for row in table]


@pytest.mark.parametrize(("line", "wanted"), by_sentence(PLANNED))
def test_what_is_the_users_own_is_planned_in(line, wanted):
    verdict, (vnet, subnet, rules) = ask(line), wanted
    assert not verdict.refused, verdict.findings
    assert ([str(each) for each in verdict.plan.vnet], str(verdict.plan.subnet)) == ([vnet], subnet)
    assert set(names(verdict)) - {"docker-bridge-without-place"} == rules
    severities = {each.rule: each.severity for each in verdict.findings}
    assert {severities[rule] for rule in rules - {ITSELF}} <= {Severity.WARNING}
    assert severities.get(ITSELF, Severity.INFO) is Severity.INFO
    apart = [verdict.plan.pods, verdict.plan.services, verdict.plan.docker_bridge]
    for one in (each for each in apart if each is not None):
        assert not any(overlap(one.cidr, each.network) for each in verdict.reservations)


@pytest.mark.parametrize(("line", "wanted"), by_sentence(REFUSED))
def test_any_other_overlap_is_an_error(line, wanted):
    errors = [each for each in ask(line).findings if each.severity is Severity.ERROR]
    assert [(each.rule, each.subject[0]) for each in errors] == [wanted]


def test_a_real_overlap_can_still_be_accepted_beside_a_hole():
    line = "--subnet-prefix 10.1.2.0/24 --exclude-prefixes 10.0.0.0/8 10.1.2.64/26"
    verdict = ask(line, ["excluded-range-overlap"])
    assert not verdict.refused
    assert {each.rule: each.severity.value for each in verdict.findings} == {
        "excluded-range-overlap": "warning",
        HOLE: "warning",
    }


NETWORK = RangeRequests(vnet=fixed(IPNetwork("10.1.0.0/16")), existing=(RangeKind.VNET,))
#: What an inventory says of a network that exists, and of what lies beside.
INVENTORY = ["10.1.0.0/24", "10.1.1.0/24", "10.2.0.0/16", "10.1.200.0/24"]


def listed(*networks):
    return [Reservation(IPNetwork(each), f"excluded: {each}", Origin.USER) for each in networks]


def test_an_inventory_with_the_subnets_of_a_network_that_exists_blocks_these_alone():
    verdict = plan_ranges(ClusterSize(), NETWORK, listed(*INVENTORY))
    assert (verdict.refused, names(verdict), str(verdict.plan.subnet)) == (False, [], "10.1.201.0/24")


def test_a_subnet_that_is_given_there_is_blamed_itself():
    wish = RangeRequests(vnet=NETWORK.vnet, subnet=fixed(IPNetwork("10.1.200.0/23")), existing=(RangeKind.VNET,))
    found = plan_ranges(ClusterSize(), wish, listed(*INVENTORY)).findings
    assert [(each.rule, each.subject[0]) for each in found] == [("excluded-range-overlap", "--subnet-prefix")]


def test_what_is_given_alone_is_judged_alike():
    wish = RangeRequests(subnet=fixed(IPNetwork("10.1.2.0/26")))
    assert [each.rule for each in plan_given(ClusterSize(), wish, listed("10.0.0.0/8")).findings] == [HOLE]


def test_no_node_is_sent_to_the_shared_range_unasked():
    line = "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 10.1.2.0/27"
    (finding,) = [each for each in ask(line).findings if each.rule == "excluded-range-overlap"]
    assert finding.recommendation == "use another --subnet-prefix, or free address space for it"
    (finding,) = [each for each in ask(f"{line} --within 100.64.0.0/10").findings if each.rule == "vnet-outside-within"]
    assert finding.recommendation == "use --subnet-prefix 100.64.0.0/26"


@pytest.mark.parametrize(
    ("within", "recommendation"),
    [
        ("10.0.0.0/28", "use --max-count 10 --vnet-address-prefixes /28"),
        ("10.20.0.0/16", "free a larger block, or ask for a free /26, and name it with --within"),
    ],
    ids=["what a block that is too small does hold", "one that is large enough may be freed"],
)
def test_what_cannot_help_is_not_advised(within, recommendation):
    line = f"--within {within} --peered-networks 10.20.0.0/16 --max-count 50 --vnet-address-prefixes /26"
    (finding,) = [each for each in ask(line).findings if each.rule == "no-space"]
    assert finding.recommendation == recommendation


def planned(*networks):
    return [each._replace(planned=True) for each in listed(*networks)]


# what another cluster's plan takes, the wish, what is chosen or the rule that stands against it
TAKEN_BY_PLANS = (
    (
        "all of the block that may be used",
        ["10.1.2.0/26"],
        RangeRequests(within=(IPNetwork("10.1.2.0/26"),)),
        "no-space",
    ),
    (
        "a part of that block",
        ["10.1.0.0/25"],
        RangeRequests(within=(IPNetwork("10.1.0.0/24"),), vnet=sized(26)),
        "10.1.0.128/26",
    ),
    (
        "the subnet that is given",
        ["10.1.2.0/26"],
        RangeRequests(subnet=fixed(IPNetwork("10.1.2.0/26"))),
        "excluded-range-overlap",
    ),
    ("the network that is given", ["10.1.0.0/16", "10.1.0.0/24"], RangeRequests(vnet=NETWORK.vnet), "10.1.1.0/24"),
    ("the network that exists", ["10.1.0.0/16", "10.1.0.0/24"], NETWORK, "10.1.1.0/24"),
    (
        "a larger network around the subnet",
        ["10.1.0.0/16"],
        RangeRequests(subnet=fixed(IPNetwork("10.1.2.0/26"))),
        "10.1.2.0/26",
    ),
)


@pytest.mark.parametrize(
    ("taken", "wish", "found"), [row[1:] for row in TAKEN_BY_PLANS], ids=[row[0] for row in TAKEN_BY_PLANS]
)
def test_what_an_earlier_plan_takes_is_its_cluster_s(taken, wish, found):
    verdict = plan_ranges(ClusterSize(), wish, planned(*taken))
    errors = [each.rule for each in verdict.findings if each.severity is Severity.ERROR]
    assert errors == ([found] if "/" not in found else [])
    assert errors or str(verdict.plan.subnet) == found


def test_a_plan_among_the_exclusions_is_an_earlier_plan():
    plan = json.dumps(answer(plan_ranges(ClusterSize(), RangeRequests(subnet=fixed(IPNetwork("10.1.2.0/26"))))))
    taken = read_ranges(Typed({"exclude_prefixes": [plan]})).reservations
    assert taken
    assert all(each.planned for each in taken)
    assert not any(each.planned for each in read_ranges(Typed({"exclude_prefixes": ["10.1.2.0/26"]})).reservations)


PLAN = json.dumps(answer(plan_ranges(ClusterSize(), RangeRequests(vnet=fixed(IPNetwork("10.1.0.0/16"))))))
AKS = '[{"name": "one", "networkProfile": {"podCidr": "10.244.0.0/16", "serviceCidrs": ["10.2.0.0/16"]}}]'
NETWORKS = '[{"name": "hub", "addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}]'
ARM = '{"parameters": {"podCidr": {"defaultValue": "10.244.0.0/16"}, "subnetPrefix": {"defaultValue": "10.7.0.0/16"}}}'
# what the list is, its text, the subnet, the rule
WITHIN_CLUSTERS = (
    ("a subnet in the pods of our plan", PLAN, "10.244.1.0/24", "excluded-range-overlap"),
    ("one in the subnet of our plan", PLAN, "10.1.0.128/26", "excluded-range-overlap"),
    ("one in the network of our plan, beside its subnet", PLAN, "10.1.9.0/24", HOLE),
    ("one in pods of az aks list", AKS, "10.244.1.0/24", "excluded-range-overlap"),
    ("one that is these pods", AKS, "10.244.0.0/16", "excluded-range-overlap"),
    ("one in services of az aks list", AKS, "10.2.1.0/24", "excluded-range-overlap"),
    ("one in a network of az network vnet list", NETWORKS, "10.1.1.0/24", HOLE),
    ("one in a column of pods", "name,podCidr\na,10.244.0.0/16\n", "10.244.1.0/24", "excluded-range-overlap"),
    ("one in pods of Terraform", 'x = "y"\npod_cidr = "10.244.0.0/16"\n', "10.244.1.0/24", "excluded-range-overlap"),
    ("one in the subnet of a template", ARM, "10.7.1.0/24", "excluded-range-overlap"),
    ("one in a subnet that no cluster is said to have", "subnetPrefix\n10.7.0.0/16\n", "10.7.1.0/24", HOLE),
)


@pytest.mark.parametrize(("text", "subnet", "rule"), by_sentence(WITHIN_CLUSTERS))
def test_what_a_cluster_has_is_in_use_as_a_whole(text, subnet, rule):
    reading = read_ranges(Typed({"exclude_prefixes": [text], "subnet_prefix": [subnet]}))
    found = plan_ranges(ClusterSize(), reading.requests, reading.reservations).findings
    assert [each.rule for each in found if each.subject[0] in ("--subnet-prefix", "--vnet-address-prefixes")][:1] == [
        rule
    ]

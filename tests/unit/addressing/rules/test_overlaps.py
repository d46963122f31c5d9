"""What is said of a given range that lies over a reservation, word for word, by whose the reservation is."""

import re

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reservation, fixed
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from tests.unit.addressing.asking import ask

NEW_NET, NEW_SUBNET = "use --vnet-address-prefixes 192.168.0.0/16", "use --subnet-prefix 192.168.1.0/24"
NEW_PODS, NEW_SERVICES = "use --pod-cidr 10.244.0.0/16", "use --service-cidr 10.0.0.0/16"
NEW_BRIDGE = "use --docker-bridge-address 172.17.0.1/16"
HUB, ROUTE = "(network hub, peered as to-hub)", "(route to-dc of route table rt)"
PROD, OTHER, FAR = "(pods of cluster prod)", "(network other in resource group rg)", "(pods of cluster far)"
UNPEERED = "networks that overlap cannot be peered, and hosts there could not be reached"
NO_POD, NO_NODE = "pods could not reach hosts there", "nodes could not reach hosts there"
AS_A_HOLE = "it is planned as a hole in that range, and pods, services and the docker bridge avoid all of it"
KEPT_CLEAR = "only pods, services and the docker bridge avoid it"
EVER = "if the networks were ever peered"
PEERED, ROUTED, UNCONNECTED = "peered-network-overlap", "routed-range-overlap", "other-network-overlap"
NODES, SHARED = "cluster-range-overlap", "cluster-range-duplicate"
PODS_SHARED = "that works while their pods need not reach each other directly and each cluster has its own route table"
SERVICES_SHARED = "that works while pods here need not reach pods there: addresses of services stay in their cluster"
BRIDGE_SHARED = "that works while nodes need not reach pods there: addresses of the bridge stay on their node"

#: Sentence, line of options, rule, severity, option at fault, message, recommendation.
ROWS = [
    (
        "a network over a peered one could not be peered with it",
        "--vnet-address-prefixes 10.1.0.0/16 --peered-networks 10.1.4.0/22",
        (PEERED, "error", "--vnet-address-prefixes"),
        f"virtual network 10.1.0.0/16 overlaps 10.1.4.0/22 {HUB}: {UNPEERED}",
        NEW_NET,
    ),
    (
        "a subnet whose network is yet to be made stands for that network",
        "--subnet-prefix 10.1.4.0/24 --peered-networks 10.1.4.0/22",
        (PEERED, "error", "--subnet-prefix"),
        f"subnet 10.1.4.0/24 overlaps 10.1.4.0/22 {HUB}: {UNPEERED}",
        NEW_SUBNET,
    ),
    (
        "pods over a peered network cannot reach it",
        "--pod-cidr 10.1.0.0/16 --peered-networks 10.1.4.0/22",
        (PEERED, "error", "--pod-cidr"),
        f"pod CIDR 10.1.0.0/16 overlaps 10.1.4.0/22 {HUB}: {NO_POD}",
        NEW_PODS,
    ),
    (
        "services over a peered network hide it from pods",
        "--service-cidr 10.1.0.0/16 --peered-networks 10.1.4.0/22",
        (PEERED, "error", "--service-cidr"),
        f"service CIDR 10.1.0.0/16 overlaps 10.1.4.0/22 {HUB}: {NO_POD}",
        NEW_SERVICES,
    ),
    (
        "a docker bridge over a peered network hides it from nodes",
        "--docker-bridge-address 10.1.0.1/16 --peered-networks 10.1.4.0/22",
        (PEERED, "error", "--docker-bridge-address"),
        f"docker bridge network 10.1.0.0/16 overlaps 10.1.4.0/22 {HUB}: {NO_NODE}",
        NEW_BRIDGE,
    ),
    (
        "a network over a route cannot reach what is behind it",
        "--vnet-address-prefixes 10.1.0.0/16 --routes 10.1.4.0/22",
        (ROUTED, "error", "--vnet-address-prefixes"),
        f"virtual network 10.1.0.0/16 overlaps 10.1.4.0/22 {ROUTE}: {NO_NODE}",
        NEW_NET,
    ),
    (
        "nor where the route is to exactly the network",
        "--vnet-address-prefixes 10.1.0.0/16 --routes 10.1.0.0/16",
        (ROUTED, "error", "--vnet-address-prefixes"),
        f"virtual network 10.1.0.0/16 overlaps 10.1.0.0/16 {ROUTE}: {NO_NODE}",
        NEW_NET,
    ),
    (
        "a network in a larger routed range is a hole in it",
        "--vnet-address-prefixes 10.1.0.0/16 --routes 10.0.0.0/12",
        ("hole-in-routed-range", "warning", "--vnet-address-prefixes"),
        f"virtual network 10.1.0.0/16 is inside the larger 10.0.0.0/12 {ROUTE}: {AS_A_HOLE}",
        "keep it if nobody else there uses 10.1.0.0/16",
    ),
    (
        "a subnet in larger excluded ranges is a hole in them",
        "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/8 10.1.0.0/16",
        ("hole-in-excluded-range", "warning", "--subnet-prefix"),
        "subnet 10.1.2.0/26 is inside the larger 10.0.0.0/8 (excluded), 10.1.0.0/16 (excluded): " + AS_A_HOLE,
        "keep it if nobody else there uses 10.1.2.0/26",
    ),
    (
        "an entry that is the subnet is that subnet",
        "--subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.1.2.0/26",
        ("excluded-range-itself", "info", "--subnet-prefix"),
        f"subnet 10.1.2.0/26 is itself listed, as 10.1.2.0/26 (excluded): {KEPT_CLEAR}",
        "keep it if 10.1.2.0/26 is yours",
    ),
    (
        "an entry that is a range of --within is that range",
        "--within 10.20.0.0/16 --vnet-address-prefixes /22 --exclude-prefixes 10.20.0.0/16",
        ("excluded-range-itself", "info", "--vnet-address-prefixes"),
        "virtual network 10.20.0.0/22 is inside a range of --within that is itself listed, as 10.20.0.0/16 (excluded): "
        + KEPT_CLEAR,
        "keep it if 10.20.0.0/22 is yours",
    ),
    (
        "a route inside the pod CIDR is one that kubenet deletes",
        "--pod-cidr 10.1.0.0/16 --routes 10.1.4.0/22",
        (ROUTED, "error", "--pod-cidr"),
        f"pod CIDR 10.1.0.0/16 overlaps 10.1.4.0/22 {ROUTE}: {NO_POD}, and kubenet deletes routes inside the pod CIDR "
        "from its route table",
        NEW_PODS,
    ),
    (
        "of a larger route it is not said, as kubenet leaves it",
        "--pod-cidr 10.1.0.0/16 --routes 10.0.0.0/8",
        (ROUTED, "error", "--pod-cidr"),
        f"pod CIDR 10.1.0.0/16 overlaps 10.0.0.0/8 {ROUTE}: {NO_POD}",
        "use --pod-cidr 172.28.0.0/16",
    ),
    (
        "a route that drops what is inside the pod CIDR is deleted, too",
        "--pod-cidr 10.1.0.0/16 --routes-to-nobody 10.1.4.0/22 10.0.0.0/9",
        ("route-in-pod-cidr", "error", "--pod-cidr"),
        "pod CIDR 10.1.0.0/16 contains 10.1.4.0/22 (route drop of route table rt, type Internet): kubenet deletes "
        "routes inside the pod CIDR from its route table",
        NEW_PODS,
    ),
    (
        "a site to which nothing connects the network is a warning, as a network is",
        "--pod-cidr 10.1.0.0/16 --other-sites 10.0.0.0/12",
        ("other-site-overlap", "warning", "--pod-cidr"),
        f"pod CIDR 10.1.0.0/16 overlaps 10.0.0.0/12 (on-premises (VPN site hq in resource group rg)): {NO_POD} if the "
        "two were ever connected",
        NEW_PODS,
    ),
    (
        "services over a route hide what is behind it from pods",
        "--service-cidr 10.1.0.0/16 --routes 10.1.4.0/22",
        (ROUTED, "error", "--service-cidr"),
        f"service CIDR 10.1.0.0/16 overlaps 10.1.4.0/22 {ROUTE}: {NO_POD}",
        NEW_SERVICES,
    ),
    (
        "a network over the pods of a connected cluster: those pods think that the nodes are pods",
        "--vnet-address-prefixes 10.1.0.0/16 --clusters 10.1.0.0/16",
        (NODES, "warning", "--vnet-address-prefixes"),
        f"virtual network 10.1.0.0/16 overlaps 10.1.0.0/16 {PROD}: pods there could not reach the nodes",
        NEW_NET,
    ),
    (
        "a subnet over the pods of a connected cluster is told even inside a network that is told as well",
        "--vnet-address-prefixes 10.1.0.0/16 --subnet-prefix 10.1.4.0/24 --clusters 10.1.4.0/22",
        (NODES, "warning", "--subnet-prefix"),
        f"subnet 10.1.4.0/24 overlaps 10.1.4.0/22 {PROD}: pods there could not reach the nodes",
        "use --vnet-address-prefixes 192.168.0.0/16 --subnet-prefix 192.168.1.0/24",
    ),
    (
        "a network over one that is not connected can never be peered with it",
        "--vnet-address-prefixes 10.1.0.0/16 --other-networks 10.1.4.0/22",
        (UNCONNECTED, "warning", "--vnet-address-prefixes"),
        f"virtual network 10.1.0.0/16 overlaps 10.1.4.0/22 {OTHER}: networks that overlap can never be peered",
        NEW_NET,
    ),
    (
        "pods over a network that is not connected are in the way of a later peering",
        "--pod-cidr 10.1.0.0/16 --other-networks 10.1.4.0/22",
        (UNCONNECTED, "warning", "--pod-cidr"),
        f"pod CIDR 10.1.0.0/16 overlaps 10.1.4.0/22 {OTHER}: {NO_POD} {EVER}",
        NEW_PODS,
    ),
    (
        "so are services",
        "--service-cidr 10.1.0.0/16 --other-networks 10.1.4.0/22",
        (UNCONNECTED, "warning", "--service-cidr"),
        f"service CIDR 10.1.0.0/16 overlaps 10.1.4.0/22 {OTHER}: {NO_POD} {EVER}",
        NEW_SERVICES,
    ),
    (
        "so is a docker bridge",
        "--docker-bridge-address 10.1.0.1/16 --other-networks 10.1.4.0/22",
        (UNCONNECTED, "warning", "--docker-bridge-address"),
        f"docker bridge network 10.1.0.0/16 overlaps 10.1.4.0/22 {OTHER}: {NO_NODE} {EVER}",
        NEW_BRIDGE,
    ),
    (
        "given pods may be those of a connected cluster as well",
        "--pod-cidr 10.1.0.0/16 --clusters 10.1.0.0/16",
        (SHARED, "info", "--pod-cidr"),
        f"pod CIDR 10.1.0.0/16 overlaps 1 range of other clusters, 10.1.0.0/16 {PROD}: {PODS_SHARED}",
        "keep it, or use --exclude-prefixes 10.1.0.0/16 without --pod-cidr",
    ),
    (
        "so may given services",
        "--service-cidr 10.1.0.0/16 --clusters 10.1.0.0/17 10.1.0.0/16",
        (SHARED, "info", "--service-cidr"),
        f"service CIDR 10.1.0.0/16 overlaps 2 ranges of other clusters, 10.1.0.0/16 {PROD}, 10.1.0.0/17 {PROD}: "
        f"{SERVICES_SHARED}",
        "keep it, or use --exclude-prefixes 10.1.0.0/16 without --service-cidr",
    ),
    (
        "so may a given docker bridge, whose network is named and not its address",
        "--docker-bridge-address 10.1.0.1/16 --clusters 10.1.0.0/16",
        (SHARED, "info", "--docker-bridge-address"),
        f"docker bridge network 10.1.0.0/16 overlaps 1 range of other clusters, 10.1.0.0/16 {PROD}: {BRIDGE_SHARED}",
        "keep it, or use --exclude-prefixes 10.1.0.0/16 without --docker-bridge-address",
    ),
    (
        "chosen pods may be those of clusters that are not connected, of which three are named",
        "--clusters-elsewhere 10.244.7.0/24 10.244.0.0/16 10.244.0.0/17 10.244.0.0/16 10.244.9.0/24",
        (SHARED, "info", "--pod-cidr"),
        f"pod CIDR 10.244.0.0/16 overlaps 5 ranges of other clusters, 10.244.0.0/16 {FAR}, 10.244.0.0/16 {FAR}, "
        f"10.244.0.0/17 {FAR} and 2 more: {PODS_SHARED}",
        "keep it, or use --exclude-prefixes 10.244.0.0/16 for another pod CIDR",
    ),
    (
        "a size is not a range: what is chosen for it is a choice",
        "--service-cidr /16 --clusters-elsewhere 10.0.0.0/16",
        (SHARED, "info", "--service-cidr"),
        f"service CIDR 10.0.0.0/16 overlaps 1 range of other clusters, 10.0.0.0/16 {FAR}: {SERVICES_SHARED}",
        "keep it, or use --exclude-prefixes 10.0.0.0/16 for another service CIDR",
    ),
    (
        "connected clusters and others are counted together",
        "--pod-cidr 10.1.0.0/16 --clusters 10.1.0.0/16 --clusters-elsewhere 10.0.0.0/8",
        (SHARED, "info", "--pod-cidr"),
        f"pod CIDR 10.1.0.0/16 overlaps 2 ranges of other clusters, 10.0.0.0/8 {FAR}, 10.1.0.0/16 {PROD}: "
        f"{PODS_SHARED}",
        "keep it, or use --exclude-prefixes 10.1.0.0/16 without --pod-cidr",
    ),
    (
        "what Azure keeps is named among what it always keeps",
        "--vnet-address-prefixes 172.16.0.0/12 --kept-by-azure 172.16.5.0/24",
        ("reserved-range-overlap", "error", "--vnet-address-prefixes"),
        "virtual network 172.16.0.0/12 overlaps 172.30.0.0/16 (reserved by AKS), 172.31.0.0/16 (reserved by AKS), "
        "172.16.5.0/24 (kept by Azure)",
        NEW_NET,
    ),
]
#: Sentence, line of options on which no reservation is to be told.
SILENT = [
    ("chosen ranges are clear of connected clusters", "--clusters 10.244.0.0/16 10.0.0.0/16 192.168.0.0/16"),
    ("nodes may lie where clusters elsewhere have pods", "--clusters-elsewhere 192.168.0.0/16"),
    ("a docker bridge does not leave its node", "--docker-bridge-address 10.1.0.1/16 --clusters-elsewhere 10.1.0.0/16"),
    ("a range beside a reservation is not over it", "--pod-cidr 10.1.0.0/16 --routes 10.0.0.0/16 10.2.0.0/16"),
    ("a network may hold subnets", "--vnet-address-prefixes 10.1.0.0/16 --existing-subnets 10.1.4.0/24"),
]
TOLD = {PEERED, ROUTED, UNCONNECTED, NODES, SHARED, "existing-subnet-overlap", "reserved-range-overlap"}


def rows(table):
    return [pytest.param(*row[1:], id=row[0]) for row in table]


@pytest.mark.parametrize(("line", "what", "message", "recommendation"), rows(ROWS))
def test_what_is_said(line, what, message, recommendation):
    found = [
        (finding.message, finding.recommendation)
        for finding in ask(line).findings
        if (finding.rule, finding.severity.value, finding.subject[0]) == what
    ]
    assert found == [(message, recommendation)]


@pytest.mark.parametrize("line", [row.values[0] for row in rows(SILENT)], ids=[row[0] for row in SILENT])
def test_what_is_not_said(line):
    assert not {finding.rule for finding in ask(line).findings} & TOLD


@pytest.mark.parametrize(
    ("origin", "accepted", "severities"),
    [
        (Origin.PEERING, [], ["error"]),
        (Origin.PEERING, [PEERED], ["warning"]),
        (Origin.PEERING, [ROUTED], ["error"]),
        (Origin.ROUTE, [], ["error"]),
        (Origin.ROUTE, [ROUTED], ["warning"]),
        (Origin.SUBNET, [], ["error"]),
        (Origin.USER, ["excluded-range-overlap"], ["warning"]),
        (Origin.VNET, [], ["warning"]),
        (Origin.CLUSTER, [], ["info"]),
        (Origin.AZURE, [], ["error"]),
    ],
)
def test_how_grave_it_is_and_what_accepting_it_does(origin, accepted, severities):
    pods = IPNetwork("10.1.0.0/16")
    found = plan_ranges(ClusterSize(), RangeRequests(pods=fixed(pods)), [Reservation(pods, "there", origin)], accepted)
    assert [finding.severity.value for finding in found.findings] == severities
    assert found.refused == ("error" in severities)


def test_every_origin_is_told_by_one_rule():
    pods = IPNetwork("10.1.0.0/16")
    told = {
        origin: [
            each.rule
            for each in plan_ranges(
                ClusterSize(), RangeRequests(pods=fixed(pods)), [Reservation(pods, "there", origin)]
            ).findings
        ]
        for origin in Origin
    }
    assert {len(found) for found in told.values()} == {1}
    assert len({found[0] for found in told.values()}) == len(Origin)


def test_a_warning_that_is_accepted_stays_and_the_name_is_refused():
    found = ask("--vnet-address-prefixes 10.1.0.0/16 --clusters 10.1.4.0/22", [NODES]).findings
    assert [(each.rule, each.severity) for each in found] == [
        ("risk-not-acceptable", Severity.ERROR),
        (NODES, Severity.WARNING),
    ]
    assert found[0].message == f"--accept-risk {NODES}: it is not an error"


def test_keeping_clear_of_what_may_be_shared_works_as_recommended():
    line = "--clusters-elsewhere 10.244.0.0/16 10.0.0.0/16 --exclude-prefixes 10.244.0.0/16 10.0.0.0/16"
    verdict = ask(line)
    assert not verdict.findings
    assert (str(verdict.plan.pods), str(verdict.plan.services)) == ("10.1.0.0/16", "10.245.0.0/16")


@pytest.mark.parametrize(
    "line",
    [
        "--pod-cidr 10.244.0.0/16 --routes 10.244.8.0/24",
        "--pod-cidr 10.244.0.0/16 --routes-to-nobody 10.244.8.0/24",
        "--pod-cidr 10.244.0.0/16 --clusters 10.244.0.0/16",
    ],
    ids=["a routed range", "a route to nobody", "a range of another cluster"],
)
def test_of_routes_that_kubenet_writes_nothing_is_said_in_a_plan_for_overlay(line):
    def told(options):
        return [each for each in ask(options).findings if re.search("(its|own) route table", each.message)]

    assert told(line)
    assert not told(f"{line} --network-plugin-mode overlay")

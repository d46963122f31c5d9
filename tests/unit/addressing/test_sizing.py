"""The numbers of the article and of Azure's own documents, each a row."""

import pytest

from azext_kubenet.addressing import cidr, limits, sizing
from azext_kubenet.addressing.model import ClusterSize, MaxSurge
from tests.unit.addressing.asking import ask, names

row = pytest.param


def shown(text):
    plan = ask(text).plan
    return {
        "vnet": " ".join(map(str, plan.vnet)),
        "subnet": str(plan.subnet),
        "pods": str(plan.pods),
        "services": str(plan.services),
        "dns": str(plan.dns_ip),
        "bridge": str(plan.docker_bridge),
    }


def capacity(text):
    return sizing.capacity(ask(text).plan)


def test_without_options_the_plan_is_the_conventional_set():
    assert shown("") == {
        "vnet": "192.168.0.0/16",
        "subnet": "192.168.1.0/24",
        "pods": "10.244.0.0/16",
        "services": "10.0.0.0/16",
        "dns": "10.0.0.10",
        "bridge": "172.17.0.1/16",
    }
    assert ask("").findings == ()


@pytest.mark.parametrize(
    ("text", "nodes", "limited_by"),
    [
        row("", 228, "subnet", id="the conventional set carries 228 nodes and the subnet binds"),
        row("--subnet-prefix 192.168.1.0/24 --max-surge 0", 251, "subnet", id="a /24 without surge carries 251 nodes"),
        row("--subnet-prefix 192.168.1.0/27", 24, "subnet", id="a /27 with 10% surge carries 24 nodes"),
        row(
            "--subnet-prefix 192.168.1.0/27 --max-surge 1",
            26,
            "subnet",
            id="a /27 with one surge node carries 26 nodes",
        ),
        row("--subnet-prefix 192.168.1.0/27 --max-surge 33%", 20, "subnet", id="a /27 with 33% surge carries 20 nodes"),
        row(
            "--subnet-prefix /23 --max-surge 1",
            255,
            "podCidr",
            id="a /16 of pods with one surge node carries 255 nodes",
        ),
        row("--subnet-prefix /23", 232, "podCidr", id="a /16 of pods with 10% surge carries 232 nodes"),
        row("--subnet-prefix /23 --max-surge 33%", 192, "podCidr", id="a /16 of pods with 33% surge carries 192 nodes"),
        row(
            "--subnet-prefix /22 --pod-cidr /15 --max-surge 1", 399, "routes", id="400 routes with one surge node: 399"
        ),
        row("--subnet-prefix /22 --pod-cidr /15", 363, "routes", id="400 routes with 10% surge carry 363 nodes"),
        row(
            "--subnet-prefix /22 --pod-cidr /15 --max-surge 33%",
            300,
            "routes",
            id="400 routes with 33% surge: 300 nodes",
        ),
        row("--subnet-prefix /22 --pod-cidr /15 --max-surge 0", 399, "routes", id="AKS counts less than 400 nodes"),
        row("--extra-ips 28", 202, "subnet", id="28 other addresses in a /24 leave room for 202 nodes"),
        row("--max-surge 100%", 125, "subnet", id="a surge of 100% halves the 251 addresses of a /24"),
    ],
)
def test_nodes_that_ranges_carry(text, nodes, limited_by):
    found = capacity(text)
    assert (found.nodes, found.limited_by) == (nodes, limited_by)


@pytest.mark.parametrize(
    ("text", "pods", "services"),
    [
        row("", 25080, 65534, id="the conventional set carries 228 x 110 pods and 65534 services"),
        row("--max-surge 0", 27610, 65534, id="a /24 without surge carries 27610 pods, as the article computes"),
        row("--max-surge 0 --subnet-prefix 192.168.1.0/24 --max-pods 250", 62750, 65534, id="251 nodes of 250 pods"),
        row("--service-cidr /24", 25080, 254, id="a /24 of services holds 254"),
        row("--service-cidr /28", 25080, 14, id="a /28 of services holds 14"),
    ],
)
def test_pods_and_services_that_ranges_carry(text, pods, services):
    found = capacity(text)
    assert (found.pods, found.services) == (pods, services)


@pytest.mark.parametrize(
    ("prefix", "usable"), [(30, 0), (29, 3), (28, 11), (27, 27), (26, 59), (25, 123), (24, 251), (23, 507), (22, 1019)]
)
def test_azure_keeps_five_addresses_of_a_subnet(prefix, usable):
    subnet = cidr.read_network(f"10.0.0.0/{prefix}")
    assert sizing.usable_addresses(subnet) == usable
    if usable:
        assert sizing.subnet_prefixlen(usable) == prefix
        assert sizing.subnet_prefixlen(usable + 1) == prefix - 1


@pytest.mark.parametrize(
    ("prefix", "blocks"),
    [(25, 0), (24, 1), (23, 2), (22, 4), (21, 8), (20, 16), (19, 32), (18, 64), (17, 128), (16, 256), (15, 512)],
)
def test_every_node_takes_a_24_of_the_pod_cidr(prefix, blocks):
    assert sizing.node_blocks(cidr.read_network(f"10.0.0.0/{prefix}")) == blocks
    if blocks:
        assert sizing.pod_prefixlen(blocks) == prefix
        assert sizing.pod_prefixlen(blocks + 1) == prefix - 1


@pytest.mark.parametrize(
    ("surge", "nodes", "extra"),
    [
        row("10%", 3, 1, id="10% of 3 nodes is rounded up to one node"),
        row("10%", 10, 1, id="10% of 10 nodes is one node"),
        row("10%", 11, 2, id="10% of 11 nodes is two nodes"),
        row("33%", 100, 33, id="33% of 100 nodes is 33"),
        row("50%", 4, 2, id="half of 4 nodes is 2"),
        row("1", 50, 1, id="a number of nodes is that number"),
        row("5", 3, 3, id="more surge nodes than nodes is as many as nodes"),
        row("0", 3, 0, id="no surge is no node"),
    ],
)
def test_surge_nodes(surge, nodes, extra):
    demand = ClusterSize(nodes, max_surge=MaxSurge(int(surge.rstrip("%")), surge.endswith("%")))
    assert (demand.surge_nodes, demand.nodes_with_surge) == (extra, nodes + extra)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        row("--max-count 300", {"pods": "10.244.0.0/15", "subnet": "192.168.0.0/23"}, id="300 nodes: a /15 for pods"),
        row("--max-count 363", {"pods": "10.244.0.0/15"}, id="363 nodes are the most with 10% surge"),
        row(
            "--max-count 24", {"subnet": "192.168.1.0/27"}, id="a stated maximum gets the smallest subnet that holds it"
        ),
        row("--node-count 24", {"subnet": "192.168.1.0/24"}, id="without a stated maximum the subnet is a /24"),
        row("--pod-cidr /20", {"pods": "10.244.0.0/20"}, id="a size is kept at the usual place"),
        row(
            "--service-cidr 10.244.0.0/16",
            {"pods": "10.245.0.0/16", "dns": "10.244.0.10"},
            id="pods make way for given services",
        ),
        row("--exclude-prefixes 10.244.7.0/24", {"pods": "10.1.0.0/16"}, id="excluded in the usual place: best fit"),
        row(
            "--exclude-prefixes 10.0.0.0/8",
            {"pods": "172.28.0.0/16", "services": "172.29.0.0/16"},
            id="with 10.0.0.0/8 on premises pods and services go to 172.16.0.0/12",
        ),
        row("--subnet-prefix 192.168.7.0/24", {"vnet": "192.168.0.0/16"}, id="a subnet in 192.168 has that network"),
        row("--subnet-prefix 10.7.0.0/24", {"vnet": "10.7.0.0/24"}, id="a subnet elsewhere is its own network"),
        row(
            "--subnet-prefix 192.168.7.0/24 --exclude-prefixes 192.168.0.0/22",
            {"vnet": "192.168.4.0/22"},
            id="a network for a given subnet keeps clear of what is excluded",
        ),
        row(
            "--within 10.64.0.0/12", {"vnet": "10.64.0.0/16", "subnet": "10.64.0.0/24"}, id="--within moves the network"
        ),
        row(
            "--within 192.168.0.0/17 192.168.128.0/17",
            {"vnet": "192.168.0.0/16"},
            id="--within blocks may be neighbours",
        ),
        row(
            "--vnet-address-prefixes 10.0.0.0/25 10.0.0.128/25",
            {"subnet": "10.0.0.0/25"},
            id="a subnet lies in one prefix of its network",
        ),
        row(
            "--vnet-address-prefixes 10.0.0.0/8",
            {"pods": "192.168.0.0/16", "services": "172.28.0.0/16"},
            id="nothing else lies in a given network",
        ),
    ],
)
def test_where_ranges_go(text, wanted):
    found = shown(text)
    assert {name: found[name] for name in wanted} == wanted
    assert not ask(text).refused


def test_a_network_for_a_given_subnet_leaves_room_for_the_other_ranges():
    verdict = ask("--subnet-prefix 192.168.200.0/24 --exclude-prefixes 10.0.0.0/8 172.16.0.0/12 100.64.0.0/10")
    assert not verdict.refused
    assert [str(prefix) for prefix in verdict.plan.vnet] == ["192.168.128.0/17"]


def test_364_nodes_are_refused_for_their_routes():
    assert names(ask("--max-count 364")) == ["too-many-routes"]


def test_every_constant_names_its_source():
    assert all(each.source[0] == "F" for each in limits.RESERVED_RANGES)

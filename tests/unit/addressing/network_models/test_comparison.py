"""Kubenet beside the models of Azure CNI: the numbers of the documents, a dumb count beside them, and each need."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet._format import plan_table
from azext_kubenet.addressing import network_models
from azext_kubenet.addressing.model import ClusterSize, MaxSurge
from azext_kubenet.addressing.network_models.comparison import compare
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.options import choices
from azext_kubenet.output.compared import comparison_json, lines
from tests.property import oracle
from tests.support.effort import tries

row = pytest.param
SUBNET = IPNetwork("192.168.1.0/24")


def demand(nodes, surge="0", **more):
    return ClusterSize(nodes, max_surge=MaxSurge(int(surge.rstrip("%")), surge.endswith("%")), **more)


def rows(*question, **more):
    return {each.model.key: each for each in compare(*question, **more).rows}


def test_the_numbers_of_the_article():
    """251 nodes and 27,610 pods on kubenet, 8 and 240 on Azure CNI, in a /24."""
    found = rows(demand(3), SUBNET, default_pods=True)
    assert (found["kubenet"].nodes, found["kubenet"].pods) == (251, 27610)
    assert (found["nodeSubnet"].nodes, found["nodeSubnet"].pods) == (8, 240)


@pytest.mark.parametrize("subnet", [None, SUBNET], ids=["of no plan", "that we chose ourselves"])
def test_no_model_lacks_space_in_a_small_subnet_where_nobody_limits_it(subnet):
    found = compare(demand(30, "10%"), subnet, limited=False)
    each = {row.model.key: row for row in found.rows}
    assert all(row.fits for row in found.rows)
    assert each["nodeSubnet"].place == "a subnet of /20"
    assert each["kubenet"].place == ("a subnet of /26" if subnet is None else "192.168.1.0/24")
    assert found.article.model == "nodeSubnet"
    assert "no subnet, network or block is named that limits address space" in found.article.reasons[0]
    assert "3,663 addresses" in found.article.reasons[0]


def test_a_model_lacks_space_in_a_subnet_that_was_asked_for():
    found = compare(demand(30, "10%"), SUBNET)
    assert [row.model.key for row in found.rows if not row.fits] == ["nodeSubnet"]
    assert found.article.model == "kubenet"


@pytest.mark.parametrize(
    ("surge", "max_pods", "nodes"),
    [
        row("0", None, {"kubenet": 251, "overlay": 251, "nodeSubnet": 8, "podSubnet": 251}, id="L6 without surge"),
        row("1", None, {"kubenet": 250, "overlay": 250, "nodeSubnet": 7, "podSubnet": 250}, id="L6 with a surge node"),
        row("0", 110, {"kubenet": 251, "overlay": 251, "nodeSubnet": 2, "podSubnet": 251}, id="L6 110 pods"),
        row(
            "1",
            110,
            {"kubenet": 250, "overlay": 250, "nodeSubnet": 1, "podSubnet": 250},
            id="L6 110 pods, a surge node",
        ),
        row("0", 250, {"kubenet": 251, "overlay": 251, "nodeSubnet": 1}, id="L6 250 pods"),
        row(
            "1",
            250,
            {"kubenet": 250, "overlay": 250, "nodeSubnet": 0},
            id="L6 250 pods, a surge node",
        ),
    ],
)
def test_nodes_in_a_24(surge, max_pods, nodes):
    pods = {} if max_pods is None else {"max_pods": max_pods}
    found = rows(demand(3, surge, **pods), SUBNET, default_pods=max_pods is None)
    assert {key: found[key].nodes for key in nodes} == nodes


@pytest.mark.parametrize(
    ("nodes", "model", "addresses", "subnet", "pods"),
    [
        row(50, "nodeSubnet", 1581, 21, None, id="L3 50 nodes and one of surge"),
        row(60, "nodeSubnet", 1891, 21, None, id="L3 60 nodes and one of surge"),
        row(50, "kubenet", 51, 26, 18, id="L1 an address and a /24 a node"),
        row(50, "overlay", 51, 26, 18, id="L2 the same"),
        row(50, "podSubnet", 51 + 51 * 128, 26, 19, id="L4 110 pods fill seven batches, and one more stands ready"),
    ],
)
def test_what_a_demand_needs(nodes, model, addresses, subnet, pods):
    found = rows(demand(nodes, "1"), SUBNET, default_pods=True)[model]
    assert (found.addresses, found.subnet_prefix, found.pod_prefix) == (addresses, subnet, pods)


@pytest.mark.parametrize(("max_pods", "blocks"), [(30, 2), (31, 2), (32, 3), (110, 7)])
def test_static_blocks_of_the_document(max_pods, blocks):
    assert network_models.block_addresses(max_pods) == 16 * blocks


def test_a_24_of_pods_serves_fifteen_nodes_as_they_start():
    assert any("serves 15 nodes as they start" in each for each in rows(demand(3), SUBNET)["podSubnet"].remarks)


def batches(pods):
    """Addresses that a node holds once so many pods have come, one by one [L4]."""
    held = 16
    for used in range(pods + 1):
        while held - used < 8:
            held += 16
    return held


def counted(addresses, per_node, surge, most):
    """n = 1, 2, 3 ... until addresses run out."""
    nodes = 0
    while nodes < most:
        together = nodes + 1 + oracle.surge_of(nodes + 1, surge.value, surge.percent)
        if together * per_node > addresses:
            break
        nodes += 1
    return nodes


@tries(150)
@given(
    st.integers(20, 30), st.integers(10, 250), st.integers(0, 40), st.integers(0, 40),
    st.one_of(st.builds(MaxSurge, st.integers(0, 100), st.just(True)),
              st.builds(MaxSurge, st.integers(0, 9), st.just(False))),
)  # fmt: skip
def test_nodes_are_what_counting_finds(prefix, max_pods, extra, in_use, surge):
    asked = ClusterSize(3, max_pods=max_pods, max_surge=surge, extra_ips=extra)
    found = rows(asked, IPNetwork((0x0A000000, prefix)), in_use=in_use)
    free = len(range(2 ** (32 - prefix))[4:-1]) - extra - in_use
    routes = counted(400, 1, surge, 399)
    assert found["kubenet"].nodes == min(counted(free, 1, surge, 5000), routes)
    assert found["overlay"].nodes == counted(free, 1, surge, 5000)
    assert found["nodeSubnet"].nodes == counted(free, max_pods + 1, surge, 5000)
    in_network = counted(65536 - extra, 1 + batches(max_pods), surge, 5000)
    assert found["podSubnet"].nodes == min(counted(free, 1, surge, 5000), in_network)
    assert found["podSubnet"].addresses == extra + asked.nodes_with_surge * (1 + batches(max_pods))
    for each in found.values():
        documented = 200_000 if each.model.key == "overlay" else each.nodes * max_pods
        assert each.pods == min(each.nodes * max_pods, documented)
        assert each.fits is (each.nodes >= 3)


@pytest.mark.parametrize(
    ("subnet", "nodes", "model", "limited_by", "most"),
    [
        row("10.0.0.0/20", 3, "kubenet", "routes", 399, id="kubenet ends at AKS's own limit"),
        row("10.0.0.0/16", 3, "overlay", "nodes", 5000, id="Overlay ends at 5,000 nodes"),
        row("10.0.0.0/12", 3, "nodeSubnet", "vnetAddresses", 2114, id="node subnet ends at 65,536 addresses [A15]"),
        row("10.0.0.0/12", 3, "podSubnet", "vnetAddresses", 508, id="and so does pod subnet, with 128 for 110 pods"),
    ],
)
def test_what_binds_in_a_large_subnet(subnet, nodes, model, limited_by, most):
    found = rows(demand(nodes), IPNetwork(subnet), default_pods=True)[model]
    assert (found.limited_by, found.nodes) == (limited_by, most)


# what is needed, by the article, today
CHOICES = (
    ("little space and no needs", 40, (), "kubenet", "overlay"),
    ("space for a few nodes with all their pods", 3, (), "nodeSubnet", "overlay"),
    ("Windows", 40, ("windows-pools",), "nodeSubnet", "overlay"),
    ("Azure network policies", 40, ("azure-network-policy",), "nodeSubnet", "overlay"),
    ("Cilium", 40, ("cilium",), "nodeSubnet", "overlay"),
    ("virtual nodes, which Overlay does not offer", 40, ("virtual-nodes",), "nodeSubnet", "nodeSubnet"),
    ("pods that are reached from outside", 40, ("pods-reachable",), "nodeSubnet", "podSubnet"),
    ("dual-stack", 40, ("dual-stack",), "nodeSubnet", "overlay"),
    ("node auto-provisioning", 40, ("node-auto-provisioning",), "nodeSubnet", "overlay"),
    ("node auto-provisioning and reachable pods", 40, ("node-auto-provisioning", "pods-reachable"), "nodeSubnet",
     "nodeSubnet"),
    ("AKS Automatic", 40, ("aks-automatic",), "nodeSubnet", "overlay"),
    ("Application Gateway for Containers", 40, ("app-gateway-for-containers",), "nodeSubnet", "overlay"),
    ("a subnet for several clusters", 40, ("shared-subnet",), "nodeSubnet", "overlay"),
    ("no route table to manage", 40, ("no-route-table",), "nodeSubnet", "overlay"),
    ("no extra hop", 40, ("no-extra-hop",), "nodeSubnet", "overlay"),
    ("pods that talk with the outside", 40, ("pods-talk-outside",), "nodeSubnet", "overlay"),
    ("more nodes than kubenet has", 400, (), "nodeSubnet", "overlay"),
    ("more nodes than routes, with their surge", 390, (), "nodeSubnet", "overlay"),
    ("reachable pods in more nodes than the addresses of a network serve", 600, ("pods-reachable",), "nodeSubnet",
     "nodeSubnet"),
    ("reachable pods and dual-stack, which no model has", 40, ("pods-reachable", "dual-stack"), "nodeSubnet",
     "overlay"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("nodes", "needs", "article", "today"), [row[1:] for row in CHOICES], ids=[r[0] for r in CHOICES]
)
def test_what_is_chosen(nodes, needs, article, today):
    found = compare(demand(nodes, "10%"), SUBNET, needs, default_pods=True)
    assert (found.article.model, found.recommended.model) == (article, today)
    assert found.recommended.reasons[0] == "kubenet retires on 31 March 2028"
    assert all(len(set(each.reasons)) == len(each.reasons) > 0 for each in (found.article, found.recommended))


def test_every_need_has_a_row_of_its_own():
    assert {needs[0] for _, _, needs, _, _ in CHOICES if len(needs) == 1} == set(network_models.NEEDS)
    assert choices.NEEDS == network_models.NEEDS


def test_what_no_model_offers_is_said():
    found = compare(demand(3), SUBNET, ("pods-reachable", "dual-stack")).recommended
    assert found.reasons[-1].startswith("no model meets all needs; this one: it does not offer pods")


def test_unmet_needs_are_those_asked_for():
    found = rows(demand(3), SUBNET, needs=("virtual-nodes", "cilium"))
    assert {key: each.unmet for key, each in found.items()} == {
        "kubenet": ("cilium", "virtual-nodes"),
        "overlay": ("virtual-nodes",),
        "nodeSubnet": (),
        "podSubnet": ("virtual-nodes",),
    }


def test_a_need_that_is_none_is_refused():
    with pytest.raises(ValueError, match="telepathy"):
        compare(demand(3), SUBNET, ("telepathy",))


def test_every_number_and_feature_names_its_source():
    assert all(each.facts and each.sources for each in network_models.BY_KEY.values())
    assert all(each.source.endswith((".md", "mode)")) for each in network_models.FEATURES.values())


def plain(value):
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(each) for key, each in value.items())
    return all(map(plain, value)) if isinstance(value, list) else type(value) in (str, int, bool)


def test_the_answer_is_plain_and_its_table_has_a_row_a_model():
    answer = comparison_json(compare(demand(3), SUBNET, ("cilium",)))
    assert plain(answer)
    shown = plan_table({"comparison": json.loads(json.dumps(answer))})
    assert [each["Range"] for each in shown] == [each["name"] for each in answer["models"]]
    assert [each["Demand"] for each in shown] == ["fits, lacks 1 need", "fits", "too few: subnet", "fits"]


def test_a_demand_that_no_range_holds_is_said_and_not_planned():
    found = compare(ClusterSize(1, max_count=10**9), SUBNET)
    assert [each["subnetPrefix"] for each in comparison_json(found)["models"]] == ["", "", "", ""]
    assert "nodes in more than any subnet has" in "\n".join(lines(found))


def test_models_have_the_same_pods_per_node_unless_their_defaults_are_asked_for():
    same, own = rows(demand(3, max_pods=60), SUBNET), rows(demand(3, max_pods=60), SUBNET, default_pods=True)
    assert [each.max_pods for each in same.values()] == [60, 60, 60, 60]
    assert [each.max_pods for each in own.values()] == [110, 250, 30, 110]
    assert [each.addresses for each in same.values()] == [3, 3, 183, 3 + 3 * 80]


def test_without_a_subnet_models_are_compared_in_the_smallest_that_has_an_address_for_each_node():
    found = compare(demand(500), None)
    assert (found.subnet, found.prefixlen, found.place) == (None, 23, "a subnet of /23")
    assert comparison_json(found)["subnet"] == "/23"
    assert {each.model.key: each.fits for each in found.rows} == {
        "kubenet": False,
        "overlay": True,
        "nodeSubnet": False,
        "podSubnet": True,
    }
    assert "0.0.0.0" not in "\n".join(lines(found))


def test_the_limits_of_kubenet_are_its_own_in_the_comparison_of_a_plan_for_overlay():
    asked = demand(3, network_plugin=OVERLAY)
    found = rows(asked, IPNetwork("10.0.0.0/16"))["kubenet"]
    assert (found.limited_by, found.nodes) == ("routes", 399)

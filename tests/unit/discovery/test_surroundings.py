"""What a network has around it, and what a plan keeps clear of because of it: each row a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing.model import Origin
from tests.unit.discovery.surrounding_bodies import (
    BEHIND_HQ,
    FAR,
    FORBIDDEN,
    GATED,
    HUB,
    IPV6_ALONE,
    NODES,
    OTHER,
    OWN,
    PODS,
    ROUTED,
    SPOKE,
    SUB,
    TO_HQ,
    around,
    cluster,
    clusters,
    connected,
    connection,
    gateway,
    gateway_id,
    hops,
    hub,
    own,
    peered,
    peering,
    rows,
    site,
    space,
    subnet,
    table,
    vnet,
)

GATEWAY_ROW = ("10.1.255.0/27", "subnet GatewaySubnet of own", "subnet")
BOTH = [("10.244.0.0/16", "pods of cluster prod", "cluster"), ("10.0.0.0/16", "services of cluster prod", "cluster")]

# what the network has, its body, what else Azure answers, the reservations
TAKEN: tuple[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str, str]]], ...] = (
    ("nothing", own(), {}, []),
    ("only the subnet that is planned", own(subnet("NODES", "10.1.0.0/24")), {}, []),
    ("other subnets, in both of its prefixes",
     vnet("10.1.0.0/16", "192.168.0.0/24", subnets=(subnet("a", "10.1.0.0/24"), subnet("b", "192.168.0.0/26"))), {},
     [("10.1.0.0/24", "subnet a of own", "subnet"), ("192.168.0.0/26", "subnet b of own", "subnet")]),
    ("a subnet with two prefixes, and one of IPv6",
     own(subnet("a", "10.1.4.0/24", "10.1.5.0/24"), subnet("b", "fd00::/64"), subnet("c", "fd01::/64", "10.1.6.0/24")),
     {}, [("10.1.4.0/24", "subnet a of own", "subnet"), ("10.1.5.0/24", "subnet a of own", "subnet"),
          ("10.1.6.0/24", "subnet c of own", "subnet")]),
    ("a peer", peered("10.2.0.0/16"), hub("10.2.0.0/16"),
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering")]),
    ("a peer that has grown since", peered("10.2.0.0/16"), hub("10.2.0.0/16", "10.3.0.0/16"),
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"),
      ("10.3.0.0/16", "network hub, peered as to-hub", "peering")]),
    ("a peer shown by an older answer", own(peerings=({"name": "to-hub", "properties": {
        "remoteVirtualNetwork": {"id": HUB}, "remoteAddressSpace": space("10.2.0.0/16", "fd00::/48")}},)),
     hub("10.2.0.0/16"), [("10.2.0.0/16", "network hub, peered as to-hub", "peering")]),
    ("a peer that has not peered back", peered("10.2.0.0/16", state="Initiated"), hub("10.2.0.0/16"),
     [("10.2.0.0/16", "network hub, peered as to-hub, which waits for its other side", "peering")]),
    ("a lost peering of a network that was deleted", peered("10.2.0.0/16", state="Disconnected"), {}, []),
    ("a peer by some of its subnets", peered("10.63.9.0/24", peerCompleteVnets=False, remoteSubnetNames=["nodes"]),
     hub("10.60.0.0/14", subnets=(subnet("nodes", "10.63.9.0/24"),)),
     [("10.63.9.0/24", "network hub, peered as to-hub by some subnets", "peering")]),
    ("a peer by some of its subnets, which the peering does not show",
     peered(peerCompleteVnets=False, remoteSubnetNames=["nodes"]),
     hub("10.60.0.0/14", subnets=(subnet("nodes", "10.63.9.0/24"), subnet("other", "10.63.8.0/24"))),
     [("10.63.9.0/24", "network hub, peered as to-hub by some subnets", "peering")]),
    ("clusters in a peered subnet of a peer, and in another of it",
     peered("10.63.9.0/24", peerCompleteVnets=False, remoteSubnetNames=["nodes"]),
     {**hub("10.60.0.0/14"), **clusters(cluster("prod", f"{HUB}/subnets/nodes", **PODS),
                                        cluster("lab", f"{HUB}/subnets/other", podCidr="10.245.0.0/16"))},
     [("10.63.9.0/24", "network hub, peered as to-hub by some subnets", "peering"), *BOTH]),
    ("a peer by IPv6 alone", peered("10.2.0.0/16", **IPV6_ALONE, allowForwardedTraffic=True),
     {**hub("10.2.0.0/16", peerings=(peering("to-spoke", SPOKE, "10.4.0.0/16"),)),
      **clusters(cluster("prod", f"{HUB}/subnets/a", **PODS))}, []),
    ("what a peer passes traffic on to by some subnets, or by IPv6 alone",
     peered("10.2.0.0/16", allowForwardedTraffic=True),
     hub("10.2.0.0/16", peerings=(
         peering("to-spoke", SPOKE, "10.4.8.0/24", peerCompleteVnets=False, remoteSubnetNames=["a"]),
         peering("to-far", FAR, "10.5.0.0/16", **IPV6_ALONE))),
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"),
      ("10.4.8.0/24", "network spoke, behind peer hub, which passes traffic on", "peering")]),
    ("a gateway of a peer that may not be read, which the peering names",
     peered("10.2.0.0/16", useRemoteGateways=True, remoteGateways=[{"id": gateway_id("gw")}]),
     {HUB: FORBIDDEN, **gateway("gw", HUB, clients=("172.30.0.0/24",)), **connected("gw", TO_HQ),
      **site("hq", "172.16.0.0/16")},
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"), ("172.16.0.0/16", BEHIND_HQ, "route"),
      ("172.30.0.0/24", "VPN clients of gateway gw", "route")]),
    ("pools of groups of users, and what NAT makes of a site", GATED, {gateway_id("gw"): {
        "id": gateway_id("gw"), "properties": {"natRules": [
            {"properties": {"mode": "IngressSnat", "externalMappings": [{"addressSpace": "172.31.0.0/24"}],
                            "internalMappings": [{"addressSpace": "10.9.0.0/24"}]}},
            {"properties": {"mode": "EgressSnat", "externalMappings": [{"addressSpace": "172.31.9.0/24"}]}}],
            "vpnClientConfiguration": {
                "vpnClientAddressPool": {"addressPrefixes": ["10.245.0.0/16"]},
                "vngClientConnectionConfigurations": [{"name": "c1", "properties": {
                    "vpnClientAddressPool": {"addressPrefixes": ["10.246.0.0/16"]}}}]}}}},
     [GATEWAY_ROW, ("10.245.0.0/16", "VPN clients of gateway gw", "route"),
      ("10.246.0.0/16", "VPN clients of gateway gw", "route"),
      ("172.31.0.0/24", "on-premises behind gateway gw (NAT rules)", "route")]),
    ("a peer that passes traffic on", peered("10.2.0.0/16", allowForwardedTraffic=True),
     hub("10.2.0.0/16", peerings=(peering("back", OWN, "10.1.0.0/16"), peering("to-spoke", SPOKE, "10.4.0.0/16"),
                                  peering("old", FAR, "10.5.0.0/16", state="Disconnected"))),
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"),
      ("10.4.0.0/16", "network spoke, behind peer hub, which passes traffic on", "peering")]),
    ("a peer whose forwarded traffic is not taken", peered("10.2.0.0/16"),
     hub("10.2.0.0/16", peerings=(peering("to-spoke", SPOKE, "10.4.0.0/16"),)),
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering")]),
    ("a peering that lost its other side", peered("10.2.0.0/16", state="Disconnected", allowForwardedTraffic=True,
                                                  useRemoteGateways=True),
     {**hub("10.2.0.0/16", peerings=(peering("to-spoke", SPOKE, "10.4.0.0/16"),),
            subnets=(subnet("GatewaySubnet", "10.2.0.0/27", gateway="gw"),)),
      **gateway("gw", HUB, clients=("172.30.0.0/24",))},
     [("10.2.0.0/16", "network hub, peered as to-hub, which has lost its other side", "vnet")]),
    ("a gateway to a site", GATED,
     {**gateway("gw"), **connected("gw", TO_HQ), **site("hq", "172.16.0.0/16", "172.20.0.0/24")},
     [GATEWAY_ROW, ("172.16.0.0/16", BEHIND_HQ, "route"), ("172.20.0.0/24", BEHIND_HQ, "route")]),
    ("a site that is larger than the own space", GATED,
     {**gateway("gw"), **connected("gw", TO_HQ), **site("hq", "10.0.0.0/15")},
     [GATEWAY_ROW, ("10.0.0.0/16", BEHIND_HQ, "route")]),
    ("a site that is all private space", GATED,
     {**gateway("gw"), **connected("gw", TO_HQ),
      **site("hq", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.70.0.0/16")},
     [GATEWAY_ROW, ("100.70.0.0/16", BEHIND_HQ, "route")]),
    ("traffic selectors", GATED, {**gateway("gw"), **connected("gw", connection(
        "c", "gw", trafficSelectorPolicies=[{"localAddressRanges": ["10.1.0.0/16"],
                                             "remoteAddressRanges": ["172.16.9.0/24", "0.0.0.0/0"]}]))},
     [GATEWAY_ROW, ("172.16.9.0/24", "on-premises behind connection c (traffic selectors)", "route")]),
    ("clients that dial in", GATED, gateway("gw", clients=("172.30.0.0/24",)),
     [GATEWAY_ROW, ("172.30.0.0/24", "VPN clients of gateway gw", "route")]),
    ("a gateway to another network", GATED,
     {**gateway("gw"), **gateway("gw2", SPOKE), SPOKE: vnet("10.7.0.0/16", name="spoke"),
      **connected("gw", connection("c", "gw", connectionType="Vnet2Vnet",
                                   virtualNetworkGateway2={"id": gateway_id("gw2")}))},
     [GATEWAY_ROW, ("10.7.0.0/16", "network spoke, behind connection c", "peering")]),
    ("a gateway to a network that is its peer too", vnet(
        "10.1.0.0/16", subnets=(subnet("GatewaySubnet", "10.1.255.0/27", gateway="gw"),),
        peerings=(peering("to-hub", HUB, "10.2.0.0/16"),)),
     {**gateway("gw"), **gateway("gw2", HUB), **hub("10.2.0.0/16"),
      **connected("gw", connection("c", "gw", virtualNetworkGateway2={"id": gateway_id("gw2")}))},
     [GATEWAY_ROW, ("10.2.0.0/16", "network hub, peered as to-hub", "peering")]),
    ("a gateway of a peer, which it uses", peered("10.2.0.0/16", useRemoteGateways=True),
     {**hub("10.2.0.0/16", subnets=(subnet("GatewaySubnet", "10.2.0.0/27", gateway="gw"),)), **gateway("gw", HUB),
      **connected("gw", TO_HQ), **site("hq", "172.16.0.0/16")},
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"), ("172.16.0.0/16", BEHIND_HQ, "route")]),
    ("a gateway of a peer, which it does not use", peered("10.2.0.0/16"),
     {**hub("10.2.0.0/16", subnets=(subnet("GatewaySubnet", "10.2.0.0/27", gateway="gw"),)), **gateway("gw", HUB),
      **connected("gw", TO_HQ), **site("hq", "172.16.0.0/16")},
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering")]),
    ("routes", ROUTED, table("rt", to_dc="172.16.0.0/16", all="0.0.0.0/0", tag="Storage", six="fd00::/8",
                             local="10.1.0.0/16", one="172.31.0.9"),
     [("172.16.0.0/16", "route to-dc of route table rt", "route"),
      ("172.31.0.9/32", "route one of route table rt", "route")]),
    ("routes for all private space", ROUTED, table("rt", a="10.0.0.0/8", b="172.16.0.0/12", c="192.168.0.0/16",
                                                   d="100.64.1.0/24"),
     [("100.64.1.0/24", "route d of route table rt", "route")]),
    ("routes that lead to nobody, of which only those that pods could hold count", ROUTED,
     hops("rt", a=("10.0.0.0/8", "None"), b=("172.16.0.0/12", "VnetLocal"), c=("10.240.0.0/12", "Internet"),
          d=("10.244.7.0/24", "None"), e=("10.9.0.0/16", "VirtualAppliance"),
          f=("10.8.0.0/16", "VirtualNetworkGateway")),
     [("10.244.7.0/24", "route d of route table rt, next hop type None", "route"),
      ("10.9.0.0/16", "route e of route table rt", "route"), ("10.8.0.0/16", "route f of route table rt", "route")]),
    ("one table on two subnets",
     own(subnet("nodes", "10.1.0.0/24", table="rt"), subnet("b", "10.1.1.0/24", table="RT")),
     table("rt", a="172.16.0.0/16"),
     [("10.1.1.0/24", "subnet b of own", "subnet"), ("172.16.0.0/16", "route a of route table rt", "route")]),
    ("a cluster on kubenet in it", own(), clusters(cluster("prod", f"{OWN.upper()}/subnets/a", **PODS)), BOTH),
    ("a cluster on overlay in a peer", peered("10.2.0.0/16"),
     {**hub("10.2.0.0/16"),
      **clusters(cluster("prod", f"{HUB}/subnets/a", plugin="azure", networkPluginMode="overlay", **PODS))},
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"), *BOTH]),
    ("a cluster whose pods are in it", own(), clusters(cluster("prod", f"{OWN}/subnets/a", plugin="azure", **PODS)),
     BOTH[1:]),
    ("a cluster in a network that AKS made, which is its peer",
     own(peerings=(peering("p", f"{SUB}/resourceGroups/mc_prod/providers/Microsoft.Network/virtualNetworks/aks",
                           "10.224.0.0/12"),)),
     clusters(cluster("prod", "", **PODS)),
     [("10.224.0.0/12", "network aks, peered as p", "peering"), *BOTH]),
    ("a cluster in what a peer passes traffic on to", peered("10.2.0.0/16", allowForwardedTraffic=True),
     {**hub("10.2.0.0/16", peerings=(peering("to-spoke", SPOKE, "10.4.0.0/16"),)),
      **clusters(cluster("prod", f"{SPOKE}/subnets/a", **PODS))},
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"),
      ("10.4.0.0/16", "network spoke, behind peer hub, which passes traffic on", "peering"), *BOTH]),
    ("a cluster in it whose ranges lie in its own space", own(),
     clusters(cluster("shop", NODES, podCidr="10.1.128.0/17", serviceCidr="10.1.1.0/24")),
     [("10.1.128.0/17", "pods of cluster shop", "cluster"), ("10.1.1.0/24", "services of cluster shop", "cluster")]),
    ("a cluster on overlay in it whose pods are larger than its space", own(),
     clusters(cluster("shop", NODES, plugin="azure", networkPluginMode="overlay", podCidr="10.0.0.0/15")),
     [("10.0.0.0/15", "pods of cluster shop", "cluster")]),
    ("a cluster in a third subscription, behind a peer", peered("10.2.0.0/16", allowForwardedTraffic=True),
     {**hub("10.2.0.0/16", peerings=(peering("to-far", FAR, "10.4.0.0/16"),)),
      **clusters(cluster("prod", f"{FAR}/subnets/a", **PODS), subscription=OTHER)},
     [("10.2.0.0/16", "network hub, peered as to-hub", "peering"),
      ("10.4.0.0/16", "network far, behind peer hub, which passes traffic on", "peering"), *BOTH]),
    ("a cluster in a network behind a connection", GATED,
     {**gateway("gw"), **gateway("gw2", FAR), FAR: vnet("10.7.0.0/16", name="far"),
      **connected("gw", connection("c", "gw", virtualNetworkGateway2={"id": gateway_id("gw2")})),
      **clusters(cluster("prod", f"{FAR}/subnets/a", **PODS), subscription=OTHER)},
     [GATEWAY_ROW, ("10.7.0.0/16", "network far, behind connection c", "peering"), *BOTH]),
    ("routes to what are the pods of a cluster elsewhere", ROUTED,
     {**table("rt", node="10.244.0.0/24"), **clusters(cluster("lab", f"{FAR}/subnets/a", **PODS))},
     [("10.244.0.0/24", "route node of route table rt", "route")]),
    ("routes to the pods of a cluster in it", ROUTED,
     {**table("rt", node="10.244.0.0/24", wider="10.240.0.0/12"), **clusters(cluster("prod", NODES, **PODS))},
     [*BOTH, ("10.240.0.0/12", "route wider of route table rt", "route")]),
)  # fmt: skip


@pytest.mark.parametrize(("body", "answers", "taken"), [row[1:] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_what_a_plan_keeps_clear_of(body: Any, answers: Any, taken: Any) -> None:
    found = around(body, answers)
    assert sorted(rows(found.reservations)) == sorted(taken)
    assert [each for each in found.findings if each.rule == "network-overlaps-surroundings"] == []


LAB = cluster("lab", f"{FAR}/subnets/a", **PODS)

# what is elsewhere, the body, what else Azure answers, the own cluster, what may be shared
ELSEWHERE = (
    ("a cluster in a network that is not connected", own(), clusters(LAB), "",
     [("10.244.0.0/16", "pods of cluster lab", "cluster"), ("10.0.0.0/16", "services of cluster lab", "cluster")]),
    ("a cluster behind a peering that lost its other side", peered("10.2.0.0/16", state="Disconnected"),
     {**hub("10.2.0.0/16"), **clusters(cluster("lab", f"{HUB}/subnets/a", podCidr="10.244.0.0/16"))}, "",
     [("10.244.0.0/16", "pods of cluster lab", "cluster")]),
    ("a cluster that shows nothing of its place", own(), clusters({**LAB, "properties": {
        "networkProfile": {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16"}}}), "",
     [("10.244.0.0/16", "pods of cluster lab", "cluster")]),
    ("the own cluster", own(subnet("nodes", "10.1.0.0/24")), clusters(cluster("mine", NODES, **PODS)),
     cluster("mine")["id"].upper(), []),
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "answers", "own_cluster", "shared"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE]
)
def test_what_a_plan_may_share(body: Any, answers: Any, own_cluster: str, shared: Any) -> None:
    found = around(body, answers, own_cluster=own_cluster)
    assert rows(found.elsewhere) == shared
    assert not [each for each in found.reservations if each.origin.value == "cluster"]


def test_the_routes_of_the_own_cluster_are_its_own() -> None:
    answers = {**table("rt", node="10.244.3.0/24"), **clusters(cluster("mine", NODES, **PODS))}
    assert around(ROUTED, answers, own_cluster=cluster("mine")["id"]).reservations == []


def test_what_is_cut_out_of_a_range_leaves_its_owners_words() -> None:
    """The parts around the own space are nobody's: the range that is named is the route's own."""
    found = around(ROUTED, table("rt", to_dc="10.0.0.0/8"))
    routed = [each for each in found.reservations if each.origin is Origin.ROUTE]
    assert len(routed) > 1
    assert {str(each.shown) for each in routed} == {"10.0.0.0/8"}


def test_a_cluster_whose_subscription_has_no_network_near_is_found_by_its_nodes() -> None:
    """A network of a subscription for networks, with nodes of a cluster of another."""
    node = f"{OTHER}/resourceGroups/MC_g/providers/Microsoft.Compute/virtualMachineScaleSets/aks-np-1-vmss/"
    nodes = subnet("nodes", "10.1.0.0/24")
    nodes["properties"]["ipConfigurations"] = [
        {"id": f"{node}virtualMachines/0/networkInterfaces/n/ipConfigurations/i"}
    ]
    found = around(own(nodes), clusters(cluster("prod", NODES, **PODS), subscription=OTHER))
    assert [each for each in rows(found.reservations) if each[2] == "cluster"] == BOTH

"""What could not be seen around a network, what was seen twice, and how few questions it takes."""

from __future__ import annotations

import threading
from typing import Any
from unittest import mock

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import Origin
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.network_reads import NetworkSource
from tests.unit.checks.wire import Wire
from tests.unit.discovery.surrounding_bodies import (
    BEHIND_HQ,
    DIRECT,
    FAR,
    FORBIDDEN,
    GATED,
    HUB,
    MESH,
    NETWORK,
    OTHER,
    OWN,
    ROUTED,
    SPOKE,
    SPOKES,
    STRANGER,
    SUB,
    TO_HQ,
    around,
    around_with,
    cluster,
    clusters,
    clusters_path,
    connected,
    connection,
    gateway,
    gateway_id,
    groups_path,
    hops,
    hub,
    own,
    peered,
    peering,
    rows,
    site,
    site_id,
    subnet,
    table,
    table_id,
    vnet,
    vnet_id,
)

GATEWAY_PARTS = {**gateway("gw"), **connected("gw", TO_HQ)}
BGP = connection("b", "gw", enableBgp=True)
EXPRESS = connection("er", "gw", connectionType="ExpressRoute")
TO_FAR = own(peerings=(peering("to-far", FAR, "10.2.0.0/16"),))
GONE_FAR = own(peerings=(peering("to-far", FAR, "10.2.0.0/16", state="Disconnected"),))
NOT_SEEN = AzureError(404, "SubscriptionNotFound", "The subscription 'o' could not be found.")
MICROSOFT = "/subscriptions/m"
HIDDEN = (
    f"{MICROSOFT}/resourceGroups/RG_hub-west_053f87d4-bfd8-4ba5-b313-3a59d84f7e33/providers/Microsoft.Network"
    "/virtualNetworks/HV_hub-west_9242ce03-1745-4a20-ac27-0df11fa5f048"
)
TO_VIRTUAL_HUB = own(peerings=(peering("to-west", HIDDEN, "10.9.0.0/24", useRemoteGateways=True),))
TWO_GATES = own(subnet("GatewaySubnet", "10.1.255.0/27", gateway="gw"), subnet("two", "10.1.254.0/27", gateway="gw2"))
TWO_LEARN = {
    **gateway("gw"), **gateway("gw2"), **connected("gw", connection("b", "gw", enableBgp=True)),
    **connected("gw2", connection("b2", "gw2", enableBgp=True)),
}  # fmt: skip
TENANT_OF_FAR = "22222222-bbbb-4bbb-8bbb-222222222222"

ROUTE_SERVER = subnet("RouteServerSubnet", "10.1.2.0/27")
ROUTE_SERVER["properties"]["ipConfigurations"] = [{"id": f"{NETWORK}/virtualHubs/rs/ipConfigurations/default"}]
# what stands in the way, the body, what else Azure answers, the finding, words of it, words of what to type
SAID = (
    ("a peer in another tenant", TO_FAR, {FAR: STRANGER, clusters_path(OTHER): STRANGER}, "surroundings-unreadable",
     ["network far (peered as to-far)", "InvalidAuthenticationTokenTenant", f"tenant {TENANT_OF_FAR}", "10.2.0.0/16",
      "subscription o", "what else it is connected to"], ["--exclude-prefixes"]),
    ("a peer that may not be read", TO_FAR, {FAR: FORBIDDEN}, "surroundings-unreadable",
     ["network far (peered as to-far)", "AuthorizationFailed", "10.2.0.0/16"],
     [f'az role assignment create --assignee CALLER --role "Reader" --scope {FAR}', "--exclude-prefixes"]),
    ("a subscription that may not be read", TO_FAR, {FAR: FORBIDDEN, clusters_path(OTHER): FORBIDDEN},
     "surroundings-unreadable", ["network far (peered as to-far) and clusters of subscription o"],
     [f'--role "Reader" --scope {OTHER} ']),
    ("a peer whose peering is connected, though it is not shown", TO_FAR, {}, "surroundings-unreadable",
     ["does not exist", "10.2.0.0/16"], ["add what is in use there: --exclude-prefixes"]),
    ("a peer in a subscription that the login does not see", TO_FAR, {FAR: NOT_SEEN}, "surroundings-unreadable",
     ["network far (peered as to-far) could not be read (SubscriptionNotFound)"], ["--exclude-prefixes"]),
    ("a peer that is gone", GONE_FAR, {}, "peering-disconnected",
     ["peering to-far of network own is Disconnected: network far does not exist, so no traffic flows"],
     [f"az network vnet peering delete --ids {OWN}/virtualNetworkPeerings/to-far"]),
    ("a peer that took its side away", GONE_FAR, {FAR: vnet("10.2.0.0/16", name="far")}, "peering-disconnected",
     ["network far does not have its side"],
     [f"az network vnet peering delete --ids {OWN}/virtualNetworkPeerings/to-far"]),
    ("a lost peer that may not be read, to which nobody need give a right", GONE_FAR, {FAR: FORBIDDEN},
     "peering-disconnected", ["network far does not have its side"], ["az network vnet peering delete"]),
    ("a hub that may not be read, and no word of its gateway", own(peerings=(
        peering("to-far", FAR, "10.2.0.0/16", useRemoteGateways=True),)), {FAR: FORBIDDEN}, "surroundings-unreadable",
     ["what else it is connected to and the on-premises ranges and VPN clients behind its gateway"], ["Reader"]),
    ("a virtual hub, in a subscription of Microsoft's", TO_VIRTUAL_HUB,
     {HIDDEN: FORBIDDEN, clusters_path(MICROSOFT): FORBIDDEN}, "surroundings-unreadable",
     ["peering to-west leads to virtual hub hub-west of a virtual WAN", "10.9.0.0/24",
      "the networks, on-premises ranges and VPN clients that the hub connects"],
     ["az network vhub get-effective-routes -g GROUP -n hub-west", "--exclude-prefixes"]),
    ("a virtual hub that does not exist for this login", TO_VIRTUAL_HUB, {}, "surroundings-unreadable",
     ["leads to virtual hub hub-west"], ["get-effective-routes"]),
    ("a mesh of a network manager", own(), {groups_path(): [MESH]}, "ranges-not-shown",
     ["configuration mesh of Azure Virtual Network Manager connects network own to others without a peering"],
     ["--exclude-prefixes"]),
    ("spokes that are connected directly", own(), {groups_path(): [DIRECT]}, "ranges-not-shown",
     ["configuration spokes of Azure Virtual Network Manager connects"], ["--exclude-prefixes"]),
    ("clusters that may not be read", own(), {clusters_path(): FORBIDDEN}, "surroundings-unreadable",
     ["subscription s could not be read (AuthorizationFailed): not read: pods and services of clusters"],
     [f"--scope {SUB} "]),
    ("a route table that may not be read", ROUTED, {table_id("rt"): FORBIDDEN}, "surroundings-unreadable",
     ["route table rt", "its routes"], [f"--scope {table_id('rt')}"]),
    ("a gateway that may not be read", GATED,
     {gateway_id("gw"): FORBIDDEN, f"{gateway_id('gw')}/connections": FORBIDDEN}, "surroundings-unreadable",
     ["gateway gw could not be read", "its network and its VPN clients and the on-premises ranges and networks "
      "that it is connected to"],
     [f"--scope {gateway_id('gw')} "]),
    ("a site that may not be read", GATED, {**GATEWAY_PARTS, site_id("hq"): FORBIDDEN}, "surroundings-unreadable",
     ["local network gateway hq (behind connection to-hq)"], [f"--scope {site_id('hq')}"]),
    ("a connection that learns its routes", GATED, {**gateway("gw"), **connected("gw", EXPRESS, BGP)},
     "ranges-not-shown", ["connection er (ExpressRoute) and connection b (BGP) learn"],
     [f"list-learned-routes --ids {gateway_id('gw')}", "--exclude-prefixes"]),
    ("two gateways that learn ranges, both of which are named", TWO_GATES, TWO_LEARN, "ranges-not-shown",
     ["connection b (BGP) and connection b2 (BGP) learn"],
     [f"list-learned-routes --ids {gateway_id('gw')} {gateway_id('gw2')} -o table"]),
    ("a route server in the network", own(ROUTE_SERVER), {}, "ranges-not-shown",
     ["route server rs (BGP) learns ranges that Azure does not show with the network"],
     ["az network routeserver peering list --routeserver rs -g g --subscription s -o table",
      "list-learned-routes --routeserver rs -g g --subscription s -n PEER", "--exclude-prefixes"]),
    ("a route server of a peer that serves the network", peered("10.2.0.0/16", useRemoteGateways=True),
     hub("10.2.0.0/16", subnets=(ROUTE_SERVER,)), "ranges-not-shown", ["route server rs (BGP) learns"],
     ["az network routeserver peering list"]),
    ("a table with all private space", ROUTED, table("rt", a="10.0.0.0/8", b="172.16.0.0/12", c="192.168.0.0/16"),
     "ranges-not-shown", ["route table rt leads to all private space"], ["--exclude-prefixes"]),
    ("a site with all private space", GATED,
     {**GATEWAY_PARTS, **site("hq", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")},
     "ranges-not-shown", ["connection to-hq leads to all private space"], ["--exclude-prefixes"]),
    ("a table with both halves of a default route", ROUTED, table("rt", a="0.0.0.0/1", b="128.0.0.0/1"),
     "ranges-not-shown", ["route table rt leads to all private space"], ["--exclude-prefixes"]),
    ("a site with both halves of a default route", GATED, {**GATEWAY_PARTS, **site("hq", "0.0.0.0/1", "128.0.0.0/1")},
     "ranges-not-shown", ["connection to-hq leads to all private space"], ["--exclude-prefixes"]),
    ("a table with one half of a default route", ROUTED, table("rt", a="0.0.0.0/1"),
     "ranges-not-shown", ["route table rt leads to half of all addresses"], ["--exclude-prefixes"]),
    ("a table with a summary alone", ROUTED, table("rt", a="172.0.0.0/7", b="172.20.0.0/16"),
     "summary-kept-clear", ["route table rt: 172.0.0.0/7 is larger than any private range"], ["--exclude-prefixes"]),
    ("a site with a summary alone", GATED, {**GATEWAY_PARTS, **site("hq", "172.0.0.0/7")},
     "summary-kept-clear", ["connection to-hq: 172.0.0.0/7"], ["--exclude-prefixes"]),
    ("a peer with a part of the own space", peered("10.1.128.0/17"), hub("10.1.128.0/17"),
     "network-overlaps-surroundings",
     ["virtual network own (10.1.0.0/16)", "10.1.128.0/17 (network hub, peered as to-hub)"], ["--subnet-prefix"]),
    ("a site with a part of the own space", GATED, {**GATEWAY_PARTS, **site("hq", "10.1.128.0/17")},
     "network-overlaps-surroundings", [f"10.1.128.0/17 ({BEHIND_HQ})"], ["--subnet-prefix"]),
    ("a cluster of a peer whose pods have the own space", peered("10.2.0.0/16"),
     {**hub("10.2.0.0/16"), **clusters(cluster("prod", f"{HUB}/subnets/a", podCidr="10.1.0.0/16"))},
     "network-overlaps-surroundings",
     ["10.1.0.0/16 (pods of cluster prod)"], ["--subnet-prefix"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "answers", "rule", "words", "typed"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_what_is_said(body: Any, answers: Any, rule: str, words: list[str], typed: list[str]) -> None:
    (finding,) = around(body, answers).findings
    assert finding.rule == rule
    noted = rule in ("ranges-not-shown", "summary-kept-clear")
    assert finding.severity is (Severity.INFO if noted else Severity.WARNING)
    assert [each for each in words if each not in finding.message] == []
    assert [each for each in typed if each not in finding.recommendation] == []
    assert "s3cret" not in finding.message + finding.recommendation


QUIET = (
    ("a route server of a peer whose gateways are not used", peered("10.2.0.0/16"),
     hub("10.2.0.0/16", subnets=(ROUTE_SERVER,))),
    ("a subnet for a route server that is not there", own(subnet("RouteServerSubnet", "10.1.2.0/27")), {}),
    ("a default route", ROUTED, table("rt", all="0.0.0.0/0")),
    ("hubs and spokes of a network manager, which it peers", own(), {groups_path(): [SPOKES]}),
    ("a table that drops all private space", ROUTED,
     hops("rt", a=("10.0.0.0/8", "None"), b=("172.16.0.0/12", "None"), c=("192.168.0.0/16", "None"))),
    ("a route into the own space", ROUTED, table("rt", inspected="10.1.7.0/24")),
    ("a subscription without clusters, where the provider is not registered", own(),
     {clusters_path(): AzureError(409, "MissingSubscriptionRegistration", "not registered")}),
)  # fmt: skip


@pytest.mark.parametrize(("body", "answers"), [row[1:] for row in QUIET], ids=[row[0] for row in QUIET])
def test_what_needs_no_word(body: Any, answers: Any) -> None:
    assert around(body, answers).findings == []


def test_a_network_in_the_larger_space_of_a_site_is_a_hole_in_it_and_no_overlap() -> None:
    found = around(GATED, {**GATEWAY_PARTS, **site("hq", "10.0.0.0/8")})
    (finding,) = found.findings
    assert (finding.rule, finding.severity) == ("hole-in-routed-range", Severity.WARNING)
    assert "10.1.0.0/16 is inside the larger 10.0.0.0/8 (on-premises behind connection" in finding.message
    routed = [each.network for each in found.reservations if each.origin is Origin.ROUTE]
    assert routed
    assert not any(overlap(each, IPNetwork("10.1.0.0/16")) for each in routed)


@pytest.mark.parametrize("prefixes", [("0.0.0.0/1", "128.0.0.0/1"), ("0.0.0.0/0",)], ids=["halves", "whole"])
def test_nothing_is_kept_clear_of_a_default_route_behind_a_site(prefixes: tuple[str, ...]) -> None:
    found = around(GATED, {**GATEWAY_PARTS, **site("hq", *prefixes)})
    assert [each for each in found.reservations if each.origin is Origin.ROUTE] == []


def test_the_space_that_only_the_peering_shows_is_kept_clear_of() -> None:
    assert rows(around(TO_FAR, {FAR: STRANGER}).reservations) == [
        ("10.2.0.0/16", "network far, peered as to-far", "peering")
    ]


def test_many_that_may_not_be_read_are_one_warning() -> None:
    names = [f"v{number}" for number in range(40)]
    body = own(peerings=tuple(peering(f"to-{each}", vnet_id(each, OTHER)) for each in names))
    (finding,) = around(body, {vnet_id(each, OTHER): FORBIDDEN for each in names}).findings
    assert "network v2 (peered as to-v2) and 37 more" in finding.message


def test_the_command_for_an_administrator_names_the_caller_who_is_known() -> None:
    (finding,) = around_with(TO_FAR, Wire({FAR: FORBIDDEN}), caller=Caller("o-1", "User")).findings
    assert f'--assignee-object-id o-1 --assignee-principal-type User --role "Reader" --scope {FAR},' in (
        finding.recommendation
    )


@pytest.mark.parametrize("status", [408, 429, 500, 503, 0])
def test_what_does_not_pass_in_time_was_not_read(status: int) -> None:
    (finding,) = around(TO_FAR, {FAR: AzureError(status, "Busy", "later")}).findings
    assert "could not be read (Busy)" in finding.message
    assert "az role assignment" not in finding.recommendation


def test_the_longest_way_is_asked_in_four_rounds_after_the_own_network() -> None:
    """Peer and its clusters; its gateway; the gateway at the far end; the network of that."""
    body = peered("10.2.0.0/16", useRemoteGateways=True)
    far = connection("c", "gw", connectionType="Vnet2Vnet", virtualNetworkGateway2={"id": gateway_id("gw2")})
    wire = Wire(
        {
            **hub("10.2.0.0/16", subnets=(subnet("GatewaySubnet", "10.2.0.0/27", gateway="gw"),)),
            **gateway("gw", HUB), **gateway("gw2", SPOKE), **connected("gw", far, TO_HQ), **site("hq", "172.16.0.0/16"),
            SPOKE: vnet("10.7.0.0/16", name="spoke", peerings=(peering("further", FAR, "10.8.0.0/16"),)),
        }
    )  # fmt: skip
    rounds: list[list[str]] = []
    look = NetworkSource.look

    def counted(self: NetworkSource, wanted: Any) -> Any:
        rounds.append([want.kind.value for want in wanted])
        return look(self, wanted)

    with mock.patch.object(NetworkSource, "look", counted):
        found = around_with(body, wire)
    assert rounds == [["groups", "network", "clusters"], ["gateway", "connections"], ["gateway", "site"], ["network"]]
    assert len(wire.asked) == len({each.lower() for each in wire.asked}) == 8
    ends = {ResourceId(each) for each in (gateway_id("gw"), gateway_id("gw2"), site_id("hq"))}
    assert found.connected == {ResourceId(HUB), ResourceId(SPOKE), *ends}


class Meeting(Wire):
    """Answers once so many questions are under way."""

    def __init__(self, answers: Any, questions: int) -> None:
        super().__init__(answers)
        self._met = threading.Barrier(questions)

    def _answer(self, path: str) -> Any:
        self._met.wait(10)
        return super()._answer(path)


def test_the_questions_of_a_round_are_asked_side_by_side() -> None:
    peers = [vnet_id(f"v{number}") for number in range(5)]
    body = own(peerings=tuple(peering(each, each, "10.9.0.0/16") for each in peers))
    wire = Meeting({each: vnet("10.9.0.0/16") for each in peers}, len(peers) + 2)
    around_with(body, wire)
    assert len(wire.asked) == len(peers) + 2


def test_a_virtual_hub_hides_nothing_else_of_its_subscription() -> None:
    """A rule of ours: in Microsoft's subscription there is nothing of the user's, and here there is."""
    core = vnet_id("core", MICROSOFT)
    body = own(peerings=(peering("hub", HIDDEN, "10.9.0.0/24"), peering("to-core", core, "10.8.0.0/16")))
    refused = {HIDDEN: FORBIDDEN, core: FORBIDDEN, clusters_path(MICROSOFT): FORBIDDEN}
    other, hub_alone = (each.message for each in around(body, refused).findings)
    assert "leads to virtual hub hub-west" in hub_alone
    assert "network core (peered as to-core) and clusters of subscription m could not be read" in other
    assert "HV_" not in other


def test_that_a_network_manager_was_not_asked_is_a_note_that_names_the_right_which_a_reader_lacks() -> None:
    (finding,) = around(own(), {groups_path(): FORBIDDEN}).findings
    assert (finding.rule, finding.severity) == ("surroundings-unreadable", Severity.INFO)
    assert "without a peering (AuthorizationFailed; the right to read it, Microsoft.Network/" in finding.message
    assert "listNetworkManagerEffectiveConnectivityConfigurations/action, is not in the role Reader" in finding.message

"""An estate, and a network inside of one: rows as Azure Resource Graph shows them, and what is made of them.

The rows' shape is our model: no recording holds an answer of Resource Graph.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import Origin, Reach
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery import inventory
from azext_kubenet.discovery.survey import subscriptions_of, survey_around

SUB = "/subscriptions/5b000000-0000-4000-8000-000000000001"
OTHER = "/subscriptions/5b000000-0000-4000-8000-000000000002"


def vnet_id(name: str, subscription: str = SUB) -> str:
    return f"{subscription}/resourceGroups/rg-{name}/providers/Microsoft.Network/virtualNetworks/{name}"


def peering(here: str, there: str, prefixes: list[str], **more: Any) -> dict[str, Any]:
    properties = {
        "remoteVirtualNetwork": {"id": vnet_id(there)},
        "remoteVirtualNetworkAddressSpace": {"addressPrefixes": prefixes},
        "peeringState": "Connected",
        **more,
    }
    return {"id": f"{vnet_id(here)}/virtualNetworkPeerings/to-{there}", "name": f"to-{there}", "properties": properties}


def network(name: str, *prefixes: str, peerings: Any = ()) -> dict[str, Any]:
    return {"id": vnet_id(name), "prefixes": [*prefixes], "peerings": [*peerings]}


def pool(cluster: str, vnet: str, pods: str = "10.244.0.0/16", services: str = "10.0.0.0/16") -> dict[str, Any]:
    return {
        "id": f"{SUB}/resourcegroups/rg-{vnet}/providers/Microsoft.ContainerService/managedClusters/{cluster}",
        "name": "nodepool1",
        "subnet": f"{vnet_id(vnet)}/subnets/nodes",
        "profile": {"networkPlugin": "kubenet", "podCidr": pods, "serviceCidr": services},
        "nodes": f"MC_{cluster}",
    }


def site(name: str, *prefixes: str) -> dict[str, Any]:
    path = f"{SUB}/resourceGroups/net/providers/Microsoft.Network/localNetworkGateways/{name}"
    return {"id": path, "behind": {"addressPrefixes": [*prefixes]}}


def place(kind: str, name: str, **row: Any) -> dict[str, Any]:
    return {"id": f"{SUB}/resourceGroups/net/providers/Microsoft.Network/{kind}/{name}", **row}


class Shown:
    """A Reader that has rows for each query, and nothing else in Azure. Rows that are an error are raised."""

    def __init__(self, networks: Any = (), pools: Any = (), sites: Any = ()):
        self._rows = dict(zip(inventory.QUERIES, (networks, pools, sites), strict=True))
        self.asked: list[Any] = []

    def search(self, query: str, subscriptions: Any, understand: Any) -> Future[Any]:
        self.asked.append(subscriptions)
        done: Future[Any] = Future()
        rows = self._rows[query]
        if isinstance(rows, AzureError):
            done.set_exception(rows)
        else:
            done.set_result([understand(row) for row in rows])
        return done

    def prefetch(self, reads: Any) -> None:
        """Nothing to begin with."""

    def get(self, path: str, api_version: str) -> None:
        """Nothing exists but what the rows show."""

    def list(self, path: str, api_version: str, filter_: str = "") -> list[Any]:
        return []

    def list_by_post(self, path: str, api_version: str) -> list[Any]:
        return []


def names(vnet: str = "") -> Names:
    group = f"rg-{vnet}" if vnet else ""
    return Names(SUB.rsplit("/", 1)[1], "", "", vnet, "", group, SUB.rsplit("/", 1)[1])


def ranges(found: Any) -> set[tuple[str, str, Origin]]:
    return {(str(each.network), each.reason, each.origin) for each in found}


def told(found: Any) -> list[Any]:
    """The findings, but for the count of what was seen."""
    return [each for each in found.findings if each.rule != "networks-seen"]


HUB = network("hub", "10.1.0.0/16")
# what the estate has, its rows, what a new network keeps clear of: range, reason, origin
NEW = (
    ("nothing", {}, set()),
    ("two networks", {"networks": [HUB, network("spoke", "10.2.0.0/24", "10.3.0.0/24")]},
     {("10.1.0.0/16", "network hub in resource group rg-hub", Origin.VNET),
      ("10.2.0.0/24", "network spoke in resource group rg-spoke", Origin.VNET),
      ("10.3.0.0/24", "network spoke in resource group rg-spoke", Origin.VNET)}),
    ("a network that only a peering shows", {"networks": [network("hub", "10.1.0.0/16", peerings=[
        peering("hub", "hidden", ["10.9.0.0/16"])])]},
     {("10.1.0.0/16", "network hub in resource group rg-hub", Origin.VNET),
      ("10.9.0.0/16", "network hidden in resource group rg-hidden, known by a peering alone", Origin.VNET)}),
    ("a network that two peerings show, the second of which joins the IPv6 space alone", {"networks": [
        network("one", peerings=[peering("one", "hidden", ["10.9.0.0/16"])]),
        network("two", peerings=[peering("two", "hidden", [], peerCompleteVnets=False, enableOnlyIPv6Peering=True)])]},
     {("10.9.0.0/16", "network hidden in resource group rg-hidden, known by a peering alone", Origin.VNET)}),
    ("a network that two peerings show, the second of which has a part of it", {"networks": [
        network("one", peerings=[peering("one", "hidden", ["10.9.0.0/16"])]),
        network("two", peerings=[peering("two", "hidden", ["10.9.4.0/24"])])]},
     {("10.9.0.0/16", "network hidden in resource group rg-hidden, known by a peering alone", Origin.VNET),
      ("10.9.4.0/24", "network hidden in resource group rg-hidden, known by a peering alone", Origin.VNET)}),
    ("a site on-premises", {"sites": [site("office", "192.168.8.0/21", "0.0.0.0/0")]},
     {("192.168.8.0/21", "on-premises (local network gateway office in resource group net)", Origin.ROUTE)}),
    ("a VPN site of a virtual WAN",
     {"sites": [place("vpnSites", "branch", site={"addressPrefixes": ["172.20.0.0/16"]})]},
     {("172.20.0.0/16", "on-premises (VPN site branch in resource group net)", Origin.ROUTE)}),
    ("a virtual hub, and the hub of a route server", {"sites": [
        place("virtualHubs", "hub", hub="10.244.0.0/23"), place("virtualHubs", "router", hub="")]},
     {("10.244.0.0/23", "virtual hub hub in resource group net", Origin.VNET)}),
    ("the pools of those who dial in to gateways", {"sites": [
        place("virtualNetworkGateways", "vpn", clients={"addressPrefixes": ["172.30.0.0/24"]}, groups=[
            {"properties": {"vpnClientAddressPool": {"addressPrefixes": ["172.30.1.0/24"]}}}]),
        place("p2sVpnGateways", "p2s", pools=[
            {"properties": {"vpnClientAddressPool": {"addressPrefixes": ["172.30.2.0/24"]}}}])]},
     {("172.30.0.0/24", "VPN clients of gateway vpn in resource group net", Origin.ROUTE),
      ("172.30.1.0/24", "VPN clients of gateway vpn in resource group net", Origin.ROUTE),
      ("172.30.2.0/24", "VPN clients of gateway p2s in resource group net", Origin.ROUTE)}),
    ("what NAT of gateways, of a network and of a virtual hub, shows of sites", {"sites": [
        place(kind, "vpn", nat=[
            {"properties": {"mode": "IngressSnat", "externalMappings": [{"addressSpace": "10.244.0.0/16"}],
                            "internalMappings": [{"addressSpace": "10.9.0.0/24"}]}},
            {"properties": {"mode": "EgressSnat", "externalMappings": [{"addressSpace": "172.31.9.0/24"}]}}])
        for kind in ("virtualNetworkGateways", "vpnGateways")]},
     {("10.244.0.0/16", "on-premises (NAT rules of gateway vpn in resource group net)", Origin.ROUTE)}),
    ("a network that was deleted, of which a lost peering tells", {"networks": [network("hub", "10.1.0.0/16", peerings=[
        peering("hub", "gone", ["10.9.0.0/16"], peeringState="Disconnected")])]},
     {("10.1.0.0/16", "network hub in resource group rg-hub", Origin.VNET)}),
    ("a network with IPv6 beside", {"networks": [network("dual", "fd00::/48", "10.5.0.0/16")]},
     {("10.5.0.0/16", "network dual in resource group rg-dual", Origin.VNET)}),
    ("rows with nothing in them", {"networks": [{"id": vnet_id("empty"), "prefixes": None, "peerings": None}],
                                   "pools": [{"id": f"{SUB}/x", "profile": None}], "sites": [{"id": "x"}]}, set()),
    ("a cluster alone", {"pools": [pool("prod", "hub")]}, set()),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [row[1:] for row in NEW], ids=[row[0] for row in NEW])
def test_a_new_network_keeps_clear_of_what_the_estate_has(rows: dict, expected: set) -> None:
    found = survey_around(Shown(**rows), names(), None, ())
    assert ranges(found.reservations) == expected


def test_what_gateways_of_the_estate_learn_is_named_as_not_seen() -> None:
    gateways = [
        place("virtualNetworkGateways", "er", over="ExpressRoute"),
        place("virtualNetworkGateways", "vpn", over="Vpn", bgp=True),
        place("virtualNetworkGateways", "static", over="Vpn", bgp=False),
        place("vpnGateways", "hub"),
        place("expressRouteGateways", "hub-er"),
    ]
    (found,) = told(survey_around(Shown(sites=gateways, networks=[HUB]), names(), None, ()))
    assert (found.rule, found.severity) == ("ranges-not-shown", Severity.INFO)
    assert found.message == (
        "gateway er in resource group net (ExpressRoute), gateway vpn in resource group net (BGP), gateway hub in "
        "resource group net (BGP) and 1 more learn ranges that Azure Resource Graph does not show: they are not "
        "looked at"
    )
    assert f"list-learned-routes --ids {gateways[0]['id']} -o table" in found.recommendation


def test_clusters_of_the_estate_may_be_shared_with() -> None:
    found = survey_around(Shown(pools=[pool("prod", "hub"), pool("prod", "hub")]), names(), None, ())
    assert ranges(found.elsewhere) == {
        ("10.244.0.0/16", "pods of cluster prod", Origin.CLUSTER),
        ("10.0.0.0/16", "services of cluster prod", Origin.CLUSTER),
    }


def body(name: str, *prefixes: str, peerings: Any = ()) -> VirtualNetwork:
    """The network as Resource Manager shows it."""
    properties = {"addressSpace": {"addressPrefixes": [*prefixes]}, "virtualNetworkPeerings": [*peerings]}
    return VirtualNetwork.parse({"id": vnet_id(name), "properties": {**properties, "subnets": []}})


def inside() -> Any:
    """A network `app`, peered with `hub`; `other` is not connected, and overlaps app's space as well."""
    to_hub, to_app = peering("app", "hub", ["10.1.0.0/16"]), peering("hub", "app", ["10.7.0.0/16"])
    shown = Shown(
        networks=[
            network("app", "10.7.0.0/16", peerings=[to_hub]),
            network("hub", "10.1.0.0/16", peerings=[to_app]),
            network("other", "10.6.0.0/15"),
        ],
        pools=[
            pool("near", "hub", "10.50.0.0/16", "10.51.0.0/16"),
            pool("far", "other", "10.60.0.0/16", "10.61.0.0/16"),
        ],
    )
    return shown, survey_around(shown, names("app"), body("app", "10.7.0.0/16", peerings=[to_hub]), ())


def test_in_an_estate_a_peer_is_a_peer_and_others_are_others() -> None:
    found = {(each.network.cidr, each.origin) for each in inside()[1].reservations}
    assert {(str(network), origin) for network, origin in found} == {
        ("10.1.0.0/16", Origin.PEERING),
        ("10.50.0.0/16", Origin.CLUSTER),
        ("10.51.0.0/16", Origin.CLUSTER),
        ("10.6.0.0/16", Origin.VNET),  # the half of other that app has not itself
    }


def test_in_an_estate_clusters_are_near_or_elsewhere() -> None:
    assert {str(each.network) for each in inside()[1].elsewhere} == {"10.60.0.0/16", "10.61.0.0/16"}


# the word, the subscriptions that are asked for
SCOPES = (
    ("no discovery", "", None),
    ("the subscription", "subscription", (SUB.rsplit("/", 1)[1],)),
    ("all that the login can read", "tenant", ()),
)


@pytest.mark.parametrize(("word", "expected"), [row[1:] for row in SCOPES], ids=[row[0] for row in SCOPES])
def test_a_word_says_what_is_discovered(word: str, expected: Any) -> None:
    assert subscriptions_of(names(), word) == expected


def test_without_discovery_resource_graph_is_not_asked() -> None:
    shown = Shown(networks=[HUB])
    assert survey_around(shown, names(), None, None).reservations == []
    assert shown.asked == []


def test_a_given_network_that_another_has_is_a_warning_and_its_subnet_has_room() -> None:
    shown = Shown(networks=[network("other", "10.0.0.0/8")], sites=[site("office", "10.1.0.0/24")])
    found = survey_around(shown, names(), None, (), [IPNetwork("10.1.0.0/16")])
    (finding,) = told(found)
    assert (finding.rule, finding.severity) == ("other-network-overlap", Severity.WARNING)
    assert "10.0.0.0/8 (network other in resource group rg-other)" in finding.message
    inside = [each for each in found.reservations if each.network in IPNetwork("10.1.0.0/16")]
    assert ranges(inside) == {
        ("10.1.0.0/24", "on-premises (local network gateway office in resource group net)", Origin.ROUTE)
    }
    assert sum(each.network.size for each in found.reservations if each.origin is Origin.VNET) == 2**24 - 2**16


class Served(Shown):
    """The same, where the hub's own VPN gateway leads to an office."""

    GATEWAY = f"{SUB}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpn"
    SITE = f"{SUB}/resourceGroups/rg-hub/providers/Microsoft.Network/localNetworkGateways/office"

    def get(self, path: str, api_version: str) -> Any:
        if path == vnet_id("hub"):
            address = {"id": f"{self.GATEWAY}/ipConfigurations/default"}
            subnet = {"name": "GatewaySubnet", "properties": {"ipConfigurations": [address]}}
            space = {"addressPrefixes": ["10.1.0.0/16"]}
            return {"id": path, "properties": {"addressSpace": space, "subnets": [subnet]}}
        if path == self.SITE:
            return {"id": path, "properties": {"localNetworkAddressSpace": {"addressPrefixes": ["10.90.0.0/16"]}}}
        return {"id": path, "properties": {}} if path == self.GATEWAY else None

    def list(self, path: str, api_version: str, filter_: str = "") -> list[Any]:
        if not path.endswith("/connections"):
            return []
        ends = {"virtualNetworkGateway1": {"id": self.GATEWAY}, "localNetworkGateway2": {"id": self.SITE}}
        return [{"id": f"{self.GATEWAY}-to-office", "properties": {"connectionType": "IPsec", **ends}}]


def test_in_an_estate_the_gateway_of_a_peer_is_looked_through_where_it_serves_the_network() -> None:
    to_hub = peering("app", "hub", ["10.1.0.0/16"], useRemoteGateways=True)
    rows = [network("app", "10.7.0.0/16", peerings=[to_hub]), network("hub", "10.1.0.0/16")]
    found = survey_around(Served(networks=rows), names("app"), body("app", "10.7.0.0/16", peerings=[to_hub]), ())
    assert ("10.90.0.0/16", Origin.ROUTE) in {(str(each.network), each.origin) for each in found.reservations}


def test_a_cluster_is_near_if_any_of_its_pools_is() -> None:
    far = pool("prod", "other", "10.50.0.0/16", "10.51.0.0/16")
    near = {**far, "name": "second", "subnet": f"{vnet_id('hub')}/subnets/nodes"}
    to_hub = peering("app", "hub", ["10.1.0.0/16"])
    rows = [network("app", "10.7.0.0/16", peerings=[to_hub]), network("hub", "10.1.0.0/16")]
    shown = Shown(networks=rows, pools=[far, near])
    found = survey_around(shown, names("app"), body("app", "10.7.0.0/16", peerings=[to_hub]), ())
    assert "10.50.0.0/16" in {str(each.network) for each in found.reservations}
    assert found.elsewhere == []


BUSY = AzureError(504, "GatewayTimeout", "later")


def test_what_resource_graph_does_not_show_in_time_is_a_warning_and_the_rest_is_an_answer() -> None:
    found = survey_around(Shown(networks=[HUB], pools=BUSY, sites=BUSY), names(), None, ())
    assert ranges(found.reservations) == {("10.1.0.0/16", "network hub in resource group rg-hub", Origin.VNET)}
    assert [(each.rule, each.severity) for each in told(found)] == [
        ("surroundings-unreadable", Severity.WARNING),
        ("surroundings-unreadable", Severity.WARNING),
    ]
    assert "clusters could not be read from Azure Resource Graph (GatewayTimeout)" in told(found)[0].message


def test_without_the_networks_nothing_was_discovered_and_the_error_names_them() -> None:
    with pytest.raises(AzureError, match="the networks in Azure Resource Graph could not be read"):
        survey_around(Shown(networks=BUSY), names(), None, ())


def test_sites_to_which_nothing_connects_the_network_may_lie_under_a_given_range() -> None:
    found = survey_around(Shown(sites=[site("office", "192.168.8.0/21")]), names(), None, ())
    assert [each.reach for each in found.reservations] == [Reach.UNCONNECTED]


def test_a_site_behind_the_networks_own_gateway_is_told_once() -> None:
    to_hub = peering("app", "hub", ["10.1.0.0/16"], useRemoteGateways=True)
    rows = [network("app", "10.7.0.0/16", peerings=[to_hub]), network("hub", "10.1.0.0/16")]
    office = {"id": Served.SITE, "behind": {"addressPrefixes": ["10.90.0.0/16"]}}
    shown = Served(networks=rows, sites=[office])
    found = survey_around(shown, names("app"), body("app", "10.7.0.0/16", peerings=[to_hub]), ())
    told = [each.reach for each in found.reservations if str(each.network) == "10.90.0.0/16"]
    assert told == [Reach.CONNECTED]


def behind_hub(*more: dict[str, Any], pools: Any = ()) -> Any:
    """The network app, peered with hub, which passes on the traffic of far; and clusters, wherever they are listed."""
    to_hub = peering("app", "hub", ["10.1.0.0/16"], allowForwardedTraffic=True)
    to_far = peering("hub", "far", ["10.2.0.0/16"])
    rows = [
        network("app", "10.7.0.0/16", peerings=[to_hub]),
        network("hub", "10.1.0.0/16", peerings=[to_far]),
        network("far", "10.2.0.0/16", "10.3.0.0/16"),
        *more,
    ]
    shown = Shown(networks=rows, pools=pools)
    return survey_around(shown, names("app"), body("app", "10.7.0.0/16", peerings=[to_hub]), ())


@pytest.mark.parametrize("vnet", ["app", "hub", "far"])
def test_a_cluster_in_a_network_that_is_connected_is_near_whatever_subscription_it_is_in(vnet: str) -> None:
    """It is listed with its own subscription, in which no network need be."""
    cluster = pool("prod", vnet)
    cluster["id"] = cluster["id"].replace(SUB, OTHER)
    found = behind_hub(pools=[cluster])
    assert {str(each.network) for each in found.reservations if each.origin is Origin.CLUSTER} == {
        "10.244.0.0/16",
        "10.0.0.0/16",
    }
    assert found.elsewhere == []


def test_every_cluster_of_the_estate_is_near_or_elsewhere_and_none_is_both() -> None:
    pools = [pool(vnet, vnet, f"10.{10 + number}.0.0/16", "") for number, vnet in enumerate(("app", "far", "other"))]
    found = behind_hub(network("other", "10.99.0.0/16"), pools=pools)
    near = {str(each.network) for each in found.reservations if each.origin is Origin.CLUSTER}
    assert (near, {str(each.network) for each in found.elsewhere}) == (
        {"10.10.0.0/16", "10.11.0.0/16"},
        {"10.12.0.0/16"},
    )


def test_of_a_network_behind_a_hub_what_it_has_grown_by_is_known_too() -> None:
    peered = {str(each.network) for each in behind_hub().reservations if each.origin is Origin.PEERING}
    assert peered == {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"}


def test_of_a_network_that_is_peered_by_some_subnets_the_rest_is_a_network_that_is_not_connected() -> None:
    part = peering("app", "hub", ["10.1.9.0/24"], peerCompleteVnets=False, remoteSubnetNames=["a"])
    rows = [network("app", "10.7.0.0/16", peerings=[part]), network("hub", "10.1.0.0/16")]
    found = survey_around(Shown(networks=rows), names("app"), body("app", "10.7.0.0/16", peerings=[part]), ())
    assert {(str(each.network), each.origin) for each in found.reservations} == {
        ("10.1.9.0/24", Origin.PEERING),
        ("10.1.0.0/16", Origin.VNET),
    }


def test_a_lost_peer_is_a_network_that_is_not_connected_and_is_told_once() -> None:
    lost = peering("app", "hub", ["10.1.0.0/16"], peeringState="Disconnected")
    rows = [network("app", "10.7.0.0/16", peerings=[lost]), network("hub", "10.1.0.0/16")]
    found = survey_around(Shown(networks=rows), names("app"), body("app", "10.7.0.0/16", peerings=[lost]), ())
    assert [(str(each.network), each.origin) for each in found.reservations] == [("10.1.0.0/16", Origin.VNET)]
    assert [each.rule for each in told(found)] == ["peering-disconnected"]


# what the login sees, its networks, the severity, words of the message
SEEN = (
    ("one network", [network("app", "10.7.0.0/16")], Severity.INFO, "saw 1 network in 1 subscription;"),
    ("networks of two subscriptions",
     [network("app", "10.7.0.0/16"), HUB, {**network("far", "10.8.0.0/16"), "id": vnet_id("far", OTHER)}],
     Severity.INFO, "saw 3 networks in 2 subscriptions; what this login may not read is not among them"),
    ("nothing", [], Severity.WARNING, "saw no network: there is none, or this login may read none of them"),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "severity", "words"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
@pytest.mark.parametrize("own", [None, "app"])
def test_what_was_discovered_is_counted_and_nothing_at_all_is_a_warning(
    own: str | None, rows: Any, severity: Severity, words: str
) -> None:
    inside = body(own, "10.7.0.0/16") if own else None
    found = survey_around(Shown(networks=rows), names(own or ""), inside, (SUB.rsplit("/", 1)[1],))
    (finding,) = [each for each in found.findings if each.rule == "networks-seen"]
    assert finding.severity is severity
    assert words in finding.message
    assert (f'--role "Reader" --scope {SUB} ' in finding.recommendation) is (severity is Severity.WARNING)


@pytest.mark.parametrize(
    ("subscriptions", "tenant", "scope"),
    [
        pytest.param((), "t", "/providers/Microsoft.Management/managementGroups/t", id="all that a tenant has"),
        pytest.param((), "", SUB, id="a tenant that is not known"),
        pytest.param((SUB.rsplit("/", 1)[1],), "t", SUB, id="one subscription"),
    ],
)
def test_the_role_that_is_missing_is_granted_where_it_is_looked_by_a_command_that_works(
    subscriptions: tuple[str, ...], tenant: str, scope: str
) -> None:
    caller = Caller("o", "User", tenant)
    found = survey_around(Shown(networks=[]), names().within(SUB.rsplit("/", 1)[1]), None, subscriptions, caller=caller)
    (finding,) = [each for each in found.findings if each.rule == "networks-seen"]
    command = "az role assignment create --assignee-object-id o --assignee-principal-type User"
    assert f'{command} --role "Reader" --scope {scope}, or ' in finding.recommendation


def test_a_login_without_a_role_anywhere_is_told_by_the_code_that_says_so() -> None:
    with pytest.raises(AzureError) as refused:
        survey_around(Shown(networks=AzureError(403, "AccessDenied", "Access is denied")), names(), None, ())
    assert "NoValidSubscriptionsInQueryRequest" in refused.value.details

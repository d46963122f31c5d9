"""What Azure shows is parsed once, and whatever it shows or leaves out, parsing never fails."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.models import Link, Route, RouteTable, Subnet, VirtualNetwork
from azext_kubenet.azure.peerings import Peering
from azext_kubenet.azure.properties import ipv4
from azext_kubenet.azure.resource_id import ResourceId

GROUP = "/subscriptions/s/resourceGroups/g"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
SUBNET_ID = f"{NETWORK}/virtualNetworks/v/subnets/n"
#: What may stand where something else was expected.
JUNK = (None, [], {}, "", "x", 7, True, [None], ["x"], [{}], {"id": 7}, {"properties": None})


# what a subnet shows, the addresses that something has
IN_USE: tuple[tuple[str, Any, int], ...] = (
    ("nothing", {"properties": {}}, 0),
    ("no properties", {}, 0),
    ("two configurations, one of them shown twice",
     {"properties": {"ipConfigurations": [{"id": "/a"}, {"id": "/b"}, {"id": "/A"}]}}, 2),
    ("an application gateway", {"properties": {"applicationGatewayIPConfigurations": [{"id": "/a"}]}}, 1),
    ("other types", {"properties": {"ipConfigurations": [None, 7], "applicationGatewayIPConfigurations": "x"}}, 0),
)  # fmt: skip


@pytest.mark.parametrize(("body", "addresses"), [row[1:] for row in IN_USE], ids=[row[0] for row in IN_USE])
def test_an_existing_subnet_is_measured(body: Any, addresses: int) -> None:
    assert Subnet.parse(body).addresses_in_use == addresses


# what a subnet shows, the property, what is parsed
SUBNETS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("one prefix", {"addressPrefix": "10.0.0.0/24"}, {"prefixes": ("10.0.0.0/24",)}),
    ("the same prefix twice", {"addressPrefix": "10.0.0.0/24", "addressPrefixes": ["10.0.0.0/24"]},
     {"prefixes": ("10.0.0.0/24",)}),
    ("two, and IPv6", {"addressPrefixes": ["10.0.0.0/24", "fd00::/64", "10.0.1.0/24"]},
     {"prefixes": ("10.0.0.0/24", "10.0.1.0/24")}),
    ("what is attached",
     {"routeTable": {"id": f"{NETWORK}/routeTables/t"}, "natGateway": {"id": f"{NETWORK}/natGateways/g/"}},
     {"route_table": ResourceId(f"{NETWORK}/routeTables/t"), "nat_gateway": ResourceId(f"{NETWORK}/natGateways/g")}),
    ("an id that Azure would not take", {"routeTable": {"id": "/subscriptions/s?x"}}, {}),
    ("delegations, one without a service", {"delegations": [{"name": "d"}, {"properties": {"serviceName": "S"}}]},
     {"delegations": ("d", "S")}),
    ("links", {"serviceAssociationLinks": [{"properties": {"linkedResourceType": "T"}}],
               "resourceNavigationLinks": [{"name": "l", "properties": {"link": "/a"}}]},
     {"links": (Link("T", ResourceId()), Link("l", ResourceId("/a")))}),
)  # fmt: skip


@pytest.mark.parametrize(("has", "parsed"), [row[1:] for row in SUBNETS], ids=[row[0] for row in SUBNETS])
def test_a_subnet_is_parsed(has: dict[str, Any], parsed: dict[str, Any]) -> None:
    assert Subnet.parse({"name": "n", "properties": has}) == Subnet("n", **parsed)


def test_a_network_finds_its_subnets_by_name_in_any_capitals_and_its_gateways_once() -> None:
    gateway = f"{NETWORK}/virtualNetworkGateways/gw"
    ends = [{"id": f"{gateway}/ipConfigurations/{name}"} for name in ("a", "b")]
    subnets = [{"name": "Nodes"}, {"name": "GatewaySubnet", "properties": {"ipConfigurations": ends}}]
    found = VirtualNetwork.parse({"location": "westeurope", "properties": {"subnets": subnets}})
    assert found.subnet("nodes") == Subnet("Nodes")
    assert found.subnet("other") is None
    assert (found.gateways, found.location) == ((ResourceId(gateway),), "westeurope")


@pytest.mark.parametrize(
    ("prefix", "destination"),
    [("10.0.0.0/8", "10.0.0.0/8"), ("fd00::/8", "None"), ("Storage", "None"), ("", "None")],
)
def test_a_route_is_for_a_range_or_for_a_tag(prefix: str, destination: str) -> None:
    assert str(Route("r", prefix).destination) == destination


def test_prefixes_that_are_not_ipv4_are_passed_over() -> None:
    assert ipv4(["10.0.0.0/8", "fd00::/8", "Storage", "", "10.0.0.0/8"]) == ("10.0.0.0/8",)


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("kind", [Subnet, Peering, VirtualNetwork, RouteTable])
def test_junk_is_passed_over(kind: Any, junk: Any) -> None:
    names = (
        "id", "name", "location", "addressPrefix", "addressPrefixes", "addressSpace", "subnets", "routes", "routeTable",
        "ipConfigurations", "delegations", "serviceAssociationLinks", "virtualNetworkPeerings", "remoteVirtualNetwork",
        "remoteAddressSpace", "peeringState",
    )  # fmt: skip
    whole = dict.fromkeys(names, junk)
    for body in ({}, whole, {"properties": junk}, {"properties": whole}):
        hash(kind.parse(body))

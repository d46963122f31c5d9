"""Networks, clusters and route tables as recorded answers show them, as a plan reads what is around its network."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, VirtualNetwork
from azext_kubenet.azure.resource_id import ResourceId
from tests.real import answers

Count = Callable[..., None]
READ = "READ"
GATEWAY = "/virtualnetworkgateways/"


def as_networks(prefixes: tuple[str, ...]) -> list[Any]:
    return answers.ipv4(list(prefixes))


def test_every_network_is_read_with_its_subnets_peerings_and_gateways(count: Count) -> None:
    read, peerings, gateways = 0, 0, 0
    for vnet in answers.vnets():
        has, found = vnet["properties"], VirtualNetwork.parse(vnet)
        assert str(found.id) == vnet["id"]
        assert as_networks(found.prefixes) == answers.ipv4(has["addressSpace"]["addressPrefixes"])
        for one, subnet_shown in zip(found.subnets, has.get("subnets") or [], strict=True):
            assert (one.name, as_networks(one.prefixes)) == (subnet_shown["name"], answers.prefixes_of(subnet_shown))
            assert str(one.route_table) == (subnet_shown["properties"].get("routeTable") or {}).get("id", "")
        for one, line in zip(found.peerings, has.get("virtualNetworkPeerings") or [], strict=True):
            told = line["properties"]
            assert str(one.remote) == told["remoteVirtualNetwork"]["id"]
            assert as_networks(one.prefixes) == answers.ipv4(told["remoteAddressSpace"]["addressPrefixes"])
            assert (one.connected, one.state) == (told["peeringState"] == "Connected", told["peeringState"])
            assert (one.forwarded, one.remote_gateways) == (told["allowForwardedTraffic"], told["useRemoteGateways"])
            peerings += 1
        text = json.dumps(has.get("subnets") or []).lower()
        wanted = {each.partition("/ipconfigurations/")[0] for each in text.split('"') if GATEWAY in each}
        assert {str(each).lower() for each in found.gateways} == wanted
        read, gateways = read + 1, gateways + len(wanted)
    count(READ, "networks around a network", answers=read, matched=read)
    assert read > 300
    assert peerings
    assert gateways


def test_every_cluster_is_read_with_its_subnets_and_ranges(count: Count) -> None:
    read, near = 0, 0
    for line in answers.clusters():
        has = line["properties"]
        found, profile = Cluster.parse(line), has["networkProfile"]
        overlay = profile["networkPlugin"] == "kubenet" or profile.get("networkPluginMode") == "overlay"
        pods = [profile["podCidr"]] if overlay and profile.get("podCidr") else []
        assert found.pods == tuple(pods)
        assert found.services == tuple([profile["serviceCidr"]] if profile.get("serviceCidr") else [])
        pools = [pool.get("vnetSubnetID") for pool in has.get("agentPoolProfiles") or []]
        assert set(found.subnets) == {ResourceId(each) for each in pools if each}
        near += bool(found.subnets)
        read += 1
    count(READ, "clusters around a network", answers=read, matched=read)
    assert read > 300
    assert near


def test_every_route_table_is_read_with_its_routes(count: Count) -> None:
    read, routes = 0, 0
    for line in answers.bodies("routeTables", pattern=r"/routeTables/[^/]+$"):
        told = [(each["name"], each["properties"]["addressPrefix"]) for each in line["properties"].get("routes") or []]
        assert [(each.name, each.prefix) for each in RouteTable.parse(line).routes] == told
        read, routes = read + 1, routes + len(told)
    count(READ, "route tables around a network", answers=read, matched=read)
    assert read > 20
    assert routes

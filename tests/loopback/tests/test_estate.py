"""The estate: as many of each as asked, the same each time, no more of private space than said, and true to the kinds
whose bodies it imitates.
"""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from ipaddress import IPv4Network, collapse_addresses
from itertools import pairwise
from typing import Any

import pytest

from ..callers.client import Client
from ..core import ids
from ..core.options import SUBSCRIPTION, Options
from ..core.resources import require
from ..core.store import Body, Store
from ..seeds import estate
from ..seeds.estate import Estate
from ..seeds.scene import Scene, scene
from ..server.cloud import Cloud
from ..server.server import LoopbackArm
from .test_resource_graph import ask, pages

NETWORKS, PEERINGS = "microsoft.network/virtualnetworks", "microsoft.network/virtualnetworks/virtualnetworkpeerings"
LISTED = f"resources | where type =~ '{NETWORKS}' | project id, peerings = properties.virtualNetworkPeerings"


@cache
def whole() -> tuple[Cloud, Estate]:
    """The estate of full size, made once."""
    cloud = Cloud(Options())
    return cloud, estate.build(cloud)


def test_there_are_as_many_as_asked() -> None:
    cloud, made = whole()
    found = {type_: len(cloud.store.of_type(type_)) for type_ in made.counts}
    assert found == made.counts
    assert made.counts["Microsoft.Network/virtualNetworks"] == 20_000
    assert made.counts["Microsoft.Network/virtualNetworks/virtualNetworkPeerings"] == 40_000
    assert made.counts["Microsoft.ContainerService/ManagedClusters"] == 2_000
    assert made.counts["Microsoft.Network/localNetworkGateways"] == made.counts["Microsoft.Network/connections"] == 50
    assert len(made.subscriptions) == 12
    assert len({body["id"].split("/")[2] for body in cloud.store.of_type(NETWORKS)}) == 12


@pytest.mark.parametrize(
    ("space", "least", "most"),
    [("10.0.0.0/8", 0.4, 0.6), ("172.16.0.0/12", 0.1, 0.5), ("192.168.0.0/16", 0.1, 0.5), ("100.64.0.0/10", 0.0, 0.2)],
)
def test_private_space_is_taken_in_part(space: str, least: float, most: float) -> None:
    _, made = whole()
    part = IPv4Network(space)
    taken = list(collapse_addresses(IPv4Network(text) for text in made.routable()))
    share = sum(network.num_addresses for network in taken if network.subnet_of(part)) / part.num_addresses
    assert least < share <= most
    assert all(not network.overlaps(IPv4Network("10.160.0.0/11")) for network in taken)


def test_the_ranges_are_those_of_the_bodies() -> None:
    cloud, made = whole()
    kept = Counter(
        prefix
        for body in cloud.store.of_type(NETWORKS)
        for prefix in body["properties"]["addressSpace"]["addressPrefixes"]
    )
    assert kept == Counter(made.ranges["networks"])
    subnets = cloud.store.of_type(NETWORKS + "/subnets")
    assert Counter(body["properties"]["addressPrefix"] for body in subnets) == Counter(made.ranges["subnets"])
    profiles = [
        body["properties"]["networkProfile"]
        for body in cloud.store.of_type("Microsoft.ContainerService/ManagedClusters")
    ]
    assert Counter(each["serviceCidr"] for each in profiles) == Counter(made.ranges["services"])
    assert Counter(each["podCidr"] for each in profiles if "podCidr" in each) == Counter(made.ranges["pods"])
    assert sum(count > 1 for count in kept.values()) > 500


@pytest.mark.parametrize("size", ["whole", "small", "with every peering that there is room for"])
def test_no_network_is_peered_with_what_it_overlaps(size: str) -> None:
    """Nor with two networks of one range, nor with more than Azure allows."""
    cloud, made = whole() if size == "whole" else (Cloud(Options()), Estate())
    if size != "whole":
        made = estate.build(cloud, 3_000, 3_000 if size == "small" else 20_000, 10, seed=3)
    spaces = {
        body["id"]: [IPv4Network(text) for text in body["properties"]["addressSpace"]["addressPrefixes"]]
        for body in cloud.store.of_type(NETWORKS)
    }
    around: dict[str, list[str]] = {}
    for body in cloud.store.of_type(PEERINGS):
        here, there = (
            body["id"].rpartition("/virtualNetworkPeerings/")[0],
            body["properties"]["remoteVirtualNetwork"]["id"],
        )
        assert [str(each) for each in spaces[there]] == body["properties"]["remoteAddressSpace"]["addressPrefixes"]
        around.setdefault(here, []).append(there)
    assert estate.MOST_SPOKES <= max(map(len, around.values())) <= 500
    for here, others in around.items():
        ranges = sorted(range_ for name in (here, *others) for range_ in spaces[name])
        assert not any(one.overlaps(other) for one, other in pairwise(ranges)), here
    assert size == "small" or set(made.hubs) <= set(around)


def test_subnets_lie_in_their_networks_and_clusters_in_their_subnets() -> None:
    cloud, _ = whole()
    for body in cloud.store.of_type(NETWORKS):
        space = [IPv4Network(text) for text in body["properties"]["addressSpace"]["addressPrefixes"]]
        found = [
            IPv4Network(each["properties"]["addressPrefix"]) for each in cloud.store.children(body["id"], "subnets")
        ]
        assert 1 <= len(found) <= 5
        assert sum(network.num_addresses for network in found) == sum(
            network.num_addresses for network in collapse_addresses(found)
        )
        assert all(any(network.subnet_of(prefix) for prefix in space) for network in found)
    for body in cloud.store.of_type("Microsoft.ContainerService/ManagedClusters"):
        subnet = body["properties"]["agentPoolProfiles"][0].get("vnetSubnetID")
        assert subnet is None or cloud.location_of(cloud.parse(subnet)) == body["location"]


def test_one_seed_one_estate() -> None:
    first, second, other = Cloud(Options()), Cloud(Options()), Cloud(Options())
    one, two, three = (
        estate.build(cloud, 300, 500, 30, seed=seed) for cloud, seed in ((first, 4), (second, 4), (other, 5))
    )
    types = [NETWORKS, PEERINGS, "microsoft.containerservice/managedclusters"]
    assert one == two != three
    assert [first.store.of_type(type_) for type_ in types] == [second.store.of_type(type_) for type_ in types]
    assert one.counts["Microsoft.Network/virtualNetworks/virtualNetworkPeerings"] == 500


# -- true to the kinds


def keys(body: Any) -> Any:
    """The shape of a body: its keys, of lists that of the first item; of what a cluster may or may not have nothing."""
    if isinstance(body, dict):
        return {key: keys(value) for key, value in body.items() if key not in OPTIONAL}
    return [keys(body[0])] if isinstance(body, list) and body else None


OPTIONAL = {
    "tags",
    "vnetSubnetID",
    "publicIPAddress",
    "bgpSettings",
    "ipConfigurations",
    "routeTable",
    "identityProfile",
}
OPTIONAL |= {"linuxProfile", "effectiveOutboundIPs", "networkPluginMode", "virtualNetworkPeerings", "subnets"}


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        (NETWORKS, "network"),
        (NETWORKS + "/subnets", "nodes"),
        (PEERINGS, "peering"),
        ("microsoft.network/localnetworkgateways", "local_gateway"),
        ("microsoft.network/virtualnetworkgateways", "gateway"),
        ("microsoft.containerservice/managedclusters", "shop"),
    ],
)
def test_a_body_has_the_keys_that_the_kind_itself_would_give_it(arm: LoopbackArm, type_: str, name: str) -> None:
    seen = scene(arm)
    cloud, _ = whole()
    real = arm.cloud.shown(_resource(seen, name))
    assert real is not None
    plugin = ("properties", "networkProfile", "networkPlugin")  # kubenet's profile has other keys than Azure CNI's
    alike = (each["id"] for each in cloud.store.of_type(type_) if require(each, *plugin) == require(real, *plugin))
    ours = cloud.shown(next(alike))
    assert ours is not None
    if name in ("gateway",):
        assert set(ours["properties"]) <= set(real["properties"])
        return
    assert keys(ours) == keys(real)


def _resource(seen: Scene, name: str) -> str:
    special = {"nodes": seen.subnet("nodes"), "peering": seen.network + "/virtualNetworkPeerings/to-hub"}
    return special.get(name) or seen.clusters.get(name) or str(getattr(seen, name))


# -- over the wire


def test_a_query_goes_through_all_of_it_by_the_page(arm: LoopbackArm, client: Client) -> None:
    made = estate.build(arm, 2_400, 3_000, 100)
    arm.ledger.clear()
    replies = list(pages(client, LISTED + " | order by id asc", 1000))
    rows = [row for reply in replies for row in reply.body["data"]]
    assert [len(reply.body["data"]) for reply in replies] == [1000, 1000, 400]
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    assert sum(len(row["peerings"]) for row in rows) == 3_000
    assert len(arm.ledger) == 3
    assert {row["id"].split("/")[2] for row in rows} == set(made.subscriptions)
    main = ask(client, LISTED, subscriptions=[SUBSCRIPTION])
    assert 0 < main.body["totalRecords"] < 2_400


def test_an_expansion_loses_peerings_of_the_largest_hub(arm: LoopbackArm, client: Client) -> None:
    """As Microsoft documents it: 128 rows of one record without a limit, 400 with."""
    estate.build(arm, 2_400, 3_000, 0)
    expand = LISTED + " | mv-expand p = peerings{} | project id = tostring(p.id) | where isnotempty(id)"
    without, within = (ask(client, expand.format(text)).body["totalRecords"] for text in ("", " limit 400"))
    assert without < within < 3_000


# -- the store under it


def test_the_store_s_indexes_say_what_a_look_at_everything_says() -> None:
    """Random writes, overwrites and deletions against a plain search."""
    dice, store, plain = random.Random(7), Store(), dict[str, Body]()
    names = [f"/subscriptions/s/resourceGroups/g/providers/N/t/{number}" for number in range(12)]
    names += [f"{name}/{kind}/{number}" for name in names for kind in ("A", "b") for number in range(3)]
    for _ in range(2_000):
        name = dice.choice(names)
        if name.lower() in plain and dice.random() < 0.4:
            del store[name], plain[name.lower()]
        else:
            rid = ids.parse(name)
            assert rid is not None
            body = {"id": name, "type": dice.choice([rid.type, rid.type.upper(), "other"])}
            store[name] = plain[name.lower()] = body
        asked = dice.choice(names[:12])
        for type_ in ("N/t", "n/T/a", "other"):
            below = dice.choice(["", asked.lower() + "/"])
            wanted = [
                body for key, body in plain.items() if body["type"].lower() == type_.lower() and key.startswith(below)
            ]
            assert sorted(body["id"] for body in store.of_type(type_, below)) == sorted(body["id"] for body in wanted)
        wanted = [body for key, body in plain.items() if key.startswith(asked.lower() + "/a/")]
        assert sorted(body["id"] for body in store.children(asked, "A")) == sorted(body["id"] for body in wanted)
    assert dict(store) == plain

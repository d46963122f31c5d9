"""The fleet: its truth is what the store holds, and what Resource Graph answers to the questions of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from ..callers.client import Client
from ..core.options import Options
from ..core.store import Body
from ..seeds import fleet
from ..seeds.fleet import Fleet, Member
from ..seeds.scene import scene
from ..server.cloud import Cloud
from ..server.server import LoopbackArm
from .test_estate import keys
from .test_resource_graph import ask, pages

CLUSTERS = """
resources
| where type =~ 'microsoft.containerservice/managedclusters'
| where properties.networkProfile.networkPlugin =~ 'kubenet'
| project id, name, location, resourceGroup, subscriptionId, tags, tier = sku.tier, identity = identity.type,
    version = coalesce(properties.currentKubernetesVersion, properties.kubernetesVersion),
    plan = properties.supportPlan, state = properties.provisioningState, power = properties.powerState.code,
    nodes = properties.nodeResourceGroup, network = properties.networkProfile, pools = properties.agentPoolProfiles
| order by id asc
"""
SUBNETS = """
resources
| where type =~ 'microsoft.network/virtualnetworks'
| mv-expand subnet = properties.subnets{}
| project id, subnet = tostring(subnet.id), prefix = tostring(subnet.properties.addressPrefix),
    prefixes = subnet.properties.addressPrefixes, used = array_length(subnet.properties.ipConfigurations),
    table = tostring(subnet.properties.routeTable.id), nat = tostring(subnet.properties.natGateway.id),
    subnets = array_length(properties.subnets)
| order by id asc, subnet asc
"""
TABLES = """
resources
| where type =~ 'microsoft.network/routetables'
| project id, count = array_length(properties.routes), subnets = properties.subnets
| order by id asc
"""
SCALE_SETS = """
resources
| where type =~ 'microsoft.compute/virtualmachinescalesets'
| where isnotempty(tags['aks-managed-poolName'])
| project id, subscriptionId, resourceGroup, pool = tostring(tags['aks-managed-poolName']),
    capacity = toint(sku.capacity), overlay = tostring(tags['aks-managed-azure-cni-overlay'])
| order by id asc
"""
QUERIES = (CLUSTERS, SUBNETS.format(" limit 400"), TABLES, SCALE_SETS)


@cache
def built(clusters: int = 300, subscriptions: int = 30) -> tuple[Cloud, Fleet]:
    """A fleet, made once."""
    cloud = Cloud(Options())
    return cloud, fleet.build(cloud, clusters, subscriptions)


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[Client, Fleet]]:
    """A fleet behind a server, and a client of it."""
    with LoopbackArm() as arm:
        made = fleet.build(arm, 300, 30)
        client = Client(arm)
        yield client, made
        client.close()


def every(client: Client, query: str, top: int = 1000) -> list[dict[str, Any]]:
    """The rows of all pages."""
    return [row for reply in pages(client, query, top) for row in reply.body["data"]]


# -- the truth, against the store


def test_the_fleet_of_full_size_is_read_within_one_quota() -> None:
    """As many as asked; all pages of the four queries together are fewer than the 15 of five seconds."""
    with LoopbackArm() as arm:
        made, store, client = fleet.build(arm), arm.cloud.store, Client(arm)
        replies = [list(pages(client, query, 1000)) for query in QUERIES]
        found = {type_: len(store.of_type(type_)) for type_ in made.counts}
        client.close()
    assert (len(made.kubenet), len(made.members), len(made.subscriptions)) == (2_000, 2_400, 200)
    assert found == made.counts
    assert len(made.in_group) == 100
    assert len({member.id.lower() for member in made.members}) == 2_400
    assert {member.subscription for member in made.kubenet} == set(made.subscriptions)
    assert 30_000 < sum(member.nodes for member in made.members) < 50_000
    assert [len(each) for each in replies] == [2, 4, 2, 6]


def test_one_seed_one_fleet() -> None:
    clouds = [Cloud(Options()) for _ in range(3)]
    one, two, three = (fleet.build(cloud, 40, 4, seed=seed) for cloud, seed in zip(clouds, (7, 7, 8), strict=True))
    kept = [
        {key: body for key, body in cloud.store.items() if "/roleassignments/" not in key.lower()} for cloud in clouds
    ]
    assert one == two != three
    assert kept[0] == kept[1] != kept[2]


def test_addresses_are_those_that_are_stored() -> None:
    """Counted from the bodies, not from what the seed says of itself."""
    cloud, made = built()
    taken: dict[str, set[IPv4Address]] = {}
    for type_ in [each for each in cloud.store.types() if each.endswith("/networkinterfaces")]:
        for body in cloud.store.of_type(type_):
            inner = body["properties"]["ipConfigurations"][0]["properties"]
            here = taken.setdefault(inner["subnet"]["id"], set())
            assert IPv4Address(inner["privateIPAddress"]) not in here
            here.add(IPv4Address(inner["privateIPAddress"]))
    for member in made.members:
        for subnet in member.subnets:
            properties = _shown(cloud, subnet.id)["properties"]
            network, here = IPv4Network(properties["addressPrefix"]), taken.pop(subnet.id, set())
            assert len(here) == subnet.used == len(properties.get("ipConfigurations", []))
            assert all(network[4] <= address < network[-1] for address in here)
            assert subnet.usable == network.num_addresses - 5
            assert properties.get("routeTable", {}).get("id", "") == subnet.table
    assert not taken


def test_tables_are_those_that_are_stored() -> None:
    cloud, made = built()
    for member in made.members:
        assert bool(member.table) is member.plan.kubenet
        if member.table:
            properties = _shown(cloud, member.table)["properties"]
            prefixes = {route["properties"]["addressPrefix"] for route in properties["routes"]}
            assert len(properties["routes"]) == len(prefixes) == member.routes
            assert len(properties.get("subnets", [])) == member.table_subnets


def _shown(cloud: Cloud, resource: str) -> Body:
    body = cloud.shown(resource)
    assert body is not None
    return body


def test_nodes_of_a_running_cluster_have_a_route_each_but_for_those_said_to_lack_one() -> None:
    cloud, made = built()
    for member in made.kubenet:
        if member.plan.power == "Running":
            own = int(member.plan.own_table)
            assert member.routes == member.nodes - member.plan.missing + member.plan.stale + own
        routes = cloud.store.children(member.table, "routes")
        hops = Counter(route["properties"]["nextHopIpAddress"] for route in routes if "____" in route["name"])
        twice = [hop for hop, count in hops.items() if count > 1]
        assert not twice or member.plan.stale


FEATURES: dict[str, Callable[[Member], bool]] = {
    "a full subnet": lambda member: any(not subnet.free for subnet in member.subnets),
    "a subnet nearly full": lambda member: any(1 <= subnet.free <= 3 for subnet in member.subnets),
    "a network of AKS's": lambda member: not member.plan.own,
    "two subnets": lambda member: len(member.subnets) == 2,
    "a subnet that no query shows": lambda member: member.hidden,
    "a plugin in another case": lambda member: member.plan.plugin == "Kubenet",
    "stopped": lambda member: member.plan.power == "Stopped" and not member.nodes,
    "failed": lambda member: member.plan.state == "Failed",
    "calico": lambda member: member.plan.policy == "calico",
    "windows": lambda member: any(pool.windows for pool in member.pools),
    "an availability set": lambda member: any(pool.kind == "AvailabilitySet" for pool in member.pools),
    "single machines": lambda member: any(pool.kind == "VirtualMachines" for pool in member.pools),
    "several pools": lambda member: len(member.pools) > 2,
    "autoscaled": lambda member: member.most > member.nodes > 0,
    "moved by the autoscaler": lambda member: member.nodes > member.shown > 0,
    "a user's identity": lambda member: member.plan.identity == "UserAssigned",
    "a service principal": lambda member: member.plan.identity == "ServicePrincipal",
    "a user's table": lambda member: member.plan.own_table,
    "a table not attached": lambda member: not member.plan.attached,
    "a table with another subnet": lambda member: member.table_subnets > len(member.subnets),
    "a missing route": lambda member: member.plan.missing > 0,
    "stale routes": lambda member: member.plan.stale > 0,
    "a scale set with the tag of overlay": lambda member: any(pool.overlay for pool in member.pools),
    "long-term support": lambda member: member.plan.tier == "Premium",
    **{
        "outbound " + each: lambda member, each=each: member.plan.outbound == each  # type: ignore[misc]
        for each in ("loadBalancer", "userDefinedRouting", "userAssignedNATGateway", "managedNATGateway")
    },
}


@pytest.mark.parametrize("feature", FEATURES)
def test_sixty_clusters_have_each_feature(feature: str) -> None:
    _, made = built(60, 6)
    having = [member for member in made.kubenet if FEATURES[feature](member)]
    assert 0 < len(having) < 60


def test_versions_and_tiers_are_mixed() -> None:
    _, made = built()
    assert {member.plan.version.rpartition(".")[0] for member in made.kubenet} == {f"1.{x}" for x in range(26, 35)}
    assert {member.plan.tier for member in made.kubenet} == {"Free", "Standard", "Premium"}
    others = [member.plan.plugin for member in made.members if not member.plan.kubenet]
    assert (len(others), set(others)) == (60, {"azure", "overlay", "none"})


# -- the truth, against what Resource Graph answers


def test_the_clusters_are_those_of_kubenet_in_any_case(asked: tuple[Client, Fleet]) -> None:
    client, made = asked
    rows = {row["id"]: row for row in every(client, CLUSTERS, 100)}
    assert sorted(rows) == sorted(member.id for member in made.kubenet)
    for member in made.kubenet:
        row, plan = rows[member.id], member.plan
        assert (row["name"], row["location"], row["subscriptionId"]) == (
            member.name,
            member.location,
            member.subscription,
        )
        assert (row["resourceGroup"], row["nodes"]) == (member.group.lower(), member.node_group)
        assert (row["tier"], row["plan"], row["version"]) == (plan.tier, plan.support, plan.version)
        assert (row["state"], row["power"], row["tags"]) == (plan.state, plan.power, plan.tags)
        assert row["identity"] == (None if plan.identity == "ServicePrincipal" else plan.identity)
        assert row["network"]["networkPlugin"] == plan.plugin
        assert (row["network"]["outboundType"], row["network"]["networkPolicy"]) == (plan.outbound, plan.policy)
        assert [(pool["name"], pool.get("count"), pool.get("maxCount")) for pool in row["pools"]] == [
            (pool.name, pool.shown, pool.most if pool.autoscaled and pool.shown else None) for pool in member.pools
        ]
        assert sum(_machines(pool) for pool in row["pools"]) == sum(
            pool.nodes for pool in member.pools if pool.shown is None
        )


def _machines(pool: Body) -> int:
    return sum(entry["count"] for entry in pool.get("virtualMachineNodesStatus", []))


def test_the_subnets_tell_addresses_and_tables(asked: tuple[Client, Fleet]) -> None:
    client, made = asked
    rows = {row["subnet"]: row for row in every(client, SUBNETS.format(" limit 400"))}
    for member in made.members:
        for subnet in member.subnets:
            assert (subnet.id in rows) is not member.hidden
            if not member.hidden:
                row = rows[subnet.id]
                assert (row["prefix"], row["used"] or 0, row["table"]) == (subnet.prefix, subnet.used, subnet.table)
                assert (row["prefixes"], bool(row["nat"])) == (None, member.plan.outbound == "userAssignedNATGateway")
    shown = Counter(row["id"] for row in rows.values())
    lost = {row["id"] for row in rows.values() if row["subnets"] > shown[row["id"]]}
    assert lost == {member.network for member in made.members if member.hidden}


def test_without_a_limit_subnets_are_lost_in_the_first_network_too(asked: tuple[Client, Fleet]) -> None:
    client, made = asked
    rows = every(client, SUBNETS.format(""))
    lost = {subnet.id for member in made.members for subnet in member.subnets} - {row["subnet"] for row in rows}
    assert {subnet.partition("/subnets/")[0] for subnet in lost} == {made.members[0].network, made.members[1].network}


def test_the_tables_tell_routes_and_subnets(asked: tuple[Client, Fleet]) -> None:
    client, made = asked
    rows = {row["id"]: (row["count"], len(row["subnets"] or [])) for row in every(client, TABLES, 70)}
    assert rows == {member.table: (member.routes, member.table_subnets) for member in made.kubenet}


def test_the_scale_sets_tell_the_nodes_that_there_are(asked: tuple[Client, Fleet]) -> None:
    client, made = asked
    found: dict[tuple[str, str], dict[str, tuple[int, str]]] = {}
    for row in every(client, SCALE_SETS, 333):
        pools = found.setdefault((row["subscriptionId"], row["resourceGroup"]), {})
        pools[row["pool"]] = (row["capacity"], row["overlay"])
    wanted = {
        (member.subscription, member.node_group.lower()): {
            pool.name: (pool.nodes, "true" if pool.overlay else "")
            for pool in member.pools
            if pool.kind == "VirtualMachineScaleSets"
        }
        for member in made.members
    }
    assert found == {key: pools for key, pools in wanted.items() if pools}


def test_a_list_can_be_narrowed(asked: tuple[Client, Fleet]) -> None:
    client, made = asked
    inside = ask(client, CLUSTERS, managementGroups=[made.management_group]).body["totalRecords"]
    assert inside == sum(member.subscription in made.in_group for member in made.kubenet)
    one = made.subscriptions[3]
    assert ask(client, CLUSTERS, subscriptions=[one]).body["totalRecords"] == 10
    tagged = CLUSTERS.replace("| project", "| where tags['env'] =~ 'PROD'\n| project", 1)
    wanted = [member for member in made.kubenet if (member.plan.tags or {}).get("env", "").lower() == "prod"]
    assert ask(client, tagged).body["totalRecords"] == len(wanted) > 0


# -- true to the kinds


@pytest.mark.parametrize("name", ["cluster", "subnet", "table", "interface"])
def test_a_body_has_the_keys_that_the_kind_itself_would_give_it(arm: LoopbackArm, name: str) -> None:
    """A cluster in a subnet of its user's with a table of AKS's, against one that was made by a PUT; neither grows."""
    seen = scene(arm)
    cloud, made = built()
    plain = [member for member in made.kubenet if member.plan.own and not member.plan.own_table and member.nodes]
    plain = [member for member in plain if member.plan.attached and member.plan.outbound == "loadBalancer"]
    ours = next(each for each in plain if each.plan.identity == "SystemAssigned" and not each.pools[0].autoscaled)
    real = _around(arm.cloud, seen.clusters["shop"], seen.subnet("nodes"))
    found = keys(_around(cloud, ours.id, ours.subnets[0].id)[name])
    assert _among(found, keys(real[name])) if name == "interface" else found == keys(real[name])


def _among(ours: Any, real: Any) -> bool:
    """Whether one shape is a part of another: an interface of the fleet has no more than what is looked at."""
    if isinstance(ours, dict):
        return isinstance(real, dict) and all(key in real and _among(each, real[key]) for key, each in ours.items())
    return not isinstance(ours, list) or (isinstance(real, list) and _among(ours[0], real[0]))


def _around(cloud: Cloud, cluster: str, subnet: str) -> dict[str, Body]:
    shown = _shown(cloud, subnet)
    interface = shown["properties"]["ipConfigurations"][0]["id"].partition("/ipConfigurations/")[0]
    table = _shown(cloud, shown["properties"]["routeTable"]["id"])
    return {"cluster": _shown(cloud, cluster), "subnet": shown, "table": table, "interface": cloud.store[interface]}

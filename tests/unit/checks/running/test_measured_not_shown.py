"""What is not shown is taken for nothing nowhere: limits are not known then, what is known counts, and it is said."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing.headroom import Headroom, can_upgrade
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.checks.check import OnUpgrade, Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import look_into, room, snat_ports
from azext_kubenet.operations.check import _can_upgrade
from tests.unit.checks.running.world import CLUSTER, NETWORK, NODES, SUBSCRIPTION, Pool, World, route

SKUS = f"{SUBSCRIPTION}/providers/Microsoft.Compute/skus"
REFUSED = AzureError(403, "AuthorizationFailed", "no")


def limits(world: World) -> dict[str, Headroom]:
    """The limits by their kinds; of quotas, that of all vCPUs."""
    return {each.kind.value: each for each in world.context().limits}


def pools_changed(world: World, **pools: dict[str, Any]) -> World:
    """The same with other properties of pools."""
    body = world.cluster()
    for each in body["properties"]["agentPoolProfiles"]:
        each.update(pools.get(each["name"], {}))
    world.cluster = lambda: body  # type: ignore[method-assign]  # a cluster that the world does not know
    return world


def verdict(world: World, skip: tuple[str, ...] = ()) -> bool | None:
    """Whether it can be upgraded, as the answer has it."""
    context = world.context()
    return _can_upgrade(context.cluster, context.limits, look_into(context, skip))


def unread(world: World) -> tuple[str, ...]:
    """Names of the checks that could not look."""
    return look_into(world.context()).not_looked_at


@pytest.mark.parametrize("silent", [("a", "b"), ("b",)])
def test_a_pool_that_shows_no_node_leaves_blocks_and_routes_unknown(silent: tuple[str, ...]) -> None:
    world = World([Pool("a", 3), Pool("b", 4, subnet=1)], prefixlens=[24, 24], others=[0, 0])
    network = world.network()
    for number, pool in enumerate(world.pools):
        if pool.name in silent:
            network["properties"]["subnets"][number]["properties"]["ipConfigurations"] = None
            world.changed[f"{CLUSTER}/agentPools/{pool.name}/machines"] = []
    world.changed[NETWORK] = network
    found = limits(world)
    assert [found[kind].free for kind in ("podCidr", "routes")] == [None, None]
    assert can_upgrade(world.context().limits) is None
    assert {"routes-missing", "limits-measured"} <= {*unread(world)}
    told = [each.message for each in look_into(world.context()).findings if each.rule == "not-looked-at"]
    assert all(any(f"the machines of pool {name}" in message for message in told) for name in silent)


@pytest.mark.parametrize("shown", ["stopped cluster", "stopped pool"])
def test_what_does_not_run_need_show_no_node(shown: str) -> None:
    world = World([Pool("a", 3), Pool("b", 4)])
    world.changed[f"{CLUSTER}/agentPools/b/machines"] = []
    stopped = {"powerState": {"code": "Stopped"}}
    if shown == "stopped cluster":
        world.changed[f"{CLUSTER}/agentPools/a/machines"] = []
        world.cluster_changed = stopped
    world.subnets_changed = {"ipConfigurations": []}
    pools_changed(world, b=stopped)
    assert "nodes" not in world.context().seen.hidden


# what Azure counts of the subnet, the configurations that are left of five, how many are taken
COUNTS = (
    ("none for this subnet", [], 5, 5),
    ("limits that are none", [{"currentValue": -1, "limit": -1}], 5, 5),
    ("no number", [{"currentValue": None, "limit": 251}], 2, 5),
    ("a zero", [{"currentValue": 0, "limit": 251}], 5, 5),
    ("a zero, and nothing is attached", [{"currentValue": 0, "limit": 251}], 0, 5),
    ("too few, and one is attached", [{"currentValue": 2, "limit": 251}], 1, 5),
    ("more than is attached", [{"currentValue": 9, "limit": 251}], 5, 9),
    ("neither is shown", [], 0, None),
    ("the count is refused, and nothing is attached", None, 0, None),
)


@pytest.mark.parametrize(("usages", "left", "used"), [row[1:] for row in COUNTS], ids=[row[0] for row in COUNTS])
def test_a_subnet_has_no_fewer_addresses_taken_than_nodes(usages: Any, left: int, used: int | None) -> None:
    world = World([Pool("a", 5)])
    network = world.network()
    has = network["properties"]["subnets"][0]["properties"]
    has["ipConfigurations"] = has["ipConfigurations"][:left] or None
    world.changed[NETWORK] = network
    if usages is None:
        world.hidden[f"{NETWORK}/usages"] = REFUSED
    else:
        world.changed[f"{NETWORK}/usages"] = [{"id": world.subnet_id(0), **each} for each in usages]
    assert limits(world)["subnet"].used == used
    assert can_upgrade(world.context().limits) is (None if used is None else True)
    assert ("limits-measured" in unread(world)) is (used is None)


def sized(**changed: Any) -> World:
    """A cluster whose size the region's list does not show whole."""
    world = World([Pool("a", 3), Pool("b", 2, size="Standard_E8s_v5")])
    listed = world.answers()[SKUS]
    world.changed[SKUS] = [
        {**each, **changed} if each["name"] == "Standard_E8s_v5" else each for each in listed
        if changed or each["name"] != "Standard_E8s_v5"
    ]  # fmt: skip
    return world


@pytest.mark.parametrize("world", [sized(), sized(capabilities=[]), sized(family=None)],
                         ids=["the list lacks it", "without vCPUs", "without a family"])  # fmt: skip
def test_a_size_without_vcpus_leaves_its_quota_and_that_of_the_region_unknown(world: World) -> None:
    found = [each for each in world.context().limits if each.kind.value == "quota"]
    known = {each.resource for each in found if each.free is not None}
    assert known == {"standardDSv5Family"}
    assert any(each.resource == "cores" for each in found)
    assert verdict(world) is None
    assert "limits-measured" in unread(world)
    told = " ".join(each.message for each in look_into(world.context()).findings)
    assert "Standard_E8s_v5" in told


def dual_stack(nodes: int, surge: str = "10%") -> World:
    """A dual-stack cluster: each node has a route for IPv4 and one for IPv6."""
    world = World([Pool("a", nodes, surge=surge)], prefixlens=[22])
    world.profile_changed = {"ipFamilies": ["IPv4", "IPv6"], "podCidrs": [world.pod_cidr, "fd00:10:244::/56"]}
    found = world.routes()
    for number, each in enumerate([*found]):
        found.append(route(f"{each['name'].partition('____')[0]}____6{number}", f"fd00:10:{number:x}::/80", "fd00::1"))
    world.routes_changed = found
    return world


def test_a_node_of_a_dual_stack_cluster_takes_two_routes() -> None:
    world = dual_stack(192)
    routes = limits(world)["routes"]
    assert (routes.used, routes.other, routes.demand.surge, routes.demand.at_peak) == (384, 0, 40, 424)
    check = next(each for each in room.CHECKS if each.name == "upgrade-room")
    told = [each for each in check.run(world.context()) if isinstance(each, Problem)]
    assert [each.recommendation for each in told] == ["az aks nodepool update -g g --cluster-name c -n a --max-surge 8"]
    assert "384 routes of nodes, of which each has two" in told[0].message
    assert verdict(dual_stack(192, surge="8")) is True
    assert verdict(dual_stack(192, surge="9")) is False


def test_a_node_without_routes_gets_them() -> None:
    world = World([Pool("a", 6)])
    world.routes_changed = world.routes()[:4]
    assert (limits(world)["routes"].used, limits(world)["routes"].other) == (6, 0)


def balanced(nodes: int, *families: str, **profile: Any) -> World:
    """A cluster with 1,024 ports a node, and two outbound addresses of whatever kind."""
    shown = {"allocatedOutboundPorts": 1024, "effectiveOutboundIPs": [{"id": "/v4"}, {"id": "/v6"}], **profile}
    return World([Pool("a", nodes)], [22], profile_changed={"ipFamilies": [*families], "loadBalancerProfile": shown})


@pytest.mark.parametrize(
    ("world", "able"),
    [
        (balanced(3, "IPv4", managedOutboundIPs={"count": 2}), 125),
        (balanced(3, "IPv4", "IPv6", managedOutboundIPs={"count": 1, "countIPv6": 1}), 62),
        (balanced(3, "IPv4", "IPv6"), None),
    ],
    ids=["of IPv4 alone", "of both, managed", "of both, the user's own"],
)
def test_addresses_of_ipv6_have_no_ports_for_ipv4(world: World, able: int | None) -> None:
    context = world.context()
    if able is None:
        with pytest.raises(Unreadable, match="of IPv4, as it is dual-stack"):
            snat_ports.nodes_with_ports(context)
        assert verdict(world) is None
    else:
        assert snat_ports.nodes_with_ports(context) == able
        assert verdict(world) is True


def state(name: str) -> World:
    """A cluster in a state."""
    return World([Pool("a", 3)], cluster_changed={"provisioningState": name})


def hidden(*paths: str) -> World:
    """A cluster of which something may not be read."""
    return World([Pool("a", 3)], hidden=dict.fromkeys(paths, REFUSED))


def delegated() -> World:
    """A cluster whose subnet is delegated by now."""
    has = {"delegations": [{"name": "d", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}]}
    return World([Pool("a", 3)], subnets_changed=has)


def locked() -> World:
    """A cluster whose node resource group is locked."""
    path = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"
    lock = {"id": f"{NODES}/providers/Microsoft.Authorization/locks/k", "properties": {"level": "ReadOnly"}}
    return World([Pool("a", 3)], changed={path: [lock]})


LOCKS = [f"{scope}/providers/Microsoft.Authorization/locks" for scope in
         (SUBSCRIPTION, f"{SUBSCRIPTION}/resourceGroups/g", f"{SUBSCRIPTION}/resourceGroups/n", NODES)]  # fmt: skip
ROLES = [f"{scope}/providers/Microsoft.Authorization/roleAssignments" for scope in
         (SUBSCRIPTION, f"{NETWORK}/subnets/n0")]  # fmt: skip
UPGRADES = (
    ("a healthy cluster", World([Pool("a", 3)]), (), True),
    ("locks that may not be read", hidden(*LOCKS), (), None),
    ("roles that may not be read", hidden(*ROLES), (), None),
    ("a lock", locked(), (), False),
    ("a lock that is skipped", locked(), ("locks",), False),
    ("a failed cluster that is skipped", state("Failed"), ("cluster-state",), False),
    ("an upgrade under way", state("Upgrading"), (), False),
    ("an update under way", state("Updating"), (), False),
    ("a deletion under way", state("Deleting"), (), False),
    ("a pool that scales", pools_changed(World([Pool("a", 3)]), a={"provisioningState": "Scaling"}), (), False),
    ("a delegated subnet", delegated(), (), False),
    ("a delegated subnet that is skipped", delegated(), ("subnet-delegation",), False),
    ("ports for too few", balanced(125, "IPv4", managedOutboundIPs={"count": 2}), (), False),
)


@pytest.mark.parametrize(("world", "skip", "can"), [row[1:] for row in UPGRADES], ids=[row[0] for row in UPGRADES])
def test_an_upgrade_goes_through_where_nothing_stops_it_and_all_was_looked_at(
    world: World, skip: tuple[str, ...], can: bool | None
) -> None:
    assert verdict(world, skip) is can


def test_ports_for_the_peak_alone_stop_no_upgrade() -> None:
    world = balanced(3, "IPv4", managedOutboundIPs={"count": 2})
    world.pools[0].most = 200
    outcome = look_into(world.context())
    assert ("snat-ports" in {each.rule for each in outcome.findings}, outcome.upgrade) == (True, None)


def test_a_subnet_that_is_not_named_is_said() -> None:
    world = pools_changed(World([Pool("a", 3), Pool("b", 2)]), b={"vnetSubnetID": None})
    assert verdict(world) is None
    told = [each.message for each in look_into(world.context()).findings]
    assert any("the subnet of pool b could not be read" in message for message in told)


def test_a_network_of_aks_that_is_not_shown_is_said() -> None:
    world = pools_changed(World([Pool("a", 3)]), a={"vnetSubnetID": None})
    assert limits(world)["subnet"].free is None
    assert verdict(world) is None
    assert "limits-measured" in unread(world)


def test_a_pod_cidr_that_is_not_shown_is_said() -> None:
    world = World([Pool("a", 3)], profile_changed={"podCidr": None})
    assert (limits(world)["podCidr"].free, verdict(world)) == (None, None)
    assert {"limits-measured", "range-collisions", "routes-stale", "routes-outside-pod-cidr"} <= {*unread(world)}


def test_an_autoscaler_without_a_maximum_leaves_the_peak_unknown() -> None:
    world = pools_changed(World([Pool("a", 3, most=9)]), a={"maxCount": None})
    found = limits(world)
    assert {each.needed_at_peak for each in found.values()} == {None}
    assert {each.verdict for each in found.values()} == {"the peak is not looked at"}
    assert "peak-room" in unread(world)
    assert verdict(world) is True
    assert Cluster.parse(world.cluster()).most_nodes is None


def test_what_may_stop_an_upgrade_is_less_than_what_stops_it() -> None:
    world = hidden(*ROLES)
    assert look_into(world.context()).upgrade is OnUpgrade.MAY_STOP
    world.cluster_changed = {"provisioningState": "Failed"}
    assert look_into(world.context()).upgrade is OnUpgrade.STOPS

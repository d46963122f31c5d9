"""What keeps a cluster from Azure CNI Overlay, a row each, and how grave all of it is together."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from azext_kubenet.addressing.model import MaxSurge
from azext_kubenet.azure.managed_clusters import AgentPool, Cluster, SizeOfMachines
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.overlay_readiness import BEYOND_US, Blocker, State, TableFacts, Warned, judge

SUBNET = ResourceId("/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/nodes")
POOL = AgentPool("user", 3, SUBNET, ResourceId(), most=3, kind="virtualmachinescalesets", os="Linux", state="Succeeded")
FINE = Cluster(
    ResourceId("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"),
    pools=(POOL,),
    pods=("10.244.0.0/16",),
    node_group=ResourceId.of_group("s", "MC_g_c_westeurope"),
    version="1.33.2",
    state="Succeeded",
    identity_type="UserAssigned",
)
TABLE = TableFacts(is_own=True, is_on_all=True)
LONG = "n" * 64


def pool(**more: Any) -> dict[str, Any]:
    return {"pools": (POOL._replace(**more),)}


def subnet(network: str = "v", name: str = "nodes", group: str = "net") -> dict[str, Any]:
    provider = f"/subscriptions/s/resourceGroups/{group}/providers/Microsoft.Network"
    return pool(subnet=ResourceId(f"{provider}/virtualNetworks/{network}/subnets/{name}"))


# what differs from a cluster that is ready, what differs of its table, what blocks it
BLOCKED: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
    ({"state": "Failed"}, {}, "cluster-state"),
    ({"state": "Updating"}, {}, "cluster-state"),
    (pool(state="Failed"), {}, "pool-state"),
    ({"is_stopped": True}, {}, "power"),
    (pool(is_stopped=True), {}, "power"),
    ({"version": "1.26.12"}, {}, "kubernetes-version"),
    ({"policy": "calico"}, {}, "network-policy"),
    ({"identity_type": "SystemAssigned"}, {}, "identity"),
    ({"identity_type": "ServicePrincipal"}, {}, "identity"),
    ({"identity_type": "SystemAssigned", **pool(subnet=ResourceId())}, {}, "identity"),
    ({"identity_type": "ServicePrincipal", **pool(subnet=ResourceId())}, {"is_own": False}, "identity"),
    ({}, {"is_on_all": False}, "route-table-missing"),
    ({}, {"elsewhere": (SUBNET,)}, "route-table-elsewhere"),
    ({}, {"elsewhere": (SUBNET,), "is_shared": True}, "route-table-shared"),
    (pool(most=257), {}, "pod-cidr-room"),
    (pool(most=200, max_surge=MaxSurge(33, True)), {}, "pod-cidr-room"),
    (pool(kind="availabilityset"), {}, "availability-set"),
    (subnet(name=LONG), {}, "names-for-overlay"),
    (subnet(network=LONG), {}, "names-for-overlay"),
    (subnet(group=LONG), {}, "names-for-overlay"),
    ({"node_group": ResourceId.of_group("s", LONG)}, {}, "names-for-overlay"),
    (pool(machines=(SizeOfMachines("Standard_DC4s_v2", 3, 3),)), {}, "dcsv2"),
    (pool(machines=(SizeOfMachines("standard_dc8_v2", 3, 3),)), {}, "dcsv2"),
    (pool(os="Windows"), {}, "windows"),
    (pool(pod_subnet=SUBNET), {}, "pod-subnet"),
)
# what differs, and is in nobody's way
PASSES: tuple[dict[str, Any], ...] = (
    {},
    {"state": "succeeded"},
    {"version": "1.27.0"},
    {"version": "1.100.0"},
    pool(most=255),
    pool(machines=(SizeOfMachines("Standard_DC4s_v3", 3, 3),)),
    pool(machines=(SizeOfMachines("Standard_D4s_v2", 3, 3),)),
    subnet(name="n" * 63),
    {"pods": ()},
)
WARNED: tuple[tuple[dict[str, Any], bool, str], ...] = (
    ({"is_dual_stack": True}, False, "dual-stack"),
    ({"addons": ("ingressapplicationgateway",)}, False, "app-gateway"),
    (pool(kind="virtualmachines"), False, "virtual-machines"),
    ({}, True, "half-moved"),
)
UNKNOWN: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"version": ""}, {}),
    ({"state": ""}, {}),
    ({"identity_type": ""}, {}),
    ({"pools": ()}, {}),
    ({}, {"is_on_all": None}),
)


@pytest.mark.parametrize(("differs", "of_table", "blocker"), BLOCKED)
def test_each_alone_is_the_one_blocker(differs: dict[str, Any], of_table: dict[str, Any], blocker: str) -> None:
    found = judge(FINE._replace(**differs), TABLE._replace(**of_table), True)
    assert [each.value for each in found.blockers] == [blocker]
    assert found.state is (State.BLOCKED if Blocker(blocker) in BEYOND_US else State.STEPS)
    assert found.warnings == ()


@pytest.mark.parametrize("differs", PASSES)
def test_nothing_else_is_a_blocker(differs: dict[str, Any]) -> None:
    assert judge(FINE._replace(**differs), TABLE, True) == (State.READY, (), (), ())


@pytest.mark.parametrize(("differs", "has_overlay", "warned"), WARNED)
def test_what_may_break_is_warned_of_and_blocks_nothing(
    differs: dict[str, Any], has_overlay: bool, warned: str
) -> None:
    found = judge(FINE._replace(**differs), TABLE, True, has_overlay=has_overlay)
    assert (found.state, [each.value for each in found.warnings]) == (State.READY, [warned])


@pytest.mark.parametrize(("differs", "of_table"), UNKNOWN)
def test_what_is_not_shown_is_never_taken_for_fine(differs: dict[str, Any], of_table: dict[str, Any]) -> None:
    found = judge(FINE._replace(**differs), TABLE._replace(**of_table), True)
    assert (found.state, found.blockers, len(found.not_shown)) == (State.UNKNOWN, (), 1)


@pytest.mark.parametrize(
    ("can_upgrade", "stopped", "state", "blockers"),
    [
        (True, False, State.READY, ()),
        (False, False, State.STEPS, (Blocker.SURGE_ROOM,)),
        (None, False, State.UNKNOWN, ()),
        (None, True, State.STEPS, (Blocker.POWER,)),
    ],
)
def test_the_surge_of_all_pools_needs_room(
    can_upgrade: bool | None, stopped: bool, state: State, blockers: tuple[Blocker, ...]
) -> None:
    found = judge(FINE._replace(is_stopped=stopped), TABLE, can_upgrade)
    assert (found.state, found.blockers) == (state, blockers)


def test_in_a_network_of_aks_an_identity_of_the_system_is_warned_of_alone() -> None:
    cluster = FINE._replace(identity_type="SystemAssigned", **pool(subnet=ResourceId()))
    assert judge(cluster, TableFacts(is_own=False, is_on_all=True), True) == (State.READY, (), (Warned.IDENTITY,), ())


def test_blocked_outweighs_unknown_outweighs_steps() -> None:
    windows, calico, no_version = pool(os="Windows"), {"policy": "calico"}, {"version": ""}
    weights = {State.BLOCKED: windows, State.UNKNOWN: no_version, State.STEPS: calico}
    for one, other in combinations(weights, 2):
        assert judge(FINE._replace(**{**weights[one], **weights[other]}), TABLE, True).state is one


def test_each_blocker_has_a_row_but_that_of_the_surge() -> None:
    assert {row[2] for row in BLOCKED} == {each.value for each in Blocker} - {"surge-room"}
    assert {row[2] for row in WARNED} == {each.value for each in Warned} - {"identity"}

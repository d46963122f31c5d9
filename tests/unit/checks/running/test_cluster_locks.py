"""Locks around a cluster that runs: what each stops, and the command that removes it."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import cluster_locks
from tests.unit.checks.obstacles import a_lock
from tests.unit.checks.running.world import CLUSTER, NETWORK, NODES, SUBSCRIPTION, TABLE, Pool, World

GROUP = f"{SUBSCRIPTION}/resourceGroups/g"
OWN_TABLE = f"{SUBSCRIPTION}/resourceGroups/net(eu)/providers/Microsoft.Network/routeTables/own"
LOCKS = "/providers/Microsoft.Authorization/locks"
REFUSED = AzureError(403, "AuthorizationFailed", "no")


ADDRESS = f"{NODES}/providers/Microsoft.Network/publicIPAddresses/out"


def found(world: World) -> list[Problem | Unreadable]:
    """What the check finds."""
    return [*cluster_locks.CHECKS[0].run(world.context())]


def locked(*locks: dict[str, Any], own_table: bool = False) -> World:
    """A cluster with locks around it."""
    world = World([Pool("a", 3)], changed={f"{SUBSCRIPTION}{LOCKS}": [*locks]})
    if own_table:
        world.changed[OWN_TABLE] = {**world.table(), "id": OWN_TABLE}
        world.subnets_changed = {"routeTable": {"id": OWN_TABLE}}
    return world


# what is locked, the cluster, the severity, words
ROWS: tuple[tuple[str, World, str, tuple[str, ...]], ...] = (
    ("nothing", locked(), "", ()),
    ("what is none of the cluster's", locked(a_lock(f"{SUBSCRIPTION}/resourceGroups/other")), "", ()),
    ("the node resource group", locked(a_lock(NODES)), "error",
     ("lock l on resource group MC_g_c_r is ReadOnly: AKS can neither add nor remove nodes",
      f"az lock delete --ids {NODES}{LOCKS}/l")),
    ("in other capitals", locked(a_lock(NODES.upper(), "readonly")), "error", ("is ReadOnly",)),
    ("deletion in the node resource group", locked(a_lock(NODES, "CanNotDelete")), "error",
     ("is CanNotDelete: AKS can remove neither nodes nor their routes, so upgrades and scaling in fail",)),
    ("deletion of AKS's own route table", locked(a_lock(TABLE, "CanNotDelete")), "error",
     ("lock l on routeTables aks-agentpool-12345678-routetable is CanNotDelete",)),
    ("deletion of an outbound address alone", locked(a_lock(ADDRESS, "CanNotDelete")), "warning",
     ("is CanNotDelete: AKS cannot remove out",)),
    ("writes of an outbound address alone", locked(a_lock(ADDRESS)), "warning", ("AKS cannot write or remove out",)),
    ("deletion of a scale set", locked(a_lock(f"{NODES}/providers/Microsoft.Compute/virtualMachineScaleSets/x",
                                              "CanNotDelete")), "error", ("AKS can remove neither nodes",)),
    ("deletion in the subscription", locked(a_lock(SUBSCRIPTION, "CanNotDelete")), "error", ("on subscription s",)),
    ("the subscription", locked(a_lock(SUBSCRIPTION)), "error",
     ("AKS can neither add nor remove nodes", "can be neither upgraded nor scaled", "on subnet n0")),
    ("the cluster", locked(a_lock(CLUSTER)), "error", ("the cluster can be neither upgraded nor scaled",)),
    ("the cluster's group", locked(a_lock(GROUP)), "error", ("lock l on resource group g is ReadOnly",)),
    ("deletion of the cluster, as is wise", locked(a_lock(CLUSTER, "CanNotDelete")), "", ()),
    ("deletion in the cluster's group", locked(a_lock(GROUP, "CanNotDelete")), "", ()),
    ("the network", locked(a_lock(NETWORK)), "warning", ("AKS cannot put a route table back on subnet n0",)),
    ("deletion in the network", locked(a_lock(NETWORK, "CanNotDelete")), "", ()),
    ("a route table of one's own", locked(a_lock(OWN_TABLE), own_table=True), "error",
     ("no routes of new nodes are written in route table own", f"az lock delete --ids '{OWN_TABLE}{LOCKS}/l'")),
    ("deletion in such a table", locked(a_lock(OWN_TABLE, "CanNotDelete"), own_table=True), "warning",
     ("routes of nodes that are gone may stay in route table own",)),
    ("a level that nobody knows", locked(a_lock(NODES, "Sometimes")), "", ()),
    ("a lock that says nothing", locked({}), "", ()),
)  # fmt: skip


@pytest.mark.parametrize(("world", "severity", "texts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_lock_stops_is_told_with_how_it_is_removed(world: World, severity: str, texts: tuple[str, ...]) -> None:
    problems = [each for each in found(world) if isinstance(each, Problem)]
    assert [each.severity or "error" for each in problems] == ([severity] if severity else [])
    told = "\n".join(f"{each.message} -> {each.recommendation}" for each in problems)
    for text in texts:
        assert text in told


def test_who_may_not_read_those_of_the_subscription_is_told_those_of_the_groups() -> None:
    world = locked()
    world.hidden = {f"{SUBSCRIPTION}{LOCKS}": REFUSED, f"{GROUP}{LOCKS}": REFUSED}
    world.changed[f"{NODES}{LOCKS}"] = [a_lock(NODES)]
    problem, hidden = sorted(found(world), key=lambda each: isinstance(each, Unreadable))
    assert isinstance(problem, Problem)
    assert "MC_g_c_r is ReadOnly" in problem.message
    assert isinstance(hidden, Unreadable)
    assert hidden.scope == GROUP


def test_that_azure_does_not_answer_is_no_silence() -> None:
    world = locked()
    world.hidden = {f"{SUBSCRIPTION}{LOCKS}": AzureError(503, "ServerTimeout", "later")}
    with pytest.raises(Unreadable, match="later"):
        found(world)


def test_what_hides_the_subnets_hides_what_locks_on_them_would_do() -> None:
    world = locked()
    world.hidden = {NETWORK: REFUSED}
    assert [each.what for each in found(world) if isinstance(each, Unreadable)] == ["virtual network v"]

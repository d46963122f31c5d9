"""Other clusters in the subnets of a running cluster and on its table: what becomes of both, and what parts them."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import shared_with_others
from tests.support.printed import commands
from tests.unit.checks.running.world import CLUSTER, NETWORK, SUBSCRIPTION, TABLE, Pool, World

CLUSTERS = f"{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters"
THEIR_GROUP = f"{SUBSCRIPTION}/resourceGroups/mc_o"
THEIR_TABLE = f"{THEIR_GROUP}/providers/Microsoft.Network/routeTables"
N0, DATA = f"{NETWORK}/subnets/n0", f"{NETWORK}/subnets/data"
REFUSED = AzureError(403, "AuthorizationFailed", "no")
MOVE = ["az aks nodepool add -g g --cluster-name c -n NAME --vnet-subnet-id SUBNET_ID"]


def other(subnet: str, pods: str = "10.240.0.0/16", plugin: str = "kubenet") -> dict[str, Any]:
    """Another cluster, in a subnet."""
    pools = [{"name": "o", "vnetSubnetID": subnet, "count": 1}]
    has = {"networkProfile": {"networkPlugin": plugin, "podCidr": pods}, "agentPoolProfiles": pools,
           "nodeResourceGroup": "mc_o"}  # fmt: skip
    return {"id": f"{CLUSTER}-other", "name": "c-other", "properties": has}


def with_nodes(**more: Any) -> World:
    """A cluster with two nodes of another one in its subnet."""
    world = World([Pool("a", 3)], **more)
    body = world.network()
    for number in (0, 1):
        node = f"{THEIR_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-o-87654321-vmss/"
        node += f"virtualMachines/{number}/networkInterfaces/x/ipConfigurations/i"
        body["properties"]["subnets"][0]["properties"]["ipConfigurations"].append({"id": node})
    world.changed[NETWORK] = body
    return world


def on_table(**more: Any) -> World:
    """A cluster whose table is on a subnet that is no pool's."""
    world = World([Pool("a", 3)], **more)
    table = world.table()
    table["properties"]["subnets"].append({"id": DATA})
    world.changed[TABLE] = table
    return world


def told(world: World, name: str) -> list[Problem | Unreadable]:
    """What a check finds."""
    return [*next(each for each in shared_with_others.CHECKS if each.name == name).run(world.context())]


# what it is, the cluster, the severity, words of the message, the commands
IN_SUBNET: tuple[tuple[str, World, str, str, list[str]], ...] = (
    ("nobody", World([Pool("a", 3)]), "", "", []),
    ("a cluster elsewhere", World([Pool("a", 3)], changed={CLUSTERS: [other(DATA)]}), "", "", []),
    ("a kubenet cluster with the same pods", World([Pool("a", 3)], changed={CLUSTERS: [other(N0)]}), "error",
     "each deletes routes of the other's nodes", MOVE),
    ("a kubenet cluster with other pods", World([Pool("a", 3)], changed={CLUSTERS: [other(N0, "10.9.0.0/16")]}),
     "warning", "neither deletes the other's routes", MOVE),
    ("a cluster on another plugin", with_nodes(changed={CLUSTERS: [other(N0, plugin="azure")]}), "", "", []),
    ("nodes of a kubenet cluster that is told of once", with_nodes(changed={CLUSTERS: [other(N0)]}), "error",
     "has nodes of cluster c-other in resource group g as well", MOVE),
    ("nodes of a cluster that is in no list", with_nodes(), "warning",
     "subnet n0 has 2 addresses of nodes in resource group mc_o, of a cluster that is not shown here",
     ["az aks list --subscription s -o table"]),
)  # fmt: skip


@pytest.mark.parametrize(("world", "severity", "said", "printed"), [row[1:] for row in IN_SUBNET],
                         ids=[row[0] for row in IN_SUBNET])  # fmt: skip
def test_who_else_is_in_the_subnet_is_told(world: World, severity: str, said: str, printed: list[str]) -> None:
    found = [each for each in told(world, "subnet-of-another-cluster") if isinstance(each, Problem)]
    assert [(each.severity or Severity.ERROR).value for each in found] == ([severity] if severity else [])
    assert said in "".join(each.message for each in found)
    assert [line for each in found for line in commands(each.recommendation)] == printed
    assert not any("use --" in each.recommendation or "--subnet-name" in each.recommendation for each in found)


def test_who_may_not_list_clusters_is_told_of_nodes_all_the_same() -> None:
    found = told(with_nodes(hidden={CLUSTERS: REFUSED}), "subnet-of-another-cluster")
    assert [type(each) for each in found] == [Problem, Unreadable]


# what it is, what Azure shows, the severity, the command
ON_TABLE: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("no cluster", {}, "", ""),
    ("a cluster on another plugin", {CLUSTERS: [other(DATA, plugin="azure")]}, "", ""),
    ("a kubenet cluster that has a table of AKS's", {CLUSTERS: [other(DATA)], THEIR_TABLE: [{"id": "/t/u"}]}, "error",
     f"az network vnet subnet update --ids {DATA} --route-table /t/u"),
    ("a kubenet cluster without one", {CLUSTERS: [other(DATA)]}, "error",
     f"az network vnet subnet update --ids {DATA} --route-table TABLE_ID"),
    ("a kubenet cluster with other pods", {CLUSTERS: [other(DATA, "10.9.0.0/16")]}, "warning",
     f"az network vnet subnet update --ids {DATA} --route-table TABLE_ID"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "severity", "printed"), [row[1:] for row in ON_TABLE], ids=[row[0] for row in ON_TABLE]
)
def test_who_else_is_on_the_table_is_told(shown: dict[str, Any], severity: str, printed: str) -> None:
    found = [each for each in told(on_table(changed=shown), "route-table-of-another-cluster")
             if isinstance(each, Problem)]  # fmt: skip
    assert [(each.severity or Severity.ERROR).value for each in found] == ([severity] if severity else [])
    assert [line for each in found for line in commands(each.recommendation)] == ([printed] if printed else [])
    assert "null" not in "".join(each.recommendation for each in found)

"""Route tables on the subnets of a running cluster: what is told of each, and the command that puts them right."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import tables_on_subnets
from tests.support.printed import commands
from tests.unit.checks.running.world import CLUSTER, NETWORK, NODES, SUBSCRIPTION, TABLE, Pool, World, route

CLUSTERS = f"{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters"
TABLES = f"{SUBSCRIPTION}/providers/Microsoft.Network/routeTables"
MADE_BY_AKS = f"{NODES}/providers/Microsoft.Network/routeTables"
OWN = f"{SUBSCRIPTION}/resourceGroups/net(eu)/providers/Microsoft.Network/routeTables/corp"
N0, N1, DATA = (f"{NETWORK}/subnets/{name}" for name in ("n0", "n1", "data"))
ELSEWHERE = f"{SUBSCRIPTION}/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/w/subnets/x"
NAME = "aks-agentpool-12345678-routetable"
REFUSED = AzureError(403, "AuthorizationFailed", "no")
CODE = (
    "if Terraform, Bicep, Ansible or Pulumi manages the subnet, write {} there, or have it ignore changes of the table"
)


def attached(*tables: str, **more: Any) -> World:
    """A pool a subnet, with these tables on the subnets, "" for none; the tables of AKS are listed."""
    made = World(
        [Pool(f"p{at}", 2, subnet=at) for at in range(len(tables))], [24] * len(tables), [0] * len(tables), **more
    )
    body = made.network()
    for subnet, table in zip(body["properties"]["subnets"], tables, strict=True):
        subnet["properties"]["routeTable"] = {"id": table} if table else None
    made.changed = {NETWORK: body, MADE_BY_AKS: [made.table()], **made.changed}
    return made


def own_table(world: World, *routes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A table of the user's own."""
    return {"id": OWN, "properties": {"routes": [*routes], **more}}


def with_subnet(world: World, has: dict[str, Any], subnet: str = DATA) -> World:
    """A further subnet that has AKS's table, and is no pool's."""
    if subnet == DATA:
        body = world.network()
        body["properties"]["subnets"].append({"id": subnet, "name": "data", "properties": has})
        world.changed[NETWORK] = body
    else:
        world.changed[subnet] = {"id": subnet, "name": "x", "properties": has}
    table = world.table()
    table["properties"]["subnets"].append({"id": subnet})
    world.changed[TABLE] = table
    return world


def told(world: World, name: str) -> list[Problem | Unreadable]:
    """What a check finds."""
    return [*next(each for each in tables_on_subnets.CHECKS if each.name == name).run(world.context())]


def problems(world: World, name: str) -> list[Problem]:
    """What it finds wrong."""
    return [each for each in told(world, name) if isinstance(each, Problem)]


# -- missing


def test_a_healthy_cluster_has_nothing_to_mend() -> None:
    for world in (World([Pool("a", 3)]), attached(TABLE, TABLE)):
        assert [each.name for each in tables_on_subnets.CHECKS if told(world, each.name)] == []


def test_each_subnet_without_a_table_is_told_with_the_clusters_own() -> None:
    (found,) = problems(attached(TABLE, ""), "route-table-missing")
    assert found.message == (
        f"subnet n1 of pool p1 has no route table, cluster c's is {NAME}: pods on 2 nodes there cannot be reached from "
        f"other nodes; {CODE.format(f'route table {NAME}')}: its next run takes it off again"
    )
    attach = f"az network vnet subnet update --ids {N1} --route-table {TABLE}"
    assert commands(found.recommendation) == [attach]
    assert found.recommendation == attach
    assert len(problems(attached("", ""), "route-table-missing")) == 2


def test_a_table_of_the_users_own_is_found_by_the_routes_of_the_nodes() -> None:
    world = attached("")
    own = own_table(world, *world.routes())
    world.changed |= {MADE_BY_AKS: [], TABLES: [{"id": f"{OWN}x", "properties": {}}, own]}
    (found,) = problems(world, "route-table-missing")
    assert commands(found.recommendation) == [
        f"az network vnet subnet update --ids {N0} --route-table {shlex.quote(OWN)}"
    ]


def test_where_no_table_is_seen_it_is_said_how_it_is_found_and_what_code_must_say() -> None:
    for hidden in ({}, {MADE_BY_AKS: REFUSED, TABLES: REFUSED}):
        world = attached("", hidden=hidden)
        world.changed |= {MADE_BY_AKS: [], TABLES: []}
        (found,) = problems(world, "route-table-missing")
        assert "has no route table: pods on" in found.message
        listing, attach = commands(found.recommendation)
        assert listing == (
            "az resource list --subscription s --resource-type Microsoft.Network/routeTables --query [].id -o tsv"
        )
        assert attach == f"az network vnet subnet update --ids {N0} --route-table TABLE_ID"
        assert CODE.format("the cluster's route table") in found.message


def test_of_a_pool_without_nodes_none_is_said_to_be_cut_off() -> None:
    world = attached(TABLE, "")
    world.pools[1].nodes = 0
    world.changed[NETWORK]["properties"]["subnets"][1]["properties"]["ipConfigurations"] = []
    (found,) = problems(world, "route-table-missing")
    assert "once nodes run there, their pods cannot be reached" in found.message


def test_a_subnet_that_is_not_shown_is_not_one_without_a_table() -> None:
    world = attached("", hidden={NETWORK: REFUSED, N0: REFUSED})
    assert [type(each) for each in told(world, "route-table-missing")] == [Unreadable, Unreadable]


# -- replaced

OTHER_ROUTES = [route(f"r{number}", f"10.99.{number}.0/24", "10.9.9.9") for number in range(7)]


def test_another_table_is_told_with_its_routes_before_it_comes_off() -> None:
    world = attached(OWN, TABLE)
    world.changed[OWN] = own_table(world, *OTHER_ROUTES)
    (found,) = problems(world, "route-table-replaced")
    assert found.message.startswith(
        f"subnet n0 of pool p0 has route table corp, and the routes of cluster c are in {NAME}: pods on 2 nodes"
    )
    assert (
        "; routes of corp no longer apply to the subnet without it: r0 (10.99.0.0/24), r1 (10.99.1.0/24), "
        "r2 (10.99.2.0/24), r3 (10.99.3.0/24), r4 (10.99.4.0/24) and 2 more; if Terraform"
    ) in found.message
    assert commands(found.recommendation) == [f"az network vnet subnet update --ids {N0} --route-table {TABLE}"]
    assert not told(world, "route-table-missing")


def test_what_comes_off_unread_is_said() -> None:
    world = attached(OWN, TABLE, hidden={OWN: REFUSED})
    (found,) = problems(world, "route-table-replaced")
    assert "could not be read" in found.message
    assert commands(found.message) == [
        "az network route-table route list --subscription s -g 'net(eu)' --route-table-name corp -o table"
    ]
    assert [each.scope for each in told(world, "route-table-replaced") if isinstance(each, Unreadable)] == [OWN]


def test_a_table_of_the_users_own_that_has_all_routes_is_the_clusters() -> None:
    world = attached(OWN, "")
    world.changed |= {MADE_BY_AKS: [{"id": TABLE, "properties": {}}], OWN: own_table(world, *world.routes())}
    assert not told(world, "route-table-replaced")
    (found,) = problems(world, "route-table-missing")
    assert shlex.quote(OWN) in found.recommendation


# -- shared
DETACH = f"az network vnet subnet update --ids {DATA} --route-table null"
NODE = f"{SUBSCRIPTION}/resourceGroups/mc_o/providers/Microsoft.Compute/virtualMachineScaleSets/aks-o-9-vmss/x/0/y/z"


def other(plugin: str) -> dict[str, Any]:
    """A cluster in the further subnet."""
    pools = [{"name": "o", "vnetSubnetID": DATA, "count": 1}]
    has = {"networkProfile": {"networkPlugin": plugin}, "agentPoolProfiles": pools, "nodeResourceGroup": "mc_o"}
    return {"id": f"{CLUSTER}-other", "name": "c-other", "properties": has}


# the subnet, what else Azure shows, the severity, words of the message, the commands
SHARED: tuple[tuple[str, dict[str, Any], dict[str, Any], str, str, list[str]], ...] = (
    ("nothing is in it", {}, {}, "warning", "deletion of the cluster hangs, and a move", [DETACH]),
    ("a machine is in it", {"ipConfigurations": [{"id": f"{NETWORK}/../networkInterfaces/vm/ipConfigurations/i"}]}, {},
     "warning", "deletion of the cluster hangs", [DETACH]),
    ("nodes of a cluster are in it that nobody sees", {"ipConfigurations": [{"id": NODE}]}, {}, "warning",
     "deletion of the cluster hangs",
     [f"az network vnet subnet show --ids {DATA} --query ipConfigurations[].id -o tsv"]),
    ("a cluster on another plugin is in it", {}, {CLUSTERS: [other("azure")]}, "warning", "deletion", []),
    ("a kubenet cluster is in it, of which another check tells", {}, {CLUSTERS: [other("kubenet")]}, "", "", []),
    ("an application gateway is in it", {"applicationGatewayIPConfigurations": [{"id": f"{DATA}/a"}]}, {}, "info",
     "may reach pods by it; deletion of the cluster hangs", []),
)  # fmt: skip


@pytest.mark.parametrize(("has", "changed", "severity", "said", "printed"), [row[1:] for row in SHARED],
                         ids=[row[0] for row in SHARED])  # fmt: skip
def test_a_table_on_a_further_subnet_is_told_and_comes_off_where_nobody_needs_it(
    has: dict[str, Any], changed: dict[str, Any], severity: str, said: str, printed: list[str]
) -> None:
    found = problems(with_subnet(World([Pool("a", 3)], changed=changed), has), "route-table-shared")
    assert [(each.severity or Severity.WARNING).value for each in found] == [severity][: len(severity)]
    assert said in "".join(each.message for each in found)
    assert [line for each in found for line in commands(each.recommendation)] == printed


def test_of_a_subnet_that_is_not_seen_the_table_is_not_taken_off() -> None:
    hidden = with_subnet(World([Pool("a", 3)], hidden={ELSEWHERE: REFUSED}), {}, ELSEWHERE)
    found, unread = sorted(told(hidden, "route-table-shared"), key=lambda each: isinstance(each, Unreadable))
    assert isinstance(found, Problem)
    assert "--route-table null" not in found.recommendation
    assert isinstance(unread, Unreadable)
    seen = with_subnet(World([Pool("a", 3)]), {}, ELSEWHERE)
    assert commands(problems(seen, "route-table-shared")[0].recommendation) == [
        f"az network vnet subnet update --ids {ELSEWHERE} --route-table null"
    ]


def test_that_clusters_are_not_listed_is_said_and_the_subnet_is_still_told() -> None:
    world = with_subnet(World([Pool("a", 3)], hidden={CLUSTERS: REFUSED}), {})
    assert {type(each) for each in told(world, "route-table-shared")} == {Problem, Unreadable}


def test_a_table_of_the_users_own_may_be_on_other_subnets() -> None:
    world = attached(OWN)
    world.changed |= {MADE_BY_AKS: [], OWN: own_table(world, *world.routes(), subnets=[{"id": N0}, {"id": DATA}])}
    (found,) = problems(world, "route-table-shared")
    assert (found.severity, commands(found.recommendation)) == (Severity.INFO, [])
    assert "deletion" not in found.message


# -- the network


def test_in_a_network_of_aks_it_is_said_that_pools_have_no_subnets_of_their_own() -> None:
    world = World([Pool("a", 3)])
    body = world.cluster()
    assert not told(world, "managed-network")
    del body["properties"]["agentPoolProfiles"][0]["vnetSubnetID"]
    world.cluster = lambda: body  # type: ignore[method-assign]  # a cluster that the world does not know
    (found,) = problems(world, "managed-network")
    assert "no pool can have a subnet of its own" in found.message
    assert commands(found.recommendation) == ["az kubenet create -g g -n NAME --dry-run"]

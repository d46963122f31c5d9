"""Rows of Azure Resource Graph, whatever stands in them."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery import fleet_rows

NETWORK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"
ODD: tuple[Any, ...] = (None, "", 0, -1, True, 1.5, "text", [], {}, [None], [{}], {"a": None}, ["x"], {"code": 3})
READERS: dict[Any, tuple[str, ...]] = {
    fleet_rows.read_cluster: (
        "id", "location", "tags", "tier", "identity", "application", "running", "version", "support", "state",
        "power", "nodes", "network", "addons", "pools",
    ),
    fleet_rows.read_subnet: ("id", "subnet", "prefix", "prefixes", "used", "table"),
    fleet_rows.read_whole: ("id", "subnets"),
    fleet_rows.read_table: ("id", "count", "subnets"),
    fleet_rows.read_scale_set: ("id", "pool", "capacity", "overlay"),
    fleet_rows.read_subscription: ("id", "subscriptionId"),
}  # fmt: skip


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_nothing_that_azure_answers_breaks_a_row(read: Any) -> None:
    read({})
    for column in READERS[read]:
        for value in ODD:
            read({column: value})


# what a row of a subnet has, the addresses in use, and those that can be had
SUBNETS: tuple[tuple[dict[str, Any], tuple[int | None, int | None]], ...] = (
    ({"prefix": "10.0.0.0/24", "used": 7}, (7, 251)),
    ({"prefix": "10.0.0.0/24", "used": None}, (0, 251)),
    ({"prefix": "", "prefixes": ["10.0.0.0/28", "10.0.1.0/28"], "used": 1}, (1, 22)),
    ({"prefix": "10.0.0.0/28", "prefixes": ["10.0.0.0/28"], "used": 1}, (1, 11)),
    ({"prefixes": ["fd00::/64"], "used": 1}, (1, None)),
    ({"prefix": "10.0.0.0/24", "used": "many"}, (None, 251)),
)


@pytest.mark.parametrize(("row", "counted"), SUBNETS)
def test_a_subnet_has_the_addresses_of_all_its_prefixes(row: dict[str, Any], counted: tuple[Any, Any]) -> None:
    found = fleet_rows.read_subnet({"subnet": f"{NETWORK}/subnets/n", **row})
    assert (found.used, found.usable) == counted


# the columns of an identity, and its type as the list has it
IDENTITIES = (
    ({"identity": "SystemAssigned", "application": "msi"}, "SystemAssigned"),
    ({"identity": "UserAssigned", "application": "msi"}, "UserAssigned"),
    ({"identity": None, "application": "5e1f"}, "ServicePrincipal"),
    ({"identity": None, "application": "msi"}, ""),
    ({}, ""),
)


@pytest.mark.parametrize(("row", "kind"), IDENTITIES)
def test_a_cluster_without_an_identity_of_its_own_runs_as_a_service_principal(row: dict[str, Any], kind: str) -> None:
    assert fleet_rows.read_cluster(row).cluster.identity_type == kind


def test_a_version_that_does_not_run_yet_is_the_one_that_is_wanted() -> None:
    assert fleet_rows.read_cluster({"running": None, "version": "1.31"}).cluster.version == "1.31"
    assert fleet_rows.read_cluster({"running": "1.31.4", "version": "1.31"}).cluster.version == "1.31.4"


def test_ids_in_a_query_are_quoted() -> None:
    query = fleet_rows.networks_query([ResourceId("/a/o'b"), ResourceId("/c\\d")])
    assert "where id in~ ('/a/o\\'b', '/c\\\\d')" in query


@pytest.mark.parametrize("query", fleet_rows.QUERIES)
def test_every_query_has_an_id_and_an_order_for_its_pages(query: str) -> None:
    assert "| project id," in query
    assert query.splitlines()[-1].startswith("| order by id asc")

"""Routes that are not written and the cause that Azure shows, and routes of others: told, and mended as printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import CHECK, IDENTITY, OWN_TABLE, own_network, own_table
from tests.cli.test_check_faults import first_way
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.callers.client import SUB
from tests.support.printed import commands

ASSIGNMENT = f"{SUB}/providers/Microsoft.Authorization/policyAssignments/tags"
#: Require a tag, and its value, on resources: built in.
DEFINITION = "/providers/Microsoft.Authorization/policyDefinitions/96670d01-0a4d-4649-9c89-2d3abc0a5025"
THEIRS = "aks-other-87654321-vmss000000"


class Row(NamedTuple):
    """A fault. what: it is; inject: puts it in; rules: that find it; said: of it; typed: how the command begins"""

    what: str
    inject: Callable[[Cloud, Mishaps], object]
    rules: frozenset[str]
    said: str
    typed: str


def refused(code: str, message: str = "") -> Callable[[Cloud, Mishaps], None]:
    """A node has no route, as the write of the table was refused."""

    def inject(cloud: Cloud, at: Mishaps) -> None:
        at.lose_route()
        principal = cloud.arm.cloud.store[IDENTITY]["properties"]["principalId"]
        cloud.arm.cloud.activity_log.add(at.table.text(), code, message, by=principal)

    return inject


def by_policy(cloud: Cloud, at: Mishaps) -> None:
    """The same by a policy that is assigned."""
    cloud.arm.put(ASSIGNMENT, {"properties": {"policyDefinitionId": DEFINITION}})
    refused("RequestDisallowedByPolicy", f"disallowed by policy. Policy identifiers: '{ASSIGNMENT}'.")(cloud, at)


def in_the_way(cloud: Cloud, at: Mishaps) -> None:
    """A route of a node that is gone has the block."""
    refused("RouteConflict")(cloud, at)
    at.stale_route()


def put(name: str, prefix: str) -> Callable[[Cloud, Mishaps], object]:
    """A route by hand."""
    has = {"addressPrefix": prefix, "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.30.9.9"}
    return lambda cloud, at: cloud.arm.put(f"{at.table.text()}/routes/{name}", {"properties": has})


MISSING = frozenset({"routes-missing"})
ROWS = (
    Row("a policy refuses the table", by_policy, MISSING, "RequestDisallowedByPolicy, by policy assignment tags",
        "az policy exemption create -n kubenet-routes "),
    Row("a right on the table is lost", refused("AuthorizationFailed"), MISSING, "AuthorizationFailed",
        "az role assignment create "),
    Row("a left-over route is in the way", in_the_way, MISSING | {"routes-stale"}, "RouteConflict",
        "az network route-table route delete "),
    Row("Azure failed by itself", refused("InternalServerError"), MISSING, "InternalServerError", "az aks update "),
    Row("a route by hand takes a part of a node's block", put("to-lab", "10.244.0.128/25"),
        frozenset({"routes-in-pod-cidr"}), "for parts of blocks of nodes", "az network route-table route delete "),
    Row("routes of another cluster's nodes stayed", put(f"{THEIRS}____1099024", "10.99.0.0/24"),
        frozenset({"routes-of-other-nodes"}), THEIRS, "az network route-table route delete "),
)  # fmt: skip


@pytest.mark.usefixtures("free_waits")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what.replace(" ", "-"))
def test_the_cause_is_told_and_what_is_printed_mends_it(cloud: Cloud, row: Row) -> None:
    made = own_network(cloud)
    row.inject(cloud, made)
    ran = cloud(f"{CHECK} --fail-on never -o json")
    assert ran.code == 0, ran.err
    found = [each for each in ran.json["findings"] if each["severity"] != "info"]
    assert {each["rule"] for each in found} == row.rules, ran.err
    assert row.said in found[0]["message"]
    lines = first_way(found[0]["recommendation"])
    assert lines[0].startswith(row.typed)
    for line in lines:
        typed = cloud.shell(line)
        assert typed.code == 0, (line, typed.err)
    again = cloud(f"{CHECK} --fail-on never -o json").json
    assert [each for each in again["findings"] if each["severity"] != "info"] == []


@pytest.mark.usefixtures("free_waits")
def test_where_no_table_is_seen_the_printed_listing_shows_those_that_there_are(cloud: Cloud) -> None:
    made = own_table(cloud)
    made.lose_table()
    for name in [*made.routes.values()]:
        del cloud.arm.cloud.store[name["id"]]
    (found,) = [each for each in cloud(f"{CHECK} --fail-on never -o json").json["findings"]
                if each["rule"] == "route-table-missing"]  # fmt: skip
    listing, attach = commands(found["recommendation"])
    shown = cloud.shell(listing)
    assert (shown.code, shown.out.split()) == (0, [OWN_TABLE])
    assert cloud.shell(attach.replace("TABLE_ID", OWN_TABLE)).code == 0
    again = cloud(f"{CHECK} --fail-on never -o json").json["findings"]
    assert "route-table-missing" not in {each["rule"] for each in again}

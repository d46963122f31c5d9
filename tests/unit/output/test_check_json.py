"""The answer of `check` has the keys that scripts rely on, in their order, and a table of its limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from azext_kubenet._format import check_table
from azext_kubenet.addressing.headroom import can_upgrade
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.output.check_json import CheckReport, RouteNames, check_answer
from tests.unit.checks.running.world import TABLE, Pool, World

#: As the interface lists them.
KEYS = (
    "name, resourceGroup, id, kubernetesVersion, provisioningState, powerState, nodeCount, maxNodeCount, surgeNodes, "
    "limits, pools, canUpgrade, canScaleBy, limitedBy, routes, findings, retirement, looked"
)
OF_A_LIMIT = "limit, resource, detail, total, used, other, free, neededToUpgrade, neededAtPeak, verdict"
OF_A_POOL = "name, count, maxCount, maxSurge, surge, subnetId, blocks"
OF_ROUTES = "tableId, managed, associated, ofNodes, custom, missing, stale, wrongNextHop"


def report() -> CheckReport:
    """Of a cluster of two pools."""
    context = World(
        [Pool("system", 3, mode="System"), Pool("user", 42, most=60, surge="33%")], prefixlens=[26]
    ).context()
    routes = RouteNames(ResourceId(TABLE), True, True, 45, 3, [], ["gone"], [])
    return CheckReport(
        cluster=context.cluster,
        limits=context.limits,
        findings=(),
        can_upgrade=can_upgrade(context.limits),
        can_scale_by=14,
        limited_by="subnet",
        routes=routes,
        subnets={"system": "/s", "user": "/s"},
        nodes={"system": 3, "user": 42},
        at="2026-11-26T08:00:00+00:00",
        today=date(2026, 11, 26),
        requests=12,
        not_looked_at=[],
    )


def test_the_answer_has_its_keys_in_their_order() -> None:
    answer = check_answer(report())
    assert ", ".join(answer) == KEYS
    assert {", ".join(each) for each in answer["limits"]} == {OF_A_LIMIT}
    assert {", ".join(each) for each in answer["pools"]} == {OF_A_POOL}
    assert ", ".join(answer["routes"]) == OF_ROUTES
    assert answer["retirement"] == {"date": "2028-03-31", "daysLeft": 491}
    assert (answer["nodeCount"], answer["maxNodeCount"], answer["surgeNodes"]) == (45, 63, 15)


def test_the_table_has_a_row_a_limit() -> None:
    rows = check_table(check_answer(report()))
    assert [[*map(str, row.values())] for row in rows][:4] == [
        ["subnet", "n0 10.100.0.0/26", "59", "45", "14", "15", "84", "no: an upgrade lacks 1"],
        ["podCidr", "10.240.0.0/16", "256", "45", "211", "15", "84", "yes"],
        ["routes", "aks-agentpool-12345678-routetable", "400", "45", "355", "15", "84", "yes"],
        ["nodes", "c", "399", "45", "354", "15", "84", "yes"],
    ]
    assert list(rows[0]) == ["Limit", "Resource", "Total", "Used", "Free", "ToUpgrade", "AtPeak", "Verdict"]


def test_what_is_not_known_is_null_and_an_empty_cell() -> None:
    world = World([Pool("a", 3)])
    world.changed = {"/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/usages": []}
    unknown = replace(report(), limits=world.context().limits, routes=None)
    limits = check_answer(unknown)["limits"]
    assert [(each["total"], each["free"], each["verdict"]) for each in limits][-1] == (None, None, "not looked at")

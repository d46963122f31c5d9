"""The verdict on a cluster's routes: proven, not proven for want of a look, or seen to be missing."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from netaddr import IPNetwork

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.checks import node_routes
from azext_kubenet.errors import Refused
from tests.real.wire import no_waiting

NAMES = Names("s", "app (web)", "kube", "net", "nodes", "app (web)", "s")
GROUP = "MC_app_kube_westeurope"
TABLE = f"/subscriptions/s/resourceGroups/{GROUP}/providers/Microsoft.Network/routeTables/agent"
OTHERS = "/subscriptions/s/resourceGroups/MC_other/providers/Microsoft.Network/routeTables/agent"
JOBS = f"{NAMES.vnet_id}/subnets/jobs"
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=timezone.utc)


class Clock(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return NOW.astimezone(tz)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_routes, "datetime", Clock)


class Wire:
    """Stands in for the Door: bodies, errors or None by id; counts looks."""

    def __init__(self, bodies: dict[str, Any]):
        self.bodies, self.looks = {key.lower(): body for key, body in bodies.items()}, 0
        self.retry_policy = RetryPolicy(60, lambda _: None)

    def list(self, path: str, _: str = "") -> Any:
        found = self.bodies.get(path.lower(), [])
        if isinstance(found, Exception):
            raise found
        return found

    def get(self, path: str, _: str = "") -> Any:
        self.looks += 1
        found = self.bodies[path.lower()]
        if isinstance(found, Exception):
            raise found
        return found


def subnet(table: str = "") -> dict[str, Any]:
    return {"properties": {"routeTable": {"id": table}} if table else {}}


def routes(*prefixes: str) -> dict[str, Any]:
    return {"properties": {"routes": [{"properties": {"addressPrefix": each}} for each in prefixes]}}


THREE = routes("10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24", "0.0.0.0/0")


def verdict(bodies: dict[str, Any], cluster: Any = None, before: str = "", group: str = GROUP) -> Any:
    """What is said of the routes, and how often it looked."""
    there = Cluster.parse(cluster) if cluster else None
    nodes = there.running_nodes if there else 3
    expected = node_routes.ExpectedRoutes(NAMES, IPNetwork("10.244.0.0/16"), there, nodes, ResourceId(before))
    wire: Any = Wire(bodies)
    with no_waiting():
        try:
            return node_routes.verify_node_routes(wire, expected, group, lambda _: None), wire.looks
        except Refused as refusal:
            return refusal, wire.looks


def existing(hours: float | None = None, **pool: Any) -> dict[str, Any]:
    pools = [{"name": "nodepool1", "count": 3, "vnetSubnetID": NAMES.subnet_id}, *([pool] if pool else [])]
    body: dict[str, Any] = {"properties": {"agentPoolProfiles": pools}}
    if hours is not None:
        body["systemData"] = {"createdAt": (NOW - timedelta(hours=hours)).isoformat()}
    return body


def test_every_node_with_its_route_in_the_cluster_s_own_table_is_proven() -> None:
    assert verdict({NAMES.subnet_id: subnet(TABLE), TABLE: THREE})[0] == []


@pytest.mark.parametrize("answer", [*(AzureError(each, "X", "no") for each in (0, 401, 403, 429, 500, 503)), None])
@pytest.mark.parametrize("which", ["the subnet", "the table", "the subnet of another pool"])
def test_what_cannot_be_looked_at_is_a_warning_with_a_command(which: str, answer: Any) -> None:
    bodies = {NAMES.subnet_id: subnet(TABLE), TABLE: THREE, JOBS: subnet(TABLE)}
    bodies[{"the subnet": NAMES.subnet_id, "the table": TABLE}.get(which, JOBS)] = answer
    found, _ = verdict(bodies, existing(name="jobs", count=0, vnetSubnetID=JOBS))
    (finding,) = found
    assert (finding.rule, str(finding.severity)) == ("not-proven", "warning")
    words = shlex.split(finding.recommendation.partition("run: ")[2])
    assert words[:2] == ["az", "network"]
    assert ("--ids" in words) is (which != "the table"), "az network route-table route list has no --ids"


# what is seen, of which cluster, what is missing
MISSING: tuple[tuple[str, dict[str, Any], Any], ...] = (
    ("no table", {NAMES.subnet_id: subnet()}, None),
    ("a route too few", {NAMES.subnet_id: subnet(TABLE), TABLE: routes("10.244.0.0/24", "10.244.1.0/24")}, None),
    ("a range twice", {NAMES.subnet_id: subnet(TABLE), TABLE: routes(*["10.244.0.0/24"] * 3)}, None),
    ("no routes at all", {NAMES.subnet_id: subnet(TABLE), TABLE: {"properties": {}}}, None),
    ("the table of another cluster", {NAMES.subnet_id: subnet(OTHERS), OTHERS: THREE}, None),
    ("another pool's subnet without the table", {NAMES.subnet_id: subnet(TABLE), TABLE: THREE, JOBS: subnet()},
     existing(name="jobs", count=0, vnetSubnetID=JOBS)),
    ("another pool's subnet with another table", {NAMES.subnet_id: subnet(TABLE), TABLE: THREE, JOBS: subnet(OTHERS)},
     existing(name="jobs", count=0, vnetSubnetID=JOBS)),
)  # fmt: skip


@pytest.mark.parametrize(("bodies", "cluster"), [row[1:] for row in MISSING], ids=[row[0] for row in MISSING])
def test_what_is_seen_to_be_missing_is_a_refusal_with_a_remedy(bodies: dict[str, Any], cluster: Any) -> None:
    found, _ = verdict(bodies, cluster)
    assert isinstance(found, Refused)
    assert "az network " in found.recommendations[0]


def test_a_table_that_was_on_the_subnet_before_is_the_cluster_s() -> None:
    assert verdict({NAMES.subnet_id: subnet(OTHERS), OTHERS: THREE}, before=OTHERS.upper())[0] == []


def test_whose_table_it_is_is_not_asked_where_the_node_group_is_not_known() -> None:
    assert verdict({NAMES.subnet_id: subnet(OTHERS), OTHERS: THREE}, group="")[0] == []


@pytest.mark.parametrize(("hours", "waits"), [(None, True), (0.01, True), (5, False)])
def test_waiting_is_for_clusters_whose_routes_may_still_come(hours: float | None, waits: bool) -> None:
    found, looks = verdict({NAMES.subnet_id: subnet()}, existing(hours))
    assert isinstance(found, Refused)
    assert (looks > 1) is waits


MANAGED = f"/subscriptions/s/resourceGroups/{GROUP}/providers/Microsoft.Network/routeTables"
EVERY = "/subscriptions/s/providers/Microsoft.Network/routeTables"
CORP = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/routeTables/corp"
REFUSED = AzureError(403, "AuthorizationFailed", "no")


def table_of(table: str, *prefixes: str) -> dict[str, Any]:
    return {"id": table, **routes(*prefixes)}


# what may be listed; the table to attach, and whether the tables are listed
ATTACH = (
    ({MANAGED: [table_of(TABLE)]}, f"--route-table {TABLE}"),
    ({MANAGED: [table_of(TABLE)], EVERY: [table_of(CORP, "10.244.0.0/24")]}, f"--route-table {TABLE}"),
    ({EVERY: [table_of(OTHERS, "10.245.0.0/24"), table_of(CORP, "10.244.0.0/24")]}, f"--route-table {CORP}"),
    ({EVERY: [table_of(OTHERS, "10.244.1.0/24"), table_of(CORP, "10.244.0.0/24")]}, f"one of {OTHERS} and {CORP}"),
    (
        {MANAGED: REFUSED, EVERY: REFUSED},
        "az resource list --subscription s --resource-type Microsoft.Network/routeTables",
    ),
    ({}, "az resource list --subscription s --resource-type Microsoft.Network/routeTables"),
)


@pytest.mark.parametrize(("listed", "told"), ATTACH)
def test_the_table_to_attach_is_the_one_that_the_cluster_was_created_with(listed: dict[str, Any], told: str) -> None:
    found, _ = verdict({NAMES.subnet_id: subnet(), **listed})
    assert told in "\n".join(found.recommendations)
    assert "[0].id" not in found.recommendations[0]
    assert any("correct the code that detached it" in each for each in found.recommendations)


def test_the_node_without_a_route_is_named() -> None:
    scale_set = f"/subscriptions/s/resourceGroups/{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets"
    machine = f"{scale_set}/aks-pool-7-vmss/virtualMachines/{{}}/networkInterfaces/nic/ipConfigurations/one"
    machines = [machine.format(at) for at in (0, 1, 36)]
    shown = {"properties": {"routeTable": {"id": TABLE}, "ipConfigurations": [{"id": each} for each in machines]}}
    named = [("aks-pool-7-vmss000000____1024400024", "10.244.0.0/24"), ("AKS-pool-7-vmss000010", "10.244.1.0/24")]
    table = {"properties": {"routes": [{"name": name, "properties": {"addressPrefix": each}} for name, each in named]}}
    found, _ = verdict({NAMES.subnet_id: shown, TABLE: table})
    assert "2 node routes for 3 nodes: pods on the others (aks-pool-7-vmss000001)" in str(found)
    assert not any("delete" in each and "az " in each for each in found.recommendations)


def test_an_old_cluster_is_not_told_to_wait() -> None:
    old = existing(72)
    found, _ = verdict({NAMES.subnet_id: subnet(TABLE), TABLE: routes("10.244.0.0/24")}, old)
    assert not any("run the command again" in each for each in found.recommendations)

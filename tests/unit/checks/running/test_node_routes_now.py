"""Routes that nodes lack, that are left over, or that lead elsewhere: what is told, and why, and what mends it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import node_routes_now
from azext_kubenet.checks.running.running_context import RunningContext
from tests.unit.checks.running.world import SUBSCRIPTION, TABLE, Pool, Reader, World, route

LOG = f"{SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values"
LOCKS = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"
RECONCILE = "az aks update -g g -n c --yes"


class Twice(Reader):
    """Answers again, with what has changed meanwhile."""

    later: World | None = None
    waited: float = 0.0

    def again(self, read: Any, after: float) -> Any:
        """A second look."""
        self.waited += after
        world = self.later or self.world
        return world.answers().get(read.path)


def told(world: World, name: str, later: World | None = None) -> list[Problem | Unreadable]:
    """What a check finds."""
    context = world.context()
    reader = Twice(world)
    reader.later = later
    context = RunningContext(reader, context.body, context.seen)  # type: ignore[arg-type]
    check = next(each for each in node_routes_now.CHECKS if each.name == name)
    return [*check.run(context)]


def one(world: World, name: str, later: World | None = None) -> Problem:
    """The one problem that it finds."""
    (found,) = told(world, name, later)
    assert isinstance(found, Problem), found
    return found


def lacking(**more: Any) -> World:
    """Three nodes, the last without a route."""
    world = World([Pool("a", 3)], **more)
    world.routes_changed = world.routes()[:2]
    return world


def failed(code: str, message: str = "") -> dict[str, Any]:
    """A failed write of the table."""
    text = json.dumps({"error": {"code": code, "message": message}})
    return {
        "status": {"value": "Failed"},
        "eventTimestamp": "2026-11-26T12:04:00Z",
        "properties": {"statusMessage": text},
    }


LOCK = f"{TABLE}/providers/Microsoft.Authorization/locks/keep"
POLICY = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/tags"
# why, what Azure shows, what is said, what is printed
CAUSES: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("nothing is shown", {}, "pods there cannot be reached from other nodes", RECONCILE),
    ("a policy", {LOG: [failed("RequestDisallowedByPolicy", f"by {POLICY}")]},
     "writes of the table have failed since 2026-11-26T12:04: RequestDisallowedByPolicy",
     f"az policy exemption create -n kubenet-routes --exemption-category Waiver --policy-assignment {POLICY} --scope "
     f"{TABLE} && {RECONCILE}"),
    ("a lock", {LOCKS: [{"id": LOCK, "properties": {"level": "ReadOnly"}}]},
     "as lock keep forbids to write the table",
     f"az lock delete --ids {LOCK} && {RECONCILE}"),
    ("a lost right", {LOG: [failed("AuthorizationFailed")]}, "AuthorizationFailed",
     'az role assignment create --assignee-object-id p --assignee-principal-type ServicePrincipal --role '
     f'"Network Contributor" --scope {TABLE} && {RECONCILE}'),
    ("something else", {LOG: [failed("InternalServerError")]}, "InternalServerError", RECONCILE),
)  # fmt: skip


@pytest.mark.parametrize(("shown", "said", "printed"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES])
def test_a_node_without_a_route_is_told_with_the_cause_that_azure_shows(
    shown: dict[str, Any], said: str, printed: str
) -> None:
    found = one(lacking(changed=shown), "routes-missing")
    assert found.message.startswith("node aks-a-12345678-vmss000002 (10.100.0.6) has no route in ")
    assert said in found.message
    assert (found.recommendation, found.severity) == (printed, None)


def test_a_left_over_route_that_is_in_the_way_is_deleted_first() -> None:
    world = World([Pool("a", 3)], stale=1, changed={LOG: [failed("RouteConflict")]})
    world.routes_changed = [each for number, each in enumerate(world.routes()) if number != 2]
    found = one(world, "routes-missing")
    assert found.recommendation == (
        "az network route-table route delete --subscription s -g MC_g_c_r --route-table-name "
        f"aks-agentpool-12345678-routetable -n aks-gone-12345678-vmss000000____3 && {RECONCILE}"
    )


def test_a_route_that_comes_within_the_half_minute_is_not_missing() -> None:
    assert told(lacking(), "routes-missing", later=World([Pool("a", 3)])) == []


def test_a_node_that_goes_within_the_half_minute_lacks_nothing() -> None:
    assert told(lacking(), "routes-missing", later=World([Pool("a", 2)])) == []


def test_while_the_cluster_is_being_changed_a_missing_route_is_a_warning() -> None:
    found = one(lacking(cluster_changed={"provisioningState": "Updating"}), "routes-missing")
    assert found.severity is Severity.WARNING
    assert "they may still come" in found.message


def test_what_could_not_be_read_is_said_and_nothing_is_missing() -> None:
    world = World([Pool("a", 3)], hidden={TABLE: AzureError(403, "AuthorizationFailed", "no")})
    assert [type(each) for each in told(world, "routes-missing")] == [Unreadable]


# what it is, the routes, the check, what is said, what is printed
ON = "--subscription s -g MC_g_c_r --route-table-name aks-agentpool-12345678-routetable"
DELETE = f"az network route-table route delete {ON} -n"
FIRST = "aks-a-12345678-vmss000000____0"
GONE = ("aks-a-12345678-vmss00000x", "aks-a-12345678-vmss00000y")
ROUTES: tuple[tuple[str, list[dict[str, Any]], str, str, str], ...] = (
    ("one is left over", [route(f"{GONE[0]}____9", "10.240.9.0/24", "10.1.1.1")], "routes-stale",
     "keeps 1 route of nodes that are gone", f"{DELETE} {GONE[0]}____9"),
    ("two are left over", [route(name, f"10.240.{at}.0/24", "") for at, name in enumerate(GONE, 7)], "routes-stale",
     "keeps 2 routes", f'for ROUTE in {GONE[0]} {GONE[1]}; do {DELETE} "$ROUTE"; done'),
    ("one of two for a block leads to a node", [route("by-hand", "10.240.0.0/24", "10.1.1.1")], "routes-of-one-block",
     f"2 routes for 10.240.0.0/24: {FIRST} (10.240.0.0/24) and by-hand", f"{DELETE} by-hand"),
    ("one of the user's own is inside", [route("to-lab", "10.240.9.0/24", "10.1.1.1")], "routes-in-pod-cidr",
     "has 1 route inside the pod CIDR 10.240.0.0/16", f"{DELETE} to-lab"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("more", "name", "said", "printed"), [row[1:] for row in ROUTES], ids=[row[0] for row in ROUTES]
)
def test_a_route_that_should_not_be_there_is_told_with_what_deletes_it(
    more: list[dict[str, Any]], name: str, said: str, printed: str
) -> None:
    world = World([Pool("a", 3)])
    world.routes_changed = [*world.routes(), *more]
    found = one(world, name)
    assert said in found.message
    assert found.recommendation == printed
    others = [check.name for check in node_routes_now.CHECKS if check.name != name and told(world, check.name)]
    assert others == []


def test_a_route_that_leads_elsewhere_is_led_back() -> None:
    world = World([Pool("a", 2)])
    world.routes_changed = [route(FIRST, "10.240.0.0/24", "10.7.7.7"), world.routes()[1]]
    found = one(world, "routes-wrong-next-hop")
    assert found.recommendation == (
        f"az network route-table route update {ON} -n {FIRST} --next-hop-ip-address 10.100.0.4"
    )


def test_a_route_of_the_users_own_is_custom_and_no_fault() -> None:
    world = World([Pool("a", 3)], custom=3)
    assert [check.name for check in node_routes_now.CHECKS if told(world, check.name)] == []

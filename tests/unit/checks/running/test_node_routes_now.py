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
from tests.support.printed import commands
from tests.unit.checks.running.world import CLUSTER, NETWORK, NODES, SUBSCRIPTION, TABLE, Pool, Reader, World, route

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
     "writes of the table have failed since 2026-11-26T12:04: RequestDisallowedByPolicy, by policy assignment tags",
     f"az policy exemption create -n kubenet-routes --exemption-category Waiver --policy-assignment {POLICY} --scope "
     f"{TABLE} && {RECONCILE}"),
    ("a lock", {LOCKS: [{"id": LOCK, "properties": {"level": "ReadOnly"}}]},
     "as lock keep forbids to write the table",
     f"have an administrator remove the lock, if it can go: az lock delete --ids {LOCK} && {RECONCILE}"),
    ("a lost right", {LOG: [failed("AuthorizationFailed")]}, "AuthorizationFailed",
     'az role assignment create --assignee-object-id p --assignee-principal-type ServicePrincipal --role '
     f'"Network Contributor" --scope {TABLE} && {RECONCILE}'),
    ("policies that contradict each other, of which none is named", {LOG: [failed("AmbiguousPolicyEvaluationPaths")]},
     "AmbiguousPolicyEvaluationPaths",
     "az policy exemption create -n kubenet-routes --exemption-category Waiver --policy-assignment ASSIGNMENT_ID "
     f"--scope {TABLE} && {RECONCILE}"),
    ("a lock on the node resource group", {LOCKS: [{"id": LOCK.replace(TABLE, NODES), "properties": {"level":
     "ReadOnly"}}]}, "as lock keep forbids",
     "have an administrator remove the lock, if it can go: "
     f"az lock delete --ids {LOCK.replace(TABLE, NODES)} && {RECONCILE}"),
    ("a lock against deletion, or on what is none of the cluster's",
     {LOCKS: [{"id": LOCK, "properties": {"level": "CanNotDelete"}},
              {"id": LOCK.replace(TABLE, f"{SUBSCRIPTION}/resourceGroups/x"), "properties": {"level": "ReadOnly"}}]},
     "pods there cannot be reached from other nodes", RECONCILE),
    ("a left-over route in the way, which is not seen", {LOG: [failed("RouteConflict")]}, "RouteConflict", RECONCILE),
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


@pytest.mark.parametrize("state", ["Updating", "Upgrading", "Scaling", "upgrading"])
def test_while_the_cluster_is_being_changed_a_missing_route_is_a_warning(state: str) -> None:
    found = one(lacking(cluster_changed={"provisioningState": state}), "routes-missing")
    assert found.severity is Severity.WARNING
    assert "they may still come" in found.message


@pytest.mark.parametrize("state", ["Succeeded", "Failed", "Canceled", ""])
def test_once_a_change_has_ended_however_it_is_an_error(state: str) -> None:
    found = one(lacking(cluster_changed={"provisioningState": state}), "routes-missing")
    assert (found.severity, "still come" in found.message) == (None, False)


def test_what_may_not_be_read_of_the_cause_makes_the_advice_poorer_and_is_no_finding() -> None:
    refused = AzureError(403, "AuthorizationFailed", "no")
    found = one(lacking(hidden={LOG: refused, LOCKS: refused}), "routes-missing")
    assert found.recommendation == RECONCILE


def test_the_half_minute_is_waited_once_and_only_where_something_is_missing() -> None:
    for world, seconds in ((lacking(), 35.0), (World([Pool("a", 3)]), 0.0)):
        reader, context = Twice(world), world.context()
        context = RunningContext(reader, context.body, context.seen)  # type: ignore[arg-type]
        assert len([*node_routes_now.CHECKS[0].run(context)]) == (1 if seconds else 0)
        assert reader.waited == seconds


def test_many_nodes_are_counted_and_five_of_them_named() -> None:
    world = World([Pool("a", 9)])
    world.routes_changed = []
    found = one(world, "routes-missing")
    assert found.message.count("aks-a-12345678-vmss") == 5
    assert " and 4 more have no route in " in found.message


def test_what_could_not_be_read_is_said_and_nothing_is_missing() -> None:
    world = World([Pool("a", 3)], hidden={TABLE: AzureError(403, "AuthorizationFailed", "no")})
    assert [type(each) for each in told(world, "routes-missing")] == [Unreadable]


# what it is, the routes, the check, what is said, what is printed
ON = "--subscription s -g MC_g_c_r --route-table-name aks-agentpool-12345678-routetable"
DELETE = f"az network route-table route delete {ON} -n"
FIRST = "aks-a-12345678-vmss000000____0"
THEIRS, INSPECT = "aks-a-87654321-vmss000000", "az kubenet check -g g -n c --inspect-cluster"
GONE = ("aks-a-12345678-vmss00000x", "aks-a-12345678-vmss00000y")
ROUTES: tuple[tuple[str, list[dict[str, Any]], str, str, str], ...] = (
    ("one is left over", [route(f"{GONE[0]}____9", "10.240.9.0/24", "10.1.1.1")], "routes-stale",
     "keeps 1 route of nodes that are gone", f"{DELETE} {GONE[0]}____9"),
    ("two are left over", [route(name, f"10.240.{at}.0/24", "") for at, name in enumerate(GONE, 7)], "routes-stale",
     "keeps 2 routes", f'for ROUTE in {GONE[0]} {GONE[1]}; do {DELETE} "$ROUTE"; done'),
    ("one of two for a block leads to a node", [route("by-hand", "10.240.0.0/24", "10.1.1.1")], "routes-of-one-block",
     f"2 routes for 10.240.0.0/24: {FIRST} (10.240.0.0/24) and by-hand", f"{DELETE} by-hand"),
    ("one of two for a block is left over", [route(f"{GONE[0]}____0", "10.240.0.0/24", "10.1.1.1")],
     "routes-of-one-block", "a node's route may be refused for the other", f"{DELETE} {GONE[0]}____0"),
    ("both of a block are left over", [route(f"{name}____9", "10.240.9.0/24", "10.1.1.1") for name in GONE],
     "routes-of-one-block", "2 routes for 10.240.9.0/24",
     f'for ROUTE in {GONE[0]}____9 {GONE[1]}____9; do {DELETE} "$ROUTE"; done'),
    ("one of the user's own takes a part of a node's block", [route("to-lab", "10.240.0.128/25", "10.1.1.1")],
     "routes-in-pod-cidr", "for parts of blocks of nodes: pods there cannot be reached", f"{DELETE} to-lab"),
    ("those of another cluster's nodes", [route(f"{THEIRS}____5", "10.99.5.0/24", "10.1.1.1")],
     "routes-of-other-nodes", "1 route of nodes of another cluster, and only subnets of cluster c have the table",
     f"{DELETE} {THEIRS}____5"),
    ("one of another cluster's node inside the pod CIDR", [route(f"{THEIRS}____5", "10.240.99.0/24", "10.1.1.1")],
     "routes-of-other-nodes", f"{THEIRS}____5 (10.240.99.0/24)", f"{DELETE} {THEIRS}____5"),
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
    assert printed in found.recommendation
    assert commands(found.recommendation) == [printed]
    others = [check.name for check in node_routes_now.CHECKS if check.name != name and told(world, check.name)]
    assert others == []


def test_a_route_that_leads_elsewhere_is_led_back() -> None:
    world = World([Pool("a", 2)])
    world.routes_changed = [route(FIRST, "10.240.0.0/24", "10.7.7.7"), world.routes()[1]]
    found = one(world, "routes-wrong-next-hop")
    assert found.recommendation == (
        f"az network route-table route update {ON} -n {FIRST} --next-hop-type VirtualAppliance "
        "--next-hop-ip-address 10.100.0.4"
    )


def test_a_route_of_the_users_own_is_custom_and_no_fault() -> None:
    world = World([Pool("a", 3)], custom=3)
    assert [check.name for check in node_routes_now.CHECKS if told(world, check.name)] == []


def test_where_two_routes_for_a_block_lead_to_two_nodes_it_is_an_error_and_neither_is_deleted() -> None:
    world = World([Pool("a", 2)])
    first, second = world.routes()
    world.routes_changed = [first, {**second, "properties": {**second["properties"], "addressPrefix": "10.240.0.0/24"}}]
    found = one(world, "routes-of-one-block")
    assert (found.severity, commands(found.recommendation)) == (None, [INSPECT])


def test_where_a_block_is_no_nodes_two_routes_for_it_are_a_warning() -> None:
    world = World([Pool("a", 1)])
    world.routes_changed = [*world.routes(), *(route(f"{name}____9", "10.240.9.0/24", "") for name in GONE)]
    assert one(world, "routes-of-one-block").severity is Severity.WARNING


@pytest.mark.parametrize(("prefix", "severity"), [("10.240.99.0/24", Severity.WARNING), ("10.240.0.64/26", None),
                                                  ("10.240.0.0/20", Severity.WARNING)])  # fmt: skip
def test_a_route_of_the_users_own_is_an_error_where_it_takes_traffic_of_a_node(
    prefix: str, severity: Severity | None
) -> None:
    world = World([Pool("a", 2)])
    world.routes_changed = [*world.routes(), route("mine", prefix, "10.1.1.1")]
    assert one(world, "routes-in-pod-cidr").severity is severity


def test_of_a_dual_stack_cluster_routes_for_ipv6_are_no_fault_and_make_up_for_no_other() -> None:
    world = World([Pool("a", 2)])
    plain = world.routes()
    sixth = [route(f"{each['name'].split('____')[0]}____fd0012", "fd00:12::/64", "fd00::4") for each in plain]
    world.routes_changed = [*plain, *sixth]
    assert [check.name for check in node_routes_now.CHECKS if told(world, check.name)] == []
    world.routes_changed = [plain[0], *sixth]
    assert "vmss000001" in one(world, "routes-missing").message


def test_routes_of_others_are_not_told_twice_where_they_live_on_the_same_table() -> None:
    world = World([Pool("a", 2)])
    world.routes_changed = [*world.routes(), route(f"{THEIRS}____5", "10.99.5.0/24", "10.1.1.1")]
    assert told(world, "routes-of-other-nodes")
    table = world.table()
    table["properties"]["subnets"].append({"id": "/subscriptions/s/x"})
    world.changed[TABLE] = table
    assert not told(world, "routes-of-other-nodes")


def test_of_a_table_in_another_subscription_the_commands_name_it() -> None:
    elsewhere = TABLE.replace(SUBSCRIPTION, "/subscriptions/other")
    world = World([Pool("a", 2)], stale=1, subnets_changed={"routeTable": {"id": elsewhere}})
    world.changed = {elsewhere: {**world.table(), "id": elsewhere}}
    assert " --subscription other -g MC_g_c_r " in one(world, "routes-stale").recommendation


def test_of_two_routes_for_a_block_that_of_another_clusters_node_is_not_simply_deleted() -> None:
    world = World([Pool("a", 2)])
    world.routes_changed = [*world.routes(), route(f"{THEIRS}____0", "10.240.0.0/24", "10.1.1.1")]
    assert commands(one(world, "routes-of-one-block").recommendation) == [INSPECT]
    assert one(world, "routes-of-other-nodes").recommendation.startswith("see whether that cluster is still there: ")


# -- what is read side by side may be of two moments, and some of it may be hidden


def test_a_node_whose_machine_is_still_being_made_is_a_warning() -> None:
    world = lacking()
    path = f"{CLUSTER}/agentPools/a/machines"
    listed = world.answers()[path]
    listed[2]["properties"]["provisioningState"] = "Creating"
    world.changed[path] = listed
    found = one(world, "routes-missing", later=world)
    assert found.severity is Severity.WARNING
    assert "the machines are still being made" in found.message


def test_a_route_to_any_address_of_its_node_is_right() -> None:
    world = World([Pool("a", 2)])
    path = f"{CLUSTER}/agentPools/a/machines"
    listed = world.answers()[path]
    for each in listed:
        network = each["properties"]["network"]
        network["ipAddresses"] = [{"ip": "20.1.2.3"}, *network["ipAddresses"]]
    world.changed[path] = listed
    assert told(world, "routes-wrong-next-hop") == []
    world.routes_changed = [route(FIRST, "10.240.0.0/24", "10.7.7.7"), world.routes()[1]]
    assert "--next-hop-ip-address 10.100.0.4" in one(world, "routes-wrong-next-hop").recommendation


def fresh(hidden: bool) -> World:
    """A pool that came after the cluster was read: its node's route is there, and its address in the subnet."""
    world = World([Pool("a", 2)], stale=1)
    body = world.network()
    machine = f"{NODES}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-gone-12345678-vmss/virtualMachines/0"
    subnet = body["properties"]["subnets"][0]
    subnet["properties"]["ipConfigurations"].append({"id": f"{machine}/networkInterfaces/x/ipConfigurations/i"})
    world.changed[NETWORK] = body
    if hidden:
        world.hidden[NETWORK] = AzureError(403, "AuthorizationFailed", "no")
        world.changed[world.subnet_id(0)] = subnet
    return world


@pytest.mark.parametrize("hidden", [False, True], ids=["network shown", "subnet alone shown"])
@pytest.mark.parametrize("rule", ["routes-stale", "routes-of-one-block"])
def test_the_route_of_a_node_that_came_meanwhile_is_never_deleted(hidden: bool, rule: str) -> None:
    world = fresh(hidden)
    if rule == "routes-of-one-block":
        routes = world.routes()
        twice = {**routes[0], "properties": {**routes[-1]["properties"]}}
        world.routes_changed = [*routes[1:], {**twice, "name": "aks-a-12345678-vmss000000____0"}]
    assert "delete" not in "".join(each.recommendation for each in told(world, rule) if isinstance(each, Problem))


def test_while_the_cluster_is_being_changed_no_route_of_a_block_is_deleted() -> None:
    world = World([Pool("a", 2)], stale=1, cluster_changed={"provisioningState": "Upgrading"})
    routes = world.routes()
    world.routes_changed = [
        *routes,
        route("aks-a-12345678-vmss000000____9", routes[-1]["properties"]["addressPrefix"], ""),
    ]
    assert "delete" not in one(world, "routes-of-one-block").recommendation

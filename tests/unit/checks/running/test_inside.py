"""What only the cluster's own API shows: each fault is found by its check alone, and a healthy cluster has none."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import inside
from azext_kubenet.discovery.inside_cluster import Budget, Condition, InsideCluster, InsideNode
from azext_kubenet.discovery.inside_command import Part
from azext_kubenet.discovery.inspection import NotInspected
from tests.unit.checks.running.world import NODES, TABLE, Pool, World, route

READY = Condition("Ready", "True", "KubeletReady")
UNKNOWN = Condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
CUT_OFF = Condition("NetworkUnavailable", "True", "NoRouteCreated")
FIRST = "aks-one-12345678-vmss000000"
PLACE = "--subscription s -g MC_g_c_r --route-table-name aks-agentpool-12345678-routetable"
HOP = "--next-hop-type VirtualAppliance --next-hop-ip-address 10.100.0.4"
INVOKE = "az aks command invoke -g g -n c --command"
PATCH = "\"kubectl patch pdb web -n shop --type merge -p '{spec: {%s}}'\""


def healthy(world: World) -> list[InsideNode]:
    """The nodes of a world, as its cluster shows them."""
    blocks = [each["properties"]["addressPrefix"] for each in World.routes(world)]
    return [
        InsideNode(name, IPNetwork(block), address, 10**6, (READY,))
        for (_, name, address, _), block in zip(world.nodes(), blocks, strict=False)
    ]


def a_world() -> World:
    return World([Pool("one", 3), Pool("two", 2)])


def found(world: World, seen: InsideCluster | NotInspected | None) -> dict[str, list[Any]]:
    """What the checks see that see anything."""
    context = world.context(inside=seen)
    all_found: dict[str, list[Any]] = {}
    for check in inside.CHECKS:
        try:
            each: list[Any] = [*check.run(context)]
        except Unreadable as hidden:
            each = [hidden]
        if each:
            all_found[check.name] = each
    return all_found


def with_first(**changes: Any) -> InsideCluster:
    """A healthy cluster but for its first node."""
    first, *others = healthy(a_world())
    return InsideCluster(nodes=(first._replace(**changes), *others))


def with_budget(**changes: Any) -> InsideCluster:
    held = Budget("shop", "web", "3", "", 3, 3, 3)
    return InsideCluster(nodes=tuple(healthy(a_world())), budgets=(held._replace(**changes),))


def rerouted(*routes: dict[str, Any]) -> World:
    """A world whose first node has other routes, or none."""
    world = a_world()
    world.routes_changed = [*routes, *world.routes()[1:]]
    return world


def test_nobody_looks_without_being_asked() -> None:
    assert found(a_world(), None) == {}


def test_a_healthy_cluster_has_no_fault() -> None:
    assert found(a_world(), InsideCluster(nodes=tuple(healthy(a_world())))) == {}


NAME, BLOCK = f"{FIRST}____102400024", "10.240.0.0/24"
# the fault, the world, what its cluster shows, the check, words of the message, what is typed last
FAULTS: tuple[tuple[str, World, InsideCluster, str, str, str], ...] = (
    ("not ready", a_world(), with_first(conditions=(UNKNOWN,)), "nodes-not-ready",
     "is not Ready: its condition is Unknown (NodeStatusUnknown: Kubelet stopped",
     "az vmss restart --subscription s -g MC_g_c_r -n aks-one-12345678-vmss --instance-ids 0"),
    ("no condition", a_world(), with_first(conditions=()), "nodes-not-ready", "its condition is Unknown", ""),
    ("network unavailable with a route", a_world(), with_first(conditions=(READY, CUT_OFF)),
     "node-network-unavailable", "NetworkUnavailable (NoRouteCreated)", "az aks update -g g -n c --yes"),
    ("no route", rerouted(), with_first(conditions=(READY, CUT_OFF)), "pod-cidr-of-node", "leads there",
     f"az network route-table route create {PLACE} -n {NAME} --address-prefix {BLOCK} {HOP}"),
    ("its route leads elsewhere", rerouted(route(NAME, BLOCK, "10.100.0.5")), with_first(), "pod-cidr-of-node",
     "to 10.100.0.5 of node aks-one-12345678-vmss000001",
     f"az network route-table route update {PLACE} -n {NAME} {HOP}"),
    ("a route of a node that is gone", rerouted(route("aks-old-1-vmss000000", BLOCK, "10.9.9.9")), with_first(),
     "pod-cidr-of-node", "leads them to 10.9.9.9",
     f"az network route-table route delete {PLACE} -n aks-old-1-vmss000000 && "
     f"az network route-table route create {PLACE} -n {NAME} --address-prefix {BLOCK} {HOP}"),
    ("its route is for another block", rerouted(route(NAME, "10.240.99.0/24", "10.100.0.4")), with_first(),
     "pod-cidr-of-node", f"leads there: its route {NAME} is for 10.240.99.0/24",
     f"az network route-table route delete {PLACE} -n {NAME} && "
     f"az network route-table route create {PLACE} -n {NAME} --address-prefix {BLOCK} {HOP}"),
    ("no block", rerouted(), with_first(block=None, conditions=(UNKNOWN, CUT_OFF)), "pod-cidr-of-node",
     "has no part of the pod CIDR", "az aks update -g g -n c --yes"),
    ("a budget that never allows any", a_world(), with_budget(), "pdb-blocks-drain", "(minAvailable 3, 3 of 3 pods",
     f"{INVOKE} {PATCH % 'minAvailable: null, maxUnavailable: 1'}"),
    ("a budget of none", a_world(), with_budget(at_least="", unavailable="0", pods=0, healthy=0, wanted=0),
     "pdb-blocks-drain", "maxUnavailable 0",
     f"{INVOKE} {PATCH % 'maxUnavailable: 1'}"),
    ("a budget that waits for pods", a_world(), with_budget(at_least="2", healthy=2, wanted=2), "pdb-blocks-drain",
     "2 of 3 pods healthy", f'{INVOKE} "kubectl get pods -n shop -o wide"'),
)  # fmt: skip


@pytest.mark.parametrize(
    ("world", "seen", "check", "message", "typed"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_fault_is_found_by_its_check_alone(
    world: World, seen: InsideCluster, check: str, message: str, typed: str
) -> None:
    all_found = found(world, seen)
    assert [*all_found] == [check]
    (problem,) = all_found[check]
    assert message in problem.message
    assert problem.recommendation.endswith(typed)
    assert problem.severity is None


def test_what_is_typed_is_words_that_a_shell_takes() -> None:
    (problem,) = found(a_world(), with_budget())["pdb-blocks-drain"]
    words = shlex.split(problem.recommendation.rpartition(": az ")[2])
    patch = shlex.split(words[-1])
    assert patch[-2:] == ["-p", "{spec: {minAvailable: null, maxUnavailable: 1}}"]


def test_a_name_with_a_shell_in_it_does_nothing() -> None:
    (problem,) = found(a_world(), with_budget(name="a$(reboot)`b`"))["pdb-blocks-drain"]
    words = shlex.split(problem.recommendation.rpartition(": az ")[2])
    assert shlex.split(words[-1])[3] == "a$(reboot)`b`"
    assert "'kubectl" in problem.recommendation


def test_a_budget_without_pods_blocks_nothing() -> None:
    assert found(a_world(), with_budget(at_least="1", pods=0, healthy=0, wanted=1)) == {}


def test_a_node_that_has_just_joined_is_a_warning() -> None:
    (problem,) = found(a_world(), with_first(conditions=(UNKNOWN,), age=20))["nodes-not-ready"]
    assert (problem.severity, "joined 20 s ago" in problem.message) == (Severity.WARNING, True)


def test_a_node_is_removed_where_other_nodes_have_every_block() -> None:
    world = World([Pool("one", 4)], pods=22)
    first, *nodes = healthy(world)
    nodes += [first._replace(block=None), first._replace(name="of-another-pool")]
    (problem,) = found(world, InsideCluster(nodes=tuple(nodes)))["pod-cidr-of-node"]
    assert "4 blocks, and other nodes have them all" in problem.message
    typed = f"az aks nodepool delete-machines -g g --cluster-name c -n one --machine-names {FIRST}"
    assert problem.recommendation == f"remove it: {typed}"


def test_many_are_told_once_each_and_the_rest_together() -> None:
    nodes = tuple(InsideNode(f"n{each}", IPNetwork("10.240.0.0/24"), "", 999) for each in range(25))
    problems = found(a_world(), InsideCluster(nodes=nodes))["nodes-not-ready"]
    assert len(problems) == 11
    assert problems[-1].message.startswith("15 more nodes are not Ready: n10, n11")


@pytest.mark.parametrize("part", [Part.NODES, Part.BUDGETS])
def test_what_was_not_seen_is_said_by_each_check_that_needs_it(part: Part) -> None:
    of_part = {check.name for check in inside.CHECKS if (check.name == "pdb-blocks-drain") == (part is Part.BUDGETS)}
    nodes = tuple(healthy(a_world())) if part is Part.BUDGETS else ()
    for seen in (InsideCluster(nodes=nodes, unread={part: "why"}), InsideCluster(nodes=nodes, cut={part: "why"})):
        all_found = found(a_world(), seen)
        assert set(all_found) == of_part
        for (each,) in all_found.values():
            assert isinstance(each, Unreadable)
            assert each.mend


def test_nothing_seen_is_told_with_what_mends_it() -> None:
    all_found = found(a_world(), NotInspected("run command is disabled", "az aks update --enable-run-command"))
    assert set(all_found) == {check.name for check in inside.CHECKS}
    assert {(each.mend, str(each.cause)) for (each,) in all_found.values()} == {
        ("az aks update --enable-run-command", "run command is disabled")
    }


def test_a_table_that_may_not_be_read_is_said() -> None:
    world = a_world()
    world.hidden = {TABLE: AzureError(403, "AuthorizationFailed", "No.")}
    world.changed = {f"{NODES}/providers/Microsoft.Network/routeTables": []}
    (each,) = found(world, InsideCluster(nodes=tuple(healthy(a_world()))))["pod-cidr-of-node"]
    assert isinstance(each, Unreadable)

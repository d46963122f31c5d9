"""What a cluster runs as may do on its subnets and its table: by every way in which it may have a role."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.role_actions import ON_SUBNET, ON_TABLE
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import identity_rights
from azext_kubenet.checks.running.running_context import early_reads
from tests.unit.checks.running.world import ASSIGNMENTS, NETWORK, SUBSCRIPTION, Pool, World, assignment

SUBNETS = (f"{NETWORK}/subnets/n0", f"{NETWORK}/subnets/n1")
TABLE = f"{SUBSCRIPTION}/resourceGroups/net(eu)/providers/Microsoft.Network/routeTables/own"
CUSTOM = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/custom"
REFUSED = AzureError(403, "AuthorizationFailed", "no")
_GRANT = re.compile(r"az role assignment create --assignee-object-id (\S+) --assignee-principal-type ServicePrincipal "
                    r"--role \"Network Contributor\" --scope '?([^' ]+)'?")  # fmt: skip


def given_roles(*assignments: dict[str, Any], own_table: bool = False, **more: Any) -> World:
    """A cluster in two subnets, with these roles; own_table: in place of AKS's."""
    world = World([Pool("a", 2), Pool("b", 1, subnet=1)], prefixlens=[24, 24], others=[0, 0], **more)
    world.changed = {ASSIGNMENTS: [*assignments], **world.changed}
    if own_table:
        world.changed[TABLE] = {**world.table(), "id": TABLE}
        world.subnets_changed = {"routeTable": {"id": TABLE}}
    return world


def custom(*actions: str, **more: Any) -> dict[str, Any]:
    """A definition of the user's own."""
    return {CUSTOM: {"id": CUSTOM, "properties": {"permissions": [{"actions": [*actions], "notActions": [], **more}]}}}


def found(world: World) -> list[Problem | Unreadable]:
    """What the check finds."""
    return [*identity_rights.CHECKS[0].run(world.context())]


# what it has, the cluster, what it lacks a right on by the grants that are printed
ROWS: tuple[tuple[str, World, tuple[str, ...]], ...] = (
    ("nothing", given_roles(), SUBNETS),
    ("a role on the network", given_roles(assignment(NETWORK)), ()),
    ("a role on each subnet", given_roles(*map(assignment, SUBNETS)), ()),
    ("a role on one subnet", given_roles(assignment(SUBNETS[0])), SUBNETS[1:]),
    ("a role on the subscription", given_roles(assignment(SUBSCRIPTION, "contributor")), ()),
    ("a role on a management group", given_roles(
        assignment("/providers/Microsoft.Management/managementGroups/m", "owner")), ()),
    ("the role of another principal on the same subnet", given_roles(assignment(NETWORK, principal="q")), SUBNETS),
    ("the role of a group that it is in", given_roles(
        assignment(NETWORK, principal="q", principalType="Group")), ()),
    ("a role that does not join", given_roles(assignment(NETWORK, "reader"), changed={
        CUSTOM.replace("custom", "reader"): custom("*/read")[CUSTOM]}), SUBNETS),
    ("a role of one's own that is enough", given_roles(
        assignment(NETWORK, "custom"), changed=custom(*ON_SUBNET)), ()),
    ("a role of one's own without the join", given_roles(
        assignment(NETWORK, "custom"), changed=custom(ON_SUBNET[0])), SUBNETS),
    ("two roles that are enough together", given_roles(
        assignment(NETWORK, "custom"), assignment(NETWORK, "two"),
        changed={**custom(ON_SUBNET[0]), CUSTOM.replace("custom", "two"): custom(ON_SUBNET[1])[CUSTOM]}), ()),
    ("a role whose definition is gone", given_roles(assignment(NETWORK, "custom")), SUBNETS),
    ("nothing on a table of one's own", given_roles(assignment(NETWORK), own_table=True), (TABLE,)),
    ("roles on the network and on that table", given_roles(
        assignment(NETWORK), assignment(TABLE), own_table=True), ()),
    ("a role on that table that writes no routes", given_roles(
        assignment(NETWORK), assignment(TABLE, "custom"), own_table=True, changed=custom(*ON_TABLE[:2])), (TABLE,)),
)  # fmt: skip


@pytest.mark.parametrize(("world", "lacking"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_lacks_a_right_is_told_with_the_grant(world: World, lacking: tuple[str, ...]) -> None:
    problems = found(world)
    assert all(isinstance(each, Problem) and each.severity is None for each in problems)
    grants = [match for each in problems if isinstance(each, Problem) for match in _GRANT.findall(each.recommendation)]
    assert grants == [("p", scope) for scope in lacking]


@given(st.sets(st.sampled_from([*product(("p", "q"), (SUBSCRIPTION, NETWORK, *SUBNETS, TABLE))])))
def test_after_the_grants_nothing_is_lacking(roles: set[tuple[str, str]]) -> None:
    held = [assignment(scope, principal=principal) for principal, scope in sorted(roles)]
    world = given_roles(*held, own_table=True)
    mine = [scope for principal, scope in roles if principal == "p"]
    expected = [each for each in (*SUBNETS, TABLE)
                if not any((each + "/").startswith(scope + "/") for scope in mine)]  # fmt: skip
    grants = [
        grant for each in found(world) if isinstance(each, Problem) for grant in _GRANT.findall(each.recommendation)
    ]
    assert [scope for _, scope in grants] == expected
    granted = given_roles(*held, *(assignment(scope, principal=who) for who, scope in grants), own_table=True)
    assert not found(granted)


def test_a_healthy_cluster_costs_no_read_beyond_those_that_are_foreseen() -> None:
    world = given_roles(assignment(NETWORK))
    context = world.context()
    world.asked.clear()
    assert not [*identity_rights.CHECKS[0].run(context)]
    assert {*world.asked} <= {read.path for read in early_reads(context.cluster)}


def test_a_network_of_aks_needs_no_right() -> None:
    world = given_roles()
    body = world.cluster()
    for pool in body["properties"]["agentPoolProfiles"]:
        del pool["vnetSubnetID"]
    world.cluster = lambda: body  # type: ignore[method-assign]  # a cluster that the world does not know
    assert not [each for each in found(world) if isinstance(each, Problem)]


def test_a_condition_that_does_not_say_is_a_warning() -> None:
    entry = custom(*ON_SUBNET, condition="@Request[x] StringEquals 'y'")
    world = given_roles(assignment(NETWORK, "custom"), changed=entry)
    assert [each.severity for each in found(world) if isinstance(each, Problem)] == ["warning"] * 2


# what is hidden, the cluster, what could not be read
HIDDEN: tuple[tuple[str, World, str], ...] = (
    ("all roles", given_roles(hidden={ASSIGNMENTS: REFUSED, **{
        f"{each}/providers/Microsoft.Authorization/roleAssignments": REFUSED for each in SUBNETS}}),
     "role assignments on subnet n0"),
    ("a definition", given_roles(assignment(NETWORK, "custom"), hidden={CUSTOM: REFUSED}), "role definition custom"),
    ("who it runs as", given_roles(identity={"type": "SystemAssigned"}), "the identity that the cluster runs as"),
    ("the object id of a service principal", given_roles(
        identity={}, cluster_changed={"servicePrincipalProfile": {"clientId": "app"}}),
     "the roles of service principal app"),
)  # fmt: skip


@pytest.mark.parametrize(("world", "what"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_what_may_not_be_read_is_no_missing_right(world: World, what: str) -> None:
    seen: list[Problem | Unreadable] = []
    try:
        seen += found(world)
    except Unreadable as hidden:
        seen.append(hidden)
    assert not [each for each in seen if isinstance(each, Problem)]
    assert what in [each.what for each in seen if isinstance(each, Unreadable)]


def test_roles_that_may_be_read_on_the_subnets_alone_are_read_there() -> None:
    world = given_roles(hidden={ASSIGNMENTS: REFUSED})
    path = "/providers/Microsoft.Authorization/roleAssignments"
    world.changed[f"{SUBNETS[0]}{path}"] = [assignment(NETWORK)]
    problems = found(world)
    assert [each.message.partition(" on ")[2][:9] for each in problems if isinstance(each, Problem)] == ["subnet n1"]


def test_a_service_principal_is_told_how_to_be_looked_at() -> None:
    world = given_roles(identity={}, cluster_changed={"servicePrincipalProfile": {"clientId": "app"}})
    with pytest.raises(Unreadable) as raised:
        found(world)
    assert "az role assignment list --assignee app --all" in raised.value.mend
    assert ResourceId(raised.value.scope) == ResourceId(SUBSCRIPTION)

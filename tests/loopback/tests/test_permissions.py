"""Who may do what, scope by scope, and what conditions and groups change. Codes are recorded (AuthorizationFailed);
that a condition bars, and its words, are as reported; the form of the permissions is Microsoft's REST reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..authorization import conditions
from ..callers.client import SUB, Client
from ..core.options import CALLER_OBJECT
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET
from ..server.server import LoopbackArm
from .refusal_row import NOBODY

World = dict[str, Any]
PROVIDER = "/providers/Microsoft.Authorization/"
ROLES = SUB + PROVIDER + "roleDefinitions/"
NETWORK_CONTRIBUTOR, READER = "4d97b98b-1d4f-4787-a291-c67834d212e7", "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ASSIGNMENT = f"{NET}{PROVIDER}roleAssignments/{NOBODY}"
WRITE, DELETE = (f"Microsoft.Authorization/roleAssignments/{verb}" for verb in ("write", "delete"))


def only(*roles: str, operator: str = "ForAnyOfAnyValues:GuidEquals") -> str:
    """As the portal writes "may grant only these roles"."""
    clauses = [
        f"((!(ActionMatches{{'{action}'}})) OR (@{source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
        f"{operator} {{{', '.join(roles)}}}))"
        for action, source in ((WRITE, "Request"), (DELETE, "Resource"))
    ]
    return "\n AND \n".join(clauses)


@pytest.fixture
def poor() -> Iterator[LoopbackArm]:
    """A server whose caller has no role."""
    with LoopbackArm(caller_role="") as server:
        yield server


@pytest.fixture
def world_of_poor(poor: LoopbackArm) -> World:
    return bodies.small_world(poor, SUB)


@pytest.fixture
def caller(poor: LoopbackArm) -> Iterator[Client]:
    client = Client(poor)
    yield client
    client.close()


def _role(principal: str, role: str) -> dict[str, Any]:
    return {"properties": {"roleDefinitionId": ROLES + role, "principalId": principal}}


@pytest.mark.parametrize(
    ("condition", "role", "status"),
    [
        ("", NETWORK_CONTRIBUTOR, 201),
        (only(NETWORK_CONTRIBUTOR), NETWORK_CONTRIBUTOR, 201),
        (only(READER), NETWORK_CONTRIBUTOR, 403),
        (only(READER, operator="ForAnyOfAllValues:GuidNotEquals"), NETWORK_CONTRIBUTOR, 201),
        (only(NETWORK_CONTRIBUTOR, operator="ForAnyOfAllValues:GuidNotEquals"), NETWORK_CONTRIBUTOR, 403),
        ("no condition at all", NETWORK_CONTRIBUTOR, 403),
    ],
    ids=["none", "this role", "another role", "all but another", "all but this", "not understood"],
)
def test_a_condition_bars_what_it_does_not_name(
    condition: str, role: str, status: int, poor: LoopbackArm, world_of_poor: World, caller: Client
) -> None:
    poor.grant(CALLER_OBJECT, "Role Based Access Control Administrator", SUB, condition)
    reply = caller.put(ASSIGNMENT, _role(world_of_poor["principal"], role))
    assert reply.status == status, reply.body
    if status == 403:
        assert reply.code == "AuthorizationFailed"
        assert "ABAC condition that is not fulfilled" in reply.body["error"]["message"]
        poor.put(f"{SUB}/{ASSIGNMENT}", _role(world_of_poor["principal"], role))
        assert caller.send("DELETE", ASSIGNMENT).status == 403


def test_permissions_carry_the_condition(poor: LoopbackArm, world_of_poor: World, caller: Client) -> None:
    poor.grant(CALLER_OBJECT, "Reader", SUB)
    poor.grant(CALLER_OBJECT, "Role Based Access Control Administrator", f"{SUB}/{NET}", only(READER))
    above, there = (caller.get(f"{scope}{PROVIDER}permissions").body["value"] for scope in (SUB, f"{SUB}/{NET}"))
    assert [set(each) for each in above] == [{"actions", "notActions", "dataActions", "notDataActions"}]
    assert [each.get("conditionVersion") for each in there] == [None, "2.0"]
    assert READER in there[1]["condition"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'Group'", False),
        (
            "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] "
            "ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal', 'Group'}",
            True,
        ),
        ("!(ActionMatches{'x/delete'})", True),
        ("NOT ActionMatches{'x/write'}", False),
        ("(ActionMatches{'x/write'} AND ActionMatches{'y'}) OR ActionMatches{'x/write'}", True),
        ("(ActionMatches{'x/write'}", False),
        ("", False),
    ],
)
def test_conditions_are_read(text: str, value: bool) -> None:
    assert conditions.holds(text, "x/write", {"principalType": "ServicePrincipal"}) is value


def test_who_creates_a_cluster_gets_no_role_on_its_group(
    poor: LoopbackArm, world_of_poor: World, caller: Client
) -> None:
    """azure-facts I15."""
    for scope in ("/resourceGroups/g", ""):
        poor.grant(CALLER_OBJECT, "Contributor" if scope else "Managed Identity Operator", SUB + scope)
    caller.done("PUT", CLUSTER, bodies.cluster(world_of_poor["subnet"], world_of_poor["identity"]), version=AKS_VERSION)
    table = poor.state[world_of_poor["subnet"]]["properties"]["routeTable"]["id"]
    assert "/MC_" in table
    replies = [caller.get(table), caller.get(table + "/routes")]
    assert [(reply.status, reply.code) for reply in replies] == [(403, "AuthorizationFailed")] * 2
    assert caller.get(CLUSTER).status == 200


def test_lists_show_what_the_caller_may_read(poor: LoopbackArm, world_of_poor: World, caller: Client) -> None:
    poor.put(SUB + "/resourceGroups/h", bodies.group())
    assert caller.get(SUB + "/resourceGroups").body["value"] == []
    poor.grant(CALLER_OBJECT, "Reader", SUB + "/resourceGroups/g")
    assert [each["name"] for each in caller.get(SUB + "/resourceGroups").body["value"]] == ["g"]
    assert {each["name"] for each in caller.get(SUB + "/resources").body["value"]} == {"n", "i"}


def test_without_a_right_nothing_tells_whether_it_is_there(
    poor: LoopbackArm, world_of_poor: World, caller: Client
) -> None:
    paths = [NET, NET + "9", f"{NET}{PROVIDER}roleAssignments", f"{NET}9{PROVIDER}roleAssignments"]
    assert [caller.get(path).code for path in paths] == ["AuthorizationFailed"] * 4


def test_a_provider_is_read_and_registered_by_rights_on_the_subscription(
    poor: LoopbackArm, world_of_poor: World, caller: Client
) -> None:
    """hashicorp/terraform-provider-azurerm#2678; azure-facts T6."""
    poor.grant(CALLER_OBJECT, "Owner", SUB + "/resourceGroups/g")
    path = SUB + "/providers/Microsoft.Network"
    assert caller.get(path).code == "AuthorizationFailed"
    poor.grant(CALLER_OBJECT, "Reader", SUB)
    assert caller.get(path).status == 200
    assert caller.send("POST", path + "/register").code == "AuthorizationFailed"


def test_a_group_hands_its_roles_to_its_members(arm: LoopbackArm, client: Client, world: World) -> None:
    """The filter assignedTo() counts groups, principalId does not (Microsoft's REST reference)."""
    group = "ab000000-0000-4000-8000-000000000001"
    arm.cloud.directory.add_group(group, world["principal"])
    arm.grant(group, "Network Contributor", world["network"])
    assert arm.cloud.roles.allows(world["principal"], "Microsoft.Network/virtualNetworks/write", world["network"])
    path = f"{NET}{PROVIDER}roleAssignments?$filter=atScope() and {{}}('{world['principal']}')"
    listed = client.get(path.format("assignedTo")).body["value"]
    assert [each["properties"]["principalType"] for each in listed] == ["Group"]
    plain = f"{NET}{PROVIDER}roleAssignments?$filter=atScope() and principalId eq '{world['principal']}'"
    assert client.get(plain).body["value"] == []

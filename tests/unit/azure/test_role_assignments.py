"""Whose assignments count, where they hold, and what they allow."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure import role_assignments
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.role_actions import ON_SUBNET, ON_TABLE

GROUP = "/subscriptions/s/resourceGroups/g"
SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
ROLES = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions"
NETWORK_CONTRIBUTOR = f"{ROLES}/4d97b98b-1d4f-4787-a291-c67834d212e7"
OWNER = f"{ROLES}/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ROLE = role_assignments.Role("Network Contributor", NETWORK_CONTRIBUTOR)
UNREADABLE = AzureError(403, "AuthorizationFailed", "no")
LIMITED = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[x] StringEquals 'y'))"
#: What custom roles allow, by the last part of their ids.
DEFINED: dict[str, Any] = {
    "both": {"actions": [*ON_SUBNET]},
    "read": {"actions": ["*/read"]},
    "join": {"actions": ["Microsoft.Network/*/join/action"]},
    "but": {"actions": ["Microsoft.Network/*"], "notActions": ["Microsoft.Network/virtualNetworks/subnets/join/*"]},
    "tables": {"actions": ["Microsoft.Network/routeTables/*"]},
    "secret": UNREADABLE,
}


class Azure:
    """Definitions, and one list of assignments. filters: what was asked for; refused: which of that Azure refuses."""

    def __init__(self, assignments: list[Any], refused: str = "") -> None:
        self._assignments, self._refused = assignments, refused
        self.filters: list[str] = []

    def get(self, path: str, api_version: str = "", **query: str) -> Any:
        del api_version, query
        found = DEFINED.get(path.rpartition("/")[2])
        if isinstance(found, AzureError):
            raise found
        return None if found is None else {"properties": {"permissions": [found]}}

    def list(self, path: str, api_version: str = "", **query: str) -> Any:
        del path, api_version
        self.filters.append(query["filter"])
        if self._refused and self._refused in query["filter"]:
            raise AzureError(400, "UnsupportedQuery", "no")
        return self._assignments


def assigned(role: str = NETWORK_CONTRIBUTOR, scope: str = SUBNET, to: str = "p", **more: Any) -> dict[str, Any]:
    role = role if role.startswith("/") else f"{ROLES}/{role}"
    return {
        "id": f"{role}@{scope}",
        "properties": {"roleDefinitionId": role, "scope": scope, "principalId": to, **more},
    }


def gives(azure: Azure, actions: tuple[str, ...] = ON_SUBNET) -> bool:
    with Reader(azure) as reader:  # type: ignore[arg-type]
        found = role_assignments.assignments_of(reader, SUBNET, "P")
        if role_assignments.sufficient(found, SUBNET, ROLE, actions):
            return True
        return role_assignments.enabling(reader, found, SUBNET, actions) is not None


# what the principal has, its assignments, whether that is enough for a subnet
ROWS: tuple[tuple[str, list[Any], bool], ...] = (
    ("nothing", [], False),
    ("the role", [assigned()], True),
    ("the role above", [assigned(scope=GROUP)], True),
    ("the role on everything", [assigned(scope="/")], True),
    ("the role of a management group",
     [assigned(scope="/providers/Microsoft.Management/managementGroups/corp")], True),
    ("the role elsewhere", [assigned(scope=f"{GROUP}2")], False),
    ("somebody else's", [assigned(to="q")], False),
    ("that of a group which it is in", [assigned(to="team", principalType="Group")], True),
    ("Owner, who may grant some roles only", [assigned(OWNER, condition=LIMITED)], True),
    ("the role under a condition that cannot be told", [assigned(condition="@Environment[a] BoolEquals true")], False),
    ("the role under a condition that says no",
     [assigned(condition=f"!(ActionMatches{{'{ON_SUBNET[1]}'}})")], False),
    ("a role of one's own", [assigned("both")], True),
    ("a role of one's own under a condition that says no",
     [assigned("both", condition=f"!(ActionMatches{{'{ON_SUBNET[1]}'}})")], False),
    ("half of it", [assigned("read")], False),
    ("two halves", [assigned("read"), assigned("join", scope=GROUP)], True),
    ("a wildcard without what is needed", [assigned("but")], False),
    ("a wildcard without it, and what it lacks", [assigned("but"), assigned("join")], True),
    ("a role that may not be read", [assigned("secret")], False),
    ("a role that may not be read beside one that is enough", [assigned("secret"), assigned("both")], True),
    ("holes", [None, {}, {"properties": None}, {"properties": {"principalId": "p", "scope": SUBNET}}], False),
)  # fmt: skip


@pytest.mark.parametrize(("assignments", "enough"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_rights_on_a_subnet(assignments: list[Any], enough: bool) -> None:
    azure = Azure(assignments)
    assert gives(azure) is enough
    assert azure.filters == ["atScope() and assignedTo('P')"]


def test_a_table_needs_other_actions() -> None:
    assert gives(Azure([assigned("tables")]), ON_TABLE)
    assert not gives(Azure([assigned("both")]), ON_TABLE)


def test_where_groups_cannot_be_asked_for_its_own_are() -> None:
    azure = Azure([assigned()], refused="assignedTo")
    assert gives(azure)
    assert azure.filters[1:] == ["principalId eq 'P'"]

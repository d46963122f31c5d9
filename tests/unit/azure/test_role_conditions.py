"""Conditions of role assignments, in the forms that the portal and Microsoft's pages give them.

https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.azure.role_conditions import holds

WRITE, DELETE = "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"
NETWORK, OWNER = "4d97b98b-1d4f-4787-a291-c67834d212e7", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ADMIN = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
PRINCIPAL = "0b000000-0000-4000-8000-000000000001"


def limited(clause: str, joint: str = "OR", both: str = "AND") -> str:
    """The condition of the portal's templates: what is said of writing, and the same of deleting."""
    parts = [
        f"(\n (\n  !(ActionMatches{{'{action}'}})\n )\n {joint} \n (\n  {clause.replace('@Request', of)}\n )\n)"
        for action, of in ((WRITE, "@Request"), (DELETE, "@Resource"))
    ]
    return f"\n{both}\n".join(parts)


def of(attribute: str, operator: str, *values: str) -> str:
    return f"@Request[Microsoft.Authorization/roleAssignments:{attribute}] {operator} {{{', '.join(values)}}}"


ONLY = "ForAnyOfAnyValues:GuidEquals"
NONE_OF = "ForAnyOfAllValues:GuidNotEquals"
SERVICES = of("PrincipalType", "ForAnyOfAnyValues:StringEqualsIgnoreCase", "'ServicePrincipal'")
USERS = of("PrincipalType", "ForAnyOfAnyValues:StringEqualsIgnoreCase", "'User'", "'Group'")
BLOBS = (
    "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'} AND "
    "NOT SubOperationMatches{'Blob.List'})) OR (@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'x'))"
)

# what it says, the condition, whether Network Contributor may be granted to a service principal
SAID = (
    ("constrain roles, to this one", limited(of("RoleDefinitionId", ONLY, OWNER, NETWORK)), True),
    ("constrain roles, to another", limited(of("RoleDefinitionId", ONLY, ADMIN)), False),
    ("all roles but privileged ones", limited(of("RoleDefinitionId", NONE_OF, OWNER, ADMIN)), True),
    ("all roles but this one", limited(of("RoleDefinitionId", NONE_OF, OWNER, NETWORK)), False),
    ("this role, and services", limited(f"{of('RoleDefinitionId', ONLY, NETWORK)} AND {SERVICES}"), True),
    ("this role, and users", limited(f"{of('RoleDefinitionId', ONLY, NETWORK)} AND {USERS}"), False),
    ("other roles, and a principal that is not known",
     limited(f"{of('RoleDefinitionId', ONLY, ADMIN)} AND {of('PrincipalId', ONLY, PRINCIPAL)}"), False),
    ("this role, and a principal that is not known",
     limited(f"{of('RoleDefinitionId', ONLY, NETWORK)} AND {of('PrincipalId', ONLY, PRINCIPAL)}"), None),
    ("other signs", limited(of("RoleDefinitionId", ONLY, NETWORK.upper()), "||", "&&"), True),
    ("a single role without braces",
     f"@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals {NETWORK}", True),
    ("storage, which no grant is about", BLOBS, True),
    ("a date", "@Environment[UtcNow] DateTimeLessThan '2027-01-01T00:00:00Z'", None),
    ("an open parenthesis", "((!(ActionMatches{'x'}))", None),
    ("a word too many", limited(of("RoleDefinitionId", ONLY, NETWORK)) + " OR maybe", None),
    ("nothing", " ", None),
)  # fmt: skip


@pytest.mark.parametrize(("condition", "says"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_a_condition_is_told_for_a_grant(condition: str, says: bool | None) -> None:
    request = {"roledefinitionid": NETWORK, "principaltype": "ServicePrincipal", "principalid": ""}
    assert holds(condition, WRITE, request) is says


def test_a_principal_that_is_known_decides() -> None:
    condition = limited(of("PrincipalId", ONLY, PRINCIPAL))
    assert holds(condition, WRITE, {"principalid": PRINCIPAL}) is True
    assert holds(condition, WRITE, {"principalid": ADMIN}) is False
    assert holds(condition, "Microsoft.Network/virtualNetworks/subnets/join/action", {}) is True


PARTS = st.sampled_from([*(row[1] for row in SAID), "(", ")", "!", "AND", "OR", "NOT", "{", "@Request[", "'"])


@given(st.lists(PARTS, max_size=8).map(" ".join))
def test_no_text_makes_it_fail(condition: str) -> None:
    assert holds(condition, WRITE, {"roledefinitionid": NETWORK}) in (True, False, None)


def test_not_even_a_deep_one() -> None:
    assert holds("(" * 5000, WRITE, {}) is None

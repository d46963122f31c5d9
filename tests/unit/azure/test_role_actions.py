"""What roles allow: a role that exists for a task passes the check for that task."""

from __future__ import annotations

import pytest

from azext_kubenet.azure.role_actions import ON_SUBNET, ON_TABLE, permits
from azext_kubenet.checks.caller_rights import GRANT

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
CLUSTER = "Microsoft.ContainerService/managedClusters/write"
READS = ["Microsoft.Authorization/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read"]

# the role, its actions and notActions as Microsoft's page of built-in roles has them, what it is for, and not for
# https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
ROLES = (
    ("Owner", ["*"], [], [*ON_SUBNET, *ON_TABLE, GRANT, CLUSTER, f"{IDENTITY}/assign/action"], []),
    ("Contributor", ["*"], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
     [*ON_SUBNET, *ON_TABLE, CLUSTER, f"{IDENTITY}/assign/action", f"{IDENTITY}/write"], [GRANT]),
    ("Network Contributor", [*READS, "Microsoft.Network/*"], [], [*ON_SUBNET, *ON_TABLE], [GRANT, CLUSTER]),
    ("Managed Identity Operator", [*READS, f"{IDENTITY}/*/read", f"{IDENTITY}/*/assign/action"], [],
     [f"{IDENTITY}/read", f"{IDENTITY}/assign/action"], [f"{IDENTITY}/write", *ON_SUBNET]),
    ("Managed Identity Contributor", [f"{IDENTITY}/read", f"{IDENTITY}/*/read", f"{IDENTITY}/*/write"], [],
     [f"{IDENTITY}/write"], [f"{IDENTITY}/assign/action"]),
    ("Azure Kubernetes Service Contributor Role",
     ["Microsoft.ContainerService/managedClusters/read", CLUSTER, "Microsoft.Resources/deployments/*"], [], [CLUSTER],
     [*ON_SUBNET]),
    ("User Access Administrator", ["*/read", "Microsoft.Authorization/*"], [], [GRANT, ON_SUBNET[0]], [ON_SUBNET[1]]),
    ("Role Based Access Control Administrator", ["Microsoft.Authorization/roleAssignments/write", "*/read"], [],
     [GRANT], [CLUSTER]),
    ("Reader", ["*/read"], [], [ON_SUBNET[0]], [ON_SUBNET[1], CLUSTER, GRANT]),
    ("a custom role with the two actions of Microsoft's page", list(ON_SUBNET), [], [*ON_SUBNET], [*ON_TABLE]),
)  # fmt: skip


@pytest.mark.parametrize(("actions", "refused", "can", "cannot"), [row[1:] for row in ROLES], ids=[r[0] for r in ROLES])
def test_a_role_passes_for_what_it_is_for(
    actions: list[str], refused: list[str], can: list[str], cannot: list[str]
) -> None:
    entries = [{"actions": actions, "notActions": refused}]
    assert [each for each in can if not permits(entries, each)] == []
    assert [each for each in cannot if permits(entries, each)] == []

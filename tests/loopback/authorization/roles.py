"""Built-in roles and what they permit.

Contributor, Reader, Network Contributor and Managed Identity Operator are recorded (roleDefinitions); the others are
as Microsoft documents them, and are in no recording.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
_SHARED = [
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
]
_ROLES: tuple[tuple[str, str, str, list[str], list[str]], ...] = (
    (
        "Owner",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
        ["*"],
        [],
    ),
    (
        "Contributor",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage "
        "assignments in Azure Blueprints, or share image galleries.",
        ["*"],
        [
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
        ],
    ),
    (
        "Reader",
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "View all resources, but does not allow you to make any changes.",
        ["*/read"],
        [],
    ),
    (
        "User Access Administrator",
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "Lets you manage user access to Azure resources.",
        ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"],
        [],
    ),
    (
        "Network Contributor",
        NETWORK_CONTRIBUTOR,
        "Lets you manage networks, but not access to them.",
        [*_SHARED, "Microsoft.Network/*", "Microsoft.ResourceHealth/availabilityStatuses/read"],
        [],
    ),
    (
        "Managed Identity Operator",
        "f1a07417-d97a-45cb-824c-7a7467783830",
        "Read and Assign User Assigned Identity",
        [
            *_SHARED,
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
        ],
        [],
    ),
    (
        "Private DNS Zone Contributor",
        "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
        "Lets you manage private DNS zone resources, but not the virtual networks they are linked to.",
        [
            *_SHARED,
            "Microsoft.Network/privateDnsZones/*",
            "Microsoft.Network/privateDnsOperationResults/*",
            "Microsoft.Network/privateDnsOperationStatuses/*",
            "Microsoft.Network/virtualNetworks/read",
            "Microsoft.Network/virtualNetworks/join/action",
        ],
        [],
    ),
    (
        "Role Based Access Control Administrator",
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Manage access to Azure resources by assigning roles using Azure RBAC.",
        [
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ],
        [],
    ),
    (
        "Managed Identity Contributor",
        "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        "Create, Read, Update, and Delete User Assigned Identity",
        [*_SHARED, "Microsoft.ManagedIdentity/userAssignedIdentities/*"],
        [],
    ),
)


def definition(scope: str, name: str, guid: str, text: str, actions: list[str], refused: list[str]) -> dict[str, Any]:
    """A role as Azure shows it at a scope (recorded: roleDefinitions GET)."""
    subscription = "/".join(scope.split("/")[:3]) if scope.lower().startswith("/subscriptions/") else ""
    return {
        "properties": {
            "roleName": name,
            "type": "BuiltInRole",
            "description": text,
            "assignableScopes": ["/"],
            "permissions": [{"actions": actions, "notActions": refused, "dataActions": [], "notDataActions": []}],
            "createdOn": "2015-02-02T21:55:09.8806423Z",
            "updatedOn": "2021-11-11T20:13:44.6328966Z",
            "createdBy": None,
            "updatedBy": None,
        },
        "id": f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}",
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": guid,
    }


def built_in(scope: str) -> list[dict[str, Any]]:
    """All built-in roles."""
    return [definition(scope, *role) for role in _ROLES]


def guid_of(name: str) -> str:
    """The id of a built-in role by its name."""
    return next(role[1] for role in _ROLES if role[0].lower() == name.lower())


def permits(permission: dict[str, list[str]], action: str) -> bool:
    """Whether one permission set allows an action: some ``actions`` pattern fits and no ``notActions`` pattern does.

    ``a/*/b`` fits ``a/b`` too: so it must, for Managed Identity Operator to do what it is there for.
    """

    def fits(patterns: list[str]) -> bool:
        wanted = [pattern.lower() for pattern in patterns]
        wanted += [pattern.replace("/*/", "/") for pattern in wanted if "/*/" in pattern]
        return any(fnmatchcase(action.lower(), pattern) for pattern in wanted)

    return fits(permission.get("actions", [])) and not fits(permission.get("notActions", []))

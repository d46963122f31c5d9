"""Built-in policy definitions, as Azure/azure-policy publishes them, cut down to what decides."""

from __future__ import annotations

from typing import Any

GROUP_TYPE = "Microsoft.Resources/subscriptions/resourceGroups"
TAG = {"field": "[concat('tags[', parameters('tagName'), ']')]", "exists": "false"}
TAG_NAME = {"tagName": {"type": "String", "metadata": {"displayName": "Tag Name"}}}
LOCATIONS = {"listOfAllowedLocations": {"type": "Array", "metadata": {"strongType": "location"}}}
_BUILT_IN: tuple[tuple[str, str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("871b6d14-10aa-478d-b590-94f262ecfa99", "Require a tag on resources", "Indexed", TAG_NAME, TAG),
    (
        "96670d01-0a4d-4649-9c89-2d3abc0a5025",
        "Require a tag on resource groups",
        "All",
        TAG_NAME,
        {"allOf": [{"field": "type", "equals": GROUP_TYPE}, TAG]},
    ),
    (
        "e56962a6-4747-49cd-b67b-bf8b01975c4c",
        "Allowed locations",
        "Indexed",
        LOCATIONS,
        {
            "allOf": [
                {"field": "location", "notIn": "[parameters('listOfAllowedLocations')]"},
                {"field": "location", "notEquals": "global"},
                {"field": "type", "notEquals": "Microsoft.AzureActiveDirectory/b2cDirectories"},
            ]
        },
    ),
    (
        "e765b5de-1225-4ba3-bd56-1ac6695af988",
        "Allowed locations for resource groups",
        "All",
        LOCATIONS,
        {
            "allOf": [
                {"field": "type", "equals": GROUP_TYPE},
                {"field": "location", "notIn": "[parameters('listOfAllowedLocations')]"},
            ]
        },
    ),
)
SECURITY_INITIATIVE = "1f3afdf9-d0c9-4c3d-847f-89da613e70a8"


def definitions() -> list[dict[str, Any]]:
    """All of them, as a GET shows them."""
    return [
        {
            "properties": {
                "displayName": title,
                "policyType": "BuiltIn",
                "mode": mode,
                "description": f"{title}.",
                "parameters": parameters,
                "policyRule": {"if": condition, "then": {"effect": "deny"}},
            },
            "id": f"/providers/Microsoft.Authorization/policyDefinitions/{guid}",
            "type": "Microsoft.Authorization/policyDefinitions",
            "name": guid,
        }
        for guid, title, mode, parameters, condition in _BUILT_IN
    ]


def initiatives() -> list[dict[str, Any]]:
    """The one that Azure assigns to most subscriptions by itself; it only audits."""
    return [
        {
            "properties": {
                "displayName": "Microsoft cloud security benchmark",
                "policyType": "BuiltIn",
                "description": "Audits only.",
                "parameters": {},
                "policyDefinitions": [],
            },
            "id": f"/providers/Microsoft.Authorization/policySetDefinitions/{SECURITY_INITIATIVE}",
            "type": "Microsoft.Authorization/policySetDefinitions",
            "name": SECURITY_INITIATIVE,
        }
    ]

"""Locks, policies, versions, sizes and quotas as Azure shows them: locks and versions recorded, the rest documented.

Policies have the form of those in Azure/azure-policy; sizes and quotas that of what `az vm list-skus` and
`az vm list-usage` read.
"""

from typing import Any

from tests.unit.checks.wire import SUB

AUTHORIZATION = "/providers/Microsoft.Authorization"
LOCKS, POLICIES = f"{SUB}{AUTHORIZATION}/locks", f"{SUB}{AUTHORIZATION}/policyAssignments"
EXEMPTIONS = f"{SUB}{AUTHORIZATION}/policyExemptions"
POLICY, POLICY_SET = f"{AUTHORIZATION}/policyDefinitions/p", f"{AUTHORIZATION}/policySetDefinitions/s"
SIZES = f"{SUB}/providers/Microsoft.Compute/skus"
QUOTAS = f"{SUB}/providers/Microsoft.Compute/locations/westeurope/usages"
VERSIONS = f"{SUB}/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions"
A_VERSION = {
    "values": [
        {
            "version": "1.34",
            "capabilities": {"supportPlan": ["KubernetesOfficial", "AKSLongTermSupport"]},
            "patchVersions": {"1.34.1": {"upgrades": []}, "1.34.2": {"upgrades": []}},
        },
        {
            "version": "1.29",
            "capabilities": {"supportPlan": ["AKSLongTermSupport"]},
            "patchVersions": {"1.29.9": {"upgrades": []}},
        },
    ]
}


def a_lock(scope: str, level: str = "ReadOnly", name: str = "l") -> dict[str, Any]:
    """A lock on a scope."""
    return {"id": f"{scope}{AUTHORIZATION}/locks/{name}", "name": name, "properties": {"level": level}}


def assigned(scope: str = SUB, definition: str = POLICY, name: str = "a", **properties: Any) -> dict[str, Any]:
    """An assignment of a policy. parameters: values by name."""
    values = {key: {"value": value} for key, value in properties.pop("parameters", {}).items()}
    return {
        "id": f"{scope}{AUTHORIZATION}/policyAssignments/{name}",
        "name": name,
        "properties": {"policyDefinitionId": definition, "scope": scope, "parameters": values, **properties},
    }


def a_policy(
    condition: dict[str, Any], effect: str = "deny", mode: str = "All", details: Any = None, **defaults: Any
) -> dict[str, Any]:
    """A policy. defaults: of its parameters."""
    then = {"effect": effect, **({"details": details} if details is not None else {})}
    return {
        "id": POLICY,
        "properties": {
            "displayName": "no",
            "mode": mode,
            "parameters": {name: {"type": "String", "defaultValue": value} for name, value in defaults.items()},
            "policyRule": {"if": condition, "then": then},
        },
    }


def a_size(
    name: str,
    family: str = "standardDSv5Family",
    vcpus: int = 2,
    zones: tuple[str, ...] = ("1", "2", "3"),
    restrictions: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """A VM size in West Europe."""
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "family": family,
        "locations": ["westeurope"],
        "locationInfo": [{"location": "westeurope", "zones": list(zones), "zoneDetails": []}],
        "capabilities": [{"name": "vCPUs", "value": str(vcpus)}, {"name": "MemoryGB", "value": "8"}],
        "restrictions": list(restrictions),
    }


def a_quota(name: str, limit: int, used: int) -> dict[str, Any]:
    """A quota of a region."""
    return {"limit": limit, "currentValue": used, "unit": "Count", "name": {"value": name, "localizedValue": name}}

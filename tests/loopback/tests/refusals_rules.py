"""The rows about locks, policies, and what a region offers. ScopeLocked is recorded for deletions; for writes, and all
that is about policies and sizes, it is as reported, or our model (see the modules that refuse).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..callers.client import SUB
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET, SUBNET, TABLE, cluster, network, subnet
from ..server.server import LoopbackArm
from .refusal_row import NOBODY, Row, World, simple

LOCKS = "/providers/Microsoft.Authorization/locks/"
ASSIGNMENTS = "/providers/Microsoft.Authorization/policyAssignments/"
DEFINITIONS = SUB + "/providers/Microsoft.Authorization/policyDefinitions/"
BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/"
NETWORKER = SUB + "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7"
Before = Callable[[LoopbackArm, World], object]


def lock(level: str, scope: str = SUB) -> Before:
    """Put a lock at a scope."""
    return lambda arm, world: arm.put(f"{scope}{LOCKS}keep", {"properties": {"level": level}})


def policy(
    definition: str = BUILT_IN + "871b6d14-10aa-478d-b590-94f262ecfa99",
    scope: str = SUB,
    rule: dict[str, Any] | None = None,
    mode: str = "All",
    **parameters: Any,
) -> Before:
    """Assign a definition to a scope, a new one where a rule is given."""

    def assign(arm: LoopbackArm, world: World) -> object:
        chosen = definition
        if rule:
            chosen = DEFINITIONS + "ours"
            arm.put(chosen, {"properties": {"mode": mode, "policyRule": {"if": rule, "then": {"effect": "Deny"}}}})
        given = {name: {"value": value} for name, value in parameters.items()}
        return arm.put(f"{scope}{ASSIGNMENTS}ours", {"properties": {"policyDefinitionId": chosen, "parameters": given}})

    return assign


def _role(world: World) -> Any:
    return {"properties": {"roleDefinitionId": NETWORKER, "principalId": world["principal"]}}


def _granted(level: str) -> Before:
    def grant(arm: LoopbackArm, world: World) -> None:
        arm.put(f"{SUB}/{NET}/providers/Microsoft.Authorization/roleAssignments/{NOBODY}", _role(world))
        lock(level, f"{SUB}/{NET}")(arm, world)

    return grant


GROUP = SUB + "/resourceGroups/g"
LOCKED = [
    simple("a group below a lock", "ScopeLocked", None, "resourceGroups/g", "DELETE", 409, before=lock("CanNotDelete")),
    simple(
        "a group in which something is locked",
        "ScopeLocked",
        None,
        "resourceGroups/g",
        "DELETE",
        409,
        before=lock("CanNotDelete", f"{SUB}/{NET}"),
    ),
    simple(
        "deleting a subnet of a locked network",
        "ScopeLocked",
        None,
        NET + "/subnets/other",
        "DELETE",
        409,
        before=lock("CanNotDelete", f"{SUB}/{NET}"),
    ),
    simple(
        "writing a subnet below a ReadOnly lock (T4)",
        "ScopeLocked",
        subnet("192.168.1.0/24"),
        SUBNET,
        status=409,
        before=lock("ReadOnly", GROUP),
    ),
    simple(
        "a new table below a ReadOnly lock (T4)",
        "ScopeLocked",
        {"location": "westeurope"},
        TABLE,
        status=409,
        before=lock("ReadOnly", GROUP),
    ),
    Row(
        "taking a role away below a CanNotDelete lock",
        "ScopeLocked",
        409,
        lambda world: ("DELETE", f"{NET}/providers/Microsoft.Authorization/roleAssignments/{NOBODY}", None),
        before=_granted("CanNotDelete"),
    ),
    Row(
        "a role below a ReadOnly lock",
        "ScopeLocked",
        409,
        lambda world: ("PUT", f"{NET}/providers/Microsoft.Authorization/roleAssignments/{NOBODY}", _role(world)),
        before=lock("ReadOnly", GROUP),
    ),
    Row(
        "a cluster below a ReadOnly lock",
        "ScopeLocked",
        409,
        lambda world: ("PUT", CLUSTER, cluster(world["subnet"], world["identity"])),
        before=lock("ReadOnly", GROUP),
        version=AKS_VERSION,
    ),
    simple("a lock of no level", "InvalidLockLevel", {"properties": {"level": "Some"}}, LOCKS[1:] + "keep"),
    simple("a lock that is not there", "LockNotFound", None, LOCKS[1:] + "keep", "GET", 404),
]
NETWORK_TYPE = "Microsoft.Network/virtualNetworks"
DENIED = [
    simple(
        "a network without the tag that a policy wants",
        "RequestDisallowedByPolicy",
        network("10.0.0.0/16"),
        status=403,
        before=policy(tagName="team"),
    ),
    simple(
        "a group without the tag that a policy wants",
        "RequestDisallowedByPolicy",
        bodies.group(),
        "resourceGroups/h",
        status=403,
        before=policy(BUILT_IN + "96670d01-0a4d-4649-9c89-2d3abc0a5025", tagName="team"),
    ),
    simple(
        "a network where a policy allows none",
        "RequestDisallowedByPolicy",
        network("10.0.0.0/16"),
        status=403,
        before=policy(BUILT_IN + "e56962a6-4747-49cd-b67b-bf8b01975c4c", listOfAllowedLocations=["northeurope"]),
    ),
    simple(
        "a subnet without the security group that a policy wants",
        "RequestDisallowedByPolicy",
        subnet("192.168.8.0/24"),
        NET + "/subnets/x",
        status=403,
        before=policy(
            rule={
                "allOf": [
                    {"field": "type", "equals": NETWORK_TYPE + "/subnets"},
                    {"field": NETWORK_TYPE + "/subnets/networkSecurityGroup.id", "exists": "false"},
                ]
            }
        ),
    ),
    Row(
        "a role that a policy denies",
        "RequestDisallowedByPolicy",
        403,
        lambda world: ("PUT", f"{NET}/providers/Microsoft.Authorization/roleAssignments/{NOBODY}", _role(world)),
        before=policy(
            rule={
                "allOf": [
                    {"field": "type", "equals": "Microsoft.Authorization/roleAssignments"},
                    {"field": "Microsoft.Authorization/roleAssignments/roleDefinitionId", "contains": "4d97b98b"},
                ]
            }
        ),
    ),
    simple("a policy that is not there", "PolicyDefinitionNotFound", None, BUILT_IN[1:] + "none", "GET", 404),
]


def _offer(sentence: str, code: str, before: Before = lambda arm, world: None, version: str = "", **pool: Any) -> Row:
    def request(world: World) -> tuple[str, str, Any]:
        body = cluster(world["subnet"], world["identity"], pool=pool)
        body["properties"]["kubernetesVersion"] = version
        return "PUT", CLUSTER, body

    return Row(sentence, code, 400, request, before, AKS_VERSION)


COMPUTE = SUB + "/providers/Microsoft.Compute/"
NOT_OFFERED = [
    _offer("a size that nobody has", "BadRequest", vmSize="Standard_X99"),
    _offer(
        "a size that the subscription may not use there",
        "BadRequest",
        before=lambda arm, world: arm.put(
            COMPUTE + "skus/Standard_D2s_v5", {"restrictions": [{"type": "Location", "values": ["westeurope"]}]}
        ),
    ),
    _offer("a zone that the size has not", "AvailabilityZoneNotSupported", availabilityZones=["4"]),
    _offer(
        "a zone that the subscription may not use",
        "AvailabilityZoneNotSupported",
        before=lambda arm, world: arm.put(
            COMPUTE + "skus/Standard_D2s_v5",
            {"restrictions": [{"type": "Zone", "restrictionInfo": {"zones": ["1"]}}]},
        ),
        availabilityZones=["1"],
    ),
    _offer("a version of Kubernetes that is gone", "K8sVersionNotSupported", version="1.20.5"),
    _offer(
        "more cores than the family's quota has left",
        "ErrCode_InsufficientVCPUQuota",
        before=lambda arm, world: arm.put(
            COMPUTE + "locations/westeurope/usages/standardDSv5Family", {"limit": 10, "currentValue": 5}
        ),
    ),
]
ROWS = LOCKED + DENIED + NOT_OFFERED

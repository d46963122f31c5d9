"""The rows about what a thing refers to: linked access checks (I16) and private DNS zones (I17). Codes and words as
reported, or our model: see authorization.linked and aks.private.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..callers.client import SUB
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET, cluster, network, subnet
from ..server.faults import caller_may_not
from ..server.server import LoopbackArm
from .refusal_row import Row, World

PROVIDER = SUB + "/resourceGroups/g/providers/Microsoft.Network/"
ZONE = PROVIDER + "privateDnsZones/privatelink.westeurope.azmk8s.io"
Before = Callable[[LoopbackArm, World], object]


def _with(kind: str) -> Callable[[LoopbackArm], str]:
    return lambda arm: str(arm.put(f"{PROVIDER}{kind}/thing", {"location": "westeurope"})["id"])


def _link(sentence: str, key: str, kind: str, action: str, body: Callable[[dict[str, Any]], tuple[str, Any]]) -> Row:
    def before(arm: LoopbackArm, world: World) -> None:
        world["thing"] = _with(kind)(arm)
        caller_may_not(arm.cloud, action)

    def request(world: World) -> tuple[str, str, Any]:
        path, sent = body({key: {"id": world["thing"]}})
        return "PUT", path, sent

    return Row(sentence, "LinkedAuthorizationFailed", 403, request, before)


def _alone(links: dict[str, Any]) -> tuple[str, Any]:
    return NET + "/subnets/x", subnet("192.168.8.0/24", **links)


def _inline(links: dict[str, Any]) -> tuple[str, Any]:
    body = network("10.0.0.0/16", a="10.0.0.0/24")
    body["properties"]["subnets"][0]["properties"].update(links)
    return NET + "x", body


def _peered(arm: LoopbackArm, world: World) -> None:
    arm.put(f"{SUB}/{NET}2", network("10.9.0.0/16"))
    caller_may_not(arm.cloud, "Microsoft.Network/virtualNetworks/peer/action")


JOIN = "Microsoft.Network/{}/join/action"
LINKS = [
    _link(
        "a security group that the caller may not join",
        "networkSecurityGroup",
        "networkSecurityGroups",
        JOIN.format("networkSecurityGroups"),
        _alone,
    ),
    _link("a table that the caller may not join", "routeTable", "routeTables", JOIN.format("routeTables"), _alone),
    _link(
        "a NAT gateway that the caller may not join", "natGateway", "natGateways", JOIN.format("natGateways"), _alone
    ),
    _link(
        "a table that the caller may not join, inline", "routeTable", "routeTables", JOIN.format("routeTables"), _inline
    ),
    Row(
        "a network that the caller may not peer with",
        "LinkedAuthorizationFailed",
        403,
        lambda world: (
            "PUT",
            NET + "/virtualNetworkPeerings/p",
            {"properties": {"remoteVirtualNetwork": {"id": f"{SUB}/{NET}2"}}},
        ),
        _peered,
    ),
    Row(
        "a subnet that the caller may not join (I12)",
        "LinkedAuthorizationFailed",
        403,
        lambda world: ("PUT", CLUSTER, cluster(world["subnet"], world["identity"])),
        lambda arm, world: caller_may_not(arm.cloud, "Microsoft.Network/virtualNetworks/subnets/join/action"),
        AKS_VERSION,
    ),
    Row(
        "an identity that the caller may not assign (I14)",
        "LinkedAuthorizationFailed",
        403,
        lambda world: ("PUT", CLUSTER, cluster(world["subnet"], world["identity"])),
        lambda arm, world: caller_may_not(arm.cloud, "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"),
        AKS_VERSION,
    ),
]


def private(subnet_id: str, identity: str | None, zone: str = ZONE) -> dict[str, Any]:
    """A private cluster with a zone of the user's own."""
    body = cluster(subnet_id, identity)
    body["properties"]["apiServerAccessProfile"] = {"enablePrivateCluster": True, "privateDNSZone": zone}
    return body


def zone(*roles: str) -> Before:
    """A zone on which, and on whose network, the identity has these roles."""

    def make(arm: LoopbackArm, world: World) -> None:
        arm.put(ZONE, {"location": "global"})
        for role, scope in zip(roles, (ZONE, world["network"]), strict=False):
            arm.grant(world["principal"], role, scope)

    return make


def _private(
    sentence: str, code: str, before: Before, status: int = 400, zone: str = ZONE, system: bool = False
) -> Row:
    return Row(
        sentence,
        code,
        status,
        lambda world: ("PUT", CLUSTER, private(world["subnet"], None if system else world["identity"], zone)),
        before,
        AKS_VERSION,
    )


MISSING = "CustomPrivateDNSZoneMissingPermissionError"
ZONES = [
    _private("a zone that the identity may not write (I17)", MISSING, zone()),
    _private("a zone without the right to join the network (I17)", MISSING, zone("Private DNS Zone Contributor")),
    _private("a zone with the right to read it alone", MISSING, zone("Reader", "Network Contributor")),
    _private("a zone for a system-assigned identity", "InvalidParameter", zone(), system=True),
    _private("a zone that is not there", "ResourceNotFound", lambda arm, world: None, 404),
    _private("a zone of another region", "InvalidParameter", zone(), zone=ZONE.replace("westeurope", "northeurope")),
]
ROWS = LINKS + ZONES

"""The table of test_refusals: a row is a sentence, the code and status that Azure refuses it with, and the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..callers.client import SUB
from ..core.wire import Call
from ..seeds import bodies
from ..seeds.bodies import CLUSTER, NET, SUBNET, TABLE, network, subnet
from ..server.server import LoopbackArm
from . import refusals_aks, refusals_links, refusals_moves, refusals_names, refusals_rules
from .refusal_row import NOBODY, Row, World, own_table, simple

ROLES = SUB + "/providers/Microsoft.Authorization/roleDefinitions/"
READER, NETWORKER = "acdd72a7-3385-48ef-bd42-f606fba81ae7", "4d97b98b-1d4f-4787-a291-c67834d212e7"
ASSIGNMENT = "/providers/Microsoft.Authorization/roleAssignments/"


def _nic(arm: LoopbackArm, world: World) -> object:
    return arm.put(
        SUB + "/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic",
        {
            "location": "westeurope",
            "properties": {
                "ipConfigurations": [
                    {
                        "name": "one",
                        "properties": {"subnet": {"id": world["subnet"]}, "privateIPAddress": "192.168.1.4"},
                    }
                ]
            },
        },
    )


def _role(principal: str | None, role: str = NETWORKER, **more: Any) -> Callable[[World], Any]:
    return lambda world: {
        "properties": {"roleDefinitionId": ROLES + role, "principalId": principal or world["principal"], **more}
    }


def _assign(
    sentence: str,
    code: str,
    status: int,
    body: Callable[[World], Any],
    name: str = NOBODY,
    scope: str = NET,
    **more: Any,
) -> Row:
    return Row(sentence, code, status, lambda world: ("PUT", scope + ASSIGNMENT + name, body(world)), **more)


def _peer(arm: LoopbackArm, world: World) -> object:
    return arm.put(f"{SUB}/{NET}2", network("192.168.128.0/17"))


ARM = [
    simple(
        "a network in a group that is not there",
        "ResourceGroupNotFound",
        network("10.0.0.0/16"),
        NET.replace("/g/", "/nog/"),
        status=404,
    ),
    simple("a resource that is not there", "ResourceNotFound", None, NET + "9", "GET", 404),
    simple("a cluster that is not there", "ResourceNotFound", None, CLUSTER, "GET", 404),
    simple("a subnet that is not there", "NotFound", None, NET + "/subnets/x", "GET", 404),
    simple(
        "a subnet of a network that is not there",
        "ParentResourceNotFound",
        subnet("10.0.0.0/24"),
        NET + "9/subnets/s",
        status=404,
    ),
    simple(
        "reading a subnet of a network that is not there", "ResourceNotFound", None, NET + "9/subnets/s", "GET", 404
    ),
    simple(
        "a type that nobody knows",
        "InvalidResourceType",
        {},
        "resourceGroups/g/providers/Microsoft.Network/carrierPigeons/p",
        status=404,
    ),
    simple(
        "a namespace that nobody knows",
        "InvalidResourceNamespace",
        {},
        "resourceGroups/g/providers/Microsoft.Fake/a/b",
        status=404,
    ),
    simple("no location", "LocationRequired", {"properties": network("10.0.0.0/16")["properties"]}),
    simple(
        "a location that is not there",
        "LocationNotAvailableForResourceType",
        network("10.0.0.0/16", location="atlantis"),
    ),
    simple(
        "moving a network", "InvalidResourceLocation", network("192.168.0.0/16", location="eastus"), NET, status=409
    ),
    simple(
        "a group where there is no region",
        "LocationNotAvailableForResourceGroup",
        bodies.group("atlantis"),
        "resourceGroups/x",
    ),
    simple("moving a group", "InvalidResourceGroupLocation", bodies.group("eastus"), "resourceGroups/g", status=409),
    simple("deleting a group that is not there", "ResourceGroupNotFound", None, "resourceGroups/x", "DELETE", 404),
    simple(
        "another subscription", "SubscriptionNotFound", None, f"/subscriptions/{NOBODY}/resourceGroups/g", "GET", 404
    ),
]


def _deleting(arm: LoopbackArm, world: World) -> object:
    return arm.cloud.handle(Call("DELETE", SUB + "/resourceGroups/g", {"api-version": "1"}, _as_owner(arm)))


def _writing(arm: LoopbackArm, world: World) -> object:
    body = subnet("192.168.7.0/24")
    return arm.cloud.handle(Call("PUT", f"{SUB}/{NET}/subnets/y", {"api-version": "1"}, _as_owner(arm), body))


def _as_owner(arm: LoopbackArm) -> dict[str, str]:
    return {"Authorization": "Bearer " + arm.token()}


NETWORKS = [
    simple(
        "a network in a group that is being deleted",
        "ResourceGroupBeingDeleted",
        network("10.0.0.0/16"),
        status=409,
        before=_deleting,
    ),
    simple(
        "a subnet while its sister is written",
        "AnotherOperationInProgress",
        subnet("192.168.8.0/24"),
        NET + "/subnets/x",
        status=409,
        before=_writing,
    ),
    simple(
        "a subnet outside its network (G1)", "NetcfgSubnetRangeOutsideVnet", subnet("10.0.0.0/24"), NET + "/subnets/x"
    ),
    simple("a subnet outside its network, inline", "NetcfgInvalidSubnet", network("10.0.0.0/16", a="10.1.0.0/24")),
    simple("a subnet over another (G1)", "NetcfgSubnetRangesOverlap", subnet("192.168.1.128/25"), NET + "/subnets/x"),
    simple(
        "a subnet over another, inline",
        "NetcfgSubnetRangesOverlap",
        network("10.0.0.0/16", a="10.0.0.0/23", b="10.0.1.0/24"),
    ),
    simple("a subnet with host bits", "InvalidCIDRNotation", subnet("192.168.3.1/24"), NET + "/subnets/x"),
    simple("a subnet of four addresses (A3)", "NetcfgInvalidSubnetSize", subnet("192.168.3.0/30"), NET + "/subnets/x"),
    simple("a subnet without a range", "MissingAddressPrefix", subnet(""), NET + "/subnets/x"),
    simple("no CIDR at all", "InvalidAddressPrefixFormat", network("10.0.0.0")),
    simple("two prefixes over one another (G1)", "AddressSpaceOverlap", network("10.0.0.0/8", "10.1.0.0/16")),
    simple("a reserved prefix (F4)", "AddressPrefixReserved", network("169.254.0.0/16")),
    simple("a prefix that holds the platform address (F4)", "AddressPrefixReserved", network("168.63.0.0/16")),
    simple(
        "a route table that is not there",
        "InvalidResourceReference",
        subnet("192.168.3.0/24", routeTable={"id": SUB + "/x"}),
        NET + "/subnets/x",
    ),
    simple(
        "shrinking a subnet in use (A8)", "InUsePrefixCannotBeDeleted", subnet("192.168.1.0/25"), SUBNET, before=_nic
    ),
    simple("deleting a subnet in use", "InUseSubnetCannotBeDeleted", None, SUBNET, "DELETE", before=_nic),
    simple("deleting a network in use", "InUseSubnetCannotBeDeleted", None, NET, "DELETE", before=_nic),
    simple(
        "a network without its subnet in use", "InUseSubnetCannotBeDeleted", network("192.168.0.0/16"), NET, before=_nic
    ),
    simple(
        "deleting a route table in use (H6)", "InUseRouteTableCannotBeDeleted", None, TABLE, "DELETE", before=own_table
    ),
    simple(
        "a peering with an overlapping network (G7)",
        "VnetAddressSpacesOverlap",
        {"properties": {"remoteVirtualNetwork": {"id": f"{SUB}/{NET}2"}}},
        NET + "/virtualNetworkPeerings/p",
        before=_peer,
    ),
    simple(
        "a route to an appliance without an address",
        "InvalidNextHop",
        {"properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}},
        TABLE + "/routes/r",
        before=own_table,
    ),
]
ROLE_ROWS = [
    _assign("a role for nobody", "PrincipalNotFound", 400, _role(NOBODY)),
    _assign("the same role again under another name", "RoleAssignmentExists", 409, _role(None), scope=SUBNET),
    _assign("a role that is not there", "RoleDefinitionDoesNotExist", 400, _role(None, NOBODY)),
    _assign("a principal of another kind", "UnmatchedPrincipalType", 400, _role(None, READER, principalType="User")),
    _assign("a name that is no guid", "InvalidRoleAssignmentId", 400, _role(None, READER), name="one"),
    _assign("a role at a resource that is not there", "ResourceNotFound", 404, _role(None), scope=NET + "9"),
    _assign(
        "another role under the same name",
        "RoleAssignmentUpdateNotPermitted",
        400,
        _role(None, READER),
        before=lambda arm, world: arm.state.__setitem__(
            f"{SUB}/{NET}{ASSIGNMENT}{NOBODY}",
            {
                "type": "Microsoft.Authorization/roleAssignments",
                "name": NOBODY,
                "properties": {
                    "scope": f"{SUB}/{NET}",
                    "principalId": world["principal"],
                    "roleDefinitionId": ROLES + NETWORKER,
                    "createdOn": "",
                    "createdBy": "",
                },
            },
        ),
    ),
    Row(
        "reading an assignment that is not there",
        "RoleAssignmentNotFound",
        404,
        lambda world: ("GET", NET + ASSIGNMENT + NOBODY, None),
    ),
    Row(
        "reading a role that is not there",
        "RoleDefinitionDoesNotExist",
        404,
        lambda world: ("GET", ROLES + NOBODY, None),
    ),
]
ROWS = (
    ARM
    + NETWORKS
    + ROLE_ROWS
    + refusals_aks.RANGES
    + refusals_aks.CLUSTERS
    + refusals_rules.ROWS
    + refusals_links.ROWS
    + refusals_names.ROWS
    + refusals_moves.ROWS
)

"""Who a cluster acts as, and what it and the caller must be allowed to do. azure-facts I."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..authorization import linked
from ..core import errors
from ..core.ids import ResourceId, parse
from ..core.options import TENANT
from ..core.resources import require
from ..core.store import Body
from ..core.wire import Refusal

if TYPE_CHECKING:
    from ..server.cloud import Cloud

JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"


def principal_of(cloud: Cloud, sent: Body, old: Body | None) -> str:
    """Who the cluster acts as; "" for a system-assigned identity. ServicePrincipalNotFound is recorded."""
    identity = sent.get("identity") or (old or {}).get("identity") or {}
    users = list(identity.get("userAssignedIdentities") or {})
    for user in users:
        if user.lower() not in cloud.store:
            found = parse(user)
            raise errors.resource_not_found(found.type_and_names if found else user, found.group if found else "")
    if users:
        return str(cloud.store[users[0]]["properties"]["principalId"])
    if str(identity.get("type", "")).lower() == "systemassigned":
        return ""
    client = require(sent, "properties", "servicePrincipalProfile", "clientId") or require(
        old or {}, "properties", "servicePrincipalProfile", "clientId"
    )
    if not client or client == "msi":
        raise errors.aks(
            "InvalidParameter", "A cluster needs an identity or a service principal.", "servicePrincipalProfile"
        )
    found_principal = cloud.directory.by_app_id(client)
    if not found_principal:
        raise errors.aks(
            "ServicePrincipalNotFound",
            f"Service principal clientID: {client} not found in Active Directory tenant {TENANT}, Please see "
            "https://aka.ms/aks-sp-help for more details.",
        )
    return str(found_principal["id"])


def caller_may_join(cloud: Cloud, rid: ResourceId, subnet: str, caller: str) -> None:
    """The caller needs the right to join the subnet (I12). No caller is a test that seeds."""
    if caller and not cloud.roles.allows(caller, JOIN, subnet):
        raise _linked(caller, rid, JOIN, subnet)


def caller_may_assign(cloud: Cloud, rid: ResourceId, body: Body, caller: str) -> None:
    """The caller needs the right to assign each identity that it names."""
    for identity in require(body, "identity", "userAssignedIdentities") or {} if caller else {}:
        if not cloud.roles.allows(caller, ASSIGN, identity):
            raise _linked(caller, rid, ASSIGN, identity)


def _linked(client: str, rid: ResourceId, action: str, scope: str) -> Refusal:
    return linked.refusal(client, "Microsoft.ContainerService/managedClusters/write", rid.text(), action, scope)


def cluster_may(cloud: Cloud, rid: ResourceId, subnet: str, principal: str, exists: bool) -> None:
    """The right to join (I1, I2), and to write an own route table (I3, I8).

    Both CustomRouteTable codes are reported. For the subnet no refusal was recorded; LinkedAuthorizationFailed is
    what Azure answers where a linked scope may not be used (recorded for other providers), so it is our model here.
    A system-assigned identity is granted its role after the PUT (I7) and is not looked at.
    """
    table = require(cloud.store[subnet], "properties", "routeTable", "id")
    own_table = table and not _managed(cloud, table)
    if not principal:
        if own_table and not exists:
            raise errors.aks(
                "CustomRouteTableWithUnsupportedMSIType",
                "Clusters using managed identity type SystemAssigned do not support "
                "bringing your own route table. Please see https://aka.ms/aks/customrt for more information",
            )
        return
    if not cloud.roles.allows(principal, JOIN, subnet):
        raise _linked(principal, rid, JOIN, subnet)
    wanted = ("Microsoft.Network/routeTables/read", "Microsoft.Network/routeTables/write")
    if own_table and not all(cloud.roles.allows(principal, action, table) for action in wanted):
        raise errors.aks(
            "CustomRouteTableMissingPermission",
            f"The cluster's identity may not read and write route table {table}. Please see "
            "https://aka.ms/aks/customrt for more information",
        )


def kubelet_may(cloud: Cloud, sent: Body, principal: str) -> None:
    """The right to assign the kubelet's identity that was brought along (I19, from azure-cli's code; our wording).

    The one that AKS made in the node resource group comes back with every update, and is its own.
    """
    kubelet = require(sent, "properties", "identityProfile", "kubeletidentity", "resourceId")
    nodes = str(require(sent, "properties", "nodeResourceGroup") or "").lower()
    if nodes and f"/resourcegroups/{nodes}/" in str(kubelet).lower():
        return
    if kubelet and principal and not cloud.roles.allows(principal, ASSIGN, kubelet):
        raise errors.aks(
            "CustomKubeletIdentityMissingPermissionError",
            f"The cluster user assigned identity must be given permission to assign kubelet identity {kubelet}.",
        )


def _managed(cloud: Cloud, table: str) -> bool:
    """Whether a route table was made by AKS: it lies in a node resource group."""
    found = parse(table)
    return bool(found and cloud.store.get(cloud.group_key(found), {}).get("managedBy"))

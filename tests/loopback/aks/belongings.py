"""What AKS makes beside the nodes: the outbound address and the kubelet's identity, and how such things are kept."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from ..core.ids import ResourceId
from ..core.options import TENANT
from ..core.store import Body, new_etag

if TYPE_CHECKING:
    from ..server.cloud import Cloud

NETWORK = "Microsoft.Network"


def put(cloud: Cloud, rid: ResourceId, location: str, properties: Body, more: Body | None = None) -> Body:
    """Keep a resource that AKS makes, complete and Succeeded."""
    body = {
        "id": rid.text(),
        "name": rid.name,
        "type": rid.type,
        "location": location,
        "etag": new_etag(),
        **(more or {}),
        "properties": {"provisioningState": "Succeeded", **properties},
    }
    cloud.store[rid.key] = body
    return body


def outbound(cloud: Cloud, body: Body, group: ResourceId) -> None:
    """The public addresses of the load balancer, as many as are wanted, named in ``effectiveOutboundIPs``."""
    profile = body["properties"]["networkProfile"].get("loadBalancerProfile")
    if not profile or body["properties"]["networkProfile"]["outboundType"] != "loadBalancer":
        return
    wanted = int((profile.get("managedOutboundIPs") or {}).get("count") or 1)
    found = list(profile.get("effectiveOutboundIPs") or [])[:wanted]
    while len(found) < wanted:
        address = ResourceId(group.subscription, group.group, NETWORK, ("publicIPAddresses",), (str(uuid.uuid4()),))
        put(
            cloud,
            address,
            body["location"],
            {"publicIPAddressVersion": "IPv4", "publicIPAllocationMethod": "Static"},
            {"sku": {"name": "Standard"}},
        )
        found.append({"id": address.text()})
    profile["effectiveOutboundIPs"] = found


def kubelet(cloud: Cloud, rid: ResourceId, body: Body, group: ResourceId) -> None:
    """The kubelet's identity, unless the cluster uses a service principal or brought one."""
    if not body.get("identity") or body["properties"].get("identityProfile"):
        return
    name = f"{rid.name}-agentpool"
    identity = ResourceId(
        group.subscription, group.group, "Microsoft.ManagedIdentity", ("userAssignedIdentities",), (name,)
    )
    principal, client = str(uuid.uuid4()), str(uuid.uuid4())
    text = identity.text("resourcegroups")
    cloud.store[identity.key] = {
        "id": text,
        "name": name,
        "type": identity.type,
        "location": body["location"],
        "tags": {},
        "properties": {"tenantId": TENANT, "principalId": principal, "clientId": client},
    }
    cloud.directory.add_managed_identity(principal, client, name, text)
    body["properties"]["identityProfile"] = {
        "kubeletidentity": {"resourceId": text, "clientId": client, "objectId": principal}
    }

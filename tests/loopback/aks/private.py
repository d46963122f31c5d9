"""What AKS wants of a private cluster's DNS zone, when the zone is the user's own (azure-facts I17, H17).

Names, kinds of identity and rights: private-clusters.md of AKS. CustomPrivateDNSZoneMissingPermissionError and its
words: as reported (Azure/Azure-Landing-Zones#2892); the other codes are our model.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core import errors
from ..core.ids import parse
from ..core.resources import require
from ..core.store import Body

if TYPE_CHECKING:
    from ..server.cloud import Cloud

TARGET = "apiServerAccessProfile.privateDNSZone"
ZONE_RIGHTS = ("Microsoft.Network/privateDnsZones/read", "Microsoft.Network/privateDnsZones/write")
JOIN_NETWORK = "Microsoft.Network/virtualNetworks/join/action"


def zone_of(body: Body) -> str:
    """The id of a zone of one's own; "" for none, for AKS's own, and for a cluster that is not private."""
    profile = body["properties"].get("apiServerAccessProfile") or {}
    zone = str(profile.get("privateDNSZone") or "")
    return zone if profile.get("enablePrivateCluster") and zone.lower() not in ("", "system", "none") else ""


def is_private(body: Body) -> bool:
    """Whether the API server has no public address."""
    return bool((body["properties"].get("apiServerAccessProfile") or {}).get("enablePrivateCluster"))


def check(cloud: Cloud, body: Body, principal: str, networks: list[str]) -> None:
    """The zone's name, that it is there, and the rights of whoever the cluster acts as."""
    zone = zone_of(body)
    if not zone:
        return
    found = parse(zone)
    suffix = rf"^([a-z0-9-]{{1,32}}\.)?(privatelink|private)\.{re.escape(body['location'])}\.azmk8s\.io$"
    if found is None or not re.match(suffix, found.name.lower()):
        raise errors.aks(
            "InvalidParameter", f"{zone} is no private DNS zone for a cluster in {body['location']}.", TARGET
        )
    if not principal:
        raise errors.aks(
            "InvalidParameter", "A private DNS zone of one's own needs a user-assigned identity or a service principal."
        )
    if zone.lower() not in cloud.store:
        raise errors.resource_not_found(found.type_and_names, found.group)
    wanted = [(action, zone) for action in ZONE_RIGHTS] + [(JOIN_NETWORK, network) for network in networks]
    for action, scope in wanted:
        if not cloud.roles.allows(principal, action, scope):
            raise errors.aks(
                "CustomPrivateDNSZoneMissingPermissionError",
                "Service principal or user-assigned identity must be given permission to read and write to custom "
                f"private dns zone {zone}. Check access result not allowed for action {action}.",
            )


def hides_from_nodes(cloud: Cloud, body: Body, subnet: str) -> bool:
    """H17: AKS's own zone, DNS servers and a route table of one's own: nodes never find the API server.

    A zone of one's own may be linked to the servers' network, and `none` has a public name.
    """
    zone = str((body["properties"].get("apiServerAccessProfile") or {}).get("privateDNSZone") or "system").lower()
    network = cloud.store.get(subnet.rpartition("/subnets/")[0], {})
    servers = require(network, "properties", "dhcpOptions", "dnsServers")
    table = require(cloud.store.get(subnet, {}), "properties", "routeTable", "id")
    return bool(is_private(body) and zone == "system" and servers and table)

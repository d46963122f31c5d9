"""What of a virtual WAN has ranges: hubs, VPN sites and the gateways that VPN clients dial in to; kept as sent.

Shape of a hub: recorded virtualHubs, of gateways.jsonl. Sites and gateways are in no recording: as schemas have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.ids import ResourceId
from ..core.resources import Kind
from ..core.store import Body
from .gateways import Gateway

if TYPE_CHECKING:
    from ..server.cloud import Cloud


class VirtualHubs(Gateway):
    """A hub has one prefix; that of a route server has none."""

    type = "Microsoft.Network/virtualHubs"

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {
            "virtualHubRouteTableV2s": [],
            "virtualRouterAsn": 65515,
            "virtualRouterIps": [],
            "routeTable": {"routes": []},
            "networkVirtualAppliances": [],
            "sku": "Standard",
            "routingState": "Provisioned",
            "allowBranchToBranchTraffic": False,
            "hubRoutingPreference": "ExpressRoute",
            **super().build(rid, sent, old),
        }


class VpnSites(Gateway):
    type = "Microsoft.Network/vpnSites"


class ClientGateways(Gateway):
    """The gateway of a hub that VPN clients dial in to."""

    type = "Microsoft.Network/p2sVpnGateways"


def all_kinds(cloud: Cloud) -> list[Kind]:
    """One of each."""
    return [kind(cloud) for kind in (VirtualHubs, VpnSites, ClientGateways)]

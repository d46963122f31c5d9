"""Peerings between two virtual networks. No recording holds one; the shape is that of the SDK (our model)."""

from __future__ import annotations

import uuid

from . import addresses, errors
from .ids import ResourceId, same
from .resources import Kind, require
from .store import Body
from .wire import Call


class Peerings(Kind):
    """Peerings: the remote network must be there, and the two address spaces apart (azure-facts G7). Texts are ours."""

    type = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
    tracked = False

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        remote = require(sent, "properties", "remoteVirtualNetwork", "id") or ""
        parent = rid.parent
        assert parent is not None
        if remote.lower() not in self.cloud.store:
            raise errors.reference_not_found(remote, rid.text())
        here, there = self.cloud.networks.space(parent.key), self.cloud.networks.space(remote.lower())
        if any(addresses.first_overlap(network, there) for network in here):
            raise errors.network(
                400, "VnetAddressSpacesOverlap", f"The address spaces of {parent.text()} and {remote} overlap."
            )

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = {key: value for key, value in (sent.get("properties") or {}).items() if value is not None}
        remote = self.cloud.store[properties["remoteVirtualNetwork"]["id"]]["properties"]["addressSpace"]
        back = [
            body
            for body in self.cloud.store.children(properties["remoteVirtualNetwork"]["id"], "virtualNetworkPeerings")
            if same(body["properties"]["remoteVirtualNetwork"]["id"], rid.parent.text() if rid.parent else "")
        ]
        for body in back:
            body["properties"]["peeringState"] = "Connected"
        return {
            "peeringState": "Connected" if back else "Initiated",
            "resourceGuid": str(uuid.uuid4()),
            "allowVirtualNetworkAccess": True,
            "allowForwardedTraffic": False,
            "allowGatewayTransit": False,
            "useRemoteGateways": False,
            "doNotVerifyRemoteGateways": False,
            "remoteAddressSpace": remote,
            "remoteVirtualNetworkAddressSpace": remote,
            **properties,
        }

"""Peerings between two virtual networks. Shape: recorded virtualNetworks GET, of api 2025-03-01 where versions differ.

A recorded peering that waits for its other half is Initiated and RemoteNotInSync; that two halves make it Connected
and FullyInSync, that an absent other half makes it Disconnected, and that a changed space of the remote network shows
as LocalNotInSync is our model. A remote network of another tenant, or of a subscription that may not be read, need
not be kept: its address space is then what the body says.
"""

from __future__ import annotations

import uuid

from ..authorization import linked
from ..core import errors
from ..core.ids import ResourceId, parse, same
from ..core.resources import Kind, require
from ..core.store import Body
from ..core.wire import Call
from . import addresses
from .addresses import Network


class Peerings(Kind):
    """Peerings: the remote network must be there, and the two address spaces apart (azure-facts G7). Texts are ours."""

    type = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
    tracked = False

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        remote = require(sent, "properties", "remoteVirtualNetwork", "id") or ""
        parent = rid.parent
        assert parent is not None
        space = self._space(remote, sent.get("properties") or {})
        if space is None:
            raise errors.reference_not_found(remote, rid.text())
        if call.caller and not self.cloud.roles.allows(call.caller, linked.PEER, remote):
            raise linked.refusal(call.caller, f"{self.type}/write", rid.text(), linked.PEER, remote)
        there = [network for network in map(addresses.read, space["addressPrefixes"]) if network]
        here: list[Network] = self.cloud.networks.space(parent.key)
        if any(addresses.first_overlap(network, there) for network in here):
            raise errors.network(
                400, "VnetAddressSpacesOverlap", f"The address spaces of {parent.text()} and {remote} overlap."
            )

    def _space(self, remote: str, sent: Body) -> Body | None:
        """The address space of the remote network, None where it can be had from nowhere."""
        if remote.lower() in self.cloud.store:
            found: Body = self.cloud.store[remote]["properties"]["addressSpace"]
            return found
        rid = parse(remote)
        if rid is None or not self.cloud.subscriptions.is_closed(rid.subscription):
            return None
        return sent.get("remoteVirtualNetworkAddressSpace") or sent.get("remoteAddressSpace")

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = {key: value for key, value in (sent.get("properties") or {}).items() if value is not None}
        remote = properties["remoteVirtualNetwork"]["id"]
        space = self._space(remote, properties)
        back = self._back(rid, remote)
        for body in back:
            body["properties"].update({"peeringState": "Connected", "peeringSyncLevel": "FullyInSync"})
        whole = bool(back) or remote.lower() not in self.cloud.store
        return {
            "resourceGuid": require(old or {}, "properties", "resourceGuid") or str(uuid.uuid4()),
            "peeringState": "Connected" if whole else "Initiated",
            "peeringSyncLevel": "FullyInSync" if whole else "RemoteNotInSync",
            "allowVirtualNetworkAccess": True,
            "allowForwardedTraffic": False,
            "allowGatewayTransit": False,
            "useRemoteGateways": False,
            "doNotVerifyRemoteGateways": False,
            "peerCompleteVnets": True,
            "remoteAddressSpace": space,
            "remoteVirtualNetworkAddressSpace": space,
            "routeServiceVips": {},
            **properties,
        }

    def _back(self, rid: ResourceId, remote: str) -> list[Body]:
        """The other half of a peering, in the remote network."""
        return [
            body
            for body in self.cloud.store.children(remote, "virtualNetworkPeerings")
            if same(body["properties"]["remoteVirtualNetwork"]["id"], rid.parent.text() if rid.parent else "")
        ]

    def row(self, key: str) -> Body:
        body = super().row(key)
        properties = body["properties"]
        remote = self.cloud.store.get(properties["remoteVirtualNetwork"]["id"])
        if remote and remote["properties"]["addressSpace"] != properties["remoteVirtualNetworkAddressSpace"]:
            properties["remoteVirtualNetworkAddressSpace"] = remote["properties"]["addressSpace"]
            properties["peeringSyncLevel"] = "LocalNotInSync"
        return body

    def remove(self, rid: ResourceId) -> None:
        """The other half stays, disconnected."""
        remote = self.cloud.store[rid.key]["properties"]["remoteVirtualNetwork"]["id"]
        super().remove(rid)
        for body in self._back(rid, remote):
            body["properties"]["peeringState"] = "Disconnected"

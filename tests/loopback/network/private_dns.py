"""Private DNS zones and their links to networks. In no recording: the shapes are those of Microsoft's REST reference
(Private Zones - Get, Virtual Network Links - Get).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import errors
from ..core.ids import ResourceId
from ..core.resources import Kind, require
from ..core.store import Body
from ..core.wire import Call

if TYPE_CHECKING:
    from ..server.cloud import Cloud


class Global(Kind):
    """What lies in no region."""

    def location(self, rid: ResourceId, sent: Body, old: Body | None) -> str:
        """Our wording, recorded for regions that are not there."""
        if str(sent.get("location") or "global").lower() != "global":
            raise errors.wrapped(
                400,
                "LocationNotAvailableForResourceType",
                f"The provided location '{sent['location']}' is not available for resource type '{self.type}'. List of "
                "available regions for the resource type is 'global'.",
            )
        return "global"


class PrivateDnsZones(Global):
    type = "Microsoft.Network/privateDnsZones"

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {
            "maxNumberOfRecordSets": 25000,
            "maxNumberOfVirtualNetworkLinks": 1000,
            "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
            "numberOfRecordSets": 1,
        }

    def row(self, key: str) -> Body:
        body = super().row(key)
        links = self.cloud.store.children(key, "virtualNetworkLinks")
        body["properties"]["numberOfVirtualNetworkLinks"] = len(links)
        return body


class VirtualNetworkLinks(Global):
    type = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        network = str(require(sent, "properties", "virtualNetwork", "id") or "")
        if network.lower() not in self.cloud.store:
            raise errors.reference_not_found(network, rid.text())

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {"registrationEnabled": False, "virtualNetworkLinkState": "Completed", **(sent.get("properties") or {})}


def all_kinds(cloud: Cloud) -> list[Kind]:
    """One of each."""
    return [PrivateDnsZones(cloud), VirtualNetworkLinks(cloud)]

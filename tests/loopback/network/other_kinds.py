"""Network kinds that only have to be there: kept as sent, with the defaults that every one of them has (our model)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from ..authorization import linked
from ..core import errors
from ..core.ids import ResourceId
from ..core.resources import Kind
from ..core.store import Body
from ..core.wire import Call
from . import gateways, private_dns, virtual_wan

if TYPE_CHECKING:
    from ..server.cloud import Cloud


class Plain(Kind):
    """A body, a guid, an etag."""

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = {key: value for key, value in (sent.get("properties") or {}).items() if value is not None}
        properties["resourceGuid"] = (old or {}).get("properties", {}).get("resourceGuid") or str(uuid.uuid4())
        return properties

    def frame(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        body = super().frame(rid, sent, old)
        body.update({key: sent[key] for key in ("sku", "zones") if sent.get(key)})
        return body


class NatGateways(Plain):
    type = "Microsoft.Network/natGateways"


class PublicAddresses(Plain):
    type = "Microsoft.Network/publicIPAddresses"

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {
            "publicIPAddressVersion": "IPv4",
            "publicIPAllocationMethod": "Static",
            "idleTimeoutInMinutes": 4,
            **super().build(rid, sent, old),
        }


class Interfaces(Plain):
    """Network interfaces: each address configuration counts as a user of its subnet."""

    type = "Microsoft.Network/networkInterfaces"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        for item in (sent.get("properties") or {}).get("ipConfigurations") or []:
            subnet = ((item.get("properties") or {}).get("subnet") or {}).get("id", "")
            if subnet.lower() not in self.cloud.store:
                raise errors.reference_not_found(subnet, rid.text())
            if call.caller and not self.cloud.roles.allows(call.caller, linked.JOIN_SUBNET, subnet):
                raise linked.refusal(call.caller, f"{self.type}/write", rid.text(), linked.JOIN_SUBNET, subnet)

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = super().build(rid, sent, old)
        properties["ipConfigurations"] = [
            {"id": "{}/ipConfigurations/{}".format(rid.text(), item["name"]), **item}
            for item in properties.get("ipConfigurations") or []
        ]
        return properties


class LoadBalancers(Plain):
    type = "Microsoft.Network/loadBalancers"


def all_kinds(cloud: Cloud) -> list[Kind]:
    """One of each."""
    kinds = (NatGateways, PublicAddresses, Interfaces, LoadBalancers)
    found: list[Kind] = [kind(cloud) for kind in kinds]
    for others in (gateways, virtual_wan, private_dns):
        found += others.all_kinds(cloud)
    return found

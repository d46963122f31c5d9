"""Virtual networks and subnets. Shapes: recorded virtualNetworks and subnets; ranges: address_rules.

A network is kept without its subnets; they are resources of their own, and a GET of the network puts them back. Our
model: a network PUT without one of its subnets deletes that subnet, as Azure long did, and is refused while the
subnet is in use.
"""

from __future__ import annotations

import uuid

from ..authorization import linked
from ..core import errors, names
from ..core.ids import ResourceId
from ..core.resources import Kind, require
from ..core.store import Body, new_etag
from ..core.wire import Answer, Call
from . import address_rules, addresses
from .addresses import Network

REFERENCES = {"routeTable": "routeTables", "networkSecurityGroup": "networkSecurityGroups", "natGateway": "natGateways"}


class VirtualNetworks(Kind):
    type = "Microsoft.Network/virtualNetworks"
    retry_after = "3"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        properties = sent.get("properties") or {}
        space = address_rules.address_space(rid, require(properties, "addressSpace", "addressPrefixes") or [])
        others: dict[str, list[Network]] = {}
        subnets: Subnets = self.cloud.kinds["microsoft.network/virtualnetworks/subnets"]  # type: ignore[assignment]
        for subnet in properties.get("subnets") or []:
            child = rid.child("subnets", subnet["name"])
            names.require(subnets.type, child)
            wanted = subnet.get("properties") or {}
            address_rules.subnet(child, wanted, space, others, inline=True)
            subnets.check_use(child, wanted)
            subnets.check_references(child, wanted)
            linked.require_subnet(self.cloud, call.caller, rid.text(), wanted, f"{self.type}/write")
            others[subnet["name"].lower()] = address_rules.readable(wanted)
        for left_out in self._left_out(rid, sent):
            subnets.check_delete(self.cloud.parse(left_out))

    def _left_out(self, rid: ResourceId, sent: Body) -> list[str]:
        named = {subnet["name"].lower() for subnet in require(sent, "properties", "subnets") or []}
        return [
            body["id"] for body in self.cloud.store.children(rid.key, "subnets") if body["name"].lower() not in named
        ]

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        """Defaults as recorded: a guid of its own, no DDoS protection, private endpoint policies from api 2025 on."""
        properties = {
            key: value
            for key, value in (sent.get("properties") or {}).items()
            if key not in ("subnets", "virtualNetworkPeerings", "provisioningState") and value is not None
        }
        kept = (old or {}).get("properties", {})
        properties["resourceGuid"] = kept.get("resourceGuid") or str(uuid.uuid4())
        properties.setdefault("privateEndpointVNetPolicies", "Disabled")
        properties.setdefault("enableDdosProtection", False)
        if "dhcpOptions" in properties:
            properties["dhcpOptions"] = {"dnsServers": [], **properties["dhcpOptions"]}
        return properties

    def put(self, rid: ResourceId, call: Call) -> Answer:
        """The network, then the subnets that were sent with it."""
        left_out = self._left_out(rid, call.body or {}) if rid.key in self.cloud.store else []
        answer = super().put(rid, call)
        subnets = self.cloud.kinds["microsoft.network/virtualnetworks/subnets"]
        for resource in left_out:
            subnets.remove(self.cloud.parse(resource))
        for sent in require(call.body, "properties", "subnets") or []:
            child = rid.child("subnets", sent["name"])
            old = self.cloud.store.get(child.key)
            body = subnets.frame(child, sent, old)
            body["properties"] = subnets.build(child, sent, old)
            body["etag"] = self.cloud.store[rid.key]["etag"]
            self.cloud.store[child.key] = body
        answer.body = self.render(rid.key)
        return answer

    def action_listnetworkmanagereffectiveconnectivityconfigurations(self, rid: ResourceId, call: Call) -> Answer:
        """No network manager is modelled, so that none connects the network to others (our model)."""
        if rid.key not in self.cloud.store:
            raise errors.resource_not_found(f"virtualNetworks/{rid.name}", rid.group)
        return Answer(200, {"value": []})

    def check_delete(self, rid: ResourceId) -> None:
        """InUseSubnetCannotBeDeleted is recorded for the DELETE of a network too."""
        subnets = self.cloud.kinds["microsoft.network/virtualnetworks/subnets"]
        for body in self.cloud.store.children(rid.key, "subnets"):
            subnets.check_delete(self.cloud.parse(body["id"]))

    def row(self, key: str) -> Body:
        body = super().row(key)
        subnets = self.cloud.kinds["microsoft.network/virtualnetworks/subnets"]
        peerings = self.cloud.kinds["microsoft.network/virtualnetworks/virtualnetworkpeerings"]
        children = self.cloud.store.children
        body["properties"]["subnets"] = [subnets.row(child["id"].lower()) for child in children(key, "subnets")]
        body["properties"]["virtualNetworkPeerings"] = [
            peerings.row(child["id"].lower()) for child in children(key, "virtualNetworkPeerings")
        ]
        return body

    def require_quiet(self, rid: ResourceId) -> None:
        """A subnet is not written while its network or a sister is. Of two writes of a network the later one goes
        on. To be refused counts as a look: who only tries again sees an end, too.
        """
        assert rid.parent is not None
        running = self.cloud.operations.below(rid.parent.key)
        if running:
            running.look()
            raise errors.another_operation(
                self.cloud.operations.headers(rid.subscription, running, False)["Azure-AsyncOperation"]
            )

    def space(self, key: str) -> list[Network]:
        """The address space of a network that is kept."""
        return [
            network
            for network in map(addresses.read, self.cloud.store[key]["properties"]["addressSpace"]["addressPrefixes"])
            if network
        ]


class Subnets(Kind):
    type = "Microsoft.Network/virtualNetworks/subnets"
    tracked = False
    retry_after = "3"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        properties = sent.get("properties") or {}
        parent = rid.parent
        assert parent is not None
        others = {
            body["name"].lower(): address_rules.readable(body["properties"])
            for body in self.cloud.store.children(parent.key, "subnets")
        }
        address_rules.subnet(rid, properties, self.cloud.networks.space(parent.key), others, inline=False)
        self.check_use(rid, properties)
        self.check_references(rid, properties)
        linked.require_subnet(self.cloud, call.caller, rid.text(), properties, f"{self.type}/write")

    def preconditions(self, rid: ResourceId, call: Call, old: Body | None) -> None:
        super().preconditions(rid, call, old)
        self.cloud.networks.require_quiet(rid)

    def check_use(self, rid: ResourceId, properties: Body) -> None:
        """A subnet in use keeps its ranges (azure-facts A8). The code is Azure's, the text ours."""
        kept = address_rules.prefixes_of(self.cloud.store.get(rid.key, {}).get("properties", {}))
        if self.cloud.store.subnet_users(rid.key) and kept != address_rules.prefixes_of(properties):
            raise errors.network(
                400,
                "InUsePrefixCannotBeDeleted",
                f"IpPrefix {kept[0]} on Subnet {rid.name} has active allocations and cannot be deleted.",
            )

    def check_references(self, rid: ResourceId, properties: Body) -> None:
        """What a subnet names must be there, in the region of the network."""
        for key in REFERENCES:
            referenced = require(properties, key, "id")
            if referenced and referenced.lower() not in self.cloud.store:
                raise errors.reference_not_found(referenced, rid.text())

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = {
            key: value
            for key, value in (sent.get("properties") or {}).items()
            if value is not None and key not in ("provisioningState", "ipConfigurations", "purpose")
        }
        properties["delegations"] = [self._delegation(rid, item) for item in properties.get("delegations") or []]
        properties.setdefault("privateEndpointNetworkPolicies", "Disabled")
        properties.setdefault("privateLinkServiceNetworkPolicies", "Enabled")
        if properties.get("serviceEndpoints"):
            location = self.cloud.location_of(rid)
            properties["serviceEndpoints"] = [
                {"provisioningState": "Succeeded", "locations": [location], **item}
                for item in properties["serviceEndpoints"]
            ]
        return properties

    def _delegation(self, rid: ResourceId, item: Body) -> Body:
        return {
            "name": item["name"],
            "id": "{}/delegations/{}".format(rid.text(), item["name"]),
            "etag": new_etag(),
            "type": self.type + "/delegations",
            "properties": {
                "provisioningState": "Succeeded",
                "actions": ["Microsoft.Network/virtualNetworks/subnets/join/action"],
                **(item.get("properties") or {}),
            },
        }

    def state(self, key: str) -> str:
        parent = self.cloud.operations.of(key.rpartition("/subnets/")[0])
        return parent.state if parent else super().state(key)

    def row(self, key: str) -> Body:
        body = super().row(key)
        users = self.cloud.store.subnet_users(key)
        if users:
            body["properties"]["ipConfigurations"] = [{"id": user} for user in users]
        return body

    def check_delete(self, rid: ResourceId) -> None:
        """Recorded: nine times."""
        users = self.cloud.store.subnet_users(rid.key)
        if users:
            raise errors.network(
                400,
                "InUseSubnetCannotBeDeleted",
                f"Subnet {rid.name} is in use by {users[0]} and cannot be deleted. In order to delete the "
                "subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
            )

    def after_put(self, rid: ResourceId, body: Body) -> None:
        """A network's etag changes with its subnets."""
        if rid.parent:
            self.cloud.networks.touch(rid.parent.key)

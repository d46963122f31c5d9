"""Route tables with routes, network security groups with rules. Shapes: recorded routeTables and
networkSecurityGroups.
"""

from __future__ import annotations

import uuid

from ..core import errors, names
from ..core.ids import ResourceId
from ..core.resources import Kind, require
from ..core.store import Body, new_etag
from ..core.wire import Answer, Call
from . import addresses

HOPS = {"virtualappliance", "virtualnetworkgateway", "vnetlocal", "internet", "none"}
DEFAULT_RULES = (  # recorded: networkSecurityGroups PUT
    (
        "AllowVnetInBound",
        "Allow inbound traffic from all VMs in VNET",
        "VirtualNetwork",
        "VirtualNetwork",
        "Allow",
        65000,
        "Inbound",
    ),
    (
        "AllowAzureLoadBalancerInBound",
        "Allow inbound traffic from azure load balancer",
        "AzureLoadBalancer",
        "*",
        "Allow",
        65001,
        "Inbound",
    ),
    ("DenyAllInBound", "Deny all inbound traffic", "*", "*", "Deny", 65500, "Inbound"),
    (
        "AllowVnetOutBound",
        "Allow outbound traffic from all VMs to all VMs in VNET",
        "VirtualNetwork",
        "VirtualNetwork",
        "Allow",
        65000,
        "Outbound",
    ),
    (
        "AllowInternetOutBound",
        "Allow outbound traffic from all VMs to Internet",
        "*",
        "Internet",
        "Allow",
        65001,
        "Outbound",
    ),
    ("DenyAllOutBound", "Deny all outbound traffic", "*", "*", "Deny", 65500, "Outbound"),
)


class Holder(Kind):
    """A kind that carries a list of parts (routes, rules), each a resource of its own, and that subnets name."""

    part = part_type = reference = ""
    in_use = ("", "")

    def put(self, rid: ResourceId, call: Call) -> Answer:
        answer = super().put(rid, call)
        sent = {item["name"]: item for item in require(call.body, "properties", self.part) or []}
        parts = self.cloud.kinds[self.part_type.lower()]
        for body in self.cloud.store.children(rid.key, self.part):
            if body["name"] not in sent:
                del self.cloud.store[body["id"]]
        for name, item in sent.items():
            child = rid.child(self.part, name)
            body = parts.frame(child, item, self.cloud.store.get(child.key))
            self.cloud.store[child.key] = {
                **body,
                "properties": parts.build(child, item, None),
                "etag": self.cloud.store[rid.key]["etag"],
            }
        answer.body = self.render(rid.key)
        return answer

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        parts = self.cloud.kinds[self.part_type.lower()]
        for item in require(sent, "properties", self.part) or []:
            names.require(self.part_type, rid.child(self.part, item["name"]))
            assert isinstance(parts, Part)
            parts.check_inline(rid.child(self.part, item["name"]), item, call)

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = {
            key: value
            for key, value in (sent.get("properties") or {}).items()
            if value is not None and key not in (self.part, "subnets", "provisioningState")
        }
        properties["resourceGuid"] = (old or {}).get("properties", {}).get("resourceGuid") or str(uuid.uuid4())
        return properties

    def row(self, key: str) -> Body:
        body = super().row(key)
        parts = self.cloud.kinds[self.part_type.lower()]
        body["properties"][self.part] = [
            parts.row(child["id"].lower()) for child in self.cloud.store.children(key, self.part)
        ]
        users = self.users(key)
        if users:
            body["properties"]["subnets"] = [{"id": user} for user in users]
        return body

    def users(self, key: str) -> list[str]:
        """The subnets that name it; all are of its subscription, as Azure takes no others."""
        subscription = "/".join(key.split("/")[:3])
        return [
            body["id"]
            for body in self.cloud.store.of_type("Microsoft.Network/virtualNetworks/subnets", subscription + "/")
            if (require(body, "properties", self.reference, "id") or "").lower() == key.lower()
        ]

    def check_delete(self, rid: ResourceId) -> None:
        """InUseNetworkSecurityGroupCannotBeDeleted is recorded; InUseRouteTableCannotBeDeleted is azure-facts H6."""
        users = self.users(rid.key)
        if users:
            raise errors.network(
                400,
                self.in_use[0],
                "{} {} cannot be deleted because it is in use by the following resources: {}. In "
                "order to delete it, remove the association with the resource(s).".format(
                    self.in_use[1], self.canonical(rid), ", ".join(users)
                ),
            )


class Part(Kind):
    """A route or a rule: its etag is the holder's."""

    tracked = False

    def check_inline(self, rid: ResourceId, sent: Body, call: Call) -> None:
        """What is refused of a part whether it is written alone or with its holder."""

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {
            key: value
            for key, value in (sent.get("properties") or {}).items()
            if value is not None and key != "provisioningState"
        }

    def state(self, key: str) -> str:
        parent = self.cloud.operations.of(key.rsplit("/", 2)[0])
        return parent.state if parent else super().state(key)

    def after_put(self, rid: ResourceId, body: Body) -> None:
        if rid.parent:
            self.cloud.kinds[self.type.rpartition("/")[0].lower()].touch(rid.parent.key)


class RouteTables(Holder):
    type, part, part_type = "Microsoft.Network/routeTables", "routes", "Microsoft.Network/routeTables/routes"
    reference, in_use, retry_after = "routeTable", ("InUseRouteTableCannotBeDeleted", "Route table"), "2"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        super().check(rid, sent, old, call)
        seen: dict[str, str] = {}
        for item in require(sent, "properties", "routes") or []:
            refuse_twice(item["name"], item, seen)

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = super().build(rid, sent, old)
        properties.setdefault("disableBgpRoutePropagation", False)
        return properties


def refuse_twice(name: str, route: Body, seen: dict[str, str]) -> None:
    """RouteConflict for a prefix that another route of the table has; `seen`: prefix to name (azure-facts B22; code
    and words as reported, kubernetes-sigs/cloud-provider-azure#657).
    """
    prefix = str((route.get("properties") or {}).get("addressPrefix") or "").lower()
    other = seen.setdefault(prefix, name)
    if other.lower() != name.lower():
        raise errors.network(
            400,
            "RouteConflict",
            f"Route: {name} conflicts with Route: {other}. Routes cannot have the same AddressPrefix.",
        )


class Routes(Part):
    """A prefix or a service tag, and a next hop; VirtualAppliance needs an address (our wording)."""

    type = "Microsoft.Network/routeTables/routes"
    retry_after = "2"

    def check_inline(self, rid: ResourceId, sent: Body, call: Call) -> None:
        properties = sent.get("properties") or {}
        prefix, hop = str(properties.get("addressPrefix") or ""), str(properties.get("nextHopType") or "").lower()
        if ("/" in prefix and (addresses.read(prefix) is None or addresses.has_host_bits(prefix))) or not prefix:
            raise errors.network(
                400,
                "InvalidAddressPrefixFormat",
                f"Address prefix {prefix} of resource {rid.text()} is not formatted correctly.",
            )
        if hop not in HOPS or (hop == "virtualappliance") != bool(properties.get("nextHopIpAddress")):
            raise errors.network(
                400,
                "InvalidNextHop",
                "Route {} names next hop {} with address {}.".format(
                    rid.text(), properties.get("nextHopType"), properties.get("nextHopIpAddress")
                ),
            )

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        self.check_inline(rid, sent, call)
        others = self.cloud.store.children(rid.parent.key, "routes") if rid.parent else []
        seen = {str(each["properties"]["addressPrefix"]).lower(): each["name"] for each in others}
        refuse_twice(rid.name, sent, seen)

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {"hasBgpOverride": False, **super().build(rid, sent, old)}


class SecurityGroups(Holder):
    type, part, part_type = (
        "Microsoft.Network/networkSecurityGroups",
        "securityRules",
        "Microsoft.Network/networkSecurityGroups/securityRules",
    )
    reference, retry_after = "networkSecurityGroup", "1"
    in_use = ("InUseNetworkSecurityGroupCannotBeDeleted", "Network security group")

    def row(self, key: str) -> Body:
        body = super().row(key)
        body["properties"]["defaultSecurityRules"] = [self._default(body, *rule) for rule in DEFAULT_RULES]
        return body

    def _default(
        self, group: Body, name: str, text: str, source: str, target: str, access: str, priority: int, direction: str
    ) -> Body:
        properties = {
            "provisioningState": group["properties"]["provisioningState"],
            "description": text,
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": target,
            "access": access,
            "priority": priority,
            "direction": direction,
            "sourcePortRanges": [],
            "destinationPortRanges": [],
            "sourceAddressPrefixes": [],
            "destinationAddressPrefixes": [],
        }
        return {
            "name": name,
            "id": "{}/defaultSecurityRules/{}".format(group["id"], name),
            "etag": group.get("etag", new_etag()),
            "type": self.type + "/defaultSecurityRules",
            "properties": properties,
        }


class SecurityRules(Part):
    type = "Microsoft.Network/networkSecurityGroups/securityRules"
    retry_after = "1"

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        lists: Body = {
            "sourcePortRanges": [],
            "destinationPortRanges": [],
            "sourceAddressPrefixes": [],
            "destinationAddressPrefixes": [],
        }
        return {**lists, **super().build(rid, sent, old)}

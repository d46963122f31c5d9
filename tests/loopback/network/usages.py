"""How many addresses of each subnet of a network are used, and how many there are (existing-clusters R4).

Never recorded: shape and names as in Microsoft's REST reference (Virtual Networks - List Usage), the limits of 65,531
for a /16 and 251 for a /24 as in the examples of Get-AzVirtualNetworkUsageList, -1 and -1 for GatewaySubnet as in both.
Our model: the limit is that of the IPv4 prefixes together; an application gateway counts each of its instances.
"""

from __future__ import annotations

from ..core.ids import ResourceId
from ..core.resources import Shown, require
from ..core.store import Body
from ..core.wire import Answer, Call
from . import address_rules, addresses

GATEWAYS = "/applicationgateways/"


class Usages(Shown):
    type = "Microsoft.Network/virtualNetworks/usages"

    def list_all(self, rid: ResourceId, call: Call) -> Answer:
        """One entry a subnet, in the order of the subnets."""
        self.require_parents(rid, "read")
        assert rid.parent is not None
        subnets = self.cloud.store.children(rid.parent.key, "subnets")
        return Answer(200, {"value": [self._usage(subnet) for subnet in subnets]})

    def _usage(self, subnet: Body) -> Body:
        ranges = [each for each in address_rules.readable(subnet["properties"]) if each.version == 4]
        used, limit = self._used(subnet), sum(map(addresses.usable, ranges))
        if subnet["name"].lower() == "gatewaysubnet":
            used = limit = -1
        return {
            "currentValue": used,
            "id": subnet["id"],
            "limit": limit,
            "name": {"localizedValue": "Subnet size and usage", "value": "SubnetSpace"},
            "unit": "Count",
        }

    def _used(self, subnet: Body) -> int:
        """One for each address configuration, but for application gateways: their instances, private frontends too."""
        users = self.cloud.store.subnet_users(subnet["id"])
        gateways = {
            user.lower().partition("/gatewayipconfigurations/")[0] for user in users if GATEWAYS in user.lower()
        }
        plain = sum(GATEWAYS not in user.lower() for user in users)
        return plain + sum(_instances(self.cloud.store[each], subnet["id"]) for each in gateways)


def _instances(gateway: Body, subnet: str) -> int:
    """The fixed number of instances, or the least of an autoscaled one; at least one is there."""
    properties = gateway["properties"]
    fixed = require(properties, "sku", "capacity") or require(properties, "autoscaleConfiguration", "minCapacity") or 1
    frontends = properties.get("frontendIPConfigurations") or []
    return int(fixed) + sum(
        str(require(each, "properties", "subnet", "id")).lower() == subnet.lower() for each in frontends
    )

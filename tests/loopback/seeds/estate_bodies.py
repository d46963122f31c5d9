"""The bodies of an estate as the store keeps them: the same keys as the kinds' own code would put there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ..aks import defaults
from ..core.ids import parse
from ..core.options import TENANT
from ..core.store import Body

NET = "Microsoft.Network"
VERSION = "1.33.5"


class Maker:
    """Makes bodies; all that is random in them comes from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def guid(self) -> str:
        text = f"{self.random.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def etag(self) -> str:
        return f'W/"{self.guid()}"'

    def _top(self, resource: str, type_: str, location: str, properties: Body, **more: Any) -> Body:
        guid = {"resourceGuid": self.guid()} if type_.startswith(NET) else {}
        name = resource.rpartition("/")[2]
        return {
            "id": resource,
            "name": name,
            "type": type_,
            "location": location,
            **more,
            "properties": {**guid, **properties},
            "etag": self.etag(),
        }

    @staticmethod
    def group(scope: str, location: str, managed_by: str = "") -> Body:
        body = {
            "id": scope,
            "name": scope.rpartition("/")[2],
            "type": "Microsoft.Resources/resourceGroups",
            "location": location,
            "properties": {"provisioningState": "Succeeded"},
        }
        return {**body, "managedBy": managed_by} if managed_by else body

    def network(self, resource: str, location: str, prefixes: list[str], subnets: dict[str, str]) -> Iterator[Body]:
        """A network, then its subnets, given as name -> prefix."""
        properties = {
            "addressSpace": {"addressPrefixes": prefixes},
            "privateEndpointVNetPolicies": "Disabled",
            "enableDdosProtection": False,
        }
        yield self._top(resource, NET + "/virtualNetworks", location, properties)
        for name, prefix in subnets.items():
            yield {
                "id": f"{resource}/subnets/{name}",
                "name": name,
                "type": NET + "/virtualNetworks/subnets",
                "properties": {
                    "addressPrefix": prefix,
                    "delegations": [],
                    "privateEndpointNetworkPolicies": "Disabled",
                    "privateLinkServiceNetworkPolicies": "Enabled",
                },
                "etag": self.etag(),
            }

    def peering(self, here: str, there: str, space: list[str], whole: bool, hub: bool) -> Body:
        """One half; `hub` for the half that lies in a hub."""
        name = f"to-{there.rpartition('/')[2]}"
        return {
            "id": f"{here}/virtualNetworkPeerings/{name}",
            "name": name,
            "type": NET + "/virtualNetworks/virtualNetworkPeerings",
            "properties": {
                "resourceGuid": self.guid(),
                "peeringState": "Connected" if whole else "Initiated",
                "peeringSyncLevel": "FullyInSync" if whole else "RemoteNotInSync",
                "remoteVirtualNetwork": {"id": there},
                "allowVirtualNetworkAccess": True,
                "allowForwardedTraffic": True,
                "allowGatewayTransit": hub,
                "useRemoteGateways": False,
                "doNotVerifyRemoteGateways": False,
                "peerCompleteVnets": True,
                "remoteAddressSpace": {"addressPrefixes": space},
                "remoteVirtualNetworkAddressSpace": {"addressPrefixes": space},
                "routeServiceVips": {},
            },
            "etag": self.etag(),
        }

    def on_premises(self, network: str, location: str, number: int, prefixes: list[str]) -> Iterator[Body]:
        """A VPN gateway in a network's GatewaySubnet, a local network gateway, and the connection of the two."""
        base = network.rpartition("/virtualNetworks/")[0]
        gateway, local = f"{base}/virtualNetworkGateways/vpn", f"{base}/localNetworkGateways/site-{number:03d}"
        place = {"privateIPAllocationMethod": "Dynamic", "subnet": {"id": f"{network}/subnets/GatewaySubnet"}}
        configuration = {"name": "default", "id": f"{gateway}/ipConfigurations/default", "properties": place}
        vpn = {
            "gatewayType": "Vpn",
            "vpnType": "RouteBased",
            "enableBgp": False,
            "activeActive": False,
            "sku": {"name": "VpnGw1", "tier": "VpnGw1", "capacity": 2},
            "ipConfigurations": [configuration],
        }
        yield self._top(gateway, NET + "/virtualNetworkGateways", location, vpn)
        address = f"203.0.113.{number % 250 + 1}"
        behind = {"localNetworkAddressSpace": {"addressPrefixes": prefixes}, "gatewayIpAddress": address}
        yield self._top(local, NET + "/localNetworkGateways", location, behind)
        ends = {
            "connectionType": "IPsec",
            "connectionStatus": "Connected",
            "enableBgp": False,
            "routingWeight": 10,
            "virtualNetworkGateway1": {"id": gateway},
            "localNetworkGateway2": {"id": local},
            "ipsecPolicies": [],
            "trafficSelectorPolicies": [],
        }
        yield self._top(f"{base}/connections/to-site-{number:03d}", NET + "/connections", location, ends)

    def cluster(self, group: str, name: str, location: str, subnet: str | None, profile: Body) -> Body:
        """A cluster as AKS would show it; `subnet` None for one in a network that AKS made."""
        resource = f"{group.replace('/resourceGroups/', '/resourcegroups/')}/providers/Microsoft.ContainerService"
        resource += f"/managedClusters/{name}"
        rid = parse(resource)
        assert rid is not None
        pool: Body = {"name": "nodepool1", "count": self.random.randint(3, 20), "mode": "System"}
        if subnet:
            pool["vnetSubnetID"] = subnet
        sent = {"agentPoolProfiles": [pool], "networkProfile": profile}
        properties = defaults.properties(rid, sent, None, location, VERSION)
        body = self._top(resource, "Microsoft.ContainerService/ManagedClusters", location, properties, kind="Base")
        del body["etag"]
        identity = {"type": "SystemAssigned", "principalId": self.guid(), "tenantId": TENANT}
        return {**body, "sku": {"name": "Base", "tier": "Free"}, "identity": identity, "eTag": self.guid()}

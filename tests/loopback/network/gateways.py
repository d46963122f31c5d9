"""Virtual network gateways, local network gateways, the connections between them, and ExpressRoute circuits.

Shapes: recorded gateways, and, for the id of a gateway's address configuration as its subnet shows it, recorded
virtualNetworks. An IPsec or ExpressRoute connection is in no recording: its shape is the SDK's (our model).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from ..core import errors
from ..core.ids import ResourceId
from ..core.resources import Kind, require
from ..core.store import Body, new_etag
from ..core.wire import Answer, Call
from . import address_rules, addresses

if TYPE_CHECKING:
    from ..server.cloud import Cloud

CLIENT_LISTS = (
    "vpnClientRootCertificates",
    "vpnClientRevokedCertificates",
    "radiusServers",
    "vngClientConnectionConfigurations",
    "vpnClientIpsecPolicies",
)
ENDS = ("virtualNetworkGateway1", "virtualNetworkGateway2", "localNetworkGateway2", "peer")
SECOND_END = {"ipsec": "localNetworkGateway2", "vnet2vnet": "virtualNetworkGateway2", "expressroute": "peer"}


def refuse_absent(cloud: Cloud, rid: ResourceId, referenced: str) -> None:
    """InvalidResourceReference, as recorded, for what is named and not there."""
    if referenced.lower() not in cloud.store:
        raise errors.reference_not_found(referenced, rid.text())


def prefixes(rid: ResourceId, properties: Body) -> list[str]:
    """The address prefixes behind a local network gateway; host bits and unreadable ones are refused."""
    found = require(properties, "localNetworkAddressSpace", "addressPrefixes") or []
    return [str(address_rules.cidr(text, rid.text())) for text in found]


class Gateway(Kind):
    """What the three have in common: a guid of its own."""

    retry_after = "10"

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        given = sent.get("properties") or {}
        properties = {key: value for key, value in given.items() if value is not None and key != "provisioningState"}
        properties["resourceGuid"] = require(old or {}, "properties", "resourceGuid") or str(uuid.uuid4())
        return properties


class VirtualNetworkGateways(Gateway):
    """In a subnet named GatewaySubnet, which then shows the gateway's address configurations."""

    type = "Microsoft.Network/virtualNetworkGateways"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        """SubnetNotGatewaySubnet and its text are ours. Azure wants an address configuration; here a gateway that is
        seeded as an empty shape may lack one.
        """
        for item in require(sent, "properties", "ipConfigurations") or []:
            subnet = str(require(item, "properties", "subnet", "id") or "")
            refuse_absent(self.cloud, rid, subnet)
            if subnet.rpartition("/")[2].lower() != "gatewaysubnet":
                raise errors.network(
                    400, "SubnetNotGatewaySubnet", f"Subnet {subnet} of {rid.text()} must be named GatewaySubnet."
                )
            address = require(item, "properties", "publicIPAddress", "id")
            if address:
                refuse_absent(self.cloud, rid, str(address))

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        properties = {
            "gatewayType": "Vpn",
            "vpnType": "RouteBased",
            "enableBgp": False,
            "activeActive": False,
            "enablePrivateIpAddress": False,
            "sku": {"name": "VpnGw1", "tier": "VpnGw1", "capacity": 2},
            "vpnGatewayGeneration": "Generation1",
            **super().build(rid, sent, old),
        }
        if properties["gatewayType"] != "Vpn":
            properties["vpnGatewayGeneration"] = "None"
        properties["ipConfigurations"] = [
            self._configuration(rid, item) for item in properties.get("ipConfigurations") or []
        ]
        properties["sku"] = {"capacity": 2, **properties["sku"]}
        properties.setdefault("virtualNetworkGatewayPolicyGroups", [])
        if properties["gatewayType"] == "Vpn":
            properties["bgpSettings"] = {
                "asn": 65515,
                "bgpPeeringAddress": "",
                "peerWeight": 0,
                "bgpPeeringAddresses": [],
                **(properties.get("bgpSettings") or {}),
            }
            properties["vpnClientConfiguration"] = {
                "vpnClientProtocols": ["OpenVPN", "IkeV2"],
                "vpnAuthenticationTypes": [],
                **{key: [] for key in CLIENT_LISTS},
                **(properties.get("vpnClientConfiguration") or {}),
            }
        return properties

    def _configuration(self, rid: ResourceId, item: Body) -> Body:
        return {
            "name": item["name"],
            "id": f"{self.canonical(rid)}/ipConfigurations/{item['name']}",
            "type": self.type + "/ipConfigurations",
            "etag": new_etag(),
            "properties": {
                "provisioningState": "Succeeded",
                "privateIPAllocationMethod": "Dynamic",
                **(item.get("properties") or {}),
            },
        }

    def check_delete(self, rid: ResourceId) -> None:
        """The code is Azure's, the text ours."""
        if connections_of(self.cloud, rid.key):
            raise errors.network(
                400, "VirtualNetworkGatewayInUse", f"Gateway {rid.text()} has connections and cannot be deleted."
            )


class LocalNetworkGateways(Gateway):
    """The other side's address and the prefixes behind it."""

    type = "Microsoft.Network/localNetworkGateways"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        prefixes(rid, sent.get("properties") or {})
        address = require(sent, "properties", "gatewayIpAddress")
        if address and addresses.read(f"{address}/32") is None:
            raise errors.network(400, "InvalidIPAddress", f"{address} of {rid.text()} is not an address.")

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {"localNetworkAddressSpace": {"addressPrefixes": []}, **super().build(rid, sent, old)}


class Connections(Gateway):
    """A connection of a gateway to a local network gateway, to another gateway, or to a circuit."""

    type = "Microsoft.Network/connections"

    def check(self, rid: ResourceId, sent: Body, old: Body | None, call: Call) -> None:
        properties = sent.get("properties") or {}
        kind = str(properties.get("connectionType") or "").lower()
        for key in ("virtualNetworkGateway1", SECOND_END.get(kind, "")):
            if not require(properties, key, "id"):
                raise errors.network(
                    400, "InvalidConnection", f"Connection {rid.text()} of type '{kind}' needs {key or 'a type'}."
                )
        for key in ENDS:
            referenced = require(properties, key, "id")
            if referenced:
                refuse_absent(self.cloud, rid, referenced)

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        """The shared key is never shown."""
        properties = {
            "connectionStatus": "Connected",
            "connectionMode": "Default",
            "connectionProtocol": "IKEv2",
            "routingWeight": 0,
            "enableBgp": False,
            "usePolicyBasedTrafficSelectors": False,
            "useLocalAzureIpAddress": False,
            "dpdTimeoutSeconds": 0,
            "ipsecPolicies": [],
            "trafficSelectorPolicies": [],
            "ingressBytesTransferred": 0,
            "egressBytesTransferred": 0,
            **super().build(rid, sent, old),
        }
        properties.pop("sharedKey", None)
        for key in ENDS:
            if key in properties:
                properties[key] = {"id": properties[key]["id"]}
        return properties


def connections_of(cloud: Cloud, gateway: str) -> list[Body]:
    """The connections that name a gateway at one of their ends."""
    return [
        body
        for body in cloud.store.of_type(Connections.type)
        if any(
            (require(body, "properties", key, "id") or "").lower() == gateway
            for key in ("virtualNetworkGateway1", "virtualNetworkGateway2")
        )
    ]


class GatewayConnections(Kind):
    """ "List Connections" of a gateway: the same connections, the gateways in them as references. Nothing else."""

    type = "Microsoft.Network/virtualNetworkGateways/connections"
    tracked = False

    def list_all(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "read")
        assert rid.parent is not None
        connections = self.cloud.kinds[Connections.type.lower()]
        found = connections_of(self.cloud, rid.parent.key)
        return Answer(200, {"value": [connections.render(body["id"].lower()) for body in found]})

    def get(self, rid: ResourceId, call: Call) -> Answer:
        raise errors.child_not_found(rid.text())

    def put(self, rid: ResourceId, call: Call) -> Answer:
        raise errors.wrapped(405, "MethodNotAllowed", f"{call.method} is not supported for '{self.type}'.")


class ExpressRouteCircuits(Gateway):
    """Kept as sent: only there to be named by a connection."""

    type = "Microsoft.Network/expressRouteCircuits"

    def frame(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {**super().frame(rid, sent, old), "sku": sent.get("sku") or {}}

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return {
            "peerings": [],
            "authorizations": [],
            "serviceProviderProvisioningState": "NotProvisioned",
            "circuitProvisioningState": "Enabled",
            "allowClassicOperations": False,
            "gatewayManagerEtag": "",
            "serviceKey": "",
            **super().build(rid, sent, old),
        }


def all_kinds(cloud: Cloud) -> list[Kind]:
    """One of each."""
    kinds = (VirtualNetworkGateways, LocalNetworkGateways, Connections, GatewayConnections, ExpressRouteCircuits)
    return [kind(cloud) for kind in kinds]

"""One network with everything that a planner should see around it, put in by the code of a PUT.

``app`` has two prefixes and five subnets. It is peered with ``hub`` of another group, which is peered onward with
``far``; traffic is forwarded all the way. A VPN gateway in ``app`` leads to ``office``. Clusters run in ``app``, in
``hub`` and in ``alone``, which nothing connects to the others. With `foreign`, ``app`` is also peered with a network
of another tenant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.options import SUBSCRIPTION
from . import bodies

if TYPE_CHECKING:
    from ..server.server import LoopbackArm

SUB = "/subscriptions/" + SUBSCRIPTION
OTHER_TENANT = "7e000000-0000-4000-8000-0000000000ff"
OTHER_SUBSCRIPTION = "5b000000-0000-4000-8000-0000000000ff"
PODS = {"shop": "10.244.0.0/16", "tools": "10.245.0.0/16", "lab": "10.244.0.0/16"}
SERVICES = {"shop": "10.0.0.0/16", "tools": "10.2.0.0/16", "lab": "10.0.0.0/16"}


def network_id(group: str, name: str, kind: str = "virtualNetworks") -> str:
    """The id of a resource of Microsoft.Network in the main subscription."""
    return f"{SUB}/resourceGroups/{group}/providers/Microsoft.Network/{kind}/{name}"


@dataclass
class Scene:
    """The ids of what was made, and every range by what a user would call it."""

    network: str = network_id("net", "app")
    hub: str = network_id("hub", "hub")
    far: str = network_id("far", "far")
    alone: str = network_id("alone", "alone")
    foreign: str = ""
    table: str = network_id("net", "to-firewall", "routeTables")
    gateway: str = network_id("net", "vpn", "virtualNetworkGateways")
    local_gateway: str = network_id("net", "office", "localNetworkGateways")
    connection: str = network_id("net", "to-office", "connections")
    clusters: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, list[str]] = field(default_factory=dict)

    def subnet(self, name: str) -> str:
        """A subnet of ``app``: nodes, data, GatewaySubnet, apps or vms."""
        return f"{self.network}/subnets/{name}"

    def reachable(self) -> list[str]:
        """All ranges but those of ``alone``, which nothing connects."""
        return [text for name, texts in self.ranges.items() if not name.endswith(("alone", "lab")) for text in texts]


def scene(arm: LoopbackArm, foreign: bool = False) -> Scene:
    """Put it in."""
    made = Scene()
    for group in ("net", "hub", "far", "alone"):
        arm.put(f"{SUB}/resourceGroups/{group}", bodies.group())
    _networks(arm, made)
    for one, other in ((made.network, made.hub), (made.hub, made.far)):
        peer(arm, one, other)
    _on_premises(arm, made)
    if foreign:
        _foreign(arm, made)
    for name, subnet in (
        ("shop", made.subnet("nodes")),
        ("tools", made.hub + "/subnets/shared"),
        ("lab", made.alone + "/subnets/lab"),
    ):
        made.clusters[name] = _cluster(arm, name, subnet)
        made.ranges["pods of " + name] = [PODS[name]]
        made.ranges["services of " + name] = [SERVICES[name]]
    return made


def peer(arm: LoopbackArm, one: str, other: str, **flags: Any) -> None:
    """Both halves of a peering that forwards traffic, each named for the other network."""
    for here, there in ((one, other), (other, one)):
        name = "to-" + there.rpartition("/")[2]
        properties = {"remoteVirtualNetwork": {"id": there}, "allowForwardedTraffic": True, **flags}
        arm.put(f"{here}/virtualNetworkPeerings/{name}", {"properties": properties})


def _networks(arm: LoopbackArm, made: Scene) -> None:
    route = {"addressPrefix": "10.60.0.0/16", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.100.0.4"}
    table = {"location": "westeurope", "properties": {"routes": [{"name": "branches", "properties": route}]}}
    arm.put(made.table, table)
    app = bodies.network(
        *("10.1.0.0/16", "172.20.0.0/20"),
        nodes="10.1.0.0/24",
        data="10.1.1.0/24",
        GatewaySubnet="10.1.255.0/27",
        apps="172.20.0.0/24",
        vms="172.20.1.0/25",
    )
    parts = {subnet["name"]: subnet["properties"] for subnet in app["properties"]["subnets"]}
    service = {"serviceName": "Microsoft.DBforPostgreSQL/flexibleServers"}
    parts["data"]["delegations"] = [{"name": "database", "properties": service}]
    parts["apps"]["routeTable"] = {"id": made.table}
    arm.put(made.network, app)
    arm.put(made.hub, bodies.network("10.100.0.0/16", AzureFirewallSubnet="10.100.0.0/26", shared="10.100.1.0/24"))
    arm.put(made.far, bodies.network("10.110.0.0/16", stock="10.110.0.0/24"))
    arm.put(made.alone, bodies.network("10.180.0.0/16", lab="10.180.0.0/24"))
    for number in range(3):
        place = {"name": "ipconfig1", "properties": {"subnet": {"id": made.subnet("vms")}}}
        nic = {"location": "westeurope", "properties": {"ipConfigurations": [place]}}
        arm.put(network_id("net", f"vm{number}-nic", "networkInterfaces"), nic)
    made.ranges |= {
        "network app": ["10.1.0.0/16", "172.20.0.0/20"],
        "network hub": ["10.100.0.0/16"],
        "network far": ["10.110.0.0/16"],
        "network alone": ["10.180.0.0/16"],
        "route branches": ["10.60.0.0/16"],
    }


def _on_premises(arm: LoopbackArm, made: Scene) -> None:
    """A VPN gateway, the gateway on the other side with two prefixes, and the connection."""
    address = network_id("net", "vpn-ip", "publicIPAddresses")
    arm.put(address, {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {}})
    place = {"subnet": {"id": made.subnet("GatewaySubnet")}, "publicIPAddress": {"id": address}}
    configurations = [{"name": "default", "properties": place}]
    arm.put(made.gateway, {"location": "westeurope", "properties": {"ipConfigurations": configurations}})
    prefixes = ["10.200.0.0/14", "192.168.0.0/20"]
    behind = {"gatewayIpAddress": "203.0.113.7", "localNetworkAddressSpace": {"addressPrefixes": prefixes}}
    arm.put(made.local_gateway, {"location": "westeurope", "properties": behind})
    ends = {
        "connectionType": "IPsec",
        "virtualNetworkGateway1": {"id": made.gateway},
        "localNetworkGateway2": {"id": made.local_gateway},
    }
    arm.put(made.connection, {"location": "westeurope", "properties": ends})
    made.ranges["on-premises office"] = prefixes


def _foreign(arm: LoopbackArm, made: Scene) -> None:
    """A peer that this login may not read; its address space is known from the peering alone."""
    arm.add_subscription(OTHER_SUBSCRIPTION, OTHER_TENANT, name="Partner")
    path = "resourceGroups/partner/providers/Microsoft.Network/virtualNetworks/partner"
    made.foreign = f"/subscriptions/{OTHER_SUBSCRIPTION}/{path}"
    properties = {
        "remoteVirtualNetwork": {"id": made.foreign},
        "remoteAddressSpace": {"addressPrefixes": ["10.120.0.0/16"]},
        "allowForwardedTraffic": True,
    }
    arm.put(made.network + "/virtualNetworkPeerings/to-partner", {"properties": properties})
    made.ranges["network partner"] = ["10.120.0.0/16"]


def _cluster(arm: LoopbackArm, name: str, subnet: str) -> str:
    group = subnet.split("/")[4]
    resource = f"{SUB}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{name}"
    body = bodies.cluster(
        subnet, None, podCidr=PODS[name], serviceCidr=SERVICES[name], dnsServiceIP=_dns(SERVICES[name])
    )
    return str(arm.put(resource, body)["id"])


def _dns(services: str) -> str:
    return services.replace(".0/16", ".10")

"""Networks and what hangs on them, as Azure shows them, as small as they can be (our model, after its schemas)."""

from __future__ import annotations

from typing import Any

from azext_kubenet.addressing.model import Reservation
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.caller import UNKNOWN, Caller
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.network_reads import NetworkSource
from azext_kubenet.discovery.surroundings import surroundings
from azext_kubenet.discovery.topology import Surroundings
from tests.unit.checks.wire import Wire

Json = dict[str, Any]
SUB, OTHER = "/subscriptions/s", "/subscriptions/o"
NETWORK = f"{SUB}/resourceGroups/g/providers/Microsoft.Network"
OWN = f"{NETWORK}/virtualNetworks/own"
FORBIDDEN = AzureError(403, "AuthorizationFailed", "the client does not have authorization")
ISSUER = "https://sts.windows.net/"
STRANGER = AzureError(
    401,
    "InvalidAuthenticationTokenTenant",
    f"The access token is from the wrong issuer '{ISSUER}11111111-aaaa-4aaa-8aaa-111111111111/'. It must match the "
    f"tenant '{ISSUER}22222222-bbbb-4bbb-8bbb-222222222222/' associated with this subscription.",
)


def vnet_id(name: str, subscription: str = SUB) -> str:
    return f"{subscription}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/{name}"


def gateway_id(name: str) -> str:
    return f"{NETWORK}/virtualNetworkGateways/{name}"


def site_id(name: str) -> str:
    return f"{NETWORK}/localNetworkGateways/{name}"


def table_id(name: str) -> str:
    return f"{NETWORK}/routeTables/{name}"


def clusters_path(subscription: str = SUB) -> str:
    return f"{subscription}/providers/Microsoft.ContainerService/managedClusters"


def groups_path(network: str = OWN) -> str:
    return f"{network}/listNetworkManagerEffectiveConnectivityConfigurations"


def effective(name: str, topology: str, connectivity: str = "None") -> Json:
    """A configuration of Azure Virtual Network Manager, after the example of its specification."""
    manager = f"{NETWORK}/networkManagers/nm"
    group = f"{manager}/networkGroups/all"
    properties = {
        "connectivityTopology": topology,
        "appliesToGroups": [{"networkGroupId": group, "groupConnectivity": connectivity, "useHubGateway": "False"}],
    }
    shown = {"id": f"{manager}/connectivityConfigurations/{name}", "properties": properties}
    return {**shown, "configurationGroups": [{"id": group, "properties": {}}]}


def space(*prefixes: str) -> Json:
    return {"addressPrefixes": list(prefixes)}


def vnet(
    *prefixes: str, subnets: tuple[Json, ...] = (), peerings: tuple[Json, ...] = (), name: str = "own", **more: Any
) -> Json:
    properties = {"addressSpace": space(*prefixes), "subnets": [*subnets], "virtualNetworkPeerings": [*peerings]}
    return {"id": vnet_id(name), "name": name, "properties": {**properties, **more}}


def subnet(name: str, *prefixes: str, table: str = "", gateway: str = "") -> Json:
    has: Json = {"addressPrefix": prefixes[0]} if len(prefixes) == 1 else {"addressPrefixes": [*prefixes]}
    if table:
        has["routeTable"] = {"id": table_id(table)}
    if gateway:
        has["ipConfigurations"] = [{"id": f"{gateway_id(gateway)}/ipConfigurations/default"}]
    return {"name": name, "properties": has}


def peering(name: str, remote: str, *prefixes: str, state: str = "Connected", **more: Any) -> Json:
    properties = {
        "remoteVirtualNetwork": {"id": remote}, "remoteVirtualNetworkAddressSpace": space(*prefixes),
        "remoteAddressSpace": space(*prefixes), "peeringState": state, **more,
    }  # fmt: skip
    return {"name": name, "properties": properties}


def gateway(name: str, network: str = OWN, clients: tuple[str, ...] = ()) -> dict[str, Json]:
    one = {"name": "default", "properties": {"subnet": {"id": f"{network}/subnets/GatewaySubnet"}}}
    pool = {"vpnClientConfiguration": {"vpnClientAddressPool": space(*clients)}} if clients else {}
    return {gateway_id(name): {"id": gateway_id(name), "properties": {"ipConfigurations": [one], **pool}}}


def connected(name: str, *connections: Json) -> dict[str, Any]:
    return {f"{gateway_id(name)}/connections": [*connections]}


def connection(name: str, gateway_name: str, **properties: Any) -> Json:
    ends = {"virtualNetworkGateway1": {"id": gateway_id(gateway_name)}, "sharedKey": "s3cret"}
    return {"id": f"{NETWORK}/connections/{name}", "properties": {"connectionType": "IPsec", **ends, **properties}}


def to_site(name: str) -> Json:
    return {"localNetworkGateway2": {"id": site_id(name)}}


def site(name: str, *prefixes: str) -> dict[str, Json]:
    return {site_id(name): {"id": site_id(name), "properties": {"localNetworkAddressSpace": space(*prefixes)}}}


def table(name: str, **routes: str) -> dict[str, Json]:
    shown = [{"name": key.replace("_", "-"), "properties": {"addressPrefix": text}} for key, text in routes.items()]
    return {table_id(name): {"id": table_id(name), "properties": {"routes": shown}}}


def hops(name: str, **routes: tuple[str, str]) -> dict[str, Json]:
    """A route table, of whose routes each has the type of its next hop."""
    shown = [
        {"name": key.replace("_", "-"), "properties": {"addressPrefix": prefix, "nextHopType": hop}}
        for key, (prefix, hop) in routes.items()
    ]
    return {table_id(name): {"id": table_id(name), "properties": {"routes": shown}}}


def cluster(name: str, *subnets: str, plugin: str = "kubenet", group: str = "g", **profile: Any) -> Json:
    path = f"{SUB}/resourcegroups/{group}/providers/Microsoft.ContainerService/managedClusters/{name}"
    pools = [{"name": "one", "vnetSubnetID": each or None} for each in subnets]
    properties = {
        "agentPoolProfiles": pools,
        "nodeResourceGroup": f"MC_{name}",
        "networkProfile": {"networkPlugin": plugin, **profile},
    }
    return {"id": path, "name": name, "properties": properties}


def clusters(*each: Json, subscription: str = SUB) -> dict[str, Any]:
    return {clusters_path(subscription): [*each]}


def rows(found: list[Reservation]) -> list[tuple[str, str, str]]:
    return [(str(each.network), each.reason, each.origin.value) for each in found]


def around(own: Json, *answers: dict[str, Any], planned: str = "nodes", own_cluster: str = "") -> Surroundings:
    """What the production code makes of these answers."""
    return around_with(own, Wire({key: value for each in answers for key, value in each.items()}), planned, own_cluster)


def around_with(
    own: Json, wire: Wire, planned: str = "nodes", own_cluster: str = "", caller: Caller = UNKNOWN
) -> Surroundings:
    with Reader(wire) as reader:  # type: ignore[arg-type]
        return surroundings(NetworkSource(reader), VirtualNetwork.parse(own), planned, ResourceId(own_cluster), caller)


# -- the networks of most tests

HUB, SPOKE, FAR = vnet_id("hub"), vnet_id("spoke"), vnet_id("far", OTHER)
NODES = f"{OWN}/subnets/nodes"


def own(*subnets: Any, peerings: tuple[Any, ...] = (), prefix: str = "10.1.0.0/16") -> dict[str, Any]:
    return vnet(prefix, subnets=subnets, peerings=peerings)


def peered(*prefixes: str, **more: Any) -> dict[str, Any]:
    return own(peerings=(peering("to-hub", HUB, *prefixes, **more),))


def hub(*prefixes: str, **more: Any) -> dict[str, Any]:
    return {HUB: vnet(*prefixes, name="hub", **more)}


MESH, SPOKES = effective("mesh", "Mesh"), effective("star", "HubAndSpoke")
DIRECT = effective("spokes", "HubAndSpoke", "DirectlyConnected")
GATED = own(subnet("GatewaySubnet", "10.1.255.0/27", gateway="gw"))
TO_HQ = connection("to-hq", "gw", **to_site("hq"))
BEHIND_HQ = "on-premises behind connection to-hq (local network gateway hq)"
ROUTED = own(subnet("nodes", "10.1.0.0/24", table="rt"))
PODS = {"podCidr": "10.244.0.0/16", "podCidrs": ["10.244.0.0/16"], "serviceCidr": "10.0.0.0/16"}
IPV6_ALONE = {"peerCompleteVnets": False, "enableOnlyIPv6Peering": True}

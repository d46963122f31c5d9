"""From what Azure shows of a resource to topology's types: Resource Manager and Resource Graph show the same. Pure.

Whatever is missing, empty, of another type or not IPv4 is passed over: a stranger's network is no reason to fail.
"""

import re
from typing import Any

from azext_kubenet.azure.bodies import Json, items, texts, within
from azext_kubenet.discovery.topology import (
    Cluster,
    Connection,
    Gateway,
    Network,
    Peering,
    RouteTable,
    Site,
    Subnet,
    ipv4,
)

#: The id of a resource in a resource group: nothing else is asked for.
_ID = re.compile(r"/subscriptions/[^/?#\s]+/resourceGroups/[^/?#\s]+(/[^/?#\s]+)+", re.IGNORECASE)
_GATEWAY = re.compile(r"(.+/virtualNetworkGateways/[^/]+)/ipConfigurations/.+", re.IGNORECASE)
_SUBNET = re.compile(r"(.+/virtualNetworks/[^/]+)/subnets/[^/]+", re.IGNORECASE)
#: Where the address space of the other network stands, newest first.
_REMOTE_SPACE = ("remoteVirtualNetworkAddressSpace", "remoteAddressSpace")


def _text(body: Any, key: str) -> str:
    found = body.get(key) if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""


def _id(body: Json, *keys: str) -> str:
    found = _text(within(body, *keys), "id").rstrip("/")
    return found if _ID.fullmatch(found) else ""


def _prefixes(body: Json, *keys: str) -> tuple[str, ...]:
    """The IPv4 prefixes of an address space."""
    return ipv4(texts(within(body, *keys), "addressPrefixes"))


def prefixes_of(subnet: Json) -> tuple[str, ...]:
    """The IPv4 prefixes of a subnet, which Azure shows as one, as a list, or as both."""
    has = within(subnet, "properties")
    return ipv4(list(dict.fromkeys(each for each in (_text(has, "addressPrefix"), *texts(has, "addressPrefixes")))))


def network(body: Json) -> Network:
    """A virtual network."""
    has = within(body, "properties")
    subnets = list(items(has, "subnets"))
    shown = tuple(
        Subnet(_text(each, "name"), prefixes_of(each), _id(each, "properties", "routeTable")) for each in subnets
    )
    peerings = tuple(peering(each) for each in items(has, "virtualNetworkPeerings"))
    return Network(_text(body, "id"), _prefixes(has, "addressSpace"), shown, peerings, _gateways(subnets))


def _gateways(subnets: list[Json]) -> tuple[str, ...]:
    """The gateways that have an address in one of the subnets: there is no other way from a network to its gateways."""
    found: dict[str, str] = {}
    for subnet in subnets:
        for each in items(within(subnet, "properties"), "ipConfigurations"):
            match = _GATEWAY.fullmatch(_id(each))
            if match:
                found.setdefault(match.group(1).lower(), match.group(1))
    return tuple(found.values())


def peering(body: Json) -> Peering:
    """One side of a peering. The other network's space may have changed since: the network itself knows it better."""
    has = within(body, "properties")
    space = dict.fromkeys(each for key in _REMOTE_SPACE for each in _prefixes(has, key))
    state = _text(has, "peeringState")
    return Peering(
        name=_text(body, "name"),
        remote=_id(has, "remoteVirtualNetwork"),
        prefixes=tuple(space),
        connected=state.lower() in ("", "connected"),
        forwarded=has.get("allowForwardedTraffic") is True,
        remote_gateways=has.get("useRemoteGateways") is True,
        state=state,
    )


def gateway(body: Json) -> Gateway:
    """A virtual network gateway."""
    has = within(body, "properties")
    subnets = [_id(each, "properties", "subnet") for each in items(has, "ipConfigurations")]
    networks = dict.fromkeys(match.group(1) for match in map(_SUBNET.fullmatch, subnets) if match)
    return Gateway(_text(body, "id"), tuple(networks), _prefixes(has, "vpnClientConfiguration", "vpnClientAddressPool"))


def connection(body: Json) -> Connection:
    """A connection of a gateway. The key that its ends share is not looked at."""
    has = within(body, "properties")
    ends = (_id(has, "virtualNetworkGateway1"), _id(has, "virtualNetworkGateway2"))
    selected = [
        each for policy in items(has, "trafficSelectorPolicies") for each in texts(policy, "remoteAddressRanges")
    ]
    over = _text(has, "connectionType").lower() == "expressroute"
    learns = "ExpressRoute" if over else "BGP" if has.get("enableBgp") is True else ""
    far = _id(has, "localNetworkGateway2")
    return Connection(_text(body, "id"), far, tuple(end for end in ends if end), ipv4(selected), learns)


def site(body: Json) -> Site:
    """A local network gateway."""
    return Site(_text(body, "id"), _prefixes(body, "properties", "localNetworkAddressSpace"))


def route_table(body: Json) -> RouteTable:
    """A route table; routes for service tags and for IPv6 are passed over."""
    routes = (
        (_text(each, "name"), _text(within(each, "properties"), "addressPrefix"))
        for each in items(within(body, "properties"), "routes")
    )
    return RouteTable(_text(body, "id"), tuple(each for each in routes if ipv4([each[1]])))


def cluster(body: Json) -> Cluster:
    """A cluster. Pods that have addresses of their network have no range of their own, whatever is shown."""
    has = within(body, "properties")
    profile = within(has, "networkProfile")
    pools = [*items(has, "agentPoolProfiles")]
    subnets = dict.fromkeys(_text(pool, key) for pool in pools for key in ("vnetSubnetID", "podSubnetID"))
    group, owner = _text(has, "nodeResourceGroup"), _text(body, "id").split("/", 3)
    return Cluster(
        id=_text(body, "id"),
        subnets=tuple(each for each in subnets if each),
        pods=_ranges(profile, "podCidr") if _has_pod_range(profile) else (),
        services=_ranges(profile, "serviceCidr"),
        node_group=f"/subscriptions/{owner[2]}/resourceGroups/{group}" if group and len(owner) > 2 else "",
    )


def _has_pod_range(profile: Json) -> bool:
    plugin, mode = _text(profile, "networkPlugin").lower(), _text(profile, "networkPluginMode").lower()
    return plugin != "azure" or mode == "overlay"


def _ranges(profile: Json, key: str) -> tuple[str, ...]:
    """A range of a cluster: older answers have the one, newer ones a list as well."""
    return ipv4(list(dict.fromkeys([_text(profile, key), *texts(profile, f"{key}s")])))


def addresses_in_use(subnet: Json) -> int:
    """Addresses of a subnet that something has, by what Azure shows hanging on it. [A5, A6]

    One for each configuration of a network interface, load balancer, firewall or gateway. A private link service is
    shown twice, as itself and as its interface, and a private endpoint by its interface too, so neither is counted.
    The instances of an application gateway are shown as one configuration, which counts as one.
    """
    configurations = {str(each.get("id") or "").lower() for each in items(subnet, "ipConfigurations")}
    gateways = {str(each.get("id") or "").lower() for each in items(subnet, "applicationGatewayIPConfigurations")}
    return len({each for each in configurations if "/privatelinkservices/" not in each} | gateways)

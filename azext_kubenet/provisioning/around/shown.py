"""From what Azure shows of a resource to topology's types: Resource Manager and Resource Graph show the same. Pure.

Whatever is missing, empty, of another type or not IPv4 is passed over: a stranger's network is no reason to fail.
"""

import re
from collections.abc import Iterator
from typing import Any

from azext_kubenet.provisioning.around.topology import (
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

Json = dict[str, Any]

#: The id of a resource in a resource group: nothing else is asked for.
_ID = re.compile(r"/subscriptions/[^/?#\s]+/resourceGroups/[^/?#\s]+(/[^/?#\s]+)+", re.IGNORECASE)
_GATEWAY = re.compile(r"(.+/virtualNetworkGateways/[^/]+)/ipConfigurations/.+", re.IGNORECASE)
_SUBNET = re.compile(r"(.+/virtualNetworks/[^/]+)/subnets/[^/]+", re.IGNORECASE)
#: Where the address space of the other network stands, newest first.
_REMOTE_SPACE = ("remoteVirtualNetworkAddressSpace", "remoteAddressSpace")


def within(body: Any, *keys: str) -> Json:
    """The object below some keys; an empty one if there is none."""
    for key in keys:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def items(body: Any, key: str) -> Iterator[Json]:
    """The objects of a list."""
    yield from objects(body.get(key) if isinstance(body, dict) else None)


def objects(found: Any) -> Iterator[Json]:
    """Those of what should be a list of objects that are."""
    yield from (each for each in (found if isinstance(found, list) else ()) if isinstance(each, dict))


def texts(body: Any, key: str) -> list[str]:
    """The texts of a list."""
    found = body.get(key) if isinstance(body, dict) else None
    return [each for each in (found if isinstance(found, list) else ()) if isinstance(each, str)]


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

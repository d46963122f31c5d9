"""What AKS refuses about a kubenet cluster's ranges. azure-facts sections A to G and J; rows are named at each rule.

No AKS refusal of ranges was recorded anywhere (BEHAVIOUR.md). Codes are those of azure-facts and of
reported_errors.jsonl; where they give none ("our model") the code is InvalidParameter, which AKS uses for all sorts
of values (recorded). Texts are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address

from ..core import errors, names
from ..core.store import Body
from ..network import addresses
from ..network.addresses import Network
from . import counts

MAX_NODES = 400  # B4: at creation; an upgrade wants fewer
LARGEST_SERVICE_RANGE = 12  # C1: more than 20 host bits are refused by kube-apiserver
NODE_BLOCK = 24  # B1


def ranges(network: Body, api_version: str, moving: bool = False) -> None:
    """The profile alone, nothing in Azure looked at. moving: whether it is that of a move from kubenet to Azure CNI
    Overlay, for which the same holds (existing-clusters K27).
    """
    if network.get("dockerBridgeCidr") and api_version >= "2023-04-01":
        raise errors.aks(
            "InvalidParameter",
            f"dockerBridgeCidr is not part of api-version {api_version}.",
            "networkProfile.dockerBridgeCidr",
        )  # D2
    kubenet = network["networkPlugin"] == "kubenet"
    if not kubenet and not moving:
        return
    if kubenet and str(network.get("networkPolicy", "")).lower() == "azure":
        raise errors.aks(
            "NetworkPolicyAzureNotSupportedForKubenet",
            "Network policy azure is not supported with kubenet.",
            "networkProfile.networkPolicy",
        )  # J4
    pods, services = _cidr(network["podCidr"], "podCIDR"), _cidr(network["serviceCidr"], "serviceCIDR")
    _service_range(services)
    for network_range, target in ((pods, "podCIDR"), (services, "serviceCIDR")):
        reserved = addresses.first_overlap(network_range, addresses.FORBIDDEN_IN_CLUSTERS)
        if reserved:
            raise errors.aks(
                "InvalidParameter",
                f"{network_range} overlaps {reserved}, which is reserved.",
                "networkProfile." + target,
            )  # F1, F2, F3
    if addresses.overlap(pods, services):
        raise errors.aks(
            "PodCidrOverlapServiceCidr",
            f"The pod CIDR {pods} overlaps the service CIDR {services}.",
            "networkProfile.podCIDR",
        )  # G6
    _dns(network["dnsServiceIP"], services)


def _cidr(text: object, target: str) -> Network:
    """CidrStringParseError is reported; host bits are C9 (our model for the code)."""
    network = addresses.read(text)
    if network is None:
        raise errors.aks("CidrStringParseError", f"The CIDR '{text}' is invalid.", "networkProfile." + target)
    if network.version != 4:
        raise errors.aks("InvalidParameter", f"'{text}' is not IPv4.", "networkProfile." + target)  # J14: not modelled
    if addresses.has_host_bits(str(text)):
        raise errors.aks(
            "InvalidParameter", f"'{text}' is not a network address, {network} is.", "networkProfile." + target
        )
    return network


def _service_range(services: Network) -> None:
    """Size (C1, C2) and private space (C10); the codes are our model."""
    target = "networkProfile.serviceCIDR"
    if services.version == 4 and not LARGEST_SERVICE_RANGE <= services.prefixlen <= 29:
        raise errors.aks("InvalidParameter", f"The service CIDR {services} is too large or too small.", target)
    if services.version == 4 and not addresses.inside(services, addresses.PRIVATE):
        raise errors.aks("InvalidParameter", f"The service CIDR {services} is in public or multicast space.", target)


def _dns(text: object, services: Network) -> None:
    """Inside the service range (C5), not its first address (C4), not its network or broadcast address (C6)."""
    target = "networkProfile.dnsServiceIP"
    try:
        address = ip_address(str(text))
    except ValueError:
        raise errors.aks("InvalidParameter", f"The DNS service IP '{text}' is invalid.", target) from None
    if address not in services:
        raise errors.aks(
            "DnsServiceIpOutOfServiceCidr",
            f"The DNS service IP {address} is not in the service CIDR {services}.",
            target,
        )
    if address == services.network_address + 1:
        raise errors.aks(
            "DnsServiceIpConflicting", f"The DNS service IP {address} is that of the kubernetes service.", target
        )
    if address in (services.network_address, services.broadcast_address):
        raise errors.aks(
            "InvalidParameter",
            f"The DNS service IP {address} is the network or broadcast address of {services}.",
            target,
        )


def names_of(properties: Body) -> None:
    """The node resource group's name (J19: code, target and words as reported), the pools' names and the DNS prefix
    (resource-name-rules; the codes are our model).
    """
    group = str(properties["nodeResourceGroup"])
    if len(group) > names.NODE_GROUP:
        raise errors.aks(
            "InvalidParameter",
            f"The length of the node resource group name is too long. The maximum length is {names.NODE_GROUP} and "
            f"the length of the value provided is {len(group)}. Please see https://aka.ms/aks-naming-rules for more "
            "details.",
            "name",
        )
    for pool in properties["agentPoolProfiles"]:
        if not names.POOL.fits(str(pool["name"])):
            raise errors.aks("InvalidParameter", f"The pool name {pool['name']} is invalid.", "agentPoolProfile.name")
    if properties.get("dnsPrefix") and not names.DNS_PREFIX.fits(str(properties["dnsPrefix"])):
        raise errors.aks("InvalidParameter", f"The DNS prefix {properties['dnsPrefix']} is invalid.", "dnsPrefix")


def pools(network: Body, profiles: list[Body]) -> None:
    """Pods a node (B8, B9), Windows (J3), nodes in all (B4, B5), one /24 a node (B2)."""
    if not profiles or not any(str(pool.get("mode", "")).lower() == "system" for pool in profiles):
        raise errors.aks("InvalidParameter", "A cluster needs a system pool.", "agentPoolProfiles")
    for pool in profiles:
        if not 10 <= int(pool["maxPods"]) <= 250:
            raise errors.aks(
                "InvalidParameter",
                "maxPods {} of pool {} is not between 10 and 250.".format(pool["maxPods"], pool["name"]),
                "agentPoolProfile.maxPods",
            )
        if int(pool["maxPods"]) * counts.count(pool) < 30 and counts.count(pool):
            raise errors.aks(
                "InvalidParameter",
                "Pool {} must be able to hold 30 pods.".format(pool["name"]),
                "agentPoolProfile.maxPods",
            )
    if network["networkPlugin"] != "kubenet":
        return
    if any(str(pool["osType"]).lower() == "windows" for pool in profiles):
        raise errors.aks("InvalidParameter", "Windows pools need Azure CNI.", "agentPoolProfile.osType")
    most = sum(counts.most(pool) for pool in profiles)
    if most > MAX_NODES:
        raise errors.aks(
            "KubenetNodeCountTotalExceedsLimit", f"{most} nodes are more than the {MAX_NODES} that kubenet allows."
        )
    pods, nodes = addresses.read(network["podCidr"]), sum(counts.count(pool) for pool in profiles)
    if pods and nodes * 2 ** (32 - NODE_BLOCK) > pods.num_addresses:
        raise errors.aks(
            "InsufficientPodCidr",
            f"Pre-allocated IPs {nodes * 256} exceeds IPs available {pods.num_addresses} in pod CIDR {pods}.",
            "networkProfile.podCIDR",
        )


def upgrade(network: Body, profiles: list[Body]) -> None:
    """An upgrade wants fewer nodes than a creation (B4, CHANGELOG 2023-09-10); the code is our model."""
    most = sum(counts.most(pool) for pool in profiles)
    if network["networkPlugin"] == "kubenet" and most >= MAX_NODES:
        raise errors.aks(
            "KubenetNodeCountTotalExceedsLimit", f"{most} nodes are not less than the {MAX_NODES} of an upgrade."
        )


def against_subnets(network: Body, subnets: dict[str, list[Network]]) -> None:
    """Pods and services against every subnet of the network, not against its free space (G2, G4; G3 and G5 are only
    warnings).
    """
    pairs = (
        ("serviceCidr", "ServiceCidrOverlapExistingSubnetsCidr", "serviceCIDR"),
        ("podCidr", "PodCidrOverlapExistingSubnetsCidr", "podCIDR"),
    )
    for key, code, target in pairs:
        wanted = addresses.read(network.get(key))
        for name, found in subnets.items():
            clash = addresses.first_overlap(wanted, found) if wanted else None
            if clash:
                raise errors.aks(
                    code,
                    f"The specified {key} {wanted} is conflicted with an existing subnet CIDR {clash} ({name}).",
                    "networkProfile." + target,
                )


def room(subnet: str, free: int, wanted: int) -> None:
    """Addresses for the nodes asked for (A5)."""
    if wanted > 0 >= free:
        raise errors.aks("SubnetIsFull", f"Subnet {subnet} has no free address.")
    if wanted > free:
        raise errors.aks(
            "InsufficientSubnetSize",
            f"Pre-allocated IPs {wanted} exceeds IPs available {free} in subnet {subnet}.",
            "agentPoolProfile.vnetSubnetID",
        )


def default_route(routes: list[Body]) -> None:
    """userDefinedRouting wants 0.0.0.0/0 to an appliance or a gateway (H11, H22)."""
    hops = [each["properties"]["nextHopType"] for each in routes if each["properties"]["addressPrefix"] == "0.0.0.0/0"]
    if not hops:
        raise errors.aks(
            "RouteTableMissingDefaultRouteError",
            "userDefinedRouting needs a route table with a 0.0.0.0/0 route.",
            "networkProfile.outboundType",
        )
    if hops[0].lower() not in ("virtualappliance", "virtualnetworkgateway"):
        raise errors.aks(
            "RouteTableInvalidNextHop",
            f"The next hop of 0.0.0.0/0 is {hops[0]}, and must be VirtualAppliance or VirtualNetworkGateway.",
            "networkProfile.outboundType",
        )


def node_addresses(subnet: Network) -> Iterator[IPv4Address]:
    """The addresses that a subnet gives out, lowest first: from the fifth to the last but one (A1)."""
    first = int(subnet.network_address) + 4
    return map(IPv4Address, range(first, first + addresses.usable(subnet)))

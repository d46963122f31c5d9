"""What Microsoft.Network refuses about address ranges (azure-facts A3, A4, F4, G1, G7).

NetcfgSubnetRangesOverlap and NetcfgSubnetRangeOutsideVnet are in reported_errors.jsonl; no recording holds a refusal
of these. The other codes are our model, after Azure's naming.
"""

from __future__ import annotations

from ..core import errors
from ..core.ids import ResourceId
from ..core.store import Body
from . import addresses
from .addresses import Network


def cidr(text: object, of: str) -> Network:
    """A network prefix, or Azure's refusal of one that cannot be read or has host bits."""
    network = addresses.read(text)
    if network is None:
        raise errors.network(
            400,
            "InvalidAddressPrefixFormat",
            f"Address prefix {text} of resource {of} is not formatted correctly. It should "
            "follow CIDR notation, for example 10.0.0.0/24.",
        )
    if addresses.has_host_bits(str(text)):
        raise errors.network(
            400,
            "InvalidCIDRNotation",
            f"The address prefix {text} in resource {of} has an invalid CIDR notation. For the given "
            f"prefix length, the address prefix should be {network}.",
        )
    return network


def address_space(rid: ResourceId, prefixes: list[object]) -> list[Network]:
    """The prefixes of a network: at least one, none reserved (F4), none over another (G1)."""
    if not prefixes:
        raise errors.network(400, "MissingAddressSpace", f"Virtual network {rid.text()} needs an address space.")
    space: list[Network] = []
    for text in prefixes:
        network = cidr(text, rid.text())
        reserved = addresses.first_overlap(network, addresses.FORBIDDEN_IN_NETWORKS)
        if reserved:
            raise errors.network(
                400,
                "AddressPrefixReserved",
                f"Address prefix {network} of {rid.text()} overlaps {reserved}, which Azure reserves.",
            )
        if addresses.first_overlap(network, space):
            raise errors.network(
                400,
                "AddressSpaceOverlap",
                f"Address prefix {network} of {rid.text()} overlaps another of its prefixes.",
            )
        space.append(network)
    return space


def prefixes_of(properties: Body) -> list[object]:
    """``addressPrefix`` or ``addressPrefixes``: a subnet has one or the other."""
    several = properties.get("addressPrefixes")
    if several:
        return list(several)
    return [properties["addressPrefix"]] if properties.get("addressPrefix") else []


def readable(properties: Body) -> list[Network]:
    """The ranges of a subnet that is already kept."""
    return [network for network in map(addresses.read, prefixes_of(properties)) if network]


def subnet(
    rid: ResourceId, properties: Body, space: list[Network], others: dict[str, list[Network]], inline: bool
) -> None:
    """A subnet's own ranges: size (A3, A4), inside the network and clear of its sisters (G1)."""
    prefixes = prefixes_of(properties)
    if not prefixes:
        raise errors.network(400, "MissingAddressPrefix", f"Subnet {rid.text()} needs an address prefix.")
    for text in prefixes:
        network = cidr(text, rid.text())
        _size(rid, network)
        _placed(rid, network, space, inline)
        for name, ranges in others.items():
            if name != rid.name.lower() and addresses.first_overlap(network, ranges):
                raise errors.network(
                    400,
                    "NetcfgSubnetRangesOverlap",
                    f"Subnet '{rid.name}' is not valid because its IP address range overlaps with "
                    f"that of an existing subnet in virtual network '{rid.names[-2]}'.",
                )


def _size(rid: ResourceId, network: Network) -> None:
    if network.version == 6 and network.prefixlen != 64:
        raise errors.network(400, "NetcfgInvalidSubnetSize", f"Subnet '{rid.name}' must be a /64 in IPv6.")
    if network.version == 4 and not 2 <= network.prefixlen <= 29:
        raise errors.network(
            400, "NetcfgInvalidSubnetSize", f"Subnet '{rid.name}' ({network}) must be a /29 or larger, at most a /2."
        )


def _placed(rid: ResourceId, network: Network, space: list[Network], inline: bool) -> None:
    if addresses.inside(network, space):
        return
    if inline:
        raise errors.network(
            400, "NetcfgInvalidSubnet", f"Subnet '{rid.name}' is not valid in virtual network '{rid.names[-2]}'."
        )
    raise errors.network(
        400,
        "NetcfgSubnetRangeOutsideVnet",
        f"Subnet '{rid.name}' is not valid because its IP address range is outside the IP "
        f"address range of virtual network '{rid.names[-2]}'.",
    )

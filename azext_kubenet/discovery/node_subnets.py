"""The subnets in which a cluster has nodes, and how many of their addresses are taken. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import sizing
from azext_kubenet.azure.bodies import Json, text
from azext_kubenet.azure.managed_clusters import AgentPool
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import ranges

#: Limits that mean that Azure does not count the addresses of a subnet, as of GatewaySubnet. [R4]
_NOT_COUNTED = -1


class SubnetUsage(NamedTuple):
    """Addresses of a subnet that something has, and those that something can have: Azure's five are not among them."""

    used: int
    usable: int


class NodeSubnet(NamedTuple):
    """A subnet in which a cluster has nodes.

    id: its own
    pools: those that have their nodes in it
    shown: as Azure shows it, None where it may not be read
    usage: what Azure counts in it; None where Azure does not count, or not tell
    """

    id: ResourceId
    pools: tuple[AgentPool, ...]
    shown: Subnet | None
    usage: SubnetUsage | None

    @property
    def prefix(self) -> IPNetwork | None:
        """Its first IPv4 prefix."""
        return next(ranges(self.shown.prefixes), None) if self.shown else None

    @property
    def usable(self) -> int | None:
        """Addresses that something can have, over all of its prefixes; None where that is not known."""
        if self.usage is not None:
            return self.usage.usable
        if self.shown is None or not self.shown.prefixes:
            return None
        return sum(map(sizing.usable_addresses, ranges(self.shown.prefixes)))

    def used_beside(self, nodes: int) -> int | None:
        """Addresses that something has: the most of what Azure counts, what is attached, and nodes there. [R4 R5]

        None where neither count nor attachments are shown, as where none is shown in spite of the nodes.
        """
        attached = 0 if self.shown is None else self.shown.addresses_in_use
        if self.usage is None and (self.shown is None or (nodes and not attached)):
            return None
        return max(0 if self.usage is None else self.usage.used, attached, nodes)


def usages_of(listing: Iterable[Json]) -> dict[ResourceId, SubnetUsage]:
    """What Azure counts in the subnets of a network; without those that it does not count. [R4]"""
    found = {}
    for each in listing:
        used, usable = each.get("currentValue"), each.get("limit")
        if isinstance(used, int | float) and isinstance(usable, int | float) and _NOT_COUNTED not in (used, usable):
            found[ResourceId(text(each, "id"))] = SubnetUsage(int(used), int(usable))
    return found

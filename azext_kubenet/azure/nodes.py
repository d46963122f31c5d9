"""The nodes of a cluster as Azure shows them, and the names of their machines and routes. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netaddr import IPAddress, IPNetwork, valid_ipv4

from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.resource_id import ResourceId

#: The scale set, and the number in it, of a node whose address a subnet shows.
_INSTANCE = re.compile(r"virtualmachinescalesets[/|]([^/|]+)[/|]virtualmachines[/|](\d+)(?:[/|]|$)", re.IGNORECASE)
#: The state of a machine that is not there yet. Recorded machines
_CREATING = "creating"
#: What stands between a node's name and its range in the name of a route. [R9] CPA azure_routes.go
SEPARATOR = "____"
#: The tag that names the pool of a scale set, and the one of a scale set of an overlay pool. [R7]
POOL_TAG, OVERLAY_TAG = "aks-managed-poolName", "aks-managed-azure-cni-overlay"
#: What the cloud controller of Kubernetes calls the route to a node of AKS: since Kubernetes 1.21, and before. [R9]
_OF_A_NODE = re.compile(r"aks-.+-vmss\w{6}|.+____\d+", re.IGNORECASE)
#: The pool, and the number of the cluster, in a scale set's name.
_SCALE_SET = re.compile(r"aks-(?P<pool>[a-z0-9]+)-(?P<cluster>\d+)-vmss", re.IGNORECASE)


class Node(NamedTuple):
    """A node: its name in lower case, and its addresses, "" or none where they are not shown.

    pool: the name of its pool, "" if that is not known
    machine: id of its machine, empty if that is not shown
    addresses: all of IPv4 that its machine shows, a public one among them where it has one
    is_starting: whether its machine is being made
    """

    name: str
    address: str = ""
    pool: str = ""
    machine: ResourceId = ResourceId()
    addresses: tuple[str, ...] = ()
    is_starting: bool = False

    @classmethod
    def parse(cls, body: Json, pool: str) -> "Node":
        """Parse a machine of a pool: in a scale set its name is the node's, a single one names its node. [R6]"""
        has = within(body, "properties")
        shown = (text(each, "ip") for each in items(within(has, "network"), "ipAddresses"))
        addresses = tuple(each for each in shown if valid_ipv4(each))
        name = text(within(has, "kubernetes"), "nodeName") or text(body, "name")
        machine, starting = ResourceId(text(has, "resourceId")), text(has, "provisioningState").lower() == _CREATING
        return cls(name.lower(), next(iter(addresses), ""), pool, machine, addresses, starting)

    def within(self, prefixes: Sequence[IPNetwork]) -> "Node":
        """The same with the address that it has in some subnets; without any there, as it is."""
        inside = (each for each in self.addresses if any(IPAddress(each) in one for one in prefixes))
        # a NamedTuple has it
        return self._replace(address=next(inside, self.address))  # pylint: disable=no-member

    @classmethod
    def of_configuration(cls, configuration: ResourceId) -> "Node | None":
        """The node of an IP configuration that a subnet shows; None for one that is no scale set's of AKS. [R5]"""
        name = node_of_instance(str(configuration))
        scale_set = _SCALE_SET.match(name)
        return None if scale_set is None else cls(name, "", scale_set["pool"].lower())


def node_of_instance(machine_id: str) -> str:
    """The name of the node of a scale set's machine, by an id that has it; "" without one. [R10]"""
    found = _INSTANCE.search(machine_id)
    return f"{found[1]}{_base36(int(found[2])):0>6}".lower() if found else ""


def _base36(number: int) -> str:
    """A number as scale sets write it into the names of their machines."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def node_of_route(name: str) -> str:
    """The node that a route leads to, by its name. [R9]"""
    return name.partition(SEPARATOR)[0].lower()


def is_of_a_node(route: str) -> bool:
    """Whether a route has the name of one to a node of AKS: the others are the user's own."""
    return bool(_OF_A_NODE.fullmatch(route))


def cluster_of(node: str) -> str:
    """The number that AKS gives to all scale sets of one cluster, by the name of a node; "" for another name."""
    found = _SCALE_SET.match(node)
    return found["cluster"] if found else ""


def nodes_of(configurations: Iterable[ResourceId]) -> list[Node]:
    """The nodes whose IP configurations a subnet shows."""
    return [found for each in configurations if (found := Node.of_configuration(each)) is not None]

"""The nodes of a cluster as machines: instances of a scale set a pool, or single machines, each with its interface.

An instance's number is never given twice: who scales in loses the highest, or the one that was named, and who scales
out gets new ones. A node is named after its scale set and the number, six digits of base 36 (existing-clusters R10,
cloud-provider-azure; recorded for numbers below 10: scaleSets). Tags of scale sets: captured (R7).

A single machine: the name of its virtual machine as recorded (machines), `aks-<pool>-<machine>-<digits>-vm`; that AKS
calls its machines m0, m1 and so on, and the interface's name, are our model.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.ids import ResourceId, parse
from ..core.store import Body
from . import counts, machine_bodies
from .belongings import NETWORK, put
from .defaults import digits
from .machine_bodies import Place
from .node_addresses import NodeAddresses

if TYPE_CHECKING:
    from ..server.cloud import Cloud

COMPUTE = "Microsoft.Compute"
SETS, MACHINES = "Microsoft.Compute/virtualMachineScaleSets", "Microsoft.Compute/virtualMachines"
FIGURES = string.digits + string.ascii_lowercase


@dataclass(frozen=True)
class Node:
    """One node.

    name: the node's, in Kubernetes and in its route.
    pool: the name of its pool.
    machine: what AKS calls it in the list of machines: the same as the name but for single machines.
    id: its virtual machine.
    interface: the id of its network interface.
    subnet: where it stands.
    address: its address there.
    size: of the machine.
    """

    name: str
    pool: str
    machine: str
    id: str
    interface: str
    subnet: str
    address: str
    size: str

    @property
    def is_single(self) -> bool:
        """Whether it is in no scale set."""
        return "/virtualmachinescalesets/" not in self.id.lower()


def base36(number: int) -> str:
    """A number as node names have it: six digits of base 36."""
    text = ""
    for _ in range(6):
        number, figure = divmod(number, 36)
        text = FIGURES[figure] + text
    return text


def group_of(body: Body) -> ResourceId:
    """The node resource group of a cluster."""
    rid = parse(body["id"])
    assert rid is not None
    return ResourceId(rid.subscription, str(body["properties"]["nodeResourceGroup"]))


def nodes_of(cloud: Cloud, body: Body) -> list[Node]:
    """The nodes that a cluster has, pool after pool, in the order of their numbers."""
    within = group_of(body).key + "/"
    found = []
    for scale_set in cloud.store.of_type(SETS, within):
        pool = str((scale_set.get("tags") or {}).get("aks-managed-poolName", ""))
        found += [_node(cloud, pool, each) for each in cloud.store.children(scale_set["id"], "virtualMachines")]
    for machine in cloud.store.of_type(MACHINES, within):
        found.append(_node(cloud, str((machine.get("tags") or {}).get("aks-managed-poolName", "")), machine))
    places = {pool["name"]: place for place, pool in enumerate(body["properties"]["agentPoolProfiles"])}
    return sorted(found, key=lambda node: places.get(node.pool, len(places)))


def _node(cloud: Cloud, pool: str, machine: Body) -> Node:
    properties = machine["properties"]
    interface = properties["networkProfile"]["networkInterfaces"][0]["id"]
    inner = cloud.store[interface]["properties"]["ipConfigurations"][0]["properties"]
    name = str(properties["osProfile"]["computerName"])
    own = (machine.get("tags") or {}).get("aks-managed-machineName") or name
    place, size = str(inner["subnet"]["id"]), str(properties["hardwareProfile"]["vmSize"])
    return Node(name, pool, str(own), machine["id"], interface, place, str(inner["privateIPAddress"]), size)


def settle(cloud: Cloud, rid: ResourceId, body: Body, subnet: str, security: str) -> None:
    """Make the machines that lack, and take away those that are too many. Those that stay keep their address."""
    group, free = group_of(body), NodeAddresses(cloud)
    own = subnet.lower().startswith(group.key + "/")
    named = set()
    for pool in body["properties"]["agentPoolProfiles"]:
        where, behind = str(pool.get("vnetSubnetID") or subnet), cloud.memory.is_behind(rid.key, pool["name"])
        place = Place(rid, group, body, pool, where, "" if own else security, behind)
        if counts.is_single(pool):
            _single(cloud, place, free)
        else:
            named.add(place.scale_set.key)
            _instances(cloud, place, free)
    for scale_set in cloud.store.of_type(SETS, group.key + "/"):
        if scale_set["id"].lower() not in named:
            _drop(cloud, scale_set["id"])
            cloud.memory.numbers.pop(scale_set["id"].lower(), None)
    pools = {pool["name"] for pool in body["properties"]["agentPoolProfiles"] if counts.is_single(pool)}
    for node in nodes_of(cloud, body):
        if node.is_single and node.pool not in pools:
            take_away(cloud, node)


def take_away(cloud: Cloud, node: Node) -> None:
    """A machine with its interface; its number is not given again."""
    _drop(cloud, node.interface)
    _drop(cloud, node.id)


def _drop(cloud: Cloud, resource: str) -> None:
    for key in [*cloud.store.under(resource), resource.lower()]:
        cloud.store.pop(key, None)


def _next(cloud: Cloud, key: str) -> int:
    """A number that no machine ever had."""
    number = cloud.memory.numbers.get(key, 0)
    cloud.memory.numbers[key] = number + 1
    return number


def _instances(cloud: Cloud, place: Place, free: NodeAddresses) -> None:
    """The instances of a scale set."""
    rid = place.scale_set
    ((size, number),) = counts.running(place.cluster, place.pool)
    old = cloud.store.get(rid.key, {}).get("properties", {})
    put(cloud, rid, place.cluster["location"], *machine_bodies.scale_set(place, size, number, old))
    have = sorted(cloud.store.children(rid.text(), "virtualMachines"), key=lambda each: int(each["instanceId"]))
    for each in have[number:]:
        _drop(cloud, each["id"])
    for _ in range(number - len(have)):
        instance = _next(cloud, rid.key)
        machine = rid.child("virtualMachines", str(instance))
        interface = machine.child("networkInterfaces", rid.name)
        _with_interface(cloud, place, machine, interface, free)
        name = rid.name + base36(instance)
        made = put(
            cloud, machine, place.cluster["location"], *machine_bodies.instance(place, size, name, interface.text())
        )
        made.update(name=f"{rid.name}_{instance}", instanceId=str(instance))


def _single(cloud: Cloud, place: Place, free: NodeAddresses) -> None:
    """The machines of a pool that has no scale set: of each size those that lack, made; those too many, taken away."""
    found = nodes_of(cloud, place.cluster)
    have = [node for node in found if node.pool == place.pool["name"] and node.is_single]
    running = counts.running(place.cluster, place.pool)
    for size, number in running:
        there = [node for node in have if node.size == size]
        for node in there[number:]:
            take_away(cloud, node)
        for _ in range(number - len(there)):
            _single_machine(cloud, place, size, free)
    for node in have:
        if node.size not in [size for size, _ in running]:
            take_away(cloud, node)
    shown = [{"size": size, "count": number} for size, number in running]
    place.pool["virtualMachineNodesStatus"] = shown


def _single_machine(cloud: Cloud, place: Place, size: str, free: NodeAddresses) -> None:
    own = f"m{_next(cloud, place.scale_set.key)}"
    name = "aks-{}-{}-{}-vm".format(place.pool["name"], own, digits(place.rid))
    group = place.group
    machine = ResourceId(group.subscription, group.group, COMPUTE, ("virtualMachines",), (name,))
    interface = ResourceId(group.subscription, group.group, NETWORK, ("networkInterfaces",), (f"{name}-nic",))
    _with_interface(cloud, place, machine, interface, free)
    put(cloud, machine, place.cluster["location"], *machine_bodies.single(place, size, name, own, interface.text()))


def _with_interface(
    cloud: Cloud, place: Place, machine: ResourceId, interface: ResourceId, free: NodeAddresses
) -> None:
    address = free.take(place.subnet)
    inner = machine_bodies.interface(place, machine.text(), interface.text(), address)
    put(cloud, interface, place.cluster["location"], inner)

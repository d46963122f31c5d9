"""The move of a cluster from kubenet to Azure CNI Overlay, and every other change for which AKS makes all nodes anew.
What is refused at once is in `move_rules`, what comes late in `late`.

As recorded (managedClusters:776, 777): profile and states show the change at once; all pools are Updating until the
end. Our model, since nobody recorded the nodes and the network of a move: until the end tags, routes and tables are
those of kubenet, and nodes keep names and addresses.

Halfway (K40), our model: a move that fails or is aborted leaves one pool behind; the others have their tags and have
lost their routes, and so has the first half of the nodes of the pool left behind, but for the tags. The next PUT goes
on where it stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.ids import ResourceId
from ..core.operations import Operation
from ..core.store import Body
from . import instances, late, machine_bodies, move_rules, node_routes, own_network
from .memory import Stop

if TYPE_CHECKING:
    from ..server.cloud import Cloud

#: Recorded: asyncOperations:940 and 941, beside InProgress and beside Succeeded (K16).
BESIDE = {
    "code": "NotLatestOperation",
    "message": "Cannot proceed with the operation. Either the operation has been preempted by another one, or the "
    "information needed by the operation failed to be saved (or hasn't been saved yet).",
}


def prepare(cloud: Cloud, rid: ResourceId, old: Body | None, body: Body) -> bool:
    """Whether a PUT makes nodes anew, all of them or those that were left behind; noted from now on."""
    if old is None:
        return False
    before, after = old["properties"]["networkProfile"], body["properties"]["networkProfile"]
    memory, names = cloud.memory, {str(pool["name"]) for pool in old["properties"]["agentPoolProfiles"]}
    if move_rules.is_move(before, after):
        memory.moving.add(rid.key)
        memory.unrolled[rid.key] = names
    elif move_rules.rolls(before, after):
        memory.unrolled[rid.key] = names
    return rid.key in memory.moving or rid.key in memory.unrolled


def begin(cloud: Cloud, rid: ResourceId, body: Body, operation: Operation) -> None:
    """Have the operation of a PUT end as the nodes do."""
    moving = rid.key in cloud.memory.moving
    if moving and cloud.options.move_with_error:
        operation.beside = BESIDE
    stop = cloud.memory.stops.pop(rid.key, None) if moving else None
    stop = stop or late.of_nodes(cloud, rid, body, moving)
    if stop:
        operation.error, operation.outcome = {"code": stop.code, "message": stop.message}, stop.outcome
    operation.on_done = lambda: _finish(cloud, rid)
    operation.on_failed = lambda: _stop(cloud, rid, operation, stop)


def _finish(cloud: Cloud, rid: ResourceId) -> None:
    """All nodes are new; after a move no route to a node is left."""
    body = cloud.store.get(rid.key)
    cloud.memory.unrolled.pop(rid.key, None)
    if body is None or rid.key not in cloud.memory.moving:
        return
    cloud.memory.moving.discard(rid.key)
    for pool in body["properties"]["agentPoolProfiles"]:
        _tag(cloud, body, pool["name"])
    subnets = own_network.subnets_of(cloud, rid, body, instances.group_of(body))
    node_routes.retire(cloud, rid, body, subnets)
    cloud.clusters.touch(rid.key)


def _stop(cloud: Cloud, rid: ResourceId, operation: Operation, stop: Stop | None) -> None:
    """One pool stays behind, and tells why, as the cluster does (R2: by the SDK's models, never recorded)."""
    body, waiting = cloud.store.get(rid.key), cloud.memory.unrolled.get(rid.key, set())
    if body is None:
        return
    properties = body["properties"]
    names = [str(pool["name"]) for pool in properties["agentPoolProfiles"] if pool["name"] in waiting]
    wanted = stop.pool if stop else ""
    behind = wanted if wanted in names else (names or [""])[-1]
    if stop is None or stop.rolled:
        for name in names:
            _roll(cloud, rid, body, name, whole=name != behind)
    shown = [properties, *(pool for pool in properties["agentPoolProfiles"] if pool["name"] == behind)]
    for each in shown:
        each["provisioningState"] = operation.outcome
        each["status"] = {"provisioningError": dict(operation.error or {})}
    cloud.clusters.touch(rid.key)


def _roll(cloud: Cloud, rid: ResourceId, body: Body, pool: str, whole: bool) -> None:
    """The nodes of a pool, or the first half of them."""
    nodes = [node.name for node in instances.nodes_of(cloud, body) if node.pool == pool]
    moving = rid.key in cloud.memory.moving
    if moving:
        node_routes.drop(cloud, rid, set(nodes if whole else nodes[: len(nodes) // 2]))
    if whole:
        cloud.memory.unrolled[rid.key].discard(pool)
    if whole and moving:
        _tag(cloud, body, pool)


def _tag(cloud: Cloud, body: Body, pool: str) -> None:
    """The tag of Azure CNI Overlay on a pool's scale set and its instances, or on its single machines (R7; that moved
    pools have it is our model).
    """
    within = instances.group_of(body).key + "/"
    owners = [*cloud.store.of_type(instances.SETS, within), *cloud.store.of_type(instances.MACHINES, within)]
    for owner in [each for each in owners if (each.get("tags") or {}).get("aks-managed-poolName") == pool]:
        for each in (owner, *cloud.store.children(owner["id"], "virtualMachines")):
            tags = {**(each.get("tags") or {}), **machine_bodies.OVERLAY_TAG}
            cloud.store[each["id"]] = {**each, "tags": tags}

"""How many nodes a pool has and may have, of which sizes: by `count` and `vmSize`, or by the profile of a pool of type
VirtualMachines, which has neither (recorded: managedClusters, a kubenet cluster moved to such a pool).

That such a pool with an autoscaler starts with its least number of nodes is our model.
"""

from __future__ import annotations

from ..core.resources import require
from ..core.store import Body

SINGLE = "VirtualMachines"
STOPPED = "Stopped"


def is_single(pool: Body) -> bool:
    """Whether the nodes are single machines, in no scale set."""
    return str(pool.get("type") or "").lower() == SINGLE.lower()


def wanted(pool: Body) -> list[tuple[str, int]]:
    """Sizes of machines, and how many of each."""
    if not is_single(pool):
        return [(str(pool["vmSize"]), int(pool["count"]))]
    scale = require(pool, "virtualMachinesProfile", "scale") or {}
    fixed = [(str(each["size"]), int(each.get("count") or 0)) for each in scale.get("manual") or []]
    live = {str(each["size"]): int(each["count"]) for each in pool.get("virtualMachineNodesStatus") or []}
    for each in scale.get("autoscale") or []:
        least, most = int(each.get("minCount") or 0), int(each.get("maxCount") or each.get("minCount") or 0)
        fixed.append((str(each["size"]), min(max(live.get(str(each["size"]), 0), least), most)))
    return fixed


def count(pool: Body) -> int:
    """Nodes in all."""
    return sum(number for _, number in wanted(pool))


def most(pool: Body) -> int:
    """The autoscaler's maximum, else the count (azure-facts B5)."""
    if is_single(pool):
        scale = require(pool, "virtualMachinesProfile", "scale") or {}
        scaled = [each for each in scale.get("autoscale") or [] if each.get("maxCount")]
        return sum(int(each["maxCount"]) for each in scaled) if scaled else count(pool)
    return int(pool.get("maxCount") or pool["count"]) if pool.get("enableAutoScaling") else int(pool["count"])


def surge(pool: Body, nodes: int) -> int:
    """The nodes that come on top while so many are rolled: a number, or a share that is rounded up (azure-facts E6)."""
    wanted = str(require(pool, "upgradeSettings", "maxSurge") or "10%")
    return -(-nodes * int(wanted[:-1]) // 100) if wanted.endswith("%") else min(int(wanted), nodes)


def is_stopped(body: Body) -> bool:
    """Whether a cluster is stopped, or a pool is."""
    return str(require(body, "properties", "powerState", "code") or require(body, "powerState", "code")) == STOPPED


def running(cluster: Body, pool: Body) -> list[tuple[str, int]]:
    """As wanted, but that what is stopped runs no node."""
    stopped = is_stopped(cluster) or is_stopped(pool)
    return [(size, 0 if stopped else number) for size, number in wanted(pool)]


def without(pool: Body, sizes: list[str]) -> Body:
    """A pool with fewer nodes: of each size one less for each time that it is named."""
    if not is_single(pool):
        return {**pool, "count": int(pool["count"]) - len(sizes)}
    manual = require(pool, "virtualMachinesProfile", "scale", "manual") or []
    fewer = [{**each, "count": int(each["count"]) - sizes.count(each["size"])} for each in manual]
    scale = {**pool["virtualMachinesProfile"]["scale"], **({"manual": fewer} if manual else {})}
    return {**pool, "virtualMachinesProfile": {"scale": scale}}


def scaled(pool: Body, number: int) -> Body:
    """A pool with another number of nodes; one of single machines has them all of its first size."""
    if not is_single(pool):
        return {**pool, "count": number}
    ((size, _), *_) = wanted(pool)
    return {**pool, "virtualMachinesProfile": {"scale": {"manual": [{"size": size, "count": number}]}}}

"""Room for an upgrade, for nodes that were asked about, and for every autoscaler at its most. [R18 K5]

The fixes of one run fit each other: surges are made smaller under all limits at once, and so are the autoscalers'
maxima.
"""

from collections.abc import Iterator, Mapping, Sequence

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.headroom import Headroom, LimitKind
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.managed_clusters import AgentPool, minor_of
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext

#: What one of each limit is called.
_UNITS = {
    LimitKind.SUBNET: "address",
    LimitKind.POD_CIDR: "node block",
    LimitKind.ROUTES: "route",
    LimitKind.NODES: "node",
    LimitKind.QUOTA: "vCPU",
}
#: The minor version of Kubernetes from which on AKS upgrades with a surge of one node where quota is lacking. [E7]
_FALLS_BACK_SINCE = 35


def _upgrade_room(context: RunningContext) -> Iterator[Problem]:
    """Every limit has room for the surge of all pools."""
    surges = smaller_surges(context)
    for limit in context.limits:
        if limit.lacks_to_upgrade and not _is_down(context):
            pools = pools_at(limit, context)
            surging = [f"{pool.name} {pool.surge}{_at(pool)}" for pool in pools if pool.surge]
            yield Problem(
                f"an upgrade surges {many(sum(pool.surge for pool in pools), 'node')} ({', '.join(surging)}), and "
                f"{_left(limit)}",
                _with_smaller_surges(pools, surges, context),
                severity=_severity(limit, pools),
            )


def _severity(limit: Headroom, pools: Sequence[AgentPool]) -> Severity | None:
    """A warning where AKS upgrades with fewer nodes by itself: for lack of quota, and of nothing else. [E7]"""
    falls_back = all(minor_of(pool.version) >= _FALLS_BACK_SINCE for pool in pools)
    return Severity.WARNING if limit.kind is LimitKind.QUOTA and falls_back else None


def _is_down(context: RunningContext) -> bool:
    return context.cluster.is_stopped


def _at(pool: AgentPool) -> str:
    return f" at {pool.max_surge}" if pool.max_surge.percent else ""


def pools_at(limit: Headroom, context: RunningContext) -> Sequence[AgentPool]:
    """The pools that take of a limit: those in a subnet, of a quota those that have nodes of it, else all."""
    if limit.kind is LimitKind.SUBNET:
        subnets = (each for each in context.seen.subnets if each.id.name == limit.resource.split(" ")[0])
        return next((each.pools for each in subnets), ())
    return context.cluster.pools


def _left(limit: Headroom) -> str:
    """What is left of a limit, in words."""
    unit, free, total = _UNITS[limit.kind], limit.free or 0, limit.total or 0
    others = f" and {limit.other:,} others" if limit.other else ""
    own = f"{many(limit.demand.nodes, unit if limit.kind is LimitKind.QUOTA else 'node')}{others}"
    what = {
        LimitKind.SUBNET: f"subnet {limit.resource}",
        LimitKind.POD_CIDR: f"pod CIDR {limit.resource}",
        LimitKind.ROUTES: f"route table {limit.resource}" if limit.resource else "a route table",
        LimitKind.NODES: f"a kubenet cluster that can be upgraded, {limit.resource},",
        LimitKind.QUOTA: f"the quota {limit.resource}",
    }[limit.kind]
    return f"{what} has {free:,} free of {many(total, unit)}: {own}"


def smaller_surges(context: RunningContext) -> Mapping[str, int]:
    """Surge nodes by pool with which an upgrade has room everywhere: as many as there may be, none below one."""
    surges = {pool.name: pool.surge for pool in context.cluster.pools}
    for limit in context.limits:
        pools, lacks = pools_at(limit, context), limit.lacks_to_upgrade
        lacks = -(-lacks // max(1, limit.per_node))
        lacks -= sum(pool.surge - surges[pool.name] for pool in pools)
        while lacks > 0:
            largest = max(pools, key=lambda pool: surges[pool.name], default=None)
            if largest is None or surges[largest.name] <= 1:
                break
            surges[largest.name] -= 1
            lacks -= 1
    return surges


def _with_smaller_surges(pools: Sequence[AgentPool], surges: Mapping[str, int], context: RunningContext) -> str:
    changed = [pool for pool in pools if surges[pool.name] < pool.surge]
    commands = [f"az aks nodepool update {context.pool_place(p)} --max-surge {surges[p.name]}" for p in changed]
    return " && ".join(commands)


def _added_room(context: RunningContext) -> Iterator[Problem]:
    """Every limit has room for the nodes that were asked about."""
    for limit in context.limits:
        if limit.lacks_to_add:
            added = {pool.name: context.added.get(pool.name, 0) for pool in pools_at(limit, context)}
            names = listed([f"{count} of {name}" for name, count in added.items() if count])
            yield Problem(f"{many(sum(added.values()), 'node')} more ({names}) do not fit: {_left(limit)}")


def _peak_room(context: RunningContext) -> Iterator[Problem]:
    """Every limit has room for the autoscalers at their most, with the surge of an upgrade."""
    for limit in context.limits:
        pools = pools_at(limit, context)
        growing = [pool for pool in pools if pool.most > pool.nodes]
        if limit.lacks_at_peak and growing:
            grow = sum(pool.most - pool.nodes for pool in growing)
            yield Problem(
                f"pools may still grow by {many(grow, 'node')}, and with the surge of an upgrade need "
                f"{limit.needed_at_peak:,}: {_left(limit)}. The autoscaler adds none when one step is larger than what "
                "is free",
                "",
            )


CHECKS = (
    RunningCheck("upgrade-room", _upgrade_room),
    RunningCheck("added-nodes-room", _added_room),
    RunningCheck("peak-room", _peak_room),
)

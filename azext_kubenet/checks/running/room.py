"""Room for an upgrade, for nodes that were asked about, and for every autoscaler at its most. [R18 K5]

The fixes of one run fit each other: surges are made smaller under all limits at once, and with those surges the
autoscalers' maxima are.
"""

from collections.abc import Iterator, Mapping, Sequence

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.headroom import Headroom, LimitKind
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.managed_clusters import AgentPool, minor_of
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import measured, quotas
from azext_kubenet.checks.running.room_remedies import maximum, more_room, pools_at, surge_option, to_start
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.node_subnets import NodeSubnet
from azext_kubenet.discovery.running_cluster import NOT_SHOWN

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
#: The mode of a pool whose nodes may be upgraded without a surge. [E6]
_USER = "user"


def _upgrade_room(context: RunningContext) -> Iterator[Problem]:
    """Every limit has room for the surge of all pools."""
    if context.cluster.is_stopped:
        yield from _start_room(context)
        return
    surges = smaller_surges(context)
    for limit in context.limits:
        if not limit.lacks_to_upgrade:
            continue
        pools = pools_at(limit, context)
        surging = [f"{pool.name} {pool.surge}{_percent(pool)}" for pool in pools if pool.surge]
        yield Problem(
            f"an upgrade surges {many(sum(pool.surge for pool in pools), 'node')} ({', '.join(surging)}), "
            f"{_left(limit, context)}",
            _mended(limit, surges, context),
            severity=_severity(limit, pools),
        )


def _start_room(context: RunningContext) -> Iterator[Problem]:
    """Every limit has room for the nodes of a stopped cluster, which come back when it starts."""
    for limit in context.limits:
        lacking = 0 if limit.free is None else limit.demand.waiting - limit.free
        if lacking > 0:
            yield Problem(
                f"the nodes of the stopped cluster do not fit when it starts: {_left(limit, context)}, and they take "
                f"{limit.demand.waiting:,}",
                to_start(limit, context),
            )


def _measured(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Every limit could be measured, and addresses as Azure counts them. [R4 R5]"""
    for subnet in context.seen.subnets:
        if subnet.shown is not None:
            yield from _counted(subnet, context)
    yield from context.unread("networks", "subnets", "usages", "tables", "managed", "nodes", "pods")
    yield from quotas.unshown_sizes(context)
    for limit in context.limits:
        if limit.kind is LimitKind.QUOTA and limit.free is None and limit.total is None:
            yield Problem(f"Azure shows no quota {limit.resource}: whether it has room is not known")


def _counted(subnet: NodeSubnet, context: RunningContext) -> Iterator[Problem | Unreadable]:
    """How the addresses of a subnet were counted, where Azure does not count them, or too few."""
    known, name = measured.addresses_known(subnet, context), subnet.id.name
    if known is None:
        yield Unreadable(f"the addresses in use in subnet {name}", str(subnet.id), NOT_SHOWN)
    elif subnet.usage is None:
        message = f"Azure's own count of the addresses in use in subnet {name} is not shown: those of what is attached"
        yield Problem(f"{message} are counted, {known:,}", severity=Severity.INFO)
    elif subnet.usage.used < known:
        message = f"Azure counts {subnet.usage.used:,} addresses in use in subnet {name}, and shows {known:,} attached"
        yield Problem(message, severity=Severity.INFO)


def _severity(limit: Headroom, pools: Sequence[AgentPool]) -> Severity | None:
    """A warning where AKS upgrades with fewer nodes by itself: for lack of quota, and of nothing else. [E7]"""
    falls_back = all(minor_of(pool.version) >= _FALLS_BACK_SINCE for pool in pools)
    return Severity.WARNING if limit.kind is LimitKind.QUOTA and falls_back else None


def _percent(pool: AgentPool) -> str:
    return f" at {pool.max_surge}" if pool.max_surge.percent else ""


def _left(limit: Headroom, context: RunningContext) -> str:
    """What is left of a limit, in words: `subnet a has 11 free of 59: 45 nodes, 2 load balancers`."""
    name = {
        LimitKind.SUBNET: f"subnet {limit.title}",
        LimitKind.POD_CIDR: f"pod CIDR {limit.resource}",
        LimitKind.ROUTES: f"route table {limit.resource}" if limit.resource else "a route table",
        LimitKind.NODES: "a kubenet cluster that can be upgraded",
        LimitKind.QUOTA: f"quota {limit.resource}",
    }[limit.kind]
    unit = _UNITS[limit.kind]
    own = many(limit.demand.nodes, unit if limit.kind is LimitKind.QUOTA else "node")
    if limit.kind is LimitKind.ROUTES and context.cluster.is_dual_stack:
        own = f"{many(limit.demand.nodes, unit)} of nodes, of which each has two"
    held = ", ".join([own, *_others(limit, context)])
    return f"{name} has {many(limit.free or 0, unit)} free of {limit.total or 0:,}: {held}"


def _others(limit: Headroom, context: RunningContext) -> Iterator[str]:
    """What else has some of a limit, in words."""
    left = limit.other or 0
    if limit.kind is LimitKind.SUBNET:
        for words, count in _kinds(limit, context):
            yield many(min(count, left), words)
            left -= min(count, left)
    if left > 0:
        yield f"{left:,} other{'' if left == 1 else 's'}"


def _kinds(limit: Headroom, context: RunningContext) -> Iterator[tuple[str, int]]:
    """What of the subnet's addresses can be told by what has them."""
    shown = next((each.shown for each in context.seen.subnets if each.id.name == limit.resource), None)
    texts = [str(each).lower() for each in shown.configurations] if shown else []
    for part, words in (("/loadbalancers/", "load balancer"), ("/privateendpoints/", "private endpoint")):
        count = sum(part in text for text in texts)
        if count:
            yield words, count


def smaller_surges(context: RunningContext) -> Mapping[str, int]:
    """Surge nodes by pool with which an upgrade has room everywhere: as many as there may be.

    A pool keeps one, but for a user pool where not even that has room: it can be upgraded without any [E6].
    """
    surges = {pool.name: pool.surge for pool in context.cluster.pools}
    for limit in context.limits:
        for least in (1, 0):
            while _lacking(limit, surges, context):
                largest = _largest(limit, surges, least, context)
                if largest is None:
                    break
                surges[largest.name] -= 1
    return surges


def _lacking(limit: Headroom, surges: Mapping[str, int], context: RunningContext) -> int:
    """How many of a limit an upgrade with some surges lacks."""
    if not limit.lacks_to_upgrade:
        return 0
    saved = sum((pool.surge - surges[pool.name]) * limit.demand.pools[pool.name] for pool in pools_at(limit, context))
    return max(0, limit.lacks_to_upgrade - saved)


def _largest(limit: Headroom, surges: Mapping[str, int], least: int, context: RunningContext) -> AgentPool | None:
    """Of the pools that take of a limit, the one with the largest surge that may be smaller; user pools first."""
    smaller = [
        pool
        for pool in pools_at(limit, context)
        if surges[pool.name] > (least if pool.mode.lower() == _USER else 1) and limit.demand.pools[pool.name]
    ]
    return max(smaller, key=lambda pool: (surges[pool.name], pool.mode.lower() == _USER), default=None)


def _mended(limit: Headroom, surges: Mapping[str, int], context: RunningContext) -> str:
    """What gives an upgrade room: smaller surges, and where these are not enough, fewer nodes."""
    lacking = _lacking(limit, surges, context)
    smaller = _smaller_surges(pools_at(limit, context), surges, context)
    if not lacking:
        return smaller
    more = more_room(limit, lacking, context)
    return f"{smaller}; which is not enough alone: {more}" if smaller else more


def _smaller_surges(pools: Sequence[AgentPool], surges: Mapping[str, int], context: RunningContext) -> str:
    """The commands that make the surges of some pools smaller; "" where no surge is small enough."""
    changed = [pool for pool in pools if surges[pool.name] < pool.surge]
    commands = [f"az aks nodepool update {context.pool_place(p)} {surge_option(surges[p.name])}" for p in changed]
    return " && ".join(commands)


def _added_room(context: RunningContext) -> Iterator[Problem]:
    """Every limit has room for the nodes that were asked about."""
    asked = context.added_anywhere or any(context.added.values())
    unknown = [limit.kind.value for limit in context.limits if limit.free is None] if asked else []
    if unknown:
        message = f"whether the nodes that were asked about fit is not known: not looked at: {', '.join(unknown)}"
        yield Problem(message, severity=Severity.WARNING)
    for limit in context.limits:
        if limit.lacks_to_add:
            named = [(name, context.added[name]) for name in limit.demand.pools if context.added.get(name)]
            words = listed([f"{count:,} of {name}" for name, count in named])
            count = context.added_anywhere + sum(count for _, count in named)
            yield Problem(
                f"{many(count, 'node')} more{f' ({words})' if words else ''} do not fit: {_left(limit, context)}",
                _fewer_added(context),
            )


def _fewer_added(context: RunningContext) -> str:
    """The question that is answered with yes: with as many of the nodes as fit everywhere."""
    added, anywhere = dict(context.added), context.added_anywhere
    for limit in context.limits:
        each, free = limit.demand.pools, limit.free
        while free is not None and free < anywhere * max(each.values(), default=0) + sum(
            count * each.get(name, 0) for name, count in added.items()
        ):
            able = [name for name in each if added.get(name) and each[name]]
            if anywhere:
                anywhere -= 1
            elif able:
                added[max(able, key=lambda name: added[name])] -= 1
            else:
                break
    left = [f"{name}:+{count}" for name, count in added.items() if count]
    options = [*([f"--add-nodes {anywhere}"] if anywhere else []), *([f"--pool {' '.join(left)}"] if left else [])]
    if not options:
        return "no further node fits; see what the other findings say"
    return f"so many fit: az kubenet check {context.place} {' '.join(options)}"


def _peak_room(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """Every limit has room for the autoscalers at their most, with the surge of an upgrade."""
    for pool in context.cluster.pools:
        if not pool.most_is_known:
            what = f"the most nodes of the autoscaler of pool {pool.name}"
            yield Unreadable(what, str(context.cluster.id), NOT_SHOWN)
    most = smaller_maxima(context)
    for limit in context.limits:
        pools = pools_at(limit, context)
        growing = [pool for pool in pools if pool.most > pool.nodes]
        if limit.lacks_at_peak and growing:
            growth = many(sum(pool.most - pool.nodes for pool in growing), "node")
            surge = many(sum(pool.surge_at_most for pool in pools), "node")
            lowered = [pool for pool in growing if most[pool.name] < pool.most]
            commands = [maximum(pool, most[pool.name], context) for pool in lowered]
            yield Problem(
                f"the autoscaler may add {growth} and an upgrade then surges {surge}, {_left(limit, context)}; it adds "
                "none when one step is larger than what is free",
                context.once_started(" && ".join(commands)) if commands else _at_peak(limit, context),
            )


def _at_peak(limit: Headroom, context: RunningContext) -> str:
    """What gives the peak room where no maximum can be lower."""
    return to_start(limit, context) if context.cluster.is_stopped else more_room(limit, limit.lacks_at_peak, context)


def smaller_maxima(context: RunningContext) -> Mapping[str, int]:
    """The most nodes by pool with which the peak has room everywhere, once surges are as small as an upgrade needs."""
    surges = smaller_surges(context)
    most = {pool.name: pool.most for pool in context.cluster.pools}

    def takes(pool: AgentPool) -> int:
        lowered = surges[pool.name] < pool.surge
        return most[pool.name] + (surges[pool.name] if lowered else pool.max_surge.nodes_for(most[pool.name]))

    for limit in context.limits:
        each, room = limit.demand.pools, (limit.total or 0) - (limit.other or 0)
        while limit.lacks_at_peak and sum(takes(pool) * each[pool.name] for pool in pools_at(limit, context)) > room:
            able = [pool for pool in pools_at(limit, context) if most[pool.name] > max(pool.nodes, pool.least, 1)]
            if not able:
                break
            largest = max(able, key=lambda pool: most[pool.name] - pool.nodes)
            most[largest.name] -= 1
    return most


CHECKS = (
    RunningCheck("upgrade-room", _upgrade_room),
    RunningCheck("added-nodes-room", _added_room),
    RunningCheck("peak-room", _peak_room),
    RunningCheck("limits-measured", _measured),
)

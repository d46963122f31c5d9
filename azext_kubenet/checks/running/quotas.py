"""The quotas of vCPUs that a running cluster's nodes count against: what they take of them, and what is left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from azext_kubenet.addressing.headroom import Demand, Headroom, LimitKind
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.machine_sizes import (
    ALL_VCPUS,
    MachineSize,
    Quota,
    quotas_of,
    quotas_read,
    sizes_of,
    sizes_read,
)
from azext_kubenet.azure.managed_clusters import AgentPool
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.looking import Unreadable

if TYPE_CHECKING:
    from azext_kubenet.checks.running.running_context import RunningContext

#: The quota of spot machines, of whatever size.
_SPOT = "lowprioritycores"


class Quotas(NamedTuple):
    """The quotas of a region by their names in lower case, and its VM sizes by theirs."""

    quotas: Mapping[str, Quota]
    sizes: Mapping[str, MachineSize]


def read_quotas(context: "RunningContext") -> Quotas:
    """The quotas of the cluster's region. Raises Unreadable."""
    region = plain_region(context.cluster.location)
    subscription, scope = context.cluster.id.subscription, str(context.cluster.id.subscription_id)
    found = context.filled_list(f"the quotas of {region}", scope, quotas_read(subscription, region))
    listed = context.filled_list(f"the VM sizes of {region}", scope, sizes_read(subscription, region))
    return Quotas(quotas_of(found), {each.name.lower(): each for each in sizes_of(listed, region)})


def unshown_sizes(context: "RunningContext") -> Iterator[Unreadable]:
    """The VM sizes of which the region's list does not show family and vCPUs. Raises Unreadable."""
    sizes, region = context.quotas.sizes, plain_region(context.cluster.location)
    hidden = AzureError(200, "", "Azure's list of the VM sizes of the region does not show it")
    names = [name for pool in context.cluster.pools for name in _unknown_sizes(pool, sizes)]
    for name in dict.fromkeys(names):
        yield Unreadable(
            f"how many vCPUs of which quota {name} has in {region}", str(context.cluster.id.subscription_id), hidden
        )


def _unknown_sizes(pool: AgentPool, sizes: Mapping[str, MachineSize]) -> list[str]:
    """What a pool runs on whose vCPUs, or whose family, are not shown: sizes, or machines of sizes not shown."""
    nameless = f"a machine of pool {pool.name}"
    if pool.nodes != sum(each.nodes for each in pool.machines):
        return [nameless]
    return [each.size or nameless for each in pool.machines if not _is_shown(sizes.get(each.size.lower()), pool)]


def _is_shown(size: MachineSize | None, pool: AgentPool) -> bool:
    return size is not None and size.vcpus > 0 and (pool.is_spot or bool(size.family))


def limits_of(context: "RunningContext", *, down: bool) -> Iterator[Headroom]:
    """The quotas of its sizes' families, and that of all vCPUs of the region; an unknown one where none is shown.

    down: whether some of its nodes do not run
    """
    region, pools = plain_region(context.cluster.location), context.cluster.pools
    try:
        quotas, sizes = context.quotas
    except Unreadable:
        yield _unknown(f"vCPUs in {region}", pools)
        return
    for name, there in _families(pools, sizes).items():
        if name not in quotas:
            yield _unknown(name, there)
        elif quotas[name].limit is None:
            continue
        elif any(_unknown_sizes(pool, sizes) for pool in there):
            yield _unknown(quotas[name].name, there, quotas[name].limit)
        else:
            yield _of_quota(quotas[name], there, sizes, context, down=down)


def _unknown(name: str, pools: Sequence[AgentPool], total: int | None = None) -> Headroom:
    """A quota of which it is not known what is left, or what a node takes."""
    demand = Demand({pool.name: 1 for pool in pools}, 0, 0, None)
    return Headroom(LimitKind.QUOTA, name, total, None, None, demand)


def _families(pools: Iterable[AgentPool], sizes: Mapping[str, MachineSize]) -> dict[str, list[AgentPool]]:
    """Pools by the quotas that their machines count against, in lower case; by the name of a size of no known one."""
    found: dict[str, list[AgentPool]] = {}
    for pool in pools:
        known = [sizes[each.size.lower()].family for each in pool.machines if each.size.lower() in sizes]
        families = [*(each.lower() for each in known if each), *map(_family_of, _unknown_sizes(pool, sizes))]
        for name in dict.fromkeys([_SPOT] if pool.is_spot else [*families, ALL_VCPUS]):
            found.setdefault(name, []).append(pool)
    return found


def _family_of(size: str) -> str:
    return f"family of {size}"


def _of_quota(
    quota: Quota, pools: Sequence[AgentPool], sizes: Mapping[str, MachineSize], context: "RunningContext", *, down: bool
) -> Headroom:
    each = {pool.name: _vcpus_of(pool, sizes) for pool in pools}
    now = sum(_vcpus_now(pool, sizes) for pool in pools)
    own, waiting = (0, now) if down else (now, 0)
    demand = Demand(
        pools=each,
        nodes=own,
        waiting=waiting,
        surge=waiting + sum(pool.surge * each[pool.name] for pool in pools),
        at_peak=peak_of(pools, each),
        added=context.added_anywhere * max(each.values(), default=1)
        + sum(context.added.get(pool.name, 0) * each[pool.name] for pool in pools),
    )
    return Headroom(LimitKind.QUOTA, quota.name, quota.limit, quota.used, max(0, quota.used - own), demand)


def peak_of(pools: Sequence[AgentPool], each: Mapping[str, int]) -> int | None:
    """What pools take at their most with the surge of that many; None where the most of one is not known.

    each: what a node of each pool takes
    """
    if not all(pool.most_is_known for pool in pools):
        return None
    return sum((pool.most + pool.surge_at_most) * each[pool.name] for pool in pools)


def _vcpus_of(pool: AgentPool, sizes: Mapping[str, MachineSize]) -> int:
    """vCPUs of a further node of a pool: of its largest size, where it has several."""
    return max((sizes[each.size.lower()].vcpus for each in pool.machines), default=0)


def _vcpus_now(pool: AgentPool, sizes: Mapping[str, MachineSize]) -> int:
    return sum(each.nodes * sizes[each.size.lower()].vcpus for each in pool.machines)

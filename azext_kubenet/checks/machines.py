"""Whether the subscription gets the nodes' machines in the region: their size, their zones, their quota.

Read only where a size or a zone was typed: AKS chooses its default by what there is. [T22]
"""

from collections.abc import Iterator
from difflib import get_close_matches

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize
from azext_kubenet.addressing.wording import listed, many
from azext_kubenet.azure.machine_sizes import (
    ALL_VCPUS,
    MachineSize,
    Quota,
    quotas_of,
    quotas_read,
    sizes_of,
    sizes_read,
)
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import CheckContext, Unreadable

_SIZE, _ZONES = "--node-vm-size", "--zones"


def _sizes(context: CheckContext) -> list[MachineSize]:
    """The sizes that the region has. Raises Unreadable."""
    location = plain_region(context.wanted.location)
    read = sizes_read(context.names.subscription, location)
    what = f"the VM sizes of {location}"
    return sizes_of(context.optional_list(what, context.subscription_id, read))


def _chosen(context: CheckContext, sizes: list[MachineSize]) -> list[MachineSize]:
    """Those of the sizes that were typed and exist."""
    known = {each.name.lower(): each for each in sizes}
    return [known[each.lower()] for each in context.wanted.machines.sizes if each.lower() in known]


def _size_offered(context: CheckContext) -> Iterator[Problem]:
    """The subscription gets machines of each size that was typed."""
    wanted, location = context.wanted.machines.sizes, plain_region(context.wanted.location)
    if not wanted:
        return
    try:
        sizes = _sizes(context)
    except Unreadable as hidden:
        yield unread(hidden, context)
        return
    listing = f"list the sizes: az vm list-skus -l {location} --resource-type virtualMachines -o table"
    names = {each.name.lower(): each.name for each in sizes}
    for size in wanted:
        if sizes and size.lower() not in names:
            similar = get_close_matches(size.lower(), names, 1)
            use = f"use {_SIZE} {names[similar[0]]}; " if similar else ""
            yield Problem(f"region {location} has no VM size {size}", f"{use}{listing}", (_SIZE,))
    for each in _chosen(context, sizes):
        if each.closed:
            message = f"VM size {each.name} is not available to this subscription in {location} ({each.closed})"
            yield Problem(message, f"use another size; {listing}", (_SIZE,))


def _zones_offered(context: CheckContext) -> Iterator[Problem]:
    """The size that was typed, or else some size, exists in each zone that was typed."""
    wanted, location = context.wanted.machines.zones, plain_region(context.wanted.location)
    if not wanted:
        return
    try:
        sizes = _sizes(context)
    except Unreadable as hidden:
        if not context.wanted.machines.sizes:  # otherwise the check of the size says so
            yield unread(hidden, context)
        return
    for each in _chosen(context, sizes) if context.wanted.machines.sizes else _any(sizes):
        there = [zone for zone in each.zones if zone not in each.closed_zones]
        missing = [zone for zone in wanted if zone not in there]
        if missing and not each.closed:
            what = f"VM size {each.name}" if each.name else "no VM size"
            has = f"it has {listed(sorted(there))}" if there else "it has none"
            is_not = "is not" if each.name else "is"
            message = f"{what} {is_not} available in zone {listed(missing)} of {location}; {has}"
            use = f"use {_ZONES} {' '.join(sorted(there))}" if there else f"leave {_ZONES} out"
            yield Problem(message, f"{use}, or another size with {_SIZE}", (_ZONES,))


def _any(sizes: list[MachineSize]) -> list[MachineSize]:
    """All sizes as one, in whichever zone there is one that is not closed; none if there is no size."""
    zones = {zone for each in sizes if not each.closed for zone in each.zones if zone not in each.closed_zones}
    return [MachineSize("", zones=tuple(zones))] if sizes else []


def _quota(context: CheckContext) -> Iterator[Problem]:
    """The quotas have room for the nodes at creation, and for the most that there may be."""
    location = plain_region(context.wanted.location)
    if len(context.wanted.machines.sizes) != 1:  # of several, AKS chooses how many of each
        return
    read = quotas_read(context.names.subscription, location)
    context.reader.prefetch([sizes_read(context.names.subscription, location), read])
    try:
        quotas = quotas_of(context.optional_list(f"the quotas of {location}", context.subscription_id, read))
    except Unreadable as hidden:
        yield unread(hidden, context)
        return
    try:
        chosen = _chosen(context, _sizes(context))
    except Unreadable:  # the check of the size says so
        return
    for size in (each for each in chosen if each.vcpus):
        for name in dict.fromkeys((size.family.lower(), ALL_VCPUS)):
            if name in quotas:
                yield from _exceeded(quotas[name], size, context)


def _exceeded(quota: Quota, size: MachineSize, context: CheckContext) -> Iterator[Problem]:
    """What is told of one quota: an error if the nodes do not fit at creation, a warning if they may not later."""
    counts, location = context.plan.size, plain_region(context.wanted.location)
    now, peak = counts.first_pool_nodes * size.vcpus, _peak(counts) * size.vcpus
    whose = "all vCPUs" if quota.name.lower() == ALL_VCPUS else f"{quota.name} vCPUs"
    left = f"of the quota of {whose} in {location}, {quota.left:,} of {quota.limit:,} are left"
    show = f"show it: az vm list-usage -l {location} -o table"
    if now > quota.left:
        needed = f"{many(counts.first_pool_nodes, 'node')} of {size.name} need {now:,}"
        # Machines of a capacity reservation have their quota already.
        severity = Severity.WARNING if context.wanted.machines.reserved else None
        fewer = quota.left // size.vcpus
        less = f"use --node-count {fewer}, or " if fewer and not counts.pools else ""
        advice = f"{less}another size with {_SIZE}, or request more quota; {show}"
        advice = advice if less else f"use {advice}"
        yield Problem(f"{left}, and {needed}", advice, ("--node-count", _SIZE), severity)
    elif peak > quota.left:
        needed = f"{many(_peak(counts), 'node')} of {size.name}, surge nodes included, would need {peak:,}"
        advice = f"request more quota before the cluster grows or is upgraded; {show}"
        yield Problem(f"{left}, and {needed}", advice, ("--max-count", _SIZE), Severity.WARNING)


def _peak(size: ClusterSize) -> int:
    """Nodes of the first pool at their most, while they are upgraded: other pools may have other sizes."""
    if size.pools:
        first = size.pools[0]
        return first.max_count + first.max_surge.nodes_for(first.max_count)
    return size.nodes_with_surge


CHECKS = (
    Check("vm-size-offered", _size_offered),
    Check("zones-offered", _zones_offered),
    Check("vcpu-quota", _quota),
)

"""Whether the subscription gets the nodes' machines in the region: their size, their zones, their quota.

Read only where a size or a zone was typed: AKS chooses its default by what there is. [T22]
"""

from collections.abc import Iterator, Mapping
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
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable, unlisted

_SIZE, _ZONES = "--node-vm-size", "--zones"


def _sizes(context: CheckContext) -> list[MachineSize]:
    """The sizes that the region has. Raises Unreadable, as for a list without any: no region has none."""
    location = plain_region(context.wanted.location)
    what, read = f"the VM sizes of {location}", sizes_read(context.names.subscription, location)
    found = sizes_of(context.filled_list(what, context.subscription_id, read), location)
    if not found:
        raise unlisted(what, context.subscription_id)
    return found


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
    names = {each.name.lower() for each in sizes}
    for size in wanted:
        if size.lower() not in names:
            yield _unlisted(size, sizes, location, listing)
    for each in _chosen(context, sizes):
        if each.closed:
            message = f"VM size {each.name} is not available to this subscription in {location} ({each.closed})"
            yield Problem(message, f"use another size; {listing}", (_SIZE,))
        elif each.unclear:
            message = f"Azure shows a restriction of VM size {each.name} ({each.unclear}), and not where it holds"
            yield Problem(f"{message}; this was not checked", listing, (_SIZE,), Severity.WARNING)


def _unlisted(size: str, sizes: list[MachineSize], location: str, listing: str) -> Problem:
    """What is told of a size that the list does not have; it may be one that the list does not name."""
    if not all(each.name for each in sizes):
        message = f"the list of VM sizes of {location} does not show {size}, and has one without a name"
        return Problem(f"{message}; this was not checked", listing, (_SIZE,), Severity.WARNING)
    usable = {each.name.lower(): each.name for each in sizes if not each.closed}
    similar = get_close_matches(size.lower(), usable, 1)
    use = f"use {_SIZE} {usable[similar[0]]}; " if similar else ""
    return Problem(f"region {location} has no VM size {size}", f"{use}{listing}", (_SIZE,))


def _zones_offered(context: CheckContext) -> Iterator[Problem]:
    """The size that was typed, or else some size, exists in each zone that was typed."""
    if not context.wanted.machines.zones:
        return
    try:
        sizes = _sizes(context)
    except Unreadable as hidden:
        if not context.wanted.machines.sizes:  # otherwise the check of the size says so
            yield unread(hidden, context)
        return
    for each in _chosen(context, sizes) if context.wanted.machines.sizes else [_any(sizes)]:
        if not each.closed:
            yield from _missing_zones(each, context)


def _missing_zones(size: MachineSize, context: CheckContext) -> Iterator[Problem]:
    """What is told of a size that is not in each zone that was typed."""
    location, there = plain_region(context.wanted.location), sorted(size.open_zones)
    # A zone that is known to be closed is so, whatever else is not shown.
    unknown = () if size.zones_known else {*context.wanted.machines.zones} - {*size.zones}
    missing = [zone for zone in context.wanted.machines.zones if zone not in there and zone not in unknown]
    if missing:
        what, is_not = (f"VM size {size.name}", "is not") if size.name else ("no VM size", "is")
        has = f"it has {listed(there)}" if there else "it has none"
        use = f"use {_ZONES} {' '.join(there)}" if there else f"leave {_ZONES} out"
        message = f"{what} {is_not} available in zone {listed(missing)} of {location}; {has}"
        yield Problem(message, f"{use}, or another size with {_SIZE}", (_ZONES,))
    elif unknown:
        what = f"VM size {size.name}" if size.name else "some VM size"
        message = f"Azure does not show in which zones of {location} there is {what}; this was not checked"
        yield Problem(message, options=(_ZONES,), severity=Severity.WARNING)


def _any(sizes: list[MachineSize]) -> MachineSize:
    """All sizes as one, in whichever zone there is one that is not closed."""
    usable = [each for each in sizes if not each.closed]
    zones = dict.fromkeys(zone for each in usable for zone in each.open_zones)
    return MachineSize("", zones=tuple(zones), zones_known=all(each.zones_known for each in usable))


def _quota(context: CheckContext) -> Iterator[Problem]:
    """The quotas have room for the nodes at creation, and for the most that there may be."""
    location = plain_region(context.wanted.location)
    if len(context.wanted.machines.sizes) != 1:  # of several, AKS chooses how many of each
        return
    read = quotas_read(context.names.subscription, location)
    context.reader.prefetch([sizes_read(context.names.subscription, location), read])
    try:
        quotas = quotas_of(context.filled_list(f"the quotas of {location}", context.subscription_id, read))
    except Unreadable as hidden:
        yield unread(hidden, context)
        return
    try:
        chosen = _chosen(context, _sizes(context))
    except Unreadable:  # the check of the size says so
        return
    for size in chosen:
        yield from _compared(size, quotas, context)


def _compared(size: MachineSize, quotas: Mapping[str, Quota], context: CheckContext) -> Iterator[Problem]:
    """What is told of the quotas of a size: of its family, and of all."""
    for name in dict.fromkeys((size.family.lower(), ALL_VCPUS)):
        if size.vcpus and name in quotas:
            yield from _exceeded(quotas[name], size, context)
    unknown = "" if size.vcpus else "how many vCPUs it has"
    unknown = unknown or ("" if size.family else "of which family it is")
    lacking = [name for name in (size.family, ALL_VCPUS) if name and name.lower() not in quotas]
    unknown = unknown or (f"the quota of {listed(lacking)}" if lacking else "")
    if unknown:
        location = plain_region(context.wanted.location)
        message = f"Azure does not show of VM size {size.name} in {location} {unknown}; its quota was not checked"
        show = f"show the quotas: az vm list-usage -l {location} -o table"
        yield Problem(message, show, (_SIZE,), Severity.WARNING)


def _exceeded(quota: Quota, size: MachineSize, context: CheckContext) -> Iterator[Problem]:
    """What is told of one quota: an error if the nodes do not fit at creation, a warning if they may not later."""
    counts, location = context.plan.size, plain_region(context.wanted.location)
    now, peak = counts.first_pool_nodes * size.vcpus, _peak(counts) * size.vcpus
    whose = "all vCPUs" if quota.name.lower() == ALL_VCPUS else f"{quota.name} vCPUs"
    left = f"of the quota of {whose} in {location}, {quota.left:,} of {quota.limit or 0:,} are left"
    show = f"show it: az vm list-usage -l {location} -o table"
    if not quota.has(now):
        needed = f"{many(counts.first_pool_nodes, 'node')} of {size.name} need {now:,}"
        # Machines of a capacity reservation have their quota already.
        severity = Severity.WARNING if context.wanted.machines.reserved else None
        fewer = quota.left // size.vcpus
        less = f"use --node-count {fewer}, or " if fewer and not counts.pools else ""
        advice = f"{less}another size with {_SIZE}, or request more quota; {show}"
        advice = advice if less else f"use {advice}"
        yield Problem(f"{left}, and {needed}", advice, ("--node-count", _SIZE), severity)
    elif not quota.has(peak):
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

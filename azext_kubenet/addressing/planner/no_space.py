"""The finding of a plan that finds no place: what does not fit, what is in the way, what would fit, what to type."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, rules, sizing
from azext_kubenet.addressing.free_space import FreeSpace, interval, merged
from azext_kubenet.addressing.model import ClusterSize, Finding, Origin, RangeRequests, Reservation, Severity, advise
from azext_kubenet.addressing.planner.blockers import nearest, where
from azext_kubenet.addressing.planner.layout import SERVICES, SUBNET, VNET
from azext_kubenet.addressing.planner.proposal import propose_around
from azext_kubenet.addressing.planner.search_space import SearchSpace
from azext_kubenet.addressing.planner.shortage import Shortage
from azext_kubenet.addressing.planner.suggestions import Suggestions
from azext_kubenet.addressing.reserved_space import ReservedSpace
from azext_kubenet.addressing.wording import NAMES, OPTIONS, listed, many, node_options

#: How many ranges are worth naming.
_NAMED = 3
#: In how many ranges' place another could be put by moving them: of more it is not worth speaking.
_WORTH_FREEING = 10
#: How many of the blocks that were searched are worth naming: all of private space and the shared range.
_SEARCHED = 4


def finding(
    shortage: Shortage, size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace, advice: Suggestions
) -> Finding:
    """What does not fit, what is in the way, the largest free block, and the largest cluster for it."""
    sizes = shortage.sizes
    options = [OPTIONS[name] for name in sizes]
    if VNET in sizes and requests.within:
        options.append("--within")
    if SUBNET in sizes and isinstance(requests.vnet, int):
        options.insert(0, OPTIONS[VNET])
    message = f"{_need(shortage, size, requests)}{_lack(shortage, size, requests, reserved)}"
    remedy = _remedy(shortage, size, requests, reserved, advice)
    return Finding(rules.NO_SPACE, Severity.ERROR, tuple(options), message, advise(remedy))


def _need(shortage: Shortage, size: ClusterSize, requests: RangeRequests) -> str:
    """The sizes that find no place, and who needs them."""
    sizes = listed([f"a {NAMES[name]} of /{prefix}" for name, prefix in shortage.sizes.items()])
    if all(isinstance(getattr(requests, name), int) for name in shortage.sizes):
        return f"{sizes} {'is' if len(shortage.sizes) == 1 else 'are'} asked for"
    parts = [many(size.nodes, "node")]
    if size.surge_nodes:
        parts.append(many(size.surge_nodes, "surge node"))
    if size.extra_ips:
        parts.append(many(size.extra_ips, "other address"))
    return f"{listed(parts)} {'needs' if parts == ['1 node'] else 'need'} at least {sizes}"


def _lack(shortage: Shortage, size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace) -> str:
    """What is free, and what is in the way."""
    if SUBNET in shortage.sizes and isinstance(requests.vnet, int):
        return f", which a virtual network of /{requests.vnet} does not hold"
    together = "" if shortage.alone else " for all of them together"
    search = SearchSpace(requests, reserved)
    parts = [_free(shortage, search, size)]
    if shortage.blockers:
        parts.append(f"in the way: {_named(shortage.blockers, shortage.more)}")
    if shortage.alone:
        parts += _nearest(shortage, search, reserved.reservations)
    parts.append(f"searched: {_searched(shortage, search)}")
    return f", and there is no space{together}: {'; '.join(parts)}"


def _free(shortage: Shortage, search: SearchSpace, size: ClusterSize) -> str:
    """The largest free block; for a subnet that of each prefix of its network, and for how many nodes it is enough."""
    largest, vnet = shortage.largest_free, search.requests.vnet
    if largest is None:
        return f"no /{limits.SUBNET_MAX_PREFIXLEN} or larger is free"
    if next(iter(shortage.sizes)) != SUBNET or not isinstance(vnet, tuple):
        return f"the largest free block is {largest}"
    nodes = sizing.nodes_within(int(largest.size) - limits.RESERVED_PER_SUBNET - size.extra_ips, size)
    room = f"the largest free block is {largest}, as a subnet enough for {many(nodes, 'node')}"
    found = [(prefix, search.free_in([prefix]).largest()) for prefix in dict.fromkeys(vnet)]
    others = [f"{prefix} has {free or 'nothing'}" for prefix, free in found if largest not in prefix]
    more = f" and {len(others) - _NAMED} others" if len(others) > _NAMED else ""
    return f"{room} ({', '.join(others[:_NAMED])}{more})" if others else room


def _searched(shortage: Shortage, search: SearchSpace) -> str:
    """The blocks that were searched, and for which ranges not."""
    blocks: dict[IPNetwork, list[str]] = {}
    for name in shortage.sizes:
        for block in where(search, name):
            blocks.setdefault(block, []).append(name)
    parts = [
        f"{block}{_only(names)}" if len(names) < len(shortage.sizes) else str(block) for block, names in blocks.items()
    ]
    more = f" and {len(parts) - _SEARCHED} more" if len(parts) > _SEARCHED else ""
    return ", ".join(parts[:_SEARCHED]) + more


def _only(names: Sequence[str]) -> str:
    """For which ranges alone a block was searched."""
    return f" (for {listed([f'the {NAMES[name]}' for name in names])} alone)"


def _nearest(shortage: Shortage, search: SearchSpace, reservations: Sequence[Reservation]) -> Iterator[str]:
    """The place that needs least to be freed."""
    name, prefix = shortage.first
    found = nearest(search, name, prefix, reservations)
    if found is not None and 0 < len(found[1]) <= _WORTH_FREEING:
        block, there = found
        yield f"nearest to free is {block}, but for {_named(there[:_NAMED], len(there) - _NAMED)}"


def _named(reservations: Sequence[Reservation], more: int) -> str:
    names = ", ".join(f"{each.network} ({each.reason})" for each in reservations)
    return f"{names} and {more} more" if more > 0 else names


def _remedy(
    shortage: Shortage, size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace, advice: Suggestions
) -> str:
    """A range for one that was requested, the largest cluster that fits as it is, or else more space."""
    exists = isinstance(requests.vnet, tuple) and any(each.origin is Origin.SUBNET for each in reserved.reservations)
    asked = [name for name in (VNET, SUBNET, "pods", "services") if getattr(requests, name) is not None]
    tries = (text for text in map(advice.suggest_fix, asked) if text and not (exists and OPTIONS[VNET] in text))
    fewer = node_options(size, shortage.largest_cluster) if shortage.largest_cluster else None
    shared = _shared_services(shortage, size, requests, reserved)
    choices = [choice for choice in (fewer, next(tries, None), shared) if choice]
    if (
        requests.docker_bridge is not None
        and propose_around(size, requests.without("docker_bridge"), reserved).shortage is None
    ):
        return "leave --docker-bridge-address out"  # it is never sent: nothing else need change for it
    longer = _longer(size, requests, reserved) if exists and SUBNET in shortage.sizes else ""
    if choices:
        return f"use {', or '.join(choices)}{longer}"
    larger = f"free a larger block{longer}"
    if VNET in shortage.sizes and requests.within:
        held = _holds(requests.within, shortage.sizes[VNET])  # else no block that is freed in there is large enough
        larger = f"{larger}, or name a larger one with --within" if held else "name a larger block with --within"
    return f"{larger}, or ask for fewer --extra-ips" if size.extra_ips else larger


def _holds(blocks: Sequence[IPNetwork], prefix: int) -> bool:
    """Whether some blocks, were they free, would hold one of a prefix length."""
    whole = FreeSpace.of(merged(map(interval, blocks)), [], limits.SUBNET_MAX_PREFIXLEN).largest()
    return whole is not None and bool(whole.prefixlen <= prefix)


def _shared_services(
    shortage: Shortage, size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace
) -> str | None:
    """A service CIDR in the shared range, where none is placed unasked [F5], if services alone are without a place."""
    if list(shortage.sizes) != [SERVICES]:
        return None
    first = limits.DEFAULT_SERVICE_CIDR.prefixlen
    asked = (
        [requests.services]
        if isinstance(requests.services, int)
        else range(first, limits.SERVICE_CIDR_MAX_PREFIXLEN + 1)
    )
    for prefix in asked:
        block = SearchSpace(requests, reserved).space.shared.allocate(prefix)
        if block and propose_around(size, replace(requests, services=block[0]), reserved).shortage is None:
            return f"{OPTIONS[SERVICES]} {block[0]}"
    return None


def _longer(size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace) -> str:
    """The command that gives a network that exists one more prefix, in which the cluster has a place."""
    prefixes = requests.vnet if isinstance(requests.vnet, tuple) else ()
    own = [Reservation(prefix, "the virtual network", Origin.VNET) for prefix in prefixes]
    prefixlen = min(limits.DEFAULT_SUBNET.prefixlen, SearchSpace(requests, reserved).subnet_sizes(size)[1])
    proposal = propose_around(size, replace(requests, vnet=prefixlen), ReservedSpace([*reserved.reservations, *own]))
    if proposal.shortage is not None:
        return ""
    all_of_them = " ".join(str(prefix) for prefix in (*prefixes, *proposal.plan.vnet))
    command = f"az network vnet update -g GROUP -n NETWORK --address-prefixes {all_of_them}"
    return f", or add a prefix to the virtual network: {command}"

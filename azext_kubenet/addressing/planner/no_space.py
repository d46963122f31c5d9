"""The finding of a plan that finds no place: what does not fit, what is in the way, what would fit, what to type."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, rules, sizing
from azext_kubenet.addressing.findings import (
    Advice,
    Finding,
    Fix,
    LeaveOut,
    RunCommand,
    SetOptions,
    Severity,
    use,
)
from azext_kubenet.addressing.free_space import FreeSpace, interval, merged
from azext_kubenet.addressing.model import (
    UNSPECIFIED,
    ClusterSize,
    Origin,
    RangeKind,
    RangeRequests,
    Reservation,
    sized,
)
from azext_kubenet.addressing.planner.asking_for_space import ask_for_space
from azext_kubenet.addressing.planner.mending import shared_block
from azext_kubenet.addressing.planner.proposal import propose
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.planner.search_space import SearchSpace
from azext_kubenet.addressing.planner.shortage import Shortage, nearest, where
from azext_kubenet.addressing.planner.suggestions import Suggestions
from azext_kubenet.addressing.planner.trial import Trials
from azext_kubenet.addressing.reserved_space import ReservedSpace
from azext_kubenet.addressing.wording import listed, many, node_options

#: What names the network in a command until it is known which one it is: the planner knows no names.
THE_NETWORK = "-g GROUP -n NETWORK"
#: The option for addresses beside those of nodes.
_OTHERS = "--extra-ips"
#: How many ranges are worth naming.
_NAMED = 3
#: In how many ranges' place another could be put by moving them: of more it is not worth speaking.
_WORTH_FREEING = 10
#: How many of the blocks that were searched are worth naming: all of private space and the shared range.
_SEARCHED = 4


def finding(shortage: Shortage, size: ClusterSize, asked: Asked, suggestions: Suggestions, trials: Trials) -> Finding:
    """What does not fit for a cluster of a size, what is in the way, and the largest cluster that would fit."""
    sizes, requests = shortage.sizes, asked.requests
    options = [kind.option for kind in sizes]
    if RangeKind.VNET in sizes and requests.within:
        options.append("--within")
    if RangeKind.SUBNET in sizes and requests.vnet.is_sized:
        options.insert(0, RangeKind.VNET.option)
    if _beyond_private(shortage, size, requests):
        options.append(_OTHERS)
    message = f"{_need(shortage, size, requests)}{_lack(shortage, size, requests, trials.reserved)}"
    fixes = _fixes(shortage, size, asked, suggestions, trials)
    return Finding(rules.NO_SPACE, Severity.ERROR, tuple(options), message, fixes)


def _need(shortage: Shortage, size: ClusterSize, requests: RangeRequests) -> str:
    """The sizes that find no place, and who needs them."""
    sizes = listed([f"a {kind.words} of /{prefixlen}" for kind, prefixlen in shortage.sizes.items()])
    if all(requests[kind].is_sized for kind in shortage.sizes):
        return f"{sizes} {'is' if len(shortage.sizes) == 1 else 'are'} requested"
    parts = [many(size.nodes, "node")]
    if size.surge_nodes:
        parts.append(many(size.surge_nodes, "surge node"))
    if size.extra_ips:
        parts.append(many(size.extra_ips, "other address"))
    return f"{listed(parts)} {'needs' if parts == ['1 node'] else 'need'} at least {sizes}"


def _lack(shortage: Shortage, size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace) -> str:
    """What is free, and what is in the way."""
    if RangeKind.SUBNET in shortage.sizes and requests.vnet.is_sized:
        return f", which a virtual network of /{requests.vnet.prefixlen} cannot hold"
    if _beyond_private(shortage, size, requests):
        return f", and the largest block of private address space is {limits.PRIVATE_RANGES[0]}: {_OTHERS} is too large"
    together = "" if shortage.alone else " for all of them together"
    search = SearchSpace(requests, reserved)
    parts = [_free(shortage, search, size)]
    if shortage.blockers:
        parts.append(f"blocked by: {_named(shortage.blockers, shortage.more)}")
    if shortage.alone:
        parts += _nearest(shortage, search, reserved.reservations)
    parts.append(f"searched: {_searched(shortage, search)}")
    return f", and there is no space{together}: {'; '.join(parts)}"


def _beyond_private(shortage: Shortage, size: ClusterSize, requests: RangeRequests) -> bool:
    """Whether other addresses are so many that no block for nodes is as large, were all of it free."""
    needed = [prefixlen for kind, prefixlen in shortage.sizes.items() if kind in (RangeKind.VNET, RangeKind.SUBNET)]
    blocks = (*limits.PRIVATE_RANGES, *requests.within, *requests.vnet.networks)
    largest = min(block.prefixlen for block in blocks)
    typed = requests.vnet.is_sized or requests.subnet.is_sized
    return size.extra_ips > 0 and not typed and any(prefixlen < largest for prefixlen in needed)


def _free(shortage: Shortage, search: SearchSpace, size: ClusterSize) -> str:
    """The largest free block; for a subnet that of each prefix of its network, and for how many nodes it is enough."""
    largest, vnet = shortage.largest_free, search.requests.vnet.networks
    if largest is None:
        return f"no /{limits.SUBNET_MAX_PREFIXLEN} or larger is free"
    if shortage.first[0] is not RangeKind.SUBNET or not vnet:
        return f"the largest free block is {largest}"
    nodes = sizing.nodes_within(int(largest.size) - limits.RESERVED_PER_SUBNET - size.extra_ips, size)
    room = f"the largest free block is {largest}, enough as a subnet for {many(nodes, 'node')}"
    found = [(prefix, search.free_in([prefix]).largest()) for prefix in dict.fromkeys(vnet)]
    others = [f"{prefix} has {free or 'nothing'}" for prefix, free in found if largest not in prefix]
    more = f" and {len(others) - _NAMED} others" if len(others) > _NAMED else ""
    return f"{room} ({', '.join(others[:_NAMED])}{more})" if others else room


def _searched(shortage: Shortage, search: SearchSpace) -> str:
    """The blocks that were searched, and for which ranges not."""
    blocks: dict[IPNetwork, list[RangeKind]] = {}
    for kind in shortage.sizes:
        for block in where(search, kind):
            blocks.setdefault(block, []).append(kind)
    parts = [
        f"{block}{_only(kinds)}" if len(kinds) < len(shortage.sizes) else str(block) for block, kinds in blocks.items()
    ]
    more = f" and {len(parts) - _SEARCHED} more" if len(parts) > _SEARCHED else ""
    return ", ".join(parts[:_SEARCHED]) + more


def _only(kinds: Sequence[RangeKind]) -> str:
    """For which ranges alone a block was searched."""
    return f" (for {listed([f'the {kind.words}' for kind in kinds])} alone)"


def _nearest(shortage: Shortage, search: SearchSpace, reservations: Sequence[Reservation]) -> Iterator[str]:
    """The place that needs least to be freed."""
    kind, prefixlen = shortage.first
    found = nearest(search, kind, prefixlen, reservations)
    if found is not None and 0 < len(found[1]) <= _WORTH_FREEING:
        block, there = found
        yield f"closest to free is {block}, except for {_named(there[:_NAMED], len(there) - _NAMED)}"


def _named(reservations: Sequence[Reservation], more: int) -> str:
    names = ", ".join(dict.fromkeys(f"{each.shown} ({each.reason})" for each in reservations))
    return f"{names} and {more} more" if more > 0 else names


def _fixes(
    shortage: Shortage, size: ClusterSize, asked: Asked, suggestions: Suggestions, trials: Trials
) -> tuple[Fix, ...]:
    """A range for one that was requested, the largest cluster that fits as it is, or else more space."""
    requests, reserved = asked.requests, trials.reserved
    open_bridge = asked._replace(requests=requests.without(RangeKind.DOCKER_BRIDGE))
    if open_bridge != asked and not trials.outcome(open_bridge).proposal.lacks_space:
        return (LeaveOut((RangeKind.DOCKER_BRIDGE.option,)),)  # it is never sent: nothing else need change for it
    exists = requests.vnet.is_fixed and any(each.origin is Origin.SUBNET for each in reserved.reservations)
    longer = _longer(size, requests, reserved) if exists and RangeKind.SUBNET in shortage.sizes else []
    choices = [node_options(size, shortage.largest_cluster)] if shortage.largest_cluster else []
    ask = [*_ask_for_network(shortage, requests)]
    choices += _instead(requests, suggestions, bool(exists or ask))
    if list(shortage.sizes) == [RangeKind.SERVICES]:
        block = shared_block(asked, trials)
        choices += [use(RangeKind.SERVICES.option, block)] if block is not None else []
    if choices:
        return (*choices, *longer, *ask)
    fewer = _fewer_addresses(size, requests, reserved)
    if _beyond_private(shortage, size, requests):
        return tuple(fewer)
    return (Advice("free a larger block"), *longer, *(ask_for_space(shortage, asked, trials) or ask), *fewer)


def _fewer_addresses(size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace) -> Iterator[Fix]:
    """The most addresses beside those of nodes that fit; where not even one does, what would fit in all space."""
    most = _most_addresses(size, SearchSpace(requests, reserved)) if size.extra_ips else 0
    if most:
        yield use(_OTHERS, most)
    elif size.extra_ips:
        open_space = _most_addresses(size, SearchSpace(RangeRequests(), ReservedSpace(())))
        if 0 < open_space < size.extra_ips:
            yield Advice(f"use no more than {_OTHERS} {open_space}, which all private address space would hold")


def _most_addresses(size: ClusterSize, search: SearchSpace) -> int:
    """The most addresses beside those of nodes for which all open ranges have a place."""

    def fits(count: int) -> bool:
        return search.place(replace(size, extra_ips=count)).placed is not None

    return sizing.largest_cluster(fits, size.extra_ips)


def _ask_for_network(shortage: Shortage, requests: RangeRequests) -> Iterator[Advice]:
    """What to ask those for who gave a network that is too small, however free it is."""
    prefixlen = shortage.sizes.get(RangeKind.SUBNET)
    if prefixlen is not None and _too_small_a_network(shortage, requests):
        yield Advice(f"ask for a /{prefixlen} in place of {requests.vnet}")


def _too_small_a_network(shortage: Shortage, requests: RangeRequests) -> bool:
    mine = requests.vnet.is_fixed and RangeKind.VNET not in requests.existing
    return mine and not _holds(requests.vnet.networks, shortage.sizes[RangeKind.SUBNET])


def _instead(requests: RangeRequests, suggestions: Suggestions, stays: bool) -> list[SetOptions]:
    """Another range for the first that was requested and can be another. stays: whether the network does."""
    kinds = (RangeKind.VNET, RangeKind.SUBNET, RangeKind.PODS, RangeKind.SERVICES)
    for kind in (kind for kind in kinds if requests[kind] != UNSPECIFIED):
        found = suggestions.suggest_fix(kind)
        if found is not None and not (stays and RangeKind.VNET.option in dict(found.values)):
            return [found]
    return []


def _holds(blocks: Sequence[IPNetwork], prefixlen: int) -> bool:
    """Whether some blocks, were they free, would hold one of a prefix length."""
    whole = FreeSpace.of(merged(map(interval, blocks)), [], limits.SUBNET_MAX_PREFIXLEN).largest()
    return whole is not None and bool(whole.prefixlen <= prefixlen)


def _longer(size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace) -> list[Fix]:
    """The command that gives a network that exists one more prefix, in which the cluster has a place."""
    prefixes = requests.vnet.networks
    own = [Reservation(prefix, "the virtual network", Origin.VNET) for prefix in prefixes]
    prefixlen = min(limits.DEFAULT_SUBNET.prefixlen, SearchSpace(requests, reserved).subnet_sizes(size)[1])
    around = ReservedSpace([*reserved.reservations, *own])
    proposal = propose(size, replace(requests, vnet=sized(prefixlen)), around)
    if proposal.lacks_space:
        return []
    all_of_them = " ".join(map(str, (*prefixes, *proposal.plan.vnet)))
    command = f"az network vnet update {THE_NETWORK} --address-prefixes {all_of_them}"
    return [RunCommand(command, "add a prefix to the virtual network")]

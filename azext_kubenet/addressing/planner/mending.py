"""What to type so that a refused plan is given: changes that are found together, and tried together.

The demand is put right first. Then ranges are left to the planner, as few as may do, all of them at once; then there
are fewer nodes; then services in the shared range, then ranges that may be somebody else's, and at last fewer other
addresses.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, rules, sizing
from azext_kubenet.addressing.findings import use
from azext_kubenet.addressing.model import UNSPECIFIED, RangeKind, fixed
from azext_kubenet.addressing.planner.mended import Mended, sane, without_bad_names, without_inner_prefixes
from azext_kubenet.addressing.planner.moving import LEAST_FIRST, moved
from azext_kubenet.addressing.planner.proposal import services_around
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.planner.trial import Trials
from azext_kubenet.addressing.wording import node_options

_TOO_SMALL = ("subnet-too-small", "subnet-too-small-for-peak", "subnet-size", rules.NO_SPACE)


def mend(asked: Asked, trials: Trials) -> Mended | None:
    """The changes that make what is asked for a plan, none of them if it is one; None where none were found."""
    start = sane(without_bad_names(Mended((), (), asked)))
    if start is None:
        return None
    start = without_inner_prefixes(start)
    if trials.passes(start.asked):
        return start
    around = [*_services_around_dns(start)]
    clean = [each for each in around if not trials.outcome(each.asked).warned - trials.outcome(start.asked).warned]
    for base in (*clean, start, *around):
        found = next(_ways(base, trials), None)
        if found is not None:
            return found
    return None


def _services_around_dns(start: Mended) -> Iterator[Mended]:
    """Services around a DNS address that was typed alone: of the usual size, or as large as has base + 10 there."""
    requests = start.asked.requests
    if requests.dns_ip is None or requests.services.is_fixed:
        return  # of what was typed together, one is at fault
    for block in services_around(requests.dns_ip, requests.services):
        fix = use(RangeKind.SERVICES.option, block)
        changed = start.asked.retyped(fix)
        if changed is not None:
            yield start.but(fix, changed)


def _ways(start: Mended, trials: Trials) -> Iterator[Mended]:
    """Changes after which there is a plan, those that take least first."""
    if trials.passes(start.asked):
        yield start
    free, others = _changeable(start.asked, trials)
    yield from _elsewhere(start, trials, _subsets(free))
    yield from _fewer(start, trials, [(), tuple(free)])
    yield from _shared_services(start, trials, free)
    if others:
        both = [kind for kind in LEAST_FIRST if kind in (*free, *others)]
        yield from _elsewhere(start, trials, [each for each in _subsets(both) if set(each) & set(others)])
        yield from _fewer(start, trials, [tuple(both)])
    yield from _fewer_addresses(start, trials, [(), tuple(free), (*free, *others)])


def _changeable(asked: Asked, trials: Trials) -> tuple[list[RangeKind], list[RangeKind]]:
    """The ranges at fault that can be others, and those whose place was given by somebody else, as a rule."""
    requests, errors = asked.requests, trials.outcome(asked).errors
    short = (rules.NO_SPACE, ()) in errors
    blamed = {option for _, subject in errors for option in subject}
    if {RangeKind.VNET.option, RangeKind.SUBNET.option} & blamed:
        blamed |= {RangeKind.VNET.option, RangeKind.SUBNET.option}  # the one is inside of the other
    at_fault = [kind for kind in LEAST_FIRST if requests[kind] != UNSPECIFIED and (short or kind.option in blamed)]
    may_change = [kind for kind in at_fault if kind not in requests.existing or kind is RangeKind.SUBNET]
    others = [kind for kind in may_change if _is_own(kind, asked, errors)]
    return [kind for kind in may_change if kind not in others], others


def _is_own(kind: RangeKind, asked: Asked, errors: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether a range was given and is merely too small: what is around it may be others', and is to be asked for."""
    requests = asked.requests
    if kind is RangeKind.SUBNET and requests.subnet.is_fixed:
        room = requests.has_space_beyond_subnet
        about = {rule for rule, subject in errors if kind.option in subject}
        return not room and about <= set(_TOO_SMALL)
    if kind is RangeKind.VNET and requests.vnet.is_fixed:
        return not any(kind.option in subject for _, subject in errors)
    return False


def _subsets(kinds: Sequence[RangeKind]) -> list[tuple[RangeKind, ...]]:
    """Some of the ranges, as few as may do first."""
    return [some for count in range(1, len(kinds) + 1) for some in combinations(kinds, count)]


def _elsewhere(start: Mended, trials: Trials, choices: Iterable[tuple[RangeKind, ...]]) -> Iterator[Mended]:
    """Other values for some ranges, chosen together."""
    for kinds in choices:
        found = moved(start, trials, kinds)
        if found is not None:
            yield found


def _fewer(start: Mended, trials: Trials, choices: Iterable[Sequence[RangeKind]]) -> Iterator[Mended]:
    """The most nodes for which there is a plan, with some ranges left to the planner."""
    found: list[Mended] = []
    for kinds in choices:
        asked = start.asked._replace(requests=start.asked.requests.without(*kinds))
        for nodes in {_most(asked, trials): None, _by_ranges(asked): None}:
            smaller = _with_nodes(start, nodes) if 0 < nodes < start.asked.size.nodes else None
            ended = moved(smaller, trials, kinds) if smaller is not None and kinds else smaller
            if ended is not None and trials.passes(ended.asked):
                found.append(ended)
    yield from sorted(found, key=lambda each: -each.asked.size.nodes)


def _fewer_addresses(start: Mended, trials: Trials, choices: Iterable[Sequence[RangeKind]]) -> Iterator[Mended]:
    """The most addresses beside those of nodes for which there is a plan, with some ranges left to the planner."""
    stated = start.asked.size.extra_ips
    for kinds in dict.fromkeys(choices) if stated > 0 else ():
        asked = start.asked._replace(requests=start.asked.requests.without(*kinds))
        most = _most_addresses(asked, trials)
        fix = use("--extra-ips", most)
        smaller = start.asked.retyped(fix) if most < stated else None
        if smaller is None:
            continue
        ended = start.but(fix, smaller)
        found = moved(ended, trials, kinds) if kinds else ended
        if found is not None and trials.passes(found.asked):
            yield found


def _most(asked: Asked, trials: Trials) -> int:
    """The most nodes for which there is a plan."""
    at_most = min(asked.size.nodes, sizing.nodes_by_routes(asked.size))
    return sizing.largest_cluster(lambda nodes: trials.passes(asked.resized(nodes)), at_most)


def _most_addresses(asked: Asked, trials: Trials) -> int:
    """The most addresses beside those of nodes for which there is a plan."""
    return sizing.largest_cluster(lambda count: trials.passes(_with_addresses(asked, count)), asked.size.extra_ips)


def _with_addresses(asked: Asked, count: int) -> Asked:
    """The same with another number of addresses beside those of nodes."""
    return asked._replace(size=replace(asked.size, extra_ips=count))


def _with_nodes(start: Mended, nodes: int) -> Mended | None:
    """The same for a number of nodes, as it is typed; None where no cluster can have that."""
    fix = node_options(start.asked.size, nodes)
    changed = start.asked.retyped(fix)
    return None if changed is None else sane(start.but(fix, changed))


def _by_ranges(asked: Asked) -> int:
    """The most nodes that given ranges and sizes have room for, whatever else is wrong."""
    size, requests = asked.size, asked.requests
    subnet, pods = requests.subnet.size, requests.pods.size
    most = sizing.nodes_by_routes(size)
    if subnet is not None:
        free = (
            subnet - limits.RESERVED_PER_SUBNET - size.extra_ips - (requests.in_use if requests.subnet.is_fixed else 0)
        )
        most = min(most, sizing.nodes_within(free, size))
    if pods is not None:
        most = min(most, sizing.nodes_within(pods >> 32 - limits.NODE_BLOCK_PREFIXLEN, size))
    return most


def _shared_services(start: Mended, trials: Trials, free: Sequence[RangeKind]) -> Iterator[Mended]:
    """Services in the shared range, where none are placed unasked [F5], if there is no other place for them."""
    asked = start.asked
    if (rules.NO_SPACE, ()) not in trials.outcome(asked).errors or asked.requests.services.is_fixed:
        return
    for kinds in ((), tuple(kind for kind in free if kind is not RangeKind.SERVICES)):
        block = shared_block(asked, trials)
        if block is None:
            continue
        fix = use(RangeKind.SERVICES.option, block)
        changed = asked.retyped(fix)
        if changed is None:
            continue
        with_services = start.but(fix, changed)
        if trials.passes(changed):
            yield with_services
        elif kinds:
            found = moved(with_services, trials, kinds)
            if found is not None:
                yield found


def shared_block(asked: Asked, trials: Trials) -> IPNetwork | None:
    """A block of the shared range for services: as large as is usual, or as is free."""
    largest, smallest = limits.DEFAULT_SERVICE_CIDR.prefixlen, limits.SERVICE_CIDR_MAX_PREFIXLEN
    requested = asked.requests.services.prefixlen
    space = trials.outcome(asked).proposal.search.space.shared
    for prefixlen in range(largest, smallest + 1) if requested is None else [requested]:
        found = space.allocate(prefixlen)
        if found is not None:
            with_it = asked._replace(requests=asked.requests.but({RangeKind.SERVICES: fixed(found[0])}))
            if not trials.outcome(with_it).proposal.lacks_space:
                return found[0]
    return None

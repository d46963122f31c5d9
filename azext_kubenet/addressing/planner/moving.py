"""Other places for ranges that cannot stay where they were typed: the planner's own choice, as it is typed."""

from collections.abc import Iterable, Iterator, Sequence

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import SetOptions
from azext_kubenet.addressing.model import AddressPlan, RangeKind, sized
from azext_kubenet.addressing.planner.mended import Mended
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.planner.trial import Trials

#: Ranges by how little it matters that they change.
LEAST_FIRST = (
    RangeKind.DOCKER_BRIDGE,
    RangeKind.PODS,
    RangeKind.SERVICES,
    RangeKind.DNS_IP,
    RangeKind.SUBNET,
    RangeKind.VNET,
)


def moved(start: Mended, trials: Trials, kinds: Sequence[RangeKind]) -> Mended | None:
    """The planner's own choice for some ranges, typed; None where that is refused, or strange."""
    asked = start.asked
    together = set(kinds)
    if RangeKind.SERVICES in together and asked.requests.dns_ip is not None:
        together.add(RangeKind.DNS_IP)
    for open_again in reopened(asked, together):
        outcome = trials.outcome(open_again)
        if not outcome.proposal.lacks_space and not strange(asked, outcome.proposal.plan, together):
            found = _typed(start, open_again, outcome.proposal.plan, together)
            if found is not None and trials.passes(found.asked):
                return found
    return None


def _typed(start: Mended, open_again: Asked, plan: AddressPlan, together: set[RangeKind]) -> Mended | None:
    """A plan's choice for some ranges, as it is typed."""
    asked = start.asked
    without = tuple(kind.option for kind in LEAST_FIRST if kind in together and not plan[kind])
    typed = open_again
    mended = Mended(start.groups, (*start.without, *without), typed)
    for group in _groups(together):
        values = tuple((kind.option, _value(asked, plan, kind)) for kind in group if plan[kind])
        if values:
            fix = SetOptions(values)
            changed = typed.retyped(fix)
            if changed is None:
                return None
            typed, mended = changed, mended.but(fix, changed)
    return mended


def _groups(kinds: set[RangeKind]) -> list[list[RangeKind]]:
    """Ranges that only make sense together: a subnet with its network, an address with its service CIDR."""
    pairs = [[RangeKind.VNET, RangeKind.SUBNET], [RangeKind.PODS], [RangeKind.SERVICES, RangeKind.DNS_IP]]
    return [[kind for kind in pair if kind in kinds] for pair in (*pairs, [RangeKind.DOCKER_BRIDGE])]


def _value(asked: Asked, plan: AddressPlan, kind: RangeKind) -> str:
    """A range as it is typed: as a size if that was requested, so that its place stays open."""
    if asked.requests[kind].is_sized:
        return f"/{next(network for _, network in plan.ranges(kind)).prefixlen}"
    return " ".join(map(str, plan[kind]))


def strange(asked: Asked, plan: AddressPlan, kinds: Iterable[RangeKind]) -> bool:
    """Whether the nodes would move to the shared range, where nothing of what was given lies.

    It was made for carriers [F5], and others use it as well: nothing tells that it is the user's to take.
    """
    requests, shared = asked.requests, limits.SHARED_RANGE
    given = (*requests.within, *requests.vnet.networks, *requests.subnet.networks)
    of_nodes = plan.ranges(*(kind for kind in kinds if kind in (RangeKind.VNET, RangeKind.SUBNET)))
    return any(network in shared for _, network in of_nodes) and not any(overlap(each, shared) for each in given)


def reopened(asked: Asked, kinds: Iterable[RangeKind]) -> Iterator[Asked]:
    """What is asked, with some ranges left to the planner: a subnet first as large as it was typed, or is needed."""
    kinds = [*kinds]
    requests, typed = asked.requests.without(*kinds), asked.requests.subnet.network
    if RangeKind.SUBNET in kinds and typed is not None and RangeKind.SUBNET not in asked.requests.existing:
        prefixlen = min(typed.prefixlen, sizing.subnet_prefixlen(asked.size.addresses))
        if prefixlen >= limits.SUBNET_MIN_PREFIXLEN:
            yield asked._replace(requests=requests.but({RangeKind.SUBNET: sized(prefixlen)}))
    yield asked._replace(requests=requests)

"""What to type so that a refused plan is given: changes that are found together, and tried together.

The demand is put right first. Then ranges are left to the planner, as few as may do, all of them at once; then there
are fewer nodes; then services in the shared range, and at last ranges that may be somebody else's.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, rules, sizing
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import SetOptions, use
from azext_kubenet.addressing.model import UNSPECIFIED, AddressPlan, RangeKind, RangeRequests, fixed
from azext_kubenet.addressing.planner.proposal import assemble, services_around
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.planner.trial import Trials
from azext_kubenet.addressing.wording import node_options

#: How often one size may be put right on account of another.
_ROUNDS = 6
#: Ranges by how little it matters that they change.
_LEAST_FIRST = (
    RangeKind.DOCKER_BRIDGE,
    RangeKind.PODS,
    RangeKind.SERVICES,
    RangeKind.DNS_IP,
    RangeKind.SUBNET,
    RangeKind.VNET,
)
_TOO_SMALL = ("subnet-too-small", "subnet-too-small-for-peak", "subnet-size", rules.NO_SPACE)


class Mended(NamedTuple):
    """Changes that, typed together, give a plan.

    groups: options to set, those of a group together
    without: options to leave out
    asked: what is then asked for
    """

    groups: tuple[SetOptions, ...]
    without: tuple[str, ...]
    asked: Asked

    @property
    def whole(self) -> SetOptions:
        """All options to set."""
        return SetOptions(tuple(value for group in self.groups for value in group.values))

    def setting(self, option: str) -> SetOptions | None:
        """The options that are set together with one."""
        return next((group for group in self.groups if option in dict(group.values)), None)

    def but(self, fix: SetOptions, asked: Asked) -> "Mended":
        """The same with some options set anew: what a group had besides them stays."""
        anew = dict(fix.values)
        kept = [SetOptions(tuple(each for each in group.values if each[0] not in anew)) for group in self.groups]
        return Mended((*(group for group in kept if group.values), fix), self.without, asked)


def mend(asked: Asked, trials: Trials) -> Mended | None:
    """The changes that make what is asked for a plan, none of them if it is one; None where none were found."""
    start = sane(Mended((), (), asked))
    if start is None:
        return None
    if trials.passes(start.asked):
        return start
    for base in (*_services_around_dns(start), start):
        found = next(_ways(base, trials), None)
        if found is not None:
            return found
    return None


def sane(mended: Mended) -> Mended | None:
    """The same with a demand that a cluster can have; None where the rules know none."""
    for _ in range(_ROUNDS):
        asked = mended.asked
        context = rules.RuleContext(
            assemble(asked.size, asked.requests, {}), asked.requests, (), lambda kind: None, given_only=True
        )
        wrong = [each for each in rules.check(context, rules.SIZE_RULES) if each.severity == "error"]
        wrong = [each for each in rules.accept(wrong, _acceptable(asked)) if each.severity == "error"]
        if not wrong:
            return mended
        fixes = [fix for fix in wrong[0].fixes if isinstance(fix, SetOptions)]
        fix = fixes[0] if fixes else node_options(asked.size, sizing.nodes_by_routes(asked.size))
        changed = asked.retyped(fix)
        if changed is None or changed == asked:
            return None
        mended = mended.but(fix, changed)
    return None


def with_possible_sizes(requests: RangeRequests) -> RangeRequests:
    """The same without sizes that no range can have, whoever needs it."""
    possible = {
        RangeKind.SUBNET: (limits.SUBNET_MIN_PREFIXLEN, limits.SUBNET_MAX_PREFIXLEN),
        RangeKind.SERVICES: (limits.SERVICE_CIDR_LIMIT_PREFIXLEN, limits.SERVICE_CIDR_MAX_PREFIXLEN_OF_API_SERVER),
        RangeKind.PODS: (0, limits.NODE_BLOCK_PREFIXLEN),  # no rule refuses a large one: the lack of space does
    }
    sizes = {kind: requests[kind].prefixlen for kind in possible}
    impossible = [
        kind for kind, size in sizes.items() if size is not None and not possible[kind][0] <= size <= possible[kind][1]
    ]
    return requests.without(*impossible) if impossible else requests


def _acceptable(asked: Asked) -> list[str]:
    return [each for each in asked.accepted if each in rules.acceptable()]


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
        both = [kind for kind in _LEAST_FIRST if kind in (*free, *others)]
        yield from _elsewhere(start, trials, [each for each in _subsets(both) if set(each) & set(others)])
        yield from _fewer(start, trials, [tuple(both)])


def _changeable(asked: Asked, trials: Trials) -> tuple[list[RangeKind], list[RangeKind]]:
    """The ranges at fault that can be others, and those whose place was given by somebody else, as a rule."""
    requests, errors = asked.requests, trials.outcome(asked).errors
    short = (rules.NO_SPACE, ()) in errors
    blamed = {option for _, subject in errors for option in subject}
    if {RangeKind.VNET.option, RangeKind.SUBNET.option} & blamed:
        blamed |= {RangeKind.VNET.option, RangeKind.SUBNET.option}  # the one is inside of the other
    at_fault = [kind for kind in _LEAST_FIRST if requests[kind] != UNSPECIFIED and (short or kind.option in blamed)]
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
        found = _moved(start, trials, kinds)
        if found is not None:
            yield found


def _moved(start: Mended, trials: Trials, kinds: Sequence[RangeKind]) -> Mended | None:
    """The planner's own choice for some ranges, typed; None where that is refused, or strange."""
    asked = start.asked
    together = set(kinds)
    if RangeKind.SERVICES in together and asked.requests.dns_ip is not None:
        together.add(RangeKind.DNS_IP)
    open_again = asked._replace(requests=asked.requests.without(*together))
    outcome = trials.outcome(open_again)
    plan = outcome.proposal.plan
    if outcome.proposal.lacks_space or strange(asked, plan, together):
        return None
    without = tuple(kind.option for kind in _LEAST_FIRST if kind in together and not plan[kind])
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
    return mended if trials.passes(typed) else None


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
    moved = plan.ranges(*(kind for kind in kinds if kind in (RangeKind.VNET, RangeKind.SUBNET)))
    return any(network in shared for _, network in moved) and not any(overlap(each, shared) for each in given)


def _fewer(start: Mended, trials: Trials, choices: Iterable[Sequence[RangeKind]]) -> Iterator[Mended]:
    """The most nodes for which there is a plan, with some ranges left to the planner."""
    found: list[Mended] = []
    for kinds in choices:
        asked = start.asked._replace(requests=start.asked.requests.without(*kinds))
        for nodes in {_most(asked, trials): None, _by_ranges(asked): None}:
            smaller = _with_nodes(start, nodes) if 0 < nodes < start.asked.size.nodes else None
            ended = _moved(smaller, trials, kinds) if smaller is not None and kinds else smaller
            if ended is not None and trials.passes(ended.asked):
                found.append(ended)
    yield from sorted(found, key=lambda each: -each.asked.size.nodes)


def _most(asked: Asked, trials: Trials) -> int:
    """The most nodes for which there is a plan."""
    at_most = min(asked.size.nodes, sizing.nodes_by_routes(asked.size))
    return sizing.largest_cluster(lambda nodes: trials.passes(asked.resized(nodes)), at_most)


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
            found = _moved(with_services, trials, kinds)
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

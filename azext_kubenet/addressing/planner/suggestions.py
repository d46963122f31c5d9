"""What to type instead of a range that cannot stay: tried out before it is recommended."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, rules
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Finding, Fix, SetOptions, Severity
from azext_kubenet.addressing.model import (
    UNSPECIFIED,
    AddressPlan,
    ClusterSize,
    Origin,
    RangeKind,
    RangeRequests,
    Reservation,
    fixed,
)
from azext_kubenet.addressing.planner.proposal import propose
from azext_kubenet.addressing.reserved_space import ReservedSpace

#: The two of which one is inside of the other.
_NETWORK = (RangeKind.VNET, RangeKind.SUBNET)
#: What one fix changes together.
_Kinds = tuple[RangeKind, ...]


class Suggestions:
    """Ranges to recommend for one cluster and its requests, none of which breaks a rule in its turn."""

    def __init__(self, size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace):
        self._size = size
        self._requests = requests
        self._reserved = reserved
        self._known: dict[RangeKind, SetOptions | None] = {}
        self._moved: dict[RangeKind, tuple[IPNetwork, ...]] = {}  # by the fixes so far

    @property
    def suggested(self) -> tuple[SetOptions, ...]:
        """The fixes that were suggested so far."""
        return tuple(fix for fix in self._known.values() if fix is not None)

    def suggest_fix(self, kind: RangeKind) -> SetOptions | None:
        """Options and values, such as `--pod-cidr 10.244.0.0/16`, that put a range right; None when there are none."""
        if kind not in self._known:
            apart = self._apart_from(kind)
            ways = [apart, self._reserved] if apart is not self._reserved else [apart]
            tries = (self._try(kinds, reserved) for reserved in ways for kinds in self._alternatives(kind))
            self._known[kind] = next((fix for fix in tries if fix is not None), None)
        return self._known[kind]

    def _alternatives(self, kind: RangeKind) -> Iterator[_Kinds]:
        """What could be changed for a range: as little as may do first."""
        requests, both = self._requests, _NETWORK
        if kind in requests.existing and kind not in both:  # that of a cluster that exists
            return
        if kind is RangeKind.SERVICES and requests.dns_ip is not None:
            yield (RangeKind.SERVICES, RangeKind.DNS_IP)
        elif RangeKind.VNET in requests.existing and kind in both:
            if kind is RangeKind.SUBNET:  # what exists is not changed: a subnet beside it is
                yield (kind,)
        elif kind is RangeKind.VNET and requests.subnet.is_fixed:
            yield from [(RangeKind.SUBNET,)] if requests.vnet == UNSPECIFIED else [(kind,), both]
        else:
            yield (kind,)
            if kind is RangeKind.SUBNET and requests.vnet != UNSPECIFIED:
                yield both

    def _apart_from(self, kind: RangeKind) -> ReservedSpace:
        """What is reserved, and the ranges that other fixes recommend: the fixes may be typed together."""
        own = _NETWORK if kind in _NETWORK else (kind,)
        others = [network for each, networks in self._moved.items() if each not in own for network in networks]
        if not others:
            return self._reserved
        also = [Reservation(each, "recommended for another range", Origin.SUBNET) for each in others]
        return ReservedSpace([*self._reserved.reservations, *also])

    def _try(self, kinds: _Kinds, reserved: ReservedSpace) -> SetOptions | None:
        """The planner's own choice for some ranges, clear of what is reserved, if they then break no rule."""
        requests, subnet = self._requests.without(*kinds), self._requests.subnet.network
        if RangeKind.SUBNET in kinds and RangeKind.SUBNET in self._requests.existing and subnet is not None:
            own = Reservation(subnet, "the subnet that exists", Origin.SUBNET)
            reserved = ReservedSpace([*reserved.reservations, own])
        proposal = propose(self._size, requests, reserved)
        plan = proposal.plan
        if proposal.lacks_space or not all(plan[kind] for kind in kinds):
            return None
        if self._strange(plan, kinds) or self._at_fault(plan, requests, kinds):
            return None
        self._moved |= {kind: tuple(network for _, network in plan.ranges(kind)) for kind in kinds}
        return SetOptions(tuple((kind.option, " ".join(map(str, plan[kind]))) for kind in kinds))

    def _strange(self, plan: AddressPlan, kinds: _Kinds) -> bool:
        """Whether the nodes would move to the shared range, where nothing of what was given lies.

        It was made for carriers [F5], and others use it as well: nothing tells that it is the user's to take.
        """
        requests, shared = self._requests, limits.SHARED_RANGE
        given = (*requests.within, *requests.vnet.networks, *requests.subnet.networks)
        moved = plan.ranges(*(kind for kind in kinds if kind in _NETWORK))
        return any(network in shared for _, network in moved) and not any(overlap(each, shared) for each in given)

    def _at_fault(self, plan: AddressPlan, requests: RangeRequests, kinds: _Kinds) -> bool:
        """Whether a rule on places still blames one of some ranges, were they given as the plan has them."""
        typed = requests.but({kind: fixed(*plan[kind]) for kind in kinds})
        context = rules.RuleContext(plan, typed, self._reserved.touching(plan.networks()), lambda kind: None)
        options = {kind.option for kind in kinds}
        #: A new subnet must not bring its network into an error, either.
        around = {RangeKind.VNET.option} if RangeKind.VNET in requests.existing and RangeKind.SUBNET in kinds else set()
        return any(
            (finding.severity is not Severity.INFO and not options.isdisjoint(finding.subject))
            or (finding.severity is Severity.ERROR and not around.isdisjoint(finding.subject))
            for finding in rules.check(context, rules.PLACE_RULES)
        )


#: Options that take many values, each of which a finding may be about.
_LISTS = ("--within", "--exclude-prefixes")


def agreed(findings: Iterable[Finding], suggested: Collection[SetOptions]) -> tuple[Finding, ...]:
    """The findings with one value for each option, so that no fix contradicts another.

    Of several, the fix counts that sets most options together, then one that was suggested, then the last. What it
    contradicts gives way to it if it was suggested, and else to the finding's other fixes, if there are any.
    """
    found = list(findings)
    fixes = [fix for finding in found for fix in finding.fixes if isinstance(fix, SetOptions)]
    ranked = sorted(fixes, key=lambda fix: (len(fix.values), fix in suggested))  # stable: the last of equals comes last
    best = {option: fix for fix in ranked for option, _ in fix.values if option not in _LISTS}
    return tuple(replace(finding, fixes=_agreed(finding.fixes, best, suggested)) for finding in found)


def _agreed(fixes: Sequence[Fix], best: Mapping[str, SetOptions], suggested: Collection[SetOptions]) -> tuple[Fix, ...]:
    """The fixes of one finding that contradict none of the best."""
    pairs = [(fix, _contradicting(fix, best) or fix) for fix in fixes]
    kept = [instead for fix, instead in pairs if instead is fix or instead in suggested]
    return tuple(dict.fromkeys(kept or [instead for _, instead in pairs]))


def _contradicting(fix: Fix, best: Mapping[str, SetOptions]) -> SetOptions | None:
    """The best of the fixes that set an option of this one to another value."""
    values = fix.values if isinstance(fix, SetOptions) else ()
    against = [
        best[option] for option, value in values if option in best and (option, value) not in best[option].values
    ]
    return max(against, key=lambda other: len(other.values), default=None)

"""What to type about each finding: each fix is tried before it is recommended, and those of one run fit each other."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from netaddr import IPNetwork

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import Advice, Finding, Fix, SetOptions, Severity, advise
from azext_kubenet.addressing.model import UNSPECIFIED, Origin, RangeKind, Reservation
from azext_kubenet.addressing.planner.mended import Mended
from azext_kubenet.addressing.planner.mending import mend
from azext_kubenet.addressing.planner.moving import reopened, strange
from azext_kubenet.addressing.planner.proposal import propose
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.planner.trial import Outcome, Trials, fault_of
from azext_kubenet.addressing.reserved_space import ReservedSpace
from azext_kubenet.addressing.rules.node_pools import fewer_nodes
from azext_kubenet.addressing.wording import POOL_OPTION, listed

#: The two of which one is inside of the other.
_NETWORK = (RangeKind.VNET, RangeKind.SUBNET)
#: What is said of a fix that brings warnings: where another does without, that is recommended.
_CAUTION = "nothing without a warning is free: this has"
#: Options that count nodes.
_NODES = ("--node-count", "--max-count", POOL_OPTION)
#: Rules on where ranges lie.
_PLACED = {each.rule.name for each in rules.PLACE_RULES}
#: What one fix changes together.
_Kinds = tuple[RangeKind, ...]


class Suggestions:
    """Ranges to recommend for what is asked, and the changes that, together, make a plan of it."""

    def __init__(self, asked: Asked, trials: Trials):
        self._asked = asked
        self._trials = trials
        self._known: dict[RangeKind, SetOptions | None] = {}
        self._mended: tuple[Mended | None] | None = None

    @property
    def mended(self) -> Mended | None:
        """The changes that make a plan of it, found when first asked for."""
        if self._mended is None:
            self._mended = (mend(self._asked, self._trials),)
        return self._mended[0]

    def known(self) -> list[SetOptions]:
        """The fixes that were suggested so far."""
        return [fix for fix in self._known.values() if fix is not None]

    def suggest_fix(self, kind: RangeKind) -> SetOptions | None:
        """Options and values, such as `--pod-cidr 10.244.0.0/16`, that put a range right; None when there are none."""
        if kind not in self._known:
            joint = self.mended.setting(kind.option) if self.mended is not None else None
            tries = (self._try(kinds) for kinds in self._alternatives(kind))
            self._known[kind] = joint or next((fix for fix in tries if fix is not None), None)
        return self._known[kind]

    def _alternatives(self, kind: RangeKind) -> Iterator[_Kinds]:
        """What could be changed for a range: as little as may do first."""
        requests, both = self._asked.requests, _NETWORK
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

    def _try(self, kinds: _Kinds) -> SetOptions | None:
        """The planner's own choice for some ranges, clear of what else is recommended, if no rule blames it then."""
        reserved = self._apart_from(kinds)
        for asked in reopened(self._asked, kinds):
            proposal = propose(asked.size, asked.requests, reserved)
            plan = proposal.plan
            if proposal.lacks_space or not all(plan[kind] for kind in kinds) or strange(asked, plan, kinds):
                continue
            fix = SetOptions(tuple((kind.option, " ".join(map(str, plan[kind]))) for kind in kinds))
            if not self._blamed(fix, kinds):
                return fix
        return None

    def _apart_from(self, kinds: _Kinds) -> ReservedSpace:
        """What is reserved, and the ranges that are recommended together: all fixes may be typed."""
        reserved = self._trials.reserved_for(self._asked._replace(requests=self._asked.requests.without(*kinds)))
        own = {*_NETWORK, *kinds} if set(kinds) & {*_NETWORK} else {*kinds}
        if self.mended is None:
            ranges = [(kind, each) for fix in self._known.values() if fix is not None for kind, each in self._of(fix)]
        else:
            changed = [kind for kind in RangeKind if self.mended.setting(kind.option)]
            ranges = list(self._trials.outcome(self.mended.asked).proposal.plan.ranges(*changed))
        also = [
            Reservation(each, "recommended for another range", Origin.SUBNET)
            for kind, each in ranges
            if kind not in own
        ]
        return ReservedSpace([*reserved.reservations, *also]) if also else reserved

    def _of(self, fix: SetOptions) -> Iterator[tuple[RangeKind, IPNetwork]]:
        """The ranges that a fix sets."""
        changed = self._asked.retyped(fix)
        if changed is not None:
            for kind in (kind for kind in RangeKind if kind.option in dict(fix.values)):
                yield from ((kind, each.cidr) for each in changed.requests[kind].networks)

    def _blamed(self, fix: SetOptions, kinds: _Kinds) -> bool:
        """Whether a rule would still blame one of some ranges, once they are typed."""
        changed = self._asked.retyped(fix)
        if changed is None:
            return True
        outcome, options = self._trials.outcome(changed), {kind.option for kind in kinds}
        beside = RangeKind.SUBNET in kinds and RangeKind.VNET in self._asked.requests.existing
        if beside and any(RangeKind.VNET.option in subject for _, subject in outcome.errors):
            return True  # a new subnet must not bring its network into an error, either
        return any(not options.isdisjoint(subject) for _, subject in outcome.blamed)


class Fitting:  # pylint: disable=too-few-public-methods
    """The fixes of all findings of one run."""

    def __init__(self, asked: Asked, trials: Trials, suggestions: Suggestions):
        self._asked = asked
        self._trials = trials
        self._mended = suggestions.mended
        self._known = suggestions.known()
        self._before = trials.outcome(asked)

    def fitted(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings with fixes that were tried: of an error first its part of what makes a plan, then others."""
        parts = [self._part(each) if each.severity is Severity.ERROR else self._beside(each) for each in findings]
        found = [part for each, part in zip(findings, parts, strict=True) if part and each.severity is Severity.ERROR]
        if self._mended is not None and found and not self._together(found):
            parts = [part and self._mended.whole for part in parts]
        fitted = [self._with_fixes(each, part) for each, part in zip(findings, parts, strict=True)]
        told = agreed(fitted, (*(self._mended.groups if self._mended is not None else ()), *self._known))
        return tuple(replace(each, fixes=self._with_cautions(each.fixes)) for each in told)

    def _with_cautions(self, fixes: Sequence[Fix]) -> tuple[Fix, ...]:
        """The fixes, each with the warnings that it brings; beside one without, only what a plan needs is kept."""
        said = [self._with_caution(fix) if isinstance(fix, SetOptions) else fix for fix in fixes]
        clean = any(isinstance(fix, SetOptions) and not fix.caution for fix in said)
        needed = (*self._mended.groups, self._mended.whole) if self._mended is not None else ()
        return tuple(
            fix for fix in said if not (clean and isinstance(fix, SetOptions) and fix.caution and fix not in needed)
        )

    def _with_caution(self, fix: SetOptions) -> SetOptions:
        """A fix with the warnings that it brings for what it sets: none is recommended without a word of them."""
        after = self._outcome(self._mended.asked if self._mended is not None else self._asked, fix)
        options = {option for option, _ in fix.values}
        brought = after.warned - self._before.warned if after is not None else ()
        names = sorted({rule for rule, subject in brought if options & {*subject}})
        return replace(fix, caution=f"{_CAUTION} {listed(names)}") if names else fix

    def _together(self, parts: Iterable[SetOptions]) -> bool:
        values = dict(pair for part in parts for pair in part.values)
        changed = self._asked.retyped(SetOptions(tuple(values.items())))
        return changed is not None and self._trials.passes(changed)

    def _part(self, finding: Finding) -> SetOptions | None:
        """As little as may do of what makes a plan, for one error."""
        if self._mended is None or not self._mended.groups or {*finding.subject} & {*self._mended.without}:
            return None
        groups = self._mended.groups
        near = [group for group in groups if not {option for option, _ in group.values}.isdisjoint(finding.subject)]
        for part in (*near, *(group for group in groups if group not in near), self._mended.whole):
            if self._helps(finding, part):
                return part
        return self._mended.whole

    def _beside(self, finding: Finding) -> SetOptions | None:
        """Of what makes a plan, the part that makes a finding go away which is no error."""
        groups = self._mended.groups if self._mended is not None else ()
        near = [group for group in groups if not {option for option, _ in group.values}.isdisjoint(finding.subject)]
        return next((group for group in near if self._helps(finding, group)), None)

    def _helps(self, finding: Finding, fix: SetOptions) -> bool:
        """Whether a fix, typed alone, makes a finding go away and brings no error that was not there."""
        after = self._outcome(self._asked, fix)
        return after is not None and _is_gone(finding, after) and after.errors <= self._before.errors

    def _outcome(self, asked: Asked, fix: SetOptions) -> Outcome | None:
        changed = asked.retyped(fix)
        return None if changed is None else self._trials.outcome(changed)

    def _with_fixes(self, finding: Finding, part: SetOptions | None) -> Finding:
        """A finding with its part of what makes a plan, and with those of its own fixes that help beside that."""
        stated = [each for fix in finding.fixes for each in self._beside_moved(finding, fix)]
        own = [fix for fix in stated if not isinstance(fix, SetOptions) or self._fits(finding, fix)]
        fixes = tuple(dict.fromkeys((*([part] if part is not None else []), *own)))
        return replace(finding, fixes=fixes or _what_must_change(finding))

    def _beside_moved(self, finding: Finding, fix: Fix) -> Iterator[Fix]:
        """A fix; of fewer nodes as many as the ranges hold that may stay: those that must move do not count."""
        moving = [kind for kind in (RangeKind.SUBNET, RangeKind.PODS) if self._is_misplaced(kind)]
        if not moving or not isinstance(fix, SetOptions) or not {option for option, _ in fix.values} <= {*_NODES}:
            yield fix
        elif not {kind.option for kind in moving} & {*finding.subject}:
            plan = self._before.proposal.plan
            subnet = None if RangeKind.SUBNET in moving else plan.subnet
            staying = replace(plan, subnet=subnet, pods=None if RangeKind.PODS in moving else plan.pods)
            yield from fewer_nodes(rules.RuleContext(staying, self._asked.requests, (), lambda kind: None))

    def _is_misplaced(self, kind: RangeKind) -> bool:
        """Whether a range may not be where it was typed, whatever else is changed."""
        others = {each.option for each in RangeKind if each is not kind}
        misplaced = [{*subject} for rule, subject in self._before.errors if rule in _PLACED]
        return any(kind.option in subject and not subject & others for subject in misplaced)

    def _fits(self, finding: Finding, fix: SetOptions) -> bool:
        """Whether a fix of its own helps a finding, and sets nothing that is to be set otherwise."""
        if self._mended is not None:
            joint = dict(self._mended.whole.values)
            if any(joint.get(option, value) != value for option, value in fix.values):
                return False
            if finding.severity is not Severity.ERROR:  # the errors are put right first
                after = self._outcome(self._mended.asked, fix)
                return after is not None and not after.errors and _is_gone(finding, after)
        return self._helps(finding, fix)


def _is_gone(finding: Finding, after: Outcome) -> bool:
    """Whether nothing of what a finding is about is found any more."""
    rule, subject = fault_of(finding)
    return not any(each[0] == rule and set(each[1]) <= set(subject) for each in after.faults)


def _what_must_change(finding: Finding) -> tuple[Fix, ...]:
    """What is left to say where nothing that could be typed helps."""
    return advise(f"use another {finding.subject[0]}, or free address space for it" if finding.subject else "")


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


def fixes_together(findings: Iterable[Finding]) -> SetOptions | None:
    """What to type first about each of some findings, all at once; None where one of them has nothing to type."""
    values: dict[str, str] = {}
    for finding in findings:
        first = next((fix for fix in finding.fixes if isinstance(fix, SetOptions)), None)
        if first is None:
            return None
        values |= dict(first.values)
    return SetOptions(tuple(values.items()))


def with_no_guessed_pools(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings without values for node pools where one of the pools could not be read, and would be lost."""
    if not any(each.rule.startswith("malformed-") and _is_guessed(each) for each in findings):
        return tuple(findings)
    return tuple(replace(each, fixes=tuple(dict.fromkeys(map(_without_pools, each.fixes)))) for each in findings)


def _is_guessed(finding: Finding) -> bool:
    """Whether nothing can be typed for the pools."""
    return finding.subject == (POOL_OPTION,) and not any(isinstance(fix, SetOptions) for fix in finding.fixes)


def _without_pools(fix: Fix) -> Fix:
    sets_pools = isinstance(fix, SetOptions) and POOL_OPTION in dict(fix.values)
    return Advice(f"put this right in {POOL_OPTION}, with the pools that cannot be read") if sets_pools else fix

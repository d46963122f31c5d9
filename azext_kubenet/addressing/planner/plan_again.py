"""A plan made again from an earlier one: its ranges are kept as far as they hold what is requested now.

Ranges are tried one by one, the one that is hardest to change first. What is kept never has to be moved for one that is
tried later: the ranges of one plan go together, so that only new requests and reservations can be in the way of one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.findings import Finding, Fix, SetOptions, Severity, advise
from azext_kubenet.addressing.model import (
    UNSPECIFIED,
    ClusterSize,
    Origin,
    RangeKind,
    RangeRequest,
    RangeRequests,
    Reservation,
)
from azext_kubenet.addressing.planner.held_to import HeldTo, held_to, missing
from azext_kubenet.addressing.planner.plan_result import PlanResult, plan_ranges
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.reserved_space import touching
from azext_kubenet.addressing.wording import listed

#: Ranges that are kept or moved, in the order in which they are tried.
_ORDER = (
    RangeKind.VNET,
    RangeKind.SUBNET,
    RangeKind.PODS,
    RangeKind.SERVICES,
    RangeKind.DNS_IP,
    RangeKind.DOCKER_BRIDGE,
)
_KEPT = "kept from the earlier plan"
#: Why a range is another where it exists.
_THERE = {kind: f"this {kind.words} exists" for kind in (RangeKind.VNET, RangeKind.SUBNET)}


class EarlierRanges(NamedTuple):
    """The ranges of an earlier plan.

    requests: each as the request for just that range
    given: those that were given for it, or existed; it chose the others
    held_to: what its choice was held to, None where it does not say so
    """

    requests: RangeRequests
    given: frozenset[RangeKind] = frozenset()
    held_to: HeldTo | None = None


class _Move(NamedTuple):
    """A range that is not kept.

    why: in words, "" where another is given beside the plan
    exists: whether the other one is there already, and was not chosen now
    """

    kind: RangeKind
    earlier: RangeRequest
    why: str
    exists: bool = False


class _Again:
    """One attempt after another, each with more ranges of the earlier plan."""

    def __init__(
        self,
        size: ClusterSize,
        reservations: Sequence[Reservation],
        accept_risk: Sequence[str],
        elsewhere: Sequence[Reservation],
        earlier: EarlierRanges,
        *,
        apart: bool,
    ):
        self._inputs = size, reservations, accept_risk, elsewhere
        self._apart = apart
        self._earlier = earlier
        self._taken = [each for each in reservations if each.origin is not Origin.AZURE]

    def plan(self, requests: RangeRequests) -> PlanResult:
        """What comes of requests."""
        size, reservations, accept_risk, elsewhere = self._inputs
        return plan_ranges(size, requests, reservations, accept_risk, elsewhere, apart=self._apart)

    def asked(self, asked: Asked, earlier: EarlierRanges) -> PlanResult:
        """What comes of something else that is asked for, beside the earlier plan."""
        _, reservations, _, elsewhere = self._inputs
        inputs = asked.size, asked.requests, reservations, asked.accepted, elsewhere
        return plan_again(*inputs, earlier=earlier, apart=self._apart)

    def keep(self, base: PlanResult, kinds: Sequence[RangeKind]) -> tuple[PlanResult, list[_Move]]:
        """The plan with as many of the earlier ranges as can be kept, and those that cannot."""
        chosen = base.requests
        free = [kind for kind in kinds if not self._collides(kind, chosen)]
        everything = chosen.but({kind: self._earlier.requests[kind] for kind in free})
        if free == [*kinds] and not (found := self.plan(everything)).refused:
            return found, []
        moves: list[_Move] = []
        for kind in kinds:
            earlier = self._earlier.requests[kind]
            why = self._collides(kind, base.requests)
            if not why:
                tried = self.plan(base.requests.but({kind: earlier}))
                if not tried.refused:
                    base = tried
                    continue
                why = _why(tried, kind)
            moves.append(_Move(kind, earlier, why))
        return base, moves

    def _collides(self, kind: RangeKind, requests: RangeRequests) -> str:
        """What lies over nodes' space that the earlier plan chose: a hole is what was given, and this was not."""
        if kind not in (RangeKind.VNET, RangeKind.SUBNET) or kind in self._earlier.given or requests.within:
            return ""
        given = requests.vnet.is_fixed and RangeKind.VNET in requests.existing
        if kind is RangeKind.SUBNET and (given or RangeKind.VNET in self._earlier.given):
            return ""
        over = touching(self._taken, self._earlier.requests[kind].networks)
        return f"it overlaps {over[0].network} ({over[0].reason})" if over else ""


def plan_again(
    size: ClusterSize,
    requests: RangeRequests,
    reservations: Sequence[Reservation],
    accept_risk: Sequence[str],
    elsewhere: Sequence[Reservation] = (),
    *,
    earlier: EarlierRanges | None,
    apart: bool = False,
) -> PlanResult:
    """Plan as `plan_ranges` does, with the ranges of an earlier plan where nothing speaks against them.

    earlier: None where there is no such plan

    What is requested beside it counts, and each range of the earlier plan that is not kept is a finding. A plan that is
    refused even without them has the findings of that alone.
    """
    if earlier is None:
        return plan_ranges(size, requests, reservations, accept_risk, elsewhere, apart=apart)
    again = _Again(size, reservations, accept_risk, elsewhere, earlier, apart=apart)
    result = again.plan(requests)
    if result.refused:
        return _announcing(result, earlier, again)
    kinds = [kind for kind in _ORDER if earlier.requests[kind] != UNSPECIFIED]
    if RangeKind.DNS_IP in kinds and RangeKind.DNS_IP not in earlier.given:
        kinds.remove(RangeKind.DNS_IP)  # it follows from the services, as it did
    overruled = [kind for kind in kinds if not requests[kind].allows(earlier.requests[kind].networks)]
    open_kinds = [kind for kind in kinds if kind not in overruled and not requests[kind].is_fixed]
    result, moves = again.keep(result, open_kinds)
    moves += _overruling(result, overruled, requests, earlier)
    kept = [kind for kind in open_kinds if kind not in {move.kind for move in moves}]
    return replace(
        result,
        findings=(*result.findings, *_moved(result, moves, requests, earlier), *_missing(result, moves, earlier)),
        earlier_held_to=earlier.held_to or HeldTo(),
        given={**result.given, **dict.fromkeys(kept, _KEPT)},
        kept=tuple(kind for kind in kept if kind not in earlier.given),
    )


def _overruling(
    result: PlanResult, kinds: Sequence[RangeKind], requests: RangeRequests, earlier: EarlierRanges
) -> Iterator[_Move]:
    """The ranges in whose place others are given, or exist."""
    for kind in kinds:
        if kind not in requests.existing:
            yield _Move(kind, earlier.requests[kind], "")
        elif not _grown(result, kind, earlier):
            yield _Move(kind, earlier.requests[kind], _THERE[kind], True)


def _announcing(refused: PlanResult, earlier: EarlierRanges, again: _Again) -> PlanResult:
    """A refused plan with what is warned of once it is mended: ranges of the earlier plan may then move."""
    if refused.mended is None:
        return refused
    mended = again.asked(refused.mended.asked, earlier)
    warned = {each.rule for each in mended.findings if each.severity is Severity.WARNING}
    new = sorted(warned - {*refused.warned_when_mended})
    if not new:
        return refused
    caution = f"it then warns of {listed(new)}"
    findings = tuple(_cautioned(each, refused.mended.whole, caution) for each in refused.findings)
    return replace(refused, findings=findings, warned_when_mended=tuple(sorted({*refused.warned_when_mended, *new})))


def _cautioned(finding: Finding, whole: SetOptions, caution: str) -> Finding:
    """A finding whose fix, where that alone makes a plan, says what is then warned of."""
    fixes = tuple(replace(fix, caution=fix.caution or caution) if fix == whole else fix for fix in finding.fixes)
    return replace(finding, fixes=fixes)


def _grown(result: PlanResult, kind: RangeKind, earlier: EarlierRanges) -> bool:
    """Whether what exists has all that the earlier plan had, and more."""
    return {*earlier.requests[kind].networks} <= {*result.plan[kind]}


def _why(tried: PlanResult, kind: RangeKind) -> str:
    """Why a range cannot be kept: what the plan with it would be refused for."""
    if tried.shortage is not None:
        sizes = listed([f"a {each.words} of /{prefixlen}" for each, prefixlen in tried.shortage.sizes.items()])
        return f"beside it, or in it, there is no space for {sizes}"
    errors = [each for each in tried.findings if each.severity is Severity.ERROR]
    own = [each for each in errors if kind.option in each.subject] or errors
    return "; ".join(dict.fromkeys(each.message for each in own))


def _moved(
    result: PlanResult, moves: Sequence[_Move], requests: RangeRequests, earlier: EarlierRanges
) -> Iterator[Finding]:
    """A finding for each range that is not kept: what it was, what it is, and why."""
    for move in sorted(moves, key=lambda move: _ORDER.index(move.kind)):
        now = _now(result, move.kind)
        if now == str(move.earlier):
            continue
        message = f"{move.kind.words} {move.earlier} of the earlier plan becomes {now}"
        if not move.why:
            message = f"{move.kind.option} {requests[move.kind]}: {message}"
            fixes = _advice(move.kind, result, earlier._replace(given=frozenset()))
            yield Finding("range-overruled", Severity.INFO, (move.kind.option, "--plan"), message, fixes)
            continue
        fixes = _other_name(move.kind) if move.exists else _advice(move.kind, result, earlier)
        yield Finding("range-moved", Severity.WARNING, ("--plan",), f"{message}: {move.why}", fixes)


def _other_name(kind: RangeKind) -> tuple[Fix, ...]:
    """What exists is never changed: if it is not what was meant, another is."""
    option = "--subnet-name" if kind is RangeKind.SUBNET else "--vnet-name"
    return advise(f"if this is not the {kind.words} that is meant: {option} NAME")


def _advice(kind: RangeKind, result: PlanResult, earlier: EarlierRanges) -> tuple[Fix, ...]:
    """Ask for what was given before; else say what a plan does not remember."""
    if kind in earlier.given and kind in (RangeKind.VNET, RangeKind.SUBNET):
        prefixlen = sizing.smallest(result.plan.size).subnet
        typed = earlier.requests.subnet.network
        if kind is RangeKind.SUBNET and typed is not None:  # no smaller than what was given
            prefixlen = min(prefixlen, typed.prefixlen)
        return advise(f"ask for a /{prefixlen} in place of what was given, and give that with {kind.option}")
    if earlier.held_to is not None or any(held_to(result.requests, result.reservations)):
        return ()
    return advise("if it was made with --exclude-prefixes or --within, add them: a plan does not remember them")


def _missing(result: PlanResult, moves: Sequence[_Move], earlier: EarlierRanges) -> Iterator[Finding]:
    """What the ranges that changed were not held to, and the earlier ones were."""
    if earlier.held_to is None:
        return
    kinds = sorted({move.kind for move in moves if not move.exists}, key=_ORDER.index)
    now = [(kind, _now(result, kind)) for kind in kinds]
    changed = [each for each in now if each[1] != str(earlier.requests[each[0]])]
    yield from missing(held_to(result.requests, result.reservations), earlier.held_to, changed)


def _now(result: PlanResult, kind: RangeKind) -> str:
    return " ".join(map(str, result.plan[kind])) or "none"

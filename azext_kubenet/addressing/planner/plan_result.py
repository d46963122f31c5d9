"""One cluster, its requests, one result: propose and check together, the same for `plan` and for `create`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.growth import Limit, NextSize, ServiceLimit
from azext_kubenet.addressing.model import (
    AddressPlan,
    ClusterSize,
    RangeKind,
    RangeRequests,
    Reach,
    Reservation,
    Snapshot,
)
from azext_kubenet.addressing.planner import no_space
from azext_kubenet.addressing.planner.held_to import HeldTo
from azext_kubenet.addressing.planner.mended import Mended, sane, with_possible_sizes
from azext_kubenet.addressing.planner.proposal import Proposal, assemble, propose
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.planner.shortage import Shortage
from azext_kubenet.addressing.planner.suggestions import Fitting, Suggestions, agreed, with_no_guessed_pools
from azext_kubenet.addressing.planner.trial import Trials
from azext_kubenet.addressing.reserved_space import ReservedSpace, touching
from azext_kubenet.addressing.sizing import Capacity
from azext_kubenet.addressing.wording import listed

if TYPE_CHECKING:
    from azext_kubenet.addressing.network_models.comparison import Comparison

#: The ranges that are sent to Azure.
_PLACED = (RangeKind.VNET, RangeKind.SUBNET, RangeKind.PODS, RangeKind.SERVICES)


class TargetNetwork(NamedTuple):
    """The network in Azure that a plan is for.

    subscription, resource_group, name: where it is, and what it is called
    vnet_id: its resource id
    subnet: name of the subnet of the nodes, "" where none is named
    subnet_exists: whether that is there already
    route_table: id of the route table that is attached to it, "" for none
    location: the region of the network, "" where it is not known
    """

    subscription: str
    resource_group: str
    name: str
    vnet_id: str
    subnet: str
    subnet_exists: bool
    route_table: str = ""
    location: str = ""

    @property
    def subnet_id(self) -> str:
        """Resource id of the subnet of the nodes."""
        return f"{self.vnet_id}/subnets/{self.subnet}"


@dataclass(frozen=True)
class PlanResult:  # pylint: disable=too-many-instance-attributes
    """A plan and all that was found about it. With an error among the findings, the plan is refused.

    plan: the ranges, given and chosen
    findings: all of them, in the order in which they are told
    requests: what it was made from
    reservations: those that it keeps clear of, but for holes in them
    elsewhere: ranges of clusters that are not connected, which it may share
    shortage: why there is no plan, None if there is space for one
    given: of ranges that exist already, or are kept, whose they are, in words
    kept: ranges that an earlier plan chose, not the user
    earlier_held_to: what that plan was held to
    target: the network in Azure that it is for, None for a plan of a new one
    snapshot: what was seen in Azure, None for a plan that did not look
    reasons: why each range is that one, by the answer's keys
    capacity: how large a cluster the ranges support
    limits: in the order in which they bind
    next_sizes: what larger ranges would support
    comparison: of the network models, None unless it is asked for
    mended: what makes a plan of a refused one, None where nothing was found
    warned_when_mended: names of the rules that then warn
    proposal: how the ranges were found, None where none was looked for

    Reasons to comparison are empty until they are asked for; explanation.described gives the first four of them.
    """

    plan: AddressPlan
    findings: tuple[Finding, ...]
    requests: RangeRequests = field(default_factory=RangeRequests)
    reservations: Sequence[Reservation] = ()
    elsewhere: Sequence[Reservation] = ()
    shortage: Shortage | None = None
    given: Mapping[RangeKind, str] = field(default_factory=dict)
    kept: Sequence[RangeKind] = ()
    earlier_held_to: HeldTo = field(default_factory=HeldTo)
    target: TargetNetwork | None = None
    snapshot: Snapshot | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    capacity: Capacity | None = None
    limits: Sequence[Limit | ServiceLimit] = ()
    next_sizes: Sequence[NextSize] = ()
    comparison: "Comparison | None" = None
    mended: Mended | None = None
    warned_when_mended: tuple[str, ...] = ()
    proposal: Proposal | None = field(default=None, compare=False)

    @property
    def refused(self) -> bool:
        """Whether an error is among the findings."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def after(self, earlier: Iterable[Finding]) -> "PlanResult":
        """The same with earlier findings of the run before its own, all of which recommend one value for an option."""
        suggested = self.mended.groups if self.mended is not None else ()
        return replace(self, findings=with_no_guessed_pools(agreed((*earlier, *self.findings), suggested)))


def plan_ranges(
    size: ClusterSize,
    requests: RangeRequests,
    reservations: Sequence[Reservation] = (),
    accept_risk: Sequence[str] = (),
    elsewhere: Sequence[Reservation] = (),
    *,
    apart: bool = False,
) -> PlanResult:
    """Choose what the requests leave open, check everything, and report all findings together.

    reservations: what chosen ranges keep clear of
    elsewhere: ranges of clusters that are not connected, worth a note at most
    apart: whether chosen ranges keep clear of these, too, as long as no range gets smaller for it
    """
    asked, reserved = Asked(size, requests, tuple(accept_risk)), ReservedSpace(reservations)
    proposal = propose(size, requests, reserved)
    if apart:
        proposal, reserved = _apart(size, requests, proposal, reserved, elsewhere)
        reservations = reserved.reservations
    trials = Trials(asked, reserved, elsewhere)
    suggestions = Suggestions(asked, trials)
    ranges = proposal.plan.networks()
    shared = touching(elsewhere, ranges)
    context = rules.RuleContext(proposal.plan, requests, reserved.touching(ranges), suggestions.suggest_fix, shared)
    findings = _found(context, accept_risk)
    short = _short(proposal, asked, reserved)
    shortage = short.shortage if short is not None else None
    if short is not None and shortage is not None:
        findings.append(no_space.finding(shortage, short.plan.size, asked, suggestions, trials))
    findings += _lacking(proposal.plan, findings)
    result = PlanResult(proposal.plan, (), requests, reservations, elsewhere, shortage, proposal=proposal)
    return _told(result, findings, asked, trials, suggestions)


def _lacking(plan: AddressPlan, findings: Sequence[Finding]) -> Iterator[Finding]:
    """An error for a plan that lacks a range, where nothing else refuses it: such a plan is never given."""
    if plan.complete or any(each.severity is Severity.ERROR for each in findings):
        return
    kinds = [kind for kind in RangeKind if kind is not RangeKind.DOCKER_BRIDGE and not plan[kind]]
    message = f"no place was found for {listed([f'the {kind.words}' for kind in kinds])}"
    options = tuple(kind.option for kind in kinds)
    yield Finding(rules.NO_SPACE, Severity.ERROR, options, message, advise("leave more of the ranges open"))


def _apart(
    size: ClusterSize,
    requests: RangeRequests,
    sharing: Proposal,
    reserved: ReservedSpace,
    elsewhere: Sequence[Reservation],
) -> tuple[Proposal, ReservedSpace]:
    """A proposal that shares no range with clusters elsewhere, and what it kept clear of; else the one that does."""
    chosen = [kind for kind in _PLACED if not requests[kind].is_fixed]
    if not touching(elsewhere, [network for _, network in sharing.plan.ranges(*chosen)]):
        return sharing, reserved
    all_of_it = ReservedSpace([*reserved.reservations, *(each._replace(reach=Reach.UNCONNECTED) for each in elsewhere)])
    found = propose(size, requests, all_of_it)
    lengths = [
        [network.prefixlen for _, network in each.plan.ranges(*_PLACED, RangeKind.DOCKER_BRIDGE)]
        for each in (sharing, found)
    ]
    as_large = found.shortage is None and lengths[0] == lengths[1]
    return (found, all_of_it) if as_large else (sharing, reserved)


def plan_given(
    size: ClusterSize,
    requests: RangeRequests,
    reservations: Sequence[Reservation] = (),
    accept_risk: Sequence[str] = (),
) -> PlanResult:
    """What was given alone, with nothing chosen: what can be refused before anyone looks at Azure."""
    asked, reserved = Asked(size, requests, tuple(accept_risk)), ReservedSpace(reservations)
    plan = assemble(size, requests, {})
    trials = Trials(asked, reserved)
    suggestions = Suggestions(asked, trials)
    touched = reserved.touching(plan.networks())
    context = rules.RuleContext(plan, requests, touched, suggestions.suggest_fix, given_only=True)
    findings = _found(context, accept_risk)
    return _told(PlanResult(plan, (), requests, reservations), findings, asked, trials, suggestions)


def _found(context: rules.RuleContext, accept_risk: Sequence[str]) -> list[Finding]:
    """What the rules find, each once: a prefix that is given twice breaks a rule once."""
    return [*rules.accept([*dict.fromkeys(rules.check(context))], accept_risk)]


def _told(
    result: PlanResult, findings: Sequence[Finding], asked: Asked, trials: Trials, suggestions: Suggestions
) -> PlanResult:
    """The same with its findings, whose fixes were tried."""
    if not findings:
        return result
    told = Fitting(asked, trials, suggestions).fitted(findings)
    refused = any(each.severity is Severity.ERROR for each in told)
    mended = suggestions.mended if refused else None
    warned = trials.outcome(mended.asked).warned if mended is not None else ()
    rules_of = tuple(sorted({rule for rule, _ in warned}))
    return replace(result, findings=told, mended=mended, warned_when_mended=rules_of)


def _short(proposal: Proposal, asked: Asked, reserved: ReservedSpace) -> Proposal | None:
    """What has no place: the cluster as it could be, where none could be as it is asked for; None for a place."""
    # How nodes are spread over pools changes nothing about the space that they need.
    could_be = sane(Mended((), (), asked), "pool-too-large") if proposal.lacks_space else None
    if could_be is None:
        return None
    size, requests = could_be.asked.size, with_possible_sizes(asked.requests)
    return proposal if (size, requests) == (asked.size, asked.requests) else propose(size, requests, reserved)

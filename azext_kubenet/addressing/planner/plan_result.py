"""One demand, one wish, one verdict: propose and check together, the same for `plan` and for `create`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.growth import Limit, NextSize, ServiceLimit
from azext_kubenet.addressing.model import (
    AddressPlan,
    ClusterSize,
    Finding,
    RangeRequests,
    Reservation,
    Severity,
    Snapshot,
)
from azext_kubenet.addressing.planner import no_space
from azext_kubenet.addressing.planner.proposal import propose_around
from azext_kubenet.addressing.planner.shortage import Shortage
from azext_kubenet.addressing.planner.suggestions import Suggestions
from azext_kubenet.addressing.reserved_space import ReservedSpace, touching
from azext_kubenet.addressing.sizing import Capacity

if TYPE_CHECKING:
    from azext_kubenet.addressing.network_models.comparison import Comparison


class TargetNetwork(NamedTuple):
    """The network in Azure that a plan is for.

    subscription, resource_group, name: where it is, and what it is called
    vnet_id: its resource id
    subnet: name of the subnet of the nodes, "" where none is named
    subnet_exists: whether that is there already
    """

    subscription: str
    resource_group: str
    name: str
    vnet_id: str
    subnet: str
    subnet_exists: bool

    @property
    def subnet_id(self) -> str:
        """Resource id of the subnet of the nodes."""
        return f"{self.vnet_id}/subnets/{self.subnet}"


@dataclass(frozen=True)
class PlanResult:  # pylint: disable=too-many-instance-attributes
    """A plan and all that was found about it. With an error among the findings, the plan is refused.

    plan: the ranges, given and chosen
    findings: all of them, in the order in which they are told
    wish: what it was made from
    taken: the reservations that it keeps clear of, but for holes in them
    elsewhere: ranges of clusters that are not connected, which it may share
    shortage: why there is no plan, None if there is space for one
    given: of ranges that exist already, by name (vnet, subnet), whose they are, in words
    target: the network in Azure that it is for, None for a plan of a new one
    snapshot: what was seen in Azure, None for a plan that did not look
    reasons: why each range is that one, by the answer's keys
    capacity: how large a cluster the ranges support
    limits: in the order in which they bind
    next_sizes: what larger ranges would support
    comparison: of the network models, None unless it is asked for

    The last five are empty until they are asked for; explanation.described gives the first four of them.
    """

    plan: AddressPlan
    findings: tuple[Finding, ...]
    wish: RangeRequests = field(default_factory=RangeRequests)
    taken: Sequence[Reservation] = ()
    elsewhere: Sequence[Reservation] = ()
    shortage: Shortage | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    target: TargetNetwork | None = None
    snapshot: Snapshot | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    capacity: Capacity | None = None
    limits: Sequence[Limit | ServiceLimit] = ()
    next_sizes: Sequence[NextSize] = ()
    comparison: "Comparison | None" = None

    @property
    def refused(self) -> bool:
        """Whether an error is among the findings."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def plan_ranges(
    demand: ClusterSize,
    wish: RangeRequests,
    taken: Sequence[Reservation] = (),
    accept_risk: Sequence[str] = (),
    elsewhere: Sequence[Reservation] = (),
) -> PlanResult:
    """Choose what the wish leaves open, check everything, and report all findings together.

    taken: what chosen ranges keep clear of; elsewhere: ranges of clusters that are not connected, worth a note at most.
    """
    merged = ReservedSpace(taken)
    proposal = propose_around(demand, wish, merged)
    advice = Suggestions(demand, wish, merged)
    ranges = proposal.plan.networks()
    shared = touching(elsewhere, ranges)
    case = rules.RuleContext(proposal.plan, wish, merged.touching(ranges), advice.suggest_fix, shared)
    findings = rules.check(case)
    if proposal.shortage is not None and not _impossible(case, accept_risk):
        findings.append(no_space.finding(proposal.shortage, demand, wish, merged, advice))
    accepted = tuple(rules.accept(findings, accept_risk))
    return PlanResult(proposal.plan, accepted, wish, taken, elsewhere, proposal.shortage)


def check_given(
    demand: ClusterSize, wish: RangeRequests, taken: Sequence[Reservation] = (), accept_risk: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """The findings on what was given alone, with nothing chosen."""
    return plan_given(demand, wish, taken, accept_risk).findings


def plan_given(
    demand: ClusterSize, wish: RangeRequests, taken: Sequence[Reservation] = (), accept_risk: Sequence[str] = ()
) -> PlanResult:
    """What was given alone, with nothing chosen: what can be refused before anyone looks at Azure."""
    merged = ReservedSpace(taken)
    plan = AddressPlan(
        demand=demand,
        vnet=wish.vnet if isinstance(wish.vnet, tuple) else (),
        subnet=wish.subnet if isinstance(wish.subnet, IPNetwork) else None,
        pods=wish.pods if isinstance(wish.pods, IPNetwork) else None,
        services=wish.services if isinstance(wish.services, IPNetwork) else None,
        dns_ip=wish.dns_ip,
        docker_bridge=wish.docker_bridge,
    )
    suggest = Suggestions(demand, wish, merged).suggest_fix
    case = rules.RuleContext(plan, wish, merged.touching(plan.networks()), suggest, given_only=True)
    return PlanResult(plan, tuple(rules.accept(rules.check(case), accept_risk)), wish, taken)


def _impossible(case: rules.RuleContext, accept_risk: Sequence[str]) -> bool:
    """Whether no ranges could hold what is asked for, so that a lack of space is not what to speak of."""
    found = rules.accept(
        rules.check(case, rules.DEMAND_RULES), [each for each in accept_risk if each in rules.acceptable()]
    )
    return any(finding.severity is Severity.ERROR for finding in found)

"""Trying what is to be recommended: what a plan would be refused for, were it asked for otherwise."""

from collections.abc import Sequence
from typing import NamedTuple

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.model import Origin, RangeKind, Reservation
from azext_kubenet.addressing.planner.proposal import Proposal, propose
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.reserved_space import ReservedSpace, touching

#: Rule and options of a finding: what it is about, whatever it says.
Fault = tuple[str, tuple[str, ...]]


def fault_of(finding: Finding) -> Fault:
    """What a finding is about."""
    return finding.rule, finding.subject


class Outcome(NamedTuple):
    """What came of a trial.

    errors: what it would be refused for; blamed: the same and what would be warned of; faults: all that would be found;
    warned: what would be warned of, but for what is accepted
    """

    proposal: Proposal
    errors: frozenset[Fault]
    blamed: frozenset[Fault]
    faults: frozenset[Fault]
    warned: frozenset[Fault]


class Trials:
    """Trials in one situation: what is reserved, and what is in use elsewhere. Each is made once."""

    def __init__(self, asked: Asked, reserved: ReservedSpace, elsewhere: Sequence[Reservation] = ()):
        self.reserved = reserved
        self._elsewhere = elsewhere
        self._known: dict[tuple[Asked, str], Outcome] = {}
        subnet = asked.requests.subnet.network if RangeKind.SUBNET in asked.requests.existing else None
        self._beside = reserved  # what is reserved from a new subnet beside one that exists
        if subnet is not None:
            own = Reservation(subnet, "the subnet that exists", Origin.SUBNET)
            self._beside = ReservedSpace([*reserved.reservations, own])

    def outcome(self, asked: Asked) -> Outcome:
        """What would come of it. A lack of space is an error like any other."""
        key = asked, str(asked.requests.docker_bridge)  # to netaddr 172.17.0.1/16 and 172.17.0.0/16 are equal
        if key not in self._known:
            self._known[key] = self._try(asked)
        return self._known[key]

    def passes(self, asked: Asked) -> bool:
        """Whether a plan would not be refused."""
        return not self.outcome(asked).errors

    def reserved_for(self, asked: Asked) -> ReservedSpace:
        """What is reserved; of a new subnet the one that exists as well."""
        return self.reserved if RangeKind.SUBNET in asked.requests.existing else self._beside

    def _try(self, asked: Asked) -> Outcome:
        reserved = self.reserved_for(asked)
        proposal = propose(asked.size, asked.requests, reserved)
        ranges = proposal.plan.networks()
        context = rules.RuleContext(
            proposal.plan,
            asked.requests,
            reserved.touching(ranges),
            lambda kind: None,
            touching(self._elsewhere, ranges),
        )
        accepted = [each for each in asked.accepted if each in rules.acceptable()]
        findings = list(rules.accept(rules.check(context), accepted))
        errors = {fault_of(each) for each in findings if each.severity is Severity.ERROR}
        blamed = {fault_of(each) for each in findings if each.severity is not Severity.INFO}
        faults = {fault_of(each) for each in findings}
        warned = {fault_of(each) for each in findings if each.severity is Severity.WARNING and not each.accepted}
        if proposal.lacks_space:
            errors.add((rules.NO_SPACE, ()))
        return Outcome(
            proposal, frozenset(errors), frozenset(errors | blamed), frozenset(errors | faults), frozenset(warned)
        )

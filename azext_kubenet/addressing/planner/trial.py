"""Trying what is to be recommended: what a plan would be refused for, were it asked for otherwise."""

from collections.abc import Sequence
from typing import NamedTuple

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.planner.proposal import Proposal, propose
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.reserved_space import ReservedSpace, touching

#: Rule and options of a finding: what it is about, whatever it says.
Fault = tuple[str, tuple[str, ...]]


def fault_of(finding: Finding) -> Fault:
    """What a finding is about."""
    return finding.rule, finding.subject


class Outcome(NamedTuple):
    """What came of a trial: a proposal, what it would be refused for, and all that would be found."""

    proposal: Proposal
    errors: frozenset[Fault]
    faults: frozenset[Fault]


class Trials:
    """Trials in one situation: what is reserved, and what is in use elsewhere. Each is made once."""

    def __init__(self, reserved: ReservedSpace, elsewhere: Sequence[Reservation] = ()):
        self.reserved = reserved
        self._elsewhere = elsewhere
        self._known: dict[Asked, Outcome] = {}

    def outcome(self, asked: Asked) -> Outcome:
        """What would come of it. A lack of space is an error like any other."""
        if asked not in self._known:
            self._known[asked] = self._try(asked)
        return self._known[asked]

    def passes(self, asked: Asked) -> bool:
        """Whether a plan would not be refused."""
        return not self.outcome(asked).errors

    def _try(self, asked: Asked) -> Outcome:
        proposal = propose(asked.size, asked.requests, self.reserved)
        ranges = proposal.plan.networks()
        context = rules.RuleContext(
            proposal.plan,
            asked.requests,
            self.reserved.touching(ranges),
            lambda kind: None,
            touching(self._elsewhere, ranges),
        )
        accepted = [each for each in asked.accepted if each in rules.acceptable()]
        findings = list(rules.accept(rules.check(context), accepted))
        errors = {fault_of(each) for each in findings if each.severity is Severity.ERROR}
        faults = {fault_of(each) for each in findings}
        if proposal.lacks_space:
            errors.add((rules.NO_SPACE, ()))
        return Outcome(proposal, frozenset(errors), frozenset(errors | faults))

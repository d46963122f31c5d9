"""What a plan remembers of what it saw in Azure, and what has come since. Pure.

A fingerprint says whether anything is different. What matters is kept beside it: the ranges that the plan shared with
others when it was made, which are few, so that whatever touches the plan now and did not then is known by name.
"""

import hashlib
from collections.abc import Iterable, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.model import AddressPlan, Reservation, Snapshot
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.addressing.reserved_space import touching
from azext_kubenet.addressing.wording import listed
from azext_kubenet.discovery.topology import Surroundings


def take_snapshot(plan: AddressPlan, around: Surroundings, discover: str) -> Snapshot:
    """What goes into the plan: how it looked, how much it saw, a fingerprint of it, and what it shares with others."""
    return Snapshot(
        fingerprint=fingerprint([*around.reservations, *around.elsewhere]),
        shared=frozenset(map(_line, _shared(plan, around))),
        discover=discover,
        ranges=len(around.reservations),
        elsewhere=len(around.elsewhere),
    )


def fingerprint(seen: Iterable[Reservation]) -> str:
    """One text for any set of reservations, whatever their order."""
    digest = hashlib.sha256()
    for line in sorted(set(map(_line, seen))):
        digest.update(line.encode() + b"\n")
    return f"sha256:{digest.hexdigest()}"


def _line(each: Reservation) -> str:
    return f"{each.network} {each.origin.value} {each.reason}"


def _shared(plan: AddressPlan, around: Surroundings) -> list[Reservation]:
    """What overlaps the ranges of a plan: a network that exists is compared as it is, a new one with all others."""
    claims = [each.cidr for each in (plan.subnet, plan.pods, plan.services) if each is not None]
    return [*dict.fromkeys([*touching(around.reservations, claims), *touching(around.overlapped, plan.vnet)])]


def since(seen: Snapshot, result: PlanResult, around: Surroundings, accept_risk: Sequence[str] = ()) -> list[Finding]:
    """What has changed since a plan was made: a finding for all that has come into its ranges, else a note.

    It is as grave as what the rules say of it, which they would of the same ranges without a plan: some may be shared.
    """
    come = [each for each in _shared(result.plan, around) if _line(each) not in seen.shared]
    if come:
        return [_outdated(each, result.plan, _severity(each, result, accept_risk)) for each in come]
    same = seen.fingerprint in ("", fingerprint([*around.reservations, *around.elsewhere]))
    message = "the surroundings have changed since the plan was made, and none of the changes affects the plan"
    return [] if same else [Finding("surroundings-changed", Severity.INFO, ("--plan",), message)]


def _severity(new: Reservation, result: PlanResult, accept_risk: Sequence[str]) -> Severity:
    """The gravest of what the rules say because of a reservation; a note if they say nothing."""
    without, beside = (
        rules.check(rules.RuleContext(result.plan, result.requests, taken, lambda name: None), rules.PLACE_RULES)
        for taken in ((), (new,))
    )
    accepted = [each for each in accept_risk if each in rules.acceptable()]
    found = {each.severity for each in rules.accept((one for one in beside if one not in without), accepted)}
    return next((each for each in Severity if each in found), Severity.INFO)  # the gravest stands first


def _outdated(new: Reservation, plan: AddressPlan, severity: Severity) -> Finding:
    named: list[tuple[str, IPNetwork | None]] = [
        ("virtual network", each) for each in plan.vnet if not plan.subnet or not overlap(plan.subnet, new.network)
    ]
    named += [("subnet", plan.subnet), ("pod CIDR", plan.pods), ("service CIDR", plan.services)]
    hit = [f"{name} {network}" for name, network in named if network is not None and overlap(network.cidr, new.network)]
    return Finding(
        "plan-outdated",
        severity,
        ("--plan",),
        f"since the plan was made, {new.network} ({new.reason}) was added, and it overlaps {listed(hit)} of the plan",
        advise(
            f"{'' if severity is Severity.ERROR else 'keep it, or '}make the plan again with az kubenet plan "
            "and the same options, and pass it to --plan"
        ),
    )

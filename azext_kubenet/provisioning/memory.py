"""What a plan remembers of what it saw in Azure, and what has come since. Pure.

A fingerprint says whether anything is different. What matters is kept beside it: the ranges that the plan shared with
others when it was made, which are few, so that whatever touches the plan now and did not then is known by name.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from azext_kubenet.addressing.model import AddressPlan, Finding, Reservation, Severity
from azext_kubenet.addressing.networks import overlap
from azext_kubenet.addressing.taken import touching
from azext_kubenet.addressing.words import listed

Json = dict[str, Any]


def remember(plan: AddressPlan, taken: Sequence[Reservation], elsewhere: Sequence[Reservation], discover: str) -> Json:
    """What goes into the plan: how it looked, how much it saw, a fingerprint of it, and what it shares with others."""
    return {
        "discover": discover or None,
        "ranges": len(taken),
        "rangesElsewhere": len(elsewhere),
        "fingerprint": fingerprint([*taken, *elsewhere]),
        "shared": sorted(map(_line, touching(taken, _claims(plan)))),
    }


def fingerprint(seen: Iterable[Reservation]) -> str:
    """One text for any set of reservations, whatever their order."""
    digest = hashlib.sha256()
    for line in sorted(set(map(_line, seen))):
        digest.update(line.encode() + b"\n")
    return f"sha256:{digest.hexdigest()}"


def _line(each: Reservation) -> str:
    return f"{each.network} {each.origin.value} {each.reason}"


def _claims(plan: AddressPlan) -> list[Any]:
    """The ranges of a plan that others may come to overlap: the network's own is compared as it exists."""
    return [each.cidr for each in (plan.subnet, plan.pods, plan.services) if each is not None]


def since(
    seen: Mapping[str, Any],
    plan: AddressPlan,
    taken: Sequence[Reservation],
    elsewhere: Sequence[Reservation],
) -> list[Finding]:
    """What has changed since a plan was made: an error for all that has come into its ranges, else a note."""
    known = set(seen.get("shared") or ())
    come = [each for each in touching(taken, _claims(plan)) if _line(each) not in known]
    if come:
        return [_outdated(each, plan) for each in come]
    same = seen.get("fingerprint") in ("", None, fingerprint([*taken, *elsewhere]))
    message = "what lies around has changed since the plan was made, and none of it touches the plan"
    return [] if same else [Finding("surroundings-changed", Severity.INFO, ("--plan",), message)]


def _outdated(new: Reservation, plan: AddressPlan) -> Finding:
    named = (("subnet", plan.subnet), ("pod CIDR", plan.pods), ("service CIDR", plan.services))
    hit = [f"{name} {network}" for name, network in named if network is not None and overlap(network.cidr, new.network)]
    return Finding(
        "plan-outdated",
        Severity.ERROR,
        ("--plan",),
        f"since the plan was made, {new.network} ({new.reason}) has come, and it overlaps {listed(hit)} of the plan",
        "make the plan anew with az kubenet plan and the options of before, and give that to --plan",
    )

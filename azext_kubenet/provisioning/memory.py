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


def changes(seen: Mapping[str, Any], plan: AddressPlan, taken: Sequence[Reservation]) -> list[Finding]:
    """An error for what has come into the plan's ranges since it was made."""
    known = set(seen.get("shared") or ())
    come = [each for each in touching(taken, _claims(plan)) if _line(each) not in known]
    return [_outdated(each, plan) for each in come]


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


def differs(seen: Mapping[str, Any], taken: Sequence[Reservation], elsewhere: Sequence[Reservation]) -> bool:
    """Whether anything at all is different from what the plan saw."""
    return bool(seen.get("fingerprint")) and seen["fingerprint"] != fingerprint([*taken, *elsewhere])

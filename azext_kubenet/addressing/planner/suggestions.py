"""What to type instead of a range that cannot stay: tried out before it is recommended."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, rules
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, Origin, RangeRequests, Reservation, Severity
from azext_kubenet.addressing.planner.proposal import propose_around
from azext_kubenet.addressing.reserved_space import ReservedSpace
from azext_kubenet.addressing.wording import DNS_OPTION, OPTIONS

#: Names of what one recommendation changes together.
Names = tuple[str, ...]


class Suggestions:  # pylint: disable=too-few-public-methods
    """Recommends ranges for one cluster and its requests, none of which breaks a rule in its turn."""

    def __init__(self, size: ClusterSize, requests: RangeRequests, reserved: ReservedSpace):
        self._size = size
        self._requests = requests
        self._reserved = reserved
        self._known: dict[str, str | None] = {}

    def suggest_fix(self, name: str) -> str | None:
        """Options and values, such as `--pod-cidr 10.244.0.0/16`, that put a range right; None when there are none."""
        if name not in self._known:
            tries = (self._try(names) for names in self._alternatives(name))
            self._known[name] = next((text for text in tries if text), None)
        return self._known[name]

    def _alternatives(self, name: str) -> Iterator[Names]:
        """What could be changed for a range: as little as may do first."""
        requests = self._requests
        if name == "services" and requests.dns_ip is not None:
            yield ("services", "dns_ip")
            return
        if "vnet" in requests.existing and name in (
            "vnet",
            "subnet",
        ):  # what exists is not changed: a subnet beside it is
            if name == "subnet":
                yield (name,)
            return
        if name != "vnet" or requests.vnet is not None or not isinstance(requests.subnet, IPNetwork):
            yield (name,)
        if name == "vnet" and isinstance(requests.subnet, IPNetwork):
            yield ("subnet",) if requests.vnet is None else ("vnet", "subnet")
        if name == "subnet" and requests.vnet is not None:
            yield ("vnet", "subnet")

    def _try(self, names: Names) -> str | None:
        """The planner's own choice for some ranges, if they are then free of faults."""
        requests, reserved = self._requests.without(*names), self._reserved
        if "subnet" in names and "subnet" in self._requests.existing and isinstance(self._requests.subnet, IPNetwork):
            own = Reservation(self._requests.subnet, "the subnet that exists", Origin.SUBNET)
            reserved = ReservedSpace([*reserved.reservations, own])
        proposal = propose_around(self._size, requests, reserved)
        chosen: dict[str, Any] = {name: getattr(proposal.plan, name) for name in names}
        if proposal.shortage is not None or None in chosen.values() or self._strange(proposal.plan, names):
            return None
        if self._at_fault(proposal.plan, replace(requests, **chosen), names):
            return None
        return " ".join(_option(proposal.plan, name) for name in names)

    def _strange(self, plan: AddressPlan, names: Names) -> bool:
        """Whether the nodes would move to the shared range, where nothing of what was given lies.

        It was made for carriers [F5], and others use it as well: nothing tells that it is the user's to take.
        """
        requests = self._requests
        given = [*requests.within, *(requests.vnet if isinstance(requests.vnet, tuple) else ())]
        given += [requests.subnet] if isinstance(requests.subnet, IPNetwork) else []
        moved = [*(plan.vnet if "vnet" in names else ()), *([plan.subnet] if "subnet" in names else [])]
        shared = limits.SHARED_RANGE
        return any(each is not None and each in shared for each in moved) and not any(
            overlap(each, shared) for each in given
        )

    def _at_fault(self, plan: AddressPlan, requests: RangeRequests, names: Names) -> bool:
        """Whether a rule on places still blames one of the named ranges."""
        context = rules.RuleContext(plan, requests, self._reserved.touching(plan.networks()), lambda name: None)
        options = {OPTIONS.get(name, DNS_OPTION) for name in names}
        #: A new subnet must not bring its network into an error, either.
        around = {OPTIONS["vnet"]} if "vnet" in requests.existing and "subnet" in names else set()
        return any(
            (finding.severity is not Severity.INFO and not options.isdisjoint(finding.subject))
            or (finding.severity is Severity.ERROR and not around.isdisjoint(finding.subject))
            for finding in rules.check(context, rules.PLACE_RULES)
        )


def _option(plan: AddressPlan, name: str) -> str:
    if name == "vnet":
        return f"{OPTIONS[name]} {' '.join(str(prefix) for prefix in plan.vnet)}"
    return f"{OPTIONS.get(name, DNS_OPTION)} {getattr(plan, name)}"

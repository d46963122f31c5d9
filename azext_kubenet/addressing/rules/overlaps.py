"""Rules on pairs of ranges.

That Azure compares no two of them before minutes of creation have passed is why this planner exists [C12].
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from netaddr import IPNetwork

from azext_kubenet.addressing.model import Origin, Reservation, Severity
from azext_kubenet.addressing.networks import overlap
from azext_kubenet.addressing.rules.case import NAMES, OPTIONS, Case, Fault, Find, Rule

#: How many of the ranges that one overlaps are worth naming.
_NAMED = 3


def _pair(one: str, other: str, matters: Callable[[Case, IPNetwork], bool] = lambda case, network: True) -> Find:
    """A rule that two ranges may not overlap, unless the first one's case is another rule's."""

    def find(case: Case) -> Iterator[Fault]:
        for _, network in case.ranges(one):
            for _, against in case.ranges(other):
                if matters(case, network) and overlap(network, against):
                    yield Fault(
                        (OPTIONS[one], OPTIONS[other]),
                        f"{NAMES[one]} {network} overlaps {NAMES[other]} {against}",
                        _either(case, one, other),
                    )

    return find


def _either(case: Case, one: str, other: str) -> str:
    """Values for either of two ranges, whichever the user is free to change."""
    choices = [choice for choice in (case.suggest(one), case.suggest(other)) if choice]
    return f"use {', or '.join(choices)}" if choices else case.instead(one)


def _clear_of_subnet(case: Case, network: IPNetwork) -> bool:
    return case.plan.subnet is None or not overlap(network, case.plan.subnet)


def _subnet_outside(case: Case) -> Iterator[Fault]:
    for _, subnet in case.ranges("subnet"):
        if case.plan.vnet and not any(subnet in prefix for prefix in case.plan.vnet):
            prefixes = ", ".join(str(prefix) for prefix in case.plan.vnet)
            yield Fault(
                (OPTIONS["subnet"], OPTIONS["vnet"]),
                f"subnet {subnet} is not inside virtual network {prefixes}",
                case.instead("subnet"),
            )


def _own_prefixes(case: Case) -> Iterator[Fault]:
    prefixes = case.plan.vnet
    keep = [one for one in dict.fromkeys(prefixes) if not any(one in other for other in prefixes if one != other)]
    pairs = [f"{prefix} and {other}" for prefix, other in combinations(prefixes, 2) if overlap(prefix, other)]
    if pairs:
        more = f", and so do {len(pairs) - _NAMED} more pairs" if len(pairs) > _NAMED else ""
        yield Fault(
            (OPTIONS["vnet"],),
            f"virtual network prefixes {', '.join(pairs[:_NAMED])} overlap{more}",
            f"use {OPTIONS['vnet']} {' '.join(str(each) for each in keep)}",
        )


def _docker_bridge(case: Case) -> Iterator[Fault]:
    for _, bridge in case.ranges("docker_bridge"):
        for name, network in case.ranges(*case.for_nodes, "pods", "services"):
            if overlap(bridge, network):
                yield Fault(
                    (OPTIONS["docker_bridge"], OPTIONS[name]),
                    f"docker bridge network {bridge} overlaps {NAMES[name]} {network}",
                    case.instead("docker_bridge"),
                )


def _excluded(case: Case) -> Iterator[Fault]:
    for name, network in case.ranges(*case.for_nodes, "pods", "services", "docker_bridge"):
        hit = _hit(case, network, lambda origin: origin is not Origin.SUBNET)
        if hit:
            message = f"{NAMES[name]} {network} overlaps {_named(hit)}"
            yield Fault((OPTIONS[name], "--exclude-prefixes"), message, case.instead(name))


def _existing_subnet(case: Case) -> Iterator[Fault]:
    for name, network in case.ranges("subnet", "pods", "services", "docker_bridge"):
        hit = _hit(case, network, lambda origin: origin is Origin.SUBNET)
        if hit:
            yield Fault((OPTIONS[name],), f"{NAMES[name]} {network} overlaps {_named(hit)}", case.instead(name))


def _hit(case: Case, network: IPNetwork, counts: Callable[[Origin], bool]) -> list[Reservation]:
    """The reservations of some origins that a range overlaps."""
    return [each for each in case.taken if counts(each.origin) and overlap(network, each.network)]


def _named(hit: Sequence[Reservation]) -> str:
    """The largest of some reservations, by name, and how many more there are."""
    largest = sorted(hit, key=lambda each: (each.network.prefixlen, each.network.first))
    names = ", ".join(f"{each.network} ({each.reason})" for each in largest[:_NAMED])
    return names if len(hit) <= _NAMED else f"{names} and {len(hit) - _NAMED} more"


ERROR = Severity.ERROR
RULES = (
    Rule("subnet-outside-vnet", ERROR, True, "G1", _subnet_outside),
    Rule("vnet-prefixes-overlap", ERROR, True, "G1", _own_prefixes),
    Rule("pod-subnet-overlap", ERROR, True, "G2", _pair("pods", "subnet")),
    Rule("pod-vnet-overlap", ERROR, False, "G3 P", _pair("pods", "vnet", _clear_of_subnet)),
    Rule("service-subnet-overlap", ERROR, True, "G4", _pair("services", "subnet")),
    Rule("service-vnet-overlap", ERROR, False, "G5 P", _pair("services", "vnet", _clear_of_subnet)),
    Rule("pod-service-overlap", ERROR, True, "G6", _pair("pods", "services")),
    Rule("docker-bridge-overlap", ERROR, False, "D5 P", _docker_bridge),
    Rule("existing-subnet-overlap", ERROR, True, "G1 G2 G4 G17", _existing_subnet),
    Rule("excluded-range-overlap", ERROR, False, "G7 G8 G9 G10 G14", _excluded),
)

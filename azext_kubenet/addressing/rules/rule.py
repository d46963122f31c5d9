"""What a rule looks at, and the words in which it answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing.model import AddressPlan, ClusterSize, RangeRequests, Reservation, Severity
from azext_kubenet.addressing.registry import RULES, Rule
from azext_kubenet.addressing.wording import NAMES, OPTIONS

__all__ = ["NAMES", "OPTIONS", "Find", "PlanRule", "RuleContext", "Violation", "rule"]


class Violation(NamedTuple):
    """One breach of a rule: the options at fault, what is wrong with which value, what to type instead.

    severity, azure_refuses: where they are not the rule's.
    """

    options: tuple[str, ...]
    message: str
    recommendation: str = ""
    severity: Severity | None = None
    azure_refuses: bool | None = None


class RuleContext(NamedTuple):
    """A plan, complete or not, with what it was made from.

    suggest: options and values to type instead of a range (vnet, subnet, pods, services, docker_bridge); None when
    there are none. elsewhere: ranges of clusters that are not connected, of which some may be shared; given_only: the
    plan is what was given, and nothing is chosen yet.
    """

    plan: AddressPlan
    requests: RangeRequests
    reservations: Sequence[Reservation]
    suggest: Callable[[str], str | None]
    elsewhere: Sequence[Reservation] = ()
    given_only: bool = False

    @property
    def size(self) -> ClusterSize:
        """What must fit."""
        return self.plan.size

    @property
    def for_nodes(self) -> tuple[str, ...]:
        """The ranges that lay claim to space for nodes, and can be blamed for it.

        The network, and a subnet that is not in it; or only a given subnet, if the network was made for that.
        """
        subnet = self.requests.subnet
        if not isinstance(subnet, IPNetwork):
            return ("vnet",)
        if not isinstance(self.requests.vnet, tuple):
            return ("subnet",)
        return ("vnet",) if any(subnet in prefix for prefix in self.plan.vnet) else ("vnet", "subnet")

    def ranges(self, *names: str) -> Iterator[tuple[str, IPNetwork]]:
        """Name and network of the decided ranges among those named; a network comes once for each of its prefixes."""
        for name in names:
            if name == "vnet":
                yield from (("vnet", prefix) for prefix in self.plan.vnet)
                continue
            network = getattr(self.plan, name)
            if network is not None:
                yield name, network.cidr

    def instead(self, name: str) -> str:
        """What to type instead of a range that cannot stay."""
        text = self.suggest(name)
        if text:
            return f"use {text}"
        if name == "docker_bridge":
            return f"leave {OPTIONS[name]} out"  # it is never sent, and nothing is lost
        if name in self.requests.existing:  # it is not ours to change
            return f"use another {NAMES[name]}"
        return f"use another {OPTIONS[name]}, or free address space for it"


Find = Callable[[RuleContext], Iterator[Violation]]


class PlanRule(NamedTuple):
    """A rule on a plan, and what finds its breaches."""

    rule: Rule
    find: Find


def rule(name: str, find: Find) -> PlanRule:
    """A rule of the registry, with what finds its breaches."""
    return PlanRule(RULES[name], find)

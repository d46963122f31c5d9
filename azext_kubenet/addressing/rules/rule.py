"""What a rule looks at, and the words in which it answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Fix, LeaveOut, SetOptions, Severity, advise
from azext_kubenet.addressing.model import AddressPlan, ClusterSize, RangeKind, RangeRequests, Reservation
from azext_kubenet.addressing.registry import RULES, Rule


class Violation(NamedTuple):
    """One breach of a rule: the options at fault, what is wrong with which value, and what to do.

    severity, azure_refuses: where they are not the rule's.
    """

    options: tuple[str, ...]
    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    azure_refuses: bool | None = None


class RuleContext(NamedTuple):
    """A plan, complete or not, with what it was made from.

    suggest: gives options to set instead of a range, None when there are none
    elsewhere: ranges of clusters that are not connected, of which some may be shared
    given_only: the plan is what was given, and nothing is chosen yet
    """

    plan: AddressPlan
    requests: RangeRequests
    reservations: Sequence[Reservation]
    suggest: Callable[[RangeKind], SetOptions | None]
    elsewhere: Sequence[Reservation] = ()
    given_only: bool = False

    @property
    def size(self) -> ClusterSize:
        """What must fit."""
        return self.plan.size

    @property
    def for_nodes(self) -> tuple[RangeKind, ...]:
        """The ranges that lay claim to space for nodes, and can be blamed for it.

        The network, and a subnet that is not in it; or only a given subnet, if the network was made for that.
        """
        subnet = self.requests.subnet.network
        if subnet is None:
            return (RangeKind.VNET,)
        if not self.requests.vnet.is_fixed:
            return (RangeKind.SUBNET,)
        inside = any(subnet in prefix for prefix in self.plan.vnet)
        return (RangeKind.VNET,) if inside else (RangeKind.VNET, RangeKind.SUBNET)

    def sizes(self, kind: RangeKind) -> Iterator[tuple[str, IPNetwork]]:
        """A range in words and as a network of its size: the decided one, or else one of the size that is requested."""
        prefixlen, decided = self.requests[kind].prefixlen, False
        for _, network in self.plan.ranges(kind):
            decided = True
            yield str(network), network
        if prefixlen is not None and not decided:
            yield f"size /{prefixlen}", IPNetwork((0, prefixlen), version=4)

    def instead(self, kind: RangeKind) -> tuple[Fix, ...]:
        """What to do about a range that cannot stay."""
        suggested = self.suggest(kind)
        if suggested is not None:
            return (suggested,)
        if kind is RangeKind.DOCKER_BRIDGE:  # it is never sent, and nothing is lost
            return (LeaveOut((kind.option,)),)
        if kind in self.requests.existing and kind in (RangeKind.PODS, RangeKind.SERVICES):
            return advise(f"the {kind.words} of a cluster cannot be changed: choose another name for a new one")
        if kind in self.requests.existing:  # it is not ours to change
            return advise(f"use another {kind.words}")
        return advise(f"use another {kind.option}, or free address space for it")


Find = Callable[[RuleContext], Iterator[Violation]]


class PlanRule(NamedTuple):
    """A rule on a plan, and what finds its breaches."""

    rule: Rule
    find: Find


def rule(name: str, find: Find) -> PlanRule:
    """A rule of the registry, with what finds its breaches."""
    return PlanRule(RULES[name], find)

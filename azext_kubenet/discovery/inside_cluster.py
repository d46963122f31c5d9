"""What only a cluster's own API shows: its nodes, what keeps them from being drained, what matters to a move. Pure.

Whatever keeps it from being seen is kept beside what is seen, part by part: nothing of it is taken for fine. [R20-R27]
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.discovery.inside_command import Part
from azext_kubenet.discovery.topology import ranges


class Condition(NamedTuple):
    """A condition of a node, and why it is as it is."""

    kind: str
    status: str
    reason: str = ""
    message: str = ""


class InsideNode(NamedTuple):
    """A node as the cluster shows it.

    block: its part of the pod CIDR, None while it has none
    address: its IPv4 address, "" if it shows none
    age: seconds since it joined, None if that is not shown
    conditions: Ready, and all others that hold
    is_shut_down: whether its machine does not run, and is meant not to
    """

    name: str
    block: IPNetwork | None = None
    address: str = ""
    age: int | None = None
    conditions: tuple[Condition, ...] = ()
    is_shut_down: bool = False

    @property
    def not_ready(self) -> Condition | None:
        """Its condition Ready, unless that holds, or its machine is off; one that is unknown where it shows none."""
        if self.is_shut_down:
            return None
        ready = next((each for each in self.conditions if each.kind == "Ready"), Condition("Ready", "Unknown"))
        return None if ready.status == "True" else ready

    @property
    def network_unavailable(self) -> Condition | None:
        """Its condition NetworkUnavailable, if that holds: it has no route."""
        return next((each for each in self.conditions if each.kind == "NetworkUnavailable"), None)


class Budget(NamedTuple):
    """A PodDisruptionBudget that allows no eviction now.

    at_least, unavailable: its minAvailable and maxUnavailable, "" for the one that it does not have
    pods: how many it covers; healthy: how many of them are; wanted: how many must be
    """

    namespace: str
    name: str
    at_least: str
    unavailable: str
    pods: int
    healthy: int
    wanted: int

    @property
    def never_allows_any(self) -> bool:
        """Whether it allows none, whatever pods it covers: AKS refuses changes for it, before they begin. [K25]"""
        return self.unavailable in ("0", "0%")

    @property
    def never_allows(self) -> bool:
        """Whether it allows none even while all of its pods are healthy."""
        return self.never_allows_any or self.wanted >= self.pods


class IpMasq(NamedTuple):
    """A ConfigMap of rules of masquerading, and its contents. [K24]"""

    name: str
    contents: str


class DaemonSet(NamedTuple):
    """A DaemonSet that may write iptables: on the network of its nodes, and privileged.

    names_iptables: whether its containers name them
    of_aks: whether AKS manages it
    """

    namespace: str
    name: str
    names_iptables: bool
    of_aks: bool


class Policy(NamedTuple):
    """A NetworkPolicy that names ranges or, by their names, ports."""

    namespace: str
    name: str
    ranges: tuple[str, ...]
    named_ports: tuple[str, ...]

    def within(self, networks: Sequence[IPNetwork]) -> list[str]:
        """Its ranges that overlap some networks."""
        return [each for each in self.ranges if any(a in b or b in a for a in ranges([each]) for b in networks)]


class CalicoObject(NamedTuple):
    """An object of Calico's that holds somebody's rules; namespace: "" for one of the whole cluster."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True)
class InsideCluster:  # pylint: disable=too-many-instance-attributes
    """What a cluster's own API shows.

    nodes: all of them
    budgets: those that allow no eviction now
    ip_masq, daemon_sets, policies, calico: what matters to a move to Azure CNI Overlay
    counts: how many objects there are, whether or not they are of interest, by part
    cut: the parts that are not seen whole, and how much of them is
    unread: the parts of which nothing is known, and why
    """

    nodes: tuple[InsideNode, ...] = ()
    budgets: tuple[Budget, ...] = ()
    ip_masq: tuple[IpMasq, ...] = ()
    daemon_sets: tuple[DaemonSet, ...] = ()
    policies: tuple[Policy, ...] = ()
    calico: tuple[CalicoObject, ...] = ()
    counts: Mapping[Part, int] = field(default_factory=dict)
    cut: Mapping[Part, str] = field(default_factory=dict)
    unread: Mapping[Part, str] = field(default_factory=dict)


class NotInspected(NamedTuple):
    """Nothing of the inside is known.

    why: in words; mend: what to do to have it looked at, "" for nothing
    """

    why: str
    mend: str = ""

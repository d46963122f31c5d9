"""What Azure knows of clusters and shows in no answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .run_commands import Result


@dataclass(frozen=True)
class Stop:
    """Why all nodes of a cluster are not rolled to the end.

    code, message: of the operation's error, and of `status.provisioningError`.
    pool: the one that stays behind; "" is the last.
    outcome: Failed or Canceled.
    rolled: whether the other pools came through, and the half of the one that stays behind.
    """

    code: str
    message: str
    pool: str = ""
    outcome: str = "Failed"
    rolled: bool = True


@dataclass
class Memory:
    """All by lower-case ids.

    tables: the route table that a cluster's nodes are written into, by cluster.
    numbers: the next instance number of a scale set, or of the machines of a pool that has none.
    resting: the nodes that went when a cluster was stopped, their routes left behind, by cluster.
    results: what came of commands run in clusters, by the command's token.
    moving: the clusters on their way from kubenet to Azure CNI Overlay, those that were left halfway among them.
    unrolled: the names of the pools whose nodes are still to be made anew, by cluster.
    stops: what the next move of a cluster ends with.
    masquerading: the clusters with a ConfigMap azure-ip-masq-agent-config of the user's.
    undrainable: the disruption budget that lets no node of a cluster go, by cluster.
    unsatisfiable: the clusters of those where AKS sees so before it begins.
    """

    tables: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    resting: dict[str, set[str]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    moving: set[str] = field(default_factory=set)
    unrolled: dict[str, set[str]] = field(default_factory=dict)
    stops: dict[str, Stop] = field(default_factory=dict)
    masquerading: set[str] = field(default_factory=set)
    undrainable: dict[str, Stop] = field(default_factory=dict)
    unsatisfiable: set[str] = field(default_factory=set)

    def is_behind(self, cluster: str, pool: str) -> bool:
        """Whether the nodes of a pool are still those of kubenet, whatever the cluster's profile says."""
        return cluster in self.moving and pool in self.unrolled.get(cluster, ())

    def forget(self, cluster: str, group: str) -> None:
        """A cluster that is gone, with all in its node resource group."""
        for known in (self.tables, self.resting, self.unrolled, self.stops, self.undrainable):
            known.pop(cluster, None)
        for named in (self.moving, self.masquerading, self.unsatisfiable):
            named.discard(cluster)
        for key in [each for each in self.numbers if each.startswith(group + "/")]:
            del self.numbers[key]

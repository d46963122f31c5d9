"""What Azure knows of clusters and shows in no answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .run_commands import Result


@dataclass
class Memory:
    """All by lower-case ids.

    tables: the route table that a cluster's nodes are written into, by cluster.
    numbers: the next instance number of a scale set, or of the machines of a pool that has none.
    resting: the nodes that went when a cluster was stopped, their routes left behind, by cluster.
    results: what came of commands run in clusters, by the command's token.
    """

    tables: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    resting: dict[str, set[str]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)

    def forget(self, cluster: str, group: str) -> None:
        """A cluster that is gone, with all in its node resource group."""
        self.tables.pop(cluster, None)
        self.resting.pop(cluster, None)
        for key in [each for each in self.numbers if each.startswith(group + "/")]:
            del self.numbers[key]

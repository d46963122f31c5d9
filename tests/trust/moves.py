"""Ways of moving a cluster to Azure CNI Overlay, each in an Azure of its own, and what must hold at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.cli import running_clusters
from tests.trust.bench import Bench, Cut, Ran

MOVE = "kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected policy-gap --yes"


@dataclass(frozen=True)
class MoveWay:
    """A cluster to be moved. options: beyond those of every move; puts: of the cluster, one for each step."""

    name: str
    shape: Callable[[Any], Any]
    options: str = ""
    puts: int = 1

    def __str__(self) -> str:
        return self.name


WAYS = (
    MoveWay("own network", running_clusters.own_network),
    MoveWay("network of AKS", running_clusters.network_of_aks),
    MoveWay("own table, to a firewall", running_clusters.own_table),
    MoveWay("calico, to none", running_clusters.calico, puts=2),
    MoveWay("calico, to cilium", running_clusters.calico, "--then cilium", puts=3),
    MoveWay("another pod CIDR", running_clusters.own_network, "--pod-cidr /15"),
)


class Seeding:  # pylint: disable=too-few-public-methods
    """What seeds a cluster as in the tests of commands: they know a server, and here it is the bench's."""

    def __init__(self, bench: Bench):
        self.arm = bench.arm


@dataclass
class MoveStory:
    """One way, and what is sent on it."""

    bench: Bench
    way: MoveWay
    made: Any = None
    taken: int = 0  # the PUTs of the cluster that Azure has taken, in all runs

    def begin(self) -> list[str]:
        """A cluster on kubenet; the words of the move."""
        self.bench.fresh()
        self.made = self.way.shape(Seeding(self.bench))
        self.taken = 0
        self._counting()
        return [*MOVE.split(), *self.way.options.split(), "-o", "json"]

    def run(self, words: list[str], cut: Cut | None = None) -> Ran:
        """One run."""
        return self.bench.run(words, cut=cut)

    def _counting(self) -> None:
        """Count what Azure takes: the ledger has the answers, which may not be Azure's, or be lost."""
        clusters = self.bench.cloud.clusters
        put = clusters.put

        def counted(rid: Any, call: Any) -> Any:
            answer = put(rid, call)
            self.taken += 1
            return answer

        clusters.put = counted  # type: ignore[method-assign]

    def state(self) -> dict[str, Any]:
        """What a move changes: the profile, states, tags, tables and routes."""
        store, shown = self.bench.cloud.store, self.bench.cloud.shown(running_clusters.CLUSTER)
        assert shown is not None
        properties = shown["properties"]
        pools = [each["provisioningState"] for each in properties["agentPoolProfiles"]]
        subnets = {each: (store[each]["properties"].get("routeTable") or {}).get("id") for each in self.made.subnets}
        routes = sorted(key for key in store if "/routes/" in key)
        tables = sorted(key for key in store if key.split("/")[-2:-1] == ["routetables"])
        tags = sorted(
            (key, (store[key].get("tags") or {}).get("aks-managed-azure-cni-overlay", ""))
            for key in store if key.split("/")[-2:-1] == ["virtualmachinescalesets"]
        )  # fmt: skip
        return {
            # its outbound address has another name in each Azure
            "profile": {
                key: each for key, each in properties["networkProfile"].items() if key != "loadBalancerProfile"
            },
            "states": [properties["provisioningState"], *pools],
            "subnets": subnets,
            "routes": routes,
            "tables": tables,
            "tags": tags,
        }


def proven(ran: Ran) -> bool:
    """Whether a run ended with the cluster moved, and proven to have."""
    return ran.code == 0 and bool(ran.json["proof"]) and ran.json["proof"]["holds"]

"""A fleet as plain objects: the rows that Azure Resource Graph would show of it, and nothing of our own code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from random import Random
from typing import Any

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.graph import Page
from azext_kubenet.discovery import fleet_rows

REFUSED = AzureError(403, "AuthorizationFailed", "the client does not have authorization")
#: What mv-expand shows of a network.
MOST_SUBNETS = 400


@dataclass
class Net:
    """A subnet: its prefix length, addresses in use, and the id of its table, "" for none."""

    id: str
    length: int
    used: int
    table: str = ""
    shown: bool = True


@dataclass
class Pool:
    """A pool. said: nodes as the cluster says; real: those of its scale set, None without one that is shown."""

    name: str
    said: int
    real: int | None
    most: int
    surge: str
    subnet: str = ""
    stopped: bool = False


@dataclass
class Cluster:
    """A cluster. network: the id of the network of its nodes."""

    sub: str
    group: str
    name: str
    network: str
    pools: list[Pool]
    length: int
    stopped: bool = False
    own: bool = True

    @property
    def id(self) -> str:
        return (
            f"/subscriptions/{self.sub}/resourceGroups/{self.group}/providers/Microsoft.ContainerService"
            f"/managedClusters/{self.name}"
        )

    @property
    def node_group(self) -> str:
        return f"MC_{self.group}_{self.name}"


@dataclass
class World:
    """Everything. tables: by id, their routes; others: subnets of nobody's clusters that have a table."""

    clusters: list[Cluster] = field(default_factory=list)
    subnets: list[Net] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)  # networks outside of what is asked about


class FakeReader:
    """Answers the queries from a world, ids in whichever capitals."""

    def __init__(self, world: World, dice: Random):
        self.world, self.dice = world, dice
        self.asked: list[tuple[str, Any]] = []

    def search_in(self, scope: Any, query: str, understand: Any, watch: Any = lambda _: None) -> Future[Any]:
        self.asked.append((query, scope))
        future: Future[Any] = Future()
        kind = next((name for name, each in KINDS.items() if each == query), "whole")
        if kind in self.world.refused:
            future.set_exception(REFUSED)
            return future
        rows = [*getattr(self, f"_{kind}")(query)]
        watch(Page(rows, len(rows), False))
        future.set_result([understand(row) for row in rows])
        return future

    def _any(self, text: str) -> str:
        return self.dice.choice((text, text.lower(), text.upper()))

    def _clusters(self, _: str) -> Iterator[dict[str, Any]]:
        for each in self.world.clusters:
            pools = [
                {
                    "name": pool.name, "count": pool.said, "type": "VirtualMachineScaleSets", "vmSize": "s",
                    "upgradeSettings": {"maxSurge": pool.surge}, "provisioningState": "Succeeded",
                    **({"enableAutoScaling": True, "minCount": 1, "maxCount": pool.most} if pool.most else {}),
                    **({"vnetSubnetID": self._any(pool.subnet)} if pool.subnet else {}),
                    "powerState": {"code": "Stopped" if pool.stopped else "Running"},
                }
                for pool in each.pools
            ]  # fmt: skip
            yield {
                "id": each.id, "nodes": self._any(each.node_group), "pools": pools, "identity": "UserAssigned",
                "network": {"networkPlugin": "kubenet", "podCidr": f"10.0.0.0/{each.length}"}, "running": "1.33.1",
                "state": "Succeeded", "power": {"code": "Stopped" if each.stopped else "Running"},
            }  # fmt: skip

    def _subnets(self, _: str) -> Iterator[dict[str, Any]]:
        seen: dict[str, int] = {}
        for each in self.world.subnets:
            network = each.id.rpartition("/subnets/")[0]
            seen[network] = seen.get(network, 0) + 1
            if each.shown and seen[network] <= MOST_SUBNETS and network not in self.world.elsewhere:
                used = each.used or self.dice.choice((0, None))
                prefix = f"10.1.0.0/{each.length}"
                one = self.dice.random() < 0.5
                yield {
                    "id": network, "subnet": self._any(each.id), "prefix": prefix if one else "", "used": used,
                    "prefixes": None if one else [prefix, "fd00::/64"], "table": self._any(each.table),
                }  # fmt: skip

    def _whole(self, query: str) -> Iterator[dict[str, Any]]:
        wanted = [each.lower() for each in re.findall(r"'(/[^']+)'", query)]
        networks: dict[str, list[Net]] = {}
        for each in self.world.subnets:
            networks.setdefault(each.id.rpartition("/subnets/")[0], []).append(each)
        for network, subnets in networks.items():
            if network.lower() in wanted:
                yield {"id": network, "subnets": [self._body(each) for each in subnets if each.shown]}

    def _body(self, net: Net) -> dict[str, Any]:
        configurations = [{"id": f"{net.id}/nic{number}/ip"} for number in range(net.used)]
        table = {"routeTable": {"id": net.table}} if net.table else {}
        properties = {"addressPrefix": f"10.1.0.0/{net.length}", "ipConfigurations": configurations, **table}
        return {"id": net.id, "name": net.id.rpartition("/")[2], "properties": properties}

    def _tables(self, _: str) -> Iterator[dict[str, Any]]:
        for table, routes in self.world.tables.items():
            subnets = [{"id": self._any(each.id)} for each in self.world.subnets if each.table.lower() == table.lower()]
            yield {"id": self._any(table), "count": routes, "subnets": subnets}

    def _scale_sets(self, _: str) -> Iterator[dict[str, Any]]:
        for each in self.world.clusters:
            for pool in each.pools:
                if pool.real is not None:
                    scale_set = (
                        f"/subscriptions/{each.sub}/resourceGroups/{each.node_group}/providers/Microsoft.Compute"
                        f"/virtualMachineScaleSets/aks-{pool.name}-1-vmss"
                    )
                    yield {"id": self._any(scale_set), "pool": pool.name, "capacity": pool.real, "overlay": ""}

    def _subscriptions(self, _: str) -> Iterator[dict[str, Any]]:
        for sub in sorted({each.sub for each in self.world.clusters}):
            yield {"id": f"/subscriptions/{sub}", "subscriptionId": self._any(sub)}


KINDS = {
    "clusters": fleet_rows.CLUSTERS,
    "subnets": fleet_rows.SUBNETS,
    "tables": fleet_rows.TABLES,
    "scale_sets": fleet_rows.SCALE_SETS,
    "subscriptions": fleet_rows.SUBSCRIPTIONS,
}


def random_world(dice: Random) -> World:
    """Some clusters: in own subnets and in networks of AKS's, stopped, shared, hidden, full, without a table."""
    world = World()
    for number in range(dice.randint(1, 6)):
        sub, own = f"Sub{number % 2}", dice.random() < 0.7
        cluster = Cluster(
            sub, f"Group{number % 2}", f"c{number}", "", [], dice.randint(16, 20), dice.random() < 0.2, own
        )
        place = f"/subscriptions/{sub}/resourceGroups/" + ("Net" if own else cluster.node_group)
        cluster.network = f"{place}/providers/Microsoft.Network/virtualNetworks/" + ("vnet" if own else "aks-vnet-1")
        managed = not own or dice.random() < 0.5
        group = cluster.node_group if managed else "Net"
        table = f"/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/routeTables/rt{number}"
        names = [f"n{number}a", f"n{number}b"][: dice.randint(1, 2)] if own else ["aks-subnet"]
        subnets = [
            Net(f"{cluster.network}/subnets/{name}", dice.randint(24, 27), 0, dice.choice((table, table, table, "")))
            for name in names
        ]
        for index in range(dice.randint(1, 3)):
            said = dice.randint(1, 9)
            stopped = cluster.stopped or dice.random() < 0.1
            real = dice.choice((None, 0 if stopped else said, said + 2))
            net = dice.choice(subnets)
            most = dice.choice((0, said + dice.randint(0, 30)))
            surge = dice.choice(("1", "10%", "33%", "100%"))
            cluster.pools.append(Pool(f"p{index}", said, real, most, surge, net.id if own else "", stopped))
            net.used += (real or 0) if stopped else said if real is None else real
        for net in subnets:
            net.used += dice.randint(0, 12)
            net.shown = dice.random() < 0.9
        if own and dice.random() < 0.15:  # behind more subnets than are shown row by row
            world.subnets += [Net(f"{cluster.network}/subnets/x{number}-{each}", 28, 0) for each in range(MOST_SUBNETS)]
        if own and dice.random() < 0.3:
            world.subnets.append(Net(f"{cluster.network}/subnets/other{number}", 28, 0, table))
        world.subnets += subnets
        if dice.random() < 0.9:
            world.tables[table] = dice.randint(0, 420)
        world.clusters.append(cluster)
    world.refused = {each for each in ("tables", "scale_sets", "subscriptions") if dice.random() < 0.1}
    return world

"""What lies around one cluster of a fleet: subnets with all that takes their addresses, scale sets, the route table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..aks import defaults
from ..core.ids import ResourceId
from ..core.store import Body
from . import fleet_bodies
from .estate_bodies import NET
from .estate_space import Space, text
from .fleet_bodies import FleetMaker
from .fleet_plan import Plan, Pool

AKS_NETWORK, AKS_SUBNET = "10.224.0.0/12", "10.224.0.0/16"
RESERVED = 5  # addresses of a subnet that Azure keeps for itself
FIREWALL = "10.250.0.4"
GONE = 500  # the number of the first node that is gone and has left its route


@dataclass(frozen=True)
class Subnet:
    """A subnet in which a cluster has nodes.

    used: addresses taken, by whomever
    usable: those that can be
    table: the route table on it, or ""
    """

    id: str
    prefix: str
    used: int
    usable: int
    table: str

    @property
    def free(self) -> int:
        return self.usable - self.used


@dataclass
class Ground:
    """A network of a user's, with the space that is left in it. hidden: whether no query shows its next subnets."""

    id: str
    scope: str
    space: Space
    hidden: bool


class Site:
    """Filled by `settle`, then put in by `bodies`."""

    def __init__(self, make: FleetMaker, plan: Plan, rid: ResourceId, nodes: str, location: str) -> None:
        self.make, self.plan, self.rid, self.nodes, self.location = make, plan, rid, nodes, location
        self.scope = ResourceId(rid.subscription, rid.group).text()
        self.figures = defaults.digits(rid)
        self.network, self.own, self.hidden = (
            f"{nodes}/providers/{NET}/virtualNetworks/aks-vnet-{self.figures}",
            "",
            False,
        )
        self.subnets: list[Subnet] = []
        self.table, self.spare, self.routes = "", "", 0

    def settle(self, ground: Ground | None) -> None:
        """Choose subnets and table; None for a network of AKS's making."""
        if self.plan.kubenet:
            base = self.scope if self.plan.own_table else self.nodes
            name = f"rt-{self.rid.name}" if self.plan.own_table else f"aks-agentpool-{self.figures}-routetable"
            self.table = f"{base}/providers/{NET}/routeTables/{name}"
        prefixes = [AKS_SUBNET]
        if ground:
            self.network, self.own, self.hidden = ground.id, ground.scope, ground.hidden
            prefixes = [text(ground.space.take(_length(count, self.plan.free))) for count in self._counts()]
            self.spare = text(ground.space.take(28)) if self.plan.extra_subnet and self.table else ""
        table = self.table if self.plan.attached else ""
        for index, (prefix, count) in enumerate(zip(prefixes, self._counts(), strict=True)):
            usable = (1 << 32 - int(prefix.rpartition("/")[2])) - RESERVED
            used = count if self.plan.free is None else usable - self.plan.free
            self.subnets.append(Subnet(self._subnet_id(index), prefix, used, usable, table))

    def _counts(self) -> list[int]:
        """Nodes in each subnet."""
        counts = [pool.nodes for pool in self.plan.pools]
        split = self.plan.split and len(counts) > 1
        return [sum(counts[:-1]), counts[-1]] if split else [sum(counts)]

    def _subnet_id(self, index: int) -> str:
        name = f"nodes-{self.rid.name}" + ("-more" if index else "") if self.own else "aks-subnet"
        return f"{self.network}/subnets/{name}"

    def subnet_of(self, pool: int) -> Subnet:
        """Where a pool stands."""
        return self.subnets[-1 if pool == len(self.plan.pools) - 1 else 0]

    def bodies(self) -> Iterator[Body]:
        """Everything, in an order in which it could have been made."""
        nat = ""
        if self.plan.outbound == "userAssignedNATGateway":
            nat = f"{self.scope}/providers/{NET}/natGateways/nat-{self.rid.name}"
            yield self.make.plain(nat, NET + "/natGateways", self.location, {"idleTimeoutInMinutes": 4})
        if not self.own:
            yield from self.make.network(self.network, self.location, [AKS_NETWORK], {})
        for subnet in self.subnets:
            yield self.make.subnet(subnet.id, subnet.prefix, subnet.table, nat)
        if self.spare:
            yield self.make.subnet(f"{self.network}/subnets/other-{self.rid.name}", self.spare, self.table)
        yield from self._machines()
        if self.table:
            routes = list(self._routes())
            self.routes = len(routes)
            yield from self.make.table(self.table, self.location, routes)

    def _machines(self) -> Iterator[Body]:
        """Scale sets and interfaces of nodes, and interfaces of others in the same subnets."""
        hosts = {subnet.id: fleet_bodies.hosts(subnet.prefix) for subnet in self.subnets}
        for index, pool in enumerate(self.plan.pools):
            subnet = self.subnet_of(index)
            name, nodes = fleet_bodies.node_names(pool, self.figures)
            if name:
                yield self.make.scale_set(self.nodes, name, self.location, self.plan, pool, subnet.id)
            ids = fleet_bodies.interface_ids(self.nodes, name, nodes)
            yield from self.make.interfaces(ids, self.location, subnet.id, hosts[subnet.id])
        for index, (subnet, count) in enumerate(zip(self.subnets, self._counts(), strict=True)):
            names = (f"vm-{self.rid.name}-{index}-{number}-nic" for number in range(subnet.used - count))
            ids = [f"{self.own}/providers/{NET}/networkInterfaces/{name}" for name in names]
            yield from self.make.interfaces(ids, self.location, subnet.id, hosts[subnet.id])

    def _routes(self) -> Iterator[tuple[str, str, str]]:
        """The user's own route, then one a node; the last may be missing, and nodes that are gone may have one."""
        if self.plan.own_table:
            yield "to-firewall", "0.0.0.0/0", FIREWALL
        hosts = {subnet.id: fleet_bodies.hosts(subnet.prefix) for subnet in self.subnets}
        nodes: list[tuple[str, str]] = []
        for index, pool in enumerate(self.plan.pools):
            names = fleet_bodies.node_names(_routed(self.plan, pool), self.figures)[1]
            nodes += zip(names, hosts[self.subnet_of(index).id], strict=False)
        kept = nodes[: len(nodes) - self.plan.missing]
        first = self.plan.pools[0]
        scale_set = fleet_bodies.node_names(first, self.figures)[0] or f"aks-{first.name}-{self.figures}-vmss"
        kept += [(scale_set + fleet_bodies.base36(GONE + number), FIREWALL) for number in range(self.plan.stale)]
        for (name, hop), block in zip(kept, fleet_bodies.blocks(self.plan.pods), strict=False):
            yield f"{name}____{block.translate(_PUNCTUATION)}", block, hop


_PUNCTUATION = str.maketrans("", "", ".:/")


def _routed(plan: Plan, pool: Pool) -> Pool:
    """A pool with the nodes that have routes: a cluster that was stopped leaves those of its nodes."""
    return replace(pool, nodes=pool.shown or 0) if plan.power == "Stopped" else pool


def _length(count: int, free: int | None) -> int:
    """The smallest subnet that has room for so many: exactly, or with plenty to spare."""
    wanted = 2 * count + 20 if free is None else count + free
    return min(29, 32 - (wanted + RESERVED - 1).bit_length())

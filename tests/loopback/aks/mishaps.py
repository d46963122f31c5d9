"""What goes wrong in a cluster that runs, for tests of who looks at it::

    cluster = Mishaps(arm.cloud, "/subscriptions/.../managedClusters/shop")
    cluster.lose_table()
    cluster.lose_route()                    # of the last node; any other by its name

Everything is done at once, by nobody: no right is asked, no rule is kept, nothing is in the ledger. Whatever takes a
node takes the last one where none is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.ids import ResourceId, parse
from ..core.store import Body, new_etag
from ..network import addresses
from . import counts, instances, node_routes, nodes, own_network
from .instances import Node
from .memory import Stop
from .node_addresses import NodeAddresses

if TYPE_CHECKING:
    from ..server.cloud import Cloud

NOWHERE = "192.0.2.77"  # an address that no node has


class Mishaps:
    """One cluster."""

    def __init__(self, cloud: Cloud, cluster: str) -> None:
        found = parse(cluster)
        assert found is not None, cluster
        self.cloud, self.rid = cloud, found

    # -- what is there

    @property
    def body(self) -> Body:
        """The cluster as it is kept."""
        return self.cloud.store[self.rid.key]

    @property
    def nodes(self) -> list[Node]:
        """The nodes, pool after pool."""
        return instances.nodes_of(self.cloud, self.body)

    @property
    def table(self) -> ResourceId:
        """The table with which the cluster was made."""
        found = parse(self.cloud.memory.tables[self.rid.key])
        assert found is not None
        return found

    @property
    def routes(self) -> dict[str, Body]:
        """The cluster's routes in that table, each by the node that it is named after."""
        found = self.cloud.store.children(self.table.key, "routes")
        return {node_routes.node_of(route): route for route in found if node_routes.is_of(self.rid, route)}

    @property
    def subnets(self) -> list[str]:
        """The ids of the subnets of the pools."""
        return own_network.subnets_of(self.cloud, self.rid, self.body, instances.group_of(self.body))

    def node(self, name: str = "") -> Node:
        """A node by its name, the last one without."""
        return next(node for node in reversed(self.nodes) if name in ("", node.name))

    # -- the table

    def lose_table(self, subnet: str = "") -> None:
        """Take the table off a subnet, off all of them where none is named (R16)."""
        for each in [subnet] if subnet else self.subnets:
            self._associate(each, None)

    def put_table(self, table: str, subnet: str = "") -> None:
        """Put another table on a subnet, or on all of them (R16)."""
        for each in [subnet] if subnet else self.subnets:
            self._associate(each, {"id": table})

    def _associate(self, subnet: str, reference: Body | None) -> None:
        body = self.cloud.store[subnet]
        kept = {key: value for key, value in body["properties"].items() if key != "routeTable"}
        inner = {**kept, **({"routeTable": reference} if reference else {})}
        self.cloud.store[subnet] = {**body, "properties": inner, "etag": new_etag()}

    # -- the routes

    def lose_route(self, node: str = "") -> str:
        """Delete a node's route; its name (R11)."""
        route = self.routes[self.node(node).name]
        del self.cloud.store[route["id"]]
        return str(route["name"])

    def stale_route(self, node: str = "", block: str = "", address: str = NOWHERE) -> str:
        """A route of a node that is gone, for a block that nobody has; its name (R12)."""
        gone = node or f"{self.node().name[:-6]}{instances.base36(36**6 - 1)}"
        return self._route(gone, block or self.free_block(), address)

    def misroute(self, node: str = "", address: str = NOWHERE) -> str:
        """Give a node's route a next hop that is not the node's; its name (R13)."""
        route = self.routes[self.node(node).name]
        inner = {**route["properties"], "nextHopIpAddress": address}
        self.cloud.store[route["id"]] = {**route, "properties": inner}
        return str(route["name"])

    def second_route(self, name: str = "by-hand", node: str = "", address: str = NOWHERE) -> str:
        """A second route for a node's block, named as given (R14). Azure refuses two routes of one table for a prefix
        (RouteConflict): seen only where that was not looked at.
        """
        block = self.routes[self.node(node).name]["properties"]["addressPrefix"]
        return str(node_routes.put_route(self.cloud, self.table, name, block, address)["name"])

    def route_outside(self, block: str = "172.29.7.0/24", node: str = "") -> str:
        """Give a node a route for a block outside the pod CIDR in place of its own; its name (R14)."""
        found = self.node(node)
        if found.name in self.routes:
            self.lose_route(found.name)
        return self._route(found.name, block, found.address)

    def _route(self, node: str, block: str, address: str) -> str:
        name = node_routes.route_name(node, block)
        return str(node_routes.put_route(self.cloud, self.table, name, block, address)["name"])

    def free_block(self) -> str:
        """The last block of the pod CIDR that no route has."""
        pods = addresses.read(self.body["properties"]["networkProfile"]["podCidr"])
        assert pods is not None
        routes = self.cloud.store.children(self.table.key, "routes")
        used = {route["properties"]["addressPrefix"] for route in routes}
        blocks = [str(block) for block in pods.subnets(new_prefix=24)]
        return next(block for block in reversed(blocks) if block not in used)

    # -- the nodes

    def scale(self, number: int, pool: str = "", routed: bool = True) -> None:
        """Have a pool, the first where none is named, run so many nodes. routed: whether the routes follow; else new
        nodes lack theirs and those of gone nodes stay.
        """
        pools = self.body["properties"]["agentPoolProfiles"]
        place = next(at for at, each in enumerate(pools) if pool in ("", each["name"]))
        pools[place] = counts.scaled(pools[place], number)
        self._settle([], routed)

    def lose_node(self, node: str = "", routed: bool = True) -> str:
        """Take one node out of its pool; its name. routed: whether its route goes too."""
        found = self.node(node)
        pools = self.body["properties"]["agentPoolProfiles"]
        place = next(at for at, each in enumerate(pools) if each["name"] == found.pool)
        pools[place] = counts.without(pools[place], [found.size])
        self._settle([found], routed)
        return found.name

    def _settle(self, leaving: list[Node], routed: bool) -> None:
        if routed:
            nodes.reconcile(self.cloud, self.rid, self.body, leaving)
            return
        group = instances.group_of(self.body)
        for node in leaving:
            instances.take_away(self.cloud, node)
        security = own_network.security_group(self.cloud, self.rid, self.body["location"], group)
        instances.settle(self.cloud, self.rid, self.body, self.subnets[0], security)

    def readdress(self, node: str = "", address: str = "") -> Node:
        """Give a node another address, a free one where none is named, which its route does not follow (R13)."""
        found = self.node(node)
        wanted = address or NodeAddresses(self.cloud).take(found.subnet)
        body = self.cloud.store[found.interface]
        (configuration,) = body["properties"]["ipConfigurations"]
        changed = {**configuration, "properties": {**configuration["properties"], "privateIPAddress": wanted}}
        inner = {**body["properties"], "ipConfigurations": [changed]}
        self.cloud.store[found.interface] = {**body, "properties": inner}
        return self.node(found.name)

    # -- the cluster

    def stop(self) -> None:
        """As ``az aks stop`` leaves it (R33)."""
        self.cloud.clusters.set_power(self.rid, "Stopped")

    def start(self) -> None:
        """As ``az aks start`` leaves it."""
        self.cloud.clusters.set_power(self.rid, "Running")

    def fail(self, code: str = "", message: str = "", pool: str = "") -> None:
        """Leave the cluster, or one of its pools, Failed; with a code, `status.provisioningError` says why (R2)."""
        properties = self.body["properties"]
        found = [each for each in properties["agentPoolProfiles"] if each["name"] == pool] if pool else [properties]
        for each in found:
            each["provisioningState"] = "Failed"
            if code:
                each["status"] = {"provisioningError": {"code": code, "message": message}}

    # -- what stands against a move to Azure CNI Overlay

    def fail_next_move(
        self, code: str = "InternalOperationError", message: str = "", pool: str = "", rolled: bool = True
    ) -> None:
        """Have the next move end Failed and leave a pool behind, the last where none is named (K40). rolled: whether
        the others came through.
        """
        self.cloud.memory.stops[self.rid.key] = Stop(code, message or "The move did not end.", pool, rolled=rolled)

    def cancel_next_move(self, pool: str = "") -> None:
        """Have the next move end Canceled, as an abort leaves it (K41)."""
        stop = Stop("Canceled", "Operation is being canceled by user", pool, "Canceled")
        self.cloud.memory.stops[self.rid.key] = stop

    def masquerade_by_hand(self, there: bool = True) -> None:
        """Put a ConfigMap azure-ip-masq-agent-config into the cluster, or take it away (K24)."""
        (self.cloud.memory.masquerading.add if there else self.cloud.memory.masquerading.discard)(self.rid.key)

    def block_drain(self, pool: str = "", early: bool = False) -> None:
        """Have a disruption budget let no node of a pool go, so that whatever rolls the nodes ends Failed (K25). early:
        the budget never can, so that AKS refuses at the PUT.
        """
        text = "Drain node failed: Too Many Requests: Cannot evict pod: blocked by pdb web"
        self.cloud.memory.undrainable[self.rid.key] = Stop("UpgradeFailed", text, pool)
        if early:
            self.cloud.memory.unsatisfiable.add(self.rid.key)

    def let_drain(self) -> None:
        """Take that budget away."""
        self.cloud.memory.undrainable.pop(self.rid.key, None)
        self.cloud.memory.unsatisfiable.discard(self.rid.key)

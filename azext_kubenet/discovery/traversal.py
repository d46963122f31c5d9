"""The walk from a network to what it is connected to. Pure: who shows it is a Source.

It asks in rounds, each for all that is known to be needed: peers, own gateways, route tables and clusters; what their
connections lead to, and the gateways of peers that serve the network too; what those lead to.
"""

from collections.abc import Iterator
from typing import TypeVar

from azext_kubenet.azure.models import Cluster, Peering, RouteTable, VirtualNetwork
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import (
    Clusters,
    Connection,
    Connections,
    Gateway,
    Kind,
    Refusal,
    Shown,
    Site,
    Source,
    Want,
)

T = TypeVar("T")
#: A want, and what it is called in a sentence.
_Called = tuple[Want, str]


class Traversal:
    """A network, and what has been shown of what it is connected to."""

    def __init__(self, network: VirtualNetwork):
        self.own = network
        self.peers = {peering.remote: peering for peering in network.peerings if peering.remote}
        self._known = {network.id, *self.peers}
        self._called: dict[Want, str] = {}
        self._shown: dict[Want, Shown] = {}

    # -- asking

    def through(self, source: Source) -> None:
        """Ask for all that matters, round by round, until nothing more is known of."""
        while asked := self._unasked():
            answers = source.look([want for want, _ in asked])
            for (want, words), answer in zip(asked, answers, strict=True):
                self._called[want] = words
                self._shown[want] = answer

    def _unasked(self) -> list[_Called]:
        """What is known to be needed and was not asked for; the first to name a thing calls it."""
        wanted: dict[Want, str] = {}
        for want, words in self._wanted():
            if want not in self._shown:
                wanted.setdefault(want, words)
        return [*wanted.items()]

    def _wanted(self) -> Iterator[_Called]:
        for peering in self.peers.values():
            yield Want(Kind.NETWORK, peering.remote), f"network {peering.remote.name} (peered as {peering.name})"
        for table in self._table_ids():
            yield Want(Kind.TABLE, table), f"route table {table.name}"
        for place in (self.own.id, *(peering.remote for peering in self.peers.values()), *self._further()):
            subscription = place.subscription_id
            if subscription:
                yield Want(Kind.CLUSTERS, subscription), f"clusters of subscription {subscription.name}"
        for gateway in self.gateways():
            yield Want(Kind.GATEWAY, gateway), f"gateway {gateway.name}"
            yield Want(Kind.CONNECTIONS, gateway), f"gateway {gateway.name}"
        for connection in self.connections():
            yield from self._ends(connection)

    def _ends(self, connection: Connection) -> Iterator[_Called]:
        behind = f"(behind connection {connection.id.name})"
        if connection.site:
            yield Want(Kind.SITE, connection.site), f"local network gateway {connection.site.name} {behind}"
        for gateway in self._far(connection):
            yield Want(Kind.GATEWAY, gateway), f"gateway {gateway.name} {behind}"
        for network in self.networks_behind(connection):
            yield Want(Kind.NETWORK, network), f"network {network.name} {behind}"

    # -- what has been shown

    def refused(self) -> Iterator[tuple[Want, str, Refusal]]:
        """What was asked for and not shown: what it is called, and why not."""
        for want, answer in self._shown.items():
            if isinstance(answer, Refusal):
                yield want, self._called[want], answer

    def _of(self, kind: Kind, resource_id: ResourceId, expected: type[T]) -> T | None:
        found = self._shown.get(Want(kind, resource_id))
        return found if isinstance(found, expected) else None

    def prefixes_of(self, network_id: ResourceId) -> tuple[str, ...]:
        """The space of a network as it shows it itself; none where it could not be read."""
        found = self._of(Kind.NETWORK, network_id, VirtualNetwork)
        return found.prefixes if found else ()

    def clients_of(self, gateway_id: ResourceId) -> tuple[str, ...]:
        """The space of those who dial in to a gateway."""
        found = self._of(Kind.GATEWAY, gateway_id, Gateway)
        return found.clients if found else ()

    def site_of(self, connection: Connection) -> tuple[str, ...]:
        """The space on-premises at the other end of a connection."""
        found = self._of(Kind.SITE, connection.site, Site)
        return found.prefixes if found else ()

    def _table_ids(self) -> list[ResourceId]:
        return [each for each in dict.fromkeys(subnet.route_table for subnet in self.own.subnets) if each]

    def tables(self) -> Iterator[RouteTable]:
        """The route tables on the network's subnets, each once."""
        for table in self._table_ids():
            yield (self._of(Kind.TABLE, table, RouteTable) or RouteTable(table))._replace(id=table)

    def gateways(self) -> list[ResourceId]:
        """Ids of the gateways that serve the network: its own, and those of peers that it uses."""
        used = [peering for peering in self.peers.values() if peering.remote_gateways and not peering.lost]
        peers = [self._of(Kind.NETWORK, peering.remote, VirtualNetwork) for peering in used]
        return [*self.own.gateways, *(gateway for peer in peers if peer for gateway in peer.gateways)]

    def connections(self) -> Iterator[Connection]:
        """What those gateways are connected to."""
        for gateway in self.gateways():
            yield from (self._of(Kind.CONNECTIONS, gateway, Connections) or Connections()).items

    def near(self, connection: Connection) -> list[ResourceId]:
        """The gateways at the near end of a connection."""
        near = {*self.gateways()}
        return [each for each in connection.gateways if each in near]

    def _far(self, connection: Connection) -> list[ResourceId]:
        """The gateways at the far end of a connection between networks."""
        near = self.near(connection)
        return [each for each in connection.gateways if each not in near]

    def networks_behind(self, connection: Connection) -> list[ResourceId]:
        """Ids of the networks at the far end of a connection, but for the own and its peers."""
        far = [self._of(Kind.GATEWAY, gateway, Gateway) for gateway in self._far(connection)]
        networks = [network for gateway in far if gateway for network in gateway.networks]
        return [each for each in networks if each not in self._known]

    def behind_peers(self) -> Iterator[tuple[Peering, Peering]]:
        """A peer that passes traffic on, as it is peered, and what it passes traffic on to, as that is."""
        for peering in self.peers.values():
            passes = peering.forwarded and not peering.lost
            peer = self._of(Kind.NETWORK, peering.remote, VirtualNetwork) if passes else None
            for other in peer.peerings if peer else ():
                if other.remote not in self._known and not other.lost:
                    yield peering, other

    def connected(self) -> set[ResourceId]:
        """Ids of all networks that the walk came by."""
        return {*self.peers, *self._further()}

    def near_networks(self) -> set[ResourceId]:
        """Ids of the network and of those that it is connected to, however far that is."""
        near = (remote for remote, peering in self.peers.items() if not peering.lost)
        return {self.own.id, *near, *self._further()}

    def _further(self) -> list[ResourceId]:
        """Ids of the networks that are connected, but for the peers: behind those, and behind connections."""
        behind = [network for each in self.connections() for network in self.networks_behind(each)]
        return [*(other.remote for _, other in self.behind_peers() if other.remote), *behind]

    def clusters(self) -> Iterator[tuple[Cluster, bool]]:
        """The clusters of the subscriptions, and whether each is in the network or in one that it is connected to."""
        near = self.near_networks()
        for answer in self._shown.values():
            if isinstance(answer, Clusters):
                yield from ((cluster, lies_in(cluster, near)) for cluster in answer.items)


def lies_in(cluster: Cluster, networks: set[ResourceId]) -> bool:
    """Whether a cluster's nodes are in one of some networks. Without a subnet of its own, AKS made it a network."""
    if cluster.subnets:
        return any(each.parent in networks for each in cluster.subnets)
    return any(cluster.node_group.contains(each) for each in networks)

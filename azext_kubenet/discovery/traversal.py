"""The walk from a network to what it is connected to. Pure: who shows it is a Source.

It asks in rounds, each for all that is known to be needed: peers, own gateways, route tables and clusters; what their
connections lead to, and the gateways of peers that serve the network too; what those lead to.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, VirtualNetwork
from azext_kubenet.azure.peerings import Peering
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import (
    Clusters,
    ConnectedGroups,
    Connection,
    Connections,
    Gateway,
    Kind,
    Known,
    Refusal,
    Shown,
    Site,
    Source,
    Want,
)

T = TypeVar("T")
NOTHING = Known()
#: What has the address of a node of AKS: its scale set. Recorded subnets.
_NODE = re.compile(r"/virtualmachinescalesets/aks-[^/]+/", re.IGNORECASE)
#: A want, and what it is called in a sentence.
_Called = tuple[Want, str]


class Traversal:
    """A network, and what has been shown of what it is connected to.

    known: what need not be asked for
    """

    def __init__(self, network: VirtualNetwork, known: Known = NOTHING):
        self.own = network
        self.peers = {peering.remote: peering for peering in network.peerings if peering.remote and _is_ipv4(peering)}
        self._before = known
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
        if self.own.id:
            yield Want(Kind.GROUPS, self.own.id), f"Network Manager's configurations of network {self.own.id.name}"
        for peering in self.peers.values():
            yield Want(Kind.NETWORK, peering.remote), f"network {peering.remote.name} (peered as {peering.name})"
        for table in self._table_ids():
            yield Want(Kind.TABLE, table), f"route table {table.name}"
        for place in (self.own.id, *self.peers, *(remote for remote, _ in self._further()), *self._nodes()):
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
        for gateway in self.far(connection):
            yield Want(Kind.GATEWAY, gateway), f"gateway {gateway.name} {behind}"
        for network in self.networks_behind(connection):
            yield Want(Kind.NETWORK, network), f"network {network.name} {behind}"

    def _nodes(self) -> Iterator[ResourceId]:
        """Ids of what has the addresses of nodes in the network: their cluster may be in another subscription."""
        for subnet in self.own.subnets:
            yield from (each for each in subnet.configurations if _NODE.search(str(each)))

    # -- what has been shown

    def asked(self) -> Iterable[Want]:
        """All that was asked for."""
        return self._shown.keys()

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
        found = self._of(Kind.NETWORK, network_id, VirtualNetwork) or self._before.networks.get(network_id)
        return found.prefixes if found else ()

    def peered_of(self, peering: Peering) -> tuple[str, ...]:
        """The space of the other network of a peering, as the peering and, of a whole one, as itself shows it."""
        if peering.ipv6_alone:
            return ()
        if peering.whole:
            return (*peering.prefixes, *self.prefixes_of(peering.remote))
        network = self._of(Kind.NETWORK, peering.remote, VirtualNetwork)
        subnets = [network.subnet(name) for name in peering.subnets] if network and not peering.prefixes else []
        return (*peering.prefixes, *(prefix for each in subnets if each for prefix in each.prefixes))

    def is_gone(self, network_id: ResourceId) -> bool:
        """Whether Azure says that there is no such network."""
        found = self._shown.get(Want(Kind.NETWORK, network_id))
        return isinstance(found, Refusal) and found.is_absence

    def behind_gateway(self, gateway_id: ResourceId) -> Gateway:
        """What a gateway shows; nothing where it could not be read."""
        return self._of(Kind.GATEWAY, gateway_id, Gateway) or Gateway(gateway_id)

    def connected_groups(self) -> ConnectedGroups:
        """What connects the network without a peering."""
        return self._of(Kind.GROUPS, self.own.id, ConnectedGroups) or ConnectedGroups()

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
        """Ids of the gateways that serve the network: its own, and those of peers that it uses.

        A peering names these, too, where the peer itself may not be read.
        """
        found = [*self.own.gateways]
        for peering in self.peers.values():
            if peering.remote_gateways and not peering.lost:
                peer = self._of(Kind.NETWORK, peering.remote, VirtualNetwork)
                found += [*peering.gateways, *(peer.gateways if peer else ())]
        return [*dict.fromkeys(found)]

    def route_servers(self) -> list[ResourceId]:
        """Ids of the Azure Route Servers that serve the network: its own, and those of peers that it uses.

        Azure lets a network use either a gateway or a route server of a peer by the same setting of the peering.
        https://learn.microsoft.com/azure/route-server/route-server-faq
        """
        found = [*self.own.route_servers]
        for peering in self.peers.values():
            if peering.remote_gateways and not peering.lost:
                peer = self._of(Kind.NETWORK, peering.remote, VirtualNetwork)
                found += peer.route_servers if peer else ()
        return [*dict.fromkeys(found)]

    def connections(self) -> Iterator[Connection]:
        """What those gateways are connected to."""
        for gateway in self.gateways():
            yield from (self._of(Kind.CONNECTIONS, gateway, Connections) or Connections()).items

    def near(self, connection: Connection) -> list[ResourceId]:
        """The gateways at the near end of a connection."""
        near = {*self.gateways()}
        return [each for each in connection.gateways if each in near]

    def far(self, connection: Connection) -> list[ResourceId]:
        """The gateways at the far end of a connection between networks."""
        near = self.near(connection)
        return [each for each in connection.gateways if each not in near]

    def networks_behind(self, connection: Connection) -> list[ResourceId]:
        """Ids of the networks at the far end of a connection, but for the own and its peers."""
        far = [self._of(Kind.GATEWAY, gateway, Gateway) for gateway in self.far(connection)]
        networks = [network for gateway in far if gateway for network in gateway.networks]
        return [each for each in networks if each not in self._known]

    def behind_peers(self) -> Iterator[tuple[Peering, Peering]]:
        """A peer that passes traffic on, as it is peered, and what it passes traffic on to, as that is."""
        for peering in self.peers.values():
            passes = peering.forwarded and not peering.lost
            peer = self._of(Kind.NETWORK, peering.remote, VirtualNetwork) if passes else None
            for other in peer.peerings if peer else ():
                if other.remote not in self._known and not other.lost and _is_ipv4(other):
                    yield peering, other

    def connected(self) -> set[ResourceId]:
        """Ids of all networks whose whole space the walk came by, and of the gateways and sites behind which it looked.

        Of a peer that the network is no longer connected to, nothing but its space matters.
        """
        networks = {remote for remote, subnets in (*self._near_peers(), *self._further()) if not subnets}
        lost = {remote for remote, peering in self.peers.items() if peering.lost and peering.whole}
        ends = {end for each in self.connections() for end in (each.site, *self.far(each)) if end}
        return {*networks, *lost, *self.gateways(), *ends}

    def near_places(self) -> set[ResourceId]:
        """Ids of the network and of those that it is connected to, however far; of some, ids of the peered subnets."""
        found = {self.own.id}
        for network, subnets in (*self._near_peers(), *self._further()):
            found.update([ResourceId(f"{network}/subnets/{each}") for each in subnets] or [network])
        return found

    def _near_peers(self) -> Iterator[tuple[ResourceId, tuple[str, ...]]]:
        """Ids of the peers, each with the names of the subnets that are peered, none where all are."""
        for remote, peering in self.peers.items():
            if not peering.lost:
                yield remote, _subnets(peering)

    def _further(self) -> Iterator[tuple[ResourceId, tuple[str, ...]]]:
        """The same of networks that are connected, but for the peers: behind those, and behind connections."""
        for _, other in self.behind_peers():
            if other.remote:
                yield other.remote, _subnets(other)
        for connection in self.connections():
            yield from ((network, ()) for network in self.networks_behind(connection))

    def clusters(self) -> Iterator[tuple[Cluster, bool]]:
        """All clusters that are known, each once, and whether each is in the network or where it is connected to.

        What was shown tells newer things than what was known before.
        """
        near, seen = self.near_places(), set()
        answers = [answer.items for answer in self._shown.values() if isinstance(answer, Clusters)]
        for cluster in (each for clusters in (*answers, self._before.clusters) for each in clusters):
            if cluster.id not in seen:
                seen.add(cluster.id)
                yield cluster, lies_in(cluster, near)


def _is_ipv4(peering: Peering) -> bool:
    """Whether a peering joins anything that a cluster on kubenet can collide with."""
    return not peering.ipv6_alone


def _subnets(peering: Peering) -> tuple[str, ...]:
    """The names of the other network's subnets that are peered; none where all are. One that is not known is "?"."""
    return () if peering.whole else peering.subnets or ("?",)


def lies_in(cluster: Cluster, places: set[ResourceId]) -> bool:
    """Whether a cluster's nodes are in one of some networks or subnets. Without a subnet, AKS made it a network."""
    if cluster.subnets:
        return any(each in places or each.parent in places for each in cluster.subnets)
    return any(cluster.node_group.contains(each) for each in places)

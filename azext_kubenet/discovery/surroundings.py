"""What a plan inside a network keeps clear of, what it may share, and what it could not see. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from netaddr import IPNetwork, cidr_exclude

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.free_space import covers, interval, merged_networks, touches
from azext_kubenet.addressing.holes import Holes
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reach, Reservation, fixed
from azext_kubenet.addressing.planner.plan_result import plan_given
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import RouteTable, VirtualNetwork
from azext_kubenet.azure.peerings import Peering
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery import coverage
from azext_kubenet.discovery.topology import (
    Known,
    Source,
    Surroundings,
    ranges,
    used,
)
from azext_kubenet.discovery.traversal import NOTHING, Traversal, lies_in


def surroundings(  # pylint: disable=too-many-positional-arguments
    source: Source,
    network: VirtualNetwork,
    planned_subnet: str,
    own_cluster: ResourceId,
    caller: Caller,
    known: Known = NOTHING,
) -> Surroundings:
    """What is taken around a network, what clusters elsewhere use, and what could not be seen.

    planned_subnet: name of the subnet that is planned, which is not taken even if it exists
    own_cluster: id of the cluster that is planned, empty for none
    caller: who lacks the right to see what could not be seen
    known: networks and clusters that need not be asked for; the clusters count wherever they are
    """
    walk = Traversal(network, known)
    walk.through(source)
    own = [*ranges(network.prefixes)]
    inside, near, elsewhere = _clusters(walk, own_cluster)
    beyond = [*_peered(walk), *_behind(walk), *_onpremises(walk), *near]
    planned = network.subnet(planned_subnet)
    routed = [*_routed(walk, planned.route_table if planned else ResourceId())]
    taken = [*own_subnets(network, planned_subnet), *clear_of(own, beyond), *inside, *clear_of(own, routed)]
    findings = [
        *coverage.unreadable(walk, caller),
        *coverage.disconnected(walk),
        *coverage.overlapping(network, own, [each for each in beyond if _strange(own, each)]),
        *coverage.not_shown(walk),
        *coverage.summaries(walk),
        *_holes(own, [*beyond, *routed]),
    ]
    return Surroundings([*dict.fromkeys(taken)], [*dict.fromkeys(elsewhere)], findings, walk.connected())


def own_subnets(network: VirtualNetwork, planned_subnet: str = "") -> Iterator[Reservation]:
    """The subnets of a network, in all of their prefixes, but for the one that is planned."""
    for subnet in network.subnets:
        if subnet.name.lower() != planned_subnet.lower():
            yield from reserved(subnet.prefixes, f"subnet {subnet.name} of {network.id.name}", Origin.SUBNET)


def clear_of(own: Sequence[IPNetwork], found: Iterable[Reservation]) -> Iterator[Reservation]:
    """Reservations without the network's own prefixes: traffic to these stays inside, whoever else uses them."""
    space = merged_networks(own)
    for each in found:
        if touches(space, interval(each.network)):
            yield from (each._replace(network=part, whole=each.shown) for part in _without(each.network, own))
        else:
            yield each


def _without(network: IPNetwork, own: Sequence[IPNetwork]) -> list[IPNetwork]:
    parts = [network]
    for prefix in own:
        parts = [rest for part in parts for rest in (cidr_exclude(part, prefix) if overlap(part, prefix) else [part])]
    return parts


def _holes(own: Sequence[IPNetwork], found: Iterable[Reservation]) -> Iterator[Finding]:
    """What the rules say of the network's own prefixes inside larger routed ranges, which are cut out of those."""
    requests = RangeRequests(vnet=fixed(*own))
    holes = Holes(requests)
    around = [each for each in found if each.origin is Origin.ROUTE and holes.within(each)]
    for each in plan_given(ClusterSize(), requests, around).findings if around else ():
        if each.rule == "hole-in-routed-range":
            yield each


def _strange(own: Sequence[IPNetwork], each: Reservation) -> bool:
    """Whether it claims the network's own space; on-premises, a summary that holds all of it claims nothing.

    A network that is not connected claims nothing of it.
    """
    if each.origin is Origin.VNET:
        return False
    summary = each.origin is Origin.ROUTE
    return any(overlap(each.network, prefix) and not (summary and prefix in each.network) for prefix in own)


def reserved(
    prefixes: Iterable[str], reason: str, origin: Origin, reach: Reach = Reach.CONNECTED
) -> Iterator[Reservation]:
    """A reservation for each of some prefixes."""
    return (Reservation(network, reason, origin, reach=reach) for network in ranges(prefixes))


def _peered(walk: Traversal) -> Iterator[Reservation]:
    """The space of the peers, as the peering and as the peer itself show it. What was deleted has none."""
    for peering in walk.own.peerings:
        if peering.lost and walk.is_gone(peering.remote):
            continue
        reason = f"{_network(peering)}peered as {peering.name}{_state(peering)}"
        yield from reserved(walk.peered_of(peering), reason, _origin(peering))


def _origin(peering: Peering) -> Origin:
    """Through a lost peering no traffic flows any more; one that waits for its other side is on its way."""
    return Origin.VNET if peering.lost else Origin.PEERING


def _network(peering: Peering) -> str:
    return f"network {peering.remote.name}, " if peering.remote else "a network "


def _state(peering: Peering) -> str:
    if peering.connected:
        return "" if peering.whole else " by some subnets"
    if peering.waits:
        return ", which waits for its other side"
    return ", which has lost its other side" if peering.lost else ", which is not connected"


def _behind(walk: Traversal) -> Iterator[Reservation]:
    """The space that peers pass traffic on to, and the networks that gateways connect to."""
    for peering, other in walk.behind_peers():
        reason = f"{_network(other)}behind peer {peering.remote.name}, which passes traffic on"
        yield from reserved(walk.peered_of(other), reason, Origin.PEERING)
    for connection in walk.connections():
        for network in walk.networks_behind(connection):
            reason = f"network {network.name}, behind connection {connection.id.name}"
            yield from reserved(walk.prefixes_of(network), reason, Origin.PEERING)


def _onpremises(walk: Traversal) -> Iterator[Reservation]:
    """What lies behind the gateways: sites, and clients that dial in."""
    for gateway in walk.gateways():
        shows = walk.behind_gateway(gateway)
        yield from reserved(shows.clients, f"VPN clients of gateway {gateway.name}", Origin.ROUTE)
        nat = f"on-premises behind gateway {gateway.name} (NAT rules)"
        yield from reserved(shows.translated, nat, Origin.ROUTE)
    for connection in walk.connections():
        for gateway in walk.far(connection):
            clients = f"VPN clients of gateway {gateway.name}, behind connection {connection.id.name}"
            yield from reserved(walk.behind_gateway(gateway).clients, clients, Origin.ROUTE)
        reason = f"on-premises behind connection {connection.id.name}"
        site = f"{reason} (local network gateway {connection.site.name})"
        yield from reserved(used(walk.site_of(connection)), site, Origin.ROUTE)
        yield from reserved(used(connection.selected), f"{reason} (traffic selectors)", Origin.ROUTE)


def _routed(walk: Traversal, own_table: ResourceId) -> Iterator[Reservation]:
    """Where the route tables send traffic, but for the routes to the pods of clusters that are near.

    own_table: id of the table on the planned subnet, empty for none; the cluster deletes routes in no other [B18]
    """
    pods = merged_networks([each for cluster, near in walk.clusters() if near for each in ranges(cluster.pods)])
    for table in walk.tables():
        for each in (*_leading_on(table), *(_to_nobody(table) if table.id == own_table else ())):
            if not covers(pods, interval(each.network)):
                yield each


def _leading_on(table: RouteTable) -> Iterator[Reservation]:
    """The routes of a table that lead to somebody."""
    routes = [route for route in table.routes if route.leads_on]
    kept = used([route.prefix for route in routes])
    for route in routes:
        if route.prefix in kept:
            yield from reserved([route.prefix], f"route {route.name} of route table {table.id.name}", Origin.ROUTE)


def _to_nobody(table: RouteTable) -> Iterator[Reservation]:
    """The others: nobody lives there, and kubenet deletes what of them is inside the pod CIDR [B18]."""
    for route in table.routes:
        if not route.leads_on:
            reason = f"route {route.name} of route table {table.id.name}, next hop type {route.next_hop}"
            found = reserved([route.prefix], reason, Origin.ROUTE, Reach.WITHIN_PODS)
            yield from (each for each in found if each.network.prefixlen >= limits.WIDEST_ROUTE_IN_PODS)


def _clusters(
    walk: Traversal, own_cluster: ResourceId
) -> tuple[list[Reservation], list[Reservation], list[Reservation]]:
    """The ranges of clusters in the network, in others that are near, and elsewhere; the own one's are nobody else's.

    Those in the network hold in its own space, too: a subnet there would block each later upgrade. [G3 G4 G5]
    """
    inside: list[Reservation] = []
    beside: list[Reservation] = []
    elsewhere: list[Reservation] = []
    for cluster, near in walk.clusters():
        if cluster.id != own_cluster:
            own = lies_in(cluster, {walk.own.id})
            (inside if own else beside if near else elsewhere).extend(of_cluster(cluster))
    return inside, beside, elsewhere


def of_cluster(cluster: Cluster) -> Iterator[Reservation]:
    """The ranges of a cluster that lie in no network."""
    yield from reserved(cluster.pods, f"pods of cluster {cluster.id.name}", Origin.CLUSTER)
    yield from reserved(cluster.services, f"services of cluster {cluster.id.name}", Origin.CLUSTER)

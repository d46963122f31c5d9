"""What a walk around a network could not see, and where it saw the network's own space in use, as findings. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Advice, Finding, Fix, RunCommand, Severity, advise
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.summaries import kept_clear
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.azure.peerings import Peering
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import (
    Kind,
    Refusal,
    Want,
    leads_to,
    ranges,
    used,
)
from azext_kubenet.discovery.traversal import Traversal

UNREADABLE = "surroundings-unreadable"
OVERLAPS = "network-overlaps-surroundings"
NOT_SHOWN = "ranges-not-shown"
DISCONNECTED = "peering-disconnected"
#: The right to ask what Azure Virtual Network Manager connects a network to.
_EFFECTIVE = "Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveConnectivityConfigurations/action"
#: How many of many a message names.
_NAMED = 3
_EXCLUDE = "--exclude-prefixes"
_UNSEEN = {
    Kind.NETWORK: "what else it is connected to",
    Kind.GATEWAY: "its network and its VPN clients",
    Kind.CONNECTIONS: "the on-premises ranges and networks that it is connected to",
    Kind.SITE: "the ranges behind it",
    Kind.TABLE: "its routes",
    Kind.CLUSTERS: "pods and services of clusters",
}


def unreadable(walk: Traversal, caller: Caller) -> Iterator[Finding]:
    """A warning for each subscription in which something was refused to the caller, and for each thing that is gone."""
    groups: dict[tuple[ResourceId, Refusal], dict[Want, str]] = {}
    hubs = _virtual_hubs(walk)
    masked = _masked(walk, hubs)
    for want, words, refusal in walk.refused():
        if want.kind is Kind.GROUPS:
            yield _groups_unread(walk, refusal)
        elif not (_is_lost(walk, want) or want in masked):
            place = want.id if refusal.is_absence else want.id.subscription_id
            groups.setdefault((place, refusal), {})[want] = words
    for (_, refusal), found in groups.items():
        message = f"{_hidden(refusal, found)}: {_still(walk, found)}not read: {_behind(walk, found)}"
        yield Finding(UNREADABLE, Severity.WARNING, (), message, _fixes(walk, refusal, [*found], caller))
    yield from (_behind_hub(hub) for hub in hubs)


def _groups_unread(walk: Traversal, refusal: Refusal) -> Finding:
    """A note: to read this needs a right that the role Reader does not have, and few networks are so connected."""
    right = f"; the right to read it, {_EFFECTIVE}, is not in the role Reader" if refusal.status == 403 else ""
    return Finding(
        UNREADABLE,
        Severity.INFO,
        (),
        f"not looked at: whether Azure Virtual Network Manager connects network {walk.own.id.name} to others without a "
        f"peering ({_why(refusal)}{right})",
        advise(f"if it does, add what is in use in these networks: {_EXCLUDE} CIDR"),
    )


def _is_lost(walk: Traversal, want: Want) -> bool:
    """Whether it is the network at the other end of a lost peering, of which another finding speaks."""
    peering = _peering(walk, want)
    return peering is not None and peering.lost


def disconnected(walk: Traversal) -> Iterator[Finding]:
    """A warning for each peering that has lost its other side: no traffic flows, and it can go."""
    for peering in walk.own.peerings:
        if peering.lost:
            remote = f"network {peering.remote.name}" if peering.remote else "the other network"
            state = f"{remote} does not exist" if walk.is_gone(peering.remote) else f"{remote} does not have its side"
            delete = f"az network vnet peering delete --ids {walk.own.id}/virtualNetworkPeerings/{peering.name}"
            yield Finding(
                DISCONNECTED,
                Severity.WARNING,
                (),
                f"peering {peering.name} of network {walk.own.id.name} is Disconnected: {state}, so no traffic flows",
                (RunCommand(delete, "remove it, or create the other side again"),),
            )


def _virtual_hubs(walk: Traversal) -> list[Peering]:
    """The peerings to virtual hubs that are not shown: their networks are in subscriptions of Microsoft's."""
    unread = {want.id for want, _, _ in walk.refused() if want.kind is Kind.NETWORK}
    return [each for each in walk.peers.values() if each.leads_to_virtual_hub and each.remote in unread]


def _masked(walk: Traversal, hubs: Sequence[Peering]) -> set[Want]:
    """What is not shown because a hub is not: its network, its gateways, and clusters where nothing but hubs is."""
    own = {id for hub in hubs for id in (hub.remote, *hub.gateways)}
    found = {Want(kind, id) for id in own for kind in Kind}
    others = {
        walk.own.id.subscription_id,
        *(want.id.subscription_id for want in walk.asked() if want not in found and want.kind is not Kind.CLUSTERS),
    }
    hidden = {hub.remote.subscription_id for hub in hubs} - others
    return found | {Want(Kind.CLUSTERS, each) for each in hidden}


def _behind_hub(peering: Peering) -> Finding:
    """What a virtual hub connects is shown by the hub alone, which nobody can be given a right to by its network."""
    hub = f"virtual hub {peering.virtual_hub}" if peering.virtual_hub else "a virtual hub"
    shown = (
        f"the plan avoids what the peering shows, {listed(_some([*peering.prefixes]))}; " if peering.prefixes else ""
    )
    command = (
        f"az network vhub get-effective-routes -g GROUP -n {peering.virtual_hub or 'HUB'} "
        "--resource-type RouteTable --resource-id TABLE_ID"
    )
    return Finding(
        UNREADABLE,
        Severity.WARNING,
        (),
        f"peering {peering.name} leads to {hub} of a virtual WAN, which is not shown with the network: {shown}"
        "not read: the networks, on-premises ranges and VPN clients that the hub connects",
        advise(f"list what it leads to (extension virtual-wan): {command}; then add it: {_EXCLUDE} CIDR"),
    )


def _hidden(refusal: Refusal, found: Mapping[Want, str]) -> str:
    what = listed(_some(list(dict.fromkeys(found.values()))))
    if refusal.is_absence:
        return f"{what} does not exist"
    return f"{what} could not be read ({_why(refusal)})"


def _why(refusal: Refusal) -> str:
    tenant = f", in tenant {refusal.tenant}" if refusal.tenant else ""
    return f"{refusal.code or f'status {refusal.status}'}{tenant}"


def _behind(walk: Traversal, found: Iterable[Want]) -> str:
    return listed(list(dict.fromkeys(words for want in found for words in _unseen(walk, want))))


def _unseen(walk: Traversal, want: Want) -> Iterator[str]:
    """What is not known for want of an answer. What gateway a peer has is known of it alone, or of the peering."""
    yield _UNSEEN[want.kind]
    peering = _peering(walk, want)
    if peering is not None and peering.remote_gateways and not peering.gateways:
        yield "the on-premises ranges and VPN clients behind its gateway"


def _still(walk: Traversal, found: Iterable[Want]) -> str:
    """What is kept clear of even so: the space that peerings show."""
    shown = [peering for want in found if (peering := _peering(walk, want)) and peering.prefixes]
    prefixes = _some(list(dict.fromkeys(each for peering in shown for each in peering.prefixes)))
    verb = "peering shows" if len(shown) == 1 else "peerings show"
    return f"the plan avoids what the {verb}, {listed(prefixes)}; " if shown else ""


def _fixes(walk: Traversal, refusal: Refusal, wants: Sequence[Want], caller: Caller) -> tuple[Fix, ...]:
    add = Advice(f"add what is in use there: {_EXCLUDE} CIDR")
    if refusal.is_absence:
        peering = _peering(walk, wants[0])
        if peering is None or peering.connected:  # its other side is there, and not shown to this login
            return (add,)
        gone = f"az network vnet peering delete --ids {walk.own.id}/virtualNetworkPeerings/"
        return (RunCommand(f"{gone}{peering.name}", "if it no longer exists"),)
    if refusal.status == 403:
        places = {want.id for want in wants}
        scope = wants[0].id if len(places) == 1 else wants[0].id.subscription_id
        return (RunCommand(caller.grant_command("Reader", str(scope)), "have an administrator run"), add)
    return (add,)


def _peering(walk: Traversal, want: Want) -> Peering | None:
    return walk.peers.get(want.id) if want.kind is Kind.NETWORK else None


def _some(names: list[str]) -> list[str]:
    return names if len(names) <= _NAMED else [*names[:_NAMED], f"{len(names) - _NAMED} more"]


def overlapping(network: VirtualNetwork, own: Sequence[IPNetwork], claims: Sequence[Reservation]) -> Iterator[Finding]:
    """One warning for all that claims the network's own space: inside the network, nobody reaches it."""
    if not claims:
        return
    named = _some(list(dict.fromkeys(f"{each.network} ({each.reason})" for each in claims)))
    mine = dict.fromkeys(str(prefix) for prefix in own for each in claims if overlap(prefix, each.network))
    yield Finding(
        OVERLAPS,
        Severity.WARNING,
        (),
        f"virtual network {network.id.name} ({', '.join(mine)}) overlaps {listed(named)}: traffic to addresses "
        "that both have stays in the network",
        advise("plan in another network, or choose a --subnet-prefix that is not in use elsewhere"),
    )


def not_shown(walk: Traversal) -> Iterator[Finding]:
    """What leads to ranges that Azure's model does not name: what is learned, and all private space at once."""
    learning = [each for each in walk.connections() if each.learns]
    if learning:
        names = dict.fromkeys(f"connection {each.id.name} ({each.learns})" for each in learning)
        message = f"{listed(_some([*names]))} {_does(names, 'learn')} ranges that Azure does not show with the network"
        gateways = dict.fromkeys(near for each in learning for near in walk.near(each)) or ["GATEWAY_ID"]
        look = f"list them: az network vnet-gateway list-learned-routes --ids {' '.join(map(str, gateways))} -o table"
        yield _not_shown(message, f"{look}; then add them: {_EXCLUDE} CIDR")
    yield from _by_route_servers(walk.route_servers())
    groups = dict.fromkeys(each.name for each in walk.connected_groups().configurations)
    if groups:
        message = (
            f"{listed(_some([f'configuration {each}' for each in groups]))} of Azure Virtual Network Manager "
            f"{_does(groups, 'connect')} network {walk.own.id.name} to others without a peering: which ones is not "
            "shown with the network"
        )
        yield _not_shown(message, f"add what is in use in these networks: {_EXCLUDE} CIDR")
    for extent, wide in _wide(walk).items():
        message = f"{listed(_some(wide))} {_does(wide, 'lead')} to {extent}, so what is in use there is not known"
        yield _not_shown(message, f"add what is in use there: {_EXCLUDE} CIDR")


def _by_route_servers(servers: Sequence[ResourceId]) -> Iterator[Finding]:
    """A note for the route servers: what appliances tell them by BGP is in the network's routes, and in no table."""
    if not servers:
        return
    names = [f"route server {each.name} (BGP)" for each in servers]
    message = f"{listed(_some(names))} {_does(names, 'learn')} ranges that Azure does not show with the network"
    first = servers[0]
    there = f"--routeserver {first.name} -g {first.group} --subscription {first.subscription}"
    look = f"list its peers: az network routeserver peering list {there} -o table"
    told = f"and what each tells it: az network routeserver peering list-learned-routes {there} -n PEER"
    yield _not_shown(message, f"{look}; {told}; then add it: {_EXCLUDE} CIDR")


def _wide(walk: Traversal) -> dict[str, list[str]]:
    """What leads to all private space at once, or to half of all addresses, and so is kept clear of nowhere."""
    found: dict[str, list[str]] = {}
    for words, prefixes in _leading_on(walk):
        extent = leads_to(prefixes)
        if extent and words not in found.setdefault(extent, []):
            found[extent].append(words)
    return found


def summaries(walk: Traversal) -> Iterator[Finding]:
    """A note on each summary that is kept clear of as a whole."""
    for words, prefixes in _leading_on(walk):
        yield from kept_clear(words, [*ranges(used(prefixes))], _EXCLUDE)


def _leading_on(walk: Traversal) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Where route tables and connections lead, each in words, with its prefixes."""
    routed = [
        (f"route table {each.id.name}", tuple(route.prefix for route in each.routes if route.leads_on))
        for each in walk.tables()
    ]
    sites = [
        (f"connection {each.id.name}", tuple(prefixes))
        for each in walk.connections()
        for prefixes in (walk.site_of(each), each.selected)
    ]
    return dict.fromkeys((*routed, *sites))


def _does(names: Collection[str], verb: str) -> str:
    return f"{verb}s" if len(names) == 1 else verb


def _not_shown(message: str, recommendation: str) -> Finding:
    return Finding(NOT_SHOWN, Severity.INFO, (_EXCLUDE,), message, advise(recommendation))

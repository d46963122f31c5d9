"""What a walk around a network could not see, and where it saw the network's own space in use, as findings. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Advice, Finding, Fix, RunCommand, Severity, advise
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.models import Peering, VirtualNetwork
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import (
    Kind,
    Refusal,
    Want,
    used,
)
from azext_kubenet.discovery.traversal import Traversal

UNREADABLE = "surroundings-unreadable"
_OVERLAPS = "network-overlaps-surroundings"
NOT_SHOWN = "ranges-not-shown"
#: How many of many a message names.
_NAMED = 3
_EXCLUDE = "--exclude-prefixes"
_UNSEEN = {
    Kind.NETWORK: "what else it is connected to",
    Kind.GATEWAY: "its network and its clients",
    Kind.CONNECTIONS: "what it is connected to",
    Kind.SITE: "the ranges behind it",
    Kind.TABLE: "its routes",
    Kind.CLUSTERS: "pods and services of clusters",
}


def unreadable(walk: Traversal, caller: Caller) -> Iterator[Finding]:
    """A warning for each subscription in which something was refused to the caller, and for each thing that is gone."""
    groups: dict[tuple[ResourceId, Refusal], dict[Want, str]] = {}
    for want, words, refusal in walk.refused():
        place = want.id if _gone(refusal) else want.id.subscription_id
        groups.setdefault((place, refusal), {})[want] = words
    for (_, refusal), found in groups.items():
        message = f"{_hidden(refusal, found)}: {_still(walk, found)}not read: {_behind(found)}"
        yield Finding(UNREADABLE, Severity.WARNING, (), message, _fixes(walk, refusal, [*found], caller))


def _gone(refusal: Refusal) -> bool:
    """Whether Azure says that it is not there; with another code, such as SubscriptionNotFound, it is not shown."""
    return refusal.status == 404 and not refusal.code


def _hidden(refusal: Refusal, found: Mapping[Want, str]) -> str:
    what = listed(_some(list(dict.fromkeys(found.values()))))
    if _gone(refusal):
        return f"{what} does not exist"
    tenant = f", in tenant {refusal.tenant}" if refusal.tenant else ""
    return f"{what} could not be read ({refusal.code or f'status {refusal.status}'}{tenant})"


def _behind(found: Iterable[Want]) -> str:
    return listed(list(dict.fromkeys(_UNSEEN[want.kind] for want in found)))


def _still(walk: Traversal, found: Iterable[Want]) -> str:
    """What is kept clear of even so: the space that peerings show."""
    shown = [peering for want in found if (peering := _peering(walk, want)) and peering.prefixes]
    prefixes = _some(list(dict.fromkeys(each for peering in shown for each in peering.prefixes)))
    verb = "peering shows" if len(shown) == 1 else "peerings show"
    return f"the plan avoids what the {verb}, {listed(prefixes)}; " if shown else ""


def _fixes(walk: Traversal, refusal: Refusal, wants: Sequence[Want], caller: Caller) -> tuple[Fix, ...]:
    add = Advice(f"add what is in use there: {_EXCLUDE} CIDR")
    if _gone(refusal):
        peering = _peering(walk, wants[0])
        if peering is not None and peering.connected:  # its other side is there, and not shown to this login
            return (add,)
        gone = f"az network vnet peering delete --ids {walk.own.id}/virtualNetworkPeerings/"
        return (RunCommand(f"{gone}{peering.name}", "if it no longer exists") if peering else add,)
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
        _OVERLAPS,
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
        gateway = next((near for each in learning for near in walk.near(each)), "GATEWAY_ID")
        look = f"list them: az network vnet-gateway list-learned-routes --ids {gateway} -o table"
        yield _not_shown(message, f"{look}; then add them: {_EXCLUDE} CIDR")
    wide = _wide(walk)
    if wide:
        message = (
            f"{listed(_some(wide))} {_does(wide, 'lead')} to all private space, so what is in use there is not known"
        )
        yield _not_shown(message, f"add what is in use there: {_EXCLUDE} CIDR")


def _wide(walk: Traversal) -> list[str]:
    """What leads to all private space at once, and so is kept clear of nowhere."""
    routed = [(f"route table {each.id.name}", [route.prefix for route in each.routes]) for each in walk.tables()]
    sites = [
        (f"connection {each.id.name}", prefixes)
        for each in walk.connections()
        for prefixes in (walk.site_of(each), each.selected)
    ]
    return list(dict.fromkeys(words for words, prefixes in (*routed, *sites) if len(used(prefixes)) < len(prefixes)))


def _does(names: Collection[str], verb: str) -> str:
    return f"{verb}s" if len(names) == 1 else verb


def _not_shown(message: str, recommendation: str) -> Finding:
    return Finding(NOT_SHOWN, Severity.INFO, (_EXCLUDE,), message, advise(recommendation))

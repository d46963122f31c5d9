"""What a plan keeps clear of: around one network, in whole subscriptions, or both together."""

from collections.abc import Iterator, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Finding, RunCommand, Severity, advise
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reach, Reservation, fixed
from azext_kubenet.addressing.planner.plan_result import plan_given
from azext_kubenet.addressing.reserved_space import touching
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.caller import UNKNOWN, Caller
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import GATEWAY, ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery.coverage import NOT_SHOWN, UNREADABLE
from azext_kubenet.discovery.inventory import Inventory, read_inventory
from azext_kubenet.discovery.network_reads import NetworkSource
from azext_kubenet.discovery.surroundings import clear_of, of_cluster, reserved, surroundings
from azext_kubenet.discovery.topology import (
    Clusters,
    Kind,
    Known,
    Shown,
    Source,
    Surroundings,
    Want,
    ranges,
    used,
)
from azext_kubenet.discovery.traversal import NOTHING
from azext_kubenet.options.choices import SUBSCRIPTION

SEEN = "networks-seen"
_DISCOVER = "--discover"
#: How many of many gateways a message names.
_NAMED = 3
_EXCLUDE = advise("add what is in use elsewhere: --exclude-prefixes CIDR")


def survey_around(
    reader: Reader,
    names: Names,
    own: VirtualNetwork | None,
    subscriptions: Sequence[str] | None,
    given: Sequence[IPNetwork] = (),
    *,
    caller: Caller = UNKNOWN,
) -> Surroundings:
    """What is taken around a network, and in an inventory.

    own: the network that is planned in, None for a new one
    subscriptions: those of the inventory, none named for all that the caller can read, None for no inventory at all
    given: prefixes that the user gave a new network
    caller: who lacks the right to see what could not be seen
    """
    near = NetworkSource(reader)
    if subscriptions is None:
        return Surroundings() if own is None else _around(near, names, own, caller)
    inventory = read_inventory(reader, subscriptions)
    if own is None:
        found = Surroundings(elsewhere=[each for cluster in inventory.clusters for each in of_cluster(cluster)])
    else:
        known = Known(inventory.networks, inventory.clusters)
        found = _around(_Informed(inventory, near, own), names, own, caller, known)
    near_by = found.connected | ({own.id} if own else set())
    others = [*_others(inventory, near_by)]
    sites = [*_places(inventory, near_by, is_network=False)]
    if own is not None:
        given = [*ranges(own.prefixes)]
        sites = [*clear_of(given, sites)]
    taken = [*found.reservations, *clear_of(given, others), *sites]
    overlapped = touching(others, given) if own is None else []
    seen = _seen(inventory, discovered_scope(names, subscriptions, caller), caller)
    learned = _learned(inventory, near_by)
    findings = [*found.findings, *_shared(given, overlapped), *_unread(inventory), *learned, seen]
    elsewhere = [*dict.fromkeys(found.elsewhere)]
    return Surroundings([*dict.fromkeys(taken)], elsewhere, findings, found.connected, overlapped)


def discovered_scope(names: Names, subscriptions: Sequence[str], caller: Caller) -> str:
    """Where a role is needed to see all of an inventory; the current subscription where the tenant is not known."""
    everywhere = "" if subscriptions else caller.everywhere
    return everywhere or f"/subscriptions/{subscriptions[0] if subscriptions else names.subscription}"


def _seen(inventory: Inventory, scope: str, caller: Caller) -> Finding:
    """What the inventory is made of: Azure Resource Graph leaves out what the caller may not read, without a word."""
    networks = len(inventory.networks)
    if not networks:
        message = (
            "--discover saw no network: there is none, or this login may read none of them, and Azure Resource Graph "
            "does not tell which"
        )
        grant = RunCommand(caller.grant_command("Reader", scope), "if there are networks, have an administrator run")
        return Finding(SEEN, Severity.WARNING, (_DISCOVER,), message, (grant, *_EXCLUDE))
    within = len({each.subscription_id for each in inventory.networks})
    message = (
        f"--discover saw {networks:,} {_plural(networks, 'network')} in {within:,} {_plural(within, 'subscription')}; "
        "what this login may not read is not among them"
    )
    return Finding(SEEN, Severity.INFO, (_DISCOVER,), message)


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _unread(inventory: Inventory) -> Iterator[Finding]:
    """A warning for what Azure Resource Graph did not show: a part of an answer is one, too."""
    for words, error in inventory.unread:
        message = f"{words} could not be read from Azure Resource Graph ({error.reason}): they are not looked at"
        advice = advise("run the command again later, or add what is in use there: --exclude-prefixes CIDR")
        yield Finding(UNREADABLE, Severity.WARNING, (), message, advice)


def _learned(inventory: Inventory, connected: set[ResourceId]) -> Iterator[Finding]:
    """A note on the gateways elsewhere that learn ranges: those of the own network are told with what they connect."""
    learning = [each for each in inventory.places if each.learns and each.id not in connected]
    if not learning:
        return
    named = [f"gateway {each.id.name} in resource group {each.id.group} ({each.learns})" for each in learning]
    shown = named if len(named) <= _NAMED else [*named[:_NAMED], f"{len(named) - _NAMED} more"]
    verb = "learns" if len(named) == 1 else "learn"
    message = f"{listed(shown)} {verb} ranges that Azure Resource Graph does not show: they are not looked at"
    first = next((each.id for each in learning if each.id.is_a(GATEWAY)), None)
    look = f"list them: az network vnet-gateway list-learned-routes --ids {first} -o table; then " if first else ""
    advice = advise(f"{look}add what is in use there: --exclude-prefixes CIDR")
    yield Finding(NOT_SHOWN, Severity.INFO, (_DISCOVER,), message, advice)


def _shared(given: Sequence[IPNetwork], there: Sequence[Reservation]) -> Iterator[Finding]:
    """What the rules say of a new network's given prefixes where another network has them.

    They do not refuse it, so its subnet may lie anywhere in it: what overlaps it is no reservation then.
    """
    if there:
        findings = plan_given(ClusterSize(), RangeRequests(vnet=fixed(*given)), there).findings
        yield from (each for each in findings if each.rule == "other-network-overlap")


def subscriptions_of(names: Names, discover: str) -> Sequence[str] | None:
    """The subscriptions of an inventory, as survey takes them, by a word of _choices, or "" for none."""
    if not discover:
        return None
    return (names.subscription,) if discover == SUBSCRIPTION else ()


def _around(source: Source, names: Names, own: VirtualNetwork, caller: Caller, known: Known = NOTHING) -> Surroundings:
    own_cluster = ResourceId(names.cluster_id if names.cluster else "")
    return surroundings(source, own, names.subnet, own_cluster, caller, known)


class _Informed:  # pylint: disable=too-few-public-methods
    """A Source that answers from an inventory what that shows, and asks another the rest.

    The peer whose gateway serves the network is asked for itself: of a network the inventory knows no gateways.
    """

    def __init__(self, inventory: Inventory, otherwise: Source, own: VirtualNetwork):
        self._inventory = inventory
        self._otherwise = otherwise
        self._serving = {peering.remote for peering in own.peerings if peering.remote_gateways}
        by_subscription: dict[ResourceId, list[Cluster]] = {}
        for cluster in inventory.clusters:
            by_subscription.setdefault(cluster.id.subscription_id, []).append(cluster)
        self._clusters = {key: Clusters(tuple(found)) for key, found in by_subscription.items()}

    def look(self, wanted: Sequence[Want]) -> Sequence[Shown]:
        """An answer to each want, in their order."""
        known = [self._known(want) for want in wanted]
        rest = iter(self._otherwise.look([want for want, answer in zip(wanted, known, strict=True) if answer is None]))
        return [next(rest) if answer is None else answer for answer in known]

    def _known(self, want: Want) -> Shown | None:
        if want.kind is Kind.NETWORK and want.id not in self._serving:
            return self._inventory.networks.get(want.id)
        return self._clusters.get(want.id) if want.kind is Kind.CLUSTERS else None


def _others(inventory: Inventory, connected: set[ResourceId]) -> Iterator[Reservation]:
    """The networks that are not connected, and those that only a peering shows."""
    for network in inventory.networks.values():
        if network.id not in connected:
            yield from reserved(network.prefixes, _called(network.id), Origin.VNET)
    yield from _places(inventory, connected, is_network=True)
    for remote, prefixes in _hidden(inventory, connected).items():
        yield from reserved(prefixes, f"{_called(remote)}, known by a peering alone", Origin.VNET)


def _hidden(inventory: Inventory, connected: set[ResourceId]) -> dict[ResourceId, list[str]]:
    """The networks that only peerings show, each with the prefixes of all of its peerings: one may show a part."""
    hidden: dict[ResourceId, list[str]] = {}
    for network in inventory.networks.values():
        for peering in network.peerings:
            unseen = peering.remote not in inventory.networks and peering.remote not in connected
            if unseen and not peering.lost:  # what lost its other side tells of a network that may have been deleted
                hidden.setdefault(peering.remote, []).extend(peering.prefixes)
    return hidden


def _places(inventory: Inventory, connected: set[ResourceId], *, is_network: bool) -> Iterator[Reservation]:
    """The virtual hubs, which are networks, or else the sites on-premises and the clients that dial in elsewhere."""
    origin, reach = (Origin.VNET, Reach.CONNECTED) if is_network else (Origin.ROUTE, Reach.UNCONNECTED)
    for place in inventory.places:
        if place.is_network is is_network and place.id not in connected:
            yield from reserved(used(place.prefixes), place.words, origin, reach)


def _called(network_id: ResourceId) -> str:
    return f"network {network_id.name} in resource group {network_id.group}"

"""Holes: ranges that are the user's own inside of larger ones that are excluded or routed.

Who is given a /26 of the on-premises 10.0.0.0/8 excludes 10.0.0.0/8, and means all of it but the /26. So the ranges of
--within, the network and the subnet, given or there already, are holes in what holds them: their nodes lie there, and
pods, services and docker bridge, which nobody was given, keep clear of the whole.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing.free_space import Interval, covers, interval, merged
from azext_kubenet.addressing.model import Origin, RangeKind, RangeRequests, Reservation
from azext_kubenet.addressing.str_enum import StrEnum


class Standing(StrEnum):
    """How a network or a subnet stands to a reservation over it.

    HOLE: it is the user's own part of a larger range; ITSELF: the reservation is a range of the user's own, listed by
    its own name; PART: the reservation is a part of a network that is the user's own, and blocks that part alone;
    COLLIDES: anything else.
    """

    HOLE = "hole"
    ITSELF = "itself"
    PART = "part"
    COLLIDES = "collides"


class Holes:
    """The ranges of the requests that are the user's own, and what that makes of reservations.

    key: their first and last addresses, in order; reservations: needed for how a network stands to what is in it.
    """

    def __init__(self, requests: RangeRequests, reservations: Iterable[Reservation] = ()):
        self._prefixes = requests.vnet.networks
        own = {interval(one) for one in (*requests.within, *self._prefixes, *requests.subnet.networks)}
        self.key: tuple[Interval, ...] = tuple(sorted(own))
        self._smallest = min((last - first for first, last in self.key), default=0)
        self._networks = {interval(one) for one in self._prefixes}
        self._exists = RangeKind.VNET in requests.existing
        self._listed = {each.network for each in reservations if each.origin is Origin.USER}

    def within(self, each: Reservation) -> Sequence[Interval]:
        """The holes in a reservation, merged.

        A route to exactly a range says that somebody else lives there, where an entry of a list may be the user's own.
        What an earlier plan takes is its cluster's: of that only the network may be the same. Pods, services and nodes
        of a cluster may get any address of what is theirs, so that has no holes.
        """
        if each.of_cluster:
            return []
        first, last = interval(each.network)
        if each.origin not in (Origin.USER, Origin.ROUTE) or not self.key or last - first < self._smallest:
            return []
        found = []
        for at in range(bisect_left(self.key, (first, first)), len(self.key)):
            hole = self.key[at]
            if hole[0] > last:
                break
            if hole[1] <= last and (hole != (first, last) or self._may_be_own(each)):
                found.append(hole)
        return merged(found)

    def _may_be_own(self, each: Reservation) -> bool:
        """Whether a reservation of exactly a range of the user's own may be that range itself."""
        return each.origin is Origin.USER and (not each.planned or interval(each.network) in self._networks)

    def leave(self, each: Reservation, network: IPNetwork) -> bool:
        """Whether a reservation leaves all of a network that it shares with it to the user's own nodes."""
        shared = max(each.network.first, network.first), min(each.network.last, network.last)
        return shared[0] <= shared[1] and covers(self.within(each), shared)

    def standing(self, network: IPNetwork, each: Reservation) -> Standing:
        """How a prefix of the network, or the subnet, stands to a reservation that shares an address with it."""
        inside = each.network != network and each.network in network
        if self.leave(each, network):
            if inside:
                return Standing.PART
            itself = each.network == network or interval(each.network) in self.key
            return Standing.ITSELF if itself and self._may_be_own(each) else Standing.HOLE
        # Who lists his network lists its subnets below it; of one that exists, another prefix cannot be asked for.
        own = network in self._prefixes and (self._exists or network in self._listed)
        return Standing.PART if own and inside and each.origin is Origin.USER else Standing.COLLIDES

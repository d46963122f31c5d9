"""Ranges that are taken, light enough for a hundred thousand of them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing.codes import code_of, network_of
from azext_kubenet.addressing.str_enum import StrEnum


class Origin(StrEnum):
    """Where a reservation comes from.

    AZURE: kept by the platform; USER: named with --exclude-prefixes; SUBNET: another subnet of the network; PEERING:
    the space of a peered network, or of one that its traffic is forwarded to; CLUSTER: pods or services of a cluster in
    the network or in a peered one; ROUTE: behind a gateway or a route; VNET: a network that is not connected to this.
    """

    AZURE = "azure"
    USER = "user"
    SUBNET = "subnet"
    PEERING = "peering"
    CLUSTER = "cluster"
    ROUTE = "route"
    VNET = "vnet"


class Reach(StrEnum):
    """Whom a reservation concerns.

    CONNECTED: whoever lies over it; UNCONNECTED: nothing leads there today, so that a given range may lie over it;
    WITHIN_PODS: pods alone, and only if all of it lies inside of their range: nobody lives there.
    """

    CONNECTED = "connected"
    UNCONNECTED = "unconnected"
    WITHIN_PODS = "within-pods"


class _Reserved(NamedTuple):
    code: int
    reason: str
    origin: Origin
    planned: bool = False
    reach: Reach = Reach.CONNECTED
    whole: IPNetwork | None = None
    of_cluster: bool = False


class Reservation(_Reserved):
    """A range that is taken, and why, in the words that the user reads. It is made from a network, and keeps its code.

    code: of the range, see addressing.codes; its network is made of that each time
    planned: whether an earlier plan of this command takes it for another cluster
    reach: whom it concerns
    whole: the range that its owner has, None where that is the network itself: what is the user's own was cut out of it
    of_cluster: whether a list names it as pods, services or subnet of a cluster, which uses all of it
    """

    __slots__ = ()

    def __new__(cls, network: IPNetwork, *others: Any, **named: Any) -> "Reservation":
        """Make one of a network, and the other fields in their order or by name."""
        return super().__new__(cls, code_of(network), *others, **named)

    @classmethod
    def of_codes(cls, codes: Iterable[int], reason: str, origin: Origin) -> list["Reservation"]:
        """Make one for each of many codes, in a tenth of the time."""
        new, others = tuple.__new__, tuple(_Reserved(0, reason, origin))[1:]
        return [new(cls, (code, *others)) for code in codes]

    @property
    def network(self) -> IPNetwork:
        """The range."""
        return network_of(self.code)

    @property
    def shown(self) -> IPNetwork:
        """The range as its owner knows it."""
        return self.network if self.whole is None else self.whole

    def _replace(self, **fields: Any) -> "Reservation":  # pylint: disable=arguments-differ
        """The same with other fields, a network among them."""
        if "network" in fields:
            fields["code"] = code_of(fields.pop("network"))
        return super()._replace(**fields)

    def __getnewargs__(self) -> tuple[Any, ...]:  # for copies
        return (self.network, *self[1:])

    def __repr__(self) -> str:
        return f"Reservation({', '.join(map(repr, (self.network, *self[1:])))})"

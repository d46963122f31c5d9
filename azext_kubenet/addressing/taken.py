"""What is taken, merged once, however often it is asked."""

from collections.abc import Iterable, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.pool import interval, merged, merged_networks, touches

_RESERVED = [reserved.network for reserved in limits.RESERVED_RANGES]
_FIRM = [reserved.network for reserved in limits.RESERVED_RANGES if reserved.for_networks]


class Taken:  # pylint: disable=too-few-public-methods
    """Reservations, and the address space that they and Azure take.

    space: merged intervals; firm: the same without what Azure does not refuse to a subnet, for networks that lie there.
    """

    def __init__(self, reservations: Sequence[Reservation]):
        self.reservations = reservations
        self.space = merged_networks(_RESERVED + [each.network for each in reservations])
        self.firm = (
            self.space
            if len(_FIRM) == len(_RESERVED)
            else merged_networks(_FIRM + [each.network for each in reservations])
        )

    def touching(self, networks: Iterable[IPNetwork]) -> list[Reservation]:
        """The reservations that share an address with any of the networks."""
        return touching(self.reservations, (each for each in networks if touches(self.space, interval(each))))


def touching(reservations: Sequence[Reservation], networks: Iterable[IPNetwork]) -> list[Reservation]:
    """Those of some reservations that share an address with any of the networks."""
    wanted = merged(map(interval, networks))
    return [each for each in reservations if touches(wanted, interval(each.network))] if wanted else []

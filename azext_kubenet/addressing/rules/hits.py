"""The reservations that a range lies over, and what they are called in a message."""

from collections.abc import Iterable, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.model import Origin, Reach, Reservation

#: How many of the ranges that one overlaps are worth naming.
NAMED = 3


def touched(
    reservations: Iterable[Reservation],
    network: IPNetwork,
    origin: Origin,
    reach: Reach | None = Reach.CONNECTED,
) -> list[Reservation]:
    """The reservations of one origin, and of one reach or of those over which networks lie, that a range overlaps."""
    return [
        each
        for each in reservations
        if each.origin is origin
        and (each.reach is reach if reach else each.reach is not Reach.WITHIN_PODS)
        and overlap(network, each.network)
    ]


def named(hit: Sequence[Reservation]) -> str:
    """The largest of some reservations, by name, and how many more there are: parts of one range are that range."""
    largest = sorted(hit, key=lambda each: (each.shown.prefixlen, each.shown.first, each.reason))
    apart = {(each.shown, each.reason) if each.whole else at: each for at, each in enumerate(largest)}
    names = [f"{each.shown} ({each.reason})" for each in apart.values()]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"

"""Every range that others have, each with the number that pictures and tables call it by.

They are in order of address; those that Azure keeps everywhere come last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.diagram.scene import Scene


@dataclass(frozen=True)
class Entry:
    """One range.

    number: from 1 on
    shared: whether it is of a cluster that is not connected, so that a plan may have it as well
    """

    number: int
    reservation: Reservation
    shared: bool

    @property
    def kind(self) -> Origin:
        """Return where it comes from."""
        return self.reservation.origin


class Register:  # pylint: disable=too-few-public-methods
    """All ranges of a scene, those that Azure reserves among them."""

    def __init__(self, scene: Scene):
        taken = dict.fromkeys(one for _, _, one in scene.held)
        shared = [each for each in dict.fromkeys(scene.elsewhere) if each not in taken]
        places = [*((each, False) for each in taken), *((each, True) for each in shared)]
        always = {(each.network, each.why) for each in limits.RESERVED_RANGES}
        places.sort(key=lambda place: ((place[0].network, place[0].reason) in always, _by_address(place[0])))
        self.entries = tuple(Entry(place + 1, each, flag) for place, (each, flag) in enumerate(places))

    @cached_property
    def _numbers(self) -> dict[Reservation, int]:
        return {each.reservation: each.number for each in self.entries}

    def numbers(self, held: Iterable[Reservation]) -> list[int]:
        """Return the numbers of some ranges, in order."""
        return sorted({self._numbers[each] for each in held})


def _by_address(one: Reservation) -> tuple[int, int, str]:
    return one.network.first, -one.network.size, one.reason


def short(numbers: Sequence[int]) -> str:
    """Return numbers as a label: `4`, `4-9` for those in a row, `4+` for others."""
    first, last = numbers[0], numbers[-1]
    if first == last:
        return str(first)
    return f"{first}-{last}" if last - first + 1 == len(numbers) else f"{first}+"

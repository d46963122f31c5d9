"""Why a range is the one it is: claims, and the sentence made of them."""

from typing import NamedTuple

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.explanation.claims import Block, Conflict, Place, Size, Why
from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.str_enum import StrEnum

#: Of a range that works twice, as nothing leads from one cluster to the other.
_SHARED = "which it shares with clusters that are not connected"


class How(StrEnum):
    """How a range came about.

    GIVEN: the requests have it; USUAL: it has its conventional place; MOVED: that could not be, and it lies elsewhere;
    AROUND: it is the network made for a given subnet; DERIVED: it follows from another range.
    """

    GIVEN = "given"
    USUAL = "usual"
    MOVED = "moved"
    AROUND = "around"
    DERIVED = "derived"


class Reason(NamedTuple):
    """Why a range is the one it is.

    kind, how: the range, and how it came about
    said: where a given one comes from, what another follows from, or which place it is
    size, place: of one that was chosen
    conflict: why it is not its conventional value, or why a network made for a given subnet is no larger
    subnet: the subnet that such a network was made for
    around: the block that the range is in
    shared: whether clusters that are not connected have it, too
    """

    kind: RangeKind
    how: How
    said: str = ""
    size: Size | None = None
    conflict: Conflict | None = None
    place: Place | None = None
    subnet: IPNetwork | None = None
    around: Block | None = None
    shared: bool = False

    def words(self) -> str:
        """The sentence."""
        parts = {How.USUAL: self._usual, How.MOVED: self._moved, How.AROUND: self._around}
        found = parts[self.how]() if self.how in parts else [self.said]
        if self.around is not None:
            found.append(self.around.words())
        if self.kind is RangeKind.DOCKER_BRIDGE:
            found.append("never sent to Azure" + ("" if self.how is How.GIVEN else ", so any free range is suitable"))
        return "; ".join(part for part in found if part)

    @property
    def _size(self) -> str:
        return self.size.words() if self.size is not None else ""

    def _usual(self) -> list[str]:
        if self.subnet is not None:
            return [f"the default value, and free around subnet {self.subnet}"]
        if self.size is None or self.size.prefixlen == self.size.usual:
            return [f"the default value, {_SHARED if self.shared else 'and free'}", self._size]
        return [self._size, f"in the default place, {_SHARED if self.shared else 'which is free'}"]

    def _moved(self) -> list[str]:
        """A size that was wanted comes before the search for a place, one that was left over comes after it."""
        conflict = f"{self._conventional(self.conflict)} {self.conflict.words()}" if self.conflict is not None else ""
        place = self.place.words() if self.place is not None else self.said
        if self.size is not None and self.size.why is Why.SQUEEZED:
            return [conflict, self._size, place]
        plain = self.size is not None and self.size.why is Why.USUAL and not self.size.by_default
        return ["" if plain else self._size, conflict, place]

    def _conventional(self, conflict: Conflict) -> str:
        plain = self.size is None or conflict.place.prefixlen == self.size.usual
        return f"the default {conflict.place}" if plain else f"the default place, {conflict.place},"

    def _around(self) -> list[str]:
        if self.size is not None:
            return [self._size, f"the one around subnet {self.subnet}"]
        if self.conflict is None:
            return [f"only subnet {self.subnet}, because the space around it may belong to others"]
        largest = f"the largest part of the default {limits.DEFAULT_VNET} that is free around subnet {self.subnet}"
        return [largest, f"{self.conflict.place} {self.conflict.words()}"]

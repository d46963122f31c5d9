"""The measures of the picture, and from addresses to pixels."""

from collections.abc import Iterable

from netaddr import IPNetwork

from azext_kubenet.diagram.segments import NARROWEST

#: The page, the column of names at its left, and the bars, in pixels.
WIDTH, MARGIN, LEFT, BAR = 960.0, 24.0, 104.0, 832.0
RIGHT = LEFT + BAR


class Scale:
    """From addresses of a block to pixels."""

    def __init__(self, block: IPNetwork):
        self.block = block

    def at(self, address: int) -> float:
        """Where an address begins; what lies outside the block is cut off."""
        inside = min(max(address - int(self.block.first), 0), int(self.block.size))
        return LEFT + BAR * inside / int(self.block.size)

    def extent(self, first: int, last: int) -> "Extent":
        """Left edge and width of what is drawn, and whether it is wider than to scale, to be seen at all."""
        start, width = self.at(first), self.at(last + 1) - self.at(first)
        if width >= NARROWEST:
            return start, width, False
        return min(start, RIGHT - NARROWEST), NARROWEST, True


#: Left edge, width, and whether it is wider than to scale.
Extent = tuple[float, float, bool]


def point_of(extent: Extent, covering: Iterable[Extent]) -> float:
    """Where a line that points at something ends: at its middle, or where nothing that is drawn upon it covers it."""
    x, width, _ = extent
    hidden = [(left - 1, left + wide + 1) for left, wide, _ in covering]
    for point in (x + width / 2, x + 2, x + width - 2, x + width / 4, x + width * 3 / 4):
        if not any(left <= point <= right for left, right in hidden):
            return point
    return x + width / 2

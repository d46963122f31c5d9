"""The map for a terminal: a line a block, a character for a share of it, plain ASCII, so that it survives any pipe."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from azext_kubenet.addressing.model import Origin, RangeKind, Reservation
from azext_kubenet.diagram import captions
from azext_kubenet.diagram.capacity import Meter, counted
from azext_kubenet.diagram.scene import Row, Scene

_PLANNED = {
    RangeKind.VNET: "N",
    RangeKind.SUBNET: "S",
    RangeKind.PODS: "P",
    RangeKind.SERVICES: "V",
    RangeKind.DOCKER_BRIDGE: "D",
}
_TAKEN = {
    Origin.AZURE: "a",
    Origin.USER: "x",
    Origin.SUBNET: "s",
    Origin.PEERING: "p",
    Origin.CLUSTER: "c",
    Origin.ROUTE: "r",
    Origin.VNET: "n",
}
_CLASH, _TOGETHER, _SEVERAL, _FREE = "!", "+", "*", "."
#: A block is drawn in so many characters, the most of these that the line holds: then each stands for a whole prefix.
_CELLS = (64, 32, 16)
#: A narrower terminal is written to as if it had so many columns.
_LEAST = 40
#: How many ranges of a kind are named.
_NAMED = 3
_BAR = 20


def lines(scene: Scene, width: int) -> str:
    """Return the map, each line no longer than width, or than 40."""
    columns = max(width, _LEAST)
    label = max(len(str(row.block)) for row in scene.rows) + 1
    cells = next((count for count in _CELLS if label + count <= columns), _CELLS[-1])
    found = [*_map(scene, columns, label, cells), *_key(scene, columns, cells), *_bars(scene, columns)]
    return "".join(f"{_ascii(line).rstrip()}\n" for line in found)


def _ascii(line: str) -> str:
    """Return a line with question marks for what is not ASCII: a console that cannot show it must not fail."""
    return line.encode("ascii", "replace").decode("ascii")


def _map(scene: Scene, columns: int, label: int, cells: int) -> Iterator[str]:
    """Yield the blocks, those of the overview first."""
    yield from _folded("address space, each line to its own scale, the plan shown before what is taken:", columns)
    for row in scene.overview:
        yield f"{row.block!s:<{label}}{_cells(row, cells)}"
    if scene.details:
        within = scene.details[0].title == captions.WITHIN
        yield "where the network may be taken from:" if within else "inside the virtual network:"
    for row in scene.details:
        yield f"{row.block!s:<{label}}{_cells(row, cells)}"


def _cells(row: Row, cells: int) -> str:
    """Return a block in characters: collisions before the plan before what is taken."""
    drawn = [_FREE] * cells
    for first, last, one in row.held:
        _write(drawn, _touched(row, first, last, cells), _TAKEN[one.origin], _SEVERAL)
    planned = [_FREE] * cells
    for each in row.planned:
        where = _touched(row, each.network.first, each.network.last, cells)
        _write(planned, where, _PLANNED[each.kind], _TOGETHER)
    for collision in row.collisions:
        for first, last in collision.where:
            for cell in _touched(row, first, last, cells):
                planned[cell] = _CLASH
    return "".join(taken if mine == _FREE else mine for mine, taken in zip(planned, drawn, strict=True))


def _write(drawn: list[str], where: range, letter: str, several: str) -> None:
    for cell in where:
        drawn[cell] = letter if drawn[cell] in (_FREE, letter) else several


def _touched(row: Row, first: int, last: int, cells: int) -> range:
    """Return the characters that a range falls into."""
    start, size = int(row.block.first), int(row.block.size)
    low, high = max(first, start), min(last, start + size - 1)
    return range((low - start) * cells // size, (high - start) * cells // size + 1) if low <= high else range(0)


def _key(scene: Scene, columns: int, cells: int) -> Iterator[str]:
    """Yield what the characters are, and what is missing or not drawn."""
    used = {letter for row in scene.rows for letter in _cells(row, cells)}
    yield from _side_by_side([f"{_PLANNED[each.kind]} {each.label}" for each in scene.planned], columns)
    yield from _side_by_side(list(_legend(scene, used)), columns)
    for line in (captions.missing(scene), *captions.notes(scene)):
        yield from _folded(line, columns)


def _legend(scene: Scene, used: set[str]) -> Iterator[str]:
    if _CLASH in used:
        yield f"{_CLASH} collides"
    if _TOGETHER in used:
        yield f"{_TOGETHER} several planned, apart"
    kinds = captions.by_kind(scene.taken)
    for origin, letter in _TAKEN.items():
        if letter in used or origin in kinds:
            yield f"{letter} {captions.KINDS[origin]}{_first(kinds.get(origin, []))}"
    if _SEVERAL in used:
        yield f"{_SEVERAL} several kinds"
    yield f"{_FREE} free"


def _first(held: Sequence[Reservation]) -> str:
    if not held:
        return ""
    more = f" and {len(held) - _NAMED:,} more" if len(held) > _NAMED else ""
    return f" ({', '.join(str(each.network) for each in held[:_NAMED])}{more})"


def _side_by_side(parts: Sequence[str], columns: int) -> Iterator[str]:
    """Yield parts with two blanks between them, as many per line as fit."""
    line = ""
    for part in parts:
        longer = f"{line}  {part}" if line else part
        if line and len(longer) > columns:
            yield from _folded(line, columns)
            longer = part
        line = longer
    yield from _folded(line, columns)


def _folded(line: str, columns: int) -> list[str]:
    """Return a line in as many as it takes, all but the first indented."""
    return wrap(line, columns, subsequent_indent="  ", break_on_hyphens=False)


def _bars(scene: Scene, columns: int) -> Iterator[str]:
    """Yield capacity: what is used of what there is, and what the first limit is."""
    longest = max(len(each.what) for each in scene.meters)
    for meter in scene.meters:
        parts = [f"{meter.what:<{longest}} {_bar(meter)} {meter.used:,} of {meter.room:,}"]
        parts += [] if meter.supports is None else [f"supports {counted(meter.supports, 'node')}"]
        parts += ["first limit"] if meter.binds else []
        yield from _folded(", ".join(parts), columns)


def _bar(meter: Meter) -> str:
    """Return a bar: = nodes, + surge nodes and other addresses; all ! when there are too few."""
    if meter.lack:
        return f"[{'!' * _BAR}]"
    nodes = -(-_BAR * meter.nodes // max(1, meter.room))
    rest = max(nodes, -(-_BAR * meter.used // max(1, meter.room))) - nodes
    return f"[{'=' * nodes}{'+' * rest}{'.' * (_BAR - nodes - rest)}]"

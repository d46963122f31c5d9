"""JSON: lists of ranges, lists of objects with a range, and what exporters wrap around them."""

import json
import re
from functools import partial

from azext_kubenet.addressing.cidr import NotANetwork, quoted
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.azure.bodies import Json
from azext_kubenet.options.range_lists import lone_addresses
from azext_kubenet.options.range_lists.documents import Documents, NotJson, Path
from azext_kubenet.options.range_lists.json_texts import places
from azext_kubenet.options.range_lists.ledger import Ledger, spot
from azext_kubenet.options.range_lists.listing import (
    Listing,
    Part,
    nothing_holds_ranges,
    read_cell,
    read_cells,
    reason_of,
)
from azext_kubenet.options.range_lists.lost import note_lost
from azext_kubenet.options.range_lists.pages import rest_of
from azext_kubenet.options.range_lists.rows import (
    Cell,
    Layout,
    Row,
    begins_as_range,
    is_expression,
    joined,
    layout,
    looks_empty,
    name_in_tags,
    name_of,
    name_of_object,
    name_of_plan,
    plain_address,
    ranges_of,
    scalar,
)
from azext_kubenet.options.range_lists.titles import (
    ADDRESSES,
    NO_RANGES,
    OF_PLAN,
    WRAPPINGS,
    is_filter,
    is_plan,
    is_value_alone,
    names_with_values,
    normal,
    of_cluster,
    of_family,
    stands_for,
    table_of,
    value_key,
)

#: Our own bound on lists and objects inside each other: exports have some ten.
_DEEPEST = 64
#: What was found below a value: nothing that holds ranges, a place for them without one, or something to tell.
_NOTHING, _EMPTY, _FOUND = range(3)
#: What a text in a value is: something else; a range if it looks like one; a range; a range, also under a name.
_OTHER, _PERHAPS, _RANGES, _NAMED = range(4)
#: An expression that names a parameter or a variable of an ARM template, and does nothing else.
_REFERENCE = re.compile(r"\[\s*(?:parameters|variables)\('([^']+)'\)\s*\]", re.IGNORECASE)
_RENAME = "rename the key of ranges to prefix, cidr or addressPrefixes, or use a list of strings"


class _TooDeep(Exception):
    """Lists and objects are nested deeper than _DEEPEST."""


def read(text: str) -> Listing:
    """Return the ranges of a JSON text; of several one after another, as `jq` writes them, too."""
    listing = Listing()
    try:
        documents = Documents(text)
        _Reader(listing).read(documents)
    except NotJson as fault:
        listing.refuse(NotANetwork("malformed-list", fault.message, fault.recommendation), fault.line)
    except _TooDeep:
        message = f"the JSON is nested more than {_DEEPEST} levels deep"
        listing.refuse(NotANetwork("malformed-list", message, "use a list of ranges, or of objects with a range"))
    else:
        note_lost(text, listing, places(documents), "a key that occurs twice in an object")
    return listing


class _Reader:  # pylint: disable=too-many-instance-attributes
    """Walks through JSON values. Paths are tuples of keys and positions.

    ledger: what is wrong
    layouts: by the keys of an object
    given: parameters and variables that have a value
    """

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.ledger = Ledger(listing)
        self.layouts: dict[tuple[str, ...], Layout] = {}
        self.given: set[str] = set()

    def read(self, documents: Documents) -> None:
        """Read all documents."""
        states = [self.document(value, path) for path, value in documents.values()]
        if not self.listing.seen and not self.ledger.faulty:
            self.machines([value for _, value in documents.values()])
        self.listing.taken = _once(self.listing.taken)
        self.ledger.close(documents)
        values = [value for _, value in documents.values()]
        more = rest_of(values)
        if more:
            self.listing.part = Part(more.why, *spot(documents, more.path))
        if not any(states) and not self.listing.taken and not all(_is_empty(value) for value in values):
            self.listing.refuse(nothing_holds_ranges("key", _keys(values), _RENAME))

    def machines(self, values: list[object]) -> None:
        """Read addresses where there is no range at all."""
        lone_addresses.read(values, self.listing)
        if self.listing.taken:
            self.ledger.forget_entries()

    def document(self, value: object, path: Path) -> int:
        """Read one of the outermost values."""
        self.given = names_with_values(value)
        state = self.walk(value, path, "", _RANGES)
        if state == _EMPTY and not _is_empty(value):
            self.ledger.pass_over(path)
        return state

    def walk(self, value: Row, path: Path, name: str, holds: int) -> int:
        """Read a value. holds: what a text in it is."""
        if len(path) > _DEEPEST:
            raise _TooDeep
        if isinstance(value, dict):
            return self.record(value, path, name, holds)
        if isinstance(value, list):
            return self.each(value, path, name, holds)
        if holds == _OTHER or (holds == _PERHAPS and not begins_as_range(scalar(value))):
            return _NOTHING
        return self.text(Cell(path[-1], value, holds == _PERHAPS), path, reason_of(name))

    def each(self, values: list[object], path: Path, name: str, holds: int) -> int:
        """Read a list. Objects without a range beside others that have one are counted: none is lost unseen."""
        states = [self.walk(value, (*path, at), name, holds) for at, value in enumerate(values)]
        if not any(states):
            return _NOTHING
        for at, (value, state) in enumerate(zip(values, states, strict=True)):
            if state != _FOUND and (isinstance(value, dict) or holds in (_RANGES, _NAMED)):
                self.ledger.pass_over((*path, at))
        return _FOUND

    def record(self, row: Json, path: Path, name: str, holds: int) -> int:
        """Read an object: its own ranges, the lists of ranges in it, and what is inside it."""
        row = {key: plain_address(value) for key, value in row.items()}
        keys = tuple(row)
        where = self.layouts.get(keys)
        if where is None:
            where = self.layouts[keys] = layout((key, key) for key in keys)
        table = table_of(row)
        if table:
            return max(self.line(cells, table[0], (*path, "rows", at), name) for at, cells in enumerate(table[1]))
        if is_plan(row):
            return self.own(row, where, path, joined(name, name_of_plan(row)))
        state = _EMPTY if where.known else _NOTHING
        try:
            own = ranges_of(row, where)
        except NotANetwork as fault:
            self.ledger.refuse(path, fault)
            own, state = [], _FOUND
        for key in where.ranges:
            if isinstance(row[key], str) and is_expression(row[key]):
                state = max(state, self.expression(row[key], (*path, key)))
        name = joined(name, name_in_tags(row) or name_of(row, where, [cell.at for cell in own]))
        state = max(state, self.own_cells(own, path, name))
        if where.themselves or (holds in (_NAMED, _PERHAPS) and not where.known):
            state = max(state, self.named(row, where, path, name, holds))
        outermost = holds in (_RANGES, _NAMED) and not where.known
        for key, value in row.items():
            if isinstance(value, list | dict):
                state = max(state, self.inside(key, value, (*path, key), name, outermost))
        return state

    def own(self, row: Json, where: Layout, path: Path, name: str) -> int:
        """Read a plan of this command: what it takes, and nothing of what it says about that."""
        state, before = _EMPTY, len(self.listing.taken)
        for key in where.sure:
            value = row[key]
            kind = OF_PLAN.get(normal(key))
            if kind and isinstance(value, str | list):
                start = len(self.listing.taken)
                state = max(state, self.walk(value, (*path, key), joined(name, kind), _RANGES))
                if kind != "network":
                    self.listing.give_to_cluster(start)
        self.listing.taken[before:] = [each._replace(planned=True) for each in self.listing.taken[before:]]
        return state

    def line(self, cells: list[object], titles: list[str], path: Path, name: str) -> int:
        """Read a row of a table that is written as one object; what a cell has inside is read by its title."""
        where = layout(enumerate(titles))
        try:
            found = ranges_of(cells, where)
        except NotANetwork as fault:
            self.ledger.refuse(path, fault)
            return _FOUND
        name = joined(name, name_of(cells, where, [cell.at for cell in found]))
        state = max(_EMPTY if where.known else _NOTHING, self.own_cells(found, path, name))
        for at, value in enumerate(cells):
            if isinstance(value, list | dict):
                state = max(state, self.inside(titles[at], value, (*path, at), name, False))
        return state

    def own_cells(self, cells: list[Cell], path: Path, name: str) -> int:
        """Read the ranges that an object has itself. Those of pods and services are named so."""
        state = _NOTHING
        groups: dict[str, list[Cell]] = {}
        in_cluster = any(of_cluster(str(cell.at)) for cell in cells)
        for cell in cells:
            kind = of_cluster(str(cell.at))
            whole = bool(kind) or (in_cluster and OF_PLAN.get(normal(str(cell.at))) == "subnet")
            groups.setdefault(kind, []).append(cell._replace(of_cluster=whole))
        for kind, group in groups.items():
            mark = self.ledger.mark()
            reason = reason_of(joined(name, kind) if name else kind)
            read_cells(
                group,
                self.listing,
                reason,
                lambda cell, fault: self.ledger.refuse((*path, cell.at), fault, cell.text),
            )
            if self.ledger.found_since(mark, [(*path, cell.at) for cell in group]):
                state = _FOUND
        return state

    def named(self, row: Json, where: Layout, path: Path, name: str, holds: int) -> int:
        """Read an object that is itself a list: of ranges by name, or of what belongs to each range."""
        state = _NOTHING
        for key in where.themselves:
            reason = reason_of(joined(name, scalar(row[key]) or name_of_object(row[key])))
            state = max(state, self.text(Cell(key, key, True), path, reason))
        for key, value in row.items():
            if holds != _OTHER and key not in where.themselves and begins_as_range(scalar(value)):
                cell = Cell(key, value, holds == _PERHAPS)
                state = max(state, self.text(cell, (*path, key), reason_of(joined(name, key))))
        return state

    def inside(self, key: str, value: object, path: Path, name: str, outermost: bool) -> int:
        """Read a list or an object in an object. Lists under likely names are of ranges or of names."""
        kind, _ = stands_for(key)
        title = of_family(key)[0]
        if title in NO_RANGES:
            return _NOTHING
        if kind == "likely" and isinstance(value, list):
            return self.each([each if _may_be_range(each) else {} for each in value], path, name,
                             _PERHAPS if title in ADDRESSES else _RANGES)  # fmt: skip
        start, own = len(self.listing.taken), of_cluster(key)
        state = self.below(key, value, path, joined(name, own), outermost)
        if own or (OF_PLAN.get(title) == "subnet" and "podcidr" in self.given):  # the parameter of a template of ours
            self.listing.give_to_cluster(start)
        return state

    def below(self, key: str, value: object, path: Path, name: str, outermost: bool) -> int:
        """Read a list or an object under a key that may hold ranges."""
        (kind, _), title = stands_for(key), of_family(key)[0]
        known = kind in ("sure", "likely", "perhaps")
        if (
            isinstance(value, dict)
            and (given := value_key(value))
            and (known or (is_value_alone(value) and not is_filter(key)))
        ):
            own = OF_PLAN.get(title, key)
            name = name if name == own else joined(name, own)
            return self.walk(value[given], (*path, given), name, _RANGES if kind == "sure" else _PERHAPS)
        if kind == "sure":
            return self.walk(value, path, name, _NAMED)
        if outermost and title in WRAPPINGS:
            return self.walk(value, path, name, _RANGES)
        return self.walk(value, path, name, _PERHAPS if kind in ("likely", "perhaps") else _OTHER)

    def text(self, cell: Cell, path: Path, reason: str) -> int:
        """Read one text that is a range, or should be one."""
        value: object = cell.text
        if value is None or (isinstance(value, str) and looks_empty(value)):
            return _EMPTY
        if isinstance(value, str) and is_expression(value):
            return self.expression(value, path)
        if not isinstance(value, str):
            message = f"{quoted(json.dumps(value))} is not an IPv4 network"
            fault = NotANetwork("malformed-range", message, 'use a string such as "10.244.0.0/16"')
            self.ledger.refuse(path, fault)
            return _FOUND
        mark = self.ledger.mark()
        refuse = partial(self.ledger.refuse, path, text=value)
        read_cell(value, self.listing, reason, refuse, cell.of_a_host)
        return _FOUND if self.ledger.found_since(mark, [path]) else _EMPTY

    def expression(self, text: str, path: Path) -> int:
        """Note an expression of a template: its value is read where it is defined, or the entry has no range."""
        reference = _REFERENCE.fullmatch(text)
        if reference is None or reference.group(1).lower() not in self.given:
            self.ledger.pass_over(path)
        return _FOUND


def _once(taken: list[Reservation]) -> list[Reservation]:
    """Return each range with the same name once: AWS and Azure write the first range of a network in two places."""
    return list({(each.network.value, each.network.prefixlen, each.reason): each for each in taken}.values())


def _may_be_range(value: object) -> bool:
    return not isinstance(value, str) or value[:1].isdigit() or ":" in value


def _is_empty(value: object) -> bool:
    """Return whether a document is an export of nothing: an empty list or object, or an object with an empty list."""
    return not value or (isinstance(value, dict) and [] in value.values())


def _keys(values: list[object]) -> list[str]:
    """Return the keys of the outermost objects."""
    rows = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return list(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))

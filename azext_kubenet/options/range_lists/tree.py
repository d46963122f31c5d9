"""JSON: lists of ranges, lists of objects with a range, and what exporters wrap around them."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

from azext_kubenet.addressing.cidr import NotANetwork, quoted
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.azure.bodies import Json
from azext_kubenet.options.range_lists.documents import Documents, NotJson, Path
from azext_kubenet.options.range_lists.listing import (
    FAULTS_KEPT,
    Fault,
    Listing,
    Part,
    Reasons,
    clean_name,
    place,
    read_cell,
    read_cells,
)
from azext_kubenet.options.range_lists.pages import rest_of
from azext_kubenet.options.range_lists.rows import (
    Cell,
    Layout,
    Row,
    begins_as_range,
    is_expression,
    layout,
    looks_empty,
    name_of,
    name_of_object,
    ranges_of,
    scalar,
)
from azext_kubenet.options.range_lists.titles import (
    ADDRESSES,
    DOUBTFUL,
    NO_RANGES,
    WRAPPINGS,
    normal,
    of_family,
    stands_for,
)

#: Our own bound on lists and objects inside each other: exports have some ten.
DEEPEST = 64
_KEYS_SHOWN = 12
#: What was found below a value: nothing that holds ranges, a place for them without one, or something to tell.
_NOTHING, _EMPTY, _FOUND = range(3)
#: What a text in a value is: something else; a range if it looks like one; a range; a range, also under a name.
_OTHER, _PERHAPS, _RANGES, _NAMED = range(4)
#: What only a plan of this command has, all of it: its ranges, by key, and what each is called. Its docker bridge is
#: inside of nodes, and never in the way of others.
_PLAN = {"podCidr", "serviceCidr", "subnetPrefix", "vnetAddressPrefixes"}
_OF_PLAN = {"vnetaddressprefixes": "network", "subnetprefix": "subnet", "podcidr": "pods", "servicecidr": "services"}
#: Keys of clusters that say what a range is for.
_OF_CLUSTER = {"podcidr": "pods", "podcidrs": "pods", "servicecidr": "services", "servicecidrs": "services"}


#: An expression that names a parameter or a variable of an ARM template, and does nothing else.
_REFERENCE = re.compile(r"\[\s*(?:parameters|variables)\('([^']+)'\)\s*\]", re.IGNORECASE)
#: Where parameters and outputs of ARM and Terraform have their values.
_VALUES = ("defaultValue", "value", "default")


class _TooDeep(Exception):
    """Lists and objects are nested deeper than DEEPEST."""


def read(text: str) -> Listing:
    """The ranges of a JSON text; of several one after another, as `jq` writes them, too."""
    listing = Listing()
    try:
        documents = Documents(text)
        _Reader(listing).read(documents)
    except NotJson as fault:
        listing.refuse(NotANetwork("malformed-list", fault.message, fault.recommendation), fault.line)
    except _TooDeep:
        message = f"the JSON has more than {DEEPEST} lists and objects inside each other"
        listing.refuse(NotANetwork("malformed-list", message, "give a list of ranges, or of objects that have one"))
    return listing


def strings(text: str) -> Iterator[tuple[Callable[[], tuple[int, str]], str | None, str]]:
    """Every text of a JSON text that was read: what tells its line and path, its key, and itself.

    The key of what only speaks of ranges is None.
    """
    documents = Documents(text)

    def spot(path: Path) -> Callable[[], tuple[int, str]]:
        return lambda: (documents.line(path), place(documents.shown(path)))

    for path, value, speaks in _strings((*each, False) for each in documents.values()):
        key = next((step for step in reversed(path) if isinstance(step, str)), "the JSON")
        yield spot(path), None if speaks else key, value


class _Reader:  # pylint: disable=too-many-instance-attributes
    """Walks through JSON values. Paths are tuples of keys and positions."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.reasons = Reasons()
        self.faults = _Faults()
        self.doubts: dict[Path, _Faults] = {}
        self.without: Path | None = None
        self.layouts: dict[tuple[str, ...], Layout] = {}
        self.good: set[Path] = set()
        self.given: set[str] = set()  # names of parameters and variables that have a value
        self.faulty = 0  # how much was found that is no range

    def read(self, documents: Documents) -> None:
        """Read all documents, and then look for the places of the few faults that are told."""
        states = [self.document(value, path) for path, value in documents.values()]
        listing = self.listing
        listing.taken = _once(listing.taken)
        self.settle()
        listing.faults = [Fault(documents.line(path), place(documents.shown(path)), fault)
                          for _, path, fault in self.faults.first]  # fmt: skip
        listing.more_faults = self.faults.count - len(listing.faults)
        if self.without is not None:
            listing.first_without = (documents.line(self.without), place(documents.shown(self.without)))
        values = [value for _, value in documents.values()]
        more = rest_of(values)
        if more:
            listing.part = Part(more.why, documents.line(more.path), place(documents.shown(more.path)))
        if not any(states) and not all(_is_empty(value) for value in values):
            listing.refuse(_no_key(values))

    def settle(self) -> None:
        """Of texts that are no ranges and stand where ranges may, those are faults that stand where others have one."""
        for where, doubtful in self.doubts.items():
            if where in self.good or not self.listing.taken:
                self.faults.add(doubtful)
            else:
                for _, path, _ in doubtful.first[:1]:
                    self.pass_over(path)
                self.listing.without_range += doubtful.count - 1

    def document(self, value: object, path: Path) -> int:
        """Read one of the outermost values."""
        self.given = _given(value)
        state = self.walk(value, path, "", _RANGES)
        if state == _EMPTY and not _is_empty(value):
            self.pass_over(path)
        return state

    def walk(self, value: Row, path: Path, name: str, holds: int) -> int:
        """Read a value. holds: what a text in it is."""
        if len(path) > DEEPEST:
            raise _TooDeep
        if isinstance(value, dict):
            return self.record(value, path, name, holds)
        if isinstance(value, list):
            return self.each(value, path, name, holds)
        if holds == _OTHER or (holds == _PERHAPS and not begins_as_range(scalar(value))):
            return _NOTHING
        return self.text(Cell(path[-1], value, holds == _PERHAPS), path, self.reasons.of(name))

    def each(self, values: list[object], path: Path, name: str, holds: int) -> int:
        """Read a list. Objects without a range beside others that have one are counted: none is lost unseen."""
        states = [self.walk(value, (*path, at), name, holds) for at, value in enumerate(values)]
        if not any(states):
            return _NOTHING
        for at, (value, state) in enumerate(zip(values, states, strict=True)):
            if state != _FOUND and (isinstance(value, dict) or holds in (_RANGES, _NAMED)):
                self.pass_over((*path, at))
        return _FOUND

    def record(self, row: Json, path: Path, name: str, holds: int) -> int:
        """Read an object: its own ranges, the lists of ranges in it, and what is inside it."""
        keys = tuple(row)
        where = self.layouts.get(keys)
        if where is None:
            where = self.layouts[keys] = layout((key, key) for key in keys)
        if _is_plan(row):
            return self.own(row, where, path, _joined(name, _name_of_plan(row)))
        state = _EMPTY if where.known else _NOTHING
        try:
            own = ranges_of(row, where)
        except NotANetwork as fault:
            own, state = [], self.refuse(path, fault)
        for key in where.ranges:
            if isinstance(row[key], str) and is_expression(row[key]):
                state = max(state, self.expression(row[key], (*path, key)))
        name = _joined(name, _tagged(row) or name_of(row, where, [cell.at for cell in own]))
        if own:
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
            if normal(key) in _OF_PLAN and isinstance(value, str | list):
                state = max(state, self.walk(value, (*path, key), _joined(name, _OF_PLAN[normal(key)]), _RANGES))
        self.listing.taken[before:] = [each._replace(planned=True) for each in self.listing.taken[before:]]
        return state

    def own_cells(self, cells: list[Cell], path: Path, name: str) -> int:
        """Read the ranges that an object has itself. Those of pods and services are named so."""
        state = _NOTHING
        groups: dict[str, list[Cell]] = {}
        for cell in cells:
            groups.setdefault(_OF_CLUSTER.get(normal(str(cell.at)), ""), []).append(cell)
        for kind, group in groups.items():
            seen, faulty = self.listing.seen, self.faulty
            reason = self.reasons.of(_joined(name, kind) if name else kind)
            read_cells(group, self.listing, reason, lambda cell, fault: self.refuse((*path, cell.at), fault, cell))
            if self.listing.seen > seen:
                self.good.update(_where((*path, cell.at)) for cell in group)
            if self.listing.seen + self.faulty > seen + faulty:
                state = _FOUND
        return state

    def named(self, row: Json, where: Layout, path: Path, name: str, holds: int) -> int:
        """Read an object that is itself a list: of ranges by name, or of what belongs to each range."""
        state = _NOTHING
        for key in where.themselves:
            reason = self.reasons.of(_joined(name, scalar(row[key]) or name_of_object(row[key])))
            state = max(state, self.text(Cell(key, key, True), path, reason))
        for key, value in row.items():
            if holds != _OTHER and key not in where.themselves and begins_as_range(scalar(value)):
                cell = Cell(key, value, holds == _PERHAPS)
                state = max(state, self.text(cell, (*path, key), self.reasons.of(_joined(name, key))))
        return state

    def inside(self, key: str, value: object, path: Path, name: str, outermost: bool) -> int:
        """Read a list or an object in an object. Lists under LIKELY names are of ranges or of names."""
        kind, _ = stands_for(key)
        title = of_family(key)[0]
        if title in NO_RANGES:
            return _NOTHING
        if kind == "likely" and isinstance(value, list):
            return self.each([each if _may_be_range(each) else {} for each in value], path, name,
                             _PERHAPS if title in ADDRESSES else _RANGES)  # fmt: skip
        if title in _OF_CLUSTER:
            name = _joined(name, _OF_CLUSTER[title])
        if isinstance(value, dict) and kind in ("sure", "likely", "perhaps") and (given := _value_of(value)):
            own = _OF_PLAN.get(title, key)
            name = name if name == own else _joined(name, own)
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
            return self.refuse(path, NotANetwork("malformed-range", message, 'use a text such as "10.244.0.0/16"'))
        seen, faulty = self.listing.seen, self.faulty
        read_cell(value, self.listing, reason, lambda fault: self.refuse(path, fault, cell), cell.of_a_host)
        if self.listing.seen > seen:
            self.good.add(_where(path))
        return _FOUND if self.listing.seen + self.faulty > seen + faulty else _EMPTY

    def expression(self, text: str, path: Path) -> int:
        """An expression of a template: what it stands for is read where that stands, or is told not to be there."""
        named = _REFERENCE.fullmatch(text)
        if named is None or named.group(1).lower() not in self.given:
            self.pass_over(path)
        return _FOUND

    def refuse(self, path: Path, fault: NotANetwork, cell: Cell | None = None) -> int:
        """Note a fault; its line is looked for at the end, and only if it is told."""
        kept = self.faults
        if cell is not None and _is_doubtful(path) and not begins_as_range(cell.text):
            kept = self.doubts.setdefault(_where(path), _Faults())
        kept.note(self.faulty, path, fault)
        self.faulty += 1
        return _FOUND

    def pass_over(self, path: Path) -> None:
        """Note an entry without a range."""
        self.without = path if self.without is None else self.without
        self.listing.pass_over(0)


def _is_doubtful(path: Path) -> bool:
    """Whether a text at a path that is no range may well be something else."""
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    return of_family(key)[0] in DOUBTFUL


class _Faults:
    """The first faults, in their order, and how many there are."""

    def __init__(self) -> None:
        self.first: list[tuple[int, Path, NotANetwork]] = []
        self.count = 0

    def note(self, order: int, path: Path, fault: NotANetwork) -> None:
        """One more. order: how many were found before."""
        self.count += 1
        if len(self.first) < FAULTS_KEPT:
            self.first.append((order, path, fault))

    def add(self, others: "_Faults") -> None:
        """Those of another place."""
        self.count += others.count
        self.first = sorted([*self.first, *others.first], key=lambda each: each[0])[:FAULTS_KEPT]


def _where(path: Path) -> Path:
    """The place of a value in every object of its kind: its keys without positions."""
    return tuple(step for step in path if isinstance(step, str))


def _strings(values: Iterable[tuple[Path, object, bool]]) -> Iterator[tuple[Path, str, bool]]:
    """Every text of JSON values with its path, and whether it only speaks of ranges; keys are texts, too."""
    for path, value, speaks in values:
        if isinstance(value, str):
            yield path, value, speaks
        elif isinstance(value, list):
            yield from _strings(((*path, at), each, speaks) for at, each in enumerate(value))
        elif isinstance(value, dict):
            plan = _is_plan(value)
            for key, each in value.items():
                silent = speaks or of_family(key)[0] in NO_RANGES or (plan and normal(key) not in _OF_PLAN)
                yield (*path, key), key, silent
                yield from _strings([((*path, key), each, silent)])


def _once(taken: list[Reservation]) -> list[Reservation]:
    """Each range with the same name once: AWS and Azure write the first range of a network in two places."""
    return list({(each.network.value, each.network.prefixlen, each.reason): each for each in taken}.values())


def _is_plan(row: Json) -> bool:
    """Whether an object is a plan of this command; the parameters of its template have the same names."""
    return row.keys() >= _PLAN and not isinstance(row["podCidr"], dict)


def _name_of_plan(row: Json) -> str:
    """The subnet or the network that a plan is for, if it names one."""
    network = row.get("network")
    found = name_of_object(network) if isinstance(network, dict) else ""
    return found or "plan"


def _joined(outer: str, own: str) -> str:
    """`hub/apps` for subnet apps of network hub."""
    return f"{outer}/{own}" if outer and own and own != outer else own or outer


def _tagged(row: Json) -> str:
    """The name that AWS keeps among the tags."""
    tags = row.get("Tags")
    named = [tag.get("Value") for tag in tags if isinstance(tag, dict) and tag.get("Key") == "Name"] \
        if isinstance(tags, list) else []  # fmt: skip
    return named[0] if named and isinstance(named[0], str) else ""


def _value_of(row: Json) -> str:
    """The key under which a parameter or an output of a template has its value."""
    return next((key for key in row if key in _VALUES and isinstance(row[key], str | list)), "")


def _given(document: Row) -> set[str]:
    """The parameters and variables of an ARM template that have their value in it. Their names have no case."""
    found: set[str] = set()
    for key in ("parameters", "variables") if isinstance(document, dict) else ():
        inside = document.get(key)
        if isinstance(inside, dict):
            found.update(
                name.lower() for name, value in inside.items()
                if key == "variables" or (isinstance(value, dict) and _value_of(value))
            )  # fmt: skip
    return found


def _may_be_range(value: object) -> bool:
    return not isinstance(value, str) or value[:1].isdigit() or ":" in value


def _is_empty(value: object) -> bool:
    """Whether a document is an export of nothing: an empty list or object, or an object with an empty list."""
    return not value or (isinstance(value, dict) and [] in value.values())


def _no_key(values: list[object]) -> NotANetwork:
    keys = list(dict.fromkeys(key for value in values for each in (value if isinstance(value, list) else [value])
                              if isinstance(each, dict) for key in each))  # fmt: skip
    shown = ", ".join(clean_name(key) or "''" for key in keys[:_KEYS_SHOWN]) or "none"
    more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
    return NotANetwork(
        "list-without-ranges",
        f"no key of the JSON holds ranges: its keys are {shown}{more}",
        "name them prefix, cidr or addressPrefixes, or give a list of texts",
    )

"""JSON: lists of ranges, lists of objects with a range, and what exporters wrap around them."""

import json
from typing import Any

from azext_kubenet.addressing.lists.columns import LIKELY, SURE, WRAPPINGS, Layout, layout, name_of, normal, range_of
from azext_kubenet.addressing.lists.documents import Documents, NotJson, Path
from azext_kubenet.addressing.lists.listing import Fault, Listing, Reasons, clean_name, place, read_cell
from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.networks import NotANetwork, quoted

#: Our own bound on lists and objects inside each other: exports have some ten.
DEEPEST = 64
_KEYS_SHOWN = 12
#: What was found below a value: nothing that holds ranges, a place for them without one, or something to tell.
_NOTHING, _EMPTY, _FOUND = range(3)


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


class _Reader:
    """Walks through JSON values. Paths are tuples of keys and positions."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.reasons = Reasons()
        self.faults: list[tuple[Path, NotANetwork]] = []
        self.without: Path | None = None
        self.layouts: dict[tuple[str, ...], Layout] = {}

    def read(self, documents: Documents) -> None:
        """Read all documents, and then look for the places of the few faults that are told."""
        states = [self.document(value, path) for path, value in documents.values()]
        self.listing.taken = _once(self.listing.taken)
        self.listing.faults = [Fault(documents.line(path), place(documents.shown(path)), fault)
                               for path, fault in self.faults]  # fmt: skip
        if self.without is not None:
            self.listing.first_without = (documents.line(self.without), place(documents.shown(self.without)))
        if not any(states) and not all(_is_empty(value) for _, value in documents.values()):
            self.listing.refuse(_no_key([value for _, value in documents.values()]))

    def document(self, value: Any, path: Path) -> int:
        """Read one of the outermost values."""
        state = self.walk(value, path, "", True)
        if state == _EMPTY and not _is_empty(value):
            self.pass_over(path)
        return state

    def walk(self, value: Any, path: Path, name: str, holds_ranges: bool) -> int:
        """Read a value; holds_ranges: whether a text in it is a range."""
        if len(path) > DEEPEST:
            raise _TooDeep
        if isinstance(value, dict):
            return self.record(value, path, name, holds_ranges)
        if isinstance(value, list):
            return self.each(value, path, name, holds_ranges)
        if not holds_ranges:
            return _NOTHING
        return self.text(value, path, self.reasons.of(name))

    def each(self, values: list[Any], path: Path, name: str, holds_ranges: bool) -> int:
        """Read a list. Objects without a range beside others that have one are counted: none is lost unseen."""
        states = [self.walk(value, (*path, at), name, holds_ranges) for at, value in enumerate(values)]
        if not any(states):
            return _NOTHING
        for at, (value, state) in enumerate(zip(values, states, strict=True)):
            if state != _FOUND and (isinstance(value, dict) or holds_ranges):
                self.pass_over((*path, at))
        return _FOUND

    def record(self, row: dict[str, Any], path: Path, name: str, outermost: bool) -> int:
        """Read an object: its own range, the lists of ranges in it, and what is inside it."""
        keys = tuple(row)
        where = self.layouts.get(keys)
        if where is None:
            where = self.layouts[keys] = layout((key, key) for key in keys)
        state = _EMPTY if where.known else _NOTHING
        try:
            own = range_of(row, where)
        except NotANetwork as fault:
            own, state = None, self.refuse(path, fault)
        name = _joined(name, _tagged(row) or name_of(row, where, own and own[0]))
        if own is not None:
            state = self.text(own[1], (*path, own[0]), self.reasons.of(name))
        outermost = outermost and not where.known
        for key, value in row.items():
            if isinstance(value, list | dict):
                state = max(state, self.inside(key, value, (*path, key), name, outermost))
        return state

    def inside(self, key: str, value: Any, path: Path, name: str, outermost: bool) -> int:
        """Read a list or an object in an object. Lists under LIKELY names are of ranges or of names."""
        title = normal(key)
        if title in LIKELY and isinstance(value, list):
            return self.each([each if _may_be_range(each) else {} for each in value], path, name, True)
        return self.walk(value, path, name, title in SURE or (outermost and title in WRAPPINGS))

    def text(self, value: Any, path: Path, reason: str) -> int:
        """Read one text that is a range, or should be one."""
        if value is None or value == "":
            return _EMPTY
        if not isinstance(value, str):
            message = f"{quoted(json.dumps(value))} is not an IPv4 network"
            return self.refuse(path, NotANetwork("malformed-range", message, 'use a text such as "10.244.0.0/16"'))
        seen = self.listing.seen
        read_cell(value, self.listing, reason, lambda fault: self.refuse(path, fault))
        return _FOUND if self.listing.seen > seen else _EMPTY

    def refuse(self, path: Path, fault: NotANetwork) -> int:
        """Note a fault; its line is looked for at the end, and only if it is told."""
        kept = len(self.listing.faults)
        self.listing.refuse(fault)
        if len(self.listing.faults) > kept:
            self.faults.append((path, fault))
        return _FOUND

    def pass_over(self, path: Path) -> None:
        """Note an entry without a range."""
        self.without = path if self.without is None else self.without
        self.listing.pass_over(0)


def _once(taken: list[Reservation]) -> list[Reservation]:
    """Each range with the same name once: AWS and Azure write the first range of a network in two places."""
    return list({(each.network.value, each.network.prefixlen, each.reason): each for each in taken}.values())


def _joined(outer: str, own: str) -> str:
    """`hub/apps` for subnet apps of network hub."""
    return f"{outer}/{own}" if outer and own and own != outer else own or outer


def _tagged(row: dict[str, Any]) -> str:
    """The name that AWS keeps among the tags."""
    tags = row.get("Tags")
    named = [tag.get("Value") for tag in tags if isinstance(tag, dict) and tag.get("Key") == "Name"] \
        if isinstance(tags, list) else []  # fmt: skip
    return named[0] if named and isinstance(named[0], str) else ""


def _may_be_range(value: Any) -> bool:
    return not isinstance(value, str) or value[:1].isdigit() or ":" in value


def _is_empty(value: Any) -> bool:
    """Whether a document is an export of nothing: an empty list or object, or an object with an empty list."""
    return not value or (isinstance(value, dict) and [] in value.values())


def _no_key(values: list[Any]) -> NotANetwork:
    keys = list(dict.fromkeys(key for value in values for each in (value if isinstance(value, list) else [value])
                              if isinstance(each, dict) for key in each))  # fmt: skip
    shown = ", ".join(clean_name(key) or "''" for key in keys[:_KEYS_SHOWN]) or "none"
    more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
    return NotANetwork(
        "list-without-ranges",
        f"no key of the JSON holds ranges: its keys are {shown}{more}",
        "name them prefix, cidr or addressPrefixes, or give a list of texts",
    )

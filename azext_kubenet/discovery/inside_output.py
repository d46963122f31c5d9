"""The output of the command that looks inside a cluster, as it is understood. Pure.

Lines of ours say where each part begins and ends, and how many lines it has: what was cut is seen, and told.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from azext_kubenet.azure.bodies import Json, objects
from azext_kubenet.azure.properties import ipv4
from azext_kubenet.discovery.inside_cluster import (
    Budget,
    CalicoObject,
    Condition,
    DaemonSet,
    InsideCluster,
    InsideNode,
    IpMasq,
    Policy,
)
from azext_kubenet.discovery.inside_command import BEGIN, END, FAILED, LISTS, ROW, Part
from azext_kubenet.discovery.topology import ranges

T = TypeVar("T")
#: Characters of what kubectl complains of that are repeated.
_TOLD = 300


def understand(logs: str) -> InsideCluster:
    """What the output shows; of an output that is another command's, every part is unread."""
    reading = _Reading({part: section for part, section in _sections(logs) if part is not None})
    return InsideCluster(
        nodes=reading.rows(Part.NODES, _node),
        budgets=reading.rows(Part.BUDGETS, _budget),
        ip_masq=reading.rows(Part.IP_MASQ, lambda row: IpMasq(_name(row[0]), _text(row[1]))),
        daemon_sets=reading.rows(Part.DAEMON_SETS, _daemon_set),
        policies=reading.rows(Part.POLICIES, _policy),
        calico=reading.rows(Part.CALICO, lambda row: CalicoObject(_name(row[0]), _text(row[1]), _name(row[2]))),
        counts=reading.counts,
        cut=reading.cut,
        unread=reading.unread,
    )


def understand_policies(logs: str) -> list[Json] | None:
    """The policies of all lists that were printed whole; None where one is missing, or cut."""
    lines = logs.splitlines()
    said = next((line.rpartition(" ")[2] for line in lines if line.startswith(f"{LISTS} ")), "")
    lists = [_value(line) for line in lines if line.startswith("[")]
    whole = [each for each in lists if isinstance(each, list)]
    if not said.isdecimal() or len(whole) != int(said):
        return None
    return [each for one in whole for each in objects(one)]


class _Section(NamedTuple):
    """The lines of a part.

    rows: what was printed of the objects, a line each, the number of objects first
    others: what kubectl or jq complained of
    every, shown: how many lines there were, and how many were let through; None where its end was not seen
    """

    rows: list[str]
    others: list[str]
    every: int | None = None
    shown: int | None = None


def _sections(logs: str) -> Iterator[tuple[Part | None, _Section]]:
    """The parts of an output, in its order; what is before the first is nobody's."""
    part, section = None, _Section([], [])
    for line in logs.splitlines():
        words = line.split()
        if words[:1] == [BEGIN]:
            yield part, section
            part = next((each for each in Part if words[1:] == [each.name]), None)
            section = _Section([], [])
        elif words[:1] == [END] and section.every is None and len(words) == 3 and all(map(str.isdecimal, words[1:])):
            section = section._replace(every=int(words[1]), shown=int(words[2]))
        elif line.startswith(ROW) and section.every is None:
            section.rows.append(line.removeprefix(ROW))
        elif words:
            section.others.append(line.strip())
    yield part, section


class _Reading:  # pylint: disable=too-few-public-methods
    """The parts of an output as they are understood; what is missing in them."""

    def __init__(self, sections: Mapping[Part, _Section]):
        self._sections = sections
        self.counts: dict[Part, int] = {}
        self.cut: dict[Part, str] = {}
        self.unread: dict[Part, str] = {}

    def rows(self, part: Part, parse: Callable[[list[object]], T]) -> tuple[T, ...]:
        """What a part shows."""
        section = self._sections.get(part)
        if section is None:
            self.unread[part] = "the output does not have them"
            return ()
        values = [*map(_value, section.rows)]
        count = values[0] if values and isinstance(values[0], int) and not isinstance(values[0], bool) else None
        if count is None or FAILED in values:
            self.unread[part] = " ".join(section.others)[:_TOLD] or "kubectl reported no reason"
            return ()
        self.counts[part] = count
        found = [each for value in values[1:] if (each := _parsed(value, parse)) is not None]
        self._note_what_is_missing(part, section, len(found))
        return tuple(found)

    def _note_what_is_missing(self, part: Part, section: _Section, found: int) -> None:
        """Say so if there is more than was found: nodes are printed all, of others those that matter."""
        there = self.counts[part] if part is Part.NODES else None
        if section.every is None:
            self.cut[part] = f"the output was cut after {found}" + (f" of {there}" if there is not None else "")
        elif found != section.every - 1:
            self.cut[part] = f"{found} of {section.every - 1} fit into the output of a command"
        elif there is not None and found != there:
            self.cut[part] = f"{found} of {there} were shown"


def _value(row: str) -> object:
    try:
        return json.loads(row)
    except (ValueError, RecursionError):
        return None


def _parsed(value: object, parse: Callable[[list[object]], T]) -> T | None:
    """A row as it is understood; None for what cannot be."""
    if not isinstance(value, list):
        return None
    try:
        return parse(value)
    except (ValueError, IndexError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name(value: object) -> str:
    """The name of an object. Raises ValueError: there is none without."""
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in (value if isinstance(value, list) else ()) if isinstance(each, str) and each)


def _node(row: list[object]) -> InsideNode:
    conditions = row[4] if isinstance(row[4], list) else []
    addresses = ipv4(_texts(row[2]))
    return InsideNode(
        name=_name(row[0]).lower(),
        block=next(ranges(ipv4(_texts(row[1]))), None),
        address=addresses[0] if addresses else "",
        age=row[3] if isinstance(row[3], int) else None,
        conditions=tuple(
            Condition(*map(_text, each)) for each in conditions if isinstance(each, list) and 2 <= len(each) <= 4
        ),
        is_shut_down=row[5] is True,
    )


def _budget(row: list[object]) -> Budget:
    at_least, unavailable = ("" if each is None else str(each) for each in row[2:4])
    pods, healthy, wanted = map(_number, row[4:7])
    return Budget(_name(row[0]), _name(row[1]), at_least, unavailable, pods, healthy, wanted)


def _daemon_set(row: list[object]) -> DaemonSet:
    return DaemonSet(_name(row[0]), _name(row[1]), row[2] is True, row[3] is True)


def _policy(row: list[object]) -> Policy:
    return Policy(_name(row[0]), _name(row[1]), _texts(row[2]), _texts(row[3]))

"""Traffic, and what a list of security rules leaves of it. Pure.

Traffic has five sides: source and destination addresses, protocol, source and destination ports. A part of it is a set
of numbers a side; each rule takes its part out of what the rules before it have not decided:

    undecided   +---------------+    a rule     +-----+    what is left   +---------------+
                |               |               |     |                   |     +---------+
                |               |               +-----+                   |     |
                +---------------+                                         +-----+  in pieces

The numbers that all rules treat alike are one bit of a set, so that a range of any length costs the same.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: First and last number on a side.
Span = tuple[int, int]
#: A span a side.
_Flow = tuple[Span, Span, Span, Span, Span]
#: Bits a side.
Part = tuple[int, ...]

EVERY_ADDRESS: Span = (0, 2**32 - 1)
EVERY_PORT: Span = (0, 2**16 - 1)
#: Where Linux takes the port of a connection from that it opens. kernel ip-sysctl.rst, ip_local_port_range
CHOSEN_PORT: Span = (32768, 60999)
#: Protocols that a rule can name, and one place more for all others.
PROTOCOLS = ("tcp", "udp", "icmp", "esp", "ah", "")
EVERY_PROTOCOL: Span = (0, len(PROTOCOLS) - 1)


@dataclass(frozen=True)
class SecurityRule:
    """A security rule: sides are its source and destination addresses, protocols, source and destination ports."""

    name: str
    priority: int
    inbound: bool
    allows: bool
    sides: tuple[tuple[Span, ...], ...]

    def touches(self, flow: _Flow) -> bool:
        """Whether the rule decides any of the flow."""
        return all(any(_clipped(side, bound)) for side, bound in zip(self.sides, flow, strict=True))


def traffic(source: Span, target: Span, protocol: str = "", port: int | None = None) -> _Flow:
    """All traffic from some addresses to others, or what goes to one port by one protocol.

    Whoever opens a connection has a port of the system's choice; what answers it passes, as Azure remembers flows.
    """
    if port is None:
        return (source, target, EVERY_PROTOCOL, EVERY_PORT, EVERY_PORT)
    spoken = PROTOCOLS.index(protocol)
    return (source, target, (spoken, spoken), CHOSEN_PORT, (port, port))


def denying(rules: Sequence[SecurityRule], flow: _Flow) -> Iterator[SecurityRule]:
    """The rules, of those in order of priority, that deny part of the flow.

    What no rule decides is not denied here: it is left to Azure's default rules.
    """
    touching = [rule for rule in rules if rule.touches(flow)]
    while touching and touching[-1].allows:  # nothing after it is denied
        touching.pop()
    parts, everything = _in_bits(touching, flow)
    undecided = [everything]
    for rule, part in zip(touching, parts, strict=True):
        if not rule.allows and any(_meet(each, part) for each in undecided):
            yield rule
        undecided = [piece for each in undecided for piece in _minus(each, part)]


def _clipped(side: Iterable[Span], bound: Span) -> Iterator[Span]:
    for low, high in side:
        if low <= bound[1] and bound[0] <= high:
            yield max(low, bound[0]), min(high, bound[1])


def _in_bits(rules: Sequence[SecurityRule], flow: _Flow) -> tuple[list[Part], Part]:
    """What each rule decides of a flow, and the flow, in sets of bits."""
    columns, everything = [], []
    for number, bound in enumerate(flow):
        clipped = [list(_clipped(rule.sides[number], bound)) for rule in rules]
        starts = sorted({bound[0]} | {edge for spans in clipped for low, high in spans for edge in (low, high + 1)})
        columns.append([_bits(spans, starts) for spans in clipped])
        everything.append(_bits([bound], [*starts, bound[1] + 1]))
    return list(zip(*columns, strict=True)), tuple(everything)


def _bits(spans: Iterable[Span], starts: Sequence[int]) -> int:
    """The set of the stretches, by where each starts, that lie in the spans."""
    found = 0
    for low, high in spans:
        found |= (1 << bisect_left(starts, high + 1)) - (1 << bisect_left(starts, low))
    return found


def _meet(one: Part, other: Part) -> bool:
    return all(a & b for a, b in zip(one, other, strict=True))


def _minus(part: Part, cut: Part) -> Iterator[Part]:
    """A part without what it shares with another, in pieces that share nothing."""
    if not _meet(part, cut):
        yield part
        return
    before: Part = ()
    after = part
    for mine, taken in zip(part, cut, strict=True):
        after = after[1:]
        if mine & ~taken:
            yield (*before, mine & ~taken, *after)
        before = (*before, mine & taken)

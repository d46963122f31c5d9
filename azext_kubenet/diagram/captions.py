"""Words of the picture: kinds, ranges, names made safe to be shown, and all of a scene in sentences."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from netaddr import IPAddress

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.model import Origin, RangeKind, Reservation
from azext_kubenet.addressing.sizing import service_addresses
from azext_kubenet.diagram.capacity import asked, counted
from azext_kubenet.diagram.scene import Row, Scene

#: What each kind of reservation is called in a legend; None is for several kinds in one piece.
KINDS: dict[Origin | None, str] = {
    Origin.AZURE: "reserved by Azure or AKS",
    Origin.USER: "excluded by you",
    Origin.SUBNET: "other subnet",
    Origin.PEERING: "peered network",
    Origin.CLUSTER: "pods or services of a cluster",
    Origin.ROUTE: "behind a gateway or route",
    Origin.VNET: "network not connected",
    None: "several kinds, gathered",
}
#: The title of a block that a network may be taken from.
WITHIN = "--within"
#: How many reservations the description names one by one, and how many of each kind once there are more.
_NAMED_ALL, _NAMED_EACH = 60, 5
#: No name and no message is allowed to drown the rest, in characters.
_LONGEST_NAME, _LONGEST_MESSAGE = 160, 700
#: Characters that turn around what is beside them: a forged name could make two addresses change places.
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, longest: int = _LONGEST_NAME) -> str:
    """Return a name that is safe to be shown: one line, not endless, and only text for a terminal and for XML."""
    shown = "".join(" " if char.isspace() else char if _harmless(char) else "\ufffd" for char in text)
    return shown if len(shown) <= longest else shown[: longest - 3] + "..."


def _harmless(char: str) -> bool:
    return char not in _TURNS and unicodedata.category(char) not in ("Cc", "Cs", "Cn", "Co")


def range_text(first: int, last: int) -> str:
    """Return `10.1.0.0 - 10.1.3.255`."""
    return f"{IPAddress(first, version=4)} - {IPAddress(last, version=4)}"


def title(row: Row) -> str:
    """Return what a row shows, such as `virtual network 10.1.0.0/16`."""
    return f"{row.title} {row.block}".strip()


def _is_are(count: int) -> str:
    """Return the verb after a count and its noun."""
    return "is" if count == 1 else "are"


def room(row: Row, refused: bool) -> str:
    """Return how much of a row is planned, taken and free."""
    parts = [f"{part_of(row, row.planned_size)} {planned(refused)}", f"{part_of(row, row.taken_size)} in use"]
    parts.append(f"{part_of(row, row.free)} free")
    return ", ".join(parts) + (f", largest free block {row.largest_free}" if row.largest_free else "")


def part_of(row: Row, addresses: int) -> str:
    """Return a part of a row in words: `all`, `nothing`, `12.5%`."""
    return {0: "nothing", int(row.block.size): "all"}.get(addresses) or row.share(addresses)


def planned(refused: bool) -> str:
    """Return what the ranges of a plan are called that may be refused."""
    return "asked" if refused else "planned"


def _errors(scene: Scene) -> list[Finding]:
    """Return the findings that refuse a plan."""
    return [each for each in scene.findings if each.severity is Severity.ERROR]


def outcome(scene: Scene) -> str:
    """Return the result in a few words."""
    if scene.refused:
        return "refused"
    meetings = {each.meeting for each in scene.collisions}
    shared = shared_with(scene)
    said = "nothing collides"
    if meetings:
        said = f"{counted(len(meetings), 'overlap')}, not refused"
    elif shared:
        said = f"shares addresses with {counted(len(shared), 'range')} of other clusters"
    warnings = sum(each.severity is Severity.WARNING for each in scene.findings)
    return f"{said}; {counted(warnings, 'warning')}" if warnings else said


def is_good(scene: Scene) -> bool:
    """Return whether there is nothing to look at twice."""
    return outcome(scene) == "nothing collides"


def shared_with(scene: Scene) -> list[Reservation]:
    """Return the ranges of other clusters that pods and services have as well."""
    ours = [each.network for each in scene.planned if each.kind in (RangeKind.PODS, RangeKind.SERVICES)]
    theirs = dict.fromkeys((*(each for each in scene.taken if each.origin is Origin.CLUSTER), *scene.elsewhere))
    return [each for each in theirs if any(overlap(each.network, one) for one in ours)]


def instead(finding: Finding) -> str:
    """Return what to do about a finding, and how to go on in spite of it where Azure itself does not refuse."""
    accept = f"{finding.acceptable} {finding.rule}" if finding.acceptable else ""
    if finding.severity is not Severity.ERROR or not accept:
        return finding.recommendation
    way = f"to continue anyway: {accept}"
    return f"{finding.recommendation}, or {way}" if finding.recommendation else way


def message(scene: Scene) -> str:
    """Return why a plan is refused: the first error."""
    return clean(next((each.message for each in _errors(scene)), ""), _LONGEST_MESSAGE)


def others(scene: Scene, most: int) -> Iterator[str]:
    """Yield the findings other than the first error, most severe first, and how many more there are."""
    first = _errors(scene)[:1]
    rest = [each for severity in Severity for each in scene.findings if each.severity is severity and each not in first]
    for each in rest[:most]:
        yield f"{each.severity.value}: {clean(each.message, _LONGEST_MESSAGE)}"
    if len(rest) > most:
        yield f"and {counted(len(rest) - most, 'more finding')}"


def _headline(scene: Scene) -> str:
    """Return the result in one sentence."""
    return f"refused: {message(scene)}" if scene.refused else f"planned for {asked(scene.size)}: {outcome(scene)}"


def advice(scene: Scene) -> str:
    """Return what to type instead of what is refused, otherwise what the ranges support, and the first limit."""
    if scene.refused:
        return clean(next((instead(each) for each in _errors(scene)), ""), _LONGEST_MESSAGE)
    first = next((each for each in scene.meters if each.binds), None)
    if first is None or first.supports is None:
        return ""
    pods = first.supports * scene.size.max_pods
    return (
        f"supports up to {counted(first.supports, 'node')} and {counted(pods, 'pod')}; {first.name} is the first limit"
    )


def missing(scene: Scene) -> str:
    """Return what found no space, and the largest block that was left for it; "" when nothing is missing."""
    short = scene.shortage
    if short is None:
        return ""
    sizes = ", ".join(f"{kind.words} of /{prefix}" for kind, prefix in short.sizes.items())
    free = f"largest free block {short.largest_free}" if short.largest_free else "nothing is free there"
    cluster = (
        f"; the largest cluster that fits: {counted(short.largest_cluster, 'node')}" if short.largest_cluster else ""
    )
    return f"no space for {sizes}: {free}{cluster}"


def services(scene: Scene) -> str:
    """Return how many addresses the service CIDR has; "" while there is none."""
    network = next((each.network for each in scene.planned if each.kind is RangeKind.SERVICES), None)
    if network is None:
        return ""
    dns = f", the DNS service at {scene.dns_ip}" if scene.dns_ip else ""
    return f"{RangeKind.SERVICES.words} {network}: {counted(service_addresses(network), 'address')} for services{dns}"


def description(scene: Scene) -> list[str]:
    """Return the whole picture in sentences, for those who do not see it."""
    collisions = dict.fromkeys(each.meeting for each in scene.collisions)
    named = {each.network: each.label for each in scene.planned}
    return [
        f"{_headline(scene)}.",
        *(f"{part}." for part in (advice(scene), missing(scene), *others(scene, _NAMED_ALL)) if part),
        *_planned(scene),
        *(f"Collision: {named[network]} overlaps {clean(what)}." for network, what in collisions),
        *(f"{title(row)}: {room(row, scene.refused)}." for row in scene.rows),
        *_taken(scene),
        *(f"{each.name}: {each.says}{'; the first limit' if each.binds else ''}." for each in scene.meters),
        *(f"{part}." for part in (services(scene),) if part),
    ]


def _planned(scene: Scene) -> Iterator[str]:
    if scene.planned:
        verb = "Asked for or tried" if scene.refused else "Planned"
        yield f"{verb}: {', '.join(each.label for each in scene.planned)}."


def _taken(scene: Scene) -> Iterator[str]:
    """Yield what is taken: each by name, or how many of each kind when they are many; and what is not drawn."""
    if len(scene.taken) <= _NAMED_ALL:
        yield from (f"Taken: {each.network}, {clean(each.reason)}." for each in scene.taken)
    else:
        for kind, held in by_kind(scene.taken).items():
            named = "; ".join(f"{each.network}, {clean(each.reason)}" for each in held[:_NAMED_EACH])
            more = f"; and {len(held) - _NAMED_EACH:,} more" if len(held) > _NAMED_EACH else ""
            yield f"Taken, {KINDS[kind]}: {counted(len(held), 'range')}: {named}{more}."
    yield from notes(scene)


def by_kind(held: Sequence[Reservation]) -> dict[Origin, list[Reservation]]:
    """Return reservations by where they come from, in the order of the legend."""
    kinds: dict[Origin, list[Reservation]] = {}
    for origin in Origin:
        found = [each for each in held if each.origin is origin]
        if found:
            kinds[origin] = found
    return kinds


def notes(scene: Scene) -> Iterator[str]:
    """Yield what is not drawn."""
    if scene.unseen:
        kinds = Counter(KINDS[each.origin] for each in scene.unseen)
        counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
        count, verb = counted(len(scene.unseen), "range"), _is_are(len(scene.unseen))
        yield f"{count} outside these blocks {verb} not drawn: {counts}."
    if scene.elsewhere:
        count = counted(len(scene.elsewhere), "range")
        verb = _is_are(len(scene.elsewhere))
        yield f"{count} of clusters that are not connected {verb} not drawn: a plan may share them."
    if scene.more_details:
        noun = "prefix" if scene.more_details == 1 else "prefixes"
        yield f"{scene.more_details:,} more {noun} of the network {_is_are(scene.more_details)} not drawn."

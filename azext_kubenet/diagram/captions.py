"""Words of the picture: kinds, ranges, names made fit to be shown, and all of a scene in sentences."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from netaddr import IPAddress

from azext_kubenet.addressing.model import Finding, Origin, RangeKind, Reservation, Severity
from azext_kubenet.addressing.sizing import service_addresses
from azext_kubenet.addressing.wording import many
from azext_kubenet.diagram.capacity import asked
from azext_kubenet.diagram.scene import Row, Scene

#: What each kind of reservation is called in a legend; None is for several kinds in one piece.
KINDS: dict[Origin | None, str] = {
    Origin.AZURE: "kept by Azure or AKS",
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
#: Characters that turn around what stands beside them: a forged name could make two addresses change places.
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, longest: int = _LONGEST_NAME) -> str:
    """A name fit to be shown: one line, not endless, and nothing that a terminal or XML takes for more than text."""
    shown = "".join(" " if char.isspace() else char if _harmless(char) else "\ufffd" for char in text)
    return shown if len(shown) <= longest else shown[: longest - 3] + "..."


def _harmless(char: str) -> bool:
    return char not in _TURNS and unicodedata.category(char) not in ("Cc", "Cs", "Cn", "Co")


def range_text(first: int, last: int) -> str:
    """`10.1.0.0 - 10.1.3.255`."""
    return f"{IPAddress(first, version=4)} - {IPAddress(last, version=4)}"


def title(row: Row) -> str:
    """What a row shows, such as `virtual network 10.1.0.0/16`."""
    return f"{row.title} {row.block}".strip()


def is_are(count: int) -> str:
    """`1 is`, `2 are`, after a noun."""
    return "is" if count == 1 else "are"


def room(row: Row, refused: bool) -> str:
    """How much of a row is planned, taken and free."""
    parts = [f"{row.share(row.planned_size)} {planned(refused)}", f"{row.share(row.taken_size)} taken"]
    parts.append(f"{row.share(row.free)} free")
    return ", ".join(parts) + (f", largest free block {row.largest_free}" if row.largest_free else "")


def planned(refused: bool) -> str:
    """What the ranges of a plan are called that may be refused."""
    return "asked" if refused else "planned"


def errors(scene: Scene) -> list[Finding]:
    """The findings that refuse a plan."""
    return [each for each in scene.findings if each.severity is Severity.ERROR]


def outcome(scene: Scene) -> str:
    """The result in a few words."""
    if scene.refused:
        return "refused"
    if scene.collisions:
        return f"{many_(len(scene.collisions), 'overlap')}, not refused"
    return "nothing collides"


def message(scene: Scene) -> str:
    """Why a plan is refused: the first error."""
    return clean(next((each.message for each in errors(scene)), ""), _LONGEST_MESSAGE)


def others(scene: Scene, most: int) -> Iterator[str]:
    """The findings beside the first error, gravest first, and how many more there are."""
    first = errors(scene)[:1]
    rest = [each for severity in Severity for each in scene.findings if each.severity is severity and each not in first]
    for each in rest[:most]:
        yield f"{each.severity.value}: {clean(each.message, _LONGEST_MESSAGE)}"
    if len(rest) > most:
        yield f"and {many_(len(rest) - most, 'more finding')}"


def headline(scene: Scene) -> str:
    """The result in one sentence."""
    return f"refused: {message(scene)}" if scene.refused else f"planned for {asked(scene.size)}: {outcome(scene)}"


def advice(scene: Scene) -> str:
    """What to type instead, for a refusal; else what the ranges carry, and what binds first."""
    if scene.refused:
        return clean(next((each.recommendation for each in errors(scene)), ""), _LONGEST_MESSAGE)
    first = next((each for each in scene.meters if each.binds), None)
    if first is None or first.carries is None:
        return ""
    pods = first.carries * scene.size.max_pods
    return f"carries up to {many_(first.carries, 'node')} and {many_(pods, 'pod')}; {first.name} binds first"


def many_(count: int, noun: str) -> str:
    """`1 node`, `25,080 pods`: many() for numbers that need a comma."""
    return f"{count:,} {many(count, noun).partition(' ')[2]}"


def missing(scene: Scene) -> str:
    """What found no place, and the largest block that was left for it; empty when nothing is missing."""
    short = scene.shortage
    if short is None:
        return ""
    sizes = ", ".join(f"{kind.words} of /{prefix}" for kind, prefix in short.sizes.items())
    free = f"largest free block {short.largest_free}" if short.largest_free else "nothing is free there"
    cluster = (
        f"; the largest cluster that fits: {many_(short.largest_cluster, 'node')}" if short.largest_cluster else ""
    )
    return f"no place for {sizes}: {free}{cluster}"


def services(scene: Scene) -> str:
    """What the service CIDR holds; empty while there is none."""
    network = next((each.network for each in scene.planned if each.kind is RangeKind.SERVICES), None)
    if network is None:
        return ""
    dns = f", the DNS service at {scene.dns_ip}" if scene.dns_ip else ""
    return f"{RangeKind.SERVICES.words} {network}: {many_(service_addresses(network), 'address')} for services{dns}"


def description(scene: Scene) -> list[str]:
    """The whole picture in sentences, for those who do not see it."""
    return [
        f"{headline(scene)}.",
        *(f"{part}." for part in (advice(scene), missing(scene), *others(scene, _NAMED_ALL)) if part),
        *_planned(scene),
        *(f"Collision: {each.planned.label} overlaps {clean(each.what)}." for each in scene.collisions),
        *(f"{title(row)}: {room(row, scene.refused)}." for row in scene.rows),
        *taken(scene),
        *(f"{each.name}: {each.says}{'; binds first' if each.binds else ''}." for each in scene.meters),
        *(f"{part}." for part in (services(scene),) if part),
    ]


def _planned(scene: Scene) -> Iterator[str]:
    if scene.planned:
        verb = "Asked for or tried" if scene.refused else "Planned"
        yield f"{verb}: {', '.join(each.label for each in scene.planned)}."


def taken(scene: Scene) -> Iterator[str]:
    """What is taken: each by name, or so many of each kind when they are many; and what is not drawn."""
    if len(scene.taken) <= _NAMED_ALL:
        yield from (f"Taken: {each.network}, {clean(each.reason)}." for each in scene.taken)
    else:
        for kind, held in by_kind(scene.taken).items():
            named = "; ".join(f"{each.network}, {clean(each.reason)}" for each in held[:_NAMED_EACH])
            more = f"; and {len(held) - _NAMED_EACH:,} more" if len(held) > _NAMED_EACH else ""
            yield f"Taken, {KINDS[kind]}: {many_(len(held), 'range')}: {named}{more}."
    yield from notes(scene)


def by_kind(held: Sequence[Reservation]) -> dict[Origin, list[Reservation]]:
    """Reservations by where they come from, in the order of the legend."""
    kinds: dict[Origin, list[Reservation]] = {}
    for origin in Origin:
        found = [each for each in held if each.origin is origin]
        if found:
            kinds[origin] = found
    return kinds


def notes(scene: Scene) -> Iterator[str]:
    """What is not drawn."""
    if scene.unseen:
        kinds = Counter(KINDS[each.origin] for each in scene.unseen)
        counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
        count, verb = many_(len(scene.unseen), "range"), is_are(len(scene.unseen))
        yield f"{count} outside these blocks {verb} not drawn: {counts}."
    if scene.elsewhere:
        count = many_(len(scene.elsewhere), "range")
        verb = is_are(len(scene.elsewhere))
        yield f"{count} of clusters that are not connected {verb} not drawn: a plan may share them."
    if scene.more_details:
        noun = "prefix" if scene.more_details == 1 else "prefixes"
        yield f"{scene.more_details:,} more {noun} of the network {is_are(scene.more_details)} not drawn."

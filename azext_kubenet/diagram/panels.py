"""Panels: each range of a plan with its neighbours, looked at closely, and what is said about it. No pixels yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Finding, Severity
from azext_kubenet.addressing.free_space import covers, interval, merged
from azext_kubenet.addressing.model import Origin, RangeKind, Reservation
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.diagram.scene import Held, Planned, Row, Scene, but_for_holes, prefixes_of, row_of

#: A range takes an eighth of what is drawn around it, so that it is seen, and its neighbours as well.
_ZOOM = 3
#: Prefixes of a network that have a panel, at most.
_MOST_PREFIXES = 6
_SLASH_8 = 8
TITLES = {
    RangeKind.VNET: "Network",
    RangeKind.SUBNET: "Subnet",
    RangeKind.PODS: "Pods",
    RangeKind.SERVICES: "Services",
    RangeKind.DOCKER_BRIDGE: "Docker bridge",
}


@dataclass(frozen=True)
class Panel:  # pylint: disable=too-many-instance-attributes
    """One range of the plan, or a block that was searched for one.

    kinds: what the range is: network and subnet may be one; () for a block that was searched
    network: the range, or the block
    given: whether it was given, not chosen
    about: what is in it, in words
    reason: why it is that one, "" where nothing is to be said
    window: what is drawn closely
    around: all of the space that it lies in, None where the window is all of it
    shared: ranges of clusters that are not connected, in the window
    twins: networks that are their own subnet
    findings: with their places among all
    """

    kinds: tuple[RangeKind, ...]
    network: IPNetwork
    given: bool
    about: str
    reason: str
    window: Row
    around: Row | None
    shared: tuple[Held, ...]
    twins: frozenset[IPNetwork] = frozenset()
    findings: tuple[tuple[int, Finding], ...] = ()

    @property
    def title(self) -> str:
        """Return what it is and where: `Pods 10.244.0.0/16`."""
        names = [TITLES[kind] for kind in self.kinds]
        what = " and ".join([names[0], *(name.lower() for name in names[1:])]) if names else self.window.title
        return f"{what} {self.network}"

    @property
    def collides(self) -> bool:
        """Whether the range shares an address with something that it should not."""
        return bool(self.window.collisions)

    def shows(self, planned: Planned | None) -> bool:
        """Return whether the panel is that of a range of the plan."""
        return planned is not None and planned.network == self.network and planned.kind in self.kinds


def panels_of(scene: Scene, result: PlanResult) -> list[Panel]:
    """Return the panels: of a refused plan first those where it fails."""
    found = [*_searched(scene), *(_panel(scene, result, *group) for group in _groups(scene))]
    found.sort(key=lambda each: bool(each.kinds) and not each.collides)
    return _with_findings(found, scene.findings)


def left_out(scene: Scene) -> int:
    """Return how many prefixes of the network have no panel."""
    return max(0, len(prefixes_of(scene.planned)) - _MOST_PREFIXES)


def general(panels: Iterable[Panel], findings: Sequence[Finding]) -> list[tuple[int, Finding]]:
    """Return the findings that belong to no panel, with their places."""
    told = {place for panel in panels for place, _ in panel.findings}
    return [(place, each) for place, each in enumerate(findings) if place not in told]


def _groups(scene: Scene) -> Iterator[tuple[tuple[RangeKind, ...], Planned]]:
    """Yield each range with all that it is: a network may be its own subnet, and a bridge is shown if it collides."""
    blamed = {side for each in scene.collisions for side in (each.planned, each.other)}
    subnets = [each for each in scene.planned if each.kind is RangeKind.SUBNET]
    prefixes = [each for each in scene.planned if each.kind is RangeKind.VNET]
    prefixes.sort(key=lambda one: (one not in blamed, not any(each.network in one.network for each in subnets)))
    both = _twins(scene)
    for each in prefixes[:_MOST_PREFIXES]:
        yield (RangeKind.VNET, RangeKind.SUBNET) if each.network in both else (RangeKind.VNET,), each
    for each in scene.planned:
        if each.kind is RangeKind.VNET or (each.kind is RangeKind.SUBNET and each.network in both):
            continue
        if each.kind is not RangeKind.DOCKER_BRIDGE or each in blamed:
            yield (each.kind,), each


def _twins(scene: Scene) -> frozenset[IPNetwork]:
    """Return the prefixes of the network that are the subnet as well."""
    subnets = {each.network for each in scene.planned if each.kind is RangeKind.SUBNET}
    return frozenset(subnets & set(prefixes_of(scene.planned)))


def _panel(scene: Scene, result: PlanResult, kinds: tuple[RangeKind, ...], one: Planned) -> Panel:
    network = one.network
    space = _space_around(network, prefixes_of(scene.planned) if kinds == (RangeKind.SUBNET,) else [])
    block = IPNetwork((network.first, max(space.prefixlen, network.prefixlen - _ZOOM)), version=4).cidr
    around = None if block == space else _whole(scene, space)
    held = but_for_holes(scene.held, block, scene.holes) if kinds == (RangeKind.SUBNET,) else scene.held
    # A network around all that is looked at is the ground that the subnet is on, not a range beside it.
    ground = [each for each in scene.planned if each.kind is RangeKind.VNET and block in each.network]
    planned = [each for each in scene.planned if kinds != (RangeKind.SUBNET,) or each not in ground]
    window = row_of(block, "", planned, held, scene.collisions)
    reasons = [result.reasons.get(kind.key, "") for kind in kinds]
    return Panel(
        kinds=kinds,
        network=network,
        given=one.given,
        about=_about(kinds[-1], network, result),
        reason="; ".join(dict.fromkeys(each for each in reasons if each)),
        window=_own_collisions(window, kinds, network),
        around=around,
        shared=_shared(scene.elsewhere, block),
        twins=_twins(scene),
    )


def _space_around(network: IPNetwork, prefixes: Sequence[IPNetwork]) -> IPNetwork:
    """Return the space that a range lies in: its network, private space, or a /8 around it."""
    for space in (*prefixes, *limits.PRIVATE_RANGES, limits.SHARED_RANGE):
        if network in space:
            return space
    return IPNetwork((network.first, min(_SLASH_8, network.prefixlen)), version=4).cidr


def _whole(scene: Scene, block: IPNetwork) -> Row:
    """Return all of a space: the network's own subnets are a part of it, and shown where it is looked into."""
    own = merged(interval(prefix) for prefix in prefixes_of(scene.planned))
    held = [each for each in scene.held if each[2].origin is not Origin.SUBNET or not covers(own, each[:2])]
    return row_of(block, "", scene.planned, held, ())


def _own_collisions(row: Row, kinds: Sequence[RangeKind], network: IPNetwork) -> Row:
    """Return a row with the collisions of one range alone: others are shown where they belong."""
    sides = [each for each in row.planned if each.network == network and each.kind in kinds]
    mine = tuple(each for each in row.collisions if each.planned in sides or each.other in sides)
    return replace(row, collisions=mine)


def _shared(elsewhere: Iterable[Reservation], block: IPNetwork) -> tuple[Held, ...]:
    near = (each for each in elsewhere if overlap(each.network, block))
    return tuple(sorted((each.network.first, each.network.last, each) for each in near))


def _about(kind: RangeKind, network: IPNetwork, result: PlanResult) -> str:
    if kind is RangeKind.SUBNET:
        usable = max(0, sizing.usable_addresses(network))
        return f"{network.size:,} addresses, {usable:,} of them for nodes and others"
    if kind is RangeKind.PODS:
        return f"{network.size:,} addresses, a /{limits.NODE_BLOCK_PREFIXLEN} for each of {_nodes(network)}"
    if kind is RangeKind.SERVICES:
        dns = f", DNS service IP {result.plan.dns_ip}" if result.plan.dns_ip else ""
        return f"{sizing.service_addresses(network):,} addresses for services{dns}"
    return f"{network.size:,} addresses"


def _nodes(network: IPNetwork) -> str:
    blocks = sizing.node_blocks(network)
    return f"{blocks:,} {'node' if blocks == 1 else 'nodes'}"


def _searched(scene: Scene) -> Iterator[Panel]:
    """Yield the blocks where something found no place."""
    short = scene.shortage
    if short is None:
        return
    nodes = {RangeKind.VNET, RangeKind.SUBNET} & set(short.sizes)
    rows = scene.details if nodes and scene.details else scene.overview
    for row in rows:
        name = "Searched block" if row.title != RangeKind.VNET.words else "Inside network"
        shown = replace(row, title=name, collisions=())
        yield Panel((), row.block, False, f"{row.block.size:,} addresses", "", shown, None, ())


def _with_findings(panels: Sequence[Panel], findings: Sequence[Finding]) -> list[Panel]:
    """Return the panels, each with what is found about its range."""
    told: dict[int, list[tuple[int, Finding]]] = {place: [] for place in range(len(panels))}
    grave = list(Severity)
    for place, each in sorted(enumerate(findings), key=lambda found: grave.index(found[1].severity)):
        of_kind = [at for at, one in enumerate(panels) if any(kind.option in each.subject for kind in one.kinds)]
        named = [at for at in of_kind if str(panels[at].network) in each.message]
        for at in named or of_kind[:1]:
            told[at].append((place, each))
    return [replace(one, findings=tuple(told[at])) for at, one in enumerate(panels)]

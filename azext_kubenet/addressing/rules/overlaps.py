"""Rules on pairs of ranges.

That Azure compares no two of them before minutes of creation have passed is why this planner exists [C12].
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import not_nested, overlap
from azext_kubenet.addressing.findings import Fix, Severity, advise, use
from azext_kubenet.addressing.holes import Holes, Standing
from azext_kubenet.addressing.model import Origin, RangeKind, Reach, Reservation
from azext_kubenet.addressing.rules.hits import NAMED, named, touched
from azext_kubenet.addressing.rules.rule import Find, RuleContext, Violation, rule
from azext_kubenet.addressing.wording import many


def _pair(
    one: RangeKind, other: RangeKind, matters: Callable[[RuleContext, IPNetwork], bool] = lambda context, network: True
) -> Find:
    """A rule that two ranges may not overlap, unless the first one's case is another rule's."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for _, network in context.plan.ranges(one):
            for _, against in context.plan.ranges(other):
                if matters(context, network) and overlap(network, against):
                    yield Violation(
                        (one.option, other.option),
                        f"{one.words} {network} overlaps {other.words} {against}",
                        _either(context, one, other),
                    )

    return find


def _either(context: RuleContext, one: RangeKind, other: RangeKind) -> tuple[Fix, ...]:
    """Values for either of two ranges, whichever the user is free to change."""
    choices = [choice for choice in (context.suggest(one), context.suggest(other)) if choice is not None]
    return tuple(choices) or context.instead(one)


def _clear_of_subnet(context: RuleContext, network: IPNetwork) -> bool:
    return context.plan.subnet is None or not overlap(network, context.plan.subnet)


def _subnet_outside(context: RuleContext) -> Iterator[Violation]:
    for _, subnet in context.plan.ranges(RangeKind.SUBNET):
        if context.plan.vnet and not any(subnet in prefix for prefix in context.plan.vnet):
            prefixes = ", ".join(str(prefix) for prefix in context.plan.vnet)
            yield Violation(
                (RangeKind.SUBNET.option, RangeKind.VNET.option),
                f"subnet {subnet} is not inside virtual network {prefixes}",
                (*context.instead(RangeKind.SUBNET), *_one_more_prefix(context, subnet)),
            )


def _one_more_prefix(context: RuleContext, subnet: IPNetwork) -> Iterator[Fix]:
    """The network with a prefix more, which is the subnet: of one that exists others decide."""
    if RangeKind.VNET not in context.requests.existing:
        prefixes = not_nested([*context.plan.vnet, subnet])
        yield use(RangeKind.VNET.option, " ".join(map(str, prefixes)))


def _own_prefixes(context: RuleContext) -> Iterator[Violation]:
    prefixes, kept = context.plan.vnet, not_nested(context.plan.vnet)
    inner = [f"{one} is given twice" for one in kept if prefixes.count(one) > 1]
    for one in dict.fromkeys(prefixes):
        around = next((other for other in kept if one in other and one != other), None)
        inner += [f"{one} lies inside {around}"] if around is not None else []
    if inner:
        more = f" and {len(inner) - NAMED} more like these" if len(inner) > NAMED else ""
        yield Violation(
            (RangeKind.VNET.option,),
            f"prefixes of the virtual network overlap: {', '.join(inner[:NAMED])}{more}",
            (use(RangeKind.VNET.option, " ".join(map(str, kept))),),
        )


def _docker_bridge(context: RuleContext) -> Iterator[Violation]:
    for _, bridge in context.plan.ranges(RangeKind.DOCKER_BRIDGE):
        for kind, network in context.plan.ranges(*context.for_nodes, RangeKind.PODS, RangeKind.SERVICES):
            if overlap(bridge, network):
                yield Violation(
                    (RangeKind.DOCKER_BRIDGE.option, kind.option),
                    f"docker bridge network {bridge} overlaps {kind.words} {network}",
                    context.instead(RangeKind.DOCKER_BRIDGE),
                )


def _all_ranges(context: RuleContext) -> tuple[RangeKind, ...]:
    """Every range; of the network and the subnet those that can be blamed."""
    return (*context.for_nodes, RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE)


def _in_the_network(_: RuleContext) -> tuple[RangeKind, ...]:
    """What may not lie over other subnets: everything but the network around them."""
    return (RangeKind.SUBNET, RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE)


def _node_ranges(context: RuleContext) -> tuple[RangeKind, ...]:
    """What holds nodes: a subnet counts even inside a network that is to blame as well."""
    return tuple(dict.fromkeys((*context.for_nodes, RangeKind.SUBNET)))


def _where_clusters_are_others(context: RuleContext) -> tuple[RangeKind, ...]:
    """The same; of a network that exists the clusters are its own, and another rule speaks of them."""
    return () if _exists(context) else _node_ranges(context)


def _exists(context: RuleContext) -> bool:
    return RangeKind.VNET in context.requests.existing


def _in_cluster_range(context: RuleContext) -> Iterator[Violation]:
    """A subnet in the pod or service CIDR of a cluster in the network blocks each later upgrade of that. [G3 G4 G5]

    AKS compares these ranges with all subnets again on each upgrade, and they are fixed [B12, C11]. Azure takes the
    subnet itself, so this can be accepted; of a subnet that is there already it is only said.
    """
    for kind, network in context.plan.ranges(RangeKind.SUBNET) if _exists(context) else ():
        hit = touched(context.reservations, network, Origin.CLUSTER)
        if hit:
            whose = "that cluster" if len(hit) == 1 else "those clusters"
            yield Violation(
                (kind.option,),
                f"{kind.words} {network} overlaps {named(hit)}: AKS then refuses each later upgrade of {whose} "
                "(ServiceCidrOverlapExistingSubnetsCidr, PodCidrOverlapExistingSubnetsCidr), whose ranges cannot be "
                "changed",
                context.instead(kind),
                Severity.WARNING if kind in context.requests.existing else None,
            )


def _over(
    origin: Origin, kinds: Callable[[RuleContext], Sequence[RangeKind]], effects: Mapping[RangeKind, str]
) -> Find:
    """A rule that ranges may not lie over reservations of one origin. effects: what comes of it, for each range."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for kind, network in context.plan.ranges(*kinds(context)):
            yield from _overlaps(context, kind, network, touched(context.reservations, network, origin), effects)

    return find


def _overlaps(
    context: RuleContext,
    kind: RangeKind,
    network: IPNetwork,
    hit: Sequence[Reservation],
    effects: Mapping[RangeKind, str],
    *options: str,
) -> Iterator[Violation]:
    """The violation of a range that lies over some reservations. options: what else could be changed."""
    if hit:
        effect = f": {_said(effects[kind], context)}" if kind in effects else ""
        inside = [each for each in hit if each.origin is Origin.ROUTE and each.shown in network]
        if inside and kind is RangeKind.PODS and _has_routes(context):
            effect = f"{effect}{_DELETED}"
        message = f"{kind.words} {network} overlaps {named(hit)}{effect}"
        yield Violation((kind.option, *options), message, context.instead(kind))


def _but_for_holes(
    origin: Origin, effects: Mapping[RangeKind, str], *options: str, reach: Reach = Reach.CONNECTED
) -> Find:
    """The same for reservations in which the network and the subnet may be holes."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for kind, network, hit in _standing(context, origin, Standing.COLLIDES, reach):
            yield from _overlaps(context, kind, network, hit, effects, *options)
        for kind, network in context.plan.ranges(RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE):
            hit = touched(context.reservations, network, origin, reach)
            yield from _overlaps(context, kind, network, hit, effects, *options)

    return find


def _route_in_pods(context: RuleContext) -> Iterator[Violation]:
    """A route that leads to nobody, and yet has a purpose, is deleted where it lies inside the pod CIDR. [B18]"""
    if not _has_routes(context):
        return
    for kind, network in context.plan.ranges(RangeKind.PODS):
        hit = touched(context.reservations, network, Origin.ROUTE, Reach.WITHIN_PODS)
        inside = [each for each in hit if each.shown in network]
        if inside:
            message = f"{kind.words} {network} contains {named(inside)}{_DELETED.replace(', and', ':')}"
            yield Violation((kind.option,), message, context.instead(kind))


def _in_holes(origin: Origin, *options: str) -> Find:
    """A rule that tells of a network or a subnet that is a hole in reservations of one origin."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for kind, network, hit in _standing(context, origin, Standing.HOLE, None):
            message = (
                f"{kind.words} {network} is inside the larger {named(hit)}: it is planned as a hole in that range, "
                "and pods, services and the docker bridge avoid all of it"
            )
            advice = advise(f"keep it if nobody else there uses {network}")
            yield Violation((kind.option, *_from(context, kind), *options), message, advice)

    return find


def _listed_itself(context: RuleContext) -> Iterator[Violation]:
    for kind, network, hit in _standing(context, Origin.USER, Standing.ITSELF, None):
        same = all(each.network == network for each in hit)
        how = "is itself listed, as" if same else "is inside a range of --within that is itself listed, as"
        said = f"{kind.words} {network} {how} {named(hit)}"
        message = f"{said}: only pods, services and the docker bridge avoid it"
        options = (kind.option, *_from(context, kind), "--exclude-prefixes")
        yield Violation(options, message, advise(f"keep it if {network} is yours"))


def _from(context: RuleContext, kind: RangeKind) -> tuple[str, ...]:
    """The option that a chosen network comes from."""
    return (
        ("--within",)
        if kind is RangeKind.VNET and context.requests.within and not context.requests.vnet.is_fixed
        else ()
    )


def _standing(
    context: RuleContext, origin: Origin, wanted: Standing, reach: Reach | None
) -> Iterator[tuple[RangeKind, IPNetwork, list[Reservation]]]:
    """The network's prefixes and the subnet, each with the reservations of one origin to which it stands so.

    Of a subnet inside its network only what has not been told of that.
    """
    holes, inner = Holes(context.requests, context.reservations), RangeKind.SUBNET not in context.for_nodes
    told: set[Reservation] = set()
    for kind, network in context.plan.ranges(*_node_ranges(context)):
        hit = touched(context.reservations, network, origin, reach)
        stands = [
            (each, holes.standing(network, each)) for each in hit if not (kind is RangeKind.SUBNET and each in told)
        ]
        told |= {each for each, standing in stands if inner and standing is not Standing.PART}
        found = [each for each, standing in stands if standing is wanted]
        if found:
            yield kind, network, found


def _duplicates(context: RuleContext) -> Iterator[Violation]:
    """Ranges of other clusters may be used again [G11, G12]: worth knowing, and no more.

    A docker bridge is told of connected clusters alone; of others nothing can ever come to a node.
    """
    for kind, network in context.plan.ranges(*_SHARED):
        hit = touched(context.reservations, network, Origin.CLUSTER)
        if kind is not RangeKind.DOCKER_BRIDGE:
            hit += [each for each in context.elsewhere if overlap(network, each.network)]
        if hit:
            ranges, works = f"{many(len(hit), 'range')} of other clusters", _said(_SHARED[kind], context)
            message = f"{kind.words} {network} overlaps {ranges}, {named(hit)}: that works while {works}"
            yield Violation((kind.option,), message, _another(context, kind, network))


def _another(context: RuleContext, kind: RangeKind, network: IPNetwork) -> tuple[Fix, ...]:
    """How to come by a range that no other cluster has: the planner does not shun what may be shared."""
    given = context.requests[kind].is_fixed
    how = f"without {kind.option}" if given else f"for another {kind.words}"
    return advise(f"keep it, or use --exclude-prefixes {network} {how}")


def _effects(nodes: str, pods: str, bridge: str) -> dict[RangeKind, str]:
    """What comes of an overlap, for each range: what lies behind services' addresses is hidden from pods."""
    return {
        RangeKind.VNET: nodes,
        RangeKind.SUBNET: nodes,
        RangeKind.PODS: pods,
        RangeKind.SERVICES: pods,
        RangeKind.DOCKER_BRIDGE: bridge,
    }


_NODES, _PODS = "nodes could not reach hosts there", "pods could not reach hosts there"
_PEERED = _effects("networks that overlap cannot be peered, and hosts there could not be reached", _PODS, _NODES)
_DELETED = ", and kubenet deletes routes inside the pod CIDR from its route table"
_ROUTED = _effects(_NODES, _PODS, _NODES)
_CLUSTER = dict.fromkeys((RangeKind.VNET, RangeKind.SUBNET), "pods there could not reach the nodes")
_UNCONNECTED = _effects(
    "networks that overlap can never be peered",
    f"{_PODS} if the networks were ever peered",
    f"{_NODES} if the networks were ever peered",
)
_UNCONNECTED_SITE = _effects(*(f"{each} if the two were ever connected" for each in (_NODES, _PODS, _NODES)))
#: What a cluster can do without, whose ranges are other clusters' too.
_SHARED = {
    RangeKind.PODS: "their pods need not reach each other directly and each cluster has its own route table",
    RangeKind.SERVICES: "pods here need not reach pods there: addresses of services stay in their cluster",
    RangeKind.DOCKER_BRIDGE: "nodes need not reach pods there: addresses of the bridge stay on their node",
}

#: What is so because nodes of kubenet have routes.
_OF_ROUTES = " and each cluster has its own route table"


def _has_routes(context: RuleContext) -> bool:
    """Whether nodes need routes, which the plugin then writes, and deletes others beside them."""
    return context.size.network_plugin.max_routes is not None


def _said(effect: str, context: RuleContext) -> str:
    """An effect without what is so of kubenet's routes alone, for a plugin that has none."""
    return effect if _has_routes(context) else effect.removesuffix(_OF_ROUTES)


RULES = (
    rule("subnet-outside-vnet", _subnet_outside),
    rule("vnet-prefixes-overlap", _own_prefixes),
    rule("pod-subnet-overlap", _pair(RangeKind.PODS, RangeKind.SUBNET)),
    rule("pod-vnet-overlap", _pair(RangeKind.PODS, RangeKind.VNET, _clear_of_subnet)),
    rule("service-subnet-overlap", _pair(RangeKind.SERVICES, RangeKind.SUBNET)),
    rule("service-vnet-overlap", _pair(RangeKind.SERVICES, RangeKind.VNET, _clear_of_subnet)),
    rule("pod-service-overlap", _pair(RangeKind.PODS, RangeKind.SERVICES)),
    rule("docker-bridge-overlap", _docker_bridge),
    rule("existing-subnet-overlap", _over(Origin.SUBNET, _in_the_network, {})),
    rule("peered-network-overlap", _over(Origin.PEERING, _all_ranges, _PEERED)),
    rule("routed-range-overlap", _but_for_holes(Origin.ROUTE, _ROUTED)),
    rule("route-in-pod-cidr", _route_in_pods),
    rule("excluded-range-overlap", _but_for_holes(Origin.USER, {}, "--exclude-prefixes")),
    rule("hole-in-routed-range", _in_holes(Origin.ROUTE)),
    rule("hole-in-excluded-range", _in_holes(Origin.USER, "--exclude-prefixes")),
    rule("excluded-range-itself", _listed_itself),
    rule("cluster-range-overlap", _over(Origin.CLUSTER, _where_clusters_are_others, _CLUSTER)),
    rule("subnet-in-cluster-range", _in_cluster_range),
    rule("other-network-overlap", _over(Origin.VNET, _all_ranges, _UNCONNECTED)),
    rule("other-site-overlap", _but_for_holes(Origin.ROUTE, _UNCONNECTED_SITE, reach=Reach.UNCONNECTED)),
    rule("cluster-range-duplicate", _duplicates),
)

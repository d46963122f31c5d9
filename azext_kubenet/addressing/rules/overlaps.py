"""Rules on pairs of ranges.

That Azure compares no two of them before minutes of creation have passed is why this planner exists [C12].
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from netaddr import IPNetwork

from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.holes import Holes, Standing
from azext_kubenet.addressing.model import Origin, Reservation, Severity
from azext_kubenet.addressing.rules.rule import NAMES, OPTIONS, Find, RuleContext, Violation, rule
from azext_kubenet.addressing.wording import many

#: How many of the ranges that one overlaps are worth naming.
_NAMED = 3


def _pair(
    one: str, other: str, matters: Callable[[RuleContext, IPNetwork], bool] = lambda context, network: True
) -> Find:
    """A rule that two ranges may not overlap, unless the first one's case is another rule's."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for _, network in context.ranges(one):
            for _, against in context.ranges(other):
                if matters(context, network) and overlap(network, against):
                    yield Violation(
                        (OPTIONS[one], OPTIONS[other]),
                        f"{NAMES[one]} {network} overlaps {NAMES[other]} {against}",
                        _either(context, one, other),
                    )

    return find


def _either(context: RuleContext, one: str, other: str) -> str:
    """Values for either of two ranges, whichever the user is free to change."""
    choices = [choice for choice in (context.suggest(one), context.suggest(other)) if choice]
    return f"use {', or '.join(choices)}" if choices else context.instead(one)


def _clear_of_subnet(context: RuleContext, network: IPNetwork) -> bool:
    return context.plan.subnet is None or not overlap(network, context.plan.subnet)


def _subnet_outside(context: RuleContext) -> Iterator[Violation]:
    for _, subnet in context.ranges("subnet"):
        if context.plan.vnet and not any(subnet in prefix for prefix in context.plan.vnet):
            prefixes = ", ".join(str(prefix) for prefix in context.plan.vnet)
            yield Violation(
                (OPTIONS["subnet"], OPTIONS["vnet"]),
                f"subnet {subnet} is not inside virtual network {prefixes}",
                context.instead("subnet"),
            )


def _own_prefixes(context: RuleContext) -> Iterator[Violation]:
    prefixes = context.plan.vnet
    keep = [one for one in dict.fromkeys(prefixes) if not any(one in other for other in prefixes if one != other)]
    pairs = [f"{prefix} and {other}" for prefix, other in combinations(prefixes, 2) if overlap(prefix, other)]
    if pairs:
        more = f", and so do {len(pairs) - _NAMED} more pairs" if len(pairs) > _NAMED else ""
        yield Violation(
            (OPTIONS["vnet"],),
            f"virtual network prefixes {', '.join(pairs[:_NAMED])} overlap{more}",
            f"use {OPTIONS['vnet']} {' '.join(str(each) for each in keep)}",
        )


def _docker_bridge(context: RuleContext) -> Iterator[Violation]:
    for _, bridge in context.ranges("docker_bridge"):
        for name, network in context.ranges(*context.for_nodes, "pods", "services"):
            if overlap(bridge, network):
                yield Violation(
                    (OPTIONS["docker_bridge"], OPTIONS[name]),
                    f"docker bridge network {bridge} overlaps {NAMES[name]} {network}",
                    context.instead("docker_bridge"),
                )


def _all_ranges(context: RuleContext) -> tuple[str, ...]:
    """Every range; of the network and the subnet those that can be blamed."""
    return (*context.for_nodes, "pods", "services", "docker_bridge")


def _in_the_network(_: RuleContext) -> tuple[str, ...]:
    """What may not lie over other subnets: everything but the network around them."""
    return ("subnet", "pods", "services", "docker_bridge")


def _node_ranges(context: RuleContext) -> tuple[str, ...]:
    """What holds nodes: a subnet counts even inside a network that is to blame as well."""
    return tuple(dict.fromkeys((*context.for_nodes, "subnet")))


def _where_clusters_are_others(context: RuleContext) -> tuple[str, ...]:
    """The same; of a network that exists the clusters are its own, and another rule speaks of them."""
    return () if _exists(context) else _node_ranges(context)


def _exists(context: RuleContext) -> bool:
    return "vnet" in context.requests.existing


def _in_cluster_range(context: RuleContext) -> Iterator[Violation]:
    """A subnet in the pod or service CIDR of a cluster in the network blocks each later upgrade of that. [G3 G4 G5]

    AKS compares these ranges with all subnets again on each upgrade, and they are fixed [B12, C11]. Azure takes the
    subnet itself, so this can be accepted; of a subnet that is there already it is only said.
    """
    for name, network in context.ranges("subnet") if _exists(context) else ():
        hit = _hit(context.reservations, network, Origin.CLUSTER)
        if hit:
            whose = "that cluster" if len(hit) == 1 else "those clusters"
            yield Violation(
                (OPTIONS[name],),
                f"{NAMES[name]} {network} overlaps {_named(hit)}: AKS then refuses each later upgrade of {whose} "
                "(ServiceCidrOverlapExistingSubnetsCidr, PodCidrOverlapExistingSubnetsCidr), whose ranges cannot be "
                "changed",
                context.instead(name),
                Severity.WARNING if name in context.requests.existing else None,
            )


def _over(origin: Origin, names: Callable[[RuleContext], Sequence[str]], effects: Mapping[str, str]) -> Find:
    """A rule that ranges may not lie over reservations of one origin. effects: what comes of it, for each range."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for name, network in context.ranges(*names(context)):
            yield from _overlaps(context, name, network, _hit(context.reservations, network, origin), effects)

    return find


def _overlaps(
    context: RuleContext,
    name: str,
    network: IPNetwork,
    hit: Sequence[Reservation],
    effects: Mapping[str, str],
    *options: str,
) -> Iterator[Violation]:
    """The violation of a range that lies over some reservations. options: what else could be changed."""
    if hit:
        effect = f": {effects[name]}" if name in effects else ""
        message = f"{NAMES[name]} {network} overlaps {_named(hit)}{effect}"
        yield Violation((OPTIONS[name], *options), message, context.instead(name))


def _but_for_holes(origin: Origin, effects: Mapping[str, str], *options: str) -> Find:
    """The same for reservations in which the network and the subnet may be holes."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for name, network, hit in _standing(context, origin, Standing.COLLIDES):
            yield from _overlaps(context, name, network, hit, effects, *options)
        for name, network in context.ranges("pods", "services", "docker_bridge"):
            yield from _overlaps(context, name, network, _hit(context.reservations, network, origin), effects, *options)

    return find


def _in_holes(origin: Origin, *options: str) -> Find:
    """A rule that tells of a network or a subnet that is a hole in reservations of one origin."""

    def find(context: RuleContext) -> Iterator[Violation]:
        for name, network, hit in _standing(context, origin, Standing.HOLE):
            message = (
                f"{NAMES[name]} {network} is inside the larger {_named(hit)}: it is planned as a hole in that range, "
                "and pods, services and the docker bridge keep clear of all of it"
            )
            advice = f"leave it so if nobody else there uses {network}"
            yield Violation((OPTIONS[name], *_from(context, name), *options), message, advice)

    return find


def _listed_itself(context: RuleContext) -> Iterator[Violation]:
    for name, network, hit in _standing(context, Origin.USER, Standing.ITSELF):
        same = all(each.network == network for each in hit)
        how = "is itself listed, as" if same else "is inside a range of --within that is itself listed, as"
        said = f"{NAMES[name]} {network} {how} {_named(hit)}"
        message = f"{said}: only pods, services and the docker bridge keep clear of it"
        options = (OPTIONS[name], *_from(context, name), "--exclude-prefixes")
        yield Violation(options, message, f"leave it so if {network} is yours")


def _from(context: RuleContext, name: str) -> tuple[str, ...]:
    """The option that a chosen network comes from."""
    return (
        ("--within",)
        if name == "vnet" and context.requests.within and not isinstance(context.requests.vnet, tuple)
        else ()
    )


def _standing(
    context: RuleContext, origin: Origin, wanted: Standing
) -> Iterator[tuple[str, IPNetwork, list[Reservation]]]:
    """The network's prefixes and the subnet, each with the reservations of one origin to which it stands so.

    Of a subnet inside its network only what has not been told of that.
    """
    holes, inner = Holes(context.requests, context.reservations), "subnet" not in context.for_nodes
    told: set[Reservation] = set()
    for name, network in context.ranges(*_node_ranges(context)):
        hit = _hit(context.reservations, network, origin)
        stands = [(each, holes.standing(network, each)) for each in hit if not (name == "subnet" and each in told)]
        told |= {each for each, standing in stands if inner and standing is not Standing.PART}
        found = [each for each, standing in stands if standing is wanted]
        if found:
            yield name, network, found


def _duplicates(context: RuleContext) -> Iterator[Violation]:
    """Ranges of other clusters may be used again [G11, G12]: worth knowing, and no more.

    A docker bridge is told of connected clusters alone; of others nothing can ever come to a node.
    """
    for name, network in context.ranges(*_SHARED):
        hit = _hit(context.reservations, network, Origin.CLUSTER)
        if name != "docker_bridge":
            hit += [each for each in context.elsewhere if overlap(network, each.network)]
        if hit:
            ranges = f"{many(len(hit), 'range')} of other clusters"
            message = f"{NAMES[name]} {network} overlaps {ranges}, {_named(hit)}: {_SHARED[name]}"
            yield Violation((OPTIONS[name],), message, _another(context, name, network))


def _another(context: RuleContext, name: str, network: IPNetwork) -> str:
    """How to come by a range that no other cluster has: the planner does not shun what may be shared."""
    given = isinstance(getattr(context.requests, name), IPNetwork)
    how = f"without {OPTIONS[name]}" if given else f"for another {NAMES[name]}"
    return f"leave it so, or use --exclude-prefixes {network} {how}"


def _hit(reservations: Iterable[Reservation], network: IPNetwork, origin: Origin) -> list[Reservation]:
    """The reservations of one origin that a range overlaps."""
    return [each for each in reservations if each.origin is origin and overlap(network, each.network)]


def _named(hit: Sequence[Reservation]) -> str:
    """The largest of some reservations, by name, and how many more there are."""
    largest = sorted(hit, key=lambda each: (each.network.prefixlen, each.network.first, each.reason))
    names = ", ".join(f"{each.network} ({each.reason})" for each in largest[:_NAMED])
    return names if len(hit) <= _NAMED else f"{names} and {len(hit) - _NAMED} more"


def _effects(nodes: str, pods: str, bridge: str) -> dict[str, str]:
    """What comes of an overlap, for each range: what lies behind services' addresses is hidden from pods."""
    return {"vnet": nodes, "subnet": nodes, "pods": pods, "services": pods, "docker_bridge": bridge}


_NODES, _PODS = "nodes could not reach hosts there", "pods could not reach hosts there"
_PEERED = _effects("networks that overlap cannot be peered, and hosts there could not be reached", _PODS, _NODES)
_ROUTED = {
    **_effects(_NODES, _PODS, _NODES),
    "pods": f"{_PODS}, and kubenet deletes routes inside the pod CIDR from its route table",
}
_CLUSTER = dict.fromkeys(("vnet", "subnet"), "pods there could not reach the nodes")
_UNCONNECTED = _effects(
    "networks that overlap can never be peered",
    f"{_PODS} if the networks were ever peered",
    f"{_NODES} if the networks were ever peered",
)
#: What a cluster can do without, whose ranges are other clusters' too.
_SHARED = {
    "pods": "that works while their pods need not reach each other directly and each cluster has its own route table",
    "services": "that works while pods here need not reach pods there: addresses of services stay in their cluster",
    "docker_bridge": "that works while nodes need not reach pods there: addresses of the bridge stay on their node",
}

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
RULES = (
    rule("subnet-outside-vnet", _subnet_outside),
    rule("vnet-prefixes-overlap", _own_prefixes),
    rule("pod-subnet-overlap", _pair("pods", "subnet")),
    rule("pod-vnet-overlap", _pair("pods", "vnet", _clear_of_subnet)),
    rule("service-subnet-overlap", _pair("services", "subnet")),
    rule("service-vnet-overlap", _pair("services", "vnet", _clear_of_subnet)),
    rule("pod-service-overlap", _pair("pods", "services")),
    rule("docker-bridge-overlap", _docker_bridge),
    rule("existing-subnet-overlap", _over(Origin.SUBNET, _in_the_network, {})),
    rule("peered-network-overlap", _over(Origin.PEERING, _all_ranges, _PEERED)),
    rule("routed-range-overlap", _but_for_holes(Origin.ROUTE, _ROUTED)),
    rule("excluded-range-overlap", _but_for_holes(Origin.USER, {}, "--exclude-prefixes")),
    rule("hole-in-routed-range", _in_holes(Origin.ROUTE)),
    rule("hole-in-excluded-range", _in_holes(Origin.USER, "--exclude-prefixes")),
    rule("excluded-range-itself", _listed_itself),
    rule("cluster-range-overlap", _over(Origin.CLUSTER, _where_clusters_are_others, _CLUSTER)),
    rule("subnet-in-cluster-range", _in_cluster_range),
    rule("other-network-overlap", _over(Origin.VNET, _all_ranges, _UNCONNECTED)),
    rule("cluster-range-duplicate", _duplicates),
)

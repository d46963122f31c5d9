"""Rules on the size of each range."""

from collections.abc import Iterator

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.findings import Fix, SetOptions, advise, use
from azext_kubenet.addressing.model import UNSPECIFIED, ClusterSize, RangeKind
from azext_kubenet.addressing.rules.node_pools import fewer_nodes
from azext_kubenet.addressing.rules.rule import RuleContext, Violation, rule
from azext_kubenet.addressing.wording import listed, many, surge_of

_SUBNET, _PODS, _SERVICES = ("--subnet-prefix",), ("--pod-cidr",), ("--service-cidr",)


def _subnet_size(context: RuleContext) -> Iterator[Violation]:
    shortest, longest = limits.SUBNET_MIN_PREFIXLEN, limits.SUBNET_MAX_PREFIXLEN
    for shown, subnet in context.sizes(RangeKind.SUBNET):
        if not shortest <= subnet.prefixlen <= longest:
            too = "large" if subnet.prefixlen < shortest else "small"
            message = f"subnet {shown} is too {too}: Azure accepts /{shortest} to /{longest}"
            yield Violation(_SUBNET, message, _larger(context, RangeKind.SUBNET))


def _subnet_nodes(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    needed = size.node_count + size.extra_ips
    for shown, subnet in context.sizes(RangeKind.SUBNET):
        usable = sizing.usable_addresses(subnet)
        if needed > usable - context.plan.in_use:
            message = (
                f"{shown} has {many(usable, 'usable address')} ({subnet.size:,} minus the "
                f"{limits.RESERVED_PER_SUBNET} that Azure reserves){_in_use(context)}: "
                f"{_takers(context, size.node_count)} need {needed:,}"
            )
            yield Violation(_SUBNET, message, _larger(context, RangeKind.SUBNET))


def _subnet_peak(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    for shown, subnet in context.sizes(RangeKind.SUBNET):
        usable = sizing.usable_addresses(subnet)
        free = usable - context.plan.in_use
        if size.node_count + size.extra_ips <= free < size.addresses:
            surge = surge_of(size) if size.surge_nodes else ""
            message = (
                f"{shown} has {many(usable, 'usable address')}{_in_use(context)}: "
                f"{_takers(context, size.nodes, surge)} need {size.addresses:,}"
            )
            yield Violation(_SUBNET, message, _larger(context, RangeKind.SUBNET, *fewer_nodes(context)))


def _in_use(context: RuleContext) -> str:
    """How many addresses of the subnet others have."""
    count = context.plan.in_use
    return f", of which {count} {'is' if count == 1 else 'are'} in use" if count else ""


def _takers(context: RuleContext, nodes: int, surge: str = "") -> str:
    """What takes addresses of the subnet."""
    parts = [many(nodes, "node"), *([surge] if surge else [])]
    if context.size.extra_ips:
        parts.append(f"{many(context.size.extra_ips, 'other address')} (--extra-ips)")
    return listed(parts)


def _larger(context: RuleContext, kind: RangeKind, *fewer: SetOptions) -> tuple[Fix, ...]:
    """What to do about a range that is too small: a larger one, or fewer nodes."""
    size = context.size
    nodes = max(size.nodes_with_surge, size.node_count)
    if kind is RangeKind.SUBNET:
        prefixlen, shortest = sizing.subnet_prefixlen(nodes + size.extra_ips), limits.SUBNET_MIN_PREFIXLEN
    else:
        prefixlen, shortest = sizing.pod_prefixlen(nodes), 1
    given = context.requests[kind].network
    ask = given is not None and kind is RangeKind.SUBNET and not context.requests.has_space_beyond_subnet
    instead = context.suggest(kind) if given is not None and not ask else None
    possible = prefixlen >= shortest and kind not in context.requests.existing
    if instead is None and possible and not ask:
        instead = use(kind.option, f"/{prefixlen}")
    choices: list[Fix] = [instead] if instead is not None else []
    choices += fewer
    if ask and possible:
        choices += advise(f"ask for a /{prefixlen} in place of {given}")
    if not choices and kind in context.requests.existing:
        return context.instead(kind)
    return tuple(choices) or advise("use fewer nodes, or fewer --extra-ips")


def _pod_blocks(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    for shown, pods in context.sizes(RangeKind.PODS):
        if size.node_count > sizing.node_blocks(pods):
            message = f"{_blocks(shown, pods)}: {many(size.node_count, 'node')} need {size.node_count:,}, one each"
            yield Violation(_PODS, message, _larger(context, RangeKind.PODS))


def _pod_blocks_peak(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    for shown, pods in context.sizes(RangeKind.PODS):
        blocks = sizing.node_blocks(pods)
        if size.node_count <= blocks < size.nodes_with_surge:
            takers = listed([many(size.nodes, "node"), *([surge_of(size)] if size.surge_nodes else [])])
            message = f"{_blocks(shown, pods)}: {takers} need {size.nodes_with_surge:,}, one each"
            fixes = _larger(context, RangeKind.PODS, *fewer_nodes(context))
            yield Violation(_PODS, message, fixes, azure_refuses=_counts_surge(size, blocks) or None)


def _counts_surge(size: ClusterSize, blocks: int) -> bool:
    """Whether Azure refuses so few blocks at creation already: on Overlay it counts the surge, and not on kubenet.

    The most nodes ever count there too, but only those of an autoscaler, which a plan need not have. [K6]
    """
    overlay = size.network_plugin.max_routes is None
    return overlay and size.node_count + size.surge_for(size.node_count) > blocks


def _blocks(shown: str, pods: IPNetwork) -> str:
    return f"{shown} holds {many(sizing.node_blocks(pods), 'block')} of /{limits.NODE_BLOCK_PREFIXLEN}"


def _pods_too_large(context: RuleContext) -> Iterator[Violation]:
    size = context.size
    plugin, useful = size.network_plugin, limits.POD_CIDR_MIN_USEFUL_PREFIXLEN
    if plugin.max_routes is None:
        useful = sizing.pod_prefixlen(plugin.max_nodes + size.surge_for(plugin.max_nodes))
    if context.requests.pods == UNSPECIFIED:  # chosen for too many nodes, of which another rule speaks
        return
    for shown, pods in context.sizes(RangeKind.PODS):
        if pods.prefixlen < useful:
            yield Violation(
                _PODS,
                f"{shown} is larger than a cluster on {plugin.words} can use: its {plugin.max_nodes:,} nodes fill a "
                f"/{useful}",
                _part_of(context, RangeKind.PODS, useful),
            )


def _services_too_large(context: RuleContext) -> Iterator[Violation]:
    for shown, services in context.sizes(RangeKind.SERVICES):
        if services.prefixlen < limits.SERVICE_CIDR_LIMIT_PREFIXLEN:
            yield _service_size(context, shown)


def _services_at_limit(context: RuleContext) -> Iterator[Violation]:
    for shown, services in context.sizes(RangeKind.SERVICES):
        if services.prefixlen == limits.SERVICE_CIDR_LIMIT_PREFIXLEN:
            yield _service_size(context, shown)


def _service_size(context: RuleContext, shown: str) -> Violation:
    limit, usual = limits.SERVICE_CIDR_LIMIT_PREFIXLEN, limits.DEFAULT_SERVICE_CIDR.prefixlen
    message = f"{shown} is too large: a service CIDR must be smaller than a /{limit}"
    return Violation(_SERVICES, message, _part_of(context, RangeKind.SERVICES, usual))


def _part_of(context: RuleContext, kind: RangeKind, prefixlen: int) -> tuple[Fix, ...]:
    """A smaller range: of one that was given its first part, as the rest of the space may be others'."""
    given = context.requests[kind].network
    return (use(kind.option, f"/{prefixlen}" if given is None else IPNetwork((given.first, prefixlen), version=4)),)


def _services_too_small(context: RuleContext) -> Iterator[Violation]:
    for shown, services in context.sizes(RangeKind.SERVICES):
        if services.prefixlen > _longest_services(context):
            yield _too_few_services(shown)


def _services_at_least(context: RuleContext) -> Iterator[Violation]:
    for shown, services in context.sizes(RangeKind.SERVICES):
        if limits.SERVICE_CIDR_MAX_PREFIXLEN < services.prefixlen <= _longest_services(context):
            yield _too_few_services(shown)


def _longest_services(context: RuleContext) -> int:
    """Longest prefix with which there is a DNS address: where base + 10 is not in it, another must be given."""
    if context.requests.dns_ip is None:
        return limits.SERVICE_CIDR_MAX_PREFIXLEN
    return limits.SERVICE_CIDR_MAX_PREFIXLEN_OF_API_SERVER


def _too_few_services(shown: str) -> Violation:
    longest, offset = limits.SERVICE_CIDR_MAX_PREFIXLEN, limits.DNS_SERVICE_OFFSET
    return Violation(
        _SERVICES,
        f"{shown} is too small: a service CIDR must be at least a /{longest}, to hold the DNS service IP, "
        f"base + {offset}",
        (use("--service-cidr", f"/{longest}"),),
    )


RULES = (
    rule("subnet-size", _subnet_size),
    rule("subnet-too-small", _subnet_nodes),
    rule("subnet-too-small-for-peak", _subnet_peak),
    rule("pod-cidr-too-small", _pod_blocks),
    rule("pod-cidr-too-small-for-peak", _pod_blocks_peak),
    rule("pod-cidr-larger-than-useful", _pods_too_large),
    rule("service-cidr-too-large", _services_too_large),
    rule("service-cidr-at-limit", _services_at_limit),
    rule("service-cidr-too-small", _services_too_small),
    rule("service-cidr-without-base-plus-10", _services_at_least),
)

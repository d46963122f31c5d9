"""Rules on where a range may lie, and on the addresses inside the service CIDR and the docker bridge's network."""

from collections.abc import Iterator, Sequence

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import overlap
from azext_kubenet.addressing.findings import Fix, LeaveOut, Severity, advise, use
from azext_kubenet.addressing.free_space import covers, interval, merged
from azext_kubenet.addressing.model import Origin, RangeKind
from azext_kubenet.addressing.planner.proposal import dns_service_ip, services_around
from azext_kubenet.addressing.rules.rule import RuleContext, Violation, rule

_DNS = ("--dns-service-ip",)


def _reserved(context: RuleContext) -> Iterator[Violation]:
    for kind, network in context.plan.ranges(
        *context.for_nodes, RangeKind.PODS, RangeKind.SERVICES, RangeKind.DOCKER_BRIDGE
    ):
        kept = [each for each in limits.RESERVED_RANGES if overlap(network, each.network)]
        hit = {each.network: each.why for each in kept}
        firm = any(each.for_networks for each in kept)
        for each in context.reservations:
            if each.origin is Origin.AZURE and overlap(network, each.network):
                hit.setdefault(each.network, each.reason)
                firm = True
        if hit:
            ranges = ", ".join(f"{reserved} ({why})" for reserved, why in hit.items())
            yield _in_reserved(context, kind, network, ranges, firm)


def _in_reserved(context: RuleContext, kind: RangeKind, network: IPNetwork, ranges: str, firm: bool) -> Violation:
    """What Azure refuses is said of the ranges of which a source says it. [F1 F2 F3 F4 F12]

    firm: whether Azure refuses networks there, too. The docker bridge is never sent, so nobody refuses it [D3].
    """
    options, message = (kind.option,), f"{kind.words} {network} overlaps {ranges}"
    if kind is RangeKind.DOCKER_BRIDGE or (firm or kind in (RangeKind.PODS, RangeKind.SERVICES)):
        return Violation(options, message, context.instead(kind), azure_refuses=kind is not RangeKind.DOCKER_BRIDGE)
    if kind not in context.requests.existing:
        return Violation(options, f"{message}: {_ADVISED}", context.instead(kind), azure_refuses=False)
    if context.plan.subnet is None or not overlap(network, context.plan.subnet):
        advice = advise("keep nodes, pods and services out of it")
        return Violation(options, f"{message}: {_ADVISED}", advice, Severity.WARNING)
    beside = context.suggest(RangeKind.SUBNET)
    fixes = context.instead(kind) if beside is None else (beside,)
    return Violation(options, f"{message}: {_ADVISED}", fixes, azure_refuses=False)


#: [F2] concepts-network-cni-overview.md; azure-docs#80401
_ADVISED = "AKS advises against it, and upgrades of clusters there have failed"


def _public_services(context: RuleContext) -> Iterator[Violation]:
    for kind, network in context.plan.ranges(RangeKind.SERVICES):
        if not _inside(network, (*limits.PRIVATE_RANGES, limits.SHARED_RANGE)):
            yield Violation(
                (kind.option,), f"service CIDR {network} is not private address space", context.instead(kind)
            )


def _shared_services(context: RuleContext) -> Iterator[Violation]:
    for kind, network in context.plan.ranges(RangeKind.SERVICES):
        if _inside(network, (limits.SHARED_RANGE,)):
            yield Violation(
                (kind.option,),
                f"service CIDR {network} is in {limits.SHARED_RANGE}, for which AKS documents no support for services",
                context.instead(kind),
            )


def _public_pods(context: RuleContext) -> Iterator[Violation]:
    return _public(context, RangeKind.PODS)


def _public_network(context: RuleContext) -> Iterator[Violation]:
    return _public(context, *context.for_nodes)


def _public(context: RuleContext, *kinds: RangeKind) -> Iterator[Violation]:
    for kind, network in context.plan.ranges(*kinds):
        if not _inside(network, (*limits.PRIVATE_RANGES, limits.SHARED_RANGE)):
            yield Violation(
                (kind.option,),
                f"{kind.words} {network} is not private address space: hosts on the internet that have these "
                "addresses cannot be reached from it",
                _another_within(context, kind, network) or context.instead(kind),
            )


def _another_within(context: RuleContext, kind: RangeKind, network: IPNetwork) -> tuple[Fix, ...]:
    """What to do about a range in the blocks that it is held to, which are not private either; nothing for others."""
    if kind not in (RangeKind.VNET, RangeKind.SUBNET) or not _inside(network, context.requests.within):
        return ()
    given = f", and another {kind.option} in it" if context.requests[kind].is_fixed else ""
    return advise(f"use another --within{given}")


def _inside(network: IPNetwork, blocks: Sequence[IPNetwork]) -> bool:
    return any(block.first <= network.first and network.last <= block.last for block in blocks)


def _outside_within(context: RuleContext) -> Iterator[Violation]:
    within = merged(interval(block) for block in context.requests.within)
    for kind, network in context.plan.ranges(*context.for_nodes):
        if within and not covers(within, interval(network)):
            blocks = ", ".join(str(block) for block in context.requests.within)
            yield Violation(
                (kind.option, "--within"), f"{kind.words} {network} is not within {blocks}", context.instead(kind)
            )


def _dns_outside(context: RuleContext) -> Iterator[Violation]:
    for _, services in context.plan.ranges(RangeKind.SERVICES):
        dns_ip = context.plan.dns_ip
        if dns_ip is not None and dns_ip not in services:
            message = f"DNS service IP {dns_ip} is not in service CIDR {services}"
            around = [] if context.requests.services.is_fixed else services_around(dns_ip, context.requests.services)
            fixes = [use(RangeKind.SERVICES.option, block) for block in around]
            yield Violation(_DNS, message, (*fixes, *_dns_instead(services)))


def _dns_unusable(context: RuleContext) -> Iterator[Violation]:
    for _, services in context.plan.ranges(RangeKind.SERVICES):
        what = _unusable(services, context.plan.dns_ip)
        if what:
            message = f"DNS service IP {context.plan.dns_ip} is {what} of service CIDR {services}"
            yield Violation(_DNS, message, _dns_instead(services))


def _unusable(services: IPNetwork, address: IPAddress | None) -> str | None:
    """What an address of a service CIDR is for, if not for services."""
    kept = {
        services.last: "the broadcast address",
        services.first + 1: "the address of the kubernetes service itself",
        services.first: "the network address",
    }
    return None if address is None else kept.get(int(address))


def _dns_elsewhere(context: RuleContext) -> Iterator[Violation]:
    for _, services in context.plan.ranges(RangeKind.SERVICES):
        usual, given = dns_service_ip(services), context.plan.dns_ip
        if given is None or usual is None or given not in services or _unusable(services, given):
            continue
        if given != usual:
            yield Violation(
                _DNS,
                f"DNS service IP {given} is not base + {limits.DNS_SERVICE_OFFSET} of service CIDR {services}",
                _dns_instead(services),
            )


def _dns_instead(services: IPNetwork) -> tuple[Fix, ...]:
    usual = dns_service_ip(services)
    leave_out = (LeaveOut(("--dns-service-ip",)),)
    return leave_out if usual is None else (use("--dns-service-ip", usual), *leave_out)


def _bridge_address(context: RuleContext) -> Iterator[Violation]:
    bridge = context.plan.docker_bridge
    if bridge is not None and bridge.prefixlen < 31 and bridge.value in (bridge.first, bridge.last):
        what = "a network" if bridge.value == bridge.first else "the broadcast address of a network"
        yield Violation(
            ("--docker-bridge-address",),
            f"docker bridge address {bridge} is {what}, not an address in one",
            (use("--docker-bridge-address", IPNetwork((bridge.first + 1, bridge.prefixlen), version=4)),),
        )


def _bridge_given(context: RuleContext) -> Iterator[Violation]:
    if context.requests.docker_bridge is not None:
        yield Violation(
            ("--docker-bridge-address",),
            f"docker bridge address {context.requests.docker_bridge} is checked, and not sent to Azure: nodes have run "
            "containerd since Kubernetes 1.19, and the clusters API has no such field since 2023-04-01",
            (LeaveOut(("--docker-bridge-address",)),),
        )


def _bridge_without_place(context: RuleContext) -> Iterator[Violation]:
    missing = context.size.network_plugin.has_docker_bridge and context.plan.docker_bridge is None
    if missing and context.plan.complete and not context.given_only:
        private = ", ".join(map(str, limits.PRIVATE_RANGES))
        yield Violation(
            ("--docker-bridge-address",),
            f"no docker bridge network is planned, because {private} have no free "
            f"/{limits.DOCKER_BRIDGE_MAX_PREFIXLEN}: clusters do not need it, and it is never sent to Azure",
            advise("no action is needed"),
        )


RULES = (
    rule("reserved-range-overlap", _reserved),
    rule("service-cidr-public", _public_services),
    rule("service-cidr-shared-space", _shared_services),
    rule("pod-cidr-public", _public_pods),
    rule("vnet-public", _public_network),
    rule("vnet-outside-within", _outside_within),
    rule("dns-service-ip-outside-service-cidr", _dns_outside),
    rule("dns-service-ip-unusable", _dns_unusable),
    rule("dns-service-ip-not-base-plus-10", _dns_elsewhere),
    rule("docker-bridge-not-an-address", _bridge_address),
    rule("docker-bridge-not-sent", _bridge_given),
    rule("docker-bridge-without-place", _bridge_without_place),
)

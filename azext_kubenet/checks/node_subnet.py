"""The subnet of the nodes: room, delegation, links of other services, prefixes."""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import count_option, listed, many, node_options
from azext_kubenet.azure.models import Link
from azext_kubenet.checks.check import Check, Phase, Problem
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.discovery.existing import subnet_prefix

#: One source says that a node subnet is to be delegated to AKS, others that it must not be delegated at all. [N10]
_AKS_DELEGATION = "microsoft.containerservice/managedclusters"
#: Subnets that belong to one service each, by their names. What AKS answers there is not verified. [A16]
_DEDICATED = {
    "gatewaysubnet": "virtual network gateways",
    "azurefirewallsubnet": "Azure Firewall",
    "azurefirewallmanagementsubnet": "Azure Firewall",
    "azurebastionsubnet": "Azure Bastion",
    "routeserversubnet": "Azure Route Server",
}

#: The rule of a plan for the same: a risk is accepted once.
_PEAK = "subnet-too-small-for-peak"


def _subnet_room(context: CheckContext) -> Iterator[Problem]:
    """The subnet has room for the nodes at their peak, beside what is in it."""
    subnet, size = context.subnet, context.plan.size
    if subnet is None:
        return
    prefix = subnet_prefix(subnet)
    if prefix is None:
        return
    used, usable = subnet.addresses_in_use, sizing.usable_addresses(prefix)
    free = usable - used
    if size.addresses <= free:
        return
    at_first = size.first_pool_nodes <= free  # Azure looks at the nodes at creation alone [A5]
    others = f" and {size.extra_ips} of --extra-ips" if size.extra_ips else ""
    yield Problem(
        f"subnet {context.names.subnet} ({prefix}) has {many(usable, 'usable address')}, of which {used} "
        f"{'is' if used == 1 else 'are'} in use and {max(0, free):,} free, and the cluster needs {size.addresses:,} at "
        f"its peak: {many(size.nodes, 'node')}, {size.surge_nodes} more during an upgrade{others}",
        _smaller(context, free),
        (count_option(size),),
        Severity.WARNING if at_first and _PEAK in context.wanted.accept_risk else None,
        azure_refuses=not at_first,
    )


def _smaller(context: CheckContext, free: int) -> str:
    """What to type for a cluster that fits, or for a subnet that the cluster fits in."""
    names, size = context.names, context.plan.size
    nodes = sizing.nodes_within(free - size.extra_ips, size)
    prefixlen = sizing.subnet_prefixlen(size.addresses)
    other = (
        f"use --subnet-name with the name of a new subnet and --subnet-prefix /{prefixlen} "
        f"together with --vnet-name {names.vnet} --vnet-resource-group {names.vnet_group}"
    )
    return f"use {node_options(size, nodes)}, or {other}" if nodes > 0 else other


def _subnet_delegation(context: CheckContext) -> Iterator[Problem]:
    """The subnet is not delegated."""
    names = context.names
    new, other = ("new ", "") if context.running else ("", "use another subnet, or ")
    for service in context.subnet.delegations if context.subnet else ():
        remove = f"az network vnet subnet update --ids {shlex.quote(names.subnet_id)} --delegations null"
        yield Problem(
            f"subnet {names.subnet} is delegated to {service}, and {new}nodes cannot join a delegated subnet",
            f"{other}remove the delegation: {remove}",
            _options(context),
            Severity.WARNING if service.lower() == _AKS_DELEGATION else None,
        )


def _subnet_links(context: CheckContext) -> Iterator[Problem]:
    """No other service has linked itself to the subnet."""
    links = context.subnet.links if context.subnet else ()
    if links:
        held = [_linked(each) for each in links]
        mended = (
            f"delete {'these' if len(links) > 1 else 'it'} with the service that made it, or use another subnet: "
            f"az aks nodepool add {_another_pool(context)}"
        )
        effect = "new nodes cannot join it" if context.running else "no other resource can use it"
        yield Problem(
            f"subnet {context.names.subnet} is in use by {listed(held)}, and {effect}",
            mended if context.running else context.use_another_subnet,
            _options(context),
        )


def _options(context: CheckContext) -> tuple[str, ...]:
    return () if context.running else ("--subnet-name",)


def _another_pool(context: CheckContext) -> str:
    """The options of a pool in another subnet of the network, which only the user can name."""
    group, name = shlex.quote(context.names.group), shlex.quote(context.names.cluster)
    subnet = shlex.quote(f"{context.names.vnet_id}/subnets/SUBNET")
    return f"-g {group} --cluster-name {name} -n POOL --vnet-subnet-id {subnet}"


def _linked(link: Link) -> str:
    kind = link.kind or "another service"
    return f"{kind} {link.resource.name}" if link.resource else kind


def _subnet_prefixes(context: CheckContext) -> Iterator[Problem]:
    """The subnet has one IPv4 prefix."""
    prefixes = context.subnet.prefixes if context.subnet else ()
    if len(prefixes) > 1:
        yield Problem(
            f"subnet {context.names.subnet} has {len(prefixes)} prefixes, {listed([*prefixes])}: AKS has "
            f"refused such subnets, and the plan uses only {prefixes[0]}",
            "use a subnet with one prefix: --subnet-name NAME for a new one",
            ("--subnet-name",),
        )


def _subnet_dedicated(context: CheckContext) -> Iterator[Problem]:
    """The subnet, existing or new, has no name that keeps it for another service."""
    names = context.names
    service = _DEDICATED.get(names.subnet.lower())
    if service:
        yield Problem(
            f"subnet {names.subnet} is reserved for {service} by its name, and must not contain anything else",
            context.use_another_subnet,
            ("--subnet-name",),
        )


CHECKS = (
    # of its room the rules of a plan speak
    Check("subnet-room", _subnet_room),
    Check("subnet-delegation", _subnet_delegation, (Phase.PLAN, Phase.CREATE, Phase.RUNNING)),
    Check("subnet-links", _subnet_links, (Phase.PLAN, Phase.CREATE, Phase.RUNNING)),
    Check("subnet-prefixes", _subnet_prefixes, (Phase.PLAN, Phase.CREATE)),
    Check("subnet-dedicated", _subnet_dedicated, (Phase.PLAN, Phase.CREATE)),
)

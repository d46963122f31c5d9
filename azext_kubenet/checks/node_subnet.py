"""The subnet of the nodes: room, delegation, links of other services, prefixes."""

from collections.abc import Iterator

from azext_kubenet.addressing import sizing
from azext_kubenet.addressing.model import Severity
from azext_kubenet.addressing.wording import count_option, listed, many, node_options
from azext_kubenet.azure.bodies import Json, items, texts, within
from azext_kubenet.checks.check import Check, CheckContext, CheckReader, Problem
from azext_kubenet.discovery.existing import subnet_prefix
from azext_kubenet.discovery.parsing import addresses_in_use
from azext_kubenet.discovery.topology import ipv4, name_of

#: One source says that a node subnet is to be delegated to AKS, others that it must not be delegated at all. [N10]
_AKS_DELEGATION = "microsoft.containerservice/managedclusters"


def subnet_room(look: CheckReader) -> Iterator[Problem]:
    """The subnet has room for the nodes at their peak, beside what is in it."""
    situation = look.situation
    subnet, size = situation.subnet, situation.plan.size
    if subnet is None:
        return
    prefix = subnet_prefix({"properties": subnet})
    if prefix is None:
        return
    used, usable = addresses_in_use(subnet), sizing.usable_addresses(prefix)
    free = usable - used
    if size.addresses <= free:
        return
    others = f" and {size.extra_ips} of --extra-ips" if size.extra_ips else ""
    yield Problem(
        f"subnet {situation.names.subnet} ({prefix}) has {many(usable, 'usable address')}, of which {used} "
        f"{'is' if used == 1 else 'are'} in use and {max(0, free)} free, and the cluster needs {size.addresses} at "
        f"its peak: {many(size.nodes, 'node')}, {size.surge_nodes} more during an upgrade{others}",
        _smaller(situation, free),
        (count_option(size),),
    )


def _smaller(situation: CheckContext, free: int) -> str:
    """What to type for a cluster that fits, or for a subnet that the cluster fits in."""
    names, size = situation.names, situation.plan.size
    nodes = sizing.nodes_within(free - size.extra_ips, size)
    prefixlen = sizing.subnet_prefixlen(size.addresses)
    other = (
        f"use --subnet-name with the name of a new subnet and --subnet-prefix /{prefixlen} "
        f"beside --vnet-name {names.vnet} --vnet-resource-group {names.vnet_group}"
    )
    return f"use {node_options(size, nodes)}, or {other}" if nodes > 0 else other


def subnet_delegation(look: CheckReader) -> Iterator[Problem]:
    """The subnet is not delegated."""
    names = look.situation.names
    for delegation in items(look.situation.subnet, "delegations"):
        service = str(within(delegation, "properties").get("serviceName") or delegation.get("name"))
        yield Problem(
            f"subnet {names.subnet} is delegated to {service}, and nodes cannot join a delegated subnet",
            f"use another subnet, or take the delegation off: az network vnet subnet update --ids {names.subnet_id} "
            "--delegations null",
            ("--subnet-name",),
            Severity.WARNING if service.lower() == _AKS_DELEGATION else None,
        )


def subnet_links(look: CheckReader) -> Iterator[Problem]:
    """No other service has linked itself to the subnet."""
    subnet = look.situation.subnet
    links = [*items(subnet, "serviceAssociationLinks"), *items(subnet, "resourceNavigationLinks")]
    if links:
        held = [_linked(each) for each in links]
        yield Problem(
            f"subnet {look.situation.names.subnet} is held by {listed(held)}, and no other resource can use it",
            "use another subnet: --subnet-name NAME for a new one",
            ("--subnet-name",),
        )


def _linked(link: Json) -> str:
    properties = within(link, "properties")
    kind = str(properties.get("linkedResourceType") or link.get("name") or "another service")
    return f"{kind} {name_of(str(properties['link']))}" if properties.get("link") else kind


def subnet_prefixes(look: CheckReader) -> Iterator[Problem]:
    """The subnet has one IPv4 prefix."""
    prefixes = ipv4(texts(look.situation.subnet, "addressPrefixes"))
    if len(prefixes) > 1:
        yield Problem(
            f"subnet {look.situation.names.subnet} has {len(prefixes)} prefixes, {listed([*prefixes])}: AKS has "
            f"refused such subnets, and only {prefixes[0]} is planned with",
            "use a subnet with one prefix: --subnet-name NAME for a new one",
            ("--subnet-name",),
        )


CHECKS = (
    Check("subnet-room", subnet_room),
    Check("subnet-delegation", subnet_delegation),
    Check("subnet-links", subnet_links),
    Check("subnet-prefixes", subnet_prefixes),
)

"""The outbound side of the subnet's security group: what nodes must reach to come up. [H20 H25]

Nodes need their API server, the registry of Azure's images, Azure Resource Manager and Microsoft Entra ID, by HTTPS,
and the DNS servers of their network. Which addresses these have is Azure's to say, so a service tag stands for a place
of its own here, and a rule with single public prefixes decides none of them. What denies one of these is a warning: a
firewall, a proxy or a private endpoint may be meant to answer instead.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netaddr import IPAddress, IPNetwork, valid_ipv4

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks import traffic
from azext_kubenet.checks.check import Check, Phase, Problem
from azext_kubenet.checks.context import NSG, CheckContext
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.outbound import routed_by_user
from azext_kubenet.checks.security_group import Tags, allow_before, read_rules, span, tags
from azext_kubenet.checks.traffic import SecurityRule, Span
from azext_kubenet.discovery.existing import subnet_prefix


class _Place(NamedTuple):
    """Something that nodes must reach.

    name: as a message says it
    at: the addresses that stand for it
    kinds: protocols and ports
    allow: what a rule that allows it names as its destination
    by_tag: whether only a rule that names its tag decides it
    """

    name: str
    at: Span
    kinds: tuple[tuple[str, int], ...]
    allow: str
    by_tag: bool = False


def _stand_in(number: int) -> Span:
    """An address in 240.0.0.0/4, which nobody has: rules for everywhere include it, and no others do."""
    address = int(IPAddress("240.0.0.0")) + number
    return address, address


_HTTPS = (("tcp", 443),)
_LOOK_UP = (("udp", 53), ("tcp", 53))
_SERVER = _Place("the API server", _stand_in(1), _HTTPS, "AzureCloud")
#: What is the same for every cluster. https://learn.microsoft.com/azure/aks/outbound-rules-control-egress
_COMMON = (
    _Place("MicrosoftContainerRegistry", _stand_in(2), _HTTPS, "AzureCloud"),
    _Place("AzureResourceManager", _stand_in(3), _HTTPS, "AzureCloud"),
    _Place("AzureActiveDirectory", _stand_in(4), _HTTPS, "AzureCloud"),
)
#: What Azure's hosts answer themselves: only a rule that names such a tag denies it.
#: https://learn.microsoft.com/azure/virtual-network/service-tags-overview
_DNS = _Place("AzurePlatformDNS", _stand_in(5), _LOOK_UP, "AzurePlatformDNS", by_tag=True)
_METADATA = _Place("AzurePlatformIMDS", _stand_in(6), (("tcp", 80),), "AzurePlatformIMDS", by_tag=True)


def _outbound_rules(context: CheckContext) -> Iterator[Problem]:
    """The network security group of the subnet lets nodes reach what they need to come up."""
    nodes = subnet_prefix(context.subnet) if context.subnet else None
    if nodes is None or not context.id_of(NSG):
        return
    try:
        nsg = context.attached(NSG)
    except Unreadable:  # the check of what nodes and pods send each other says so
        return
    rules = [each for each in read_rules(nsg, _meaning(context)) if not each.inbound]
    found: dict[tuple[SecurityRule, str], list[_Place]] = {}
    for place in _needed(context):
        for rule in _deniers(rules, nodes, place):
            found.setdefault((rule, place.allow), []).append(place)
    first = {
        allow: min((rule for rule, other in found if other == allow), key=lambda rule: rule.priority)
        for _, allow in found
    }
    group = context.id_of(NSG)
    for (rule, allow), denied in found.items():
        # The rule next before the first is left to the check of what nodes and pods send each other.
        others = 1 + [*first].index(allow)
        sides = _sides(nodes, allow, denied)
        name = f"allow-nodes-{allow.lower()}"
        advice = allow_before(group, nsg, first[allow], name, sides, others, context.elsewhere(group))
        yield _problem(context, nodes, rule, denied, advice)


def _needed(context: CheckContext) -> list[_Place]:
    """What this cluster's nodes must reach, as far as a rule can tell."""
    servers = [each for each in context.existing.network.dns_servers if valid_ipv4(each)]
    places = [_METADATA, *([] if servers else [_DNS])]
    places += [_Place(f"DNS server {each}", span(IPNetwork(each)), _LOOK_UP, each) for each in servers]
    if routed_by_user(context) or context.wanted.has_proxy:  # a firewall or a proxy answers for them
        return places
    return [*([] if context.wanted.private else [_SERVER]), *_COMMON, *places]


def _meaning(context: CheckContext) -> Tags:
    """What tags stand for; one that is not here stands for nothing that nodes need."""
    servers = [IPNetwork(each) for each in context.existing.network.dns_servers if valid_ipv4(each)]
    private = [each for each in servers if any(each in known for known in limits.PRIVATE_RANGES)]
    anywhere = [_SERVER.at, *(each.at for each in _COMMON)]
    region = plain_region(context.wanted.location)
    own = {
        "internet": [*anywhere, *(span(each) for each in servers if each not in private)],
        "azurecloud": anywhere,
        f"azurecloud.{region}": [_SERVER.at],
    }
    for place in (*_COMMON, _DNS, _METADATA):
        own[place.name.lower()] = own[f"{place.name.lower()}.{region}"] = [place.at]
    network = [*tags(context, routed=True)["virtualnetwork"], *map(span, private)]
    return {**own, "virtualnetwork": network}


def _deniers(rules: Sequence[SecurityRule], nodes: IPNetwork, place: _Place) -> Iterator[SecurityRule]:
    """The rules that deny part of what nodes must send to a place, each once."""
    deciding = [each for each in rules if not (place.by_tag and traffic.EVERY_ADDRESS in each.sides[1])]
    flows = (traffic.traffic(span(nodes), place.at, *kind) for kind in place.kinds)
    yield from dict.fromkeys(rule for flow in flows for rule in traffic.denying(deciding, flow))


def _kinds(denied: Sequence[_Place]) -> list[tuple[str, int]]:
    return [*dict.fromkeys(kind for each in denied for kind in each.kinds)]


def _sides(nodes: IPNetwork, allow: str, denied: Sequence[_Place]) -> str:
    """A rule that allows it, as options: a rule names one tag."""
    kinds = _kinds(denied)
    protocol = "Tcp" if all(each == "tcp" for each, _ in kinds) else "'*'"
    ports = " ".join(dict.fromkeys(str(port) for _, port in kinds))
    return (
        f"--protocol {protocol} --source-address-prefixes {nodes} --destination-address-prefixes {allow} "
        f"--source-port-ranges '*' --destination-port-ranges {ports}"
    )


def _problem(
    context: CheckContext, nodes: IPNetwork, rule: SecurityRule, denied: Sequence[_Place], advice: str
) -> Problem:
    effect = "new nodes do not come up, but end" if context.running else "creation ends after many minutes"
    return Problem(
        f"security rule {rule.name} (priority {rule.priority}, outbound) of network security group "
        f"{context.id_of(NSG).name} of subnet {context.names.subnet} denies "
        f"{listed([f'{protocol} port {port}' for protocol, port in _kinds(denied)])} from nodes ({nodes}) to "
        f"{listed([each.name for each in denied])}: nodes need it, and without it {effect} "
        "with exit status 50 of the nodes' extension",
        f"unless something else answers for them, {advice}",
        severity=Severity.WARNING,
    )


CHECKS = (Check("outbound-security-rules", _outbound_rules, (Phase.CREATE, Phase.RUNNING)),)

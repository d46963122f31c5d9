"""The network security group of the subnet: it must let nodes and pods speak with each other. [H7]

AKS neither sets nor edits this group. Nodes are always inside the tag VirtualNetwork; pods are so only by their routes,
which Azure counts in but which exist only once the cluster does. So traffic that nothing but the tag allows, and that a
rule denies where the tag does not hold, is a warning; what is denied either way is an error. Azure's own default rules
work in the same way for every cluster, and are not looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import Severity
from azext_kubenet.addressing.words import listed
from azext_kubenet.provisioning.around.topology import group_of, name_of
from azext_kubenet.provisioning.facts import subnet_prefix
from azext_kubenet.provisioning.preflight import flows
from azext_kubenet.provisioning.preflight.case import NSG, Check, Fault, Json, Look, Situation, attached_read
from azext_kubenet.provisioning.preflight.flows import Rule, Span
from azext_kubenet.provisioning.reader import Read

#: What a tag stands for, in lower case; one that is not here holds no address of a node or a pod.
Tags = Mapping[str, Sequence[Span]]
#: Two places that speak with each other, by name.
Pair = tuple[str, str]

_NODES, _POD = "nodes", "pods"
_LEAST_PRIORITY = 100  # of a security rule of the user's


def span(network: IPNetwork) -> Span:
    """First and last address."""
    return int(network.first), int(network.last)


def places(situation: Situation) -> dict[str, IPNetwork]:
    """Where nodes and pods have their addresses."""
    found = {_NODES: subnet_prefix({"properties": situation.subnet})}
    if situation.plan.pods is not None:
        found[_POD] = situation.plan.pods
    return found


def tags(situation: Situation, *, routed: bool) -> Tags:
    """The tags with pods inside VirtualNetwork, as their routes put them, or outside of it."""
    where = places(situation)
    network = [span(each) for each in (*situation.plan.vnet, where[_NODES])]
    pods = where.get(_POD)
    public = pods is not None and not any(pods in each for each in (*limits.PRIVATE_RANGES, limits.SHARED_RANGE))
    if pods is None:
        return {"virtualnetwork": network}
    if routed:
        return {"virtualnetwork": [*network, span(pods)]}
    return {"virtualnetwork": network, "internet": [span(pods)] if public else []}


def read_rules(nsg: Json | None, meaning: Tags) -> list[Rule]:
    """The user's own rules of a group, in order of priority."""
    found = ((nsg or {}).get("properties") or {}).get("securityRules") or ()
    return sorted((_rule(each, meaning) for each in found), key=lambda rule: rule.priority)


def _rule(shown: Json, meaning: Tags) -> Rule:
    has: Json = shown.get("properties") or {}
    protocol = str(has.get("protocol") or "*").lower()
    index = flows.PROTOCOLS.index(protocol) if protocol in flows.PROTOCOLS else len(flows.PROTOCOLS) - 1
    return Rule(
        name=str(shown.get("name")),
        priority=int(has.get("priority") or 0),
        inbound=str(has.get("direction")).lower() == "inbound",
        allows=str(has.get("access")).lower() == "allow",
        sides=(
            _addresses(_values(has, "sourceAddressPrefix", "sourceAddressPrefixes"), meaning),
            _addresses(_values(has, "destinationAddressPrefix", "destinationAddressPrefixes"), meaning),
            (flows.EVERY_PROTOCOL if protocol == "*" else (index, index),),
            _ports(_values(has, "sourcePortRange", "sourcePortRanges")),
            _ports(_values(has, "destinationPortRange", "destinationPortRanges")),
        ),
    )


def _values(properties: Json, one: str, several: str) -> list[str]:
    """What is given alone or in a list; the other of the two is then empty, or not there."""
    return [str(each) for each in (properties.get(one), *(properties.get(several) or ())) if each]


def _addresses(values: Sequence[str], meaning: Tags) -> tuple[Span, ...]:
    found: list[Span] = []
    for value in values:
        if value.lower() in ("*", "any"):
            return (flows.EVERY_ADDRESS,)
        if value.lower() in meaning:
            found.extend(meaning[value.lower()])
            continue
        try:
            network = IPNetwork(value)
        except AddrFormatError:  # another tag
            continue
        if network.version == 4:
            found.append(span(network))
    return tuple(found)


def _ports(values: Sequence[str]) -> tuple[Span, ...]:
    found: list[Span] = []
    for value in values:
        low, _, high = value.partition("-")
        if value == "*":
            found.append(flows.EVERY_PORT)
        elif low.strip().isdecimal():
            found.append((int(low), int(high) if high.strip().isdecimal() else int(low)))
    return tuple(found)


def denied(nsg: Json | None, situation: Situation, *, routed: bool) -> dict[Rule, list[Pair]]:
    """The rules that deny traffic among nodes and pods, each with the pairs of places that it parts."""
    where, found = places(situation), dict[Rule, list[Pair]]()
    rules = read_rules(nsg, tags(situation, routed=routed))
    for inbound in (True, False):
        facing = [each for each in rules if each.inbound is inbound]
        for (source, sent_from), (target, sent_to) in product(where.items(), repeat=2):
            rule = flows.first_denied(facing, flows.traffic(span(sent_from), span(sent_to)))
            if rule is not None:
                found.setdefault(rule, []).append((source, target))
    return found


def node_to_pod(look: Look) -> Iterator[Fault]:
    """The network security group of the subnet lets nodes and pods speak with each other."""
    if look.situation.subnet is None:
        return
    nsg = look.attached(NSG)
    sure = denied(nsg, look.situation, routed=True)
    yield from (_fault(look.situation, nsg, rule, pairs, sure=True) for rule, pairs in sure.items())
    told = {(rule.name, rule.inbound) for rule in sure}
    for rule, pairs in denied(nsg, look.situation, routed=False).items():
        if (rule.name, rule.inbound) not in told:
            yield _fault(look.situation, nsg, rule, pairs, sure=False)


def _fault(situation: Situation, nsg: Json | None, rule: Rule, pairs: Sequence[Pair], *, sure: bool) -> Fault:
    where, nsg_id = places(situation), situation.attached(NSG)
    parted = listed([f"{source} ({where[source]}) to {target} ({where[target]})" for source, target in pairs])
    doubt = "denies" if sure else "denies, until the cluster's routes put pods into the tag VirtualNetwork,"
    return Fault(
        f"security rule {rule.name} (priority {rule.priority}, {'inbound' if rule.inbound else 'outbound'}) of network "
        f"security group {name_of(nsg_id)} of subnet {situation.names.subnet} {doubt} traffic from {parted}",
        _allow(situation, nsg, rule),
        (),
        None if sure else Severity.WARNING,
    )


def _allow(situation: Situation, nsg: Json | None, rule: Rule) -> str:
    """A rule before the one that denies."""
    nsg_id, ranges = situation.attached(NSG), " ".join(str(each) for each in places(situation).values())
    taken = {each.priority for each in read_rules(nsg, {}) if each.inbound is rule.inbound}
    free = next((each for each in range(rule.priority - 1, _LEAST_PRIORITY - 1, -1) if each not in taken), None)
    direction = "Inbound" if rule.inbound else "Outbound"
    return (
        f"allow it before: az network nsg rule create -g {group_of(nsg_id)} --nsg-name {name_of(nsg_id)} "
        f"-n allow-kubenet-{direction.lower()} --priority {free or 'PRIORITY'} --direction {direction} --access Allow "
        f"--protocol '*' --source-address-prefixes {ranges} --destination-address-prefixes {ranges} "
        "--source-port-ranges '*' --destination-port-ranges '*'"
    )


def _reads(situation: Situation) -> list[Read]:
    return attached_read(situation, NSG)


CHECKS = (Check("network-security-group", "H7", "nodes and pods may speak with each other", node_to_pod, _reads),)

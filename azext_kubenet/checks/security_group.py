"""The network security group of the subnet: it must let nodes and pods speak with each other. [H7]

AKS neither sets nor edits this group. Nodes are always inside the tag VirtualNetwork; pods are so only by their routes,
which Azure counts in but which exist only once the cluster does. So traffic that nothing but the tag allows, and that a
rule denies where the tag does not hold, is a warning. Azure's own default rules work in the same way for every cluster,
and are not looked at. The pods of a cluster that runs have their routes, so there is no doubt of the tag.

How grave a rule is depends on what it denies. The article asks for all traffic, but what every cluster needs among
nodes and pods is known: kubelet, DNS, and HTTPS, by which a private API server, webhooks and metrics are reached. A
rule that denies one of these, or a whole protocol that includes them, is an error. Single other ports, such as SSH and
mail, are denied in many networks whose clusters work: a warning. [H7 H25]
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from netaddr import AddrFormatError, IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.bodies import Json, items, within
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks import traffic
from azext_kubenet.checks.check import Check, Phase, Problem
from azext_kubenet.checks.context import NSG, CheckContext
from azext_kubenet.checks.traffic import SecurityRule, Span
from azext_kubenet.discovery.existing import subnet_prefix

#: What a tag stands for, in lower case; one that is not here holds no address of a node or a pod.
Tags = Mapping[str, Sequence[Span]]
#: Two places that speak with each other, by name.
_Pair = tuple[str, str]
#: A protocol and a port; no port for all traffic.
Kind = tuple[str, int | None]

_NODES, _POD = "nodes", "pods"
_LEAST_PRIORITY, _MOST_PRIORITY = 100, 4096  # of a security rule of the user's
#: What nodes and pods need among each other, by protocol and port: kubelet, DNS, HTTPS; which these are is our reading.
#: [H7 H20 H25] kubernetes.io/docs/reference/networking/ports-and-protocols
NEEDED = (("tcp", 10250), ("tcp", 53), ("udp", 53), ("tcp", 443))


def span(network: IPNetwork) -> Span:
    """First and last address."""
    return int(network.first), int(network.last)


def places(context: CheckContext) -> dict[str, IPNetwork]:
    """Where nodes and pods have their addresses."""
    nodes = subnet_prefix(context.subnet) if context.subnet else None
    found = {} if nodes is None else {_NODES: nodes}
    if context.plan.pods is not None:
        found[_POD] = context.plan.pods
    return found


def tags(context: CheckContext, *, routed: bool) -> Tags:
    """The tags with pods inside VirtualNetwork, as their routes put them, or outside of it."""
    where = places(context)
    network = [span(each) for each in (*context.plan.vnet, *([where[_NODES]] if _NODES in where else []))]
    pods = where.get(_POD)
    public = pods is not None and not any(pods in each for each in (*limits.PRIVATE_RANGES, limits.SHARED_RANGE))
    if pods is None:
        return {"virtualnetwork": network}
    if routed:
        return {"virtualnetwork": [*network, span(pods)]}
    return {"virtualnetwork": network, "internet": [span(pods)] if public else []}


def read_rules(nsg: Json | None, meaning: Tags) -> list[SecurityRule]:
    """The user's own rules of a group, in order of priority. meaning: what tags stand for."""
    found = items(within(nsg, "properties"), "securityRules")
    return sorted((_rule(each, meaning) for each in found), key=lambda rule: rule.priority)


def _rule(shown: Json, meaning: Tags) -> SecurityRule:
    has = within(shown, "properties")
    protocol = str(has.get("protocol") or "*").lower()
    index = traffic.PROTOCOLS.index(protocol) if protocol in traffic.PROTOCOLS else len(traffic.PROTOCOLS) - 1
    return SecurityRule(
        name=str(shown.get("name")),
        priority=int(has.get("priority") or 0),
        inbound=str(has.get("direction")).lower() == "inbound",
        allows=str(has.get("access")).lower() == "allow",
        sides=(
            _addresses(_values(has, "sourceAddressPrefix", "sourceAddressPrefixes"), meaning),
            _addresses(_values(has, "destinationAddressPrefix", "destinationAddressPrefixes"), meaning),
            (traffic.EVERY_PROTOCOL if protocol == "*" else (index, index),),
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
            return (traffic.EVERY_ADDRESS,)
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
            found.append(traffic.EVERY_PORT)
        elif low.strip().isdecimal():
            found.append((int(low), int(high) if high.strip().isdecimal() else int(low)))
    return tuple(found)


def denied(
    nsg: Json | None, context: CheckContext, *, routed: bool, kinds: Sequence[Kind] = (("", None),)
) -> dict[SecurityRule, list[_Pair]]:
    """The rules that deny traffic among nodes and pods, each with the pairs of places that it parts.

    kinds: protocols and ports of which one at least must be denied; all traffic, unless they are given.
    """
    where, found = places(context), dict[SecurityRule, list[_Pair]]()
    rules = read_rules(nsg, tags(context, routed=routed))
    for inbound in (True, False):
        facing = [each for each in rules if each.inbound is inbound]
        for (source, sent_from), (target, sent_to) in product(where.items(), repeat=2):
            parted = (traffic.traffic(span(sent_from), span(sent_to), *kind) for kind in kinds)
            for rule in dict.fromkeys(rule for flow in parted for rule in traffic.denying(facing, flow)):
                found.setdefault(rule, []).append((source, target))
    return found


def grave(rule: SecurityRule) -> bool:
    """Whether a rule denies a whole protocol that includes what nodes and pods need, on whatever port pods listen."""
    _, _, protocols, chosen, ports = rule.sides
    needed = {traffic.PROTOCOLS.index(protocol) for protocol, _ in NEEDED}
    whole = any(low <= traffic.EVERY_PORT[0] + 1 and high >= traffic.EVERY_PORT[1] for low, high in ports)
    opens = any(low <= traffic.CHOSEN_PORT[1] and traffic.CHOSEN_PORT[0] <= high for low, high in chosen)
    return whole and opens and any(low <= each <= high for each in needed for low, high in protocols)


def _node_to_pod(context: CheckContext) -> Iterator[Problem]:
    """The network security group of the subnet lets nodes and pods speak with each other."""
    if context.subnet is None:
        return
    nsg = context.attached(NSG)
    sure = denied(nsg, context, routed=True)
    needed = denied(nsg, context, routed=True, kinds=NEEDED)
    told = {(rule.name, rule.inbound) for rule in sure}
    doubtful = {} if context.running else denied(nsg, context, routed=False)
    unsure = {rule: pairs for rule, pairs in doubtful.items() if (rule.name, rule.inbound) not in told}
    first = {each.inbound: each for each in sorted((*sure, *unsure), key=lambda each: -each.priority)}
    for rule, pairs in sure.items():
        severity = None if rule in needed or grave(rule) else Severity.WARNING
        yield _fault(context, nsg, rule, pairs, first[rule.inbound], "denies", severity)
    doubt = "denies, until the cluster's routes add pods to the tag VirtualNetwork,"
    if context.plan.size.network_plugin.max_routes is None:  # it is not known whether the tag has them without routes
        doubt = "denies, unless the tag VirtualNetwork has the pods,"
    for rule, pairs in unsure.items():
        yield _fault(context, nsg, rule, pairs, first[rule.inbound], doubt, Severity.WARNING)


def _fault(  # pylint: disable=too-many-positional-arguments
    context: CheckContext,
    nsg: Json | None,
    rule: SecurityRule,
    pairs: Sequence[_Pair],
    first: SecurityRule,
    denies: str,
    severity: Severity | None,
) -> Problem:
    where, nsg_id = places(context), context.id_of(NSG)
    parted = listed([f"{source} ({where[source]}) to {target} ({where[target]})" for source, target in pairs])
    advice = _allow(context, nsg, first)
    return Problem(
        f"security rule {rule.name} (priority {rule.priority}, {'inbound' if rule.inbound else 'outbound'}) of network "
        f"security group {nsg_id.name} of subnet {context.names.subnet} {denies} {_traffic(rule)} from {parted}",
        advice if severity is None else f"if nodes or pods need that, {advice}",
        (),
        severity,
    )


def _traffic(rule: SecurityRule) -> str:
    """What a rule is about: `traffic`, `tcp ports 22 and 3389`."""
    (low, high), *_ = rule.sides[2]
    protocol = "" if (low, high) == traffic.EVERY_PROTOCOL else traffic.PROTOCOLS[low] or "other"
    ports = rule.sides[4]
    if any(low == 0 and high == traffic.EVERY_PORT[1] for low, high in ports):
        return f"{protocol} traffic".strip()
    named = listed([str(low) if low == high else f"{low}-{high}" for low, high in ports])
    several = len(ports) > 1 or any(low != high for low, high in ports)
    return f"{protocol} port{'s' if several else ''} {named}".strip()


def _allow(context: CheckContext, nsg: Json | None, rule: SecurityRule) -> str:
    """A rule before the first one that denies, which must make place where there is none before it."""
    ranges = " ".join(str(each) for each in places(context).values())
    sides = (
        f"--protocol '*' --source-address-prefixes {ranges} --destination-address-prefixes {ranges} "
        "--source-port-ranges '*' --destination-port-ranges '*'"
    )
    return allow_before(
        context.id_of(NSG),
        nsg,
        rule,
        f"allow-kubenet-{'inbound' if rule.inbound else 'outbound'}",
        sides,
        elsewhere=context.elsewhere(context.id_of(NSG)),
    )


def allow_before(  # pylint: disable=too-many-positional-arguments
    nsg_id: ResourceId,
    nsg: Json | None,
    rule: SecurityRule,
    name: str,
    sides: str,
    others: int = 0,
    elsewhere: str = "",
) -> str:
    """How a rule is put before another one.

    name, sides: of the new rule, the latter as options; others: how many more are proposed nearer to that one
    elsewhere: the option for a subscription that is not the cluster's
    """
    name = _free_name(nsg, name)
    taken = {each.priority for each in read_rules(nsg, {}) if each.inbound is rule.inbound}
    before = [each for each in range(rule.priority - 1, _LEAST_PRIORITY - 1, -1) if each not in taken]
    free = before[min(others, len(before) - 1)] if before else None
    later = next((each for each in range(rule.priority + 1, _MOST_PRIORITY + 1) if each not in taken), None)
    direction, of_group = (
        "Inbound" if rule.inbound else "Outbound",
        f"-g {shlex.quote(nsg_id.group)} --nsg-name {shlex.quote(nsg_id.name)}{elsewhere}",
    )
    if free is None and later is None:
        return f"allow it before: {direction.lower()}, network security group {nsg_id.name} has no free priority"
    passed = _passed(nsg, rule, later) if free is None and later is not None else []
    if passed:  # behind a rule that denies they have no effect now, and before it they would
        return (
            f"allow it before: {direction.lower()}, no priority before {rule.name} is free in network security group "
            f"{nsg_id.name}, behind it stand {listed(passed)}, which must stay there: move all of them, in their "
            "order, and put an allow rule before them"
        )
    moved = f"az network nsg rule update {of_group} -n {shlex.quote(rule.name)} --priority {later}"
    move = (
        "allow it before"
        if free is not None
        else f"no priority before it is free, so move it: {moved}; then allow it before"
    )
    return (
        f"{move}: az network nsg rule create {of_group} -n {name} --priority {free or rule.priority} "
        f"--direction {direction} --access Allow {sides}"
    )


def _passed(nsg: Json | None, rule: SecurityRule, later: int) -> list[str]:
    """Names of the rules that a rule would come behind if it were moved to a later priority."""
    there = (each for each in read_rules(nsg, {}) if each.inbound is rule.inbound)
    return [each.name for each in there if rule.priority < each.priority < later]


def _free_name(nsg: Json | None, name: str) -> str:
    """A name that no rule of the group has: a rule of that name may be another cluster's, and would be replaced."""
    taken = {each.name.lower() for each in read_rules(nsg, {})}
    return next(each for each in (name, *(f"{name}-{at}" for at in range(2, 1000))) if each.lower() not in taken)


CHECKS = (Check("network-security-group", _node_to_pod, (Phase.PLAN, Phase.CREATE, Phase.RUNNING)),)

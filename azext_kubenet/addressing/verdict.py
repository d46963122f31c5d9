"""One demand, one wish, one verdict: propose and check together, the same for `plan` and for `create`."""

from collections.abc import Sequence
from dataclasses import dataclass

from netaddr import IPNetwork

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.advice import Advice
from azext_kubenet.addressing.layout import SUBNET
from azext_kubenet.addressing.model import AddressPlan, Demand, Finding, Reservation, Severity, Wish
from azext_kubenet.addressing.planner import propose_around
from azext_kubenet.addressing.shortage import Shortage
from azext_kubenet.addressing.taken import Taken
from azext_kubenet.addressing.words import NAMES, OPTIONS, listed, many, node_options


@dataclass(frozen=True)
class Verdict:
    """A plan and all that was found about it. With an error among the findings, the plan is refused."""

    plan: AddressPlan
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether an error is among the findings."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def judge(demand: Demand, wish: Wish, taken: Sequence[Reservation] = (), accept_risk: Sequence[str] = ()) -> Verdict:
    """Choose what the wish leaves open, check everything, and report all findings together."""
    merged = Taken(taken)
    proposal = propose_around(demand, wish, merged)
    advice = Advice(demand, wish, merged)
    case = rules.Case(proposal.plan, wish, merged.touching(proposal.plan.networks()), advice.instead_of)
    findings = rules.check(case)
    if proposal.shortage is not None and not _impossible(case):
        findings.append(_no_space(proposal.shortage, demand, wish, advice))
    return Verdict(proposal.plan, tuple(rules.accept(findings, accept_risk)))


def check_given(
    demand: Demand, wish: Wish, taken: Sequence[Reservation] = (), accept_risk: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """The findings on what was given alone, with nothing chosen: what can be refused before anyone looks at Azure."""
    merged = Taken(taken)
    plan = AddressPlan(
        demand=demand,
        vnet=wish.vnet if isinstance(wish.vnet, tuple) else (),
        subnet=wish.subnet if isinstance(wish.subnet, IPNetwork) else None,
        pods=wish.pods if isinstance(wish.pods, IPNetwork) else None,
        services=wish.services if isinstance(wish.services, IPNetwork) else None,
        dns_ip=wish.dns_ip,
        docker_bridge=wish.docker_bridge,
    )
    case = rules.Case(plan, wish, merged.touching(plan.networks()), Advice(demand, wish, merged).instead_of)
    return tuple(rules.accept(rules.check(case), accept_risk))


def _impossible(case: rules.Case) -> bool:
    """Whether no ranges could hold what is asked for, so that a lack of space is not what to speak of."""
    return any(finding.severity is Severity.ERROR for finding in rules.check(case, rules.DEMAND_RULES))


def _no_space(shortage: Shortage, demand: Demand, wish: Wish, advice: Advice) -> Finding:
    """What does not fit, what is in the way, the largest free block, and the largest cluster for it."""
    sizes = shortage.sizes
    options = [OPTIONS[name] for name in sizes]
    if "vnet" in sizes and wish.within:
        options.append("--within")
    if SUBNET in sizes and isinstance(wish.vnet, int):
        options.insert(0, OPTIONS["vnet"])
    message = f"{_need(shortage, demand, wish)}{_lack(shortage, wish)}"
    return Finding(rules.NO_SPACE, Severity.ERROR, tuple(options), message, _remedy(shortage, demand, wish, advice))


def _need(shortage: Shortage, demand: Demand, wish: Wish) -> str:
    """The sizes that find no place, and who needs them."""
    sizes = listed([f"a {NAMES[name]} of /{prefix}" for name, prefix in shortage.sizes.items()])
    if all(isinstance(getattr(wish, name), int) for name in shortage.sizes):
        return f"{sizes} {'is' if len(shortage.sizes) == 1 else 'are'} asked for"
    parts = [many(demand.nodes, "node")]
    if demand.surge_nodes:
        parts.append(many(demand.surge_nodes, "surge node"))
    if demand.extra_ips:
        parts.append(many(demand.extra_ips, "other address"))
    return f"{listed(parts)} {'needs' if parts == ['1 node'] else 'need'} at least {sizes}"


def _lack(shortage: Shortage, wish: Wish) -> str:
    if SUBNET in shortage.sizes and isinstance(wish.vnet, int):
        return f", which a virtual network of /{wish.vnet} does not hold"
    together = "" if shortage.alone else " for all of them together"
    free = f"the largest free block is {shortage.largest_free}" if shortage.largest_free else "nothing is free there"
    blockers = ", ".join(f"{each.network} ({each.reason})" for each in shortage.blockers)
    return f", and there is no space{together}: {free}" + (f"; in the way: {blockers}" if blockers else "")


def _remedy(shortage: Shortage, demand: Demand, wish: Wish, advice: Advice) -> str:
    """A range for one that was asked for, the largest cluster that fits as it is, or else more space."""
    asked = [name for name in ("vnet", SUBNET, "pods", "services") if getattr(wish, name) is not None]
    instead = next((text for text in map(advice.instead_of, asked) if text), None)
    fewer = node_options(demand, shortage.largest_cluster) if shortage.largest_cluster else None
    choices = [choice for choice in (fewer, instead) if choice]
    if choices:
        return f"use {', or '.join(choices)}"
    larger = "free a larger block"
    if "vnet" in shortage.sizes and wish.within:
        larger += ", or name a larger one with --within"
    return f"{larger}, or ask for fewer --extra-ips" if demand.extra_ips else larger

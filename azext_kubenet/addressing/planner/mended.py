"""Changes that put a request right, and those that come before any place is looked for: what can be in no cluster."""

from typing import NamedTuple

from azext_kubenet.addressing import limits, rules, sizing
from azext_kubenet.addressing.cidr import not_nested
from azext_kubenet.addressing.findings import SetOptions, use
from azext_kubenet.addressing.model import RangeKind, RangeRequests
from azext_kubenet.addressing.planner.proposal import assemble
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.wording import ACCEPT_OPTION, node_options

#: How often one size may be put right on account of another.
_ROUNDS = 6


class Mended(NamedTuple):
    """Changes that, typed together, give a plan.

    groups: options to set, those of a group together
    without: options to leave out
    asked: what is then asked for
    """

    groups: tuple[SetOptions, ...]
    without: tuple[str, ...]
    asked: Asked

    @property
    def whole(self) -> SetOptions:
        """All options to set."""
        return SetOptions(tuple(value for group in self.groups for value in group.values))

    def setting(self, option: str) -> SetOptions | None:
        """The options that are set together with one."""
        return next((group for group in self.groups if option in dict(group.values)), None)

    def but(self, fix: SetOptions, asked: Asked) -> "Mended":
        """The same with some options set anew: what a group had besides them stays."""
        anew = dict(fix.values)
        kept = [SetOptions(tuple(each for each in group.values if each[0] not in anew)) for group in self.groups]
        return Mended((*(group for group in kept if group.values), fix), self.without, asked)


def sane(mended: Mended, *passed_over: str) -> Mended | None:
    """The same with a demand that a cluster can have; None where the rules know none.

    passed_over: names of rules that are broken without being looked at
    """
    for _ in range(_ROUNDS):
        asked = mended.asked
        context = rules.RuleContext(
            assemble(asked.size, asked.requests, {}), asked.requests, (), lambda kind: None, given_only=True
        )
        wrong = [each for each in rules.check(context, rules.SIZE_RULES) if each.severity == "error"]
        wrong = [each for each in rules.accept(wrong, _acceptable(asked)) if each.severity == "error"]
        wrong = [each for each in wrong if each.rule not in passed_over]
        if not wrong:
            return mended
        fixes = [fix for fix in wrong[0].fixes if isinstance(fix, SetOptions)]
        fix = fixes[0] if fixes else node_options(asked.size, sizing.nodes_by_routes(asked.size))
        changed = asked.retyped(fix)
        if changed is None or changed == asked:
            return None
        mended = mended.but(fix, changed)
    return None


def with_possible_sizes(requests: RangeRequests) -> RangeRequests:
    """The same without sizes that no range can have, whoever needs it."""
    possible = {
        RangeKind.SUBNET: (limits.SUBNET_MIN_PREFIXLEN, limits.SUBNET_MAX_PREFIXLEN),
        RangeKind.SERVICES: (limits.SERVICE_CIDR_LIMIT_PREFIXLEN, limits.SERVICE_CIDR_MAX_PREFIXLEN_OF_API_SERVER),
        RangeKind.PODS: (0, limits.NODE_BLOCK_PREFIXLEN),  # no rule refuses a large one: the lack of space does
    }
    sizes = {kind: requests[kind].prefixlen for kind in possible}
    impossible = [
        kind for kind, size in sizes.items() if size is not None and not possible[kind][0] <= size <= possible[kind][1]
    ]
    return requests.without(*impossible) if impossible else requests


def _acceptable(asked: Asked) -> list[str]:
    return [each for each in asked.accepted if each in rules.acceptable()]


def without_bad_names(mended: Mended) -> Mended:
    """The same without names of rules that cannot be accepted: nothing is lost with them."""
    typed = mended.asked.accepted
    kept = rules.accepted_of(typed)
    if kept == [*dict.fromkeys(typed)]:
        return mended
    asked = mended.asked._replace(accepted=tuple(kept))
    if not kept:
        return Mended(mended.groups, (*mended.without, ACCEPT_OPTION), asked)
    return mended.but(use(ACCEPT_OPTION, " ".join(kept)), asked)


def without_inner_prefixes(mended: Mended) -> Mended:
    """The same without prefixes of the network that lie inside another one: nothing is lost with them."""
    typed = mended.asked.requests.vnet.networks
    kept = not_nested(typed)
    fix = use(RangeKind.VNET.option, " ".join(map(str, kept)))
    changed = mended.asked.retyped(fix) if len(kept) < len(typed) else None
    return mended if changed is None else mended.but(fix, changed)

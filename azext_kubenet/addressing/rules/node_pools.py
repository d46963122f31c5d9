"""Rules on node pools that are stated one by one."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import quoted
from azext_kubenet.addressing.model import MaxSurge, Pool, Severity
from azext_kubenet.addressing.rules.rule import RuleContext, Violation, rule
from azext_kubenet.addressing.wording import POOL_OPTION, many, pool_option, pool_value

_OPTIONS = (POOL_OPTION,)
_NAME = re.compile(limits.POOL_NAME, re.ASCII)


def _use(context: RuleContext, pool: Pool) -> str:
    return f"use {POOL_OPTION} {pool_value(pool, context.size)}"


def _names(context: RuleContext) -> Iterator[Violation]:
    for pool in context.size.pools:
        if not _NAME.fullmatch(pool.name):
            yield Violation(
                _OPTIONS,
                f"{POOL_OPTION} {quoted(pool.name)}: the name of a node pool is lower-case letters and digits, begins "
                f"with a letter and has {limits.POOL_NAME_LENGTH} characters at most",
                _use(context, replace(pool, name=_name_like(pool.name))),
            )


def _name_like(name: str) -> str:
    """A name that is allowed, as near as may be."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower(), flags=re.ASCII)
    kept = plain if plain[:1].isalpha() else f"np{plain}"
    most = limits.POOL_NAME_LENGTH
    return kept[:most]


def _same_names(context: RuleContext) -> Iterator[Violation]:
    for name, count in Counter(pool.name for pool in context.size.pools).items():
        if count > 1:
            others = pool_option(_told_apart(context.size.pools), context.size)
            yield Violation(_OPTIONS, f"{count} node pools are called {quoted(name)}", f"use {others}")


def _told_apart(pools: tuple[Pool, ...]) -> tuple[Pool, ...]:
    """The pools with a number behind each name that comes again."""
    names: dict[str, None] = {}
    for pool in pools:
        tries = (_numbered(pool.name, number) for number in range(1, len(pools) + 1))
        names[next(name for name in tries if name not in names)] = None
    return tuple(replace(pool, name=name) for pool, name in zip(pools, names, strict=True))


def _numbered(name: str, number: int) -> str:
    ending = str(number) if number > 1 else ""
    most = limits.POOL_NAME_LENGTH - len(ending)
    return f"{name[:most]}{ending}"


def counts(context: RuleContext) -> Iterator[Violation]:
    """The first pool runs the system's pods and has a node at least; no pool has more nodes than at most."""
    first = context.size.pools[0]
    if first.count < 1:
        yield Violation(
            _OPTIONS,
            f"pool {quoted(first.name)} has no node: the first pool is the system's, and has at least one",
            _use(context, replace(first, count=1, max_count=max(1, first.max_count))),
        )
    for pool in context.size.pools:
        if pool.max_count < pool.count:
            yield Violation(
                _OPTIONS,
                f"pool {quoted(pool.name)} has {many(pool.count, 'node')} and {pool.max_count} at most",
                _use(context, replace(pool, max_count=pool.count)),
            )


def surge_range(context: RuleContext) -> Iterator[Violation]:
    """No pool surges by more than itself."""
    for pool in context.size.pools:
        if pool.max_surge.percent and pool.max_surge.value > 100:
            message = f"pool {quoted(pool.name)} surges by {pool.max_surge}: a pool can surge by 100% at most"
            yield Violation(
                (POOL_OPTION, "--max-surge"), message, _use(context, replace(pool, max_surge=MaxSurge(33, True)))
            )


def no_surge(context: RuleContext) -> Iterator[Violation]:
    """A pool without surge nodes."""
    for at, pool in enumerate(context.size.pools):
        if pool.max_surge.value == 0:
            system = ", which a system node pool does not allow" if at == 0 else ""
            surge = _use(context, replace(pool, max_surge=MaxSurge(1, False)))
            instead = f", or az aks nodepool update -n {pool.name} --max-unavailable 1 afterwards" if at else ""
            yield Violation(
                (POOL_OPTION, "--max-surge"),
                f"without surge nodes an upgrade of pool {quoted(pool.name)} takes nodes away first: it needs "
                f"--max-unavailable above 0{system}",
                f"{surge}{instead}",
            )


def room_for_pods(context: RuleContext) -> Iterator[Violation]:
    """Every pool holds the pods that AKS asks for: where a node alone does not, even a pool scaled to none must."""
    pods, least = context.size.max_pods, limits.MIN_PODS_PER_POOL
    for pool in context.size.pools:
        if 0 < pods < least and pool.count * pods < least:
            nodes = -(-least // pods)
            yield Violation(
                (POOL_OPTION, "--max-pods"),
                f"pool {quoted(pool.name)}: {many(pool.count, 'node')} of {pods} pods hold {pool.count * pods} pods: a "
                f"node pool must hold at least {least}",
                f"{_use(context, replace(pool, count=nodes, max_count=max(nodes, pool.max_count)))}, or --max-pods "
                f"{-(-least // max(1, pool.count))} or more",
            )


ERROR = Severity.ERROR
#: The other rules on pools share the names of those on all nodes together.
RULES = (
    rule("pool-name-not-allowed", _names),
    rule("pool-name-duplicate", _same_names),
)

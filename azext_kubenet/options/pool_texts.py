"""From the text of options to node pools; of a bad pool the others are not lost in what is to be typed instead."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.cidr import quoted
from azext_kubenet.addressing.findings import Finding, Fix, LeaveOut, SetOptions, Severity, advise
from azext_kubenet.addressing.model import ClusterSize, Pool
from azext_kubenet.addressing.rules.node_pools import pools_put_right
from azext_kubenet.addressing.wording import POOL_OPTION, listed, pool_option
from azext_kubenet.options.command_line import as_typed
from azext_kubenet.options.node_counts import SURGES, meant_number, meant_surge, read_max_surge
from azext_kubenet.options.typed import Typed, spelled

_COUNT = r"[0-9]{1,6}"
_SURGE = r"[0-9]{1,6}%?"
_FORMS = "NAME:COUNT, NAME:COUNT:MAX or NAME:COUNT:MAX:SURGE"
_EXAMPLES = "use --pool system:3, or --pool work:10:60:33% for 10 nodes at creation, 60 at most and a surge of 33%"


class _Read(NamedTuple):
    """A pool as it was typed.

    pool: with what was probably meant, None for what has no name
    stated: whether its most nodes are
    rule: of the fault in it, "" for none
    message: what is wrong with it
    instead: what to do about it where it is not clear what was meant, "" where it is
    """

    pool: Pool | None
    stated: bool
    rule: str = ""
    message: str = ""
    instead: str = ""


def in_pools(size: ClusterSize, typed: Typed, findings: list[Finding]) -> ClusterSize:
    """The same size with its node pools, where they are stated: its nodes are their sums.

    findings: where faults in them and contradictions are noted
    """
    words = [word for value in typed.words("pool") for word in ([value] if isinstance(value, str) else value)]
    read = [_read_pool(word, size) for word in words]
    pools = tuple(each.pool for each in read if each.pool is not None)
    if pools:
        stated = any(each.stated for each in read)
        most = sum(pool.max_count for pool in pools) if stated else None
        size = replace(size, pools=pools, node_count=sum(pool.count for pool in pools), max_count=most)
    if not any(each.instead for each in read) and pools:
        findings += [_fault(each, (pool_option(pools_put_right(size).pools, size),)) for each in read if each.rule]
        findings += _contradictions(typed, size)
    else:
        findings += [_fault(each, advise(each.instead or _in_place(each, size))) for each in read if each.rule]
    return size


def _read_pool(text: str, size: ClusterSize) -> _Read:
    """A node pool, `name:count:max:surge`.

    max and surge may be left out, or empty between colons: then the most nodes are those at creation, and the surge is
    the one of all pools. The name is looked at by the rules, also where something else is wrong.
    """
    name, *rest = text.strip().split(":")
    count, most, surge = [*rest, "", "", ""][:3]
    nodes, limit = _number(count), _number(most)
    own = size.max_surge if not surge else meant_surge(surge)
    if re.fullmatch(_SURGE, surge):
        own = read_max_surge(surge)
    start = _least(size) if nodes is None else nodes
    pool = Pool(name, start, start if limit is None else limit, own or size.max_surge) if name else None
    message = f"invalid value {quoted(text)}"
    if not name or not 1 <= len(rest) <= 3 or not re.fullmatch(_COUNT, count):
        clear = (
            name and 1 <= len(rest) <= 3 and nodes is not None and own is not None and (limit is not None or not most)
        )
        return _Read(pool, bool(most), "malformed-pool", f"{message}: expected {_FORMS}", "" if clear else _EXAMPLES)
    if most and not re.fullmatch(_COUNT, most):
        clear = limit is not None and own is not None
        instead = "" if clear else f"give pool {quoted(name)} a whole number of nodes at most, such as {start}"
        return _Read(pool, True, "malformed-pool", f"{message}: {quoted(most)} is not a number of nodes", instead)
    if surge and not re.fullmatch(_SURGE, surge):
        instead = "" if own is not None else f"give pool {quoted(name)} a surge that is {SURGES}"
        message += f": {quoted(surge)} is not a number of nodes or a percentage"
        return _Read(pool, bool(most), "malformed-max-surge", message, instead)
    return _Read(pool, bool(most))


def _number(text: str) -> int | None:
    """A number of nodes, perhaps with the word behind it; None for what is none."""
    return meant_number(re.sub(r"\s*nodes?$", "", text.strip(), flags=re.IGNORECASE))


def _least(size: ClusterSize) -> int:
    """Nodes of a pool whose number cannot be read: so few that no rule blames them."""
    return max(1, -(-limits.MIN_PODS_PER_POOL // size.max_pods) if size.max_pods > 0 else 1)


def _fault(read: _Read, fixes: tuple[Fix, ...]) -> Finding:
    return Finding(read.rule, Severity.ERROR, (POOL_OPTION,), f"{POOL_OPTION}: {read.message}", fixes)


def _in_place(read: _Read, size: ClusterSize) -> str:
    """What to type in the place of one pool, where it is not clear what was meant by another."""
    pools: Sequence[Pool] = () if read.pool is None else (read.pool,)
    meant = pool_option(pools_put_right(replace(size, pools=tuple(pools))).pools, size)
    return f"use {dict(meant.values)[POOL_OPTION]} in its place"


def _contradictions(typed: Typed, size: ClusterSize) -> Iterator[Finding]:
    """Options that say another number of nodes than the pools do: two answers to one question."""
    first = size.pools[0]
    counts = [max(first.count, 1), *(pool.count for pool in size.pools[1:])]  # as the rules will have them
    most = [max(count, pool.max_count) for count, pool in zip(counts, size.pools, strict=True)]
    for name, each, nodes in (
        ("node_count", size.node_count, sum(counts)),
        ("max_count", sum(pool.max_count for pool in size.pools), sum(most)),
    ):
        stated, option = typed.number(name), spelled(name)
        if stated is not None and stated != nodes:
            put_right = "" if each == nodes else " once they are put right"
            message = f"{option} is {stated}, but the node pools of {POOL_OPTION} have {nodes}{put_right}"
            fixes = (LeaveOut((option,)),)
            yield Finding("pools-contradicted", Severity.ERROR, (option, POOL_OPTION), message, fixes)


def in_place_of_counts(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings whose other pools say that a number of nodes beside them, as it was typed, is to be left out."""
    typed = [option for option in ("--node-count", "--max-count") if as_typed(option)]
    if not typed:
        return tuple(findings)
    caution = f"in place of {listed(typed)}"
    return tuple(replace(each, fixes=tuple(_in_place_of(fix, caution) for fix in each.fixes)) for each in findings)


def _in_place_of(fix: Fix, caution: str) -> Fix:
    if not isinstance(fix, SetOptions) or POOL_OPTION not in dict(fix.values) or caution in fix.caution:
        return fix
    return replace(fix, caution="; ".join(part for part in (caution, fix.caution) if part))

"""From the text of options to node pools, to their surge and to their growth."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from azext_kubenet.addressing.cidr import NotANetwork, quoted
from azext_kubenet.addressing.findings import Finding, Fix, LeaveOut, SetOptions, Severity, advise
from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Pool
from azext_kubenet.options.typed import Typed, spelled

_COUNT = r"[0-9]{1,6}"
_SURGE = r"([0-9]{1,6})(%?)"
#: Growth in a year that is worth planning for: our own bound.
_MOST_GROWTH = 1000


def read_max_surge(text: str) -> MaxSurge:
    """A number of nodes such as `1`, or a percentage such as `33%`. Raises NotANetwork when it is neither."""
    match = re.fullmatch(_SURGE, text.strip())
    if re.fullmatch("[0-9]+%?", text.strip()) and not match:
        message = f"{quoted(text)} is more than a node pool can surge by"
        raise NotANetwork("malformed-max-surge", message, value="100%")
    if not match:
        raise NotANetwork(
            "malformed-max-surge",
            f"invalid value {quoted(text)}: expected a number of nodes or a percentage",
            value="33%",
        )
    return MaxSurge(int(match.group(1)), bool(match.group(2)))


def read_growth(text: str) -> int:
    """Growth a year in percent, 1 to 1000: `25%`, or `25`. Raises NotANetwork when it is not."""
    match = re.fullmatch(_SURGE, text.strip())
    if not match or not 1 <= int(match.group(1)) <= _MOST_GROWTH:
        message = f"invalid value {quoted(text)}: expected a yearly percentage from 1% to {_MOST_GROWTH}%"
        raise NotANetwork("malformed-growth", message, value="25%")
    return int(match.group(1))


def growth_findings(text: str | None, percent: int | None) -> list[Finding]:
    """A growth that was typed without a percent sign, where a surge so typed is a number of nodes."""
    if text is None or percent is None or "%" in text:
        return []
    message = f"--growth {percent} is read as {percent}% a year, not as a number of nodes"
    advice = advise(f"use --growth {percent}% to say so")
    return [Finding("growth-without-percent", Severity.INFO, ("--growth",), message, advice)]


def _read_pool(text: str, surge: MaxSurge) -> tuple[Pool, bool]:
    """A node pool, `name:count:max:surge`, and whether its most nodes are stated.

    max and surge may be left out, or empty between colons: then the most nodes are those at creation, and the surge is
    the one given. The name is looked at by the rules. Raises NotANetwork for anything else.
    """
    name, *rest = text.strip().split(":")
    if not name or not 1 <= len(rest) <= 3 or not re.fullmatch(_COUNT, rest[0]):
        raise NotANetwork(
            "malformed-pool",
            f"invalid value {quoted(text)}: expected NAME:COUNT, NAME:COUNT:MAX or NAME:COUNT:MAX:SURGE",
            "use --pool system:3, or --pool work:10:60:33% for 10 nodes at creation, 60 at most and a surge of 33%",
        )
    count, most, own_surge = [*rest, "", ""][:3]
    if most and not re.fullmatch(_COUNT, most):
        message = f"invalid value {quoted(text)}: {quoted(most)} is not a number of nodes"
        raise NotANetwork("malformed-pool", message, f"use --pool {name}:{count}:{count}")
    if own_surge and not re.fullmatch(_SURGE, own_surge):
        message = f"invalid value {quoted(text)}: {quoted(own_surge)} is not a number of nodes or a percentage"
        raise NotANetwork("malformed-max-surge", message, f"use --pool {name}:{count}:{most}:33%")
    own = read_max_surge(own_surge) if own_surge else surge
    return Pool(name, int(count), int(most or count), own), bool(most)


def in_pools(size: ClusterSize, typed: Typed, read: Callable[..., Any], findings: list[Finding]) -> ClusterSize:
    """The same size with its node pools, where they are stated: its nodes are their sums.

    read: gives what a text of an option is, or None and notes why not; findings: where contradictions are noted.
    """
    words = [word for value in typed.words("pool") for word in ([value] if isinstance(value, str) else value)]
    found = [read("--pool", word, lambda text: _read_pool(text, size.max_surge)) for word in words]
    pools = tuple(each[0] for each in found if each is not None)
    if not pools:
        return size
    sums = {"node_count": sum(pool.count for pool in pools), "max_count": sum(pool.max_count for pool in pools)}
    if len(pools) == len(words):
        findings += _contradictions(typed, sums)
    stated = typed.value("max_count") is not None or any(each[1] for each in found if each is not None)
    most = sums["max_count"] if stated else None
    return replace(size, pools=pools, node_count=sums["node_count"], max_count=most)


def _contradictions(typed: Typed, sums: Mapping[str, int]) -> list[Finding]:
    """Options that say another number of nodes than the pools do: two answers to one question."""
    found = []
    for name, nodes in sums.items():
        stated, option = typed.number(name), spelled(name)
        if stated is not None and stated != nodes:
            message = f"{option} is {stated}, but the node pools of --pool have {nodes}"
            fixes = (LeaveOut((option,)),)
            found.append(Finding("pools-contradicted", Severity.ERROR, (option, "--pool"), message, fixes))
    return found


def with_min_count(findings: Iterable[Finding], least: object, nodes: int) -> list[Finding]:
    """The findings whose advice goes with --min-count: a lower --max-count needs a lower one, too.

    least: as typed, None where it was not; nodes: of the first pool, of which AKS takes no fewer than the least
    """
    if least is None:
        return [*findings]
    return [replace(each, fixes=tuple(_above(fix, int(str(least)), nodes) for fix in each.fixes)) for each in findings]


def _above(fix: Fix, least: int, nodes: int) -> Fix:
    if not isinstance(fix, SetOptions) or int(dict(fix.values).get("--max-count", least)) >= least:
        return fix
    values = dict(fix.values)
    lower = min(int(values["--max-count"]), int(values.get("--node-count", nodes)))
    return replace(fix, values=(*fix.values, ("--min-count", str(lower))))

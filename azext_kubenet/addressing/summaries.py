"""Summaries: ranges larger than any part of private space, as routes have them. docs/decisions/0012"""

from collections.abc import Iterable, Iterator, Sequence

from netaddr import IPNetwork

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.codes import LENGTH
from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.free_space import covers, interval, merged_networks
from azext_kubenet.addressing.wording import listed

RULE = "summary-kept-clear"
#: Prefix lengths of what is a route and no network: 0.0.0.0/0, and its halves 0.0.0.0/1 and 128.0.0.0/1, which together
#: are a default route that is stronger than one of 0.0.0.0/0.
DEFAULT_ROUTE = 1
#: Prefix length of the largest range of private space.
_LARGEST = min(each.prefixlen for each in limits.PRIVATE_RANGES)
#: Summaries that are named; of more there is a count.
_MOST = 3


def is_summary(network: IPNetwork) -> bool:
    """Whether a range is larger than any part of private space: more than one network has."""
    return bool(network.prefixlen < _LARGEST)


def without_summaries(codes: Iterable[int]) -> Iterator[int]:
    """Yield those of many codes of ranges that are no summaries."""
    return (code for code in codes if code & LENGTH >= _LARGEST)


def has_all_private(networks: Iterable[IPNetwork]) -> bool:
    """Whether some ranges together have all private space. One alone has it as the default route only."""
    space = merged_networks(networks)
    return all(covers(space, interval(each)) for each in limits.PRIVATE_RANGES)


def default_routes(networks: Iterable[IPNetwork]) -> frozenset[IPNetwork]:
    """Those that are the default route or a part of it: its halves, and summaries that together have all private space.

    Private ranges themselves are none: who lists all three says that they are in use.
    """
    summaries = {each for each in networks if is_summary(each)}
    smaller = {each for each in summaries if each.prefixlen > DEFAULT_ROUTE}
    return frozenset(summaries if has_all_private(smaller) else summaries - smaller)


def kept_clear(subject: str, networks: Sequence[IPNetwork], option: str) -> list[Finding]:
    """A note for summaries that are kept clear of as a whole, though nobody uses all of one.

    subject: what has them, in words; option: what takes parts of them instead
    """
    found = [*dict.fromkeys(str(each) for each in networks if is_summary(each))]
    if not found:
        return []
    more = [f"{len(found) - _MOST:,} more"] if len(found) > _MOST else []
    message = f"{subject}: {listed([*found[:_MOST], *more])} {'is' if len(found) == 1 else 'are'} larger than any "
    message += "private range; no range is chosen in it" if len(found) == 1 else "private range; none is chosen in them"
    advice = f"if the plan lacks space, replace {'it' if len(found) == 1 else 'them'} by what is in use: {option} CIDR"
    return [Finding(RULE, Severity.INFO, (option,), message, advise(advice))]

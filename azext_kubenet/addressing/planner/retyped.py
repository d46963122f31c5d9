"""What a fix makes of a cluster's size and its requests, when it is typed: read from the very text that is printed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from azext_kubenet.addressing import cidr, sizing
from azext_kubenet.addressing.findings import SetOptions
from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Pool, RangeKind, RangeRequest, RangeRequests, fixed
from azext_kubenet.addressing.wording import ACCEPT_OPTION, POOL_OPTION


class Asked(NamedTuple):
    """What a plan is asked for. accepted: names of the rules whose errors are accepted."""

    size: ClusterSize
    requests: RangeRequests
    accepted: tuple[str, ...] = ()

    def retyped(self, fix: SetOptions) -> "Asked | None":
        """The same with the options of a fix; None where one of them is not a size, a count or a range."""
        asked = self
        with suppress(ValueError, KeyError):
            for option, value in fix.values:
                asked = _SETTERS[option](asked, value.split())
            return asked
        return None

    def resized(self, nodes: int) -> "Asked":
        """The same for another number of nodes."""
        return Asked(sizing.resized(nodes, self.size), self.requests, self.accepted)


_Setter = Callable[[Asked, Sequence[str]], Asked]


def _surge(text: str) -> MaxSurge:
    return MaxSurge(int(text.removesuffix("%")), text.endswith("%"))


def _max_surge(asked: Asked, words: Sequence[str]) -> Asked:
    return asked._replace(size=replace(asked.size, max_surge=_surge(words[0])))


def _pools(asked: Asked, words: Sequence[str]) -> Asked:
    found, stated = [], False
    for word in words:
        name, count, most, surge = (*word.split(":"), "", "")[:4]
        stated = stated or bool(most)
        found.append(Pool(name, int(count), int(most or count), _surge(surge) if surge else asked.size.max_surge))
    most_nodes = sum(pool.max_count for pool in found) if stated else None
    nodes = sum(pool.count for pool in found)
    return asked._replace(size=replace(asked.size, pools=tuple(found), node_count=nodes, max_count=most_nodes))


def _range(kind: RangeKind) -> _Setter:
    def setter(asked: Asked, words: Sequence[str]) -> Asked:
        others = {kind: _request(kind, words)}
        existing = tuple(each for each in asked.requests.existing if each is not kind)
        in_use = 0 if kind is RangeKind.SUBNET else asked.requests.in_use
        return asked._replace(requests=replace(asked.requests.but(others), existing=existing, in_use=in_use))

    return setter


def _request(kind: RangeKind, words: Sequence[str]) -> RangeRequest:
    if kind is RangeKind.DNS_IP:
        return fixed(cidr.read_address(words[0]))
    if kind is RangeKind.DOCKER_BRIDGE:
        return fixed(cidr.read_address_with_prefix(words[0]))
    if len(words) == 1:
        return cidr.read_request(words[0])
    return fixed(*map(cidr.read_network, words))


def _within(asked: Asked, words: Sequence[str]) -> Asked:
    return asked._replace(requests=replace(asked.requests, within=tuple(map(cidr.read_network, words))))


_SETTERS: dict[str, _Setter] = {
    "--node-count": lambda asked, words: asked._replace(size=replace(asked.size, node_count=int(words[0]))),
    "--max-count": lambda asked, words: asked._replace(size=replace(asked.size, max_count=int(words[0]))),
    "--max-pods": lambda asked, words: asked._replace(size=replace(asked.size, max_pods=int(words[0]))),
    "--extra-ips": lambda asked, words: asked._replace(size=replace(asked.size, extra_ips=int(words[0]))),
    "--max-surge": _max_surge,
    POOL_OPTION: _pools,
    "--within": _within,
    ACCEPT_OPTION: lambda asked, words: asked._replace(accepted=tuple(words)),
    **{kind.option: _range(kind) for kind in RangeKind},
}

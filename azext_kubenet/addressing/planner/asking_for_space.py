"""What to ask a network team for where nothing is free: all that a plan still lacks, by its sizes, in one sentence."""

from collections.abc import Iterator
from typing import NamedTuple

from azext_kubenet.addressing import limits, sizing
from azext_kubenet.addressing.findings import Advice
from azext_kubenet.addressing.model import Origin, RangeKind, RangeRequests
from azext_kubenet.addressing.planner.retyped import Asked
from azext_kubenet.addressing.planner.shortage import Shortage
from azext_kubenet.addressing.planner.trial import Trials
from azext_kubenet.addressing.wording import ACCEPT_OPTION, listed, many

#: The rule that a range breaks which is taken from what is excluded; a subnet there is a hole, and breaks none.
_EXCLUDED = "excluded-range-overlap"


class _Part(NamedTuple):
    """One range to ask for. option: what names it then"""

    words: str
    option: str


def ask_for_space(shortage: Shortage, asked: Asked, trials: Trials) -> list[Advice]:
    """What to ask for; empty where the lack is of the user's own network alone, in which space is to be freed."""
    requests = asked.requests
    parts = [*_for_nodes(shortage, requests), *_for_pods_and_services(shortage, asked, trials)]
    if not parts:
        return []
    options = [part.option for part in parts]
    excluded = any(each.origin is Origin.USER for each in trials.reserved.reservations)
    inside = {RangeKind.PODS.option, RangeKind.SERVICES.option} & {*options}
    if excluded and inside:
        options.append(f"{ACCEPT_OPTION} {_EXCLUDED}")
    whose = " of what is excluded" if excluded and options[0] != "--within" else ""
    them = "it" if len(parts) == 1 else "them"
    words = listed([part.words for part in parts]) if len(parts) > 1 else parts[0].words.removesuffix(" for the subnet")
    return [Advice(f"ask for {words}{whose}, and name {them} with {listed(options)}")]


def _for_nodes(shortage: Shortage, requests: RangeRequests) -> Iterator[_Part]:
    """The network or subnet, of the size that was typed, or that the nodes need."""
    network, subnet = shortage.sizes.get(RangeKind.VNET), shortage.sizes.get(RangeKind.SUBNET)
    if network is not None and requests.within:
        yield _Part(f"a free /{network} for the subnet", "--within")
    elif network is not None and requests.subnet.is_fixed:
        yield _Part(f"a /{network} around {requests.subnet} for the virtual network", RangeKind.VNET.option)
    elif network is not None and requests.vnet.is_sized:
        yield _Part(f"a /{network} for the virtual network", RangeKind.VNET.option)
    elif network is not None:
        yield _Part(f"a /{network} for the subnet", RangeKind.SUBNET.option)
    elif subnet is not None and RangeKind.VNET not in requests.existing and requests.vnet.is_fixed:
        yield _Part(f"a /{subnet} in place of {requests.vnet}", RangeKind.VNET.option)


def _for_pods_and_services(shortage: Shortage, asked: Asked, trials: Trials) -> Iterator[_Part]:
    """Those that find no place, and those that were given where they may not be."""
    size, requests = asked.size, asked.requests
    smallest = {
        RangeKind.PODS: sizing.pod_prefixlen(size.nodes_with_surge),
        RangeKind.SERVICES: limits.SERVICE_CIDR_MAX_PREFIXLEN,
    }
    outcome = trials.outcome(asked)
    for kind, needed in smallest.items():
        misplaced = any(rule == _EXCLUDED and kind.option in subject for rule, subject in outcome.errors)
        if kind in shortage.sizes or (requests[kind].is_fixed and misplaced):
            words = "pods" if kind is RangeKind.PODS else "services"
            fewer = _enough(asked, needed) if kind is RangeKind.PODS and not requests.pods.is_sized else ""
            yield _Part(f"a /{shortage.sizes.get(kind, needed)} for {words}{fewer}", kind.option)


def _enough(asked: Asked, needed: int) -> str:
    """A word on the pods of as many nodes as a subnet that was given holds, where that is fewer than are asked for."""
    subnet, size = asked.requests.subnet.network, asked.size
    nodes = size.nodes if subnet is None else sizing.nodes_by_subnet(subnet, asked.requests.in_use, size)
    prefixlen = sizing.pod_prefixlen(sizing.resized(nodes, size).nodes_with_surge) if 0 < nodes < size.nodes else needed
    return f" (a /{prefixlen} for the {many(nodes, 'node')} that the subnet holds)" if prefixlen > needed else ""

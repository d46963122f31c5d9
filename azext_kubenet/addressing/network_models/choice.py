"""Which network model: by the criteria of Microsoft's article, and by what holds today."""

from collections.abc import Mapping
from dataclasses import dataclass

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.model import ClusterSize
from azext_kubenet.addressing.network_models import (
    BY_KEY,
    FEATURES,
    KUBENET,
    NODE_SUBNET,
    OVERLAY,
    POD_SUBNET,
    lacks,
)
from azext_kubenet.addressing.wording import listed, many

#: What is recommended today, first choice first: Overlay for most clusters, pod subnet for pods with addresses of the
#: network, node subnet only where nothing else does. concepts-network-cni-overview.md. Kubenet retires [J1].
_TODAY = (OVERLAY, POD_SUBNET, NODE_SUBNET)
_OUTSIDE = "pods-talk-outside"


@dataclass(frozen=True)
class Criteria:
    """What a choice is made from.

    free: addresses of the subnet that nodes can have; needs: words of models.NEEDS; addresses: what the cluster takes
    of the network, fits: whether the subnet supports it, max_nodes: the most nodes in any subnet, each by model;
    limited: whether somebody said where addresses come from.
    """

    size: ClusterSize
    free: int
    needs: tuple[str, ...]
    addresses: Mapping[str, int]
    fits: Mapping[str, bool]
    max_nodes: Mapping[str, int]
    limited: bool = True

    def too_many_nodes(self, model: str) -> bool:
        """Whether a model has fewer nodes than are planned, whatever the subnet."""
        return self.max_nodes[model] < self.size.nodes


@dataclass(frozen=True)
class Choice:
    """A model and the reasons for it, a sentence each."""

    model: str
    reasons: tuple[str, ...]


def of_article(criteria: Criteria) -> Choice:
    """What Microsoft's article on kubenet would choose: kubenet, or Azure CNI with an address for each pod.

    Kubenet where address space is limited, most traffic of pods stays in the cluster and no advanced feature is needed;
    Azure CNI where there is space, pods talk with the outside, nobody wants to manage routes, or a feature is needed.
    [S] configure-kubenet.md
    """
    against = _against_kubenet(criteria)
    if against:
        return Choice(NODE_SUBNET, tuple(against))
    needed = criteria.addresses[NODE_SUBNET]
    space = f"{needed:,} addresses, one for each pod and node, and the subnet has {criteria.free:,} free"
    if criteria.fits[NODE_SUBNET] and not criteria.limited:
        needs = f"{needed:,} addresses, one for each pod and node"
        said = "no subnet, network or block is named that limits address space"
        return Choice(NODE_SUBNET, (f"{said}: Azure CNI needs {needs}",))
    if criteria.fits[NODE_SUBNET]:
        return Choice(NODE_SUBNET, (f"address space is available: Azure CNI needs {space}",))
    return Choice(
        KUBENET,
        (
            f"address space is limited: Azure CNI would need {space}",
            "most traffic of pods is assumed to stay in the cluster",
            "no feature is needed that kubenet lacks",
        ),
    )


def _against_kubenet(criteria: Criteria) -> list[str]:
    """What speaks against kubenet, whatever the space."""
    reasons = [f"kubenet does not offer {FEATURES[need].name}" for need in lacks(KUBENET, criteria.needs)]
    if _OUTSIDE in criteria.needs:
        reasons.append("most traffic of pods is with resources outside the cluster")
    if criteria.too_many_nodes(KUBENET):
        reasons.append(_limit(criteria, KUBENET))
    return reasons


def of_today(criteria: Criteria) -> Choice:
    """What to take today: Azure CNI Overlay unless something rules it out; where nothing does all, what lacks least."""
    faults = {model: _faults(criteria, model) for model in _TODAY}
    model = min(_TODAY, key=lambda each: (len(faults[each]), _TODAY.index(each)))
    reasons = [f"kubenet retires on {limits.KUBENET_RETIREMENT}"]
    if model == OVERLAY:
        reasons += _for_overlay(criteria)
    else:
        reasons += [f"Azure CNI Overlay is ruled out: {fault}" for fault in faults[OVERLAY]]
        if model == NODE_SUBNET:
            reasons += [f"Azure CNI pod subnet is ruled out: {fault}" for fault in faults[POD_SUBNET]]
        reasons += _space(criteria, model)
    if faults[model]:
        reasons.append(f"no model meets all needs; this one: {listed(faults[model])}")
    return Choice(model, tuple(reasons))


def _faults(criteria: Criteria, model: str) -> list[str]:
    """What a model does not do of what is needed."""
    faults = [f"it does not offer {FEATURES[need].name}" for need in lacks(model, criteria.needs)]
    return [*faults, _limit(criteria, model)] if criteria.too_many_nodes(model) else faults


def _limit(criteria: Criteria, model: str) -> str:
    most, name = criteria.max_nodes[model], BY_KEY[model].name
    return f"{name} supports at most {many(most, 'node')} with this surge, and {criteria.size.nodes:,} are planned"


def _for_overlay(criteria: Criteria) -> list[str]:
    """Why Overlay takes the place of kubenet."""
    takes = f"{many(criteria.addresses[OVERLAY], 'address')} of the network, one per node"
    same = "as many as kubenet: " if criteria.addresses[OVERLAY] == criteria.addresses[KUBENET] else ""
    reasons = [
        f"Azure CNI Overlay needs {same}{takes}",
        f"it supports {BY_KEY[OVERLAY].most_nodes:,} nodes, and needs no route table",
    ]
    met = [FEATURES[need].name for need in lacks(KUBENET, criteria.needs) if need not in lacks(OVERLAY, criteria.needs)]
    if met:
        reasons.append(f"it offers what kubenet lacks: {listed(met)}")
    if _OUTSIDE in criteria.needs:
        reasons.append("pods reach resources outside with the address of their node")
    return reasons


def _space(criteria: Criteria, model: str) -> list[str]:
    """What pods with addresses of the network cost."""
    name, takes = BY_KEY[model].name, many(criteria.addresses[model], "address")
    cost = f"{name} needs {takes} of the network, {criteria.addresses[OVERLAY]} with Overlay"
    if model == POD_SUBNET:
        return [f"{cost}: most of them in a subnet for pods beside the nodes' own"]
    return [cost if criteria.fits[model] else f"{cost}, and needs a larger subnet than this one"]

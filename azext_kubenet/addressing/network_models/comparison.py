"""Kubenet beside the models of Azure CNI, for the same cluster and the same subnet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from netaddr import IPNetwork

from azext_kubenet.addressing import limits, network_models, sizing
from azext_kubenet.addressing.model import ClusterSize
from azext_kubenet.addressing.network_models import choice
from azext_kubenet.addressing.network_plugins import KUBENET
from azext_kubenet.addressing.wording import many

_MODELS = network_models.BY_KEY


@dataclass(frozen=True)
class Row:  # pylint: disable=too-many-instance-attributes
    """One model for the cluster, and in the subnet.

    max_pods: pods per node; addresses: what the cluster takes of the virtual network at its peak, other addresses among
    them; subnet_prefix: the smallest subnet of the nodes; pod_prefix: the smallest range of the pods, None where they
    are in the subnet of the nodes; both None where no range is that large. place: the subnet, in words. nodes, pods,
    limited_by: what that subnet supports, with ranges for pods that are large enough. fits: whether that is enough.
    lacks: features that it has not; unmet: those of them that are needed.
    """

    model: network_models.Model
    max_pods: int
    addresses: int
    subnet_prefix: int | None
    pod_prefix: int | None
    place: str
    nodes: int
    pods: int
    limited_by: str
    fits: bool
    lacks: tuple[str, ...]
    unmet: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """All models for one cluster, and what to take: by the criteria of Microsoft's article, and today.

    subnet: of the nodes; None where none is decided: then it is one of prefixlen, anywhere.
    """

    subnet: IPNetwork | None
    prefixlen: int
    size: ClusterSize
    needs: tuple[str, ...]
    rows: tuple[Row, ...]
    article: choice.Choice
    recommended: choice.Choice

    @property
    def place(self) -> str:
        """The subnet, in words."""
        return f"a subnet of /{self.prefixlen}" if self.subnet is None else str(self.subnet)


def compare(  # pylint: disable=too-many-positional-arguments
    size: ClusterSize,
    subnet: IPNetwork | None,
    needs: Sequence[str] = (),
    default_pods: bool = False,
    in_use: int = 0,
    limited: bool = True,
) -> Comparison:
    """All models for a cluster and the subnet of its nodes.

    subnet: None for the smallest in which the nodes have an address each; needs: words of models.NEEDS; default_pods:
    whether each model has its own default of pods per node, else all have the cluster's, which is the same demand;
    in_use: addresses of the subnet that others have; limited: whether somebody said where addresses come from, else
    a model that needs a larger subnet than ours is measured in one. Raises ValueError for a need that is none.
    """
    size = replace(size, network_plugin=KUBENET)  # the routes of kubenet count for that model, whatever the plan is for
    whole = subnet if subnet is not None else _smallest(size)
    unknown = [need for need in needs if need not in network_models.FEATURES]
    if unknown:
        raise ValueError(f"no such needs: {', '.join(unknown)}")
    asked = tuple(need for need in network_models.FEATURES if need in needs)
    pods = {key: model.default_max_pods if default_pods else size.max_pods for key, model in _MODELS.items()}
    places = {key: whole if limited else _roomy(model, size, whole, pods[key]) for key, model in _MODELS.items()}
    rows = {key: _row(model, size, places[key], asked, pods[key], in_use) for key, model in _MODELS.items()}
    criteria = choice.Criteria(
        size=size,
        free=max(0, sizing.usable_addresses(places[network_models.NODE_SUBNET]) - in_use),
        limited=limited,
        needs=asked,
        addresses={key: row.addresses for key, row in rows.items()},
        fits={key: row.fits for key, row in rows.items()},
        max_nodes={key: _most(row.model, size, row.max_pods) for key, row in rows.items()},
    )
    chosen = choice.of_article(criteria), choice.of_today(criteria)
    return Comparison(subnet, int(whole.prefixlen), size, asked, tuple(rows.values()), *chosen)


def _smallest(size: ClusterSize) -> IPNetwork:
    """A subnet in which each node has an address, at no place in particular."""
    prefixlen = max(limits.SUBNET_MIN_PREFIXLEN, sizing.subnet_prefixlen(size.addresses))
    return IPNetwork((0, prefixlen), version=4)


def _roomy(model: network_models.Model, size: ClusterSize, subnet: IPNetwork, max_pods: int) -> IPNetwork:
    """This subnet, or where a model needs a larger one, that at no place in particular."""
    needed = sizing.subnet_prefixlen(model.subnet_addresses(size.nodes_with_surge, max_pods) + size.extra_ips)
    if needed >= subnet.prefixlen:
        return subnet
    return IPNetwork((0, max(limits.SUBNET_MIN_PREFIXLEN, needed)), version=4)


def _most(model: network_models.Model, size: ClusterSize, max_pods: int) -> int:
    """The most nodes of a model in any subnet: one as large as a whole IPv4 space leaves its other limits alone."""
    return network_models.supported(model, 1 << 32, size, max_pods).nodes


def _row(  # pylint: disable=too-many-positional-arguments
    model: network_models.Model,
    size: ClusterSize,
    subnet: IPNetwork,
    needs: Sequence[str],
    max_pods: int,
    in_use: int,
) -> Row:
    peak = size.nodes_with_surge
    in_subnet = model.subnet_addresses(peak, max_pods) + size.extra_ips
    supported = network_models.supported(model, sizing.usable_addresses(subnet) - in_use, size, max_pods)
    return Row(
        model=model,
        max_pods=max_pods,
        addresses=model.vnet_addresses(peak, max_pods) + size.extra_ips,
        subnet_prefix=_prefix(sizing.subnet_prefixlen(in_subnet), limits.SUBNET_MIN_PREFIXLEN),
        pod_prefix=_pod_prefix(model, peak, max_pods),
        place=str(subnet) if subnet.first else f"a subnet of /{subnet.prefixlen}",
        nodes=supported.nodes,
        pods=min(supported.nodes * max_pods, model.most_pods or supported.nodes * max_pods),
        limited_by=supported.limited_by,
        fits=supported.nodes >= size.nodes,
        lacks=tuple(network_models.lacks(model.key)),
        unmet=tuple(network_models.lacks(model.key, needs)),
        remarks=_remarks(model, size, subnet, max_pods),
    )


def _pod_prefix(model: network_models.Model, nodes: int, max_pods: int) -> int | None:
    """The smallest range of the pods: a block a node [B1, L2], or a pod subnet with room for all pods [L4]."""
    if model.key == network_models.NODE_SUBNET:
        return None
    if model.key == network_models.POD_SUBNET:
        addresses = nodes * network_models.pod_addresses(model.key, max_pods)
        return _prefix(sizing.subnet_prefixlen(addresses), limits.SUBNET_MIN_PREFIXLEN)
    return _prefix(sizing.pod_prefixlen(nodes), 1)


def _prefix(prefixlen: int, shortest: int) -> int | None:
    return prefixlen if prefixlen >= shortest else None


def _remarks(model: network_models.Model, size: ClusterSize, subnet: IPNetwork, max_pods: int) -> tuple[str, ...]:
    """What numbers do not say."""
    if model.key == network_models.KUBENET:
        return (
            f"retires on {limits.KUBENET_RETIREMENT}",  # J1
            "pod traffic uses a route for each node, which adds a hop; the table belongs to the cluster",  # J11 B13
            "an Application Gateway Ingress Controller needs that route table on the gateway's subnet too",  # H21
            "a further subnet of nodes needs that route table as well",  # H4 A13
        )
    if model.key == network_models.OVERLAY:
        return (
            "pods leave the cluster with the address of their node, as on kubenet",  # J11
            "its pod CIDR can be made larger later",  # L2
            "az aks update migrates a kubenet cluster to it, but not back",  # K1 K2
        )
    if model.key == network_models.NODE_SUBNET:
        return ("Microsoft calls it legacy, and recommends the pod subnet for pods with addresses of the network",)
    return _pod_subnet_remarks(size, subnet, max_pods)


def _pod_subnet_remarks(size: ClusterSize, subnet: IPNetwork, max_pods: int) -> tuple[str, ...]:
    """How its two modes use the pod subnet [L4, L5] concepts-network-azure-cni-pod-subnet.md."""
    peak, batch = size.nodes_with_surge, limits.POD_BATCH
    start, static = peak * batch, peak * network_models.block_addresses(max_pods)
    served = sizing.nodes_within(sizing.usable_addresses(subnet) // batch, size)
    return (
        "the subnet contains only nodes: pods have a separate subnet",
        f"nodes take addresses for pods in batches of {batch}: {start} as they start, in a pod subnet of "
        f"/{sizing.subnet_prefixlen(start)}, and more as they fill",
        f"{subnet if subnet.first else 'a subnet of that size'} as a pod subnet serves "
        f"{many(served, 'node')} as they start",
        f"with static blocks of /28 the pod subnet is a /{sizing.subnet_prefixlen(static)}, for Kubernetes 1.28 or "
        "later, in which 16 x N - 1 pods per node waste none",
    )

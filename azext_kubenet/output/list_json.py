"""The answer of `list`: a cluster an element, those with the least headroom first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from azext_kubenet.addressing import limits
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.managed_clusters import Cluster


@dataclass(frozen=True)
class ListedCluster:  # pylint: disable=too-many-instance-attributes
    """A cluster of the list; None is what is not known.

    free_in_subnet: of its narrowest subnet
    headroom, limited_by: the fewest further nodes that a limit has room for, and that limit
    readiness: for Azure CNI Overlay; blockers, warnings: names of what is in the way, and of what the move may break
    is_live: whether its subnet was counted live
    """

    cluster: Cluster
    free_in_subnet: int | None
    free_blocks: int | None
    free_routes: int | None
    headroom: int | None
    limited_by: str | None
    can_upgrade: bool | None
    can_reach_peak: bool | None
    readiness: str
    blockers: Sequence[str]
    warnings: Sequence[str]
    is_live: bool


def list_answer(clusters: Iterable[ListedCluster], today: date) -> list[Json]:
    """The list as plain values: least headroom first, then by name, and what is not known last."""
    days_left = (date(*limits.KUBENET_RETIREMENT_DAY) - today).days
    return [_element(each, days_left) for each in sorted(clusters, key=_place)]


def _place(listed: ListedCluster) -> tuple[bool, int, str, str]:
    name = listed.cluster.id.name.lower()
    return listed.headroom is None, listed.headroom or 0, name, listed.cluster.id.canonical


def _element(listed: ListedCluster, days_left: int) -> Json:
    cluster, pools = listed.cluster, listed.cluster.pools
    return {
        "name": cluster.id.name,
        "resourceGroup": cluster.id.group,
        "subscriptionId": cluster.id.subscription,
        "location": cluster.location or None,
        "kubernetesVersion": cluster.version or None,
        "tier": cluster.tier or None,
        "nodeCount": sum(pool.nodes for pool in pools) if pools else None,
        "maxNodeCount": cluster.most_nodes if pools else None,
        "freeInSubnet": listed.free_in_subnet,
        "freeBlocks": listed.free_blocks,
        "freeRoutes": listed.free_routes,
        "headroom": listed.headroom,
        "limitedBy": listed.limited_by,
        "canUpgrade": listed.can_upgrade,
        "networkPolicy": cluster.policy or None,
        "identityType": cluster.identity_type or None,
        "outboundType": cluster.outbound_type or None,
        "network": ("own" if cluster.has_own_network else "managed") if pools else None,
        "readiness": listed.readiness,
        "blockers": [*listed.blockers],
        "daysLeft": days_left,
        "id": str(cluster.id),
        "canReachPeak": listed.can_reach_peak,
        "warnings": [*listed.warnings],
        "provisioningState": cluster.state or None,
        "powerState": "Stopped" if cluster.is_stopped else "Running",
        "supportPlan": cluster.support_plan or None,
        "measured": "live" if listed.is_live else "resourceGraph",
    }

"""The answer of `check`: what is left of each limit, the routes by node, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.headroom import Headroom
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.managed_clusters import AgentPool, Cluster
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.output.plan_json import finding_dict


@dataclass(frozen=True)
class RouteNames:  # pylint: disable=too-many-instance-attributes
    """The routes of a cluster's table, by name.

    table: id of the table, empty for none
    managed: whether AKS made it; associated: whether it is on every subnet of the cluster, None where that is not known
    of_nodes, custom: how many there are
    missing: names of nodes; stale, wrong_next_hop: names of routes
    """

    table: ResourceId
    managed: bool
    associated: bool | None
    of_nodes: int
    custom: int
    missing: Sequence[str]
    stale: Sequence[str]
    wrong_next_hop: Sequence[str]


class ShownRange(NamedTuple):
    """A range: what it is, its CIDR, and the name of what has it, "" for none."""

    what: str
    cidr: str
    name: str = ""


@dataclass(frozen=True)
class CheckReport:  # pylint: disable=too-many-instance-attributes
    """What a check of a cluster tells.

    cluster, limits, findings: as they were found
    can_upgrade: None where that could not be told
    can_scale_by, limited_by: the most nodes that can be added now, and the limit that allows no more
    routes: None where no table was seen
    subnets: ids of the subnets of its pools, by the pool's name, those of AKS among them
    nodes: how many nodes each pool shows, by its name
    at: when it was looked at; requests: how many were sent; not_looked_at: names of the checks that could not look
    ranges: of its network and its own, for a map
    """

    cluster: Cluster
    limits: Sequence[Headroom]
    findings: Sequence[Finding]
    can_upgrade: bool | None
    can_scale_by: int | None
    limited_by: str | None
    routes: RouteNames | None
    subnets: dict[str, str]
    nodes: dict[str, int]
    at: str
    today: date
    requests: int
    not_looked_at: Sequence[str]
    ranges: Sequence[ShownRange] = ()


def check_answer(report: CheckReport) -> Json:
    """The report as plain values."""
    cluster, pools = report.cluster, report.cluster.pools
    retirement = date(*limits.KUBENET_RETIREMENT_DAY)
    return {
        "name": cluster.id.name,
        "resourceGroup": cluster.id.group,
        "id": str(cluster.id),
        "kubernetesVersion": cluster.version or None,
        "provisioningState": cluster.state or None,
        "powerState": "Stopped" if cluster.is_stopped else "Running",
        "nodeCount": sum(pool.nodes for pool in pools),
        "maxNodeCount": cluster.most_nodes,
        "surgeNodes": sum(pool.surge for pool in pools),
        "limits": [_limit(each) for each in report.limits],
        "pools": [_pool(pool, report) for pool in pools],
        "canUpgrade": report.can_upgrade,
        "canScaleBy": report.can_scale_by,
        "limitedBy": report.limited_by,
        "routes": None if report.routes is None else _routes(report.routes),
        "findings": [finding_dict(finding) for finding in report.findings],
        "retirement": {"date": retirement.isoformat(), "daysLeft": (retirement - report.today).days},
        "looked": {"at": report.at, "requests": report.requests, "notLookedAt": [*report.not_looked_at]},
    }


def _limit(limit: Headroom) -> Json:
    return {
        "limit": limit.kind.value,
        "resource": limit.resource,
        "detail": limit.detail or None,
        "total": limit.total,
        "used": limit.used,
        "other": limit.other,
        "free": limit.free,
        "neededToUpgrade": limit.demand.surge,
        "neededAtPeak": limit.needed_at_peak,
        "verdict": limit.verdict,
    }


def _pool(pool: AgentPool, report: CheckReport) -> Json:
    return {
        "name": pool.name,
        "count": pool.nodes,
        "maxCount": pool.known_most,
        "maxSurge": str(pool.max_surge),
        "surge": pool.surge,
        "subnetId": report.subnets.get(pool.name),
        "blocks": report.nodes.get(pool.name),
    }


def _routes(routes: RouteNames) -> Json:
    return {
        "tableId": str(routes.table) or None,
        "managed": routes.managed,
        "associated": routes.associated,
        "ofNodes": routes.of_nodes,
        "custom": routes.custom,
        "missing": [*routes.missing],
        "stale": [*routes.stale],
        "wrongNextHop": [*routes.wrong_next_hop],
    }

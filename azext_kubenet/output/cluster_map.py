"""What a report on a cluster gives to be drawn."""

from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.diagram import About, ClusterView, PoolView, RangeView
from azext_kubenet.output.check_json import CheckReport


def view_of(report: CheckReport, about: About) -> ClusterView:
    """The cluster as plain values. about: the command and the day"""
    cluster = report.cluster
    pools = cluster.pools
    most = "not known" if cluster.most_nodes is None else f"{cluster.most_nodes:,}"
    return ClusterView(
        name=cluster.id.name,
        group=cluster.id.group,
        facts=(
            ("Cluster", cluster.id.name),
            ("Resource group", cluster.id.group),
            ("Kubernetes", cluster.version),
            ("State", f"{cluster.state}, stopped" if cluster.is_stopped else cluster.state),
            ("Nodes", f"{sum(pool.nodes for pool in pools):,}, at most {most}"),
        ),
        limits=report.limits,
        pools=[
            PoolView(each.name, each.nodes, each.known_most, each.surge, _name_of(report.subnets.get(each.name)))
            for each in pools
        ],
        ranges=[RangeView(*each) for each in report.ranges],
        findings=report.findings,
        can_upgrade=report.can_upgrade,
        can_scale_by=report.can_scale_by,
        limited_by=report.limited_by or "",
        not_looked_at=report.not_looked_at,
        about=about,
    )


def _name_of(subnet: str | None) -> str:
    return ResourceId(subnet).name if subnet else ""

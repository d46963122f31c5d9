"""A look inside a cluster that goes on beside the reads: only whoever asked for it begins one."""

from collections.abc import Callable
from typing import Any

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.run_command import cluster_token
from azext_kubenet.checks.side_by_side import Answer
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inspection import NotInspected, look_inside, policies_inside


def begin_look_inside(cli_ctx: Any, client: ArmClient, cluster: Cluster) -> Callable[[], InsideCluster | NotInspected]:
    """Begin to look inside of a cluster; what is called for what was seen, and waits for it."""

    def look() -> list[InsideCluster | NotInspected]:
        return [look_inside(client, cluster, lambda: cluster_token(cli_ctx, cluster.id.subscription))]

    answer = Answer("inside", look)
    return lambda: answer.problems()[0]


def policies_of(cli_ctx: Any, client: ArmClient, cluster: Cluster) -> list[Json] | NotInspected:
    """All network policies of a cluster whole, or why they are not known."""
    return policies_inside(client, cluster, lambda: cluster_token(cli_ctx, cluster.id.subscription))

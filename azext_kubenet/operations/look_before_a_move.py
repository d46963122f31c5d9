"""The look at a cluster on kubenet before it is moved, and again before the change that cannot be taken back."""

from dataclasses import dataclass
from typing import Any

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks import moving
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.checks.moving.pod_range import pod_range
from azext_kubenet.checks.running.running_context import RunningContext, early_reads
from azext_kubenet.discovery.running_cluster import RunningCluster, look
from azext_kubenet.operations.inside_look import begin_look_inside
from azext_kubenet.options.migrate_options import MigrateOptions


@dataclass
class Looked:
    """A cluster on kubenet, what was seen of it, what it is to become, why its pod CIDR, and how ready it is."""

    context: RunningContext
    plan: MovePlan
    why: str
    readiness: moving.Readiness


def look_before_a_move(cli_ctx: Any, client: ArmClient, body: Json, options: MigrateOptions) -> Looked:
    """Look at it and at all that it stands on, inside of it too if that was asked for, and judge."""
    cluster = Cluster.parse(body)
    with Reader(client, client.retry_policy.leave) as reader:
        looking = begin_look_inside(cli_ctx, client, cluster) if options.inspect else None
        reader.prefetch(early_reads(cluster))
        seen = look(reader, cluster)
        inner = looking() if looking is not None else None
        context = RunningContext(reader, body, seen, client.caller, {}, 0, inner)
        found = pod_range(context, options.pods)
        plan = MovePlan(found.network, found.findings, options.then, ResourceId(options.identity), options.accepted)
        return Looked(context, plan, found.why, moving.look_at_move(context, plan, options.skip_checks))


def look_inside_of_half_moved(cli_ctx: Any, client: ArmClient, body: Json, options: MigrateOptions) -> list[Finding]:
    """What keeps the nodes of a half-moved cluster from being drained, and what of the inside could not be seen."""
    cluster = Cluster.parse(body)
    inner = begin_look_inside(cli_ctx, client, cluster)()
    with Reader(client, client.retry_policy.leave) as reader:
        context = RunningContext(reader, body, RunningCluster(cluster), client.caller, {}, 0, inner)
        return moving.look_inside_again(context, options.skip_checks)

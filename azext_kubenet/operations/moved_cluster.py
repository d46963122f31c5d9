"""What can no longer be had of a cluster that has left kubenet, and what keeps it from being gone on with."""

from collections.abc import Iterator

from azext_kubenet.addressing.findings import Finding, LeaveOut, RunCommand, Severity, advise
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.move_state import Position, engine, pod_range, position
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.changes.move_steps import runs_as
from azext_kubenet.discovery.topology import ranges
from azext_kubenet.operations import saved_state
from azext_kubenet.options.migrate_options import CILIUM, NONE, MigrateOptions

_RULE = "asked-of-a-moved-cluster"


def too_late(options: MigrateOptions, cluster: ResourceId, body: Json) -> Iterator[Finding]:
    """What was asked for and cannot be done any more: a warning, but for what would have to be undone first."""
    has, here = pod_range(body), engine(body)
    if not options.pods.allows([*ranges([has])][:1]):
        message = f"the cluster is on Azure CNI Overlay by now, with pod CIDR {has or 'not shown'}, not {options.pods}"
        yield Finding(_RULE, Severity.WARNING, ("--pod-cidr",), message)
    if options.save_file and not saved_state.saved_at(options.save_file, cluster, body):
        message = f"nothing was written to {options.save_file}: the cluster is on kubenet no more"
        yield Finding(_RULE, Severity.WARNING, ("--save",), message)
    if options.then != NONE and here not in (NONE, options.then):
        message = f"network policy engine {here} is on, and {options.then} is put on only where there is none"
        mend = "leave --then out: Azure puts no other engine on a cluster with Cilium's data plane"
        if options.then == CILIUM:
            command = f"az aks update {cluster.place} --network-policy cilium --network-dataplane cilium"
            mend = f"have Azure replace it, which replaces all nodes: {command}"
        yield Finding(_RULE, Severity.ERROR, ("--then",), message, advise(mend))
    is_half = position(body) is Position.HALF_MOVED
    if options.identity and is_half and not runs_as(body, options.identity):
        message = f"cluster {cluster.name} is half moved: a change of its identity would have AKS go on with the move"
        yield Finding(_RULE, Severity.ERROR, ("--assign-identity",), message, (LeaveOut(("--assign-identity",)),))
    if is_half:
        message = (
            f"cluster {cluster.name} is on Azure CNI Overlay in a failed state. Azure does not show whether it came "
            "from kubenet: if somebody else works on it, leave it to them"
        )
        yield Finding(_RULE, Severity.WARNING, (), message)
    if Cluster.parse(body).is_stopped and is_half:
        message = f"cluster {cluster.name} is stopped, halfway to Azure CNI Overlay"
        start = RunCommand(f"az aks start {cluster.place}", "start it, then run the same command again")
        yield Finding("cluster-stopped", Severity.ERROR, (), message, (start,))

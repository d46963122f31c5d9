"""What can no longer be had of a cluster that has left kubenet, and what keeps it from being gone on with."""

import shlex
from collections.abc import Iterator

from azext_kubenet.addressing.findings import Finding, RunCommand, Severity, advise
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.move_state import Position, engine, pod_range, position
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.discovery.topology import ranges
from azext_kubenet.operations import saved_state
from azext_kubenet.options.migrate_options import CILIUM, NONE, MigrateOptions

_RULE = "asked-of-a-moved-cluster"


def too_late(options: MigrateOptions, cluster: ResourceId, body: Json) -> Iterator[Finding]:
    """What was asked for and cannot be done any more: a warning, but for what would have to be undone first."""
    place = f"-g {shlex.quote(cluster.group)} -n {shlex.quote(cluster.name)}"
    has, here = pod_range(body), engine(body)
    if not options.pods.allows([*ranges([has])][:1]):
        message = f"the cluster has moved, with pod CIDR {has or 'not shown'}, not {options.pods}"
        yield Finding(_RULE, Severity.WARNING, ("--pod-cidr",), message)
    if options.save_file and not saved_state.is_saved(options.save_file, cluster):
        message = f"nothing was written to {options.save_file}: the cluster is on kubenet no more"
        yield Finding(_RULE, Severity.WARNING, ("--save",), message)
    if options.then != NONE and here not in (NONE, options.then):
        plane = " --network-dataplane cilium" if options.then == CILIUM else ""
        message = f"network policy engine {here} is on, and {options.then} is put on only where there is none"
        mend = f"have it replaced by hand: az aks update {place} --network-policy {options.then}{plane}"
        yield Finding(_RULE, Severity.ERROR, ("--then",), message, advise(mend))
    if Cluster.parse(body).is_stopped and position(body) is Position.HALF_MOVED:
        message = f"cluster {cluster.name} is stopped, halfway to Azure CNI Overlay"
        start = RunCommand(f"az aks start {place}", "start it, then run the same command again")
        yield Finding("cluster-stopped", Severity.ERROR, (), message, (start,))

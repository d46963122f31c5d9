"""What is told where a move stops: what Azure said, where the cluster stands, and the one command that goes on."""

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, items, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.cluster_update import ChangedMeanwhile, is_failed, read_cluster, state_of
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.move_request import NO_ENGINE
from azext_kubenet.azure.move_state import Position, engine, position
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.changes.move_steps import MoveFailed
from azext_kubenet.changes.runner import in_words
from azext_kubenet.discovery.inside_command import IP_MASQ
from azext_kubenet.errors import RefusedByAzure

#: Words of Azure that name what keeps nodes from being drained. [K25]
_DRAIN = ("pdb", "poddisruptionbudget", "drain")
#: The same of an operation that is under way. Recorded refusals of clusters
_UNDER_WAY = ("in progress", "anotheroperation")


def told(failed: MoveFailed, client: ArmClient, cluster: ResourceId, again: str, had: str) -> RefusedByAzure:
    """The error of a run of which a step has failed. had: the network policy engine that it began with"""
    body = failed.body if failed.body is not None else _look(client, cluster, failed)
    lines = [f"step {failed.step.kind} of cluster {cluster.name} stopped: {in_words(failed.error)}"]
    lines += [*stands(body)] if body is not None else [f"  where the cluster stands is not known: {_show(cluster)}"]
    if body is not None and had != engine(body) and engine(body) == NO_ENGINE:
        back = f"az aks update {cluster.place} --network-policy {had}"
        lines.append(f"  {had} is off, and network policies are not enforced meanwhile; to have it back: {back}")
    return RefusedByAzure("\n".join(lines), _next(failed, body, cluster, again))


def _look(client: ArmClient, cluster: ResourceId, failed: MoveFailed) -> Json | None:
    if isinstance(failed.error, KeyboardInterrupt):  # who stops the run waits for nothing
        return None
    try:
        return read_cluster(client, cluster)
    except (AzureError, KeyboardInterrupt):
        return None


def stands(body: Json) -> list[str]:
    """Where a cluster stands, and why it failed where Azure shows that, in lines."""
    pools = items(within(body, "properties"), "agentPoolProfiles")
    states = ", ".join(f"pool {text(each, 'name')} {text(each, 'provisioningState')}" for each in pools)
    place = position(body)
    where = {
        Position.KUBENET: "it is on kubenet",
        Position.BUSY: "it is on kubenet, and an operation is under way on it",
        Position.MOVING: "its move to Azure CNI Overlay is under way",
        Position.HALF_MOVED: "it shows Azure CNI Overlay, and not all of it is in order",
        Position.MOVED: "it is on Azure CNI Overlay",
        Position.ELSEWHERE: "it is on another network plugin",
    }[place]
    cluster = Cluster.parse(body)
    errors = dict.fromkeys(each for each in (cluster.error, *(pool.error for pool in cluster.pools)) if each)
    why = [f"  Azure says why: {each}" for each in errors]
    return [f"  {where}: cluster {state_of(body) or 'of a state that is not shown'}, {states}", *why]


def _next(failed: MoveFailed, body: Json | None, cluster: ResourceId, again: str) -> str:
    if isinstance(failed.error, KeyboardInterrupt):
        goes_on = "Azure goes on with what it has taken; to go on" if failed.is_sent else "to go on"
        return f"{goes_on}: {again}"
    if isinstance(failed.error, ChangedMeanwhile):
        return f"nothing was written over that; to look at it anew, and go on: {again}"
    said = in_words(failed.error).lower()
    if any(each in said for each in _UNDER_WAY):
        return f"somebody else's operation is under way; to wait for it, and go on: {again}"
    mend = _mend(said, cluster)
    if not mend and (body is None or position(body) not in (Position.HALF_MOVED, Position.KUBENET)):
        return f"to go on: {again}"
    return f"{mend or 'mend what AKS names'}{_then(body, cluster, again)}"


def _mend(said: str, cluster: ResourceId) -> str:
    """What mends what Azure says, with its command; "" where that is not known. said: in lower case"""
    invoke = f"az aks command invoke {cluster.place} --command"
    if any(each in said for each in _DRAIN):
        return f'see which disruption budgets allow nothing, and mend them: {invoke} "kubectl get pdb --all-namespaces"'
    if IP_MASQ in said:
        return f'once nothing needs its rules: {invoke} "kubectl delete configmap -n kube-system {IP_MASQ}"'
    return ""


def _then(body: Json | None, cluster: ResourceId, again: str) -> str:
    """What goes on once the cause is mended. On kubenet it is not seen whose failure it is: AKS ends that first."""
    if body is not None and position(body) is Position.KUBENET and is_failed(body):
        return f"; then have AKS finish what it began: az aks update {cluster.place} --yes; then: {again}"
    return f"; then go on: {again}"


def not_waited(cluster: ResourceId, error: BaseException, again: str) -> RefusedByAzure:
    """The error of a run that has stopped waiting for what was under way."""
    message = f"cluster {cluster.name}: {in_words(error)}, while an operation is under way on it; nothing was written"
    return RefusedByAzure(message, f"to go on: {again}")


def not_proven(cluster: ResourceId, error: BaseException, again: str) -> RefusedByAzure:
    """The error of a run that was stopped while it looked whether all has moved."""
    message = f"cluster {cluster.name} is on Azure CNI Overlay, which was not proven: {in_words(error)}"
    return RefusedByAzure(message, f"to have it proven: {again}")


def _show(cluster: ResourceId) -> str:
    return f"az aks show {cluster.place} -o table"

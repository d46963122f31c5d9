"""The nodes that a cluster has now, looked at once more: what was read side by side may be of two moments."""

from collections.abc import Iterator

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.models import Subnet, VirtualNetwork
from azext_kubenet.azure.nodes import Node, nodes_of
from azext_kubenet.azure.reads import Read
from azext_kubenet.checks.running.running_context import RunningContext


class _NotShown(Exception):
    """Something is not shown any more, so that nothing is known to be gone."""


def names_ever(context: RunningContext) -> set[str] | None:
    """Names of all nodes that are there by now, or that the first look has shown; None where that is not known."""
    now, seen = names_now(context), context.seen
    if now is None:
        return None
    shown = {node.name for each in seen.subnets if each.shown for node in nodes_of(each.shown.configurations)}
    return now | shown | {node.name for node in seen.nodes}


def names_now(context: RunningContext) -> set[str] | None:
    """Names of all nodes that machines or subnets show by now, those of pools that came since among them.

    None where either cannot be read again: then nothing is known to be gone.
    """
    try:
        return {node.name for node in (*_of_pools(context), *_of_subnets(context))}
    except (AzureError, _NotShown):
        return None


def _body(context: RunningContext, path: str, api_version: str) -> Json:
    body = context.reader.again(Read(path, api_version), 0.0)
    if not isinstance(body, dict):
        raise _NotShown
    return body


def _of_pools(context: RunningContext) -> Iterator[Node]:
    """The machines of the pools that there are now."""
    cluster = Cluster.parse(_body(context, str(context.cluster.id), api_versions.RUNNING_CLUSTER_API))
    for pool in cluster.pools:
        if pool.name in context.seen.unseen_pools:
            continue
        path = f"{context.cluster.id}/agentPools/{pool.name}/machines"
        machines = context.reader.again(Read(path, api_versions.RUNNING_CLUSTER_API, True), 0.0)
        if not isinstance(machines, list):
            raise _NotShown
        yield from (Node.parse(each, pool.name) for each in machines)


def _of_subnets(context: RunningContext) -> Iterator[Node]:
    """What the networks show, and the subnets of those that are hidden."""
    for network in context.seen.networks:
        for subnet in VirtualNetwork.parse(_body(context, str(network), api_versions.VNET_API)).subnets:
            yield from nodes_of(subnet.configurations)
    for each in context.seen.subnets:
        if each.id and each.id.parent not in context.seen.networks:
            shown = Subnet.parse(_body(context, str(each.id), api_versions.SUBNET_API))
            yield from nodes_of(shown.configurations)

"""The nodes that a cluster has now, looked at once more: what was read side by side may be of two moments."""

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.models import VirtualNetwork
from azext_kubenet.azure.nodes import Node, nodes_of
from azext_kubenet.azure.reads import Read
from azext_kubenet.checks.running.running_context import RunningContext


def names_now(context: RunningContext) -> set[str] | None:
    """Names of all nodes that machines or subnets show by now, and of those seen before that still may be there.

    None where either cannot be read again: then nothing is known to be gone.
    """
    found: set[str] = set()
    try:
        for pool in context.cluster.pools:
            if pool.name in context.seen.unseen_pools:
                continue
            path = f"{context.cluster.id}/agentPools/{pool.name}/machines"
            machines = context.reader.again(Read(path, api_versions.RUNNING_CLUSTER_API, True), 0.0)
            if not isinstance(machines, list):
                return None
            found |= {Node.parse(each, pool.name).name for each in machines}
        for network in context.seen.networks:
            body = context.reader.again(Read(str(network), api_versions.VNET_API), 0.0)
            if not isinstance(body, dict):
                return None
            subnets = VirtualNetwork.parse(body).subnets
            found |= {node.name for subnet in subnets for node in nodes_of(subnet.configurations)}
    except AzureError:
        return None
    return found

"""The machines of a pool: its nodes, each with its address. Shapes: recorded machines.

In a scale-set pool a machine has the node's name and nothing but address and resource (2024); a single machine has its
own name, and tells the node's and much more (2025). Not modelled: to add or update single machines.
"""

from __future__ import annotations

import uuid

from ..core.ids import ResourceId
from ..core.operations import now
from ..core.resources import Shown
from ..core.store import Body
from ..core.wire import Answer, Call
from . import instances, pages
from .instances import Node

TYPE = "Microsoft.ContainerService/managedClusters/agentPools/machines"


class Machines(Shown):
    type = TYPE
    group_word = "resourcegroups"

    def _pool(self, rid: ResourceId, call: Call) -> tuple[Body, list[Node]] | Answer:
        """The cluster and the pool's nodes; what a GET of the pool answers where there is none."""
        assert rid.parent is not None
        pools = self.cloud.kinds["microsoft.containerservice/managedclusters/agentpools"]
        found = pools.get(rid.parent, call)
        if found.status != 200:
            return found
        assert rid.parent.parent is not None
        cluster = self.cloud.store[rid.parent.parent.key]
        return cluster, [node for node in instances.nodes_of(self.cloud, cluster) if node.pool == rid.names[1]]

    def list_all(self, rid: ResourceId, call: Call) -> Answer:
        found = self._pool(rid, call)
        if isinstance(found, Answer):
            return found
        cluster, nodes = found
        return pages.answer(self.cloud, call, [self._machine(cluster, node) for node in nodes])

    def get(self, rid: ResourceId, call: Call) -> Answer:
        """The missing one is recorded: 404, flat, with a subcode."""
        found = self._pool(rid, call)
        if isinstance(found, Answer):
            return found
        for node in found[1]:
            if node.machine.lower() == rid.name.lower():
                return Answer(200, self._machine(found[0], node))
        details = [{"code": "Unspecified", "message": "rpc error: code = NotFound desc = Machine not found"}]
        body = {"code": "NotFound", "details": details, "message": "The entity was not found."}
        return Answer(404, {**body, "subcode": "GetMachine_NotFound_HCPServerError"})

    def _machine(self, cluster: Body, node: Node) -> Body:
        network: Body = {"ipAddresses": [{"ip": node.address, "family": "IPv4"}]}
        more: Body = {}
        if node.is_single:
            pools = cluster["properties"]["agentPoolProfiles"]
            network["enableNodePublicIP"] = False
            more = _of_single(next(pool for pool in pools if pool["name"] == node.pool), node)
        return {
            "id": "{}/agentPools/{}/machines/{}".format(cluster["id"], node.pool, node.machine),
            "name": node.machine,
            "type": TYPE,
            "properties": {"network": network, "resourceId": node.id, **more},
        }


def _of_single(pool: Body, node: Node) -> Body:
    """What only a single machine tells."""
    return {
        "hardware": {"vmSize": node.size, "gpuInstanceProfile": ""},
        "operatingSystem": {key: pool[key] for key in ("osType", "osSKU", "osDiskSizeGB", "osDiskType", "enableFIPS")},
        "kubernetes": {
            "orchestratorVersion": pool["orchestratorVersion"],
            "currentOrchestratorVersion": pool["currentOrchestratorVersion"],
            "kubeletDiskType": pool["kubeletDiskType"],
            "nodeInitializationTaints": None,
            "maxPods": pool["maxPods"],
            "nodeName": node.name,
            "workloadRuntime": "",
        },
        "mode": pool["mode"],
        "security": {"sshAccess": "LocalUser", **pool["securityProfile"]},
        "nodeImageVersion": pool["nodeImageVersion"],
        "provisioningState": "Succeeded",
        "eTag": str(uuid.uuid4()),
        "status": {"creationTimestamp": now(), "driftAction": "Synced", "vmState": "Running"},
    }

"""Agent pools: read from and written into their cluster (recorded: agentPools). Not modelled: upgrades and snapshots
of a pool.
"""

from __future__ import annotations

import uuid

from ..core import errors
from ..core.ids import ResourceId
from ..core.operations import Operation
from ..core.resources import Kind
from ..core.store import Body
from ..core.wire import Answer, Call
from . import counts, defaults, instances, pages


class AgentPools(Kind):
    type = "Microsoft.ContainerService/managedClusters/agentPools"
    tracked = False
    group_word = "resourcegroups"

    def _profiles(self, rid: ResourceId) -> list[Body]:
        assert rid.parent is not None
        profiles: list[Body] = self.cloud.store[rid.parent.key]["properties"]["agentPoolProfiles"]
        return profiles

    def _shown(self, rid: ResourceId, profile: Body) -> Body:
        assert rid.parent is not None
        cluster, running = self.cloud.store[rid.parent.key]["id"], self.cloud.operations.of(rid.parent.key)
        return {
            "id": "{}/agentPools/{}".format(cluster, profile["name"]),
            "name": profile["name"],
            "type": self.type,
            "properties": {
                **{key: value for key, value in profile.items() if key != "name"},
                "eTag": str(uuid.uuid4()),
                "provisioningState": running.state if running else profile["provisioningState"],
            },
        }

    def _one(self, rid: ResourceId) -> Body | None:
        return next((profile for profile in self._profiles(rid) if profile["name"] == rid.name), None)

    def get(self, rid: ResourceId, call: Call) -> Answer:
        """The missing pool is recorded: 404, flat, with a subcode."""
        self.require_parents(rid, "read")
        profile = self._one(rid)
        if profile is None:
            text = (
                f"Could not find the agentpool: {rid.name} in subscription: {rid.subscription}, "
                f"resourceGroup: {rid.group}, resourceName: {rid.names[0]}."
            )
            return Answer(
                404, {"code": "NotFound", "details": None, "message": text, "subcode": "GetAgentPool_NotFound"}
            )
        return Answer(200, self._shown(rid, profile))

    def list_all(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "read")
        return pages.answer(self.cloud, call, [self._shown(rid, profile) for profile in self._profiles(rid)])

    def action_deletemachines(self, rid: ResourceId, call: Call) -> Answer:
        """Named nodes go, and the pool is smaller by as many; 202 (Microsoft's REST reference, Agent Pools - Delete
        Machines). What is answered for a name that is none is our model.
        """
        profile = self._one(rid)
        if profile is None:
            return self.get(rid, call)
        assert rid.parent is not None
        self.cloud.clusters.require_quiet(rid.parent, self.cloud.store[rid.parent.key])
        names = {str(name).lower() for name in (call.body or {}).get("machineNames") or []}
        cluster = self.cloud.store[rid.parent.key]
        nodes = [each for each in instances.nodes_of(self.cloud, cluster) if each.pool == rid.name]
        named = [node for node in nodes if node.machine.lower() in names]
        if len(named) < len(names):
            raise errors.aks("InvalidParameter", f"Pool {rid.name} does not have all of {', '.join(sorted(names))}.")
        others = [each for each in self._profiles(rid) if each["name"] != rid.name]
        smaller = counts.without(profile, [node.size for node in named])
        return self._write(rid, [*others, smaller], call, 202, None, named)

    def put(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "write")
        old = self._one(rid)
        sent = {**(old or {}), **((call.body or {}).get("properties") or {}), "name": rid.name}
        profile = defaults.pool(sent, self.cloud.options.kubernetes_version)
        profiles = [profile if each["name"] == rid.name else each for each in self._profiles(rid)]
        return self._write(rid, profiles if old else [*profiles, profile], call, 200 if old else 201, profile)

    def delete(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "delete")
        if self._one(rid) is None:
            return Answer(204)
        others = [each for each in self._profiles(rid) if each["name"] != rid.name]
        return self._write(rid, others, call, 202, None)

    def _write(
        self,
        rid: ResourceId,
        profiles: list[Body],
        call: Call,
        status: int,
        profile: Body | None,
        leaving: list[instances.Node] | None = None,
    ) -> Answer:
        assert rid.parent is not None
        self.cloud.clusters.require_quiet(rid.parent, self.cloud.store[rid.parent.key])
        operation: Operation = self.cloud.clusters.with_pools(rid.parent, profiles, call, leaving or [])
        headers = self.cloud.operations.headers(rid.subscription, operation, profile is None)
        return Answer(status, self._shown(rid, profile) if profile else None, headers)

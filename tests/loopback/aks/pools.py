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
from . import defaults


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
        cluster = self.cloud.store[rid.parent.key]["id"]
        return {
            "id": "{}/agentPools/{}".format(cluster, profile["name"]),
            "name": profile["name"],
            "type": self.type,
            "properties": {
                **{key: value for key, value in profile.items() if key != "name"},
                "eTag": str(uuid.uuid4()),
                "provisioningState": self.state(rid.parent.key),
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
        return Answer(200, {"value": [self._shown(rid, profile) for profile in self._profiles(rid)]})

    def put(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "write")
        old = self._one(rid)
        sent = {**(old or {}), **((call.body or {}).get("properties") or {}), "name": rid.name}
        profile = defaults.pool(sent, self.cloud.options.kubernetes_version)
        others = [each for each in self._profiles(rid) if each["name"] != rid.name]
        return self._write(rid, [*others, profile], call, 200 if old else 201, profile)

    def delete(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "delete")
        if self._one(rid) is None:
            return Answer(204)
        others = [each for each in self._profiles(rid) if each["name"] != rid.name]
        return self._write(rid, others, call, 202, None)

    def _write(self, rid: ResourceId, profiles: list[Body], call: Call, status: int, profile: Body | None) -> Answer:
        assert rid.parent is not None
        if self.cloud.operations.of(rid.parent.key):
            raise errors.aks(
                "OperationNotAllowed",
                "Operation is not allowed because there is an operation in progress on this managed cluster.",
                status=409,
            )
        operation: Operation = self.cloud.clusters.with_pools(rid.parent, profiles, call)
        headers = self.cloud.operations.headers(rid.subscription, operation, profile is None)
        return Answer(status, self._shown(rid, profile) if profile else None, headers)

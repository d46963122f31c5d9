"""What a cluster and its pools can be upgraded to, from the versions that the region offers.

Shapes: recorded aksOther (clusters; `agentPoolProfiles` null since 2023, and `upgradeprofiles` in lower case) and
aksMore (a pool with nothing newer). Our model: a pool is offered what its cluster's control plane has already.
"""

from __future__ import annotations

from ..core.ids import ResourceId
from ..core.resources import Shown
from ..core.wire import Answer, Call
from . import availability, defaults


class ClusterUpgrades(Shown):
    type = "Microsoft.ContainerService/managedClusters/upgradeProfiles"

    def get(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "read")
        assert rid.parent is not None
        cluster = self.cloud.store[rid.parent.key]
        version = cluster["properties"]["currentKubernetesVersion"]
        profile = {"kubernetesVersion": version, "osType": "Linux"}
        upgrades = availability.newer(self.cloud, cluster, version)
        return Answer(
            200,
            {
                "id": cluster["id"] + "/upgradeprofiles/default",
                "name": "default",
                "type": "Microsoft.ContainerService/managedClusters/upgradeprofiles",
                "properties": {
                    "controlPlaneProfile": {**profile, **({"upgrades": upgrades} if upgrades else {})},
                    "agentPoolProfiles": None,
                },
            },
        )


class PoolUpgrades(Shown):
    type = "Microsoft.ContainerService/managedClusters/agentPools/upgradeProfiles"

    def get(self, rid: ResourceId, call: Call) -> Answer:
        assert rid.parent is not None
        assert rid.parent.parent is not None
        found = self.cloud.kinds["microsoft.containerservice/managedclusters/agentpools"].get(rid.parent, call)
        if found.status != 200:
            return found
        cluster, pool = self.cloud.store[rid.parent.parent.key], found.body["properties"]
        version, most = pool["currentOrchestratorVersion"], cluster["properties"]["currentKubernetesVersion"]
        offered = availability.newer(self.cloud, cluster, version)
        upgrades = [each for each in offered if not availability.is_later(each["kubernetesVersion"], most)]
        return Answer(
            200,
            {
                "id": found.body["id"] + "/upgradeProfiles/default",
                "name": "default",
                "type": self.type,
                "properties": {
                    "kubernetesVersion": version,
                    "osType": pool["osType"],
                    **({"upgrades": upgrades} if upgrades else {}),
                    "latestNodeImageVersion": defaults.IMAGE,
                },
            },
        )

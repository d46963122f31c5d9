"""The real ``az`` runs the commands that mend a cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..aks.mishaps import Mishaps
from ..callers.client import SUB
from ..seeds import bodies
from ..seeds.bodies import CLUSTER, TABLE
from ..server import rig
from ..server.server import LoopbackArm

LOCKS = "providers/Microsoft.Authorization/locks"


@pytest.mark.usefixtures("quick_az")
def test_az_mends_what_went_wrong(tmp_path: Path, arm: LoopbackArm) -> None:
    world = bodies.small_world(arm, SUB)
    sent = bodies.cluster(world["subnet"], world["identity"])
    sent["properties"]["kubernetesVersion"] = "1.33"
    arm.put(f"{SUB}/{CLUSTER}", sent)
    cluster, env = Mishaps(arm.cloud, f"{SUB}/{CLUSTER}"), rig.prepare_config(tmp_path, arm)

    def az(text: str) -> Any:
        done = rig.run(text.split(), env, check=False)
        assert done.returncode == 0, (text, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout

    def properties() -> Any:
        return arm.state[f"{SUB}/{CLUSTER}"]["properties"]

    machines = az("aks machine list -g g --cluster-name c --nodepool-name nodepool1")
    assert [each["name"] for each in machines] == [node.name for node in cluster.nodes]
    assert [each["name"] for each in az("aks nodepool list -g g --cluster-name c")] == ["nodepool1"]
    assert len(az("aks get-upgrades -g g -n c")["controlPlaneProfile"]["upgrades"]) == 3
    assert az("aks maintenanceconfiguration list -g g --cluster-name c") == []
    arm.cloud.clusters.run_command = lambda body, command: (0, f"{command} in {body['name']}")
    assert "kubectl in c" in az("aks command invoke -g g -n c -c kubectl")

    az("aks nodepool update -g g --cluster-name c -n nodepool1 --max-surge 33%")
    assert properties()["agentPoolProfiles"][0]["upgradeSettings"]["maxSurge"] == "33%"
    az("aks nodepool update -g g --cluster-name c -n nodepool1 --enable-cluster-autoscaler --min-count 1 --max-count 5")
    az("aks nodepool update -g g --cluster-name c -n nodepool1 --update-cluster-autoscaler --min-count 1 --max-count 4")
    assert properties()["agentPoolProfiles"][0]["maxCount"] == 4
    az("aks upgrade -g g -n c -k 1.34.1 --yes")
    assert properties()["currentKubernetesVersion"] == "1.34.1"
    az("aks stop -g g -n c")
    assert cluster.nodes == []
    az("aks start -g g -n c")
    assert len(cluster.nodes) == 3

    table = cluster.table
    cluster.lose_table()
    az(f"network vnet subnet update -g g --vnet-name n -n s --route-table {table.text()}")
    assert arm.state[world["subnet"]]["properties"]["routeTable"]["id"] == table.text()
    route = f"-g {table.group} --route-table-name {table.name} -n"
    az(f"network route-table route delete {route} {cluster.stale_route()}")
    az(f"network route-table route update {route} {cluster.misroute()} --next-hop-ip-address {cluster.node().address}")
    lost, block = cluster.lose_route(), "10.244.9.0/24"
    hop = f"--next-hop-type VirtualAppliance --next-hop-ip-address {cluster.node().address}"
    az(f"network route-table route create {route} {lost} --address-prefix {block} {hop}")
    found = {name: each["properties"]["nextHopIpAddress"] for name, each in cluster.routes.items()}
    assert found == {node.name: node.address for node in cluster.nodes}

    lock = f"{SUB}/resourceGroups/g/{LOCKS}/held"
    arm.put(lock, {"properties": {"level": "CanNotDelete"}})
    az(f"lock delete --ids {lock}")
    assert lock not in arm.state
    arm.put(f"{SUB}/{TABLE}", {"location": "westeurope"})
    who = f"--assignee-object-id {world['principal']} --assignee-principal-type ServicePrincipal"
    role = ["role", "assignment", "create", *who.split(), "--role", "Network Contributor", "--scope", f"{SUB}/{TABLE}"]
    done = rig.run(role, env, check=False)
    assert done.returncode == 0, done.stderr

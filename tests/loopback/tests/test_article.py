"""The unmodified ``az`` works against the server: the article's commands, and a cluster's life with a managed
identity.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..callers.article import Story
from ..server import rig
from ..server.server import LoopbackArm


def without_nulls(value: Any) -> Any:
    """Older versions of ``az aks show`` leave out what is null, ``az aks create`` does not."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def test_the_network_is_made_as_asked(story: Story) -> None:
    network = story.json(1)["newVNet"]
    assert network["addressSpace"]["addressPrefixes"] == ["192.168.0.0/16"]
    assert [subnet["addressPrefix"] for subnet in network["subnets"]] == ["192.168.1.0/24"]
    assert network["provisioningState"] == "Succeeded"
    assert story.outputs[3].stdout.strip() == network["id"]


def test_the_cluster_is_kubenet_in_the_own_subnet(story: Story) -> None:
    made, shown = story.json(6), story.json(7)
    assert without_nulls(made) == without_nulls(shown)
    assert shown["networkProfile"]["networkPlugin"] == "kubenet"
    assert shown["networkProfile"]["podCidr"] == "10.244.0.0/16"
    assert shown["agentPoolProfiles"][0]["vnetSubnetId"] == story.outputs[4].stdout.strip()
    assert shown["provisioningState"] == "Succeeded"
    assert shown["servicePrincipalProfile"]["clientId"] == story.json(2)["appId"]


def test_the_subnet_has_the_route_table_and_the_nodes_of_the_cluster(story: Story) -> None:
    subnet = story.shown[story.outputs[4].stdout.strip().lower()]["properties"]
    table = story.shown[subnet["routeTable"]["id"].lower()]["properties"]
    assert len(subnet["ipConfigurations"]) == 3
    assert [
        (route["properties"]["addressPrefix"], route["properties"]["nextHopIpAddress"]) for route in table["routes"]
    ] == [("10.244.0.0/24", "192.168.1.4"), ("10.244.1.0/24", "192.168.1.5"), ("10.244.2.0/24", "192.168.1.6")]


def test_the_role_is_the_new_principal_s(story: Story) -> None:
    assignment = story.json(5)
    assert assignment["scope"] == story.outputs[3].stdout.strip()
    assert assignment["roleDefinitionId"].endswith("b24988ac-6180-42a0-ab88-20f7382dd24c")
    assert assignment["principalType"] == "ServicePrincipal"


def test_the_ledger_keeps_what_az_sent_and_prints_no_secret(story: Story) -> None:
    secret = story.json(2)["password"]
    sent = [
        entry
        for entry in story.entries
        if entry.method == "PUT" and entry.path.endswith("/managedClusters/myAKSCluster")
    ]
    assert [entry.body["properties"]["servicePrincipalProfile"]["secret"] for entry in sent] == [secret]
    assert "dockerBridgeCidr" not in sent[0].body["properties"]["networkProfile"]
    printed = (
        "".join(map(str, story.entries))
        + repr(story.entries)
        + json.dumps([entry.as_dict() for entry in story.entries])
    )
    assert secret not in printed


def test_every_request_was_understood(story: Story) -> None:
    unknown = [str(entry) for entry in story.entries if entry.status >= 400]
    assert len(unknown) == 1
    assert "managedClusters/myAKSCluster -> 404 ResourceNotFound" in unknown[0]


@pytest.mark.usefixtures("quick_az")
def test_a_life_with_a_managed_identity(arm: LoopbackArm, tmp_path: Path) -> None:
    """Identity, subnet, cluster without waiting, pool, scale, deletion."""
    env = rig.prepare_config(tmp_path, arm)

    def az(command: str) -> str:
        return rig.run(command.split(), env, check=True).stdout.strip()

    az("group create -n g -l westeurope")
    az("network vnet create -g g -n n --address-prefixes 192.168.0.0/16 -l westeurope")
    subnet = az(
        "network vnet subnet create -g g --vnet-name n -n s --address-prefixes 192.168.1.0/24 --query id -o tsv"
    )
    identity = az("identity create -g g -n i --query id -o tsv")
    az(
        f"aks create -g g -n c -c 2 --network-plugin kubenet --vnet-subnet-id {subnet} "
        f"--assign-identity {identity} --generate-ssh-keys --no-wait"
    )
    assert az("aks show -g g -n c --query provisioningState -o tsv") == "Creating"
    assert az("aks show -g g -n c --query provisioningState -o tsv") == "Succeeded"
    az("aks nodepool scale -g g --cluster-name c -n nodepool1 -c 4 -o none")
    assert len(arm.state.subnet_users(subnet)) == 4
    az("aks delete -g g -n c --yes")
    assert arm.cloud.shown(subnet)["properties"].get("routeTable") is None  # type: ignore[index]
    az("group delete -n g --yes")
    assert [key for key in arm.state if "/resourcegroups/" in key] == []

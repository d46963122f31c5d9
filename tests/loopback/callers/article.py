"""The article's own commands, as a user would paste them, and what came of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.ledger import Entry
from ..server import rig
from ..server.server import LoopbackArm

COMMANDS = (
    "az group create --name myResourceGroup --location eastus",
    "az network vnet create --resource-group myResourceGroup --name myAKSVnet --address-prefixes 192.168.0.0/16 "
    "--subnet-name myAKSSubnet --subnet-prefix 192.168.1.0/24",
    "az ad sp create-for-rbac --skip-assignment",
    "az network vnet show --resource-group myResourceGroup --name myAKSVnet --query id -o tsv",
    "az network vnet subnet show --resource-group myResourceGroup --vnet-name myAKSVnet --name myAKSSubnet "
    "--query id -o tsv",
    "az role assignment create --assignee {appId} --scope {VNET_ID} --role Contributor",
    "az aks create --resource-group myResourceGroup --name myAKSCluster --node-count 3 --network-plugin kubenet "
    "--service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10 --pod-cidr 10.244.0.0/16 "
    "--docker-bridge-address 172.17.0.1/16 --vnet-subnet-id {SUBNET_ID} --service-principal {appId} "
    "--client-secret {password}",
    "az aks show --resource-group myResourceGroup --name myAKSCluster",
)


@dataclass
class Story:
    """What one run of the article left behind."""

    outputs: list[subprocess.CompletedProcess[str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    home: Path = Path()

    def json(self, number: int) -> Any:
        """What the command of that number printed."""
        return json.loads(self.outputs[number].stdout)


def tell(arm: LoopbackArm, folder: Path) -> Story:
    """Run the commands one after the other, each filled with what the earlier ones printed."""
    story, env = Story(home=folder), rig.prepare_config(folder, arm)
    known: dict[str, str] = {}
    learn: dict[int, Callable[[str], dict[str, str]]] = {
        2: lambda text: {key: json.loads(text)[key] for key in ("appId", "password")},
        3: lambda text: {"VNET_ID": text.strip()},
        4: lambda text: {"SUBNET_ID": text.strip()},
    }
    for number, command in enumerate(COMMANDS):
        done = rig.run(command.format(**known).split()[1:], env, check=True)
        story.outputs.append(done)
        known.update(learn[number](done.stdout) if number in learn else {})
    story.entries, story.state = list(arm.ledger), dict(arm.state)
    story.shown = {key: arm.cloud.shown(key) for key in arm.state}
    return story

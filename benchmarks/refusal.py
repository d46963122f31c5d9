"""How soon `az kubenet create` refuses, beside one read of the same server by `az group show`.

The server answers as late as a distant one, so that rounds of reads show, and not the start of a process alone.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benchmarks import az
from benchmarks.turns import Times, take_turns
from tests.loopback.callers.client import SUB
from tests.loopback.server import rig
from tests.loopback.server.server import LoopbackArm

ROUNDS = 3
#: Seconds before each answer.
DELAY = 1.0
_VNET = f"{SUB}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub"
_CREATE = "kubenet create -g net -n late --no-ssh-key --vnet-subnet-id"
COMMANDS = {
    "read": "group show -g net",
    "range": f"{_CREATE} {_VNET}/subnets/free --service-cidr 10.0.0.0/11",
    "occupied": f"{_CREATE} {_VNET}/subnets/full",
}
RIGHT = f"{_CREATE} {_VNET}/subnets/free"


def run() -> dict[str, Times]:
    """Wall times of one read, and of a refused range, an occupied subnet, and a subnet that the caller may not join."""
    with LoopbackArm(delay=DELAY) as arm, tempfile.TemporaryDirectory() as folder:
        _seed(arm)
        times = _measure(arm, Path(folder), COMMANDS)
    with LoopbackArm(delay=DELAY, caller_role="Reader") as arm, tempfile.TemporaryDirectory() as folder:
        _seed(arm)
        times["right"] = _measure(arm, Path(folder), {"right": RIGHT})["right"]
    return times


def _seed(arm: LoopbackArm) -> None:
    """A network with a free subnet, and a /27 that holds 24 network interfaces."""
    arm.put(f"{SUB}/resourceGroups/net", {"location": "westeurope"})
    subnets = [
        {"name": "free", "properties": {"addressPrefix": "10.1.0.0/24"}},
        {"name": "full", "properties": {"addressPrefix": "10.1.1.0/27"}},
    ]
    space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets}
    arm.put(_VNET, {"location": "westeurope", "properties": space})
    for number in range(24):
        ip = {"name": "ip", "properties": {"subnet": {"id": f"{_VNET}/subnets/full"}}}
        nic = f"{SUB}/resourceGroups/net/providers/Microsoft.Network/networkInterfaces/nic{number}"
        arm.put(nic, {"location": "westeurope", "properties": {"ipConfigurations": [ip]}})


def _measure(arm: LoopbackArm, folder: Path, commands: dict[str, str]) -> dict[str, Times]:
    env = {**rig.prepare_config(folder, arm), **az.fixed(az.extensions())}

    def once(words: str) -> None:
        done = subprocess.run(
            [az.program(), *words.split()], env=env, cwd=folder, capture_output=True, text=True, check=False
        )
        if (done.returncode == 0) is not (words == COMMANDS["read"]):
            raise SystemExit(f"az {words}: exit code {done.returncode}\n{done.stderr}")

    things = {name: lambda _, words=words: once(words) for name, words in commands.items()}
    times = take_turns(things, ROUNDS)
    if arm.ledger.writes():
        raise SystemExit("a refused creation has written")
    return times

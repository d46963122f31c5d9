"""The real ``az`` reads what was seeded: gateways, connections and peerings, from the shell's own door."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..server import rig

SCRIPT = """
import json, os, subprocess, sys
answers = []
for words in json.loads(sys.argv[1]):
    done = subprocess.run([os.environ["AZ_HERE"], *words, "-o", "json"], capture_output=True, text=True)
    answers.append(json.loads(done.stdout) if done.returncode == 0 else done.stderr)
print(json.dumps(answers))
"""
COMMANDS = (
    "account list",
    "network vnet-gateway list -g net",
    "network local-gateway list -g net",
    "network vpn-connection list -g net",
    "network vpn-connection list -g net --vnet-gateway vpn",
    "network vnet peering list -g net --vnet-name app",
    "network vnet show -g net -n app",
    "network vnet list",
    "aks list",
)


@pytest.mark.usefixtures("quick_az")
def test_az_reads_the_scene_and_the_estate(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}  # `-m` needs the work tree
    words = [sys.executable, "-m", "tests.loopback", "--scene", "--foreign-peer", "--estate", "300", "--exec"]
    commands = json.dumps([command.split() for command in COMMANDS])
    done = subprocess.run(
        [*words, sys.executable, "-c", SCRIPT, commands],
        cwd=root,
        env={**kept, "TMPDIR": str(tmp_path), "AZ_HERE": rig.az_program()},
        text=True,
        capture_output=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    account, gateways, sites, connections, listed, peerings, network, networks, clusters = json.loads(done.stdout)
    assert "300 Microsoft.Network/virtualNetworks" in done.stderr
    assert len(account) == 12
    assert [each["name"] for each in account if each["isDefault"]] == ["Loopback"]
    (gateway,) = gateways
    assert (gateway["name"], gateway["gatewayType"], gateway["enableBgp"]) == ("vpn", "Vpn", False)
    assert gateway["ipConfigurations"][0]["subnet"]["id"].endswith("/app/subnets/GatewaySubnet")
    assert sites[0]["localNetworkAddressSpace"]["addressPrefixes"] == ["10.200.0.0/14", "192.168.0.0/20"]
    assert connections[0]["localNetworkGateway2"]["id"] == sites[0]["id"]
    assert [each["id"] for each in listed] == [each["id"] for each in connections]
    assert [(each["name"], each["peeringState"], each["peeringSyncLevel"]) for each in peerings] == [
        ("to-hub", "Connected", "FullyInSync"),
        ("to-partner", "Connected", "FullyInSync"),
    ]
    assert len(network["subnets"]) == 5
    assert [each["name"] for each in network["virtualNetworkPeerings"]] == ["to-hub", "to-partner"]
    assert {"app", "hub", "far", "alone", "hub-0000"} <= {each["name"] for each in networks}
    assert {"shop", "tools", "lab"} <= {each["name"] for each in clusters}

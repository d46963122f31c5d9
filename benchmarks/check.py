"""`az kubenet check` of a cluster of three pools, beside reading the same answers and dropping them."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import az, plan
from benchmarks.turns import Times, take_turns
from tests.loopback.callers.client import SUB
from tests.loopback.seeds import bodies
from tests.loopback.server import rig
from tests.loopback.server.server import LoopbackArm

ROUNDS = 7
#: Seconds that each answer takes, and the nodes of each of three pools.
DELAY, NODES = 0.05, 60
GROUP = f"{SUB}/resourceGroups/shop"
NET = f"{GROUP}/providers/Microsoft.Network"
#: Sends the same requests in the same rounds with the same client, and keeps nothing of the answers. A round waits for
#: what it follows from: the cluster, what that leads to, what the network leads to.
_READ = """
import sys


def run(cmd):
    sys.path.insert(0, {extension!r})
    from azext_kubenet.azure.client import connect
    from azext_kubenet.azure.reads import Read, Reader
    from azext_kubenet.azure.waiting import RetryPolicy

    client = connect(cmd.cli_ctx, RetryPolicy(60.0, lambda line: None))
    with Reader(client) as reader:
        for each in {rounds!r}:
            reads = [Read(path, version, False, filter_) for path, version, filter_ in each]
            reader.prefetch(reads)
            for read in reads:
                reader._answer(read)
    return {{}}
"""


@dataclass(frozen=True)
class Cost:
    """Times of the check and of reading alone, and the requests of a check."""

    check: Times
    read: Times
    requests: int


def seed(arm: LoopbackArm) -> None:
    """A cluster of three pools in a subnet of the user's own, with a security group and an identity."""
    arm.put(GROUP, bodies.group())
    arm.put(f"{NET}/networkSecurityGroups/nsg", {"location": "westeurope", "properties": {}})
    network = bodies.network("10.30.0.0/16", nodes="10.30.0.0/22")
    network["properties"]["subnets"][0]["properties"]["networkSecurityGroup"] = {
        "id": f"{NET}/networkSecurityGroups/nsg"
    }
    arm.put(f"{NET}/virtualNetworks/corp", network)
    place = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/team"
    identity = arm.put(place, {"location": "westeurope"})
    arm.grant(identity["properties"]["principalId"], "Network Contributor", f"{NET}/virtualNetworks/corp")
    body = bodies.cluster(f"{NET}/virtualNetworks/corp/subnets/nodes", identity["id"], count=NODES)
    (first,) = body["properties"]["agentPoolProfiles"]
    pools = [first, *({**first, "name": name, "mode": "User"} for name in ("user", "batch"))]
    body["properties"]["agentPoolProfiles"] = pools
    arm.put(f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/kube", body)


def run(rounds: int = ROUNDS) -> Cost:
    """The cost of a check, and of reading alone."""
    with LoopbackArm(delay=DELAY) as arm, tempfile.TemporaryDirectory(prefix="kubenet-bench-") as name:
        seed(arm)
        folder, extensions = Path(name), Path(name) / "extensions"
        words = ["kubenet", "check", "-g", "shop", "-n", "kube", "-o", "json"]
        env = {**rig.prepare_config(folder / "az", arm), **az.fixed(az.extensions())}
        az.run(words, env, folder)
        arm.ledger.clear()
        report = json.loads(az.run(words, env, folder))
        plan.install_noop(extensions, _reading(arm))
        (extensions / "kubenet").symlink_to(az.extensions() / "kubenet")
        env.update(az.fixed(extensions))
        things = {"check": words, "read": ["noop", "run"]}
        times = take_turns({each: lambda _, of=of: az.run(of, env, folder) for each, of in things.items()}, rounds)
    return Cost(times["check"], times["read"], int(report["looked"]["requests"]))


def _reading(arm: LoopbackArm) -> str:
    """The script that reads what the last check has asked for, in its rounds."""
    asked = [entry for entry in arm.ledger if not entry.path.startswith(("/metadata/", "/msi/"))]
    reads = [(entry.path, entry.query.get("api-version", ""), entry.query.get("$filter", "")) for entry in asked]
    last = [
        read for read in reads if "/routetables/" in read[0].lower() or "/networksecuritygroups/" in read[0].lower()
    ]
    rounds = [reads[:1], [read for read in reads[1:] if read not in last], last]
    return _READ.format(extension=str((az.extensions() / "kubenet").resolve()), rounds=rounds)

"""`az kubenet plan` in a network with many peers in many subscriptions, each answer of Azure some time away."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from benchmarks import az
from benchmarks.turns import Times, take_turns
from tests.loopback.core.options import SUBSCRIPTION, TENANT
from tests.loopback.seeds import bodies
from tests.loopback.seeds.scene import peer
from tests.loopback.server import rig
from tests.loopback.server.server import LoopbackArm

ROUNDS = 5
PEERS, SUBSCRIPTIONS = 60, 12
#: Seconds that each answer takes.
DELAY = 0.1


def seed(arm: LoopbackArm) -> str:
    """The network and its peers, a group each in one of the subscriptions; the network's options."""
    places = [SUBSCRIPTION] + [f"5b000000-0000-4000-8000-0000000001{number:02}" for number in range(1, SUBSCRIPTIONS)]
    for place in places[1:]:
        arm.add_subscription(place, TENANT, name=place)
    for place in places:
        arm.put(f"/subscriptions/{place}/resourceGroups/net", bodies.group())
    own = _network(arm, SUBSCRIPTION, "app", "10.1.0.0/16")
    for number in range(PEERS):
        there = _network(arm, places[number % SUBSCRIPTIONS], f"peer{number}", f"10.{100 + number}.0.0/16")
        peer(arm, own, there, allowForwardedTraffic=False)
    return "-g net --vnet-name app"


def _network(arm: LoopbackArm, subscription: str, name: str, prefix: str) -> str:
    path = f"/subscriptions/{subscription}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/{name}"
    return str(arm.put(path, bodies.network(prefix))["id"])


def run(rounds: int = ROUNDS) -> tuple[Times, int]:
    """Times of the plan, and how many requests one takes."""
    with LoopbackArm(delay=DELAY) as arm, tempfile.TemporaryDirectory(prefix="kubenet-bench-") as name:
        words = ["kubenet", "plan", *seed(arm).split()]
        env = {**rig.prepare_config(Path(name) / "az", arm), **az.fixed(az.extensions())}
        asked: list[int] = []

        def plan(_: int) -> None:
            arm.ledger.clear()
            az.run(words, env, Path(name))
            asked.append(len([entry for entry in arm.ledger if "/providers/" in entry.path]))

        return take_turns({"plan": plan}, rounds)["plan"], int(median(asked))

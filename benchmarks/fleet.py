"""`az kubenet list` of a fleet of clusters, beside reading the same answers and dropping them."""

from __future__ import annotations

from benchmarks.estate import Cost, beside_reading
from tests.loopback.seeds.fleet import build
from tests.loopback.server.server import LoopbackArm

CLUSTERS, SUBSCRIPTIONS = 2_000, 200


def run() -> dict[str, Cost]:
    """The cost of the list, and of reading alone."""
    with LoopbackArm() as arm:
        build(arm, CLUSTERS, SUBSCRIPTIONS)
        return beside_reading(arm, ["kubenet", "list", "--fail-on", "never", "-o", "json"], "fleet_rows")

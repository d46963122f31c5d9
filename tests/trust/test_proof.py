"""Proof after creation: the subnet carries a route table, with a route a node; a refusal names the remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.loopback.server import faults
from tests.loopback.server.cloud import Cloud
from tests.trust.bench import Bench
from tests.trust.test_faults import sound
from tests.trust.test_rollback import execute
from tests.trust.ways import BY_NAME, CLUSTER

LATE = (
    ("the table comes late", lambda cloud: faults.table_comes_late(cloud, 4)),
    ("all routes come late", lambda cloud: faults.routes_come_late(cloud, 4)),
    ("the last route comes late", lambda cloud: faults.routes_come_late(cloud, 4, kept=2)),
)
NEVER = (
    ("no table", faults.table_comes_late, "has no route table", "az network vnet subnet update"),
    ("no routes", faults.routes_come_late, "has 0 node routes for 3 nodes", "route list"),
    (
        "one route too few",
        lambda cloud: faults.routes_come_late(cloud, kept=2),
        "has 2 node routes for 3",
        "route list",
    ),
)


@pytest.mark.parametrize(("what", "install"), LATE, ids=[row[0] for row in LATE])
def test_what_comes_late_is_waited_for(
    bench: Bench, what: str, install: Callable[[Cloud], None], count: Callable[..., None]
) -> None:
    cloud = bench.fresh()
    words = BY_NAME["user-assigned, new network"].prepare(cloud, bench.folder)
    install(cloud)
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 0, ran.err
    assert "node routes: " in ran.err
    count("PROOF", what, tried=1, outcome=["waited for"])


@pytest.mark.parametrize(("what", "install", "told", "remedy"), NEVER, ids=[row[0] for row in NEVER])
def test_what_never_comes_is_told_with_its_remedy(
    bench: Bench, what: str, install: Callable[[Cloud], None], told: str, remedy: str, count: Callable[..., None]
) -> None:
    cloud = bench.fresh()
    words = [*BY_NAME["user-assigned, new network"].prepare(cloud, bench.folder), "--propagation-timeout", "60"]
    install(cloud)
    ran = bench.run(words)
    sound(ran)
    assert ran.code == 1, ran.err
    assert told in ran.err
    assert remedy in ran.err
    assert 30 < sum(wait.seconds for wait in ran.waits if wait.where == "verify_node_routes") <= 60
    assert CLUSTER.lower() in cloud.store, "the cluster stays"
    again = bench.run(words)
    assert (again.code, list(again.writes)) == (1, []), "the second run proves anew"
    assert told in again.err
    if "subnet update" in remedy:
        (line,) = [each for each in ran.err.splitlines() if remedy in each]
        execute(bench, line[line.index("az network") :])  # noqa: E203
        mended = bench.run(words)
        assert (mended.code, list(mended.writes)) == (0, []), mended.err
    count("PROOF", what, tried=1, outcome=["told, with the remedy"])

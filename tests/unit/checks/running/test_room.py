"""Room to upgrade, to grow and to peak: what is told, and that what is printed mends it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.running import room
from tests.unit.checks.running.test_measured import worlds
from tests.unit.checks.running.world import Pool, World

_UPDATE = re.compile(
    r"az aks nodepool (?P<verb>update|scale) -g g --cluster-name c -n (?P<pool>\w+)"
    r"(?: --max-surge (?P<surge>\d+)(?: --max-unavailable 1)?)?"
    r"(?: --update-cluster-autoscaler --min-count \d+ --max-count (?P<most>\d+))?(?: --node-count (?P<nodes>\d+))?"
)


def found(world: World, name: str, **more: Any) -> list[Problem]:
    """What a check of room finds."""
    check = next(each for each in room.CHECKS if each.name == name)
    return [each for each in check.run(world.context(**more)) if isinstance(each, Problem)]


def typed(world: World, problems: list[Problem]) -> int:
    """Type what is printed; how many commands there were."""
    pools, count = {pool.name: pool for pool in world.pools}, 0
    for problem in problems:
        for match in _UPDATE.finditer(problem.recommendation):
            count += 1
            pool = pools[match["pool"]]
            pool.surge = match["surge"] or pool.surge
            pool.most = int(match["most"] or pool.most)
            pool.nodes = int(match["nodes"] or pool.nodes)
            pool.most = 0 if match["nodes"] else pool.most
    return count


@given(worlds())
def test_after_what_is_printed_an_upgrade_and_the_peak_have_room(world: World) -> None:
    for _ in range(3):  # with fewer nodes, surges of a percentage are others
        problems = [*found(world, "upgrade-room"), *found(world, "peak-room")]
        if not problems:
            return
        before = repr(world.pools)
        typed(world, problems)
        if before == repr(world.pools):
            break
    for problem in found(world, "upgrade-room"):  # nothing smaller can be typed
        named = [pool for pool in world.pools if f"-n {pool.name} " in problem.recommendation]
        assert not named or all(pool.nodes == 1 for pool in named), problem


# what it is, the cluster, what is found, what is printed
ROOMS: tuple[tuple[str, World, str, tuple[str, ...]], ...] = (
    ("a healthy cluster", World([Pool("a", 3, most=20)]), "upgrade-room", ()),
    ("a subnet that is full for the surge", World([Pool("system", 3, mode="System"), Pool("user", 18, surge="33%")],
                                                  prefixlens=[27], others=[3]), "upgrade-room",
     ("an upgrade surges 7 nodes (system 1 at 10%, user 6 at 33%), subnet n0 10.100.0.0/27 has 3 addresses free of 27: "
      "21 nodes, 3 others", "az aks nodepool update -g g --cluster-name c -n user --max-surge 2")),
    ("a user pool upgrades without a surge", World([Pool("user", 11)], prefixlens=[28]), "upgrade-room",
     ("-n user --max-surge 0 --max-unavailable 1",)),
    ("a system pool must have one", World([Pool("sys", 11, mode="System")], prefixlens=[28]), "upgrade-room",
     ("az aks nodepool update -g g --cluster-name c -n sys --max-surge 1; which is not enough alone: a pool in another",
      "; or, for fewer nodes: az aks nodepool scale -g g --cluster-name c -n sys --node-count 10")),
    ("a pod CIDR that is full", World([Pool("a", 64)], pods=18), "upgrade-room",
     ("pod CIDR 10.240.0.0/18 has 0 node blocks free of 64: 64 nodes",)),
    ("left-over routes hold blocks", World([Pool("a", 60)], pods=18, stale=4), "upgrade-room",
     ("has 0 node blocks free of 64: 60 nodes, 4 others",)),
    ("own routes fill the table", World([Pool("a", 3)], custom=397), "upgrade-room", ("has 0 routes free of 400",)),
    ("a quota that is nearly used", World([Pool("a", 20)], quota=40), "upgrade-room",
     ("quota standardDSv5Family has 0 vCPUs free of 40: 40 vCPUs",)),
    ("pools that may outgrow the subnet", World([Pool("a", 3, most=40)], prefixlens=[27]), "peak-room",
     ("the autoscaler may add 37 nodes and an upgrade then surges 4 nodes",
      "--update-cluster-autoscaler --min-count 1 --max-count 24")),
    ("fixed pools have their peak already", World([Pool("a", 24)], prefixlens=[27]), "peak-room", ()),
)  # fmt: skip


@pytest.mark.parametrize(("world", "name", "texts"), [row[1:] for row in ROOMS], ids=[row[0] for row in ROOMS])
def test_what_lacks_room_is_told_with_what_to_type(world: World, name: str, texts: tuple[str, ...]) -> None:
    told = "\n".join(f"{each.message} -> {each.recommendation}" for each in found(world, name))
    assert bool(told) is bool(texts)
    for each in texts:
        assert each in told


def test_nodes_that_are_asked_about_are_told_where_they_do_not_fit() -> None:
    world = World([Pool("a", 20), Pool("b", 2)], prefixlens=[27])
    assert not found(world, "added-nodes-room", added={"a": 5})
    told = found(world, "added-nodes-room", added={"a": 4, "b": 2})
    assert [each.message for each in told] == [
        "6 nodes more (4 of a and 2 of b) do not fit: subnet n0 10.100.0.0/27 has 5 addresses free of 27: 22 nodes"
    ]
    assert found(world, "added-nodes-room", added_anywhere=6)


def test_since_1_35_aks_upgrades_without_the_quota_by_itself() -> None:
    severities = {
        version: [each.severity for each in found(World([Pool("a", 20)], quota=40, version=version), "upgrade-room")]
        for version in ("1.34.9", "1.35.0")
    }
    assert severities["1.34.9"][0] is None
    assert severities["1.35.0"][0] == "warning"

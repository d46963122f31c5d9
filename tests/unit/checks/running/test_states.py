"""Clusters and pools that failed, change, or are stopped."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.addressing.registry import RULES
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.running import states
from tests.unit.checks.running.world import Pool, World

ERROR = {"status": {"provisioningError": {"code": "SubnetIsFull", "message": "no address left"}}}


def world(cluster: dict[str, Any] | None = None, **pools: dict[str, Any]) -> World:
    """A cluster of pools a and b, with other states."""
    made = World([Pool("a", 2), Pool("b", 1)], cluster_changed=cluster or {})
    body = made.cluster()
    for each in body["properties"]["agentPoolProfiles"]:
        each.update(pools.get(each["name"], {}))
    made.cluster = lambda: body  # type: ignore[method-assign]  # a cluster that the world does not know
    return made


def found(made: World) -> list[tuple[str, str, Problem]]:
    """What is found, by rule and severity."""
    context = made.context()
    return [
        (check.name, str(each.severity or RULES[check.name].severity), each)
        for check in states.CHECKS
        for each in check.run(context)
        if isinstance(each, Problem)
    ]


AGAIN = "az kubenet wait -g g -n c --updated && az kubenet check -g g -n c"
# what it is, the cluster, the rules with their severities, words
ROWS: tuple[tuple[str, World, tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    ("a healthy cluster", world(), (), ()),
    ("states that are not shown", world({"provisioningState": None}, a={"provisioningState": None}), (), ()),
    ("a cluster that failed", world({"provisioningState": "Failed", **ERROR}), (("cluster-state", "error"),),
     ("cluster c is in state Failed: SubnetIsFull: no address left", "az aks update -g g -n c --yes")),
    ("a cluster whose operation was ended", world({"provisioningState": "Canceled"}), (("cluster-state", "error"),),
     ("is in state Canceled, and Azure shows no reason",)),
    ("a cluster that changes", world({"provisioningState": "Updating"}), (("cluster-state", "warning"),), (AGAIN,)),
    ("a cluster that is created", world({"provisioningState": "Creating"}), (("cluster-state", "warning"),),
     ("az kubenet wait -g g -n c --created",)),
    ("a pool that failed", world(b={"provisioningState": "Failed", **ERROR}), (("pool-state", "error"),),
     ("pool b is in state Failed: SubnetIsFull", "az aks nodepool update -g g --cluster-name c -n b")),
    ("a pool that changes", world(b={"provisioningState": "Scaling"}), (("pool-state", "warning"),),
     ("az aks nodepool wait -g g --cluster-name c -n b --updated",)),
    ("a pool that changes with its cluster",
     world({"provisioningState": "Upgrading"}, b={"provisioningState": "Upgrading"}), (("cluster-state", "warning"),),
     (AGAIN,)),
    ("a cluster and a pool that failed", world({"provisioningState": "Failed"}, b={"provisioningState": "Failed"}),
     (("cluster-state", "error"), ("pool-state", "error")), ()),
    ("a cluster that is stopped", world({"powerState": {"code": "Stopped"}}, a={"powerState": {"code": "Stopped"}}),
     (("cluster-stopped", "info"),), ("cluster c is stopped", "az aks start -g g -n c")),
    ("a pool that is stopped", world(b={"powerState": {"code": "Stopped"}}), (("cluster-stopped", "info"),),
     ("pool b is stopped", "az aks nodepool start -g g --cluster-name c --nodepool-name b")),
)  # fmt: skip


@pytest.mark.parametrize(("made", "rules", "texts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_states_are_told_with_what_brings_the_cluster_to_what_was_asked_for(
    made: World, rules: tuple[tuple[str, str], ...], texts: tuple[str, ...]
) -> None:
    seen = found(made)
    assert tuple((name, severity) for name, severity, _ in seen) == rules
    told = "\n".join(f"{each.message} -> {each.recommendation}" for *_, each in seen)
    for text in texts:
        assert text in told

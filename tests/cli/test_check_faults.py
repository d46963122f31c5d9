"""Faults of running clusters, one at a time: each is found by exactly the check that should, and mended as printed.

A fault is put into a healthy cluster. `check` must find it by its own rules and by no other; the first commands that it
prints are typed as they stand; then `check` must find nothing of it any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import (
    CHECK,
    autoscaled,
    own_network,
    several_subnets,
)
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.callers.client import SUB
from tests.support.printed import commands

QUOTA = f"{SUB}/providers/Microsoft.Compute/locations/westeurope/usages/standardDSv5Family"


class Fault(NamedTuple):
    """A fault.

    what: it is, in words; shape: of the cluster; inject: puts it in; rules: that find it, errors and warnings
    options: what else is typed; mends: whether the printed commands mend it, else only that they run
    """

    what: str
    shape: Callable[[Cloud], Mishaps]
    inject: Callable[[Cloud, Mishaps], Any]
    rules: frozenset[str]
    options: str = ""
    mends: bool = True


def fault(
    what: str, shape: Callable[[Cloud], Mishaps], inject: Callable[[Cloud, Mishaps], Any], *rules: str, **more: Any
) -> Fault:
    """A row of the table."""
    return Fault(what, shape, inject, frozenset(rules), **more)


def quota(cloud: Cloud, _: Mishaps) -> None:
    """The quota of the size's family is nearly used."""
    cloud.arm.put(QUOTA, {"limit": 19})


FAULTS = (
    # -- room
    fault("the subnet has no room for the surge", own_network, lambda _, at: at.scale(244, pool="user"),
          "upgrade-room"),
    fault("the quota has no room for the surge", own_network, quota, "upgrade-room"),
    fault("the autoscaler may outgrow the subnet", several_subnets,
          lambda _, at: at.body["properties"]["agentPoolProfiles"][1].update(
              enableAutoScaling=True, minCount=1, maxCount=90), "peak-room"),
    fault("nodes that are asked about do not fit", autoscaled, lambda _, at: None, "added-nodes-room",
          options="--add-nodes 300"),
)  # fmt: skip


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row.what.replace(" ", "-"))
def test_a_fault_is_found_by_its_own_check_and_mended_by_what_is_printed(cloud: Cloud, row: Fault) -> None:
    made = row.shape(cloud)
    row.inject(cloud, made)
    ran = cloud(f"{CHECK} {row.options} --fail-on never -o json")
    assert ran.code == 0, ran.err
    found = [each for each in ran.json["findings"] if each["severity"] != "info"]
    assert {each["rule"] for each in found} == row.rules, ran.err
    printed = [first_way(each["recommendation"]) for each in found]
    assert all(printed), ran.err
    for lines in dict.fromkeys(printed):
        for line in lines:
            typed = cloud.shell(line)
            assert typed.code == 0, (line, typed.err)
    asked_anew = any("az kubenet check" in line for lines in printed for line in lines)
    if row.mends and not asked_anew:
        again = cloud(f"{CHECK} {row.options} --fail-on never -o json").json
        assert [each for each in again["findings"] if each["severity"] != "info"] == []


def first_way(recommendation: str) -> tuple[str, ...]:
    """The commands of the first of the ways that a recommendation offers: those that `&&` joins belong together."""
    ways = recommendation.replace(", for fewer nodes", "").split("; or ")[0].split(", or ")[0]
    return tuple(commands(ways))

"""Who may not grant: stopped before the cluster, with the command that an administrator runs; then it goes on. And a
cluster that was left Failed is told apart from one that is still being made.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.loopback.core.options import CALLER_OBJECT
from tests.loopback.server import faults
from tests.trust.bench import Bench, Ran
from tests.trust.test_faults import sound
from tests.trust.ways import BY_NAME, CLUSTER, WAYS, Way, contents

GRANT = "Microsoft.Authorization/roleAssignments/write"
PRINCIPAL_WAYS = [way for way in WAYS if way.name not in ("system-assigned", "new service principal")]


def _kept(found: list[str]) -> list[str]:
    """All but grants, whose names and makers may be an administrator's; of them, who may do what where."""
    return [
        re.sub(r"/roleassignments/\S+ .*", "", line) if "/roleassignments/" in line else line
        for line in found
        if CALLER_OBJECT not in line or "/roleassignments/" not in line
    ]


@dataclass
class Caller:
    """Somebody who may do all but grant roles; and an administrator."""

    bench: Bench
    plan: str | None
    told: bool

    def __post_init__(self) -> None:
        self.cloud = self.bench.cloud
        self.rights = self.cloud.roles.allows, self.cloud.roles.permissions

    def run(self, words: list[str]) -> Ran:
        faults.caller_may_not(self.cloud, GRANT, told=self.told)
        try:
            return self.bench.run(words, stdin=self.plan)
        finally:
            self.cloud.roles.allows, self.cloud.roles.permissions = self.rights  # type: ignore[method-assign]


@pytest.mark.sweep
@pytest.mark.parametrize("told", [True, False], ids=["told beforehand", "not told beforehand"])
@pytest.mark.parametrize("way", PRINCIPAL_WAYS, ids=lambda way: way.name)
def test_a_refused_grant_stops_before_the_cluster_and_goes_on_by_an_administrator(
    bench: Bench, way: Way, told: bool, count: Callable[..., None]
) -> None:
    """told: whether the permissions API knows of it; then preflight refuses before any write, unless it is skipped."""
    plan = bench.run(["kubenet", "plan"]).out if way.piped else None
    bench.run(way.prepare(bench.fresh(), bench.folder), stdin=plan)
    wanted = contents(bench.cloud)
    cloud = bench.fresh()
    words = way.prepare(cloud, bench.folder)
    caller = Caller(bench, plan, told)
    figures = {"refused before any write": 0, "stopped before the cluster": 0, "commands": 0}
    if told:
        refused = caller.run(words)
        sound(refused)
        assert (refused.code, list(refused.writes)) == (1, []), refused.err
        assert "--skip-checks caller-may-grant" in refused.err or commands_in(refused), refused.err
        figures["refused before any write"] = 1
        words = [*words, "--skip-checks", "caller-may-grant"]
    ran = caller.run(words)
    while ran.code and figures["stopped before the cluster"] < 3:
        sound(ran)
        assert CLUSTER.lower() not in cloud.store
        assert commands_in(ran), ran.err
        figures["stopped before the cluster"] += 1
        for command in commands_in(ran):
            granted = bench.run(shlex.split(command)[1:])
            assert granted.code == 0, f"{command}\n{granted.err}"
            figures["commands"] += 1
        ran = caller.run(words)
    assert ran.code == 0, ran.err
    assert figures["stopped before the cluster"]
    assert sorted(_kept(contents(cloud))) == sorted(_kept(wanted))
    count("GRANT REFUSED", way.name, **figures, **{"went on": 1})


def commands_in(ran: Ran) -> list[str]:
    return re.findall(r"az role assignment create [^\n]*", ran.err)


@pytest.mark.parametrize("state", ["Failed", "Canceled"])
def test_a_cluster_that_was_left_failed_is_told(bench: Bench, state: str, count: Callable[..., None]) -> None:
    words = BY_NAME["user-assigned, new network"].prepare(bench.cloud, bench.folder)
    assert bench.run(words).code == 0
    properties = bench.cloud.store[CLUSTER]["properties"]
    for each in (properties, *properties["agentPoolProfiles"]):
        each["provisioningState"] = state
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, ran.out, list(ran.writes)) == (1, "", [])
    assert state in ran.err
    assert "az aks delete -g rg -n c" in ran.err
    count("CLUSTERS LEFT", state, tried=1, outcome=["told, with the command"])


@pytest.mark.parametrize("state", ["Creating", "Updating", "Starting"])
def test_a_cluster_that_is_still_being_made_is_waited_for(bench: Bench, state: str, count: Callable[..., None]) -> None:
    words = BY_NAME["user-assigned, new network"].prepare(bench.cloud, bench.folder)
    first = bench.run(words)
    assert first.code == 0
    cluster, looks = bench.cloud.store[CLUSTER], [0]
    cluster["properties"]["provisioningState"] = state

    def in_time(call: faults.Call, _: object) -> None:
        if faults.to("GET", "managedClusters")(call):
            looks[0] += 1
            if looks[0] > 5:
                cluster["properties"]["provisioningState"] = "Succeeded"

    bench.cloud.after.append(in_time)
    ran = bench.run(words)
    sound(ran)
    assert (ran.code, ran.out, list(ran.writes)) == (0, first.out, []), ran.err
    assert f"cluster: {state}" in ran.err
    count("CLUSTERS LEFT", state, tried=1, outcome=["waited for"])

"""Blockers of a move, one at a time: each is found, dealt with by what is printed, and then the cluster moves.

Each is put into a cluster that is ready to move. The dry run must find it by its own rule, and by no other; the first
commands that it prints are typed as they stand; then the same dry run finds nothing of it, and the move is proven.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import (
    CLUSTER,
    CORP,
    DATA,
    IDENTITY,
    NODES,
    NSG,
    OWN_TABLE,
    calico,
    cluster,
    network,
    own_network,
    pool,
)
from tests.cli.test_check_faults import kept, without_rights
from tests.cli.test_migrate import MOVE, proven
from tests.cli.test_rights import assign, custom_role
from tests.loopback.aks import node_routes
from tests.loopback.aks.mishaps import Mishaps
from tests.loopback.callers.client import SUB
from tests.support.printed import commands

pytestmark = pytest.mark.usefixtures("free_waits")
DRY = "kubenet migrate -g shop -n kube --accept-risk cluster-not-inspected policy-gap"
NODE_GROUP = f"{SUB}/resourceGroups/MC_shop_kube_westeurope"


class Blocker(NamedTuple):
    """A blocker, or a consequence.

    what: it is, in words; shape: of the cluster; inject: puts it in; rule: that finds it, as an error unless it warns
    lasts: whether what is printed is for the time after the move, or for the user to decide
    """

    what: str
    shape: Callable[[Cloud], Mishaps]
    inject: Callable[[Cloud, Mishaps], Any]
    rule: str
    warns: bool = False
    lasts: bool = False


def nothing(_: Cloud, __: Mishaps) -> None:
    """The shape has it."""


def elsewhere(_: Cloud, at: Mishaps) -> None:
    at.put_table(at.table.text(), DATA)


def by_hand(cloud: Cloud, at: Mishaps) -> None:
    node_routes.put_route(cloud.arm.cloud, at.table, "to-office", "172.20.0.0/16", "10.30.9.9")


def reached(cloud: Cloud, at: Mishaps) -> None:
    node = at.nodes[0]
    has = {"addressPrefix": "10.244.0.0/24", "nextHopType": "VirtualAppliance", "nextHopIpAddress": node.address}
    body = {"location": "westeurope", "properties": {"routes": [{"name": "to-pods", "properties": has}]}}
    cloud.arm.put(OWN_TABLE, body)
    at.put_table(OWN_TABLE, DATA)


def narrow(cloud: Cloud) -> Mishaps:
    network(cloud)
    return cluster(cloud, pool("system", 3, NODES, most=40), podCidr="10.244.0.0/19", podCidrs=["10.244.0.0/19"])


def joins_alone(cloud: Cloud, at: Mishaps) -> None:
    without_rights(cloud, at)
    role = custom_role(cloud, ["subnets/read", "subnets/join/action"])
    principal = cloud.arm.cloud.store[IDENTITY]["properties"]["principalId"]
    assign(cloud, role, principal, CORP)
    cloud.arm.grant(principal, "Network Contributor", NSG)


def without_surge(cloud: Cloud) -> Mishaps:
    network(cloud, "10.30.1.0/28")
    return cluster(cloud, pool("system", 9, NODES, upgradeSettings={"maxSurge": "50%"}))


def channel(_: Cloud, at: Mishaps) -> None:
    at.body["properties"]["autoUpgradeProfile"] = {"upgradeChannel": "stable", "nodeOSUpgradeChannel": "None"}


BLOCKERS = (
    Blocker("the table is on another subnet", own_network, elsewhere, "route-table-elsewhere"),
    Blocker("the cluster is stopped", own_network, lambda _, at: at.stop(), "cluster-stopped"),
    Blocker("the last operation failed", own_network, lambda _, at: at.fail(), "cluster-state"),
    Blocker("a pool failed", own_network, lambda _, at: at.fail(pool="user"), "pool-state"),
    Blocker("the node resource group is locked", own_network, kept(NODE_GROUP, "CanNotDelete"), "locks"),
    Blocker("the identity may only join", own_network, joins_alone, "detach-rights"),
    Blocker("the surge does not fit", without_surge, nothing, "upgrade-room"),
    Blocker("the table is off the subnet", own_network, lambda _, at: at.lose_table(), "route-table-missing"),
    Blocker("routes by hand in AKS's table", own_network, by_hand, "routes-lost", warns=True, lasts=True),
    Blocker("routes to pods in another table", own_network, reached, "pods-reached-by-routes", warns=True),
    Blocker("AKS upgrades by itself", own_network, channel, "upgrade-scheduled", warns=True, lasts=True),
    Blocker("a policy engine", calico, nothing, "network-policy", warns=True, lasts=True),
)


def found(cloud: Cloud) -> set[str]:
    ran = cloud(f"{DRY} --dry-run -o json")
    assert "Traceback" not in ran.err
    every = ran.json["findings"]
    grave = {each["rule"] for each in every if each["severity"] == "error"}
    assert ran.code == int(bool(grave))
    return {each["rule"] for each in every if each["severity"] != "info"} - {"cluster-not-inspected", "policy-gap"}


@pytest.mark.parametrize("blocker", BLOCKERS, ids=lambda each: each.what.replace(" ", "-"))
def test_a_blocker_is_found_by_its_own_check_and_dealt_with_by_what_is_printed(cloud: Cloud, blocker: Blocker) -> None:
    at = blocker.shape(cloud)
    blocker.inject(cloud, at)
    cloud.arm.ledger.clear()
    dry = cloud(f"{DRY} --dry-run -o json")
    assert found(cloud) == {blocker.rule}, dry.err
    (finding,) = [each for each in dry.json["findings"] if each["rule"] == blocker.rule]
    assert (finding["severity"] == "warning") is blocker.warns
    assert not cloud.writes
    printed = commands(finding["recommendation"])
    assert printed
    for command in printed:
        ran = cloud.shell(command)
        assert ran.code == 0, f"{command}\n{ran.err}"
    if not blocker.lasts:
        assert found(cloud) == set()
        proven(cloud(f"{MOVE} -o json"))


def test_a_pod_cidr_that_is_too_small_grows_by_what_is_recommended(cloud: Cloud) -> None:
    narrow(cloud)
    dry = cloud(f"{DRY} --dry-run -o json")
    (finding,) = [each for each in dry.json["findings"] if each["severity"] == "error"]
    assert (dry.code, finding["rule"]) == (1, "pod-cidr-for-overlay")
    option = finding["recommendation"].removeprefix("use ")
    assert proven(cloud(f"{MOVE} {option} -o json"))["podCidr"] == option.split()[-1]


def test_the_identity_that_azure_gave_is_replaced_by_what_is_printed(cloud: Cloud) -> None:
    network(cloud)
    cluster(cloud, pool("system", 3, NODES), identity=None)
    shown = cloud.arm.cloud.shown(CLUSTER)
    assert shown is not None
    principal = str(shown["identity"]["principalId"])
    cloud.arm.grant(principal, "Network Contributor", CORP)
    dry = cloud(f"{DRY} --dry-run -o json")
    (finding,) = [each for each in dry.json["findings"] if each["severity"] == "error"]
    assert finding["rule"] == "identity-for-overlay"
    (command,) = commands(finding["recommendation"])
    made = cloud.shell(f"{command} --query id -o tsv")
    assert made.code == 0, made.err
    identity = made.out.strip()
    assert cloud(f"{MOVE} --assign-identity {identity} -o none").code == 0
    dry = cloud(f"{DRY} --dry-run -o json")
    assert "identity-is-new" in {each["rule"] for each in dry.json["findings"]}
    proven(cloud(f"{MOVE} -o json"))

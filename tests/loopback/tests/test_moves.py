"""A cluster moves from kubenet to Azure CNI Overlay, or stops halfway and goes on. What is refused at once is in the
tables of test_refusals.
"""

from __future__ import annotations

from typing import Any

import pytest

from ..aks.mishaps import Mishaps
from ..aks.moves import BESIDE
from ..callers.client import SUB, Client, Reply
from ..core.store import Body
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, SUBNET, TABLE, overlay
from ..server.server import LoopbackArm
from .refusal_row import own_table

World = dict[str, Any]
GROUP = "resourceGroups/MC_g_c_westeurope"
SETS = GROUP + "/providers/Microsoft.Compute/virtualMachineScaleSets"
AKS_SUBNET = GROUP + "/providers/Microsoft.Network/virtualNetworks"
TAG = "aks-managed-azure-cni-overlay"
SECOND = {"name": "second", "count": 4, "vmSize": "Standard_D2s_v5", "mode": "User"}


def make(arm: LoopbackArm, client: Client, world: World, pools: int = 1, **profile: Any) -> Mishaps:
    """The cluster of the small world, with so many pools."""
    body = bodies.cluster(world["subnet"], world["identity"], **profile)
    if pools > 1:
        subnet = {"vnetSubnetID": world["subnet"]} if world["subnet"] else {}
        body["properties"]["agentPoolProfiles"].append({**SECOND, **subnet})
    client.done("PUT", CLUSTER, body, version=AKS_VERSION)
    return Mishaps(arm.cloud, f"{SUB}/{CLUSTER}")


def put(client: Client, **profile: Any) -> Reply:
    """Ask for the move, as a read-modify-write does."""
    reply = client.put(CLUSTER, overlay(client.get(CLUSTER).body, **profile), version=AKS_VERSION)
    assert reply.status == 200, reply.body
    return reply


def move(client: Client, **profile: Any) -> Body:
    """The same, waited for; the operation's last body."""
    found: Body = client.wait(put(client, **profile)).body
    return found


def states(body: Body) -> list[str]:
    """Of the cluster, and of each pool."""
    pools = body["properties"]["agentPoolProfiles"]
    return [body["properties"]["provisioningState"], *(pool["provisioningState"] for pool in pools)]


def tagged(client: Client) -> dict[str, list[bool]]:
    """By pool: whether the scale set has the tag of Overlay, and each of its instances."""
    found = {}
    for each in client.get(SETS).body["value"]:
        machines = client.get(each["id"] + "/virtualMachines").body["value"]
        found[each["tags"]["aks-managed-poolName"]] = [TAG in one["tags"] for one in (each, *machines)]
    return found


def names(client: Client, table: str) -> list[str]:
    """The routes of a table."""
    return [each["name"] for each in client.get(table).body["properties"]["routes"]]


def own(arm: LoopbackArm, world: World) -> str:
    """A table of the user's on the subnet, with a default route; its id."""
    own_table(arm, world)
    arm.grant(world["principal"], "Network Contributor", f"{SUB}/{TABLE}")
    hop = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.9.9.9"}
    arm.put(f"{SUB}/{TABLE}/routes/out", {"properties": hop})
    return f"{SUB}/{TABLE}"


# -- the good end


def test_the_profile_shows_the_move_at_once_and_nothing_else_does(
    arm: LoopbackArm, client: Client, world: World
) -> None:
    cluster = make(arm, client, world)
    before, table = client.get(CLUSTER).body, cluster.table.text()
    nodes = [node.name for node in cluster.nodes]
    reply = put(client)
    profile = reply.body["properties"]["networkProfile"]
    assert (profile["networkPlugin"], profile["networkPluginMode"], profile["networkDataplane"]) == (
        "azure",
        "overlay",
        "azure",
    )
    assert states(reply.body) == ["Updating", "Updating"]
    assert reply.body["eTag"] != before["eTag"]
    assert "azure-asyncoperation" in reply.headers
    assert tagged(client) == {"nodepool1": [False] * 4}
    assert len(names(client, table)) == 3
    assert client.wait(reply).body["status"] == "Succeeded"
    after = client.get(CLUSTER).body
    assert (states(after), tagged(client)) == (["Succeeded", "Succeeded"], {"nodepool1": [True] * 4})
    assert [node.name for node in cluster.nodes] == nodes
    assert after["properties"]["agentPoolProfiles"][0]["maxPods"] == 110
    assert after["eTag"] not in (before["eTag"], reply.body["eTag"])
    assert client.get(table).status == 404
    assert "routeTable" not in client.get(SUBNET).body["properties"]


def test_a_stopped_cluster_is_not_moved(arm: LoopbackArm, client: Client, world: World) -> None:
    """existing-clusters R33."""
    make(arm, client, world).stop()
    reply = client.put(CLUSTER, overlay(client.get(CLUSTER).body), version=AKS_VERSION)
    assert (reply.status, reply.code) == (409, "OperationNotAllowed")


def test_in_the_network_of_aks_any_identity_may_move(arm: LoopbackArm, client: Client, world: World) -> None:
    make(arm, client, {**world, "subnet": None, "identity": None})
    assert move(client)["status"] == "Succeeded"
    (network,) = client.get(AKS_SUBNET).body["value"]
    assert "routeTable" not in network["properties"]["subnets"][0]["properties"]
    assert client.get(GROUP + "/providers/Microsoft.Network/routeTables").body["value"] == []


@pytest.mark.parametrize(("outbound", "stays"), [("loadBalancer", False), ("userDefinedRouting", True)])
def test_a_table_of_the_users_is_kept(
    arm: LoopbackArm, client: Client, world: World, outbound: str, stays: bool
) -> None:
    table = own(arm, world)
    make(arm, client, world, outboundType=outbound)
    assert len(names(client, table)) == 4
    assert move(client)["status"] == "Succeeded"
    assert names(client, table) == ["out"]
    assert ("routeTable" in client.get(SUBNET).body["properties"]) is stays


def test_the_pod_range_may_change_with_the_move_alone(arm: LoopbackArm, client: Client, world: World) -> None:
    """existing-clusters K28."""
    make(arm, client, world)
    move(client, podCidr="100.64.0.0/16")
    body = client.get(CLUSTER).body
    assert body["properties"]["networkProfile"]["podCidrs"] == ["100.64.0.0/16"]
    again = client.put(CLUSTER, overlay(body, podCidr="100.96.0.0/16"), version=AKS_VERSION)
    assert again.code == "PropertyChangeNotAllowed"


def test_a_moved_cluster_scales_and_goes_without_routes(arm: LoopbackArm, client: Client, world: World) -> None:
    cluster = make(arm, client, world)
    move(client)
    cluster.scale(5)
    assert tagged(client) == {"nodepool1": [True] * 6}
    client.done("DELETE", CLUSTER)
    assert client.get(CLUSTER).status == 404


def test_without_the_option_a_system_assigned_identity_moves_an_own_subnet(world: World) -> None:
    with LoopbackArm(move_wants_identity=False) as arm:
        client, small = Client(arm), bodies.small_world(arm, SUB)
        make(arm, client, {**small, "identity": None})
        assert move(client)["status"] == "Succeeded"
        client.close()


@pytest.mark.parametrize("shown", [True, False])
def test_an_error_beside_success_means_nothing(world: World, shown: bool) -> None:
    """existing-clusters K16: judge by the status alone."""
    with LoopbackArm(move_with_error=shown) as arm:
        client, small = Client(arm), bodies.small_world(arm, SUB)
        make(arm, client, small)
        reply = put(client)
        for status in ("InProgress", "Succeeded"):
            body = client.get(reply.headers["azure-asyncoperation"]).body
            assert (body["status"], body.get("error")) == (status, BESIDE if shown else None)
        client.close()


def test_a_cluster_that_was_changed_since_is_not_moved(arm: LoopbackArm, client: Client, world: World) -> None:
    cluster = make(arm, client, world)
    seen = client.get(CLUSTER).body
    client.done("PATCH", CLUSTER, {"tags": {"a": "b"}})
    reply = client.put(CLUSTER, overlay(seen), version=AKS_VERSION, If_Match=seen["eTag"])
    assert (reply.status, cluster.body["properties"]["networkProfile"]["networkPlugin"]) == (412, "kubenet")
    now = client.get(CLUSTER).body
    assert client.put(CLUSTER, overlay(now), version=AKS_VERSION, If_Match=now["eTag"]).status == 200


# -- halfway


def test_a_move_that_failed_is_half_done_and_goes_on(arm: LoopbackArm, client: Client, world: World) -> None:
    cluster = make(arm, client, world, pools=2)
    cluster.fail_next_move("VMExtensionError", "no way out", pool="nodepool1")
    sent = overlay(client.get(CLUSTER).body)
    ended = client.wait(client.put(CLUSTER, sent, version=AKS_VERSION)).body
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "VMExtensionError")
    body = client.get(CLUSTER).body
    assert states(body) == ["Failed", "Failed", "Succeeded"]
    assert body["properties"]["networkProfile"]["networkPluginMode"] == "overlay"
    first = body["properties"]["agentPoolProfiles"][0]
    for each in (body["properties"], first):
        assert each["status"]["provisioningError"] == {"code": "VMExtensionError", "message": "no way out"}
    assert tagged(client) == {"nodepool1": [False] * 4, "second": [True] * 5}
    assert [name.split("-")[1] for name in names(client, cluster.table.text())] == ["nodepool1"] * 2
    table = cluster.table.text()
    assert client.wait(client.put(CLUSTER, sent, version=AKS_VERSION)).body["status"] == "Succeeded"
    body = client.get(CLUSTER).body
    assert (states(body), tagged(client)["nodepool1"]) == (["Succeeded"] * 3, [True] * 4)
    assert "status" not in body["properties"]
    assert client.get(table).status == 404


@pytest.mark.parametrize(
    ("level", "place"), [("CanNotDelete", GROUP), ("ReadOnly", GROUP), ("ReadOnly", SUBNET)], ids=str
)
def test_a_lock_fails_the_move_until_it_is_gone(
    arm: LoopbackArm, client: Client, world: World, level: str, place: str
) -> None:
    make(arm, client, world)
    lock = f"{SUB}/{place}/providers/Microsoft.Authorization/locks/l"
    arm.put(lock, {"properties": {"level": level}})
    ended = move(client)
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "ScopeLocked")
    assert states(client.get(CLUSTER).body) == ["Failed", "Failed"]
    assert tagged(client) == {"nodepool1": [False] * 4}
    del arm.state[lock]
    assert move(client)["status"] == "Succeeded"


def test_no_room_for_the_surge_of_all_pools_fails_the_move(arm: LoopbackArm, client: Client, world: World) -> None:
    small = arm.put(world["network"] + "/subnets/small", bodies.subnet("192.168.9.0/28"))["id"]
    arm.grant(world["principal"], "Network Contributor", small)
    settings = {"upgradeSettings": {"maxSurge": "100%"}}
    cluster = make(arm, client, {**world, "subnet": small}, count=6, pool=settings)
    ended = move(client)
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "SubnetIsFull")
    assert len(cluster.routes) == 6
    mended = client.get(CLUSTER).body
    mended["properties"]["agentPoolProfiles"][0]["upgradeSettings"] = {"maxSurge": "33%"}
    assert client.wait(client.put(CLUSTER, mended, version=AKS_VERSION)).body["status"] == "Succeeded"


def test_a_disruption_budget_fails_whatever_rolls_the_nodes(arm: LoopbackArm, client: Client, world: World) -> None:
    cluster = make(arm, client, world, pools=2)
    cluster.block_drain("nodepool1")
    for _ in range(2):
        ended = move(client)
        assert (ended["status"], ended["error"]["code"]) == ("Failed", "UpgradeFailed")
        assert states(client.get(CLUSTER).body) == ["Failed", "Failed", "Succeeded"]
    cluster.let_drain()
    assert move(client)["status"] == "Succeeded"
    cluster.block_drain("nodepool1")
    assert move(client, networkPolicy="calico")["error"]["code"] == "UpgradeFailed"


def test_a_move_is_aborted_and_goes_on(arm: LoopbackArm, client: Client, world: World) -> None:
    """existing-clusters K41."""
    make(arm, client, world, pools=2)
    moving = put(client)
    aborted = client.send("POST", CLUSTER + "/abort")
    assert (aborted.status, aborted.body) == (202, None)
    assert {"azure-asyncoperation", "location"} <= set(aborted.headers)
    assert client.get(CLUSTER).body["properties"]["provisioningState"] == "Canceling"
    client.wait(aborted)
    ended = client.get(moving.headers["azure-asyncoperation"]).body
    assert (ended["status"], ended["error"]["code"]) == ("Canceled", "Canceled")
    assert states(client.get(CLUSTER).body) == ["Canceled", "Succeeded", "Canceled"]
    assert tagged(client) == {"nodepool1": [True] * 4, "second": [False] * 5}
    assert client.send("POST", CLUSTER + "/abort").status == 409
    assert move(client)["status"] == "Succeeded"


def test_a_move_that_is_canceled_leaves_the_cluster_so(arm: LoopbackArm, client: Client, world: World) -> None:
    make(arm, client, world).cancel_next_move()
    assert move(client)["status"] == "Canceled"
    assert states(client.get(CLUSTER).body) == ["Canceled", "Canceled"]


def test_a_policy_engine_goes_and_comes_with_all_nodes(arm: LoopbackArm, client: Client, world: World) -> None:
    """existing-clusters K21, K44, K45: Updating, with no error beside it."""
    make(arm, client, world, networkPolicy="calico")
    body = client.get(CLUSTER).body
    body["properties"]["networkProfile"]["networkPolicy"] = "none"
    reply = client.put(CLUSTER, body, version=AKS_VERSION)
    assert (states(reply.body), "error" in client.wait(reply).body) == (["Updating", "Updating"], False)
    move(client)
    for profile in ({"networkPolicy": "calico"}, {"networkPolicy": "cilium", "networkDataplane": "cilium"}):
        assert states(put(client, **profile).body) == ["Updating", "Updating"]
        client.get(CLUSTER)  # a look
    assert client.get(CLUSTER).body["properties"]["networkProfile"]["networkDataplane"] == "cilium"

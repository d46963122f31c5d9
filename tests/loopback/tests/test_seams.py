"""Who may do what, the ledger, the control door, and the seam for faults."""

from __future__ import annotations

from typing import Any

import pytest

from ..authorization.roles import NETWORK_CONTRIBUTOR
from ..callers.client import SUB, Client
from ..core import ids
from ..core.options import CALLER_OBJECT
from ..core.wire import Answer, Call, Drop
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, IDENTITY, NET, SUBNET
from ..server.server import LoopbackArm

World = dict[str, Any]


# -- who may do what


def test_the_caller_s_permissions_are_told_and_enforced() -> None:
    with LoopbackArm(caller_role="Reader") as arm:
        bodies.small_world(arm, SUB)
        client = Client(arm)
        told = client.get(NET + "/providers/Microsoft.Authorization/permissions").body["value"]
        assert told == [{"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}]
        reply = client.put(NET + "/subnets/x", bodies.subnet("192.168.9.0/24"))
        assert (reply.status, reply.code) == (403, "AuthorizationFailed")
        arm.grant(CALLER_OBJECT, "Network Contributor", f"{SUB}/{NET}")
        assert client.put(NET + "/subnets/x", bodies.subnet("192.168.9.0/24")).status == 201
        client.close()


def test_the_caller_must_be_allowed_to_join_and_to_assign() -> None:
    """azure-facts I12: who may write clusters may not yet use the subnet and the identity."""
    with LoopbackArm(caller_role="") as arm:
        world = bodies.small_world(arm, SUB)
        client = Client(arm)
        cluster = bodies.cluster(world["subnet"], world["identity"])
        codes = []
        for role, scope in (
            ("Reader", SUB),
            ("Contributor", SUB + "/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"),
            ("Managed Identity Operator", world["identity"]),
            ("Network Contributor", world["subnet"]),
        ):
            codes.append(client.put(CLUSTER, cluster, version=AKS_VERSION).code)
            arm.grant(CALLER_OBJECT, role, scope)
        codes.append(client.put(CLUSTER, cluster, version=AKS_VERSION).code)
        client.close()
    linked = "LinkedAuthorizationFailed"
    assert codes == ["AuthorizationFailed", "AuthorizationFailed", linked, linked, ""]


def test_an_owner_may_do_everything(client: Client, world: World) -> None:
    assert client.get(NET + "/providers/Microsoft.Authorization/permissions").body["value"][0]["actions"] == ["*"]


def test_a_request_without_a_token_is_refused(client: Client) -> None:
    assert client.send("GET", SUB + "/resourceGroups", Authorization="Basic x").code == "AuthenticationFailed"


def test_roles_are_found_at_their_scope_above_and_below(client: Client, world: World) -> None:
    def principals(scope: str, condition: str = "") -> list[str]:
        path = "{}/providers/Microsoft.Authorization/roleAssignments{}".format(
            scope, "?$filter=" + condition if condition else ""
        )
        return [item["properties"]["principalId"] for item in client.get(path).body["value"]]

    assert principals(SUBNET) == [CALLER_OBJECT, world["principal"]] == principals(NET)
    assert principals(NET, "atScope()") == [CALLER_OBJECT]
    assert principals(NET, "principalId eq '{}'".format(world["principal"])) == [world["principal"]]
    assert principals(SUBNET, "atScope() and assignedTo('{}')".format(world["principal"])) == [world["principal"]]


# -- the ledger, the doors, the seam


def test_the_ledger_tells_reads_from_writes(arm: LoopbackArm, client: Client, world: World) -> None:
    client.get(NET)
    client.done("PUT", NET + "/subnets/x", bodies.subnet("192.168.9.0/24"))
    client.send("POST", "/v1.0/directoryObjects/getByIds", {"ids": []})
    assert [entry.path.rpartition("/")[2] for entry in arm.ledger.writes()] == ["x"]
    assert arm.ledger.writes()[0].body == bodies.subnet("192.168.9.0/24")
    arm.ledger.clear()
    assert len(arm.ledger) == 0


def test_the_control_door_serves_another_process(client: Client) -> None:
    seeded = client.send(
        "POST",
        "/loopback/seed",
        {SUB + "/resourceGroups/g": bodies.group(), f"{SUB}/{NET}": bodies.network("10.0.0.0/8")},
    )
    assert seeded.status == 200
    client.put(IDENTITY, {"location": "westeurope"})
    role = {
        "properties": {"roleDefinitionId": "x/roleDefinitions/" + NETWORK_CONTRIBUTOR, "principalId": CALLER_OBJECT}
    }
    assignment = f"{SUB}/{NET}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111"
    assert client.send("POST", "/loopback/seed", {assignment: role}).status == 200
    told = client.get("/loopback/ledger").body
    assert [entry["status"] for entry in told] == [201]
    assert client.delete("/loopback/ledger").status == 204
    assert client.get("/loopback/ledger").body == []
    assert client.get("/loopback/other").status == 404


def test_a_seeded_resource_of_any_type_is_there(arm: LoopbackArm, world: World) -> None:
    arm.put(
        SUB + "/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
        {"location": "westeurope", "properties": {}},
    )
    assert arm.state[SUB + "/RESOURCEGROUPS/g/providers/Microsoft.Storage/storageAccounts/a"]["name"] == "a"


def test_a_fault_answers_before_or_after_the_deed(arm: LoopbackArm, client: Client, world: World) -> None:
    def busy(call: Call) -> Answer | None:
        return Answer(429, {"error": {"code": "RetryableError", "message": ""}}) if call.method == "PUT" else None

    def lost(call: Call, answer: Answer) -> Answer | None:
        return Answer(504, {"error": {"code": "GatewayTimeout", "message": ""}}) if call.method == "PUT" else None

    arm.before.append(busy)
    assert client.put(NET + "/subnets/x", bodies.subnet("192.168.9.0/24")).code == "RetryableError"
    assert client.get(NET + "/subnets/x").status == 404
    arm.before.clear()
    arm.after.append(lost)
    assert client.put(NET + "/subnets/x", bodies.subnet("192.168.9.0/24")).status == 504
    assert client.get(NET + "/subnets/x").status == 200


def test_a_fault_drops_the_connection(arm: LoopbackArm, client: Client, world: World) -> None:
    def drop(call: Call) -> Answer | None:
        raise Drop

    arm.before.append(drop)
    with pytest.raises(OSError):
        client.get(NET)
    assert arm.ledger[-1].status == 0


def test_ids_are_taken_apart_and_put_together() -> None:
    rid = ids.parse("/subscriptions/S/resourcegroups/G/providers/Microsoft.Network/virtualNetworks/N/subnets")
    assert rid
    assert rid.is_collection
    assert rid.parent
    assert rid.parent.name == "N"
    assert rid.type == "Microsoft.Network/virtualNetworks/subnets"
    assert ids.parse("/nonsense") is None
    assert ids.covers("/a/b", "/A/B/c")
    assert not ids.covers("/a/b", "/a/bc")


def test_a_contributor_may_not_give_roles() -> None:
    with LoopbackArm(caller_role="Contributor") as arm:
        world = bodies.small_world(arm, SUB)
        client = Client(arm)
        role = {"roleDefinitionId": "x/roleDefinitions/" + NETWORK_CONTRIBUTOR, "principalId": world["principal"]}
        name = "11111111-1111-4111-8111-111111111111"
        path = f"{NET}/providers/Microsoft.Authorization/roleAssignments/{name}"
        assert client.put(path, {"properties": role}).code == "AuthorizationFailed"
        assert client.put(NET + "/subnets/x", bodies.subnet("192.168.9.0/24")).status == 201
        client.close()


def test_no_secret_is_printed(arm: LoopbackArm, client: Client, world: World) -> None:
    principal = arm.cloud.directory.add_service_principal("p")
    arm.grant(principal["id"], "Network Contributor", world["subnet"])
    cluster = bodies.cluster(world["subnet"], None)
    del cluster["identity"]
    cluster["properties"]["servicePrincipalProfile"] = {"clientId": principal["appId"], "secret": "hush-hush"}
    assert client.put(CLUSTER, cluster, version=AKS_VERSION).status == 201
    assert arm.ledger[-1].body == cluster
    assert "hush" not in str(arm.ledger) + repr(arm.ledger[-1]) + str(client.get("/loopback/ledger").body)
    assert "hush" not in str(dict(arm.state))

"""Creations that Azure takes and that fail afterwards: the operation ends as Failed, and the cluster stays so. That
they do is documented or reported; the codes are our model (see aks.late).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..callers.client import SUB, Client
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET, SUBNET
from ..server.server import LoopbackArm
from . import refusals_rules
from .refusal_row import own_table
from .refusals_links import ZONE, private, zone

World = dict[str, Any]
Before = Callable[[LoopbackArm, World], object]
PROVIDER = SUB + "/resourceGroups/g/providers/Microsoft.Network/"
RULE = {
    "direction": "Outbound",
    "protocol": "*",
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationPortRange": "*",
}


def rules(*each: tuple[str, str, str]) -> Before:
    """A security group on the subnet, with rules of (access, target, port) in their order."""

    def make(arm: LoopbackArm, world: World) -> None:
        made = [
            {
                "name": f"rule{number}",
                "properties": {
                    **RULE,
                    "priority": 100 + number,
                    "access": access,
                    "destinationAddressPrefix": target,
                    "destinationPortRange": port,
                },
            }
            for number, (access, target, port) in enumerate(each)
        ]
        path = PROVIDER + "networkSecurityGroups/sg"
        group = arm.put(path, {"location": "westeurope", "properties": {"securityRules": made}})
        arm.put(world["subnet"], bodies.subnet("192.168.1.0/24", networkSecurityGroup={"id": group["id"]}))

    return make


def _own_dns(arm: LoopbackArm, world: World) -> None:
    own_table(arm, world)
    arm.grant(world["principal"], "Network Contributor", PROVIDER + "routeTables/t")
    arm.state[world["network"]]["properties"]["dhcpOptions"] = {"dnsServers": ["10.1.0.4"]}


def created(client: Client, body: Any) -> str:
    """Create the cluster: the code that the operation ends with, "" for none."""
    reply = client.put(CLUSTER, body, version=AKS_VERSION)
    assert reply.status == 201, reply.body
    ended = client.wait(reply).body
    state = client.get(CLUSTER).body["properties"]["provisioningState"]
    assert state == ended["status"]
    return str(ended.get("error", {}).get("code", ""))


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (refusals_rules.lock("ReadOnly", f"{SUB}/{NET}"), "ScopeLocked"),
        (rules(("Deny", "Internet", "*")), "VMExtensionError_OutboundConnFail"),
        (rules(("Allow", "VirtualNetwork", "*"), ("Deny", "*", "443")), "VMExtensionError_OutboundConnFail"),
        (
            refusals_rules.policy(refusals_rules.BUILT_IN + "96670d01-0a4d-4649-9c89-2d3abc0a5025", tagName="team"),
            "ReconcileResourceGroupError",
        ),
    ],
    ids=[
        "a locked network (T4)",
        "no way out (H25)",
        "no way out on 443 (H25)",
        "a tag of the node group (T3)",
    ],
)
def test_fails_late(before: Before, code: str, arm: LoopbackArm, client: Client, world: World) -> None:
    before(arm, world)
    assert created(client, bodies.cluster(world["subnet"], world["identity"])) == code
    assert "routeTable" not in client.get(SUBNET).body["properties"]


@pytest.mark.parametrize(
    "before",
    [
        rules(("Deny", "Internet", "25")),
        rules(("Allow", "AzureCloud", "443"), ("Deny", "Internet", "*")),
        refusals_rules.lock("CanNotDelete", f"{SUB}/{NET}"),
    ],
    ids=["one port denied", "a part of the internet allowed before", "a lock on deletions"],
)
def test_does_not_fail_late(before: Before, arm: LoopbackArm, client: Client, world: World) -> None:
    before(arm, world)
    assert created(client, bodies.cluster(world["subnet"], world["identity"])) == ""


def test_what_failed_late_is_made_by_a_second_run(arm: LoopbackArm, client: Client, world: World) -> None:
    rules(("Deny", "Internet", "*"))(arm, world)
    body = bodies.cluster(world["subnet"], world["identity"])
    assert created(client, body)
    arm.put(world["subnet"], bodies.subnet("192.168.1.0/24"))
    reply = client.put(CLUSTER, body, version=AKS_VERSION)
    assert (reply.status, client.wait(reply).body["status"]) == (200, "Succeeded")
    assert "routeTable" in client.get(SUBNET).body["properties"]
    assert client.get(CLUSTER).body["properties"]["provisioningState"] == "Succeeded"


def test_own_dns_servers_and_an_own_table_hide_a_private_api_server(
    arm: LoopbackArm, client: Client, world: World
) -> None:
    """azure-facts H17."""
    _own_dns(arm, world)
    body = private(world["subnet"], world["identity"], "system")
    assert created(client, body) == "VMExtensionError_K8SAPIServerDNSLookupFail"


def test_a_zone_with_both_roles_is_taken(arm: LoopbackArm, client: Client, world: World) -> None:
    """azure-facts I17."""
    zone("Private DNS Zone Contributor", "Network Contributor")(arm, world)
    assert created(client, private(world["subnet"], world["identity"])) == ""
    link = {"location": "global", "properties": {"virtualNetwork": {"id": world["network"]}}}
    assert client.put(ZONE + "/virtualNetworkLinks/net", link).status == 201
    assert client.get(ZONE).body["properties"]["numberOfVirtualNetworkLinks"] == 1


def test_attaching_needs_linked_rights_where_the_server_is_told_so() -> None:
    """azure-facts I16: not verified, so no server does it by itself."""
    for told, code in ((False, ""), (True, "LinkedAuthorizationFailed")):
        with LoopbackArm(attaching_is_linked=told) as arm:
            world = bodies.small_world(arm, SUB)
            rules()(arm, world)
            client = Client(arm)
            assert created(client, bodies.cluster(world["subnet"], world["identity"])) == code
            client.close()


def test_a_lock_in_the_node_group_keeps_the_cluster(arm: LoopbackArm, client: Client, world: World) -> None:
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    refusals_rules.lock("CanNotDelete", f"{SUB}/resourceGroups/MC_g_c_westeurope")(arm, world)
    reply = client.send("DELETE", CLUSTER)
    assert client.wait(reply).body["error"]["code"] == "ScopeLocked"
    assert client.get(CLUSTER).status == 200


def test_a_locked_table_gets_no_routes(arm: LoopbackArm, client: Client, world: World) -> None:
    """azure-facts T4: routes stay unwritten; that the cluster is Succeeded all the same is our model."""
    own_table(arm, world)
    arm.grant(world["principal"], "Network Contributor", PROVIDER + "routeTables/t")
    refusals_rules.lock("ReadOnly", PROVIDER + "routeTables/t")(arm, world)
    assert created(client, bodies.cluster(world["subnet"], world["identity"])) == ""
    assert client.get(PROVIDER + "routeTables/t").body["properties"]["routes"] == []

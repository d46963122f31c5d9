"""What a network tells of the addresses that its subnets have left."""

from __future__ import annotations

from typing import Any

import pytest

from ..callers.client import SUB, Client
from ..core.options import CALLER_OBJECT
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET
from ..server.server import LoopbackArm

NETWORK = "resourceGroups/g/providers/Microsoft.Network"
World = dict[str, Any]


def usages(client: Client, network: str = NET) -> dict[str, tuple[int, int]]:
    """Used and usable addresses by the name of the subnet."""
    found = client.get(network + "/usages").body["value"]
    return {each["id"].rpartition("/")[2]: (each["currentValue"], each["limit"]) for each in found}


def test_an_empty_network_tells_what_its_subnets_can_give_out(client: Client, world: World) -> None:
    """The two limits are those of Microsoft's examples: 65,531 for a /16 and 251 for a /24."""
    client.done("PUT", NET + "9", bodies.network("10.0.0.0/8", large="10.1.0.0/16", small="10.2.0.0/24"))
    assert usages(client, NET + "9") == {"large": (0, 65531), "small": (0, 251)}
    client.done("PUT", NET + "9/subnets/GatewaySubnet", bodies.subnet("10.3.0.0/27"))
    assert usages(client, NET + "9")["GatewaySubnet"] == (-1, -1)
    (first, *_) = client.get(NET + "9/usages").body["value"]
    assert first["name"] == {"value": "SubnetSpace", "localizedValue": "Subnet size and usage"}
    assert first["unit"] == "Count"


def test_nodes_and_interfaces_are_counted(client: Client, world: World) -> None:
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"], 4), version=AKS_VERSION)
    configurations = [{"name": name, "properties": {"subnet": {"id": world["subnet"]}}} for name in ("a", "b")]
    interface = {"location": "westeurope", "properties": {"ipConfigurations": configurations}}
    client.done("PUT", NETWORK + "/networkInterfaces/nic", interface)
    assert usages(client) == {"s": (6, 251), "other": (0, 251)}


@pytest.mark.parametrize(
    ("properties", "used"),
    [
        ({"sku": {"name": "Standard_v2", "capacity": 3}}, 3),
        ({"autoscaleConfiguration": {"minCapacity": 2, "maxCapacity": 9}}, 2),
        ({}, 1),
    ],
)
def test_an_application_gateway_is_one_user_and_as_many_addresses_as_instances(
    arm: LoopbackArm, client: Client, world: World, properties: dict[str, Any], used: int
) -> None:
    place = {"properties": {"subnet": {"id": world["network"] + "/subnets/other"}}}
    inner = {**properties, "gatewayIPConfigurations": [{"name": "one", **place}]}
    gateway = f"{SUB}/{NETWORK}/applicationGateways/agw"
    arm.put(gateway, {"location": "westeurope", "properties": inner})
    assert usages(client)["other"] == (used, 251)
    users = client.get(NET + "/subnets/other").body["properties"]["ipConfigurations"]
    assert users == [{"id": gateway + "/gatewayIPConfigurations/one"}]
    frontends = [{"name": "private", **place}, {"name": "public", "properties": {"publicIPAddress": {"id": "/p"}}}]
    arm.put(gateway, {"location": "westeurope", "properties": {**inner, "frontendIPConfigurations": frontends}})
    assert usages(client)["other"] == (used + 1, 251)


def test_a_private_frontend_of_a_load_balancer_is_counted(arm: LoopbackArm, client: Client, world: World) -> None:
    inner = {"frontendIPConfigurations": [{"name": "f", "properties": {"subnet": {"id": world["subnet"]}}}]}
    arm.put(f"{SUB}/{NETWORK}/loadBalancers/lb", {"location": "westeurope", "properties": inner})
    assert usages(client)["s"] == (1, 251)


def test_to_read_them_takes_a_right_of_their_own() -> None:
    with LoopbackArm(caller_role="") as arm:
        bodies.small_world(arm, SUB)
        client = Client(arm)
        refused = client.get(NET + "/usages")
        arm.grant(CALLER_OBJECT, "Reader", f"{SUB}/{NET}")
        allowed = client.get(NET + "/usages")
        client.close()
    assert refused.code == "AuthorizationFailed"
    assert "'Microsoft.Network/virtualNetworks/usages/read'" in refused.body["error"]["message"]
    assert allowed.status == 200


def test_a_network_that_is_not_there_has_none(client: Client, world: World) -> None:
    assert client.get(NET + "7/usages").code == "ResourceNotFound"

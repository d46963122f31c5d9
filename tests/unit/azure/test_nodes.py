"""Names of nodes from ids and routes, and nodes as Azure shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_kubenet.azure.nodes import Node, is_of_a_node, node_of_instance, node_of_route, nodes_of
from azext_kubenet.azure.resource_id import ResourceId
from tests.support.paths import SHARED

GROUP = "/subscriptions/s/resourceGroups/MC_g_c_r/providers/Microsoft.Compute/virtualMachineScaleSets"

# the number of a machine, how its name ends
INSTANCES = (
    (0, "000000"), (9, "000009"), (10, "00000a"), (35, "00000z"), (36, "000010"), (71, "00001z"), (1296, "000100"),
)  # fmt: skip


@pytest.mark.parametrize(("number", "ending"), INSTANCES)
def test_a_machine_is_called_by_its_number_in_base_36(number: int, ending: str) -> None:
    machine = f"{GROUP}/aks-user-12345678-vmss/virtualMachines/{number}"
    assert node_of_instance(machine) == f"aks-user-12345678-vmss{ending}"
    assert node_of_instance(f"{machine}/networkInterfaces/x/ipConfigurations/i") == f"aks-user-12345678-vmss{ending}"


# the name of a route, the node that it leads to, whether it is a node's of AKS
ROUTES = (
    ("aks-user-12345678-vmss00000c____1024463024", "aks-user-12345678-vmss00000c", True),
    ("AKS-User-12345678-VMSS00000C____1024463024", "aks-user-12345678-vmss00000c", True),
    ("aks-user-12345678-vmss00000c", "aks-user-12345678-vmss00000c", True),
    ("aks-machine-xyz____102440024", "aks-machine-xyz", True),
    ("to-firewall", "to-firewall", False),
    ("aks-user-12345678-vmss", "aks-user-12345678-vmss", False),
    ("____", "", False),
)


@pytest.mark.parametrize(("name", "node", "of_a_node"), ROUTES)
def test_a_route_is_named_after_its_node(name: str, node: str, of_a_node: bool) -> None:
    assert (node_of_route(name), is_of_a_node(name)) == (node, of_a_node)


def test_a_subnet_shows_the_nodes_of_scale_sets_alone() -> None:
    shown = [
        f"{GROUP}/aks-user-12345678-vmss/virtualMachines/11/networkInterfaces/n/ipConfigurations/i",
        f"{GROUP}/other/virtualMachines/1/networkInterfaces/n/ipConfigurations/i",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/kubernetes-internal/x/y",
        "",
    ]
    assert nodes_of(map(ResourceId, shown)) == [Node("aks-user-12345678-vmss00000b", "", "user")]


@pytest.mark.parametrize("junk", [None, [], {}, "", 7, [None], [{}], {"ipAddresses": [{"ip": "x"}]}], ids=repr)
def test_junk_is_passed_over(junk: Any) -> None:
    for body in ({}, {"name": junk}, {"properties": junk}, {"properties": {"network": junk, "kubernetes": junk}}):
        assert Node.parse(body, "p").address == ""


def test_machines_that_were_recorded_have_a_name_and_an_address() -> None:
    path = SHARED / "azure" / "recorded" / "machines.jsonl"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    bodies = [json.loads(line)["response_body"] for line in path.read_text(encoding="utf-8").splitlines()]
    machines = [each for body in bodies for each in (body.get("value") or [body]) if "properties" in each]
    named = [Node.parse(each, "p") for each in machines]
    assert len(named) >= 6
    assert all(node.name.startswith("aks-") for node in named if node.address)
    assert sum(bool(node.address) for node in named) >= 5

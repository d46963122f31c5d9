"""What a peering says of the network at its other end, in each form that Azure shows."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.peerings import Peering
from azext_kubenet.azure.resource_id import ResourceId

GROUP = "/subscriptions/m/resourceGroups"
GATEWAY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw"


def network(name: str, group: str = "g") -> str:
    return f"{GROUP}/{group}/providers/Microsoft.Network/virtualNetworks/{name}"


def shown(name: str = "to-hub", remote: str = "", **more: Any) -> Peering:
    properties = {"remoteVirtualNetwork": {"id": remote or network("hub")}, "peeringState": "Connected", **more}
    return Peering.parse({"name": name, "properties": properties})


def space(*prefixes: str) -> dict[str, Any]:
    return {"addressPrefixes": [*prefixes], "ipamPoolPrefixAllocations": []}


# what it says, what Azure shows, the space that is peered
SPACES = (
    ("both spaces of a whole one", {"remoteAddressSpace": space("10.1.0.0/16"),
                                    "remoteVirtualNetworkAddressSpace": space("10.1.0.0/16", "10.2.0.0/16")},
     ("10.1.0.0/16", "10.2.0.0/16")),
    ("of peered subnets no more than these", {
        "peerCompleteVnets": False, "remoteSubnetNames": ["a"], "remoteAddressSpace": space("10.1.9.0/24"),
        "remoteVirtualNetworkAddressSpace": space("10.1.0.0/16")}, ("10.1.9.0/24",)),
    ("of peered subnets, shown in the newer place alone", {
        "peerCompleteVnets": False, "remoteVirtualNetworkAddressSpace": space("10.1.9.0/24")}, ("10.1.9.0/24",)),
    ("nothing of subnets that are peered by IPv6 alone", {
        "peerCompleteVnets": False, "enableOnlyIPv6Peering": True, "remoteAddressSpace": space("10.1.0.0/16")}, ()),
    ("all of a whole one, which the word for subnets does not narrow", {
        "peerCompleteVnets": True, "enableOnlyIPv6Peering": True, "remoteAddressSpace": space("10.1.0.0/16")},
     ("10.1.0.0/16",)),
    ("all of one that does not say whether it is whole, as it is then", {
        "enableOnlyIPv6Peering": True, "remoteAddressSpace": space("10.1.0.0/16")}, ("10.1.0.0/16",)),
    ("one that says that it is whole", {"peerCompleteVnets": True, "enableOnlyIPv6Peering": False,
                                        "remoteAddressSpace": space("10.1.0.0/16")}, ("10.1.0.0/16",)),
)  # fmt: skip


@pytest.mark.parametrize(("properties", "prefixes"), [row[1:] for row in SPACES], ids=[row[0] for row in SPACES])
def test_the_space_that_is_peered(properties: dict[str, Any], prefixes: tuple[str, ...]) -> None:
    assert shown(**properties).prefixes == prefixes


def test_the_gateways_that_serve_the_network_are_named_once_and_nothing_else_is_one() -> None:
    ids = [{"id": GATEWAY}, {"id": GATEWAY.upper()}, {"id": network("hub")}, {"id": ""}, {}]
    assert shown(useRemoteGateways=True, remoteGateways=ids).gateways == (ResourceId(GATEWAY),)


# name of the peering, name and group of the network, whether it leads to a virtual hub, the hub's name
HUBS = (
    ("RemoteVnetToHubPeering_148e6504-86b9-4335-b16e-4cfd42cab5ca", "HV_vwan-hub-contoso-wes_9c4113d9",
     "RG_vwan-hub-contoso-westus_1c3ace10-a074-46b2-8009-0da68b4505c2", True, "vwan-hub-contoso-westus"),
    ("renamed", "HV_my_hub_9242ce03-1745-4a20-ac27-0df11fa5f048", "RG_my_hub_053f87d4-bfd8-4ba5-b313-3a59d84f7e33",
     True, "my_hub"),
    ("RemoteVnetToHubPeering_148e6504-86b9-4335-b16e-4cfd42cab5ca", "other", "g", True, ""),
    ("to-hub", "hub", "g", False, ""),
    ("to-lab", "HV_cluster01", "g", False, ""),
    ("to-lab", "HV_cluster01", "RG_lab_053f87d4-bfd8-4ba5-b313-3a59d84f7e33", False, ""),
    ("to-lab", "HV_cluster_20240131", "RG_other_053f87d4-bfd8-4ba5-b313-3a59d84f7e33", False, ""),
    ("RemoteVnetToHubPeering_of_mine", "core", "g", False, ""),
)  # fmt: skip


@pytest.mark.parametrize(("name", "remote", "group", "leads", "hub"), HUBS, ids=[row[0] for row in HUBS])
def test_a_virtual_hub_is_known_by_the_names_that_azure_gives(
    name: str, remote: str, group: str, leads: bool, hub: str
) -> None:
    peering = shown(name, network(remote, group))
    assert (peering.leads_to_virtual_hub, peering.virtual_hub) == (leads, hub)

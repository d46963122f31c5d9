"""Peerings as Azure shows them: of whole networks, of some subnets, and of IPv6 alone. Pure."""

import re
from typing import NamedTuple

from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.properties import address_space, id_of, ipv4
from azext_kubenet.azure.resource_id import GATEWAY, ResourceId

#: Azure's words for a peering that lost its other side, and for one of which the other side is not there yet.
_DISCONNECTED, _INITIATED = "disconnected", "initiated"
#: What is peered, and what the other network has by now, which the peering may not have followed yet.
_PEERED, _CURRENT = "remoteAddressSpace", "remoteVirtualNetworkAddressSpace"
#: What Azure calls the spoke's side of a connection to a virtual hub, and the network behind it, which is in a
#: subscription of Microsoft's: MicrosoftDocs/azure-docs#107338. People name networks of theirs HV_..., too (Hyper-V).
_ID = "[0-9a-f]{8}-[0-9a-f-]{27}"
_TO_HUB = re.compile(f"RemoteVnetToHubPeering_{_ID}", re.IGNORECASE)
_HUB_NETWORK = re.compile("HV_(.+)_[0-9a-f-]{8,36}", re.IGNORECASE)
#: Its resource group, which has the whole name of the hub; the network has its beginning.
_HUB_GROUP = re.compile(f"RG_(.+)_{_ID}", re.IGNORECASE)


class Peering(NamedTuple):
    """One side of a peering.

    remote: id of the other network
    prefixes: the IPv4 space that is peered, as this side last saw it
    connected: whether traffic flows
    forwarded: whether traffic is taken that the other network only passes on
    remote_gateways: whether the other network's gateway serves this one
    state: Azure's word, such as Initiated while the other side is missing
    gateways: ids of the other network's gateways, where they serve this one
    subnets: names of the other network's subnets that are peered, where it is not peered as a whole
    whole: whether the networks are peered as a whole, and so all of their space
    ipv6_alone: whether it joins the IPv6 space alone
    """

    name: str
    remote: ResourceId
    prefixes: tuple[str, ...]
    connected: bool = True
    forwarded: bool = False
    remote_gateways: bool = False
    state: str = ""
    gateways: tuple[ResourceId, ...] = ()
    subnets: tuple[str, ...] = ()
    whole: bool = True
    ipv6_alone: bool = False

    @classmethod
    def parse(cls, body: Json) -> "Peering":
        """Parse a peering. The other network's space may have changed since: the network itself knows it better.

        Of peered subnets Azure routes no more than these: the rest of both networks may even overlap.
        https://learn.microsoft.com/azure/virtual-network/how-to-configure-subnet-peering
        """
        has = within(body, "properties")
        state = text(has, "peeringState")
        whole = has.get("peerCompleteVnets") is not False
        peered, current = (address_space(has, key) for key in (_PEERED, _CURRENT))
        # "Whether only Ipv6 address space is peered for subnet peering": of a whole one it says nothing.
        alone = not whole and has.get("enableOnlyIPv6Peering") is True
        prefixes = ipv4((*current, *peered)) if whole else peered or current
        gateways = (ResourceId(text(each, "id")) for each in items(has, "remoteGateways"))
        return cls(
            name=text(body, "name"),
            remote=id_of(has, "remoteVirtualNetwork"),
            prefixes=() if alone else prefixes,
            connected=state.lower() in ("", "connected"),
            forwarded=has.get("allowForwardedTraffic") is True,
            remote_gateways=has.get("useRemoteGateways") is True,
            state=state,
            gateways=tuple(dict.fromkeys(each for each in gateways if each.is_a(GATEWAY))),
            subnets=() if whole else tuple(texts(has, "remoteSubnetNames")),
            whole=whole,
            ipv6_alone=alone,
        )

    @property
    def lost(self) -> bool:
        """Whether the other side was taken away, so that nothing comes of this one as it is."""
        return self.state.lower() == _DISCONNECTED

    @property
    def waits(self) -> bool:
        """Whether the other side is not there yet."""
        return self.state.lower() == _INITIATED

    @property
    def leads_to_virtual_hub(self) -> bool:
        """Whether it is what a spoke shows of its connection to a virtual hub, by the names that Azure gives it."""
        return bool(_TO_HUB.fullmatch(self.name) or self.virtual_hub)

    @property
    def virtual_hub(self) -> str:
        """The name of the virtual hub, "" where it does not follow from those of the network and its group."""
        network, group = _HUB_NETWORK.fullmatch(self.remote.name), _HUB_GROUP.fullmatch(self.remote.group)
        is_one = network and group and group.group(1).lower().startswith(network.group(1).lower())
        return group.group(1) if group and is_one else ""

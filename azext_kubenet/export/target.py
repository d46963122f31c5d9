"""Where a plan is to be carried out: what everything is called, and what is there already."""

from dataclasses import dataclass

from azext_kubenet.addressing.planner.plan_result import TargetNetwork


@dataclass(frozen=True)
class Target:  # pylint: disable=too-many-instance-attributes
    """Names, and what exists.

    group: the cluster's resource group; location: a region, None for the one of the resource group or the network;
    vnet, subnet: empty for what `az kubenet create` calls them; vnet_group: the network's resource group, None for the
    cluster's; subscription: None for the one that is current when the file is used.
    """

    group: str = "kubenet-group"
    cluster: str = "kubenet-cluster"
    location: str | None = None
    vnet: str = ""
    subnet: str = ""
    vnet_group: str | None = None
    vnet_exists: bool = False
    subnet_exists: bool = False
    subscription: str | None = None

    @property
    def network_name(self) -> str:
        """The virtual network."""
        return self.vnet or f"{self.cluster}-vnet"

    @property
    def subnet_name(self) -> str:
        """The subnet of the nodes."""
        return self.subnet or f"{self.cluster}-subnet"

    @property
    def identity_name(self) -> str:
        """The user-assigned identity."""
        return f"{self.cluster}-identity"

    @property
    def new_network(self) -> bool:
        """Whether the network is to be made, and the subnet with it."""
        return not (self.vnet_exists or self.subnet_exists)

    @property
    def new_subnet(self) -> bool:
        """Whether the subnet is to be made."""
        return not self.subnet_exists

    @property
    def separate_resource_group(self) -> bool:
        """Whether the network lies in another resource group than the cluster. Their names have no case."""
        return bool(self.vnet_group) and str(self.vnet_group).lower() != self.group.lower()


def target_of(network: TargetNetwork | None, group: str = "") -> Target:
    """Names for an export: those of the network that was looked at, else defaults.

    group: the cluster's resource group, "" for the one of the network.
    """
    if network is None:
        return Target(group=group) if group else Target()
    return Target(
        group=group or network.resource_group,
        vnet=network.name,
        subnet=network.subnet,
        vnet_group=network.resource_group,
        vnet_exists=True,
        subnet_exists=network.subnet_exists,
        subscription=network.subscription,
    )

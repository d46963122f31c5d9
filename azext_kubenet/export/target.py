"""What a plan is deployed to: the names of all resources, and which of them exist."""

from dataclasses import dataclass

from azext_kubenet.addressing.planner.plan_result import TargetNetwork


@dataclass(frozen=True)
class Target:  # pylint: disable=too-many-instance-attributes
    """Names, and what exists.

    group, cluster: the cluster and its resource group
    location: a region, None for that of the resource group or of the network
    vnet, subnet: "" for the names that `az kubenet create` uses
    vnet_group: the network's resource group, None for the cluster's
    vnet_exists, subnet_exists: whether they are used or created
    subscription: None for the current one when the file is used
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
        """Return the name of the virtual network."""
        return self.vnet or f"{self.cluster}-vnet"

    @property
    def subnet_name(self) -> str:
        """Return the name of the subnet of the nodes."""
        return self.subnet or f"{self.cluster}-subnet"

    @property
    def identity_name(self) -> str:
        """Return the name of the user-assigned identity."""
        return f"{self.cluster}-identity"

    @property
    def new_network(self) -> bool:
        """Return whether the network is created, and the subnet with it."""
        return not (self.vnet_exists or self.subnet_exists)

    @property
    def new_subnet(self) -> bool:
        """Return whether the subnet is created."""
        return not self.subnet_exists

    @property
    def separate_resource_group(self) -> bool:
        """Return whether the network is in another resource group than the cluster. Azure ignores the case of names."""
        return bool(self.vnet_group) and str(self.vnet_group).lower() != self.group.lower()


def target_of(network: TargetNetwork | None, group: str = "") -> Target:
    """Return the target of an export: the network that was read, or one with default names.

    group: the cluster's resource group, "" for that of the network
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

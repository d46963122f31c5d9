"""What a plan is deployed to: the names of all resources, and which of them exist."""

from dataclasses import dataclass, replace

from azext_kubenet.addressing.planner.plan_result import TargetNetwork
from azext_kubenet.azure.resource_id import ResourceId


@dataclass(frozen=True)
class Target:  # pylint: disable=too-many-instance-attributes
    """Names, and what exists.

    group, cluster: the cluster and its resource group
    location: a region, None for that of the resource group or of the network
    vnet, subnet: "" for the names that `az kubenet create` uses
    vnet_group: the network's resource group, None for the cluster's
    vnet_exists, subnet_exists: whether they are used or created
    subscription: None for the current one when the file is used
    route_table: id of the existing subnet's own route table, "" where it has none, or nobody has looked
    node_vm_size: None for the choice of AKS, or of whoever uses the file
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
    route_table: str = ""
    node_vm_size: str | None = None

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

    @property
    def route_table_name(self) -> str:
        """Return the name of the subnet's own route table, "" for none."""
        return ResourceId(self.route_table).name

    @property
    def route_table_group(self) -> str:
        """Return the resource group of the subnet's own route table, "" for none."""
        return ResourceId(self.route_table).group


def target_of(network: TargetNetwork | None, wished: Target | None = None) -> Target:
    """Return the target of an export: the network that was read, or one with default names.

    wished: what was asked for of the cluster; an empty group is that of the network, or the default
    """
    wished = wished or Target(group="")
    if network is None:
        return replace(wished, group=wished.group or Target().group)
    return replace(
        wished,
        group=wished.group or network.resource_group,
        location=wished.location or network.location or None,
        vnet=network.name,
        subnet=network.subnet,
        vnet_group=network.resource_group,
        vnet_exists=True,
        subnet_exists=network.subnet_exists,
        subscription=network.subscription,
        route_table=network.route_table,
    )

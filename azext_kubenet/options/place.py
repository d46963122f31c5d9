"""Where the options say that a network is, or is to be: names by what was typed, and nobody is asked."""

import shlex
from collections.abc import Collection

from azext_kubenet.azure.resource_id import NETWORK, SUBNET, ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.typed import Typed, spelled

#: Options of `create` that name a network, or a subnet in it.
_OF_NETWORK = ("vnet_name", "subnet_name", "vnet_resource_group")


def names_of_plan(typed: Typed) -> Names:
    """What the options of `plan` name in Azure; empty for what they leave open. Raises WrongUsage."""
    subnet_id, group = typed.text("vnet_subnet_id"), typed.text("resource_group_name")
    vnet, subnet, exported = typed.text("vnet_name"), typed.text("subnet_name"), typed.text("export_file")
    if subnet_id:
        # of an export the group is the cluster's, which need not be that of the network
        _alone("--vnet-subnet-id", typed, *(() if exported else ("resource_group_name",)), "vnet_name", "subnet_name")
        return _of_subnet(group, "", subnet_id, None)
    if vnet and not group:
        raise WrongUsage("--vnet-name requires its resource group", f"add -g GROUP to --vnet-name {vnet}")
    if subnet and not vnet:
        missing = "--vnet-name VNET" if group else "-g GROUP --vnet-name VNET"
        message = f"--subnet-name {subnet} requires the name of its virtual network"
        raise WrongUsage(message, f"add {missing}")
    if group and not vnet and not exported:
        advice = "add --vnet-name NAME, or --export FILE for a cluster in that group, or leave -g out"
        raise WrongUsage(f"-g {group} does not identify a network", advice)
    return Names("", group, "", vnet, subnet, group, "")


def names_of_create(typed: Typed, planned: Collection[str] = ()) -> Names:
    """What the options of `create` name, and what is called after the cluster. Raises WrongUsage.

    planned: those of the options that come from a plan
    """
    group, cluster = typed.text("resource_group_name"), typed.text("name")
    subnet_id, assigned = typed.text("vnet_subnet_id"), typed.value("assign_identity")
    if subnet_id:
        _beside_a_plan(typed, planned)
        _alone("--vnet-subnet-id", typed, *_OF_NETWORK)
        return _of_subnet(group, cluster, subnet_id, assigned)
    vnet_group = typed.text("vnet_resource_group") or group
    if vnet_group.lower() != group.lower() and not typed.text("vnet_name"):
        raise WrongUsage("--vnet-resource-group requires the name of the network", "add --vnet-name NAME")
    vnet = typed.text("vnet_name") or f"{cluster}-vnet"
    subnet = typed.text("subnet_name") or f"{cluster}-subnet"
    return Names("", group, cluster, vnet, subnet, vnet_group, "", assigned)


def _of_subnet(group: str, cluster: str, subnet_id: str, assigned: str | None) -> Names:
    """Names of a cluster in a subnet given by its id. Raises WrongUsage when it is no subnet's id."""
    try:
        subnet = ResourceId.parse(subnet_id, SUBNET)
    except ValueError as error:
        raise WrongUsage(str(error), _ids_of_subnets(ResourceId(subnet_id))) from error
    return Names("", group, cluster, subnet.parent.name, subnet.name, subnet.group, subnet.subscription, assigned)


def _ids_of_subnets(typed: ResourceId) -> str:
    """How the id of a subnet is got, of the network's own if that one was named."""
    if not typed.is_a(NETWORK):
        return "get its id: az network vnet subnet show -g GROUP --vnet-name VNET -n SUBNET --query id -o tsv"
    place = f"-g {typed.group} --vnet-name {typed.name} --subscription {typed.subscription}"
    listing = f"az network vnet subnet list {place} --query [].id -o tsv"
    return f"it is the id of a network; list those of its subnets: {listing}"


def _beside_a_plan(typed: Typed, planned: Collection[str]) -> None:
    """Raise WrongUsage where a plan and what is typed beside it name the network in two ways."""
    others = [name for name in _OF_NETWORK if typed.text(name)]
    if others and "vnet_subnet_id" in planned:
        options = " ".join(f"{spelled(name)} {typed.text(name)}" for name in others)
        message = f"the plan is for subnet {typed.text('vnet_subnet_id')}, and {options} names another place"
        raise WrongUsage(message, "leave that out, or make the plan again for that place with az kubenet plan")
    if any(name in planned for name in others):
        subnet = typed.text("vnet_subnet_id")
        message = f"the plan is for a new subnet in network {typed.text('vnet_name')}, and --vnet-subnet-id {subnet}"
        anew = f"make the plan again for it: az kubenet plan --vnet-subnet-id {shlex.quote(subnet)}"
        raise WrongUsage(f"{message} is one that exists", f"leave --vnet-subnet-id out, or {anew}")


def _alone(option: str, typed: Typed, *others: str) -> None:
    also = [spelled(name) for name in others if typed.text(name)]
    if also:
        raise WrongUsage(
            f"{', '.join(also)} cannot be combined with {option}, which already identifies the network",
            f"leave {' and '.join(also)} out",
        )

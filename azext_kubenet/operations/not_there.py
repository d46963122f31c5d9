"""What was named in Azure and does not exist, with a command that lists what there is: it works whatever is missing."""

import shlex

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.errors import NotFound


def no_network(reader: Reader, names: Names) -> NotFound:
    """That a network is not there. Names are listed in its resource group only if that can be read."""
    group = f"/subscriptions/{names.network_subscription}/resourceGroups/{names.vnet_group}"
    message = f"virtual network {names.vnet} does not exist in resource group {names.vnet_group}"
    try:
        exists = reader.get(group, api_versions.GROUP_API) is not None
    except AzureError:  # it may be there, but no list of what is in it may be
        return NotFound(message, f"list networks of that name: {_of_name(names)}")
    if exists:
        listing = f"az network vnet list -g {shlex.quote(names.vnet_group)}{_elsewhere(names)} -o table"
        return NotFound(message, f"list the names: {listing}")
    return NotFound(
        f"resource group {names.vnet_group} does not exist, and no virtual network {names.vnet} in it",
        f"list networks of that name: {_of_name(names)}, or groups: az group list{_elsewhere(names)} -o table",
    )


def _of_name(names: Names) -> str:
    """The command that lists the networks of that name in the subscription."""
    # Azure's names have nothing that means something to a shell inside of these quotes
    return f"az network vnet list --query \"[?name=='{names.vnet}']\"{_elsewhere(names)} -o table"


def _elsewhere(names: Names) -> str:
    """The option for a subscription that is not the one that the command works in."""
    other = names.network_subscription != names.subscription
    return f" --subscription {names.network_subscription}" if other else ""


def no_subnet(names: Names, why: str = "") -> NotFound:
    """That a subnet is not there. why: what it was needed for, in words after its id"""
    return NotFound(
        f"subnet {names.subnet_id} does not exist{why}",
        f"list the names: az network vnet subnet list -g {shlex.quote(names.vnet_group)} --vnet-name {names.vnet}"
        f"{_elsewhere(names)} -o table",
    )

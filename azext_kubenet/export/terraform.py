"""Terraform: variables for the values of the plan, and the resources of the azurerm provider.

In the blocks, words in capitals are filled in. The provider's names are those of its release 4.55.
"""

import re

from azext_kubenet.addressing.network_plugins import NetworkPlugin
from azext_kubenet.export.comments import annotated, heading
from azext_kubenet.export.contents import (
    Contents,
    Pool,
    Setting,
    cluster_remarks,
    settings,
)
from azext_kubenet.export.hcl import aligned, literal
from azext_kubenet.export.target import Target

_TYPES = {"string": "string", "int": "number", "array": "list(string)"}
_NO_TABLE = "Therefore nothing here names a route table, and the network ignores changes of its subnets."

_PROVIDER = """\
terraform {
  required_version = ">= 1.5"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.55"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = var.subscription_id
}"""

_GROUP = """\
# If the group exists already: terraform import azurerm_resource_group.cluster ID
resource "azurerm_resource_group" "cluster" {
  name     = var.resource_group_name
  location = local.location
}"""

_EXISTING_GROUP = """\
data "azurerm_resource_group" "cluster" {
  name = var.resource_group_name
}"""

_NETWORK = """\
resource "azurerm_virtual_network" "network" {
  name                = var.vnet_name
  resource_group_name = NETWORK_GROUP
  location            = local.location
  address_space       = var.vnet_address_prefixes

  lifecycle {
    ignore_changes = [subnet]
  }
}"""

_EXISTING_NETWORK = """\
data "azurerm_virtual_network" "network" {
  name                = var.vnet_name
  resource_group_name = NETWORK_GROUP
}"""

_SUBNET = """\
resource "azurerm_subnet" "nodes" {
  name                 = var.subnet_name
  resource_group_name  = NETWORK_GROUP
  virtual_network_name = NETWORK.name
  address_prefixes     = [var.subnet_prefix]
}"""

_EXISTING_SUBNET = """\
data "azurerm_subnet" "nodes" {
  name                 = var.subnet_name
  resource_group_name  = NETWORK_GROUP
  virtual_network_name = NETWORK.name
}"""

_IDENTITY = """\
resource "azurerm_user_assigned_identity" "cluster" {
  name                = var.identity_name
  resource_group_name = GROUP.name
  location            = local.location
}

resource "azurerm_role_assignment" "cluster" {
  scope                = SUBNET.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
  principal_type       = "ServicePrincipal"
}"""

_OWN_TABLE = """\
data "azurerm_route_table" "nodes" {
  name                = var.route_table_name
  resource_group_name = var.route_table_resource_group
}

resource "azurerm_role_assignment" "route_table" {
  scope                = data.azurerm_route_table.nodes.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
  principal_type       = "ServicePrincipal"
}"""

_CLUSTER = """\
resource "azurerm_kubernetes_cluster" "cluster" {
  name                = var.cluster_name
  resource_group_name = GROUP.name
  location            = local.location
  dns_prefix          = var.dns_prefix

  default_node_pool {
    name                 = var.pools[0].name
    node_count           = var.pools[0].count
    auto_scaling_enabled = var.pools[0].max_count != null
    min_count            = var.pools[0].max_count == null ? null : var.pools[0].count
    max_count            = var.pools[0].max_count
    max_pods             = var.max_pods
    vnet_subnet_id       = SUBNET.id
    vm_size              = var.node_vm_sizeSURGE
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.cluster.id]
  }

  network_profile {
NETWORK_PROFILE
  }

  depends_on = [GRANTS]IGNORE
}"""

_SURGE = """

    upgrade_settings {
      max_surge = var.pools[0].max_surge
    }"""

_POOLS = """\
resource "azurerm_kubernetes_cluster_node_pool" "more" {
  for_each = { for pool in slice(var.pools, 1, length(var.pools)) : pool.name => pool }

  name                  = each.value.name
  kubernetes_cluster_id = azurerm_kubernetes_cluster.cluster.id
  mode                  = "User"
  node_count            = each.value.count
  auto_scaling_enabled  = each.value.max_count != null
  min_count             = each.value.max_count == null ? null : each.value.count
  max_count             = each.value.max_count
  max_pods              = var.max_pods
  vnet_subnet_id        = SUBNET.id
  vm_size               = var.node_vm_size

  upgrade_settings {
    max_surge       = each.value.max_surge
    max_unavailable = each.value.max_unavailable
  }IGNORE
}"""

_IGNORE = """

  # The autoscaler sets the number of nodes.
  lifecycle {
    ignore_changes = [WHAT]
  }"""

_POOL_TYPE = """\
list(object({
    name            = string
    count           = number
    max_count       = optional(number)
    max_surge       = optional(string)
    max_unavailable = optional(string)
  }))"""


def text(contents: Contents) -> str:
    """Return the Terraform file of a plan."""
    target = contents.target
    parts = [
        heading("#", "terraform init && terraform apply", contents.comments),
        _PROVIDER,
        *_variables(contents),
        f"locals {{\n  location = {_location(target)}\n}}",
        *(_with_names(block, target) for block in _resources(contents)),
    ]
    return "\n\n".join(parts) + "\n"


def _with_names(block: str, target: Target) -> str:
    """Return a block with the names of what exists, which is data, and of what is created."""
    group = f"{'data.' if _group_exists(target) else ''}azurerm_resource_group.cluster.name"
    names = {
        "NETWORK_GROUP": "var.vnet_resource_group" if target.separate_resource_group else group,
        "NETWORK.name": f"{'' if target.new_network else 'data.'}azurerm_virtual_network.network.name",
        "SUBNET.id": f"{'' if target.new_subnet else 'data.'}azurerm_subnet.nodes.id",
        "GROUP.name": group,
    }
    for word, name in names.items():
        block = block.replace(word, name)
    return block


def _group_exists(target: Target) -> bool:
    """Return whether the cluster's resource group exists, because an existing network is in it."""
    return not (target.new_network or target.separate_resource_group)


def _location(target: Target) -> str:
    """Return the region: that of an existing network, unless one is given. [A12]"""
    if target.new_network:
        return "var.location"
    return "coalesce(var.location, data.azurerm_virtual_network.network.location)"


def _variables(contents: Contents) -> list[str]:
    target = contents.target
    subscription = "Subscription of all resources. Default: the value of ARM_SUBSCRIPTION_ID."
    pools = [_pool(pool) for pool in contents.pools]
    return [
        _of_setting(Setting("subscriptionId", "string", target.subscription, subscription)),
        _of_setting(Setting("resourceGroupName", "string", target.group, "Resource group of the cluster.")),
        _region(target),
        *map(_of_setting, settings(contents)),
        _variable("pools", _POOL_TYPE, literal(pools, 1), "Node pools, the system pool first."),
    ]


def values(contents: Contents) -> dict[str, object]:
    """Return the value of each variable by its name, None for one that is left open."""
    target = contents.target
    return {
        "subscription_id": target.subscription,
        "resource_group_name": target.group,
        "location": target.location,
        **{setting.snake_name: setting.value for setting in settings(contents)},
        "pools": [_pool(pool) for pool in contents.pools],
    }


def _region(target: Target) -> str:
    """Return the variable of the region, without a default where a new network needs one and the plan has none."""
    required = target.new_network and target.location is None
    about = "Region of the cluster and its network."
    return _variable("location", "string", "" if required else literal(target.location), about)


def _of_setting(setting: Setting) -> str:
    return _variable(setting.snake_name, _TYPES[setting.kind], literal(setting.value), setting.about)


def _variable(name: str, kind: str, default: str, about: str) -> str:
    lines = [f'variable "{name}" {{', f"  description = {literal(about)}", f"  type        = {kind}"]
    if default:
        lines.append(f"  default     = {default}")
    # As terraform fmt has it: a value of several lines is not aligned with the others.
    return "\n".join([*(re.sub(" +=", " =", line, count=1) if "\n" in line else line for line in lines), "}"])


def _pool(pool: Pool) -> dict[str, object]:
    optional = {
        "max_count": pool.max_count,
        "max_surge": pool.max_surge,
        "max_unavailable": pool.max_unavailable,
    }
    stated = {key: value for key, value in optional.items() if value is not None}
    return {"name": pool.name, "count": pool.count, **stated}


def _resources(contents: Contents) -> list[str]:
    target = contents.target
    network = _NETWORK if target.new_network else _EXISTING_NETWORK
    surge = "" if contents.default_surge else _SURGE
    grants = [
        "azurerm_role_assignment.cluster",
        *(["azurerm_role_assignment.route_table"] if target.route_table else []),
    ]
    cluster = _CLUSTER.replace("SURGE", surge).replace("IGNORE", _ignored(contents, "default_node_pool[0].node_count"))
    cluster = cluster.replace("GRANTS", ", ".join(grants)).replace("NETWORK_PROFILE", _network_profile(contents.plugin))
    found = [
        _EXISTING_GROUP if _group_exists(target) else _GROUP,
        annotated("#", [f"{contents.comments.attached} {_NO_TABLE}"] if target.new_subnet else [], network),
        _SUBNET if target.new_subnet else _EXISTING_SUBNET,
        _IDENTITY,
        *([_OWN_TABLE] if target.route_table else []),
        annotated("#", cluster_remarks(contents, "ssh_key", "vm_size"), cluster),
    ]
    if len(contents.pools) > 1:
        found.append(_POOLS.replace("IGNORE", _ignored(contents, "node_count")))
    return found


def _network_profile(plugin: NetworkPlugin) -> str:
    return aligned(
        {
            "network_plugin": literal(plugin.name),
            **({"network_plugin_mode": literal(plugin.mode)} if plugin.mode else {}),
            "pod_cidr": "var.pod_cidr",
            "service_cidr": "var.service_cidr",
            "dns_service_ip": "var.dns_service_ip",
            "load_balancer_sku": literal("standard"),
        },
        depth=2,
    )


def _ignored(contents: Contents, what: str) -> str:
    return _IGNORE.replace("WHAT", what) if contents.autoscaled else ""

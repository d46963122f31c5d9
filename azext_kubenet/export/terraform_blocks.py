"""The blocks of a Terraform file; words in capitals are filled in."""

# The provider's names were read at 4.55.
PROVIDER = """\
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

GROUP = """\
# Is the group there already: terraform import azurerm_resource_group.cluster ID
resource "azurerm_resource_group" "cluster" {
  name     = var.resource_group_name
  location = local.location
}"""

GROUP_THERE = """\
data "azurerm_resource_group" "cluster" {
  name = var.resource_group_name
}"""

NETWORK = """\
resource "azurerm_virtual_network" "network" {
  name                = var.vnet_name
  resource_group_name = NETWORK_GROUP
  location            = local.location
  address_space       = var.vnet_address_prefixes

  lifecycle {
    ignore_changes = [subnet]
  }
}"""

NETWORK_THERE = """\
data "azurerm_virtual_network" "network" {
  name                = var.vnet_name
  resource_group_name = NETWORK_GROUP
}"""

SUBNET = """\
resource "azurerm_subnet" "nodes" {
  name                 = var.subnet_name
  resource_group_name  = NETWORK_GROUP
  virtual_network_name = NETWORK.name
  address_prefixes     = [var.subnet_prefix]
}"""

SUBNET_THERE = """\
data "azurerm_subnet" "nodes" {
  name                 = var.subnet_name
  resource_group_name  = NETWORK_GROUP
  virtual_network_name = NETWORK.name
}"""

IDENTITY = """\
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

CLUSTER = """\
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
    vnet_subnet_id       = SUBNET.idSURGE
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.cluster.id]
  }

  network_profile {
    network_plugin    = "kubenet"
    pod_cidr          = var.pod_cidr
    service_cidr      = var.service_cidr
    dns_service_ip    = var.dns_service_ip
    load_balancer_sku = "standard"
  }

  depends_on = [azurerm_role_assignment.cluster]IGNORE
}"""

SURGE = """

    upgrade_settings {
      max_surge = var.pools[0].max_surge
    }"""

POOLS = """\
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

  upgrade_settings {
    max_surge       = each.value.max_surge
    max_unavailable = each.value.max_unavailable
  }IGNORE
}"""

IGNORE = """

  # The autoscaler decides how many nodes there are.
  lifecycle {
    ignore_changes = [WHAT]
  }"""

POOL_TYPE = """\
list(object({
    name            = string
    count           = number
    max_count       = optional(number)
    max_surge       = optional(string)
    max_unavailable = optional(string)
  }))"""

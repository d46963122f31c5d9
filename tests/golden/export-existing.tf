# A cluster on kubenet with its network, written by az kubenet plan --export.
#   terraform init && terraform apply
# Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay. What is in the way of a move, which
# cannot be undone, is shown by:
#   az kubenet migrate --resource-group GROUP --name CLUSTER --dry-run

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
}

variable "subscription_id" {
  description = "Subscription of all resources. Default: the value of ARM_SUBSCRIPTION_ID."
  type        = string
  default     = null
}

variable "resource_group_name" {
  description = "Resource group of the cluster."
  type        = string
  default     = "demo"
}

variable "location" {
  description = "Region of the cluster and its network."
  type        = string
  default     = "westeurope"
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
  default     = "kube"
}

variable "dns_prefix" {
  description = "Prefix of the DNS name of the API server."
  type        = string
  default     = "kube"
}

variable "identity_name" {
  description = "Name of the cluster's user-assigned identity."
  type        = string
  default     = "kube-identity"
}

variable "vnet_name" {
  description = "Name of the virtual network."
  type        = string
  default     = "hub"
}

variable "subnet_name" {
  description = "Name of the subnet of the nodes."
  type        = string
  default     = "nodes"
}

variable "pod_cidr" {
  description = "Range for pods, of which each node takes a /24."
  type        = string
  default     = "172.16.0.0/16"
}

variable "service_cidr" {
  description = "Range for services."
  type        = string
  default     = "192.168.0.0/16"
}

variable "dns_service_ip" {
  description = "IP address of the DNS service."
  type        = string
  default     = "192.168.0.10"
}

variable "max_pods" {
  description = "Maximum number of pods per node."
  type        = number
  default     = 60
}

variable "node_vm_size" {
  description = "VM size of the nodes. Default: AKS chooses one."
  type        = string
  default     = null
}

variable "pools" {
  description = "Node pools, the system pool first."
  type = list(object({
    name            = string
    count           = number
    max_count       = optional(number)
    max_surge       = optional(string)
    max_unavailable = optional(string)
  }))
  default = [
    {
      name      = "system"
      count     = 3
      max_surge = "33%"
    },
    {
      name      = "work"
      count     = 2
      max_count = 9
      max_surge = "2"
    },
  ]
}

locals {
  location = coalesce(var.location, data.azurerm_virtual_network.network.location)
}

data "azurerm_resource_group" "cluster" {
  name = var.resource_group_name
}

data "azurerm_virtual_network" "network" {
  name                = var.vnet_name
  resource_group_name = data.azurerm_resource_group.cluster.name
}

data "azurerm_subnet" "nodes" {
  name                 = var.subnet_name
  resource_group_name  = data.azurerm_resource_group.cluster.name
  virtual_network_name = data.azurerm_virtual_network.network.name
}

resource "azurerm_user_assigned_identity" "cluster" {
  name                = var.identity_name
  resource_group_name = data.azurerm_resource_group.cluster.name
  location            = local.location
}

resource "azurerm_role_assignment" "cluster" {
  scope                = data.azurerm_subnet.nodes.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
  principal_type       = "ServicePrincipal"
}

# AKS requires neither ssh_key (the nodes then have no SSH key of yours) nor vm_size (AKS then chooses one).
# If the subnet has a route table of your own, the identity needs Network Contributor on that route table too,
# before the cluster is created.
resource "azurerm_kubernetes_cluster" "cluster" {
  name                = var.cluster_name
  resource_group_name = data.azurerm_resource_group.cluster.name
  location            = local.location
  dns_prefix          = var.dns_prefix

  default_node_pool {
    name                 = var.pools[0].name
    node_count           = var.pools[0].count
    auto_scaling_enabled = var.pools[0].max_count != null
    min_count            = var.pools[0].max_count == null ? null : var.pools[0].count
    max_count            = var.pools[0].max_count
    max_pods             = var.max_pods
    vnet_subnet_id       = data.azurerm_subnet.nodes.id
    vm_size              = var.node_vm_size

    upgrade_settings {
      max_surge = var.pools[0].max_surge
    }
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

  depends_on = [azurerm_role_assignment.cluster]

  # The autoscaler sets the number of nodes.
  lifecycle {
    ignore_changes = [default_node_pool[0].node_count]
  }
}

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
  vnet_subnet_id        = data.azurerm_subnet.nodes.id
  vm_size               = var.node_vm_size

  upgrade_settings {
    max_surge       = each.value.max_surge
    max_unavailable = each.value.max_unavailable
  }

  # The autoscaler sets the number of nodes.
  lifecycle {
    ignore_changes = [node_count]
  }
}

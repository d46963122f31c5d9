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
  default     = "kube-vnet"
}

variable "vnet_address_prefixes" {
  description = "Address prefixes of the virtual network."
  type        = list(string)
  default     = ["192.168.0.0/16"]
}

variable "subnet_name" {
  description = "Name of the subnet of the nodes."
  type        = string
  default     = "kube-subnet"
}

variable "subnet_prefix" {
  description = "Address prefix of the subnet of the nodes."
  type        = string
  default     = "192.168.1.0/24"
}

variable "pod_cidr" {
  description = "Range for pods, of which each node takes a /24."
  type        = string
  default     = "10.244.0.0/16"
}

variable "service_cidr" {
  description = "Range for services."
  type        = string
  default     = "10.0.0.0/16"
}

variable "dns_service_ip" {
  description = "IP address of the DNS service."
  type        = string
  default     = "10.0.0.10"
}

variable "max_pods" {
  description = "Maximum number of pods per node."
  type        = number
  default     = 110
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
      name      = "nodepool1"
      count     = 3
      max_surge = "10%"
    },
  ]
}

locals {
  location = var.location
}

# If the group exists already: terraform import azurerm_resource_group.cluster ID
resource "azurerm_resource_group" "cluster" {
  name     = var.resource_group_name
  location = local.location
}

# AKS attaches a route table to the subnet when it creates the cluster. Deploying the network again without
# that route table detaches it, and pods on different nodes can no longer connect (Azure/AKS issues 400 and
# 1781). Therefore nothing here names a route table, and the network ignores changes of its subnets.
resource "azurerm_virtual_network" "network" {
  name                = var.vnet_name
  resource_group_name = azurerm_resource_group.cluster.name
  location            = local.location
  address_space       = var.vnet_address_prefixes

  lifecycle {
    ignore_changes = [subnet]
  }
}

resource "azurerm_subnet" "nodes" {
  name                 = var.subnet_name
  resource_group_name  = azurerm_resource_group.cluster.name
  virtual_network_name = azurerm_virtual_network.network.name
  address_prefixes     = [var.subnet_prefix]
}

resource "azurerm_user_assigned_identity" "cluster" {
  name                = var.identity_name
  resource_group_name = azurerm_resource_group.cluster.name
  location            = local.location
}

resource "azurerm_role_assignment" "cluster" {
  scope                = azurerm_subnet.nodes.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
  principal_type       = "ServicePrincipal"
}

# AKS requires neither ssh_key (the nodes then have no SSH key of yours) nor vm_size (AKS then chooses one).
resource "azurerm_kubernetes_cluster" "cluster" {
  name                = var.cluster_name
  resource_group_name = azurerm_resource_group.cluster.name
  location            = local.location
  dns_prefix          = var.dns_prefix

  default_node_pool {
    name                 = var.pools[0].name
    node_count           = var.pools[0].count
    auto_scaling_enabled = var.pools[0].max_count != null
    min_count            = var.pools[0].max_count == null ? null : var.pools[0].count
    max_count            = var.pools[0].max_count
    max_pods             = var.max_pods
    vnet_subnet_id       = azurerm_subnet.nodes.id
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
}

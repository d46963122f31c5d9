#!/usr/bin/env bash
# A cluster on kubenet with its network, written by az kubenet plan --export.
#   bash FILE.sh
# Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay. To migrate, which cannot be undone,
# run:
#   az aks update --resource-group GROUP --name CLUSTER --network-plugin azure --network-plugin-mode overlay
# If the script is run again, it continues where it stopped. Existing resources are kept unchanged.
set -euo pipefail

group=demo
location=westeurope
vnet_group=demo
vnet=kube-vnet
vnet_prefixes=(192.168.0.0/16)
subnet=kube-subnet
subnet_prefix=192.168.1.0/24
identity=kube-identity
cluster=kube
pod_cidr=10.244.0.0/16
service_cidr=10.0.0.0/16
dns_service_ip=10.0.0.10
max_pods=110
node_vm_size=${NODE_VM_SIZE:-}  # AKS chooses one if it is empty
pool1=nodepool1
pool1_count=3
pool1_max_surge=10%

# Whether a list of names or ids, one per line, contains one. Azure ignores case in both.
listed() {
  grep -Fixq -- "$1" <<<"$2"
}

clusters=
if [ "$(az group exists --name "$group")" = true ]; then
  clusters=$(az aks list --resource-group "$group" --query '[].name' --output tsv)
fi

# A cluster of this name in another subnet is not this one: the script stops before it writes anything.
if listed "$cluster" "$clusters"; then
  used=$(az aks show --resource-group "$group" --name "$cluster" \
    --query 'agentPoolProfiles[].not_null(vnetSubnetId, vnetSubnetID)' --output tsv)
  wanted="/subscriptions/$(az account show --query id --output tsv)/resourceGroups/$vnet_group"
  wanted="$wanted/providers/Microsoft.Network/virtualNetworks/$vnet/subnets/$subnet"
  if ! listed "$wanted" "$used"; then
    echo "cluster $cluster in resource group $group exists, but not in subnet $subnet of network $vnet:" \
      "it is not the cluster of this script, and nothing was changed." \
      "Set other names for cluster and identity in the script." >&2
    exit 1
  fi
fi

if [ "$(az group exists --name "$group")" = false ]; then
  az group create --name "$group" --location "$location" --output none
fi

# AKS attaches a route table to the subnet when it creates the cluster. Deploying the network again without
# that route table detaches it, and pods on different nodes can no longer connect (Azure/AKS issues 400 and
# 1781). Therefore existing resources are not written again.
networks=$(az network vnet list --resource-group "$vnet_group" --query '[].name' --output tsv)
if ! listed "$vnet" "$networks"; then
  az network vnet create --resource-group "$vnet_group" --name "$vnet" --location "$location" \
    --address-prefixes "${vnet_prefixes[@]}" --output none
fi

subnets=$(az network vnet subnet list --resource-group "$vnet_group" --vnet-name "$vnet" --query '[].name' \
  --output tsv)
if ! listed "$subnet" "$subnets"; then
  az network vnet subnet create --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \
    --address-prefixes "$subnet_prefix" --output none
fi

subnet_id=$(az network vnet subnet show --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \
  --query id --output tsv)

# AKS requires neither an SSH key (the nodes then have no SSH key of yours) nor --node-vm-size (AKS then
# chooses one).
if ! listed "$cluster" "$clusters"; then
  identities=$(az identity list --resource-group "$group" --query '[].name' --output tsv)
  if ! listed "$identity" "$identities"; then
    az identity create --resource-group "$group" --name "$identity" --location "$location" --output none
  fi
  identity_id=$(az identity show --resource-group "$group" --name "$identity" --query id --output tsv)
  principal_id=$(az identity show --resource-group "$group" --name "$identity" --query principalId --output tsv)

  # Network Contributor
  az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \
    --role 4d97b98b-1d4f-4787-a291-c67834d212e7 --scope "$subnet_id" --output none

  az aks create --resource-group "$group" --name "$cluster" --location "$location" \
    --network-plugin kubenet --pod-cidr "$pod_cidr" --service-cidr "$service_cidr" \
    --dns-service-ip "$dns_service_ip" --load-balancer-sku standard --vnet-subnet-id "$subnet_id" \
    --assign-identity "$identity_id" --skip-subnet-role-assignment \
    --nodepool-name "$pool1" --node-count "$pool1_count" --max-pods "$max_pods" \
    ${node_vm_size:+--node-vm-size "$node_vm_size"} --no-ssh-key --output none

  # az aks create has no option for it
  az aks nodepool update --resource-group "$group" --cluster-name "$cluster" --name "$pool1" \
    --max-surge "$pool1_max_surge" --output none
else
  surge=$(az aks nodepool list --resource-group "$group" --cluster-name "$cluster" \
    --query "[?name=='$pool1'].upgradeSettings.maxSurge" --output tsv)
  if [ "$surge" != "$pool1_max_surge" ]; then
    echo "cluster $cluster existed, and its pool $pool1 is left as it is:" \
      "its max surge is ${surge:-not shown}, that of the plan is $pool1_max_surge" >&2
  fi
fi

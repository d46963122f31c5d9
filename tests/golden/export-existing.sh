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
vnet=hub
subnet=nodes
identity=kube-identity
cluster=kube
pod_cidr=172.16.0.0/16
service_cidr=192.168.0.0/16
dns_service_ip=192.168.0.10
max_pods=60
node_vm_size=${NODE_VM_SIZE:-}  # AKS chooses one if it is empty
pool1=system
pool1_count=3
pool1_max_surge=33%
pool2=work
pool2_count=2
pool2_max_count=9
pool2_max_surge=2

# Whether a list of names or ids, one per line, contains one. Azure ignores case in both.
listed() {
  grep -Fixq -- "$1" <<<"$2"
}

clusters=$(az aks list --resource-group "$group" --query '[].name' --output tsv)

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

subnet_id=$(az network vnet subnet show --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \
  --query id --output tsv)

# AKS requires neither an SSH key (the nodes then have no SSH key of yours) nor --node-vm-size (AKS then
# chooses one).
# If the subnet has a route table of your own, the identity needs Network Contributor on that route table too,
# before the cluster is created.
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
  table=$(az network vnet subnet show --ids "$subnet_id" --query routeTable.id --output tsv)
  if [ -n "$table" ]; then
    az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \
      --role 4d97b98b-1d4f-4787-a291-c67834d212e7 --scope "$table" --output none
  fi

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

pools=$(az aks nodepool list --resource-group "$group" --cluster-name "$cluster" --query '[].name' --output tsv)

if ! listed "$pool2" "$pools"; then
  az aks nodepool add --resource-group "$group" --cluster-name "$cluster" --name "$pool2" --mode User \
    --node-count "$pool2_count" --max-pods "$max_pods" --vnet-subnet-id "$subnet_id" \
    --enable-cluster-autoscaler --min-count "$pool2_count" --max-count "$pool2_max_count" \
    --max-surge "$pool2_max_surge" ${node_vm_size:+--node-vm-size "$node_vm_size"} --output none
fi

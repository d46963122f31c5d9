#!/usr/bin/env bash
# A cluster on kubenet with its network, written by az kubenet plan --export.
#   bash FILE.sh
# Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay. What is in the way of a move, which
# cannot be undone, is shown by:
#   az kubenet migrate --resource-group GROUP --name CLUSTER --dry-run
# If the script is run again, it continues where it stopped. Existing resources are kept unchanged.
set -euo pipefail

group=demo
location=westeurope
vnet_group=demo
vnet=hub
subnet=nodes
subnet_prefix=10.1.2.0/24
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

# Windows' az ends lines with CR LF, in WSL and Git Bash as well.
az() {
  command az "$@" | tr -d '\r'
}

# Whether a list of names or ids, one per line, contains one. Azure ignores case in both.
listed() {
  grep -Fixq -- "$1" <<<"$2"
}

# Whether words contain one.
among() {
  grep -Fiq -- " $1 " <<<" $2 "
}

# Ends the script before it has written anything.
stop() {
  echo "$* Nothing was changed." >&2
  exit 1
}

# Notes where a cluster that exists differs from the plan: what of it, what it has, what is planned.
differs=
compare() {
  if ! listed "$3" "$2"; then
    differs="$differs${differs:+, }its $1 is $2, not $3"
  fi
}

subnet_id="/subscriptions/$(az account show --query id --output tsv)/resourceGroups/$vnet_group"
subnet_id="$subnet_id/providers/Microsoft.Network/virtualNetworks/$vnet/subnets/$subnet"

clusters=$(az aks list --resource-group "$group" --query '[].name' --output tsv)

# A cluster of this name that is not as planned is not this one: the script stops before it writes anything.
if listed "$cluster" "$clusters"; then
  has=$(az aks show --resource-group "$group" --name "$cluster" --output tsv --query "[[
    networkProfile.podCidr, networkProfile.serviceCidr, networkProfile.dnsServiceIp,
    join(' ', networkProfile.[networkPlugin, networkPluginMode][?@]),
    join(' ', agentPoolProfiles[].not_null(vnetSubnetId, vnetSubnetID, 'none'))]]")
  IFS=$'\t' read -r pods services dns plugin used <<<"$has"
  compare "network plugin" "$plugin" "kubenet"
  compare "pod CIDR" "$pods" "$pod_cidr"
  compare "service CIDR" "$services" "$service_cidr"
  compare "DNS service IP" "$dns" "$dns_service_ip"
  among "$subnet_id" "$used" || compare subnet "$used" "$subnet_id"
  if [ -n "$differs" ]; then
    stop "cluster $cluster in resource group $group exists and is not that of the plan: $differs" \
      "[existing-resource-differs]. Set other names for cluster and identity in the script."
  fi
fi

region=$(az network vnet show --resource-group "$vnet_group" --name "$vnet" --query location --output tsv)
if ! listed "$cluster" "$clusters" && ! listed "${location// /}" "${region// /}"; then
  stop "network $vnet in resource group $vnet_group is in $region, and the cluster would be in $location" \
    "[network-location]. Set the location of the network in the script, or plan inside of another network."
fi

has=$(az network vnet subnet show --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \
  --output tsv --query "[[join(' ', not_null(addressPrefixes, [addressPrefix])),
  not_null(routeTable.id, 'none'), join(' ', not_null(ipConfigurations, \`[]\`)[].id)]]")
IFS=$'\t' read -r prefixes table nodes <<<"$has"
if ! among "$subnet_prefix" "$prefixes"; then
  stop "subnet $subnet of network $vnet in resource group $vnet_group exists with $prefixes, not $subnet_prefix" \
    "[existing-resource-differs]. Set another name for the subnet in the script, or plan inside of this one."
fi

shared=
if [ "$table" != none ] && ! shared=$(command az network route-table show --ids "$table" \
  --query "join(' ', not_null(subnets, \`[]\`)[].id)" --output tsv | tr -d '\r'); then
  echo "whether another cluster uses the route table of subnet $subnet of network $vnet was not looked at" >&2
fi

# Two kubenet clusters in a subnet would share its route table, and delete each other's routes.
seen=
if others=$(az aks list --output tsv --query "[].[name, resourceGroup, networkProfile.networkPlugin,
  join(' ', not_null(agentPoolProfiles, \`[]\`)[].not_null(vnetSubnetId, vnetSubnetID, 'none'))]" 2>&1); then
  while IFS=$'\t' read -r name theirs plugin used; do
    if among "$subnet_id" "$used"; then
      seen=yes
    fi
    if ! listed "$theirs/$name" "$group/$cluster"; then
      if [ "$plugin" = kubenet ] && among "$subnet_id" "$used"; then
        stop "subnet $subnet of network $vnet is used by cluster $name in resource group $theirs, and two kubenet" \
          "clusters cannot share a subnet [subnet-of-another-cluster]. Set another subnet in the script."
      fi
      for each in $used; do
        if [ "$plugin" = kubenet ] && among "$each" "$shared"; then
          stop "the route table of subnet $subnet of network $vnet also serves cluster $name in resource group" \
            "$theirs: clusters that share a route table delete each other's routes" \
            "[route-table-of-another-cluster]. Set another subnet in the script."
        fi
      done
      if among "$subnet_id" "$used"; then
        echo "subnet $subnet of network $vnet is also used by cluster $name in resource group $theirs" \
          "(network plugin $plugin): the two can share it" >&2
      fi
    fi
  done <<<"$others"
elif grep -q AuthorizationFailed <<<"$others"; then
  echo "the clusters of the subscription may not be listed: whether another cluster is in subnet $subnet of" \
    "network $vnet was not looked at" >&2
else
  stop "the clusters of the subscription were not listed: $others." "Run the script again."
fi
if [ -z "$seen" ] && grep -iq '/aks-' <<<"$nodes"; then
  echo "subnet $subnet of network $vnet contains nodes of a cluster that you may not see:" \
    "whether it is on kubenet was not looked at" >&2
fi

# A cluster may be in no list that you may read, but its route table is.
if ! listed "$cluster" "$clusters" &&
  grep -Eiq '^/[^/]+/[^/]+/[^/]+/mc_|/aks-agentpool-[0-9]+-routetable$' <<<"$table"; then
  stop "route table ${table##*/} of subnet $subnet was created by AKS for a cluster that you may not see, in" \
    "resource group $(cut -d / -f 5 <<<"$table"): clusters that share a route table delete each other's routes" \
    "[route-table-of-another-cluster]. Set another subnet in the script."
fi

# Notes where a pool that exists differs from the plan: what of it, what it has, what is planned.
kept() {
  if [ "$2" != "$3" ]; then
    echo "cluster $cluster existed, and its pool $name is left as it is: its $1 is $2, that of the plan is $3" >&2
  fi
}

if listed "$cluster" "$clusters"; then
  has=$(az aks nodepool list --resource-group "$group" --cluster-name "$cluster" --output tsv --query "[].[name,
    not_null(minCount, count), not_null(maxCount, 'not set'), maxPods,
    not_null(upgradeSettings.maxSurge, 'not shown')]")
  while IFS=$'\t' read -r name count max_count pods surge; do
    case $name in
      "$pool1")
        kept "node count" "$count" "$pool1_count"
        kept "max count" "$max_count" "not set"
        kept "max pods" "$pods" "$max_pods"
        kept "max surge" "$surge" "$pool1_max_surge"
        ;;
      "$pool2")
        kept "node count" "$count" "$pool2_count"
        kept "max count" "$max_count" "$pool2_max_count"
        kept "max pods" "$pods" "$max_pods"
        kept "max surge" "$surge" "$pool2_max_surge"
        ;;
    esac
  done <<<"$has"
fi

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
  if listed "$identity" "$identities"; then
    if ! users=$(az aks list --output tsv --query "[].[name, resourceGroup,
      join(' ', keys(not_null(identity.userAssignedIdentities, \`{}\`)))]"); then
      echo "whether another cluster runs as identity $identity was not looked at" >&2
    fi
    while IFS=$'\t' read -r name theirs runs; do
      if among "$identity_id" "$runs"; then
        echo "identity $identity exists, and cluster $name in resource group $theirs runs as it:" \
          "what is granted to it here, that cluster is allowed, too [identity-of-another-cluster]" >&2
      fi
    done <<<"$users"
  fi

  # Network Contributor
  az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \
    --role 4d97b98b-1d4f-4787-a291-c67834d212e7 --scope "$subnet_id" --output none
  table=$(az network vnet subnet show --resource-group "$vnet_group" --vnet-name "$vnet" --name "$subnet" \
    --query routeTable.id --output tsv)
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
fi

pools=$(az aks nodepool list --resource-group "$group" --cluster-name "$cluster" --query '[].name' --output tsv)

if ! listed "$pool2" "$pools"; then
  az aks nodepool add --resource-group "$group" --cluster-name "$cluster" --name "$pool2" --mode User \
    --node-count "$pool2_count" --max-pods "$max_pods" --vnet-subnet-id "$subnet_id" \
    --enable-cluster-autoscaler --min-count "$pool2_count" --max-count "$pool2_max_count" \
    --max-surge "$pool2_max_surge" ${node_vm_size:+--node-vm-size "$node_vm_size"} --output none
fi

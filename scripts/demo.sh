#!/usr/bin/env bash
# What a newcomer does: plan, pipe the plan into create, look at the cluster. Runs against whatever Azure `az` is logged
# in to; `make demo` runs it against a loopback Azure Resource Manager of its own.
set -euo pipefail
group=${1:-demo} cluster=${2:-kube}

step() { printf '\n$ %s\n' "$1"; bash -o pipefail -c "$1"; }

step "az kubenet plan --max-count 100 --max-surge 33% --exclude-prefixes 10.0.0.0/8 -o table"
step "az kubenet plan --max-count 100 --max-surge 33% --exclude-prefixes 10.0.0.0/8 --only-show-errors |
  az kubenet create -g $group -n $cluster --location westeurope --no-ssh-key --plan @- --dry-run -o table"
step "az kubenet plan --max-count 100 --max-surge 33% --exclude-prefixes 10.0.0.0/8 --only-show-errors |
  az kubenet create -g $group -n $cluster --location westeurope --no-ssh-key --plan @- \\
    --query '{id: id, network: networkProfile.{plugin: networkPlugin, pods: podCidr, services: serviceCidr, dns: dnsServiceIp}}'"
step "az aks show -g $group -n $cluster -o table"
step "ID=\$(az kubenet create -g $group -n $cluster --no-ssh-key --query id -o tsv) && echo \"run again, nothing is written: \$ID\""

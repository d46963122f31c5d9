// A cluster on kubenet with its network, written by az kubenet plan --export.
//   az deployment group create --resource-group GROUP --parameters FILE.bicepparam
// Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay. What is in the way of a move, which
// cannot be undone, is shown by:
//   az kubenet migrate --resource-group GROUP --name CLUSTER --dry-run

using './main.bicep'

param location = 'westeurope'
param clusterName = 'kube'
param dnsPrefix = 'kube'
param identityName = 'kube-identity'
param vnetName = 'kube-vnet'
param vnetAddressPrefixes = [
  '192.168.0.0/16'
]
param subnetName = 'kube-subnet'
param subnetPrefix = '192.168.1.0/24'
param podCidr = '10.244.0.0/16'
param serviceCidr = '10.0.0.0/16'
param dnsServiceIp = '10.0.0.10'
param maxPods = 110
param pools = [
  {
    name: 'nodepool1'
    mode: 'System'
    count: 3
    upgradeSettings: {
      maxSurge: '10%'
    }
  }
]

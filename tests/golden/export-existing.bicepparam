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
param vnetName = 'hub'
param subnetName = 'nodes'
param podCidr = '172.16.0.0/16'
param serviceCidr = '192.168.0.0/16'
param dnsServiceIp = '192.168.0.10'
param maxPods = 60
param pools = [
  {
    name: 'system'
    mode: 'System'
    count: 3
    upgradeSettings: {
      maxSurge: '33%'
    }
  }
  {
    name: 'work'
    mode: 'User'
    count: 2
    enableAutoScaling: true
    minCount: 2
    maxCount: 9
    upgradeSettings: {
      maxSurge: '2'
    }
  }
]

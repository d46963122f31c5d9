// A cluster on kubenet with its network, written by az kubenet plan --export.
//   az deployment group create --resource-group GROUP --template-file FILE.bicep
// Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay. What is in the way of a move, which
// cannot be undone, is shown by:
//   az kubenet migrate --resource-group GROUP --name CLUSTER --dry-run

@description('Region of the cluster and its network.')
param location string = 'westeurope'

@description('Name of the cluster.')
param clusterName string = 'kube'

@description('Prefix of the DNS name of the API server.')
param dnsPrefix string = 'kube'

@description('Name of the cluster\'s user-assigned identity.')
param identityName string = 'kube-identity'

@description('Name of the virtual network.')
param vnetName string = 'hub'

@description('Name of the subnet of the nodes.')
param subnetName string = 'nodes'

@description('Range for pods, of which each node takes a /24.')
param podCidr string = '172.16.0.0/16'

@description('Range for services.')
param serviceCidr string = '192.168.0.0/16'

@description('IP address of the DNS service.')
param dnsServiceIp string = '192.168.0.10'

@description('Maximum number of pods per node.')
param maxPods int = 60

@description('VM size of the nodes. Default: AKS chooses one.')
param nodeVmSize string = ''

@description('Node pools with the property names of AKS, the system pool first.')
param pools array = [
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

var networkContributor = '4d97b98b-1d4f-4787-a291-c67834d212e7'
var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: identityName
  location: location
}

resource network 'Microsoft.Network/virtualNetworks@2025-07-01' existing = {
  name: vnetName
}

resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' existing = {
  parent: network
  name: subnetName
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: subnet
  name: guid(subnet.id, identity.id, roleDefinitionId)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// AKS requires neither linuxProfile (the nodes then have no SSH key of yours) nor vmSize (AKS then chooses
// one).
// If the subnet has a route table of your own, the identity needs Network Contributor on that route table
// too, before the cluster is created.
resource cluster 'Microsoft.ContainerService/managedClusters@2026-05-01' = {
  name: clusterName
  location: location
  dependsOn: [
    grant
  ]
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    dnsPrefix: dnsPrefix
    agentPoolProfiles: [for pool in pools: union(pool, {
      osType: 'Linux'
      type: 'VirtualMachineScaleSets'
      maxPods: maxPods
      vnetSubnetID: subnet.id
    }, empty(nodeVmSize) ? {} : {
      vmSize: nodeVmSize
    })]
    networkProfile: {
      networkPlugin: 'kubenet'
      podCidr: podCidr
      serviceCidr: serviceCidr
      dnsServiceIP: dnsServiceIp
      loadBalancerSku: 'standard'
    }
  }
}

output clusterId string = cluster.id

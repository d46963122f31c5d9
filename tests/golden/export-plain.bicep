// A cluster on kubenet with its network, written by az kubenet plan --export.
//   az deployment group create --resource-group GROUP --template-file FILE.bicep
// Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay, and the way there, one way:
//   az aks update --resource-group GROUP --name CLUSTER --network-plugin azure --network-plugin-mode overlay

@description('Region of the cluster and its network.')
param location string = 'westeurope'

@description('Name of the cluster.')
param clusterName string = 'kube'

@description('How the address of the API server begins.')
param dnsPrefix string = 'kube'

@description('Name of the cluster\'s user-assigned identity.')
param identityName string = 'kube-identity'

@description('Name of the virtual network.')
param vnetName string = 'kube-vnet'

@description('Address space of the virtual network.')
param vnetAddressPrefixes array = [
  '192.168.0.0/16'
]

@description('Name of the subnet of the nodes.')
param subnetName string = 'kube-subnet'

@description('The subnet of the nodes.')
param subnetPrefix string = '192.168.1.0/24'

@description('Pods: every node takes a /24 of it.')
param podCidr string = '10.244.0.0/16'

@description('Services.')
param serviceCidr string = '10.0.0.0/16'

@description('DNS service: base + 10 of the services.')
param dnsServiceIp string = '10.0.0.10'

@description('Pods per node, at most.')
param maxPods int = 110

@description('Node pools, the first a system pool; in the words of AKS.')
param pools array = [
  {
    name: 'nodepool1'
    mode: 'System'
    count: 3
    upgradeSettings: {
      maxSurge: '10%'
    }
  }
]

var networkContributor = '4d97b98b-1d4f-4787-a291-c67834d212e7'
var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: identityName
  location: location
}

// AKS puts a route table on the subnet when it makes the cluster. Whoever writes the network again without
// naming that table takes it off, and pods on different nodes lose each other (Azure/AKS issues 400 and
// 1781). So it is written once: @onlyIfNotExists needs Bicep 0.38.3 or newer.
@onlyIfNotExists()
resource network 'Microsoft.Network/virtualNetworks@2025-07-01' = {
  name: vnetName
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: vnetAddressPrefixes
    }
    subnets: [
      {
        name: subnetName
        properties: {
          addressPrefix: subnetPrefix
        }
      }
    ]
  }
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

// AKS asks for neither linuxProfile (the nodes then hold no SSH key of yours) nor vmSize (AKS then chooses
// one).
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

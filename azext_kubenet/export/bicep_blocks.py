"""The blocks of a Bicep file; words in capitals are filled in."""

from azext_kubenet.export.contents import ROLE as ROLE_ID

NETWORK = """\
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
}"""

NETWORK_THERE = """\
resource network 'Microsoft.Network/virtualNetworks@2025-07-01' existing = {
  name: vnetName
}"""

SUBNET = """\
resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' = {
  parent: network
  name: subnetName
  properties: {
    addressPrefix: subnetPrefix
  }
}"""

SUBNET_THERE = """\
resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' existing = {
  parent: network
  name: subnetName
}"""

ELSEWHERE = """\
resource network 'Microsoft.Network/virtualNetworks@2025-07-01' existing = {
  scope: resourceGroup(vnetResourceGroup)
  name: vnetName
}

resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' existing = {
  parent: network
  name: subnetName
}"""

ROLE = f"""\
var networkContributor = '{ROLE_ID}'
var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)"""

IDENTITY = """\
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: identityName
  location: location
}"""

GRANT = """\
resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: subnet
  name: guid(subnet.id, identity.id, roleDefinitionId)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}"""

GRANT_ELSEWHERE = """\
// In the network's resource group. A module would need a second file.
#disable-next-line no-deployments-resources
resource grant 'Microsoft.Resources/deployments@2022-09-01' = {
  name: 'kubenet-${uniqueString(clusterName)}'
  resourceGroup: vnetResourceGroup
  properties: {
    mode: 'Incremental'
    template: {
      '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
      contentVersion: '1.0.0.0'
      resources: [MADE
        {
          type: 'Microsoft.Authorization/roleAssignments'
          apiVersion: '2022-04-01'
          scope: subnet.id
          name: guid(subnet.id, identity.id, roleDefinitionId)AFTER
          properties: {
            roleDefinitionId: roleDefinitionId
            principalId: identity.properties.principalId
            principalType: 'ServicePrincipal'
          }
        }
      ]
    }
  }
}"""

NETWORK_ELSEWHERE = """
        {
          condition: deployNetwork
          type: 'Microsoft.Network/virtualNetworks'
          apiVersion: '2025-07-01'
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
        }"""

SUBNET_ELSEWHERE = """
        {
          condition: deployNetwork
          type: 'Microsoft.Network/virtualNetworks/subnets'
          apiVersion: '2024-07-01'
          name: '${vnetName}/${subnetName}'
          properties: {
            addressPrefix: subnetPrefix
          }
        }"""

AFTER_ELSEWHERE = """
          dependsOn: [
            MADE
          ]"""

CLUSTER = """\
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
}"""

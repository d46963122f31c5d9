"""The blocks of a Bicep file; words in capitals are filled in."""

from azext_kubenet.azure import api_versions
from azext_kubenet.export.contents import ROLE as ROLE_ID


def _resource(symbol: str, kind: str, api_version: str, rest: str) -> str:
    return f"resource {symbol} '{kind}@{api_version}' {rest}"


NETWORK = _resource(
    "network",
    "Microsoft.Network/virtualNetworks",
    api_versions.VNET_API,
    """= {
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
}""",
)

NETWORK_THERE = _resource(
    "network",
    "Microsoft.Network/virtualNetworks",
    api_versions.VNET_API,
    """existing = {
  name: vnetName
}""",
)

SUBNET = _resource(
    "subnet",
    "Microsoft.Network/virtualNetworks/subnets",
    api_versions.SUBNET_API,
    """= {
  parent: network
  name: subnetName
  properties: {
    addressPrefix: subnetPrefix
  }
}""",
)

SUBNET_THERE = _resource(
    "subnet",
    "Microsoft.Network/virtualNetworks/subnets",
    api_versions.SUBNET_API,
    """existing = {
  parent: network
  name: subnetName
}""",
)

ELSEWHERE = "\n\n".join(
    [
        _resource(
            "network",
            "Microsoft.Network/virtualNetworks",
            api_versions.VNET_API,
            """existing = {
  scope: resourceGroup(vnetResourceGroup)
  name: vnetName
}""",
        ),
        SUBNET_THERE,
    ]
)

ROLE = f"""\
var networkContributor = '{ROLE_ID}'
var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)"""

IDENTITY = _resource(
    "identity",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    api_versions.IDENTITY_API,
    """= {
  name: identityName
  location: location
}""",
)

GRANT = _resource(
    "grant",
    "Microsoft.Authorization/roleAssignments",
    api_versions.ROLE_API,
    """= {
  scope: subnet
  name: guid(subnet.id, identity.id, roleDefinitionId)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}""",
)

GRANT_ELSEWHERE = """\
// In the network's resource group. A module would need a second file.
#disable-next-line no-deployments-resources
""" + _resource(
    "grant",
    "Microsoft.Resources/deployments",
    api_versions.DEPLOYMENT_FILE_API,
    """= {
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
          apiVersion: 'API_VERSION'
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
}""".replace("API_VERSION", api_versions.ROLE_API),
)

NETWORK_ELSEWHERE = """
        {
          condition: deployNetwork
          type: 'Microsoft.Network/virtualNetworks'
          apiVersion: 'API_VERSION'
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
        }""".replace("API_VERSION", api_versions.VNET_API)

SUBNET_ELSEWHERE = """
        {
          condition: deployNetwork
          type: 'Microsoft.Network/virtualNetworks/subnets'
          apiVersion: 'API_VERSION'
          name: '${vnetName}/${subnetName}'
          properties: {
            addressPrefix: subnetPrefix
          }
        }""".replace("API_VERSION", api_versions.SUBNET_API)

AFTER_ELSEWHERE = """
          dependsOn: [
            MADE
          ]"""

CLUSTER = _resource(
    "cluster",
    "Microsoft.ContainerService/managedClusters",
    api_versions.CLUSTER_FILE_API,
    """= {
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
}""",
)

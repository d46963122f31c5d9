"""Bicep as it is written by hand, with symbols instead of IDs. In the blocks, words in capitals are filled in."""

import json
import re
from textwrap import indent

from azext_kubenet.addressing.network_plugins import NetworkPlugin
from azext_kubenet.azure import api_versions
from azext_kubenet.export.comments import Comments, annotated, heading
from azext_kubenet.export.contents import (
    ROLE,
    Contents,
    Setting,
    agent_pools,
    cluster_remarks,
    settings,
)

_ONCE = "Therefore it is written once: @onlyIfNotExists requires Bicep 0.38.3 or newer."
_DEPLOY = "az deployment group create --resource-group GROUP --template-file FILE.bicep"
_ELSEWHERE = "In the network's resource group. A module would need a second file."
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

_NETWORK_PROPERTIES = """\
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
"""

_NETWORK = f"""\
resource network 'Microsoft.Network/virtualNetworks@VNET_API' = {{
  name: vnetName
  location: location
{_NETWORK_PROPERTIES}}}"""

_EXISTING_NETWORK = """\
resource network 'Microsoft.Network/virtualNetworks@VNET_API' existing = {SCOPE
  name: vnetName
}"""

_SUBNET = """\
resource subnet 'Microsoft.Network/virtualNetworks/subnets@SUBNET_API' = {
  parent: network
  name: subnetName
  properties: {
    addressPrefix: subnetPrefix
  }
}"""

_EXISTING_SUBNET = """\
resource subnet 'Microsoft.Network/virtualNetworks/subnets@SUBNET_API' existing = {
  parent: network
  name: subnetName
}"""

_EXISTING_TABLE = """\
resource routeTable 'Microsoft.Network/routeTables@TABLE_API' existing = {
  scope: resourceGroup(routeTableResourceGroup)
  name: routeTableName
}"""

_ROLE = f"""\
var networkContributor = '{ROLE}'
var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)"""

_IDENTITY = """\
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@IDENTITY_API' = {
  name: identityName
  location: location
}"""

_GRANT_PROPERTIES = """\
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
"""

_GRANT = f"""\
resource grant 'Microsoft.Authorization/roleAssignments@ROLE_API' = {{
  scope: subnet
  name: guid(subnet.id, identity.id, roleDefinitionId)
{_GRANT_PROPERTIES}}}"""

_DEPLOYMENT = f"""\
#disable-next-line no-deployments-resources
resource grant 'Microsoft.Resources/deployments@DEPLOYMENT_FILE_API' = {{
  name: 'kubenet-${{uniqueString(clusterName)}}'
  resourceGroup: vnetResourceGroup
  properties: {{
    mode: 'Incremental'
    template: {{
      '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
      contentVersion: '1.0.0.0'
      resources: [NETWORK
        {{
          type: 'Microsoft.Authorization/roleAssignments'
          apiVersion: 'ROLE_API'
          scope: subnet.id
          name: guid(subnet.id, identity.id, roleDefinitionId)AFTER
{indent(_GRANT_PROPERTIES, " " * 8)}        }}
      ]
    }}
  }}
}}"""

_TABLE_GRANT = f"""\
// In the route table's resource group. A module would need a second file.
#disable-next-line no-deployments-resources
resource tableGrant 'Microsoft.Resources/deployments@DEPLOYMENT_FILE_API' = {{
  name: 'kubenet-table-${{uniqueString(clusterName)}}'
  resourceGroup: routeTableResourceGroup
  properties: {{
    mode: 'Incremental'
    template: {{
      '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
      contentVersion: '1.0.0.0'
      resources: [
        {{
          type: 'Microsoft.Authorization/roleAssignments'
          apiVersion: 'ROLE_API'
          scope: routeTable.id
          name: guid(routeTable.id, identity.id, roleDefinitionId)
{indent(_GRANT_PROPERTIES, " " * 8)}        }}
      ]
    }}
  }}
}}"""

_NETWORK_IN_DEPLOYMENT = f"""
        {{
          condition: deployNetwork
          type: 'Microsoft.Network/virtualNetworks'
          apiVersion: 'VNET_API'
          name: vnetName
          location: location
{indent(_NETWORK_PROPERTIES, " " * 8)}        }}"""

_SUBNET_IN_DEPLOYMENT = """
        {
          condition: deployNetwork
          type: 'Microsoft.Network/virtualNetworks/subnets'
          apiVersion: 'SUBNET_API'
          name: '${vnetName}/${subnetName}'
          properties: {
            addressPrefix: subnetPrefix
          }
        }"""

_AFTER = """
          dependsOn: [
            ID
          ]"""

_CLUSTER = """\
resource cluster 'Microsoft.ContainerService/managedClusters@CLUSTER_FILE_API' = {
  name: clusterName
  location: location
  dependsOn: [
    grantTABLE_GRANT
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
      PLUGIN
      podCidr: podCidr
      serviceCidr: serviceCidr
      dnsServiceIP: dnsServiceIp
      loadBalancerSku: 'standard'
    }
  }
}"""


def text(contents: Contents) -> str:
    """Return the Bicep file of a plan."""
    target = contents.target
    network = _network_elsewhere(contents) if target.separate_resource_group else _network(contents)
    parts = [
        heading("//", _DEPLOY, contents.comments),
        *_parameters(contents),
        _ROLE,
        _versioned(_IDENTITY),
        *map(_versioned, [_EXISTING_TABLE, _TABLE_GRANT] if target.route_table else []),
        *map(_versioned, network),
        annotated("//", cluster_remarks(contents, "linuxProfile", "vmSize"), _versioned(_cluster(contents))),
        "output clusterId string = cluster.id",
    ]
    return "\n\n".join(parts) + "\n"


def _cluster(contents: Contents) -> str:
    """Return the cluster, after every grant that its first node needs."""
    cluster = _CLUSTER.replace("TABLE_GRANT", "\n    tableGrant" if contents.target.route_table else "")
    return cluster.replace("PLUGIN", _plugin(contents.plugin))


def _plugin(plugin: NetworkPlugin) -> str:
    """Return the lines of the network profile that name a network plugin."""
    mode = f"\n      networkPluginMode: {literal(plugin.mode)}" if plugin.mode else ""
    return f"networkPlugin: {literal(plugin.name)}{mode}"


def _versioned(block: str) -> str:
    """Return a block with the versions of its APIs."""
    return re.sub("[A-Z_]+_API", lambda name: str(getattr(api_versions, name.group())), block)


def _parameters(contents: Contents) -> list[str]:
    target = contents.target
    location = literal(target.location) if target.location else "resourceGroup().location"
    found = [_parameter("location", "string", location, "Region of the cluster and its network.")]
    found += [_of_setting(each) for each in (*settings(contents), agent_pools(contents))]
    if target.separate_resource_group and target.new_subnet:
        about = f"Whether to deploy the network. {contents.comments.first_deployment}"
        found.append(_parameter("deployNetwork", "bool", "true", about))
    return found


def values(contents: Contents) -> dict[str, object]:
    """Return the value of each parameter by its name, None for one that is left open."""
    named = {each.name: each.value for each in (*settings(contents), agent_pools(contents))}
    return {"location": contents.target.location, **named}


def _of_setting(setting: Setting) -> str:
    value = "" if setting.value is None else setting.value
    return _parameter(setting.name, setting.kind, literal(value), setting.about)


def _parameter(name: str, kind: str, value: str, about: str) -> str:
    return f"@description({literal(about)})\nparam {name} {kind} = {value}"


def _network(contents: Contents) -> list[str]:
    """Return network and subnet, new or existing, and the role assignment on the subnet."""
    target, comments = contents.target, contents.comments
    if target.new_network:
        return [_once(_NETWORK, comments), _EXISTING_SUBNET, _GRANT]
    subnet = _once(_SUBNET, comments) if target.new_subnet else _EXISTING_SUBNET
    return [_EXISTING_NETWORK.replace("SCOPE", ""), subnet, _GRANT]


def _once(resource: str, comments: Comments) -> str:
    return annotated("//", [f"{comments.attached} {_ONCE}"], f"@onlyIfNotExists()\n{resource}")


def _network_elsewhere(contents: Contents) -> list[str]:
    """Return the same in another resource group than the cluster's."""
    target = contents.target
    existing = [_EXISTING_NETWORK.replace("SCOPE", "\n  scope: resourceGroup(vnetResourceGroup)"), _EXISTING_SUBNET]
    if not target.new_subnet:
        return [*existing, annotated("//", [_ELSEWHERE], _DEPLOYMENT.replace("NETWORK", "").replace("AFTER", ""))]
    new, symbol = (_NETWORK_IN_DEPLOYMENT, "network") if target.new_network else (_SUBNET_IN_DEPLOYMENT, "subnet")
    grant = _DEPLOYMENT.replace("NETWORK", new).replace("AFTER", _AFTER.replace("ID", f"{symbol}.id"))
    return [*existing, annotated("//", [contents.comments.attached, _ELSEWHERE], grant)]


def literal(value: object, depth: int = 0) -> str:
    """Return a value as Bicep writes it."""
    inside = "  " * (depth + 1)
    if isinstance(value, list):
        lines = [inside + literal(each, depth + 1) for each in value]
        return "\n".join(["[", *lines, "  " * depth + "]"])
    if isinstance(value, dict):
        lines = [f"{inside}{key}: {literal(each, depth + 1)}" for key, each in value.items()]
        return "\n".join(["{", *lines, "  " * depth + "}"])
    if isinstance(value, str):
        return "'" + "".join(map(_character, value)).replace("${", "\\${") + "'"
    return json.dumps(value)


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"

"""An ARM template, in the language version in which a resource can be left alone once it exists."""

import json

from azext_kubenet.addressing.network_plugins import NetworkPlugin
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json
from azext_kubenet.export.comments import Comments
from azext_kubenet.export.contents import (
    ROLE,
    Contents,
    Setting,
    agent_pools,
    cluster_remarks,
    settings,
)
from azext_kubenet.export.target import Target

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_NETWORK, _NETWORK_API = "Microsoft.Network/virtualNetworks", api_versions.VNET_API
_SUBNET, _SUBNET_API = "Microsoft.Network/virtualNetworks/subnets", api_versions.SUBNET_API
_TABLE = "Microsoft.Network/routeTables"
_IDENTITY, _IDENTITY_API = "Microsoft.ManagedIdentity/userAssignedIdentities", api_versions.IDENTITY_API
_ASSIGNMENT, _ASSIGNMENT_API = "Microsoft.Authorization/roleAssignments", api_versions.ROLE_API
_CLUSTER, _CLUSTER_API = "Microsoft.ContainerService/managedClusters", api_versions.CLUSTER_FILE_API
_DEPLOYMENT, _DEPLOYMENT_API = "Microsoft.Resources/deployments", api_versions.DEPLOYMENT_FILE_API

#: What Bicep compiles @onlyIfNotExists() to. Azure/bicep release 0.38.3
_ONCE: Json = {"onlyIfNotExists": []}


def text(contents: Contents) -> str:
    """Return the template of a plan."""
    target = contents.target
    network = _network_elsewhere(contents) if target.separate_resource_group else _network(contents)
    template = {
        **_frame(),
        "metadata": {
            "description": contents.comments.origin,
            "deploy": "az deployment group create --resource-group GROUP --template-file FILE.json",
            **_retirement(contents.comments),
            "remarks": cluster_remarks(contents, "linuxProfile", "vmSize"),
        },
        "parameters": _parameters(contents),
        "variables": _variables(target),
        "resources": {"identity": _identity(), **_table_grant(target), **network, "cluster": _cluster(contents)},
        "outputs": {"clusterId": {"type": "string", "value": f"[resourceId('{_CLUSTER}', parameters('clusterName'))]"}},
    }
    return json.dumps(template, indent=2) + "\n"


def _retirement(comments: Comments) -> Json:
    """Return until when there is the network plugin, or nothing for one that does not retire."""
    return {"retirement": f"{comments.retirement} {comments.successor}"} if comments.retirement else {}


def _frame() -> Json:
    return {"$schema": _SCHEMA, "languageVersion": "2.0", "contentVersion": "1.0.0.0"}


def _literal(value: object) -> object:
    """Return a value that ARM does not read as an expression: a text in square brackets gets another bracket."""
    if isinstance(value, str):
        return f"[{value}" if value.startswith("[") and value.endswith("]") else value
    if isinstance(value, list):
        return [_literal(each) for each in value]
    return {key: _literal(each) for key, each in value.items()} if isinstance(value, dict) else value


def _parameters(contents: Contents) -> Json:
    target = contents.target
    return {
        "location": {
            "type": "string",
            "defaultValue": _literal(target.location) if target.location else "[resourceGroup().location]",
            "metadata": {"description": "Region of the cluster and its network."},
        },
        **{each.name: _parameter(each) for each in (*settings(contents), agent_pools(contents))},
    }


def _parameter(setting: Setting) -> Json:
    return {
        "type": setting.kind,
        "defaultValue": _literal("" if setting.value is None else setting.value),
        "metadata": {"description": setting.about},
    }


def _variables(target: Target) -> Json:
    group = "parameters('vnetResourceGroup'), " if target.separate_resource_group else ""
    return {
        "subnetId": f"[resourceId({group}'{_SUBNET}', parameters('vnetName'), parameters('subnetName'))]",
        "identityId": f"[resourceId('{_IDENTITY}', parameters('identityName'))]",
        "roleDefinitionId": f"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{ROLE}')]",
        "assignmentName": "[guid(variables('subnetId'), variables('identityId'), variables('roleDefinitionId'))]",
        **(_table_variables() if target.route_table else {}),
    }


def _table_variables() -> Json:
    table = f"resourceId(parameters('routeTableResourceGroup'), '{_TABLE}', parameters('routeTableName'))"
    name = "guid(variables('routeTableId'), variables('identityId'), variables('roleDefinitionId'))"
    return {"routeTableId": f"[{table}]", "tableAssignmentName": f"[{name}]"}


def _identity() -> Json:
    return {
        "type": _IDENTITY,
        "apiVersion": _IDENTITY_API,
        "name": "[parameters('identityName')]",
        "location": "[parameters('location')]",
    }


def _network(contents: Contents) -> Json:
    """Return what is created of the network, and the role assignment, in the cluster's own resource group."""
    created = _new_network(contents)
    return {**created, "grant": _grant([*created, "identity"], "variables", "[reference('identity').principalId]")}


def _new_network(contents: Contents) -> Json:
    """Return the network with its subnet, the subnet alone, or nothing."""
    target = contents.target
    subnet = {"properties": {"addressPrefix": "[parameters('subnetPrefix')]"}}
    why = f"{contents.comments.attached} Therefore it is written once."
    common = {"@options": _ONCE, "metadata": {"description": why}}
    if target.new_network:
        network = {
            "addressSpace": {"addressPrefixes": "[parameters('vnetAddressPrefixes')]"},
            "subnets": [{"name": "[parameters('subnetName')]", **subnet}],
        }
        return {
            "network": {
                "type": _NETWORK,
                "apiVersion": _NETWORK_API,
                "name": "[parameters('vnetName')]",
                "location": "[parameters('location')]",
                "properties": network,
                **common,
            }
        }
    if target.new_subnet:
        name = "[format('{0}/{1}', parameters('vnetName'), parameters('subnetName'))]"
        return {"subnet": {"type": _SUBNET, "apiVersion": _SUBNET_API, "name": name, **subnet, **common}}
    return {}


def _grant(
    after: list[str], source: str, principal: str, scope: str = "subnetId", name: str = "assignmentName"
) -> Json:
    """Return Network Contributor on a scope, the subnet or its route table. [I1, I3]

    source: what holds the IDs, variables or parameters
    """
    return {
        "type": _ASSIGNMENT,
        "apiVersion": _ASSIGNMENT_API,
        "scope": f"[{source}('{scope}')]",
        "name": f"[{source}('{name}')]",
        "dependsOn": after,
        "properties": {
            "roleDefinitionId": f"[{source}('roleDefinitionId')]",
            "principalId": principal,
            "principalType": "ServicePrincipal",
        },
    }


def _network_elsewhere(contents: Contents) -> Json:
    """Return the same in the network's resource group: a deployment of its own, which sees only its parameters."""
    target = contents.target
    created = _new_network(contents)
    passed = {
        **{each.name: each.kind for each in settings(contents) if created and each.name.startswith(("vnet", "subnet"))},
        **({"location": "string"} if target.new_network else {}),
    }
    passed.pop("vnetResourceGroup", None)
    ids = ("subnetId", "assignmentName", "roleDefinitionId")
    values = {
        **{name: f"[parameters('{name}')]" for name in passed},
        **{name: f"[variables('{name}')]" for name in ids},
        "principalId": "[reference('identity').principalId]",
    }
    grant = _grant([*created], "parameters", "[parameters('principalId')]")
    kinds = {name: passed.get(name, "string") for name in values}
    return {"grant": _deployment("kubenet", "vnetResourceGroup", values, kinds, {**created, "grant": grant})}


def _deployment(name: str, group: str, values: Json, kinds: Json, resources: Json) -> Json:
    """Return a deployment in the resource group that a parameter names. values, kinds: of its parameters."""
    return {
        "type": _DEPLOYMENT,
        "apiVersion": _DEPLOYMENT_API,
        "name": f"[format('{name}-{{0}}', uniqueString(parameters('clusterName')))]",
        "resourceGroup": f"[parameters('{group}')]",
        "dependsOn": ["identity"],
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {name: {"value": value} for name, value in values.items()},
            "template": {
                **_frame(),
                "parameters": {name: {"type": kinds[name]} for name in values},
                "resources": resources,
            },
        },
    }


def _table_grant(target: Target) -> Json:
    """Return the role assignment on the subnet's own route table, in that one's resource group. [I3, I4]"""
    if not target.route_table:
        return {}
    scope, name = "routeTableId", "tableAssignmentName"
    values: Json = {each: f"[variables('{each}')]" for each in (scope, name, "roleDefinitionId")}
    values["principalId"] = "[reference('identity').principalId]"
    grant = _grant([], "parameters", "[parameters('principalId')]", scope, name)
    kinds = dict.fromkeys(values, "string")
    return {"tableGrant": _deployment("kubenet-table", "routeTableResourceGroup", values, kinds, {"tableGrant": grant})}


def _cluster(contents: Contents) -> Json:
    """Return the cluster, after the role assignment that its first node needs. The API has no docker bridge [D2]."""
    shared = (
        "createObject('osType', 'Linux', 'type', 'VirtualMachineScaleSets', "
        "'maxPods', parameters('maxPods'), 'vnetSubnetID', variables('subnetId'))"
    )
    size = "if(empty(parameters('nodeVmSize')), createObject(), createObject('vmSize', parameters('nodeVmSize')))"
    pools = {
        "name": "agentPoolProfiles",
        "count": "[length(parameters('pools'))]",
        "input": f"[union(parameters('pools')[copyIndex('agentPoolProfiles')], {shared}, {size})]",
    }
    return {
        "type": _CLUSTER,
        "apiVersion": _CLUSTER_API,
        "name": "[parameters('clusterName')]",
        "location": "[parameters('location')]",
        "dependsOn": ["identity", "grant", *(["tableGrant"] if contents.target.route_table else [])],
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"[variables('identityId')]": {}}},
        "properties": {
            "dnsPrefix": "[parameters('dnsPrefix')]",
            "copy": [pools],
            "networkProfile": _network_profile(contents.plugin),
        },
    }


def _network_profile(plugin: NetworkPlugin) -> Json:
    return {
        "networkPlugin": plugin.name,
        **({"networkPluginMode": plugin.mode} if plugin.mode else {}),
        "podCidr": "[parameters('podCidr')]",
        "serviceCidr": "[parameters('serviceCidr')]",
        "dnsServiceIP": "[parameters('dnsServiceIp')]",
        "loadBalancerSku": "standard",
    }

"""An ARM template, in the language version in which a resource can be left alone once it exists."""

import json

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json
from azext_kubenet.export.comments import ORIGIN, RETIREMENT, ROUTE_TABLE, SUCCESSOR, remarks
from azext_kubenet.export.contents import ROLE, Contents, Setting, profiles, settings
from azext_kubenet.export.target import Target

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
CLUSTER = "Microsoft.ContainerService/managedClusters"
DEPLOYMENT = "Microsoft.Resources/deployments"

#: What Bicep's @onlyIfNotExists() becomes. Azure/bicep release 0.38.3
ONCE: Json = {"onlyIfNotExists": []}


def text(contents: Contents) -> str:
    """The template of a plan."""
    place = contents.place
    network = _apart(contents) if place.separate_resource_group else _here(place)
    return (
        json.dumps(
            {
                **_frame(),
                "metadata": {
                    "description": ORIGIN,
                    "deploy": "az deployment group create --resource-group GROUP --template-file FILE.json",
                    "retirement": f"{RETIREMENT} {SUCCESSOR}",
                    "remarks": remarks(contents, "linuxProfile", "vmSize"),
                },
                "parameters": _parameters(contents),
                "variables": _variables(place),
                "resources": {"identity": _identity(), **network, "cluster": _cluster()},
                "outputs": {
                    "clusterId": {"type": "string", "value": f"[resourceId('{CLUSTER}', parameters('clusterName'))]"}
                },
            },
            indent=2,
        )
        + "\n"
    )


def _frame() -> Json:
    return {"$schema": SCHEMA, "languageVersion": "2.0", "contentVersion": "1.0.0.0"}


def literal(value: object) -> object:
    """A value that ARM does not take for an expression: one in square brackets gets another bracket."""
    if isinstance(value, str):
        return f"[{value}" if value.startswith("[") and value.endswith("]") else value
    if isinstance(value, list):
        return [literal(each) for each in value]
    return {key: literal(each) for key, each in value.items()} if isinstance(value, dict) else value


def _parameters(contents: Contents) -> Json:
    place = contents.place
    return {
        "location": {
            "type": "string",
            "defaultValue": literal(place.location) if place.location else "[resourceGroup().location]",
            "metadata": {"description": "Region of the cluster and its network."},
        },
        **{each.name: _parameter(each) for each in settings(contents)},
        "pools": _parameter(
            Setting("pools", "array", profiles(contents), "Node pools, the first a system pool; in the words of AKS.")
        ),
    }


def _parameter(setting: Setting) -> Json:
    return {
        "type": setting.kind,
        "defaultValue": literal(setting.value),
        "metadata": {"description": setting.about},
    }


def _variables(place: Target) -> Json:
    group = "parameters('vnetResourceGroup'), " if place.separate_resource_group else ""
    return {
        "subnetId": f"[resourceId({group}'{SUBNET}', parameters('vnetName'), parameters('subnetName'))]",
        "identityId": f"[resourceId('{IDENTITY}', parameters('identityName'))]",
        "roleDefinitionId": f"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{ROLE}')]",
        "assignmentName": "[guid(variables('subnetId'), variables('identityId'), variables('roleDefinitionId'))]",
    }


def _identity() -> Json:
    return {
        "type": IDENTITY,
        "apiVersion": api_versions.IDENTITY_API,
        "name": "[parameters('identityName')]",
        "location": "[parameters('location')]",
    }


def _here(place: Target) -> Json:
    """What is made of the network, and the grant, in the cluster's own resource group."""
    made = _made(place)
    return {**made, "grant": _grant([*made, "identity"], "variables", "[reference('identity').principalId]")}


def _made(place: Target) -> Json:
    """The network with its subnet, the subnet alone, or nothing."""
    subnet = {"properties": {"addressPrefix": "[parameters('subnetPrefix')]"}}
    common = {"@options": ONCE, "metadata": {"description": f"{ROUTE_TABLE} So it is written once."}}
    if place.new_network:
        network = {
            "addressSpace": {"addressPrefixes": "[parameters('vnetAddressPrefixes')]"},
            "subnets": [{"name": "[parameters('subnetName')]", **subnet}],
        }
        return {
            "network": {
                "type": NETWORK,
                "apiVersion": api_versions.VNET_API,
                "name": "[parameters('vnetName')]",
                "location": "[parameters('location')]",
                "properties": network,
                **common,
            }
        }
    if place.new_subnet:
        name = "[format('{0}/{1}', parameters('vnetName'), parameters('subnetName'))]"
        return {"subnet": {"type": SUBNET, "apiVersion": api_versions.SUBNET_API, "name": name, **subnet, **common}}
    return {}


def _grant(after: list[str], source: str, principal: str) -> Json:
    """Network Contributor on the subnet [I1]. source: where the ids stand, in variables or in parameters."""
    return {
        "type": ASSIGNMENT,
        "apiVersion": api_versions.ROLE_API,
        "scope": f"[{source}('subnetId')]",
        "name": f"[{source}('assignmentName')]",
        "dependsOn": after,
        "properties": {
            "roleDefinitionId": f"[{source}('roleDefinitionId')]",
            "principalId": principal,
            "principalType": "ServicePrincipal",
        },
    }


def _apart(contents: Contents) -> Json:
    """The same in the network's resource group: a deployment of its own, which sees nothing but what it is handed."""
    place = contents.place
    made = _made(place)
    handed = {
        **{each.name: each.kind for each in settings(contents) if made and each.name.startswith(("vnet", "subnet"))},
        **({"location": "string"} if place.new_network else {}),
    }
    handed.pop("vnetResourceGroup", None)
    ids = ("subnetId", "assignmentName", "roleDefinitionId")
    values = {
        **{name: f"[parameters('{name}')]" for name in handed},
        **{name: f"[variables('{name}')]" for name in ids},
        "principalId": "[reference('identity').principalId]",
    }
    inner = {
        **_frame(),
        "parameters": {name: {"type": handed.get(name, "string")} for name in values},
        "resources": {**made, "grant": _grant([*made], "parameters", "[parameters('principalId')]")},
    }
    return {
        "grant": {
            "type": DEPLOYMENT,
            "apiVersion": api_versions.DEPLOYMENT_FILE_API,
            "name": "[format('kubenet-{0}', uniqueString(parameters('clusterName')))]",
            "resourceGroup": "[parameters('vnetResourceGroup')]",
            "dependsOn": ["identity"],
            "properties": {
                "mode": "Incremental",
                "expressionEvaluationOptions": {"scope": "inner"},
                "parameters": {name: {"value": value} for name, value in values.items()},
                "template": inner,
            },
        }
    }


def _cluster() -> Json:
    """After the grant, which the first node needs. No docker bridge: the clusters API has none any more [D2]."""
    shared = (
        "createObject('osType', 'Linux', 'type', 'VirtualMachineScaleSets', "
        "'maxPods', parameters('maxPods'), 'vnetSubnetID', variables('subnetId'))"
    )
    pools = {
        "name": "agentPoolProfiles",
        "count": "[length(parameters('pools'))]",
        "input": f"[union(parameters('pools')[copyIndex('agentPoolProfiles')], {shared})]",
    }
    return {
        "type": CLUSTER,
        "apiVersion": api_versions.CLUSTER_FILE_API,
        "name": "[parameters('clusterName')]",
        "location": "[parameters('location')]",
        "dependsOn": ["identity", "grant"],
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"[variables('identityId')]": {}}},
        "properties": {
            "dnsPrefix": "[parameters('dnsPrefix')]",
            "copy": [pools],
            "networkProfile": {
                "networkPlugin": "kubenet",
                "podCidr": "[parameters('podCidr')]",
                "serviceCidr": "[parameters('serviceCidr')]",
                "dnsServiceIP": "[parameters('dnsServiceIp')]",
                "loadBalancerSku": "standard",
            },
        },
    }

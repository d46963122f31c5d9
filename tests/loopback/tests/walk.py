"""A walk through every kind of resource and every verb, to be compared with the recorded answers."""

from __future__ import annotations

from typing import Any

from ..callers.client import SUB
from ..seeds import bodies
from ..seeds.bodies import CLUSTER, IDENTITY, NET, SUBNET, TABLE

NSG = "resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/sg"
ROLE = "4d97b98b-1d4f-4787-a291-c67834d212e7"
RULE = {
    "properties": {
        "access": "Allow",
        "direction": "Inbound",
        "priority": 100,
        "protocol": "Tcp",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "80",
    }
}
ROUTE = {
    "properties": {"addressPrefix": "10.9.0.0/24", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "192.168.1.9"}
}


def requests(world: dict[str, Any]) -> list[tuple[str, str, str, Any]]:
    """(file of recordings, method, path, body): a walk through every kind, made twice where create and update
    differ.
    """
    network = bodies.network("192.168.0.0/16", s="192.168.1.0/24", other="192.168.2.0/24")
    cluster = bodies.cluster(world["subnet"], world["identity"])
    role = {
        "properties": {
            "roleDefinitionId": f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{ROLE}",
            "principalId": world["principal"],
            "principalType": "ServicePrincipal",
        }
    }
    roles = "providers/Microsoft.Authorization/role"
    assignment = f"{NET}/{roles}Assignments/11111111-1111-4111-8111-111111111111"
    twice = [
        ("resourceGroups", "resourceGroups/h", bodies.group()),
        ("virtualNetworks", NET + "2", network),
        ("subnets", NET + "2/subnets/x", bodies.subnet("192.168.9.0/24")),
        (
            "routeTables",
            TABLE,
            {"location": "westeurope", "tags": {"made": "here"}, "properties": {"disableBgpRoutePropagation": False}},
        ),
        ("routeTables", TABLE + "/routes/r", ROUTE),
        ("networkSecurityGroups", NSG, {"location": "westeurope"}),
        ("networkSecurityGroups", NSG + "/securityRules/r", RULE),
        ("userAssignedIdentities", IDENTITY + "2", {"location": "westeurope", "tags": {}}),
        ("managedClusters", CLUSTER, cluster),
    ]
    walk = [
        (kind, verb, path, body if verb == "PUT" else None)
        for kind, path, body in twice
        for verb in ("PUT", "GET", "PUT")
    ]
    pool = {
        "properties": {
            "count": 1,
            "vmSize": "Standard_D2s_v5",
            "osType": "Linux",
            "mode": "User",
            "maxPods": 110,
            "type": "VirtualMachineScaleSets",
            "vnetSubnetID": world["subnet"],
        }
    }
    walk += [
        ("agentPools", "PUT", CLUSTER + "/agentPools/two", pool),
        ("agentPools", "GET", CLUSTER + "/agentPools/two", None),
        ("agentPools", "GET", CLUSTER + "/agentPools", None),
        ("agentPools", "PUT", CLUSTER + "/agentPools/two", pool),
    ]
    walk += [
        ("roleAssignments", "PUT", assignment, role),
        ("roleAssignments", "GET", assignment, None),
        ("roleAssignments", "GET", f"{SUBNET}/{roles}Assignments?$filter=atScope()", None),
        ("roleDefinitions", "GET", f"{SUBNET}/{roles}Definitions?$filter=roleName eq 'Network Contributor'", None),
        ("roleDefinitions", "GET", f"{roles}Definitions/{ROLE}", None),
        ("resourceGroups", "HEAD", "resourceGroups/h", None),
    ]
    lists = [
        ("virtualNetworks", NET.rpartition("/")[0]),
        ("subnets", NET + "/subnets"),
        ("routeTables", TABLE.rpartition("/")[0]),
        ("routeTables", TABLE + "/routes"),
        ("networkSecurityGroups", NSG.rpartition("/")[0]),
        ("managedClusters", CLUSTER.rpartition("/")[0]),
        ("virtualNetworks", "providers/Microsoft.Network/virtualNetworks"),
    ]
    walk += [(kind, "GET", path, None) for kind, path in lists]
    walk += [
        ("aksOther", "POST", CLUSTER + "/listClusterUserCredential", None),
        ("providers", "GET", "providers/Microsoft.Network", None),
    ]
    walk += [
        (kind, "DELETE", path, None)
        for kind, path in (
            ("roleAssignments", assignment),
            ("roleAssignments", assignment),
            ("agentPools", CLUSTER + "/agentPools/two"),
            ("managedClusters", CLUSTER),
            ("subnets", NET + "2/subnets/x"),
            ("virtualNetworks", NET + "2"),
            ("virtualNetworks", NET + "9"),
            ("routeTables", TABLE + "/routes/r"),
            ("networkSecurityGroups", NSG),
            ("userAssignedIdentities", IDENTITY + "2"),
            ("resourceGroups", "resourceGroups/h"),
        )
    ]
    return walk

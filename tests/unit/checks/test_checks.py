"""Every check, a sentence a row: what Azure shows, and what is found."""

from dataclasses import replace

import pytest
from netaddr import IPNetwork

from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks import CHECKS, Machines
from azext_kubenet.errors import in_words
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED
from azext_kubenet.options.private_cluster import ZONE, PrivateCluster
from tests.unit.checks.obstacles import (
    A_VERSION,
    LOCKS,
    POLICIES,
    POLICY,
    QUOTAS,
    SIZES,
    a_lock,
    a_policy,
    a_quota,
    a_size,
    assigned,
)
from tests.unit.checks.wire import (
    A_PROVIDER,
    CLUSTERS,
    GATEWAY,
    GROUP,
    NAMES,
    NETWORK,
    NSG,
    PERMISSIONS,
    READER,
    REFUSED,
    SUB,
    TABLE,
    a_cluster,
    but,
    network,
    nic,
    nsg,
    plan,
    run,
    situation,
    subnet,
    table,
)

SUBNET = NAMES.subnet_id
OTHER = f"{NETWORK}/virtualNetworks/v/subnets/other"
FULL = {"ipConfigurations": [nic(number) for number in range(24)]}
ROUTED, GUARDED, GATED = (
    {"routeTable": {"id": TABLE}},
    {"networkSecurityGroup": {"id": NSG}},
    {"natGateway": {"id": GATEWAY}},
)
MADE_BY_AKS = f"{SUB}/resourceGroups/MC_other_b_westeurope/providers"
AKS_TABLE = f"{MADE_BY_AKS}/Microsoft.Network/routeTables/aks-agentpool-1-routetable"
AKS_NODE = {
    "id": f"{MADE_BY_AKS}/Microsoft.Compute/virtualMachineScaleSets/aks-nodepool1-1-vmss/"
    "virtualMachines/0/networkInterfaces/aks-nodepool1-1-vmss/ipConfigurations/i"
}


def into(**properties):
    """A creation into a subnet that exists."""
    return situation(network(subnet(**properties)))


def hiding(wanted):
    """The same with a network that may not be read."""
    return replace(wanted, existing=replace(wanted.existing, hidden={NAMES.vnet_id: REFUSED}))


NODE_GROUP = f"{SUB}/resourceGroups/MC_g_c_westeurope"
MANAGED = f"{NODE_GROUP}/providers/Microsoft.Network/routeTables"
MANAGED_TABLE = {"id": f"{MANAGED}/aks-agentpool-7-routetable", "name": "aks-agentpool-7-routetable"}


def lives_in(**properties):
    """A cluster that exists, in a subnet that carries something."""
    cluster = a_cluster("c", SUBNET)
    cluster["properties"] |= {"nodeResourceGroup": "MC_g_c_westeurope"}
    cluster["properties"]["networkProfile"] = {"networkPlugin": "kubenet", "podCidr": "10.244.0.0/16"}
    return situation(network(subnet(**properties)), cluster=cluster)


SERVICES = [{"actions": ["Microsoft.ContainerService/*", "Microsoft.ManagedIdentity/*"], "notActions": []}]
CONTRIBUTOR = [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"], "condition": None}]
WANTED = "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7"
ON_BLOBS = (
    "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'})) OR "
    "(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs'))"
)


CUSTOM = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/0c000000-0000-4000-8000-000000000001"


def definition(actions, refused=()):
    return {"properties": {"permissions": [{"actions": list(actions), "notActions": list(refused)}]}}


def granting(roles):
    """Role Based Access Control Administrator for some roles only, with the condition that the portal writes [I21]."""
    parts = (
        f"((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/{verb}'}})) OR "
        f"(@{of}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {roles}))"
        for verb, of in (("write", "Request"), ("delete", "Resource"))
    )
    actions = ["Microsoft.Authorization/roleAssignments/write", "*/read"]
    return {"actions": actions, "notActions": [], "condition": " AND ".join(parts), "conditionVersion": "2.0"}


def errors(name, *words):
    return [(name, "error", words)]


def warnings(name, *words):
    return [(name, "warning", words)]


# (what is seen, the situation, Azure's answers, findings: name, severity, words in message and recommendation)
ROWS = (
    ("nothing is there yet", situation(group=False), {}, []),
    ("a subnet with nothing in it", into(), {}, []),
    (
        "the group may not be made",
        situation(group=False),
        {SUB + PERMISSIONS: READER},
        errors(
            "caller-may-write",
            "Microsoft.Resources/subscriptions/resourceGroups/write",
            f"on {SUB}",
            f'az role assignment create --assignee CALLER --role "Contributor" --scope {SUB}',
            "signed-in-user",
        ),
    ),
    (
        "the subnet may not be joined",
        but(into(), caller=Caller("o-1", "User")),
        {SUBNET + PERMISSIONS: READER},
        errors(
            "caller-may-write",
            "subnets/join/action",
            SUBNET,
            "az role assignment create --assignee-object-id o-1 --assignee-principal-type User "
            f'--role "Network Contributor" --scope {SUBNET}',
        ),
    ),
    (
        "the group allows all but the cluster",
        into(),
        {GROUP + PERMISSIONS: [{"actions": ["*"], "notActions": ["Microsoft.ContainerService/*/write"]}]},
        errors("caller-may-write", "managedClusters/write", '--role "Contributor"', GROUP),
    ),
    (
        "a subnet may not be made in the network",
        situation(network()),
        {NAMES.vnet_id + PERMISSIONS: READER},
        errors(
            "caller-may-write",
            "subnets/write and Microsoft.Network/virtualNetworks/subnets/join/action",
            f'--role "Network Contributor" --scope {NAMES.vnet_id}',
        ),
    ),
    (
        "permissions may not be read",
        into(),
        {SUBNET + PERMISSIONS: REFUSED, GROUP + PERMISSIONS: SERVICES, SUB + PERMISSIONS: REFUSED},
        warnings("caller-may-write", "the caller's own permissions on", "AuthorizationFailed", '--role "Reader"'),
    ),
    (
        "permissions on the subnet may not be read, and those of its group allow all",
        into(),
        {SUBNET + PERMISSIONS: REFUSED},
        [],
    ),
    (
        "a group that is not shown yet, in a subscription that allows all",
        into(),
        {GROUP + PERMISSIONS: None, SUBNET + PERMISSIONS: None},
        [],
    ),
    (
        "a list of permissions that is empty, in a subscription that allows all",
        into(),
        {GROUP + PERMISSIONS: [], SUBNET + PERMISSIONS: []},
        [],
    ),
    (
        "an answer without a list of permissions",
        into(),
        {
            GROUP + PERMISSIONS: {"value": None},
            SUBNET + PERMISSIONS: {"value": None},
            SUB + PERMISSIONS: {"value": None},
        },
        [
            *warnings("caller-may-write", "Azure's answer has no list"),
            *warnings("caller-may-write", "Azure's answer has no list"),
        ],
    ),
    (
        "no permissions are shown at all",
        but(into(), grant_scopes=(SUBNET,)),
        {GROUP + PERMISSIONS: None, SUBNET + PERMISSIONS: None, SUB + PERMISSIONS: None},
        [
            *warnings("caller-may-write", "the caller's own permissions on", "to this login, or not yet"),
            *warnings("caller-may-write", "the caller's own permissions on", "this was not checked"),
            *warnings("caller-may-grant", "the caller's own permissions on", "this was not checked"),
        ],
    ),
    (
        "there are no permissions at all",
        situation(),
        {GROUP + PERMISSIONS: [], SUB + PERMISSIONS: []},
        errors("caller-may-write", "none of the 0 permission sets"),
    ),
    (
        "the role may be granted under a condition that names others",
        but(into(), grant_scopes=(SUBNET,), principal="p-1", role_ids={SUBNET: WANTED}),
        {SUBNET + PERMISSIONS: [*CONTRIBUTOR, granting("{11111111-1111-4111-8111-111111111111}")]},
        warnings(
            "caller-may-grant",
            "condition that does not allow role Network Contributor",
            "Azure may refuse",
            "--skip-subnet-role-assignment",
            "az role assignment create --assignee-object-id p-1",
        ),
    ),
    (
        "the role may be granted under a condition that names it",
        but(into(), grant_scopes=(SUBNET,), role_ids={SUBNET: WANTED}),
        {SUBNET + PERMISSIONS: [*CONTRIBUTOR, granting("{1-1, 4D97b98b-1d4f-4787-a291-c67834d212e7}")]},
        [],
    ),
    (
        "the role may be granted under a condition in words of another kind",
        but(into(), grant_scopes=(SUBNET,), role_ids={SUBNET: WANTED}),
        {SUBNET + PERMISSIONS: [*CONTRIBUTOR, {"actions": ["*"], "condition": "@Environment[x] DateTimeLess '1'"}]},
        warnings("caller-may-grant", "could not be evaluated for role Network Contributor", "is printed"),
    ),
    (
        "the subnet may be joined under a condition that nobody can read",
        into(),
        {SUBNET + PERMISSIONS: [{"actions": ["*"], "condition": "@Environment[x] DateTimeLess '1'"}]},
        warnings(
            "caller-may-write", "subnets/join/action", "under a condition", f'"Network Contributor" --scope {SUBNET}'
        ),
    ),
    (
        "a role that is not known is enough for the subnet, and not for a table",
        but(into(**ROUTED), grant_scopes=(SUBNET, TABLE), role="join", role_ids={SUBNET: CUSTOM, TABLE: CUSTOM}),
        {CUSTOM: definition(["Microsoft.Network/virtualNetworks/*"], ["Microsoft.Network/virtualNetworks/write"])},
        errors(
            "role-allows-too-little", "role join does not allow", "routeTables/write", f"on {TABLE}", "--role 'Network"
        ),
    ),
    (
        "a role that reads only",
        but(into(), grant_scopes=(SUBNET,), role="Reader", role_ids={SUBNET: CUSTOM}),
        {CUSTOM: definition(["*/read"])},
        errors("role-allows-too-little", "does not allow Microsoft.Network/virtualNetworks/subnets/join/action, "),
    ),
    (
        "a role that reads only, for an identity that may join",
        but(into(), grant_scopes=(SUBNET,), role="Reader", role_ids={SUBNET: CUSTOM}, principal="p"),
        {
            CUSTOM: definition(["*/read"]),
            f"{CUSTOM}2": definition(["Microsoft.Network/virtualNetworks/subnets/*"]),
            f"{SUBNET}/providers/Microsoft.Authorization/roleAssignments": [
                {"properties": {"principalId": "p", "scope": GROUP, "roleDefinitionId": f"{CUSTOM}2"}}
            ],
        },
        [],
    ),
    (
        "a role whose definition may not be read",
        but(into(), grant_scopes=(SUBNET,), role="secret", role_ids={SUBNET: CUSTOM}),
        {CUSTOM: REFUSED},
        warnings("role-allows-too-little", "the definition of role secret could not be read", "not checked"),
    ),
    (
        "a role that does not exist",
        but(into(), grant_scopes=(SUBNET,), role="gone", role_ids={SUBNET: f"{GROUP}/gone"}),
        {},
        errors("role-allows-too-little", "role gone does not exist", "az role definition list"),
    ),
    (
        "a condition on blobs says nothing of subnets",
        into(),
        {SUBNET + PERMISSIONS: [{"actions": ["*"], "condition": ON_BLOBS}]},
        [],
    ),
    (
        "the role may not be granted, and the identity is still to be made",
        but(into(), grant_scopes=(SUBNET,)),
        {SUBNET + PERMISSIONS: [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}]},
        errors(
            "caller-may-grant",
            "roleAssignments/write",
            "use --assign-identity ID of an identity that has",
            '--role "Role Based Access Control Administrator" --scope',
            "if this check is skipped, everything before the role assignment is then created",
        ),
    ),
    (
        "the same, and the check is skipped",
        but(into(), grant_scopes=(SUBNET,), skip_checks=("caller-may-grant",)),
        {SUBNET + PERMISSIONS: [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}]},
        errors("caller-may-grant", "-> everything before the role assignment is then created"),
    ),
    (
        "the role may not be granted to an identity that exists",
        but(into(), grant_scopes=(SUBNET,), principal="p-1", role="Contributor"),
        {SUBNET + PERMISSIONS: [{"actions": ["Microsoft.Network/*"], "notActions": []}]},
        errors(
            "caller-may-grant",
            "az role assignment create --assignee-object-id p-1 --assignee-principal-type "
            f'ServicePrincipal --role "Contributor" --scope {SUBNET}',
        ),
    ),
    (
        "the role may not be granted on a subnet that is still to be made",
        situation(grant_scopes=(SUBNET,)),
        {GROUP + PERMISSIONS: [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/write"]}]},
        errors("caller-may-grant", f"{SUBNET}, by the permissions on {GROUP}"),
    ),
    (
        "a provider is not registered, and the caller may register it",
        situation(),
        {f"{SUB}/providers/Microsoft.ContainerService": {**A_PROVIDER, "registrationState": "NotRegistered"}},
        warnings("providers-registered", "Microsoft.ContainerService is NotRegistered", "it is registered first"),
    ),
    (
        "a provider is not registered, and whether the caller may register it is not shown",
        situation(),
        {
            f"{SUB}/providers/Microsoft.Network": {**A_PROVIDER, "registrationState": "Unregistered"},
            SUB + PERMISSIONS: REFUSED,
        },
        warnings("providers-registered", "Microsoft.Network is Unregistered"),
    ),
    (
        "a provider is not registered, and the caller may not register it",
        situation(),
        {
            f"{SUB}/providers/Microsoft.ContainerService": {**A_PROVIDER, "registrationState": "NotRegistered"},
            SUB + PERMISSIONS: READER,
        },
        errors(
            "providers-registered",
            "Microsoft.ContainerService is NotRegistered",
            "az provider register -n Microsoft.ContainerService --wait --subscription s",
        ),
    ),
    (
        "a provider is about to be registered",
        situation(),
        {f"{SUB}/providers/Microsoft.ManagedIdentity": {**A_PROVIDER, "registrationState": "Registering"}},
        warnings("providers-registered", "Microsoft.ManagedIdentity is Registering"),
    ),
    (
        "a provider may not be read",
        situation(),
        {f"{SUB}/providers/Microsoft.Network": REFUSED},
        warnings("providers-registered", "resource provider Microsoft.Network could not be read"),
    ),
    (
        "the network is in another region",
        situation(network(location="North Europe")),
        {},
        errors("network-location", "North Europe", "westeurope", "--location northeurope"),
    ),
    ("the region is spelled in two ways", situation(network(location="West Europe")), {}, []),
    (
        "the network is in another subscription",
        but(into(), names=replace(NAMES, network_subscription="s2")),
        {},
        errors("network-subscription", "subscription s2", "--subscription s2"),
    ),
    (
        "a /27 holds 24 interfaces",
        into(prefix="192.168.1.0/27", **FULL),
        {},
        errors(
            "subnet-room",
            "27 usable addresses, of which 24 are in use and 3 free",
            "needs 4",
            "3 nodes, 1 more during an upgrade",
            "--node-count 2, or",
            "--subnet-prefix /28",
        ),
    ),
    (
        "a /27 holds 24 interfaces, and the risk of too small a subnet is accepted",
        but(into(prefix="192.168.1.0/27", **FULL), accept_risk=("subnet-too-small-for-peak",)),
        {},
        warnings("subnet-room", "3 free", "needs 4"),
    ),
    (
        "nothing is free, whatever is accepted",
        but(into(prefix="192.168.1.0/29", ipConfigurations=[nic(1)]), accept_risk=("subnet-too-small-for-peak",)),
        {},
        errors("subnet-room", "2 free"),
    ),
    ("a /24 holds 24 interfaces", into(**FULL), {}, []),
    (
        "nothing is free",
        into(prefix="192.168.1.0/29", ipConfigurations=[nic(1), nic(2), nic(3)]),
        {},
        errors("subnet-room", "3 usable addresses, of which 3 are in use and 0 free", "--subnet-name"),
    ),
    (
        "other addresses are wanted",
        but(into(prefix="192.168.1.0/29"), plan=plan(1, extra_ips=2)),
        {},
        errors("subnet-room", "and 2 of --extra-ips"),
    ),
    (
        "a private link service is shown as itself and as its interface",
        into(
            prefix="192.168.1.0/28",
            ipConfigurations=[nic(number) for number in range(7)]
            + [{"id": f"{NETWORK}/privateLinkServices/p/ipConfigurations/one"}],
            privateEndpoints=[{"id": "pe"}],
        ),
        {},
        [],
    ),
    (
        "application gateways are in the subnet",
        into(prefix="192.168.1.0/28", applicationGatewayIPConfigurations=[{"id": f"a{number}"} for number in range(8)]),
        {},
        errors("subnet-room", "11 usable addresses, of which 8 are in use"),
    ),
    (
        "the subnet is delegated",
        into(delegations=[{"name": "0", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}]),
        {},
        errors("subnet-delegation", "Microsoft.Web/serverFarms", f"subnet update --ids {SUBNET} --delegations null"),
    ),
    (
        "the subnet is delegated to AKS, of which sources disagree",
        into(delegations=[{"name": "0", "properties": {"serviceName": "Microsoft.ContainerService/managedClusters"}}]),
        {},
        warnings("subnet-delegation", "managedClusters"),
    ),
    (
        "a service holds the subnet",
        into(
            serviceAssociationLinks=[
                {"name": "l", "properties": {"linkedResourceType": "Microsoft.Web/serverfarms", "link": "/x/plan1"}}
            ],
            resourceNavigationLinks=[{"name": "Redis", "properties": {}}],
        ),
        {},
        errors("subnet-links", "Microsoft.Web/serverfarms plan1 and Redis"),
    ),
    (
        "the subnet has two prefixes",
        into(addressPrefixes=["192.168.1.0/24", "192.168.2.0/24"]),
        {},
        warnings("subnet-prefixes", "2 prefixes"),
    ),
    ("the subnet has a prefix of each family", into(addressPrefixes=["192.168.1.0/24", "fd00::/64"]), {}, []),
    (
        "another kubenet cluster is in the subnet",
        into(),
        {CLUSTERS: [a_cluster("b", SUBNET.upper())]},
        errors("subnet-of-another-cluster", "subnet n is used by cluster b in resource group other", "--subnet-name"),
    ),
    (
        "another cluster, not on kubenet, is in the subnet",
        into(ipConfigurations=[AKS_NODE]),
        {CLUSTERS: [a_cluster("b", SUBNET, "azure")]},
        [("subnet-of-another-cluster", "info", ("can share",))],
    ),
    (
        "nodes of a cluster in no list are in the subnet",
        into(ipConfigurations=[AKS_NODE]),
        {CLUSTERS: []},
        warnings("subnet-of-another-cluster", "1 address in resource group MC_other_b_westeurope"),
    ),
    (
        "clusters may not be listed, but nodes are seen",
        into(ipConfigurations=[AKS_NODE]),
        {CLUSTERS: REFUSED},
        warnings("subnet-of-another-cluster", "MC_other_b_westeurope")
        + warnings("subnet-of-another-cluster", "the list of clusters in subscription s could not be read"),
    ),
    (
        "an identity of the new one's name exists, and another cluster runs as it",
        situation(identity={"name": "kube-identity"}),
        {CLUSTERS: [a_cluster("b", OTHER, identity=NAMES.new_identity_id.upper()), a_cluster("c", OTHER)]},
        [
            (
                "identity-of-another-cluster",
                "info",
                (
                    NAMES.new_identity_id.rsplit("/")[-1],
                    "cluster b in resource group other runs as it",
                    "--assign-identity ID",
                ),
            )
        ],
    ),
    (
        "an identity of the new one's name exists, and nobody runs as it",
        situation(identity={"name": "kube-identity"}),
        {CLUSTERS: [a_cluster("b", OTHER)]},
        [],
    ),
    (
        "another cluster runs as the identity that was named",
        situation(identity={"name": "i"}, names=replace(NAMES, identity_id=f"{GROUP}/i")),
        {CLUSTERS: [a_cluster("b", OTHER, identity=f"{GROUP}/i")]},
        [],
    ),
    ("a cluster is in another subnet", into(), {CLUSTERS: [a_cluster("b", OTHER)]}, []),
    (
        "the table is in the node group of another cluster",
        into(routeTable={"id": AKS_TABLE}),
        {CLUSTERS: [a_cluster("b", OTHER)], AKS_TABLE: table()},
        errors(
            "route-table-of-another-cluster",
            "aks-agentpool-1-routetable",
            "cluster b in resource group other",
            "--route-table null",
        ),
    ),
    (
        "the table was made for a cluster in no list",
        into(routeTable={"id": AKS_TABLE}),
        {AKS_TABLE: table()},
        errors("route-table-of-another-cluster", "aks-agentpool-1-routetable", "cannot see", "MC_other_b_westeurope"),
    ),
    (
        "the table was made for a cluster, and clusters may not be listed",
        into(routeTable={"id": AKS_TABLE}),
        {AKS_TABLE: table(), CLUSTERS: REFUSED},
        warnings("subnet-of-another-cluster", "could not be read")
        + errors("route-table-of-another-cluster", "aks-agentpool-1-routetable")
        + warnings("route-table-of-another-cluster", "could not be read"),
    ),
    (
        "the table also serves the subnet of a kubenet cluster",
        situation(network(subnet(**ROUTED), subnet("other", "192.168.2.0/24", routeTable={"id": TABLE.lower()}))),
        {CLUSTERS: [a_cluster("b", OTHER)], TABLE: table()},
        errors("route-table-of-another-cluster", "route table t of subnet n also serves the subnet of cluster b"),
    ),
    (
        "the table serves the subnet of a kubenet cluster in another network",
        into(**ROUTED),
        {CLUSTERS: [a_cluster("b", "/else/subnets/x")], TABLE: table(subnets=["/else/subnets/x", SUBNET])},
        errors("route-table-of-another-cluster", "cluster b"),
    ),
    (
        "the table also serves a cluster that writes no routes",
        into(**ROUTED),
        {CLUSTERS: [a_cluster("b", "/else/subnets/x", "azure")], TABLE: table(subnets=["/else/subnets/x"])},
        [],
    ),
    (
        "the table serves the subnet alone, and another cluster is in it",
        into(**ROUTED),
        {CLUSTERS: [a_cluster("b", SUBNET)], TABLE: table(subnets=[SUBNET])},
        errors("subnet-of-another-cluster"),
    ),
    (
        "the table lies where AKS keeps what it makes",
        into(routeTable={"id": AKS_TABLE.replace("aks-agentpool-1-", "")}),
        {},
        errors("route-table-of-another-cluster", "route table routetable"),
    ),
    (
        "a route ends where the pods end",
        but(into(**ROUTED), plan=replace(plan(), pods=IPNetwork("10.245.0.0/16"))),
        {TABLE: table(("c", "10.244.0.0/15"))},
        errors("routes-in-pod-cidr", "1 route inside"),
    ),
    (
        "the table has routes around the pods",
        into(**ROUTED),
        {TABLE: table(("all", "0.0.0.0/0"), ("ten", "10.0.0.0/8"), ("tag", "Storage"), ("six", "fd00::/8"))},
        warnings("default-route", "route all (0.0.0.0/0) of route table t", "leads to VirtualAppliance"),
    ),
    (
        "the subnet is a gateway's",
        but(situation(network(subnet("GatewaySubnet"))), names=replace(NAMES, subnet="GatewaySubnet")),
        {},
        errors("subnet-dedicated", "subnet GatewaySubnet is reserved for virtual network gateways", "--subnet-name"),
    ),
    (
        "the table has routes inside the pods that drop traffic of this subnet alone",
        into(**ROUTED),
        {
            TABLE: table(
                ("a", "10.244.3.0/24", "None"), ("b", "10.240.0.0/12"), ("c", "10.244.0.0/15", "None"), subnets=[SUBNET]
            )
        },
        errors(
            "routes-in-pod-cidr",
            "2 routes",
            "10.244.0.0/16",
            "a (10.244.3.0/24) and c (10.244.0.0/15)",
            "for ROUTE in a c; do az network route-table route delete --subscription s -g g --route-table-name t -n "
            '"$ROUTE"; done',
        ),
    ),
    (
        "the routes inside the pods lead to somebody, who would lose them",
        into(**ROUTED),
        {TABLE: table(("a", "10.244.3.0/24", "None"), ("b", "10.244.4.0/24"), subnets=[SUBNET])},
        errors(
            "routes-in-pod-cidr", "use --pod-cidr 10.1.0.0/16, or another subnet: route b leads to VirtualAppliance"
        ),
    ),
    (
        "the routes inside the pods are other subnets', too, which would lose them",
        into(**ROUTED),
        {TABLE: table(("a", "10.244.3.0/24", "None"), subnets=[SUBNET, f"{NAMES.vnet_id}/subnets/pay"])},
        errors("routes-in-pod-cidr", "use --pod-cidr 10.1.0.0/16, or another subnet: subnet pay of network"),
    ),
    (
        "the routes inside the pods may be other subnets', which are not shown",
        into(**ROUTED),
        {TABLE: table(("a", "10.244.3.0/24", "None"))},
        errors("routes-in-pod-cidr", "or another subnet: azure does not show which subnets have this table"),
    ),
    (
        "the routes inside the pods lead to nodes, of a cluster that may live",
        into(**ROUTED),
        {TABLE: table(("a", "10.244.3.0/24"), ("aks-pool-7-vmss000000____1024400024", "10.244.0.0/24"))},
        errors(
            "routes-in-pod-cidr", "use --pod-cidr 10.1.0.0/16, or another subnet: some of these routes lead to nodes"
        ),
    ),
    (
        "the table leaves no room for the nodes",
        but(into(**ROUTED), plan=plan(4, max_count=100)),
        {
            TABLE: table(
                *((f"r{number}", f"172.16.{number}.0/24") for number in range(250)),
                *((f"s{number}", f"172.17.{number}.0/24") for number in range(50)),
            )
        },
        errors("routes-room", "has 300 routes", "needs 110", "--max-count 90", "no more than 290 routes"),
    ),
    (
        "an empty table takes nothing from the plan",
        but(into(prefix="192.168.0.0/22", **ROUTED), plan=plan(401)),
        {TABLE: table()},
        [],
    ),
    (
        "the table may not be read",
        into(**ROUTED),
        {TABLE: REFUSED},
        warnings("route-table-of-another-cluster", "route table t could not be read")
        + warnings("routes-in-pod-cidr", "route table t could not be read")
        + warnings("routes-room", "could not be read"),
    ),
    (
        "the table is in another subscription",
        into(routeTable={"id": TABLE.replace("/s/", "/s2/")}),
        {},
        errors("route-table-subscription", "subscription s2"),
    ),
    (
        "the table comes with a system-assigned identity",
        but(into(**ROUTED), identity_kind=SYSTEM_ASSIGNED),
        {},
        errors("route-table-identity", "--identity-type userAssigned"),
    ),
    ("the table comes with a service principal", but(into(**ROUTED), identity_kind=SERVICE_PRINCIPAL), {}, []),
    (
        "routes of the user lead to an appliance",
        but(into(**ROUTED), outbound_type="userDefinedRouting"),
        {TABLE: table(("d", "0.0.0.0/0"))},
        [],
    ),
    (
        "routes of the user lead to the internet",
        but(into(**ROUTED), outbound_type="userDefinedRouting"),
        {TABLE: table(("d", "0.0.0.0/0", "Internet"))},
        errors(
            "outbound-route", "leads to Internet", "az network route-table route update -g g --route-table-name t -n d"
        ),
    ),
    (
        "routes of the user have no default",
        but(into(**ROUTED), outbound_type="userDefinedRouting"),
        {TABLE: table(("a", "10.0.0.0/8"))},
        errors("outbound-route", "does not exist"),
    ),
    (
        "routes of the user are asked of a new network",
        situation(outbound_type="userDefinedRouting"),
        {},
        errors("outbound-route", "which has none"),
    ),
    (
        "a gateway is on the subnet and no outbound type is given",
        into(**GATED),
        {},
        errors("nat-gateway", "NAT gateway gw", "loadBalancer, the default", "userAssignedNATGateway"),
    ),
    (
        "a gateway is asked for and there",
        but(into(**GATED), outbound_type="userAssignedNATGateway"),
        {GATEWAY: {"properties": {"publicIpAddresses": [{"id": "x"}]}}},
        [],
    ),
    (
        "a gateway with a prefix is asked for and there",
        but(into(**GATED), outbound_type="userassignednatgateway"),
        {GATEWAY: {"properties": {"publicIpPrefixes": [{"id": "x"}]}}},
        [],
    ),
    (
        "a gateway has no address",
        but(into(**GATED), outbound_type="userAssignedNATGateway"),
        {GATEWAY: {"properties": {}}},
        errors("nat-gateway", "no public address", "nat gateway update -g g -n gw"),
    ),
    (
        "a gateway is asked for and not there",
        but(into(), outbound_type="userAssignedNATGateway"),
        {},
        errors("nat-gateway", "which has none"),
    ),
    (
        "everything inbound is denied",
        into(**GUARDED),
        {NSG: nsg(("no", 200, "Inbound", "Deny"))},
        errors(
            "network-security-group",
            "rule no (priority 200, inbound)",
            "group sg",
            "nodes (192.168.1.0/24) to pods",
            "--priority 199 --direction Inbound",
            "--nsg-name sg",
        ),
    ),
    (
        "everything is denied but what the network says",
        into(**GUARDED),
        {
            NSG: nsg(
                ("yes", 100, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"), ("no", 4096, "Inbound", "Deny")
            )
        },
        warnings("network-security-group", "rule no", "tag VirtualNetwork", "nodes (192.168.1.0/24) to pods"),
    ),
    (
        "nothing else is denied than the internet",
        into(**GUARDED),
        {NSG: nsg(("no", 100, "Inbound", "Deny", "Internet"), ("lb", 101, "Inbound", "Deny", "AzureLoadBalancer"))},
        [],
    ),
    (
        "two rules allow together what a third denies",
        into(**GUARDED),
        {
            NSG: nsg(
                ("a", 100, "Inbound", "Allow", "192.168.1.0/24"),
                ("b", 101, "Inbound", "Allow", "10.244.0.0/16"),
                ("no", 200, "Inbound", "Deny"),
            )
        },
        [],
    ),
    (
        "two ranges of ports make all of them",
        into(**GUARDED),
        {
            NSG: nsg(
                ("a", 100, "Inbound", "Allow", "*", "*", "*", "0-1000"),
                ("b", 101, "Inbound", "Allow", "*", "*", "*", "1001-65535"),
                ("no", 200, "Inbound", "Deny"),
            )
        },
        [],
    ),
    (
        "a rule of less weight is listed first",
        into(**GUARDED),
        {NSG: nsg(("no", 200, "Inbound", "Deny"), ("yes", 100, "Inbound", "Allow"))},
        [],
    ),
    (
        "SSH from anywhere is denied, as in many networks, before any other rule",
        into(**GUARDED),
        {NSG: nsg(("DenySSH", 100, "Inbound", "Deny", "*", "*", "Tcp", "22"))},
        warnings(
            "network-security-group",
            "denies tcp port 22 from nodes",
            "rule update -g g --nsg-name sg -n DenySSH --priority 101; then",
            "--priority 100 --direction Inbound",
        ),
    ),
    (
        "mail and remote desktops are denied",
        into(**GUARDED),
        {NSG: nsg(("no", 300, "Outbound", "Deny", "*", "*", "Tcp", ["25", "3389", "5985-5986"]))},
        warnings("network-security-group", "denies tcp ports 25, 3389 and 5985-5986 from", "--priority 299"),
    ),
    (
        "pings are denied",
        into(**GUARDED),
        {NSG: nsg(("no", 300, "Inbound", "Deny", "*", "*", "Icmp"))},
        warnings("network-security-group", "denies icmp traffic"),
    ),
    (
        "the kubelet is cut off",
        into(**GUARDED),
        {NSG: nsg(("no", 300, "Inbound", "Deny", "*", "*", "Tcp", "10000-11000"))},
        errors("network-security-group", "denies tcp ports 10000-11000"),
    ),
    (
        "names cannot be looked up",
        into(**GUARDED),
        {NSG: nsg(("no", 300, "Outbound", "Deny", "*", "*", "Udp", "53"))},
        errors("network-security-group", "denies udp port 53"),
    ),
    (
        "a private API server could not be reached",
        into(**GUARDED),
        {NSG: nsg(("no", 300, "Outbound", "Deny", "*", "VirtualNetwork", "Tcp", "443"))},
        errors("network-security-group", "denies tcp port 443"),
    ),
    (
        "everything is denied but what every cluster needs",
        into(**GUARDED),
        {
            NSG: nsg(
                ("yes", 100, "Inbound", "Allow", "*", "*", "*", ["53", "443", "10250"]), ("no", 200, "Inbound", "Deny")
            )
        },
        errors("network-security-group", "rule no (priority 200, inbound)", "--priority 199"),
    ),
    (
        "all of tcp is denied by its ports",
        into(**GUARDED),
        {NSG: nsg(("no", 200, "Inbound", "Deny", "*", "*", "Tcp", "1-65535"))},
        errors("network-security-group", "denies tcp ports 1-65535"),
    ),
    (
        "a harmless rule stands before one that denies all",
        into(**GUARDED),
        {NSG: nsg(("ssh", 150, "Inbound", "Deny", "*", "*", "Tcp", "22"), ("no", 200, "Inbound", "Deny"))},
        [
            *warnings("network-security-group", "rule ssh", "--priority 149"),
            *errors("network-security-group", "rule no", "--priority 149"),
        ],
    ),
    (
        "connections from a port that nobody opens them from are denied",
        into(**GUARDED),
        {NSG: nsg(("no", 200, "Inbound", "Deny", "*", "*", "Tcp", "*", "0-1023"))},
        warnings("network-security-group", "rule no"),
    ),
    (
        "the identity may not join the gateway of the subnet",
        but(into(**GATED), outbound_type="userAssignedNATGateway", principal="p"),
        {GATEWAY: {"properties": {"publicIpAddresses": [{"id": "x"}]}}},
        warnings("join-rights", "natGateways/join/action on NAT gateway gw", '--role "Network Contributor"'),
    ),
    (
        "a private cluster has a zone that is not there",
        but(into(), private=PrivateCluster(ResourceId(f"{GROUP}/providers/{ZONE}/privatelink.westeurope.azmk8s.io"))),
        {},
        errors("private-dns-zone", "does not exist in resource group g", "az network private-dns zone list"),
    ),
    (
        "a private cluster, in a network that has hidden its DNS servers",
        hiding(but(into(), private=PrivateCluster())),
        {},
        warnings("private-cluster-dns", "network v could not be read", "DNS servers"),
    ),
    (
        "nodes are kept from the internet",
        into(**GUARDED),
        {NSG: nsg(("no", 4000, "Outbound", "Deny", "*", "Internet"))},
        warnings("outbound-security-rules", "rule no", "denies tcp port 443", "exit status 50", "AzureCloud"),
    ),
    (
        "the group may not be read",
        into(**GUARDED),
        {NSG: REFUSED},
        warnings("network-security-group", "network security group sg could not be read", f"--scope {NSG}"),
    ),
    ("the group is gone", into(**GUARDED), {}, []),
    (
        "another's table is in the place of the cluster's",
        lives_in(**ROUTED),
        {TABLE: table(), MANAGED: [MANAGED_TABLE]},
        errors(
            "route-table-replaced",
            "subnet n has route table t",
            "aks-agentpool-7-routetable in MC_g_c_westeurope",
            f"az network vnet subnet update --ids {SUBNET} --route-table {MANAGED_TABLE['id']}",
        ),
    ),
    (
        "the cluster's routes are in the user's own table",
        lives_in(**ROUTED),
        {TABLE: table(("aks-node", "10.244.0.0/24")), MANAGED: [MANAGED_TABLE]},
        [],
    ),
    ("the user's own table shows no route yet, and AKS has made none", lives_in(**ROUTED), {TABLE: table()}, []),
    ("the node resource group may not be read", lives_in(**ROUTED), {TABLE: table(), MANAGED: REFUSED}, []),
    ("AKS's own table", lives_in(routeTable={"id": MANAGED_TABLE["id"].lower()}), {MANAGED: [MANAGED_TABLE]}, []),
    ("names are just short enough", but(situation(), names=replace(NAMES, subnet="n" * 63)), {}, []),
    (
        "names are too long to move to Overlay",
        but(situation(), names=replace(NAMES, subnet="n" * 64)),
        {},
        warnings("names-for-overlay", "64 characters", "63"),
    ),
    (
        "the node resource group's name is too long to move to Overlay",
        but(situation(), node_group="m" * 64),
        {},
        warnings("names-for-overlay", "node resource group", "64 characters", "--node-resource-group NAME"),
    ),
    (
        "the network's group has too long a name, and the cluster's is short",
        but(situation(), names=replace(NAMES, vnet_group="g" * 64)),
        {},
        warnings("names-for-overlay", "resource group gg", "--vnet-resource-group NAME"),
    ),
    (
        "the region has no AKS",
        but(situation(), location="mars"),
        {
            f"{SUB}/providers/Microsoft.ContainerService": {
                "registrationState": "Registered",
                "resourceTypes": [{"resourceType": "managedClusters", "locations": ["West Europe"]}],
            }
        },
        errors("region-offered", "region mars has no AKS clusters", "az provider show -n Microsoft.ContainerService"),
    ),
    (
        "the cluster's group is locked",
        situation(),
        {LOCKS: [a_lock(GROUP)]},
        errors("locks", "lock l on resource group g is ReadOnly", "cluster c", f"az lock delete --ids {GROUP}"),
    ),
    (
        "a policy refuses the type",
        situation(),
        {
            POLICIES: [assigned()],
            POLICY: a_policy({"field": "type", "equals": "Microsoft.ContainerService/managedClusters"}),
        },
        errors(
            "policies", "policy 'no', assigned to subscription s, refuses cluster c", "az policy assignment show -n a"
        ),
    ),
    (
        "AKS does not have the version",
        but(situation(), kubernetes_version="1.20"),
        {f"{SUB}/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions": A_VERSION},
        errors("kubernetes-version", "does not offer Kubernetes 1.20", "az aks get-versions -l westeurope"),
    ),
    (
        "the region does not have the size, and so has no quota of it",
        but(situation(), machines=Machines(("Standard_D2s_v4",))),
        {SIZES: [a_size("Standard_D2s_v5")]},
        errors("vm-size-offered", "no VM size Standard_D2s_v4", "use --node-vm-size Standard_D2s_v5"),
    ),
    (
        "the size is in other zones",
        but(situation(), machines=Machines(("standard_d2s_v5",), ("1", "3"))),
        {SIZES: [a_size("Standard_D2s_v5", zones=("1", "2"))]},
        errors("zones-offered", "VM size Standard_D2s_v5", "zone 3", "it has 1 and 2", "use --zones 1 2"),
    ),
    (
        "there is no such registry",
        but(situation(), named_resources={"--attach-acr": "nosuch"}),
        {f"{SUB}/resources": []},
        warnings("named-resources", "--attach-acr nosuch", "no such resource", "az resource list --resource-type"),
    ),
    (
        "the quota has no room",
        but(situation(), machines=Machines(("Standard_D2s_v5",))),
        {SIZES: [a_size("Standard_D2s_v5")], QUOTAS: [a_quota("standardDSv5Family", 10, 5), a_quota("cores", 100, 5)]},
        errors("vcpu-quota", "5 of 10 are left", "3 nodes of Standard_D2s_v5 need 6", "use --node-count 2"),
    ),
)


def seen(found, expected=()):
    """The findings, but for rights on what is attached to the subnet, which a new identity never has."""
    return [each for each in found if each.rule != "join-rights" or each.rule in expected]


@pytest.mark.parametrize(("wanted", "answers", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_seen_is_told(wanted, answers, expected):
    found = seen(run(wanted, answers)[0], [name for name, _, _ in expected])
    assert [(each.rule, each.severity.value) for each in found] == [row[:2] for row in expected]
    for finding, (_, _, words) in zip(found, expected, strict=True):
        assert not [word for word in words if word not in f"{finding.message} -> {finding.recommendation}"], finding


def test_every_check_is_shown_to_find_something():
    shown = {name for row in ROWS for name, _, _ in row[3]}
    assert [each.name for each in CHECKS if each.name not in shown] == []


def test_checks_have_one_name_each_and_say_what_they_rest_on():
    assert len({each.name for each in CHECKS}) == len(CHECKS)
    assert all(each.rule.facts and each.rule.meaning and each.run.__doc__ for each in CHECKS)


def test_the_way_around_a_security_rule_is_named():
    found, _ = run(into(**GUARDED), {NSG: nsg(("no", 200, "Inbound", "Deny"))})
    (line,) = [each for each in in_words(seen(found)).splitlines() if each.startswith("  ->")]
    assert line.endswith("--skip-checks network-security-group")
    skipped, _ = run(into(**GUARDED), {NSG: nsg(("no", 200, "Inbound", "Deny"))}, ["network-security-group"])
    assert [each.severity.value for each in seen(skipped)] == ["warning"]


def test_a_group_with_no_priority_left_says_so():
    full = [(f"r{at}", at, "Inbound", "Allow", "Internet") for at in range(101, 4097)]
    found, _ = run(into(**GUARDED), {NSG: nsg(("no", 100, "Inbound", "Deny"), *full)})
    assert ["no free priority" in each.recommendation for each in seen(found)] == [True]


def test_a_rule_that_denies_is_not_moved_behind_rules_that_it_makes_void():
    rules = [("no", 100, "Inbound", "Deny"), ("ssh", 101, "Inbound", "Allow", "Internet", "*", "Tcp", "22")]
    found, _ = run(into(**GUARDED), {NSG: nsg(*rules)})
    (told,) = [each.recommendation for each in seen(found)]
    assert "rule update" not in told
    assert "behind it stand ssh" in told


def test_too_little_room_for_an_upgrade_can_be_accepted_and_for_the_nodes_themselves_not():
    (at_peak,), _ = run(into(prefix="192.168.1.0/27", **FULL), {})
    (at_first,), _ = run(into(prefix="192.168.1.0/29", ipConfigurations=[nic(1)]), {})
    assert (at_peak.acceptable, at_first.acceptable) == ("--skip-checks", "")


@pytest.mark.parametrize(
    ("clusters", "detached"),
    [
        pytest.param([a_cluster("b", OTHER)], True, id="all clusters are elsewhere"),
        pytest.param([], False, id="the cluster of the table is not seen"),
        pytest.param([a_cluster("b", NAMES.subnet_id)], False, id="the cluster of the table is stopped"),
    ],
)
def test_a_table_is_detached_only_where_no_cluster_can_need_it(clusters, detached) -> None:
    found, _ = run(into(routeTable={"id": AKS_TABLE}), {CLUSTERS: clusters, AKS_TABLE: table()})
    advice = [each.recommendation for each in found if each.rule == "route-table-of-another-cluster"]
    assert ["--route-table null" in each for each in advice] == [detached]

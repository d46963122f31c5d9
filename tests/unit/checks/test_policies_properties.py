"""What policies make of the properties of what is created.

Rules are cut down to what decides, and are what Azure/azure-policy publishes under built-in-policies/policyDefinitions
where a row has an id; the others are what people assign. Many of the built-in ones audit unless an assignment says
Deny. No answer of Azure's about policies is recorded: how rules are judged is our model of its documentation.
"""

import pytest

from azext_kubenet.aks.known_request import known_request
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from tests.unit.checks.obstacles import EXEMPTIONS, POLICIES, POLICY, a_policy, assigned
from tests.unit.checks.wire import NAMES, REFUSED, TABLE, USUAL, but, network, run, situation, subnet

CLUSTER = "Microsoft.ContainerService/managedClusters"
POOLS = f"{CLUSTER}/agentPoolProfiles[*]"
SCALE_SET = "Microsoft.Compute/virtualMachineScaleSets"
ADDRESS, BALANCER = "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
SUBNETS = "Microsoft.Network/virtualNetworks/subnets"


def asked(kind=USER_ASSIGNED, at=None, **options):
    """A creation with options of `az aks create`."""
    request = known_request(options, USUAL, NAMES.subnet_id, kind)
    outbound = str(options.get("outbound_type") or "")
    return but(
        at or situation(group=False), request=request, node_group="MC_x", identity_kind=kind, outbound_type=outbound
    )


def told(wanted, answers):
    """What is found of policies."""
    return [each for each in run(wanted, answers)[0] if each.rule == "policies"]


def of_type(kind, *conditions):
    return {"allOf": [{"field": "type", "equals": kind}, *conditions]}


def lacks(alias, **wanted):
    return of_type(CLUSTER, {"field": f"{CLUSTER}/{alias}", **wanted})


PLAIN, D2 = asked(), "Standard_D2s_v5"
PRIVATE = lacks("apiServerAccessProfile.enablePrivateCluster", notEquals=True)  # 040732e8-d947-40b8-95d6-854c95024bf8
LOCAL = lacks("disableLocalAccounts", notEquals=True)  # 993c2fcd-2b29-49d2-9eb0-df2c3a730c32
AZURE_CNI = lacks("networkProfile.networkPlugin", notEquals="azure")  # 46238e2f-3f6f-4589-9f3f-77bed4116e67
OWN_KEYS = of_type(  # 7d7be79c-23ba-4033-84dd-45e2a5ccdd67
    CLUSTER,
    {
        "anyOf": [
            {"field": f"{CLUSTER}/diskEncryptionSetID", "exists": "False"},
            {"field": f"{CLUSTER}/diskEncryptionSetID", "equals": ""},
        ]
    },
)
AT_HOST = of_type(  # 41425d9f-d1a5-499a-9932-f8ed8453932c
    CLUSTER,
    {
        "count": {
            "field": POOLS,
            "where": {
                "anyOf": [
                    {"field": f"{POOLS}.enableEncryptionAtHost", "exists": "False"},
                    {"field": f"{POOLS}.enableEncryptionAtHost", "equals": ""},
                    {"field": f"{POOLS}.enableEncryptionAtHost", "equals": "false"},
                ]
            },
        },
        "greater": 0,
    },
)
RANGES = of_type(  # 0e246bcf-5f6f-4f87-bc6f-775d4712c7ea
    CLUSTER,
    {"field": f"{CLUSTER}/apiServerAccessProfile.authorizedIPRanges", "exists": "false"},
    {
        "anyOf": [
            {"field": f"{CLUSTER}/apiServerAccessProfile.enablePrivateCluster", "exists": "false"},
            {"field": f"{CLUSTER}/apiServerAccessProfile.enablePrivateCluster", "equals": "false"},
        ]
    },
)
MANAGED = of_type(  # da6e2401-19da-4532-9141-fb8fbde08431
    CLUSTER,
    {"field": f"{CLUSTER}/servicePrincipalProfile", "exists": "True"},
    {"field": f"{CLUSTER}/servicePrincipalProfile.clientId", "notEquals": "msi"},
)
NO_SSH = of_type(  # 28257686-e9db-403e-b9e2-a5eecbe03da9
    CLUSTER,
    {"count": {"field": POOLS, "where": {"field": f"{POOLS}.securityProfile.sshAccess", "exists": "False"}},
     "greater": 0},
)  # fmt: skip
SIZES = of_type(CLUSTER, {"not": {"field": f"{POOLS}.vmSize", "in": ["Standard_D4s_v5"]}})
POOL_SIZES = of_type(f"{CLUSTER}/agentPools", {"field": f"{CLUSTER}/agentPools/vmSize", "notIn": ["Standard_D4s_v5"]})
MACHINES = of_type(SCALE_SET, {"not": {"field": "Microsoft.Compute/VirtualMachineScaleSets/sku.name", "in": ["B1"]}})
GUARDED = {
    "anyOf": [
        of_type("Microsoft.Network/virtualNetworks",
                {"count": {"field": f"{SUBNETS}[*]", "where": {"allOf": [
                    {"field": f"{SUBNETS}[*].networkSecurityGroup.id", "exists": "false"},
                    {"field": f"{SUBNETS}[*].name", "notIn": "[parameters('free')]"}]}}, "notEquals": 0}),
        of_type(SUBNETS, {"field": f"{SUBNETS}/networkSecurityGroup.id", "exists": "false"}),
    ]
}  # fmt: skip
WITH_NSG = situation(network(subnet(networkSecurityGroup={"id": "/nsg"})))
WITHOUT_NSG = situation(network(subnet()))

# what the policy is about, what is created, the rule, words of the one warning; "" for none
ROWS = (
    ("a public API server", PLAIN, PRIVATE, "does not allow apiServerAccessProfile.enablePrivateCluster=(not set) -> "
     "choose what it allows with --enable-private-cluster; show it"),
    ("a private API server", asked(enable_private_cluster=True), PRIVATE, ""),
    ("local accounts", PLAIN, LOCAL,
     "disableLocalAccounts=false -> choose what it allows with --disable-local-accounts"),
    ("no local accounts", asked(disable_local_accounts=True), LOCAL, ""),
    ("local accounts, and a SKU that decides", asked(sku="automatic"), LOCAL,
     "it was not judged, because its rule asks for disableLocalAccounts, which is not known here"),
    ("kubenet", PLAIN, AZURE_CNI, "may refuse cluster c: it does not allow networkProfile.networkPlugin=kubenet"),
    ("a plugin that kubenet is", PLAIN, lacks("networkProfile.networkPlugin", notIn=["Kubenet"]), ""),
    ("no network policy", PLAIN, lacks("networkProfile.networkPolicy", exists=False),
     "networkPolicy=(not set) -> choose what it allows with --network-policy"),
    ("Calico", asked(network_policy="calico"), lacks("networkProfile.networkPolicy", exists=False), ""),
    ("Azure's keys", PLAIN, OWN_KEYS, "diskEncryptionSetID=(not set)"),
    ("own keys", asked(node_osdisk_diskencryptionset_id="/des"), OWN_KEYS, ""),
    ("disks that hosts do not encrypt", PLAIN, AT_HOST, "agentPoolProfiles[*].enableEncryptionAtHost=false"),
    ("disks that hosts encrypt", asked(enable_encryption_at_host=True), AT_HOST, ""),
    ("an API server for all", PLAIN, RANGES, "authorizedIPRanges=(not set)"),
    ("an API server for some", asked(api_server_authorized_ip_ranges="1.2.3.4/32"), RANGES, ""),
    ("an API server for nobody outside", asked(enable_private_cluster=True), RANGES, ""),
    ("an identity", PLAIN, MANAGED, ""),
    ("a service principal", asked(SERVICE_PRINCIPAL), MANAGED, "it was not judged"),
    ("a property that is not known here", PLAIN, NO_SSH, "not judged, because its rule asks for "
     "agentPoolProfiles[*].securityProfile.sshAccess, which is not known here"),
    ("RBAC", PLAIN, lacks("enableRBAC", notEquals=True), ""),
    ("no RBAC", asked(disable_rbac=True), lacks("enableRBAC", notEquals=True), "enableRBAC=false"),
    ("the free tier", PLAIN, lacks("sku.tier", equals="Free"), "sku.tier=Free -> choose what it allows with --tier"),
    ("another tier", asked(tier="standard"), lacks("sku.tier", equals="Free"), ""),
    ("no Entra ID", PLAIN, lacks("aadProfile.managed", notEquals=True), "aadProfile.managed=(not set)"),
    ("Entra ID", asked(enable_aad=True), lacks("aadProfile.managed", notEquals=True), ""),
    ("an identity's type", asked(SYSTEM_ASSIGNED), lacks("identity.type", equals="SystemAssigned"), "identity.type=S"),
    ("a range", PLAIN, lacks("networkProfile.podCidr", like="10.*"), "networkProfile.podCidr=10.244.0.0/16"),
    ("many nodes", PLAIN, lacks("agentPoolProfiles[*].count", greater=2), "agentPoolProfiles[*].count=3"),
    ("few nodes", PLAIN, lacks("agentPoolProfiles[*].count", greater=5), ""),
    ("addresses of nodes", PLAIN, lacks("agentPoolProfiles[*].enableNodePublicIP", equals=True), ""),
    ("a size", asked(node_vm_size=D2), SIZES,
     "agentPoolProfiles[*].vmSize=Standard_D2s_v5 -> choose what it allows with --node-vm-size"),
    ("the right size", asked(node_vm_size="standard_d4s_v5"), SIZES, ""),
    ("the size that Azure chooses", PLAIN, SIZES, "not judged, because its rule asks for agentPoolProfiles[*].vmSize, "
     "which is not known here -> choose what it allows with --node-vm-size"),
    ("a size of the pool", asked(node_vm_size=D2), POOL_SIZES,
     "may refuse the pool of nodes, which AKS creates: it does not allow vmSize=Standard_D2s_v5"),
    ("a size of the scale set", asked(node_vm_size=D2), MACHINES, "may refuse the scale set of the nodes, which AKS"),
    ("the right size of the scale set", asked(node_vm_size="B1"), MACHINES, ""),
    ("a SKU of the address", asked(load_balancer_sku="basic"), of_type(ADDRESS, {"field": f"{ADDRESS}/sku.name",
     "notEquals": "Standard"}), "may refuse the public IP address of the load balancer, which AKS creates: it does not "
     "allow sku.name=Basic"),
    ("the standard SKU of the load balancer", PLAIN, of_type(BALANCER, {"field": f"{BALANCER}/sku.name",
     "notEquals": "Standard"}), ""),
    ("an address, and there is none", asked(outbound_type="userDefinedRouting"), of_type(ADDRESS), ""),
    ("rules of AKS's security group", PLAIN, of_type("Microsoft.Network/networkSecurityGroups", {"field":
     "Microsoft.Network/networkSecurityGroups/securityRules[*].access", "equals": "Allow"}),
     "the network security group of the nodes, which AKS creates: it was not judged, because its rule asks for "
     "securityRules[*].access"),
    ("a name that AKS chooses", PLAIN, of_type(ADDRESS, {"field": "name", "notLike": "pip-*"}), "asks for its name"),
    ("the identity of the kubelets", asked(SYSTEM_ASSIGNED), of_type(IDENTITY),
     "refuses the identity of the kubelets, which AKS creates"),
    ("its name", asked(SYSTEM_ASSIGNED), of_type(IDENTITY, {"field": "name", "notLike": "id-*"}), "not allow the name"),
    ("kubelets with an identity that is there", but(asked(SYSTEM_ASSIGNED), kubelet_identity="/i"),
     of_type(IDENTITY), ""),
    ("kubelets of a service principal", asked(SERVICE_PRINCIPAL), of_type(IDENTITY), ""),
    ("a new subnet without a security group", PLAIN, GUARDED, "virtual network v: it does not allow "
     "subnets[*].networkSecurityGroup.id=(not set) and subnets[*].name=n -> show it"),
    ("a subnet with one, which AKS writes", asked(at=WITH_NSG), GUARDED, ""),
    ("a subnet without one, which AKS writes", asked(at=WITHOUT_NSG), GUARDED, "subnet n: it does not allow"),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "rule", "words"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_property_is_judged_as_it_is_sent_or_said_not_to_be(wanted, rule, words):
    answers = {POLICIES: [assigned(parameters={"free": ["GatewaySubnet"]})], POLICY: a_policy(rule)}
    found = told(wanted, answers)
    assert [each.severity.value for each in found] == (["warning"] if words else []), found
    assert all(words in f"{each.message} -> {each.recommendation}" for each in found), found


EFFECT = "[parameters('effect')]"
NO_EFFECT = {"effect": {"type": "String"}}
CERTAIN = of_type(CLUSTER)


def but_for(policy, **properties):
    return {**policy, "properties": {**policy["properties"], **properties}}


def then(effect, **details):
    return {"if": CERTAIN, "then": {"effect": effect, **details}}


# the gap, the policy, its assignment, other answers, severities of what is told. Our model of the documentation.
GAPS = (
    ("none: it is certain", a_policy(CERTAIN), {}, {}, ["error"]),
    ("a rule that is null", but_for(a_policy(CERTAIN), policyRule=None), {}, {}, ["warning"]),
    ("a rule without an end", but_for(a_policy(CERTAIN), policyRule={"if": CERTAIN}), {}, {}, ["warning"]),
    ("a rule without a condition", but_for(a_policy(CERTAIN), policyRule={"then": {"effect": "deny"}}), {}, {},
     ["warning"]),
    ("an effect that no parameter gives", a_policy(CERTAIN, EFFECT), {}, {}, ["warning"]),
    ("an effect whose parameter has no value", but_for(a_policy(CERTAIN, EFFECT), parameters=NO_EFFECT), {}, {},
     ["warning"]),
    ("an effect that is an expression", a_policy(CERTAIN, "[if(utcNow(), 'deny', 'audit')]"), {}, {}, ["warning"]),
    ("an effect that nobody knows", a_policy(CERTAIN, "denyTomorrow"), {}, {}, []),
    ("an effect by default",
     but_for(a_policy(CERTAIN, EFFECT), parameters={"effect": {"defaultValue": "Audit"}}), {}, {}, []),
    ("an effect by default that refuses", but_for(a_policy(CERTAIN, EFFECT),
     parameters={"effect": {"defaultValue": "Deny"}}), {}, {}, ["error"]),
    ("an effect that the assignment lowers", but_for(a_policy(CERTAIN, EFFECT),
     parameters={"effect": {"defaultValue": "Deny"}}), {"parameters": {"effect": "Disabled"}}, {}, []),
    ("an effect that the assignment raises", but_for(a_policy(CERTAIN, EFFECT),
     parameters={"effect": {"defaultValue": "Audit"}}), {"parameters": {"effect": "Deny"}}, {}, ["error"]),
    ("an effect that keeps from deletion, by the assignment", a_policy(CERTAIN, EFFECT, "All",
     {"actionNames": ["delete"]}), {"parameters": {"effect": "DenyAction"}}, {}, ["info"]),
    ("exemptions that may not be read", a_policy(CERTAIN), {}, {EXEMPTIONS: REFUSED}, ["warning"]),
    ("not enforced", a_policy(CERTAIN), {"enforcementMode": "DoNotEnforce"}, {}, []),
    ("enforced in a new way", a_policy(CERTAIN), {"enforcementMode": "Enroll"}, {}, ["warning"]),
    ("a scope that is left out", a_policy(CERTAIN), {"notScopes": [NAMES.group_id]}, {}, []),
    ("a management group that is left out", a_policy(CERTAIN),
     {"notScopes": ["/providers/Microsoft.Management/managementGroups/x"]}, {}, ["warning"]),
    ("a part of its scope", a_policy(CERTAIN), {"resourceSelectors": [
        {"name": "x", "selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}]}, {}, ["warning"]),
    ("an override", a_policy(CERTAIN), {"overrides": [{"kind": "policyEffect", "value": "audit"}]}, {}, []),
    ("an override in some places", a_policy(CERTAIN), {"overrides": [{"kind": "policyEffect", "value": "audit",
     "selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}]}, {}, ["warning"]),
    ("an override without a value", a_policy(CERTAIN), {"overrides": [{"kind": "policyEffect"}]}, {}, ["error"]),
    ("an older version", but_for(a_policy(CERTAIN), version="2.0.0"), {"definitionVersion": "1.*.*"}, {}, ["warning"]),
    ("this version", but_for(a_policy(CERTAIN), version="2.0.0"), {"definitionVersion": "2.*.*"}, {}, ["error"]),
    ("a version of a policy without one", a_policy(CERTAIN), {"definitionVersion": "1.*.*"}, {}, ["warning"]),
    ("a mode that nobody knows", a_policy(CERTAIN, mode="Later"), {}, {}, []),
    ("a parameter without a value", a_policy(of_type(CLUSTER, {"field": "name", "notLike": "[parameters('x')]"})), {},
     {}, ["warning"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "assignment", "answers", "expected"), [row[1:] for row in GAPS], ids=[row[0] for row in GAPS]
)
def test_a_gap_never_turns_into_a_refusal(policy, assignment, answers, expected):
    found = told(PLAIN, {POLICIES: [assigned(**assignment)], POLICY: policy, **answers})
    assert [each.severity.value for each in found] == expected, found


def keeping(rule, *actions, **more):
    return a_policy(rule, "denyAction", "All", {"actionNames": [*actions], **more})


# what is kept, what is created, the policy, the one note; "" for none. Our model of the documentation.
KEPT = (
    ("the cluster", PLAIN, keeping(CERTAIN, "delete"),
     "refuses that cluster c be deleted: after a failure, what it keeps"),
    ("the cluster, and a rollback is wanted", but(PLAIN, rollback=True), keeping(CERTAIN, "Delete"),
     "refuses that cluster c be deleted: --rollback-on-failure could not remove what it keeps"),
    ("what AKS makes", PLAIN, keeping(of_type(ADDRESS), "delete"), "the cluster may not be removed completely"),
    ("what need not be kept", PLAIN, keeping(of_type("Microsoft.Storage/storageAccounts"), "delete"), ""),
    ("it may be", PLAIN, keeping(of_type(CLUSTER, {"field": "kind", "equals": "x"}), "delete"),
     "may refuse that cluster"),
    ("another action", PLAIN, keeping(CERTAIN, "read"), ""),
    ("actions that are not known", PLAIN, keeping(CERTAIN, "[parameters('x')]"), "refuses that cluster c be deleted"),
    ("a subnet that is there", asked(at=WITHOUT_NSG), keeping(of_type(SUBNETS), "delete"), ""),
    ("a subnet with a route table", asked(at=situation(network(subnet(routeTable={"id": TABLE})))),
     keeping(of_type(SUBNETS), "delete"), ""),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "policy", "words"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_what_a_policy_keeps_from_deletion_is_a_note(wanted, policy, words):
    found = told(wanted, {POLICIES: [assigned()], POLICY: policy})
    assert [each.severity.value for each in found] == (["info"] if words else []), found
    assert all(words in each.message for each in found), found


def test_what_aks_makes_is_never_refused_whatever_the_rule_says():
    for kind in (SCALE_SET, ADDRESS, BALANCER, IDENTITY, f"{CLUSTER}/agentPools"):
        found = told(asked(SYSTEM_ASSIGNED), {POLICIES: [assigned()], POLICY: a_policy(of_type(kind))})
        assert [each.severity.value for each in found] == ["warning"], kind

"""Words that options choose from."""

USER_ASSIGNED = "userAssigned"
SYSTEM_ASSIGNED = "systemAssigned"
SERVICE_PRINCIPAL = "servicePrincipal"
IDENTITY_TYPES = (USER_ASSIGNED, SYSTEM_ASSIGNED, SERVICE_PRINCIPAL)

SUBNET_SCOPE = "subnet"
VNET_SCOPE = "vnet"
ROLE_SCOPES = (SUBNET_SCOPE, VNET_SCOPE)

SUBSCRIPTION, TENANT = "subscription", "tenant"
DISCOVERIES = (SUBSCRIPTION, TENANT)

#: With how many pods per node network models are compared: those of the plan in each, or each with its own default.
SAME_PODS, DEFAULT_PODS = "same-pods", "default-pods"
COMPARISONS = (SAME_PODS, DEFAULT_PODS)

#: What a cluster may have to offer beyond running pods; addressing.models says which network models do.
NEEDS = (
    "windows-pools",
    "azure-network-policy",
    "cilium",
    "virtual-nodes",
    "pods-reachable",
    "dual-stack",
    "node-auto-provisioning",
    "aks-automatic",
    "app-gateway-for-containers",
    "shared-subnet",
    "no-route-table",
    "no-extra-hop",
    "pods-talk-outside",
)

#: The version of the answer of `plan`. Its first number rises only when a script could break.
PLAN_VERSION = "1.0"

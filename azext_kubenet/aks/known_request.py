"""What is known beforehand of the request that creates a cluster, for policies to be judged by. Pure.

`az aks create`'s own code builds the request, after the checks. Known are values that follow from few options in every
azure-cli that we run in: the defaults are those of its recorded requests, of 2024 and 2025.
"""

from collections.abc import Mapping

from azext_kubenet.addressing.model import AddressPlan
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.policy_expressions import UNKNOWN
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, USER_ASSIGNED

Asked = Mapping[str, object]
_API_SERVER = ("api_server_authorized_ip_ranges", "enable_private_cluster")


def known_request(asked: Asked, plan: AddressPlan, subnet_id: str, identity_kind: str) -> Json:
    """The request. None stands for what is not sent; what is missing, or UNKNOWN, is not known.

    asked: options of `az aks create` that were typed or came from a plan, by parameter name
    plan: the ranges of the cluster, and its size
    subnet_id: of its nodes
    identity_kind: a word of choices.IDENTITY_TYPES
    """
    principal = identity_kind == SERVICE_PRINCIPAL
    identity = {"type": "UserAssigned" if identity_kind == USER_ASSIGNED else "SystemAssigned"}
    return {
        "identity": None if principal else identity,
        "sku": UNKNOWN if asked.get("sku") else {"name": "Base", "tier": _text(asked, "tier", "Free").capitalize()},
        "properties": {
            "servicePrincipalProfile": UNKNOWN if principal else None,
            "agentPoolProfiles": [_pool(asked, plan, subnet_id)],
            "apiServerAccessProfile": _api_server(asked),
            "aadProfile": _directory(asked),
            # `--sku automatic` sets it, too.
            "disableLocalAccounts": UNKNOWN if asked.get("sku") else bool(asked.get("disable_local_accounts")),
            "enableRBAC": not asked.get("disable_rbac"),
            "diskEncryptionSetID": _text(asked, "node_osdisk_diskencryptionset_id") or None,
            "nodeResourceGroup": _text(asked, "node_resource_group") or None,
            "networkProfile": {
                "networkPlugin": "kubenet",
                "networkPluginMode": _text(asked, "network_plugin_mode") or None,
                "networkPolicy": _text(asked, "network_policy") or None,
                "networkDataplane": _text(asked, "network_dataplane") or UNKNOWN,
                "podCidr": str(plan.pods),
                "serviceCidr": str(plan.services),
                "dnsServiceIP": str(plan.dns_ip),
                "outboundType": _text(asked, "outbound_type", "loadBalancer"),
                "loadBalancerSku": _text(asked, "load_balancer_sku", "standard").lower(),
            },
        },
    }


def _pool(asked: Asked, plan: AddressPlan, subnet_id: str) -> Json:
    """The first pool, which is the only one in the request. Which size AKS or azure-cli choose is not known."""
    size = plan.size
    named = _text(asked, "nodepool_name", "nodepool1")

    def on(option: str) -> bool:
        return bool(asked.get(option))

    return {
        "name": size.pools[0].name if size.pools else named,
        "count": size.first_pool_nodes,
        "maxPods": size.max_pods,
        "vnetSubnetID": subnet_id,
        "mode": "System",
        "osType": "Linux",
        "osSKU": _text(asked, "os_sku") or None,
        "osDiskType": _text(asked, "node_osdisk_type") or None,
        "type": UNKNOWN if on("vm_sizes") else _text(asked, "vm_set_type", "VirtualMachineScaleSets"),
        "vmSize": UNKNOWN if on("vm_sizes") else _text(asked, "node_vm_size") or UNKNOWN,
        "enableAutoScaling": on("enable_cluster_autoscaler"),
        "enableEncryptionAtHost": on("enable_encryption_at_host"),
        "enableNodePublicIP": on("enable_node_public_ip"),
        "enableFIPS": on("enable_fips_image"),
        "enableUltraSSD": on("enable_ultra_ssd"),
    }


def _api_server(asked: Asked) -> object:
    """How the API server is reached. CLI:managed_cluster_decorator.py set_up_api_server_access_profile"""
    ranges, private = map(asked.get, _API_SERVER)
    listed = [each.strip() for each in str(ranges or "").split(",") if each.strip()]
    if not any(map(asked.get, ("enable_apiserver_vnet_integration", "apiserver_subnet_id", *_API_SERVER))):
        return None
    return {"authorizedIPRanges": listed or None, "enablePrivateCluster": True if private else None}


def _directory(asked: Asked) -> object:
    """Whether Microsoft Entra ID judges who may use the API server."""
    if not asked.get("enable_aad"):
        return UNKNOWN if any(name.startswith("aad_") for name, value in asked.items() if value) else None
    return {"managed": True, "enableAzureRBAC": bool(asked.get("enable_azure_rbac"))}


def _text(asked: Asked, name: str, default: str = "") -> str:
    return str(asked.get(name) or "").strip() or default

"""The commands that bring an option to a cluster that exists: what `az aks create` takes, other commands change. Pure.

A command changes what was typed and nothing else: what it would replace as a whole is typed with what is there.
"""

import shlex
from collections.abc import Collection, Mapping

from azext_kubenet.azure.bodies import Json, texts, within
from azext_kubenet.azure.resources import Names

Value = object

#: Options of `az aks create` that are not spelled like their parameters. CLI _params
_SPELLED = {
    "nat_gateway_sku": "--outbound-type-sku",
    "nat_gateway_outbound_ip_ids": "--nat-gateway-outbound-ips",
    "nat_gateway_outbound_ip_prefix_ids": "--nat-gateway-outbound-ip-prefixes",
}
#: Options of `az aks update` under the same name that do not change a cluster as `create` was asked to, and why.
NOT_BY_UPDATE = {
    "enable_private_cluster": "AKS changes that of a cluster with API server VNet integration alone",
    "private_dns_zone": "of the same",
    "enable_apiserver_vnet_integration": "AKS cannot undo it, and it needs a subnet of its own",
    "apiserver_subnet_id": "of the same",
    "load_balancer_sku": "kubenet clusters have had Standard all along",
    "ip_families": "kubenet clusters of this command have IPv4 alone",
    "sku": "of another network",
    "network_plugin_mode": "of another network",
    "network_dataplane": "of another network",
    "windows_admin_password": "a password is never printed, and kubenet has no Windows pools",
    "enable_ahub": "of Windows pools",
    "enable_windows_gmsa": "of Windows pools",
    "gmsa_dns_server": "of Windows pools",
    "gmsa_root_domain_name": "of Windows pools",
}
#: Options that `az aks nodepool update` has, and how they are spelled there. CLI _params
ON_POOL = {
    "max_surge": "--max-surge",
    "nodepool_labels": "--labels",
    "nodepool_taints": "--node-taints",
    "nodepool_tags": "--tags",
    "nodepool_allowed_host_ports": "--allowed-host-ports",
    "nodepool_asg_ids": "--asg-ids",
    "os_sku": "--os-sku",
    "enable_fips_image": "--enable-fips-image",
    "enable_vtpm": "--enable-vtpm",
    "enable_secure_boot": "--enable-secure-boot",
}
#: Of those, the pairs that are replaced as a whole, and where a pool shows them.
_PAIRS = {"nodepool_labels": "nodeLabels", "nodepool_tags": "tags"}
#: Options of the autoscaler, which are changed together.
AUTOSCALER = ("enable_cluster_autoscaler", "min_count", "max_count")
#: Options that only go with another one: that is typed too unless the cluster has it. Where it shows it, if it does;
#: what cannot be seen is typed again, which `az aks update` takes.
_GO_WITH: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("enable_aad", ("aadProfile", "managed"), ("enable_azure_rbac", "aad_admin_group_object_ids", "aad_tenant_id")),
    ("enable_oidc_issuer", ("oidcIssuerProfile", "enabled"), ("enable_workload_identity",)),
    ("enable_image_cleaner", (), ("image_cleaner_interval_hours",)),
    ("enable_azure_keyvault_kms", (), (
        "azure_keyvault_kms_key_id", "azure_keyvault_kms_key_vault_network_access",
        "azure_keyvault_kms_key_vault_resource_id")),
    ("enable_defender", (), ("defender_config",)),
    ("enable_secret_rotation", (), ("rotation_poll_interval",)),
    ("enable_acns", (), (
        "disable_acns_observability", "disable_acns_security", "acns_advanced_networkpolicies",
        "acns_datapath_acceleration_mode", "acns_transit_encryption_type")),
    ("enable_azure_monitor_logs", (), (
        "workspace_resource_id", "enable_msi_auth_for_monitoring", "enable_syslog", "data_collection_settings",
        "ampls_resource_id", "enable_high_log_scale_mode", "syslog_port")),
    ("enable_azure_monitor_metrics", (), (
        "azure_monitor_workspace_resource_id", "ksm_metric_labels_allow_list", "ksm_metric_annotations_allow_list",
        "grafana_resource_id", "enable_windows_recording_rules", "enable_control_plane_metrics")),
    ("enable_azure_container_storage", (), (
        "container_storage_version", "storage_pool_name", "storage_pool_size", "storage_pool_sku",
        "storage_pool_option", "ephemeral_disk_volume_type", "ephemeral_disk_nvme_perf_tier")),
    ("tier", (), ("k8s_support_plan",)),
)  # fmt: skip
#: Groups whose first option cannot be made up: without it, its others are of an addon, or of nothing.
_WITH_A_VALUE = ("enable_azure_monitor_logs", "enable_azure_container_storage", "tier", "enable_azure_monitor_metrics")
#: Options that a command of their own applies, with those that go along.
OTHERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "enable_addons": ("az aks enable-addons", (
        "workspace_resource_id", "enable_syslog", "data_collection_settings", "ampls_resource_id",
        "enable_high_log_scale_mode", "appgw_name", "appgw_subnet_cidr", "appgw_id", "appgw_subnet_id",
        "appgw_watch_namespace", "enable_sgxquotehelper", "enable_secret_rotation", "rotation_poll_interval")),
    "enable_azure_service_mesh": ("az aks mesh enable", ("revision",)),
    "enable_app_routing": ("az aks approuting enable", ()),
}  # fmt: skip
#: How the first of them is typed there, where it is not the command itself.
_ARGUMENT = {"enable_addons": "--addons"}
#: `az aks update --tags` would take away those that are not typed.
_MERGE_TAGS = "az tag update --operation merge"


def option_of(name: str) -> str:
    """An option of `az aks create` as it is typed, by its parameter."""
    return _SPELLED.get(name, "--" + name.replace("_", "-"))


def command_for(  # pylint: disable=too-many-positional-arguments
    name: str, typed: Mapping[str, Value], cluster: Json, pool: Json, names: Names, updatable: Collection[str]
) -> str:
    """The command that brings an option to the cluster, with those that go with it; "" for one of a creation alone.

    typed: all options that were typed, by name; cluster, pool: as Azure shows it, and its first pool
    updatable: names of the options of `az aks update`
    """
    place = ["-g", names.group, "-n", names.cluster]
    if name == "tags":
        words = [*shlex.split(_MERGE_TAGS), "--resource-id", names.cluster_id, *_typed("tags", typed)]
    elif name in ON_POOL or name in AUTOSCALER:
        words = _of_pool(name, typed, pool, names)
    elif other := next((key for key, (_, along) in OTHERS.items() if key in typed and name in (key, *along)), ""):
        head, along = OTHERS[other]
        first = [_ARGUMENT[other], *value_words(typed[other])] if other in _ARGUMENT else []
        words = [*head.split(), *place, *first, *(word for each in along for word in _typed(each, typed))]
    elif name == "assign_kubelet_identity":
        own = ["--enable-managed-identity", "--assign-identity", names.new_identity_id]
        words = ["az", "aks", "update", *place, *own, *_typed(name, typed)]
    elif name in updatable and name not in NOT_BY_UPDATE:
        options = _together(name, typed, cluster)
        words = ["az", "aks", "update", *place, *options] if options else []
    else:
        words = []
    return shlex.join(words)


def _of_pool(name: str, typed: Mapping[str, Value], pool: Json, names: Names) -> list[str]:
    words = ["az", "aks", "nodepool", "update", "-g", names.group, "--cluster-name", names.cluster]
    words += ["-n", str(pool.get("name"))]
    if name in AUTOSCALER:
        if not all(each in typed for each in AUTOSCALER):
            return []
        how = "--update-cluster-autoscaler" if pool.get("enableAutoScaling") else "--enable-cluster-autoscaler"
        return [*words, how, *_typed("min_count", typed), *_typed("max_count", typed)]
    value = typed[name]
    if name in _PAIRS and isinstance(value, dict):
        value = {**within(pool, _PAIRS[name]), **value}
    if name == "nodepool_taints":
        value = ",".join([*texts(pool, "nodeTaints"), *value_words(value)])
    return [*words, ON_POOL[name], *value_words(value)]


def _together(name: str, typed: Mapping[str, Value], cluster: Json) -> list[str]:
    """An option as it is typed, with those without which it is nothing; nothing for one whose first is not known."""
    first, shown, others = next((row for row in _GO_WITH if name in (row[0], *row[2])), (name, (), ()))
    if first in typed:
        first_words = _typed(first, typed)
    elif first in _WITH_A_VALUE:
        return [] if first != "tier" else _typed(name, typed)
    else:
        first_words = [option_of(first)]
    there = shown and within(cluster, "properties", *shown[:-1]).get(shown[-1])
    if there and name != first:
        first_words = []
    return [*first_words, *(word for each in others for word in _typed(each, typed))]


def _typed(name: str, typed: Mapping[str, Value]) -> list[str]:
    """An option and its value, nothing for one that was not typed."""
    return [option_of(name), *value_words(typed[name])] if name in typed else []


def value_words(value: Value) -> list[str]:
    """A value as words of the command line: none of a switch."""
    if value is True:
        return []
    if isinstance(value, dict):
        return [f"{key}={each}" for key, each in value.items()]
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]

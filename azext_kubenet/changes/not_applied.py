"""What was typed and does not reach a cluster that exists: it is neither changed, nor compared in all. Pure.

Where the cluster plainly has what was typed, nothing is said. Values are shown of options in the table alone: any other
one may be a password.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from azext_kubenet.addressing.findings import Finding, RunCommand, Severity, advise
from azext_kubenet.addressing.model import MaxSurge
from azext_kubenet.addressing.wording import listed
from azext_kubenet.azure.bodies import Json, items, within
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.apply_commands import AUTOSCALER, command_for, option_of, value_words
from azext_kubenet.changes.drift import first_pool
from azext_kubenet.options.create_options import CreateOptions

_RULE = "not-applied"
#: Compared by drift, or with what exists of the network; the secret goes with the principal that drift compares.
_COMPARED = frozenset({
    "resource_group_name", "name", "location", "network_plugin", "vnet_subnet_id", "max_pods", "node_vm_size",
    "network_policy", "outbound_type", "kubernetes_version", "node_count", "pod_cidr", "service_cidr",
    "dns_service_ip", "docker_bridge_address", "assign_identity", "service_principal", "client_secret",
    "enable_managed_identity",
})  # fmt: skip
#: About this run, not about the cluster.
_OF_THE_RUN = frozenset(
    {"no_wait", "yes", "skip_subnet_role_assignment", "if_match", "if_none_match", "aks_custom_headers"}
)
Value = object
Same = Callable[[Value, Value], bool]


class _Field(NamedTuple):
    """Where a cluster shows an option: keys from its top, from its properties, or from its first pool."""

    keys: tuple[str, ...]
    same: Same


def _plain(has: Value, wanted: Value) -> bool:
    return str(has).lower() == str(wanted).lower()


def _words(value: Value) -> set[str]:
    """The words of a list, or of a text with commas or blanks between them."""
    parts = value if isinstance(value, list | tuple) else str(value or "").replace(",", " ").split()
    return {str(each).lower() for each in parts}


def _list(has: Value, wanted: Value) -> bool:
    return _words(has) == _words(wanted)


def _among(has: Value, wanted: Value) -> bool:
    return _words(wanted) <= _words(has)


def _holds(has: Value, wanted: Value) -> bool:
    """Whether all pairs that are wanted are there, beside others."""
    shown = has if isinstance(has, dict) else {}
    return isinstance(wanted, dict) and all(shown.get(key) == value for key, value in wanted.items())


def _tagged(has: Value, wanted: Value) -> bool:
    """The same of tags, whose names are the same in any letters' case, and whose values are not."""
    shown = {str(key).lower(): value for key, value in has.items()} if isinstance(has, dict) else {}
    return isinstance(wanted, dict) and all(shown.get(str(key).lower()) == value for key, value in wanted.items())


def _id(has: Value, wanted: Value) -> bool:
    return ResourceId(str(has or "")) == ResourceId(str(wanted))


def _there(has: Value, _: Value) -> bool:
    return bool(has)


def _absent(has: Value, _: Value) -> bool:
    return not has


def _key(has: Value, wanted: Value) -> bool:
    """Whether a public key is one of a cluster's, in whatever blanks and with whatever comment."""
    shown = [str(each.get("keyData")) for each in has if isinstance(each, dict)] if isinstance(has, list) else []
    return str(wanted).split()[:2] in [each.split()[:2] for each in shown]


def _of_pool(*keys: str, same: Same = _plain) -> _Field:
    return _Field(("pool", *keys), same)


def _of_cluster(*keys: str, same: Same = _plain) -> _Field:
    return _Field(("properties", *keys), same)


_FIELDS: Mapping[str, _Field] = {
    "tags": _Field(("tags",), _tagged),
    "tier": _Field(("sku", "tier"), _plain),
    "node_resource_group": _of_cluster("nodeResourceGroup"),
    "dns_name_prefix": _of_cluster("dnsPrefix"),
    "disable_local_accounts": _of_cluster("disableLocalAccounts"),
    "admin_username": _of_cluster("linuxProfile", "adminUsername"),
    "generate_ssh_keys": _of_cluster("linuxProfile", same=_there),
    "no_ssh_key": _of_cluster("linuxProfile", same=_absent),
    "ssh_key_value": _of_cluster("linuxProfile", "ssh", "publicKeys", same=_key),
    "enable_private_cluster": _of_cluster("apiServerAccessProfile", "enablePrivateCluster"),
    "private_dns_zone": _of_cluster("apiServerAccessProfile", "privateDNSZone"),
    "api_server_authorized_ip_ranges": _of_cluster("apiServerAccessProfile", "authorizedIPRanges", same=_list),
    "load_balancer_sku": _of_cluster("networkProfile", "loadBalancerSku"),
    "auto_upgrade_channel": _of_cluster("autoUpgradeProfile", "upgradeChannel"),
    "node_os_upgrade_channel": _of_cluster("autoUpgradeProfile", "nodeOSUpgradeChannel"),
    "enable_oidc_issuer": _of_cluster("oidcIssuerProfile", "enabled"),
    "enable_workload_identity": _of_cluster("securityProfile", "workloadIdentity", "enabled"),
    "enable_aad": _of_cluster("aadProfile", "managed"),
    "enable_azure_rbac": _of_cluster("aadProfile", "enableAzureRBAC"),
    "assign_kubelet_identity": _of_cluster("identityProfile", "kubeletidentity", "resourceId", same=_id),
    "nodepool_name": _of_pool("name"),
    "max_surge": _of_pool("upgradeSettings", "maxSurge"),
    "enable_cluster_autoscaler": _of_pool("enableAutoScaling"),
    "min_count": _of_pool("minCount"),
    "max_count": _of_pool("maxCount"),
    "zones": _of_pool("availabilityZones", same=_list),
    "vm_set_type": _of_pool("type"),
    "os_sku": _of_pool("osSKU"),
    "node_osdisk_size": _of_pool("osDiskSizeGB"),
    "node_osdisk_type": _of_pool("osDiskType"),
    "nodepool_labels": _of_pool("nodeLabels", same=_holds),
    "nodepool_taints": _of_pool("nodeTaints", same=_among),
    "nodepool_tags": _of_pool("tags", same=_tagged),
    "enable_node_public_ip": _of_pool("enableNodePublicIP"),
}


def not_applied(
    cluster: Json, names: Names, options: CreateOptions, surge: MaxSurge | None, updatable: Collection[str]
) -> list[Finding]:
    """Warn of each option that was typed and that an existing cluster does not have, or is not known to have.

    surge: that of the first pool, None for Azure's default; updatable: names of the options of `az aks update`
    """
    pools = [*items(within(cluster, "properties"), "agentPoolProfiles")]
    pool = first_pool(pools, str(options.aks.asked.get("nodepool_name") or ""))
    typed = _typed(options, surge)
    has = {name: _shown(cluster, pool, _FIELDS[name]) for name in typed if name in _FIELDS}
    differing = [name for name in has if not _FIELDS[name].same(has[name], typed[name])]
    if AUTOSCALER[0] in differing:
        differing = [name for name in differing if name not in AUTOSCALER[1:]]
    unknown = [name for name in typed if name not in _FIELDS]
    commands = {name: command_for(name, typed, cluster, pool, names, updatable) for name in (*differing, *unknown)}
    return [
        *(_differs(names, name, typed[name], has[name], commands[name]) for name in differing),
        *_unknown(names, {name: commands[name] for name in unknown}),
    ]


def _typed(options: CreateOptions, surge: MaxSurge | None) -> dict[str, Value]:
    """What was typed of a new cluster, and is compared nowhere else, by name."""
    left_out = set(_COMPARED | _OF_THE_RUN)
    if not options.aks.autoscaler:
        left_out.add("max_count")  # it sizes the plan alone
    typed = {**options.aks.asked, "max_surge": None if surge is None else str(surge)}
    words = options.provenance.typed | {"max_surge", *({"nodepool_name"} if "pool" in options.provenance.typed else ())}
    return {name: typed[name] for name in sorted(typed) if name in words - left_out and typed[name] is not None}


def _shown(cluster: Json, pool: Json, field: _Field) -> Value:
    place, *keys = field.keys
    body, path = (pool, keys) if place == "pool" else (cluster, [*field.keys])
    return within(body, *path[:-1]).get(path[-1])


def _differs(names: Names, name: str, value: Value, has: Value, command: str) -> Finding:
    option = option_of(name)
    typed, state = option if value is True else f"{option} {_text(value)}", f"has {_text(has)}"
    if name == "ssh_key_value":  # too long to be read
        typed, state = option, "has another"
    elif name == "no_ssh_key":
        state = "has one"
    elif has in (None, "", False, [], {}):
        state = "does not have it"
    message = f"cluster {names.cluster} exists and is not changed: {typed} is not applied, and the cluster {state}"
    fixes = (
        (RunCommand(command, "to apply it"),)
        if command
        else advise(f"it is set at creation only: leave {option} out, or choose another name for the cluster: -n NAME")
    )
    return Finding(_RULE, Severity.WARNING, (option,), message, fixes)


def _unknown(names: Names, commands: Mapping[str, str]) -> list[Finding]:
    """One finding of all that is not compared. commands: by option, "" for one of a creation alone."""
    if not commands:
        return []
    options = [option_of(name) for name in commands]
    fixed = [option_of(name) for name, command in commands.items() if not command]
    message = (
        f"cluster {names.cluster} exists and is not changed: {_are(options)} not applied, and not compared with it"
        f"{f'; {_are(fixed)} set at creation only' if fixed else ''}"
    )
    show = RunCommand(f"az aks show {names.place}", "to compare")
    apply = [RunCommand(each, "to apply it") for each in dict.fromkeys(commands.values()) if each]
    return [Finding(_RULE, Severity.WARNING, tuple(options), message, (*apply, show))]


def _are(options: list[str]) -> str:
    return f"{listed(options)} {'is' if len(options) == 1 else 'are'}"


def _text(value: Value) -> str:
    return "True" if value is True else " ".join(value_words(value))

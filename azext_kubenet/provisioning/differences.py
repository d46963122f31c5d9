"""What an existing cluster has that was not asked for. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from azext_kubenet._choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED
from azext_kubenet.provisioning.around.shown import items, within
from azext_kubenet.provisioning.identity import Identity
from azext_kubenet.provisioning.resources import Names, same_id

Json = dict[str, Any]

#: States of a cluster that is not kept; one that is still being made, or changed, is waited for.
_NOT_KEPT = ("Failed", "Canceled", "Deleting")


def _plain(location: str) -> str:
    return location.replace(" ", "").lower()


def cluster_differences(
    cluster: Json, names: Names, identity: Identity, principal: Json | None, typed: Mapping[str, Any]
) -> tuple[str, ...]:
    """What an existing cluster has that was not asked for, a line a field.

    typed: options of `az aks create` that the user typed, by parameter name. Options that are not looked at here are
    not compared: `az aks create`'s code alone knows what they mean.
    """
    properties = within(cluster, "properties")
    profile, pools = within(properties, "networkProfile"), [*items(properties, "agentPoolProfiles")]
    pool = pools[0] if pools else {}
    lines = [
        _line("networkPlugin", profile.get("networkPlugin"), "kubenet"),
        _line("vnetSubnetID", pool.get("vnetSubnetID"), names.subnet_id, same_id),
        _line("maxPods", pool.get("maxPods"), typed.get("max_pods")),
        _line("vmSize", pool.get("vmSize"), typed.get("node_vm_size")),
        _line("networkPolicy", profile.get("networkPolicy") or "none", typed.get("network_policy")),
        _line("outboundType", profile.get("outboundType"), typed.get("outbound_type")),
        _line("kubernetesVersion", properties.get("kubernetesVersion"), typed.get("kubernetes_version"), _same_version),
        _line(
            "location", cluster.get("location"), typed.get("location"), lambda one, other: _plain(one) == _plain(other)
        ),
        _identity_differs(cluster, names, identity, principal),
    ]
    if not any(each.get("enableAutoScaling") for each in pools):
        lines.append(_line("count", pool.get("count"), typed.get("node_count")))
    state = properties.get("provisioningState")
    if state in _NOT_KEPT:
        lines.append(f"provisioningState is {state}")
    return tuple(line for line in lines if line)


def _same_version(has: str, wanted: str) -> bool:
    """Whether a version is the one asked for, perhaps by its first two numbers alone."""
    return has == wanted or has.startswith(wanted + ".")


def _identity_differs(cluster: Json, names: Names, identity: Identity, principal: Json | None) -> str:
    if identity.kind == SERVICE_PRINCIPAL:
        client = within(cluster, "properties", "servicePrincipalProfile").get("clientId")
        wanted = identity.app_id or (principal or {}).get("appId") or "a service principal"
        return _line("servicePrincipalProfile.clientId", client, wanted)
    has = within(cluster, "identity")
    if identity.kind == SYSTEM_ASSIGNED:
        return _line("identity.type", has.get("type"), "SystemAssigned")
    assigned = [*within(has, "userAssignedIdentities"), has.get("type")]
    return _line("identity", assigned[0], names.new_identity_id, same_id)


def _line(name: str, has: Any, wanted: Any, same: Callable[[str, str], bool] = lambda one, other: one == other) -> str:
    """A difference in words; nothing when there is none or nothing is wanted."""
    if wanted is None or (has is not None and same(str(has).lower(), str(wanted).lower())):
        return ""
    return f"{name} is {has}, not {wanted}"

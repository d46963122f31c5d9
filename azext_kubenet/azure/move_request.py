"""A cluster as it is sent back to have it changed: all that was read, but for what Azure alone writes. Pure.

`az aks update` does the same with the SDK's models, which lose what they do not know. The fields are those that the SDK
of azure-cli 2.91.0 marks as read only (azure-mgmt-containerservice 41.6.0).
"""

import copy
from collections.abc import Iterable
from typing import Any

from azext_kubenet.azure.bodies import Json, within

#: Fields that Azure alone writes, by where they are; `*` stands for every entry of a list or an object.
READ_ONLY = (
    "id",
    "name",
    "type",
    "systemData",
    "eTag",
    "identity.principalId",
    "identity.tenantId",
    "identity.userAssignedIdentities.*.principalId",
    "identity.userAssignedIdentities.*.clientId",
    "properties.provisioningState",
    "properties.powerState",
    "properties.maxAgentPools",
    "properties.currentKubernetesVersion",
    "properties.fqdn",
    "properties.privateFQDN",
    "properties.azurePortalFQDN",
    "properties.resourceUID",
    "properties.status",
    "properties.agentPoolProfiles.*.eTag",
    "properties.agentPoolProfiles.*.currentOrchestratorVersion",
    "properties.agentPoolProfiles.*.provisioningState",
    "properties.agentPoolProfiles.*.status",
    "properties.agentPoolProfiles.*.localDNSProfile.state",
    "properties.addonProfiles.*.identity",
    "properties.podIdentityProfile.userAssignedIdentities.*.provisioningState",
    "properties.podIdentityProfile.userAssignedIdentities.*.provisioningInfo",
    "properties.oidcIssuerProfile.issuerURL",
    "properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs",
    "properties.networkProfile.natGatewayProfile.effectiveOutboundIPs",
    "properties.privateLinkResources.*.privateLinkServiceID",
    "properties.ingressProfile.webAppRouting.identity",
)
_ANY = "*"
#: Policy engines by the words of `az aks update --network-policy`.
NO_ENGINE, CALICO, CILIUM = "none", "calico", "cilium"


def sendable(body: Json) -> Json:
    """The cluster without what Azure alone writes."""
    sent = copy.deepcopy(body)
    for path in READ_ONLY:
        _drop(sent, path.split("."))
    return sent


def on_overlay(body: Json, pods: str) -> Json:
    """The cluster on Azure CNI Overlay. [K13 K14]

    pods: its pod CIDR, which is sent in both of its fields: `az aks update` leaves the old one in the second
    """
    changed = {"networkPlugin": "azure", "networkPluginMode": "overlay"}
    return _with_network(body, {**changed, "podCidr": pods, "podCidrs": [pods, *_ipv6_pods(body)]} if pods else changed)


def _ipv6_pods(body: Json) -> list[str]:
    """The pod CIDRs of IPv6 of a dual-stack cluster: they stay."""
    found = within(body, "properties", "networkProfile").get("podCidrs")
    return [each for each in (found if isinstance(found, list) else ()) if isinstance(each, str) and ":" in each]


def with_engine(body: Json, engine: str) -> Json:
    """The cluster with another network policy engine, or none. [K21 K44 K45]"""
    cilium = {"networkDataplane": CILIUM} if engine == CILIUM else {}
    return _with_network(body, {"networkPolicy": engine, **cilium})


def with_identity(body: Json, identity: str) -> Json:
    """The cluster as one that runs as a user-assigned identity. [K18]"""
    sent = sendable(body)
    sent["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
    return sent


def _with_network(body: Json, changed: Json) -> Json:
    sent = sendable(body)
    profile = sent.setdefault("properties", {}).get("networkProfile")
    sent["properties"]["networkProfile"] = {**(profile if isinstance(profile, dict) else {}), **changed}
    return sent


def differences(before: object, after: object, path: str = "") -> dict[str, tuple[Any, Any]]:
    """What is not the same in two bodies, by where it is: what was there, and what is."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: dict[str, tuple[Any, Any]] = {}
        for key in dict.fromkeys([*before, *after]):
            found.update(differences(before.get(key), after.get(key), f"{path}.{key}" if path else str(key)))
        return found
    return {} if before == after else {path: (before, after)}


def _drop(body: object, path: list[str]) -> None:
    """Take a field out, wherever it is."""
    first, rest = path[0], path[1:]
    if not rest:
        if isinstance(body, dict):
            body.pop(first, None)
        return
    for each in _entries(body, first):
        _drop(each, rest)


def _entries(body: object, key: str) -> Iterable[object]:
    if key != _ANY:
        return [body[key]] if isinstance(body, dict) and key in body else []
    if isinstance(body, dict):
        return body.values()
    return body if isinstance(body, list) else []

"""What AKS adds to a cluster's body. Every key that recorded kubenet clusters of 2023 to 2025 always have is here.

Defaults: BEHAVIOUR.md "A kubenet cluster" and "Plugin when none is sent"; the shape is that of the GET recorded on
14 July 2025.
"""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from ..core.ids import ResourceId
from ..core.options import TENANT
from ..core.store import Body
from . import counts

POD_CIDR, SERVICE_CIDR, DNS_IP = "10.244.0.0/16", "10.0.0.0/16", "10.0.0.10"
SIZE = "Standard_D2s_v5"
IMAGE = "AKSUbuntu-2204gen2containerd-202509.23.0"


def exact(version: str, default: str) -> str:
    """The version that a cluster gets: of a minor version the latest patch that is offered, without any the
    default.
    """
    if version.count(".") == 1:
        return default if default.startswith(version + ".") else f"{version}.{default.rpartition('.')[2]}"
    return version or default


def node_group(rid: ResourceId, location: str) -> str:
    """``MC_<group>_<name>_<location>``; a longer one than Azure takes is refused, not cut (azure-facts J19)."""
    return f"MC_{rid.group}_{rid.name}_{location}"


def digits(rid: ResourceId) -> str:
    """The eight figures in the names of what AKS makes: the same for the same cluster."""
    return f"{int(hashlib.sha256(rid.key.encode()).hexdigest(), 16) % 10**8:08d}"


def network_profile(sent: Body | None) -> Body:
    """Sent ``networkProfile`` with AKS's defaults; no plugin means Azure CNI Overlay (2025 on)."""
    profile = {key: value for key, value in (sent or {}).items() if value is not None}
    if not profile.get("networkPlugin"):
        profile.update({"networkPlugin": "azure", "networkPluginMode": "overlay"})
    overlay = profile.get("networkPluginMode") == "overlay"
    profile.setdefault("networkPolicy", "none")
    if profile["networkPlugin"] == "azure":
        profile.setdefault("networkDataplane", "azure")  # recorded: managedClusters, at once in the answer of a move
    profile["loadBalancerSku"] = str(profile.get("loadBalancerSku") or "standard").lower()
    profile.setdefault("outboundType", "loadBalancer")
    if profile["networkPlugin"] == "kubenet" or overlay:
        profile["podCidr"] = profile.get("podCidr") or (profile.get("podCidrs") or [POD_CIDR])[0]
        profile["podCidrs"] = profile.get("podCidrs") or [profile["podCidr"]]
    profile["serviceCidr"] = profile.get("serviceCidr") or (profile.get("serviceCidrs") or [SERVICE_CIDR])[0]
    profile["serviceCidrs"] = profile.get("serviceCidrs") or [profile["serviceCidr"]]
    profile["dnsServiceIP"] = profile.get("dnsServiceIP") or DNS_IP
    profile["ipFamilies"] = profile.get("ipFamilies") or ["IPv4"]
    profile.setdefault("podLinkLocalAccess", "IMDS")
    if profile["outboundType"] == "loadBalancer":
        balancer = {
            key: value for key, value in (profile.get("loadBalancerProfile") or {}).items() if value is not None
        }
        balancer.setdefault("managedOutboundIPs", {"count": 1})
        balancer.setdefault("backendPoolType", "nodeIPConfiguration")
        profile["loadBalancerProfile"] = balancer
    return profile


def pool(sent: Body, version: str, overlay: bool = False) -> Body:
    """One entry of ``agentPoolProfiles``; 0 for the disk becomes 128, no size becomes a small one."""
    kept = {
        key: value
        for key, value in sent.items()
        if value is not None
        and key not in ("scaleSetPriority", "scaleSetEvictionPolicy", "spotMaxPrice", "nodeInitializationTaints")
        and key not in ("provisioningState", "status")
    }
    body = {
        "count": 3,
        "osDiskType": "Managed",
        "kubeletDiskType": "OS",
        "maxPods": 250 if overlay else 110,
        "type": "VirtualMachineScaleSets",
        "enableAutoScaling": False,
        "scaleDownMode": "Delete",
        "provisioningState": "Succeeded",
        "powerState": {"code": "Running"},
        "enableNodePublicIP": False,
        "mode": "User",
        "enableEncryptionAtHost": False,
        "enableUltraSSD": False,
        "osType": "Linux",
        "osSKU": "Ubuntu",
        "nodeImageVersion": IMAGE,
        "enableFIPS": False,
        **kept,
    }
    if counts.is_single(body):
        _single(body)
    else:
        body["vmSize"] = body.get("vmSize") or SIZE
    body["osDiskSizeGB"] = body.get("osDiskSizeGB") or 128
    body["orchestratorVersion"] = body.get("orchestratorVersion") or version
    body["currentOrchestratorVersion"] = exact(str(body["orchestratorVersion"]), version)
    surge = {"maxSurge": "10%", "maxUnavailable": "0"}
    body["upgradeSettings"] = {
        **surge,
        **{key: value for key, value in (body.get("upgradeSettings") or {}).items() if value is not None},
    }
    body["networkProfile"] = body.get("networkProfile") or {}
    body["securityProfile"] = {"enableVTPM": False, "enableSecureBoot": False, **(body.get("securityProfile") or {})}
    return body


def _single(body: Body) -> None:
    """A pool of single machines has neither count nor vmSize, but a profile (recorded: managedClusters, a pool that
    was moved from an availability set). Our model: what was sent for a pool with them becomes the profile.
    """
    count, size = body.pop("count", 3), body.pop("vmSize", "") or SIZE
    scale = dict((body.get("virtualMachinesProfile") or {}).get("scale") or {})
    scale = {key: value for key, value in scale.items() if value}
    if not scale:
        scale = {"manual": [{"size": size, "count": count}]}
    for kind, entries in scale.items():
        scale[kind] = [{**entry, "size": entry.get("size") or SIZE} for entry in entries]
    body["virtualMachinesProfile"] = {"scale": scale}
    body["virtualMachineNodesStatus"] = [{"size": size, "count": number} for size, number in counts.wanted(body)]


def properties(rid: ResourceId, sent: Body, old: Body | None, location: str, version: str) -> Body:
    """The whole of a cluster's properties but for its identities."""
    given = {key: value for key, value in copy.deepcopy(sent).items() if value is not None}
    kept = (old or {}).get("properties", {})
    sent_profile = {key: value for key, value in (given.get("networkProfile") or {}).items() if value is not None}
    before = dict(kept.get("networkProfile", {}))
    for one, several in (("podCidr", "podCidrs"), ("serviceCidr", "serviceCidrs")):
        if one in sent_profile and several not in sent_profile:
            before.pop(several, None)  # the list follows the single range
    given["networkProfile"] = network_profile({**before, **sent_profile})
    overlay = given["networkProfile"].get("networkPluginMode") == "overlay"
    given["agentPoolProfiles"] = [
        pool(item, version, overlay) for item in given.get("agentPoolProfiles") or kept["agentPoolProfiles"]
    ]
    prefix = given.get("dnsPrefix") or kept.get("dnsPrefix") or rid.name
    host = f"{prefix}-{digits(rid)}"
    for key in ("windowsProfile", "provisioningState", "status"):
        given.pop(key, None)
    secret = given.pop("servicePrincipalProfile", None) or kept.get("servicePrincipalProfile") or {"clientId": "msi"}
    return {
        **_plain(given, version, location),
        "powerState": kept.get("powerState") or {"code": "Running"},
        "dnsPrefix": prefix,
        "fqdn": f"{host}.hcp.{location}.azmk8s.io",
        "azurePortalFQDN": f"{host}.portal.hcp.{location}.azmk8s.io",
        "agentPoolProfiles": given["agentPoolProfiles"],
        "networkProfile": given["networkProfile"],
        "servicePrincipalProfile": {"clientId": secret["clientId"]},
        "nodeResourceGroup": given.get("nodeResourceGroup")
        or kept.get("nodeResourceGroup")
        or node_group(rid, location),
        "maxAgentPools": 100,
        "resourceUID": kept.get("resourceUID") or hashlib.sha256(rid.key.encode()).hexdigest()[:24],
    }


def _plain(given: Body, version: str, location: str) -> Body:
    """Sent values over the defaults that AKS fills in."""
    defaults: dict[str, Any] = {
        "enableRBAC": True,
        "supportPlan": "KubernetesOfficial",
        "disableLocalAccounts": False,
        "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"},
        "securityProfile": {},
        "oidcIssuerProfile": {"enabled": False},
        "workloadAutoScalerProfile": {},
        "metricsProfile": {"costAnalysis": {"enabled": False}},
        "nodeProvisioningProfile": {"mode": "Manual", "defaultNodePools": "Auto"},
        "bootstrapProfile": {"artifactSource": "Direct"},
        "storageProfile": {
            "diskCSIDriver": {"enabled": True},
            "fileCSIDriver": {"enabled": True},
            "snapshotController": {"enabled": True},
        },
    }
    merged = {**defaults, **given}
    merged["kubernetesVersion"] = given.get("kubernetesVersion") or version
    merged["currentKubernetesVersion"] = exact(str(merged["kubernetesVersion"]), version)
    for key in ("storageProfile", "autoUpgradeProfile", "oidcIssuerProfile"):
        merged[key] = {
            **defaults[key],
            **{name: value for name, value in (given.get(key) or {}).items() if value is not None},
        }
    if not merged.get("addonProfiles"):
        merged.pop("addonProfiles", None)
    return merged


def identity(sent: Body | None, old: Body | None, principal: str, found: dict[str, Body]) -> Body | None:
    """The ``identity`` as answered: with the principal of a system-assigned one, with both ids of user-assigned
    ones.
    """
    kept = (sent or {}) if sent else (old or {}).get("identity")
    if not kept:
        return None
    if str(kept["type"]).lower() == "systemassigned":
        return {"type": "SystemAssigned", "principalId": principal, "tenantId": TENANT}
    return {
        "type": kept["type"],
        "userAssignedIdentities": {
            key: {"principalId": found[key.lower()]["principalId"], "clientId": found[key.lower()]["clientId"]}
            for key in kept.get("userAssignedIdentities") or {}
        },
    }

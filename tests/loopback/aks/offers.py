"""What AKS refuses since the region does not offer it, or not so much of it. Nothing here was recorded.

BadRequest for a size: as reported (dotnet/core#8181, hashicorp-education/learn-terraform-provision-aks-cluster#15).
AvailabilityZoneNotSupported and its words: Microsoft's article on that error. K8sVersionNotSupported: Microsoft's
article on blocked upgrades; a creation is reported with AgentPoolK8sVersionNotSupported as well.
ErrCode_InsufficientVCPUQuota: reported_errors, the words ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import errors
from ..core.ids import ResourceId
from ..core.store import Body
from . import availability, counts

if TYPE_CHECKING:
    from ..server.cloud import Cloud


def check(cloud: Cloud, rid: ResourceId, body: Body, old: Body | None) -> None:
    """Sizes, zones and version of what is new, and the cores that it takes more than before."""
    subscription, location = f"/subscriptions/{rid.subscription}", body["location"]
    sizes = {each["name"].lower(): each for each in availability.sizes(cloud, subscription, location)}
    before = {pool["name"]: pool for pool in (old or {}).get("properties", {}).get("agentPoolProfiles", [])}
    pools = body["properties"]["agentPoolProfiles"]
    for pool in pools:
        if pool["name"] not in before:
            for name, _ in counts.wanted(pool):
                _size(name, sizes, location)
                _zones(rid, pool, sizes[name.lower()], location)
    version = body["properties"].get("kubernetesVersion")
    if version != (old or {}).get("properties", {}).get("kubernetesVersion"):
        _version(cloud, rid, subscription, location, str(version or ""))
    _quota(cloud, subscription, location, pools, list(before.values()), sizes)


def _size(name: str, sizes: dict[str, Body], location: str) -> None:
    """Offered at all, and not restricted for the subscription."""
    size = sizes.get(name.lower())
    barred = any(each.get("type") == "Location" for each in (size or {}).get("restrictions", []))
    if size is None or barred:
        raise errors.aks(
            "BadRequest",
            f"The VM size of {name} is not allowed in your subscription in location '{location}'. For more "
            "details, please visit https://aka.ms/aks/quotas-skus-regions",
        )


def _zones(rid: ResourceId, pool: Body, size: Body, location: str) -> None:
    """Zones that the size has there, but for those that are restricted."""
    barred = {
        zone
        for each in size["restrictions"]
        if each.get("type") == "Zone"
        for zone in (each.get("restrictionInfo") or {}).get("zones", [])
    }
    there = [zone for zone in size["locationInfo"][0]["zones"] if zone not in barred]
    wanted = [zone for zone in pool.get("availabilityZones") or [] if str(zone) not in there]
    if wanted:
        asked, name = ", ".join(wanted), pool["name"]
        raise errors.aks(
            "AvailabilityZoneNotSupported",
            f"Preflight validation check for resource(s) for container service {rid.name} in resource group "
            f"{rid.group} failed. Message: The zone(s) '{asked}' for resource '{name}' is not supported. The "
            f"supported zones for location '{location}' are '{', '.join(there)}'",
        )


def _version(cloud: Cloud, rid: ResourceId, subscription: str, location: str, version: str) -> None:
    """A minor version, or one of its patches."""
    known = availability.versions(cloud, subscription, location)
    if version and not any(version == each["version"] or version in each["patchVersions"] for each in known):
        raise errors.aks(
            "K8sVersionNotSupported",
            f"Managed cluster {rid.name} is on version {version} which is not supported in this region. Please use [az "
            "aks get-versions] command to get the supported version list in this region. For more information, please "
            "check https://aka.ms/supported-version-list",
        )


def _quota(
    cloud: Cloud, subscription: str, location: str, pools: list[Body], before: list[Body], sizes: dict[str, Body]
) -> None:
    """Cores of each family, and in all."""
    more: dict[str, int] = {}
    for sign, each in ((1, pools), (-1, before)):
        for pool in each:
            for size, number in ((sizes.get(name.lower()), number) for name, number in counts.wanted(pool)):
                cores = sign * availability.cores_of(size) * number if size else 0
                for family in (size["family"], "cores") if size else ():
                    more[family] = more.get(family, 0) + cores
    for usage in availability.usages(cloud, subscription, location):
        left = usage["limit"] - usage["currentValue"]
        wanted = more.get(usage["name"]["value"], 0)
        if wanted > max(left, 0):
            raise errors.aks(
                "ErrCode_InsufficientVCPUQuota",
                f"Insufficient vcpu quota requested {wanted}, remaining {left} for family "
                f"{usage['name']['localizedValue']} for region {location}.",
            )

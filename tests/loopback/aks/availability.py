"""What a region offers: sizes of machines with their zones, quotas, and versions of Kubernetes.

Versions: shape recorded (aksOther). Sizes and quotas are in no recording; their shapes are those of Microsoft's REST
reference (Resource Skus - List, Usage - List). Any of them can be seeded under its own id, to have other values::

    /subscriptions/S/providers/Microsoft.Compute/skus/Standard_D2s_v5                   {"restrictions": [...]}
    /subscriptions/S/providers/Microsoft.Compute/locations/L/usages/standardDSv5Family   {"limit": 4, "currentValue": 2}
    /subscriptions/S/providers/Microsoft.ContainerService/locations/L/kubernetesVersions/1.30   {"patchVersions": {...}}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..core import errors
from ..core.options import LOCATIONS, canonical_location
from ..core.resources import require
from ..core.store import Body
from ..core.wire import Answer, Call

if TYPE_CHECKING:
    from ..server.cloud import Cloud

_PATH = re.compile(
    r"^(/subscriptions/[^/]+)/providers/(?:(Microsoft\.Compute/skus)|"
    r"(Microsoft\.Compute|Microsoft\.ContainerService)/locations/([^/]+)/(usages|kubernetesVersions))/?$",
    re.IGNORECASE,
)
_LOCATION = re.compile(r"^\s*location\s+eq\s+'([^']*)'\s*$", re.IGNORECASE)
#: Families by the text around the number of cores: (before, after, family, cores, zones).
_FAMILIES: tuple[tuple[str, str, str, tuple[int, ...], tuple[str, ...]], ...] = (
    ("B", "s", "standardBSFamily", (1, 2), ("1", "2", "3")),
    ("B", "ms", "standardBSFamily", (2, 4, 8), ("1", "2", "3")),
    ("D", "s_v3", "standardDSv3Family", (2, 4, 8, 16, 32), ("1", "2", "3")),
    ("D", "s_v4", "standardDSv4Family", (2, 4, 8, 16, 32), ("1", "2", "3")),
    ("D", "s_v5", "standardDSv5Family", (2, 4, 8, 16, 32, 64, 96), ("1", "2", "3")),
    ("D", "ds_v5", "standardDDSv5Family", (2, 4, 8, 16, 32), ("1", "2", "3")),
    ("D", "as_v5", "standardDASv5Family", (2, 4, 8, 16, 32), ("1", "2", "3")),
    ("D", "ps_v5", "standardDPSv5Family", (2, 4, 8, 16), ("1", "2", "3")),
    ("E", "s_v5", "standardESv5Family", (2, 4, 8, 16, 32), ("1", "2", "3")),
    ("F", "s_v2", "standardFSv2Family", (2, 4, 8, 16), ("1", "2", "3")),
    ("NC", "s_v3", "standardNCSv3Family", (6, 12, 24), ("1",)),
)
#: Sizes whose name does not tell the cores.
_NAMED = (("Standard_DS2_v2", 2), ("Standard_DS3_v2", 4), ("Standard_DS4_v2", 8))
CORES = 100_000
#: Regions without zones: two of those that Azure's own list shows without any.
WITHOUT_ZONES = ("northcentralus", "westus", "ukwest", "japanwest", "southindia", "canadaeast")


def answer(cloud: Cloud, call: Call) -> Answer | None:
    """Lists of sizes, quotas and versions; None for anything else."""
    match = _PATH.match(call.path)
    if not match or call.method != "GET":
        return None
    subscription, kind = match[1], match[2] or f"{match[3]}/locations/{match[5]}"
    cloud.roles.require(call.caller, f"{kind}/read", subscription)
    if match[2]:
        wanted = _LOCATION.match(call.param("$filter"))
        places = [canonical_location(wanted[1])] if wanted else LOCATIONS
        return Answer(200, {"value": [each for place in places for each in sizes(cloud, subscription, place)]})
    location = canonical_location(match[4])
    if location not in LOCATIONS:
        raise errors.wrapped(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{match[4]}' and API version '{call.api_version}' "
            f"for type 'locations/{match[5]}'. The supported locations are '{', '.join(LOCATIONS)}'.",
        )
    if match[5].lower() == "usages":
        return Answer(200, {"value": usages(cloud, subscription, location)})
    return Answer(200, {"values": versions(cloud, subscription, location)})


def sizes(cloud: Cloud, subscription: str, location: str) -> list[Body]:
    """Every size of machine in a region; what is seeded under a size's id stands over the default."""
    if location not in LOCATIONS:
        return []
    named = [(f"Standard_{a}{n}{b}", family, n, zones) for a, b, family, cores, zones in _FAMILIES for n in cores]
    named += [(name, "standardDSv2Family", cores, ("1", "2", "3")) for name, cores in _NAMED]
    found = []
    for name, family, cores, zones in named:
        kept = cloud.store.get(f"{subscription}/providers/Microsoft.Compute/skus/{name}") or {}
        if location not in kept.get("locations", [location]):
            continue
        size = _size(name, family, cores, location, zones)
        found.append({key: kept.get(key, value) for key, value in size.items() if key != "locations"})
        found[-1]["locations"] = [location]
    return found


def _size(name: str, family: str, cores: int, location: str, zones: tuple[str, ...]) -> Body:
    shown = [] if location in WITHOUT_ZONES else list(zones)
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "tier": "Standard",
        "size": name.removeprefix("Standard_"),
        "family": family,
        "locations": [location],
        "locationInfo": [{"location": location, "zones": shown, "zoneDetails": []}],
        "capabilities": [
            {"name": "vCPUs", "value": str(cores)},
            {"name": "MemoryGB", "value": str(4 * cores)},
            {"name": "PremiumIO", "value": "True"},
            {"name": "CpuArchitectureType", "value": "Arm64" if "ps_v5" in name else "x64"},
        ],
        "restrictions": [],
    }


def usages(cloud: Cloud, subscription: str, location: str) -> list[Body]:
    """Cores in all and of each family; nodes that are there count beside what was seeded."""
    families = list(dict.fromkeys([*(each[2] for each in _FAMILIES), "standardDSv2Family"]))
    used = _used(cloud, subscription, location)
    names = [("cores", "Total Regional vCPUs"), *((each, f"{each} vCPUs") for each in families)]
    found = []
    for name, title in names:
        place = f"{subscription}/providers/Microsoft.Compute/locations/{location}/usages/{name}"
        kept = cloud.store.get(place) or {}
        count = sum(used.values()) if name == "cores" else used.get(name, 0)
        found.append(
            {
                "limit": int(kept.get("limit", CORES)),
                "unit": "Count",
                "currentValue": int(kept.get("currentValue", 0)) + count,
                "name": {"value": name, "localizedValue": title},
            }
        )
    return found


def _used(cloud: Cloud, subscription: str, location: str) -> dict[str, int]:
    """Cores of the machines that clusters have, by family."""
    known = {each["name"].lower(): each for each in sizes(cloud, subscription, location)}
    used: dict[str, int] = {}
    found: list[tuple[Body, str, int]] = []
    for body in cloud.store.of_type("Microsoft.Compute/virtualMachineScaleSets", subscription.lower() + "/"):
        sku = body.get("sku") or {}
        found.append((body, str(sku.get("name", "")), int(sku.get("capacity", 0))))
    machines = cloud.store.of_type("Microsoft.Compute/virtualMachines", subscription.lower() + "/")
    found += [(body, str(require(body, "properties", "hardwareProfile", "vmSize")), 1) for body in machines]
    for body, name, count in found:
        size = known.get(name.lower())
        if size and body.get("location") == location:
            used[size["family"]] = used.get(size["family"], 0) + cores_of(size) * count
    return used


def cores_of(size: Body) -> int:
    """The cores of a size."""
    return int(next(each["value"] for each in size["capabilities"] if each["name"] == "vCPUs"))


def versions(cloud: Cloud, subscription: str, location: str) -> list[Body]:
    """Four minor versions, the server's own the default; recorded: aksOther (api-versions of 2025)."""
    major, minor, patch = cloud.options.kubernetes_version.split(".")
    found: list[Body] = []
    for step in (1, 0, -1, -2):
        name = f"{major}.{int(minor) + step}"
        patches: Body = {f"{name}.{number}": {"upgrades": []} for number in range(int(patch) + 1)}
        each: dict[str, Any] = {"version": name, "capabilities": {"supportPlan": ["KubernetesOfficial"]}}
        if step == 0:
            each["isDefault"] = True
        if step > 0:
            each["isPreview"] = True
        found.append({**each, "patchVersions": patches})
    prefix = f"{subscription}/providers/Microsoft.ContainerService/locations/{location}/kubernetesVersions/".lower()
    seeded = [(key.rpartition("/")[2], body) for key, body in cloud.store.items() if key.startswith(prefix)]
    for name, body in seeded:
        given = {key: value for key, value in body.items() if key not in ("id", "name", "type")}
        found = [each for each in found if each["version"] != name]
        if given.get("patchVersions"):
            found.append({"version": name, "capabilities": {"supportPlan": ["KubernetesOfficial"]}, **given})
    return found


def newer(cloud: Cloud, body: Body, version: str) -> list[Body]:
    """What a cluster of a version can be upgraded to: patches of its minor version and those of the next, the newest
    first, as recorded (aksOther).
    """
    subscription = "/".join(str(body["id"]).split("/")[:3])
    current = _parts(version)
    found = []
    for each in versions(cloud, subscription, body["location"]):
        preview = {"isPreview": True} if each.get("isPreview") else {}
        found += [{"kubernetesVersion": patch, **preview} for patch in each["patchVersions"]]
    fit = [each for each in found if _is_next(current, _parts(each["kubernetesVersion"]))]
    return sorted(fit, key=lambda each: _parts(each["kubernetesVersion"]), reverse=True)


def is_later(one: str, other: str) -> bool:
    """Whether a version comes after another."""
    return _parts(one) > _parts(other)


def _is_next(current: list[int], wanted: list[int]) -> bool:
    return wanted > current and wanted[0] == current[0] and wanted[1] <= current[1] + 1


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]

"""Sizes of virtual machines in a region, and quotas of them, as Azure shows them. Pure."""

from collections.abc import Iterable
from typing import NamedTuple, TypeGuard

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, items, text, texts, whole_texts, within
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resources import plain_region

#: Name of the quota of all vCPUs in a region.
ALL_VCPUS = "cores"


class Restriction(NamedTuple):
    """What this subscription does not get of a size.

    reason: Azure's word for it
    whole: whether it gets none of the size in this region
    zones: of this region, in which it gets none
    unclear: whether it is not shown where, or of what, it is one
    """

    reason: str
    whole: bool = False
    zones: tuple[str, ...] = ()
    unclear: bool = False

    @classmethod
    def parse(cls, body: Json, region: str) -> "Restriction":
        """Parse an entry; one that names other regions alone is none here, one that names no region may be."""
        kind, info = text(body, "type").lower(), within(body, "restrictionInfo")
        named = {*map(plain_region, (*texts(body, "values"), *texts(info, "locations")))}
        zones = whole_texts(info, "zones") if kind == "zone" else []
        here = region in named
        clear = here and (kind == "location" or bool(zones))
        return cls(
            reason=text(body, "reasonCode") or "restricted",
            whole=here and kind == "location",
            zones=tuple(texts(info, "zones")) if here and kind == "zone" else (),
            unclear=not clear and (here or not named),
        )


class MachineSize(NamedTuple):
    """A size in one region.

    name: "" if not shown
    family: whose quota it counts against, "" if not shown
    vcpus: of one machine, 0 if not shown
    zones: numbers of the availability zones that are known to have it
    zones_known: whether no other zone can have it
    restrictions: what this subscription does not get of it
    """

    name: str
    family: str = ""
    vcpus: int = 0
    zones: tuple[str, ...] = ()
    zones_known: bool = True
    restrictions: tuple[Restriction, ...] = ()

    @property
    def closed(self) -> str:
        """Azure's word for why this subscription gets none of it in this region, "" if it does."""
        return next((each.reason for each in self.restrictions if each.whole), "")

    @property
    def unclear(self) -> str:
        """Azure's word for a restriction that may be one in this region, "" without one."""
        return next((each.reason for each in self.restrictions if each.unclear), "")

    @property
    def open_zones(self) -> tuple[str, ...]:
        """The zones in which this subscription gets it, as far as they are known."""
        closed = {zone for each in self.restrictions for zone in each.zones}
        return tuple(zone for zone in self.zones if zone not in closed)

    @classmethod
    def parse(cls, body: Json, region: str) -> "MachineSize":
        """Parse an entry of the list of one region. region: as Azure compares it"""
        places = [each for each in items(body, "locationInfo") if _is_of(each, region)]
        zones = [whole_texts(each, "zones") for each in places if text(each, "location")]
        vcpus = [text(each, "value") for each in items(body, "capabilities") if text(each, "name") == "vCPUs"]
        return cls(
            name=text(body, "name"),
            family=text(body, "family"),
            vcpus=int(vcpus[0]) if vcpus and vcpus[0].isdecimal() else 0,
            zones=tuple(dict.fromkeys(zone for each in places for zone in texts(each, "zones"))),
            zones_known=0 < len(zones) == len(places) and None not in zones,
            restrictions=tuple(Restriction.parse(each, region) for each in items(body, "restrictions")),
        )


def _is_of(place: Json, region: str) -> bool:
    """Whether an entry of a place may be of a region: it names that one, or none."""
    return plain_region(text(place, "location")) in (region, "")


def sizes_of(answer: Iterable[Json], location: str) -> list[MachineSize]:
    """The sizes of virtual machines in a region's list of what can be bought, which has disks and others too.

    What does not show what it is, or where, may be one.
    """
    region, found = plain_region(location), list[MachineSize]()
    for each in answer:
        regions = [*map(plain_region, whole_texts(each, "locations") or [region])]
        if text(each, "resourceType").lower() in ("virtualmachines", "") and region in regions:
            found.append(MachineSize.parse(each, region))
    return found


class Quota(NamedTuple):
    """A quota: its name, its limit, and how much of it is used. limit: None for no limit"""

    name: str
    limit: int | None
    used: int

    def has(self, wanted: int) -> bool:
        """Whether so much of it is left."""
        return self.limit is None or wanted <= self.left

    @property
    def left(self) -> int:
        """How much of it is left; 0 for one without limit."""
        return max(0, (self.limit or 0) - self.used)


def quotas_of(answer: Iterable[Json]) -> dict[str, Quota]:
    """Quotas by their names in lower case; those that do not show limit and use are passed over."""
    found = {}
    for each in answer:
        name, limit, used = text(within(each, "name"), "value"), each.get("limit"), each.get("currentValue")
        if name and _is_number(limit) and _is_number(used):
            found[name.lower()] = Quota(name, limit if limit >= 0 else None, used)  # -1 is none at all
    return found


def _is_number(value: object) -> TypeGuard[int]:
    """Whether it is a whole number; a bool is an int in Python, and no number of anything."""
    return isinstance(value, int) and not isinstance(value, bool)


def sizes_read(subscription: str, location: str) -> Read:
    """What can be bought in a region: some hundred sizes, so it is read only where one was typed."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/skus"
    return Read(path, api_versions.VM_SIZES_API, True, f"location eq '{location}'")


def quotas_read(subscription: str, location: str) -> Read:
    """The quotas of a region and what is used of them."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages"
    return Read(path, api_versions.COMPUTE_USAGES_API, True)

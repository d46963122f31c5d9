"""Sizes of virtual machines in a region, and quotas of them, as Azure shows them. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, items, number, text, texts, within
from azext_kubenet.azure.reads import Read

#: Name of the quota of all vCPUs in a region.
ALL_VCPUS = "cores"


class MachineSize(NamedTuple):
    """A size in one region.

    family: whose quota it counts against, "" if not shown
    vcpus: of one machine, 0 if not shown
    zones: numbers of the availability zones that have it
    closed: Azure's word for why this subscription gets none of it, "" if it does
    closed_zones: zones in which this subscription gets none of it
    """

    name: str
    family: str = ""
    vcpus: int = 0
    zones: tuple[str, ...] = ()
    closed: str = ""
    closed_zones: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: Json) -> "MachineSize":
        """Parse an entry of the list of one region."""
        places = [*items(body, "locationInfo")]
        restrictions = [*items(body, "restrictions")]
        whole = [each for each in restrictions if text(each, "type").lower() == "location"]
        parts = [each for each in restrictions if text(each, "type").lower() == "zone"]
        vcpus = [text(each, "value") for each in items(body, "capabilities") if text(each, "name") == "vCPUs"]
        return cls(
            name=text(body, "name"),
            family=text(body, "family"),
            vcpus=int(vcpus[0]) if vcpus and vcpus[0].isdigit() else 0,
            zones=tuple(dict.fromkeys(zone for each in places for zone in texts(each, "zones"))),
            closed=(text(whole[0], "reasonCode") or "restricted") if whole else "",
            closed_zones=tuple(zone for each in parts for zone in texts(within(each, "restrictionInfo"), "zones")),
        )


def sizes_of(answer: Iterable[Json]) -> list[MachineSize]:
    """The sizes of virtual machines in a list of what can be bought, which has disks and others too."""
    found = (each for each in answer if text(each, "resourceType").lower() == "virtualmachines")
    return [size for each in found if (size := MachineSize.parse(each)).name]


class Quota(NamedTuple):
    """A quota: its name, its limit, and how much of it is used."""

    name: str
    limit: int
    used: int

    @property
    def left(self) -> int:
        """How much of it is left."""
        return max(0, self.limit - self.used)


def quotas_of(answer: Iterable[Json]) -> dict[str, Quota]:
    """Quotas by their names in lower case; those that show no limit are passed over."""
    found = {}
    for each in answer:
        name = text(within(each, "name"), "value")
        if name and isinstance(each.get("limit"), int) and number(each, "limit") >= 0:  # -1 is none at all
            found[name.lower()] = Quota(name, number(each, "limit"), number(each, "currentValue"))
    return found


def sizes_read(subscription: str, location: str) -> Read:
    """What can be bought in a region: some hundred sizes, so it is read only where one was typed."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/skus"
    return Read(path, api_versions.VM_SIZES_API, True, f"location eq '{location}'")


def quotas_read(subscription: str, location: str) -> Read:
    """The quotas of a region and what is used of them."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages"
    return Read(path, api_versions.COMPUTE_USAGES_API, True)

"""A private cluster, as the options of `az aks create` ask for one: how its API server is found."""

from collections.abc import Mapping
from typing import NamedTuple

from azext_kubenet.azure.resource_id import ResourceId

#: What a private DNS zone is.
ZONE = "Microsoft.Network/privateDnsZones"
_NONE = "none"


class PrivateCluster(NamedTuple):
    """A cluster whose API server has an address in the network alone.

    zone: id of a private DNS zone of the user's own; empty for one that AKS makes, and for none at all
    without_zone: whether it has no private zone, so that a public name leads to the private address
    without_public_name: whether it has no public name
    in_network: whether its API server is put into a subnet (API server VNet integration), not behind a private link
    """

    zone: ResourceId = ResourceId()
    without_zone: bool = False
    without_public_name: bool = False
    in_network: bool = False


def read_private_cluster(asked: Mapping[str, object]) -> PrivateCluster | None:
    """The private cluster that was asked for; None for a public one. asked: options of `az aks create`.

    What is no id of a zone, and no word that is known, is left to `az aks create` and to AKS to refuse.
    """
    if not asked.get("enable_private_cluster"):
        return None
    typed = str(asked.get("private_dns_zone") or "").strip()
    zone = ResourceId(typed.rstrip("/"))
    return PrivateCluster(
        zone if zone.is_a(ZONE) else ResourceId(),
        typed.lower() == _NONE,
        bool(asked.get("disable_public_fqdn")),
        bool(asked.get("enable_apiserver_vnet_integration")),
    )

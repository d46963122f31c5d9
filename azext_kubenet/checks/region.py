"""Whether the region has what is created there, as the resource providers list it. [T21]"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from azext_kubenet.azure.bodies import Json, items, text, texts
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.check import Check, Problem
from azext_kubenet.checks.context import CheckContext, Unreadable, provider_read
from azext_kubenet.options.choices import USER_ASSIGNED


class Kind(NamedTuple):
    """A kind of resource that is created: its provider, its type there, and what it is called."""

    provider: str
    type: str
    words: str


_CLUSTERS = Kind("Microsoft.ContainerService", "managedClusters", "AKS clusters")
_NETWORKS = Kind("Microsoft.Network", "virtualNetworks", "virtual networks")
_IDENTITIES = Kind("Microsoft.ManagedIdentity", "userAssignedIdentities", "user-assigned identities")


def _created(context: CheckContext) -> Iterator[Kind]:
    yield _CLUSTERS
    if context.existing.vnet is None:
        yield _NETWORKS
    if context.existing.identity is None and context.wanted.identity_kind == USER_ASSIGNED:
        yield _IDENTITIES


def _offered(context: CheckContext) -> Iterator[Problem]:
    """The region has what is created there. No request of its own: what providers answer is read anyway."""
    location = context.wanted.location
    for kind in _created(context):
        try:
            read = provider_read(context.names.subscription, kind.provider)
            provider = context.optional(f"resource provider {kind.provider}", context.subscription_id, read)
        except Unreadable:
            continue  # the check of the providers says so
        regions = _regions(provider, kind.type)
        # An empty list tells nothing.
        if not regions or plain_region(location) in regions:
            continue
        similar = get_close_matches(plain_region(location), regions, 1)
        use = f"use --location {similar[0]}; " if similar else ""
        query = f"resourceTypes[?resourceType=='{kind.type}'].locations[]"
        shown = f'az provider show -n {kind.provider} --query "{query}" -o tsv'
        yield Problem(f"region {location} has no {kind.words}", f"{use}list the regions: {shown}", ("--location",))
        return  # what is missing there beside the first is of no interest


def _regions(provider: Json, kind: str) -> list[str]:
    """The regions that a provider lists for a type."""
    found = [each for each in items(provider, "resourceTypes") if text(each, "resourceType").lower() == kind.lower()]
    return [plain_region(region) for each in found for region in texts(each, "locations")]


CHECKS = (Check("region-offered", _offered),)

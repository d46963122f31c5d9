"""Whether the region has what is created there, as the resource providers list it. [T21]"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, items, text, texts, whole_texts, within
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import CheckContext, provider_read
from azext_kubenet.checks.looking import Unreadable, unlisted
from azext_kubenet.options.choices import USER_ASSIGNED

#: Azure's word for a region that is meant for all; "Other" are those of reserved access among others.
#: https://learn.microsoft.com/azure/reliability/regions-list
_FOR_ALL = "recommended"


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
    """The region has what is created there. What providers answer is read anyway, so it costs no request."""
    location = context.wanted.location
    for kind in _created(context):
        what, read = f"resource provider {kind.provider}", provider_read(context.names.subscription, kind.provider)
        try:
            provider = context.optional(what, context.subscription_id, read)
        except Unreadable:
            continue  # the check of the providers says so
        regions, whole = _regions(provider, kind.type)
        if plain_region(location) in regions:
            continue
        if not regions or not whole:
            yield unread(unlisted(f"the regions that have {kind.words}", context.subscription_id), context)
            continue
        use = _similar(context, regions)
        query = f"resourceTypes[?resourceType=='{kind.type}'].locations[]"
        shown = f'az provider show -n {kind.provider} --query "{query}" -o tsv'
        yield Problem(f"region {location} has no {kind.words}", f"{use}list the regions: {shown}", ("--location",))
        return  # what is missing there beside the first is of no interest


def _regions(provider: Json, kind: str) -> tuple[list[str], bool]:
    """The regions that a provider lists for a type, and whether it can have no others."""
    types = [*items(provider, "resourceTypes")]
    found = [each for each in types if text(each, "resourceType").lower() == kind.lower()]
    regions = [plain_region(region) for each in found for region in texts(each, "locations")]
    return regions, all(whole_texts(each, "locations") is not None for each in found)


def _similar(context: CheckContext, regions: list[str]) -> str:
    """The region that was meant, if it may be used: many a region is for few customers alone."""
    similar = next(iter(get_close_matches(plain_region(context.wanted.location), regions, 1)), "")
    if not similar:
        return ""
    try:
        listed = context.optional_list("the regions", context.subscription_id, regions_read(context.names.subscription))
    except Unreadable:
        listed = []
    categories = {plain_region(text(each, "name")): _category(each) for each in listed}
    closed = categories and categories.get(similar, "not listed") not in (_FOR_ALL, "")
    return "" if closed else f"use --location {similar}; "


def _category(region: Json) -> str:
    return text(within(region, "metadata"), "regionCategory").lower()


def regions_read(subscription: str) -> Read:
    """The regions of a subscription. https://learn.microsoft.com/rest/api/resources/subscriptions/list-locations"""
    return Read(f"/subscriptions/{subscription}/locations", api_versions.REGIONS_API, True)


CHECKS = (Check("region-offered", _offered),)

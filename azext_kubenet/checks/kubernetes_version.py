"""Whether AKS has the Kubernetes version that was typed, in this region and at this support plan. [T23]"""

from collections.abc import Iterator

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import CheckContext, Unreadable

_LONG_TERM = "AKSLongTermSupport"
_OPTION = "--kubernetes-version"


def versions_read(subscription: str, location: str) -> Read:
    """The Kubernetes versions of a region. Recorded aksOther"""
    place = f"/subscriptions/{subscription}/providers/Microsoft.ContainerService/locations/{plain_region(location)}"
    return Read(f"{place}/kubernetesVersions", api_versions.CLUSTER_API)


def _version(context: CheckContext) -> Iterator[Problem]:
    """The version that was typed exists: `1.34`, for its newest patch, or `1.34.2`."""
    typed, location = context.wanted.kubernetes_version, context.wanted.location
    if not typed:
        return
    read = versions_read(context.names.subscription, location)
    try:
        answer = context.optional(f"the Kubernetes versions of {location}", context.subscription_id, read)
    except Unreadable as hidden:
        yield unread(hidden, context)
        return
    minors = [*items(answer, "values")]
    listing = f"list the versions: az aks get-versions -l {plain_region(location)} -o table"
    minor = next((each for each in minors if typed in _typable(each)), None)
    if minors and minor is None:
        message = f"AKS does not offer Kubernetes {typed} in {location}"
        yield Problem(message, f"{_similar(typed, minors)}{listing}", (_OPTION,))
    elif minor is not None and _only_long_term(minor) and not context.wanted.long_term:
        message = f"Kubernetes {typed} has long-term support only in {location}"
        yield Problem(message, f"add --tier premium --k8s-support-plan {_LONG_TERM}, or {listing}", (_OPTION,))


def _typable(minor: Json) -> list[str]:
    """What can be typed for a minor version: itself, and each of its patches."""
    return [text(minor, "version"), *within(minor, "patchVersions")]


def _similar(typed: str, minors: list[Json]) -> str:
    """The same minor version, where its patch alone is wrong."""
    same = ".".join(typed.split(".")[:2])
    return f"use {_OPTION} {same}; " if any(text(each, "version") == same for each in minors) else ""


def _only_long_term(minor: Json) -> bool:
    return texts(within(minor, "capabilities"), "supportPlan") == [_LONG_TERM]


CHECKS = (Check("kubernetes-version", _version),)

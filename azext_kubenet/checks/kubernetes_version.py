"""Whether AKS has the Kubernetes version that was typed, in this region and at this support plan. [T23]"""

from collections.abc import Iterator, Sequence

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.bodies import Json, items, text, whole_texts, within
from azext_kubenet.azure.reads import Read
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.check import Check, Problem, unread
from azext_kubenet.checks.context import CheckContext
from azext_kubenet.checks.looking import Unreadable, unlisted

LONG_TERM = "AKSLongTermSupport"
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
    what = f"the Kubernetes versions of {location}"
    try:
        answer = context.optional(what, context.subscription_id, read)
    except Unreadable as hidden:
        yield unread(hidden, context)
        return
    minors = [*items(answer, "values")]
    if not minors:
        yield unread(unlisted(what, context.subscription_id), context)
        return
    listing = f"list the versions: az aks get-versions -l {plain_region(location)} -o table"
    minor = next((each for each in minors if typed in _typable(each)), None)
    if minor is not None:
        if only_long_term(minor) and not context.wanted.long_term:
            message = f"Kubernetes {typed} has long-term support only in {location}"
            yield Problem(message, f"add --tier premium --k8s-support-plan {LONG_TERM}, or {listing}", (_OPTION,))
    elif _may_have(typed, answer["values"]):
        message = f"the list of Kubernetes versions of {location} has gaps, and does not show {typed}"
        yield Problem(f"{message}; this was not checked", listing, (_OPTION,), Severity.WARNING)
    else:
        message = f"AKS does not offer Kubernetes {typed} in {location}"
        yield Problem(message, f"{_similar(typed, minors)}{listing}", (_OPTION,))


def _typable(minor: Json) -> list[str]:
    """What can be typed for a minor version: itself, and each of its patches."""
    return [text(minor, "version"), *within(minor, "patchVersions")]


def _may_have(typed: str, minors: Sequence[object]) -> bool:
    """Whether a version may be one that the list does not name: of a minor version without name, or without patches."""
    named = [text(each, "version") for each in minors]
    same = [each for each in minors if text(each, "version") == _minor_of(typed)]
    return not all(named) or any(not within(each, "patchVersions") for each in same)


def _minor_of(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _similar(typed: str, minors: list[Json]) -> str:
    """The same minor version, where its patch alone is wrong."""
    same = _minor_of(typed)
    return f"use {_OPTION} {same}; " if any(text(each, "version") == same for each in minors) else ""


def only_long_term(minor: Json) -> bool:
    """Whether long-term support is its only plan; what the list does not name may be another."""
    return whole_texts(within(minor, "capabilities"), "supportPlan") == [LONG_TERM]


CHECKS = (Check("kubernetes-version", _version),)

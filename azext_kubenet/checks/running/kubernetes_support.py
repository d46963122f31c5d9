"""Whether the cluster's Kubernetes version can be upgraded, and is still supported. [R19 T23]

A list of versions on offer that is empty means either the newest version, or one out of support: then, and then alone,
the versions of the region are read.
"""

from collections.abc import Iterator, Sequence

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.azure.bodies import Json, items, text, texts, within
from azext_kubenet.azure.managed_clusters import minor_of
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.kubernetes_version import LONG_TERM, only_long_term, versions_read
from azext_kubenet.checks.looking import Unreadable, unlisted
from azext_kubenet.checks.running.running_check import RunningCheck
from azext_kubenet.checks.running.running_context import RunningContext, upgrade_profile_read

#: The first minor version of Kubernetes that moves to Azure CNI Overlay. update-azure-cni
_OVERLAY_SINCE = 27


def _support(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """A version is on offer, or the newest one runs."""
    cluster, what = context.cluster, "the versions that the cluster can be upgraded to"
    answer = context.optional(what, str(cluster.id), upgrade_profile_read(cluster))
    profile = within(answer, "properties", "controlPlaneProfile")
    if not profile or not minor_of(cluster.version):
        raise unlisted(what, str(cluster.id))
    offered = _offered(profile)
    if not offered:
        yield from _without_offer(context)
    elif minor_of(cluster.version) < _OVERLAY_SINCE:
        yield Problem(
            f"Kubernetes {cluster.version} cannot move to Azure CNI Overlay, which takes 1.{_OVERLAY_SINCE} or later",
            f"upgrade it, one minor version after the other: {_upgrade(context, _next(cluster.version, offered))}",
        )


def _offered(profile: Json) -> list[str]:
    """The versions on offer, without previews; older answers have texts. Recorded aksOther:3, :18, :39"""
    shown = (
        text(each, "kubernetesVersion") for each in items(profile, "upgrades") if each.get("isPreview") is not True
    )
    return sorted((each for each in (*shown, *texts(profile, "upgrades")) if minor_of(each)), key=_order)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))


def _next(version: str, offered: Sequence[str]) -> str:
    """The newest that is one minor version ahead, else the newest of the own one, else the nearest."""
    for minor in (minor_of(version) + 1, minor_of(version)):
        found = [each for each in offered if minor_of(each) == minor]
        if found:
            return found[-1]
    return offered[0]


def _upgrade(context: RunningContext, version: str) -> str:
    return f"az aks upgrade {context.place} -k {version}"


def _without_offer(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """What is told where nothing is on offer: nothing of the newest version, an error of one out of support."""
    cluster = context.cluster
    what = f"the Kubernetes versions of {cluster.location}, by which {cluster.version} is the newest or out of support,"
    read = versions_read(cluster.id.subscription, cluster.location)
    answer = context.optional(what, str(cluster.id.subscription_id), read)
    minors = {minor_of(text(each, "version")): each for each in items(answer, "values")}
    minors.pop(0, None)
    if not minors:
        raise unlisted(what, str(cluster.id.subscription_id))
    own = minors.get(minor_of(cluster.version))
    if own is not None and (not only_long_term(own) or cluster.support_plan == LONG_TERM):
        return
    if own is None and minor_of(cluster.version) > min(minors):  # a preview, or a gap in the list
        return
    supported = [
        minor for minor, each in minors.items() if minor >= minor_of(cluster.version) and not only_long_term(each)
    ]
    ways = [f"upgrade it: {_upgrade(context, f'1.{min(supported)}')}"] if supported else []
    if own is not None:
        update = f"az aks update {context.place} --tier premium --k8s-support-plan {LONG_TERM}"
        ways.append(f"have it supported for long: {update}")
    elif minor_of(cluster.version) < min(minors) - 2:
        ways.append("create a new cluster, because an upgrade over so many versions is not sure to work")
    ways.append(f"list the versions: az aks get-versions -l {plain_region(cluster.location)} -o table")
    yield Problem(
        f"Kubernetes {cluster.version} is out of support in {cluster.location}, and no upgrade is on offer",
        ", or ".join(ways),
        severity=Severity.ERROR,
    )


CHECKS = (RunningCheck("kubernetes-support", _support),)

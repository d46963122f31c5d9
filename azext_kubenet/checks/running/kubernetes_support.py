"""Whether the cluster's Kubernetes version is still supported, and can move to Azure CNI Overlay. [R19 T23]

The versions of the region tell that for sure. Who may not read them is told by the versions on offer to the cluster:
an empty list of these means either the newest version, or one out of support.
"""

from collections.abc import Iterator, Mapping, Sequence

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
_CANNOT_MOVE = f"cannot move to Azure CNI Overlay, which takes 1.{_OVERLAY_SINCE} or later"


def _support(context: RunningContext) -> Iterator[Problem | Unreadable]:
    """The version is one that the region supports, and late enough to move."""
    cluster = context.cluster
    if not minor_of(cluster.version):
        raise unlisted("the Kubernetes version of the cluster", str(cluster.id))
    subscription = str(cluster.id.subscription_id)
    what = f"the Kubernetes versions of {cluster.location}, by which {cluster.version} is in support or not,"
    try:
        answer = context.optional(what, subscription, versions_read(cluster.id.subscription, cluster.location))
        minors = {minor_of(text(each, "version")): each for each in items(answer, "values")}
        minors.pop(0, None)
        if not minors:
            raise unlisted(what, subscription)
    except Unreadable as hidden:
        if not (offered := _on_offer(context)):
            raise hidden
        yield from _too_old(context, offered)
        return
    own = minors.get(minor_of(cluster.version))
    if _is_supported(own, minors, context):
        if minor_of(cluster.version) < _OVERLAY_SINCE:
            yield from _too_old(context, _on_offer(context))
        return
    yield _unsupported(context, own, minors)


def _is_supported(own: Json | None, minors: Mapping[int, Json], context: RunningContext) -> bool:
    """Whether the region has the minor version for a cluster with such a plan; one between others may be a gap."""
    if own is None:
        return minor_of(context.cluster.version) > min(minors)
    return not only_long_term(own) or context.cluster.support_plan == LONG_TERM


def _on_offer(context: RunningContext) -> list[str]:
    """The versions on offer to the cluster, without previews. Raises Unreadable."""
    what = "the versions that the cluster can be upgraded to"
    answer = context.optional(what, str(context.cluster.id), upgrade_profile_read(context.cluster))
    profile = within(answer, "properties", "controlPlaneProfile")
    if not profile:
        raise unlisted(what, str(context.cluster.id))
    return _offered(profile)


def _too_old(context: RunningContext, offered: Sequence[str]) -> Iterator[Problem]:
    """A version that is not taken for the move; what it is upgraded to."""
    version = context.cluster.version
    if minor_of(version) < _OVERLAY_SINCE:
        upgrade = _upgrade(context, _next(version, offered)) if offered else ""
        advice = f"upgrade it, one minor version after the other: {upgrade}" if upgrade else ""
        yield Problem(f"Kubernetes {version} {_CANNOT_MOVE}", advice)


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


def _unsupported(context: RunningContext, own: Json | None, minors: Mapping[int, Json]) -> Problem:
    """A version out of support, with the ways out of that."""
    cluster = context.cluster
    try:
        offered = _on_offer(context)
    except Unreadable:  # the versions of the region are known
        offered = []
    later = [each for each in minors if each >= minor_of(cluster.version) and not only_long_term(minors[each])]
    ways = []
    if offered or later:
        version = _next(cluster.version, offered) if offered else f"1.{min(later)}"
        ways.append(f"upgrade it: {_upgrade(context, version)}")
    if own is not None:
        update = f"az aks update {context.place} --tier premium --k8s-support-plan {LONG_TERM}"
        ways.append(f"have it supported for long: {update}")
    elif minor_of(cluster.version) < min(minors) - 2:
        ways.append("create a new cluster, because an upgrade over so many versions is not sure to work")
    ways.append(f"list the versions: az aks get-versions -l {plain_region(cluster.location)} -o table")
    too_old = f", and {_CANNOT_MOVE}" if minor_of(cluster.version) < _OVERLAY_SINCE else ""
    message = f"Kubernetes {cluster.version} is out of support in {cluster.location}{too_old}"
    return Problem(message, ", or ".join(ways), severity=Severity.ERROR)


CHECKS = (RunningCheck("kubernetes-support", _support),)

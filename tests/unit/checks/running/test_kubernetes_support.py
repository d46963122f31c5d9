"""Versions in support and out of it, and what is told where the region's may not be read."""

from __future__ import annotations

from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.check import Problem
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running import kubernetes_support
from tests.unit.checks.running.world import CLUSTER, REGION, SUBSCRIPTION, Pool, World, upgrades

PROFILE = f"{CLUSTER}/upgradeProfiles/default"
VERSIONS = f"{SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/{REGION}/kubernetesVersions"
OFFICIAL, LONG = "KubernetesOfficial", "AKSLongTermSupport"
REFUSED = AzureError(403, "AuthorizationFailed", "no")


def minor(version: str, *plans: str) -> dict[str, Any]:
    """A minor version of the region."""
    return {"version": version, "capabilities": {"supportPlan": [*plans]}, "patchVersions": {f"{version}.1": {}}}


REGIONAL = {"values": [minor("1.34", OFFICIAL, LONG), minor("1.33", OFFICIAL, LONG), minor("1.32", OFFICIAL, LONG),
                       minor("1.30", LONG)]}  # fmt: skip


def versioned(version: str, *offered: str, region: Any = REGIONAL, **more: Any) -> World:
    """A cluster of a version, with others on offer to it, in a region."""
    return World([Pool("a", 1)], version=version,
                 changed={PROFILE: upgrades(version, *offered), VERSIONS: region}, **more)  # fmt: skip


def found(world: World) -> list[Problem | Unreadable]:
    """What the check finds."""
    try:
        return [*kubernetes_support.CHECKS[0].run(world.context())]
    except Unreadable as hidden:
        return [hidden]


UPGRADE = "az aks upgrade -g g -n c -k"
HIDES = {"region": None, "hidden": {VERSIONS: REFUSED}}
# what it is, the cluster, the severity, words
ROWS: tuple[tuple[str, World, str, tuple[str, ...]], ...] = (
    ("a version in support", versioned("1.32.2", "1.32.9", "1.33.4"), "", ()),
    ("the newest version", versioned("1.34.1"), "", ()),
    ("newer than the region's list", versioned("1.35.0"), "", ()),
    ("a gap in the region's list", versioned("1.31.0"), "", ()),
    ("out of support", versioned("1.29.7", "1.29.9", "1.30.1", "1.30.4"), "error",
     ("Kubernetes 1.29.7 is out of support in westeurope -> upgrade it: ", f"{UPGRADE} 1.30.4, or list")),
    ("out of support, with nothing on offer", versioned("1.29.7"), "error", (f"{UPGRADE} 1.32, or list",)),
    ("long out of support", versioned("1.24.6"), "error",
     (f"{UPGRADE} 1.32", "create a new cluster", "cannot move to Azure CNI Overlay, which takes 1.27")),
    ("supported for long alone", versioned("1.30.1"), "error",
     (f"{UPGRADE} 1.32", "az aks update -g g -n c --tier premium --k8s-support-plan AKSLongTermSupport")),
    ("supported for long, as the cluster is", versioned("1.30.1", cluster_changed={"supportPlan": LONG}), "", ()),
    ("in support, and too old to move", versioned("1.25.6", "1.26.3", "1.25.11", "1.26.10", region={"values": [
        minor("1.25", OFFICIAL)]}), "warning",
     ("Kubernetes 1.25.6 cannot move to Azure CNI Overlay", f"{UPGRADE} 1.26.10")),
    ("too old to move, with nothing on offer", versioned("1.25.6", region={"values": [minor("1.25", OFFICIAL)]}),
     "warning", ("Kubernetes 1.25.6 cannot move to Azure CNI Overlay",)),
    ("versions on offer, where the region's are hidden", versioned("1.31.2", "1.32.4", **HIDES), "", ()),
    ("too old to move, where the region's are hidden", versioned("1.25.6", "1.25.11", "1.26.3", **HIDES), "warning",
     (f"{UPGRADE} 1.26.3",)),
    ("the same, with a newer patch alone on offer", versioned("1.25.6", "1.25.11", **HIDES), "warning",
     (f"{UPGRADE} 1.25.11",)),
    ("the same, with no version near", versioned("1.24.6", "1.27.1", "1.28.0", **HIDES), "warning",
     (f"{UPGRADE} 1.27.1",)),
    ("an older answer has texts", World([Pool("a", 1)], version="1.26.1", hidden={VERSIONS: REFUSED}, changed={
        PROFILE: {"properties": {"controlPlaneProfile": {"upgrades": ["1.27.5"]}}}}), "warning",
     (f"{UPGRADE} 1.27.5",)),
)  # fmt: skip


@pytest.mark.parametrize(("world", "severity", "texts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_versions_are_told_with_the_next_one(world: World, severity: str, texts: tuple[str, ...]) -> None:
    problems = [each for each in found(world) if isinstance(each, Problem)]
    assert [each.severity or "warning" for each in problems] == ([severity] if severity else [])
    told = "\n".join(f"{each.message} -> {each.recommendation}" for each in problems)
    for text in texts:
        assert text in told


PREVIEW = {"controlPlaneProfile": {"upgrades": [{"kubernetesVersion": "1.35.0", "isPreview": True}]}}
# what is hidden, the cluster, words of what is not looked at
HIDDEN: tuple[tuple[str, World, str], ...] = (
    ("the region's versions, and none is on offer", versioned("1.31.2", **HIDES), "by which 1.31.2 is in support"),
    ("the region's versions, and a preview is on offer", World([Pool("a", 1)], version="1.34.1", hidden={
        VERSIONS: REFUSED}, changed={PROFILE: {"properties": PREVIEW}}), "by which 1.34.1 is in support"),
    ("all versions", versioned("1.31.2", region=None, hidden={VERSIONS: REFUSED, PROFILE: REFUSED}),
     "that the cluster can be upgraded to"),
    ("a list without versions", versioned("1.31.2", region={"values": []}), "by which 1.31.2 is in support"),
    ("the cluster's own version", versioned(""), "the Kubernetes version of the cluster"),
)  # fmt: skip


@pytest.mark.parametrize(("world", "what"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_what_may_not_be_read_is_not_looked_at(world: World, what: str) -> None:
    assert [what in each.what for each in found(world) if isinstance(each, Unreadable)] == [True]


def test_of_a_version_in_support_the_versions_on_offer_are_not_read() -> None:
    world = versioned("1.32.2", "1.33.4")
    assert not found(world)
    assert PROFILE not in world.asked

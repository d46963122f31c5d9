"""Whether the region has what is created there."""

import pytest

from azext_kubenet.options.choices import SYSTEM_ASSIGNED
from tests.unit.checks.wire import REFUSED, SUB, but, network, run, situation, subnet

AKS, NETWORKS, IDENTITIES = (
    f"{SUB}/providers/Microsoft.{each}" for each in ("ContainerService", "Network", "ManagedIdentity")
)


def lists(kind, *regions):
    return {"registrationState": "Registered", "resourceTypes": [{"resourceType": kind, "locations": [*regions]}]}


#: What is told where the regions of a type are not shown.
WARNED = ""
#: What is told where the region that may have been meant is not for all.
FEW = "list the regions: az provider show"
REGIONS = f"{SUB}/locations"
NEAR = but(situation(), location="germanynorht")
GERMANY = lists("managedClusters", "Germany North", "Germany West Central")


def a_region(name, category):
    return {"name": name, "metadata": {"regionCategory": category}}


# what there is, the situation, the answers, what is told
ROWS = (
    ("the region, in other letters", situation(), {AKS: lists("ManagedClusters", "East US 2", "West Europe")}, []),
    ("no list", situation(), {AKS: lists("managedClusters")}, [WARNED]),
    ("the list of another type", situation(), {AKS: lists("fleets", "eastus")}, [WARNED]),
    ("a list with a gap", situation(), {AKS: lists("managedClusters", "East US", None)}, [WARNED]),
    ("a region near by", but(situation(), location="westeurop"), {AKS: lists("managedClusters", "West Europe")},
     ["use --location westeurope; list the regions: az provider show"]),
    ("a region near by, for all", NEAR, {AKS: GERMANY, REGIONS: [a_region("germanynorth", "Recommended")]},
     ["use --location germanynorth; list the regions: az provider show"]),
    ("a region near by, for few", NEAR, {AKS: GERMANY, REGIONS: [a_region("germanynorth", "Other")]},
     [FEW]),
    ("a region near by, not the subscription's", NEAR, {AKS: GERMANY, REGIONS: [a_region("eastus", "Recommended")]},
     [FEW]),
    ("a region near by, of no category", NEAR, {AKS: GERMANY, REGIONS: [{"name": "germanynorth"}]},
     ["use --location germanynorth; list the regions: az provider show"]),
    ("a region near by, and the regions may not be read", NEAR, {AKS: GERMANY, REGIONS: REFUSED},
     ["use --location germanynorth; list the regions: az provider show"]),
    ("no network there", situation(), {NETWORKS: lists("virtualNetworks", "eastus")}, ["-n Microsoft.Network"]),
    ("a network that exists", situation(network(subnet())), {NETWORKS: lists("virtualNetworks", "eastus")}, []),
    ("no identity there", situation(), {IDENTITIES: lists("userAssignedIdentities", "eastus")}, ["ManagedIdentity"]),
    ("none is made", situation(identity_kind=SYSTEM_ASSIGNED), {IDENTITIES: lists("userAssignedIdentities", "eastus")},
     []),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "answers", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_region_has_all_that_is_created(wanted, answers, told):
    found = [each for each in run(wanted, answers)[0] if each.rule == "region-offered"]
    assert [each.severity.value for each in found] == ["warning" if words == WARNED else "error" for words in told]
    assert all(words in each.recommendation for each, words in zip(found, told, strict=True))
    assert all(
        each.recommendation.startswith(words) for each, words in zip(found, told, strict=True) if " use" in words
    )

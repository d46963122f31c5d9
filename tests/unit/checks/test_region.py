"""Whether the region has what is created there."""

import pytest

from azext_kubenet.options.choices import SYSTEM_ASSIGNED
from tests.unit.checks.wire import SUB, but, network, run, situation, subnet

AKS, NETWORKS, IDENTITIES = (
    f"{SUB}/providers/Microsoft.{each}" for each in ("ContainerService", "Network", "ManagedIdentity")
)


def lists(kind, *regions):
    return {"registrationState": "Registered", "resourceTypes": [{"resourceType": kind, "locations": [*regions]}]}


# what there is, the situation, the answers, what is told
ROWS = (
    ("the region, in other letters", situation(), {AKS: lists("ManagedClusters", "East US 2", "West Europe")}, []),
    ("no list", situation(), {AKS: lists("managedClusters")}, []),
    ("the list of another type", situation(), {AKS: lists("fleets", "eastus")}, []),
    ("a region near by", but(situation(), location="westeurop"), {AKS: lists("managedClusters", "West Europe")},
     ["use --location westeurope; list the regions: az provider show"]),
    ("no network there", situation(), {NETWORKS: lists("virtualNetworks", "eastus")}, ["-n Microsoft.Network"]),
    ("a network that exists", situation(network(subnet())), {NETWORKS: lists("virtualNetworks", "eastus")}, []),
    ("no identity there", situation(), {IDENTITIES: lists("userAssignedIdentities", "eastus")}, ["ManagedIdentity"]),
    ("none is made", situation(identity_kind=SYSTEM_ASSIGNED), {IDENTITIES: lists("userAssignedIdentities", "eastus")},
     []),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "answers", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_region_has_all_that_is_created(wanted, answers, told):
    found = [each for each in run(wanted, answers)[0] if each.rule == "region-offered"]
    assert [each.severity.value for each in found] == ["error"] * len(told)
    assert all(words in each.recommendation for each, words in zip(found, told, strict=True))

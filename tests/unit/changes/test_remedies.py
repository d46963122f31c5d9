"""What to do about an error of Azure's, by its code."""

from __future__ import annotations

import re

import pytest

from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.remedies import remedy_for

NAMES = Names("s", "app", "kube", "corp", "nodes", "net", "s")

# the code; where it was reported; words of what helped there
REPORTED = (
    ("RouteTableInvalidNextHop", "hashicorp/terraform-provider-azurerm#8609", "VirtualAppliance"),
    ("RouteTableMissingDefaultRouteError", "Azure/caf-terraform-landingzones-accelerator#55", "0.0.0.0/0"),
    ("SubnetNotAssociatedWithNATGateway", "H23", "--nat-gateway GATEWAY_ID"),
    ("CustomPrivateDNSZoneMissingPermission", "Azure/Azure-Landing-Zones#2892", "Private DNS Zone Contributor"),
    ("CustomPrivateDNSZoneMissingPermissionError", "Azure/AKS#3470", f'"Network Contributor" --scope {NAMES.vnet_id}'),
    ("RouteConflict", "kubernetes-sigs/cloud-provider-azure#657", "one route for a prefix"),
    ("SetVNetOwnershipFailed", "Azure/AKS#4522", "run the command again"),
    ("VirtualNetworkNotInSucceededState", "Azure/AKS#4522", f"az network vnet show --ids {NAMES.vnet_id}"),
    ("CustomKubeletIdentityMissingPermissionError", "I19", "Managed Identity Operator"),
    ("VMExtensionProvisioningError", "Azure/AKS#1607", "az network vnet subnet show"),
    ("K8sVersionNotSupported", "SA error-codes", "az aks get-versions -l westeurope"),
)


@pytest.mark.parametrize(("code", "helped"), [(row[0], row[2]) for row in REPORTED], ids=[row[0] for row in REPORTED])
def test_a_code_that_was_reported_gets_the_advice_that_helped(code: str, helped: str) -> None:
    advice = remedy_for([code], NAMES, "westeurope")
    assert helped in advice
    assert not re.search(r"[{}]", advice), "every name is filled in"


# what a policy refused; an option, or a command, that gets past it
POLICY = (
    ("resource group", "az group create -n app -l westeurope"),
    ("virtual network", "--vnet-subnet-id ID"),
    ("subnet", "--vnet-subnet-id ID"),
    ("identity", "--assign-identity ID"),
    ("role assignment", "--skip-subnet-role-assignment"),
    ("cluster", "az kubenet create --help"),
    ("", "the options that the message asks for"),
)


@pytest.mark.parametrize(("kind", "way"), POLICY)
@pytest.mark.parametrize(
    "codes", [["RequestDisallowedByPolicy"], ["LinkedAuthorizationFailed", "RequestDisallowedByPolicy"]]
)
def test_what_a_policy_refuses_is_made_first_and_then_named(codes: list[str], kind: str, way: str) -> None:
    advice = remedy_for(codes, NAMES, "westeurope", kind=kind)
    assert way in advice
    assert "az role assignment create" not in advice


def test_the_last_code_that_is_known_tells_most() -> None:
    assert "az login" in remedy_for(["Failed", "ExpiredAuthenticationToken", "NobodyKnowsIt"], NAMES, "westeurope")
    assert "fix the cause" in remedy_for(["NobodyKnowsIt"], NAMES, "westeurope")


OBJECT = "5b000000-0000-4000-8000-00000000000b"
APP = "5b000000-0000-4000-8000-00000000000a"
#: Who Azure's message says lacks a right, and what kind of principal that is.
LACKING = ((f"The client '{APP}' with object id '{OBJECT}' lacks", "ServicePrincipal"),
           (f"The client 'ann@example.org' with object id '{OBJECT}' lacks", "User"))  # fmt: skip


@pytest.mark.parametrize(("message", "kind"), LACKING)
def test_who_lacks_a_right_is_named_with_its_kind_which_azure_need_not_look_up(message: str, kind: str) -> None:
    advice = remedy_for(["LinkedAuthorizationFailed"], NAMES, "westeurope", message=message)
    assert f"--assignee-object-id {OBJECT} --assignee-principal-type {kind} " in advice


# the code; the word in its advice; what it stands for
KNOWN = (
    ("CustomPrivateDNSZoneMissingPermission", "ZONE_ID", "/subscriptions/s/zone"),
    ("CustomKubeletIdentityMissingPermissionError", "KUBELET_IDENTITY_ID", "/subscriptions/s/kubelet"),
    ("ServicePrincipalNotFound", "APP_ID", APP),
    ("ServicePrincipalValidationClientError", "APP_ID", APP),
)


@pytest.mark.parametrize(("code", "word", "value"), KNOWN, ids=[row[0] for row in KNOWN])
def test_a_value_that_is_known_stands_in_the_command(code: str, word: str, value: str) -> None:
    assert re.search(rf"\b{word}\b", remedy_for([code], NAMES, "westeurope", values={word: ""}))
    advice = remedy_for([code], NAMES, "westeurope", values={word: value})
    assert value in advice
    assert word not in advice


def test_a_region_that_is_not_known_is_named_as_such() -> None:
    assert "-l LOCATION " in remedy_for(["QuotaExceeded"], NAMES, "")

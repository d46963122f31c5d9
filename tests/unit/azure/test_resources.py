"""Names, ids and bodies: what lies where, what contains what, and role assignments whose names never change."""

from __future__ import annotations

import pytest
from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.model import AddressPlan, ClusterSize
from azext_kubenet.azure import resources
from azext_kubenet.azure.resources import Names, is_guid

NAMES = Names("s-1", "rg", "c", "net", "sub", "rg", "s-1")
ELSEWHERE = Names("s-1", "rg", "c", "hub", "aks", "shared", "s-2")
NET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n"
PLAN = AddressPlan(
    ClusterSize(), (IPNetwork("10.1.0.0/16"), IPNetwork("10.3.0.0/16")), IPNetwork("10.1.2.0/24"),
    IPNetwork("10.244.0.0/16"), IPNetwork("10.0.0.0/16"), IPAddress("10.0.0.10"), IPNetwork("172.17.0.1/16"),
)  # fmt: skip


def test_everything_lies_in_the_clusters_group() -> None:
    group = "/subscriptions/s-1/resourceGroups/rg"
    assert NAMES.group_id == group
    assert NAMES.vnet_id == f"{group}/providers/Microsoft.Network/virtualNetworks/net"
    assert NAMES.subnet_id == f"{NAMES.vnet_id}/subnets/sub"
    assert NAMES.cluster_id == f"{group}/providers/Microsoft.ContainerService/managedClusters/c"
    assert NAMES.new_identity_id == (f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/c-identity")


def test_a_group_with_parentheses_is_quoted_in_commands() -> None:
    names = Names("s-1", "rg(1)", "c", "net", "sub", "nets(2)", "s-1")
    assert names.place == "-g 'rg(1)' -n c"
    assert names.vnet_place == "-g 'nets(2)' -n net"
    assert names.subnet_place == "-g 'nets(2)' --vnet-name net -n sub"


def test_a_network_may_lie_in_another_group_and_subscription() -> None:
    assert ELSEWHERE.subnet_id == (
        "/subscriptions/s-2/resourceGroups/shared/providers/Microsoft.Network/virtualNetworks/hub/subnets/aks"
    )
    assert ELSEWHERE.cluster_id.startswith("/subscriptions/s-1/resourceGroups/rg/")


def test_a_named_identity_is_taken_as_it_is() -> None:
    assert Names("s", "g", "c", "n", "s", "g", "s", "/some/identity").new_identity_id == "/some/identity"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4d97b98b-1d4f-4787-a291-c67834d212e7", True), ("4D97B98B-1D4F-4787-A291-C67834D212E7", True),
     ("{4d97b98b-1d4f-4787-a291-c67834d212e7}", False), ("4d97b98b1d4f4787a291c67834d212e7", False),
     ("Network Contributor", False), ("", False)],
)  # fmt: skip
def test_a_guid_is_one_as_azure_spells_it(text: str, expected: bool) -> None:
    assert is_guid(text) is expected


PRINCIPAL = "0a0a0a0a-1111-4222-8333-444444444444"
ROLE = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7"


def test_the_name_of_a_role_assignment_never_changes() -> None:
    """A literal: clusters that exist carry assignments of these names, and a second run must find them."""
    assert resources.role_assignment_id(f"{NET}/subnets/a", PRINCIPAL, ROLE) == (
        f"{NET}/subnets/a/providers/Microsoft.Authorization/roleAssignments/6263382c-7b7c-5f84-94f5-42743ee12c49"
    )


def test_the_name_of_a_role_assignment_does_not_depend_on_capitals_or_on_who_spells_the_role() -> None:
    name = _name(f"{NET}/subnets/a", PRINCIPAL, ROLE)
    assert is_guid(name)
    assert name == _name(f"{NET}/subnets/A", PRINCIPAL.upper(), ROLE.replace("/s/", "/S/").rpartition("/")[2])


def test_the_name_of_a_role_assignment_is_another_for_each_scope_principal_and_role() -> None:
    other = "b24988ac-6180-42a0-ab88-20f7382dd24c"
    names = [
        _name(scope, principal, role)
        for scope in (NET, f"{NET}/subnets/a", f"{NET}/subnets/ab")
        for principal in (PRINCIPAL, other)
        for role in (ROLE, other)
    ]
    assert len(set(names)) == 12


def _name(scope: str, principal: str, role: str) -> str:
    return resources.role_assignment_id(scope, principal, role).rsplit("/", 1)[-1]


def test_the_roles_known_by_name_are_azures_own() -> None:
    from tests.loopback.authorization.roles import guid_of

    assert {name: guid_of(name) for name in resources.ROLE_IDS} == resources.ROLE_IDS


def test_a_network_is_made_with_all_its_prefixes_and_its_subnet() -> None:
    assert resources.vnet_body("westeurope", PLAN.vnet, "sub", PLAN.subnet) == {
        "location": "westeurope",
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.1.0.0/16", "10.3.0.0/16"]},
            "subnets": [{"name": "sub", "properties": {"addressPrefix": "10.1.2.0/24"}}],
        },
    }


def test_what_can_have_tags_is_made_with_those_that_were_typed() -> None:
    tags = {"team": "web"}
    made = (
        resources.group_body("westeurope", tags),
        resources.identity_body("westeurope", tags),
        resources.vnet_body("westeurope", PLAN.vnet, "sub", PLAN.subnet, tags),
    )
    assert [each["tags"] for each in made] == [tags, tags, tags]
    assert "tags" not in made[-1]["properties"]["subnets"][0]


def test_without_tags_none_are_sent() -> None:
    assert resources.group_body("westeurope", {}) == resources.identity_body("westeurope") == {"location": "westeurope"}


def test_a_grant_says_that_it_is_for_a_service_principal() -> None:
    assert resources.role_assignment_body(PRINCIPAL, ROLE)["properties"] == {
        "roleDefinitionId": ROLE, "principalId": PRINCIPAL, "principalType": "ServicePrincipal",
    }  # fmt: skip

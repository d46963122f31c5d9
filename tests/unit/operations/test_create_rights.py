"""Which roles a cluster's identity needs, of all that was typed, and which of them are assigned."""

from types import SimpleNamespace

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import ROLE_IDS
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.operations.create_rights import rights_needed
from azext_kubenet.options.choices import SUBNET_SCOPE, VNET_SCOPE
from azext_kubenet.options.create_options import RoleOptions
from tests.unit.checks.wire import GROUP, NAMES, REFUSED, SUB, TABLE, Wire, a_cluster, network, subnet

SUBNET, VNET = NAMES.subnet_id, NAMES.vnet_id
DNS = "/subscriptions/s2/resourceGroups/dns"
ZONE = f"{DNS}/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"
NETWORK_CONTRIBUTOR, ZONE_CONTRIBUTOR = "Network Contributor", "Private DNS Zone Contributor"
CUSTOM = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/custom"


def assignments(place, *given):
    """What was assigned to the principal p at a place and above it: each a role's name or id, and a scope."""
    return {
        f"{place}/providers/Microsoft.Authorization/roleAssignments": [
            {
                "id": f"{scope}/{role}",
                "properties": {
                    "principalId": "p",
                    "scope": scope,
                    "roleDefinitionId": role if "/" in role else f"{SUB}/x/{ROLE_IDS[role.lower()]}",
                },
            }
            for role, scope in given
        ]
    }


def allowing(*actions):
    return {CUSTOM: {"properties": {"permissions": [{"actions": [*actions], "notActions": []}]}}}


def needed(answers=(), principal="p", scope=SUBNET_SCOPE, role=NETWORK_CONTRIBUTOR, wanted=True, zone=ZONE, **there):
    found = ExistingResources(**{"group": {}, "vnet": network(subnet()), "identity": None, "cluster": None, **there})
    principals = SimpleNamespace(known_id=principal, hidden=None, existing=None)
    with Reader(Wire(answers)) as reader:
        options = RoleOptions(role, scope, wanted, "", ResourceId(zone))
        return rights_needed(reader, options, NAMES, found, principals)


def told(answer):
    """Grants: role, scope, whether it is there. Findings: rule and severity."""
    return (
        [(each.role.name, each.scope, each.granted is not None) for each in answer.grants],
        [(each.rule, each.severity.value) for each in answer.findings],
    )


ON_ZONE, ON_VNET, ON_SUBNET = (ZONE_CONTRIBUTOR, ZONE), (NETWORK_CONTRIBUTOR, VNET), (NETWORK_CONTRIBUTOR, SUBNET)
# (what the identity has, how it is asked, the grants that are needed: role, scope, whether it is there)
ROWS = (
    ("nothing, without a zone", {"zone": ""}, [(*ON_SUBNET, False)]),
    ("an identity that is still to be made", {"principal": ""}, [(*ON_ZONE, False), (*ON_VNET, False)]),
    ("nothing", {}, [(*ON_ZONE, False), (*ON_VNET, False)]),
    ("a network that is still to be made", {"vnet": None}, [(*ON_ZONE, False), (*ON_VNET, False)]),
    ("nothing, and the role on the network", {"scope": VNET_SCOPE}, [(*ON_VNET, False), (*ON_ZONE, False)]),
    ("nothing, and Contributor on the network", {"scope": VNET_SCOPE, "role": "Contributor"},
     [("Contributor", VNET, False), (*ON_ZONE, False)]),
    ("nothing, and a role that may do less", {"role": CUSTOM},
     [(CUSTOM, SUBNET, False), (*ON_ZONE, False), (*ON_VNET, False)]),
    ("the role on the subnet", {"answers": assignments(SUBNET, (NETWORK_CONTRIBUTOR, SUBNET))},
     [(*ON_SUBNET, True), (*ON_ZONE, False), (*ON_VNET, False)]),
    ("the role on the network",
     {"answers": {**assignments(SUBNET, ON_VNET), **assignments(VNET, ON_VNET)}},
     [(*ON_SUBNET, True), (*ON_ZONE, False), (*ON_VNET, True)]),
    ("both", {"answers": {**assignments(ZONE, (ZONE_CONTRIBUTOR, ZONE)), **assignments(SUBNET, ("Owner", GROUP)),
                          **assignments(VNET, ("Owner", GROUP))}},
     [(*ON_SUBNET, True), (*ON_ZONE, True), (*ON_VNET, True)]),
    ("the zone's role on its group", {"answers": assignments(ZONE, (ZONE_CONTRIBUTOR, DNS))},
     [(*ON_ZONE, True), (*ON_VNET, False)]),
    ("the zone's role elsewhere", {"answers": assignments(ZONE, (ZONE_CONTRIBUTOR, f"{ZONE}2"))},
     [(*ON_ZONE, False), (*ON_VNET, False)]),
    ("a role of the user's own that may write the zone",
     {"answers": {**assignments(ZONE, (CUSTOM, ZONE)), **allowing("Microsoft.Network/privateDnsZones/*")}},
     [(*ON_ZONE, True), (*ON_VNET, False)]),
    ("one that may read it alone",
     {"answers": {**assignments(ZONE, (CUSTOM, ZONE)), **allowing("Microsoft.Network/privateDnsZones/read")}},
     [(*ON_ZONE, False), (*ON_VNET, False)]),
    ("one that may join the network",
     {"answers": {**assignments(VNET, (CUSTOM, VNET)), **allowing("Microsoft.Network/virtualNetworks/join/action")}},
     [(*ON_SUBNET, False), (*ON_ZONE, False), (*ON_VNET, True)]),
    ("a cluster that exists", {"cluster": a_cluster("c", SUBNET)}, [(*ON_SUBNET, False)]),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "grants"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_private_dns_zone_asks_for_two_roles(asked, grants):
    assert told(needed(**asked)) == (grants, [])


def test_the_role_on_an_own_table_stays():
    vnet = network(subnet(routeTable={"id": TABLE}))
    grants, _ = told(needed(vnet=vnet))
    assert grants == [(NETWORK_CONTRIBUTOR, TABLE, False), (*ON_ZONE, False), (*ON_VNET, False)]


def test_the_definition_is_one_of_the_zones_subscription():
    (on_zone, *_) = needed(principal="").grants
    assert on_zone.role.definition_id.startswith("/subscriptions/s2/providers/Microsoft.Authorization/roleDefinitions/")


@pytest.mark.parametrize("error", [REFUSED, AzureError(404, "SubscriptionNotFound", "not found")])
def test_what_a_platform_team_has_given_where_nobody_may_look_is_not_given_again(error):
    answers = {f"{ZONE}/providers/Microsoft.Authorization/roleAssignments": error}
    grants, findings = told(answer := needed(answers))
    assert (grants, findings) == ([(*ON_VNET, False)], [("not-looked-at", "warning")])
    (finding,) = answer.findings
    assert f'--assignee-object-id p --assignee-principal-type ServicePrincipal --role "{ZONE_CONTRIBUTOR}"' in (
        finding.recommendation
    )


@pytest.mark.parametrize("principal", ["p", ""])
def test_roles_that_are_not_to_be_assigned_are_named_with_both_commands(principal):
    answer = needed(wanted=False, principal=principal)
    assert told(answer) == ([], [("role-not-assigned", "warning")])
    who = principal or f"$(az identity show --ids {NAMES.new_identity_id} --query principalId -o tsv)"
    commands = answer.findings[0].recommendation.partition(": ")[2].split(" && ")
    assert commands == [
        f"az role assignment create --assignee-object-id {who} --assignee-principal-type ServicePrincipal "
        f'--role "{role}" --scope {scope}'
        for role, scope in (ON_ZONE, ON_VNET)
    ]


def test_a_service_principal_that_graph_was_not_asked_for_is_named_by_its_application():
    principals = SimpleNamespace(known_id="", hidden=None, existing={"appId": "app-1"})
    found = ExistingResources({}, network(subnet()), None, None)
    with Reader(Wire()) as reader:
        options = RoleOptions(NETWORK_CONTRIBUTOR, SUBNET_SCOPE, False, "", ResourceId(ZONE))
        (finding,) = rights_needed(reader, options, NAMES, found, principals).findings
    assert f'create --assignee app-1 --role "{ZONE_CONTRIBUTOR}" --scope {ZONE} &&' in finding.recommendation


def test_nothing_is_said_of_roles_that_the_identity_has():
    answers = {**assignments(ZONE, (ZONE_CONTRIBUTOR, ZONE)), **assignments(VNET, ("Owner", GROUP))}
    assert told(needed(answers, wanted=False)) == ([], [])


def test_a_principal_that_is_hidden_gets_all_commands():
    hidden = {NAMES.new_identity_id: REFUSED}
    identity = {"id": NAMES.new_identity_id, "properties": {}}
    (finding,) = needed(principal="", identity=identity, hidden=hidden).findings
    for role, scope in (ON_SUBNET, ON_ZONE, ON_VNET):
        assert f'--role "{role}" --scope {scope}' in finding.recommendation

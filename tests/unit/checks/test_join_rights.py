"""What else the cluster's identity must be allowed, where AKS has to attach its route table to the subnet."""

import pytest

from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED
from tests.unit.checks.wire import (
    GATEWAY,
    GROUP,
    NAMES,
    NETWORK,
    NSG,
    REFUSED,
    TABLE,
    but,
    network,
    run,
    situation,
    subnet,
)

RULE = "join-rights"
POLICY = f"{NETWORK}/serviceEndpointPolicies/p"
GUARDED = {"networkSecurityGroup": {"id": NSG}}
CUSTOM = f"{GROUP}/custom"
USUAL = "x/4d97b98b-1d4f-4787-a291-c67834d212e7"
ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments"


def given(place, role, scope):
    properties = {"principalId": "p", "scope": scope, "roleDefinitionId": role}
    return {place + ASSIGNMENTS: [{"id": "a", "properties": properties}]}


def allowing(*actions):
    return {CUSTOM: {"properties": {"permissions": [{"actions": [*actions]}]}}}


def into(*attached, **wanted):
    properties = {}
    for each in attached:
        properties |= each
    return but(situation(network(subnet(**properties))), **{"principal": "p", **wanted})


JOIN = "Microsoft.Network/networkSecurityGroups/join/action"
# (what the subnet has, and what the identity; the situation, Azure's answers, words of the warning)
ROWS = (
    ("nothing", into(), {}, None),
    ("a group, and no right on it", into(GUARDED), {},
     ["has no route table", f"{JOIN} on network security group sg", "LinkedAuthorizationFailed",
      "az role assignment create --assignee-object-id p --assignee-principal-type ServicePrincipal "
      f'--role "Network Contributor" --scope {NSG}']),
    ("a group, and a table of its own, so that AKS writes nothing there",
     into(GUARDED, {"routeTable": {"id": TABLE}}), {}, None),
    ("the role on the group itself", into(GUARDED), given(NSG, USUAL, NSG), None),
    ("the role on the resource group", into(GUARDED), given(NSG, USUAL, GROUP), None),
    ("the role on another one", into(GUARDED), given(NSG, USUAL, f"{NSG}2"), [JOIN]),
    ("a role that may join", into(GUARDED), {**given(NSG, CUSTOM, NSG), **allowing(JOIN)}, None),
    ("a role that may read", into(GUARDED), {**given(NSG, CUSTOM, NSG), **allowing("*/read")}, [JOIN]),
    ("a gateway", into({"natGateway": {"id": GATEWAY}}, outbound_type="userAssignedNATGateway"),
     {GATEWAY: {"properties": {"publicIpAddresses": [{"id": "x"}]}}}, ["natGateways/join/action on NAT gateway gw"]),
    ("a service endpoint policy, among nulls",
     into({"serviceEndpointPolicies": [None, {"id": None}, {"id": POLICY}]}), {},
     ["serviceEndpointPolicies/joinSubnet/action on service endpoint policy p", f"--scope {POLICY}"]),
    ("an identity that is still to be made", into(GUARDED, principal=""), {},
     ["az identity create -g g -n c-identity -l westeurope && az role assignment create --assignee-object-id "
      f"$(az identity show --ids {NAMES.new_identity_id} --query principalId -o tsv)"]),
    ("an identity that comes with the cluster", into(GUARDED, principal="", identity_kind=SYSTEM_ASSIGNED), {},
     ["$(az aks show -g g -n c --query identity.principalId -o tsv)"]),
    ("a service principal that nobody has asked Graph for",
     into(GUARDED, principal="", identity_kind=SERVICE_PRINCIPAL), {},
     ["--assignee-object-id OBJECT_ID"]),
    ("assignments that may not be read", into(GUARDED), {NSG + ASSIGNMENTS: REFUSED},
     ["role assignments on network security group sg could not be read", "not checked"]),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "answers", "words"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_the_identity_must_join(wanted, answers, words):
    found = [each for each in run(wanted, answers)[0] if each.rule == RULE]
    assert [each.severity.value for each in found] == ([] if words is None else ["warning"])
    for finding in found:
        assert not [word for word in words if word not in f"{finding.message} -> {finding.recommendation}"], finding


def test_all_that_is_attached_is_one_chain_of_commands():
    wanted = into(GUARDED, {"serviceEndpointPolicies": [{"id": POLICY}]})
    (found,) = [each for each in run(wanted)[0] if each.rule == RULE]
    commands = found.recommendation.partition(": ")[2].split(" && ")
    assert [each.rpartition("--scope ")[2] for each in commands] == [NSG, POLICY]

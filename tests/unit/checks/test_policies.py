"""What policies refuse, as far as their rules can be read: the rules have the form of those in Azure/azure-policy."""

import json
from copy import deepcopy
from dataclasses import replace

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.options.choices import SYSTEM_ASSIGNED
from tests.unit.checks.obstacles import AUTHORIZATION, EXEMPTIONS, POLICIES, POLICY, POLICY_SET, a_policy, assigned
from tests.unit.checks.wire import GROUP, NAMES, REFUSED, SUB, TABLE, but, network, run, situation, subnet

TAG = {"field": "[concat('tags[', parameters('tagName'), ']')]", "exists": "false"}
REQUIRE_TAG = a_policy(TAG, mode="Indexed")
ON_GROUPS = a_policy(
    {
        "allOf": [
            {"field": "type", "equals": "Microsoft.Resources/subscriptions/resourceGroups"},
            {"field": TAG["field"], "notEquals": "[parameters('tagValue')]"},
        ]
    }
)
LOCATIONS = a_policy(
    {
        "allOf": [
            {"field": "location", "notIn": "[parameters('listOfAllowedLocations')]"},
            {"field": "location", "notEquals": "global"},
            {"field": "type", "notEquals": "Microsoft.AzureActiveDirectory/b2cDirectories"},
        ]
    },
    mode="Indexed",
)
TYPES = a_policy(
    {"allOf": [{"field": "type", "in": "[parameters('no')]"}, {"value": "[field('type')]", "exists": True}]},
    effect="[parameters('effect')]",
    effect_="",
)
TYPES["properties"]["parameters"] = {"effect": {"type": "string", "defaultValue": "Deny"}}
#: A network whose subnets have no security group: what an own subnet will have is not told from here.
GUARDED = a_policy(
    {
        "allOf": [
            {"field": "type", "equals": "Microsoft.Network/virtualNetworks"},
            {
                "count": {
                    "field": "Microsoft.Network/virtualNetworks/subnets[*]",
                    "where": {
                        "field": "Microsoft.Network/virtualNetworks/subnets[*].networkSecurityGroup.id",
                        "exists": "false",
                    },
                },
                "greater": 0,
            },
        ]
    }
)
GUARDED_SUBNETS = a_policy(
    {
        "allOf": [
            {"field": "type", "equals": "Microsoft.Network/virtualNetworks/subnets"},
            {"field": "Microsoft.Network/virtualNetworks/subnets/networkSecurityGroup.id", "exists": "false"},
        ]
    }
)
ROLES = a_policy({"field": "type", "equals": "Microsoft.Authorization/roleAssignments"})
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
THIS_ROLE = a_policy(
    {
        "allOf": [
            {"field": "type", "equals": "Microsoft.Authorization/roleAssignments"},
            {
                "field": "Microsoft.Authorization/roleAssignments/roleDefinitionId",
                "in": [f"/providers/Microsoft.Authorization/roleDefinitions/{NETWORK_CONTRIBUTOR}"],
            },
        ]
    }
)
INHERIT = a_policy(
    {"allOf": [TAG, {"value": "[resourceGroup().tags[parameters('tagName')]]", "notEquals": ""}]},
    "modify",
    "Indexed",
    {"operations": [{"operation": "add", "field": TAG["field"], "value": "x"}]},
)
OTHER = f"{AUTHORIZATION}/policyDefinitions/other"
MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/corp"
TEAM = {"parameters": {"tagName": "team"}}
NEW = situation(group=False)
GRANTING = but(
    NEW,
    grant_scopes=(NAMES.subnet_id,),
    role_ids={NAMES.subnet_id: f"{SUB}{AUTHORIZATION}/roleDefinitions/{NETWORK_CONTRIBUTOR}"},
)
ALL_THREE = "virtual network v, identity c-identity and cluster c: it requires tag team"


def told(wanted, policy, answers=(), **assignment):
    """Severity and words of what is found where one policy is assigned."""
    found, asked = run(wanted, {POLICIES: [assigned(**assignment)], POLICY: policy, **dict(answers)})
    return [
        (each.severity.value, f"{each.message} -> {each.recommendation}") for each in found if each.rule == "policies"
    ], asked


# what the policy is about, the situation, the policy, its assignment, what is told: the severity, and words of it
ROWS = (
    ("a required tag", NEW, REQUIRE_TAG, TEAM, [("error", f"{ALL_THREE} -> use --tags team=VALUE")]),
    (
        "a required tag beside one that is there",
        but(NEW, tags={"cost": "a b"}),
        REQUIRE_TAG,
        TEAM,
        [("error", "use --tags 'cost=a b' team=VALUE")],
    ),
    ("a required tag that is there", but(NEW, tags={"Team": "web"}), REQUIRE_TAG, TEAM, []),
    ("a required tag where nothing else is new", situation(network(subnet()), identity_kind=SYSTEM_ASSIGNED),
     REQUIRE_TAG, TEAM, [("error", "refuses cluster c")]),
    ("a tag and its value, on groups", but(NEW, node_group="MC_x"), ON_GROUPS,
     {"parameters": {"tagName": "team", "tagValue": "web"}},
     [("error", "refuses resource group g: it requires tag team=web -> use --tags team=web")]),
    ("another value", but(NEW, tags={"team": "api"}), ON_GROUPS,
     {"parameters": {"tagName": "team", "tagValue": "web"}}, [("error", "use --tags team=web")]),
    ("the right value", but(NEW, tags={"team": "Web"}), ON_GROUPS,
     {"parameters": {"tagName": "team", "tagValue": "web"}}, []),
    ("a group that exists, but the node resource group is new", but(situation(), node_group="MC_x"), ON_GROUPS,
     {"parameters": {"tagName": "team", "tagValue": "web"}},
     [("warning", "node resource group MC_x, which AKS creates")]),
    ("locations, this one among them", NEW, LOCATIONS,
     {"parameters": {"listOfAllowedLocations": ["eastus", "West Europe"]}}, []),
    ("locations without this one", NEW, LOCATIONS, {"parameters": {"listOfAllowedLocations": ["eastus"]}},
     [("error", "it does not allow westeurope")]),
    ("a type that AKS makes", NEW, TYPES, {"parameters": {"no": ["Microsoft.Network/publicIPAddresses"]}},
     [("warning", "the public IP address of the load balancer, which AKS creates")]),
    ("a type, and it audits", NEW, TYPES,
     {"parameters": {"no": ["Microsoft.Network/virtualNetworks"], "effect": "Audit"}}, []),
    ("what is not known beforehand", NEW, GUARDED, {}, [("warning", "may refuse virtual network v")]),
    ("a subnet that exists, which AKS writes", situation(network(subnet())), GUARDED_SUBNETS, {},
     [("warning", "may refuse subnet n")]),
    ("a subnet with a route table, which AKS leaves as it is", situation(network(subnet(routeTable={"id": TABLE}))),
     GUARDED_SUBNETS, {}, []),
    ("a route table that AKS makes", NEW, TYPES, {"parameters": {"no": ["Microsoft.Network/routeTables"]}},
     [("warning", "the route table of AKS")]),
    ("what is not made", situation(network(subnet())), GUARDED, {}, []),
    ("role assignments", GRANTING, ROLES, {}, [("error", "add --skip-subnet-role-assignment")]),
    ("role assignments, and none is made", NEW, ROLES, {}, []),
    ("assignments of this role", GRANTING, THIS_ROLE, {}, [("warning", "may refuse the role assignment on n")]),
    ("assigned and not enforced", NEW, REQUIRE_TAG, {**TEAM, "enforcementMode": "DoNotEnforce"}, []),
    ("assigned to another group", NEW, REQUIRE_TAG, {**TEAM, "scope": f"{SUB}/resourceGroups/x"}, []),
    ("assigned to this group", situation(), REQUIRE_TAG, {**TEAM, "scope": GROUP}, [("error", "resource group g")]),
    ("assigned above", NEW, REQUIRE_TAG, {**TEAM, "scope": MANAGEMENT_GROUP}, [("error", "management group corp")]),
    ("assigned, but not to this group", NEW, REQUIRE_TAG, {**TEAM, "notScopes": [GROUP.upper()]},
     [("warning", "the scale set of the nodes, the load balancer")]),
    ("assigned to a part", NEW, REQUIRE_TAG, {**TEAM, "resourceSelectors": [{"name": "x"}]},
     [("warning", "may refuse")]),
    ("its effect is overridden", NEW, REQUIRE_TAG,
     {**TEAM, "overrides": [{"kind": "policyEffect", "value": "audit"}]}, []),
    ("a mode of data", NEW, a_policy(TAG, mode="Microsoft.Kubernetes.Data"), TEAM, []),
    ("an effect that audits", NEW, a_policy(TAG, "audit"), TEAM, []),
    ("a rule that is not understood", NEW, a_policy({"value": "[utcNow()]", "less": "2027"}), {},
     [("warning", "may refuse resource group g")]),
    ("a rule of nothing", NEW, {}, {}, []),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "policy", "assignment", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_policy_is_told_by_what_it_refuses(wanted, policy, assignment, expected):
    found, _ = told(wanted, policy, **assignment)
    assert [severity for severity, _ in found] == [severity for severity, _ in expected], found
    assert all(words in text for (_, text), (_, words) in zip(found, expected, strict=True)), found


def test_a_policy_can_be_passed_over():
    answers = {POLICIES: [assigned(**TEAM)], POLICY: REQUIRE_TAG}
    assert {each.severity.value for each in run(NEW, answers, ["policies"])[0]} == {"warning"}


def test_the_default_of_a_subscription_costs_no_read_and_no_word():
    benchmark = f"{AUTHORIZATION}/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8"
    found, asked = run(NEW, {POLICIES: [assigned(definition=benchmark, name="SecurityCenterBuiltIn")]})
    assert (found, [each for each in asked if "policy" in each]) == ([], [POLICIES])


def test_of_a_set_those_that_refuse_are_read():
    def entry(definition, reference, **values):
        parameters = {name: {"value": value} for name, value in values.items()}
        return {"policyDefinitionId": definition, "policyDefinitionReferenceId": reference, "parameters": parameters}

    policy_set = {
        "properties": {
            "parameters": {"effect1": {"defaultValue": "Audit"}, "tag": {"type": "String"}},
            "policyDefinitions": [
                entry(OTHER, "one", effect="[parameters('effect1')]"),
                entry(POLICY, "two", tagName="[parameters('tag')]"),
            ],
        }
    }
    answers = {POLICY_SET: policy_set}
    found, asked = told(NEW, REQUIRE_TAG, answers, definition=POLICY_SET, parameters={"tag": "team"})
    assert [severity for severity, _ in found] == ["error"]
    assert OTHER not in asked
    free = {"overrides": [{"kind": "policyEffect", "value": "Disabled", "selectors": [
        {"kind": "policyDefinitionReferenceId", "in": ["two"]}]}]}  # fmt: skip
    found, asked = told(NEW, REQUIRE_TAG, answers, definition=POLICY_SET, parameters={"tag": "team"}, **free)
    assert (found, POLICY in asked) == ([], False)


def test_a_tag_that_another_policy_adds_is_not_certain_to_be_missing():
    both = [assigned(**TEAM), assigned(definition=OTHER, name="b", **TEAM)]
    found, _ = run(NEW, {POLICIES: both, POLICY: REQUIRE_TAG, OTHER: INHERIT})
    assert [each.severity.value for each in found] == ["warning"]


def exemption(**more):
    about = {"policyAssignmentId": f"{SUB}{AUTHORIZATION}/policyAssignments/A", **more}
    return {"id": f"{SUB}{AUTHORIZATION}/policyExemptions/e", "properties": about}


# the exemption, what is told
EXEMPT = (
    ("all of it", [exemption()], []),
    ("until a day", [exemption(expiresOn="2027-01-01")], ["warning"]),
    ("another assignment", [exemption(policyAssignmentId="x")], ["error"]),
    ("another policy of the set", [exemption(policyDefinitionReferenceIds=["other"])], ["error"]),
    ("not to be read", REFUSED, ["warning"]),
    ("a cloud without exemptions", AzureError(404, "InvalidResourceType", "no"), ["error"]),
)


@pytest.mark.parametrize(("answer", "expected"), [row[1:] for row in EXEMPT], ids=[row[0] for row in EXEMPT])
def test_what_is_exempt_is_not_refused(answer, expected):
    found, asked = told(NEW, REQUIRE_TAG, {EXEMPTIONS: answer}, **TEAM)
    assert [severity for severity, _ in found] == expected
    assert EXEMPTIONS in asked


def test_exemptions_are_read_only_where_something_is_refused():
    assert EXEMPTIONS not in told(but(NEW, tags={"team": "web"}), REQUIRE_TAG, **TEAM)[1]


BUSY = AzureError(503, "ServerTimeout", "later")
IN_GROUP = f"{GROUP}{AUTHORIZATION}/policyAssignments"
# what is not shown, the situation, the answers, what is told
HIDDEN = (
    ("assignments", NEW, {POLICIES: REFUSED}, ["info"]),
    ("assignments, but those of the group", situation(), {POLICIES: REFUSED, IN_GROUP: [assigned(**TEAM)]}, ["error"]),
    ("assignments at all", situation(), {POLICIES: REFUSED, IN_GROUP: REFUSED}, ["info"]),
    ("Azure is busy", NEW, {POLICIES: BUSY}, ["warning"]),
    ("the policy", NEW, {POLICIES: [assigned(**TEAM)], POLICY: REFUSED}, ["info"]),
    ("the policy, as Azure is busy", NEW, {POLICIES: [assigned(**TEAM)], POLICY: BUSY}, ["warning"]),
    ("the set", NEW, {POLICIES: [assigned(definition=POLICY_SET)], POLICY_SET: REFUSED}, ["info"]),
    ("two policies, in one line", NEW,
     {POLICIES: [assigned(), assigned(definition=OTHER)], POLICY: REFUSED, OTHER: REFUSED}, ["info"]),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "answers", "expected"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_not_being_able_to_look_refuses_nothing(wanted, answers, expected):
    found, _ = run(wanted, {POLICY: REQUIRE_TAG, **answers})
    assert [each.severity.value for each in found] == expected


def holes(body, path=()):
    """Each place in a body."""
    if path:
        yield path
    for key in body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ():
        yield from holes(body[key], (*path, key))


@pytest.mark.parametrize("instead", [None, [], {}, "", "x", 7], ids=repr)
def test_no_answer_however_odd_ends_in_a_traceback(instead):
    bodies = {
        POLICIES: [assigned(**TEAM, notScopes=[SUB], overrides=[{"kind": "policyEffect", "selectors": [{}]}])],
        POLICY: deepcopy(INHERIT),
        EXEMPTIONS: [exemption(policyDefinitionReferenceIds=["x"])],
    }
    for path in [*holes(bodies)]:
        odd = json.loads(json.dumps(bodies))
        place = odd
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = instead
        run(replace(NEW), {POLICY: REQUIRE_TAG, **odd})

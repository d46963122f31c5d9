"""Locks, policies and what a region offers: what is read of them, and what they let pass."""

from __future__ import annotations

from typing import Any

import pytest

from .. import recordings
from ..callers.client import SUB, Client
from ..seeds import bodies
from ..seeds.bodies import AKS_VERSION, CLUSTER, NET, SUBNET
from ..server.server import LoopbackArm
from . import refusals_rules
from .refusals_rules import ASSIGNMENTS, BUILT_IN, LOCKS

World = dict[str, Any]
GROUP = "resourceGroups/g"


def names(client: Client, path: str) -> list[str]:
    return [each["name"] for each in client.get(path).body["value"]]


@pytest.fixture
def locked(client: Client, world: World) -> None:
    """A lock of each scope: subscription, group, network."""
    for number, scope in enumerate((SUB, f"{SUB}/{GROUP}", f"{SUB}/{NET}")):
        reply = client.put(f"{scope}{LOCKS}lock{number}", {"properties": {"level": "CanNotDelete", "notes": "n"}})
        assert reply.status == 201


def test_locks_are_listed_at_their_scope_above_and_below(client: Client, locked: None) -> None:
    """Below a subscription: recorded. Above, and atScope(): our model."""
    at_scope = "?$filter=atScope()"
    assert names(client, SUB + LOCKS) == ["lock0", "lock1", "lock2"]
    assert names(client, SUB + LOCKS + at_scope) == ["lock0"]
    assert names(client, f"{SUB}/{GROUP}{LOCKS}{at_scope}") == ["lock0", "lock1"]
    assert names(client, f"{SUB}/{NET}{LOCKS}") == ["lock0", "lock1", "lock2"]


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_locks_have_the_recorded_shape(client: Client, locked: None) -> None:
    path = f"{SUB}/{NET}{LOCKS}"
    again = client.put(path + "lock2", {"properties": {"level": "ReadOnly"}})
    replies = [("PUT", again), ("GET", client.get(path + "lock2")), ("GET", client.get(path))]
    replies += [("DELETE", client.send("DELETE", path + "lock2")) for _ in range(2)]
    assert [reply.status for _, reply in replies] == [200, 200, 200, 200, 204]
    for method, reply in replies:
        real = [
            line
            for line in recordings.lines("locks")
            if (line["method"], line["status"]) == (method, reply.status)
            and ("value" in (line["response_body"] or {})) == ("value" in (reply.body or {}))
        ]
        assert real
        assert recordings.lacking(reply.body, recordings.always(real, least=1)) == (
            [".properties.notes"] * (method == "PUT")
        )
        assert set(map(recordings.headers_of, real)) == {frozenset()}


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_a_lock_is_refused_in_the_recorded_words(client: Client, locked: None) -> None:
    reply = client.send("DELETE", GROUP)
    real = [
        line for line in recordings.lines("resourceGroups") if recordings.error_of(line) == ("ScopeLocked", 409, True)
    ]
    assert real
    for line in real:
        before, _, rest = line["response_body"]["error"]["message"].partition("'")
        words = rest.partition("'")[2].partition("'")
        assert reply.body["error"]["message"].startswith(before)
        assert words[0] in reply.body["error"]["message"]
        assert reply.body["error"].keys() == line["response_body"]["error"].keys()


def test_a_lock_is_lifted_below_itself(arm: LoopbackArm, client: Client, world: World) -> None:
    refusals_rules.lock("ReadOnly")(arm, world)
    assert client.put(SUBNET, bodies.subnet("192.168.1.0/24")).code == "ScopeLocked"
    assert client.send("DELETE", SUB + LOCKS + "keep").status == 200
    assert client.put(SUBNET, bodies.subnet("192.168.1.0/24")).status == 200


def test_a_lock_on_deletions_takes_writes_and_roles(arm: LoopbackArm, client: Client, world: World) -> None:
    """MicrosoftDocs/azure-docs#110791."""
    refusals_rules.lock("CanNotDelete", f"{SUB}/{NET}")(arm, world)
    assert client.put(SUBNET, bodies.subnet("192.168.1.0/24")).status == 200
    assert arm.grant(world["principal"], "Reader", f"{SUB}/{NET}")


def test_a_caller_who_may_not_read_locks_is_refused(world: World) -> None:
    with LoopbackArm(caller_role="") as arm:
        client = Client(arm)
        replies = [client.get(SUB + path) for path in (LOCKS, ASSIGNMENTS)]
        client.close()
    assert [(reply.status, reply.code) for reply in replies] == [(403, "AuthorizationFailed")] * 2


@pytest.mark.parametrize(
    "body",
    [
        {"tags": {"Team": "web"}},
        {"tags": {"team": ""}},
    ],
    ids=["a tag in another case", "an empty tag"],
)
def test_what_a_policy_wants_is_taken(body: Any, arm: LoopbackArm, client: Client, world: World) -> None:
    refusals_rules.policy(tagName="team")(arm, world)
    assert client.put(NET + "x", {**bodies.network("10.0.0.0/16"), **body}).status == 201


def test_a_rule_of_mode_indexed_is_not_asked_about_parts_and_groups(
    arm: LoopbackArm, client: Client, world: World
) -> None:
    refusals_rules.policy(tagName="team")(arm, world)
    assert client.put(NET + "/subnets/x", bodies.subnet("192.168.8.0/24")).status == 201
    assert client.put("resourceGroups/h", bodies.group()).status == 201


@pytest.mark.parametrize(
    "change",
    [{"enforcementMode": "DoNotEnforce"}, {"notScopes": [f"{SUB}/{GROUP}"]}],
    ids=["not enforced", "not for this group"],
)
def test_a_policy_that_does_not_hold_denies_nothing(
    change: Any, arm: LoopbackArm, client: Client, world: World
) -> None:
    refusals_rules.policy(tagName="team")(arm, world)
    arm.state[f"{SUB}{ASSIGNMENTS}ours"]["properties"].update(change)
    assert client.put(NET + "x", bodies.network("10.0.0.0/16")).status == 201


def test_policies_are_listed_where_they_hold(arm: LoopbackArm, client: Client, world: World) -> None:
    refusals_rules.policy(tagName="team")(arm, world)
    refusals_rules.policy(scope=f"{SUB}/{NET}", tagName="team")(arm, world)
    assert names(client, SUB + ASSIGNMENTS) == ["ours", "ours"]
    assert names(client, f"{SUB}{ASSIGNMENTS}?$filter=atScope()") == ["ours"]
    assert names(client, f"{SUB}/{GROUP}{ASSIGNMENTS}?$filter=atScope()") == ["ours"]
    found = client.get(SUB + ASSIGNMENTS).body["value"][0]["properties"]
    assert found["policyDefinitionId"].startswith(BUILT_IN)
    assert client.get(found["policyDefinitionId"]).body["properties"]["policyRule"]["then"] == {"effect": "deny"}


def test_an_initiative_hands_its_parameters_on(arm: LoopbackArm, client: Client, world: World) -> None:
    initiative = SUB + "/providers/Microsoft.Authorization/policySetDefinitions/tags"
    part = {
        "policyDefinitionId": BUILT_IN + "871b6d14-10aa-478d-b590-94f262ecfa99",
        "parameters": {"tagName": {"value": "[parameters('tag')]"}},
    }
    arm.put(initiative, {"properties": {"parameters": {"tag": {"type": "String"}}, "policyDefinitions": [part]}})
    refusals_rules.policy(initiative, tag="team")(arm, world)
    assert client.put(NET + "x", bodies.network("10.0.0.0/16")).code == "RequestDisallowedByPolicy"


# -- what a region offers


def test_sizes_quotas_and_versions_are_read(client: Client, world: World) -> None:
    client.done("PUT", CLUSTER, bodies.cluster(world["subnet"], world["identity"]), version=AKS_VERSION)
    compute = SUB + "/providers/Microsoft.Compute"
    sizes = {
        each["name"]: each for each in client.get(f"{compute}/skus?$filter=location eq 'westeurope'").body["value"]
    }
    assert sizes["Standard_D2s_v5"]["family"] == "standardDSv5Family"
    assert sizes["Standard_D2s_v5"]["locationInfo"][0]["zones"] == ["1", "2", "3"]
    usages = client.get(f"{compute}/locations/westeurope/usages").body["value"]
    counts = {each["name"]["value"]: each["currentValue"] for each in usages}
    assert (counts["cores"], counts["standardDSv5Family"]) == (6, 6)
    assert client.get(f"{compute}/locations/mars/usages").code == "NoRegisteredProviderFound"
    assert client.get(f"{compute}/skus?$filter=location eq 'mars'").body["value"] == []


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_versions_have_the_recorded_shape(client: Client) -> None:
    path = SUB + "/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions"
    real = [line for line in recordings.lines("aksOther") if "/kubernetesVersions" in line["path"]]
    reply = client.get(path)
    assert len(real) >= 10
    assert set(reply.body) == {"values"}
    assert not recordings.lacking(reply.body["values"], {"[]": recordings.always(real)[".values[]"]})
    assert sum(each.get("isDefault", False) for each in reply.body["values"]) == 1

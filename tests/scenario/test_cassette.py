"""The recorder and the matchers themselves: what they hide, what they keep apart, and what they call the same."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from azext_kubenet.azure import api_versions, resources
from tests.scenario import matching
from tests.scenario.cassette import ARM, GRAPH, OTHER_ID, SUBSCRIPTION, TENANT, Leak, Recorder

CANARY = "canary-8Q~pass.word-0123456789"
SUB, TEN = "5b000000-1111-4000-8000-000000000001", "7e000000-2222-4000-8000-000000000001"
ONE, TWO = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
HOST = "https://localhost:1234"
CLUSTER = f"{ARM}/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
ROLE = f"/subscriptions/{SUB}/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7"


def interaction(method: str, path: str, body: Any = None, answer: Any = None, **more: Any) -> dict[str, Any]:
    """One, as vcrpy hands it over."""
    headers = {"Content-Type": ["application/json"], "X-Ms-Request-Id": [ONE], **more.pop("headers", {})}
    return {
        "request": {
            "method": method,
            "uri": HOST + path,
            "body": None if body is None else json.dumps(body),
            "headers": {"Authorization": [f"Bearer {CANARY}"]},
        },
        "response": {
            "status": {"code": more.pop("status", 200), "message": "OK"},
            "headers": headers,
            "body": {"string": "" if answer is None else json.dumps(answer)},
            **more,
        },
    }


def recorded(*interactions: dict[str, Any], secrets: tuple[str, ...] = (), **given: str) -> tuple[str, list[Any]]:
    """The text of a recording, and its interactions as they are played."""
    hosts = {f"{HOST}/v1.0": f"{GRAPH}/v1.0", HOST: ARM}
    recorder = Recorder(SUB, TEN, secrets=list(secrets), hosts=hosts)
    metadata = {"recorded": "loopback", "given": dict(given)}
    text = recorder.serialize({"version": 1, "interactions": list(interactions), "metadata": metadata})
    return text, Recorder.deserialize(text)["interactions"]


@pytest.mark.parametrize(
    "traffic",
    [
        interaction("PUT", "/x/y", {"properties": {"servicePrincipalProfile": {"clientId": ONE, "secret": CANARY}}}),
        interaction("POST", "/v1.0/applications/1/addPassword", {}, {"secretText": CANARY}),
        interaction("GET", "/x/y", answer={"deep": [{"adminPassword": CANARY}], "text": f"says {CANARY}!"}),
        interaction("GET", "/x/y", headers={"Location": [f"{HOST}/o/1?api-version=1&t=1&c={CANARY}&s=2&h=3"]}),
        interaction("GET", f"/x/y?c={CANARY}&api-version=1"),
    ],
    ids=["a body", "an answer", "deep inside, and again elsewhere", "the signature of an operation", "an address"],
)
def test_no_secret_gets_into_a_recording(traffic: dict[str, Any]) -> None:
    text, _ = recorded(traffic)
    assert CANARY not in text
    assert "Bearer" not in text


def test_a_secret_that_only_the_scenario_knows_is_masked_everywhere() -> None:
    text, _ = recorded(interaction("GET", "/x/y", answer={"note": CANARY}), secrets=(CANARY,), password=CANARY)
    assert CANARY not in text
    assert text.count("masked-secret-1") == 2


def test_two_secrets_stay_two() -> None:
    _, played = recorded(interaction("PUT", "/x/y", {"a": {"secret": "first-secret"}, "b": {"secret": "other-secret"}}))
    body = json.loads(played[0]["request"]["body"])
    assert body["a"]["secret"] != body["b"]["secret"]


def test_nothing_is_written_that_still_holds_a_true_id() -> None:
    with pytest.raises(Leak):
        recorded(interaction("GET", "/x/y", answer={"id": SUB.replace("-", "")}))


def test_ids_become_others_one_to_one_wherever_they_stand() -> None:
    text, played = recorded(
        interaction("PUT", f"/subscriptions/{SUB}/x/{ONE}", {"principalId": ONE, TWO: {"tenant": TEN}}),
        interaction("GET", f"/subscriptions/{SUB}/y?$filter=principalId%20eq%20'{TWO.upper()}'", answer={"id": ONE}),
        first=ONE,
    )
    one, two = OTHER_ID.format(1), OTHER_ID.format(2)
    assert played[0]["request"]["uri"] == f"{ARM}/subscriptions/{SUBSCRIPTION}/x/{one}"
    assert json.loads(played[0]["request"]["body"]) == {"principalId": one, two: {"tenant": TENANT}}
    assert played[1]["request"]["uri"].endswith(f"'{two}'")
    assert json.loads(played[1]["response"]["body"]["string"]) == {"id": one}
    assert f"first: {one}" in text
    assert len({SUBSCRIPTION, TENANT, one, two}) == 4


def test_a_grant_has_the_name_that_it_would_have_among_the_new_ids() -> None:
    scope = f"/subscriptions/{SUB}/resourceGroups/g"
    path = resources.role_assignment_id(scope, ONE, ROLE)
    body = resources.role_assignment_body(ONE, ROLE)
    _, played = recorded(interaction("PUT", f"{path}?api-version=1", body, {"name": path.rsplit("/", 1)[-1]}))
    stand_in = json.loads(played[0]["request"]["body"])["properties"]["principalId"]
    assert stand_in != ONE
    wanted = resources.role_assignment_id(scope.replace(SUB, SUBSCRIPTION), stand_in, ROLE.replace(SUB, SUBSCRIPTION))
    assert played[0]["request"]["uri"] == f"{ARM}{wanted}?api-version=1"
    assert json.loads(played[0]["response"]["body"]["string"])["name"] == wanted.rsplit("/", 1)[-1]
    assert "4d97b98b-1d4f-4787-a291-c67834d212e7" in played[0]["request"]["body"]


def test_microsoft_graph_is_told_apart_from_arm() -> None:
    _, played = recorded(interaction("GET", "/v1.0/applications"), interaction("GET", "/x/y"))
    assert [each["request"]["uri"] for each in played] == [f"{GRAPH}/v1.0/applications", f"{ARM}/x/y"]


def test_looks_that_found_nothing_new_are_left_out_and_others_are_not() -> None:
    begun = interaction("PUT", "/x/y", {}, headers={"Azure-AsyncOperation": [f"{HOST}/o/1"]})
    looks = [interaction("GET", "/o/1", answer={"status": word}) for word in ("A", "A", "B", "B", "Succeeded")]
    reads = [interaction("GET", "/x/y", answer={"same": 1}) for _ in range(2)]
    _, played = recorded(reads[0], begun, looks[0], *looks[1:], reads[1])
    words = [json.loads(each["response"]["body"]["string"] or "{}").get("status") for each in played]
    assert words == [None, None, "A", "B", "Succeeded", None]


def test_the_order_is_that_of_the_tasks_however_threads_ran() -> None:
    rows = [
        interaction(method, f"/{task}/x", {}, task=task)
        for method, task in (("GET", 2), ("GET", 1), ("PUT", 4), ("PUT", 3))
    ]
    text, _ = recorded(interaction("GET", "/0/x"), *rows, interaction("PUT", "/9/x", {}))
    assert [line.split(ARM)[1] for line in text.splitlines() if ARM in line] == [
        "/1/x", "/2/x", "/3/x", "/4/x", "/0/x", "/9/x",
    ]  # fmt: skip


# -- matching


def request(body: Any, uri: str = CLUSTER, method: str = "PUT") -> SimpleNamespace:
    """What matchers look at."""
    return SimpleNamespace(method=method, uri=uri, body=None if body is None else json.dumps(body).encode())


def test_bodies_match_in_any_order_and_without_nulls() -> None:
    matching.same_body(request({"a": 1, "b": None, "c": [{"d": 2}]}), request({"c": [{"d": 2}], "a": 1}))


@pytest.mark.parametrize("other", [{"a": 2}, {}, {"a": 1, "b": 0}, None], ids=["changed", "dropped", "more", "nothing"])
def test_bodies_that_differ_do_not_match_and_the_difference_is_shown(other: Any) -> None:
    with pytest.raises(AssertionError, match='"a": 1' if other != {"a": 1, "b": 0} else '"b": 0'):
        matching.same_body(request({"a": 1}), request(other))


def test_defaults_that_not_every_azure_cli_states_match_and_other_values_do_not() -> None:
    def cluster(sku: Any = None, **pool: Any) -> SimpleNamespace:
        return request({"properties": {"agentPoolProfiles": [{"count": 3, **pool}]}, "sku": sku})

    older = cluster(scaleSetEvictionPolicy="Delete", spotMaxPrice=-1.0)
    matching.same_body(older, cluster({"name": "Base", "tier": "Free"}))
    for other in (cluster(scaleSetEvictionPolicy="Deallocate"), cluster(spotMaxPrice=0.5), cluster({"name": "Base"})):
        with pytest.raises(AssertionError):
            matching.same_body(older, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (f"{CLUSTER}?api-version=2025-04-01", f"{CLUSTER}?api-version=2026-06-01", True),
        (f"{CLUSTER}?api-version=2025-04-01", f"{CLUSTER}?api-version={api_versions.CLUSTER_API}", False),
        (f"{ARM}/x/y?api-version=1", f"{ARM}/x/y?api-version=2", False),
        (f"{ARM}/x?a=1&b=2", f"{ARM}/x?b=2&a=1", True),
        (f"{ARM}/x?$filter=a%20eq%20'b'", f"{ARM}/x?$filter=a+eq+'b'", True),
        (f"{ARM}/x?$filter=a", f"{ARM}/x?$filter=b", False),
        (f"{ARM}/x", f"{GRAPH}/x", False),
    ],
    ids=["the SDK's versions", "ours and the SDK's", "any other", "order", "spelling", "another filter", "host"],
)
def test_addresses(one: str, other: str, same: bool) -> None:
    assert (matching.address(request(None, one)) == matching.address(request(None, other))) is same

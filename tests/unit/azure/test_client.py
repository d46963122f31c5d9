"""What an answer of 404 means, what becomes of an operation that cannot be seen, and which login Graph gets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from azure.cli.core._profile import Profile

from azext_kubenet.azure import client
from azext_kubenet.azure.azure_errors import AzureError, is_absence, is_forbidden
from tests.loopback.core.wire import Answer, Call, Drop
from tests.real.wire import ARM, answered, door, no_waiting

# what Azure answered, status, code, whether that says that there is no such thing
ANSWERS = (
    ("no such resource", 404, "ResourceNotFound", True),
    ("no such subnet", 404, "NotFound", True),
    ("no such group", 404, "ResourceGroupNotFound", True),
    ("nothing to be below of", 404, "ParentResourceNotFound", True),
    ("no such object in the directory", 404, "Request_ResourceNotFound", True),
    ("a subscription that the login does not see", 404, "SubscriptionNotFound", False),
    ("a provider that is not there", 404, "InvalidResourceNamespace", False),
    ("an answer from who knows where", 404, "", False),
    ("no right to look", 403, "ResourceNotFound", False),
)


@pytest.mark.parametrize(("status", "code", "absent"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_only_azures_word_for_it_makes_something_absent(status: int, code: str, absent: bool) -> None:
    error = AzureError(status, code, "words")
    assert (is_absence(error), is_forbidden(error)) == (absent, status == 403)


def test_the_directory_is_that_of_the_subscription_that_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def credentials(self: Any, subscription_id: str | None = None, **_: Any) -> tuple[Any, str, str]:
        asked.append(subscription_id)
        return SimpleNamespace(get_token=lambda *_, **__: None), subscription_id or "default", "tenant"

    monkeypatch.setattr(Profile, "get_login_credentials", credentials)
    monkeypatch.setattr(Profile, "__init__", lambda *_, **__: None)
    endpoints = SimpleNamespace(microsoft_graph_resource_id="https://graph.example/")
    cli = SimpleNamespace(cloud=SimpleNamespace(endpoints=endpoints), data={"subscription_id": "other"})
    graph = client.connect_graph(cli, client.RetryPolicy(1.0, lambda _: None))
    assert (asked, graph.subscription_id) == (["other"], "other")


NETWORK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"
HEADERS = {"azure-asyncoperation": f"{ARM}/operations/x"}
NO = {"error": {"code": "NotFound", "message": "No."}}


def network(state: str) -> Answer:
    return Answer(200, {"properties": {"provisioningState": state}})


# what looks at the operation answer, what looks at the network then show, the code of what is raised
OPERATIONS: tuple[tuple[str, Answer, list[Answer], str], ...] = (
    ("gone", Answer(404, NO), [network("Updating"), network("Succeeded")], ""),
    ("forbidden", Answer(403, NO), [network("Succeeded")], ""),
    ("gone, and the network fails", Answer(404, NO), [network("Updating"), network("Failed")], "Failed"),
    ("gone, as is the network", Answer(404, NO), [Answer(404, NO)], "NotFound"),
    ("gone, and the network may not be read", Answer(404, NO), [Answer(403, NO)], "NotFound"),
)


@pytest.mark.parametrize(
    ("operation", "shown", "code"), [row[1:] for row in OPERATIONS], ids=[row[0] for row in OPERATIONS]
)
def test_what_was_taken_is_itself_looked_at_where_its_operation_cannot_be(
    operation: Answer, shown: list[Answer], code: str
) -> None:
    left = list(shown)

    def answer(call: Call) -> Answer:
        if call.method == "PUT":
            return Answer(201, {"properties": {"provisioningState": "Updating"}}, HEADERS)
        return operation if "/operations/" in call.path else left.pop(0)

    with answered(answer), no_waiting():
        if not code:
            assert door().put(NETWORK, "1", {})
            return
        with pytest.raises(AzureError) as caught:
            door().put(NETWORK, "1", {})
    assert (caught.value.code, caught.value.accepted, caught.value.confirmed) == (code, True, True)


def test_a_lost_put_after_which_no_look_is_answered_may_have_made_something() -> None:
    def answer(call: Call) -> Answer:
        if call.method == "PUT":
            raise Drop
        return Answer(503, NO)

    with answered(answer), no_waiting(), pytest.raises(AzureError) as caught:
        door().put(NETWORK, "1", {})
    assert caught.value.accepted


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ({"value": None}, []),
        ({"value": [None, {"id": "a"}, "b"]}, [{"id": "a"}]),
        ({}, []),
        (None, []),
        ([{"id": "a"}], []),
        ({"value": {"id": "a"}, "nextLink": None}, []),
    ],
)
def test_a_list_with_holes_has_the_items_that_are_there(body: Any, items: list[Any]) -> None:
    with answered(lambda _: Answer(200, body)), no_waiting():
        assert door().list(f"{ARM}/things", "1") == items


def test_a_list_that_is_asked_for_by_post_is_read_over_its_pages_and_tried_again() -> None:
    pages = [
        Answer(503, {"error": {"code": "Busy", "message": "Later."}}),
        Answer(200, {"value": [{"id": "a"}], "skipToken": "more"}),
        Answer(200, {"value": [{"id": "b"}, None]}),
    ]
    sent: list[Any] = []

    def answer(call: Call) -> Answer:
        sent.append((call.method, call.body))
        return pages.pop(0)

    with answered(answer), no_waiting():
        assert door().list_by_post("/x/listAll", "1") == [{"id": "a"}, {"id": "b"}]
    assert sent == [("POST", {}), ("POST", {}), ("POST", {"skipToken": "more"})]


def test_a_list_whose_next_page_is_not_there_is_not_taken_for_the_whole() -> None:
    def pages(call: Call) -> Answer:
        if call.param("page"):
            return Answer(404, {"error": {"code": "ResourceNotFound", "message": "gone"}})
        return Answer(200, {"value": [{"id": "a"}], "nextLink": f"{ARM}/things?page=2"})

    with answered(pages), no_waiting(), pytest.raises(AzureError, match="ResourceNotFound"):
        door().list(f"{ARM}/things", "1")

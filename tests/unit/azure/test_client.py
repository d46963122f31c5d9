"""What an answer of 404 means, and whose login the door to Microsoft Graph is opened with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from azure.cli.core._profile import Profile

from azext_kubenet.azure import client
from azext_kubenet.azure.azure_errors import AzureError, is_absence, is_forbidden

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
    door = client.connect_graph(cli, client.RetryPolicy(1.0, lambda _: None))
    assert (asked, door.subscription_id) == (["other"], "other")

"""Sending the cluster: on which condition, what a conflict is, and what counts as ours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ServiceResponseError

from azext_kubenet.aks.cluster_client import ClusterCreateClient, Fresh
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.errors import CreatedByOthers
from tests.real.wire import no_waiting

BODY = {"location": "westeurope", "properties": {"agentPoolProfiles": [{"name": "a", "count": 3}]}}
OTHER = {"location": "westeurope", "properties": {"agentPoolProfiles": [{"name": "a", "count": 5}]}}


class Door:
    """What a look at the cluster shows, or raises."""

    def __init__(self, shown: Any = None):
        self.shown, self.retry_policy = shown, RetryPolicy(60, lambda _: None)

    def get(self, *_: str) -> Any:
        if isinstance(self.shown, Exception):
            raise self.shown
        return self.shown


class Client:
    """An SDK's client: raises or answers what it is told, one after the other; remembers what it was given."""

    def __init__(self, *outcomes: Any):
        self.outcomes, self.given = list(outcomes), list[dict[str, Any]]()

    def begin_create_or_update(self, *_: Any, **kwargs: Any) -> Any:
        self.given.append(kwargs)
        kwargs["tries"].sent = BODY
        outcome = self.outcomes.pop(0)
        kwargs["tries"].lost = kwargs["tries"].lost or getattr(outcome, "lost", False)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def answered(status: int, code: str = "X", *, lost: bool = False) -> HttpResponseError:
    """An answer of Azure's; lost: an answer before it was lost."""
    body = {"code": code, "message": "Words."}
    response: Any = SimpleNamespace(status_code=status, reason="", json=lambda: body, headers={}, text=lambda: "")
    error = HttpResponseError("Words.")
    error.response, error.status_code, error.lost = response, status, lost  # type: ignore[attr-defined]
    return error


def unanswered() -> ServiceResponseError:
    error = ServiceResponseError("reset")
    error.lost = True  # type: ignore[attr-defined]
    return error


def sending(client: Client, door: Door, **fresh: bool) -> ClusterCreateClient:
    return ClusterCreateClient(client, door, "/c", Fresh(**fresh), lambda: None, lambda _: None)  # type: ignore[arg-type]


def send(one: ClusterCreateClient, **kwargs: Any) -> Any:
    with no_waiting():
        return one.begin_create_or_update("rg", "c", polling=False, **kwargs)


def test_a_cluster_is_sent_on_the_condition_that_there_is_none() -> None:
    client = Client("poller")
    send(sending(client, Door()), headers={"x": "y"}, if_match=None, match_condition=None)
    assert client.given[0]["headers"] == {"x": "y", "If-None-Match": "*"}


@pytest.mark.parametrize(
    "own", [{"if_match": "e"}, {"if_none_match": "*"}, {"etag": "e", "match_condition": MatchConditions.IfNotModified}]
)
def test_a_condition_of_the_user_s_own_is_his(own: dict[str, Any]) -> None:
    client = Client("poller")
    send(sending(client, Door()), headers=None, **own)
    assert not client.given[0]["headers"]
    assert {key: client.given[0][key] for key in own} == own


# what is answered, what a look then shows, what is raised, whether a cluster of this run may exist
OUTCOMES: tuple[tuple[str, list[Any], Any, type[Exception] | None, bool], ...] = (
    ("accepted", ["poller"], None, None, True),
    ("there is one by now", [answered(412)], OTHER, CreatedByOthers, False),
    ("there is one by now, which is alike", [answered(412)], BODY, CreatedByOthers, False),
    ("one is being made", [answered(409)], BODY, CreatedByOthers, False),
    ("a conflict that is none of a cluster", [answered(409, "QuotaExceeded")], None, AzureError, False),
    ("refused", [answered(400)], BODY, AzureError, False),
    ("no answer, and it is there as it was sent", [unanswered()], BODY, None, True),
    ("no answer, and it is there as somebody else sent it", [unanswered()], OTHER, CreatedByOthers, False),
    ("no answer, and nothing is there", [unanswered()], None, AzureError, True),
    ("no answer, and no look either", [unanswered()], AzureError(503, "Busy", "later"), AzureError, True),
    ("lost, and the second says that it is there", [answered(412, lost=True)], BODY, None, True),
    ("lost, and the second finds another's", [answered(412, lost=True)], OTHER, CreatedByOthers, False),
    ("there is one by now, and it may not be read", [answered(412)], AzureError(403, "No", "no"), AzureError, False),
    ("a token that was refused once", [answered(401), "poller"], None, None, True),
    ("a token that is refused", [answered(401), answered(401)], None, AzureError, False),
)


@pytest.mark.parametrize(
    ("outcomes", "shown", "raised", "may_exist"), [row[1:] for row in OUTCOMES], ids=[row[0] for row in OUTCOMES]
)
def test_what_becomes_of_a_cluster_that_is_sent(
    outcomes: list[Any], shown: Any, raised: type[Exception] | None, may_exist: bool
) -> None:
    client = Client(*outcomes)
    one = sending(client, Door(shown))
    if raised is None:
        send(one)
    else:
        with pytest.raises(raised):
            send(one)
    assert one.may_exist is may_exist
    assert client.outcomes == []


# the refusal, what is fresh, whether it is waited for
SPREADING = (
    ("LinkedAuthorizationFailed", {"grant": True}, True),
    ("LinkedAuthorizationFailed", {}, False),
    ("ServicePrincipalValidationClientError", {"secret": True}, True),
    ("ServicePrincipalValidationClientError", {"grant": True}, False),
    ("ResourceGroupNotFound", {"place": True}, True),
    ("ResourceGroupNotFound", {"grant": True, "secret": True}, False),
)


@pytest.mark.parametrize(("code", "fresh", "waited"), SPREADING)
def test_only_what_this_run_has_made_is_waited_for(code: str, fresh: dict[str, bool], waited: bool) -> None:
    client = Client(answered(404 if code.endswith("NotFound") else 400, code), "poller")
    one = sending(client, Door(), **fresh)
    if waited:
        assert send(one) == "poller"
        return
    with pytest.raises(AzureError):
        send(one)


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), ValueError("of borrowed code")])
def test_whatever_is_raised_while_it_is_sent_it_may_exist(error: BaseException) -> None:
    client = Client()
    client.begin_create_or_update = lambda *_, **__: (_ for _ in ()).throw(error)  # type: ignore[method-assign]
    one = sending(client, Door())
    with pytest.raises(type(error)):
        send(one)
    assert one.may_exist

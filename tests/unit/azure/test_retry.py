"""Trying again by the clock: what is ridden out, for how long, and what is final at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
import requests
from azure.cli.core.azclierror import AuthenticationError
from azure.core.credentials import AccessToken
from knack.util import CLIError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.tokens import no_token
from azext_kubenet.azure.waiting import RetryPolicy
from tests.loopback.core.wire import Answer, Call, Drop
from tests.real.wire import ARM, answered, no_waiting, simulated_seconds

PATIENCE = 60.0
BUSY = {"error": {"code": "Busy", "message": "Later."}}


class Azure:
    """Answers as it is told until so many seconds have gone by, and then with what there is."""

    def __init__(self, trouble: Callable[[], Answer], seconds: float):
        self.trouble, self.seconds = trouble, seconds
        self.begun: float | None = None
        self.calls: list[Call] = []

    def __call__(self, call: Call) -> Answer:
        self.calls.append(call)
        self.begun = simulated_seconds() if self.begun is None else self.begun
        if simulated_seconds() - self.begun < self.seconds:
            return self.trouble()
        rows = {"data": []} if "ResourceGraph" in call.path else {}
        return Answer(201 if call.method == "PUT" else 200, {"is": "there", **rows})


class Credential:
    """A login that fails as it is told, until so many seconds have gone by."""

    def __init__(self, error: Exception | None = None, seconds: float = 0):
        self.error, self.seconds, self.asked = error, seconds, 0
        self.begun: float | None = None

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        self.asked += 1
        self.begun = simulated_seconds() if self.begun is None else self.begun
        if self.error and simulated_seconds() - self.begun < self.seconds:
            raise self.error
        return AccessToken("no-token", 2**40)


def door(credential: Credential | None = None, seconds: float = PATIENCE) -> ArmClient:
    retry_policy = RetryPolicy(seconds, lambda _: None)
    return ArmClient(credential or Credential(), "s", ARM, retry_policy, credential_scopes=[f"{ARM}/.default"])


def dropped() -> Answer:
    raise Drop


def refused() -> Answer:
    """Nobody listens there."""
    reason = NewConnectionError(None, "[Errno 111] Connection refused")  # type: ignore[arg-type]
    raise requests.exceptions.ConnectionError(MaxRetryError(None, "/x", reason))  # type: ignore[arg-type]


def cut_off() -> Answer:
    """TLS ended the connection: the request may have arrived."""
    raise requests.exceptions.SSLError("EOF occurred in violation of protocol")


DEEDS: dict[str, Callable[[ArmClient], Any]] = {
    "get": lambda way: way.get("/x", "1"),
    "list": lambda way: way.list("/x", "1"),
    "put": lambda way: way.put("/x", "1", {}),
    "delete": lambda way: way.delete("/x", "1"),
    "query": lambda way: list(way.rows("x")),
    "follow": lambda way: way.follow(f"{ARM}/operations/x", lambda _: None),
}
TROUBLES: dict[str, Callable[[], Answer]] = {
    **{str(status): lambda status=status: Answer(status, BUSY) for status in (408, 429, 500, 502, 503, 504)},
    "503 with Retry-After": lambda: Answer(503, BUSY, {"Retry-After": "7"}),
    "429 with Retry-After: 0": lambda: Answer(429, BUSY, {"Retry-After": "0"}),
    "a lost connection": dropped,
    "a refused connection": refused,
    "a connection that TLS ended": cut_off,
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_ridden_out_while_patience_lasts(trouble: str, deed: str) -> None:
    azure = Azure(TROUBLES[trouble], PATIENCE - 20)
    with answered(azure), no_waiting():
        DEEDS[deed](door())
    assert 2 < len(azure.calls) < 60, "neither given up early nor hammered"


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_that_lasts_longer_ends_with_patience(trouble: str, deed: str) -> None:
    azure = Azure(TROUBLES[trouble], 10 * PATIENCE)
    with answered(azure), no_waiting() as waits, pytest.raises(AzureError):
        DEEDS[deed](door())
    # A DELETE that was not answered is looked for, which is a request of its own.
    assert PATIENCE - 15 <= sum(waits) <= PATIENCE * (2 if deed == "delete" else 1) + 15


def test_a_wait_that_azure_asks_for_and_that_there_is_no_time_for_is_not_begun() -> None:
    azure = Azure(lambda: Answer(429, BUSY, {"Retry-After": "3600"}), 7200)
    with answered(azure), no_waiting() as waits, pytest.raises(AzureError):
        door().get("/x", "1")
    assert (len(azure.calls), waits) == (1, [])


@pytest.mark.parametrize("trouble", ["500", "503", "504", "a lost connection", "a connection that TLS ended"])
def test_a_post_that_may_have_acted_is_not_sent_again(trouble: str) -> None:
    azure = Azure(TROUBLES[trouble], 1)
    with answered(azure), no_waiting(), pytest.raises(AzureError):
        door().post("/x", {})
    assert len(azure.calls) == 1


@pytest.mark.parametrize("trouble", ["429", "a refused connection"])
def test_a_post_that_was_not_done_is_sent_again(trouble: str) -> None:
    azure = Azure(TROUBLES[trouble], 30)
    with answered(azure), no_waiting():
        assert door().post("/x", {}) == {"is": "there"}


# what Microsoft Graph answers, whether it is about something that was made a moment ago, whether it is waited for
UNKNOWN = (
    (Answer(404, {"error": {"code": "Request_ResourceNotFound", "message": "No."}}), True, True),
    (Answer(404, {"error": {"code": "Request_ResourceNotFound", "message": "No."}}), False, False),
    (Answer(400, {"error": {"code": "Request_BadRequest", "message":
                            "The appId 'x' does not reference a valid application object."}}), True, True),
    (Answer(400, {"error": {"code": "Request_BadRequest", "message":
                            "When using this permission, the backing application of the service principal being "
                            "created must in the local tenant"}}), True, True),
    (Answer(400, {"error": {"code": "Request_BadRequest", "message": "Wrong."}}), True, False),
)  # fmt: skip


@pytest.mark.parametrize(("answer", "new", "waited_for"), UNKNOWN)
def test_that_graph_does_not_know_what_this_run_has_made_is_waited_for(
    answer: Answer, new: bool, waited_for: bool
) -> None:
    azure = Azure(lambda: answer, 40)
    with answered(azure), no_waiting():
        if waited_for:
            assert door().post("/x", {}, new=new) == {"is": "there"}
            return
        with pytest.raises(AzureError):
            door().post("/x", {}, new=new)
    assert len(azure.calls) == 1


@pytest.mark.parametrize(("code", "new", "waited_for"), [
    ("ResourceGroupNotFound", True, True), ("ParentResourceNotFound", True, True),
    ("ResourceGroupNotFound", False, False), ("SubscriptionNotFound", True, False),
])  # fmt: skip
def test_that_a_region_does_not_know_a_new_group_is_waited_for(code: str, new: bool, waited_for: bool) -> None:
    azure = Azure(lambda: Answer(404, {"error": {"code": code, "message": "No."}}), 40)
    with answered(azure), no_waiting():
        if waited_for:
            assert door().put("/x", "1", {}, new=new) == {"is": "there"}
            return
        with pytest.raises(AzureError):
            door().put("/x", "1", {}, new=new)
    assert len(azure.calls) == 1


# -- whether something may have been made

MAY = (
    ("lost, then refused", [dropped, lambda: Answer(403, BUSY)], True),
    ("busy, then refused", [lambda: Answer(503, BUSY), lambda: Answer(403, BUSY)], True),
    ("nobody listened, then refused", [refused, lambda: Answer(403, BUSY)], False),
    ("throttled, then refused", [lambda: Answer(429, BUSY), lambda: Answer(403, BUSY)], False),
    ("refused", [lambda: Answer(403, BUSY)], False),
)


@pytest.mark.parametrize(("answers", "may"), [row[1:] for row in MAY], ids=[row[0] for row in MAY])
def test_an_error_tells_whether_something_may_have_been_made(answers: list[Callable[[], Answer]], may: bool) -> None:
    left = iter(answers)
    with answered(lambda _: next(left)()), no_waiting(), pytest.raises(AzureError) as caught:
        door().put("/x", "1", {})
    assert caught.value.accepted is may


# -- tokens

PASSING: tuple[Exception, ...] = (
    AuthenticationError("AADSTS90033: a passing fault.", msal_error={"error": "temporarily_unavailable"}),
    AuthenticationError(None, msal_error={"error": "None, None"}),
    CLIError("Failed to connect to MSI."),
    requests.exceptions.ConnectionError("Connection refused"),
    ValueError("Expecting value: line 1 column 1 (char 0)"),
    TimeoutError("timed out"),
)
FINAL: tuple[Exception, ...] = (
    AuthenticationError("AADSTS700024: Client assertion is not within its valid time range."),
    AuthenticationError("AADSTS50076: you must use multi-factor authentication."),
    AuthenticationError("No.", msal_error={"error": "interaction_required"}),
    AuthenticationError("Can't find token from MSAL cache."),
    CLIError("Please run 'az login' to setup account."),
)
# A refusal by number is told by its number, though its kind may be said of passing ones, too.
BY_NUMBER = AuthenticationError("AADSTS90033: passing.", msal_error={"error": "invalid_grant"})


@pytest.mark.parametrize("deed", [*DEEDS, "post"])
@pytest.mark.parametrize("error", [*PASSING, BY_NUMBER], ids=lambda error: f"{type(error).__name__} {error}"[:40])
def test_a_token_that_is_not_had_for_a_while_is_ridden_out(error: Exception, deed: str) -> None:
    login = Credential(error, PATIENCE - 20)
    with answered(Azure(dropped, 0)), no_waiting():
        {**DEEDS, "post": lambda way: way.post("/x", {})}[deed](door(login))
    assert login.asked > 2


@pytest.mark.parametrize("deed", [*DEEDS, "post"])
@pytest.mark.parametrize("error", FINAL, ids=lambda error: f"{type(error).__name__} {error}"[:40])
def test_a_token_that_will_not_be_had_is_not_waited_for(error: Exception, deed: str) -> None:
    login = Credential(error, 10**6)
    with answered(Azure(dropped, 0)), no_waiting() as waits, pytest.raises(AzureError) as caught:
        {**DEEDS, "post": lambda way: way.post("/x", {})}[deed](door(login))
    assert sum(waits) < 5  # an operation is looked at after a moment
    assert str(error) in str(caught.value)


def test_a_token_that_is_never_had_ends_with_patience_and_says_something() -> None:
    login = Credential(AuthenticationError(None, msal_error={"error": "None, None"}), 10**6)
    with answered(Azure(dropped, 0)), no_waiting() as waits, pytest.raises(AzureError) as caught:
        door(login).get("/x", "1")
    assert PATIENCE - 15 <= sum(waits) <= PATIENCE
    assert "None" not in str(caught.value)
    assert "NoToken" in caught.value.details
    assert not caught.value.accepted


@pytest.mark.parametrize("error", [TypeError("x"), KeyError("x"), AttributeError("x")])
def test_a_fault_of_a_program_is_no_login_s(error: Exception) -> None:
    assert no_token(error) is None
    with answered(Azure(dropped, 0)), no_waiting(), pytest.raises(type(error)):
        door(Credential(error, 10**6)).get("/x", "1")


def test_the_first_token_is_waited_for_too() -> None:
    login = Credential(PASSING[0], 30)
    with no_waiting():
        door(login).log_in()
    assert login.asked > 2


def test_a_login_that_will_not_work_is_azure_cli_s_own_error() -> None:
    with no_waiting(), pytest.raises(AuthenticationError):
        door(Credential(FINAL[0], 10**6)).log_in()


# -- those who wait no more


@pytest.fixture
def throttled() -> Iterator[tuple[ArmClient, threading.Event]]:
    """A way to an Azure that throttles all but `/refused`; set once somebody was throttled."""
    begun = threading.Event()

    def answer(call: Call) -> Answer:
        if call.path == "/refused":
            begun.wait(10)
            return Answer(403, BUSY)
        begun.set()
        return Answer(429, BUSY, {"Retry-After": "3000"})

    with answered(answer):
        yield door(seconds=10**4), begun


def test_after_an_error_no_read_is_waited_for(throttled: tuple[ArmClient, threading.Event]) -> None:
    way, _ = throttled
    reader = Reader(way, way.retry_policy.leave)
    with pytest.raises(AzureError), reader:  # noqa: PT012
        reader.prefetch([Read("/waits", "1"), Read("/refused", "1")])
        reader.get("/refused", "1")
    for thread in reader._threads:
        assert thread.daemon, "no exit of the process waits for it"
        thread.join(10)
        assert not thread.is_alive()


def test_after_ctrl_c_no_read_is_waited_for(throttled: tuple[ArmClient, threading.Event]) -> None:
    way, begun = throttled
    reader = Reader(way, way.retry_policy.leave)
    with pytest.raises(KeyboardInterrupt), reader:  # noqa: PT012
        reader.prefetch([Read("/waits", "1")])
        begun.wait(10)
        raise KeyboardInterrupt
    for thread in reader._threads:
        thread.join(10)
        assert not thread.is_alive()


def test_reads_that_nobody_asked_for_are_not_waited_for(throttled: tuple[ArmClient, threading.Event]) -> None:
    way, begun = throttled
    with Reader(way, way.retry_policy.leave) as reader:
        reader.prefetch([Read("/waits", "1")])
        begun.wait(10)
        assert reader._threads[0].is_alive()
    reader._threads[0].join(10)
    assert not reader._threads[0].is_alive()


@pytest.mark.parametrize("deed", ["get", "list", "query"])
def test_a_read_that_is_never_answered_is_given_up_by_the_clock_and_named(deed: str) -> None:
    """A try takes as long as its time-out; so long that three fit into the patience, not five minutes each."""
    said: list[str] = []
    asked: list[float] = []
    way = ArmClient(Credential(), "s", ARM, RetryPolicy(120.0, said.append), credential_scopes=[f"{ARM}/.default"])

    def silent(_: object, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        asked.append(options["timeout"][1])
        way.retry_policy.pause(options["timeout"][1])
        raise requests.exceptions.ReadTimeout

    with no_waiting(), mock.patch("requests.adapters.HTTPAdapter.send", silent), pytest.raises(AzureError):
        DEEDS[deed](way)
    assert set(asked) == {60.0}
    assert len(asked) <= 3
    assert [line for line in said if "no answer from Azure for" in line] != []


# what passes, how a wait for it is said
WAITS = (
    ("429", "azure returned 429 for virtualNetworks/hub"),
    ("503 with Retry-After", "azure returned 503 for virtualNetworks/hub"),
    ("a lost connection", "the connection was lost for virtualNetworks/hub"),
)


@pytest.mark.parametrize(("trouble", "words"), WAITS, ids=[row[0] for row in WAITS])
def test_a_wait_says_which_read_waits_how_long_and_why(trouble: str, words: str) -> None:
    said: list[str] = []
    way = ArmClient(Credential(), "s", ARM, RetryPolicy(PATIENCE, said.append), credential_scopes=[f"{ARM}/.default"])
    with answered(Azure(TROUBLES[trouble], PATIENCE - 20)), no_waiting():
        way.get("/g/virtualNetworks/hub", "1")
    assert said
    assert all(re.fullmatch(rf"  {words}; retrying in \d+ s", line) for line in said), said

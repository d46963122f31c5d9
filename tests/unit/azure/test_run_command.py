"""A command inside of a cluster: sent once, its result waited for, and the caller's token told to nobody."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.run_command import CommandResult, run_command
from tests.loopback.core.wire import Answer, Call, Drop
from tests.real.wire import ARM, answered, door, no_waiting

CLUSTER = ResourceId("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c")
RESULT = str(CLUSTER).replace("managedClusters", "managedclusters") + "/commandResults/300ac3"
ACCEPTED = Answer(202, None, {"location": f"{ARM}{RESULT}?api-version=2024-07-01"})
RUNNING = Answer(202, {"id": "300ac3", "properties": {"provisioningState": "Running"}}, ACCEPTED.headers)
TOKEN = "eyJ0eXAi.secret-of-the-caller.signature"


def ended(**properties: Any) -> Answer:
    return Answer(200, {"id": "300ac3", "properties": {"provisioningState": "Succeeded", **properties}})


def asked(answers: list[Answer], token: str = "", seconds: float = 300.0) -> tuple[Any, list[Call]]:
    """What became of a command, or the error; and the requests."""
    calls: list[Call] = []

    def answer(call: Call) -> Answer:
        calls.append(call)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    with answered(answer), no_waiting():
        try:
            return run_command(door(), CLUSTER, "kubectl get nodes", token, seconds), calls
        except AzureError as error:
            return error, calls


def test_a_command_is_sent_once_and_its_result_is_looked_for_where_azure_says() -> None:
    result, calls = asked([ACCEPTED, RUNNING, RUNNING, ended(exitCode=0, logs="text\n")])
    assert result == CommandResult("Succeeded", 0, "text\n", "")
    assert [(call.method, call.path) for call in calls] == [("POST", f"{CLUSTER}/runCommand"), *[("GET", RESULT)] * 3]
    assert calls[0].body == {"command": "kubectl get nodes", "context": ""}


def test_the_token_goes_into_the_body_alone() -> None:
    _, calls = asked([ACCEPTED, ended()], TOKEN)
    assert calls[0].body["clusterToken"] == TOKEN
    assert not [call for call in calls if TOKEN in f"{call.path} {call.query} {call.headers}"]


# what Azure shows of a result, what it is taken for
RESULTS: tuple[tuple[str, Answer, CommandResult], ...] = (
    ("it failed", Answer(200, {"properties": {"provisioningState": "Failed", "reason": "no room"}}),
     CommandResult("Failed", None, None, "no room")),
    ("a code that is not 0", ended(exitCode=1, logs="no"), CommandResult("Succeeded", 1, "no", "")),
    ("no logs", ended(exitCode=0, logs=None), CommandResult("Succeeded", 0, None, "")),
    ("logs and code of other types", ended(exitCode=True, logs=["a"]), CommandResult("Succeeded", None, None, "")),
    ("no properties", Answer(200, {"properties": None}), CommandResult("", None, None, "")),
    ("no object", Answer(200, []), CommandResult("", None, None, "")),
)  # fmt: skip


@pytest.mark.parametrize(("answer", "result"), [row[1:] for row in RESULTS], ids=[row[0] for row in RESULTS])
def test_whatever_azure_shows_of_a_result_is_taken(answer: Answer, result: CommandResult) -> None:
    assert asked([ACCEPTED, answer])[0] == result


def test_a_result_that_is_still_on_its_way_with_200_is_waited_for() -> None:
    on_its_way = Answer(200, {"properties": {"provisioningState": "Running"}})
    assert asked([ACCEPTED, on_its_way, ended(exitCode=0)])[0].exit_code == 0


# what Azure answers, words of the error
FAILURES: tuple[tuple[str, list[Answer], str], ...] = (
    ("the command is refused", [Answer(403, {"error": {"code": "AuthorizationFailed", "message": "No."}})], "No."),
    ("the result is not there", [ACCEPTED, Answer(404, {"code": "NotFound", "message": "Not Found"})], "Not Found"),
    ("no result in time", [ACCEPTED, RUNNING], "no result within 300 s"),
    ("no address of the result", [Answer(202, None)], "no address"),
)  # fmt: skip


@pytest.mark.parametrize(("answers", "words"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_a_command_without_a_result_is_an_error(answers: list[Answer], words: str) -> None:
    assert words in str(asked(list(answers))[0])


def test_a_command_whose_answer_is_lost_is_not_sent_again() -> None:
    calls: list[Call] = []

    def answer(call: Call) -> Answer:
        calls.append(call)
        raise Drop

    with answered(answer), no_waiting(), pytest.raises(AzureError):
        run_command(door(), CLUSTER, "kubectl get nodes")
    assert len(calls) == 1


def test_the_token_stands_in_no_log_and_in_no_error(caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    caplog.set_level(logging.DEBUG)
    echo = Answer(400, {"error": {"code": "BadRequest", "message": f"no clusterToken {TOKEN}"}})
    with answered(lambda _: echo), no_waiting(), pytest.raises(AzureError) as caught:
        run_command(door(said), CLUSTER, "kubectl get nodes", TOKEN)
    assert str(caught.value) == "(BadRequest) no clusterToken <removed>"
    assert asked([Answer(503, None), ACCEPTED, Answer(503, None), ended()], TOKEN)
    assert TOKEN not in f"{caplog.text} {said} {caught.value!r} {caught.value.__cause__}"

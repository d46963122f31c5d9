"""The base of scenarios: what it must fail on, what it must bear, and that it records."""

from __future__ import annotations

import socket
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.scenario.base import Scenario
from tests.scenario.cassette import ARM, SUBSCRIPTION, TENANT

Act = Callable[[Scenario], Any]


def row(address: str, answer: Any = None, body: Any = None, method: str = "GET", status: int = 200) -> dict[str, Any]:
    """One recorded interaction."""
    found = {"request": f"{method} {ARM}{address}", "body": body, "status": status, "answer": answer}
    return {key: value for key, value in found.items() if value is not None}


def run(path: Path, act: Act) -> str:
    """Run a scenario of one act; what was wrong with it, "" for nothing."""

    class Inner(Scenario):
        """A scenario."""

        def test_inner(self) -> None:
            act(self)

    scenario = Inner("test_inner")
    scenario.recording_file = str(path)
    result = unittest.TestResult()
    scenario.run(result)
    if result.skipped:
        pytest.skip(result.skipped[0][1])
    return "\n".join(text for _, text in [*result.failures, *result.errors])


def play(folder: Path, rows: list[dict[str, Any]], act: Act) -> str:
    """The same with a recording."""
    path = folder / "inner.yaml"
    path.write_text(yaml.safe_dump({"recorded": "loopback", "azure-cli": "0", "given": {}, "interactions": rows}))
    return run(path, act)


def get(address: str) -> requests.Response:
    """A request that azure-cli might send."""
    return requests.get(ARM + address, timeout=5)


def test_what_was_recorded_is_played(tmp_path: Path) -> None:
    rows = [row("/x?a=1", {"first": 1}, status=404), row("/x?a=1", {"then": 2}), row("/y", {}, {"b": 1}, "PUT", 201)]

    def act(_: Scenario) -> None:
        assert [(answer.status_code, answer.json()) for answer in (get("/x?a=1"), get("/x?a=1"))] == [
            (404, {"first": 1}), (200, {"then": 2}),
        ]  # fmt: skip
        assert requests.put(f"{ARM}/y", json={"b": 1}, timeout=5).status_code == 201

    assert play(tmp_path, rows, act) == ""


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda _: get("/other"), "was never recorded"),
        (lambda _: (get("/x"), get("/x")), "was sent more often than it was recorded"),
        (lambda _: get("/x?api-version=2"), "was never recorded"),
        (lambda _: requests.put(f"{ARM}/y", json={"b": 2}, timeout=5), '+ "b": 2'),
        (lambda _: get("/x"), "recorded, and not asked for any more"),
        (lambda scenario: scenario.cmd("kubenet plan", [scenario.check("podCidr", "10.0.0.0/8")]), "podCidr"),
    ],
    ids=["a new request", "one too many", "another version", "another body", "one too few", "a check"],
)
def test_what_a_scenario_fails_on(tmp_path: Path, act: Act, said: str) -> None:
    assert said in play(tmp_path, [row("/x"), row("/y", {}, {"b": 1}, "PUT")], act)


@pytest.mark.parametrize(
    "reach",
    [
        lambda: requests.get("https://login.microsoftonline.com/common/oauth2/v2.0/token", timeout=5),
        lambda: socket.create_connection(("192.0.2.1", 443), timeout=5),
        lambda: socket.socket().connect(("127.0.0.1", 9)),
        lambda: socket.getaddrinfo("management.azure.com", 443),
    ],
    ids=["past the recording", "a connection", "a connection to this machine", "a name"],
)
def test_no_network_is_reached_and_trying_is_a_fault(tmp_path: Path, reach: Callable[[], Any]) -> None:
    def act(_: Scenario) -> None:
        with pytest.raises(OSError):
            reach()

    assert "tried to reach" in play(tmp_path, [], act)


def test_threads_get_the_answers_to_their_own_requests(tmp_path: Path) -> None:
    addresses = [f"/resource/{number}" for number in range(40)]
    rows = [row(address, {"at": address}, status=status) for status in (404, 200) for address in addresses]

    def ask(address: str) -> list[tuple[int, str]]:
        return [(answer.status_code, answer.json()["at"]) for answer in (get(address), get(address))]

    def act(_: Scenario) -> None:
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(ask, reversed(addresses)))
        assert found == [[(404, address), (200, address)] for address in reversed(addresses)]

    assert play(tmp_path, rows, act) == ""


def test_the_login_is_one_of_todays_azure_cli(tmp_path: Path) -> None:
    def act(scenario: Scenario) -> None:
        from azure.cli.core._profile import Profile

        credential, subscription, tenant = Profile(cli_ctx=scenario.cli_ctx).get_login_credentials()
        assert credential.get_token(f"{ARM}/.default").token == "no-token"
        assert (subscription, tenant) == (SUBSCRIPTION, TENANT)

    assert play(tmp_path, [], act) == ""


def test_a_scenario_that_was_never_recorded_fails(tmp_path: Path) -> None:
    assert "was never recorded: make record" in run(tmp_path / "none.yaml", lambda _: None)


def test_recording_keeps_what_passed_and_nothing_of_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "inner.yaml"

    def act(scenario: Scenario) -> None:
        scenario.given("group create -n {group} -l westeurope", made="id")
        scenario.cmd("group show -n {group}", [scenario.check("id", "{made}")])

    with monkeypatch.context() as live:
        live.setenv("AZURE_TEST_RUN_LIVE", "true")
        live.setenv("KUBENET_RECORD", "loopback")
        assert run(path, act) == ""
        text = path.read_text(encoding="utf-8")
        assert "on purpose" in run(path, lambda scenario: (act(scenario), pytest.fail("on purpose")))
    assert path.read_text(encoding="utf-8") == text
    document = yaml.safe_load(text)
    assert (document["recorded"], len(document["interactions"])) == ("loopback", 1)
    assert run(path, act) == ""

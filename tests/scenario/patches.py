"""What azure-cli-testsdk 0.3.0 leaves to be put right for today's azure-cli, and for commands that work in threads."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable
from concurrent.futures import wait
from typing import Any
from unittest import TestCase, mock

import requests.adapters
from azure.cli.testsdk.scenario_tests import mock_in_unit_test

from azext_kubenet.azure.reads import Reader
from tests.scenario.cassette import SUBSCRIPTION, TENANT

#: vcrpy takes its own patches away for the moment in which it opens a connection: one thread at a time, then.
ONE_AT_A_TIME = threading.RLock()


_TASK = threading.local()


class Offline(ConnectionError):
    """Somebody tried to reach a network while a recording is played."""


class _Credential:
    """Stands in for azure-cli's own: the core calls acquire_token, where testsdk's stand-in has get_token."""

    def acquire_token(self, scopes: list[str], **_: Any) -> dict[str, Any]:
        """A token that no recording holds and nobody checks."""
        del scopes
        return {"access_token": "no-token", "expires_in": 3600, "token_type": "Bearer", "token_source": "none"}


def log_in(test: TestCase) -> None:
    """Be logged in, in one subscription, without a login."""
    account = {
        "id": SUBSCRIPTION,
        "name": "Recorded",
        "state": "Enabled",
        "isDefault": True,
        "tenantId": TENANT,
        "homeTenantId": TENANT,
        "environmentName": "AzureCloud",
        "managedByTenants": [],
        "user": {"name": "someone@example.com", "type": "user"},
    }
    mock_in_unit_test(test, "azure.cli.core._profile.Profile.load_cached_subscriptions", lambda *_, **__: [account])
    mock_in_unit_test(test, "azure.cli.core.auth.identity.Identity.get_user_credential", lambda *_, **__: _Credential())


def skip_waits(test: TestCase) -> None:
    """Wait for nothing: neither in our own code nor in azure-core's polling, which both call time.sleep."""
    mock_in_unit_test(test, "time.sleep", lambda *_: None)


def block_network(test: TestCase, tried: list[str]) -> None:
    """Refuse every connection and every look-up of a name, and note it in tried."""

    def refuse(*words: Any, **_: Any) -> None:
        tried.append(repr(words[-1] if isinstance(words[0], socket.socket) else words[0]))
        raise Offline(f"a recording is being played, and {tried[-1]} was to be reached")

    for name in ("socket.socket.connect", "socket.socket.connect_ex", "socket.getaddrinfo", "socket.create_connection"):
        mock_in_unit_test(test, name, refuse)


def number_tasks(test: TestCase) -> None:
    """Give the reads that go side by side numbers, by which a recording is put in order, and let those be sent, and
    end, that nobody waits for.

    A recording then has all the reads of a command, however busy the machine is on which it is made or played: a read
    that no thread has taken up yet would be called off. Nothing reads any more once it is closed.
    """
    submit, leave = Reader._submit, Reader.__exit__
    numbers = itertools.count(1)

    def submitted(reader: Reader, work: Callable[[], Any]) -> Any:
        number = next(numbers)

        def run() -> Any:
            _TASK.number = number
            return work()

        return submit(reader, run)

    def left(reader: Reader, *error: Any) -> None:
        wait(reader._answers.values())
        leave(reader, *error)
        for thread in reader._threads:
            thread.join()

    mock_in_unit_test(test, "azext_kubenet.azure.reads.Reader._submit", submitted)
    mock_in_unit_test(test, "azext_kubenet.azure.reads.Reader.__exit__", left)


def task_number() -> int | None:
    """The number of the read that this thread works at; None for a thread that reads nothing side by side."""
    return getattr(_TASK, "number", None)


def poll_when_asked(test: TestCase) -> None:
    """Start azure-core's thread that waits for a cluster once somebody waits for it, so that it races with nobody."""
    start, join = threading.Thread.start, threading.Thread.join
    later = set()

    def started(thread: threading.Thread) -> None:
        if thread.name.startswith("LROPoller"):
            later.add(thread)
        else:
            start(thread)

    def joined(thread: threading.Thread, timeout: float | None = None) -> None:
        if thread in later:
            later.remove(thread)
            start(thread)
        join(thread, timeout)

    mock_in_unit_test(test, "threading.Thread.start", started)
    mock_in_unit_test(test, "threading.Thread.join", joined)


def watch_requests(test: TestCase, saw: Callable[[Any, Any], None], failed: Callable[[Exception], str]) -> None:
    """Send requests one at a time, and show each with its answer, or the error that is no matter of networks.

    failed: told of such an error; says what it is, which is raised at once, as AssertionError
    """
    send = requests.adapters.HTTPAdapter.send

    def sent(adapter: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        with ONE_AT_A_TIME:
            try:
                response = send(adapter, request, *args, **kwargs)
            except (requests.RequestException, OSError):
                raise
            except Exception as error:
                # Of a class that is no login's: else it would be tried again until the time is over.
                raise AssertionError(failed(error)) from error
            saw(request, response)
            return response

    mock_in_unit_test(test, "requests.adapters.HTTPAdapter.send", sent)


def patched_environment(test: TestCase, changes: dict[str, str]) -> None:
    """Change the environment until the test ends."""
    patch = mock.patch.dict("os.environ", changes)
    patch.start()
    test.addCleanup(patch.stop)

"""The wire, in this process: what `requests` would send is answered by a function, and no wait takes time.

Everything above it is the production code: azure-core's policies, azure-cli's login and its SDK, our Door.
"""

from __future__ import annotations

import functools
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from azure.core.credentials import AccessToken
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from azext_kubenet.aks import borrowed
from azext_kubenet.azure import reads
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.waiting import RetryPolicy
from tests.loopback.core.wire import Answer, Call, Drop
from tests.loopback.server.login import token
from tests.support.in_process import invoke

ARM = "https://management.azure.com"
GRAPH = "https://graph.microsoft.com"
ACCOUNT = "someone@example.com"
Handler = Callable[[Call], Answer]


@contextmanager
def answered(handler: Handler) -> Iterator[None]:
    """Have a function answer whatever is sent."""
    build = HTTPAdapter().build_response

    def send(_: HTTPAdapter, request: requests.PreparedRequest, **__: Any) -> requests.Response:
        url = urlsplit(str(request.url))
        body = json.loads(request.body) if request.body else None
        headers = {**request.headers, "Authorization": f"Bearer {token(ARM, ARM)}"}
        call = Call(str(request.method), unquote(url.path), dict(parse_qsl(url.query)), headers, body)
        try:
            answer = handler(call)
        except Drop:
            raise requests.ConnectionError("the connection was reset") from None
        text = b"" if answer.body is None else json.dumps(answer.body).encode()
        shown = {"Content-Type": "application/json", **answer.headers}
        raw = HTTPResponse(io.BytesIO(text), headers=shown, status=answer.status, preload_content=False)
        return build(request, raw)

    with mock.patch("requests.adapters.HTTPAdapter.send", send):
        try:
            yield
        finally:
            _let_reads_end()


def _let_reads_end() -> None:
    """Wait for the reads that a refusal has left under way: they would go on in whatever comes next."""
    for thread in threading.enumerate():
        if thread.name.startswith(reads.THREADS) and thread is not threading.current_thread():
            thread.join(10)


@contextmanager
def no_waiting() -> Iterator[list[float]]:
    """Waits return at once and move the clock on; the seconds of each."""
    waits: list[float] = []
    monotonic = time.monotonic

    def sleep(seconds: float) -> None:
        waits.append(seconds)

    def clock() -> float:
        return monotonic() + sum(waits)

    with mock.patch("time.sleep", sleep), mock.patch("time.monotonic", clock):
        yield waits


def simulated_seconds() -> float:
    """What the clock of no_waiting shows."""
    return time.monotonic()


class _Credential:
    """Stands in for a login, for azure-core and for azure-cli."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("no-token", 2**40)

    def acquire_token(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"access_token": "no-token", "expires_in": 3600, "token_type": "Bearer", "token_source": "none"}


def door(said: list[str] | None = None, seconds: float = 60, base: str = ARM) -> ArmClient:
    """Our own Door, of no cloud; `said` collects what it tells the user."""
    say = (said if said is not None else []).append
    return ArmClient(_Credential(), "s", base, RetryPolicy(seconds, say), credential_scopes=[f"{ARM}/.default"])


@contextmanager
def logged_in(subscription: str, tenant: str) -> Iterator[None]:
    """Be logged in, in one subscription, without a login."""
    account = {
        "id": subscription, "name": "Real", "state": "Enabled", "isDefault": True, "tenantId": tenant,
        "homeTenantId": tenant, "environmentName": "AzureCloud", "managedByTenants": [],
        "user": {"name": ACCOUNT, "type": "user"},
    }  # fmt: skip
    profile, identity = "azure.cli.core._profile.Profile", "azure.cli.core.auth.identity.Identity"
    with (
        mock.patch(f"{profile}.load_cached_subscriptions", return_value=[account]),
        mock.patch(f"{identity}.get_user_credential", return_value=_Credential()),
    ):
        yield


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, its answer, and what the user read on standard error."""

    code: int
    result: Any
    err: str


class Az:
    """`az` with our commands alone, in this process. It reads its command line each time, as every run does.

    Azure's own help of `aks create` is read once: reading it takes longer than all that follows.
    """

    def __init__(self) -> None:
        from azure.cli.core import MainCommandsLoader
        from azure.cli.core.mock import DummyCli

        from azext_kubenet import KubenetCommandsLoader

        class Ours(MainCommandsLoader):
            """Loads nothing but our commands."""

            def load_command_table(self, args: Any) -> Any:
                loader = KubenetCommandsLoader(cli_ctx=self.cli_ctx)
                found = loader.load_command_table(args)
                self.cmd_to_loader_map.update({name: [loader] for name in found})
                self.loaders.append(loader)
                self.command_table.update(found)
                return self.command_table

        self.cli_ctx = DummyCli(commands_loader_cls=Ours)
        self._texts = functools.cache(borrowed._help_texts)

    def __call__(self, *words: str) -> Ran:
        """Run a command."""
        with mock.patch.object(borrowed, "_help_texts", self._texts):
            code, text, err = invoke(self.cli_ctx, [*words, "-o", "json"])
        return Ran(code, json.loads(text) if text.strip() else None, err)

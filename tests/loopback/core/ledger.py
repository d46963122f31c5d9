"""The ledger: every request and what was answered, kept whole for tests and printed without secrets."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .wire import Answer, Call

SECRET_KEYS = {
    "secret",
    "secrettext",
    "password",
    "adminpassword",
    "access_token",
    "client_secret",
    "clientsecret",
    "value",
    "customdata",
}
KEPT_HEADERS = {
    "accept",
    "content-type",
    "user-agent",
    "if-match",
    "if-none-match",
    "x-ms-client-request-id",
    "commandname",
}
REMOVED = "<removed>"
NO_WRITES = ("/loopback", "/providers/microsoft.resourcegraph/")


def redact(value: Any, key: str = "") -> Any:
    """The same value without what must not be printed. ``value`` is secret only where it is text (a kubeconfig), not
    a list.
    """
    if isinstance(value, dict):
        return {name: redact(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [redact(item, key) for item in value]
    if isinstance(value, str) and key.lower() in SECRET_KEYS:
        return REMOVED
    return value


@dataclass(frozen=True)
class Entry:
    """One request. `body` is what was sent, as it was sent: print the entry, not the body."""

    time: float
    method: str
    path: str
    query: dict[str, str]
    api_version: str
    headers: dict[str, str]
    body: Any = field(repr=False)
    status: int
    code: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The entry for the control door, secrets removed."""
        return {
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "apiVersion": self.api_version,
            "headers": self.headers,
            "body": redact(self.body),
            "status": self.status,
            "code": self.code,
        }

    @property
    def is_write(self) -> bool:
        """Whether it was meant to change something in Azure: look-ups by POST and logins are not."""
        path = self.path.lower()
        if self.method not in ("PUT", "PATCH", "DELETE", "POST") or path.startswith(NO_WRITES):
            return False
        return not (self.method == "POST" and self.path.rsplit("/", 1)[-1].lower().startswith(("getbyids", "list")))

    def __str__(self) -> str:
        body = "" if self.body is None else " " + json.dumps(redact(self.body), separators=(",", ":"))
        code = f" {self.code}" if self.code else ""
        return f"{self.method} {self.path} -> {self.status}{code}{body}"


class Ledger:
    """A list of entries, oldest first."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, call: Call, answer: Answer) -> None:
        """Write a request down."""
        headers = {name.lower(): value for name, value in call.headers.items() if name.lower() in KEPT_HEADERS}
        self._entries.append(
            Entry(
                time.time(),
                call.method,
                call.path,
                dict(call.query),
                call.api_version,
                headers,
                call.body,
                answer.status,
                _code(answer),
            )
        )

    def writes(self) -> list[Entry]:
        """The requests that were meant to change something."""
        return [entry for entry in self._entries if entry.is_write]

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def __str__(self) -> str:
        return "\n".join(str(entry) for entry in self._entries)


def _code(answer: Answer) -> str:
    if answer.status < 400 or not isinstance(answer.body, dict):
        return ""
    inner = answer.body.get("error", answer.body)
    return str(inner.get("code", "")) if isinstance(inner, dict) else ""

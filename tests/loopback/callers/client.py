"""A caller without ``az``: plain requests over the wire, for tests that need no process of their own."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.options import SUBSCRIPTION
from ..server.server import LoopbackArm

SUB = "/subscriptions/" + SUBSCRIPTION
VERSION = "2025-03-01"


@dataclass(frozen=True)
class Reply:
    """What came back, header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The error's code, "" for a success."""
        if self.status < 400 or not isinstance(self.body, dict):
            return ""
        return str(self.body.get("error", self.body).get("code", ""))


class Client:
    """Keeps its connection; paths that do not begin with a slash are below the subscription."""

    def __init__(self, arm: LoopbackArm) -> None:
        self._arm = arm
        context = ssl.create_default_context(cafile=arm.ca_bundle)
        port = urllib.parse.urlsplit(arm.url).port
        self._connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=30)

    def send(self, method: str, path: str, body: Any = None, version: str = VERSION, **headers: str) -> Reply:
        """One request; a full URL is sent as it is."""
        target = self._target(path, version)
        sent = {
            "Authorization": "Bearer " + self._arm.token(),
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self._connection.request(method, target, None if body is None else json.dumps(body), sent)
        response = self._connection.getresponse()
        text = response.read()
        return Reply(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            json.loads(text) if text else None,
        )

    def _target(self, path: str, version: str) -> str:
        if path.startswith(self._arm.url):
            return path[len(self._arm.url) :]  # noqa: E203
        full = path if path.startswith("/") else f"{SUB}/{path}"
        if "api-version=" not in full and not full.startswith(("/v1.0", "/loopback", "/metadata")):
            full += "{}api-version={}".format("&" if "?" in full else "?", version)
        return urllib.parse.quote(full, safe="/?&=$'%:(),")

    def get(self, path: str, **more: Any) -> Reply:
        return self.send("GET", path, **more)

    def put(self, path: str, body: Any, **more: Any) -> Reply:
        return self.send("PUT", path, body, **more)

    def delete(self, path: str, **more: Any) -> Reply:
        return self.send("DELETE", path, **more)

    def wait(self, reply: Reply, limit: int = 20) -> Reply:
        """Poll what an answer names until it ends; the last poll's reply, or the reply itself when there is nothing
        to poll.
        """
        target = reply.headers.get("azure-asyncoperation") or reply.headers.get("location", "")
        if not target.startswith(self._arm.url):
            return reply
        for _ in range(limit):
            polled = self.get(target)
            if polled.status != 202 and (polled.body or {}).get("status", "Succeeded") in (
                "Succeeded",
                "Failed",
                "Canceled",
            ):
                return polled
        raise AssertionError(f"{target} did not end in {limit} polls")

    def done(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        """A request that must succeed, waited for."""
        reply = self.send(method, path, body, **more)
        assert reply.status < 300, (reply.status, reply.body)
        self.wait(reply)
        return reply

    def close(self) -> None:
        self._connection.close()

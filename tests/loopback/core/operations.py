"""Long-running operations: what is polled, how long it takes, what it answers (BEHAVIOUR.md "Asynchrony", "States",
"Operation URLs").

Azure's clock is replaced by looks: an operation ends once it, or the resource itself, was looked at `polls` times
and, where a pace is set, once that many seconds have passed. So nothing sleeps in a test, and a caller who never
polls still sees an end.

About Retry-After: Azure sends none for AKS (rarely 0) and 2 to 15 seconds elsewhere. azure-core reads a missing
header *and* 0 as "use the default", which is 30 seconds, but believes ``x-ms-retry-after-ms``. That header is
therefore on everything that is still running.
"""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .wire import Answer

AKS_OPERATION_VERSION = "2025-03-01"  # BEHAVIOUR.md: mostly this one from 2025, whatever the request's was
CREATING = (
    "ProvisioningNetworkResources",
    "ProvisioningControlPlane",
    "CreatingAgentPools: 0/%d nodes completed",
    "ReconcilingAddons",
)


def clock() -> float:
    """Seconds, for what has a pace."""
    return time.monotonic()


def now() -> str:
    """A time as Azure writes it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


@dataclass
class Operation:
    """One running or finished write. `error` set by a fault makes it end as `outcome` says, and not as Succeeded;
    `beside` is an error that AKS shows all the while, and that means nothing (existing-clusters K16).
    """

    namespace: str
    location: str
    resource: str
    state: str
    version: str
    polls: int
    seconds: float
    steps: tuple[str, ...] = ("InProgress",)
    on_done: Callable[[], None] | None = None
    error: dict[str, Any] | None = None
    outcome: str = "Failed"
    on_failed: Callable[[], None] | None = None
    beside: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=lambda: clock())  # noqa: PLW0108  # late: a test may set the clock
    started_at: str = field(default_factory=now)
    ended_at: str = ""
    looks: int = 0

    @property
    def done(self) -> bool:
        return bool(self.ended_at)

    def look(self) -> bool:
        """Count one look; True once the operation has ended."""
        if not self.done and self.looks >= self.polls and clock() - self.started >= self.seconds:
            self.ended_at = now()
            ending = self.on_failed if self.error else self.on_done
            if ending:
                ending()
        self.looks += 1
        return self.done

    def cancel(self) -> None:
        """End it now, where it is, by a user's hand (the error is recorded: asyncOperations)."""
        self.error, self.outcome = {"code": "Canceled", "message": "Operation is being canceled by user"}, "Canceled"
        self.ended_at = now()
        if self.on_failed:
            self.on_failed()

    @property
    def status(self) -> str:
        if self.done:
            return self.outcome if self.error else "Succeeded"
        share = (clock() - self.started) / self.seconds if self.seconds else (self.looks - 1) / max(self.polls, 1)
        return self.steps[min(int(share * len(self.steps)), len(self.steps) - 1)]

    def body(self) -> dict[str, Any]:
        """AKS names the operation and its times, Network only the status (recorded: asyncOperations)."""
        answer: dict[str, Any] = {"status": self.status}
        if self.namespace == "Microsoft.ContainerService":
            answer = {"name": self.id, "status": self.status, "startTime": self.started_at}
            if self.done:
                answer["endTime"] = self.ended_at
        error = self.error if self.done and self.error else self.beside
        if error:
            answer["error"] = error
        return answer


class Operations:
    """All operations of this server."""

    def __init__(self, base_url: Callable[[], str], polls: int, pace: float) -> None:
        self._base_url, self.polls, self.pace = base_url, polls, pace
        self._by_id: dict[str, Operation] = {}
        self._running: dict[str, Operation] = {}

    @property
    def waiting(self) -> dict[str, str]:
        """The header that keeps azure-core from sleeping for 30 seconds."""
        return {"x-ms-retry-after-ms": str(200 if self.pace else 1)}

    def start(self, operation: Operation) -> Operation:
        """Begin; an operation that is already running for the same resource is superseded."""
        self._by_id[operation.id] = self._running[operation.resource.lower()] = operation
        return operation

    def of(self, resource: str, look: bool = False) -> Operation | None:
        """The operation that still runs on a resource; `look` counts a GET of the resource as a poll."""
        operation = self._running.get(resource.lower()) if self._running else None
        if operation and (operation.done or (look and operation.look())):
            self._running.pop(resource.lower(), None)
            return None
        return operation

    def running(self) -> list[Operation]:
        """All that have not ended."""
        return [each for each in self._running.values() if not each.done]

    def below(self, resource: str) -> Operation | None:
        """An operation that still runs on a resource or on a part of it."""
        key = resource.lower()
        found = (each for name, each in self._running.items() if name == key or name.startswith(key + "/"))
        return next((each for each in found if not each.done), None)

    def headers(self, subscription: str, operation: Operation, with_location: bool) -> dict[str, str]:
        """``azure-asyncoperation`` always, ``location`` for a DELETE (BEHAVIOUR.md "Asynchrony")."""
        provider = f"{self._base_url()}/subscriptions/{subscription}/providers/{operation.namespace}"
        base = f"{provider}/locations/{operation.location}"
        tail = f"{operation.id}?api-version={operation.version}"
        word = "operationresults" if operation.namespace == "Microsoft.ContainerService" else "operationResults"
        headers = {"Azure-AsyncOperation": f"{base}/operations/{tail}", **self.waiting}
        if with_location:
            headers["Location"] = f"{base}/{word}/{tail}"
        return headers

    def group_headers(self, subscription: str, operation: Operation) -> dict[str, str]:
        """A resource group's DELETE has a ``location`` alone, its id in base64 (recorded: resourceGroups)."""
        token = base64.urlsafe_b64encode(operation.id.encode()).decode().rstrip("=")
        base = f"{self._base_url()}/subscriptions/{subscription}/operationresults"
        return {"Location": f"{base}/{token}?api-version={operation.version}", **self.waiting}

    def poll(self, subscription: str, kind: str, token: str) -> Answer | None:
        """Answer a poll of ``operations/{id}`` or of ``operationresults/{id}``; None when there is no such
        operation.
        """
        operation = self._by_id.get(token) or self._by_id.get(_decoded(token))
        if operation is None:
            return None
        done = operation.look()
        if done and self._running.get(operation.resource.lower()) is operation:
            del self._running[operation.resource.lower()]
        if kind.lower() == "operations":
            return Answer(200, operation.body(), {} if done else self.waiting)
        if operation.namespace == "Microsoft.Resources":
            return Answer(200) if done else Answer(202, None, self.group_headers(subscription, operation))
        location = {"Location": self.headers(subscription, operation, True)["Location"]}
        return Answer(204, None, location) if done else Answer(202, None, {**location, **self.waiting})


def _decoded(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except ValueError:
        return ""

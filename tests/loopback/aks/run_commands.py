"""A command run inside a cluster through Azure Resource Manager (existing-clusters R20 to R27; recorded: runCommands).

What it prints is a test's own affair::

    cloud.clusters.run_command = lambda cluster, command: (0, "configmap/azure-ip-masq-agent-config")

The default prints nothing and ends with 0. Our model: the codes and words of all refusals (none was recorded), that a
result is Running for as many looks as any operation, and that `reason` is there only when the command did not run,
which a test tells by raising NotRun.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from ..core import errors
from ..core.ids import ResourceId
from ..core.operations import now
from ..core.resources import Shown, require
from ..core.store import Body
from ..core.wire import Answer, Call
from . import counts

LONGEST = 512 * 1024  # R21
Run = Callable[[Body, str], tuple[int, str]]


class NotRun(Exception):
    """Raised by a test's own command: the command was never run, and this is why (R27)."""


def silence(cluster: Body, command: str) -> tuple[int, str]:
    """Nothing printed, exit code 0."""
    return 0, ""


@dataclass
class Result:
    """What came of a command.

    cluster: the key of the cluster in which it ran.
    properties: what a GET shows in the end.
    looks: how often it was asked for.
    """

    cluster: str
    properties: Body
    looks: int = 0


class CommandResults(Shown):
    """The results; they are kept beside the store, for they are no resources."""

    type = "Microsoft.ContainerService/managedClusters/commandResults"

    @property
    def _results(self) -> dict[str, Result]:
        return self.cloud.memory.results

    def begin_command(self, rid: ResourceId, cluster: Body, call: Call, run: Run) -> Answer:
        """202 without a body, and nothing but a `location`, which spells ``managedclusters``."""
        command = str((call.body or {}).get("command") or "")
        if not command:
            raise errors.aks("InvalidParameter", "Required parameter command is missing (null).", "command")
        if require(cluster, "properties", "apiServerAccessProfile", "disableRunCommand"):
            raise errors.aks("BadRequest", "Run command is disabled on this managed cluster.")
        if counts.is_stopped(cluster):
            text = "Operation is not allowed because the managed cluster is stopped."
            raise errors.aks("OperationNotAllowed", text, status=409)
        token = uuid.uuid4().hex
        self._results[token] = Result(rid.key, _ended(cluster, command, run))
        return Answer(202, None, self._location(rid, token, call))

    def _location(self, rid: ResourceId, token: str, call: Call) -> dict[str, str]:
        place = ResourceId(rid.subscription, rid.group, rid.namespace, ("managedclusters",), rid.names[:1])
        path = place.child("commandResults", token).text()
        waiting = self.cloud.operations.waiting
        return {"Location": f"{self.cloud.base_url}{path}?api-version={call.api_version}", **waiting}

    def get(self, rid: ResourceId, call: Call) -> Answer:
        self.require_parents(rid, "read")
        result = self._results.get(rid.name)
        assert rid.parent is not None
        if result is None or result.cluster != rid.parent.key:
            raise errors.aks("NotFound", f"There is no result of command {rid.name}.", status=404)
        result.looks += 1
        if result.looks > self.cloud.operations.polls:
            return Answer(200, {"id": rid.name, "properties": result.properties})
        running = {"id": rid.name, "properties": {"provisioningState": "Running"}}
        return Answer(202, running, self._location(rid.parent, rid.name, call))


def _ended(cluster: Body, command: str, run: Run) -> Body:
    """What the result will be; times are to the second, as recorded."""
    started = now()[:19] + "Z"
    try:
        code, logs = run(cluster, command)
    except NotRun as why:
        return {"provisioningState": "Failed", "startedAt": started, "finishedAt": started, "reason": str(why)}
    cut = logs.encode()[:LONGEST].decode(errors="ignore")
    finished = now()[:19] + "Z"
    return {
        "provisioningState": "Succeeded",
        "exitCode": code,
        "startedAt": started,
        "finishedAt": finished,
        "logs": cut,
    }

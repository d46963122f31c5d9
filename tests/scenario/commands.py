"""A command that was run in this process, and the requests that it made."""

from __future__ import annotations

import shlex
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from azure.cli.testsdk.base import ExecutionResult
from vcr.errors import CannotOverwriteExistingCassetteException

from tests.support.in_process import invoke

#: Where Resource Graph takes queries.
QUERIES = "/providers/microsoft.resourcegraph/resources"
WRITES = ("PUT", "POST", "PATCH", "DELETE")

Json = Any


@dataclass(frozen=True)
class Seen:
    """One request, whether it went out or was replayed. kind: the type of what it is about, such as virtualNetworks."""

    method: str
    path: str
    body: Json
    response: Any

    @property
    def kind(self) -> str:
        """The last type in the path; of a post to Microsoft Graph, the collection or the action."""
        parts = self.path.strip("/").split("/")
        return parts[-1] if self.method == "POST" else parts[-2]

    @property
    def answer(self) -> Json:
        """The answer's body."""
        try:
            return self.response.json()
        except ValueError:
            return self.response.text

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _is_list(seen: Seen) -> bool:
    return seen.method == "POST" and (seen.kind.lower().startswith("list") or seen.path.lower() == QUERIES)


class Ran(ExecutionResult):
    """One command: exit code, standard output, standard error with what the loggers say, and its requests."""

    def __init__(self, cli_ctx: Any, command: str, expect_failure: bool, seen: list[Seen]):
        self.output = self.error = ""
        self.exit_code = 0
        self._seen, self._before = seen, len(seen)
        super().__init__(cli_ctx, command, expect_failure=expect_failure)
        self.requests = seen[self._before :]  # noqa: E203

    def _in_process_execute(self, cli_ctx: Any, command: str, expect_failure: bool = False) -> None:
        """As testsdk does it, with standard error, and with the exit code that a process would have."""
        self.exit_code = 1  # where a request was not to be found in the recording, which the scenario has noted
        with suppress(CannotOverwriteExistingCassetteException):
            self.exit_code, self.output, self.error = invoke(cli_ctx, shlex.split(command.removeprefix("az ")))
        self.applog = self.error
        assert expect_failure or not self.exit_code, f"exit code {self.exit_code} of {command}\n{self.error}"

    @property
    def writes(self) -> list[Seen]:
        """The requests that were meant to change something, in order: what is asked for by POST is not."""
        return [each for each in self.requests if each.method in WRITES and not _is_list(each)]

    def sent(self, kind: str) -> Json:
        """The body of the one write of a kind."""
        found = [each for each in self.writes if each.kind.lower() == kind.lower()]
        assert len(found) == 1, f"{len(found)} writes of {kind}: {[str(each) for each in self.writes]}"
        return found[0].body

"""A situation that somebody reported: what exists, who may do what, what is answered, and the commands that are typed.

Its form is that of the files in shared/cases/seeds, which README.md beside them describes; `{SUB}` stands for the
subscription of the login. The answers are put before the server's own by the seams of `cloud.Cloud`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.ledger import Entry
from ..core.options import CALLER_OBJECT, SUBSCRIPTION
from ..core.wire import Answer, Call
from ..server import faults, rig
from ..server.server import LoopbackArm

SUB = f"/subscriptions/{SUBSCRIPTION}"
#: Path of the login's token endpoint.
_TOKEN = "/msi/token"


@dataclass(frozen=True)
class Typed:
    """A command that was typed, what came of it, and the requests that it sent."""

    line: str
    code: int
    out: str
    err: str
    entries: tuple[Entry, ...]

    @property
    def writes(self) -> list[Entry]:
        """Those that were meant to change something."""
        return [each for each in self.entries if each.is_write]

    def sent(self, method: str, kind: str) -> list[Entry]:
        """Those of a method to resources of a kind."""
        return [each for each in self.entries if each.method == method and f"/{kind.lower()}/" in each.path.lower()]

    @property
    def deleted(self) -> list[str]:
        """Kinds of what was deleted, or is on its way."""
        done = [each for each in self.entries if each.method == "DELETE" and each.status in (200, 202, 204)]
        return [each.path.split("/")[-2] for each in done]


@dataclass(frozen=True)
class Played:
    """All commands of a situation, and the server in the end."""

    typed: list[Typed]
    arm: LoopbackArm

    @property
    def codes(self) -> list[int]:
        """The exit code of each."""
        return [each.code for each in self.typed]

    def there(self, kind: str) -> list[str]:
        """Names of what there is of a kind."""
        ids = [key.split("/") for key in self.arm.state]
        return [parts[-1] for parts in ids if len(parts) > 1 and parts[-2].lower() == kind.lower()]


@dataclass
class Situation:
    """What a file says, with `{SUB}` filled in."""

    title: str
    seed: dict[str, Any]
    options: dict[str, Any]
    grants: list[tuple[str, ...]]
    answers: list[dict[str, Any]]
    commands: list[Any]

    @classmethod
    def read(cls, path: Path) -> Situation:
        """The situation of a file."""
        found = json.loads(path.read_text(encoding="utf-8").replace("{SUB}", SUB))
        return cls(
            found["title"],
            found.get("seed", {}),
            found.get("options", {}),
            [tuple(each) for each in found.get("grants", ())],
            found.get("answers", []),
            found["commands"],
        )

    def server(self) -> LoopbackArm:
        """A server for it; the options of a server that are no options of a token."""
        return LoopbackArm(**{key: value for key, value in self.options.items() if key != "token_seconds"})

    def enter(self, arm: LoopbackArm) -> None:
        """Bring a running server into the state from which the commands are typed."""
        for resource, body in self.seed.items():
            arm.put(resource, body)
        for who, role, scope, *condition in self.grants:
            arm.grant(_principal(arm, who), role, scope, *condition)
        if "token_seconds" in self.options:
            faults.tokens_last(arm.cloud, self.options["token_seconds"])
        for each in self.answers:
            _put_before(arm, each)

    def typed(self, arm: LoopbackArm, env: Mapping[str, str], folder: Path, timeout: float = 600) -> Iterator[Typed]:
        """Type the commands in one folder, one after the other, and change between them what is to be changed."""
        for command in self.commands:
            arm.ledger.clear()
            if isinstance(command, dict):
                _edit(arm, command)
                continue
            done = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command],
                env=dict(env),
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
            yield Typed(command, done.returncode, done.stdout, done.stderr, tuple(arm.ledger))


def _principal(arm: LoopbackArm, who: str) -> str:
    return CALLER_OBJECT if who == "CALLER" else str(arm.state[who]["properties"]["principalId"])


def _put_before(arm: LoopbackArm, given: Mapping[str, Any]) -> None:
    """Answer in place of the server, as often and as long as the file says, once what it waits for was answered."""
    left, until, begun = [int(given.get("times", faults.ALWAYS))], [0.0], ["after" not in given]

    def before(call: Call) -> Answer | None:
        if not begun[0] or left[0] <= 0 or not _matches(given, call):
            return None
        if given.get("unless_tag") in ((call.body or {}).get("tags") or {} if isinstance(call.body, dict) else {}):
            return None
        if "for_seconds" in given:
            until[0] = until[0] or time.monotonic() + float(given["for_seconds"])
            if time.monotonic() > until[0]:
                return None
        left[0] -= 1
        return _answer(given)

    def after(call: Call, _: Answer) -> Answer | None:
        begun[0] = begun[0] or _matches(given["after"], call)
        return None

    arm.before.append(before)
    if "after" in given:
        arm.after.append(after)


def _matches(given: Mapping[str, Any], call: Call) -> bool:
    """Whether a call is of a method, or of any, and its path one that is meant."""
    path = re.escape(_TOKEN) if given["path"] == "TOKEN" else given["path"]
    return given.get("method", "*") in ("*", call.method) and bool(re.search(path, call.path, re.IGNORECASE))


def _answer(given: Mapping[str, Any]) -> Answer:
    headers = {str(name): str(value) for name, value in given.get("headers", {}).items()}
    if "body" in given:
        return Answer(given.get("status", 200), given["body"], headers)
    inner = {"code": given.get("code", ""), "message": given.get("message", "")}
    return Answer(given["status"], inner if given.get("flat") else {"error": inner}, headers)


def _edit(arm: LoopbackArm, change: Mapping[str, Any]) -> None:
    """Change what is stored: set keys of properties, or delete."""
    which = re.compile(change["edit"], re.IGNORECASE)
    with arm.cloud.lock:
        for key in [each for each in arm.state if which.search(each) or which.search(_node_of(each))]:
            if change.get("drop"):
                del arm.state[key]
                continue
            for name, value in change.get("set", {}).items():
                body = arm.state[key]
                kept = {each: has for each, has in body.get("properties", {}).items() if each != name}
                arm.state[key] = {**body, "properties": kept if value is None else {**kept, name: value}}


def _node_of(resource: str) -> str:
    """A node's route by the node alone, as such routes were named before Kubernetes 1.21 (azure-facts B21)."""
    return resource.partition("____")[0]


def play(path: Path, folder: Path) -> None:
    """Run a file from a clean server, and print what came of each command and which requests wrote."""
    situation = Situation.read(path)
    print(f"# {path.stem}: {situation.title}")
    with situation.server() as arm:
        env = {**rig.prepare_config(folder / "azure", arm)}
        env["PATH"] = f"{Path(rig.az_program()).parent}{os.pathsep}{env.get('PATH', '')}"
        situation.enter(arm)
        work = folder / "work"
        work.mkdir()
        for each in situation.typed(arm, env, work):
            writes = "".join(f"  [{entry}]\n" for entry in each.writes)
            print(f"$ {each.line}\n{each.out}{each.err}{writes}  exit {each.code}", flush=True)

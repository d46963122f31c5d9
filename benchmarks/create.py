"""`az kubenet create --no-wait` beside the seven commands of Microsoft's article, on a loopback Azure.

That one runs in a process of its own, so that it takes nothing from the measuring.

The article's commands are those of tests/loopback/callers/article.py, with `--no-wait` on the last one and their own
names for each run. Each run, of either, makes a group, a network, an identity, a role assignment and a cluster from
nothing.
"""

from __future__ import annotations

import json
import os
import re
import ssl
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import az
from benchmarks.turns import Run, Times, take_turns
from tests.loopback.callers.article import COMMANDS

ROUNDS = 5
ROOT = Path(__file__).resolve().parent.parent
#: The article up to the cluster; after it stands only a look at the cluster.
RAW = (*COMMANDS[:6], COMMANDS[6] + " --no-wait")
#: Ours, as a newcomer types it, and with the article's identity, role and scope.
OURS = "kubenet create -g {group} -n {cluster} --location eastus --no-wait"
AS_ARTICLE = OURS + " --create-service-principal --role Contributor --role-scope vnet"


@dataclass(frozen=True)
class Cost:
    """What one way takes: wall time, requests to Azure Resource Manager and Microsoft Graph, requests for a token."""

    times: Times
    requests: float
    tokens: float


class Loopback:
    """A loopback Azure in another process, and the environment of an az that is logged in to it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = {**os.environ, **env, **az.fixed(az.extensions())}
        self._context = ssl.create_default_context(cafile=env["REQUESTS_CA_BUNDLE"])
        self._ledger = env["LOOPBACK_ARM"] + "/loopback/ledger"

    def forget(self) -> None:
        """Begin a new ledger."""
        self._call("DELETE")

    def count(self) -> tuple[int, int]:
        """Requests since the ledger began, and requests for a token."""
        paths = [entry["path"] for entry in json.loads(self._call("GET"))]
        tokens = sum(path.startswith(("/msi/", "/metadata/")) for path in paths)
        return len(paths) - tokens, tokens

    def _call(self, method: str) -> bytes:
        request = urllib.request.Request(self._ledger, method=method)
        with urllib.request.urlopen(request, context=self._context, timeout=30) as answer:
            return bytes(answer.read())


@contextmanager
def loopback() -> Iterator[Loopback]:
    """Start one, and stop it afterwards."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "AZ": str(az.program())}
    command = [sys.executable, "-m", "tests.loopback"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            exported: dict[str, str] = {}
            for line in server.stdout or ():
                found = re.fullmatch(r"export (\w+)='(.*)'\n", line)
                if found:
                    exported[found[1]] = found[2]
                if line.startswith("# GET or DELETE"):
                    break
            yield Loopback(exported)
        finally:
            server.terminate()
            server.wait(timeout=30)


def run(rounds: int = ROUNDS) -> dict[str, Cost]:
    """What the article's commands take, and what ours takes, in two ways."""
    counted: dict[str, list[tuple[int, int]]] = {}
    with loopback() as azure:
        ways = {"raw": _article(azure), "ours": _ours(azure, OURS, "o"), "article": _ours(azure, AS_ARTICLE, "a")}

        def measured(name: str, way: Run) -> Run:
            def do(number: int) -> None:
                way(number)
                counted.setdefault(name, []).append(azure.count())
                azure.forget()

            return do

        times = take_turns({name: measured(name, way) for name, way in ways.items()}, rounds)
    return {
        name: Cost(
            times[name],
            statistics.median(requests for requests, _ in counted[name]),
            statistics.median(tokens for _, tokens in counted[name]),
        )
        for name in ways
    }


def _article(azure: Loopback) -> Run:
    """The article's commands, each filled with what the earlier ones printed, as a reader of it pastes them."""
    folder = Path(azure.env["HOME"])

    def do(number: int) -> None:
        known: dict[str, str] = {}
        for place, command in enumerate(RAW):
            named = command.replace("myResourceGroup", f"raw{number}").format(**known)
            printed = az.run(named.split()[1:], azure.env, folder)
            if place == 2:
                known |= {key: json.loads(printed)[key] for key in ("appId", "password")}
            elif place in (3, 4):
                known["VNET_ID" if place == 3 else "SUBNET_ID"] = printed.strip()

    return do


def _ours(azure: Loopback, command: str, letter: str) -> Run:
    folder = Path(azure.env["HOME"])
    return lambda number: az.run(
        command.format(group=f"{letter}{number}", cluster=f"c{letter}{number}").split(), azure.env, folder
    )
